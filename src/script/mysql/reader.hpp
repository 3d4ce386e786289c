// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "script/directive.hpp"
#include "script/mysql/client_command.hpp"
#include "script/mysql/scanner.hpp"
#include "script/mysql/sql_mode.hpp"
#include "script/source.hpp"
#include "support/error.hpp"

namespace kedge::script::mysql {

/// How deep `source` may nest.
inline constexpr std::size_t kDeepestInclude = 100;

/// Reads a script and what it includes as the mysql client does, and stops at what has to be done:
/// statements to send, and those commands that do or show something. Delimiters, includes and the
/// settings of quotes it follows by itself. Looking a script over and playing it are this same
/// walk.
class Reader {
  public:
    enum class Item {
        end,
        statement,  ///< statement() is to be sent; vertical() says how its result is shown
        command,    ///< command() is to be obeyed
    };

    /// What to do about something that is wrong. If it returns, the reading goes on behind it.
    using OnError = std::function<void(Error error)>;

    /// `sql_mode` is what the session begins with.
    Reader(const std::string& path, std::string_view sql_mode, OnError on_error);

    Item next();

    [[nodiscard]] const Statement& statement() const noexcept { return statement_; }
    /// The comments before the statement, in its file, and in it.
    [[nodiscard]] std::vector<Comment> take_comments() { return std::exchange(comments_, {}); }
    /// Those behind the last statement of a file that has ended since the last call, by its path.
    [[nodiscard]] std::vector<std::pair<std::string, std::vector<Comment>>> take_last_comments() {
        return std::exchange(last_comments_, {});
    }
    /// The statement was ended by `\G`.
    [[nodiscard]] bool vertical() const noexcept { return vertical_; }
    [[nodiscard]] ClientCommand command() const noexcept { return command_; }
    /// What the command is given; for `system`, the line for the shell.
    [[nodiscard]] const std::string& argument() const noexcept { return argument_; }
    /// How quotes are read where the statement stands.
    [[nodiscard]] QuoteModes modes() const noexcept { return statement_modes_; }
    [[nodiscard]] const std::string& path() const {
        return files_.empty() ? top_path_ : files_.back().lines.path();
    }
    /// Line that was read last.
    [[nodiscard]] std::size_t line() const {
        return files_.empty() ? last_line_ : files_.back().lines.line();
    }
    /// The directives passed since the last call.
    [[nodiscard]] std::vector<Directive> take_directives() {
        return std::exchange(directives_, {});
    }
    /// What it would be well to know, since the last call.
    [[nodiscard]] std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

  private:
    struct File {
        LineReader lines;
        Scanner scanner;
        bool has_line = false;               ///< it is not used up
        std::vector<Comment> comments = {};  ///< since its last statement
    };

    void open(const std::string& path, bool is_first);
    /// Takes the next line up; false at the end of the file.
    bool next_line(File& file);
    void note_directive(const File& file, std::string_view line);
    std::optional<Item> end_of_file(File& file);
    /// `text` begins with the command, and holds its parameters.
    std::optional<Item> obey(File& file, const ClientCommandInfo& info, const std::string& text);
    /// For a command that the delimiter has ended, as it ends a statement.
    std::optional<Item> obey_statement(File& file, const ClientCommandInfo& info,
                                       const std::string& text);
    std::optional<Item> obey_letter(File& file);
    std::optional<Item> obey_charset(const std::string& text);
    std::optional<Item> give(Statement statement, bool vertical);
    /// Leaves the first statement of a text; the others are given next.
    void split(Statement& statement);
    std::optional<Item> give_made(std::string text);
    void set_delimiter(const std::string& text);
    void include(const std::string& text);
    void quit(File& file);
    void fail(std::string message, std::string hint = {});

    OnError on_error_;
    std::deque<File> files_;
    std::string top_path_;
    std::size_t last_line_ = 0;
    std::string delimiter_ = ";";
    SqlMode sql_mode_;
    QuoteModes statement_modes_;
    Statement statement_;
    Statement more_;  ///< of the text that the statement is from
    bool vertical_ = false;
    ClientCommand command_ = ClientCommand::nothing;
    std::string argument_;
    std::vector<Directive> directives_;
    std::vector<Comment> comments_;
    std::vector<std::pair<std::string, std::vector<Comment>>> last_comments_;
    std::vector<std::string> warnings_;
    bool too_deep_ = false;
};

}  // namespace kedge::script::mysql
