// SPDX-License-Identifier: MIT
// The way back, tried out: each change is deployed, verified, reverted and deployed again on a
// scratch database, and the states between are compared.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "migrate/row_digests.hpp"
#include "migrate/session.hpp"
#include "schema/difference.hpp"

namespace kedge::migrate {

struct RehearsedChange {
    enum class Outcome {
        proven,          ///< the revert restores the schema, and the second deploy the first one's
        not_restored,    ///< `left` and `rows` are what the revert leaves otherwise than it was
        not_repeatable,  ///< `left` is what the second deploy makes otherwise than the first
        deploy_failed,
        verify_failed,
        revert_failed,
    };
    Outcome outcome = Outcome::proven;
    std::string name;  ///< with its tags
    std::string revert_script;
    std::vector<schema::Difference> left;
    std::vector<RowChange> rows;
    std::optional<Error> error;
    std::chrono::microseconds deployed{};  ///< with the verify script
    std::chrono::microseconds reverted{};
    std::chrono::microseconds deployed_again{};
};
[[nodiscard]] const char* to_string(RehearsedChange::Outcome outcome);

struct RehearseResult {
    std::string target;
    std::size_t prepared = 0;  ///< changes that were deployed before the first that was rehearsed
    std::vector<RehearsedChange> changes;
    std::string message;  ///< why there was nothing to rehearse; empty if there was
    [[nodiscard]] bool is_proven() const;
};

struct RehearseOptions {
    std::optional<std::size_t> first;  ///< index in the plan; none: the first that is pending
    std::optional<std::string> to;     ///< a key of the plan; none: its end
    bool verify = true;
    bool rows = true;  ///< of all tables are compared, too
    /// A script that fills the scratch database before the first change is tried out; empty for
    /// none.
    std::string data;
    /// A database whose rows fill it, before the script.
    std::optional<project::Target> data_from;
};

/// What a rehearsal needs of the command: a session for a target that is like the one given.
using SessionMaker = std::function<Session(const project::Target&)>;

/// Rehearses changes of the target's plan. `session` is open on the target, or its target has
/// nothing deployed; it is only read. After a change that can't be brought back, the next one
/// begins in a new scratch database. Failure if what comes before the first can't be deployed
/// there.
[[nodiscard]] RehearseResult rehearse(Session& session, const SessionMaker& make_session,
                                      const std::optional<project::Target>& server,
                                      const RehearseOptions& options);

}  // namespace kedge::migrate
