// SPDX-License-Identifier: MIT
#include <array>

#include <fmt/format.h>

#include "registry/schema.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::registry {
namespace {

constexpr std::string_view kStamp = "timestamptz NOT NULL DEFAULT clock_timestamp()";
constexpr std::string_view kPeople =
    "    committer_name  text NOT NULL,\n"
    "    committer_email text NOT NULL,\n"
    "    planned_at      timestamptz NOT NULL,\n"
    "    planner_name    text NOT NULL,\n"
    "    planner_email   text NOT NULL";
constexpr std::string_view kEventCheck =
    "CONSTRAINT events_event_check CHECK (event IN ('deploy', 'revert', 'fail', 'merge'))";

/// What a registry of version 1.1 says of its tables and columns: a part of its form, so that a
/// dump of the schema is the same whichever tool made it. An empty column is the table itself.
struct Comment {
    std::string_view table;
    std::string_view column;
    std::string_view text;
};
constexpr std::array kComments = {
    Comment{"releases", "", "Sqitch registry releases."},
    Comment{"releases", "version", "Version of the Sqitch registry."},
    Comment{"releases", "installed_at", "Date the registry release was installed."},
    Comment{"releases", "installer_name", "Name of the user who installed the registry release."},
    Comment{"releases", "installer_email",
            "Email address of the user who installed the registry release."},
    Comment{"projects", "", "Sqitch projects deployed to this database."},
    Comment{"projects", "project", "Unique Name of a project."},
    Comment{"projects", "uri", "Optional project URI"},
    Comment{"projects", "created_at", "Date the project was added to the database."},
    Comment{"projects", "creator_name", "Name of the user who added the project."},
    Comment{"projects", "creator_email", "Email address of the user who added the project."},
    Comment{"changes", "", "Tracks the changes currently deployed to the database."},
    Comment{"changes", "change_id", "Change primary key."},
    Comment{"changes", "script_hash", "Deploy script SHA-1 hash."},
    Comment{"changes", "change", "Name of a deployed change."},
    Comment{"changes", "project", "Name of the Sqitch project to which the change belongs."},
    Comment{"changes", "note", "Description of the change."},
    Comment{"changes", "committed_at", "Date the change was deployed."},
    Comment{"changes", "committer_name", "Name of the user who deployed the change."},
    Comment{"changes", "committer_email", "Email address of the user who deployed the change."},
    Comment{"changes", "planned_at", "Date the change was added to the plan."},
    Comment{"changes", "planner_name", "Name of the user who planed the change."},
    Comment{"changes", "planner_email", "Email address of the user who planned the change."},
    Comment{"tags", "", "Tracks the tags currently applied to the database."},
    Comment{"tags", "tag_id", "Tag primary key."},
    Comment{"tags", "tag", "Project-unique tag name."},
    Comment{"tags", "project", "Name of the Sqitch project to which the tag belongs."},
    Comment{"tags", "change_id", "ID of last change deployed before the tag was applied."},
    Comment{"tags", "note", "Description of the tag."},
    Comment{"tags", "committed_at", "Date the tag was applied to the database."},
    Comment{"tags", "committer_name", "Name of the user who applied the tag."},
    Comment{"tags", "committer_email", "Email address of the user who applied the tag."},
    Comment{"tags", "planned_at", "Date the tag was added to the plan."},
    Comment{"tags", "planner_name", "Name of the user who planed the tag."},
    Comment{"tags", "planner_email", "Email address of the user who planned the tag."},
    Comment{"dependencies", "", "Tracks the currently satisfied dependencies."},
    Comment{"dependencies", "change_id", "ID of the depending change."},
    Comment{"dependencies", "type", "Type of dependency."},
    Comment{"dependencies", "dependency", "Dependency name."},
    Comment{"dependencies", "dependency_id", "Change ID the dependency resolves to."},
    Comment{"events", "", "Contains full history of all deployment events."},
    Comment{"events", "event", "Type of event."},
    Comment{"events", "change_id", "Change ID."},
    Comment{"events", "change", "Change name."},
    Comment{"events", "project", "Name of the Sqitch project to which the change belongs."},
    Comment{"events", "note", "Description of the change."},
    Comment{"events", "requires", "Array of the names of required changes."},
    Comment{"events", "conflicts", "Array of the names of conflicting changes."},
    Comment{"events", "tags", "Tags associated with the change."},
    Comment{"events", "committed_at", "Date the event was committed."},
    Comment{"events", "committer_name", "Name of the user who committed the event."},
    Comment{"events", "committer_email", "Email address of the user who committed the event."},
    Comment{"events", "planned_at", "Date the event was added to the plan."},
    Comment{"events", "planner_name", "Name of the user who planed the change."},
    Comment{"events", "planner_email", "Email address of the user who plan planned the change."},
};

std::string quoted_name(std::string_view name) {
    return '"' + replace_all(name, "\"", "\"\"") + '"';
}

std::string quoted_text(std::string_view text) {
    return '\'' + replace_all(text, "'", "''") + '\'';
}

std::string releases_table(const std::string& name) {
    return fmt::format(
        "CREATE TABLE {} (\n"
        "    version         real PRIMARY KEY,\n"
        "    installed_at    {},\n"
        "    installer_name  text NOT NULL,\n"
        "    installer_email text NOT NULL\n"
        ")",
        name, kStamp);
}

}  // namespace

std::string PostgresRegistrySql::table(std::string_view name) const {
    return fmt::format("{}.{}", quoted_name(schema_), name);
}

std::string PostgresRegistrySql::table_exists_query(std::string_view name) const {
    return fmt::format(
        "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
        "c.relnamespace "
        "WHERE n.nspname = {} AND c.relname = '{}'",
        quoted_text(schema_), name);
}

std::string PostgresRegistrySql::exists_query() const {
    return table_exists_query("changes");
}

std::string PostgresRegistrySql::journal_exists_query() const {
    return table_exists_query("kedge_journal");
}

void PostgresRegistrySql::add_comments(std::vector<std::string>& statements) const {
    for (const Comment& comment : kComments) {
        statements.push_back(comment.column.empty()
                                 ? fmt::format("COMMENT ON TABLE {} IS {}", table(comment.table),
                                               quoted_text(comment.text))
                                 : fmt::format("COMMENT ON COLUMN {}.{} IS {}",
                                               table(comment.table), comment.column,
                                               quoted_text(comment.text)));
    }
}

std::vector<std::string> PostgresRegistrySql::create_statements() const {
    const std::string projects = table("projects");
    const std::string changes = table("changes");
    std::vector<std::string> out = {
        fmt::format("CREATE SCHEMA IF NOT EXISTS {}", quoted_name(schema_)),
        fmt::format("COMMENT ON SCHEMA {} IS 'Sqitch database deployment metadata v{}.'",
                    quoted_name(schema_), kRegistryVersion),
        releases_table(table("releases")),
        fmt::format("CREATE TABLE {} (\n"
                    "    project         text PRIMARY KEY,\n"
                    "    uri             text UNIQUE,\n"
                    "    created_at      {},\n"
                    "    creator_name    text NOT NULL,\n"
                    "    creator_email   text NOT NULL\n"
                    ")",
                    projects, kStamp),
        fmt::format("CREATE TABLE {} (\n"
                    "    change_id       text PRIMARY KEY,\n"
                    "    script_hash     text,\n"
                    "    change          text NOT NULL,\n"
                    "    project         text NOT NULL REFERENCES {}(project) ON UPDATE CASCADE,\n"
                    "    note            text NOT NULL DEFAULT '',\n"
                    "    committed_at    {},\n"
                    "{},\n"
                    "    UNIQUE (project, script_hash)\n"
                    ")",
                    changes, projects, kStamp, kPeople),
        fmt::format(
            "CREATE TABLE {} (\n"
            "    tag_id          text PRIMARY KEY,\n"
            "    tag             text NOT NULL,\n"
            "    project         text NOT NULL REFERENCES {}(project) ON UPDATE CASCADE,\n"
            "    change_id       text NOT NULL REFERENCES {}(change_id) ON UPDATE CASCADE,\n"
            "    note            text NOT NULL DEFAULT '',\n"
            "    committed_at    {},\n"
            "{},\n"
            "    UNIQUE (project, tag)\n"
            ")",
            table("tags"), projects, changes, kStamp, kPeople),
        fmt::format("CREATE TABLE {0} (\n"
                    "    change_id       text NOT NULL REFERENCES {1}(change_id)\n"
                    "                    ON UPDATE CASCADE ON DELETE CASCADE,\n"
                    "    type            text NOT NULL,\n"
                    "    dependency      text NOT NULL,\n"
                    "    dependency_id   text REFERENCES {1}(change_id) ON UPDATE CASCADE,\n"
                    "    CONSTRAINT dependencies_check CHECK (\n"
                    "        (type = 'require' AND dependency_id IS NOT NULL)\n"
                    "        OR (type = 'conflict' AND dependency_id IS NULL)),\n"
                    "    PRIMARY KEY (change_id, dependency)\n"
                    ")",
                    table("dependencies"), changes),
        fmt::format("CREATE TABLE {} (\n"
                    "    event           text NOT NULL {},\n"
                    "    change_id       text NOT NULL,\n"
                    "    change          text NOT NULL,\n"
                    "    project         text NOT NULL REFERENCES {}(project) ON UPDATE CASCADE,\n"
                    "    note            text NOT NULL DEFAULT '',\n"
                    "    requires        text[] NOT NULL DEFAULT '{{}}',\n"
                    "    conflicts       text[] NOT NULL DEFAULT '{{}}',\n"
                    "    tags            text[] NOT NULL DEFAULT '{{}}',\n"
                    "    committed_at    {},\n"
                    "{},\n"
                    "    PRIMARY KEY (change_id, committed_at)\n"
                    ")",
                    table("events"), kEventCheck, projects, kStamp, kPeople)};
    add_comments(out);
    return out;
}

std::vector<std::string> PostgresRegistrySql::upgrade_statements(std::string_view from) const {
    const std::string changes = table("changes");
    const auto comment = [&](std::string_view version) {
        return fmt::format("COMMENT ON SCHEMA {} IS 'Sqitch database deployment metadata v{}.'",
                           quoted_name(schema_), version);
    };
    if (from == "1.0") {
        return {fmt::format("ALTER TABLE {} DROP CONSTRAINT changes_script_hash_key", changes),
                fmt::format("ALTER TABLE {} ADD UNIQUE (project, script_hash)", changes),
                comment("1.1")};
    }
    if (from == "0") {
        // The first registries kept no script hash; the change's id stands in for it until the
        // scripts have been read.
        std::vector<std::string> out = {
            releases_table(table("releases")),
            fmt::format("ALTER TABLE {} ADD COLUMN script_hash text UNIQUE", changes),
            fmt::format("UPDATE {} SET script_hash = change_id", changes),
            fmt::format("ALTER TABLE {} DROP CONSTRAINT events_event_check", table("events")),
            fmt::format("ALTER TABLE {} ADD {}", table("events"), kEventCheck),
            comment("1.0")};
        for (const Comment& c : kComments) {
            const bool is_new =
                c.table == "releases" || (c.table == "changes" && c.column == "script_hash");
            if (!is_new) continue;
            out.push_back(
                c.column.empty()
                    ? fmt::format("COMMENT ON TABLE {} IS {}", table(c.table), quoted_text(c.text))
                    : fmt::format("COMMENT ON COLUMN {}.{} IS {}", table(c.table), c.column,
                                  quoted_text(c.text)));
        }
        return out;
    }
    throw Failure(ErrorKind::internal, fmt::format("no upgrade from registry version {}", from));
}

std::string PostgresRegistrySql::lock_statement() const {
    // Sqitch's own: it keeps writers out and lets readers in.
    return fmt::format("LOCK TABLE {} IN EXCLUSIVE MODE", table("changes"));
}

std::string PostgresRegistrySql::patient_lock_statement() const {
    return "SET LOCAL lock_timeout = '15s'; " + lock_statement();
}

std::string PostgresRegistrySql::own_rights() const {
    return "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE";
}

std::string PostgresRegistrySql::time_text(std::string_view column) const {
    return fmt::format("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", column);
}

std::string PostgresRegistrySql::list_value(const std::vector<std::string>& names,
                                            std::string_view) const {
    std::string out;
    for (const std::string& name : names) {
        out += out.empty() ? "{" : ",";
        out += '"' + replace_all(replace_all(name, "\\", "\\\\"), "\"", "\\\"") + '"';
    }
    return out.empty() ? "{}" : out + "}";
}

std::string PostgresRegistrySql::list_text(std::string_view column) const {
    return fmt::format("array_to_string({}, ' ')", column);
}

std::string PostgresRegistrySql::time_value(Timestamp time) const {
    return format_sql_time(time, 6) + "+00";
}

std::string PostgresRegistrySql::plan_time_value(Timestamp time) const {
    return format_sql_time(time, 0) + "+00";
}

std::string PostgresRegistrySql::matches(std::string_view column) const {
    return fmt::format("{} ~ ?", column);
}

}  // namespace kedge::registry
