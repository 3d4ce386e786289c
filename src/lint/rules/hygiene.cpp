// SPDX-License-Identifier: MIT
// Rules about how statements are written, whatever they change.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

Hit statement_hit(std::string subject, std::string message, std::string effect) {
    Hit out;
    out.subject = std::move(subject);
    out.message = std::move(message);
    out.effect = std::move(effect);
    return out;
}

Hits not_understood(const Scene& scene) {
    if (scene.statement->problem.empty()) return {};
    Hit hit = statement_hit("statement", fmt::format("can't be read: {}", scene.statement->problem),
                            "no other rule has looked at it");
    hit.offset = scene.statement->problem_offset;
    if (scene.statement->refusal) hit.severity = Severity::error;  // by the engine, not by a parser
    return {hit};
}

Hits rows_without_where(const Scene& scene) {
    const Action& action = *scene.action;
    if ((action.act != Act::update && action.act != Act::remove) || action.rows.has_where ||
        action.rows.has_limit || scene.is_new(action.name)) {
        return {};
    }
    // A column that the same change has added has to be filled in every row.
    const char* word = action.act == Act::update ? "UPDATE" : "DELETE";
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("{} without WHERE: all rows of {}", word, action.name.text()));
    hit.effect = "every row is locked and written, in one transaction";
    return {hit};
}

Hits insert_without_columns(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::insert || action.rows.has_columns || scene.is_new(action.name)) {
        return {};
    }
    const char* verb = action.rows.replaces ? "REPLACE" : "INSERT";
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("{} into {} doesn't name its columns", verb, action.name.text()));
    hit.effect = "values go into other columns, or it fails, once the table has more of them";
    std::vector<std::string> columns;
    if (const KnownTable* table = scene.schema.table(action.name)) {
        for (const Column& column : table->columns) {
            columns.push_back(sql_name(scene.engine, column.name));
        }
    }
    hit.recipe = fmt::format("{} INTO {} ({}) ...", verb, sql_name(scene.engine, action.name),
                             columns.empty() ? "..." : join(columns, ", "));
    return {hit};
}

Hits of_mentions(const Scene& scene, Mention::Kind kind, const std::string& message,
                 const std::string& effect, const std::string& recipe) {
    Hits out;
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != kind) continue;
        Hit hit = statement_hit("statement", message, effect);
        hit.recipe = recipe;
        hit.offset = mention.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits null_comparison(const Scene& scene) {
    // In SET and DEFAULT `= NULL` gives a value; what is mentioned here compares.
    return of_mentions(scene, Mention::Kind::null_comparison, "compares with NULL by an operator",
                       "it is never true, and no row is found", "... IS NULL");
}

Hits not_in_query(const Scene& scene) {
    // A column that is known to have no NULL gives none.
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != Mention::Kind::not_in_query || mention.name.empty()) continue;
        const KnownTable* table = scene.schema.table({{}, mention.name.schema});
        const Column* column = table == nullptr ? nullptr : table->column(mention.name.name);
        if (column != nullptr && column->not_null) return {};
    }
    return of_mentions(scene, Mention::Kind::not_in_query, "NOT IN with a query",
                       "where the query gives one NULL, no row is found",
                       "... NOT EXISTS (SELECT 1 FROM ... WHERE ...)");
}

Hits select_star(const Scene& scene) {
    const auto& actions = scene.statement->actions;
    const bool keeps = std::any_of(actions.begin(), actions.end(), [](const Action& action) {
        const bool is_view =
            action.act == Act::create &&
            (action.object == ObjectKind::view || action.object == ObjectKind::materialized_view ||
             action.object == ObjectKind::table);
        return is_view || (action.act == Act::insert && action.rows.from_query);
    });
    if (!keeps) return {};
    return of_mentions(scene, Mention::Kind::select_star, "takes all columns by *",
                       "what it means changes with the table it reads", "SELECT a, b, ...");
}

Hits duplicate_assignment(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::update && action.act != Act::insert) return {};
    std::set<std::string> seen;
    for (const std::string& column : action.rows.assigned) {
        if (column.empty() || seen.insert(column).second) continue;
        Hit hit = table_hit(action, column_subject(action.name, column),
                            fmt::format("gives column {} a value twice", column));
        hit.effect = "the server refuses it, or takes the last value";
        return {hit};
    }
    return {};
}

Hits too_many_rows(const Scene& scene) {
    const Action& action = *scene.action;
    if (scene.is_new(action.name)) return {};
    const auto most = static_cast<std::size_t>(scene.number("max"));
    if (action.act == Act::insert && action.rows.rows > most) {
        Hit hit =
            table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("inserts {} rows at once, more than {}", action.rows.rows, most));
        hit.effect = "one long transaction";
        return {hit};
    }
    const bool is_whole = (action.act == Act::update || action.act == Act::remove) &&
                          !action.rows.has_where && !action.rows.has_limit;
    const bool changes =
        action.act == Act::insert || action.act == Act::update || action.act == Act::remove;
    if (changes && scene.dry_run != nullptr && scene.dry_run->rows &&
        static_cast<std::size_t>(*scene.dry_run->rows) > most) {
        Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                            fmt::format("{} about {} rows, as the target estimates, more than {}",
                                        scene.engine == Engine::mysql ? "locks" : "changes",
                                        *scene.dry_run->rows, most));
        hit.effect = "one long transaction";
        return {hit};
    }
    const TableSize* size = scene.live == nullptr ? nullptr : scene.live->size(action.name);
    if (!is_whole || size == nullptr || static_cast<std::size_t>(size->rows) <= most) return {};
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("changes all of about {} rows, more than {}", size->rows, most));
    hit.effect = "one long transaction";
    return {hit};
}

Hits opaque_sql(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::run_block) return {};
    Hit hit = statement_hit("DO block", "what a DO block does isn't looked at",
                            "no rule sees the statements in it");
    hit.offset = action.offset;
    return {hit};
}

Hits transaction_nesting(const Scene& scene) {
    Hits out;
    bool open = false;
    std::size_t transactions = 0;
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            const bool ends = action.act == Act::commit || action.act == Act::rollback;
            std::string message;
            if (action.act == Act::begin && open) {
                message = "BEGIN within a transaction of the script's own";
            } else if (action.act == Act::begin && ++transactions == 2) {
                message = "the script has several transactions of its own";
            } else if (ends && !open) {
                message = "ends a transaction that the script hasn't begun";
            }
            if (action.act == Act::begin) open = true;
            if (ends) open = false;
            if (message.empty()) continue;
            Hit hit =
                statement_hit("transaction", message,
                              "the change can't be one transaction, and a failure leaves part "
                              "of it there");
            hit.where = statement.place(action.offset);
            out.push_back(std::move(hit));
        }
    }
    return out;
}

Hits uncommitted_transaction(const Scene& scene) {
    const Statement* opened = nullptr;
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            if (action.act == Act::begin) opened = &statement;
            if (action.act == Act::commit || action.act == Act::rollback) opened = nullptr;
        }
    }
    if (opened == nullptr) return {};
    Hit hit = statement_hit("transaction", "the transaction that begins here is never committed",
                            "all of it is taken back at the end of the script");
    hit.recipe = "COMMIT;";
    hit.where = opened->place(0);
    return {hit};
}

Hits not_repeatable(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act == Act::create && action.object == ObjectKind::index && action.concurrently &&
        action.part.empty()) {
        Hit hit = statement_hit(subject_of(ObjectKind::table, action.name),
                                "an index without a name is built CONCURRENTLY",
                                "each build that is cut off leaves one more INVALID index, under a "
                                "name that the server makes up");
        hit.recipe =
            "-- with a name, so that the broken one can be dropped first:\n"
            "CREATE INDEX CONCURRENTLY name ON ...;";
        hit.offset = action.offset;
        return {hit};
    }
    if (scene.script.runs_in_transaction() || scene.statement->in_transaction ||
        action.concurrently || scene.script.statements.size() < 2) {
        return {};
    }
    if (action.act == Act::add_constraint && scene.engine == Engine::pg) {
        // There is no IF NOT EXISTS for it.
        const auto drops_it = [&](const Action& before) {
            return before.act == Act::drop_constraint && before.part == action.part;
        };
        const auto& beside = scene.statement->actions;
        const bool is_dropped =
            !action.part.empty() &&
            (any_earlier(scene, drops_it) || std::any_of(beside.begin(), beside.end(), drops_it));
        if (is_dropped) return {};
        Hit hit = statement_hit(fmt::format("constraint {} of {}", action.part, action.name.text()),
                                "adds a constraint outside a transaction: run again, it fails",
                                "who has to repeat the script by hand after a failure stops here");
        // The index would go with a constraint that was made of it.
        const bool uses_index =
            !action.constraints.empty() && !action.constraints.front().using_index.empty();
        if (!action.part.empty() && !uses_index) {
            std::string_view again = trim(scene.statement->source.text);
            while (again.ends_with(';')) again = trim(again.substr(0, again.size() - 1));
            hit.recipe = fmt::format("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {};\n{};",
                                     sql_name(scene.engine, action.name),
                                     sql_name(scene.engine, action.part), again);
        }
        hit.offset = action.offset;
        return {hit};
    }
    const bool makes = (action.act == Act::create && !action.or_replace && !action.temporary &&
                        action.object != ObjectKind::role) ||
                       action.act == Act::add_column;
    const bool takes = action.act == Act::drop || action.act == Act::drop_column ||
                       action.act == Act::drop_constraint;
    if (!(makes && !action.if_not_exists) && !(takes && !action.if_exists)) return {};
    // One that the same statement adds again is there the next time, too.
    const auto& beside = scene.statement->actions;
    const bool is_added_again =
        action.act == Act::drop_constraint &&
        std::any_of(beside.begin(), beside.end(), [&](const Action& other) {
            return other.act == Act::add_constraint && other.part == action.part;
        });
    if (is_added_again) return {};
    Hit hit = statement_hit(action.part.empty()
                                ? subject_of(action.object, action.name)
                                : fmt::format("{} of {}", action.part, action.name.text()),
                            fmt::format("fails when a script outside a transaction runs again: no "
                                        "IF {}EXISTS",
                                        makes ? "NOT " : ""),
                            "who has to repeat the script by hand after a failure stops here");
    hit.offset = action.offset;
    return {hit};
}

Hits session_setting(const Scene& scene) {
    const Action& action = *scene.action;
    if (!action.is_global || (action.act != Act::set && action.act != Act::reset)) return {};
    Hit hit =
        statement_hit("setting " + action.name.name,
                      fmt::format("changes the setting {} for the whole server", action.name.name),
                      "it outlives the change, no revert sees it, and other databases have it "
                      "as well");
    hit.offset = action.offset;
    return {hit};
}

constexpr std::string_view kOrders = "CREATE TABLE orders (id INTEGER, total INTEGER);";

}  // namespace

std::vector<Rule> hygiene_rules() {
    return {
        {.id = "not-understood",
         .engines = kAll,
         .title = "a statement can't be read",
         .why = "The parser doesn't know it: it is wrong, or newer than the parser. No other rule "
                "has looked at it.",
         .instead = "Try it on a server. Where it is right, say so by an exception.",
         .link = "https://www.postgresql.org/docs/current/sql-commands.html",
         .scope = Scope::statement,
         .purposes = kAllScripts,
         .check = &not_understood,
         .examples = examples_for(kAll, {.deploy = "ALTER orders ADD COLUMN a INTEGER;"},
                                  {.deploy = "CREATE TABLE orders (a INTEGER);"})},
        {.id = "rows-without-where",
         .engines = kAll,
         .by_size = true,
         .title = "UPDATE or DELETE without WHERE",
         .why = "It changes every row, which is seldom meant, and holds all their locks to the end "
                "of the transaction.",
         .instead = "Say which rows in WHERE, and go in batches where there are many.",
         .link = "https://www.postgresql.org/docs/current/sql-update.html",
         .check = &rows_without_where,
         .examples = examples_for(
             kAll, {.deploy = "UPDATE orders SET total = 0;", .earlier = kOrders},
             {.deploy = "UPDATE orders SET total = 0 WHERE total IS NULL;", .earlier = kOrders})},
        {.id = "insert-without-columns",
         .engines = kAll,
         .title = "INSERT doesn't name its columns",
         .why = "It depends on the order of the columns, and breaks when one is added.",
         .instead = "Name the columns.",
         .link = "https://www.postgresql.org/docs/current/sql-insert.html",
         .check = &insert_without_columns,
         .examples = examples_for(
             kAll, {.deploy = "INSERT INTO orders VALUES (1, 2);", .earlier = kOrders},
             {.deploy = "INSERT INTO orders (id, total) VALUES (1, 2);", .earlier = kOrders})},
        {.id = "null-comparison",
         .engines = kAll,
         .title = "a comparison with NULL",
         .why = "= NULL and <> NULL are never true.",
         .instead = "IS NULL and IS NOT NULL.",
         .link = "https://www.postgresql.org/docs/current/functions-comparison.html",
         .scope = Scope::statement,
         .purposes = kAllScripts,
         .check = &null_comparison,
         .examples = examples_for(
             kAll, {.deploy = "DELETE FROM orders WHERE total = NULL;", .earlier = kOrders},
             {.deploy = "UPDATE orders SET total = NULL WHERE total IS NOT NULL;",
              .earlier = kOrders})},
        {.id = "not-in-query",
         .engines = kPg,
         .severity = Severity::note,
         .title = "NOT IN with a query",
         .why = "One NULL among what the query gives, and no row is found.",
         .instead = "NOT EXISTS.",
         .link = "https://www.postgresql.org/docs/current/functions-subquery.html",
         .scope = Scope::statement,
         .check = &not_in_query,
         .examples = pg_example(
             {.deploy = "DELETE FROM items WHERE order_id NOT IN (SELECT id FROM orders);"},
             {.deploy = "DELETE FROM items WHERE order_id NOT IN (1, 2);"})},
        {.id = "select-star",
         .engines = kAll,
         .severity = Severity::note,
         .title = "a view, or INSERT … SELECT, takes all columns by *",
         .why = "What it means changes with the table that it reads.",
         .instead = "Name the columns.",
         .link = "https://www.postgresql.org/docs/current/sql-createview.html",
         .scope = Scope::statement,
         .check = &select_star,
         .examples = examples_for(
             kAll,
             {.deploy = "CREATE VIEW all_orders AS SELECT * FROM orders;", .earlier = kOrders},
             {.deploy = "CREATE VIEW order_count AS SELECT count(*) AS n FROM orders;",
              .earlier = kOrders})},
        {.id = "duplicate-assignment",
         .engines = kAll,
         .severity = Severity::error,
         .title = "one column gets two values",
         .why = "PostgreSQL refuses it, MySQL and SQLite take one of the two.",
         .instead = "Take one away.",
         .link = "https://www.postgresql.org/docs/current/sql-update.html",
         .purposes = kDeployAndRevert,
         .check = &duplicate_assignment,
         .examples = examples_for(
             kAll,
             {.deploy = "UPDATE orders SET total = 1, total = 2 WHERE id = 1;", .earlier = kOrders},
             {.deploy = "UPDATE orders SET total = 1, id = 2 WHERE id = 1;", .earlier = kOrders})},
        {.id = "too-many-rows",
         .engines = kAll,
         .is_on = false,
         .title = "a statement changes more rows than the project allows",
         .why = "What changes many rows holds many locks for long.",
         .instead = "Batches.",
         .link = "https://www.postgresql.org/docs/current/explicit-locking.html",
         .parameters =
             {{"max", "1000",
               "The most rows that one INSERT may list; and, with --pending, the most that a "
               "statement changes as the target estimates, or, with --target, that a table has of "
               "which all are changed."}},
         .check = &too_many_rows,
         .examples = examples_for(kAll,
                                  {.deploy = "INSERT INTO orders (id) VALUES (1), (2), (3);",
                                   .earlier = kOrders,
                                   .parameters = "max = 2"},
                                  {.deploy = "INSERT INTO orders (id) VALUES (1), (2);",
                                   .earlier = kOrders,
                                   .parameters = "max = 2"})},
        {.id = "opaque-sql",
         .engines = kPg,
         .severity = Severity::note,
         .title = "a DO block",
         .why = "What it does is decided when it runs, so that no rule has seen it.",
         .instead = "Plain statements; or say in an exception who has read it.",
         .link = "https://www.postgresql.org/docs/current/sql-do.html",
         .check = &opaque_sql,
         .examples =
             pg_example({.deploy = "DO $$ BEGIN PERFORM 1; END $$;"}, {.deploy = "SELECT 1;"})},
        {.id = "transaction-nesting",
         .engines = kAll,
         .title = "a script's transactions are nested, or several",
         .why = "kedge runs a change as one transaction, with its verify script and its record. "
                "That a script with one BEGIN and COMMIT round the whole can be, and no other.",
         .instead = "No BEGIN and COMMIT at all, or one pair round the whole.",
         .link = "https://www.postgresql.org/docs/current/sql-begin.html",
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &transaction_nesting,
         .examples =
             examples_for(kAll,
                          {.deploy = "BEGIN;\nUPDATE orders SET total = 1 WHERE id = 1;\nCOMMIT;\n"
                                     "BEGIN;\nUPDATE orders SET total = 2 WHERE id = 2;\nCOMMIT;",
                           .earlier = kOrders},
                          {.deploy = "BEGIN;\nUPDATE orders SET total = 1 WHERE id = 1;\nCOMMIT;",
                           .earlier = kOrders})},
        {.id = "uncommitted-transaction",
         .engines = kAll,
         .severity = Severity::error,
         .title = "a script leaves its transaction open",
         .why = "All of it is taken back.",
         .instead = "COMMIT at the end.",
         .link = "https://www.postgresql.org/docs/current/sql-commit.html",
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &uncommitted_transaction,
         .examples = examples_for(
             kAll,
             {.deploy = "BEGIN;\nUPDATE orders SET total = 1 WHERE id = 1;", .earlier = kOrders},
             {.deploy = "BEGIN;\nUPDATE orders SET total = 1 WHERE id = 1;\nCOMMIT;",
              .earlier = kOrders})},
        {.id = "not-repeatable",
         .engines = kPg,
         .severity = Severity::note,
         .title = "a script outside a transaction can't be run again",
         .why =
             "kedge goes on where it was stopped. Who has to repeat it by hand fails at the first "
             "thing that is there already.",
         .instead = "IF NOT EXISTS and IF EXISTS, but not with CREATE INDEX CONCURRENTLY.",
         .link = "https://www.postgresql.org/docs/current/sql-altertable.html",
         .purposes = kDeployAndRevert,
         .check = &not_repeatable,
         .examples = pg_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN day date;\nVACUUM orders;"},
             {.deploy = "ALTER TABLE orders ADD COLUMN IF NOT EXISTS day date;\nVACUUM orders;"})},
        {.id = "server-setting",
         .engines = kPg | kMysql,
         .title = "a script changes a setting of the whole server",
         .why = "It outlives the change, and concerns all databases of the server.",
         .instead = "Set it where the server is configured; in a script, for the session.",
         .link = "https://www.postgresql.org/docs/current/sql-altersystem.html",
         .check = &session_setting,
         .examples = joined(pg_example({.deploy = "ALTER SYSTEM SET work_mem = '64MB';"},
                                       {.deploy = "SET work_mem = '64MB';"}),
                            examples_for(kMysql, {.deploy = "SET GLOBAL max_connections = 500;"},
                                         {.deploy = "SET SESSION sort_buffer_size = 1000000;"}))},
    };
}

}  // namespace kedge::lint
