// SPDX-License-Identifier: MIT
// Rules about what MySQL and MariaDB lock, copy and take otherwise than it reads.
#include "lint/rules/mysql_rules.hpp"

#include <utility>

#include "lint/rules/table.hpp"

namespace kedge::lint {

std::vector<Rule> mysql_rules() {
    std::vector<Rule> out;
    for (auto* part : {&mysql_algorithm_rules, &mysql_lock_rules, &mysql_column_rules,
                       &mysql_session_rules, &mysql_policy_rules}) {
        for (Rule& rule : part()) out.push_back(std::move(rule));
    }
    return out;
}

}  // namespace kedge::lint
