// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "schema/ignore.hpp"

namespace kedge::migrate {

/// What is taken back when a change fails: all of this run, all since the last tag of this run, or
/// the failed change alone.
enum class RollbackMode { all, tag, change };

/// What a deploy does where the schema is not what was recorded.
enum class OnDrift { ignore, warn, refuse };

struct DeployOptions {
    std::optional<std::string> to;  ///< a key of the plan
    RollbackMode mode = RollbackMode::all;
    bool verify = false;
    bool log_only = false;
    bool single_transaction = false;
    OnDrift on_drift = OnDrift::ignore;
    std::vector<schema::IgnoreRule> drift_ignored;  ///< what is no drift
    bool out_of_order = false;  ///< what the plan has before deployed changes may be deployed, too
};

struct ChangeResult {
    std::string id;
    std::string name;  ///< with its tags
    std::chrono::microseconds elapsed{};
};

struct DeployResult {
    enum class Outcome { deployed, nothing_to_do, failed };
    Outcome outcome = Outcome::nothing_to_do;
    std::string message;  ///< for nothing_to_do: why
    std::vector<ChangeResult> deployed;
    std::vector<ChangeResult> reverted;  ///< taken back after the failure
    std::optional<Error> error;
    std::string failed_change;
    bool verify_failed = false;  ///< the scripts ran, and the verify script said no
};

/// Deploys what is pending. What goes wrong with one change is in the result; what goes wrong
/// before anything runs is thrown.
DeployResult deploy(Session& session, const DeployOptions& options);

/// What deploy() would do, without doing anything.
struct DeployPlan {
    struct Step {
        std::string name;
        std::string deploy_script;
        std::string verify_script;  ///< empty if there is none to run
        script::Mode mode = script::Mode::transaction;
        std::string journal_reason;
        std::size_t statements = 0;
        bool is_between = false;  ///< the plan has it before deployed changes
    };
    std::string message;  ///< why there is nothing to do; empty if there is
    bool creates_registry = false;
    std::vector<Step> steps;
};
[[nodiscard]] DeployPlan plan_deploy(Session& session, const DeployOptions& options);

}  // namespace kedge::migrate
