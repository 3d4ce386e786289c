// SPDX-License-Identifier: MIT
#include "migrate/sqlite_scratch.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrate/scratch.hpp"
#include "support/error.hpp"

namespace kedge::migrate {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "scratch.db";
/// Linux has it; what is written there never gets to a disk.
constexpr const char* kMemory = "/dev/shm";

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

/// Of runs that were killed.
void remove_left(const fs::path& folder) {
    std::error_code trouble;
    for (const auto& entry : fs::directory_iterator(folder, trouble)) {
        if (!is_scratch_name(entry.path().filename().string())) continue;
        if (const auto held = hold_folder(entry.path())) fs::remove_all(entry.path(), trouble);
    }
}

bool has_room(const char* folder, std::uintmax_t room) {
    std::error_code trouble;
    const fs::space_info space = fs::space(folder, trouble);
    return !trouble && space.available >= room && ::access(folder, W_OK | X_OK) == 0;
}

}  // namespace

ScratchFile make_scratch_file(std::uintmax_t room) {
    std::error_code trouble;
    fs::path temporary = fs::temp_directory_path(trouble);
    if (!trouble) remove_left(temporary);
    remove_left(kMemory);
    if (std::getenv("TMPDIR") == nullptr && has_room(kMemory, room)) {
        temporary = kMemory;
        trouble.clear();
    }
    const std::string name = scratch_name();
    const fs::path folder = temporary / name;
    // Held before it has the name by which others take it for a left one.
    const fs::path made_as = temporary / ("new_" + name);
    std::shared_ptr<void> hold;
    // Rows of a real database may be copied into it.
    if (!trouble && ::mkdir(made_as.c_str(), S_IRWXU) != 0) {
        trouble.assign(errno, std::generic_category());
    }
    if (!trouble) {
        hold = hold_folder(made_as);
        fs::rename(made_as, folder, trouble);
    }
    if (trouble || !hold) {
        throw Failure(
            ErrorKind::connection,
            fmt::format("cannot make a folder for a scratch database in {}: {}",
                        temporary.empty() ? "the folder of temporary files" : temporary.string(),
                        trouble.message()),
            "TMPDIR says where temporary files go");
    }
    ScratchFile out{(folder / kFile).string(), std::move(hold)};
    std::ofstream made(out.database);  // an empty file is an empty database
    return out;
}

void remove_scratch_file(const std::string& database) {
    fs::remove_all(fs::path(database).parent_path());
}

bool is_scratch_file(const std::string& database) {
    const fs::path path(database);
    return path.filename() == kFile && is_scratch_name(path.parent_path().filename().string());
}

}  // namespace kedge::migrate
