// SPDX-License-Identifier: MIT
#include "registry/resolutions.hpp"

#include <fmt/format.h>

namespace kedge::registry {

void create_resolutions(db::Connection& connection, const RegistrySql& sql) {
    connection.execute(fmt::format(
        "CREATE TABLE IF NOT EXISTS {0} (\n"
        "    change_id      {1} NOT NULL,\n"
        "    operation      {1} NOT NULL,\n"
        "    \"change\"       {2} NOT NULL,\n"
        "    project        {2} NOT NULL,\n"
        "    resolved_as    {1} NOT NULL,\n"
        "    reason         {2} NOT NULL,\n"
        "    resolver_name  {2} NOT NULL,\n"
        "    resolver_email {2} NOT NULL,\n"
        "    resolved_at    {1} NOT NULL\n"
        "){3}",
        sql.own_table("kedge_resolutions"), sql.word_type(), sql.text_type(), sql.table_options()));
}

void add_resolution(db::Connection& connection, const RegistrySql& sql,
                    const Resolution& resolution, const Person& who, Timestamp when) {
    connection.write(
        fmt::format("INSERT INTO {} (change_id, operation, \"change\", project, resolved_as, "
                    "reason, resolver_name, resolver_email, resolved_at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    sql.own_table("kedge_resolutions")),
        {resolution.change_id, resolution.operation, resolution.change, resolution.project,
         resolution.resolved_as, resolution.reason, who.name, who.email, format_sql_time(when, 6)});
}

}  // namespace kedge::registry
