// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "registry/schema.hpp"
#include "registry/schema_comments.hpp"
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

std::string quoted_name(std::string_view name) {
    return kedge::quoted(name, '"');
}

std::string quoted_text(std::string_view text) {
    return kedge::quoted(text, '\'');
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

std::string PostgresRegistrySql::own_exists_query(std::string_view name) const {
    return table_exists_query(name);
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
