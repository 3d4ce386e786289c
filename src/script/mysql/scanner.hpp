// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/comment.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// SQL text as it is to be sent.
struct Statement {
    std::string text;
    std::vector<Origin> origins;  ///< by rising offset; the first has offset 0

    [[nodiscard]] bool empty() const noexcept { return text.empty(); }
};

/// What of the session's sql_mode decides how text is read.
struct QuoteModes {
    bool ansi_quotes = false;           ///< "…" is a name
    bool no_backslash_escapes = false;  ///< a backslash in a string is an ordinary character

    bool operator==(const QuoteModes&) const = default;
};

/// Cuts a script into statements as the mysql client does, line by line, without a server: the
/// delimiter ends a statement unless it is in quotes or a comment. Comments are left out, but for
/// versioned ones, in which a delimiter counts as elsewhere, and optimizer hints. A backslash
/// outside of quotes begins a command of the client's own.
///
/// The rules are what MariaDB's client 10.11 was seen to send; hints are kept as MySQL's keeps
/// them.
class Scanner {
  public:
    enum class Stop {
        line_end,   ///< the line is used up; the statement may go on in the next
        statement,  ///< the delimiter has ended a statement; it is not in its text
        command,    ///< a backslash and letter(): position() is behind them
    };

    /// Gives the next line of the script, without its line end. `number` is its line.
    void set_line(std::string_view line, std::size_t number);
    Stop scan();

    /// What has been gathered of the statement.
    [[nodiscard]] const Statement& statement() const noexcept { return statement_; }
    /// Takes it without the blanks at its end, and begins the next one. Quotes stay open.
    [[nodiscard]] Statement take();
    /// The comments since the last call that begin with dashes.
    [[nodiscard]] std::vector<Comment> take_comments() { return std::exchange(comments_, {}); }
    [[nodiscard]] std::string_view line() const noexcept { return line_; }
    /// How far the line has been used, in bytes.
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    /// The letter of the command at which the scan has stopped.
    [[nodiscard]] char letter() const noexcept { return letter_; }
    /// Passes over the parameters of a command: to behind the delimiter, or the line's end.
    void skip_parameters();
    /// Passes over the rest of the line, as behind a command that was the whole of it.
    void skip_line() noexcept;

    /// Neither in quotes nor in a comment.
    [[nodiscard]] bool at_top() const noexcept {
        return quote_ == '\0' && !in_comment_ && !in_hint_;
    }
    /// What is open, for a message about a script that ends within it: `a string`; or nothing.
    [[nodiscard]] std::string_view open_construct() const noexcept;

    void set_delimiter(std::string_view delimiter) { delimiter_ = delimiter; }
    void set_modes(QuoteModes modes) noexcept { modes_ = modes; }

  private:
    [[nodiscard]] std::string_view rest() const noexcept {
        return std::string_view(line_).substr(at_);
    }
    [[nodiscard]] bool escapes() const noexcept;
    [[nodiscard]] bool begins_line_comment() const noexcept;
    void mark_origin();
    /// Moves `count` bytes from the line to the statement.
    void put(std::size_t count);
    void pass(std::size_t count) noexcept;
    void note_comment();
    void begin_comment();
    void hint();
    void ordinary();
    void end_line();

    Statement statement_;
    std::vector<Comment> comments_;
    std::string line_;
    std::string delimiter_ = ";";
    QuoteModes modes_;
    std::size_t number_ = 0;
    std::size_t at_ = 0;
    bool origin_changed_ = true;
    char letter_ = '\0';

    char quote_ = '\0';  ///< the one that is open
    bool in_comment_ = false;
    bool in_hint_ = false;
    // The client forgets these two with each line.
    bool in_versioned_ = false;  ///< `/*! … */`
    bool needs_blank_ = false;   ///< behind a comment that was left out
    std::size_t run_ = 0;        ///< where in the text the line's last unbroken run begins
    bool line_ended_ = true;
};

/// Whether a text begins with the word `delimiter`, in whatever case.
[[nodiscard]] bool begins_with_delimiter_word(std::string_view text) noexcept;

/// White space as the client has it.
[[nodiscard]] constexpr bool is_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace kedge::script::mysql
