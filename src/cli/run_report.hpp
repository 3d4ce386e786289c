// SPDX-License-Identifier: MIT
// What deploy, revert, rebase and checkout say at their end, and the exit status that goes with it.
#pragma once

#include "cli/context.hpp"
#include "migrate/deploy.hpp"
#include "migrate/revert.hpp"

namespace kedge::cli {

int report_deploy(const Context& context, const project::Target& target,
                  const migrate::DeployResult& result);
int report_revert(const Context& context, const project::Target& target, const std::string& message,
                  const migrate::RevertResult& result);

/// How revert decides whether it may: options and the configuration of one command's section.
struct RevertConsent {
    bool yes = false;
    /// Reads `SECTION.no_prompt` and `SECTION.prompt_accept`, else those of `revert`.
    static RevertConsent read(const project::Project& project, const std::string& section,
                              bool yes_option);
    bool preset = true;  ///< the answer that an empty line means
};

/// Asks before a revert. Failure (usage) where nobody can be asked. False: the answer was no.
bool may_revert(const Context& context, const project::Target& target,
                const migrate::RevertPlan& plan, const RevertConsent& consent);

/// Failure (usage) if the project's configuration says `revert.strict`, or the command's own.
void refuse_in_strict_mode(const project::Project& project, const std::string& command);

/// The mode by option, `SECTION.mode`, or `deploy.mode`.
[[nodiscard]] migrate::RollbackMode rollback_mode(const project::Project& project,
                                                  const std::string& section,
                                                  const std::string& option);
/// Whether to verify, by options, `SECTION.verify`, or `deploy.verify`.
[[nodiscard]] bool wants_verify(const project::Project& project, const std::string& section,
                                bool verify, bool no_verify);

/// What a deploy does about drift: by option, or `deploy.drift`.
[[nodiscard]] migrate::OnDrift on_drift(const project::Project& project, const std::string& option);
/// What `drift.ignore` says is no drift.
[[nodiscard]] std::vector<schema::IgnoreRule> ignore_rules(const project::Config& config);

/// Warns of deployed scripts that were edited since.
void warn_of_edited(const Context& context, migrate::Session& session);

}  // namespace kedge::cli
