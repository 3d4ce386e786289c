// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace kedge {

/// Runs a command by the shell and returns the first line that it writes. Failure (configuration)
/// if it can't be run, ends with another status than 0, or writes nothing. Its output is never
/// quoted.
[[nodiscard]] std::string first_line_of_program(const std::string& command);

}  // namespace kedge
