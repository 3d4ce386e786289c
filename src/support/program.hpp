// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kedge {

/// Runs a command by the shell and hands on what it writes to its standard output, as it comes. Its
/// exit status; -1 where it couldn't be run, or was ended by a signal.
int run_program(const std::string& command,
                const std::function<void(std::string_view text)>& output);

/// Runs a command by the shell and returns the first line that it writes. Failure (configuration)
/// if it can't be run, ends with another status than 0, or writes nothing. Its output is never
/// quoted.
[[nodiscard]] std::string first_line_of_program(const std::string& command);

}  // namespace kedge
