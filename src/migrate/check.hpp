// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "support/error.hpp"

namespace kedge::migrate {

/// One thing that a verify or test script has checked: an expectation, or a line of TAP.
struct Check {
    enum class Outcome {
        passed,
        failed,
        skipped,
        todo,  ///< it failed, as it was said to do for now
    };
    Outcome outcome = Outcome::passed;
    std::string name;      ///< in a few words
    Location where;        ///< of the expectation, or of the statement that gave the line
    std::string expected;  ///< of an expectation that was not met; may have several lines
    std::string got;       ///< so too
    std::string reason;    ///< why it was skipped, or is to do
    std::string detail;    ///< what TAP says about it, in lines
};
[[nodiscard]] const char* to_string(Check::Outcome outcome) noexcept;

}  // namespace kedge::migrate
