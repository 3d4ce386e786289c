// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "registry/states.hpp"

namespace kedge::migrate {

/// Adds to the record what each change of a run does to the schema. What was otherwise than
/// recorded before the change ran stays so: it is drift, and no deed of the change. Does nothing
/// where no state was ever recorded: kedge baseline begins that.
class StateRecorder {
  public:
    /// Of a session that outlives it.
    explicit StateRecorder(Session& session) : session_(session) {}

    /// Before the first script: looks how all is. What a change that is half applied has done
    /// already counts as done by it.
    void begin();
    /// After a change, in its transaction.
    void record(const std::string& operation, const std::string& change_id,
                const std::string& change, Timestamp moment);
    /// The change is committed: the next one begins from here.
    void commit();

  private:
    /// Leaves out of what a change did what had drifted before it.
    void leave_drift(std::vector<registry::StateItem>& items, const schema::State& after);

    Session& session_;
    std::optional<schema::State> before_;  ///< none where nothing is to be recorded
    std::optional<schema::State> after_;   ///< what was recorded and isn't committed yet
};

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
