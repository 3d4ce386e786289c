// SPDX-License-Identifier: MIT
#include "schema/postgres/printed.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::schema::postgres {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

bool is_of_name(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

bool stands_at(std::string_view text, std::size_t at, std::string_view words) {
    return text.substr(std::min(at, text.size()), words.size()) == words;
}

/// Past the character at `at`, or past the whole of what is in quotes there.
std::size_t past(std::string_view text, std::size_t at) {
    const char quote = text[at];
    if (quote != '\'' && quote != '"') return at + 1;
    const bool escapes = quote == '\'' && at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e') &&
                         (at == 1 || !is_of_name(text[at - 2]));
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (escapes && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (i + 1 == text.size() || text[i + 1] != quote) return i + 1;
            ++i;
        }
    }
    return text.size();
}

/// Past the bracket that closes the one at `at`; nowhere if there is none.
std::size_t past_brackets(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    while (at < text.size()) {
        if (text[at] == '(' || text[at] == '[') ++depth;
        if (text[at] == ')' || text[at] == ']') {
            if (depth <= 1) return at + 1;
            --depth;
        }
        at = past(text, at);
    }
    return kNowhere;
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (stands_at(text, at, separator)) {
            out.push_back(text.substr(begin, at - begin));
            begin = at += separator.size();
        } else if (text[at] == '(' || text[at] == '[') {
            at = std::min(past_brackets(text, at), text.size());
        } else {
            at = past(text, at);
        }
    }
    out.push_back(text.substr(begin));
    return out;
}

/// Of `::text[]` at `at` the element's type, and where what follows begins.
std::optional<std::pair<std::string_view, std::size_t>> array_type_at(std::string_view text,
                                                                      std::size_t at) {
    if (!stands_at(text, at, "::")) return std::nullopt;
    const std::size_t begin = at + 2;
    std::size_t end = begin;
    while (end < text.size() &&
           (is_of_name(text[end]) || text[end] == '.' || text[end] == ' ' || text[end] == '"')) {
        end = past(text, end);
    }
    if (end < text.size() && text[end] == '(') end = past_brackets(text, end);
    if (end == begin || !stands_at(text, end, "[]")) return std::nullopt;
    return std::pair(text.substr(begin, end - begin), end + 2);
}

/// `(ARRAY[a, b])::text[]` as `ARRAY[(a)::text, (b)::text]`.
void move_casts_to_elements(std::string& text) {
    constexpr std::string_view kOpen = "(ARRAY[";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = stands_at(text, at, kOpen) ? past_brackets(text, at) : kNowhere;
        const auto type = end == kNowhere ? std::nullopt : array_type_at(text, end);
        if (!type || past_brackets(text, at + kOpen.size() - 1) != end - 1) {
            at = past(text, at);
            continue;
        }
        const std::size_t first = at + kOpen.size();
        const auto elements = parts_of(std::string_view(text).substr(first, end - 2 - first), ", ");
        // Of several dimensions, or of none.
        if (elements.front().empty() || elements.front().starts_with("ARRAY[")) {
            at = past(text, at);
            continue;
        }
        std::vector<std::string> cast;
        for (const std::string_view element : elements) {
            cast.push_back(fmt::format("({})::{}", element, type->first));
        }
        text = fmt::format("{}ARRAY[{}]{}", std::string_view(text).substr(0, at), join(cast, ", "),
                           std::string_view(text).substr(type->second));
    }
}

/// `((a AND b) AND c)` as `(a AND b AND c)`.
void flatten_first_operands(std::string& text) {
    static constexpr std::array<std::string_view, 2> kOperators = {" AND ", " OR "};
    for (std::size_t at = 0; at < text.size(); at = past(text, at)) {
        while (stands_at(text, at, "((")) {
            const std::size_t end = past_brackets(text, at + 1);
            if (end == kNowhere) break;
            const auto found =
                std::find_if(kOperators.begin(), kOperators.end(),
                             [&](std::string_view one) { return stands_at(text, end, one); });
            const std::string inner = text.substr(at + 2, end - at - 3);
            if (found == kOperators.end() || parts_of(inner, *found).size() < 2) break;
            text.replace(at + 1, end - at - 1, inner);
        }
    }
}

/// What a query's only relation is called; nothing if it has none, or several.
std::optional<std::string> only_relation(std::string_view query) {
    constexpr std::string_view kFrom = "\n   FROM ";
    if (!query.starts_with(" SELECT")) return std::nullopt;
    std::size_t at = 0;
    std::size_t item = kNowhere;  ///< where the relation is named
    std::size_t end = query.size();
    while (at < query.size()) {
        for (const std::string_view word : {"\nUNION", "\nINTERSECT", "\nEXCEPT"}) {
            if (stands_at(query, at, word)) return std::nullopt;
        }
        if (item == kNowhere && stands_at(query, at, kFrom)) {
            item = at += kFrom.size();
            continue;
        }
        if (item != kNowhere && end == query.size() && (query[at] == '\n' || query[at] == ';')) {
            end = at;
        }
        at = query[at] == '(' || query[at] == '[' ? std::min(past_brackets(query, at), query.size())
                                                  : past(query, at);
    }
    if (item == kNowhere) return std::nullopt;
    std::string_view text = query.substr(item, end - item);
    const bool is_join = text.starts_with('(') && !text.starts_with("( SELECT");
    if (is_join || text.ends_with(',') || text.find(" TABLESAMPLE ") != kNowhere) {
        return std::nullopt;
    }
    // `f(x) alias(a, b)`
    if (const std::size_t list = text.rfind('('); text.ends_with(')') && list != kNowhere) {
        text = text.substr(0, list);
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '.' || text[i] == ')') begin = i + 1;
        i = text[i] == '(' ? std::min(past_brackets(text, i), text.size()) : past(text, i);
    }
    const std::string_view name = text.substr(begin);
    return name.empty() ? std::nullopt : std::optional<std::string>(name);
}

}  // namespace

std::string settled(std::string text) {
    move_casts_to_elements(text);
    flatten_first_operands(text);
    return text;
}

std::string with_bare_columns(std::string query) {
    const auto relation = only_relation(query);
    if (!relation) return query;
    const std::string prefix = *relation + '.';
    std::string out;
    for (std::size_t at = 0; at < query.size();) {
        // Queries within it name all of theirs, and its own.
        const bool is_query = stands_at(query, at, "( SELECT") || stands_at(query, at, "(SELECT");
        const bool is_free = at == 0 || (!is_of_name(query[at - 1]) && query[at - 1] != '.');
        std::size_t next = is_query ? past_brackets(query, at) : past(query, at);
        if (next == kNowhere) next = query.size();
        if (!is_query && is_free && stands_at(query, at, prefix) &&
            !stands_at(query, at + prefix.size(), "*")) {
            at += prefix.size();
            continue;
        }
        out.append(query, at, next - at);
        at = next;
    }
    return out;
}

}  // namespace kedge::schema::postgres
