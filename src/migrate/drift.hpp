// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "registry/states.hpp"
#include "schema/difference.hpp"
#include "schema/ignore.hpp"

namespace kedge::migrate {

struct DriftResult {
    enum class Outcome {
        in_sync,
        drifted,
        unknown,  ///< something could not be read, or there is nothing to compare with
    };
    struct Ignored {
        schema::Difference difference;
        std::string reason;
    };
    Outcome outcome = Outcome::in_sync;
    std::string target;
    std::string against;  ///< in words: `what was recorded on ...`, `the plan`, a file, a target
    std::size_t objects = 0;
    std::vector<schema::Difference> differences;
    std::vector<Ignored> ignored;
    std::vector<schema::Unread> unread;
    /// Deployed since without a recording; what differs may be their doing.
    std::vector<std::string> unrecorded;
};

/// `in sync`, as reports say it.
[[nodiscard]] const char* to_string(DriftResult::Outcome outcome);

/// What makes one state another. `same_database`: the two are of one database at two moments.
/// Failure (usage) for states of two engines.
[[nodiscard]] DriftResult judge(const schema::Snapshot& expected, const schema::Snapshot& actual,
                                const std::vector<schema::IgnoreRule>& rules, bool same_database);

/// In a line: the outcome, and the first few things that differ.
[[nodiscard]] std::string summary(const DriftResult& result);

/// What the plan gives, as far as the target has it deployed, in a scratch database; nothing where
/// none can be had. Asked only where it is needed.
using PlannedState = std::function<std::optional<schema::Snapshot>()>;

/// The same as drift_since_recorded() for a session that is open. Nothing where there is no record;
/// else `live` becomes what was read.
[[nodiscard]] std::optional<DriftResult> drift_of(Session& session,
                                                  const std::vector<schema::IgnoreRule>& rules,
                                                  const PlannedState& planned,
                                                  std::optional<schema::Snapshot>& live);

/// What has become of the schema since a planned change was deployed, by changes or by hand.
/// Failure (usage) if no state was recorded with it.
[[nodiscard]] DriftResult drift_since_change(Session& session, const std::string& change,
                                             const std::vector<schema::IgnoreRule>& rules);

/// The target's live state beside the recorded one. Writes nothing. `planned`: what tells drift
/// from what another release of the server prints otherwise.
[[nodiscard]] DriftResult drift_since_recorded(Session& session,
                                               const std::vector<schema::IgnoreRule>& rules,
                                               const PlannedState& planned = {});

struct BaselineResult {
    std::size_t objects = 0;                   ///< recorded now
    std::vector<schema::Difference> accepted;  ///< what the record did not know
    std::vector<schema::Unread> unread;
    bool was_first = false;  ///< nothing had been recorded before
};

/// Takes the live state for the recorded one: all of it, or only the objects that a pattern of
/// `only` means, as in a rule to ignore. `note` says why.
BaselineResult baseline(Session& session, const std::string& note,
                        const std::vector<std::string>& only);

}  // namespace kedge::migrate
