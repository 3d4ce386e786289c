// SPDX-License-Identifier: MIT
// Rules about what PostgreSQL writes anew, and about locks that are held or taken in turns.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/types.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kLocking =
    "https://www.postgresql.org/docs/current/explicit-locking.html";
constexpr std::string_view kAlterTable =
    "https://www.postgresql.org/docs/current/sql-altertable.html";

/// From 12 on a timestamp gets its zone, or loses it, without being written anew where the zone is
/// UTC.
bool only_gets_zone(const Scene& scene, const DataType& from, const DataType& to) {
    constexpr int kSince = 12;
    const auto is_pair = [](const DataType& a, const DataType& b) {
        return a.name == "timestamp" && b.name == "timestamptz" && a.modifiers == b.modifiers;
    };
    return (is_pair(from, to) || is_pair(to, from)) && scene.version.at_least(kSince) &&
           any_before(scene, [](const Action& before) {
               return before.act == Act::set && before.name.name == "timezone" &&
                      equals_ignoring_case(before.text, "utc");
           });
}

Hits change_column_type(const Scene& scene) {
    if (!alters_old_table(scene, Act::alter_column_type)) return {};
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    const KnownTable* table = scene.schema.table(action.name);
    const Column* known = table == nullptr ? nullptr : table->column(action.part);
    if (known != nullptr && !action.has_using &&
        (is_binary_coercible(known->type, column.type) ||
         only_gets_zone(scene, known->type, column.type))) {
        return {};
    }
    if (scene.schema.is_emptied(action.name)) return {};
    Hit hit = table_hit(
        action, column_subject(action.name, action.part),
        fmt::format("changes the type of column {} of {}{} to {}", action.part, action.name.text(),
                    known == nullptr ? std::string() : " from " + known->type.text,
                    column.type.text));
    hit.effect =
        "the table and its indexes are written anew under an ACCESS EXCLUSIVE lock, but "
        "for the few changes of type that keep the bytes";
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {1} {2};\n-- keep the two alike by a trigger, fill it in "
        "batches, let clients use it, then:\nALTER TABLE {0} DROP COLUMN {3};",
        sql_name(scene.engine, action.name), sql_name(scene.engine, action.part + "_new"),
        column.type.text, sql_name(scene.engine, action.part));
    return {hit};
}

Hits volatile_default(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column)) return {};
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    constexpr int kFastDefaults = 11;
    const bool has_any =
        column.default_kind != DefaultKind::none && column.default_kind != DefaultKind::null;
    const bool is_slow = column.default_kind == DefaultKind::expression ||
                         (has_any && !scene.version.at_least(kFastDefaults));
    if (!is_slow || column.generated != Generated::no) return {};
    Hit hit = table_hit(action, column_subject(action.name, column.name),
                        fmt::format("adds column {} to {} with a default that is worked out for "
                                    "each row",
                                    column.name, action.name.text()));
    hit.effect = "the table is written anew under an ACCESS EXCLUSIVE lock";
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {1} {2};\n"
        "ALTER TABLE {0} ALTER COLUMN {1} SET DEFAULT ...;\n"
        "-- then fill the old rows in batches",
        sql_name(scene.engine, action.name), sql_name(scene.engine, column.name), column.type.text);
    return {hit};
}

Hits stored_generated(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column) ||
        scene.action->columns.front().generated != Generated::stored) {
        return {};
    }
    const Action& action = *scene.action;
    constexpr int kVirtual = 18;
    Hit hit = table_hit(
        action, column_subject(action.name, action.part),
        fmt::format("adds the stored generated column {} to {}", action.part, action.name.text()));
    hit.effect = "the table is written anew under an ACCESS EXCLUSIVE lock";
    hit.recipe = scene.version.is_known() && scene.version.at_least(kVirtual)
                     ? "-- a column that is worked out when it is read costs nothing:\n" +
                           replace_all(scene.statement->source.text, "STORED", "VIRTUAL")
                     : fmt::format(
                           "ALTER TABLE {} ADD COLUMN {} {};\n"
                           "-- let a trigger fill it, and fill the old rows in batches",
                           sql_name(scene.engine, action.name), sql_name(scene.engine, action.part),
                           action.columns.front().type.text);
    return {hit};
}

Hits add_identity(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column)) return {};
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    if (!column.is_identity && !column.is_serial) return {};
    Hit hit = table_hit(
        action, column_subject(action.name, column.name),
        fmt::format("adds the counting column {} to {}", column.name, action.name.text()));
    hit.effect =
        "each row gets its number: the table is written anew under an ACCESS EXCLUSIVE lock";
    return {hit};
}

Hits rewrite_table(const Scene& scene) {
    const Action& action = *scene.action;
    const bool rewrites = action.text == "SetTableSpace" || action.text == "SetLogged" ||
                          action.text == "SetUnLogged" || action.text == "SetAccessMethod";
    if (action.act != Act::alter || action.object != ObjectKind::table || !rewrites ||
        scene.is_new(action.name)) {
        return {};
    }
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("moves table {} to another kind of storage", action.name.text()));
    hit.effect = "the table is written anew under an ACCESS EXCLUSIVE lock";
    return {hit};
}

Hits vacuum_full(const Scene& scene) {
    const Action& action = *scene.action;
    const bool rewrites = (action.act == Act::vacuum && action.full) || action.act == Act::cluster;
    if (!rewrites) return {};
    Hit hit = table_hit(action,
                        action.name.empty() ? std::string("all tables")
                                            : subject_of(ObjectKind::table, action.name),
                        action.act == Act::cluster ? "CLUSTER writes a table anew"
                                                   : "VACUUM FULL writes a table anew");
    hit.effect = "an ACCESS EXCLUSIVE lock, against readers too, until all of it is written";
    hit.recipe = action.name.empty()
                     ? std::string()
                     : fmt::format("VACUUM {};", sql_name(scene.engine, action.name));
    return {hit};
}

Hits timeout_taken_away(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_timeout =
        action.name.name == "lock_timeout" || action.name.name == "statement_timeout";
    const bool is_zero = action.act == Act::set && trim(action.text) == "0";
    const bool is_all = action.act == Act::reset && action.name.empty();
    if (!(is_timeout && (is_zero || action.act == Act::reset)) && !is_all) return {};
    Hit hit;
    hit.subject = is_all ? "all settings" : "setting " + action.name.name;
    hit.message = is_all ? "puts all settings back, the time limits as well"
                         : fmt::format("takes {} away", action.name.name);
    hit.effect = "a statement may wait for a lock without end, and everybody else behind it";
    hit.recipe = is_all ? "" : fmt::format("SET {} = '5s';", action.name.name);
    hit.offset = action.offset;
    return {hit};
}

/// It takes an ACCESS EXCLUSIVE lock on a table that others may use.
bool locks_all_out(const Action& action) {
    switch (action.act) {
        case Act::add_column:
        case Act::drop_column:
        case Act::rename_column:
        case Act::alter_column_type:
        case Act::set_not_null:
        case Act::drop_not_null:
        case Act::set_default:
        case Act::drop_default:
        case Act::drop_constraint:
        case Act::truncate:
            return action.object == ObjectKind::table;
        case Act::add_constraint:
            return action.constraints.empty() ||
                   action.constraints.front().kind != ConstraintKind::foreign_key;
        case Act::drop:
        case Act::rename:
            return action.object == ObjectKind::table;
        default:
            return false;
    }
}

/// A table that the script makes itself, so that nobody else has it.
bool made_in(const ScriptText& script, const Name& table) {
    return std::any_of(
        script.statements.begin(), script.statements.end(), [&](const Statement& statement) {
            return std::any_of(
                statement.actions.begin(), statement.actions.end(), [&](const Action& action) {
                    return action.act == Act::create && action.object == ObjectKind::table &&
                           action.name.may_be(table);
                });
        });
}

Hits several_locks(const Scene& scene) {
    Hits out;
    // In the transaction that is looked at. A table that is renamed has several names.
    std::vector<Name> locked;
    std::vector<Name> renamed;  // or locked on purpose
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            if (action.act == Act::commit || action.act == Act::rollback) {
                locked.clear();
                renamed.clear();
            }
            if (action.act == Act::rename && action.object == ObjectKind::table) {
                renamed.push_back(action.new_name);
            }
            // All of them at the beginning, in an order that somebody has thought of.
            if (action.act == Act::lock) renamed.push_back(action.name);
            if (!locks_all_out(action) || scene.is_new(action.name) ||
                made_in(scene.script, action.name)) {
                continue;
            }
            const auto is_it = [&](const Name& name) { return name.may_be(action.name); };
            if (std::any_of(locked.begin(), locked.end(), is_it) ||
                std::any_of(renamed.begin(), renamed.end(), is_it)) {
                continue;
            }
            locked.push_back(action.name);
            constexpr std::size_t kTold = 2;  // once for each transaction
            if (locked.size() != kTold || !statement.in_transaction) continue;
            Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                                fmt::format("locks everybody out of {} while {} is locked already",
                                            action.name.text(), locked.front().text()));
            hit.effect =
                "one who uses the two in another order deadlocks with it, and the first "
                "stays locked until the last is done";
            hit.recipe = fmt::format(
                "-- a change for each table; or, at the beginning and always in "
                "the same order:\nLOCK TABLE {}, {} IN ACCESS EXCLUSIVE MODE;",
                sql_name(scene.engine, locked.front()), sql_name(scene.engine, action.name));
            hit.where = statement.place(action.offset);
            out.push_back(std::move(hit));
        }
        if (!statement.in_transaction) {
            locked.clear();
            renamed.clear();
        }
    }
    return out;
}

Hits backfill_with_alter(const Scene& scene) {
    const Action& action = *scene.action;
    const bool changes_rows = action.act == Act::update || action.act == Act::remove ||
                              action.act == Act::merge ||
                              (action.act == Act::insert && action.rows.from_query);
    const bool is_catalog = action.name.schema == "pg_catalog" ||
                            (action.name.schema.empty() && action.name.name.starts_with("pg_"));
    if (!changes_rows || scene.is_new(action.name) || is_catalog) return {};
    std::string locked;
    const bool is_behind = any_before(scene, [&](const Action& before) {
        // What is dropped keeps nobody waiting who could go on.
        if (!locks_all_out(before) || before.act == Act::drop || scene.is_new(before.name) ||
            made_in(scene.script, before.name)) {
            return false;
        }
        locked = before.name.text();
        return true;
    });
    if (!is_behind) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("changes rows of {} in the transaction that has altered {}",
                                    action.name.text(), locked));
    hit.effect = fmt::format("nobody can read or write {} until the rows are done", locked);
    hit.recipe = "-- in a change of its own, in batches:\n" + scene.statement->source.text;
    return {hit};
}

Hits enum_value_used(const Scene& scene) {
    const std::string& text = scene.statement->source.text;
    std::string value;
    const bool was_added = any_before(scene, [&](const Action& before) {
        if (before.act != Act::add_enum_value ||
            scene.schema.is_new(ObjectKind::type, before.name)) {
            return false;
        }
        value = before.part;
        return text.find("'" + value + "'") != std::string::npos;
    });
    if (!was_added) return {};
    Hit hit;
    hit.subject = fmt::format("value '{}'", value);
    hit.message = fmt::format("uses the value '{}' in the transaction that added it", value);
    hit.effect = "the server refuses it: \"unsafe use of new value\"";
    hit.offset = text.find("'" + value + "'");
    return {hit};
}

Hits enum_value_position(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_enum_value || action.has_position) return {};
    Hit hit;
    hit.subject = subject_of(ObjectKind::type, action.name);
    hit.message = fmt::format("adds '{}' to {} without a place", action.part, action.name.text());
    hit.effect = "it sorts behind all others";
    hit.recipe = fmt::format("ALTER TYPE {} ADD VALUE '{}' AFTER '...';",
                             sql_name(scene.engine, action.name), action.part);
    hit.offset = action.offset;
    return {hit};
}

bool is_clause(const Action& action) {
    switch (action.act) {
        case Act::add_column:
        case Act::drop_column:
        case Act::alter_column_type:
        case Act::set_not_null:
        case Act::drop_not_null:
        case Act::set_default:
        case Act::drop_default:
        case Act::add_constraint:
        case Act::drop_constraint:
            return action.object == ObjectKind::table;
        default:
            return false;
    }
}

Hits merge_alters(const Scene& scene) {
    const auto& statements = scene.script.statements;
    const auto i = static_cast<std::size_t>(scene.statement - statements.data());
    const auto& actions = scene.statement->actions;
    if (i == 0 || actions.empty() || !std::all_of(actions.begin(), actions.end(), is_clause)) {
        return {};
    }
    const auto& before = statements[i - 1].actions;
    const Name& table = actions.front().name;
    if (before.empty() || !std::all_of(before.begin(), before.end(), is_clause) ||
        before.front().name != table || scene.is_new(table)) {
        return {};
    }
    Hit hit = table_hit(
        actions.front(), subject_of(ObjectKind::table, table),
        fmt::format("alters {} again, right behind another ALTER TABLE of it", table.text()));
    hit.effect = "what each of them has to read or write is read or written twice";
    hit.recipe = fmt::format("ALTER TABLE {} ..., ...;", sql_name(scene.engine, table));
    return {hit};
}

Hits json_column(const Scene& scene) {
    Hits out;
    const Action& action = *scene.action;
    if (action.act != Act::create && action.act != Act::add_column &&
        action.act != Act::alter_column_type) {
        return {};
    }
    for (const Column& column : action.columns) {
        if (column.type.name != "json" || column.type.is_array) continue;
        Hit hit = table_hit(action, column_subject(action.name, column.name),
                            fmt::format("column {} is of type json", column.name));
        hit.effect = "json has no equality: SELECT DISTINCT and GROUP BY over it fail";
        hit.recipe = fmt::format("{} jsonb", sql_name(scene.engine, column.name));
        if (column.offset != 0) hit.offset = column.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

}  // namespace

std::vector<Rule> postgres_lock_rules() {
    return {
        {.id = "change-column-type",
         .engines = kPg,
         .by_size = true,
         .title = "the type of a column is changed",
         .why =
             "All but a few changes of type write the table and its indexes anew, and clients of "
             "the former release expect the old type.",
         .instead =
             "A new column that is kept alike by a trigger and filled in batches. What keeps "
             "the bytes may be changed in place: varchar to text or to a longer varchar, "
             "numeric to more digits.",
         .link = kAlterTable,
         .check = &change_column_type,
         .examples = joined(
             pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN id TYPE bigint;"},
                        {.deploy = "ALTER TABLE orders ALTER COLUMN code TYPE text;",
                         .earlier = "CREATE TABLE orders (code varchar(20));"}),
             pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN code SET DATA TYPE int USING "
                                   "code::int;",
                         .earlier = "CREATE TABLE orders (code varchar(20));"},
                        {.deploy = "ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);",
                         .earlier = "CREATE TABLE orders (total numeric(10, 2));"}))},
        {.id = "add-column-volatile-default",
         .engines = kPg,
         .by_size = true,
         .title = "a column is added with a default that differs from row to row",
         .why = "The table is written anew. A default that is the same for all rows costs nothing "
                "from 11 on.",
         .instead = "Add the column, set the default then, and fill the old rows in batches.",
         .link = kAlterTable,
         .check = &volatile_default,
         .examples = joined(
             pg_example(
                 {.deploy = "ALTER TABLE orders ADD COLUMN token uuid DEFAULT "
                            "gen_random_uuid();"},
                 {.deploy = "ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT now();"}),
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN state int DEFAULT 0;",
                         .version = "10.9"},
                        {.deploy = "ALTER TABLE orders ADD COLUMN state int DEFAULT 0;"}))},
        {.id = "add-stored-generated-column",
         .engines = kPg,
         .by_size = true,
         .title = "a stored generated column is added",
         .why = "Its value is worked out for every row, and the table written anew.",
         .instead = "A column that a trigger fills; from 18 on, a virtual one.",
         .link = "https://www.postgresql.org/docs/current/ddl-generated-columns.html",
         .check = &stored_generated,
         .examples = pg_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * "
                        "1.2) STORED;"},
             {.deploy = "CREATE TABLE orders (net numeric, gross numeric GENERATED ALWAYS AS (net "
                        "* 1.2) STORED);"})},
        {.id = "add-identity-column",
         .engines = kPg,
         .by_size = true,
         .title = "a serial or identity column is added to a table that is there",
         .why = "Every row gets its number, and the table is written anew.",
         .instead = "A new table; or a column without it that is filled in batches.",
         .link = kAlterTable,
         .check = &add_identity,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN number bigserial;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN number bigint;"})},
        {.id = "rewrite-table",
         .engines = kPg,
         .by_size = true,
         .title = "a table is moved to another tablespace or kind of storage",
         .why = "SET TABLESPACE, SET LOGGED, SET UNLOGGED and SET ACCESS METHOD write the table "
                "anew while nobody can use it.",
         .instead = "Do it when nobody needs the table.",
         .link = kAlterTable,
         .check = &rewrite_table,
         .examples = pg_example({.deploy = "ALTER TABLE orders SET LOGGED;"},
                                {.deploy = "ALTER TABLE orders SET (fillfactor = 70);"})},
        {.id = "vacuum-full",
         .engines = kPg,
         .title = "VACUUM FULL or CLUSTER",
         .why = "The table is written anew under a lock that keeps readers out, too.",
         .instead = "Plain VACUUM; or a tool that repacks while others work.",
         .link = "https://www.postgresql.org/docs/current/sql-vacuum.html",
         .check = &vacuum_full,
         .examples = pg_example({.deploy = "VACUUM FULL orders;"}, {.deploy = "VACUUM orders;"})},
        {.id = "timeout-taken-away",
         .engines = kPg,
         .title = "a script takes a time limit away",
         .why =
             "lock_timeout and statement_timeout keep one statement that waits from stopping all "
             "traffic.",
         .instead = "Set a limit that is long enough.",
         .link = "https://www.postgresql.org/docs/current/runtime-config-client.html",
         .purposes = kDeployAndRevert,
         .check = &timeout_taken_away,
         .examples = pg_example({.deploy = "SET lock_timeout = 0;"},
                                {.deploy = "SET lock_timeout = '5s';"})},
        {.id = "several-exclusive-locks",
         .engines = kPg,
         .severity = Severity::note,
         .title = "one transaction locks everybody out of several tables",
         .why = "Who uses the tables in another order deadlocks with it, and the first is locked "
                "until the last is done.",
         .instead = "A change for each table.",
         .link = kLocking,
         .scope = Scope::script,
         .check = &several_locks,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN a int;\n"
                                           "ALTER TABLE items ADD COLUMN b int;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN a int;\n"
                                           "ALTER TABLE orders ADD COLUMN b int;"})},
        {.id = "backfill-with-alter",
         .engines = kPg,
         .by_size = true,
         .title = "rows are changed in a transaction that has altered a table",
         .why = "The lock of ALTER TABLE keeps everybody out until all rows are done.",
         .instead = "A change of its own for the rows, in batches.",
         .link = kLocking,
         .check = &backfill_with_alter,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN state int;\n"
                                           "UPDATE orders SET state = 1 WHERE day < '2020-01-01';"},
                                {.deploy = "UPDATE orders SET state = 1 WHERE day < "
                                           "'2020-01-01';"})},
        {.id = "enum-value-used",
         .engines = kPg,
         .severity = Severity::error,
         .title = "a new value of an enumeration is used in the transaction that added it",
         .why = "PostgreSQL refuses it.",
         .instead = "Two changes.",
         .link = "https://www.postgresql.org/docs/current/sql-altertype.html",
         .scope = Scope::statement,
         .check = &enum_value_used,
         .examples =
             pg_example({.deploy = "BEGIN;\nALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';\n"
                                   "UPDATE people SET mood = 'fine' WHERE id = 1;\nCOMMIT;"},
                        {.deploy = "BEGIN;\nALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';\n"
                                   "UPDATE people SET mood = 'ok' WHERE id = 1;\nCOMMIT;"})},
        {.id = "enum-value-position",
         .engines = kPg,
         .severity = Severity::note,
         .title = "a value is added to an enumeration without its place",
         .why = "Values sort in their order in the type, and a new one comes last.",
         .instead = "Say BEFORE or AFTER which.",
         .link = "https://www.postgresql.org/docs/current/sql-altertype.html",
         .check = &enum_value_position,
         .examples = pg_example({.deploy = "ALTER TYPE mood ADD VALUE 'fine';"},
                                {.deploy = "ALTER TYPE mood ADD VALUE 'fine' BEFORE 'ok';"})},
        {.id = "merge-alters",
         .engines = kPg,
         .severity = Severity::note,
         .title = "two ALTER TABLE of one table stand one behind the other",
         .why = "Each reads or writes the table by itself.",
         .instead = "One ALTER TABLE with both clauses.",
         .link = kAlterTable,
         .scope = Scope::statement,
         .check = &merge_alters,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN a int;\n"
                                           "ALTER TABLE orders ADD COLUMN b int;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b "
                                           "int;"})},
        {.id = "json-column",
         .engines = kPg,
         .title = "a column is of type json",
         .why = "json can't be compared, so that SELECT DISTINCT over a table with it fails.",
         .instead = "jsonb.",
         .link = "https://www.postgresql.org/docs/current/datatype-json.html",
         .check = &json_column,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN details json;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN details jsonb;"})},
    };
}

}  // namespace kedge::lint
