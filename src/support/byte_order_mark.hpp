// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace kedge {

/// U+FEFF in UTF-8, with which some editors begin a file. It is no part of what the file says;
/// within SQL it is white space for SQLite.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace kedge
