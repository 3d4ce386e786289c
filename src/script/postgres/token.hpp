// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::script::postgres {

/// A token of a statement, as far as kedge has to tell them apart.
struct Token {
    enum class Kind { word, name, string, symbol };
    Kind kind = Kind::symbol;
    std::string text;        ///< a word in capital letters; all else as it stands, with its quotes
    std::size_t offset = 0;  ///< in the statement
    std::size_t depth = 0;   ///< of parentheses around it

    [[nodiscard]] bool is(std::string_view word) const noexcept {
        return kind != Kind::name && kind != Kind::string && text == word;
    }
};

/// The first `limit` tokens of a statement, comments left out. Past them, and for a statement that
/// has fewer, `at()` gives an empty symbol.
class Tokens {
  public:
    Tokens(std::string_view statement, std::size_t limit);

    [[nodiscard]] const Token& at(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
    [[nodiscard]] auto begin() const noexcept { return tokens_.begin(); }
    [[nodiscard]] auto end() const noexcept { return tokens_.end(); }
    /// Whether the tokens from `index` on are these words.
    [[nodiscard]] bool match(std::size_t index,
                             std::initializer_list<std::string_view> words) const;
    /// Whether one of them, outside parentheses, is this word.
    [[nodiscard]] bool has(std::string_view word) const;

  private:
    std::vector<Token> tokens_;
};

}  // namespace kedge::script::postgres
