// SPDX-License-Identifier: MIT
// Reads the statements that MySQL and MariaDB print of their objects: `SHOW CREATE ...`.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace kedge::schema::mysql {

enum class TokenKind { end, word, name, text, sign };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view source;  ///< with its quotes
    std::size_t begin = 0;
};

/// Goes through a statement token by token. What versioned comments hold is read as if it stood
/// outside of them; other comments are passed over.
class Cursor {
  public:
    /// `names_in_double_quotes`: as the server prints in some modes; else these are texts.
    explicit Cursor(std::string_view sql, bool names_in_double_quotes = false);

    [[nodiscard]] const Token& token() const noexcept { return token_; }
    [[nodiscard]] bool at_end() const noexcept { return token_.kind == TokenKind::end; }
    /// At this keyword, whatever its case, or this sign.
    [[nodiscard]] bool at(std::string_view word) const noexcept;
    void next();
    /// Passes over these keywords and signs if they come next, all of them.
    bool accept(std::initializer_list<std::string_view> words);

    /// The token that comes next, without quotes, and passes over it.
    std::string value();
    /// From `(` to its `)`: what is between them.
    std::string_view bracketed();
    /// From here to before the first of these keywords, a comma, or the end of the brackets around.
    std::string_view up_to(std::initializer_list<std::string_view> words);
    /// All that isn't read yet.
    [[nodiscard]] std::string_view rest() const noexcept { return sql_.substr(token_.begin); }
    [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const noexcept {
        return sql_.substr(begin, end - begin);
    }
    /// Where the last token that was passed over ends.
    [[nodiscard]] std::size_t passed() const noexcept { return passed_; }

  private:
    void skip_blanks_and_comments();

    std::string_view sql_;
    bool names_in_double_quotes_;
    Token token_;
    std::size_t place_ = 0;   ///< behind the token
    std::size_t passed_ = 0;  ///< behind the one before it
};

/// A name or a text without its quotes.
[[nodiscard]] std::string unquoted(std::string_view source);
/// A name as people write it: in backticks only where it needs them.
[[nodiscard]] std::string shown_name(std::string_view name);
/// A list of names in their quotes as people write it.
[[nodiscard]] std::string shown_names(std::string_view list);
/// With one space wherever there is white space outside of quotes.
[[nodiscard]] std::string with_single_spaces(std::string_view text);
/// An expression or a query without the qualification of names by this database.
[[nodiscard]] std::string without_database(std::string_view text, std::string_view database);
/// A character set's or a collation's name in the spelling of today: `utf8` is `utf8mb3`.
[[nodiscard]] std::string modern_charset(std::string_view name);
/// A data type without a display width that means nothing: `int(11)` is `int`.
[[nodiscard]] std::string without_display_width(std::string_view type);

}  // namespace kedge::schema::mysql
