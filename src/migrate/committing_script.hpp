// SPDX-License-Identifier: MIT
#pragma once

#include "migrate/session.hpp"
#include "registry/journal.hpp"
#include "script/script.hpp"

namespace kedge::migrate {

/// Plays a script under the journal where DDL commits by itself, and all that came before it in its
/// transaction: see play_under_journal().
void play_committing_script(Session& session, const script::Script& script,
                            registry::JournalEntry& entry);

}  // namespace kedge::migrate
