// SPDX-License-Identifier: MIT
#include "script/mysql/token.hpp"

#include <algorithm>

#include "script/quotes.hpp"
#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_word_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

/// Behind the opening of a versioned comment, with its number.
std::size_t versioned_begin(std::string_view text, std::size_t at) {
    at += text.substr(at, 3) == "/*!" ? 3 : 4;
    for (int digits = 0; digits < 6 && at < text.size() && is_digit(text[at]); ++digits) ++at;
    return at;
}

/// Behind white space, comments, and the marks around versioned ones.
std::size_t skip_blank(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const std::string_view rest = text.substr(at);
        if (is_space(rest.front())) {
            ++at;
        } else if (rest.front() == '#' ||
                   (rest.starts_with("--") && (rest.size() == 2 || is_space(rest[2])))) {
            at = std::min(text.find('\n', at), text.size());
        } else if (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
            at = versioned_begin(text, at);
        } else if (rest.starts_with("/*")) {
            const std::size_t close = text.find("*/", at + 2);
            at = close == text.npos ? text.size() : close + 2;
        } else if (rest.starts_with("*/")) {
            at += 2;
        } else {
            break;
        }
    }
    return std::min(at, text.size());
}

/// What a text in quotes says, but for its escapes.
std::string unquoted(std::string_view text) {
    const std::string quote(text.substr(0, 1));
    text.remove_prefix(1);
    if (text.ends_with(quote)) text.remove_suffix(1);
    return replace_all(text, quote + quote, quote);
}

}  // namespace

bool Token::is_any(std::initializer_list<std::string_view> words) const noexcept {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is(word); });
}

Tokens::Tokens(std::string_view statement, std::size_t limit, QuoteModes modes) {
    using Kind = Token::Kind;
    std::size_t depth = 0;
    std::size_t at = skip_blank(statement, 0);
    while (at < statement.size() && tokens_.size() < limit) {
        const char c = statement[at];
        std::size_t end = at + 1;
        Kind kind = Kind::symbol;
        if (c == '`' || (c == '"' && modes.ansi_quotes)) {
            end = quoted_end(statement, at, false);
            kind = Kind::name;
        } else if (c == '\'' || c == '"') {
            end = quoted_end(statement, at, !modes.no_backslash_escapes);
            kind = Kind::string;
        } else if (is_word_character(c)) {
            while (end < statement.size() && is_word_character(statement[end])) ++end;
            kind = Kind::word;
        }
        if (c == ')' && depth > 0) --depth;
        const std::string_view text = statement.substr(at, end - at);
        tokens_.push_back(
            {kind, kind == Kind::word ? to_upper_ascii(text) : std::string(text),
             kind == Kind::word || kind == Kind::symbol ? std::string(text) : unquoted(text), at,
             at + text.size(), depth});
        if (c == '(') ++depth;
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

std::size_t Tokens::find(std::string_view word, std::size_t index) const {
    while (index < size() && (tokens_[index].depth > 0 || !tokens_[index].is(word))) ++index;
    return std::min(index, size());
}

void Tokens::skip(std::size_t& at, std::initializer_list<std::string_view> words) const {
    while (this->at(at).is_any(words)) ++at;
}

std::string quoted_name(std::string_view name) {
    return kedge::quoted(name, '`');
}

std::string quoted_literal(std::string_view text) {
    return kedge::quoted(text, '\'');
}

bool calls(std::string_view statement, std::string_view function) {
    // Nearly none does, and most that hold the word are long.
    if (to_upper_ascii(statement).find(function) == std::string::npos) return false;
    const Tokens all(statement, std::string_view::npos);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        if (all.at(i).is(function) && all.at(i + 1).is("(")) return true;
    }
    return false;
}

}  // namespace kedge::script::mysql
