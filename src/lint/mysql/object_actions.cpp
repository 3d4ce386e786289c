// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "lint/mysql/actions.hpp"
#include "support/text.hpp"

namespace kedge::lint::mysql {
namespace {

struct KindWord {
    std::string_view word;
    ObjectKind kind;
};

/// Kinds that one word names, and whose names are one or several, by commas.
constexpr std::array<KindWord, 9> kKinds = {{{"VIEW", ObjectKind::view},
                                             {"TRIGGER", ObjectKind::trigger},
                                             {"PROCEDURE", ObjectKind::routine},
                                             {"FUNCTION", ObjectKind::routine},
                                             {"PACKAGE", ObjectKind::routine},
                                             {"EVENT", ObjectKind::event},
                                             {"DATABASE", ObjectKind::database},
                                             {"SCHEMA", ObjectKind::database},
                                             {"SEQUENCE", ObjectKind::sequence}}};

/// What no rule asks for.
bool is_other_kind(const Cursor& cursor) {
    return cursor.here().is_any({"SERVER", "TABLESPACE", "UNDO", "LOGFILE", "RESOURCE", "LIBRARY",
                                 "REFERENCE", "INSTANCE", "PREPARE", "JSON", "MATERIALIZED"});
}

}  // namespace

bool ActionMaker::object_kind(Action& made) {
    for (const KindWord& known : kKinds) {
        if (!cursor_.take({known.word})) continue;
        made.object = known.kind;
        if (known.word == "PACKAGE") cursor_.take({"BODY"});
        return true;
    }
    return false;
}

void ActionMaker::definer(Action& made) {
    for (std::size_t before = cursor_.at() + 1; cursor_.at() != before;) {
        before = cursor_.at();
        if (cursor_.take({"OR", "REPLACE"})) made.or_replace = true;
        if (cursor_.take({"TEMPORARY"})) made.temporary = true;
        if (cursor_.take({"DEFINER"})) {
            cursor_.skip_equals();
            made.definer = cursor_.take_account();
        }
        if (cursor_.take({"ALGORITHM"})) {
            cursor_.skip_equals();
            cursor_.step();
        }
        if (cursor_.take({"SQL", "SECURITY"})) made.text = to_lower_ascii(cursor_.take_raw());
        cursor_.skip({"AGGREGATE", "ONLINE", "OFFLINE"});
    }
}

void ActionMaker::create() {
    Action made;
    made.act = Act::create;
    definer(made);
    if (cursor_.take_any({"TABLE"})) {
        create_table(std::move(made));
        return;
    }
    if (cursor_.here().is_any({"UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "INDEX"}) &&
        !cursor_.here(1).is("REFERENCE")) {
        Index index;
        if (!cursor_.here().is("INDEX")) {
            index.unique = cursor_.here().is("UNIQUE");
            if (!index.unique) index.method = to_lower_ascii(cursor_.here().raw);
            cursor_.step();
        }
        if (!cursor_.take({"INDEX"})) not_understood();
        made.index = std::move(index);
        create_index(std::move(made));
        return;
    }
    cursor_.take({"SPATIAL"});
    if (cursor_.here().is_any({"USER", "ROLE"})) {
        create_user(std::move(made));
        return;
    }
    if (cursor_.here().is("VIEW")) {
        create_view(std::move(made));
        return;
    }
    const bool is_routine = cursor_.here().is_any({"PROCEDURE", "FUNCTION"});
    if (object_kind(made)) {
        made.if_not_exists = if_not_exists();
        made.offset = cursor_.offset();
        if (!cursor_.is_name()) not_understood();
        made.name = cursor_.take_name();
        if (made.object == ObjectKind::trigger) {
            create_trigger(std::move(made));
            return;
        }
        if (is_routine) {
            create_routine(std::move(made));
            return;
        }
        if (made.object == ObjectKind::database) {
            while (!table_option(made).empty()) {
            }
        }
        out_.push_back(std::move(made));
        return;
    }
    if (!is_other_kind(cursor_)) not_understood();
    made.object = ObjectKind::other;
    out_.push_back(std::move(made));
}

void ActionMaker::create_view(Action made) {
    cursor_.take({"VIEW"});
    made.object = ObjectKind::view;
    made.if_not_exists = if_not_exists();
    made.offset = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    made.name = cursor_.take_name();
    made.values = cursor_.take_names();
    if (!cursor_.take({"AS"})) not_understood();
    out_.push_back(std::move(made));
}

void ActionMaker::create_routine(Action made) {
    if (cursor_.take({"RETURNS"})) {
        // A function out of a library.
        made.text = "soname";
        out_.push_back(std::move(made));
        return;
    }
    made.text = "sql";
    if (!cursor_.here().is("(")) not_understood();
    const std::size_t depth = cursor_.here().depth + 1;
    if (cursor_.take({"("})) {
        while (!cursor_.done() && cursor_.here().depth >= depth) {
            cursor_.take_any({"IN", "OUT", "INOUT"});
            cursor_.take_raw();
            Column argument;
            made.arguments.push_back(data_type(argument).text);
            cursor_.skip_part(depth);
            if (!cursor_.take({","})) break;
        }
        cursor_.take({")"});
    }
    Column returned;
    if (cursor_.take({"RETURNS"})) made.returns = data_type(returned).text;
    const std::size_t security = cursor_.tokens().find("SECURITY", cursor_.at());
    const std::size_t body = cursor_.tokens().find("BEGIN", cursor_.at());
    made.security_definer = security > body || !cursor_.tokens().at(security + 1).is("INVOKER");
    out_.push_back(std::move(made));
}

void ActionMaker::create_trigger(Action made) {
    made.part = std::exchange(made.name, {}).name;
    if (!cursor_.here().is_any({"BEFORE", "AFTER"})) not_understood();
    made.text = cursor_.here().text + " " + cursor_.here(1).text;
    while (!cursor_.done() && !cursor_.here().is("ON")) cursor_.step();
    if (!cursor_.take({"ON"})) not_understood();
    made.name = cursor_.take_name();
    out_.push_back(std::move(made));
}

void ActionMaker::create_user(Action made) {
    cursor_.step();
    made.object = ObjectKind::role;
    made.if_not_exists = if_not_exists();
    if_exists();
    do {
        Action& each = out_.emplace_back(made);
        each.offset = cursor_.offset();
        each.name.name = cursor_.take_account();
        password_of(each);
    } while (cursor_.take({","}));
}

void ActionMaker::password_of(Action& made) {
    for (; !cursor_.done() && !cursor_.here().is(","); cursor_.step()) {
        const Token& next = cursor_.here(cursor_.here(1).is("PASSWORD") ? 2 : 1);
        const bool says =
            cursor_.here().is("BY") || (cursor_.here().is("PASSWORD") && cursor_.here(1).is("("));
        const Token& value = cursor_.here().is("BY") ? next : cursor_.here(2);
        if (says && value.kind == Token::Kind::string) made.has_password = true;
        // The clauses that follow the list of users hold commas of their own only in parentheses.
        cursor_.skip_group();
        if (cursor_.here().is(",")) return;
    }
}

void ActionMaker::rename_users() {
    if (!cursor_.take({"USER"})) {
        not_understood();
        return;
    }
    do {
        const std::size_t offset = cursor_.offset();
        Action& made = add(Act::rename, ObjectKind::role);
        made.offset = offset;
        made.name.name = cursor_.take_account();
        if (!cursor_.take({"TO"})) not_understood();
        made.new_name.name = cursor_.take_account();
    } while (cursor_.take({","}));
}

void ActionMaker::alter() {
    Action made;
    made.act = Act::alter;
    definer(made);
    ignores_errors_ = cursor_.take({"IGNORE"});
    cursor_.skip({"ONLINE"});
    if (cursor_.take({"TABLE"})) {
        alter_table();
    } else if (cursor_.here().is_any({"USER", "ROLE"})) {
        create_user(std::move(made));
    } else if (cursor_.here().is("VIEW")) {
        made.or_replace = true;
        create_view(std::move(made));
    } else if (object_kind(made)) {
        if_exists();
        made.offset = cursor_.offset();
        const bool names_none = made.object == ObjectKind::database &&
                                cursor_.here().is_any({"CHARACTER", "CHARSET", "COLLATE", "DEFAULT",
                                                       "READ", "ENCRYPTION", "COMMENT"});
        if (!names_none) made.name = cursor_.take_name();
        const std::size_t rename = cursor_.tokens().find("RENAME", cursor_.at());
        if (made.object == ObjectKind::event && cursor_.tokens().at(rename + 1).is("TO")) {
            cursor_.go(rename + 2);
            made.act = Act::rename;
            made.new_name = cursor_.take_name();
        } else if (made.object == ObjectKind::database) {
            while (!table_option(made).empty()) {
            }
        }
        out_.push_back(std::move(made));
    } else {
        if (!is_other_kind(cursor_)) not_understood();
        made.object = ObjectKind::other;
        out_.push_back(std::move(made));
    }
}

void ActionMaker::drop() {
    Action made;
    made.act = Act::drop;
    made.temporary = cursor_.take({"TEMPORARY"});
    cursor_.skip({"ONLINE", "OFFLINE"});
    if (cursor_.take_any({"TABLE", "TABLES"})) {
        made.object = ObjectKind::table;
        drop_tables(std::move(made));
    } else if (cursor_.take({"INDEX"})) {
        drop_index(std::move(made));
    } else if (cursor_.take_any({"USER", "ROLE"})) {
        made.object = ObjectKind::role;
        made.if_exists = if_exists();
        do {
            Action& each = out_.emplace_back(made);
            each.offset = cursor_.offset();
            each.name.name = cursor_.take_account();
        } while (cursor_.take({","}));
    } else if (object_kind(made)) {
        drop_tables(std::move(made));
    } else {
        cursor_.take({"SPATIAL"});
        if (!is_other_kind(cursor_)) not_understood();
        made.object = ObjectKind::other;
        out_.push_back(std::move(made));
    }
}

void ActionMaker::privileges(Action& made) {
    made.all_privileges = cursor_.take({"ALL"});
    while (!cursor_.done() &&
           !(cursor_.here().depth == 0 && cursor_.here().is_any({"ON", "TO", "FROM"}))) {
        cursor_.step();
    }
    if (!cursor_.take({"ON"})) {
        made.object = ObjectKind::role;
        return;
    }
    made.object = ObjectKind::table;
    made.offset = cursor_.offset();
    if (cursor_.take_any({"FUNCTION", "PROCEDURE", "PACKAGE"})) {
        cursor_.take({"BODY"});
        made.object = ObjectKind::routine;
    }
    cursor_.take({"TABLE"});
    if (cursor_.take({"*"})) {
        made.is_whole = true;
        made.object = ObjectKind::database;
        if (cursor_.take({"."})) cursor_.step();
        return;
    }
    made.name.name = cursor_.take_account();
    if (!cursor_.take({"."})) return;
    if (cursor_.take({"*"})) {
        made.is_whole = true;
        made.object = ObjectKind::database;
        return;
    }
    made.name = {made.name.name, cursor_.take_raw()};
}

void ActionMaker::grant() {
    Action made;
    made.act = Act::grant;
    privileges(made);
    if (!cursor_.take({"TO"})) not_understood();
    do {
        made.values.push_back(to_lower_ascii(cursor_.take_account()));
        password_of(made);
    } while (cursor_.take({","}));
    const Tokens& tokens = cursor_.tokens();
    const std::size_t with = tokens.find("WITH");
    made.with_grant_option =
        with < tokens.size() && (tokens.match(with, {"WITH", "GRANT", "OPTION"}) ||
                                 tokens.match(with, {"WITH", "ADMIN", "OPTION"}));
    out_.push_back(std::move(made));
}

void ActionMaker::revoke() {
    Action made;
    made.act = Act::revoke;
    if_exists();
    privileges(made);
    if (!cursor_.take({"FROM"})) not_understood();
    do {
        made.values.push_back(to_lower_ascii(cursor_.take_account()));
    } while (cursor_.take({","}));
    out_.push_back(std::move(made));
}

}  // namespace kedge::lint::mysql
