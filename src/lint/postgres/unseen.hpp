// SPDX-License-Identifier: MIT
// What a statement does that its parse tree doesn't say.
#pragma once

#include <optional>
#include <string_view>

#include "lint/action.hpp"

namespace kedge::lint::postgres {

/// Which tables the statement may alter by SQL that nobody has read: a function that it calls, a DO
/// block, or the statement itself where it couldn't be parsed.
[[nodiscard]] Statement::Unseen unseen_in(const Statement& statement);

/// The table that a CREATE TABLE makes which couldn't be parsed, with columns that aren't known.
[[nodiscard]] std::optional<Action> table_of_unread(std::string_view text);

}  // namespace kedge::lint::postgres
