// SPDX-License-Identifier: MIT
#include "schema/sqlite/statements.hpp"

#include <vector>

#include "schema/sqlite/clauses.hpp"
#include "support/text.hpp"

namespace kedge::schema::sqlite {
namespace {

/// Without the semicolon that the stored text may end with.
Tokens without_end(Tokens tokens) {
    while (!tokens.empty() && tokens.back().is_sign(";")) tokens = tokens.first(tokens.size() - 1);
    return tokens;
}

/// BEGIN may be a name within WHEN; the trigger's own has a statement behind it.
bool at_body(const Cursor& cursor) {
    if (!cursor.sees({"BEGIN"})) return false;
    for (const std::string_view word :
         {"SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES"}) {
        if (cursor.peek(1).is_word(word)) return true;
    }
    return false;
}

}  // namespace

bool is_virtual_table(Tokens tokens) {
    return Cursor(tokens).sees({"CREATE", "VIRTUAL"});
}

void read_virtual_table(Tokens tokens, Object& table) {
    Cursor cursor(without_end(tokens));
    skip_head(cursor);
    cursor.take({"USING"});
    set(table.attributes, "module", identifier(to_lower_ascii(cursor.next().name())));
    // What they mean is the module's own matter.
    std::vector<std::string> arguments;
    for (const Tokens argument : elements(cursor.take_parentheses())) {
        arguments.push_back(as_typed(argument));
    }
    if (!arguments.empty()) set(table.attributes, "arguments", join(arguments, ", "));
    add_more(table.attributes, cursor.take_rest());
}

void read_view(Tokens tokens, const NameSet& names, Object& view) {
    Cursor cursor(without_end(tokens));
    skip_head(cursor);
    if (cursor.sees_sign("(")) {
        set(view.attributes, "columns", name_list(cursor.take_parentheses(), nullptr));
    }
    cursor.take({"AS"});
    set(view.attributes, "definition", lines(cursor.take_rest(), {nullptr, &names}));
}

void read_index(Tokens tokens, const Columns& columns, Part& index) {
    Cursor cursor(without_end(tokens));
    if (cursor.sees({"CREATE", "UNIQUE"})) set_yes(index.attributes, "unique");
    skip_head(cursor);
    cursor.take({"ON"});
    cursor.next();
    set(index.attributes, "columns", key_list(cursor.take_parentheses(), columns));
    if (cursor.take({"WHERE"})) {
        set(index.attributes, "where", expression(cursor.take_rest(), {&columns, nullptr}));
    }
    add_more(index.attributes, cursor.take_rest());
}

void read_trigger(Tokens tokens, const NameSet& names, Part& trigger) {
    Cursor cursor(without_end(tokens));
    Attributes& attributes = trigger.attributes;
    skip_head(cursor);
    std::string timing = "before";
    if (cursor.take({"AFTER"})) {
        timing = "after";
    } else if (cursor.take({"INSTEAD", "OF"})) {
        timing = "instead of";
    } else {
        cursor.take({"BEFORE"});
    }
    set(attributes, "timing", timing);
    set(attributes, "event", to_lower_ascii(cursor.next().text));
    if (cursor.take({"OF"})) {
        const std::size_t begin = cursor.place();
        while (!cursor.at_end() && !cursor.sees({"ON"})) cursor.next();
        set(attributes, "columns", name_list(cursor.since(begin), nullptr));
    }
    cursor.take({"ON"});
    cursor.next();
    if (cursor.take_sign(".")) cursor.next();
    cursor.take({"FOR", "EACH", "ROW"});
    if (cursor.take({"WHEN"})) {
        const std::size_t begin = cursor.place();
        while (!cursor.at_end() && !at_body(cursor)) cursor.next();
        set(attributes, "when", expression(cursor.since(begin), {nullptr, &names}));
    }
    cursor.take({"BEGIN"});
    Tokens body = cursor.take_rest();
    if (!body.empty() && body.back().is_word("END")) body = body.first(body.size() - 1);
    set(attributes, "body", lines(body, {nullptr, &names}));
}

}  // namespace kedge::schema::sqlite
