// SPDX-License-Identifier: MIT
// Rules about what takes data away, or breaks clients that run the former release.
#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"

namespace kedge::lint {
namespace {

Hits drop_table(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::drop || action.object != ObjectKind::table || action.temporary ||
        scene.is_new(action.name)) {
        return {};
    }
    const std::string name = sql_name(scene.engine, action.name);
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("drops table {} with all its rows", action.name.text()));
    hit.effect = "the rows are gone, and clients that still name the table fail";
    hit.recipe = fmt::format(
        "-- now, once no client uses it:\nALTER TABLE {} RENAME TO {};\n"
        "-- in a later release, after a backup:\nDROP TABLE {};",
        name, sql_name(scene.engine, action.name.name + "_deprecated"),
        sql_name(scene.engine, Name{action.name.schema, action.name.name + "_deprecated"}));
    return {hit};
}

}  // namespace

std::vector<Rule> data_loss_rules() {
    return {
        {.id = "drop-table",
         .engines = kAll,
         .severity = Severity::warning,
         .title = "a table is dropped",
         .why = "Its rows can't be had back by a revert, and clients of the former release fail.",
         .instead =
             "Take it out of use, rename it in one release, and drop it in a later one after "
             "a backup. A table that the same change has made may go.",
         .link = "https://www.postgresql.org/docs/current/sql-droptable.html",
         .check = &drop_table,
         .examples = {{Engine::pg,
                       {.deploy = "DROP TABLE orders;"},
                       {.deploy = "CREATE TABLE work (a int);\nDROP TABLE work;"}},
                      {Engine::mysql,
                       {.deploy = "DROP TABLE orders;"},
                       {.deploy = "CREATE TABLE work (a int);\nDROP TABLE work;"}},
                      {Engine::sqlite,
                       {.deploy = "DROP TABLE orders;",
                        .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"},
                       {.deploy = "CREATE TABLE work (a int);\nDROP TABLE work;"}}}},
    };
}

}  // namespace kedge::lint
