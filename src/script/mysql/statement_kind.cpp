// SPDX-License-Identifier: MIT
#include "script/mysql/statement_kind.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

/// Behind a label, `name:`, or the parentheses and SET STATEMENT … FOR around another statement.
std::size_t first_word(const Tokens& head) {
    std::size_t at = 0;
    if (head.match(0, {"SET", "STATEMENT"})) at = head.find("FOR") + 1;
    if (head.at(at + 1).is(":") && !head.at(at + 2).is("=")) at += 2;
    while (head.at(at).is("(")) ++at;
    return at;
}

bool is_true(const Token& value) {
    const std::string text = to_lower_ascii(value.raw);
    return text == "1" || text == "on" || text == "true" || text == "default";
}
bool is_false(const Token& value) {
    const std::string text = to_lower_ascii(value.raw);
    return text == "0" || text == "off" || text == "false";
}

/// Of `scope.name = value`, with its `@@` or without, from `begin` to before `end`.
Control assignment(const Tokens& head, std::size_t begin, std::size_t end) {
    bool is_global = false;
    bool is_autocommit = false;
    std::size_t at = begin;
    for (; at < end && !head.at(at).is("="); ++at) {
        is_global = is_global || head.at(at).is_any({"GLOBAL", "PERSIST", "PERSIST_ONLY"});
        if (head.at(at).is(":")) continue;
        is_autocommit = to_lower_ascii(head.at(at).raw) == "autocommit";
        if (is_autocommit && head.at(begin).is("@") && !head.at(begin + 1).is("@")) {
            is_autocommit = false;
        }
    }
    if (is_global) return Control::none;
    if (!is_autocommit) return Control::session;
    if (at + 2 != end) return Control::opaque;
    if (is_true(head.at(at + 1))) return Control::commit;
    return is_false(head.at(at + 1)) ? Control::begin : Control::opaque;
}

Control set_control(const Tokens& head) {
    if (head.at(1).is("PASSWORD") || head.match(1, {"DEFAULT", "ROLE"})) return Control::outside;
    if (head.match(1, {"GLOBAL", "TRANSACTION"})) return Control::none;
    // One that changes the session makes all of it change the session.
    std::optional<Control> out;
    std::size_t begin = 1;
    for (std::size_t at = 1; at <= head.size(); ++at) {
        const bool ends = at >= head.size() || (head.at(at).depth == 0 && head.at(at).is(","));
        if (!ends) continue;
        const Control one = assignment(head, begin, at);
        if (one != Control::none && one != Control::session) return one;
        if (!out || one == Control::session) out = one;
        begin = at + 1;
    }
    return out.value_or(Control::session);
}

bool names_tables(const Token& token) {
    return token.is_any({"TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG"});
}

bool commits(const Tokens& head, std::size_t at) {
    const Token& first = head.at(at);
    const Token& second = head.at(at + 1);
    if (first.is_any({"ALTER",   "CREATE",    "DROP",   "RENAME",   "TRUNCATE", "GRANT", "REVOKE",
                      "INSTALL", "UNINSTALL", "CHECK",  "OPTIMIZE", "REPAIR",   "FLUSH", "SHUTDOWN",
                      "RESTART", "CLONE",     "IMPORT", "CHANGE",   "XA",       "BACKUP"})) {
        return !head.match(at, {"XA", "RECOVER"});
    }
    if (first.is("ANALYZE")) return names_tables(second);
    if (first.is("CACHE")) return second.is("INDEX");
    if (first.is("LOAD")) return second.is("INDEX");
    if (first.is("RESET")) return !second.is("PERSIST") && !head.match(at + 1, {"QUERY", "CACHE"});
    return first.is_any({"START", "STOP"});
}

/// Those that leave the transaction as it is, whatever they are about.
bool stays_inside(const Token& first) {
    return first.is_any({"SELECT",  "INSERT",  "UPDATE",   "DELETE",  "REPLACE",   "WITH",
                         "VALUES",  "VALUE",   "TABLE",    "SHOW",    "DESCRIBE",  "DESC",
                         "EXPLAIN", "ANALYZE", "DO",       "HANDLER", "SAVEPOINT", "RELEASE",
                         "LOAD",    "XA",      "CHECKSUM", "KILL",    "SIGNAL",    "RESIGNAL",
                         "GET",     "HELP",    "PURGE",    "RESET",   "CACHE"});
}

}  // namespace

Tokens head_of(std::string_view statement, QuoteModes modes) {
    return {statement, kHeadTokens, modes};
}

bool is_temporary(const Tokens& head) {
    std::size_t at = first_word(head);
    if (!head.at(at).is_any({"CREATE", "DROP"})) return false;
    ++at;
    head.skip(at, {"OR", "REPLACE"});
    return head.at(at).is("TEMPORARY");
}

bool is_lock(const Tokens& head) {
    return head.at(first_word(head)).is_any({"LOCK", "UNLOCK"});
}

bool is_distributed(const Tokens& head) {
    return head.at(0).is("XA") && !head.at(1).is("RECOVER");
}

Control control_of(const Tokens& head) {
    const std::size_t at = first_word(head);
    const Token& first = head.at(at);
    if (head.size() == 0) return Control::none;
    if (first.is("BEGIN")) {
        return head.match(at + 1, {"NOT", "ATOMIC"}) ? Control::opaque : Control::begin;
    }
    if (head.match(at, {"START", "TRANSACTION"})) return Control::begin;
    if (first.is("COMMIT")) return Control::commit;
    if (first.is("ROLLBACK")) {
        const std::size_t to = head.at(at + 1).is("WORK") ? at + 2 : at + 1;
        return head.at(to).is("TO") ? Control::none : Control::rollback;
    }
    if (first.is("SET")) return set_control(head);
    if (is_temporary(head) || is_lock(head)) return Control::session;
    if (head.match(at, {"DROP", "PREPARE"})) return Control::session;
    if (first.is_any({"USE", "PREPARE", "DEALLOCATE"})) return Control::session;
    if (commits(head, at)) return Control::outside;
    // CALL, EXECUTE, MariaDB's compound statements, and what is not known.
    return stays_inside(first) ? Control::none : Control::opaque;
}

std::string title_of(const Tokens& head) {
    std::size_t at = first_word(head);
    std::string out = head.at(at).text;
    if (is_temporary(head)) return out + " TEMPORARY TABLE";
    if (head.at(at).is_any({"CREATE", "ALTER", "DROP"})) {
        // What may stand before the kind of thing is of no interest, nor is a DEFINER.
        const auto is_kind = [&](const Token& token) {
            return token.depth == 0 &&
                   token.is_any({"TABLE",     "TABLES",   "INDEX",   "VIEW",     "TRIGGER",
                                 "PROCEDURE", "FUNCTION", "EVENT",   "SEQUENCE", "DATABASE",
                                 "SCHEMA",    "USER",     "ROLE",    "SERVER",   "TABLESPACE",
                                 "PACKAGE",   "INSTANCE", "LOGFILE", "RESOURCE", "SPATIAL",
                                 "LIBRARY",   "MASKING"});
        };
        for (std::size_t i = at + 1; i < std::min(head.size(), at + 16); ++i) {
            if (!is_kind(head.at(i))) continue;
            if (head.at(i).is("SPATIAL") && head.at(i + 1).is("INDEX")) continue;
            out += ' ' + head.at(i).text;
            break;
        }
        return out;
    }
    if (head.at(at + 1).is_any({"TABLE", "TABLES", "LOCAL", "USER", "PLUGIN", "COMPONENT", "SONAME",
                                "INDEX", "PASSWORD", "IMMEDIATE", "NOT"})) {
        out += ' ' + head.at(at + 1).text;
    }
    if (head.match(at + 1, {"NOT", "ATOMIC"})) out += " ATOMIC";
    return out;
}

std::size_t first_statement_end(std::string_view text, QuoteModes modes) {
    if (text.find(';') == text.npos) return text.size();
    const Tokens head = head_of(text, modes);
    const std::string title = title_of(head);
    for (const char* kind : {"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "LIBRARY"}) {
        if (title.ends_with(kind) && !head.at(0).is("DROP")) return text.size();
    }
    const bool is_call = head.at(first_word(head)).is_any({"CALL", "EXECUTE"});
    if (control_of(head) == Control::opaque && !is_call) return text.size();
    const Tokens all(text, std::numeric_limits<std::size_t>::max(), modes);
    const std::size_t end = all.find(";");
    return end < all.size() ? all.at(end).offset : text.size();
}

std::string characteristics_of(std::string_view statement, const Tokens& head) {
    if (!head.match(0, {"START", "TRANSACTION"}) || head.size() < 3) return {};
    return std::string(trim(
        statement.substr(head.at(2).offset, head.at(head.size() - 1).end - head.at(2).offset)));
}

}  // namespace kedge::script::mysql
