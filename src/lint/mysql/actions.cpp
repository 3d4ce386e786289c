// SPDX-License-Identifier: MIT
#include "lint/mysql/actions.hpp"

#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kedge::lint::mysql {

std::vector<Action> ActionMaker::make() {
    statement();
    return std::move(out_);
}

Action& ActionMaker::add(Act act, ObjectKind object, Name name) {
    Action& made = out_.emplace_back();
    made.act = act;
    made.object = object;
    made.name = std::move(name);
    return made;
}

void ActionMaker::not_understood() {
    if (!problem_.empty()) return;
    problem_offset_ = cursor_.offset();
    problem_ = cursor_.done() ? "not understood: the statement ends too early"
                              : fmt::format("not understood at \"{}\"", cursor_.here().raw);
}

bool ActionMaker::if_exists() {
    return cursor_.take({"IF", "EXISTS"});
}

bool ActionMaker::if_not_exists() {
    return cursor_.take({"IF", "NOT", "EXISTS"});
}

void ActionMaker::statement() {
    // WITH, ANALYZE and SET STATEMENT … FOR have another statement within, but not without end.
    constexpr int kDeepest = 8;
    if (++nesting_ > kDeepest) {
        not_understood();
        return;
    }
    static const std::map<std::string_view, Handler> handlers = {
        {"CREATE", &ActionMaker::create},
        {"ALTER", &ActionMaker::alter},
        {"DROP", &ActionMaker::drop},
        {"RENAME", &ActionMaker::rename_tables},
        {"TRUNCATE", &ActionMaker::truncate},
        {"GRANT", &ActionMaker::grant},
        {"REVOKE", &ActionMaker::revoke},
        {"SELECT", &ActionMaker::select},
        {"TABLE", &ActionMaker::select},
        {"VALUES", &ActionMaker::select},
        {"VALUE", &ActionMaker::select},
        {"WITH", &ActionMaker::with},
        {"INSERT", &ActionMaker::insert},
        {"REPLACE", &ActionMaker::insert},
        {"UPDATE", &ActionMaker::update},
        {"DELETE", &ActionMaker::remove},
        {"LOAD", &ActionMaker::load},
        {"CALL", &ActionMaker::call},
        {"SET", &ActionMaker::set},
        {"LOCK", &ActionMaker::lock_tables},
        {"FLUSH", &ActionMaker::flush},
        {"ANALYZE", &ActionMaker::table_care},
        {"OPTIMIZE", &ActionMaker::table_care},
        {"REPAIR", &ActionMaker::table_care},
        {"CHECK", &ActionMaker::table_care},
        {"BEGIN", &ActionMaker::transaction},
        {"START", &ActionMaker::transaction},
        {"COMMIT", &ActionMaker::transaction},
        {"ROLLBACK", &ActionMaker::transaction},
        {"SAVEPOINT", &ActionMaker::transaction},
    };
    // A label, `name:`, before a compound statement; the parentheses around a query.
    if (cursor_.here(1).is(":") && !cursor_.here(2).is("=")) cursor_.go(cursor_.at() + 2);
    while (cursor_.here().is("(")) cursor_.step();
    const Token first = cursor_.here();
    const auto handler = handlers.find(first.text);
    if (first.kind == Token::Kind::word && handler != handlers.end()) {
        cursor_.step();
        (this->*handler->second)();
    } else if (first.is("UNLOCK")) {
        add(Act::unlock, ObjectKind::none);
    } else if (first.is("USE")) {
        cursor_.step();
        add(Act::use, ObjectKind::none, cursor_.take_name());
    } else if (first.is_any({"EXECUTE", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"})) {
        add(Act::run_block, ObjectKind::none);
    } else if (first.is_any({"SHOW",       "EXPLAIN", "DESCRIBE", "DESC",    "HELP",     "HANDLER",
                             "KILL",       "XA",      "PREPARE",  "RELEASE", "DO",       "SIGNAL",
                             "RESIGNAL",   "GET",     "CHECKSUM", "INSTALL", "PURGE",    "RESET",
                             "UNINSTALL",  "CHANGE",  "STOP",     "BACKUP",  "BINLOG",   "CACHE",
                             "DEALLOCATE", "CLONE",   "IMPORT",   "RESTART", "SHUTDOWN", "END"})) {
        add(Act::other, ObjectKind::none);
    } else if (cursor_.tokens().size() > 0) {
        not_understood();
    }
}

}  // namespace kedge::lint::mysql
