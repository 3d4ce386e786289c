// SPDX-License-Identifier: MIT
// Rules about what SQLite takes otherwise than it reads, or can't change in place.
#include "lint/rules/table.hpp"

namespace kedge::lint {

std::vector<Rule> sqlite_rules() {
    return {};
}

}  // namespace kedge::lint
