// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/comment.hpp"
#include "script/script.hpp"

namespace kedge::script::postgres {

/// SQL text as it is to be sent, variables put in.
struct Statement {
    std::string text;
    std::vector<Origin> origins;  ///< by rising offset; the first has offset 0
    bool compound = false;        ///< holds a `\;`: several statements, to be sent as one message

    [[nodiscard]] bool empty() const noexcept { return text.empty(); }
    void clear() noexcept {
        text.clear();
        origins.clear();
        compound = false;
    }
    /// The place in the script of the byte at `offset`.
    [[nodiscard]] Origin place_of(std::size_t offset) const;
};

/// Cuts PostgreSQL's SQL into statements as psql does, line by line, without a server: a semicolon
/// ends a statement unless it is in quotes, a comment, parentheses, or the BEGIN ATOMIC body of a
/// function. Puts in the values of variables (`:name`, `:'name'`, `:"name"`, `:{?name}`) and stops
/// at a backslash, which begins a command of the client's own.
///
/// The rules are those of psql 15: https://www.postgresql.org/docs/15/app-psql.html (Variables,
/// SQL Interpolation, Meta-Commands) and, for the tokens, chapter 4.1 of PostgreSQL's manual.
class Scanner {
  public:
    /// The value of a variable; nothing for one that isn't set.
    using Variables = std::function<std::optional<std::string>(std::string_view name)>;

    enum class Stop {
        line_end,   ///< the line is used up; the statement may go on in the next
        statement,  ///< a statement has ended, its semicolon included
        backslash,  ///< a client's command begins after position()
    };

    explicit Scanner(Variables variables = {}) : variables_(std::move(variables)), inputs_(1) {}

    /// Gives the next line of the script, with its line end if it has one. `number` is its line.
    void set_line(std::string_view line, std::size_t number);
    /// Scans on to the next stop, adding to statement(). White space and `--` comments before its
    /// first token are left out, as psql leaves them out.
    Stop scan();

    /// What has been gathered. To be taken after Stop::statement, or at the end of the script.
    [[nodiscard]] const Statement& statement() const noexcept { return statement_; }
    /// Takes it, and begins the next one: what is open in it, as when `\g` ends it, is forgotten.
    [[nodiscard]] Statement take();
    /// The comments since the last call.
    [[nodiscard]] std::vector<Comment> take_comments() { return std::exchange(comments_, {}); }
    /// How far the line has been used, in bytes.
    [[nodiscard]] std::size_t position() const noexcept { return inputs_.front().at; }
    /// Goes on elsewhere in the line, behind a client's command; at the line end at the latest.
    void set_position(std::size_t position);

    /// Neither in quotes, nor in a comment, nor in parentheses.
    [[nodiscard]] bool at_top() const noexcept {
        return mode_ == Mode::plain && depth_ == 0 && begin_depth_ == 0;
    }
    /// What is open, for a message about a script that ends within it: `a string`; or nothing.
    [[nodiscard]] std::string_view open_construct() const noexcept;
    /// The tag of the dollar-quoted string that is open, `$tag$`; empty for none.
    [[nodiscard]] std::string_view open_dollar_tag() const noexcept {
        return mode_ == Mode::dollar ? std::string_view(dollar_tag_) : std::string_view();
    }

    /// As the server's setting: whether a backslash in '…' is an ordinary character.
    void set_standard_strings(bool on) noexcept { standard_strings_ = on; }

  private:
    enum class Mode { plain, string, escape_string, name, dollar, comment };

    /// What is being scanned: the line, and above it the values of variables named in it.
    struct Input {
        std::string text;
        std::size_t at = 0;
        std::string variable;  ///< empty for the line
    };

    [[nodiscard]] std::string_view rest() const;
    [[nodiscard]] bool in_value() const noexcept { return inputs_.size() > 1; }
    /// Moves `count` bytes from the input to the statement.
    void put(std::size_t count);
    /// Puts text of another origin in, for `used` bytes of the input.
    void put_instead(std::string_view text, std::size_t used);
    void mark_origin();
    void quoted();
    std::optional<Stop> plain();
    void white_space();
    void line_comment();
    void word();
    void dollar();
    void colon();
    void note_word(std::string_view word);
    void open(Mode mode, std::size_t opening);
    void reset_words() noexcept;

    Variables variables_;
    Statement statement_;
    std::vector<Comment> comments_;
    std::deque<Input> inputs_;
    std::size_t line_ = 0;
    std::size_t reference_ = 0;  ///< where in the line the variable is named whose value is scanned
    bool origin_changed_ = true;

    Mode mode_ = Mode::plain;
    bool standard_strings_ = true;
    std::string dollar_tag_;         ///< with both its dollars
    std::size_t comment_depth_ = 0;  ///< comments nest
    std::size_t depth_ = 0;          ///< of parentheses
    std::size_t begin_depth_ = 0;    ///< of BEGIN and CASE in the body of a function
    /// A string that has just ended goes on if the next token, on another line, is a quote.
    std::optional<Mode> closed_;
    bool line_end_since_ = false;
    std::size_t words_ = 0;           ///< of the statement so far
    std::array<char, 4> initials_{};  ///< of those of its first words that can begin a function
};

}  // namespace kedge::script::postgres
