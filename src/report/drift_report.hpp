// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "migrate/drift.hpp"
#include "report/findings.hpp"
#include "report/json_text.hpp"
#include "report/style.hpp"

namespace kedge::report {

/// For people: what differs, what was left out and why, what could not be read.
[[nodiscard]] std::string drift_text(const migrate::DriftResult& result, const Style& style);
[[nodiscard]] std::string drift_json(const migrate::DriftResult& result);
/// Differences as an array, the same in all reports.
[[nodiscard]] Json differences_json(const std::vector<schema::Difference>& differences);
[[nodiscard]] CheckedThing drift_findings(const migrate::DriftResult& result);
[[nodiscard]] std::string baseline_json(const std::string& target,
                                        const migrate::BaselineResult& result);

}  // namespace kedge::report
