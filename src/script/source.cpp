// SPDX-License-Identifier: MIT
#include "script/source.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/error.hpp"

namespace kedge::script {

struct LineReader::File {
    explicit File(int descriptor) : fd(descriptor) {}
    ~File() { ::close(fd); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd;
    std::array<char, 32 * 1024> buffer;
};

namespace {

[[noreturn]] void fail(const std::string& path, std::string_view what) {
    Error error;
    error.kind = ErrorKind::script;
    error.message = fmt::format("cannot read the script {}: {}", path, what);
    error.where.file = path;
    throw Failure(std::move(error));
}

}  // namespace

LineReader::LineReader(std::string path) : path_(std::move(path)) {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(path_, std::strerror(errno));
    file_ = std::make_unique<File>(fd);
    struct stat info {};
    if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) fail(path_, "it is a directory");
}

LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

bool LineReader::fill() {
    ssize_t got = 0;
    do {
        got = ::read(file_->fd, file_->buffer.data(), file_->buffer.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) fail(path_, std::strerror(errno));
    unread_ = std::string_view(file_->buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
}

bool LineReader::next(std::string& line) {
    line.clear();
    for (;;) {
        if (unread_.empty() && !fill()) break;
        const std::size_t end = unread_.find('\n');
        const bool whole = end != std::string_view::npos;
        const std::size_t length = whole ? end + 1 : unread_.size();
        line.append(unread_.substr(0, length));
        unread_.remove_prefix(length);
        if (whole) break;
    }
    if (line.empty()) return false;
    ++line_;
    return true;
}

}  // namespace kedge::script
