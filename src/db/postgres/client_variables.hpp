// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include <libpq-fe.h>

namespace kedge::db::postgres {

/// What psql would know of the session, by the names of its variables: see "Variables" in psql(1).
[[nodiscard]] std::map<std::string, std::string> client_variables_of(const PGconn* session);

}  // namespace kedge::db::postgres
