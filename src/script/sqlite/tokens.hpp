// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::script::sqlite {

/// A token of SQLite's SQL, as its own tokenizer cuts them.
struct Token {
    enum class Kind {
        word,         ///< a keyword or a name without quotes
        quoted_name,  ///< "a", `a` or [a]
        string,       ///< 'a'
        literal,      ///< a number, or a blob
        sign,         ///< everything else: an operator, a parenthesis, a comma
    };
    Kind kind = Kind::sign;
    std::string_view text;  ///< as it stands, with its quotes

    [[nodiscard]] bool is_sign(std::string_view sign) const {
        return kind == Kind::sign && text == sign;
    }
    /// Whether it is this word (in upper case), however it is written.
    [[nodiscard]] bool is_word(std::string_view upper) const;
    /// What it names: without its quotes, those within it single.
    [[nodiscard]] std::string name() const;
};

/// Takes a whole text apart; comments and white space are left out. Never fails: what is no token
/// of SQLite's is a sign. The tokens point into `text`.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view text);

}  // namespace kedge::script::sqlite
