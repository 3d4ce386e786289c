// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "report/style.hpp"
#include "support/error.hpp"

namespace kedge::report {

/// An error for people: what failed and where, the line with a caret, what the server said, in
/// which state the database is now, and what to do next. Further errors follow.
[[nodiscard]] std::string error_text(const Error& error, const Style& style);

/// A line of a script with its number, and a caret under the column; empty where either isn't
/// known.
[[nodiscard]] std::string source_excerpt(const Location& where, const std::string& source_line,
                                         const Style& style);

}  // namespace kedge::report
