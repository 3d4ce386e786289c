// SPDX-License-Identifier: MIT
// What the writers of all engines have in common.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

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

/// What stands between commas, but for those in parentheses and in one of these quotes.
[[nodiscard]] std::vector<std::string> split_list(std::string_view list, std::string_view quotes);
/// Whether a name stands in a text as a word of its own, or in quotes.
[[nodiscard]] bool mentions(std::string_view text, std::string_view name);
/// In an order in which each comes after those that its text mentions; as they are if that can't
/// be.
[[nodiscard]] std::vector<const Object*> by_mention(std::vector<const Object*> objects,
                                                    std::string_view attribute);
/// The parts of a kind, in their order.
[[nodiscard]] std::vector<const Part*> parts_of(const Object& object, std::string_view kind);
/// The same, in `a` and `b`, for all parts of a kind.
[[nodiscard]] bool same_parts(const Object& a, const Object& b, std::string_view kind);

/// Statements, each on lines of its own with a semicolon behind it, and what they lose before it.
[[nodiscard]] std::string in_lines(const std::vector<SqlStatement>& statements);

[[nodiscard]] Attributes without(Attributes attributes,
                                 std::initializer_list<std::string_view> names);
[[nodiscard]] std::string without_semicolon(std::string text);

}  // namespace kedge::schema::sql
