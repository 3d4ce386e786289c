// SPDX-License-Identifier: MIT
// What becomes of a plan when two branches that both changed it are merged. Lines are known by what
// they name, so that what git takes for a conflict mostly is none: both sides appended, and ours
// come first, then theirs. What doesn't go together is told, and nothing of either side is lost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/error.hpp"

namespace kedge::plan {

struct MergeInput {
    std::string_view base;  ///< what both began with; empty if each made the plan
    std::string_view ours;
    std::string_view theirs;
    std::string path;  ///< the plan, for messages
    std::size_t marker_size = 7;
};

struct Merged {
    /// A plan that was read and found good; or, with conflicts, one with git's marks around what
    /// has to be decided.
    std::string text;
    std::vector<Error> conflicts;
    std::size_t ours = 0;    ///< number of changes that only we planned
    std::size_t theirs = 0;  ///< ... and that only they did
};

[[nodiscard]] Merged merge_plans(const MergeInput& input);

}  // namespace kedge::plan
