// SPDX-License-Identifier: MIT
#include "db/mysql/sql_text.hpp"

#include <algorithm>

namespace kedge::db::mysql {
namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != '\\' && c != '\''; });
}

}  // namespace

std::string literal(const Value& value) {
    if (std::holds_alternative<std::nullptr_t>(value)) return "NULL";
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return text_of(value);
    if (is_plain(*text)) return '\'' + *text + '\'';
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out = "_utf8mb4 X'";
    out.reserve(out.size() + 2 * text->size() + 1);
    for (const char c : *text) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte / 16];
        out += kDigits[byte % 16];
    }
    return out + '\'';
}

std::string own_text(std::string_view sql, std::span<const Value> values) {
    std::string out;
    out.reserve(sql.size() + 64 * values.size());
    std::size_t parameter = 0;
    char quote = 0;  // of the text or the name that we are in
    for (const char c : sql) {
        if (quote != 0 ? c == quote : c == '\'' || c == '`') {
            quote = quote != 0 ? char{0} : c;
            out += c;
        } else if (quote != 0) {
            out += c;
        } else if (c == '?') {
            out += literal(values[parameter++]);
        } else {
            out += c == '"' ? '`' : c;
        }
    }
    return out;
}

}  // namespace kedge::db::mysql
