// SPDX-License-Identifier: MIT
#pragma once

#include "migrate/engine.hpp"
#include "schema/state.hpp"

namespace kedge::migrate {

/// The state of the target's database as it is now, without kedge's registry. Needs no plan.
[[nodiscard]] schema::Snapshot live_state(const project::Target& target,
                                          const Surroundings& surroundings);

/// The same, to be compared with another database's: roles have their common names.
[[nodiscard]] schema::Snapshot comparable_state(const project::Target& target,
                                                const Surroundings& surroundings);

}  // namespace kedge::migrate
