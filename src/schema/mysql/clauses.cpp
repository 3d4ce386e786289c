// SPDX-License-Identifier: MIT
#include "schema/mysql/clauses.hpp"

#include "support/text.hpp"

namespace kedge::schema::mysql {
namespace {

std::string option_value(Cursor& cursor) {
    if (cursor.at("(")) return shown_names(cursor.bracketed());
    if (cursor.accept({"-"})) return '-' + cursor.value();
    return cursor.value();
}

}  // namespace

void read_option(Cursor& cursor, Attributes& attributes) {
    std::string name = replace_all(to_lower_ascii(cursor.value()), "_", " ");
    if ((name == "data" || name == "index") && cursor.accept({"DIRECTORY"})) name += " directory";
    if (cursor.accept({"="}) || cursor.token().kind == TokenKind::text) {
        set(attributes, name, option_value(cursor));
    } else {
        set_yes(attributes, name);
    }
}

void read_definer(Cursor& cursor, Attributes& attributes) {
    if (!cursor.accept({"DEFINER", "="})) return;
    std::string account = cursor.value();
    if (cursor.accept({"@"})) account += '@' + cursor.value();
    set(attributes, "definer", account);
}

}  // namespace kedge::schema::mysql
