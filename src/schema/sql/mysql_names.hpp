// SPDX-License-Identifier: MIT
// Names of states of MySQL and MariaDB as SQL, always in backticks.
#pragma once

#include <string>
#include <string_view>

#include "schema/state.hpp"

namespace kedge::schema::sql {

[[nodiscard]] std::string mysql_name(std::string_view shown);
/// ``a, `b c`(10) desc, (lower(`d`))``: a list of columns with what stands behind each.
[[nodiscard]] std::string mysql_names(std::string_view list);
/// A text as a literal, whatever is in it.
[[nodiscard]] std::string mysql_text(std::string_view text);
/// `user@host`, or the name of a role.
[[nodiscard]] std::string mysql_account(std::string_view shown);
/// `DEFINER = ... `, where there is one.
[[nodiscard]] std::string mysql_definer(const Attributes& attributes);

}  // namespace kedge::schema::sql
