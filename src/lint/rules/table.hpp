// SPDX-License-Identifier: MIT
// The table of all rules, by meaning over files.
#pragma once

#include <string_view>
#include <vector>

#include "lint/rule.hpp"

namespace kedge::lint {

/// A part of the table: the rules of a file, under a heading of the manual.
struct RuleGroup {
    std::string_view title;
    std::vector<Rule> (*rules)();
};

// One per file of this folder.
[[nodiscard]] std::vector<Rule> data_loss_rules();
[[nodiscard]] std::vector<Rule> compatibility_rules();
[[nodiscard]] std::vector<Rule> data_dependent_rules();
[[nodiscard]] std::vector<Rule> postgres_online_rules();
[[nodiscard]] std::vector<Rule> postgres_lock_rules();
[[nodiscard]] std::vector<Rule> mysql_rules();
[[nodiscard]] std::vector<Rule> walk_through_rules();
[[nodiscard]] std::vector<Rule> sqlite_rebuild_rules();
[[nodiscard]] std::vector<Rule> sqlite_refusal_rules();
[[nodiscard]] std::vector<Rule> sqlite_table_rules();
[[nodiscard]] std::vector<Rule> hygiene_rules();
[[nodiscard]] std::vector<Rule> security_rules();
[[nodiscard]] std::vector<Rule> script_rules();
[[nodiscard]] std::vector<Rule> policy_rules();
[[nodiscard]] std::vector<Rule> name_policy_rules();
[[nodiscard]] std::vector<Rule> release_rules();
[[nodiscard]] std::vector<Rule> query_policy_rules();
[[nodiscard]] std::vector<Rule> table_limit_rules();

[[nodiscard]] const std::vector<RuleGroup>& rule_groups();
/// Every rule, in the order of the groups. Made at the first call.
[[nodiscard]] const std::vector<Rule>& all_rules();
/// Null for an unknown id.
[[nodiscard]] const Rule* find_rule(std::string_view id) noexcept;

}  // namespace kedge::lint
