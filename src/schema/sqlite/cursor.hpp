// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "schema/sqlite/canonical.hpp"

namespace kedge::schema::sqlite {

/// Walks over the tokens of a statement. Behind the last there is nothing that it could take.
class Cursor {
  public:
    explicit Cursor(Tokens tokens) : tokens_(tokens) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ >= tokens_.size(); }
    [[nodiscard]] const script::sqlite::Token& peek(std::size_t ahead = 0) const {
        static constexpr script::sqlite::Token kNone;
        return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kNone;
    }
    const script::sqlite::Token& next() {
        const auto& token = peek();
        if (!at_end()) ++at_;
        return token;
    }

    /// Whether these words, in upper case, are next.
    [[nodiscard]] bool sees(std::initializer_list<std::string_view> words) const {
        std::size_t ahead = 0;
        return std::all_of(words.begin(), words.end(),
                           [&](std::string_view word) { return peek(ahead++).is_word(word); });
    }
    [[nodiscard]] bool sees_sign(std::string_view sign) const { return peek().is_sign(sign); }
    bool take(std::initializer_list<std::string_view> words) {
        if (!sees(words)) return false;
        at_ += words.size();
        return true;
    }
    bool take_sign(std::string_view sign) {
        if (!sees_sign(sign)) return false;
        ++at_;
        return true;
    }

    /// What is in the parentheses that are next, without them; nothing if there are none.
    Tokens take_parentheses() {
        if (!sees_sign("(")) return {};
        const std::size_t begin = ++at_;
        std::size_t depth = 1;
        for (; !at_end(); ++at_) {
            if (peek().is_sign("(")) ++depth;
            if (peek().is_sign(")") && --depth == 0) break;
        }
        const Tokens inside = tokens_.subspan(begin, at_ - begin);
        if (!at_end()) ++at_;
        return inside;
    }

    [[nodiscard]] std::size_t place() const noexcept { return at_; }
    [[nodiscard]] Tokens since(std::size_t begin) const {
        return tokens_.subspan(begin, at_ - begin);
    }
    Tokens take_rest() {
        const Tokens rest = tokens_.subspan(std::min(at_, tokens_.size()));
        at_ = tokens_.size();
        return rest;
    }

  private:
    Tokens tokens_;
    std::size_t at_ = 0;
};

}  // namespace kedge::schema::sqlite
