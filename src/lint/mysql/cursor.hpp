// SPDX-License-Identifier: MIT
// A place among the tokens of a statement, which moves on as they are read.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"
#include "script/mysql/token.hpp"

namespace kedge::lint::mysql {

using script::mysql::Token;
using script::mysql::Tokens;

/// Past the end it gives empty symbols, so that reading never leaves the statement.
class Cursor {
  public:
    /// Both outlive the cursor.
    Cursor(std::string_view text, const Tokens& tokens) : text_(text), tokens_(tokens) {}

    [[nodiscard]] const Token& here(std::size_t ahead = 0) const { return tokens_.at(at_ + ahead); }
    [[nodiscard]] std::size_t at() const noexcept { return at_; }
    [[nodiscard]] bool done() const noexcept { return at_ >= tokens_.size(); }
    [[nodiscard]] const Tokens& tokens() const noexcept { return tokens_; }
    /// Of the token here; the statement's end where there is none.
    [[nodiscard]] std::size_t offset() const noexcept;
    /// Where the token before ends; 0 before the first.
    [[nodiscard]] std::size_t end_of_last() const noexcept;
    /// The statement's text between two of its offsets.
    [[nodiscard]] std::string text(std::size_t begin, std::size_t end) const;

    void go(std::size_t at) noexcept { at_ = at; }
    void step() noexcept { ++at_; }
    [[nodiscard]] bool starts(std::initializer_list<std::string_view> words) const {
        return tokens_.match(at_, words);
    }
    /// Moves behind the words, if they are what comes.
    bool take(std::initializer_list<std::string_view> words);
    /// Moves behind one of the words, if one of them comes.
    bool take_any(std::initializer_list<std::string_view> words);
    /// Moves behind all of these words, in any order.
    void skip(std::initializer_list<std::string_view> words) { tokens_.skip(at_, words); }
    /// A word or a name in quotes stands here.
    [[nodiscard]] bool is_name() const;
    /// The text of the token here, out of its quotes, and past it.
    std::string take_raw();
    /// `name` or `schema.name`; of more parts the last two.
    Name take_name();
    /// `(a, b)`; empty, and nowhere moved, where no parenthesis opens.
    std::vector<std::string> take_names();
    /// To behind the parenthesis that closes the one that opens here; nowhere where none does.
    void skip_group();
    /// The text within the parentheses that open here, and past them.
    std::string take_group();
    /// `=` may stand here.
    void skip_equals();
    /// An account, `user@host`, or a role; past it.
    std::string take_account();
    /// To the comma or the closing parenthesis, at this depth, that ends the part; or the end.
    void skip_part(std::size_t depth);

  private:
    std::string_view text_;
    const Tokens& tokens_;
    std::size_t at_ = 0;
};

}  // namespace kedge::lint::mysql
