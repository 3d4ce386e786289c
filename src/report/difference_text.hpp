// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "report/style.hpp"
#include "schema/difference.hpp"

namespace kedge::report {

/// Whether what is there and was not expected is an error, or what a change has done.
enum class Wording { drift, history };

/// Differences for people, a line each: `missing`, `unexpected`, `changed`, `renamed`; of a history
/// `dropped` and `added`. Values of several lines are shown as a comparison of their lines.
[[nodiscard]] std::string difference_text(const std::vector<schema::Difference>& differences,
                                          const Style& style, Wording wording = Wording::drift);

}  // namespace kedge::report
