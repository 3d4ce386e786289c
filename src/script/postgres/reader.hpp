// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script/directive.hpp"
#include "script/postgres/conditions.hpp"
#include "script/postgres/meta_command.hpp"
#include "script/postgres/meta_line.hpp"
#include "script/postgres/scanner.hpp"
#include "script/postgres/variables.hpp"
#include "script/source.hpp"
#include "support/error.hpp"

namespace kedge::script::postgres {

/// How deep `\i` may nest.
inline constexpr std::size_t kDeepestInclude = 100;

/// Reads a script and what it includes as psql does, and stops at what has to be done: statements
/// to send, and those commands that concern more than the reading itself. Variables, conditions and
/// includes it follows by itself. Looking a script over and playing it are this same walk.
class Reader {
  public:
    enum class Item {
        end,
        statement,  ///< statement() is to be sent; ending() says how its result is taken
        command,    ///< call() is to be obeyed
        /// What comes next depends on what the caller has not run yet; call again when it did.
        hold,
    };

    /// What to do about something that is wrong. If it returns, the reading goes on behind it.
    using OnError = std::function<void(Error error)>;

    /// `shell` runs the commands of backquotes; `folder_path` is a path as the script means it.
    Reader(const std::string& path, Variables& variables, Shell shell,
           std::function<std::string(std::string_view path)> folder_path, OnError on_error);
    Reader(const Reader&) = delete;  // the scanners call back
    Reader& operator=(const Reader&) = delete;

    /// Reads on. `pending`: the caller has statements that it has not run yet.
    Item next(bool pending);

    [[nodiscard]] const Statement& statement() const noexcept { return statement_; }
    /// The comments before the statement, in its file, and in it.
    [[nodiscard]] std::vector<Comment> take_comments() { return std::exchange(comments_, {}); }
    /// Those behind the last statement of a file that has ended since the last call, by its path.
    [[nodiscard]] std::vector<std::pair<std::string, std::vector<Comment>>> take_last_comments() {
        return std::exchange(last_comments_, {});
    }
    /// The command that ended the statement: `\g` and its kin; of kind `reset` where none did.
    [[nodiscard]] const MetaCall& ending() const noexcept { return ending_; }
    [[nodiscard]] const MetaCall& call() const noexcept { return call_; }
    [[nodiscard]] const std::string& path() const { return files_.back().lines.path(); }
    /// Line that was read last.
    [[nodiscard]] std::size_t line() const { return files_.back().lines.line(); }
    /// What stands here is run for certain, as far as that is known.
    [[nodiscard]] bool certain() const;
    /// The directives passed since the last call.
    [[nodiscard]] std::vector<Directive> take_directives() {
        return std::exchange(directives_, {});
    }
    /// What psql would say on its standard error since the last call, in lines.
    [[nodiscard]] std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

    /// The next line of the data of a COPY, with its line end; false at their end.
    bool data_line(std::string& line);
    /// As the server's setting standard_conforming_strings.
    void set_standard_strings(bool on);
    /// The statement so far; for `\p`.
    [[nodiscard]] const std::string& buffer() const;

  private:
    struct File {
        LineReader lines;
        Scanner scanner;
        Conditions conditions;
        std::optional<Scanner>
            before_skipping;    ///< the scanner as the branch that isn't run found it
        std::string text;       ///< the line
        bool has_line = false;  ///< it is not used up
        bool at_backslash = false;
        std::vector<Comment> comments;  ///< since its last statement
    };

    void open(const std::string& path, std::size_t line);
    /// Takes the next line up; false at the end of the file.
    bool next_line(File& file);
    [[nodiscard]] bool mentions_last_statement(std::string_view text) const;
    std::optional<Item> scan(File& file);
    std::optional<Item> end_of_file(File& file);
    void close_file();
    std::optional<Item> command(File& file);
    std::optional<Item> run_command(File& file, MetaLine& line, const MetaCommandInfo& info);
    std::optional<Item> give_statement(Statement statement, MetaCall ending);
    bool condition_command(File& file, MetaLine& line, MetaCommand command);
    [[nodiscard]] std::optional<bool> condition(MetaLine& line);
    void include(MetaLine& line, bool relative);
    void set(MetaLine& line);
    void note_directive(const File& file);
    void fail(std::string message, std::string hint = {});
    void fail(Error error);

    Variables& variables_;
    Shell shell_;
    std::function<std::string(std::string_view path)> folder_path_;
    OnError on_error_;
    std::deque<File> files_;
    std::string top_path_;
    Statement statement_;
    MetaCall ending_;
    MetaCall call_;
    std::string last_statement_;  ///< a lone `\g` sends it again
    std::vector<Directive> directives_;
    std::vector<Comment> comments_;
    std::vector<std::pair<std::string, std::vector<Comment>>> last_comments_;
    std::vector<std::string> warnings_;
    bool standard_strings_ = true;
    bool too_deep_ = false;
    bool had_statement_ = false;
};

}  // namespace kedge::script::postgres
