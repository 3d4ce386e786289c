// SPDX-License-Identifier: MIT
#include "script/directive.hpp"

#include "support/text.hpp"

namespace kedge::script {

std::optional<std::string> directive_of(std::string_view line) {
    constexpr std::string_view kMark = "kedge:";
    line = trim(line);
    if (!line.starts_with("--")) return std::nullopt;
    line = trim(line.substr(2));
    if (!line.starts_with(kMark)) return std::nullopt;
    return std::string(trim(line.substr(kMark.size())));
}

}  // namespace kedge::script
