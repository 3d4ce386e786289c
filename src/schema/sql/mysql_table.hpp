// SPDX-License-Identifier: MIT
// Tables of MySQL and MariaDB as SQL. What only one of the two understands stands in a comment that
// the other passes over.
#pragma once

#include <string>
#include <vector>

#include "schema/sql/writer.hpp"
#include "schema/state.hpp"

namespace kedge::schema::sql {

/// With its columns, indexes, checks and partitions; without foreign keys and triggers.
[[nodiscard]] std::string create_mysql_table(const Object& table);
/// What makes the one the other, but for foreign keys and triggers.
[[nodiscard]] std::vector<SqlStatement> alter_mysql_table(const Object& from, const Object& to);
[[nodiscard]] std::string add_mysql_foreign_key(const Object& table, const Part& key);
/// Why the table can't be written; empty if it can.
[[nodiscard]] std::string why_no_mysql_table(const Object& table);

}  // namespace kedge::schema::sql
