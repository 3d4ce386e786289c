// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"

namespace kedge::migrate {

/// Which planned changes a deploy has to deploy.
struct Pending {
    std::string nothing_to_do;         ///< why there are none; empty if there are
    std::vector<std::size_t> changes;  ///< in the plan's order
    std::size_t between = 0;           ///< that many of them stand before deployed ones
    std::size_t last = 0;              ///< what it deploys up to
};

/// Index in the plan of the change that was deployed last; none if nothing is deployed. Failure
/// (edited_history) if the plan hasn't got it.
[[nodiscard]] std::optional<std::size_t> deployed_position(Session& session);

/// Failure (edited_history) if the plan has something pending before the last of the first `count`
/// deployed changes.
void require_no_gap(Session& session, std::size_t count);

/// Failure (usage) for an unknown `to`, one that lies before what is deployed, or an empty plan.
/// Failure (edited_history) where something stands before deployed changes, unless `out_of_order`.
[[nodiscard]] Pending pending_changes(Session& session, const std::optional<std::string>& to,
                                      bool out_of_order);

}  // namespace kedge::migrate
