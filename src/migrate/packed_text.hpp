// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::migrate {

/// Records of fields as one text, for a column of the journal. ASCII's separators part them, which
/// no name, query or beginning of a statement holds.
[[nodiscard]] std::string pack(const std::vector<std::vector<std::string>>& records);
[[nodiscard]] std::vector<std::vector<std::string>> unpack(std::string_view text);

}  // namespace kedge::migrate
