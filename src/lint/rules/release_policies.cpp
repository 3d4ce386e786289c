// SPDX-License-Identifier: MIT
// A project's own rules about releases: what the former one must bear, how large a table may be,
// who owns things, in which order changes come.
#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, day DATE, total INTEGER);";

bool adds_demand(const Action& action) {
    if (action.act == Act::set_not_null) return true;
    if (action.act == Act::add_constraint) return true;
    if (action.act != Act::add_column || action.columns.empty()) return false;
    const Column& column = action.columns.front();
    return column.not_null && column.default_kind == DefaultKind::none && !column.is_serial &&
           !column.is_identity && column.generated == Generated::no;
}

/// Why a client of the former release may fail; empty if it can't.
std::string breaks_clients(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_table = action.object == ObjectKind::table;
    switch (action.act) {
        case Act::drop:
            if (action.temporary || action.is_rebuild || action.object == ObjectKind::index) {
                return {};
            }
            return fmt::format("takes {} {} away", kind_word(action.object), action.name.text());
        case Act::rename:
            if (action.is_rebuild || action.object == ObjectKind::index) return {};
            return fmt::format("renames {} {}", kind_word(action.object), action.name.text());
        case Act::set_schema:
            return fmt::format("moves {} {} to another schema", kind_word(action.object),
                               action.name.text());
        case Act::drop_column:
        case Act::rename_column:
        case Act::rename_enum_value:
            return fmt::format("takes {} of {} away", action.part, action.name.text());
        case Act::alter_column_type:
        case Act::modify_column:
            return fmt::format("changes column {} of {}", action.part, action.name.text());
        case Act::drop_default:
        case Act::drop_not_null:
            return fmt::format("changes what {} of {} may be without", action.part,
                               action.name.text());
        default:
            break;
    }
    if (is_table && adds_demand(action)) {
        return fmt::format("asks more of the rows of {} than the former release knows",
                           action.name.text());
    }
    return {};
}

Hits backward_incompatible(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_part = action.object == ObjectKind::table && !action.part.empty();
    if (scene.schema.is_new(action.object, action.name) ||
        (is_part && scene.schema.is_new_column(action.name, action.part))) {
        return {};
    }
    const std::string why = breaks_clients(scene);
    if (why.empty()) return {};
    Hit hit = table_hit(action, subject_of(action.object, action.name), why);
    hit.effect = "clients of the former release, which run until the last is gone, may fail";
    hit.table = {};
    return {hit};
}

/// A table; not a routine or schema that is called like one.
bool alters(const Action& action) {
    switch (action.object) {
        case ObjectKind::routine:
        case ObjectKind::database:
        case ObjectKind::schema:
        case ObjectKind::type:
        case ObjectKind::domain:
        case ObjectKind::role:
        case ObjectKind::extension:
        case ObjectKind::event:
        case ObjectKind::other:
            return false;
        default:
            break;
    }
    switch (action.act) {
        case Act::select:
        case Act::insert:
        case Act::update:
        case Act::remove:
        case Act::merge:
        case Act::copy_in:
        case Act::copy_out:
        case Act::analyze:
        case Act::comment:
        case Act::grant:
        case Act::revoke:
        case Act::lock:
            return false;
        default:
            return true;
    }
}

Hits large_table(const Scene& scene) {
    const Action& action = *scene.action;
    const TableSize* size =
        scene.live == nullptr || action.name.empty() ? nullptr : scene.live->size(action.name);
    if (size == nullptr || !alters(action)) return {};
    const std::int64_t rows = scene.number("rows");
    const std::int64_t bytes = scene.number("bytes");
    if (size->rows <= rows && size->bytes <= bytes) return {};
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("alters {}, which is larger than the project lets a change alter",
                              action.name.text()));
    hit.effect = "it may take long, and others wait for it";
    return {hit};
}

bool sets_role(const Action& action, const std::string& role) {
    return action.act == Act::set && action.name.name == "role" && action.text == role;
}

Hits require_role(const Scene& scene) {
    const std::string role = scene.parameter("role");
    if (role.empty()) return {};
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            if (sets_role(action, role)) return {};
        }
        if (!statement.writes) continue;
        Hit hit;
        hit.subject = "role " + role;
        hit.message = fmt::format("changes the database before it has become {}", role);
        hit.effect = "what it makes belongs to whoever deploys, and others can't alter it";
        hit.recipe = fmt::format("SET ROLE {};", sql_name(scene.engine, role));
        hit.where = statement.place(0);
        return {hit};
    }
    return {};
}

Hits object_owner(const Scene& scene) {
    const Action& action = *scene.action;
    const auto owners = scene.list("owner");
    if (owners.empty()) return {};
    if (action.act == Act::set_owner && !action.part.empty() && !is_one_of(action.part, owners)) {
        Hit hit = table_hit(action, subject_of(action.object, action.name),
                            fmt::format("gives {} to {}, who owns nothing in this project",
                                        action.name.text(), action.part));
        hit.effect = "who deploys later changes may not alter it";
        hit.recipe = fmt::format("... OWNER TO {};", sql_name(scene.engine, owners.front()));
        return {hit};
    }
    const std::string* owner = scene.live == nullptr || action.name.empty() || !alters(action)
                                   ? nullptr
                                   : scene.live->owner(action.name);
    if (owner == nullptr || is_one_of(*owner, owners) || scene.is_new(action.name)) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("alters {}, which belongs to {}", action.name.text(), *owner));
    hit.effect = "only its owner may, and who is a member of that role";
    return {hit};
}

Hits non_linear_history(const Scene& scene) {
    if (scene.change.is_before.empty()) return {};
    Hit hit;
    hit.subject = "change " + scene.change.name;
    hit.message =
        fmt::format("stands in the plan before {}, which is there already", scene.change.is_before);
    hit.effect = "it runs in another order there than where the whole plan is deployed";
    hit.recipe =
        "-- put it at the end of the plan; or, where that is meant:\n"
        "-- kedge deploy --out-of-order";
    hit.where = scene.change.planned;
    if (hit.where->file.empty()) hit.where = Location{scene.change.deploy.path, 1, 0};
    return {hit};
}

Hits fails_on_target(const Scene& scene) {
    if (!scene.dry_run || scene.dry_run->problem.empty()) return {};
    Hit hit;
    hit.subject = "statement";
    hit.message = "the target refuses it: " + scene.dry_run->problem;
    hit.effect = "the change fails there, by the schema that it has now";
    return {hit};
}

}  // namespace

std::vector<Rule> release_rules() {
    return {
        {.id = "non-linear-history",
         .engines = kAll,
         .title = "a change stands before others that are there already",
         .why = "Where a branch was merged into the middle of the plan, this database gets the "
                "changes in another order than a new one. It is looked for with --pending, by what "
                "is deployed, and with --since, by the plan of that time.",
         .instead = "Append it to the plan, or deploy it by --out-of-order where it depends on "
                    "nothing in between.",
         .link = "https://sqitch.org/docs/manual/sqitchtutorial/",
         .scope = Scope::change,
         .check = &non_linear_history,
         .examples =
             examples_for(kAll, {.deploy = kOrders, .is_before = "invoices"}, {.deploy = kOrders})},
        {.id = "fails-on-target",
         .engines = kPg | kMysql,
         .severity = Severity::error,
         .title = "the target refuses a statement that reads or changes rows",
         .why = "With --pending the target is asked by EXPLAIN what it would do; of statements "
                "about tables that no pending change before them alters. PostgreSQL is asked in a "
                "transaction that only reads, since planning may run functions; MySQL and MariaDB "
                "not about what names a stored function or a view.",
         .instead = "As the message says.",
         .link = "https://www.postgresql.org/docs/current/sql-explain.html",
         .scope = Scope::statement,
         .check = &fails_on_target,
         .examples = examples_for(
             kPg | kMysql,
             {.deploy = "UPDATE orders SET totl = 0 WHERE id = 1;", .refused = "no column totl"},
             {.deploy = "ALTER TABLE orders ADD COLUMN totl INTEGER;\n"
                        "UPDATE orders SET totl = 0 WHERE id = 1;",
              .refused = "no column totl"})},
        policy({.id = "backward-incompatible",
                .engines = kAll,
                .severity = Severity::error,
                .title = "a change that clients of the former release may not bear",
                .why = "While a release is rolled out both run; what is taken away, renamed or "
                       "asked for fails the former.",
                .instead = "Add first; take away in a later release, when no client uses it.",
                .link = "https://www.postgresql.org/docs/current/ddl-alter.html",
                .check = &backward_incompatible,
                .examples = examples_for(
                    kAll, {.deploy = "ALTER TABLE orders DROP COLUMN day;", .earlier = kOrders},
                    {.deploy = "ALTER TABLE orders ADD COLUMN note VARCHAR(20);",
                     .earlier = kOrders})}),
        policy(
            {.id = "large-table",
             .engines = kAll,
             .severity = Severity::error,
             .title = "a table is altered that is larger than a change may alter",
             .why = "With a target its size is known. What takes long is for hands, and a time "
                    "when few are there.",
             .instead = "A tool that copies aside, or a window for maintenance.",
             .link = "https://www.postgresql.org/docs/current/sql-altertable.html",
             .parameters = {{"rows", "10000000", "The most rows."},
                            {"bytes", "10737418240", "The most bytes, with indexes."}},
             .check = &large_table,
             .examples = examples_for(kAll,
                                      {.deploy = "ALTER TABLE orders ADD COLUMN note VARCHAR(20);",
                                       .live = "orders 2000 alice",
                                       .parameters = "rows = 1000"},
                                      {.deploy = "ALTER TABLE orders ADD COLUMN note VARCHAR(20);",
                                       .live = "orders 200 alice",
                                       .parameters = "rows = 1000"})}),
        policy({.id = "require-role",
                .engines = kPg,
                .title = "a script changes the database under whatever role deploys",
                .why = "What it makes belongs to that role.",
                .instead = "SET ROLE at the beginning; or kedge's own setting for the target.",
                .link = "https://www.postgresql.org/docs/current/sql-set-role.html",
                .parameters = {{"role", "", "The role that scripts have to become."}},
                .scope = Scope::script,
                .purposes = kDeployAndRevert,
                .check = &require_role,
                .examples = pg_example({.deploy = kOrders, .parameters = "role = shop"},
                                       {.deploy = "SET ROLE shop;\nCREATE TABLE orders (id int);",
                                        .parameters = "role = shop"})}),
        policy({.id = "object-owner",
                .engines = kPg,
                .title = "something belongs to a role that owns nothing in the project",
                .why = "Only the owner, or a member of that role, may alter it later.",
                .instead = "One of the owners that the project has.",
                .link = "https://www.postgresql.org/docs/current/ddl-priv.html",
                .parameters = {{"owner", "", "A role; may stand several times."}},
                .purposes = kDeployAndRevert,
                .check = &object_owner,
                .examples = joined(pg_example({.deploy = "ALTER TABLE orders OWNER TO alice;",
                                               .parameters = "owner = shop"},
                                              {.deploy = "ALTER TABLE orders OWNER TO shop;",
                                               .parameters = "owner = shop"}),
                                   pg_example({.deploy = "ALTER TABLE orders ADD COLUMN note text;",
                                               .live = "orders 200 alice",
                                               .parameters = "owner = shop"},
                                              {.deploy = "ALTER TABLE orders ADD COLUMN note text;",
                                               .live = "orders 200 shop",
                                               .parameters = "owner = shop"}))}),
    };
}

}  // namespace kedge::lint
