// SPDX-License-Identifier: MIT
// A table of SQLite's as SQL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/state.hpp"

namespace kedge::schema::sql {

/// CREATE TABLE, under another name.
[[nodiscard]] std::string create_sqlite_table(const Object& table, std::string_view name);
[[nodiscard]] std::string create_sqlite_index(const Part& index, std::string_view table);
[[nodiscard]] std::string create_sqlite_trigger(const Part& trigger, std::string_view table);

/// What ALTER TABLE can do to make the table another: columns added at the end, or columns dropped.
/// None if that is not enough.
[[nodiscard]] std::optional<std::vector<std::string>> alter_sqlite_table(const Object& from,
                                                                         const Object& to);

/// Why the table can't be written; empty if it can.
[[nodiscard]] std::string why_unwritable(const Object& table);

}  // namespace kedge::schema::sql
