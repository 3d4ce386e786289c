// SPDX-License-Identifier: MIT
// How statements are taken back, where their text alone shows it.
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "script/mysql/dialect.hpp"
#include "script/mysql/looks.hpp"
#include "script/mysql/statement_kind.hpp"
#include "support/text.hpp"

namespace kedge::script::mysql {
namespace {

std::string schema_of(const ObjectName& name) {
    return name.schema.empty() ? "DATABASE()" : quoted_literal(name.schema);
}

/// Whether the server's catalog has it: `table` of information_schema, with its columns for schema
/// and name.
std::string is_there(std::string_view table, std::string_view prefix, const ObjectName& name) {
    return fmt::format(
        "SELECT 1 FROM information_schema.{0} WHERE {1}_SCHEMA = {2} AND {1}_NAME = {3}", table,
        prefix, schema_of(name), quoted_literal(name.name));
}

std::string part_is_there(std::string_view table, std::string_view column, const ObjectName& name,
                          std::string_view part) {
    return fmt::format(
        "SELECT 1 FROM information_schema.{} WHERE TABLE_SCHEMA = {} AND "
        "TABLE_NAME = {} AND {} = {}",
        table, schema_of(name), quoted_literal(name.name), column, quoted_literal(part));
}

Undo one_step(std::string sql, std::string subject, std::string exists) {
    Undo out;
    out.steps.push_back({std::move(sql), std::move(subject), std::move(exists)});
    return out;
}

/// To behind what may stand between CREATE and the kind of thing.
std::size_t kind_at(const Tokens& tokens) {
    std::size_t at = 1;
    tokens.skip(at, {"UNIQUE", "FULLTEXT", "SPATIAL", "AGGREGATE"});
    if (tokens.at(at).is("ALGORITHM")) at += 3;
    if (tokens.match(at, {"DEFINER", "="})) {
        at += 2;
        while (at < tokens.size() && !tokens.at(at).is_any({"SQL", "VIEW", "TRIGGER", "PROCEDURE",
                                                            "FUNCTION", "EVENT"})) {
            ++at;
        }
    }
    if (tokens.match(at, {"SQL", "SECURITY"})) at += 3;
    return at;
}

std::optional<Undo> undo_create(const Tokens& tokens) {
    std::size_t at = kind_at(tokens);
    const Token& kind = tokens.at(at++);
    // What was perhaps there before stays.
    if (tokens.match(at, {"IF", "NOT", "EXISTS"})) return std::nullopt;
    if (kind.is("INDEX")) {
        const std::string index = tokens.at(at).raw;
        at = tokens.find("ON", at) + 1;
        const ObjectName table = name_at(tokens, at);
        Undo out = one_step(fmt::format("DROP INDEX {} ON {}", quoted_name(index), table.quoted()),
                            fmt::format("index {}", quoted_name(index)),
                            part_is_there("STATISTICS", "INDEX_NAME", table, index));
        out.changes = table.quoted();
        return out;
    }
    struct Kind {
        std::string_view word;
        std::string_view catalog;
        std::string_view prefix;
    };
    static constexpr Kind kKinds[] = {
        {"TABLE", "TABLES", "TABLE"},         {"VIEW", "VIEWS", "TABLE"},
        {"SEQUENCE", "TABLES", "TABLE"},      {"TRIGGER", "TRIGGERS", "TRIGGER"},
        {"PROCEDURE", "ROUTINES", "ROUTINE"}, {"FUNCTION", "ROUTINES", "ROUTINE"},
        {"EVENT", "EVENTS", "EVENT"}};
    for (const Kind& known : kKinds) {
        if (!kind.is(known.word)) continue;
        const ObjectName name = name_at(tokens, at);
        Undo out = one_step(fmt::format("DROP {} {}", known.word, name.quoted()),
                            fmt::format("{} {}", to_lower_ascii(known.word), name.quoted()),
                            is_there(known.catalog, known.prefix, name));
        if (kind.is("TABLE")) out.creates = name.quoted();
        out.spreads_changes = kind.is("TRIGGER");
        return out;
    }
    return std::nullopt;
}

/// What an ADD of ALTER TABLE has put there, from behind the word; nothing for what has no name in
/// the text. The statement's end, or the comma behind it, is at `end`.
std::optional<Undo::Step> undo_add(const Tokens& tokens, std::size_t at, std::size_t end,
                                   const ObjectName& table) {
    if (tokens.match(at, {"COLUMN"})) ++at;
    // Of what was perhaps there before nothing is certain; of several in parentheses, too much.
    if (tokens.at(at).is_any({"IF", "(", "PARTITION", "PERIOD", "SYSTEM", "FOREIGN", "CHECK"})) {
        return std::nullopt;
    }
    if (tokens.match(at, {"PRIMARY", "KEY"})) {
        return Undo::Step{"DROP PRIMARY KEY", "primary key",
                          part_is_there("STATISTICS", "INDEX_NAME", table, "PRIMARY")};
    }
    if (tokens.at(at).is("CONSTRAINT")) {
        const std::string name = tokens.at(at + 1).raw;
        if (!tokens.match(at + 2, {"FOREIGN", "KEY"})) return std::nullopt;
        return Undo::Step{fmt::format("DROP FOREIGN KEY {}", quoted_name(name)),
                          fmt::format("foreign key {}", quoted_name(name)),
                          part_is_there("TABLE_CONSTRAINTS", "CONSTRAINT_NAME", table, name)};
    }
    const bool is_index = tokens.at(at).is_any({"INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL"});
    tokens.skip(at, {"UNIQUE", "FULLTEXT", "SPATIAL", "INDEX", "KEY"});
    if (is_index && (tokens.at(at).is_any({"(", "IF", "USING"}) || at >= end)) return std::nullopt;
    const std::string name = tokens.at(at).raw;
    if (is_index) {
        return Undo::Step{fmt::format("DROP INDEX {}", quoted_name(name)),
                          fmt::format("index {}", quoted_name(name)),
                          part_is_there("STATISTICS", "INDEX_NAME", table, name)};
    }
    return Undo::Step{fmt::format("DROP COLUMN {}", quoted_name(name)),
                      fmt::format("column {}.{}", table.quoted(), quoted_name(name)),
                      part_is_there("COLUMNS", "COLUMN_NAME", table, name)};
}

Undo undo_alter_table(const Tokens& tokens) {
    std::size_t at = 2;
    tokens.skip(at, {"IF", "EXISTS"});
    const ObjectName table = name_at(tokens, at);
    Undo out;
    out.changes = table.quoted();
    std::vector<std::string> drops;
    std::vector<std::string> subjects;
    std::string exists;
    for (std::size_t begin = at; begin < tokens.size();) {
        std::size_t end = begin;
        while (end < tokens.size() && !(tokens.at(end).depth == 0 && tokens.at(end).is(","))) ++end;
        const auto step = tokens.at(begin).is("ADD") ? undo_add(tokens, begin + 1, end, table)
                                                     : std::optional<Undo::Step>();
        // Then only the table's own end takes it back.
        if (!step) return out;
        drops.insert(drops.begin(), step->sql);
        subjects.push_back(step->subject);
        exists = step->exists;
        begin = end + 1;
    }
    if (drops.empty()) return out;
    out.steps.push_back({fmt::format("ALTER TABLE {} {}", table.quoted(), join(drops, ", ")),
                         join(subjects, ", "), exists});
    return out;
}

Undo undo_rename(const Tokens& tokens) {
    Undo out;
    std::size_t at = 2;
    while (at < tokens.size()) {
        const ObjectName from = name_at(tokens, at);
        ++at;  // TO
        const ObjectName to = name_at(tokens, at);
        out.steps.insert(out.steps.begin(),
                         {fmt::format("RENAME TABLE {} TO {}", to.quoted(), from.quoted()),
                          fmt::format("table {}", to.quoted()), is_there("TABLES", "TABLE", to)});
        ++at;  // a comma, or the end
    }
    return out;
}

/// The table whose rows a statement changes; nothing where it may be several.
std::optional<ObjectName> changed_table(const Tokens& tokens) {
    std::size_t at = 1;
    if (tokens.at(0).is_any({"INSERT", "REPLACE"})) {
        tokens.skip(at, {"LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"});
        return name_at(tokens, at);
    }
    if (tokens.at(0).is("UPDATE")) {
        tokens.skip(at, {"LOW_PRIORITY", "IGNORE"});
        ObjectName table = name_at(tokens, at);
        tokens.skip(at, {"AS"});
        if (!tokens.at(at).is("SET")) ++at;
        return tokens.at(at).is("SET") ? std::optional(std::move(table)) : std::nullopt;
    }
    if (tokens.at(0).is("DELETE")) {
        tokens.skip(at, {"LOW_PRIORITY", "QUICK", "IGNORE"});
        if (!tokens.at(at).is("FROM")) return std::nullopt;
        ++at;
        ObjectName table = name_at(tokens, at);
        const bool is_single =
            at >= tokens.size() || tokens.at(at).is_any({"WHERE", "ORDER", "LIMIT", "RETURNING"});
        return is_single ? std::optional(std::move(table)) : std::nullopt;
    }
    if (tokens.at(0).is("TRUNCATE")) {
        tokens.skip(at, {"TABLE"});
        return name_at(tokens, at);
    }
    return std::nullopt;
}

}  // namespace

std::optional<Undo> MysqlDialect::undo(std::string_view statement) const {
    const Tokens tokens(statement, std::numeric_limits<std::size_t>::max());
    switch (control_of(tokens)) {
        case Control::begin:
        case Control::commit:
        case Control::session:
        case Control::setting:
            return Undo{};
        case Control::rollback:
        case Control::opaque:
            return std::nullopt;
        default:
            break;
    }
    if (tokens.at(0).is_any({"SELECT", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "SAVEPOINT"}) &&
        !tokens.has("OUTFILE") && !tokens.has("DUMPFILE")) {
        return Undo{};
    }
    if (tokens.at(0).is("CREATE")) return undo_create(tokens);
    if (tokens.match(0, {"ALTER", "TABLE"})) return undo_alter_table(tokens);
    if (tokens.match(0, {"RENAME", "TABLE"})) return undo_rename(tokens);
    const auto table = changed_table(tokens);
    if (!table) return std::nullopt;
    Undo out;
    out.changes = table->quoted();
    return out;
}

}  // namespace kedge::script::mysql
