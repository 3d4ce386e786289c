// SPDX-License-Identifier: MIT
// The parts of the table that are MySQL's and MariaDB's alone, by meaning.
#pragma once

#include <vector>

#include "lint/rule.hpp"
#include "lint/rules/words.hpp"

namespace kedge::lint {

[[nodiscard]] std::vector<Rule> mysql_algorithm_rules();
[[nodiscard]] std::vector<Rule> mysql_lock_rules();
[[nodiscard]] std::vector<Rule> mysql_column_rules();
[[nodiscard]] std::vector<Rule> mysql_session_rules();
[[nodiscard]] std::vector<Rule> mysql_policy_rules();

[[nodiscard]] inline std::vector<Example> mysql_example(const Sample& triggers,
                                                        const Sample& near_miss) {
    return examples_for(kMysql, triggers, near_miss);
}

}  // namespace kedge::lint
