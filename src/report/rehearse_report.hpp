// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "migrate/rehearse.hpp"
#include "report/findings.hpp"
#include "report/style.hpp"

namespace kedge::report {

/// For people: what was not proven, and how long each step took at most.
[[nodiscard]] std::string rehearse_text(const migrate::RehearseResult& result, const Style& style);
[[nodiscard]] std::string rehearse_json(const migrate::RehearseResult& result);
/// Each change as a thing that was checked.
[[nodiscard]] std::vector<CheckedThing> rehearse_findings(const migrate::RehearseResult& result);

}  // namespace kedge::report
