// SPDX-License-Identifier: MIT
// Rules about what PostgreSQL can do beside others: CONCURRENTLY, NOT VALID, keys from indexes.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/types.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kAlterTable =
    "https://www.postgresql.org/docs/current/sql-altertable.html";
constexpr std::string_view kCreateIndex =
    "https://www.postgresql.org/docs/current/sql-createindex.html";

/// The statement with CONCURRENTLY behind the first such word in it.
std::string concurrently(const Scene& scene, std::string_view word) {
    std::string out = scene.statement->source.text;
    const std::size_t at = to_upper_ascii(out).find(word);
    if (at != std::string::npos) out.insert(at + word.size(), " CONCURRENTLY");
    return "-- kedge: no-transaction\n" + out;
}

std::string columns_text(const std::vector<std::string>& columns) {
    std::vector<std::string> out;
    for (const std::string& column : columns) out.push_back(sql_name(Engine::pg, column));
    return join(out, ", ");
}

Hits index_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || action.concurrently ||
        scene.is_new(action.name)) {
        return {};
    }
    Hit hit =
        table_hit(action, fmt::format("index {}", action.part),
                  fmt::format("builds an index on {} without CONCURRENTLY", action.name.text()));
    hit.effect =
        fmt::format("a SHARE lock on {} stops INSERT, UPDATE and DELETE until the index is built",
                    action.name.text());
    hit.recipe = concurrently(scene, "INDEX");
    return {hit};
}

Hits drop_index_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::drop || action.object != ObjectKind::index || action.concurrently) {
        return {};
    }
    const KnownTable* table = scene.schema.table_of_index(action.name);
    if (table != nullptr && scene.is_new(table->name)) return {};
    Hit hit;
    hit.subject = fmt::format("index {}", action.name.text());
    hit.message = fmt::format("drops index {} without CONCURRENTLY", action.name.text());
    hit.effect =
        "an ACCESS EXCLUSIVE lock on its table waits for all who read it, and all others "
        "wait behind that";
    hit.recipe = fmt::format("-- kedge: no-transaction\nDROP INDEX CONCURRENTLY {};",
                             sql_name(scene.engine, action.name));
    hit.offset = action.offset;
    if (table != nullptr) hit.table = table->name;
    return {hit};
}

Hits reindex_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    constexpr int kSince = 12;
    if (action.act != Act::reindex || action.concurrently || !scene.version.at_least(kSince)) {
        return {};
    }
    Hit hit = table_hit(action, subject_of(action.object, action.name),
                        fmt::format("builds {} anew without CONCURRENTLY", action.name.text()));
    hit.effect = "writers wait, and readers who would use the index, until it is built";
    std::string kind = kind_word(action.object);
    hit.recipe = fmt::format("-- kedge: no-transaction\nREINDEX {} CONCURRENTLY {};",
                             to_upper_ascii(kind), sql_name(scene.engine, action.name));
    return {hit};
}

Hits detach_not_concurrently(const Scene& scene) {
    constexpr int kSince = 14;
    if (!alters_old_table(scene, Act::detach_partition) || scene.action->concurrently ||
        !scene.version.at_least(kSince)) {
        return {};
    }
    const Action& action = *scene.action;
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("detaches partition {} of {} without CONCURRENTLY", action.part,
                                    action.name.text()));
    hit.effect = "an ACCESS EXCLUSIVE lock on the whole partitioned table";
    hit.recipe = fmt::format(
        "-- kedge: no-transaction\nALTER TABLE {0} DETACH PARTITION {1} CONCURRENTLY;\n"
        "-- where it was interrupted:\nALTER TABLE {0} DETACH PARTITION {1} FINALIZE;",
        sql_name(scene.engine, action.name), sql_name(scene.engine, action.new_name));
    return {hit};
}

bool is_concurrent(const Action& action) {
    return action.concurrently && action.act != Act::refresh;
}

Hits concurrently_in_transaction(const Scene& scene) {
    const Action& action = *scene.action;
    if (!is_concurrent(action) || !scene.statement->in_own_transaction) return {};
    Hit hit = table_hit(action, subject_of(action.object, action.name),
                        "CONCURRENTLY stands within a transaction of the script's own");
    hit.effect = "the server refuses the statement";
    hit.recipe = "-- kedge: no-transaction\n" + scene.statement->source.text;
    return {hit};
}

/// The text without these words, in whatever case they are written; the first time they come.
std::string without_words(std::string text, std::string_view words) {
    const std::size_t at = to_upper_ascii(text).find(words);
    if (at != std::string::npos) text.erase(at, words.size());
    return text;
}

Hits concurrently_if_not_exists(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || !action.concurrently ||
        !action.if_not_exists) {
        return {};
    }
    Hit hit = table_hit(action, fmt::format("index {}", action.part),
                        "CONCURRENTLY with IF NOT EXISTS takes a broken index for a good one");
    hit.effect =
        "what a build that was cut off has left is INVALID: it costs every write, serves no "
        "query, and is not built again";
    hit.recipe = fmt::format("-- kedge: no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS {};\n{}",
                             sql_name(scene.engine, Name{action.name.schema, action.part}),
                             without_words(scene.statement->source.text, "IF NOT EXISTS "));
    return {hit};
}

/// The script's changes, but for settings of the session.
std::size_t count_changes(const ScriptText& script) {
    return static_cast<std::size_t>(std::count_if(script.statements.begin(),
                                                  script.statements.end(),
                                                  [](const Statement& s) { return s.writes; }));
}

Hits concurrently_beside_others(const Scene& scene) {
    const Action& action = *scene.action;
    if (!is_concurrent(action) || scene.statement->in_own_transaction) return {};
    const auto& statements = scene.script.statements;
    const bool only_concurrent =
        std::all_of(statements.begin(), statements.end(), [](const Statement& statement) {
            return !statement.writes ||
                   std::all_of(statement.actions.begin(), statement.actions.end(), is_concurrent);
        });
    if (count_changes(scene.script) < 2 || only_concurrent) return {};
    Hit hit =
        table_hit(action, subject_of(action.object, action.name),
                  "CONCURRENTLY takes the other statements of the script out of a transaction");
    if (!action.part.empty()) hit.subject = fmt::format("index {}", action.part);
    hit.effect = "where the script is cut off, part of it is permanent";
    hit.recipe =
        "-- in a change of its own:\n-- kedge: no-transaction\n" + scene.statement->source.text;
    return {hit};
}

/// The constraints of this kind that the clause adds to a table that was there before.
std::vector<const Constraint*> added(const Scene& scene, ConstraintKind kind) {
    std::vector<const Constraint*> out;
    const Action& action = *scene.action;
    if (has_no_rows(scene, action.name)) return out;
    if (action.act == Act::add_constraint) {
        for (const Constraint& constraint : action.constraints) {
            if (constraint.kind == kind) out.push_back(&constraint);
        }
    } else if (action.act == Act::add_column) {
        for (const Column& column : action.columns) {
            if (const Constraint* constraint = column.constraint(kind)) out.push_back(constraint);
        }
    }
    return out;
}

/// Its type is not all that is said of it, beside the key.
bool says_more_than_type(const Column& column) {
    const bool is_in_key = column.constraint(ConstraintKind::primary_key) != nullptr;
    return column.is_identity || column.generated != Generated::no ||
           (column.not_null && !is_in_key) || column.default_kind != DefaultKind::none ||
           column.constraints.size() > 1 || !column.collation.empty();
}

/// The step before the index: the column of `ADD COLUMN … UNIQUE` without its key.
std::string column_first(const Scene& scene, const char* words) {
    const Action& action = *scene.action;
    if (action.act != Act::add_column) return {};
    const Column& column = action.columns.front();
    if (says_more_than_type(column)) {
        return fmt::format("-- add column {} as it is here, without {};\n-- in a later change:\n",
                           column.name, words);
    }
    return fmt::format("ALTER TABLE {} ADD COLUMN {} {};\n-- in a later change:\n",
                       sql_name(scene.engine, action.name), sql_name(scene.engine, action.part),
                       column.type.text);
}

Hits key_without_index(const Scene& scene, ConstraintKind kind, const char* words,
                       const char* suffix) {
    Hits out;
    const Action& action = *scene.action;
    for (const Constraint* constraint : added(scene, kind)) {
        if (!constraint->using_index.empty()) continue;
        const std::string index =
            constraint->name.empty() ? action.name.name + suffix : constraint->name;
        Hit hit = table_hit(action, fmt::format("constraint {} of {}", index, action.name.text()),
                            fmt::format("adds a {} to {}, and builds its index meanwhile",
                                        constraint_word(kind), action.name.text()));
        hit.effect = "an ACCESS EXCLUSIVE lock, against readers too, until the index is built";
        hit.recipe = fmt::format(
            "{4}-- kedge: no-transaction\n"
            "CREATE UNIQUE INDEX CONCURRENTLY {0} ON {1} ({2});\n"
            "-- in a later change:\n"
            "ALTER TABLE {1} ADD CONSTRAINT {0} {3} USING INDEX {0};",
            sql_name(scene.engine, index), sql_name(scene.engine, action.name),
            columns_text(constraint->columns), words, column_first(scene, words));
        hit.offset = constraint->offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits add_primary_key(const Scene& scene) {
    return key_without_index(scene, ConstraintKind::primary_key, "PRIMARY KEY", "_pkey");
}

Hits add_unique_constraint(const Scene& scene) {
    return key_without_index(scene, ConstraintKind::unique, "UNIQUE", "_key");
}

Hits add_foreign_key(const Scene& scene) {
    Hits out;
    const Action& action = *scene.action;
    // A new column without a value refers to nothing, and the server knows it.
    const bool reads_none = action.act == Act::add_column && !action.columns.empty() &&
                            (action.columns.front().default_kind == DefaultKind::none ||
                             action.columns.front().default_kind == DefaultKind::null);
    for (const Constraint* constraint : added(scene, ConstraintKind::foreign_key)) {
        if (constraint->not_valid) continue;
        const bool is_own = constraint->references.may_be(action.name);
        const bool is_new_parent = scene.is_new(constraint->references);
        // Nobody else knows a parent that the change has made.
        if (reads_none && (is_new_parent || is_own)) continue;
        const std::string name =
            constraint->name.empty()
                ? fmt::format("{}_{}_fkey", action.name.name, join(constraint->columns, "_"))
                : constraint->name;
        Hit hit = table_hit(
            action, fmt::format("constraint {} of {}", name, action.name.text()),
            fmt::format("adds a foreign key from {} to {}{}", action.name.text(),
                        constraint->references.text(), reads_none ? "" : " and checks all rows"));
        hit.effect = fmt::format(
            "{} on {} {} all writes while the rows are read",
            is_own || is_new_parent ? "a SHARE ROW EXCLUSIVE lock" : "SHARE ROW EXCLUSIVE locks",
            is_own || is_new_parent
                ? action.name.text()
                : fmt::format("{} and {}", action.name.text(), constraint->references.text()),
            is_own || is_new_parent ? "stops" : "stop");
        const std::string parent_columns = columns_text(constraint->referenced_columns);
        hit.recipe = fmt::format(
            "ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}) REFERENCES "
            "{3}{4}{5} NOT VALID;\n"
            "-- in a later change:\nALTER TABLE {0} VALIDATE CONSTRAINT {1};",
            sql_name(scene.engine, action.name), sql_name(scene.engine, name),
            columns_text(constraint->columns), sql_name(scene.engine, constraint->references),
            parent_columns.empty() ? "" : " (" + parent_columns + ")",
            foreign_key_words(*constraint));
        hit.offset = constraint->offset;
        if (reads_none) {
            hit.effect = fmt::format(
                "no row is read, but the SHARE ROW EXCLUSIVE lock on {} waits for who writes to "
                "it, and then stops all writes until the commit",
                constraint->references.text());
            hit.recipe.clear();
            hit.severity = Severity::note;
        }
        out.push_back(std::move(hit));
    }
    return out;
}

Hits validate_in_same_transaction(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::validate_constraint || scene.is_new(action.name)) return {};
    const bool was_added = any_before(scene, [&](const Action& before) {
        return before.act == Act::add_constraint && before.name.may_be(action.name) &&
               before.part == action.part;
    });
    if (!was_added) return {};
    Hit hit = table_hit(action, fmt::format("constraint {} of {}", action.part, action.name.text()),
                        "validates a constraint in the transaction that added it");
    hit.effect = "the strong lock of the first statement is held while all rows are read";
    hit.recipe =
        fmt::format("-- in a later change:\nALTER TABLE {} VALIDATE CONSTRAINT {};",
                    sql_name(scene.engine, action.name), sql_name(scene.engine, action.part));
    return {hit};
}

Hits broken_concurrent_index(const Scene& scene) {
    const Action& action = *scene.action;
    constexpr int kMajor = 14;
    constexpr int kFixed = 4;
    const bool is_broken =
        scene.version.is_known() && scene.version.major == kMajor && scene.version.minor < kFixed;
    const bool builds = (action.act == Act::create && action.object == ObjectKind::index) ||
                        action.act == Act::reindex;
    if (!is_broken || !builds || !action.concurrently) return {};
    Hit hit = table_hit(
        action, subject_of(action.object, action.name),
        fmt::format("builds an index concurrently on PostgreSQL 14.{}", scene.version.minor));
    hit.effect = "14.0 to 14.3 have a fault that leaves rows out of such an index";
    return {hit};
}

}  // namespace

std::vector<Rule> postgres_online_rules() {
    return {
        {.id = "index-not-concurrently",
         .engines = kPg,
         .by_size = true,
         .title = "an index is built without CONCURRENTLY",
         .why = "CREATE INDEX holds a SHARE lock for as long as it builds, and nobody can write "
                "meanwhile.",
         .instead = "CREATE INDEX CONCURRENTLY, in a change of its own that runs outside a "
                    "transaction. A table that the same change has made needs none of that.",
         .link = kCreateIndex,
         .check = &index_not_concurrently,
         .examples = joined(
             pg_example({.deploy = "CREATE INDEX orders_by_day ON orders (day);"},
                        {.deploy = "CREATE TABLE orders (day date);\n"
                                   "CREATE INDEX orders_by_day ON orders (day);"}),
             pg_example({.deploy = "CREATE INDEX IF NOT EXISTS orders_by_day ON orders (day);"},
                        {.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"}))},
        {.id = "drop-index-not-concurrently",
         .engines = kPg,
         .title = "an index is dropped without CONCURRENTLY",
         .why = "DROP INDEX needs an ACCESS EXCLUSIVE lock on the table: it waits for the longest "
                "query, and everybody else waits behind it.",
         .instead = "DROP INDEX CONCURRENTLY, in a change that runs outside a transaction.",
         .link = "https://www.postgresql.org/docs/current/sql-dropindex.html",
         .check = &drop_index_not_concurrently,
         .examples = pg_example({.deploy = "DROP INDEX orders_by_day;"},
                                {.deploy = "DROP INDEX CONCURRENTLY orders_by_day;"})},
        {.id = "reindex-not-concurrently",
         .engines = kPg,
         .by_size = true,
         .title = "an index is built anew without CONCURRENTLY",
         .why = "REINDEX keeps writers out, and readers who would use the index.",
         .instead = "REINDEX … CONCURRENTLY, which there is from 12 on.",
         .link = "https://www.postgresql.org/docs/current/sql-reindex.html",
         .check = &reindex_not_concurrently,
         .examples = pg_example({.deploy = "REINDEX INDEX orders_by_day;"},
                                {.deploy = "REINDEX INDEX CONCURRENTLY orders_by_day;"})},
        {.id = "detach-partition-not-concurrently",
         .engines = kPg,
         .title = "a partition is detached without CONCURRENTLY",
         .why = "It locks the whole partitioned table against readers and writers.",
         .instead = "DETACH PARTITION … CONCURRENTLY, which there is from 14 on.",
         .link = kAlterTable,
         .check = &detach_not_concurrently,
         .examples = pg_example(
             {.deploy = "ALTER TABLE events DETACH PARTITION events_2020;"},
             {.deploy = "ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;"})},
        {.id = "concurrently-in-transaction",
         .engines = kPg,
         .severity = Severity::error,
         .title = "CONCURRENTLY stands within a transaction",
         .why = "PostgreSQL refuses it there.",
         .instead = "Take BEGIN and COMMIT out, or give it a change of its own.",
         .link = kCreateIndex,
         .purposes = kDeployAndRevert,
         .check = &concurrently_in_transaction,
         .examples = pg_example(
             {.deploy =
                  "BEGIN;\nCREATE INDEX CONCURRENTLY orders_by_day ON orders (day);\nCOMMIT;"},
             {.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"})},
        {.id = "concurrently-if-not-exists",
         .engines = kPg,
         .title = "CREATE INDEX CONCURRENTLY IF NOT EXISTS",
         .why = "A build that was cut off leaves an INVALID index of that name, which the next run "
                "takes for the real one.",
         .instead = "Drop what may have been left, and build without IF NOT EXISTS.",
         .link = kCreateIndex,
         .check = &concurrently_if_not_exists,
         .examples = pg_example(
             {.deploy = "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_day ON orders (day);"},
             {.deploy = "DROP INDEX CONCURRENTLY IF EXISTS orders_by_day;\n"
                        "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"})},
        {.id = "concurrently-beside-others",
         .engines = kPg,
         .title = "other statements stand beside CONCURRENTLY",
         .why = "The change can't be one transaction, so what stands beside it isn't undone with "
                "it either.",
         .instead = "A change of its own for what runs concurrently.",
         .link = kCreateIndex,
         .check = &concurrently_beside_others,
         .examples =
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN day date;\n"
                                   "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"},
                        {.deploy = "SET lock_timeout = '5s';\n"
                                   "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"})},
        {.id = "add-primary-key",
         .engines = kPg,
         .by_size = true,
         .title = "a primary key is added, and its index built meanwhile",
         .why = "The index is built, and the columns looked through for NULLs, under an ACCESS "
                "EXCLUSIVE lock.",
         .instead = "Build a unique index concurrently, and add the key USING INDEX.",
         .link = kAlterTable,
         .check = &add_primary_key,
         .examples = joined(
             pg_example(
                 {.deploy = "ALTER TABLE orders ADD PRIMARY KEY (id);"},
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING "
                            "INDEX orders_pkey;"}),
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN id serial PRIMARY KEY;"},
                        {.deploy = "CREATE TABLE orders (id serial PRIMARY KEY);"}))},
        {.id = "add-unique-constraint",
         .engines = kPg,
         .by_size = true,
         .title = "a unique constraint is added, and its index built meanwhile",
         .why = "The index is built under an ACCESS EXCLUSIVE lock.",
         .instead = "Build a unique index concurrently, and add the constraint USING INDEX.",
         .link = kAlterTable,
         .check = &add_unique_constraint,
         .examples = joined(
             pg_example(
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);"},
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX "
                            "orders_code;"}),
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN code text UNIQUE;"},
                        {.deploy = "ALTER TABLE orders ADD COLUMN code text;"}))},
        {.id = "add-foreign-key",
         .engines = kPg,
         .by_size = true,
         .title = "a foreign key is added, and all rows checked meanwhile",
         .why = "Both tables are locked against writes while the rows are read.",
         .instead = "Add it NOT VALID, and VALIDATE CONSTRAINT in a later change, which lets "
                    "writers go on.",
         .link = kAlterTable,
         .check = &add_foreign_key,
         .examples = joined(
             pg_example({.deploy = "ALTER TABLE items ADD CONSTRAINT items_order_fkey FOREIGN KEY "
                                   "(order_id) REFERENCES orders (id);"},
                        {.deploy = "ALTER TABLE items ADD CONSTRAINT items_order_fkey FOREIGN KEY "
                                   "(order_id) REFERENCES orders (id) NOT VALID;"}),
             pg_example({.deploy = "ALTER TABLE items ADD COLUMN order_id int REFERENCES orders;"},
                        {.deploy = "CREATE TABLE items (order_id int REFERENCES orders);"}))},
        {.id = "validate-in-same-transaction",
         .engines = kPg,
         .title = "a constraint is validated in the transaction that added it",
         .why = "NOT VALID gains nothing then: the lock of the first statement is held while the "
                "rows are read.",
         .instead = "VALIDATE CONSTRAINT in a later change.",
         .link = kAlterTable,
         .check = &validate_in_same_transaction,
         .examples = pg_example(
             {.deploy = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\n"
                        "ALTER TABLE orders VALIDATE CONSTRAINT positive;"},
             {.deploy = "ALTER TABLE orders VALIDATE CONSTRAINT positive;"})},
        {.id = "broken-concurrent-index",
         .engines = kPg,
         .severity = Severity::error,
         .title = "an index is built concurrently on a release that breaks it",
         .why = "PostgreSQL 14.0 to 14.3 may leave rows out of an index that was built "
                "concurrently.",
         .instead = "Bring the server to 14.4 or later first.",
         .link = "https://www.postgresql.org/docs/release/14.4/",
         .check = &broken_concurrent_index,
         .examples =
             pg_example({.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);",
                         .version = "14.2"},
                        {.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);",
                         .version = "14.4"})},
    };
}

}  // namespace kedge::lint
