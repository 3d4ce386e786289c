// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "migrate/session.hpp"
#include "migrate/statement_looks.hpp"
#include "registry/journal.hpp"
#include "script/script.hpp"

namespace kedge::migrate {

/// Runs scripts on a session's database. Failures carry file, line, column and the line's text.
class ScriptRunner {
  public:
    explicit ScriptRunner(Session& session) : session_(session) {}

    /// Runs a script inside the transaction that is open. Its own BEGIN and COMMIT are left out;
    /// a ROLLBACK at its end takes back what it did. A verify script is always taken back.
    /// Settings that belong outside a transaction are passed over.
    void run_in_transaction(const script::Script& script, const script::Analysis& analysis);

    /// Runs a script as written, from statement `entry.position` on, and keeps `entry` up to date
    /// in the journal. No transaction may be open. `ahead`: what its first statement is about was
    /// looked at already.
    void run_under_journal(const script::Script& script, const script::Analysis& analysis,
                           registry::JournalEntry& entry,
                           std::optional<StatementLooks> ahead = std::nullopt);

  private:
    Session& session_;
};

}  // namespace kedge::migrate
