// SPDX-License-Identifier: MIT
// Rules about what breaks clients of the former release while a new one is rolled out.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/types.hpp"
#include "lint/rules/words.hpp"

namespace kedge::lint {
namespace {

Hits rename_table(const Scene& scene) {
    const Action& action = *scene.action;
    const bool moves = action.act == Act::set_schema;
    if ((action.act != Act::rename && !moves) || action.object != ObjectKind::table ||
        scene.is_new(action.name)) {
        return {};
    }
    // A view of the old name, or a table that takes its place, keeps clients going.
    const bool keeps_name = any_action(scene.script, [&](const Action& other) {
        const bool makes = other.act == Act::create &&
                           (other.object == ObjectKind::view || other.object == ObjectKind::table);
        const bool renames = other.act == Act::rename && other.object == ObjectKind::table;
        return (makes && other.name.name == action.name.name) ||
               (renames && other.new_name.name == action.name.name);
    });
    if (keeps_name) return {};
    Hit hit = table_hit(
        action, subject_of(ObjectKind::table, action.name),
        moves
            ? fmt::format("moves table {} to schema {}", action.name.text(), action.new_name.schema)
            : fmt::format("renames table {} to {}", action.name.text(), action.new_name.name));
    hit.effect = "clients that use the old name fail from the commit on";
    hit.recipe =
        fmt::format("ALTER TABLE {} {} {};\nCREATE VIEW {} AS SELECT * FROM {};",
                    sql_name(scene.engine, action.name), moves ? "SET SCHEMA" : "RENAME TO",
                    sql_name(scene.engine, moves ? action.new_name.schema : action.new_name.name),
                    sql_name(scene.engine, action.name), sql_name(scene.engine, action.new_name));
    return {hit};
}

Hits rename_column(const Scene& scene) {
    const Action& action = *scene.action;
    const bool changes_name = action.act == Act::modify_column && !action.new_name.empty() &&
                              action.new_name.name != action.part;
    if ((action.act != Act::rename_column && !changes_name) || scene.is_new(action.name) ||
        scene.schema.is_new_column(action.name, action.part)) {
        return {};
    }
    Hit hit = table_hit(action, column_subject(action.name, action.part),
                        fmt::format("renames column {} of {} to {}", action.part,
                                    action.name.text(), action.new_name.name));
    hit.effect = "clients that use the old name fail from the commit on";
    return {hit};
}

Hits rename_schema(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::rename || action.object != ObjectKind::schema ||
        scene.schema.is_new(ObjectKind::schema, action.name)) {
        return {};
    }
    Hit hit;
    hit.subject = subject_of(ObjectKind::schema, action.name);
    hit.message = fmt::format("renames schema {} to {}", action.name.text(), action.new_name.name);
    hit.effect = "whatever names the schema fails from the commit on";
    hit.offset = action.offset;
    return {hit};
}

Hits rename_enum_value(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::rename_enum_value ||
        scene.schema.is_new(ObjectKind::type, action.name)) {
        return {};
    }
    Hit hit;
    hit.subject = subject_of(ObjectKind::type, action.name);
    hit.message = fmt::format("renames the value '{}' of {}", action.part, action.name.text());
    hit.effect = "clients that read or write the old value fail from the commit on";
    hit.recipe =
        fmt::format("ALTER TYPE {} ADD VALUE '{}' AFTER '{}';", sql_name(scene.engine, action.name),
                    action.new_name.name, action.part);
    hit.offset = action.offset;
    return {hit};
}

Hits drop_not_null(const Scene& scene) {
    const Action& action = *scene.action;
    const KnownTable* table = scene.schema.table(action.name);
    const Column* known = table == nullptr ? nullptr : table->column(action.part);
    const auto key = table == nullptr ? std::vector<std::string>() : table->primary_key();
    // A key's column stays NOT NULL, whatever its new definition says.
    const bool makes_nullable = action.act == Act::modify_column && known != nullptr &&
                                known->not_null && !action.columns.empty() &&
                                !action.columns.front().not_null &&
                                std::find(key.begin(), key.end(), known->name) == key.end();
    if ((action.act != Act::drop_not_null && !makes_nullable) || scene.is_new(action.name)) {
        return {};
    }
    if (known != nullptr && !known->not_null) return {};
    Hit hit =
        table_hit(action, column_subject(action.name, action.part),
                  fmt::format("lets column {} of {} be NULL", action.part, action.name.text()));
    hit.effect = "clients that count on a value there meet NULL";
    return {hit};
}

/// The script drops what the constraint is about, too.
bool goes_with_column(const Scene& scene) {
    const Action& action = *scene.action;
    const KnownTable* table = scene.schema.table(action.name);
    const auto is_about = [&](const std::string& column) {
        if (table == nullptr) return action.part.find(column) != std::string::npos;
        for (const Constraint& known : table->constraints) {
            if (known.name == action.part) return is_one_of(column, known.columns);
        }
        // Its name is made up by the server, or by people after the same pattern.
        return action.part.find(column) != std::string::npos;
    };
    return any_action(scene.script, [&](const Action& other) {
        if (!other.name.may_be(action.name)) return false;
        return (other.act == Act::drop && other.object == ObjectKind::table) ||
               (other.act == Act::drop_column && is_about(other.part));
    });
}

/// Another one says the same: it is there, or the script adds it.
bool is_said_again(const Scene& scene) {
    const Action& action = *scene.action;
    const KnownTable* table = scene.schema.table(action.name);
    if (table == nullptr) return false;
    const auto known = std::find_if(table->constraints.begin(), table->constraints.end(),
                                    [&](const Constraint& c) { return c.name == action.part; });
    if (known == table->constraints.end() || known->columns.empty()) return false;
    const auto says_it = [&](const Constraint& other) {
        if (known->is_key()) return other.is_key() && other.columns == known->columns;
        return other.kind == known->kind && other.kind == ConstraintKind::foreign_key &&
               other.columns == known->columns && other.references.may_be(known->references);
    };
    const bool is_there = std::any_of(
        table->constraints.begin(), table->constraints.end(),
        [&](const Constraint& other) { return other.name != action.part && says_it(other); });
    const bool has_index =
        known->is_key() &&
        std::any_of(table->indexes.begin(), table->indexes.end(), [&](const Index& index) {
            return index.unique && !index.is_partial && index.columns == known->columns;
        });
    return is_there || has_index || any_action(scene.script, [&](const Action& other) {
               if (!other.name.may_be(action.name)) return false;
               if (other.index && known->is_key()) {
                   return other.index->unique && other.index->columns == known->columns;
               }
               return other.act == Act::add_constraint &&
                      std::any_of(other.constraints.begin(), other.constraints.end(), says_it);
           });
}

Hits drop_constraint(const Scene& scene) {
    if (!alters_old_table(scene, Act::drop_constraint)) return {};
    const Action& action = *scene.action;
    // What is made anew in the same script is only changed.
    const bool is_replaced = any_action(scene.script, [&](const Action& other) {
        return other.act == Act::add_constraint && other.name.may_be(action.name) &&
               other.part == action.part;
    });
    if (is_replaced || goes_with_column(scene) || is_said_again(scene)) return {};
    Hit hit = table_hit(action, fmt::format("constraint {} of {}", action.part, action.name.text()),
                        fmt::format("drops constraint {} of {}", action.part, action.name.text()));
    hit.effect = "from the commit on nothing keeps rows out that break it";
    return {hit};
}

Hits drop_and_create(const Scene& scene) {
    const Action& action = *scene.action;
    constexpr std::array kKinds = {ObjectKind::view, ObjectKind::routine};
    if (action.act != Act::drop ||
        std::find(kKinds.begin(), kKinds.end(), action.object) == kKinds.end() ||
        scene.schema.is_new(action.object, action.name)) {
        return {};
    }
    const auto is_it = [&](const Action& other, Act act) {
        return other.act == act && other.object == action.object && other.name == action.name;
    };
    const bool comes_back = any_behind(scene, [&](const Action& other) {
        // PostgreSQL has routines of one name beside each other.
        const bool is_another = scene.engine == Engine::pg && !action.arguments_unsaid &&
                                other.arguments != action.arguments;
        return is_it(other, Act::create) && !is_another;
    });
    // One that is made for the script's own use.
    const bool goes_again =
        any_behind(scene, [&](const Action& other) { return is_it(other, Act::drop); });
    if (!comes_back || goes_again) return {};
    Hit hit;
    hit.subject = subject_of(action.object, action.name);
    hit.message =
        fmt::format("drops {} {} and makes it anew", kind_word(action.object), action.name.text());
    hit.effect = by_engine(scene.engine,
                           "its grants are lost, and what depends on it is in the way of the drop",
                           "its grants are lost, and clients that call meanwhile fail", "");
    hit.offset = action.offset;
    return {hit};
}

Hits narrow_type(const Scene& scene) {
    const Action& action = *scene.action;
    if ((action.act != Act::alter_column_type && action.act != Act::modify_column) ||
        action.columns.empty() || scene.is_new(action.name)) {
        return {};
    }
    const KnownTable* table = scene.schema.table(action.name);
    const Column* known = table == nullptr ? nullptr : table->column(action.part);
    if (known == nullptr || !is_narrower(known->type, action.columns.front().type)) return {};
    const std::string& to = action.columns.front().type.text;
    Hit hit = table_hit(action, column_subject(action.name, action.part),
                        fmt::format("narrows column {} of {} from {} to {}", action.part,
                                    action.name.text(), known->type.text, to));
    hit.effect = "a value that is there and doesn't fit is cut off, or fails the statement";
    // The script may have seen to it.
    if (is_filled_before(scene, action.name, action.part)) hit.severity = Severity::warning;
    const std::string& name = action.columns.front().type.name;
    const bool is_text = name.ends_with("char") || name.ends_with("text");
    const std::string column = sql_name(scene.engine, former_name(scene, action.part));
    hit.recipe = fmt::format("-- before it, to be sure that all values fit:\nSELECT {} FROM {};",
                             is_text ? fmt::format("max(char_length({}))", column)
                                     : fmt::format("max({0}), min({0})", column),
                             sql_name(scene.engine, action.name));
    return {hit};
}

constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, day VARCHAR(20) NOT NULL);";
constexpr std::string_view kAlterTable =
    "https://www.postgresql.org/docs/current/sql-altertable.html";

}  // namespace

std::vector<Rule> compatibility_rules() {
    return {
        {.id = "rename-table",
         .engines = kAll,
         .title = "a table is renamed",
         .why = "Clients of the former release use the old name until the last of them is gone.",
         .instead = "Leave a view of the old name for the length of a release.",
         .link = kAlterTable,
         .check = &rename_table,
         .examples = examples_for(
             kAll, {.deploy = "ALTER TABLE orders RENAME TO purchases;", .earlier = kOrders},
             {.deploy = "ALTER TABLE orders RENAME TO purchases;\n"
                        "CREATE VIEW orders AS SELECT id, day FROM purchases;",
              .earlier = kOrders})},
        {.id = "rename-column",
         .engines = kAll,
         .title = "a column is renamed",
         .why = "Clients of the former release use the old name until the last of them is gone.",
         .instead = "Add a new column, write both, copy the old values, let clients read the new "
                    "one, and drop the old one in a later release.",
         .link = kAlterTable,
         .check = &rename_column,
         .examples = examples_for(
             kAll,
             {.deploy = "ALTER TABLE orders RENAME COLUMN day TO bought;", .earlier = kOrders},
             {.deploy = "ALTER TABLE orders ADD COLUMN bought DATE;", .earlier = kOrders})},
        {.id = "rename-schema",
         .engines = kPg,
         .title = "a schema is renamed",
         .why = "Whatever names it, clients and functions, fails at once.",
         .instead = "Make a new schema, and move object by object.",
         .link = "https://www.postgresql.org/docs/current/sql-alterschema.html",
         .check = &rename_schema,
         .examples = pg_example({.deploy = "ALTER SCHEMA shop RENAME TO store;"},
                                {.deploy = "CREATE SCHEMA store;"})},
        {.id = "rename-enum-value",
         .engines = kPg,
         .title = "a value of an enumeration is renamed",
         .why = "Clients that read or write the old value fail at once.",
         .instead = "Add the new value, move the rows, and leave the old one unused.",
         .link = "https://www.postgresql.org/docs/current/sql-altertype.html",
         .check = &rename_enum_value,
         .examples = pg_example({.deploy = "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';"},
                                {.deploy = "ALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';"})},
        {.id = "drop-not-null",
         .engines = kAll,
         .title = "a column may become NULL",
         .why = "Clients that were written for a value that is always there meet NULL.",
         .instead = "Release clients that know of it first.",
         .link = kAlterTable,
         .check = &drop_not_null,
         .examples = joined(
             joined(pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN day DROP NOT NULL;"},
                               {.deploy = "ALTER TABLE orders ALTER COLUMN day DROP DEFAULT;"}),
                    examples_for(kMysql,
                                 {.deploy = "ALTER TABLE orders MODIFY day VARCHAR(20) NULL;",
                                  .earlier = kOrders},
                                 {.deploy = "ALTER TABLE orders MODIFY day VARCHAR(30) NOT NULL;",
                                  .earlier = kOrders})),
             examples_for(
                 kSqlite,
                 {.deploy = "CREATE TABLE o2 (id INTEGER PRIMARY KEY, day TEXT);\n"
                            "INSERT INTO o2 (id, day) SELECT id, day FROM orders;\n"
                            "DROP TABLE orders;\nALTER TABLE o2 RENAME TO orders;",
                  .earlier = kOrders},
                 {.deploy = "CREATE TABLE o2 (id INTEGER PRIMARY KEY, day TEXT NOT NULL);\n"
                            "INSERT INTO o2 (id, day) SELECT id, day FROM orders;\n"
                            "DROP TABLE orders;\nALTER TABLE o2 RENAME TO orders;",
                  .earlier = kOrders}))},
        {.id = "drop-constraint",
         .engines = kPg | kMysql,
         .severity = Severity::note,
         .title = "a constraint is dropped",
         .why = "Nothing keeps wrong rows out any more, and adding it again fails once there are "
                "some.",
         .instead = "Say why it isn't needed, by an exception with that reason.",
         .link = kAlterTable,
         .check = &drop_constraint,
         .examples = examples_for(
             kPg | kMysql, {.deploy = "ALTER TABLE orders DROP CONSTRAINT orders_day;"},
             {.deploy = "ALTER TABLE orders DROP CONSTRAINT orders_day;\n"
                        "ALTER TABLE orders ADD CONSTRAINT orders_day CHECK (id > 0);"})},
        {.id = "drop-and-create",
         .engines = kPg | kMysql,
         .severity = Severity::note,
         .title = "a view or routine is dropped and made anew",
         .why = "Its grants are lost, and on PostgreSQL what depends on it has to go first.",
         .instead = "CREATE OR REPLACE, or a new name where its columns or arguments differ.",
         .link = "https://www.postgresql.org/docs/current/sql-createview.html",
         .check = &drop_and_create,
         .examples = examples_for(kPg | kMysql,
                                  {.deploy = "DROP VIEW totals;\n"
                                             "CREATE VIEW totals AS SELECT id FROM orders;"},
                                  {.deploy = "CREATE OR REPLACE VIEW totals AS SELECT id FROM "
                                             "orders;"})},
        {.id = "narrow-type",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a column gets a narrower type",
         .why = "Values that are there may not fit: the statement fails, or cuts them off.",
         .instead = "Look for the longest value first, and let the change fail where one is too "
                    "long.",
         .link = kAlterTable,
         .check = &narrow_type,
         .examples =
             joined(pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN day TYPE varchar(10);",
                                .earlier = kOrders},
                               {.deploy = "ALTER TABLE orders ALTER COLUMN day TYPE varchar(30);",
                                .earlier = kOrders}),
                    examples_for(kMysql,
                                 {.deploy = "ALTER TABLE orders MODIFY day VARCHAR(10) NOT NULL;",
                                  .earlier = kOrders},
                                 {.deploy = "ALTER TABLE orders MODIFY day VARCHAR(30) NOT NULL;",
                                  .earlier = kOrders}))},
    };
}

}  // namespace kedge::lint
