// SPDX-License-Identifier: MIT
#include "script/sqlite/tokens.hpp"

#include <algorithm>
#include <array>

#include "script/quotes.hpp"
#include "script/sqlite/characters.hpp"
#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::script::sqlite {
namespace {

std::size_t word_end(std::string_view text, std::size_t at) {
    while (at < text.size() && is_in_word(text[at])) ++at;
    return at;
}

std::size_t number_end(std::string_view text, std::size_t at) {
    const bool hex = text[at] == '0' && at + 1 < text.size() && (text[at + 1] | 0x20) == 'x';
    while (at < text.size()) {
        const bool exponent = !hex && (text[at] | 0x20) == 'e';
        if (!is_in_word(text[at]) && text[at] != '.') break;
        ++at;
        if (exponent && at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    }
    return at;
}

std::size_t sign_size(std::string_view rest) {
    if (rest.size() < 2 || std::string_view("-|<>=!").find(rest[0]) == std::string_view::npos) {
        return 1;
    }
    static constexpr std::array<std::string_view, 10> kSigns = {"->>", "->", "||", "<=", "<>",
                                                                "<<",  ">=", ">>", "==", "!="};
    for (const std::string_view sign : kSigns) {
        if (rest.starts_with(sign)) return sign.size();
    }
    return 1;
}

}  // namespace

bool Token::is_word(std::string_view upper) const {
    return kind == Kind::word && equals_ignoring_case(text, upper);
}

std::string Token::name() const {
    if (kind != Kind::quoted_name && kind != Kind::string) return std::string(text);
    const char quote = text.front();
    const char close = quote == '[' ? ']' : quote;
    std::string_view inner = text.substr(1);
    if (!inner.empty() && inner.back() == close) inner.remove_suffix(1);
    if (quote == '[') return std::string(inner);
    return replace_all(inner, std::string(2, quote), std::string(1, quote));
}

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> out;
    constexpr std::size_t kUsualSize = 5;
    out.reserve(text.size() / kUsualSize);
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const std::string_view rest = text.substr(at);
        Token::Kind kind = Token::Kind::sign;
        std::size_t end = at;
        if (is_space(c)) {
            ++at;
            continue;
        }
        if (rest.starts_with(kByteOrderMark)) {
            at += kByteOrderMark.size();
            continue;
        }
        if (rest.starts_with("--")) {
            at = std::min(text.find('\n', at), text.size());
            continue;
        }
        if (rest.starts_with("/*")) {
            // A comment that isn't closed goes to the end.
            const std::size_t close = text.find("*/", at + 2);
            at = close == std::string_view::npos ? text.size() : close + 2;
            continue;
        }
        if (c == '\'' || c == '"' || c == '`') {
            kind = c == '\'' ? Token::Kind::string : Token::Kind::quoted_name;
            end = quoted_end(text, at, false);
        } else if (c == '[') {
            kind = Token::Kind::quoted_name;
            const std::size_t close = text.find(']', at);
            end = close == std::string_view::npos ? text.size() : close + 1;
        } else if ((c == 'x' || c == 'X') && rest.substr(1).starts_with('\'')) {
            kind = Token::Kind::literal;
            end = quoted_end(text, at + 1, false);
        } else if (is_digit(c) || (c == '.' && rest.size() > 1 && is_digit(rest[1]))) {
            kind = Token::Kind::literal;
            end = number_end(text, at);
        } else if (is_in_word(c)) {
            kind = Token::Kind::word;
            end = word_end(text, at);
        } else {
            end = at + sign_size(rest);
        }
        out.push_back({kind, text.substr(at, end - at)});
        at = end;
    }
    return out;
}

}  // namespace kedge::script::sqlite
