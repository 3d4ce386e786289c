// SPDX-License-Identifier: MIT
// Rules that hold a statement against what the scripts before it have made; for engines that can't
// be asked themselves, as SQLite is.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

/// The columns that an action counts on.
std::vector<std::string> named_columns(const Action& action) {
    switch (action.act) {
        case Act::drop_column:
        case Act::rename_column:
        case Act::modify_column:
        case Act::alter_column_type:
        case Act::set_default:
        case Act::drop_default:
        case Act::set_not_null:
        case Act::drop_not_null:
            return action.if_exists ? std::vector<std::string>()
                                    : std::vector<std::string>{action.part};
        case Act::insert:
            return action.rows.assigned;
        case Act::create:
            return action.object == ObjectKind::index && action.index ? action.index->columns
                                                                      : std::vector<std::string>();
        case Act::add_constraint: {
            std::vector<std::string> out;
            for (const Constraint& constraint : action.constraints) {
                if (constraint.kind == ConstraintKind::check) continue;
                out.insert(out.end(), constraint.columns.begin(), constraint.columns.end());
            }
            return out;
        }
        default:
            return {};
    }
}

Hits missing_column(const Scene& scene) {
    const Action& action = *scene.action;
    const std::vector<std::string> wanted = named_columns(action);
    if (wanted.empty()) return {};
    const KnownTable* table = scene.schema.certain_table(action.name);
    if (table == nullptr || !table->is_complete || table->columns.empty()) return {};
    std::vector<std::string> known;
    for (const Column& column : table->columns) known.push_back(column.name);
    Hits out;
    for (const std::string& column : wanted) {
        const bool is_there =
            column.empty() || std::any_of(known.begin(), known.end(), [&](const std::string& name) {
                return equals_ignoring_case(name, column);
            });
        if (is_there) continue;
        Hit hit = table_hit(action, column_subject(action.name, column),
                            fmt::format("{} has no column {}{}", action.name.text(), column,
                                        did_you_mean(column, known)));
        hit.effect = "the statement fails";
        hit.table = {};
        out.push_back(std::move(hit));
    }
    return out;
}

Hits duplicate_object(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::table || action.temporary ||
        action.if_not_exists || action.or_replace) {
        return {};
    }
    const KnownTable* known = scene.schema.certain_table(action.name);
    // Of one that was there before the plan the scripts only tell parts: it may be gone.
    if (known == nullptr || known->temporary || known->made_by == 0) return {};
    Hit hit = table_hit(
        action, subject_of(ObjectKind::table, action.name),
        fmt::format("makes table {}, which a script before this has made", action.name.text()));
    hit.effect = "the statement fails";
    hit.table = {};
    return {hit};
}

Hits duplicate_column(const Scene& scene) {
    const Action& action = *scene.action;
    std::vector<std::string> known;
    std::vector<std::string> made;
    if (action.act == Act::create && action.object == ObjectKind::table) {
        for (const Column& column : action.columns) made.push_back(column.name);
    } else if (action.act == Act::create && action.object == ObjectKind::view) {
        made = action.values;
    } else if (action.act == Act::add_column && !action.if_not_exists) {
        const KnownTable* table = scene.schema.certain_table(action.name);
        if (table == nullptr) return {};
        for (const Column& column : table->columns) known.push_back(column.name);
        made.push_back(action.part);
    }
    // An index may have a column twice, but for MySQL's.
    if (action.index && scene.engine == Engine::mysql) made = action.index->columns;
    for (const std::string& column : made) {
        if (column.empty()) continue;
        const bool is_twice = std::any_of(known.begin(), known.end(), [&](const std::string& name) {
            // PostgreSQL tells quoted names apart by their letters' case.
            return scene.engine == Engine::pg ? name == column : equals_ignoring_case(name, column);
        });
        known.push_back(column);
        if (!is_twice) continue;
        Hit hit = table_hit(
            action, column_subject(action.name, column),
            action.act == Act::add_column
                ? fmt::format("adds column {} to {}, which has it", column, action.name.text())
                : fmt::format("names column {} twice", column));
        hit.effect = "the statement fails";
        hit.table = {};
        return {hit};
    }
    return {};
}

/// InnoDB took any index that begins with the columns for a parent's key until MySQL 8.4.
bool has_index_on(const KnownTable& table, const std::vector<std::string>& columns) {
    const auto begins = [&](const std::vector<std::string>& known) {
        return known.size() >= columns.size() &&
               std::equal(columns.begin(), columns.end(), known.begin(),
                          [](const auto& a, const auto& b) { return equals_ignoring_case(a, b); });
    };
    return std::any_of(table.indexes.begin(), table.indexes.end(),
                       [&](const Index& known) { return begins(known.columns); }) ||
           std::any_of(table.constraints.begin(), table.constraints.end(),
                       [&](const Constraint& known) {
                           return known.kind != ConstraintKind::check && begins(known.columns);
                       });
}

Hits parent_without_key(const Scene& scene) {
    const Action& action = *scene.action;
    Hits out;
    const auto look = [&](const Constraint& constraint) {
        const bool is_plain = constraint.kind == ConstraintKind::foreign_key &&
                              !constraint.referenced_columns.empty();
        const bool is_ignored = scene.engine == Engine::mysql && constraint.is_inline;
        if (!is_plain || is_ignored || constraint.references.may_be(action.name)) return;
        const KnownTable* parent = scene.schema.certain_table(constraint.references);
        if (parent == nullptr || !parent->is_complete ||
            parent->has_key(constraint.referenced_columns)) {
            return;
        }
        const bool has_index =
            scene.engine == Engine::mysql && has_index_on(*parent, constraint.referenced_columns);
        std::vector<std::string> quoted;
        for (const std::string& column : constraint.referenced_columns) {
            quoted.push_back(sql_name(scene.engine, column));
        }
        Hit hit =
            table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("refers to {} ({}), which are no key of it", parent->name.text(),
                                  join(constraint.referenced_columns, ", ")));
        hit.effect =
            has_index ? "MySQL refuses it from 8.4 on, and others take it" : "the statement fails";
        hit.recipe = fmt::format("ALTER TABLE {} ADD UNIQUE ({});",
                                 sql_name(scene.engine, parent->name), join(quoted, ", "));
        hit.table = {};
        if (constraint.offset != 0) hit.offset = constraint.offset;
        if (has_index) hit.severity = Severity::warning;
        out.push_back(std::move(hit));
    };
    for (const Constraint& constraint : action.constraints) look(constraint);
    for (const Column& column : action.columns) {
        for (const Constraint& constraint : column.constraints) look(constraint);
    }
    return out;
}

constexpr std::string_view kOrders = "CREATE TABLE orders (id INTEGER, day DATE);";

}  // namespace

std::vector<Rule> walk_through_rules() {
    return {
        {.id = "missing-column",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a statement names a column that the table hasn't got",
         .why =
             "The scripts of the plan have made the table without it, or dropped it, so that the "
             "statement fails wherever the plan is deployed.",
         .instead = "Name a column that is there.",
         .link = "https://www.postgresql.org/docs/current/sql-altertable.html",
         .check = &missing_column,
         .examples = examples_for(
             kPg | kMysql, {.deploy = "ALTER TABLE orders DROP COLUMN total;", .earlier = kOrders},
             {.deploy = "ALTER TABLE orders ADD COLUMN total INTEGER;\n"
                        "ALTER TABLE orders DROP COLUMN total;",
              .earlier = kOrders})},
        {.id = "duplicate-column",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a table or view gets two columns of one name",
         .why = "The statement fails wherever the plan is deployed.",
         .instead = "Another name.",
         .link = "https://www.postgresql.org/docs/current/sql-createtable.html",
         .check = &duplicate_column,
         .examples =
             examples_for(kPg | kMysql,
                          {.deploy = "ALTER TABLE orders ADD COLUMN day DATE;", .earlier = kOrders},
                          {.deploy = "ALTER TABLE orders DROP COLUMN day;\n"
                                     "ALTER TABLE orders ADD COLUMN day DATE;",
                           .earlier = kOrders})},
        {.id = "parent-without-key",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a foreign key to columns that are no key",
         .why = "Of what it refers to there must be one, so that the server wants a primary key or "
                "a unique one there.",
         .instead = "Refer to the key; or make the columns unique first.",
         .link = "https://www.postgresql.org/docs/current/ddl-constraints.html",
         .check = &parent_without_key,
         .examples = examples_for(
             kPg | kMysql,
             {.deploy = "CREATE TABLE items (o INTEGER, FOREIGN KEY (o) REFERENCES orders (id));",
              .earlier = kOrders},
             {.deploy = "CREATE TABLE items (o INTEGER, FOREIGN KEY (o) REFERENCES orders (id));",
              .earlier = "CREATE TABLE orders (id INTEGER, UNIQUE (id));"})},
        {.id = "duplicate-object",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "a table is made that is there already",
         .why =
             "A script before it has made a table of the same name, so that the statement fails.",
         .instead = "Another name; or ALTER TABLE.",
         .link = "https://www.postgresql.org/docs/current/sql-createtable.html",
         .check = &duplicate_object,
         .examples = examples_for(
             kPg | kMysql, {.deploy = "CREATE TABLE orders (id INTEGER);", .earlier = kOrders},
             {.deploy = "DROP TABLE orders;\nCREATE TABLE orders (id INTEGER);",
              .earlier = kOrders})},
    };
}

}  // namespace kedge::lint
