// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "migrate/history.hpp"
#include "schema/state.hpp"

namespace kedge::report {

/// Who made each part and who altered it last, in columns.
[[nodiscard]] std::string blame_text(const std::vector<migrate::BlameLine>& lines);
[[nodiscard]] std::string blame_json(const std::vector<migrate::BlameLine>& lines);

/// A state for people: each object with its attributes and parts, indented.
[[nodiscard]] std::string state_text(const schema::State& state);

}  // namespace kedge::report
