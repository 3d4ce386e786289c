// SPDX-License-Identifier: MIT
#include "migrate/pending.hpp"

#include <fmt/format.h>

namespace kedge::migrate {

std::optional<std::size_t> deployed_position(Session& session) {
    const registry::Deployed& deployed = session.deployed();
    if (deployed.empty()) return std::nullopt;
    const registry::DeployedChange& last = deployed.changes().back();
    const auto index = session.plan().find_id(last.id);
    if (index) return index;
    Error error;
    error.kind = ErrorKind::edited_history;
    error.message = fmt::format("cannot find change {} ({}) in {}", last.id, last.name_with_tags(),
                                session.plan().file());
    error.hint = session.plan().has_change(last.name)
                     ? fmt::format(
                           "the plan has a \"{}\" of another id: were lines of the plan "
                           "edited, moved or removed after they were deployed?",
                           last.name)
                     : "is this the right database for this project?";
    error.state = "nothing was done";
    throw Failure(std::move(error));
}

Pending pending_changes(Session& session, const std::optional<std::string>& to) {
    const plan::Plan& plan = session.plan();
    const auto position = deployed_position(session);
    Pending out;
    if (plan.changes().empty()) {
        throw Failure(ErrorKind::usage, "nothing to deploy: the plan is empty",
                      "add a change with: kedge add NAME");
    }
    out.first = position ? *position + 1 : 0;
    out.last = plan.changes().size() - 1;
    if (to) {
        const auto found = plan.find(*to);
        out.last = found ? *found : plan.get(*to);
        if (position && *position == out.last) {
            out.nothing_to_do = fmt::format("nothing to deploy (already at \"{}\")", *to);
        } else if (position && out.last < *position) {
            throw Failure(ErrorKind::usage, fmt::format("\"{}\" lies before what is deployed", *to),
                          fmt::format("to go back there, use: kedge revert --to {}", *to));
        }
    } else if (out.first > out.last) {
        out.nothing_to_do = "nothing to deploy (up-to-date)";
    }
    return out;
}

}  // namespace kedge::migrate
