// SPDX-License-Identifier: MIT
#include "report/line_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <dtl/dtl.hpp>

#include "support/text.hpp"

namespace kedge::report {
namespace {

constexpr std::size_t kAround = 3;

std::vector<std::string> lines_of(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return split(text, '\n');
}

/// Leaves out what is unchanged and far from any change.
std::vector<DiffLine> shortened(std::vector<DiffLine> lines) {
    std::vector<bool> kept(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].sign == ' ') continue;
        const std::size_t end = std::min(lines.size(), i + kAround + 1);
        for (std::size_t k = i < kAround ? 0 : i - kAround; k < end; ++k) kept[k] = true;
    }
    std::vector<DiffLine> out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (kept[i]) {
            out.push_back(std::move(lines[i]));
        } else if (i == 0 || kept[i - 1]) {
            out.push_back({' ', "..."});
        }
    }
    return out;
}

}  // namespace

std::vector<DiffLine> line_diff(std::string_view before, std::string_view after) {
    dtl::Diff<std::string> diff(lines_of(before), lines_of(after));
    diff.compose();
    std::vector<DiffLine> out;
    for (const auto& [line, info] : diff.getSes().getSequence()) {
        const char sign = info.type == dtl::SES_ADD      ? '+'
                          : info.type == dtl::SES_DELETE ? '-'
                                                         : ' ';
        out.push_back({sign, line});
    }
    return shortened(std::move(out));
}

}  // namespace kedge::report
