// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "migrate/session.hpp"
#include "migrate/statement_looks.hpp"
#include "registry/journal.hpp"
#include "script/script.hpp"
#include "support/error.hpp"

namespace kedge::migrate {

/// Plays a script statement by statement, each with its mark in the journal, from the one behind
/// `entry.position` on; `entry` tells how far it came, also where it fails.
void play_under_journal(Session& session, const script::Script& script,
                        const script::Analysis& analysis, registry::JournalEntry& entry,
                        std::optional<StatementLooks> ahead);

/// A statement that can't be in a transaction block, or that ends one by itself (SQLSTATE), which
/// shows only when it runs: a procedure that commits, a function that calls such a command.
[[nodiscard]] bool needs_no_transaction(const Error& error);

}  // namespace kedge::migrate
