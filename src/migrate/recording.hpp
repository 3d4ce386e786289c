// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "registry/states.hpp"

namespace kedge::migrate {

/// Adds what a change did to the recorded state, in the transaction of the change. Does nothing
/// where no state was ever recorded: kedge baseline begins that.
void record_state_after(Session& session, const std::string& operation,
                        const std::string& change_id, const std::string& change, Timestamp moment);

/// The recorded objects with these hashes. Those that the live state has just so are taken from
/// there, and not read again. Failure (configuration) if a definition is missing.
[[nodiscard]] schema::State load_recorded(registry::States& states,
                                          const registry::States::Hashes& recorded,
                                          const schema::State& live);

/// What turns the recorded state into `now`.
[[nodiscard]] std::vector<registry::StateItem> what_changed(
    const registry::States::Hashes& recorded, const schema::State& now);

/// A recording of `live` that is made now, by whoever is at work.
[[nodiscard]] registry::StateRecord state_record(const Session& session,
                                                 const schema::Snapshot& live);

}  // namespace kedge::migrate
