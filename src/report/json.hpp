// SPDX-License-Identifier: MIT
// Results as JSON texts, each one object (or array) that ends in a line end. Moments are ISO 8601
// in UTC, times in seconds.
#pragma once

#include <string>
#include <vector>

#include "migrate/deploy.hpp"
#include "migrate/reconcile.hpp"
#include "migrate/resolve.hpp"
#include "migrate/revert.hpp"
#include "migrate/status.hpp"
#include "migrate/verify.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"

namespace kedge::report {

[[nodiscard]] std::string json_error(const Error& error);
[[nodiscard]] std::string json_status(const migrate::Status& status);
[[nodiscard]] std::string json_deploy(const std::string& target,
                                      const migrate::DeployResult& result);
[[nodiscard]] std::string json_deploy_plan(const std::string& target,
                                           const migrate::DeployPlan& plan);
[[nodiscard]] std::string json_revert(const std::string& target, const std::string& message,
                                      const migrate::RevertResult& result);
/// `done`: it was carried over; else that was only looked at.
[[nodiscard]] std::string json_reconcile(const std::string& target,
                                         const migrate::ReconcilePlan& plan, bool done);
[[nodiscard]] std::string json_resolve(const std::string& target,
                                       const migrate::ResolveResult& result);
[[nodiscard]] std::string json_revert_plan(const std::string& target,
                                           const migrate::RevertPlan& plan);
[[nodiscard]] std::string json_verify(const std::string& target,
                                      const migrate::VerifyResult& result);
[[nodiscard]] std::string json_check(const std::string& target, const migrate::CheckResult& result);
[[nodiscard]] std::string json_events(const std::vector<registry::Event>& events);
/// The planned changes with these indexes, in this order.
[[nodiscard]] std::string json_plan(const plan::Plan& plan,
                                    const std::vector<std::size_t>& changes);
[[nodiscard]] std::string json_targets(const std::vector<project::Target>& targets);
/// Pairs of key and value as one object.
[[nodiscard]] std::string json_pairs(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& pairs);

}  // namespace kedge::report
