// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "schema/mysql/server.hpp"
#include "schema/state.hpp"

namespace kedge::schema::mysql {

/// Puts into the object what `SHOW CREATE TABLE` printed of it.
void read_table(std::string_view sql, const Server& server, Object& table);
/// The same for `SHOW CREATE SEQUENCE`.
void read_sequence(std::string_view sql, Object& sequence);

}  // namespace kedge::schema::mysql
