// SPDX-License-Identifier: MIT
// Rules about what SQLite would refuse, or pass over, when the script runs.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

std::string subject_at(const Statement& statement) {
    if (statement.actions.empty() || statement.actions.front().name.empty()) return "statement";
    const Action& action = statement.actions.front();
    return subject_of(action.object, action.name);
}

/// What is in the way, by `error in index i after drop column: …` or `error in view v: …`.
std::string drop_of_user(const Scene& scene, const std::string& message) {
    for (const std::string_view kind : {"index", "view", "trigger"}) {
        const std::string words = fmt::format("error in {} ", kind);
        if (!message.starts_with(words)) continue;
        const std::string name = message.substr(
            words.size(), std::min(message.find(" after "), message.find(": ")) - words.size());
        return fmt::format("DROP {} {};\n{}\n-- and make the {} again behind it, mended",
                           to_upper_ascii(kind), sql_name(scene.engine, name),
                           scene.statement->source.text, kind);
    }
    return {};
}

Hits refused_statement(const Scene& scene) {
    const auto& refusal = scene.statement->refusal;
    if (!refusal || !refusal->unknown_object.empty() || !scene.statement->problem.empty())
        return {};
    Hit hit;
    hit.subject = subject_at(*scene.statement);
    hit.message = "SQLite would refuse this: " + refusal->message;
    hit.effect = "the change fails here, by the schema that the plan has made so far";
    hit.recipe = drop_of_user(scene, refusal->message);
    hit.offset = refusal->offset;
    return {hit};
}

Hits unknown_object(const Scene& scene) {
    const auto& refusal = scene.statement->refusal;
    if (!refusal || refusal->unknown_object.empty()) return {};
    Hit hit;
    hit.subject = refusal->unknown_object;
    hit.message = fmt::format("no change before this one has made {}", refusal->unknown_object);
    hit.effect = "if it wasn't there before the plan's first change, the change fails here";
    const std::size_t at = scene.statement->source.text.find(refusal->unknown_object);
    hit.offset = at == std::string::npos ? refusal->offset : at;
    return {hit};
}

/// A column's definition with only what ADD COLUMN takes.
std::string plain_definition(const Scene& scene, const Column& column) {
    std::string out = sql_name(scene.engine, column.name);
    if (!column.type.text.empty()) out += " " + column.type.text;
    if (column.generated != Generated::no) {
        return out + fmt::format(" GENERATED ALWAYS AS ({}) VIRTUAL", column.default_text);
    }
    if (column.default_kind == DefaultKind::constant) {
        if (column.not_null) out += " NOT NULL";
        out += " DEFAULT " + column.default_text;
    }
    return out;
}

/// Why ADD COLUMN can't be, as soon as the table has rows; empty if it can.
std::string obstacle_of(const Column& column) {
    if (column.constraint(ConstraintKind::primary_key) != nullptr) return "PRIMARY KEY";
    if (column.constraint(ConstraintKind::unique) != nullptr) return "UNIQUE";
    if (column.generated == Generated::stored) return "a STORED generated column";
    if (column.generated == Generated::no && (column.default_kind == DefaultKind::stable ||
                                              column.default_kind == DefaultKind::expression)) {
        return "a DEFAULT that is no constant";
    }
    return {};
}

std::string way_round(const Scene& scene, const Action& action, const Column& column) {
    const std::string table = sql_name(scene.engine, action.name);
    const std::string name = sql_name(scene.engine, column.name);
    std::string out =
        fmt::format("ALTER TABLE {} ADD COLUMN {};", table, plain_definition(scene, column));
    if (column.constraint(ConstraintKind::primary_key) != nullptr) {
        return fmt::format(
            "-- a key can be had only by making the table anew:\n"
            "CREATE TABLE {0} ({1} {2} PRIMARY KEY, …);\nINSERT INTO {0} (…) SELECT … FROM {3};\n"
            "DROP TABLE {3};\nALTER TABLE {0} RENAME TO {3};",
            sql_name(scene.engine, "new_" + action.name.name), name, column.type.text, table);
    }
    if (column.constraint(ConstraintKind::unique) != nullptr) {
        out += fmt::format(
            "\nCREATE UNIQUE INDEX {} ON {} ({});",
            sql_name(scene.engine, fmt::format("{}_{}_key", action.name.name, column.name)), table,
            name);
    }
    if (column.generated == Generated::no && !column.default_text.empty() &&
        column.default_kind != DefaultKind::constant) {
        out += fmt::format("\nUPDATE {0} SET {1} = {2} WHERE {1} IS NULL;", table, name,
                           column.default_text);
    }
    return out;
}

Hits add_column_refused(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_column) return {};
    Hits out;
    for (const Column& column : action.columns) {
        const std::string obstacle = obstacle_of(column);
        if (obstacle.empty()) continue;
        const bool always = obstacle == "PRIMARY KEY" || obstacle == "UNIQUE";
        if (!always && scene.is_new(action.name)) continue;
        Hit hit = table_hit(action, column_subject(action.name, column.name),
                            fmt::format("ADD COLUMN can't add {}", obstacle));
        hit.effect = always ? "SQLite refuses it"
                            : "SQLite refuses it as soon as the table has a row: a trial on an "
                              "empty database goes well";
        hit.recipe = way_round(scene, action, column);
        out.push_back(std::move(hit));
    }
    return out;
}

Hits string_as_name(const Scene& scene) {
    Hits out;
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != Mention::Kind::string_as_name) continue;
        Hit hit;
        hit.subject = subject_at(*scene.statement);
        hit.message =
            fmt::format("\"{}\" is no name here, so SQLite takes it for a text", mention.name.name);
        hit.effect = "a misspelled column is compared as a text, and nothing says so";
        hit.recipe =
            fmt::format("-- where a text is meant:\n{}", kedge::quoted(mention.name.name, '\''));
        hit.offset = mention.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

/// What SQLite refuses inside a transaction, or passes over; empty for anything else.
std::string outside_only(const Action& action) {
    if (action.act == Act::vacuum) return "VACUUM";
    if (action.act == Act::detach) return "DETACH";
    if (action.act != Act::pragma) return {};
    static constexpr std::array<std::string_view, 5> kPragmas = {
        "journal_mode", "synchronous", "auto_vacuum", "page_size", "wal_checkpoint"};
    const bool is_one =
        std::find(kPragmas.begin(), kPragmas.end(), action.name.name) != kPragmas.end();
    if (!is_one || (action.text.empty() && action.name.name != "wal_checkpoint")) return {};
    return "PRAGMA " + action.name.name;
}

Hits outside_transaction_only(const Scene& scene) {
    const Action& action = *scene.action;
    const std::string what = outside_only(action);
    // What the analysis refuses by itself is told with its errors.
    if (what.empty() || !scene.statement->in_own_transaction || !scene.script.errors.empty()) {
        return {};
    }
    Hit hit;
    hit.subject = what;
    hit.message = fmt::format("{} can't be inside a transaction", what);
    hit.effect = "SQLite refuses it, or does nothing and doesn't say so";
    hit.recipe =
        fmt::format("-- in a change of its own, without BEGIN:\n{}", scene.statement->source.text);
    hit.offset = action.offset;
    return {hit};
}

/// It changes rows or objects, which a transaction would have taken back.
bool works(const Statement& statement) {
    return statement.writes && !statement.actions.empty() &&
           statement.actions.front().act != Act::pragma &&
           outside_only(statement.actions.front()).empty();
}

Hits transaction_given_up(const Scene& scene) {
    const auto& statements = scene.script.statements;
    if (scene.script.runs_in_transaction() || !scene.script.errors.empty() ||
        std::none_of(statements.begin(), statements.end(), works)) {
        return {};
    }
    for (const Statement& statement : statements) {
        for (const Action& action : statement.actions) {
            const std::string what = outside_only(action);
            if (what.empty() || statement.in_own_transaction || action.act == Act::detach) continue;
            Hit hit;
            hit.subject = what;
            hit.message =
                fmt::format("because of {} the whole change runs without a transaction", what);
            hit.effect = "what fails half-way leaves the statements before it in place";
            hit.recipe = fmt::format("-- in a change of its own:\n{}", statement.source.text);
            hit.where = statement.place(action.offset);
            return {hit};
        }
    }
    return {};
}

struct UnsafePragma {
    std::string_view name;
    std::string_view values;  ///< between blanks, in lower case
    const char* effect;
    Severity severity;
};

constexpr std::array<UnsafePragma, 6> kUnsafePragmas = {{
    {"writable_schema", " on 1 yes true ",
     "a mistake in a write to sqlite_schema makes the file unreadable", Severity::error},
    {"journal_mode", " off ", "a crash, or a ROLLBACK, can corrupt the file", Severity::error},
    {"journal_mode", " memory ", "a crash in a transaction can corrupt the file",
     Severity::warning},
    {"synchronous", " off 0 ", "a power failure can corrupt the file", Severity::warning},
    {"ignore_check_constraints", " on 1 yes true ", "rows get in that no CHECK would let in",
     Severity::warning},
    {"legacy_alter_table", " on 1 yes true ",
     "a RENAME leaves views, triggers and foreign keys with the old name", Severity::warning},
}};

Hits unsafe_pragma(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::pragma) return {};
    const std::string value = " " + to_lower_ascii(action.text) + " ";
    for (const UnsafePragma& pragma : kUnsafePragmas) {
        if (action.name.name != pragma.name || pragma.values.find(value) == pragma.values.npos) {
            continue;
        }
        Hit hit;
        hit.subject = fmt::format("PRAGMA {}", pragma.name);
        hit.message = fmt::format("sets {} to {}", pragma.name, action.text);
        hit.effect = pragma.effect;
        hit.offset = action.offset;
        hit.severity = pragma.severity;
        return {hit};
    }
    return {};
}

constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER, note TEXT);";

}  // namespace

std::vector<Rule> sqlite_refusal_rules() {
    return {
        {.id = "refused-statement",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "SQLite would refuse the statement",
         .why = "The plan's scripts are replayed without rows on a database in memory, and SQLite "
                "itself reads each statement there: it misses a table or a column, makes what is "
                "there already, drops a column that an index needs, or calls what it doesn't know.",
         .instead = "Mend the statement; drop what uses a column before the column.",
         .link = "https://www.sqlite.org/lang_altertable.html#alter_table_drop_column",
         .scope = Scope::statement,
         .purposes = kAllScripts,
         .check = &refused_statement,
         .examples = {{Engine::sqlite,
                       {.deploy = "ALTER TABLE orders DROP COLUMN total;",
                        .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);\n"
                                   "CREATE INDEX orders_by_total ON orders (total);"},
                       {.deploy = "DROP INDEX orders_by_total;\n"
                                  "ALTER TABLE orders DROP COLUMN total;",
                        .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);\n"
                                   "CREATE INDEX orders_by_total ON orders (total);"}},
                      {Engine::sqlite,
                       {.deploy = "UPDATE orders SET totl = 0 WHERE id = 1;", .earlier = kOrders},
                       {.deploy = "UPDATE clients SET totl = 0 WHERE id = 1;", .earlier = kOrders}},
                      {Engine::sqlite,
                       {.deploy = "CREATE TABLE orders (id INTEGER);", .earlier = kOrders},
                       {.deploy = "CREATE TABLE IF NOT EXISTS orders (id INTEGER);",
                        .earlier = kOrders}}}},
        {.id = "unknown-object",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "a table that no change has made",
         .why = "A misspelled name fails in production first. But the table may have been there "
                "before the plan began; with a target it is looked up there.",
         .instead = "Mend the name; or lint with --target, or allow it where the table is older "
                    "than the plan.",
         .link = "https://www.sqlite.org/lang_naming.html",
         .scope = Scope::statement,
         .purposes = kAllScripts,
         .check = &unknown_object,
         .examples = {{Engine::sqlite,
                       {.deploy = "UPDATE ordres SET total = 0 WHERE id = 1;", .earlier = kOrders},
                       {.deploy = "UPDATE orders SET total = 0 WHERE id = 1;",
                        .earlier = kOrders}}}},
        {.id = "add-column-refused",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "ADD COLUMN with what SQLite can't add to rows that are there",
         .why = "SQLite doesn't touch the rows when it adds a column. So it refuses UNIQUE and "
                "PRIMARY KEY, and, as soon as there is a row, a STORED generated column and a "
                "default that it would have to compute, such as CURRENT_TIMESTAMP.",
         .instead = "Add the plain column, fill it by UPDATE, and make a unique index; or rebuild "
                    "the table.",
         .link = "https://www.sqlite.org/lang_altertable.html#alter_table_add_column",
         .purposes = kDeployAndRevert,
         .check = &add_column_refused,
         .examples = {{Engine::sqlite,
                       {.deploy =
                            "ALTER TABLE orders ADD COLUMN at TEXT DEFAULT CURRENT_TIMESTAMP;",
                        .earlier = kOrders},
                       {.deploy = "ALTER TABLE orders ADD COLUMN at TEXT DEFAULT '1970-01-01';",
                        .earlier = kOrders}},
                      {Engine::sqlite,
                       {.deploy = "ALTER TABLE orders ADD COLUMN code TEXT UNIQUE;"},
                       {.deploy = "ALTER TABLE orders ADD COLUMN code TEXT;\n"
                                  "CREATE UNIQUE INDEX orders_code_key ON orders (code);"}},
                      {Engine::sqlite,
                       {.deploy = "ALTER TABLE orders ADD COLUMN tax AS (total / 5) STORED;",
                        .earlier = kOrders},
                       {.deploy = "ALTER TABLE orders ADD COLUMN tax AS (total / 5);",
                        .earlier = kOrders}}}},
        {.id = "string-as-name",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "a text in double quotes",
         .why = "Double quotes are for names. Where there is no such name, SQLite takes a text "
                "instead of telling, so that a misspelled column becomes a constant; and a SQLite "
                "that is built without this habit refuses the script.",
         .instead = "Write texts in single quotes.",
         .link = "https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted",
         .scope = Scope::statement,
         .purposes = kAllScripts,
         .check = &string_as_name,
         .examples = {{Engine::sqlite,
                       {.deploy = "UPDATE orders SET note = \"paid\" WHERE id = 1;",
                        .earlier = kOrders},
                       {.deploy = "UPDATE orders SET note = 'paid' WHERE \"id\" = 1;",
                        .earlier = kOrders}}}},
        {.id = "outside-transaction-only",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "VACUUM, DETACH or PRAGMA journal_mode inside BEGIN … COMMIT",
         .why = "SQLite refuses these in a transaction, or passes over them.",
         .instead = "Let them stand in a change of their own, without BEGIN.",
         .link = "https://www.sqlite.org/lang_vacuum.html",
         .check = &outside_transaction_only,
         .examples = {{Engine::sqlite,
                       {.deploy = "BEGIN;\nPRAGMA synchronous = FULL;\n"
                                  "CREATE TABLE t (a INTEGER);\nCOMMIT;"},
                       {.deploy = "PRAGMA synchronous = FULL;\nBEGIN;\n"
                                  "CREATE TABLE t (a INTEGER);\nCOMMIT;"}}}},
        {.id = "transaction-given-up",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "one statement takes the transaction from all others",
         .why = "What can't be in a transaction makes kedge run the whole script statement by "
                "statement, so that a failure leaves a part of it in place.",
         .instead = "Put it into a change of its own.",
         .link = "https://www.sqlite.org/lang_vacuum.html",
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &transaction_given_up,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE t (a INTEGER);\nPRAGMA journal_mode = WAL;"},
                       {.deploy = "PRAGMA foreign_keys = OFF;\nPRAGMA journal_mode = WAL;\n"
                                  "VACUUM;"}}}},
        {.id = "unsafe-pragma",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "a PRAGMA that takes a safeguard away",
         .why = "writable_schema lets one write what SQLite can't read back; journal_mode OFF and "
                "synchronous OFF give up the file in a crash; ignore_check_constraints lets bad "
                "rows in; legacy_alter_table leaves old names behind. For writable_schema and "
                "journal_mode OFF it is an error.",
         .instead = "Rebuild the table in place of editing the schema, and leave the safeguards "
                    "on.",
         .link = "https://www.sqlite.org/pragma.html#pragma_writable_schema",
         .purposes = kDeployAndRevert,
         .check = &unsafe_pragma,
         .examples = {{Engine::sqlite,
                       {.deploy = "PRAGMA writable_schema = ON;"},
                       {.deploy = "PRAGMA writable_schema = OFF;"}},
                      {Engine::sqlite,
                       {.deploy = "PRAGMA synchronous = OFF;"},
                       {.deploy = "PRAGMA synchronous = NORMAL;"}}}},
    };
}

}  // namespace kedge::lint
