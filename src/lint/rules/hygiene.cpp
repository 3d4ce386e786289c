// SPDX-License-Identifier: MIT
// Rules about how scripts are written, whatever they do.
#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"

namespace kedge::lint {
namespace {

Hits rows_without_where(const Scene& scene) {
    const Action& action = *scene.action;
    if ((action.act != Act::update && action.act != Act::remove) || action.rows.has_where ||
        action.rows.has_limit || scene.is_new(action.name)) {
        return {};
    }
    const char* word = action.act == Act::update ? "UPDATE" : "DELETE";
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("{} without WHERE: all rows of {}", word, action.name.text()));
    hit.effect = "every row is locked and written";
    return {hit};
}

}  // namespace

std::vector<Rule> hygiene_rules() {
    return {
        {.id = "rows-without-where",
         .engines = kAll,
         .severity = Severity::warning,
         .by_size = true,
         .title = "UPDATE or DELETE without WHERE",
         .why = "It changes every row, which is seldom meant, and holds all their locks to the end "
                "of the transaction.",
         .instead = "Say which rows in WHERE, and go in batches where there are many.",
         .link = "https://www.postgresql.org/docs/current/sql-update.html",
         .purposes = kDeployAndRevert,
         .check = &rows_without_where,
         .examples = {{Engine::pg,
                       {.deploy = "UPDATE orders SET total = 0;"},
                       {.deploy = "UPDATE orders SET total = 0 WHERE total IS NULL;"}},
                      {Engine::mysql,
                       {.deploy = "DELETE FROM orders;"},
                       {.deploy = "DELETE FROM orders WHERE total IS NULL;"}},
                      {Engine::sqlite,
                       {.deploy = "UPDATE orders SET total = 0;",
                        .earlier = "CREATE TABLE orders (total INTEGER);"},
                       {.deploy = "UPDATE orders SET total = 0 WHERE total IS NULL;",
                        .earlier = "CREATE TABLE orders (total INTEGER);"}}}},
    };
}

}  // namespace kedge::lint
