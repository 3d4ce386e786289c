// SPDX-License-Identifier: MIT
// What of MySQL and MariaDB has a body, as SQL.
#pragma once

#include <string>

#include "schema/state.hpp"

namespace kedge::schema::sql {

/// A routine, a package, a library, an event or a view, by its kind.
[[nodiscard]] std::string create_mysql_program(const Object& program);
[[nodiscard]] std::string create_mysql_trigger(const Part& trigger, const std::string& table);
/// CREATE SEQUENCE or ALTER SEQUENCE.
[[nodiscard]] std::string mysql_sequence(const char* verb, const Object& sequence);

/// What the session has to be like in which such a thing is made, since it lives on in it: SET, or
/// nothing where it has no such attributes.
[[nodiscard]] std::string session_of_mysql_program(const Attributes& attributes);

}  // namespace kedge::schema::sql
