// SPDX-License-Identifier: MIT
// Rules about what MySQL and MariaDB lock, copy and take otherwise than it reads.
#include "lint/rules/table.hpp"

namespace kedge::lint {

std::vector<Rule> mysql_rules() {
    return {};
}

}  // namespace kedge::lint
