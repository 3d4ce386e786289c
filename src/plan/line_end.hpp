// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace kedge::plan {

/// The file's own line end: what its first line ends with.
[[nodiscard]] inline std::string_view line_end(std::string_view text) noexcept {
    const std::size_t first = text.find('\n');
    return first != std::string_view::npos && first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace kedge::plan
