// SPDX-License-Identifier: MIT
#include "migrate/sqlite_engine.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "db/sqlite/sqlite_connection.hpp"
#include "migrate/row_copy.hpp"
#include "migrate/scratch.hpp"
#include "project/sqlite_registry_path.hpp"
#include "support/files.hpp"

namespace kedge::migrate {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kInMemory = ":memory:";

/// Before the names of the registry's tables where they stand beside the application's.
constexpr const char* kOwnPrefix = "kedge_";

/// The database's file. Failure (usage) if the URI names none.
std::string database_path(const project::Target& target) {
    const DbUri& uri = *target.uri;
    if (uri.dbname.empty()) {
        throw Failure(ErrorKind::usage,
                      fmt::format("the target {} names no database file", target.name),
                      "give one: db:sqlite:FILE");
    }
    return uri.dbname;
}

bool is_separate(const project::Target& target) {
    return !target.registry.empty();
}

std::string registry_path(const project::Target& target) {
    const std::string database = database_path(target);
    return is_separate(target) ? project::sqlite_registry_path(database, target.registry)
                               : database;
}

/// Failure (connection) where there can be no such file: a mistyped path must not pass for an empty
/// database.
void require_folder(const std::string& path) {
    const fs::path folder = fs::path(path).parent_path();
    std::error_code error;
    if (path == kInMemory || folder.empty() || fs::is_directory(folder, error)) return;
    throw Failure(
        ErrorKind::connection,
        fmt::format("cannot open the database {}: there is no folder {}", path, folder.string()),
        "is the path right? it counts from the directory kedge runs in");
}

/// The lock goes by the file itself, whatever path or link leads to it.
std::string lock_path(const project::Target& target) {
    const std::string path = registry_path(target);
    std::error_code error;
    const fs::path real = fs::weakly_canonical(path, error);
    return (error ? path : real.string()) + "-kedge-lock";
}

db::BusyHandler busy_handler(const Surroundings& surroundings) {
    return [&surroundings](std::chrono::milliseconds waited) {
        if (waited >= surroundings.lock_timeout) return false;
        // A short wait is everyday life between two writers and not worth a word.
        if (waited > 500ms) {
            surroundings.reporter.handle(Waiting{"another program that is writing", waited});
        }
        std::this_thread::sleep_for(waited < 20ms ? 1ms : 20ms);
        return true;
    };
}

/// A folder's lock, which the system frees when the process ends; null if another has it.
std::shared_ptr<void> hold_folder(const fs::path& folder) {
    const int fd = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return nullptr;
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return nullptr;
    }
    return {new int(fd), [](int* held) {
                ::close(*held);
                delete held;
            }};
}

constexpr const char* kScratchFile = "scratch.db";

/// After a crash of the machine nobody needs it.
bool is_scratch(const std::string& database) {
    const fs::path path(database);
    return path.filename() == kScratchFile &&
           is_scratch_name(path.parent_path().filename().string());
}

/// Of runs that were killed.
void remove_left_scratch(const fs::path& temporary) {
    std::error_code trouble;
    for (const auto& entry : fs::directory_iterator(temporary, trouble)) {
        if (!is_left_scratch(entry.path().filename().string())) continue;
        if (const auto held = hold_folder(entry.path())) fs::remove_all(entry.path(), trouble);
    }
}

}  // namespace

std::string SqliteEngine::registry_name(const project::Target& target) const {
    return fmt::format("db:{}:{}", target.uri->engine_spelling, registry_path(target));
}

std::unique_ptr<registry::DeployLock> SqliteEngine::lock(const project::Target& target,
                                                         const Surroundings& surroundings) const {
    if (database_path(target) == kInMemory) return nullptr;
    require_folder(registry_path(target));
    const auto on_wait = [&](const std::string& holder, std::chrono::milliseconds waited) {
        surroundings.reporter.handle(Waiting{holder, waited});
    };
    return registry::FileLock::acquire(lock_path(target), surroundings.lock_timeout, on_wait,
                                       surroundings.cancellation);
}

void SqliteEngine::open_locked(const project::Target& target, Access access,
                               const Surroundings& surroundings, Opened& opened) const {
    if (!opened.lock) opened.lock = lock(target, surroundings);
    opened.store.reset();
    opened.store = open(target, access, surroundings);
}

std::unique_ptr<registry::DeployLock> SqliteEngine::try_lock(const project::Target& target) const {
    return registry::FileLock::try_acquire(lock_path(target));
}

std::unique_ptr<db::Connection> SqliteEngine::connect(const project::Target& target,
                                                      const Surroundings& surroundings) const {
    const std::string database = database_path(target);
    require_folder(database);
    db::sqlite::OpenOptions options;
    options.create = false;
    options.busy = busy_handler(surroundings);
    options.cancellation = &surroundings.cancellation;
    return db::sqlite::open(database, options);
}

schema::Scope SqliteEngine::scope(const project::Target& target) const {
    return {{}, is_separate(target) ? registry::own_names() : registry::registry_names(kOwnPrefix)};
}

std::unique_ptr<registry::Store> SqliteEngine::open(const project::Target& target, Access access,
                                                    const Surroundings& surroundings) const {
    const std::string database = database_path(target);
    const std::string registry = registry_path(target);
    require_folder(database);
    require_folder(registry);
    db::sqlite::OpenOptions options;
    options.busy = busy_handler(surroundings);
    options.cancellation = &surroundings.cancellation;
    if (access == Access::read && !file_exists(registry)) return nullptr;

    std::unique_ptr<db::Connection> separate;
    if (is_separate(target)) {
        options.create = access != Access::read;
        separate = db::sqlite::open(registry, options);
        separate->execute("PRAGMA foreign_keys = ON");
    }
    // Where the database is not to be written, its absence must not be ended by opening it.
    const bool absent = !file_exists(database);
    options.create = access == Access::write || (access == Access::registry && !separate);
    auto connection =
        db::sqlite::open(absent && !options.create ? std::string(kInMemory) : database, options);
    if (is_scratch(database)) connection->execute("PRAGMA synchronous = OFF");
    auto sql = std::make_unique<registry::SqliteRegistrySql>(separate ? "" : kOwnPrefix);
    return std::make_unique<registry::Store>(std::move(connection), std::move(separate),
                                             std::move(sql), surroundings.clock,
                                             surroundings.committer);
}

ScratchDatabase SqliteEngine::make_scratch(const project::Target& like, const project::Target*,
                                           const Surroundings&) const {
    std::error_code trouble;
    const fs::path temporary = fs::temp_directory_path(trouble);
    const fs::path folder = temporary / scratch_name();
    if (!trouble) remove_left_scratch(temporary);
    if (trouble || !fs::create_directory(folder, trouble)) {
        throw Failure(
            ErrorKind::connection,
            fmt::format("cannot make a folder for a scratch database in {}: {}",
                        temporary.empty() ? "the folder of temporary files" : temporary.string(),
                        trouble.message()),
            "TMPDIR says where temporary files go");
    }
    ScratchDatabase out{like, hold_folder(folder)};
    out.target.uri = DbUri::parse_lenient("db:sqlite:");
    out.target.uri->dbname = (folder / kScratchFile).string();
    std::ofstream made(out.target.uri->dbname);  // an empty file is an empty database
    out.target.name = out.target.uri->display();
    out.target.registry.clear();  // in the scratch database itself
    return out;
}

void SqliteEngine::drop_scratch(ScratchDatabase& scratch, const project::Target*,
                                const Surroundings&) const {
    fs::remove_all(fs::path(scratch.target.uri->dbname).parent_path());
    scratch.hold.reset();
}

void SqliteEngine::copy_rows(const project::Target& from, const project::Target& scratch,
                             const Surroundings& surroundings) const {
    const std::string source = database_path(from);
    static_cast<void>(connect(from, surroundings));  // a file that is no database is told as such
    db::sqlite::OpenOptions options;
    options.busy = busy_handler(surroundings);
    options.cancellation = &surroundings.cancellation;
    options.triggers = false;
    copy_sqlite_rows(source, *db::sqlite::open(database_path(scratch), options), scope(scratch));
}

}  // namespace kedge::migrate
