// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kedge::script {

/// A comment line that speaks to kedge: `-- kedge: …`.
struct Directive {
    std::string text;  ///< what follows `kedge:`, trimmed
    std::size_t line = 0;
    std::string file = {};  ///< where scripts can include others: the one that it stands in
};

/// What such a line says; nothing for any other line.
[[nodiscard]] std::optional<std::string> directive_of(std::string_view line);

}  // namespace kedge::script
