// SPDX-License-Identifier: MIT
#include "schema/sqlite/clauses.hpp"

#include <utility>

#include "support/text.hpp"

namespace kedge::schema::sqlite {

Part& add_part(Object& object, std::string_view kind, std::string name) {
    return object.parts.emplace_back(Part{std::string(kind), std::move(name), {}, {}});
}

void set_yes(Attributes& attributes, std::string_view name) {
    set(attributes, name, "yes");
}

void skip_head(Cursor& cursor) {
    cursor.take({"CREATE"});
    if (!cursor.take({"TEMP"})) cursor.take({"TEMPORARY"});
    if (!cursor.take({"UNIQUE"})) cursor.take({"VIRTUAL"});
    cursor.next();
    cursor.take({"IF", "NOT", "EXISTS"});
    cursor.next();
    if (cursor.take_sign(".")) cursor.next();
}

std::vector<Tokens> elements(Tokens list) {
    std::vector<Tokens> out;
    std::size_t begin = 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].is_sign("(")) ++depth;
        if (list[i].is_sign(")") && depth > 0) --depth;
        if (depth > 0 || !list[i].is_sign(",")) continue;
        out.push_back(list.subspan(begin, i - begin));
        begin = i + 1;
    }
    if (begin < list.size()) out.push_back(list.subspan(begin));
    return out;
}

std::string name_list(Tokens list, const Columns* columns) {
    std::vector<std::string> out;
    for (const Tokens element : elements(list)) {
        const std::string name = element.empty() ? std::string() : element.front().name();
        const Columns::Column* column = columns != nullptr ? columns->find(name) : nullptr;
        out.push_back(column != nullptr ? column->identifier : identifier(name));
    }
    return join(out, ", ");
}

std::string key_element(Tokens element, const Columns& columns) {
    const auto drop_last = [&](std::initializer_list<std::string_view> words) {
        if (element.size() <= words.size()) return false;
        Cursor tail(element.subspan(element.size() - words.size()));
        if (!tail.take(words)) return false;
        element = element.first(element.size() - words.size());
        return true;
    };
    // SQLite accepts here only what is the order anyway.
    static_cast<void>(drop_last({"NULLS", "FIRST"}) || drop_last({"NULLS", "LAST"}));
    const bool descending = drop_last({"DESC"});
    if (!descending) drop_last({"ASC"});
    std::string collation;
    if (element.size() > 2 && element[element.size() - 2].is_word("COLLATE")) {
        collation = to_upper_ascii(element.back().name());
        element = element.first(element.size() - 2);
    }
    element = without_parentheses(element);
    const Columns::Column* column =
        element.size() == 1 ? columns.find(element.front().name()) : nullptr;
    std::string out =
        column != nullptr ? column->identifier : expression(element, {&columns, nullptr});
    const std::string own =
        column != nullptr && !column->collation.empty() ? column->collation : "BINARY";
    if (!collation.empty() && collation != own) out += " collate " + identifier(collation);
    if (descending) out += " desc";
    return out;
}

std::string key_list(Tokens list, const Columns& columns) {
    std::vector<std::string> out;
    for (const Tokens element : elements(list)) out.push_back(key_element(element, columns));
    return join(out, ", ");
}

void add_more(Attributes& attributes, Tokens tokens) {
    if (tokens.empty()) return;
    const std::string* before = find(attributes, "more");
    const std::string text = line(tokens, {});
    set(attributes, "more", before != nullptr ? *before + ' ' + text : text);
}

}  // namespace kedge::schema::sqlite
