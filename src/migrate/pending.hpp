// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "migrate/session.hpp"

namespace kedge::migrate {

/// Which planned changes a deploy has to deploy.
struct Pending {
    std::string nothing_to_do;  ///< why there are none; empty if there are
    std::size_t first = 0;
    std::size_t last = 0;
};

/// Index in the plan of the change that was deployed last; none if nothing is deployed. Failure
/// (edited_history) if the plan hasn't got it.
[[nodiscard]] std::optional<std::size_t> deployed_position(Session& session);

/// Failure (usage) for an unknown `to`, one that lies before what is deployed, or an empty plan.
[[nodiscard]] Pending pending_changes(Session& session, const std::optional<std::string>& to);

}  // namespace kedge::migrate
