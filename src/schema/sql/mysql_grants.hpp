// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "schema/state.hpp"

namespace kedge::schema::sql {

/// REVOKE and GRANT that make the grants on an object those of another. `from` may be null, and
/// `to` must have the grants. A grant on a pattern of databases is left out.
[[nodiscard]] std::vector<std::string> mysql_grants(const Object* from, const Object& to);

}  // namespace kedge::schema::sql
