// SPDX-License-Identifier: MIT
#include "migrate/live_state.hpp"

#include "schema/role_names.hpp"

namespace kedge::migrate {

schema::Snapshot live_state(const project::Target& target, const Surroundings& surroundings) {
    const Engine& engine = engine_of(target);
    const auto connection = engine.connect(target, surroundings);
    return engine.state_reader().read(*connection, engine.scope(target));
}

void use_common_roles(schema::Snapshot& snapshot, const project::Target& target) {
    schema::rename_roles(snapshot.state, target.roles);
}

schema::Snapshot comparable_state(const project::Target& target, const Surroundings& surroundings) {
    schema::Snapshot out = live_state(target, surroundings);
    use_common_roles(out, target);
    return out;
}

}  // namespace kedge::migrate
