// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "script/mysql/scanner.hpp"

namespace kedge::script::mysql {

/// A token of a statement, as far as kedge has to tell them apart.
struct Token {
    enum class Kind { word, name, string, symbol };
    Kind kind = Kind::symbol;
    std::string text;        ///< a word in capital letters; all else as it stands, with its quotes
    std::string raw;         ///< a word or name as it is meant: as written, out of its quotes
    std::size_t offset = 0;  ///< in the statement
    std::size_t end = 0;
    std::size_t depth = 0;  ///< of parentheses around it

    [[nodiscard]] bool is(std::string_view word) const noexcept {
        return kind != Kind::name && kind != Kind::string && text == word;
    }
    [[nodiscard]] bool is_any(std::initializer_list<std::string_view> words) const noexcept;
};

/// The first `limit` tokens of a statement, comments left out, those within versioned comments not.
/// Past them, and for a statement that has fewer, `at()` gives an empty symbol.
class Tokens {
  public:
    Tokens(std::string_view statement, std::size_t limit, QuoteModes modes = {});

    [[nodiscard]] const Token& at(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
    [[nodiscard]] auto begin() const noexcept { return tokens_.begin(); }
    [[nodiscard]] auto end() const noexcept { return tokens_.end(); }
    /// Whether the tokens from `index` on are these words.
    [[nodiscard]] bool match(std::size_t index,
                             std::initializer_list<std::string_view> words) const;
    /// Where from `index` on, outside parentheses, the word is; size() where it isn't.
    [[nodiscard]] std::size_t find(std::string_view word, std::size_t index = 0) const;
    [[nodiscard]] bool has(std::string_view word) const { return find(word) < size(); }
    /// Moves `at` behind all of these words.
    void skip(std::size_t& at, std::initializer_list<std::string_view> words) const;

  private:
    std::vector<Token> tokens_;
};

/// Whether a statement calls the function; its name in capital letters.
[[nodiscard]] bool calls(std::string_view statement, std::string_view function);

/// A name in backticks.
[[nodiscard]] std::string quoted_name(std::string_view name);
/// A text as a literal. One without a backslash reads the same in every sql_mode.
[[nodiscard]] std::string quoted_literal(std::string_view text);

}  // namespace kedge::script::mysql
