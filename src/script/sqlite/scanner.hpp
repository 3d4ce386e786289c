// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace kedge::script::sqlite {

/// The head of a statement: its first tokens, which tell what it is.
struct Head {
    static constexpr std::size_t kTokens = 8;
    /// Words in upper case, other tokens as they stand (quoted ones with their quotes).
    std::array<std::string, kTokens> tokens;
    std::size_t count = 0;

    [[nodiscard]] std::string_view operator[](std::size_t i) const {
        return i < count ? std::string_view(tokens[i]) : std::string_view();
    }
};

/// A statement found in the text: where it begins and ends, in bytes of all text fed so far.
struct Found {
    std::size_t begin = 0;  ///< its first token
    std::size_t end = 0;    ///< after its semicolon, or the end of the text
    bool terminated = true;
    Head head;
};

/// Finds the ends of statements in SQLite's SQL, by the rule of sqlite3_complete(): a semicolon
/// ends a statement, but within CREATE TRIGGER only the one after `;END`. Knows comments, strings
/// and SQLite's three kinds of quoted names. Takes text in pieces that end at line ends.
class Scanner {
  public:
    using OnStatement = std::function<void(const Found&)>;
    using OnComment = std::function<void(std::string_view text, std::size_t offset)>;

    explicit Scanner(OnStatement on_statement, OnComment on_comment = {})
        : on_statement_(std::move(on_statement)), on_comment_(std::move(on_comment)) {}

    void feed(std::string_view text);
    /// Reports a last statement that has no semicolon.
    void finish();

    /// Nothing but white space and whole comments since the last statement ended.
    [[nodiscard]] bool idle() const noexcept { return mode_ == Mode::plain && !in_statement_; }
    /// A semicolon here would end the statement.
    [[nodiscard]] bool semicolon_would_end() const noexcept;
    [[nodiscard]] bool in_comment() const noexcept { return mode_ == Mode::block_comment; }
    /// Head of the statement that is being read, or was read last.
    [[nodiscard]] const Head& head() const noexcept { return found_.head; }
    /// Offsets count from here again. Only when idle.
    void restart() noexcept { consumed_ = 0; }

  private:
    enum class Mode { plain, block_comment, quoted };
    /// Where in a statement we are; the states of sqlite3_complete().
    enum class State { start, normal, explain, create, trigger, trigger_semicolon, trigger_end };

    std::size_t skip_rest_of_quoted(std::string_view text, std::size_t at);
    void token(std::string_view text, std::size_t offset);
    void semicolon(std::size_t offset);
    void advance(std::string_view upper_word);

    OnStatement on_statement_;
    OnComment on_comment_;
    Mode mode_ = Mode::plain;
    char quote_ = '\0';
    State state_ = State::start;
    bool in_statement_ = false;
    Found found_;
    std::string partial_;       ///< a quoted token that goes on in the next piece
    std::size_t consumed_ = 0;  ///< bytes of all pieces before this one
};

/// The head of the first statement in `text`.
[[nodiscard]] Head head_of(std::string_view text);

}  // namespace kedge::script::sqlite
