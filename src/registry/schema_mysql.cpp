// SPDX-License-Identifier: MIT
#include <utility>

#include <fmt/format.h>

#include "registry/schema.hpp"
#include "registry/schema_comments.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::registry {
namespace {

std::string quoted_name(std::string_view name) {
    return kedge::quoted(name, '`');
}

std::string quoted_text(std::string_view text) {
    return kedge::quoted(text, '\'');
}

/// Sqitch's word for a column; for a table, of the empty column. A few are others than elsewhere.
std::string comment(std::string_view table, std::string_view column) {
    if (table == "events") {
        if (column == "requires") return "COMMENT 'List of the names of required changes.'";
        if (column == "conflicts") return "COMMENT 'List of the names of conflicting changes.'";
        if (column == "tags") return "COMMENT 'List of tags associated with the change.'";
    }
    for (const Comment& known : kComments) {
        if (known.table == table && known.column == column) {
            return "COMMENT " + quoted_text(known.text);
        }
    }
    return {};
}

struct Column {
    std::string_view name;
    std::string_view type;
    std::string rest = {};
};

/// Who did it and who planned it, as in several tables.
std::vector<Column> with_people(std::vector<Column> columns) {
    columns.push_back({"committed_at", "DATETIME(6) NOT NULL"});
    columns.push_back({"committer_name", "VARCHAR(255) NOT NULL"});
    columns.push_back({"committer_email", "VARCHAR(255) NOT NULL"});
    columns.push_back({"planned_at", "DATETIME(6) NOT NULL"});
    columns.push_back({"planner_name", "VARCHAR(255) NOT NULL"});
    columns.push_back({"planner_email", "VARCHAR(255) NOT NULL"});
    return columns;
}

std::string create_table(const std::string& full_name, std::string_view name,
                         const std::vector<Column>& columns, std::string_view key = {}) {
    std::string out = fmt::format("CREATE TABLE IF NOT EXISTS {} (\n", full_name);
    for (const Column& column : columns) {
        // A reserved word among them.
        out += fmt::format("    {} {} {}", quoted_name(column.name), column.type,
                           comment(name, column.name));
        if (!column.rest.empty()) out += ' ' + column.rest;
        out += &column == &columns.back() && key.empty() ? "\n" : ",\n";
    }
    if (!key.empty()) out += fmt::format("    {}\n", key);
    return out + fmt::format(") ENGINE InnoDB, CHARACTER SET utf8, {}", comment(name, ""));
}

}  // namespace

std::string MysqlRegistrySql::table(std::string_view name) const {
    return fmt::format("{}.{}", quoted_name(database_), quoted_name(prefix_ + std::string(name)));
}

std::string MysqlRegistrySql::table_exists_query(std::string_view name) const {
    return fmt::format(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = {} AND table_name = {}",
        quoted_text(database_), quoted_text(name));
}

std::string MysqlRegistrySql::exists_query() const {
    // The one that is made last.
    return table_exists_query(prefix_ + "events");
}

std::string MysqlRegistrySql::own_table(std::string_view name) const {
    return fmt::format("{}.{}", quoted_name(own_at_home_ ? home_ : database_), quoted_name(name));
}

bool MysqlRegistrySql::use_other_place() const {
    if (own_at_home_ || home_ == database_) return false;
    own_at_home_ = true;
    return true;
}

std::string MysqlRegistrySql::own_exists_query(std::string_view name) const {
    // As a table of the registry's database it sorts before one that is beside the application's.
    return fmt::format(
        "SELECT table_schema <> {} FROM information_schema.tables WHERE "
        "table_schema IN ({}, {}) AND table_name = {} ORDER BY 1",
        quoted_text(database_), quoted_text(database_), quoted_text(home_), quoted_text(name));
}

std::vector<std::string> MysqlRegistrySql::create_statements() const {
    const std::string project =
        fmt::format("REFERENCES {}(project) ON UPDATE CASCADE", table("projects"));
    const std::string change =
        fmt::format("REFERENCES {}(change_id) ON UPDATE CASCADE", table("changes"));
    const auto create = [&](std::string_view name, const std::vector<Column>& columns,
                            std::string_view key = {}) {
        return create_table(table(name), name, columns, key);
    };
    return {
        fmt::format("CREATE DATABASE IF NOT EXISTS {}", quoted_name(database_)),
        create("releases", {{"version", "FLOAT(4, 1) PRIMARY KEY"},
                            {"installed_at", "DATETIME(6) NOT NULL"},
                            {"installer_name", "VARCHAR(255) NOT NULL"},
                            {"installer_email", "VARCHAR(255) NOT NULL"}}),
        create("projects", {{"project", "VARCHAR(255) PRIMARY KEY"},
                            {"uri", "VARCHAR(255) NULL UNIQUE"},
                            {"created_at", "DATETIME(6) NOT NULL"},
                            {"creator_name", "VARCHAR(255) NOT NULL"},
                            {"creator_email", "VARCHAR(255) NOT NULL"}}),
        create("changes",
               with_people({{"change_id", "VARCHAR(40) PRIMARY KEY"},
                            {"script_hash", "VARCHAR(40) NULL"},
                            {"change", "VARCHAR(255) NOT NULL"},
                            {"project", "VARCHAR(255) NOT NULL", project},
                            {"note", "TEXT NOT NULL"}}),
               "UNIQUE(project, script_hash)"),
        create("tags",
               with_people({{"tag_id", "VARCHAR(40) PRIMARY KEY"},
                            {"tag", "VARCHAR(255) NOT NULL"},
                            {"project", "VARCHAR(255) NOT NULL", project},
                            {"change_id", "VARCHAR(40) NOT NULL", change},
                            {"note", "VARCHAR(255) NOT NULL"}}),
               "UNIQUE(project, tag)"),
        create("dependencies",
               {{"change_id", "VARCHAR(40) NOT NULL", change + " ON DELETE CASCADE"},
                {"type", "VARCHAR(8) NOT NULL"},
                {"dependency", "VARCHAR(255) NOT NULL"},
                {"dependency_id", "VARCHAR(40) NULL", change}},
               "PRIMARY KEY (change_id, dependency)"),
        // Its row comes before the last table.
        fmt::format("DELETE FROM {}", table("releases")),
        create("events",
               with_people({{"event", "ENUM ('deploy', 'fail', 'merge', 'revert') NOT NULL"},
                            {"change_id", "VARCHAR(40) NOT NULL"},
                            {"change", "VARCHAR(255) NOT NULL"},
                            {"project", "VARCHAR(255) NOT NULL", project},
                            {"note", "TEXT NOT NULL"},
                            {"requires", "TEXT NOT NULL"},
                            {"conflicts", "TEXT NOT NULL"},
                            {"tags", "TEXT NOT NULL"}}),
               "PRIMARY KEY (change_id, committed_at)"),
    };
}

std::optional<RegistrySql::Completion> MysqlRegistrySql::completion() const {
    // Verify scripts of Sqitch's projects call the function by its name in the registry's database.
    // Without that database in their text, a dump of them can be loaded into another one.
    const auto own = [&](std::string_view name) {
        return quoted_name(prefix_ + std::string(name));
    };
    const std::string check = own("checkit");
    const auto trigger = [&](std::string_view event) {
        return fmt::format(
            "CREATE TRIGGER {} BEFORE {} ON {} FOR EACH ROW SET @dummy := {}(\n"
            "    NEW.type = 'require' AND NEW.dependency_id IS NOT NULL\n"
            "    OR NEW.type = 'conflict' AND NEW.dependency_id IS NULL,\n"
            "    'a dependency of type require has an id, and one of type conflict has none')",
            own(fmt::format("ck_{}_dependency", event)), event, own("dependencies"), check);
    };
    std::vector<std::string> out = {fmt::format("DROP FUNCTION IF EXISTS {}", check)};
    out.push_back(fmt::format(
        "CREATE FUNCTION {}(doit INTEGER, message VARCHAR(256)) RETURNS INTEGER DETERMINISTIC\n"
        "BEGIN\n"
        "    IF COALESCE(doit, 0) = 0 THEN\n"
        "        SIGNAL SQLSTATE 'ERR0R' SET MESSAGE_TEXT = message;\n"
        "    END IF;\n"
        "    RETURN doit;\n"
        "END",
        check));
    for (const std::string_view event : {"insert", "update"}) {
        out.push_back(
            fmt::format("DROP TRIGGER IF EXISTS {}", own(fmt::format("ck_{}_dependency", event))));
        out.push_back(trigger(event));
    }
    return Completion{fmt::format("USE {}", quoted_name(database_)), std::move(out),
                      fmt::format("USE {}", quoted_name(home_))};
}

std::vector<std::string> MysqlRegistrySql::upgrade_statements(std::string_view from) const {
    const std::string changes = table("changes");
    if (from == "1.0") {
        return {fmt::format("DROP INDEX script_hash ON {}", changes),
                fmt::format("ALTER TABLE {} ADD UNIQUE(project, script_hash)", changes)};
    }
    if (from == "0") {
        // The first registries kept no script hash; the change's id stands in for it until the
        // scripts have been read.
        return {create_table(table("releases"), "releases",
                             {{"version", "FLOAT PRIMARY KEY"},
                              {"installed_at", "TIMESTAMP NOT NULL"},
                              {"installer_name", "VARCHAR(255) NOT NULL"},
                              {"installer_email", "VARCHAR(255) NOT NULL"}}),
                fmt::format("ALTER TABLE {} ADD COLUMN script_hash VARCHAR(40) NULL UNIQUE AFTER "
                            "change_id",
                            changes),
                fmt::format("UPDATE {} SET script_hash = change_id", changes),
                fmt::format("ALTER TABLE {} CHANGE event event ENUM ('deploy', 'fail', 'merge', "
                            "'revert') NOT NULL",
                            table("events"))};
    }
    throw Failure(ErrorKind::internal, fmt::format("no upgrade from registry version {}", from));
}

std::string MysqlRegistrySql::patient_lock_statement() const {
    // Rows that a session has written and not yet committed can't be locked by another.
    return fmt::format(
        "SET SESSION innodb_lock_wait_timeout = 15; SELECT change_id FROM {} FOR UPDATE",
        table("events"));
}

std::string MysqlRegistrySql::replace_clause(const std::vector<std::string>&,
                                             const std::vector<std::string>& columns) const {
    std::vector<std::string> parts;
    for (const std::string& column : columns) {
        parts.push_back(fmt::format("{0} = VALUES({0})", column));
    }
    return "ON DUPLICATE KEY UPDATE " + join(parts, ", ");
}

std::string MysqlRegistrySql::time_text(std::string_view column) const {
    return fmt::format("CAST({} AS CHAR)", column);
}

std::string MysqlRegistrySql::list_value(const std::vector<std::string>& names,
                                         std::string_view separator) const {
    return join(names, separator);
}

std::string MysqlRegistrySql::time_value(Timestamp time) const {
    return format_sql_time(time, 6);
}

std::string MysqlRegistrySql::plan_time_value(Timestamp time) const {
    return format_sql_time(time, 0);
}

std::string MysqlRegistrySql::matches(std::string_view column) const {
    return fmt::format("{} REGEXP ?", column);
}

}  // namespace kedge::registry
