// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "lint/mysql/actions.hpp"
#include "support/text.hpp"

namespace kedge::lint::mysql {
namespace {

/// Where from the cursor on a word is, at one depth; the statement's end where it isn't.
std::size_t find_at(const Cursor& cursor, std::size_t depth, std::string_view word) {
    const Tokens& tokens = cursor.tokens();
    std::size_t at = cursor.at();
    while (at < tokens.size() && !(tokens.at(at).depth == depth && tokens.at(at).is(word))) ++at;
    return at;
}

bool has_at(const Cursor& cursor, std::size_t depth, std::string_view word) {
    return find_at(cursor, depth, word) < cursor.tokens().size();
}

}  // namespace

void ActionMaker::row_tail(Action& made) {
    made.rows.has_where = has_at(cursor_, 0, "WHERE");
    made.rows.has_order = has_at(cursor_, 0, "ORDER");
    made.rows.has_limit = has_at(cursor_, 0, "LIMIT");
}

void ActionMaker::select() {
    const std::size_t depth = cursor_.at() == 0 ? 0 : cursor_.tokens().at(cursor_.at() - 1).depth;
    if (has_at(cursor_, depth, "OUTFILE") || has_at(cursor_, depth, "DUMPFILE")) {
        add(Act::copy_out, ObjectKind::none);
    }
    Action& made = add(Act::select, ObjectKind::none);
    made.rows.has_from = has_at(cursor_, depth, "FROM");
    made.rows.has_where = has_at(cursor_, depth, "WHERE");
    made.rows.has_order = has_at(cursor_, depth, "ORDER");
    made.rows.has_limit = has_at(cursor_, depth, "LIMIT");
}

void ActionMaker::with() {
    while (!cursor_.done() &&
           !(cursor_.here().depth == 0 &&
             cursor_.here().is_any({"SELECT", "UPDATE", "DELETE", "INSERT", "REPLACE", "TABLE"}))) {
        cursor_.step();
    }
    if (cursor_.done()) {
        not_understood();
        add(Act::select, ObjectKind::none);
        return;
    }
    statement();
}

void ActionMaker::assignments(Action& made) {
    while (!cursor_.done() && cursor_.here().depth == 0 &&
           !cursor_.here().is_any({"WHERE", "ORDER", "LIMIT", "RETURNING", "ON", "AS"})) {
        std::string name;
        while (cursor_.is_name() || cursor_.here().is(".")) name = cursor_.take_raw();
        if (!cursor_.here().is("=") && !cursor_.here().is(":")) {
            not_understood();
            return;
        }
        made.rows.assigned.push_back(std::move(name));
        while (!cursor_.done() &&
               !(cursor_.here().depth == 0 &&
                 cursor_.here().is_any({",", "WHERE", "ORDER", "LIMIT", "RETURNING", "ON"}))) {
            cursor_.step();
        }
        if (!cursor_.take({","})) return;
    }
}

void ActionMaker::rows_of_values(Action& made) {
    cursor_.take({"VALUES"});
    for (;;) {
        cursor_.take({"ROW"});
        if (!cursor_.here().is("(")) return;
        cursor_.skip_group();
        ++made.rows.rows;
        if (!cursor_.take({","})) return;
    }
}

void ActionMaker::insert() {
    Action made;
    made.act = Act::insert;
    made.object = ObjectKind::table;
    made.rows.replaces = cursor_.tokens().at(cursor_.at() - 1).is("REPLACE");
    made.rows.on_conflict = made.rows.replaces;
    for (;;) {
        if (cursor_.take({"IGNORE"})) {
            made.ignores_errors = true;
            made.rows.on_conflict = true;
        } else if (!cursor_.take_any({"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"})) {
            break;
        }
    }
    cursor_.take({"INTO"});
    made.offset = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    made.name = cursor_.take_name();
    if (cursor_.take({"PARTITION"})) cursor_.skip_group();
    if (cursor_.here().is("(") && !cursor_.here(1).is_any({"SELECT", "WITH", "(", "TABLE"})) {
        made.rows.has_columns = true;
        made.rows.assigned = cursor_.take_names();
    }
    if (cursor_.here().is_any({"VALUES", "VALUE"})) {
        cursor_.take({"VALUE"});
        rows_of_values(made);
    } else if (cursor_.take({"SET"})) {
        made.rows.has_columns = true;
        made.rows.rows = 1;
        assignments(made);
    } else if (cursor_.here().is_any({"SELECT", "WITH", "TABLE", "("})) {
        made.rows.from_query = true;
        row_tail(made);
    } else {
        not_understood();
    }
    const std::size_t on = find_at(cursor_, 0, "DUPLICATE");
    made.rows.on_conflict =
        made.rows.on_conflict || cursor_.tokens().match(on, {"DUPLICATE", "KEY", "UPDATE"});
    out_.push_back(std::move(made));
}

void ActionMaker::update() {
    Action made;
    made.act = Act::update;
    made.object = ObjectKind::table;
    cursor_.take({"LOW_PRIORITY"});
    made.ignores_errors = cursor_.take({"IGNORE"});
    made.offset = cursor_.offset();
    while (cursor_.here().is("(")) cursor_.step();
    if (!cursor_.is_name()) not_understood();
    made.name = cursor_.take_name();
    const std::size_t set = find_at(cursor_, 0, "SET");
    const std::size_t join = find_at(cursor_, 0, "JOIN");
    cursor_.go(set);
    if (!cursor_.take({"SET"})) not_understood();
    assignments(made);
    row_tail(made);
    // A join's condition says which rows as a WHERE does.
    made.rows.has_where = made.rows.has_where || join < set;
    out_.push_back(std::move(made));
}

void ActionMaker::remove() {
    Action made;
    made.act = Act::remove;
    made.object = ObjectKind::table;
    for (;;) {
        if (cursor_.take({"IGNORE"})) {
            made.ignores_errors = true;
        } else if (!cursor_.take_any({"LOW_PRIORITY", "QUICK"})) {
            break;
        }
    }
    if (cursor_.here().is("HISTORY")) cursor_.step();
    cursor_.take({"FROM"});
    made.offset = cursor_.offset();
    if (!cursor_.is_name()) not_understood();
    made.name = cursor_.take_name();
    row_tail(made);
    made.rows.has_where = made.rows.has_where || has_at(cursor_, 0, "JOIN");
    out_.push_back(std::move(made));
}

void ActionMaker::load() {
    if (cursor_.here().is("INDEX")) {
        add(Act::other, ObjectKind::none);
        return;
    }
    if (!cursor_.take_any({"DATA", "XML"})) not_understood();
    Action& made = add(Act::copy_in, ObjectKind::table);
    cursor_.go(find_at(cursor_, 0, "TABLE"));
    if (!cursor_.take({"TABLE"})) {
        not_understood();
        return;
    }
    made.offset = cursor_.offset();
    made.name = cursor_.take_name();
}

void ActionMaker::call() {
    const std::size_t offset = cursor_.offset();
    add(Act::call, ObjectKind::routine, cursor_.take_name()).offset = offset;
}

void ActionMaker::set() {
    if (cursor_.take({"STATEMENT"})) {
        // MariaDB: SET STATEMENT name = value FOR another statement.
        cursor_.go(std::min(find_at(cursor_, 0, "FOR") + 1, cursor_.tokens().size()));
        statement();
        return;
    }
    if (cursor_.take({"PASSWORD"})) {
        Action& made = add(Act::alter, ObjectKind::role);
        if (cursor_.take({"FOR"})) made.name.name = cursor_.take_account();
        made.has_password =
            std::any_of(cursor_.tokens().begin() + static_cast<std::ptrdiff_t>(cursor_.at()),
                        cursor_.tokens().end(),
                        [](const Token& token) { return token.kind == Token::Kind::string; });
        return;
    }
    if (cursor_.here().is_any({"ROLE", "RESOURCE"}) || cursor_.starts({"DEFAULT", "ROLE"})) {
        add(Act::other, ObjectKind::none);
        return;
    }
    if (cursor_.take({"NAMES"}) || cursor_.take({"CHARACTER", "SET"}) ||
        cursor_.take({"CHARSET"})) {
        Action& made = add(Act::set, ObjectKind::none, {{}, "names"});
        made.text = to_lower_ascii(cursor_.here().raw);
        return;
    }
    bool is_global = false;
    do {
        if (cursor_.take_any({"GLOBAL", "PERSIST", "PERSIST_ONLY"})) {
            is_global = true;
        } else if (cursor_.take_any({"SESSION", "LOCAL"})) {
            is_global = false;
        }
        set_one(is_global);
    } while (cursor_.take({","}));
    if (!cursor_.done()) not_understood();
}

void ActionMaker::set_one(bool is_global) {
    const std::size_t offset = cursor_.offset();
    const bool is_variable = cursor_.here().is("@") && !cursor_.here(1).is("@");
    while (cursor_.take({"@"})) {
    }
    if (!is_variable && cursor_.here(1).is(".") &&
        cursor_.here().is_any({"GLOBAL", "PERSIST", "PERSIST_ONLY", "SESSION", "LOCAL"})) {
        is_global = !cursor_.here().is_any({"SESSION", "LOCAL"});
        cursor_.step();
        cursor_.step();
    }
    Action& made = add(is_variable ? Act::other : Act::set, ObjectKind::none);
    made.offset = offset;
    made.is_global = is_global && !is_variable;
    if (cursor_.here().is("TRANSACTION")) {
        made.name.name = "transaction";
        const std::size_t begin = cursor_.here().end;
        cursor_.go(cursor_.tokens().size());
        made.text = std::string(trim(cursor_.text(begin, cursor_.end_of_last())));
        return;
    }
    made.name.name = to_lower_ascii(cursor_.take_name().text());
    cursor_.take({":"});
    if (!cursor_.take({"="})) {
        not_understood();
        return;
    }
    const std::size_t begin = cursor_.at();
    const std::size_t text_begin = cursor_.offset();
    while (!cursor_.done() && !(cursor_.here().depth == 0 && cursor_.here().is(","))) {
        cursor_.step();
    }
    made.text = cursor_.at() == begin + 1 ? cursor_.tokens().at(begin).raw
                                          : cursor_.text(text_begin, cursor_.end_of_last());
    if (is_variable) made.name = {};
}

void ActionMaker::lock_tables() {
    if (cursor_.take({"INSTANCE"})) {
        add(Act::lock, ObjectKind::database).is_whole = true;
        return;
    }
    if (!cursor_.take_any({"TABLE", "TABLES"})) {
        not_understood();
        return;
    }
    do {
        const std::size_t offset = cursor_.offset();
        Action& made = add(Act::lock, ObjectKind::table, cursor_.take_name());
        made.offset = offset;
        while (!cursor_.done() && !cursor_.here().is(",")) {
            made.text = cursor_.here().is_any({"READ", "WRITE"}) ? cursor_.here().text : made.text;
            cursor_.step();
        }
    } while (cursor_.take({","}));
}

void ActionMaker::flush() {
    cursor_.skip({"NO_WRITE_TO_BINLOG", "LOCAL"});
    Action& made = add(Act::flush, ObjectKind::none);
    const std::size_t begin = cursor_.offset();
    cursor_.go(cursor_.tokens().size());
    made.text = to_upper_ascii(cursor_.text(begin, cursor_.end_of_last()));
}

void ActionMaker::table_care() {
    const Token& verb = cursor_.tokens().at(cursor_.at() - 1);
    cursor_.skip({"NO_WRITE_TO_BINLOG", "LOCAL"});
    if (!cursor_.take_any({"TABLE", "TABLES"})) {
        // MariaDB: ANALYZE of another statement; CHECK VIEW.
        if (verb.is("ANALYZE")) {
            statement();
        } else {
            add(Act::other, ObjectKind::none);
        }
        return;
    }
    do {
        const std::size_t offset = cursor_.offset();
        Action& made = add(verb.is("ANALYZE")    ? Act::analyze
                           : verb.is("OPTIMIZE") ? Act::vacuum
                                                 : Act::other,
                           ObjectKind::table, cursor_.take_name());
        made.offset = offset;
        made.full = verb.is("OPTIMIZE");
    } while (cursor_.take({","}));
}

void ActionMaker::transaction() {
    const Token& verb = cursor_.tokens().at(cursor_.at() - 1);
    Act act = Act::other;
    if (verb.is("BEGIN") && cursor_.starts({"NOT", "ATOMIC"})) {
        act = Act::run_block;
    } else if (verb.is("BEGIN")) {
        act = Act::begin;
    } else if (verb.is("COMMIT")) {
        act = Act::commit;
    } else if (verb.is("SAVEPOINT")) {
        act = Act::savepoint;
    } else if (verb.is("ROLLBACK")) {
        cursor_.take({"WORK"});
        act = cursor_.here().is("TO") ? Act::rollback_to_savepoint : Act::rollback;
    } else if (verb.is("START") && cursor_.here().is("TRANSACTION")) {
        act = Act::begin;
    }
    add(act, ObjectKind::none);
}

}  // namespace kedge::lint::mysql
