// SPDX-License-Identifier: MIT
#pragma once

#include "migrate/engine.hpp"
#include "schema/state.hpp"

namespace kedge::migrate {

/// The state of the target's database as it is now, without kedge's registry. Needs no plan.
[[nodiscard]] schema::Snapshot live_state(const project::Target& target,
                                          const Surroundings& surroundings);

/// Gives roles the names that they have in all environments, where the target has such.
void use_common_roles(schema::Snapshot& snapshot, const project::Target& target);
/// The live state, to be compared with another database's: with common names of roles.
[[nodiscard]] schema::Snapshot comparable_state(const project::Target& target,
                                                const Surroundings& surroundings);

}  // namespace kedge::migrate
