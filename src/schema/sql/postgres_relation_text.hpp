// SPDX-License-Identifier: MIT
// Columns, constraints and indexes of PostgreSQL's tables as their statements have them.
#pragma once

#include <string>

#include "schema/state.hpp"

namespace kedge::schema::sql {

[[nodiscard]] bool is_view(const Object& object);
/// What a child has otherwise than its parent is told without a type.
[[nodiscard]] bool is_own(const Part& column);
[[nodiscard]] std::string identity_text(const Attributes& attributes);
[[nodiscard]] std::string column_text(const Part& column);
/// What column_text() has said.
[[nodiscard]] Part created_column(const Part& column);
[[nodiscard]] std::string parent_of(const std::string& partition_of);
[[nodiscard]] std::string constraint_text(const Part& constraint);
[[nodiscard]] bool is_foreign_key(const Part& part);
[[nodiscard]] std::string index_text(const Part& index, const Object& table);

}  // namespace kedge::schema::sql
