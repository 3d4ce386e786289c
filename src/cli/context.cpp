// SPDX-License-Identifier: MIT
#include "cli/context.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/text_reporter.hpp"
#include "support/files.hpp"
#include "support/held_signals.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

void put(std::FILE* stream, std::string_view text) {
    if (text.empty()) return;
    const bool ok =
        std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
    // A closed pipe behind standard error is nobody's loss; results that got lost are.
    if (!ok && stream == stdout && errno != EPIPE) {
        throw Failure(ErrorKind::internal,
                      fmt::format("cannot write to standard output: {}", std::strerror(errno)));
    }
}

report::Style style_of(const project::Environment& environment, int fd) {
    report::Style style;
    style.is_terminal = ::isatty(fd) == 1;
    const auto set = [&](const char* name) {
        const auto hit = environment.find(name);
        return hit != environment.end() && !hit->second.empty() ? std::optional(hit->second)
                                                                : std::nullopt;
    };
    style.colour = style.is_terminal && !set("NO_COLOR") && set("TERM") != "dumb";
    if (set("TERM") == "dumb") style.is_terminal = false;
    return style;
}

/// Failures in the middle of a run must reach the user; a reporter that is silent for JSON still
/// passes warnings on.
class SilentReporter final : public migrate::Reporter {
  public:
    explicit SilentReporter(const Context& context) : context_(context) {}
    void handle(const migrate::Event& event) override {
        if (const auto* warning = std::get_if<migrate::Warning>(&event)) {
            context_.warn(warning->text);
        }
    }

  private:
    const Context& context_;
};

/// A line from standard input; nothing at its end, or when a stop is requested meanwhile. Signals
/// are let in only while waiting: one that came between the look at `cancellation` and the reading
/// would otherwise be slept through.
std::optional<std::string> read_answer(const Cancellation& cancellation) {
    const HeldSignals signals;
    std::optional<std::string> line;
    while (!cancellation.requested()) {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        if (::ppoll(&input, 1, nullptr, &signals.before()) < 0 && errno == EINTR) continue;
        char c = '\0';
        const bool got = ::read(STDIN_FILENO, &c, 1) == 1;
        if (got && !line) line.emplace();
        if (!got || c == '\n') break;
        *line += c;
    }
    return cancellation.requested() ? std::nullopt : line;
}

std::string editor_of(const project::Project& project) {
    const auto& environment = project.environment();
    if (const auto own = project::own_variable(environment, "EDITOR")) return *own;
    if (const auto configured = project.config().get("core.editor")) return *configured;
    for (const char* name : {"VISUAL", "EDITOR"}) {
        const auto hit = environment.find(name);
        if (hit != environment.end() && !hit->second.empty()) return hit->second;
    }
    return "vi";
}

/// Runs the editor by the shell, since the setting may hold options.
void run_editor(const std::string& editor, const std::vector<std::string>& files) {
    const pid_t child = ::fork();
    if (child < 0) throw Failure(ErrorKind::internal, "cannot start a process for the editor");
    if (child == 0) {
        const std::string command = editor + " \"$@\"";
        std::vector<std::string> words = {"sh", "-c", command, "kedge"};
        words.insert(words.end(), files.begin(), files.end());
        std::vector<char*> pointers;
        for (std::string& word : words) pointers.push_back(word.data());
        pointers.push_back(nullptr);
        ::execv("/bin/sh", pointers.data());
        ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw Failure(ErrorKind::usage, fmt::format("the editor \"{}\" failed", editor),
                      "set another one with: kedge config --user core.editor EDITOR");
    }
}

}  // namespace

void Context::out(std::string_view text) const {
    put(stdout, text);
}
void Context::info(std::string_view text) const {
    if (!quiet()) put(stdout, text);
}
void Context::err(std::string_view text) const {
    put(stderr, text);
}
void Context::warn(std::string_view text) const {
    err(report::painted(err_style(), report::Paint::yellow, "warning: ") + std::string(text) +
        "\n");
}

report::Style Context::out_style() const {
    return style_of(environment, STDOUT_FILENO);
}
report::Style Context::err_style() const {
    return style_of(environment, STDERR_FILENO);
}

int Context::level(const project::Config& config) const {
    if (verbosity) return *verbosity;
    return static_cast<int>(config.get_int("core.verbosity").value_or(1));
}

registry::Person Context::user(const project::Project& project) const {
    const project::Config& config = project.config();
    const passwd* entry = ::getpwuid(::getuid());
    std::string login = project::own_variable(environment, "ORIG_SYSUSER").value_or("");
    if (login.empty() && entry != nullptr) login = entry->pw_name;
    const auto first = [](std::initializer_list<std::optional<std::string>> candidates) {
        for (const auto& candidate : candidates) {
            if (candidate && !candidate->empty()) return *candidate;
        }
        return std::string();
    };
    const std::string gecos = entry != nullptr && entry->pw_gecos != nullptr ? entry->pw_gecos : "";
    registry::Person out;
    out.name = first({project::own_variable(environment, "FULLNAME"), config.get("user.name"),
                      project::own_variable(environment, "ORIG_FULLNAME"), gecos, login});
    out.email = first({project::own_variable(environment, "EMAIL"), config.get("user.email"),
                       project::own_variable(environment, "ORIG_EMAIL")});
    if (out.email.empty()) {
        std::array<char, 256> host{};
        ::gethostname(host.data(), host.size() - 1);
        out.email = fmt::format("{}@{}", login, host.data());
    }
    if (out.name.find('<') != std::string::npos || out.name.substr(0, 1) == "[") {
        throw Failure(ErrorKind::configuration,
                      fmt::format("the user's name \"{}\" must not contain \"<\" or begin with "
                                  "\"[\"",
                                  out.name),
                      "set it with: kedge config --user user.name 'Your Name'");
    }
    if (out.email.find('>') != std::string::npos) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("the user's email \"{}\" must not contain \">\"", out.email),
                      "set it with: kedge config --user user.email you@example.com");
    }
    return out;
}

plan::Signature Context::signature(const project::Project& project) const {
    registry::Person who = user(project);
    return {std::move(who.name), std::move(who.email), clock.now()};
}

bool Context::is_interactive() const {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

bool Context::ask(const std::string& question, bool preset) const {
    for (int attempt = 0; attempt < 3; ++attempt) {
        out(fmt::format("{} [{}] ", question, preset ? "Yes" : "No"));
        const auto answer = read_answer(*cancellation);
        if (!answer) {
            out("\n");
            const bool stopped = cancellation->requested();
            throw Failure(
                stopped ? ErrorKind::interrupted : ErrorKind::usage,
                stopped ? "interrupted; nothing was done" : "no answer; nothing was done");
        }
        const std::string word = to_lower_ascii(trim(*answer));
        if (word.empty()) return preset;
        if (std::string_view("yes").substr(0, word.size()) == word) return true;
        if (std::string_view("no").substr(0, word.size()) == word) return false;
        out("Please answer \"y\" or \"n\".\n");
    }
    throw Failure(ErrorKind::usage, "no valid answer after 3 attempts");
}

std::string Context::edit_text(const project::Project& project, const std::string& text) const {
    std::error_code nowhere;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(nowhere);
    // mkstemp() puts letters of its own in the place of these.
    std::string path = (folder / ("kedge-note-" + std::string(6, 'X'))).string();
    const int fd = nowhere ? -1 : ::mkstemp(path.data());
    if (fd < 0) {
        throw Failure(ErrorKind::usage,
                      fmt::format("cannot make a file for the editor: {}",
                                  nowhere ? nowhere.message()
                                          : fmt::format("{}: {}", path, std::strerror(errno))),
                      "TMPDIR names the folder for it");
    }
    ::close(fd);
    try {
        write_file_atomically(path, text);
        run_editor(editor_of(project), {path});
        std::string edited = read_file(path);
        ::unlink(path.c_str());
        return edited;
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
}

void Context::open_in_editor(const project::Project& project,
                             const std::vector<std::string>& files) const {
    if (!files.empty()) run_editor(editor_of(project), files);
}

std::unique_ptr<migrate::Reporter> Context::silent_reporter() const {
    return std::make_unique<SilentReporter>(*this);
}

std::unique_ptr<migrate::Reporter> Context::reporter(const project::Project& project) const {
    if (json) return silent_reporter();
    report::TextOptions options;
    options.style = out_style();
    options.verbosity = level(project.config());
    options.quiet = options.verbosity == 0;
    return std::make_unique<report::TextReporter>([this](std::string_view text) { out(text); },
                                                  [this](std::string_view text) { err(text); },
                                                  options);
}

}  // namespace kedge::cli
