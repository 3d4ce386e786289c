// SPDX-License-Identifier: MIT
// What a statement for MySQL and MariaDB says of how it is to be done: ALGORITHM and LOCK.
#include <string_view>

#include <fmt/format.h>

#include "lint/rules/mysql_online.hpp"
#include "lint/rules/mysql_rules.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kOnline =
    "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html";
constexpr std::string_view kAlterTable = "https://dev.mysql.com/doc/refman/8.4/en/alter-table.html";
constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, total INT, "
    "state ENUM('new','paid'), note VARCHAR(300), customer INT);";

Hits algorithm_copy(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.algorithm != "COPY" || !is_clause(scene)) return {};
    // One for the statement, not for each of its clauses.
    if (&action != &scene.statement->actions.front()) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("asks for a copy of {}", action.name.text()));
    hit.effect = effect_of(scene, {OnlineWay::copy, true});
    hit.recipe = "-- state what mustn't block; the server refuses what it can't do so:\n" +
                 replace_all(replace_all(scene.statement->source.text, "ALGORITHM=COPY",
                                         "ALGORITHM=INPLACE"),
                             "LOCK=SHARED", "LOCK=NONE") +
                 ";";
    return {hit};
}

Hits lock_option(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_exclusive = action.lock == "EXCLUSIVE";
    if ((action.lock != "SHARED" && !is_exclusive) || !is_clause(scene)) return {};
    if (&action != &scene.statement->actions.front()) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("locks {} by LOCK={}", action.name.text(), action.lock));
    hit.effect = is_exclusive ? "reads and writes wait for as long as it takes"
                              : "INSERT, UPDATE and DELETE wait for as long as it takes";
    hit.recipe = "LOCK=NONE";
    return {hit};
}

Hits algorithm_refused(const Scene& scene) {
    const Action& action = *scene.action;
    const auto form = online_form(scene);
    // What isn't known of the column may make it cheaper than it looks.
    const bool is_guess =
        action.act == Act::modify_column && column_change(scene).before == nullptr;
    if (!form || is_guess || !is_clause(scene)) return {};
    // Of these the servers don't look at what is stated.
    const bool changes_engine =
        action.text == "ENGINE" && !equals_ignoring_case(action.engine, "InnoDB");
    if (changes_engine || action.text.find("PARTITION") != std::string::npos) return {};
    // Without the checks a foreign key needs no copy.
    if (action.act == Act::add_constraint && form->way == OnlineWay::copy) return {};
    const bool too_cheap = (action.algorithm == "INSTANT" && form->way != OnlineWay::instant &&
                            // An index that is dropped or renamed only changes the dictionary.
                            !(scene.version.is_mariadb && form->way == OnlineWay::in_place)) ||
                           ((action.algorithm == "INPLACE" || action.algorithm == "NOCOPY") &&
                            form->way == OnlineWay::copy) ||
                           (action.algorithm == "NOCOPY" && form->way == OnlineWay::rebuild);
    // Where nothing else is stated, a server that copies online does that, but for numbers that it
    // would give to the rows.
    const bool numbers = action.act == Act::add_column && action.columns.front().is_serial;
    const bool may_copy = copies_online(scene.version) && action.algorithm.empty() && !numbers;
    const bool locks = action.lock == "NONE" && form->stops_writers && !may_copy;
    if (!too_cheap && !locks) return {};
    const std::string asked = too_cheap ? "ALGORITHM=" + action.algorithm : "LOCK=" + action.lock;
    Hit hit =
        clause_hit(scene, subject_of(ObjectKind::table, action.name),
                   fmt::format("asks {} for {}, which can't do this", action.name.text(), asked));
    hit.effect = "the server refuses the statement: error 1845 or 1846";
    hit.recipe = cheapest_clause(scene, form->way);
    return {hit};
}

Hits algorithm_unstated(const Scene& scene) {
    const Action& action = *scene.action;
    const auto form = online_form(scene);
    if (!form || !is_clause(scene) || !action.algorithm.empty() || !action.lock.empty()) return {};
    if (&action != &scene.statement->actions.front()) return {};
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("leaves it to the server how {} is altered", action.name.text()));
    hit.effect = "where the cheap way can't be gone, the server takes the next one without a word";
    hit.recipe = stated(scene, cheapest_clause(scene, form->way));
    return {hit};
}

}  // namespace

std::vector<Rule> mysql_algorithm_rules() {
    return {
        {.id = "algorithm-copy",
         .engines = kMysql,
         .by_size = true,
         .title = "ALGORITHM=COPY is asked for",
         .why = "The table is copied row by row, and nobody can write to it meanwhile.",
         .instead = "ALGORITHM=INSTANT or INPLACE with LOCK=NONE; where the server refuses that, a "
                    "tool that copies aside.",
         .link = kAlterTable,
         .check = &algorithm_copy,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN a INT, ALGORITHM=COPY;"},
             {.deploy = "ALTER TABLE orders ADD COLUMN a INT, ALGORITHM=INPLACE, LOCK=NONE;"})},
        {.id = "lock-option",
         .engines = kMysql,
         .by_size = true,
         .title = "LOCK=SHARED or LOCK=EXCLUSIVE is asked for",
         .why = "It locks others out for as long as the statement takes, even where it needn't.",
         .instead = "LOCK=NONE: the server refuses the statement rather than block.",
         .link = kAlterTable,
         .check = &lock_option,
         .examples = mysql_example({.deploy = "CREATE INDEX i ON orders (code) LOCK=EXCLUSIVE;"},
                                   {.deploy = "CREATE INDEX i ON orders (code) LOCK=NONE;"})},
        {.id = "algorithm-refused",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "an ALGORITHM or LOCK is stated that can't do the change",
         .why = "The server refuses the statement, and with it the change.",
         .instead = "State the cheapest way that the change has on this server.",
         .link = kOnline,
         .check = &algorithm_refused,
         .examples = joined(
             mysql_example({.deploy = "ALTER TABLE orders MODIFY total BIGINT, ALGORITHM=INPLACE;",
                            .earlier = kOrders},
                           {.deploy = "ALTER TABLE orders ADD COLUMN a INT, ALGORITHM=INSTANT;",
                            .earlier = kOrders}),
             mysql_example({.deploy = "ALTER TABLE orders DROP COLUMN total, ALGORITHM=INSTANT;",
                            .version = "8.0.28"},
                           {.deploy = "ALTER TABLE orders DROP COLUMN total, ALGORITHM=INSTANT;",
                            .version = "8.0.29"}))},
        {.id = "algorithm-unstated",
         .engines = kMysql,
         .severity = Severity::note,
         .is_on = false,
         .title = "ALTER TABLE states neither ALGORITHM nor LOCK",
         .why = "Where the cheap way can't be gone, the server copies the table without a word.",
         .instead = "State both: what can't be done so is refused before anything happens.",
         .link = kOnline,
         .check = &algorithm_unstated,
         .examples =
             mysql_example({.deploy = "ALTER TABLE orders ADD COLUMN a INT;"},
                           {.deploy = "ALTER TABLE orders ADD COLUMN a INT, ALGORITHM=INSTANT;"})},
    };
}

}  // namespace kedge::lint
