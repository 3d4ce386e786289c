// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lint/action.hpp"
#include "lint/reader.hpp"

namespace kedge::lint::sqlite {

/// What the second CREATE TABLE makes of the first, as actions on the table of that name.
[[nodiscard]] std::vector<Action> changes_between(const Action& before, const Action& after,
                                                  const Name& table);

/// The columns of the primary key; empty for none.
[[nodiscard]] std::vector<std::string> key_columns(const Action& table);

/// What is around the two tables.
struct Surroundings {
    /// The primary key of a table as it is after the script.
    std::function<std::vector<std::string>(const std::string& table)> key_of;
    /// The table was there before the script.
    std::function<bool(const std::string& table)> is_there;
    /// An index behind the script keeps the columns unique.
    std::function<bool(const std::vector<std::string>& columns)> is_unique;
};

/// Constraints, defaults and other properties that the first has and the second hasn't, though the
/// columns that they are about are still there.
[[nodiscard]] std::vector<SideEffect> losses_between(const Action& before, const Action& after,
                                                     const Name& table, const Surroundings& around);

}  // namespace kedge::lint::sqlite
