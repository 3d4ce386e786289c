// SPDX-License-Identifier: MIT
// A registry knows no other order than that of its moments, and Sqitch takes the latest for what
// the database is at. So the moments have to ascend as the plan does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "migrate/session.hpp"

namespace kedge::migrate {

/// Moments for changes in the plan's order, of which some are deployed already: strictly ascending,
/// made of those that there are. What has none gets one just before the next one that has.
[[nodiscard]] std::vector<Timestamp> ascending_moments(
    const std::vector<std::optional<Timestamp>>& deployed);

/// Planned changes that are not deployed, though others are that the plan has after them.
[[nodiscard]] std::vector<std::size_t> pending_between(Session& session);

/// Moments that put what is about to be deployed where the plan has it.
struct Places {
    std::unordered_map<std::string, Timestamp> pending;  ///< by id; only before deployed changes
    /// Where there was no room in between: deployed changes, and the moments that make some.
    std::vector<std::pair<std::string, Timestamp>> moved;

    [[nodiscard]] std::optional<Timestamp> of(const std::string& id) const {
        const auto at = pending.find(id);
        return at == pending.end() ? std::nullopt : std::optional(at->second);
    }
};

/// Of these planned changes, of which there are some, in the plan's order. Failure (edited_history)
/// if what is deployed is in another order, so that there are no places in between.
[[nodiscard]] Places places_between(Session& session, const std::vector<std::size_t>& pending);

}  // namespace kedge::migrate
