// SPDX-License-Identifier: MIT
#include "support/files.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/error.hpp"

namespace kedge {

namespace {

constexpr int kMaxLinks = 40;
constexpr int kMaxNames = 1000;

[[noreturn]] void fail(std::string_view action, const std::string& path, int error) {
    Error report;
    report.kind = ErrorKind::configuration;
    report.message =
        fmt::format("can't {} {}: {}", action, path, std::generic_category().message(error));
    report.where.file = path;
    report.code = std::to_string(error);
    throw Failure(std::move(report));
}

class Descriptor {
  public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    [[nodiscard]] int number() const noexcept { return number_; }

    /// Closes now, to learn of an error that the file system kept back until here.
    int close() noexcept { return ::close(std::exchange(number_, -1)); }

  private:
    int number_;
};

/// A file that is removed again unless it has been renamed into its place.
class PendingFile {
  public:
    explicit PendingFile(std::string path) : path_(std::move(path)) {}
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;
    ~PendingFile() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }

    void rename_to(const std::string& target) {
        if (::rename(path_.c_str(), target.c_str()) != 0) fail("replace", target, errno);
        path_.clear();
    }

  private:
    std::string path_;
};

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Where the last link of a chain points to, be there a file or not.
std::string follow_links(std::string path) {
    const std::string first = path;
    for (int link = 0; link < kMaxLinks; ++link) {
        std::array<char, 4096> buffer{};
        const ssize_t length = ::readlink(path.c_str(), buffer.data(), buffer.size());
        if (length < 0) return path;
        std::string target(buffer.data(), static_cast<std::size_t>(length));
        path = target.front() == '/' ? std::move(target) : folder_of(path) + '/' + target;
    }
    fail("follow the symbolic links of", first, ELOOP);
}

std::string read_all(const Descriptor& file, const std::string& path) {
    std::string text;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("read", path, errno);
        if (count == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void write_all(const Descriptor& file, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t count = ::write(file.number(), text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("write", path, errno);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

int create_exclusively(const std::string& path) noexcept {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

void keep_owner_and_mode(const Descriptor& file, const struct stat& old, const std::string& path) {
    // Only root may give a file away; for anybody else the new file is simply their own.
    if (::fchown(file.number(), old.st_uid, old.st_gid) != 0 && errno != EPERM) {
        fail("keep the owner of", path, errno);
    }
    if (::fchmod(file.number(), old.st_mode & 07777) != 0) fail("keep the mode of", path, errno);
}

/// Makes the renaming itself last over a crash.
void sync_folder(const std::string& folder) {
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // One may be allowed to write in a folder that one may not list; there is nothing to sync by.
    if (!descriptor.is_open() && errno == EACCES) return;
    if (!descriptor.is_open()) fail("open the folder", folder, errno);
    // Some network file systems have no such call for folders.
    if (::fsync(descriptor.number()) != 0 && errno != EINVAL && errno != ENOTSUP) {
        fail("write the folder", folder, errno);
    }
}

/// Writes to the new, empty file that is open, and renames it to the target.
void replace(const std::string& target, std::string_view text, Descriptor& file,
             PendingFile& pending) {
    struct stat old {};
    if (::stat(target.c_str(), &old) == 0) {
        if (!S_ISREG(old.st_mode)) {
            throw Failure(ErrorKind::configuration,
                          fmt::format("can't replace {}: it is not a regular file", target));
        }
        keep_owner_and_mode(file, old, target);
    }
    write_all(file, text, target);
    if (::fsync(file.number()) != 0) fail("write", target, errno);
    if (file.close() != 0) fail("write", target, errno);
    pending.rename_to(target);
    sync_folder(folder_of(target));
}

}  // namespace

std::string read_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) fail("read", path, errno);
    return read_all(file, path);
}

void read_file_in_pieces(const std::string& path,
                         const std::function<void(std::string_view piece)>& take) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) fail("read", path, errno);
    std::array<char, 64 * 1024> buffer{};
    for (;;) {
        const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read", path, errno);
        if (got == 0) return;
        take({buffer.data(), static_cast<std::size_t>(got)});
    }
}

std::optional<std::string> read_file_if_exists(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    if (!file.is_open()) fail("read", path, errno);
    return read_all(file, path);
}

bool file_exists(const std::string& path) noexcept {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode);
}

void write_file_atomically(const std::string& path, std::string_view text) {
    const std::string target = follow_links(path);
    std::string name;
    int number = -1;
    // A name may be left over from a killed process that had the same number.
    for (int attempt = 0; attempt < kMaxNames; ++attempt) {
        name = fmt::format("{}.{}-{}.tmp", target, ::getpid(), attempt);
        number = create_exclusively(name);
        if (number >= 0 || errno != EEXIST) break;
    }
    Descriptor file(number);
    if (!file.is_open()) fail("write", name, errno);
    PendingFile pending(name);
    replace(target, text, file, pending);
}

void write_file_locked(const std::string& path, std::string_view text) {
    const std::string target = follow_links(path);
    const std::string lock = target + ".lock";
    Descriptor file(create_exclusively(lock));
    if (!file.is_open() && errno == EEXIST) {
        throw Failure(
            ErrorKind::locked, fmt::format("can't write {}: {} exists", target, lock),
            fmt::format("another process is writing the file; if none is, remove {}", lock));
    }
    if (!file.is_open()) fail("write", lock, errno);
    PendingFile pending(lock);
    replace(target, text, file, pending);
}

}  // namespace kedge
