// SPDX-License-Identifier: MIT
#include "schema/mysql/printed.hpp"

#include <algorithm>
#include <array>

#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

bool is_blank_byte(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_in_word(char c) {
    return c == '_' || c == '$' || is_digit(c) || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// Behind the quoted text or name that begins at `at`.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    const char quote = sql[at];
    for (std::size_t i = at + 1; i < sql.size(); ++i) {
        if (sql[i] == '\\' && quote != '`') {
            ++i;
        } else if (sql[i] == quote) {
            if (i + 1 >= sql.size() || sql[i + 1] != quote) return i + 1;
            ++i;
        }
    }
    return sql.size();
}

char unescaped(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case '0':
            return '\0';
        case 'Z':
            return '\x1a';
        case 'b':
            return '\b';
        default:
            return c;
    }
}

}  // namespace

Cursor::Cursor(std::string_view sql, bool names_in_double_quotes)
    : sql_(sql), names_in_double_quotes_(names_in_double_quotes) {
    next();
}

bool Cursor::at(std::string_view word) const noexcept {
    return (token_.kind == TokenKind::word || token_.kind == TokenKind::sign) &&
           equals_ignoring_case(token_.source, word);
}

void Cursor::skip_blanks_and_comments() {
    const auto here = [&](std::string_view text) {
        return sql_.substr(place_, text.size()) == text;
    };
    const auto to = [&](std::string_view text) {
        const std::size_t found = sql_.find(text, place_);
        place_ = found == sql_.npos ? sql_.size() : found + text.size();
    };
    while (place_ < sql_.size()) {
        if (is_blank_byte(sql_[place_])) {
            ++place_;
        } else if (here("/*!") || here("/*M!")) {
            place_ = sql_.find('!', place_) + 1;
            while (place_ < sql_.size() && is_digit(sql_[place_])) ++place_;
        } else if (here("*/")) {
            place_ += 2;
        } else if (here("/*")) {
            to("*/");
        } else if (here("#") || here("-- ")) {
            to("\n");
        } else {
            return;
        }
    }
}

void Cursor::next() {
    passed_ = place_;
    skip_blanks_and_comments();
    token_.begin = place_;
    if (place_ >= sql_.size()) {
        token_ = {TokenKind::end, {}, sql_.size()};
        return;
    }
    const char c = sql_[place_];
    if (c == '`' || c == '\'' || c == '"') {
        const bool is_name = c == '`' || (c == '"' && names_in_double_quotes_);
        token_.kind = is_name ? TokenKind::name : TokenKind::text;
        place_ = end_of_quoted(sql_, place_);
    } else if (is_in_word(c)) {
        token_.kind = TokenKind::word;
        const bool is_number = is_digit(c);
        while (place_ < sql_.size() &&
               (is_in_word(sql_[place_]) || (is_number && sql_[place_] == '.'))) {
            ++place_;
        }
    } else {
        token_.kind = TokenKind::sign;
        ++place_;
    }
    token_.source = between(token_.begin, place_);
}

bool Cursor::accept(std::initializer_list<std::string_view> words) {
    const Cursor before = *this;
    for (const std::string_view word : words) {
        if (!at(word)) {
            *this = before;
            return false;
        }
        next();
    }
    return true;
}

std::string Cursor::value() {
    const std::string out = unquoted(token_.source);
    next();
    return out;
}

std::string_view Cursor::bracketed() {
    next();
    const std::size_t begin = token_.begin;
    for (int depth = 1; !at_end(); next()) {
        if (at("(")) ++depth;
        if (at(")") && --depth == 0) break;
    }
    const std::string_view out = between(begin, token_.begin);
    next();
    return trim(out);
}

std::string_view Cursor::up_to(std::initializer_list<std::string_view> words) {
    const std::size_t begin = token_.begin;
    while (
        !at_end() && !at(",") && !at(")") &&
        std::none_of(words.begin(), words.end(), [&](std::string_view word) { return at(word); })) {
        if (at("(")) {
            bracketed();
        } else {
            next();
        }
    }
    return between(begin, std::max(begin, passed_));
}

std::string unquoted(std::string_view source) {
    if (source.empty() || (source[0] != '`' && source[0] != '\'' && source[0] != '"')) {
        return std::string(source);
    }
    const char quote = source.front();
    std::string out;
    for (std::size_t i = 1; i + 1 < source.size(); ++i) {
        if (source[i] == '\\' && quote != '`') {
            out += unescaped(source[++i]);
        } else {
            if (source[i] == quote) ++i;
            out += source[i];
        }
    }
    return out;
}

std::string shown_name(std::string_view name) {
    const bool is_plain = !name.empty() && !is_digit(name.front()) &&
                          std::all_of(name.begin(), name.end(), is_in_word);
    return is_plain ? std::string(name) : kedge::quoted(name, '`');
}

std::string shown_names(std::string_view list) {
    std::string out;
    for (Cursor cursor(list); !cursor.at_end();) {
        if (cursor.accept({","})) {
            out += ", ";
        } else if (cursor.token().kind == TokenKind::name) {
            out += shown_name(cursor.value());
        } else {
            out += cursor.token().source;
            cursor.next();
        }
    }
    return out;
}

std::string with_single_spaces(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (is_blank_byte(text[i])) {
            if (!out.empty() && out.back() != ' ') out += ' ';
            ++i;
            continue;
        }
        const bool is_quote = text[i] == '\'' || text[i] == '`' || text[i] == '"';
        const std::size_t end = is_quote ? end_of_quoted(text, i) : i + 1;
        out += text.substr(i, end - i);
        i = end;
    }
    return out;
}

std::string without_database(std::string_view text, std::string_view database) {
    const std::string own = kedge::quoted(database, '`');
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '`' && text[i] != '\'') {
            out += text[i++];
            continue;
        }
        std::size_t end = end_of_quoted(text, i);
        const bool qualifies = text.substr(i, end - i) == own && text.substr(end, 2) == ".`" &&
                               (i == 0 || text[i - 1] != '.');
        if (qualifies) {
            // What it qualifies may have the same name.
            i = end + 1;
            end = end_of_quoted(text, i);
        }
        out += text.substr(i, end - i);
        i = end;
    }
    return out;
}

std::string modern_charset(std::string_view name) {
    if (name == "utf8" || name.starts_with("utf8_")) {
        return "utf8mb3" + std::string(name.substr(4));
    }
    return std::string(name);
}

std::string without_display_width(std::string_view type) {
    static constexpr std::array<std::string_view, 6> kCounted = {"tinyint", "smallint", "mediumint",
                                                                 "int",     "bigint",   "year"};
    const std::size_t open = type.find('(');
    const std::size_t close = type.find(')');
    if (open == type.npos || close == type.npos ||
        std::find(kCounted.begin(), kCounted.end(), type.substr(0, open)) == kCounted.end() ||
        type.find("zerofill") != type.npos || type.starts_with("tinyint(1)")) {
        return std::string(type);
    }
    return std::string(type.substr(0, open)) + std::string(type.substr(close + 1));
}

}  // namespace kedge::schema::mysql
