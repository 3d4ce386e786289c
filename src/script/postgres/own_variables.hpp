// SPDX-License-Identifier: MIT
// The variables that psql has by itself: see "Variables" in psql(1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kedge::script::postgres {

/// Each with the value that Sqitch's way of calling psql 15 gives it.
[[nodiscard]] const std::vector<std::pair<std::string, std::string>>& own_variables();

/// What the variable is after `\unset`; nothing for one that isn't psql's own, or goes away.
[[nodiscard]] std::optional<std::string> after_unset(std::string_view name);

/// Brings the value of `\set` into psql's form; returns why it can't be, empty where it can.
[[nodiscard]] std::string adjust_own(std::string_view name, std::string& value);

}  // namespace kedge::script::postgres
