// SPDX-License-Identifier: MIT
// Rules about statements whose success depends on the rows that are there.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

std::string name_list(Engine engine, const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) out.push_back(sql_name(engine, name));
    return join(out, ", ");
}

Hit duplicates(const Scene& scene, const std::vector<std::string>& columns) {
    const std::string list = name_list(scene.engine, columns);
    Hit hit = table_hit(*scene.action, subject_of(ObjectKind::table, scene.action->name),
                        fmt::format("wants the rows of {} to be unique in {}",
                                    scene.action->name.text(), join(columns, ", ")));
    hit.effect = "it fails, after a long build, where two rows are alike";
    // Of a part of the rows there is no saying without the part's condition.
    if (scene.action->index && scene.action->index->is_partial) return hit;
    std::vector<std::string> conditions;
    for (const std::string& column : columns) {
        conditions.push_back(sql_name(scene.engine, column) + " IS NOT NULL");
    }
    hit.recipe = fmt::format(
        "-- has to give no rows:\nSELECT {0}, count(*) FROM {1} WHERE {2} GROUP BY {0} HAVING "
        "count(*) > 1;",
        list, sql_name(scene.engine, scene.action->name), join(conditions, " AND "));
    return hit;
}

/// Columns that the same change has added hold one value, or none.
bool all_named(const std::vector<std::string>& columns) {
    return !columns.empty() &&
           std::none_of(columns.begin(), columns.end(),
                        [](const std::string& column) { return column.empty(); });
}

/// A key of the table is among the columns already; or one of them is new, and NULL in each row.
bool must_be_unique(const Scene& scene, const std::vector<std::string>& columns) {
    const Name& name = scene.action->name;
    const KnownTable* table = scene.schema.table(name);
    if (table == nullptr) return false;
    const auto is_null = [&](const std::string& column) {
        const Column* known = table->column(column);
        return known != nullptr && scene.schema.is_new_column(name, column) && !known->not_null &&
               (known->default_kind == DefaultKind::none ||
                known->default_kind == DefaultKind::null) &&
               known->generated == Generated::no && !known->may_be_filled &&
               !is_filled_before(scene, name, column);
    };
    return scene.schema.has_key_among(*table, columns) ||
           std::any_of(columns.begin(), columns.end(), is_null);
}

Hits add_unique(const Scene& scene) {
    const Action& action = *scene.action;
    if (has_no_rows(scene, action.name)) return {};
    const auto look = [&](const std::vector<std::string>& columns) {
        const bool is_hit = all_named(columns) && !must_be_unique(scene, columns);
        return is_hit ? Hits{duplicates(scene, columns)} : Hits();
    };
    if (action.act == Act::create && action.object == ObjectKind::index && action.index &&
        action.index->unique && !action.is_rebuild) {
        return look(action.index->columns);
    }
    if (action.act == Act::add_column) {
        const Column& column = action.columns.front();
        // With one value for all of them, two rows are enough to fail.
        const bool is_constant = column.default_kind == DefaultKind::constant ||
                                 column.default_kind == DefaultKind::stable;
        const bool is_hit = is_constant && column.constraint(ConstraintKind::unique) != nullptr;
        return is_hit ? Hits{duplicates(scene, {column.name})} : Hits();
    }
    if (action.act != Act::add_constraint) return {};
    Hits out;
    for (const Constraint& constraint : action.constraints) {
        if (constraint.kind != ConstraintKind::unique || !constraint.using_index.empty()) continue;
        for (Hit& hit : look(constraint.columns)) out.push_back(std::move(hit));
    }
    return out;
}

/// A later UPDATE of the script gives the new column its values.
bool is_filled_later(const Scene& scene, const std::string& column) {
    const auto& statements = scene.script.statements;
    const auto fills = [&](const Action& action) {
        const auto& assigned = action.rows.assigned;
        return action.act == Act::update && action.name.may_be(scene.action->name) &&
               std::find(assigned.begin(), assigned.end(), column) != assigned.end();
    };
    return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
        return &statement > scene.statement &&
               std::any_of(statement.actions.begin(), statement.actions.end(), fills);
    });
}

Hits add_not_null_column(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column) || has_no_rows(scene, scene.action->name)) {
        return {};
    }
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    const bool has_value =
        column.default_kind != DefaultKind::none && column.default_kind != DefaultKind::null;
    if (!column.not_null || has_value || column.is_identity || column.is_serial ||
        column.generated != Generated::no) {
        return {};
    }
    // Where the server puts in a value of its own, the script may put a better one over it.
    if (scene.engine == Engine::mysql && is_filled_later(scene, column.name)) return {};
    const std::string table = sql_name(scene.engine, action.name);
    const std::string name = sql_name(scene.engine, column.name);
    const std::string& type = column.type.text;
    Hit hit = table_hit(action, column_subject(action.name, column.name),
                        fmt::format("adds column {} NOT NULL without a default to {}", column.name,
                                    action.name.text()));
    hit.effect = by_engine(scene.engine, "it fails where the table has any row",
                           "rows that are there get 0, '' or the first value, which nobody chose",
                           "it fails where the table has any row");
    const std::string in_steps = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {1} {2};\n"
        "-- fill it in batches, then:\n"
        "ALTER TABLE {0} ADD CONSTRAINT {3} CHECK ({1} IS NOT NULL) NOT VALID;\n"
        "-- in a later change:\n"
        "ALTER TABLE {0} VALIDATE CONSTRAINT {3};\n"
        "ALTER TABLE {0} ALTER COLUMN {1} SET NOT NULL, DROP CONSTRAINT {3};",
        table, name, type, sql_name(scene.engine, column.name + "_not_null"));
    const std::string by_default =
        fmt::format("ALTER TABLE {} ADD COLUMN {} {} DEFAULT ...;", table, name,
                    column.definition.empty() ? type + " NOT NULL" : column.definition);
    hit.recipe = by_engine(scene.engine, in_steps.c_str(), by_default.c_str(), by_default.c_str());
    return {hit};
}

/// A valid check that says the same spares the scan.
bool is_checked(const KnownTable* table, const std::string& column) {
    if (table == nullptr) return false;
    return std::any_of(table->constraints.begin(), table->constraints.end(),
                       [&](const Constraint& constraint) {
                           return constraint.not_null_column == column && !constraint.not_valid;
                       });
}

Hits set_not_null(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::set_not_null || action.object != ObjectKind::table ||
        has_no_rows(scene, action.name)) {
        return {};
    }
    const KnownTable* table = scene.schema.table(action.name);
    const Column* known = table == nullptr ? nullptr : table->column(action.part);
    if (known != nullptr && known->not_null) return {};
    constexpr int kSkipsScan = 12;
    const bool can_skip = scene.version.at_least(kSkipsScan);
    if (can_skip && is_checked(table, action.part)) return {};
    Hit hit =
        table_hit(action, column_subject(action.name, action.part),
                  fmt::format("sets column {} of {} NOT NULL", action.part, action.name.text()));
    hit.effect =
        "the whole table is read under an ACCESS EXCLUSIVE lock, and it fails where any "
        "value is NULL";
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD CONSTRAINT {2} CHECK ({1} IS NOT NULL) NOT VALID;\n"
        "-- in a later change:\nALTER TABLE {0} VALIDATE CONSTRAINT {2};\n{3}",
        sql_name(scene.engine, action.name), sql_name(scene.engine, action.part),
        sql_name(scene.engine, action.part + "_not_null"),
        can_skip
            ? fmt::format("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL, DROP CONSTRAINT {};",
                          sql_name(scene.engine, action.name), sql_name(scene.engine, action.part),
                          sql_name(scene.engine, action.part + "_not_null"))
            : std::string("-- and leave it at that: before 12, SET NOT NULL reads it all"));
    return {hit};
}

Hits add_check(const Scene& scene) {
    if (scene.action->act != Act::add_constraint || has_no_rows(scene, scene.action->name)) {
        return {};
    }
    const Action& action = *scene.action;
    Hits out;
    for (const Constraint& constraint : action.constraints) {
        if (constraint.kind != ConstraintKind::check || constraint.not_valid) continue;
        const std::string name =
            constraint.name.empty() ? action.name.name + "_check" : constraint.name;
        Hit hit = table_hit(action, fmt::format("constraint {} of {}", name, action.name.text()),
                            fmt::format("adds a check to {} that all its rows have to pass at once",
                                        action.name.text()));
        hit.effect = by_engine(
            scene.engine,
            "the whole table is read under an ACCESS EXCLUSIVE lock, and it fails where a row "
            "doesn't pass",
            "the table is copied, writers wait, and it fails where a row doesn't pass", "");
        const std::string not_valid = fmt::format(
            "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID;\n"
            "-- in a later change:\nALTER TABLE {0} VALIDATE CONSTRAINT {1};",
            sql_name(scene.engine, action.name), sql_name(scene.engine, name),
            constraint.expression);
        const std::string not_enforced =
            fmt::format("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT ENFORCED;",
                        sql_name(scene.engine, action.name), sql_name(scene.engine, name),
                        constraint.expression);
        hit.recipe = by_engine(scene.engine, not_valid.c_str(), not_enforced.c_str(), "");
        out.push_back(std::move(hit));
    }
    return out;
}

Hits add_exclusion(const Scene& scene) {
    if (scene.action->act != Act::add_constraint || has_no_rows(scene, scene.action->name)) {
        return {};
    }
    const Action& action = *scene.action;
    if (action.constraints.empty() ||
        action.constraints.front().kind != ConstraintKind::exclusion) {
        return {};
    }
    Hit hit = table_hit(action, fmt::format("constraint {} of {}", action.part, action.name.text()),
                        fmt::format("adds an exclusion constraint to {}", action.name.text()));
    hit.effect = "an index is built and every row compared under an ACCESS EXCLUSIVE lock";
    return {hit};
}

Hits domain_constraint(const Scene& scene, Act act) {
    const Action& action = *scene.action;
    const bool constrains =
        !action.constraints.empty() || (act == Act::alter && action.act == Act::set_not_null);
    if (action.object != ObjectKind::domain || !constrains) return {};
    if (action.act != act && action.act != Act::set_not_null) return {};
    if (act == Act::alter &&
        (scene.schema.is_new(ObjectKind::domain, action.name) ||
         (!action.constraints.empty() && action.constraints.front().not_valid))) {
        return {};
    }
    Hit hit;
    hit.subject = subject_of(ObjectKind::domain, action.name);
    hit.offset = action.offset;
    hit.message = act == Act::create
                      ? fmt::format("makes domain {} with a constraint", action.name.text())
                      : fmt::format("constrains domain {}", action.name.text());
    hit.effect = act == Act::create
                     ? "a later change of the constraint reads every table that uses the domain"
                     : "every column of the domain, in whatever table, is read under a lock";
    return {hit};
}

Hits alter_domain(const Scene& scene) {
    return domain_constraint(scene, Act::alter);
}

Hits create_domain(const Scene& scene) {
    return domain_constraint(scene, Act::create);
}

constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(20), total INTEGER);";
constexpr std::string_view kAlterTable =
    "https://www.postgresql.org/docs/current/sql-altertable.html";

}  // namespace

std::vector<Rule> data_dependent_rules() {
    return {
        {.id = "add-unique",
         .engines = kAll,
         .title = "rows that are there have to be unique",
         .why = "The index is built first, and the statement fails at the first two rows that are "
                "alike.",
         .instead = "Look for duplicates before, and mend them in a change of its own.",
         .link = "https://www.postgresql.org/docs/current/indexes-unique.html",
         .check = &add_unique,
         .examples = examples_for(
             kAll,
             {.deploy = "CREATE UNIQUE INDEX orders_code ON orders (code);", .earlier = kOrders},
             {.deploy = "CREATE INDEX orders_code ON orders (code);", .earlier = kOrders})},
        {.id = "add-not-null-column",
         .engines = kAll,
         .severity = Severity::error,
         .title = "a column is added NOT NULL without a default",
         .why = "The rows that are there have no value for it.",
         .instead = "Give it a constant default; or add it without NOT NULL, fill it, and set NOT "
                    "NULL then.",
         .link = kAlterTable,
         .check = &add_not_null_column,
         .examples = examples_for(
             kAll,
             {.deploy = "ALTER TABLE orders ADD COLUMN state INTEGER NOT NULL;",
              .earlier = kOrders},
             {.deploy = "ALTER TABLE orders ADD COLUMN state INTEGER NOT NULL DEFAULT 0;",
              .earlier = kOrders})},
        {.id = "set-not-null",
         .engines = kPg,
         .by_size = true,
         .title = "a column that may be NULL is set NOT NULL",
         .why = "PostgreSQL reads the whole table under a lock that keeps everybody out, and fails "
                "at the first NULL.",
         .instead =
             "Add a check that is NOT VALID, validate it in a later change, and set NOT NULL "
             "then: from 12 on the valid check spares the scan.",
         .link = kAlterTable,
         .check = &set_not_null,
         .examples = joined(
             pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN total SET NOT NULL;",
                         .earlier = kOrders},
                        {.deploy = "ALTER TABLE orders ALTER COLUMN total SET NOT NULL;",
                         .earlier = "CREATE TABLE orders (total int, CONSTRAINT c CHECK (total IS "
                                    "NOT NULL));"}),
             pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN total SET NOT NULL;",
                         .earlier = "CREATE TABLE orders (total int, CONSTRAINT c CHECK (total IS "
                                    "NOT NULL));",
                         .version = "11.4"},
                        {.deploy = "ALTER TABLE orders ALTER COLUMN id SET NOT NULL;",
                         .earlier = kOrders}))},
        {.id = "add-check",
         .engines = kPg | kMysql,
         .by_size = true,
         .title = "a check is added that the rows that are there have to pass",
         .why = "Every row is read while writers wait, and one row that doesn't pass fails it.",
         .instead = "PostgreSQL: NOT VALID, and VALIDATE CONSTRAINT in a later change. MySQL: NOT "
                    "ENFORCED, and ENFORCED when few are there.",
         .link = kAlterTable,
         .check = &add_check,
         .examples = joined(
             pg_example({.deploy = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);"},
                        {.deploy = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) "
                                   "NOT VALID;"}),
             examples_for(
                 kMysql,
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);"},
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT "
                            "ENFORCED;"}))},
        {.id = "add-exclusion",
         .engines = kPg,
         .by_size = true,
         .title = "an exclusion constraint is added",
         .why = "It has no form that leaves others at work.",
         .instead = "Make a new table with it, copy the rows, and swap the two.",
         .link = "https://www.postgresql.org/docs/current/ddl-constraints.html",
         .check = &add_exclusion,
         .examples = pg_example(
             {.deploy = "ALTER TABLE bookings ADD CONSTRAINT apart EXCLUDE USING gist (during WITH "
                        "&&);"},
             {.deploy = "CREATE TABLE bookings (during tsrange, EXCLUDE USING gist (during WITH "
                        "&&));"})},
        {.id = "alter-domain-constraint",
         .engines = kPg,
         .title = "a domain is constrained",
         .why = "Every column of the domain, in all tables, is read under a lock.",
         .instead = "A check on each table; or ADD CONSTRAINT … NOT VALID on the domain, and "
                    "VALIDATE CONSTRAINT later.",
         .link = "https://www.postgresql.org/docs/current/sql-alterdomain.html",
         .check = &alter_domain,
         .examples =
             pg_example({.deploy = "ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE > 0);"},
                        {.deploy = "ALTER DOMAIN price SET DEFAULT 1;"})},
        {.id = "create-domain-constraint",
         .engines = kPg,
         .severity = Severity::note,
         .title = "a domain is made with a constraint",
         .why = "The constraint can't be changed later without reading every table that uses the "
                "domain.",
         .instead = "A plain type, and a check on each table.",
         .link = "https://www.postgresql.org/docs/current/sql-createdomain.html",
         .check = &create_domain,
         .examples = pg_example({.deploy = "CREATE DOMAIN price AS numeric CHECK (VALUE > 0);"},
                                {.deploy = "CREATE DOMAIN price AS numeric;"})},
    };
}

}  // namespace kedge::lint
