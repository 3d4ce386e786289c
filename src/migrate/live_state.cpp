// SPDX-License-Identifier: MIT
#include "migrate/live_state.hpp"

namespace kedge::migrate {

schema::Snapshot live_state(const project::Target& target, const Surroundings& surroundings) {
    const Engine& engine = engine_of(target);
    const auto connection = engine.connect(target, surroundings);
    return engine.state_reader().read(*connection, engine.scope(target));
}

}  // namespace kedge::migrate
