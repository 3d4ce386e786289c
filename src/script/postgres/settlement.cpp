// SPDX-License-Identifier: MIT
// How it shows in the catalog what became of statements that can't run in a transaction.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "script/postgres/dialect.hpp"
#include "script/postgres/reference.hpp"
#include "script/postgres/token.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

/// The name that a token stands for.
std::string folded(const Token& token) {
    if (token.kind != Token::Kind::name) return to_lower_ascii(token.text);
    return replace_all(std::string_view(token.text).substr(1, token.text.size() - 2), "\"\"", "\"");
}

/// A name with its schema, from `at`, which moves behind it: quoted, as SQL has it.
std::string qualified(const Tokens& tokens, std::size_t& at) {
    std::string out = quoted_name(folded(tokens.at(at++)));
    while (tokens.at(at).is(".")) {
        out += '.' + quoted_name(folded(tokens.at(at + 1)));
        at += 2;
    }
    return out;
}

/// A relation by such a name, as an expression that is NULL where there is none.
std::string relation(const std::string& name) {
    return fmt::format("pg_catalog.to_regclass({})", quoted_literal(name));
}

void skip_words(const Tokens& tokens, std::size_t& at,
                std::initializer_list<std::string_view> words) {
    for (bool more = true; more;) {
        more = false;
        for (const std::string_view word : words) {
            if (!tokens.at(at).is(word)) continue;
            ++at;
            more = true;
        }
    }
}

/// Statements that drop invalid indexes which nobody is building right now.
std::string drop_invalid(const std::string& condition) {
    return fmt::format(
        "SELECT 'DROP INDEX CONCURRENTLY ' || i.indexrelid::pg_catalog.regclass "
        "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
        "WHERE NOT i.indisvalid AND {} AND NOT EXISTS (SELECT 1 FROM "
        "pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)",
        condition);
}

std::optional<Settlement> create_index(const Tokens& tokens) {
    std::size_t at = 1;
    skip_words(tokens, at, {"UNIQUE", "INDEX", "CONCURRENTLY", "IF", "NOT", "EXISTS"});
    // Of an index without a name nobody can say which it is.
    if (tokens.at(at).is("ON")) return std::nullopt;
    const std::string name = folded(tokens.at(at++));
    skip_words(tokens, at, {"ON", "ONLY"});
    const std::string table = qualified(tokens, at);
    const std::string condition =
        fmt::format("c.relname = {} AND i.indrelid = {}", quoted_literal(name), relation(table));
    return Settlement{
        fmt::format("index {} of table {}", quoted_name(name), table),
        fmt::format("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c "
                    "ON c.oid = i.indexrelid WHERE i.indisvalid AND {})",
                    condition),
        drop_invalid(condition), false};
}

std::optional<Settlement> reindex(const Tokens& tokens) {
    std::size_t at = 1;
    if (tokens.at(at).is("(")) {
        while (at < tokens.size() && !tokens.at(at).is(")")) ++at;
        ++at;
    }
    const bool is_index = tokens.at(at).is("INDEX");
    if (!is_index && !tokens.at(at).is("TABLE")) return std::nullopt;
    ++at;
    skip_words(tokens, at, {"CONCURRENTLY"});
    const std::string name = qualified(tokens, at);
    const std::string table =
        is_index ? fmt::format("(SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = {})",
                               relation(name))
                 : relation(name);
    return Settlement{
        fmt::format("an index that was to take the place of one of {}", name),
        {},
        drop_invalid(fmt::format("c.relname ~ '_cc(new|old)[0-9]*$' AND i.indrelid = {}", table)),
        false};
}

std::optional<Settlement> drop_index(const Tokens& tokens) {
    std::size_t at = 2;
    skip_words(tokens, at, {"CONCURRENTLY", "IF", "EXISTS"});
    const std::string name = qualified(tokens, at);
    return Settlement{fmt::format("the end of index {}", name),
                      fmt::format("SELECT {} IS NULL", relation(name)),
                      {},
                      false};
}

std::optional<Settlement> detach(const Tokens& tokens) {
    std::size_t at = 2;
    skip_words(tokens, at, {"IF", "EXISTS", "ONLY"});
    const std::string table = qualified(tokens, at);
    skip_words(tokens, at, {"DETACH", "PARTITION"});
    const std::string partition = qualified(tokens, at);
    const std::string link =
        fmt::format("FROM pg_catalog.pg_inherits WHERE inhrelid = {} AND inhparent = {}",
                    relation(partition), relation(table));
    return Settlement{
        fmt::format("{} without {}", table, partition),
        fmt::format("SELECT NOT EXISTS (SELECT 1 {})", link),
        fmt::format("SELECT {} {} AND inhdetachpending",
                    quoted_literal(fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE", table,
                                               partition)),
                    link),
        false};
}

/// CREATE or DROP of what the whole server has once: a database, a tablespace, a subscription.
std::optional<Settlement> shared_object(const Tokens& tokens, bool is_create) {
    std::string catalog;
    std::string column;
    if (tokens.at(1).is("DATABASE")) {
        catalog = "pg_database";
        column = "datname";
    } else if (tokens.at(1).is("TABLESPACE")) {
        catalog = "pg_tablespace";
        column = "spcname";
    } else if (tokens.at(1).is("SUBSCRIPTION")) {
        catalog = "pg_subscription";
        column = "subname";
    } else {
        return std::nullopt;
    }
    std::size_t at = 2;
    skip_words(tokens, at, {"IF", "EXISTS"});
    const std::string name = folded(tokens.at(at));
    return Settlement{
        fmt::format("{}{} {}", is_create ? "" : "the end of ", to_lower_ascii(tokens.at(1).text),
                    name),
        fmt::format("SELECT {} (SELECT 1 FROM pg_catalog.{} WHERE {} = {})",
                    is_create ? "EXISTS" : "NOT EXISTS", catalog, column, quoted_literal(name)),
        {},
        false};
}

}  // namespace

std::optional<Settlement> PostgresDialect::settlement(std::string_view statement) const {
    const Tokens tokens(statement, 200);
    const Token& first = tokens.at(0);
    if (first.is("CREATE")) {
        const bool is_index = tokens.at(1).is("INDEX") || tokens.at(2).is("INDEX");
        return is_index ? create_index(tokens) : shared_object(tokens, true);
    }
    if (first.is("DROP")) {
        return tokens.at(1).is("INDEX") ? drop_index(tokens) : shared_object(tokens, false);
    }
    if (first.is("REINDEX")) return reindex(tokens);
    if (first.is("ALTER") && tokens.has("DETACH")) return detach(tokens);
    // What commits by itself may have done so any number of times.
    if (first.is("CALL") || first.is("DO")) {
        return Settlement{to_lower_ascii(first.text), {}, {}, true};
    }
    return std::nullopt;
}

}  // namespace kedge::script::postgres
