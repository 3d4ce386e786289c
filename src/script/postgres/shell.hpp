// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kedge::script::postgres {

/// The programs that a script runs (`\!`, backquotes, `\copy … program`, `\o |…`): by the shell, in
/// the script's working folder, with the environment variables that it has set.
class ScriptShell {
  public:
    /// What a command writes, all of it; nothing if it could not be run.
    [[nodiscard]] std::optional<std::string> output_of(const std::string& command) const;
    /// Runs a command and hands on what it writes. Its exit status.
    int run(const std::string& command,
            const std::function<void(std::string_view text)>& output) const;
    /// The whole command line for a program to read from or write to: see popen(3).
    [[nodiscard]] std::string command_line(const std::string& command) const;

    void change_folder(const std::string& folder);
    /// A path as the script means it: from its working folder, `~` for the home folder.
    [[nodiscard]] std::string path(std::string_view path) const;
    void set_environment(const std::string& name, std::optional<std::string> value);
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const;

  private:
    std::string folder_;  ///< empty: kedge's own
    std::map<std::string, std::optional<std::string>> variables_;
};

/// A file, or a program beside (`|command`), that something is read from or written to.
class Stream {
  public:
    static Stream open_file(const std::string& path, const char* mode);
    static Stream open_program(const std::string& command_line, const char* mode);
    Stream(Stream&& other) noexcept;
    Stream& operator=(Stream&& other) noexcept;
    ~Stream();

    /// Failure (script) if the disk is full, or the program doesn't listen any more.
    void write(std::string_view text);
    /// Reads up to `size` bytes. False at the end. Where nothing comes for a while, `text` is
    /// empty: whoever waits for a slow program can look at other things in between.
    [[nodiscard]] bool read(std::string& text, std::size_t size);
    /// Closes it. Failure (script) where that fails, or a program ends with another status than 0.
    void close();

  private:
    Stream(int file, int program, std::string name)
        : file_(file), program_(program), name_(std::move(name)) {}
    [[nodiscard]] bool wait_for_program();

    int file_;     ///< its descriptor; -1 for none
    int program_;  ///< its process, to be waited for; 0 for a file
    std::string name_;
};

}  // namespace kedge::script::postgres
