// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/merge_units.hpp"
#include "support/error.hpp"

namespace kedge::plan {

/// Lines of a merged plan, as each side has them.
struct MergePiece {
    std::vector<TextLine> ours;
    std::vector<TextLine> theirs;
    bool is_conflict = false;
    bool takes_theirs = false;  ///< of a line that both have
    std::string_view end = {};  ///< of such a line

    [[nodiscard]] const std::vector<TextLine>& lines() const {
        return ours.empty() || takes_theirs ? theirs : ours;
    }
};

/// `theirs: kedge.plan:7: orders [customers] ...`
[[nodiscard]] std::string line_of_side(const std::string& path, std::string_view side,
                                       const TextLine& line);

/// Reads a merged plan. What is wrong with it is told with the lines of both sides, and becomes a
/// conflict among the pieces. `base` is what both sides began with.
[[nodiscard]] std::vector<Error> check_pieces(std::vector<MergePiece>& pieces, std::string text,
                                              const std::vector<Unit>& base,
                                              const std::string& path);

}  // namespace kedge::plan
