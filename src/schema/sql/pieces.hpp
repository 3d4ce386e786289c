// SPDX-License-Identifier: MIT
// What the writers of all engines have in common.
#pragma once

#include <string>
#include <string_view>

#include "schema/sql/writer.hpp"

namespace kedge::schema::sql {

/// The attribute's value, or nothing.
[[nodiscard]] std::string value(const Attributes& attributes, std::string_view name);
[[nodiscard]] bool has(const Attributes& attributes, std::string_view name);
/// `before`, the value and `after`, if there is such an attribute; else nothing.
[[nodiscard]] std::string clause(const Attributes& attributes, std::string_view name,
                                 std::string_view before, std::string_view after = {});

/// Whether two objects or parts differ in nothing but this attribute. False if they don't differ.
[[nodiscard]] bool differ_only_in(const Attributes& a, const Attributes& b,
                                  std::string_view attribute);

/// Statements, each on lines of its own with a semicolon behind it, and what they lose before it.
[[nodiscard]] std::string in_lines(const std::vector<SqlStatement>& statements);

}  // namespace kedge::schema::sql
