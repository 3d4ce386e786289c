// SPDX-License-Identifier: MIT
// Rules about PostgreSQL's locks, rewrites and long scans.
#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kExplicitLocking =
    "https://www.postgresql.org/docs/current/explicit-locking.html";

/// The statement with CONCURRENTLY behind a word of it.
std::string concurrently(const Scene& scene, std::string_view word) {
    std::string out = scene.statement->source.text;
    const std::size_t at = out.find(word);
    if (at != out.npos) out.insert(at + word.size(), " CONCURRENTLY");
    return "-- kedge: no-transaction\n" + out;
}

Hits index_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || action.concurrently ||
        scene.is_new(action.name)) {
        return {};
    }
    Hit hit =
        table_hit(action, fmt::format("index {}", action.part),
                  fmt::format("builds an index on {} without CONCURRENTLY", action.name.text()));
    hit.effect =
        fmt::format("a SHARE lock on {} stops INSERT, UPDATE and DELETE until the index is built",
                    action.name.text());
    hit.recipe = concurrently(scene, "INDEX");
    return {hit};
}

}  // namespace

std::vector<Rule> postgres_lock_rules() {
    return {
        {.id = "index-not-concurrently",
         .engines = kPg,
         .severity = Severity::warning,
         .by_size = true,
         .title = "an index is built without CONCURRENTLY",
         .why = "CREATE INDEX holds a SHARE lock for as long as it builds, and nobody can write "
                "meanwhile.",
         .instead = "CREATE INDEX CONCURRENTLY, in a change of its own that runs outside a "
                    "transaction.",
         .link = kExplicitLocking,
         .check = &index_not_concurrently,
         .examples = {{Engine::pg,
                       {.deploy = "CREATE INDEX orders_by_day ON orders (day);"},
                       {.deploy = "CREATE TABLE orders (day date);\n"
                                  "CREATE INDEX orders_by_day ON orders (day);"}}}},
    };
}

}  // namespace kedge::lint
