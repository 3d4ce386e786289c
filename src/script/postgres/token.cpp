// SPDX-License-Identifier: MIT
#include "script/postgres/token.hpp"

#include <algorithm>
#include <cctype>

#include "script/quotes.hpp"

namespace kedge::script::postgres {
namespace {

bool is_letter(char c) noexcept {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_letter_or_digit(char c) noexcept {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '$';
}

/// Behind white space and comments.
std::size_t skip_blank(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const std::string_view rest = text.substr(at);
        if (std::isspace(static_cast<unsigned char>(rest.front())) != 0) {
            ++at;
        } else if (rest.starts_with("--")) {
            at = std::min(text.find('\n', at), text.size());
        } else if (rest.starts_with("/*")) {
            std::size_t depth = 0;
            do {
                if (text.substr(at, 2) == "/*") {
                    ++depth;
                    ++at;
                } else if (text.substr(at, 2) == "*/") {
                    --depth;
                    ++at;
                }
                ++at;
            } while (depth > 0 && at < text.size());
        } else {
            break;
        }
    }
    return std::min(at, text.size());
}

std::size_t dollar_end(std::string_view text, std::size_t at) {
    std::size_t tag = at + 1;
    while (tag < text.size() && text[tag] != '$' && is_letter_or_digit(text[tag])) ++tag;
    if (tag >= text.size() || text[tag] != '$') return at + 1;
    const std::string_view whole = text.substr(at, tag + 1 - at);
    const std::size_t close = text.find(whole, tag + 1);
    return close == text.npos ? text.size() : close + whole.size();
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

}  // namespace

Tokens::Tokens(std::string_view statement, std::size_t limit) {
    using Kind = Token::Kind;
    std::size_t depth = 0;
    std::size_t at = skip_blank(statement, 0);
    while (at < statement.size() && tokens_.size() < limit) {
        const char c = statement[at];
        const char next = at + 1 < statement.size() ? statement[at + 1] : '\0';
        std::size_t end = at + 1;
        Kind kind = Kind::symbol;
        if ((c == 'e' || c == 'E') && next == '\'') {
            end = quoted_end(statement, at + 1, true);
            kind = Kind::string;
        } else if (c == '\'') {
            end = quoted_end(statement, at, false);
            kind = Kind::string;
        } else if (c == '"') {
            end = quoted_end(statement, at, false);
            kind = Kind::name;
        } else if (c == '$') {
            end = dollar_end(statement, at);
            kind = end == at + 1 ? Kind::symbol : Kind::string;
        } else if (is_letter(c)) {
            while (end < statement.size() && is_letter_or_digit(statement[end])) ++end;
            kind = Kind::word;
        }
        if (c == ')' && kind == Kind::symbol && depth > 0) --depth;
        const std::string_view text = statement.substr(at, end - at);
        tokens_.push_back({kind, kind == Kind::word ? upper(text) : std::string(text), at, depth});
        if (c == '(' && kind == Kind::symbol) ++depth;
        at = skip_blank(statement, end);
    }
}

const Token& Tokens::at(std::size_t index) const noexcept {
    static const Token kNone;
    return index < tokens_.size() ? tokens_[index] : kNone;
}

bool Tokens::match(std::size_t index, std::initializer_list<std::string_view> words) const {
    return std::all_of(words.begin(), words.end(),
                       [&](std::string_view word) { return at(index++).is(word); });
}

bool Tokens::has(std::string_view word) const {
    return std::any_of(tokens_.begin(), tokens_.end(),
                       [&](const Token& token) { return token.depth == 0 && token.is(word); });
}

}  // namespace kedge::script::postgres
