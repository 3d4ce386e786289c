// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "migrate/session.hpp"
#include "migrate/statement_looks.hpp"
#include "registry/journal.hpp"
#include "script/script.hpp"

namespace kedge::migrate {

/// Plays a script under the journal where DDL commits by itself, and all that came before it in its
/// transaction: see play_under_journal().
void play_committing_script(Session& session, const script::Script& script,
                            registry::JournalEntry& entry, std::optional<StatementLooks> ahead);

/// What has to be looked at before a script's first statement that does anything; nothing where
/// that isn't one thing. `statement` is as StatementLooks has it.
struct FirstLook {
    script::Look look;
    std::string statement;
};
[[nodiscard]] std::optional<FirstLook> first_look(Session& session,
                                                  const script::Analysis& analysis);

}  // namespace kedge::migrate
