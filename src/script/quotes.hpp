// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace kedge::script {

/// Behind a quoted text; `at` is that of its opening quote. A doubled quote is one within it;
/// `escapes`: so is one behind a backslash.
[[nodiscard]] std::size_t quoted_end(std::string_view text, std::size_t at, bool escapes);

}  // namespace kedge::script
