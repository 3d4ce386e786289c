// SPDX-License-Identifier: MIT
#include "script/postgres/shell.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

std::string shell_word(std::string_view value) {
    return '\'' + replace_all(value, "'", R"('"'"')") + '\'';
}

/// A program that ends before it has read everything must not end kedge.
class IgnoredPipeSignal {
  public:
    IgnoredPipeSignal() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
    ~IgnoredPipeSignal() { std::signal(SIGPIPE, before_); }
    IgnoredPipeSignal(const IgnoredPipeSignal&) = delete;
    IgnoredPipeSignal& operator=(const IgnoredPipeSignal&) = delete;

  private:
    void (*before_)(int);
};

}  // namespace

std::string ScriptShell::command_line(const std::string& command) const {
    std::string out;
    for (const auto& [name, value] : variables_) {
        out += value ? fmt::format("export {}={}\n", name, shell_word(*value))
                     : fmt::format("unset {}\n", name);
    }
    if (!folder_.empty()) out += fmt::format("cd {} || exit\n", shell_word(folder_));
    return out + command;
}

int ScriptShell::run(const std::string& command,
                     const std::function<void(std::string_view text)>& output) const {
    return run_program(command_line(command), output);
}

std::optional<std::string> ScriptShell::output_of(const std::string& command) const {
    std::string out;
    if (run(command, [&](std::string_view text) { out += text; }) < 0) return std::nullopt;
    if (out.ends_with('\n')) out.pop_back();
    return out;
}

void ScriptShell::change_folder(const std::string& folder) {
    const std::string wanted = path(folder.empty() ? "~" : folder);
    struct stat info {};
    if (::stat(wanted.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
        throw Failure(ErrorKind::script, fmt::format("cannot change to the folder {}", wanted));
    }
    folder_ = wanted;
}

std::string ScriptShell::path(std::string_view path) const {
    if (path.starts_with("~/") || path == "~") {
        return environment("HOME").value_or("") + std::string(path.substr(1));
    }
    if (folder_.empty() || path.starts_with('/')) return std::string(path);
    return folder_ + '/' + std::string(path);
}

void ScriptShell::set_environment(const std::string& name, std::optional<std::string> value) {
    variables_[name] = std::move(value);
}

std::optional<std::string> ScriptShell::environment(const std::string& name) const {
    if (const auto own = variables_.find(name); own != variables_.end()) return own->second;
    // The shell has the environment that the script's programs see.
    if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") !=
        name.npos) {
        return std::nullopt;
    }
    std::string value;
    const int status =
        run(fmt::format("printenv {}", name), [&](std::string_view text) { value += text; });
    if (status != 0) return std::nullopt;
    if (value.ends_with('\n')) value.pop_back();
    return value;
}

Stream Stream::open_file(const std::string& path, const char* mode) {
    const int flags = *mode == 'r' ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC;
    int file = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    struct stat info {};
    if (file >= 0 && ::fstat(file, &info) == 0 && S_ISDIR(info.st_mode)) {
        ::close(file);
        file = -1;
        errno = EISDIR;
    }
    if (file < 0) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                      "a path in a script counts from the folder that kedge runs in");
    }
    return {file, 0, path};
}

Stream Stream::open_program(const std::string& command_line, const char* mode) {
    const bool reads = *mode == 'r';
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot run {}: {}", command_line, std::strerror(errno)));
    }
    const int ours = reads ? pipe[0] : pipe[1];
    const int theirs = reads ? pipe[1] : pipe[0];
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(theirs, reads ? STDOUT_FILENO : STDIN_FILENO);
        ::execl("/bin/sh", "sh", "-c", command_line.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(theirs);
    if (child < 0) {
        ::close(ours);
        throw Failure(ErrorKind::script,
                      fmt::format("cannot run {}: {}", command_line, std::strerror(errno)));
    }
    return {ours, child, command_line};
}

Stream::Stream(Stream&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      program_(std::exchange(other.program_, 0)),
      name_(std::move(other.name_)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(program_, other.program_);
    std::swap(name_, other.name_);
    return *this;
}

Stream::~Stream() {
    if (file_ >= 0) ::close(file_);
    if (program_ <= 0) return;
    // Nobody wants its result any more.
    ::kill(program_, SIGTERM);
    static_cast<void>(wait_for_program());
}

bool Stream::wait_for_program() {
    int status = 0;
    while (::waitpid(program_, &status, 0) < 0 && errno == EINTR) {
    }
    program_ = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Stream::write(std::string_view text) {
    const IgnoredPipeSignal ignored;
    while (!text.empty()) {
        const ssize_t count = ::write(file_, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            throw Failure(ErrorKind::script,
                          fmt::format("cannot write to {}: {}", name_, std::strerror(errno)));
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool Stream::read(std::string& text, std::size_t size) {
    constexpr int kPatience = 250;  // milliseconds
    text.clear();
    pollfd input{file_, POLLIN, 0};
    if (program_ > 0 && ::poll(&input, 1, kPatience) <= 0) return true;
    text.resize(size);
    const ssize_t count = ::read(file_, text.data(), size);
    const int error = errno;
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count >= 0) return count > 0;
    if (error == EINTR) return true;
    throw Failure(ErrorKind::script,
                  fmt::format("cannot read {}: {}", name_, std::strerror(error)));
}

void Stream::close() {
    const bool closed = ::close(std::exchange(file_, -1)) == 0;
    if (!closed) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot write to {}: {}", name_, std::strerror(errno)));
    }
    if (program_ > 0 && !wait_for_program()) {
        throw Failure(ErrorKind::script, fmt::format("the program \"{}\" failed", name_));
    }
}

}  // namespace kedge::script::postgres
