// SPDX-License-Identifier: MIT
#include "lint/rules/table.hpp"

#include <algorithm>

namespace kedge::lint {

const std::vector<RuleGroup>& rule_groups() {
    static const std::vector<RuleGroup> groups = {
        {"Loss of data", &data_loss_rules},
        {"Breakage of running clients", &compatibility_rules},
        {"What depends on the rows that are there", &data_dependent_rules},
        {"What PostgreSQL can do beside others", &postgres_online_rules},
        {"Locks and rewrites in PostgreSQL", &postgres_lock_rules},
        {"MySQL and MariaDB", &mysql_rules},
        {"What the scripts before have made", &walk_through_rules},
        {"Rebuilt tables in SQLite", &sqlite_rebuild_rules},
        {"What SQLite refuses or passes over", &sqlite_refusal_rules},
        {"Tables in SQLite", &sqlite_table_rules},
        {"Statements", &hygiene_rules},
        {"Rights and secrets", &security_rules},
        {"The scripts of a change", &script_rules},
        {"Releases and targets", &release_rules},
        {"Policies on types and tables", &policy_rules},
        {"Policies on the limits of tables", &table_limit_rules},
        {"Policies on how rows are looked for", &query_policy_rules},
        {"Policies on names, and what is forbidden", &name_policy_rules},
    };
    return groups;
}

const std::vector<Rule>& all_rules() {
    static const std::vector<Rule> rules = [] {
        std::vector<Rule> out;
        for (const RuleGroup& group : rule_groups()) {
            for (Rule& rule : group.rules()) out.push_back(std::move(rule));
        }
        return out;
    }();
    return rules;
}

const Rule* find_rule(std::string_view id) noexcept {
    const auto& rules = all_rules();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

}  // namespace kedge::lint
