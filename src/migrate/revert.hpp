// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/deploy.hpp"
#include "migrate/session.hpp"

namespace kedge::migrate {

struct RevertOptions {
    std::optional<std::string> to;  ///< a key of the deployed changes; that change stays
    bool modified = false;          ///< back to before the first change whose script was edited
    bool log_only = false;
    bool is_rollback = false;
    bool takes_half = false;  ///< a half-applied change, too, can be taken back
};

/// What a revert would do.
struct RevertPlan {
    std::string nothing_to_do;       ///< why there is nothing; empty if there is
    std::size_t keep = 0;            ///< number of deployed changes that stay
    std::string boundary;            ///< the last of them, with its tags; empty if none stays
    std::vector<std::string> names;  ///< what is to be reverted, the latest first
    /// A deploy stopped half-way; that is taken back before all else: revert_half().
    std::optional<registry::JournalEntry> half;
};

struct RevertResult {
    std::vector<ChangeResult> reverted;
    std::optional<Error> error;
    std::string failed_change;
};

/// Opens the database for reverting and finds out what there is to revert. Failure (usage) for an
/// unknown `to`, or where a change that stays requires one that would go.
[[nodiscard]] RevertPlan plan_revert(Session& session, const RevertOptions& options);

/// Reverts the deployed changes but the first `keep`, the latest first; stops at the first failure.
RevertResult revert_to_count(Session& session, std::size_t keep, const RevertOptions& options);

/// Reverts these deployed changes one after the other, and stops at the first failure.
RevertResult revert_changes(Session& session, const std::vector<registry::DeployedChange>& changes,
                            const RevertOptions& options);

/// Index of the first deployed change whose script is not what was deployed, or that the plan has
/// not at that place; none if all agree. Both by position, as Sqitch compares.
[[nodiscard]] std::optional<std::size_t> first_divergence(Session& session);

/// The paths of deployed scripts that were edited since. `quick` trusts the dates that the system
/// keeps of files, and reads only what was touched since its deploy.
struct EditedScript {
    std::string change;
    std::string path;
};
[[nodiscard]] std::vector<EditedScript> edited_scripts(Session& session, bool quick);

/// Looks a key up among the deployed changes. Failure (usage): unknown, or planned and not
/// deployed.
[[nodiscard]] std::size_t deployed_index(Session& session, const std::string& key);

}  // namespace kedge::migrate
