// SPDX-License-Identifier: MIT
#include "migrate/pending.hpp"

#include <fmt/format.h>

#include "migrate/plan_order.hpp"
#include "support/text.hpp"

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
    error.hint =
        session.plan().has_change(last.name)
            ? "were lines of the plan merged, moved or edited after they were deployed? kedge "
              "reconcile carries the registry over to the plan"
            : "is this the right database for this project?";
    error.state = "nothing was done";
    throw Failure(std::move(error));
}

namespace {

[[noreturn]] void refuse_between(Session& session, const std::vector<std::size_t>& between) {
    const plan::Plan& plan = session.plan();
    Error error;
    error.kind = ErrorKind::edited_history;
    error.message = fmt::format(
        "{} planned before deployed changes, and not deployed",
        between.size() == 1 ? "1 change is" : fmt::format("{} changes are", between.size()));
    std::vector<std::string> lines;
    for (const std::size_t index : between) {
        lines.push_back(fmt::format("{}:{}: {}", plan.file(), plan.changes()[index].line,
                                    plan.name_with_tags(index)));
    }
    error.detail = join(lines, "\n");
    error.hint =
        "deploy behind what is deployed, if that does them no harm: kedge deploy --out-of-order; "
        "or in order: kedge revert to before them, and kedge deploy";
    error.state = "nothing was done";
    throw Failure(std::move(error));
}

}  // namespace

void require_no_gap(Session& session, std::size_t count) {
    if (count == 0) return;
    const auto last = session.plan().find_id(session.deployed().changes()[count - 1].id);
    std::vector<std::size_t> between = pending_between(session);
    while (last && !between.empty() && between.back() > *last) between.pop_back();
    if (last && !between.empty()) refuse_between(session, between);
}

Pending pending_changes(Session& session, const std::optional<std::string>& to, bool out_of_order) {
    const plan::Plan& plan = session.plan();
    const auto position = deployed_position(session);
    Pending out;
    if (plan.changes().empty()) {
        throw Failure(ErrorKind::usage, "nothing to deploy: the plan is empty",
                      "add a change with: kedge add NAME");
    }
    out.last = plan.changes().size() - 1;
    if (to) {
        const auto found = plan.find(*to);
        out.last = found ? *found : plan.get(*to);
    }
    if (position) out.changes = pending_between(session);
    while (!out.changes.empty() && out.changes.back() > out.last) out.changes.pop_back();
    out.between = out.changes.size();
    if (out.between > 0 && !out_of_order) refuse_between(session, out.changes);
    for (std::size_t i = position ? *position + 1 : 0; i <= out.last; ++i) out.changes.push_back(i);
    if (!out.changes.empty()) return out;
    if (to && out.last < *position) {
        throw Failure(ErrorKind::usage, fmt::format("\"{}\" lies before what is deployed", *to),
                      fmt::format("to go back there, use: kedge revert --to {}", *to));
    }
    out.nothing_to_do = to ? fmt::format("nothing to deploy (already at \"{}\")", *to)
                           : "nothing to deploy (up-to-date)";
    return out;
}

}  // namespace kedge::migrate
