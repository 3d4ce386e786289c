// SPDX-License-Identifier: MIT
// An id stands for a change and all before it. So where lines of a plan came in between or were
// reordered after a deploy, as by a merge, the ids of what is deployed are no longer the plan's,
// though each change still is what it was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "registry/carry_over.hpp"

namespace kedge::migrate {

struct ReconcilePlan {
    std::string nothing_to_do;  ///< why there is nothing; empty if there is
    struct Change {
        std::string name;  ///< with its tags
        registry::CarriedChange carried;
        std::optional<Timestamp> old_moment;  ///< of one that moves: when it was deployed
    };
    std::vector<Change> changes;  ///< in the plan's order; those that stay as they are left out
    std::vector<registry::CarriedDependent> dependents;
    std::vector<std::string> between;  ///< planned, not deployed, and before deployed ones
};

/// Finds out how the registry is carried over to the plan: each deployed change to the planned one
/// of the same name, script and dependencies. Failure (edited_history) that shows, line by line,
/// what has none. `look_only`: without the lock.
[[nodiscard]] ReconcilePlan plan_reconcile(Session& session, bool look_only);

/// Carries it over, all in one transaction. No script runs.
void reconcile(Session& session, const ReconcilePlan& plan);

}  // namespace kedge::migrate
