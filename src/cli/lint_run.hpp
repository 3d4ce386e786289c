// SPDX-License-Identifier: MIT
// Lint as the command and the gate of deploy have it in common.
#pragma once

#include <map>
#include <string>

#include "cli/context.hpp"
#include "lint/plan_lint.hpp"
#include "migrate/session.hpp"

namespace kedge::cli {

/// The variables of deploy, revert and verify scripts: the configuration's, and on top `set`.
[[nodiscard]] lint::KindVariables lint_variables(const project::Project& project,
                                                 const project::Target& target,
                                                 const std::map<std::string, std::string>& set);

/// The changes of the plan that are not deployed on the session's target; none is present where the
/// target has no registry.
[[nodiscard]] lint::Selection pending_changes(migrate::Session& session);

/// Connects to the target, to ask it. Failure (connection) if it can't be reached.
[[nodiscard]] lint::AskedTarget ask_target(const Context& context, const project::Project& project,
                                           const project::Target& target);

/// `deploy.lint`: where it says so, the changes that are pending are looked at, and findings are
/// warned of; Failure (gate) for errors, where they are to be refused.
void lint_gate(const Context& context, const project::Project& project,
               const project::Target& target, const std::map<std::string, std::string>& set);

}  // namespace kedge::cli
