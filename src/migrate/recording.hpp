// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "migrate/session.hpp"
#include "registry/states.hpp"

namespace kedge::migrate {

/// Adds to the record what the changes of a run do to the schema: of each by itself, in its
/// transaction, or, where a run has so many that reading would take longer than deploying, of all
/// together after the last. What was otherwise than recorded before the run stays so: it is drift,
/// and no deed of a change.
class StateRecorder {
  public:
    /// Of a session that outlives it. `log_only`: the changes are recorded, and did nothing.
    StateRecorder(Session& session, bool log_only) : session_(session), log_only_(log_only) {}

    /// Before anything runs, outside a transaction: looks how all is, if that is to be recorded.
    /// `known`: how all is, if it was looked at just before.
    void look(std::optional<schema::Snapshot> known = {});
    /// Before the first of `count` changes, outside a transaction: begins the record, if there is
    /// none, with what was seen. What was deployed without a recording, and what a half-applied
    /// change has done, counts as done by the changes to come.
    void begin(std::size_t count);
    /// After a change, in its transaction.
    void record(const std::string& operation, const std::string& change_id,
                const std::string& change, Timestamp moment);
    /// The change is committed: the next one begins from here.
    void commit();
    /// The run has ended, be it before its last change: records, in a transaction of its own, what
    /// is committed and not recorded. What can't be recorded now, or told from what a half-applied
    /// change has done, the next run records.
    void finish();

  private:
    struct Deed {
        std::string operation;
        std::string change_id;
        std::string change;
        Timestamp moment;
    };

    void begin_record(const schema::Snapshot& live);
    /// A change is half applied.
    [[nodiscard]] bool is_half_way();
    /// What was recorded last is committed.
    void take_recorded();
    void warn_of_unrecorded(const std::vector<std::string>& names);
    /// `before`: changes before it that are recorded with it.
    void add(schema::Snapshot live, const Deed& deed, std::size_t before);
    /// What the changes since `before_` did, as it is to be recorded; what had drifted before them
    /// is left out.
    [[nodiscard]] std::vector<registry::StateItem> items_of(const schema::State& after);
    void find_drift();
    /// False if there is nothing to record of an object that had drifted.
    [[nodiscard]] bool leave_drift(registry::StateItem& item, const schema::State& after);

    Session& session_;
    bool log_only_;
    bool each_ = false;                     ///< each change is recorded by itself
    std::optional<schema::Snapshot> seen_;  ///< before the run
    std::optional<schema::State> before_;   ///< none where nothing is to be recorded
    std::optional<schema::State> after_;    ///< what was recorded and isn't committed yet
    using Drift = std::map<registry::States::Key, std::optional<std::string>>;
    Drift drift_;  ///< objects of `before_` that are recorded otherwise: as what, or not at all
    Drift drift_after_;               ///< those of `after_`
    std::optional<Deed> last_;        ///< of the change at work
    std::optional<Deed> unrecorded_;  ///< of the last change that is committed and not recorded
    std::size_t unrecorded_count_ = 0;
};

/// Changes that were deployed after the last recording, or reverted: by Sqitch, which records
/// nothing, or by a run that was cut off.
[[nodiscard]] std::vector<std::string> unrecorded_changes(
    Session& session, const std::vector<registry::StateRecord>& records);

/// The recorded objects with these hashes. Those that the live state has just so are taken from
/// there, and not read again. Failure (configuration) if a definition is missing.
[[nodiscard]] schema::State load_recorded(registry::States& states,
                                          const registry::States::Hashes& recorded,
                                          const schema::State& live);

/// What turns the recorded state into `now`.
[[nodiscard]] std::vector<registry::StateItem> what_changed(
    const registry::States::Hashes& recorded, const schema::State& now);

/// A baseline of `live` that is made now, by whoever is at work, after the last deployed change.
[[nodiscard]] registry::StateRecord baseline_record(Session& session, const schema::Snapshot& live);

}  // namespace kedge::migrate
