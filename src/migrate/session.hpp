// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "migrate/engine.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"
#include "registry/states.hpp"
#include "registry/store.hpp"

namespace kedge::migrate {

/// Variables for the scripts of each operation.
struct ScriptVariables {
    std::map<std::string, std::string> deploy;
    std::map<std::string, std::string> revert;
    std::map<std::string, std::string> verify;
    std::map<std::string, std::string> test = {};
};

/// When the state is recorded: automatic is each change by itself in small runs, and one recording
/// at the end of large ones.
enum class RecordMode { automatic, each, end, off };

/// For a failure before any script: where its kind leaves that in doubt, that nothing was `done`.
void say_nothing_was(Error& error, const char* done);

/// A target being worked on: its plan, its database, and the lock while it is being written. One
/// session for one operation or a few in turn.
class Session {
  public:
    Session(project::Target target, plan::Plan plan, ScriptVariables variables,
            Surroundings surroundings);

    [[nodiscard]] const project::Target& target() const noexcept { return target_; }
    [[nodiscard]] const plan::Plan& plan() const noexcept { return plan_; }
    /// Another plan takes over, as after a checkout of another branch.
    void replace_plan(plan::Plan plan) { plan_ = std::move(plan); }
    [[nodiscard]] const Surroundings& surroundings() const noexcept { return surroundings_; }
    [[nodiscard]] Reporter& reporter() const noexcept { return surroundings_.reporter; }
    [[nodiscard]] const script::Dialect& dialect() const noexcept { return engine_.dialect(); }
    [[nodiscard]] std::string registry_name() const { return engine_.registry_name(target_); }

    /// Opens for reading, settling first what a crash left behind. False if nothing was ever
    /// deployed there.
    bool open_for_reading();
    /// Takes the lock, opens, settles what a crash left behind. `need_registry`: Failure if there
    /// is none. `scripts_run`: the database itself will be written.
    void open_for_writing(bool need_registry, bool scripts_run);
    /// The end of a writing operation. If it failed, nothing that goes wrong here hides that.
    void finish(bool failed = false);
    /// Failure (interrupted) if a stop was asked for.
    void check_interrupted() const;
    /// Failure (locked) if the lock was lost meanwhile. False if it was, and is there again: then
    /// another may have deployed between.
    [[nodiscard]] bool check_lock();

    [[nodiscard]] registry::Store& store() { return *opened_.store; }
    [[nodiscard]] registry::Registry& registry() { return store().registry(); }
    [[nodiscard]] bool has_registry() { return opened_.store && registry().exists(); }

    void record_by(RecordMode mode) noexcept { record_mode_ = mode; }
    [[nodiscard]] RecordMode record_mode() const noexcept { return record_mode_; }
    /// Up to where the changes of a run are recorded each by itself, if nobody says otherwise.
    [[nodiscard]] RecordingLimits recording_limits() const { return engine_.recording_limits(); }
    /// The states recorded in the database; whether there are any is asked once.
    [[nodiscard]] registry::States& states();
    /// The state of the database as it is now, by the session's own connection.
    [[nodiscard]] schema::Snapshot live_state();
    /// As Engine::making_of() has it; empty where the database wasn't opened.
    [[nodiscard]] std::string making();

    /// All deployed changes of the plan's project; read at first use.
    [[nodiscard]] registry::Deployed& deployed();
    void forget_deployed() { deployed_.reset(); }

    /// Failure (usage) unless the registry has the version that kedge writes.
    void require_current_registry();

    /// A script as the session's own connection will run it. When it is open for writing, the
    /// connection isn't asked for that: another thread may make scripts while it is at work.
    [[nodiscard]] script::Script script(script::Purpose purpose, std::string path);

  private:
    project::Target target_;
    plan::Plan plan_;
    ScriptVariables variables_;
    Surroundings surroundings_;
    const Engine& engine_;
    Opened opened_;
    std::optional<std::map<std::string, std::string>> client_variables_;
    std::optional<registry::Deployed> deployed_;
    std::optional<registry::States> states_;
    RecordMode record_mode_ = RecordMode::automatic;
};

}  // namespace kedge::migrate
