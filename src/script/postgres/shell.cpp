// SPDX-License-Identifier: MIT
#include "script/postgres/shell.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "support/error.hpp"
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
    std::FILE* pipe = ::popen(command_line(command).c_str(), "re");
    if (pipe == nullptr) return -1;
    std::array<char, 4096> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        output({buffer.data(), got});
    }
    const int status = ::pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
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
    std::FILE* file = std::fopen(path.c_str(), mode);
    struct stat info {};
    if (file != nullptr && ::fstat(::fileno(file), &info) == 0 && S_ISDIR(info.st_mode)) {
        std::fclose(file);
        file = nullptr;
        errno = EISDIR;
    }
    if (file == nullptr) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot open {}: {}", path, std::strerror(errno)),
                      "a path in a script counts from the folder that kedge runs in");
    }
    return {file, false, path};
}

Stream Stream::open_program(const std::string& command_line, const char* mode) {
    std::FILE* file = ::popen(command_line.c_str(), mode);
    if (file == nullptr) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot run {}: {}", command_line, std::strerror(errno)));
    }
    return {file, true, command_line};
}

Stream::Stream(Stream&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      is_program_(other.is_program_),
      name_(std::move(other.name_)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(is_program_, other.is_program_);
    std::swap(name_, other.name_);
    return *this;
}

Stream::~Stream() {
    if (file_ == nullptr) return;
    if (is_program_) {
        ::pclose(file_);
    } else {
        std::fclose(file_);
    }
}

void Stream::write(std::string_view text) {
    const IgnoredPipeSignal ignored;
    if (std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return;
    throw Failure(ErrorKind::script,
                  fmt::format("cannot write to {}: {}", name_, std::strerror(errno)));
}

std::string Stream::read(std::size_t size) {
    std::string out(size, '\0');
    out.resize(std::fread(out.data(), 1, size, file_));
    if (out.empty() && std::ferror(file_) != 0) {
        throw Failure(ErrorKind::script,
                      fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
    }
    return out;
}

void Stream::close() {
    const IgnoredPipeSignal ignored;
    std::FILE* file = std::exchange(file_, nullptr);
    const int status = is_program_ ? ::pclose(file) : std::fclose(file);
    if (status == 0) return;
    throw Failure(ErrorKind::script,
                  is_program_ ? fmt::format("the program \"{}\" failed", name_)
                              : fmt::format("cannot write to {}: {}", name_, std::strerror(errno)));
}

}  // namespace kedge::script::postgres
