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
    const KnownTable* table = scene.schema.table(action.name);
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
        action.if_not_exists || action.or_replace || !scene.schema.is_certain(action.name)) {
        return {};
    }
    const KnownTable* known = scene.schema.table(action.name);
    if (known == nullptr || known->temporary || known->name != action.name) return {};
    Hit hit = table_hit(
        action, subject_of(ObjectKind::table, action.name),
        fmt::format("makes table {}, which a script before this has made", action.name.text()));
    hit.effect = "the statement fails";
    hit.table = {};
    return {hit};
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
