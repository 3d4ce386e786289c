// SPDX-License-Identifier: MIT
// Rules about what takes rows and objects away.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"

namespace kedge::lint {
namespace {

bool drops(const Scene& scene, ObjectKind kind) {
    return scene.action->act == Act::drop && scene.action->object == kind;
}

Hits drop_container(const Scene& scene, ObjectKind kind) {
    const Action& action = *scene.action;
    if (!drops(scene, kind) || scene.schema.is_new(kind, action.name)) return {};
    Hit hit;
    hit.subject = subject_of(kind, action.name);
    hit.message = fmt::format("drops {} {}", kind_word(kind), action.name.text());
    hit.effect = "all that is in it is gone";
    hit.offset = action.offset;
    return {hit};
}

Hits drop_schema(const Scene& scene) {
    Hits out = drop_container(scene, ObjectKind::schema);
    for (Hit& hit : out) {
        if (scene.action->cascade) continue;
        hit.effect = "the server refuses it while anything is in it";
        hit.severity = Severity::warning;
    }
    return out;
}

Hits drop_database(const Scene& scene) {
    return drop_container(scene, ObjectKind::database);
}

/// The next table of that name is what a rebuild leaves.
bool is_replaced(const Scene& scene) {
    const auto& statements = scene.script.statements;
    return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
        return std::any_of(statement.actions.begin(), statement.actions.end(),
                           [&](const Action& a) {
                               return a.act == Act::rename && a.object == ObjectKind::table &&
                                      a.new_name.name == scene.action->name.name;
                           });
    });
}

/// Another rule, which is stricter, tells of DROP IF EXISTS and CREATE.
bool is_made_anew(const Scene& scene) {
    return scene.action->if_exists && any_behind(scene, [&](const Action& later) {
               return later.act == Act::create && later.object == ObjectKind::table &&
                      later.name == scene.action->name;
           });
}

Hits drop_table(const Scene& scene) {
    const Action& action = *scene.action;
    if (!drops(scene, ObjectKind::table) || action.temporary || action.is_rebuild ||
        scene.is_new(action.name) || is_replaced(scene) || is_made_anew(scene)) {
        return {};
    }
    const Name kept{action.name.schema, action.name.name + "_deprecated"};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("drops table {} with all its rows", action.name.text()));
    hit.effect = "the rows are gone, and clients that still name the table fail";
    hit.recipe = fmt::format(
        "-- now, once no client uses it:\nALTER TABLE {} RENAME TO {};\n"
        "-- in a later release, after a backup:\nDROP TABLE {};",
        sql_name(scene.engine, action.name), sql_name(scene.engine, kept.name),
        sql_name(scene.engine, kept));
    return {hit};
}

Hits drop_column(const Scene& scene) {
    if (!alters_old_table(scene, Act::drop_column)) return {};
    const Action& action = *scene.action;
    if (scene.schema.is_new_column(action.name, action.part)) return {};
    const KnownTable* table = scene.schema.table(action.name);
    const Column* known = table == nullptr ? nullptr : table->column(action.part);
    Hit hit = table_hit(action, column_subject(action.name, action.part),
                        fmt::format("drops column {} of {}", action.part, action.name.text()));
    hit.effect = "its values are gone, and clients that still name the column fail";
    if (known != nullptr && known->generated != Generated::no) {
        hit.effect = "clients that still name the column fail; its values were worked out";
        hit.severity = Severity::note;
    }
    return {hit};
}

Hits drop_partition(const Scene& scene) {
    const Action& action = *scene.action;
    const bool takes_away = action.act == Act::drop_partition ||
                            action.act == Act::exchange_partition ||
                            action.act == Act::truncate_partition;
    if (!takes_away || scene.is_new(action.name)) return {};
    Hit hit = table_hit(
        action, subject_of(ObjectKind::table, action.name),
        fmt::format("takes the rows of partition {} out of {}", action.part, action.name.text()));
    hit.effect = "rows go by way of a change of the schema, and commit at once";
    return {hit};
}

Hits truncate(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::truncate || scene.is_new(action.name)) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("empties table {}", action.name.text()));
    hit.effect = by_engine(scene.engine,
                           "all rows are gone, under an ACCESS EXCLUSIVE lock until the commit",
                           "all rows are gone, and the statement commits", "all rows are gone");
    hit.recipe = fmt::format(
        "-- in batches, each its own transaction, until none is left:\nDELETE FROM {} WHERE ...;",
        sql_name(scene.engine, action.name));
    return {hit};
}

Hits truncate_cascade(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::truncate || !action.cascade) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("empties {} and every table that refers to it, by CASCADE",
                                    action.name.text()));
    hit.effect = "tables that nobody has named lose all their rows";
    hit.recipe = fmt::format("TRUNCATE {}, ...; -- each table by its name",
                             sql_name(scene.engine, action.name));
    return {hit};
}

Hits drop_cascade(const Scene& scene) {
    const Action& action = *scene.action;
    const bool drops_part = action.act == Act::drop_column || action.act == Act::drop_constraint;
    if (!action.cascade || (action.act != Act::drop && !drops_part)) return {};
    // Of a DROP of several, once.
    if (!drops_part && scene.action != &scene.statement->actions.front()) return {};
    std::string what = drops_part ? action.part : action.name.text();
    if (!drops_part) {
        for (const Action& other : scene.statement->actions) {
            if (&other != &action && other.act == Act::drop) what += ", " + other.name.text();
        }
    }
    Hit hit;
    hit.subject = drops_part ? column_subject(action.name, action.part)
                             : subject_of(action.object, action.name);
    hit.message = fmt::format("drops {} and whatever depends on it, by CASCADE", what);
    hit.effect = "views, keys and functions that the script doesn't name may go, too";
    hit.offset = action.offset;
    return {hit};
}

Hits on_delete_cascade(const Scene& scene) {
    Hits out;
    const auto look = [&](const Constraint& constraint) {
        if (constraint.kind != ConstraintKind::foreign_key ||
            constraint.on_delete != ForeignKeyAction::cascade) {
            return;
        }
        Hit hit = table_hit(*scene.action, subject_of(ObjectKind::table, scene.action->name),
                            fmt::format("a DELETE from {} will delete rows of {} with it",
                                        constraint.references.text(), scene.action->name.text()));
        hit.effect = "rows go that the statement doesn't name";
        hit.recipe = fmt::format("REFERENCES {} ON DELETE RESTRICT",
                                 sql_name(scene.engine, constraint.references));
        if (constraint.offset != 0) hit.offset = constraint.offset;
        out.push_back(std::move(hit));
    };
    for (const Constraint& constraint : scene.action->constraints) look(constraint);
    for (const Column& column : scene.action->columns) {
        for (const Constraint& constraint : column.constraints) look(constraint);
    }
    return out;
}

Hits create_table_force(const Scene& scene) {
    const Action& action = *scene.action;
    if (!drops(scene, ObjectKind::table) || !action.if_exists || action.temporary ||
        scene.is_new(action.name)) {
        return {};
    }
    const auto behind = [&](Act act) {
        return any_behind(scene, [&](const Action& later) {
            return later.act == act && later.object == ObjectKind::table &&
                   later.name == action.name;
        });
    };
    // A table that the script only works with, and that no other script has made.
    const bool is_scratch =
        scene.schema.table(action.name) == nullptr && (behind(Act::drop) || behind(Act::rename));
    if (!is_made_anew(scene) || is_scratch) return {};
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("drops {} if it is there, and makes it anew", action.name.text()));
    hit.effect = "where the table is there already, its rows are gone";
    return {hit};
}

constexpr std::string_view kOrders = "CREATE TABLE orders (id INTEGER PRIMARY KEY, day DATE);";

}  // namespace

std::vector<Rule> data_loss_rules() {
    return {
        {.id = "drop-schema",
         .engines = kPg,
         .severity = Severity::error,
         .title = "a schema is dropped",
         .why = "By CASCADE all objects in it go with it, and no revert brings their rows back. "
                "Without, which counts as a warning, it fails as long as there are any.",
         .instead = "Move what is still needed, rename the schema, and drop it in a later change "
                    "after a backup.",
         .link = "https://www.postgresql.org/docs/current/sql-dropschema.html",
         .check = &drop_schema,
         .examples = pg_example({.deploy = "DROP SCHEMA archive CASCADE;"},
                                {.deploy = "CREATE SCHEMA work;\nDROP SCHEMA work;"})},
        {.id = "drop-database",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a database is dropped",
         .why = "All of it is gone, and no revert brings it back.",
         .instead = "Drop databases by hand, after a backup, and not in a change.",
         .link = "https://www.postgresql.org/docs/current/sql-dropdatabase.html",
         .check = &drop_database,
         .examples = examples_for(kPg | kMysql, {.deploy = "DROP DATABASE archive;"},
                                  {.deploy = "DROP VIEW archive;"})},
        {.id = "drop-table",
         .engines = kAll,
         .title = "a table is dropped",
         .why = "Its rows can't be had back by a revert, and clients of the former release fail.",
         .instead =
             "Take it out of use, rename it in one release, and drop it in a later one after "
             "a backup. A table that the same change has made may go.",
         .link = "https://www.postgresql.org/docs/current/sql-droptable.html",
         .check = &drop_table,
         .examples = examples_for(kAll, {.deploy = "DROP TABLE orders;", .earlier = kOrders},
                                  {.deploy = "CREATE TABLE work (a int);\nDROP TABLE work;"})},
        {.id = "drop-column",
         .engines = kAll,
         .title = "a column is dropped",
         .why = "Its values can't be had back by a revert. Clients of the former release name it, "
                "and object-relational mappers remember columns until they are restarted.",
         .instead = "Let the code stop using the column, release that, and drop it afterwards.",
         .link = "https://www.postgresql.org/docs/current/sql-altertable.html",
         .check = &drop_column,
         .examples = examples_for(
             kAll, {.deploy = "ALTER TABLE orders DROP COLUMN day;", .earlier = kOrders},
             {.deploy = "CREATE TABLE work (a int, b int);\nALTER TABLE work DROP COLUMN b;"})},
        {.id = "drop-partition",
         .engines = kMysql,
         .title = "a partition is dropped, emptied or exchanged",
         .why = "It is a loss of rows in the guise of a change of the schema.",
         .instead = "Copy the rows first, and do it once nobody needs them.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/partitioning-management.html",
         .check = &drop_partition,
         .examples = examples_for(
             kMysql, {.deploy = "ALTER TABLE orders DROP PARTITION p2023;"},
             {.deploy = "ALTER TABLE orders ADD PARTITION (PARTITION p2026 VALUES LESS THAN "
                        "(2027));"})},
        {.id = "truncate",
         .engines = kPg | kMysql,
         .title = "a table is emptied",
         .why = "All rows go at once, and no revert brings them back.",
         .instead = "Delete in batches, or make a backup first.",
         .link = "https://www.postgresql.org/docs/current/sql-truncate.html",
         .check = &truncate,
         .examples = examples_for(kPg | kMysql, {.deploy = "TRUNCATE TABLE orders;"},
                                  {.deploy = "CREATE TABLE work (a int);\nTRUNCATE TABLE work;"})},
        {.id = "truncate-cascade",
         .engines = kPg,
         .severity = Severity::error,
         .title = "TRUNCATE … CASCADE",
         .why = "It empties every table that refers to the one that is named, and those that refer "
                "to them.",
         .instead = "Name each table.",
         .link = "https://www.postgresql.org/docs/current/sql-truncate.html",
         .check = &truncate_cascade,
         .examples = pg_example({.deploy = "TRUNCATE TABLE a, b CASCADE;"},
                                {.deploy = "TRUNCATE TABLE a, b;"})},
        {.id = "drop-cascade",
         .engines = kPg,
         .title = "something is dropped with whatever depends on it",
         .why = "What CASCADE takes along is not in the script, and may differ from one database "
                "to the next.",
         .instead = "Drop what depends on it by name, in order.",
         .link = "https://www.postgresql.org/docs/current/ddl-depend.html",
         .check = &drop_cascade,
         .examples =
             joined(pg_example({.deploy = "DROP VIEW totals CASCADE;"},
                               {.deploy = "DROP VIEW report; DROP VIEW totals;"}),
                    pg_example({.deploy = "ALTER TABLE orders DROP COLUMN day CASCADE;"},
                               {.deploy = "ALTER TABLE orders DROP COLUMN day RESTRICT;"}))},
        {.id = "on-delete-cascade",
         .engines = kAll,
         .is_on = false,
         .title = "a foreign key deletes the rows that refer to a deleted one",
         .why =
             "A later DELETE, or a rebuild of the parent on SQLite, removes rows that nobody has "
             "named.",
         .instead = "RESTRICT, and delete the children by a statement that says so.",
         .link = "https://www.postgresql.org/docs/current/ddl-constraints.html",
         .check = &on_delete_cascade,
         .examples = examples_for(
             kAll,
             {.deploy = "CREATE TABLE items (id INTEGER PRIMARY KEY, order_id INTEGER,\n"
                        "  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);",
              .earlier = kOrders},
             {.deploy = "CREATE TABLE items (id INTEGER PRIMARY KEY, order_id INTEGER,\n"
                        "  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT);",
              .earlier = kOrders})},
        {.id = "create-table-force",
         .engines = kAll,
         .severity = Severity::error,
         .title = "a table is dropped if it is there, and made anew",
         .why = "On a database that has the table, its rows are lost without a word.",
         .instead = "CREATE TABLE alone, which fails where the table is there.",
         .link = "https://www.postgresql.org/docs/current/sql-createtable.html",
         .check = &create_table_force,
         .examples = examples_for(
             kAll,
             {.deploy = "DROP TABLE IF EXISTS orders;\nCREATE TABLE orders (id INTEGER);",
              .earlier = kOrders},
             {.deploy = "CREATE TABLE IF NOT EXISTS orders (id INTEGER);"})},
    };
}

}  // namespace kedge::lint
