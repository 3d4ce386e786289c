// SPDX-License-Identifier: MIT
// A change whose deploy stopped half-way, and the way back from there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/revert.hpp"
#include "migrate/session.hpp"
#include "registry/journal.hpp"
#include "script/script.hpp"

namespace kedge::migrate {

/// What takes a half-applied change back.
struct HalfRevert {
    registry::JournalEntry entry;
    /// Where what the statements did shows how to take it back: in the order in which they run.
    std::vector<script::Undo::Step> steps;
    /// Else why it doesn't, and the revert script that is to run in their place.
    std::string not_provable;
    std::string script;
    /// The things that the script names, and whether they are there.
    struct Thing {
        std::string subject;
        bool exists = false;
    };
    std::vector<Thing> things;
};

/// The half-applied deploy of the session's project, if there is one.
[[nodiscard]] std::optional<registry::JournalEntry> half_applied(Session& session);

/// That something stopped half-way, and where; its hint is the caller's.
[[nodiscard]] Error stopped_half_way(const registry::JournalEntry& entry);

/// Finds out how to take it back, and does nothing. Failure where that can't be, with what to do.
[[nodiscard]] HalfRevert plan_half_revert(Session& session, const registry::JournalEntry& entry);

/// Takes it back. What goes wrong is in the result.
[[nodiscard]] RevertResult revert_half(Session& session, const HalfRevert& half);

/// Takes all that the journal has of a change out of it: somebody brought it to an end by hand.
void forget_half_applied(Session& session, const std::string& change_id);

}  // namespace kedge::migrate
