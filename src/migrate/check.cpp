// SPDX-License-Identifier: MIT
#include "migrate/check.hpp"

namespace kedge::migrate {

const char* to_string(Check::Outcome outcome) noexcept {
    switch (outcome) {
        case Check::Outcome::passed:
            return "passed";
        case Check::Outcome::failed:
            return "failed";
        case Check::Outcome::skipped:
            return "skipped";
        case Check::Outcome::todo:
            return "todo";
    }
    return "";
}

}  // namespace kedge::migrate
