// SPDX-License-Identifier: MIT
#pragma once

#include "schema/mysql/printed.hpp"
#include "schema/state.hpp"

namespace kedge::schema::mysql {

/// What a printed table has behind PARTITION BY, where the cursor is.
void read_partitioning(Cursor& cursor, Object& table);

}  // namespace kedge::schema::mysql
