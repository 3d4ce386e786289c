// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::report {

struct DiffLine {
    char sign;  ///< `-` only before, `+` only after, blank both
    std::string text;
};

/// What turns one text into another, in lines, with a few unchanged lines around each place;
/// a line of `...` stands for what is left out.
[[nodiscard]] std::vector<DiffLine> line_diff(std::string_view before, std::string_view after);

}  // namespace kedge::report
