// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "lint/action.hpp"
#include "lint/reader.hpp"

namespace kedge::lint::sqlite {

/// What the second CREATE TABLE makes of the first, as actions on the table of that name.
[[nodiscard]] std::vector<Action> changes_between(const Action& before, const Action& after,
                                                  const Name& table);

/// Constraints, defaults and other properties that the first has and the second hasn't, though the
/// columns that they are about are still there.
[[nodiscard]] std::vector<SideEffect> losses_between(const Action& before, const Action& after,
                                                     const Name& table);

}  // namespace kedge::lint::sqlite
