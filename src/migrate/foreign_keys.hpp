// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "db/connection.hpp"

namespace kedge::migrate {

/// Failure (refused) if more rows than `before` refer to rows that aren't there. For scripts that
/// run with foreign keys off; what was broken before them is not their fault.
void refuse_new_gaps(db::Connection& target,
                     const std::vector<db::Connection::ForeignKeyGap>& before);

}  // namespace kedge::migrate
