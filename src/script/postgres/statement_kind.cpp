// SPDX-License-Identifier: MIT
#include "script/postgres/statement_kind.hpp"

#include <algorithm>
#include <array>

#include "support/regex.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

bool is_one_of(const Token& token, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return token.is(word); });
}

/// Behind CREATE and what may stand before the kind of thing that is made.
std::size_t behind_create(const Tokens& head) {
    std::size_t at = 1;
    while (is_one_of(head.at(at), {"OR", "REPLACE", "UNIQUE", "GLOBAL", "LOCAL"})) ++at;
    return at;
}

bool is_outside_create(const Tokens& head) {
    const std::size_t at = behind_create(head);
    if (head.at(at).is("INDEX")) return head.at(at + 1).is("CONCURRENTLY");
    return is_one_of(head.at(at), {"DATABASE", "TABLESPACE", "SUBSCRIPTION"});
}

bool is_outside_drop(const Tokens& head) {
    if (head.at(1).is("INDEX")) return head.at(2).is("CONCURRENTLY");
    return is_one_of(head.at(1), {"DATABASE", "TABLESPACE", "SUBSCRIPTION"});
}

bool is_outside_alter(const Tokens& head) {
    if (head.at(1).is("SYSTEM")) return true;
    if (head.at(1).is("DATABASE")) return head.has("TABLESPACE");
    if (head.at(1).is("SUBSCRIPTION")) return head.has("REFRESH") || head.has("PUBLICATION");
    return head.at(1).is("TABLE") && head.has("DETACH") && head.has("CONCURRENTLY");
}

bool is_outside_reindex(const Tokens& head) {
    const bool concurrently = std::any_of(
        head.begin(), head.end(), [](const Token& token) { return token.is("CONCURRENTLY"); });
    std::size_t at = 1;
    if (head.at(at).is("(")) {
        while (at < head.size() && !head.at(at).is(")")) ++at;
        ++at;
    }
    return concurrently || is_one_of(head.at(at), {"DATABASE", "SYSTEM", "SCHEMA"});
}

bool is_outside(const Tokens& head) {
    const Token& first = head.at(0);
    if (first.is("VACUUM")) return true;
    if (first.is("CREATE")) return is_outside_create(head);
    if (first.is("DROP")) return is_outside_drop(head);
    if (first.is("ALTER")) return is_outside_alter(head);
    if (first.is("REINDEX")) return is_outside_reindex(head);
    if (first.is("DISCARD")) return head.at(1).is("ALL");
    if (first.is("CLUSTER")) return head.at(1).text.empty() || head.at(1).is(";");
    return (first.is("COMMIT") || first.is("ROLLBACK")) && head.at(1).is("PREPARED");
}

/// Behind BEGIN, START TRANSACTION, SET TRANSACTION or SET SESSION CHARACTERISTICS AS TRANSACTION.
std::size_t behind_transaction(const Tokens& head) {
    if (head.match(0, {"SET", "TRANSACTION"}) || head.match(0, {"START", "TRANSACTION"})) return 2;
    if (head.match(0, {"SET", "LOCAL", "TRANSACTION"})) return 3;
    if (!head.at(0).is("BEGIN")) return head.size();
    return is_one_of(head.at(1), {"WORK", "TRANSACTION"}) ? 2 : 1;
}

}  // namespace

Tokens head_of(std::string_view statement) {
    return {statement, kHeadTokens};
}

StatementKind kind_of(const Tokens& head) {
    const Token& first = head.at(0);
    if (is_outside(head)) return StatementKind::outside;
    if (first.is("BEGIN") || head.match(0, {"START", "TRANSACTION"})) return StatementKind::begin;
    if (first.is("COMMIT") || first.is("END")) return StatementKind::commit;
    if (first.is("ROLLBACK") || first.is("ABORT")) {
        const std::size_t at = is_one_of(head.at(1), {"WORK", "TRANSACTION"}) ? 2 : 1;
        return head.at(at).is("TO") ? StatementKind::work : StatementKind::rollback;
    }
    if (first.is("PREPARE")) {
        return head.at(1).is("TRANSACTION") ? StatementKind::prepare : StatementKind::session;
    }
    if (is_one_of(first, {"SET", "RESET", "DISCARD", "DEALLOCATE", "LISTEN", "UNLISTEN", "LOAD"})) {
        return StatementKind::session;
    }
    if (first.is("SELECT")) {
        return head.has("INTO") ? StatementKind::work : StatementKind::query;
    }
    if (is_one_of(first, {"SHOW", "VALUES", "TABLE", "EXPLAIN", "FETCH", "MOVE", "CLOSE", "("})) {
        return StatementKind::query;
    }
    return StatementKind::work;
}

std::string title_of(const Tokens& head) {
    std::string out;
    for (std::size_t i = 0; i < 3 && head.at(i).kind == Token::Kind::word; ++i) {
        out += (i == 0 ? "" : " ") + head.at(i).text;
        if (i == 0 && head.at(0).is("VACUUM")) break;
        if (i == 1 && !is_one_of(head.at(2), {"CONCURRENTLY", "INDEX"})) break;
    }
    if (head.match(0, {"CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"})) out += " CONCURRENTLY";
    if (head.at(0).is("ALTER") && head.has("DETACH")) out += " … DETACH PARTITION CONCURRENTLY";
    if (head.at(0).is("REINDEX") && head.has("CONCURRENTLY")) {
        return "REINDEX CONCURRENTLY";
    }
    return out;
}

bool is_copy(const Tokens& head) {
    return head.at(0).is("COPY");
}

bool copies_from_client(const Tokens& head) {
    if (!is_copy(head)) return false;
    for (std::size_t i = 1; i < head.size(); ++i) {
        if (head.at(i).depth > 0 || !head.at(i).is("FROM")) continue;
        return is_one_of(head.at(i + 1), {"STDIN", "STDOUT"});
    }
    return false;
}

bool may_notice(const Tokens& head, std::string_view text) {
    if (is_one_of(head.at(0), {"DO", "CALL", "SELECT", "WITH", "VALUES", "EXPLAIN"})) return true;
    return std::any_of(head.begin(), head.end(),
                       [](const Token& token) {
                           return is_one_of(token, {"EXISTS", "CASCADE"});
                       }) ||
           to_lower_ascii(text.substr(0, 4096)).find("statement_timestamp") != text.npos;
}

bool may_end_transactions(const Tokens& head) {
    if (!head.at(0).is("DO")) return false;
    static const Regex kEnd("(?i)\\b(commit|rollback)\\s*(and\\s+(no\\s+)?chain\\s*)?;");
    return std::any_of(head.begin(), head.end(), [](const Token& token) {
        return token.kind == Token::Kind::string && kEnd.search(token.text);
    });
}

bool makes_temporary(const Tokens& head) {
    if (head.at(0).is("CREATE")) {
        return is_one_of(head.at(behind_create(head)), {"TEMP", "TEMPORARY"});
    }
    for (std::size_t i = 0; head.at(0).is("SELECT") && i < head.size(); ++i) {
        if (head.at(i).is("INTO")) return is_one_of(head.at(i + 1), {"TEMP", "TEMPORARY"});
    }
    return false;
}

bool changes_reading(const Tokens& head) {
    if (is_one_of(head.at(0), {"RESET", "DISCARD"})) return true;
    if (!is_one_of(head.at(0), {"SET", "SELECT"})) return false;
    return std::any_of(head.begin(), head.end(), [](const Token& token) {
        const std::string text = to_lower_ascii(token.text);
        return text.find("standard_conforming_strings") != text.npos ||
               text.find("backslash_quote") != text.npos ||
               text.find("escape_string_warning") != text.npos ||
               text.find("client_encoding") != text.npos || text == "names";
    });
}

std::optional<bool> sets_standard_strings(const Tokens& head) {
    const bool is_reset = head.match(0, {"RESET", "ALL"}) ||
                          head.match(0, {"RESET", "STANDARD_CONFORMING_STRINGS"}) ||
                          head.match(0, {"DISCARD", "ALL"});
    if (is_reset) return true;
    const std::size_t at =
        head.match(0, {"SET", "LOCAL"}) || head.match(0, {"SET", "SESSION"}) ? 2 : 1;
    if (!head.at(0).is("SET") || !head.at(at).is("STANDARD_CONFORMING_STRINGS"))
        return std::nullopt;
    const std::string value = to_lower_ascii(head.at(at + 2).text);
    return value != "off" && value != "'off'" && value != "false" && value != "0";
}

bool is_local_setting(const Tokens& head) {
    return head.match(0, {"SET", "LOCAL"});
}

std::string characteristics_of(std::string_view statement, const Tokens& head) {
    const std::size_t first = behind_transaction(head);
    if (first >= head.size()) return {};
    std::string_view text = trim(statement.substr(head.at(first).offset));
    if (text.ends_with(";")) text = trim(text.substr(0, text.size() - 1));
    if (head.at(first).is("SNAPSHOT")) return {};
    return std::string(text);
}

std::string added_enum_value(const Tokens& head) {
    if (!head.match(0, {"ALTER", "TYPE"})) return {};
    for (std::size_t i = 2; i + 1 < head.size(); ++i) {
        if (!head.match(i, {"ADD", "VALUE"})) continue;
        const std::size_t at = head.match(i + 2, {"IF", "NOT", "EXISTS"}) ? i + 5 : i + 2;
        return head.at(at).kind == Token::Kind::string ? head.at(at).text : std::string();
    }
    return {};
}

}  // namespace kedge::script::postgres
