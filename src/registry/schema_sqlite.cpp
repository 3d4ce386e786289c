// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "registry/schema.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::registry {
namespace {

constexpr std::string_view kStamp = "DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP";

std::string changes_table(std::string_view name, const std::string& projects) {
    return fmt::format(
        "CREATE TABLE {0} (\n"
        "    change_id       TEXT PRIMARY KEY,\n"
        "    script_hash     TEXT,\n"
        "    change          TEXT NOT NULL,\n"
        "    project         TEXT NOT NULL REFERENCES {1}(project) ON UPDATE CASCADE,\n"
        "    note            TEXT NOT NULL DEFAULT '',\n"
        "    committed_at    {2},\n"
        "    committer_name  TEXT NOT NULL,\n"
        "    committer_email TEXT NOT NULL,\n"
        "    planned_at      DATETIME NOT NULL,\n"
        "    planner_name    TEXT NOT NULL,\n"
        "    planner_email   TEXT NOT NULL,\n"
        "    UNIQUE (project, script_hash)\n"
        ")",
        name, projects, kStamp);
}

std::string events_table(std::string_view name, const std::string& projects) {
    return fmt::format(
        "CREATE TABLE {0} (\n"
        "    event           TEXT NOT NULL CONSTRAINT events_event_check\n"
        "                    CHECK (event IN ('deploy', 'revert', 'fail', 'merge')),\n"
        "    change_id       TEXT NOT NULL,\n"
        "    change          TEXT NOT NULL,\n"
        "    project         TEXT NOT NULL REFERENCES {1}(project) ON UPDATE CASCADE,\n"
        "    note            TEXT NOT NULL DEFAULT '',\n"
        "    requires        TEXT NOT NULL DEFAULT '',\n"
        "    conflicts       TEXT NOT NULL DEFAULT '',\n"
        "    tags            TEXT NOT NULL DEFAULT '',\n"
        "    committed_at    {2},\n"
        "    committer_name  TEXT NOT NULL,\n"
        "    committer_email TEXT NOT NULL,\n"
        "    planned_at      DATETIME NOT NULL,\n"
        "    planner_name    TEXT NOT NULL,\n"
        "    planner_email   TEXT NOT NULL,\n"
        "    PRIMARY KEY (change_id, committed_at)\n"
        ")",
        name, projects, kStamp);
}

std::string releases_table(const std::string& name) {
    return fmt::format(
        "CREATE TABLE {} (\n"
        "    version         FLOAT PRIMARY KEY,\n"
        "    installed_at    {},\n"
        "    installer_name  TEXT NOT NULL,\n"
        "    installer_email TEXT NOT NULL\n"
        ")",
        name, kStamp);
}

}  // namespace

std::string SqliteRegistrySql::table(std::string_view name) const {
    return prefix_ + std::string(name);
}

std::string SqliteRegistrySql::exists_query() const {
    return fmt::format("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{}'",
                       table("changes"));
}

std::vector<std::string> SqliteRegistrySql::create_statements() const {
    const std::string projects = table("projects");
    const std::string changes = table("changes");
    return {
        releases_table(table("releases")),
        fmt::format("CREATE TABLE {} (\n"
                    "    project         TEXT PRIMARY KEY,\n"
                    "    uri             TEXT UNIQUE,\n"
                    "    created_at      {},\n"
                    "    creator_name    TEXT NOT NULL,\n"
                    "    creator_email   TEXT NOT NULL\n"
                    ")",
                    projects, kStamp),
        changes_table(changes, projects),
        fmt::format(
            "CREATE TABLE {0} (\n"
            "    tag_id          TEXT PRIMARY KEY,\n"
            "    tag             TEXT NOT NULL,\n"
            "    project         TEXT NOT NULL REFERENCES {1}(project) ON UPDATE CASCADE,\n"
            "    change_id       TEXT NOT NULL REFERENCES {2}(change_id) ON UPDATE CASCADE,\n"
            "    note            TEXT NOT NULL DEFAULT '',\n"
            "    committed_at    {3},\n"
            "    committer_name  TEXT NOT NULL,\n"
            "    committer_email TEXT NOT NULL,\n"
            "    planned_at      DATETIME NOT NULL,\n"
            "    planner_name    TEXT NOT NULL,\n"
            "    planner_email   TEXT NOT NULL,\n"
            "    UNIQUE (project, tag)\n"
            ")",
            table("tags"), projects, changes, kStamp),
        fmt::format("CREATE TABLE {0} (\n"
                    "    change_id       TEXT NOT NULL REFERENCES {1}(change_id)\n"
                    "                    ON UPDATE CASCADE ON DELETE CASCADE,\n"
                    "    type            TEXT NOT NULL,\n"
                    "    dependency      TEXT NOT NULL,\n"
                    "    dependency_id   TEXT REFERENCES {1}(change_id) ON UPDATE CASCADE,\n"
                    "    CONSTRAINT dependencies_check CHECK (\n"
                    "        (type = 'require' AND dependency_id IS NOT NULL)\n"
                    "        OR (type = 'conflict' AND dependency_id IS NULL)),\n"
                    "    PRIMARY KEY (change_id, dependency)\n"
                    ")",
                    table("dependencies"), changes),
        events_table(table("events"), projects),
    };
}

std::vector<std::string> SqliteRegistrySql::upgrade_statements(std::string_view from) const {
    // SQLite can't alter a constraint: each table is made anew, filled and renamed. The caller has
    // foreign keys off meanwhile, or the rename would follow the references.
    const std::string projects = table("projects");
    const std::string changes = table("changes");
    const auto replace = [](const std::string& create, const std::string& name,
                            const std::string& columns) {
        return std::vector<std::string>{
            create, fmt::format("INSERT INTO new_{0} SELECT {1} FROM {0}", name, columns),
            fmt::format("DROP TABLE {}", name),
            fmt::format("ALTER TABLE new_{0} RENAME TO {0}", name)};
    };
    constexpr const char* kRest =
        "change, project, note, committed_at, committer_name, committer_email, planned_at, "
        "planner_name, planner_email";
    if (from == "1.0") {
        return replace(changes_table("new_" + changes, projects), changes,
                       fmt::format("change_id, script_hash, {}", kRest));
    }
    if (from == "0") {
        // The first registries kept no script hash; the change's id stands in for it until the
        // scripts have been read.
        std::vector<std::string> out = {releases_table(table("releases"))};
        for (auto& s : replace(changes_table("new_" + changes, projects), changes,
                               fmt::format("change_id, change_id, {}", kRest))) {
            out.push_back(std::move(s));
        }
        const std::string events = table("events");
        for (auto& s : replace(events_table("new_" + events, projects), events, "*")) {
            out.push_back(std::move(s));
        }
        return out;
    }
    throw Failure(ErrorKind::internal, fmt::format("no upgrade from registry version {}", from));
}

std::string SqliteRegistrySql::before_upgrade() const {
    // Renaming a table would drag the references to it along.
    return "PRAGMA foreign_keys = OFF";
}

std::string SqliteRegistrySql::after_upgrade() const {
    // Beside the application's tables the setting is the scripts' affair, and off by default.
    return prefix_.empty() ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF";
}

std::string SqliteRegistrySql::time_value(Timestamp time) const {
    // Sqitch's form, unless the time is finer than that; as text, the two sort as they should.
    return format_sql_time(time, time.time_since_epoch().count() % 1000 == 0 ? 3 : 6);
}

std::string SqliteRegistrySql::plan_time_value(Timestamp time) const {
    return format_sql_time(time, 0);
}

std::string SqliteRegistrySql::own_exists_query(std::string_view name) const {
    return fmt::format("SELECT 0 FROM sqlite_master WHERE type = 'table' AND name = '{}'", name);
}

std::string SqliteRegistrySql::list_value(const std::vector<std::string>& names,
                                          std::string_view separator) const {
    return join(names, separator);
}

std::string SqliteRegistrySql::matches(std::string_view column) const {
    return fmt::format("{} REGEXP ?", column);
}

}  // namespace kedge::registry
