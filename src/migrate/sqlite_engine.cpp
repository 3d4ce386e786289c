// SPDX-License-Identifier: MIT
#include "migrate/sqlite_engine.hpp"

#include <filesystem>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "db/sqlite/sqlite_connection.hpp"
#include "migrate/row_copy.hpp"
#include "migrate/sqlite_scratch.hpp"
#include "project/sqlite_registry_path.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

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

std::string unquoted_name(const std::string& shown) {
    if (!shown.starts_with('"')) return shown;
    return replace_all(shown.substr(1, shown.size() - 2), "\"\"", "\"");
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
    if (is_scratch_file(database)) connection->execute("PRAGMA synchronous = OFF");
    auto sql = std::make_unique<registry::SqliteRegistrySql>(separate ? "" : kOwnPrefix);
    return std::make_unique<registry::Store>(std::move(connection), std::move(separate),
                                             std::move(sql), surroundings.clock,
                                             surroundings.committer);
}

std::string SqliteEngine::sql_name(const std::string& shown) const {
    return shown.starts_with('"') ? shown : kedge::quoted(shown, '"');
}

/// With its type, which each value has of its own. quote() ends a text at a NUL.
std::string SqliteEngine::exact_value(const schema::Part& column) const {
    const std::string name = sql_name(column.name);
    return fmt::format("CASE typeof({0}) WHEN 'text' THEN 'text ' || hex({0}) ELSE quote({0}) END",
                       name);
}

/// A virtual table's columns are its module's; and where full text is searched for, rows are known
/// by their rowid alone.
std::string SqliteEngine::exact_row(db::Connection& connection, const schema::Object& table) const {
    std::vector<std::string> out;
    const auto columns = connection.query("SELECT name FROM pragma_table_info(" +
                                          kedge::quoted(unquoted_name(table.key.name), '\'') + ")");
    for (const db::Row& row : columns) {
        schema::Part column;
        column.name = kedge::quoted(db::text_of(row.front()), '"');
        out.push_back(exact_value(column));
    }
    const std::string* module = schema::find(table.attributes, "module");
    if (module != nullptr && module->starts_with("fts")) out.emplace_back("rowid");
    return out.empty() ? "*" : join(out, ", ");
}

std::string SqliteEngine::making_of(db::Connection& database) const {
    std::string out;
    for (const char* name : {"encoding", "page_size", "auto_vacuum"}) {
        const auto rows = database.query(fmt::format("PRAGMA main.{}", name));
        if (rows.empty()) return {};
        out += fmt::format("PRAGMA {} = '{}'; ", name, db::text_of(rows.front().front()));
    }
    // The file takes them with its first table.
    out += "CREATE TABLE made (x); DROP TABLE made;";
    if (db::text_of(database.query("PRAGMA main.journal_mode").front().front()) == "wal") {
        out += "PRAGMA journal_mode = wal;";
    }
    return out;
}

ScratchDatabase SqliteEngine::make_scratch(const project::Target& like, const std::string& making,
                                           const project::Target*, const Surroundings&) const {
    // Twice the rows, if they are copied, and what an index more takes.
    constexpr std::uintmax_t kLeast = 256 << 20;
    std::error_code none;
    const std::uintmax_t size = fs::file_size(like.uri->dbname, none);
    ScratchFile made = make_scratch_file(kLeast + (none ? 0 : 3 * size));
    ScratchDatabase out{like, std::move(made.hold)};
    out.target.uri = DbUri::parse_lenient("db:sqlite:");
    out.target.uri->dbname = std::move(made.database);
    if (!making.empty()) db::sqlite::open(out.target.uri->dbname, {})->execute(making);
    out.target.name = out.target.uri->display();
    out.target.registry.clear();  // in the scratch database itself
    return out;
}

void SqliteEngine::drop_scratch(ScratchDatabase& scratch, const project::Target*,
                                const Surroundings&) const {
    remove_scratch_file(scratch.target.uri->dbname);
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
