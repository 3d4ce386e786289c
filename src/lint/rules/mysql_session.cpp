// SPDX-License-Identifier: MIT
// What scripts do to transactions, the session and the server of MySQL and MariaDB.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/mysql_rules.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kImplicitCommit =
    "https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html";
constexpr std::string_view kVariables =
    "https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html";
constexpr std::string_view kReplication =
    "https://dev.mysql.com/doc/refman/8.4/en/replication-rbr-safe-unsafe.html";

bool is_first(const Scene& scene) {
    return scene.action == &scene.statement->actions.front();
}

/// It commits by itself, before and after.
bool commits(const Action& action) {
    switch (action.act) {
        case Act::create:
        case Act::drop:
            return !action.temporary;
        case Act::alter:
        case Act::rename:
        case Act::add_column:
        case Act::drop_column:
        case Act::rename_column:
        case Act::modify_column:
        case Act::set_default:
        case Act::drop_default:
        case Act::add_constraint:
        case Act::alter_constraint:
        case Act::drop_constraint:
        case Act::convert_charset:
        case Act::attach_partition:
        case Act::detach_partition:
        case Act::drop_partition:
        case Act::truncate_partition:
        case Act::exchange_partition:
        case Act::truncate:
        case Act::grant:
        case Act::revoke:
            return true;
        default:
            return false;
    }
}

bool changes_rows(const Action& action) {
    return action.act == Act::insert || action.act == Act::update || action.act == Act::remove ||
           action.act == Act::copy_in;
}

Hit plain_hit(const Scene& scene, std::string subject, std::string message) {
    Hit hit;
    hit.subject = std::move(subject);
    hit.message = std::move(message);
    hit.offset = scene.action->offset;
    return hit;
}

Hits commit_within(const Scene& scene) {
    if (!scene.statement->in_own_transaction || !is_first(scene) || !commits(*scene.action)) {
        return {};
    }
    Hit hit =
        plain_hit(scene, "transaction",
                  "a statement that commits by itself stands within the script's transaction");
    hit.effect = "what came before it is committed, and what follows runs outside of a transaction";
    // BEGIN, DDL, COMMIT is what Sqitch's template asks for.
    if (!any_action(scene.script, &changes_rows)) {
        hit.effect = "BEGIN and COMMIT do nothing: each such statement is permanent by itself";
        hit.severity = Severity::note;
    }
    return {hit};
}

Hits rows_beside_ddl(const Scene& scene) {
    std::vector<Name> made;
    const Statement* first = nullptr;
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            if (action.act == Act::create && action.object == ObjectKind::table) {
                made.push_back(action.name);
            }
            if (first == nullptr && commits(action)) first = &statement;
        }
    }
    if (first == nullptr) return {};
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            const bool is_made = std::any_of(made.begin(), made.end(), [&](const Name& name) {
                return name.may_be(action.name);
            });
            if (!changes_rows(action) || is_made) continue;
            Hit hit;
            hit.subject = subject_of(ObjectKind::table, action.name);
            hit.message = fmt::format(
                "changes rows of {} in the same change as statements that commit by themselves",
                action.name.text());
            hit.effect = "each is permanent by itself: a failure half-way can't be rolled back";
            hit.where = statement.place(action.offset);
            return {hit};
        }
    }
    return {};
}

Hits several_commits(const Scene& scene) {
    const Statement* second = nullptr;
    std::size_t count = 0;
    for (const Statement& statement : scene.script.statements) {
        const bool is_one =
            std::any_of(statement.actions.begin(), statement.actions.end(), &commits);
        if (is_one && ++count == 2) second = &statement;
    }
    if (second == nullptr) return {};
    Hit hit;
    hit.subject = "script";
    hit.message = fmt::format("has {} statements that commit by themselves", count);
    hit.effect = "a failure at one of them leaves those before it";
    hit.where = second->place(0);
    return {hit};
}

bool is_off(const std::string& value) {
    return value == "0" || equals_ignoring_case(value, "off") ||
           equals_ignoring_case(value, "false");
}

Hits binlog_off(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::set || action.name.name != "sql_log_bin" || !is_off(action.text)) {
        return {};
    }
    Hit hit = plain_hit(scene, "setting sql_log_bin", "keeps the change from the binary log");
    hit.effect =
        "replicas don't get it, and differ from here on; a restore to a point in time "
        "misses it";
    return {hit};
}

Hits checks_off(const Scene& scene) {
    const Action& action = *scene.action;
    constexpr std::array<std::string_view, 3> kChecks = {"foreign_key_checks", "unique_checks",
                                                         "check_constraint_checks"};
    if (action.act != Act::set || !is_off(action.text) ||
        std::find(kChecks.begin(), kChecks.end(), action.name.name) == kChecks.end()) {
        return {};
    }
    Hit hit = plain_hit(scene, "setting " + action.name.name,
                        fmt::format("turns {} off", action.name.name));
    hit.effect = "rows that break what they check come in, and nothing looks at them later";
    hit.recipe = fmt::format("SET SESSION {} = 1;", action.name.name);
    return {hit};
}

Hits strict_off(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::set || action.name.name != "sql_mode") return {};
    const std::string value = to_upper_ascii(action.text);
    // What it is put back to, or made of, isn't known.
    if (value == "DEFAULT" || value.find_first_of("@(") != value.npos ||
        value.find("STRICT_") != value.npos || value.find("TRADITIONAL") != value.npos) {
        return {};
    }
    Hit hit = plain_hit(scene, "setting sql_mode", "sets a sql_mode that isn't strict");
    hit.effect =
        "values that don't fit are cut off or become 0 and '', with no more than a warning";
    hit.recipe = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES');";
    return {hit};
}

Hits lock_tables(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::lock || !is_first(scene)) return {};
    if (!action.is_whole && scene.is_new(action.name)) return {};
    Hit hit =
        plain_hit(scene, action.is_whole ? "server" : subject_of(ObjectKind::table, action.name),
                  action.is_whole ? std::string("locks the whole server")
                                  : fmt::format("locks {} by LOCK TABLES", action.name.text()));
    hit.effect =
        "it commits the transaction; others wait until UNLOCK TABLES, and the session "
        "reaches no other table";
    return {hit};
}

Hits flush(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::flush) return {};
    const bool locks = action.text.find("LOCK") != std::string::npos ||
                       action.text.find("FOR EXPORT") != std::string::npos;
    Hit hit = plain_hit(scene, "server", "runs FLUSH " + action.text);
    hit.effect = locks ? "writers of the whole server, or of these tables, wait until UNLOCK TABLES"
                       : "it commits the transaction, and acts on the whole server";
    if (locks) hit.severity = Severity::error;
    if (action.text == "PRIVILEGES") {
        hit.effect = "CREATE USER, GRANT and their kin need none; it commits the transaction";
        hit.severity = Severity::note;
    }
    return {hit};
}

Hits ignore_errors(const Scene& scene) {
    const Action& action = *scene.action;
    if (!action.ignores_errors || !is_first(scene) || !is_old_table(scene, action.name)) return {};
    const auto& actions = scene.statement->actions;
    const bool reads_none = std::all_of(actions.begin(), actions.end(), [](const Action& each) {
        return each.act == Act::rename_column || each.act == Act::rename ||
               each.act == Act::set_default || each.act == Act::drop_default ||
               each.act == Act::drop || each.act == Act::drop_constraint;
    });
    if (reads_none) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        "IGNORE takes errors for warnings");
    hit.effect = "rows that don't fit are left out, changed or deleted, and the change succeeds";
    if (action.act == Act::insert) {
        hit.recipe = "INSERT INTO ... SELECT ... WHERE NOT EXISTS (...)";
    }
    return {hit};
}

/// WHERE names a row by its key; or a query that reads no table gives one, unless it is there.
bool is_about_one_row(const Scene& scene) {
    const std::string text = to_lower_ascii(scene.statement->source.text);
    if (scene.action->act == Act::insert) {
        const bool reads_none =
            text.find("from (select") != text.npos || text.find("from dual") != text.npos;
        return reads_none && text.find("not exists") != text.npos;
    }
    const std::size_t where = text.find("where");
    const KnownTable* table = scene.schema.table(scene.action->name);
    const auto key = table == nullptr ? std::vector<std::string>() : table->primary_key();
    if (key.size() != 1 || where == text.npos || text.find(" or ", where) != text.npos) {
        return false;
    }
    const std::string name = to_lower_ascii(key.front());
    for (std::size_t at = text.find(name, where); at != text.npos; at = text.find(name, at + 1)) {
        std::size_t end = at + name.size();
        if (end < text.size() && text[end] == '`') ++end;
        end = text.find_first_not_of(" \t\r\n", end);
        const bool begins = std::string_view(" \t\r\n.`(").find(text[at - 1]) != text.npos;
        if (begins && end != text.npos && text[end] == '=') return true;
    }
    return false;
}

Hits limit_without_order(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_query = action.act == Act::insert && action.rows.from_query;
    if ((action.act != Act::update && action.act != Act::remove && !is_query) ||
        !action.rows.has_limit || action.rows.has_order || is_about_one_row(scene)) {
        return {};
    }
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        "LIMIT without ORDER BY: which rows isn't said");
    hit.effect = "under statement-based replication a replica may take others";
    hit.recipe = "ORDER BY the primary key, or a range of it in WHERE";
    return {hit};
}

Hits unsafe_function(const Scene& scene) {
    constexpr std::array<std::string_view, 8> kUnsafe = {
        "rand", "uuid", "uuid_short", "sysdate", "load_file", "get_lock", "sleep", "version"};
    const Statement& statement = *scene.statement;
    if (statement.actions.empty() || !changes_rows(statement.actions.front())) return {};
    Hits out;
    for (const Mention& mention : statement.mentions) {
        if (mention.kind != Mention::Kind::function ||
            std::find(kUnsafe.begin(), kUnsafe.end(), mention.name.name) == kUnsafe.end()) {
            continue;
        }
        Hit hit;
        hit.subject = "function " + mention.name.name;
        hit.message = fmt::format("changes rows by {}(), which gives another value each time",
                                  mention.name.name);
        hit.effect = "under statement-based replication a replica gets other values";
        hit.offset = mention.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits replace_rows(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::insert || !action.rows.replaces || !is_old_table(scene, action.name)) {
        return {};
    }
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("REPLACE deletes rows of {} and inserts others", action.name.text()));
    hit.effect =
        "columns that it doesn't name get their defaults, DELETE triggers run, and foreign "
        "keys cascade";
    hit.recipe = "INSERT INTO ... ON DUPLICATE KEY UPDATE ...";
    return {hit};
}

Hits dynamic_sql(const Scene& scene) {
    if (scene.action->act != Act::run_block) return {};
    Hit hit = plain_hit(scene, "statement", "runs SQL that can't be looked at before");
    hit.effect = "no rule has seen what it does, nor whether it commits";
    return {hit};
}

/// A time limit that another server, or an older one, has is none.
Hits time_limit(const Scene& scene) {
    const auto sets_limit = [](const Action& action) {
        return action.act == Act::set && (action.name.name == "lock_wait_timeout" ||
                                          action.name.name == "max_statement_time" ||
                                          action.name.name == "max_execution_time");
    };
    for (const Statement& statement : scene.script.statements) {
        if (std::any_of(statement.actions.begin(), statement.actions.end(), sets_limit)) return {};
        const bool needs = std::any_of(
            statement.actions.begin(), statement.actions.end(), [&](const Action& action) {
                return commits(action) && action.object == ObjectKind::table &&
                       action.act != Act::create && !scene.is_new(action.name);
            });
        if (!needs) continue;
        Hit hit;
        hit.subject = "script";
        hit.message = "alters a table without a limit on how long it waits for its lock";
        hit.effect =
            "lock_wait_timeout is a year on MySQL and a day on MariaDB, and whoever comes "
            "after waits, too";
        hit.recipe = "SET SESSION lock_wait_timeout = 5;";
        hit.where = statement.place(0);
        return {hit};
    }
    return {};
}

}  // namespace

std::vector<Rule> mysql_session_rules() {
    return {
        {.id = "commit-within-transaction",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "a statement that commits stands within BEGIN and COMMIT",
         .why = "Nearly all DDL commits the transaction that it is in, so that nothing rolls back.",
         .instead = "Leave BEGIN and COMMIT to statements that change rows, in a change of theirs.",
         .link = kImplicitCommit,
         .purposes = kDeployAndRevert,
         .check = &commit_within,
         .examples = mysql_example(
             {.deploy =
                  "BEGIN;\nUPDATE t SET a = 1 WHERE b = 2;\nALTER TABLE t ADD c INT;\nCOMMIT;"},
             {.deploy = "ALTER TABLE t ADD c INT;\nBEGIN;\nUPDATE t SET a = 1 WHERE b = 2;\n"
                        "COMMIT;"})},
        {.id = "rows-beside-ddl",
         .engines = kMysql,
         .severity = Severity::note,
         .title = "a change alters tables and changes rows of others",
         .why =
             "DDL commits by itself, so that the change can't be undone as a whole; and rows are "
             "best changed in batches.",
         .instead = "Two changes: one for the tables, one for the rows.",
         .link = kImplicitCommit,
         .scope = Scope::script,
         .check = &rows_beside_ddl,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE t ADD c INT;\nUPDATE t SET c = 1 WHERE b = 2;"},
             {.deploy = "CREATE TABLE kinds (k INT);\nINSERT INTO kinds (k) VALUES (1);"})},
        {.id = "several-ddl-statements",
         .engines = kMysql,
         .severity = Severity::note,
         .is_on = false,
         .title = "a change has several statements that commit by themselves",
         .why = "A failure half-way leaves those before it.",
         .instead = "One such statement a change; clauses of one ALTER TABLE are one.",
         .link = kImplicitCommit,
         .scope = Scope::script,
         .check = &several_commits,
         .examples = mysql_example({.deploy = "ALTER TABLE t ADD a INT;\nALTER TABLE u ADD a INT;"},
                                   {.deploy = "ALTER TABLE t ADD a INT, ADD b INT;"})},
        {.id = "binlog-off",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "the binary log is turned off",
         .why = "Replicas and restores miss the change.",
         .instead = "Leave it on.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/set-sql-log-bin.html",
         .purposes = kAllScripts,
         .check = &binlog_off,
         .examples =
             mysql_example({.deploy = "SET sql_log_bin = 0;"}, {.deploy = "SET sql_log_bin = 1;"})},
        {.id = "checks-off",
         .engines = kMysql,
         .severity = Severity::note,
         .title = "foreign keys or other checks are turned off",
         .why = "What breaks them comes in and stays.",
         .instead = "Only for what a query has shown to be valid, and on again at once.",
         .link = kVariables,
         .purposes = kDeployAndRevert,
         .check = &checks_off,
         .examples = mysql_example({.deploy = "SET foreign_key_checks = 0;"},
                                   {.deploy = "SET foreign_key_checks = 1;"})},
        {.id = "strict-mode-off",
         .engines = kMysql,
         .title = "sql_mode loses its strictness",
         .why = "Values that don't fit are changed without an error.",
         .instead = "Add modes to @@sql_mode and take single ones away.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html",
         .purposes = kDeployAndRevert,
         .check = &strict_off,
         .examples = mysql_example(
             {.deploy = "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';"},
             {.deploy = "SET sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO';"})},
        {.id = "lock-tables",
         .engines = kMysql,
         .title = "tables are locked by LOCK TABLES",
         .why = "It ends the transaction, keeps others out, and itself from all other tables.",
         .instead = "ALTER TABLE takes the locks that it needs; for rows, SELECT … FOR UPDATE.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/lock-tables.html",
         .purposes = kAllScripts,
         .check = &lock_tables,
         .examples = mysql_example({.deploy = "LOCK TABLES orders WRITE;\nUNLOCK TABLES;"},
                                   {.deploy = "SELECT id FROM orders FOR UPDATE;"})},
        {.id = "flush",
         .engines = kMysql,
         .title = "a script runs FLUSH",
         .why = "It acts on the whole server, and commits.",
         .instead = "Leave it to whoever runs the server.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/flush.html",
         .purposes = kAllScripts,
         .check = &flush,
         .examples = mysql_example({.deploy = "FLUSH TABLES WITH READ LOCK;"},
                                   {.deploy = "SHOW STATUS LIKE 'Flush%';"})},
        {.id = "errors-ignored",
         .engines = kMysql,
         .title = "IGNORE takes errors for warnings",
         .why = "Rows get lost or changed, and the change succeeds all the same.",
         .instead = "Say in WHERE which rows are meant.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#ignore-strict-comparison",
         .purposes = kDeployAndRevert,
         .check = &ignore_errors,
         .examples = mysql_example({.deploy = "UPDATE IGNORE orders SET code = 'a' WHERE id = 1;"},
                                   {.deploy = "UPDATE orders SET code = 'a' WHERE id = 1;"})},
        {.id = "limit-without-order",
         .engines = kMysql,
         .title = "LIMIT without ORDER BY in a statement that changes rows",
         .why = "Which rows it takes is left to the server, and a replica may take others.",
         .instead = "ORDER BY the primary key, or a range of it.",
         .link = kReplication,
         .purposes = kDeployAndRevert,
         .check = &limit_without_order,
         .examples =
             mysql_example({.deploy = "DELETE FROM orders WHERE total = 0 LIMIT 100;"},
                           {.deploy = "DELETE FROM orders WHERE total = 0 ORDER BY id LIMIT "
                                      "100;"})},
        {.id = "unsafe-for-replication",
         .engines = kMysql,
         .severity = Severity::note,
         .title = "rows are changed by a function that gives another value each time",
         .why = "Where statements are replicated, a replica gets other values.",
         .instead = "binlog_format = ROW, or values that the script states.",
         .link = kReplication,
         .scope = Scope::statement,
         .purposes = kDeployAndRevert,
         .check = &unsafe_function,
         .examples =
             mysql_example({.deploy = "INSERT INTO a (b) SELECT c FROM d ORDER BY rand();"},
                           {.deploy = "INSERT INTO a (b) SELECT c FROM d ORDER BY lower(c);"})},
        {.id = "replace-rows",
         .engines = kMysql,
         .severity = Severity::note,
         .title = "REPLACE",
         .why = "It deletes the row that is there, with all that hangs on it, and inserts another.",
         .instead = "INSERT … ON DUPLICATE KEY UPDATE.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/replace.html",
         .purposes = kDeployAndRevert,
         .check = &replace_rows,
         .examples = mysql_example(
             {.deploy = "REPLACE INTO orders (id) VALUES (1);"},
             {.deploy = "INSERT INTO orders (id) VALUES (1) ON DUPLICATE KEY UPDATE id = 1;"})},
        {.id = "dynamic-sql",
         .engines = kMysql,
         .severity = Severity::note,
         .title = "SQL that is put together when it runs",
         .why = "No rule sees what it does.",
         .instead = "Plain statements; else look at it by eye, and allow it with the reason.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/sql-prepared-statements.html",
         .purposes = kDeployAndRevert,
         .check = &dynamic_sql,
         .examples = mysql_example({.deploy = "PREPARE s FROM @text;\nEXECUTE s;"},
                                   {.deploy = "SELECT 1;"})},
        {.id = "require-lock-wait-timeout",
         .engines = kMysql,
         .is_on = false,
         .title = "a table is altered without a limit on waiting for its lock",
         .why = "While it waits for one long query, all others queue behind it.",
         .instead = "SET SESSION lock_wait_timeout before it.",
         .link = kVariables,
         .scope = Scope::script,
         .check = &time_limit,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN a INT;"},
             {.deploy = "SET SESSION lock_wait_timeout = 5;\nALTER TABLE orders ADD COLUMN a "
                        "INT;"})},
    };
}

}  // namespace kedge::lint
