// SPDX-License-Identifier: MIT
#include "registry/lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/clock.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::registry {
namespace {

using namespace std::chrono_literals;

std::string describe_self() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    const passwd* user = ::getpwuid(::geteuid());
    return fmt::format("process {} of {}@{}, since {}", ::getpid(),
                       user != nullptr ? user->pw_name : std::to_string(::geteuid()), host.data(),
                       format_plan_time(SystemClock().now()));
}

std::string read_holder(int fd) {
    std::array<char, 512> text{};
    const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
    const std::string_view holder =
        trim({text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
    return holder.empty() ? "another process" : std::string(holder);
}

/// Whether the path still leads to the file that `fd` has open.
bool same_file(int fd, const std::string& path) {
    struct stat ours {};
    struct stat theirs {};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &theirs) == 0 &&
           ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

}  // namespace

std::unique_ptr<FileLock> FileLock::attempt(const std::string& path, std::string* holder) {
    for (;;) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0) {
            throw Failure(
                ErrorKind::connection,
                fmt::format("cannot make the lock file {}: {}", path, std::strerror(errno)),
                "whoever deploys must be allowed to write beside the database");
        }
        if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
            if (holder != nullptr) *holder = read_holder(fd);
            ::close(fd);
            return nullptr;
        }
        // The last holder may have removed the file between our opening and locking it.
        if (!same_file(fd, path)) {
            ::close(fd);
            continue;
        }
        std::unique_ptr<FileLock> lock(new FileLock(path, fd));
        const std::string self = describe_self() + "\n";
        // Who holds the lock is told for people's sake; the lock holds without.
        if (::ftruncate(fd, 0) == 0) {
            [[maybe_unused]] const ssize_t written = ::pwrite(fd, self.data(), self.size(), 0);
        }
        return lock;
    }
}

std::unique_ptr<FileLock> FileLock::try_acquire(const std::string& path) {
    return attempt(path, nullptr);
}

std::unique_ptr<FileLock> FileLock::acquire(const std::string& path,
                                            std::chrono::milliseconds timeout,
                                            const WaitHandler& on_wait,
                                            const Cancellation& cancellation) {
    std::unique_ptr<FileLock> lock;
    std::string holder;
    poll_for_lock(
        [&] {
            lock = attempt(path, &holder);
            return lock != nullptr;
        },
        [&] { return holder; }, timeout, on_wait, cancellation);
    return lock;
}

void poll_for_lock(const std::function<bool()>& attempt, const std::function<std::string()>& holder,
                   std::chrono::milliseconds timeout, const WaitHandler& on_wait,
                   const Cancellation& cancellation) {
    // A server may need a moment to notice that who held it last has gone: nobody's news.
    constexpr auto kUntold = 100ms;
    const auto start = std::chrono::steady_clock::now();
    std::chrono::milliseconds pause = 20ms;
    while (!attempt()) {
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start);
        if (waited >= timeout) {
            throw Failure(ErrorKind::locked,
                          fmt::format("another deployment is running: {} has held the lock for all "
                                      "of the {:.1f} s that kedge waited",
                                      holder(), static_cast<double>(timeout.count()) / 1000),
                          "try again later, or wait longer with --lock-timeout SECONDS");
        }
        if (cancellation.requested()) {
            throw Failure(ErrorKind::interrupted, "interrupted while waiting for the lock");
        }
        if (on_wait && waited >= kUntold) on_wait(holder(), waited);
        std::this_thread::sleep_for(std::min(pause, timeout - waited));
        pause = std::min(pause * 3 / 2, std::chrono::milliseconds(250));
    }
}

FileLock::~FileLock() {
    // Removed while locked: whoever waits notices that its file is not the path's any more.
    if (same_file(fd_, path_)) ::unlink(path_.c_str());
    ::close(fd_);
}

bool FileLock::still_held() const {
    return same_file(fd_, path_);
}

}  // namespace kedge::registry
