// SPDX-License-Identifier: MIT
// Lint as the command and the gate of deploy have it in common.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "lint/plan_lint.hpp"
#include "migrate/session.hpp"

namespace kedge::cli {

/// The variables of deploy, revert and verify scripts: the configuration's, and on top `set`.
[[nodiscard]] lint::KindVariables lint_variables(const project::Project& project,
                                                 const project::Target& target,
                                                 const std::map<std::string, std::string>& set);

/// For each change of the plan whether it is not deployed on the session's target.
[[nodiscard]] std::vector<bool> pending_flags(migrate::Session& session);

/// The sizes of the target's tables, and its version. Failure (connection) if it can't be reached.
[[nodiscard]] lint::LiveTables ask_target(const Context& context, const project::Project& project,
                                          const project::Target& target);

/// `deploy.lint`: where it says so, the changes that are pending are looked at, and findings are
/// warned of; Failure (gate) for errors, where they are to be refused.
void lint_gate(const Context& context, const project::Project& project,
               const project::Target& target, const std::map<std::string, std::string>& set);

}  // namespace kedge::cli
