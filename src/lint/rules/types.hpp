// SPDX-License-Identifier: MIT
// What is known of types, whatever the engine calls them.
#pragma once

#include "lint/action.hpp"

namespace kedge::lint {

/// Some value of the first doesn't fit the second. False where that isn't known.
[[nodiscard]] bool is_narrower(const DataType& from, const DataType& to);
/// PostgreSQL changes the one into the other without writing the table anew: every value of the
/// first is stored as one of the second, in the same bytes.
[[nodiscard]] bool is_binary_coercible(const DataType& from, const DataType& to);

}  // namespace kedge::lint
