// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "migrate/script_runner.hpp"
#include "migrate/session.hpp"
#include "migrate/statement_looks.hpp"

namespace kedge::migrate {

/// A verify script said no, or could not be run.
class VerifyFailure : public Failure {
  public:
    explicit VerifyFailure(Error error) : Failure(std::move(error)) {}
};

/// Takes one change over its step, as one: the script, its verify script and the registry's rows
/// are there together, or none of them.
class ChangeRunner {
  public:
    explicit ChangeRunner(Session& session) : session_(session), scripts_(session) {}

    struct Step {
        registry::JournalEntry entry;  ///< names the change and the operation
        script::Script script;
        script::Analysis analysis;
        const script::Script* verify = nullptr;  ///< null for none
        const script::Analysis* verify_analysis = nullptr;
        std::function<void()> record;  ///< writes the registry's rows
        const script::Analysis* next =
            nullptr;  ///< of the script that is to run next; null for none
        /// The revert script, for a script that can't be rolled back; Failure if there is none.
        std::function<script::Script()> undo_script;
    };

    /// Failure if the step could not be done; VerifyFailure if its verify script said no. One that
    /// loses the wait for a lock is tried again, as often as the session's surroundings say.
    void run(Step& step);
    /// Runs the step inside a transaction that is open already and stays open.
    void run_inside(Step& step);
    /// Runs the verify script alone, in a transaction of its own that is rolled back.
    void verify_only(const Step& step);
    /// Takes back, by its revert script, a change of which the journal has a part or all; goes on
    /// where an earlier run of that stopped. Then nothing of the change is in the journal.
    void take_back(Step& step);

    /// In a transaction. Failure (locked) if another tool deployed or reverted meanwhile.
    void check_still_current();

  private:
    void run_once(Step& step);
    void wait_before_retry(const Error& error, int attempt);
    void run_as_transaction(Step& step);
    void run_as_journal(Step& step);
    /// The same for a change that turned out not to be possible in one transaction.
    void run_as_journal_after(Step& step, const Error& refusal);
    void verify(const Step& step);
    /// Commits the step. What the next script begins with is looked at with the same message.
    void commit(const Step& step);
    /// Takes back, by its revert script, a change whose verify script said no after its statements
    /// were permanent. Where that fails, `verdict` says so.
    void undo_journaled(Step& step, Error& verdict);

    Session& session_;
    ScriptRunner scripts_;
    std::optional<StatementLooks> looked_ahead_;
};

}  // namespace kedge::migrate
