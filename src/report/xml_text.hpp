// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace kedge::report {

/// As text and attributes of XML 1.0 hold it: escaped, line ends and tabs by their numbers, and
/// what XML can't hold at all, even escaped, as the replacement character.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace kedge::report
