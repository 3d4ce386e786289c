// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "migrate/session.hpp"
#include "schema/state.hpp"

namespace kedge::migrate {

/// `kedge_scratch_`, the time, and what no other has. Of letters, digits and lines, so that it
/// needs no quotes anywhere.
[[nodiscard]] std::string scratch_name();
[[nodiscard]] bool is_scratch_name(const std::string& name);

/// An empty database that is made for one purpose, and gone at its end.
class Scratch {
  public:
    /// As Engine::make_scratch() has it.
    Scratch(const project::Target& like, const std::string& making,
            std::optional<project::Target> server, const Surroundings& surroundings);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const project::Target& target() const noexcept { return database_.target; }

  private:
    const Engine& engine_;
    std::optional<project::Target> server_;
    Cancellation never_;  ///< who asks kedge to stop doesn't ask it to leave the database behind
    Surroundings surroundings_;
    ScratchDatabase database_;
};

/// The state that a plan leads to: it is deployed into the database of `session`, which is a
/// scratch one, up to the change `to`; with none, nothing is. Failure if a script can't run there.
[[nodiscard]] schema::Snapshot planned_state(Session& session,
                                             const std::optional<std::string>& to);

}  // namespace kedge::migrate
