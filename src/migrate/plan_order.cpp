// SPDX-License-Identifier: MIT
#include "migrate/plan_order.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kedge::migrate {
namespace {

/// Places in between can be found only if the rest is in the plan's order.
void require_plan_order(Session& session) {
    std::optional<std::size_t> before;
    for (const registry::DeployedChange& change : session.deployed().changes()) {
        const auto index = session.plan().find_id(change.id);
        if (index && (!before || *before < *index)) {
            before = index;
            continue;
        }
        Error error;
        error.kind = ErrorKind::edited_history;
        error.message = fmt::format("\"{}\" is not deployed in the order of {}",
                                    change.name_with_tags(), session.plan().file());
        error.hint = "carry the registry over to the plan first: kedge reconcile";
        error.state = "nothing was done";
        throw Failure(std::move(error));
    }
}

}  // namespace

std::vector<Timestamp> ascending_moments(const std::vector<std::optional<Timestamp>>& deployed) {
    constexpr std::chrono::microseconds kLeast{1};
    std::vector<Timestamp> known;
    for (const auto& moment : deployed) {
        if (moment) known.push_back(*moment);
    }
    std::sort(known.begin(), known.end());
    std::vector<Timestamp> out(deployed.size());
    for (std::size_t i = deployed.size(), left = known.size(); i-- > 0;) {
        if (deployed[i]) {
            out[i] = known[--left];
        } else if (i + 1 < out.size()) {
            out[i] = out[i + 1] - kLeast;
        }
    }
    for (std::size_t i = 1; i < out.size(); ++i) out[i] = std::max(out[i], out[i - 1] + kLeast);
    return out;
}

std::vector<std::size_t> pending_between(Session& session) {
    const auto& changes = session.plan().changes();
    std::vector<std::size_t> out;
    std::size_t before_deployed = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (session.deployed().find_id(changes[i].id.view())) {
            before_deployed = out.size();
        } else {
            out.push_back(i);
        }
    }
    out.resize(before_deployed);
    return out;
}

Places places_between(Session& session, const std::vector<std::size_t>& pending) {
    const auto& planned = session.plan().changes();
    const registry::Deployed& deployed = session.deployed();
    const bool is_last = std::none_of(
        planned.begin() + static_cast<std::ptrdiff_t>(pending.front()), planned.end(),
        [&](const plan::Change& change) { return deployed.find_id(change.id.view()).has_value(); });
    if (is_last) return {};
    require_plan_order(session);
    std::vector<std::size_t> order;
    std::vector<std::optional<Timestamp>> moments;
    for (std::size_t i = 0; i < planned.size(); ++i) {
        const auto row = deployed.find_id(planned[i].id.view());
        if (!row && !std::binary_search(pending.begin(), pending.end(), i)) continue;
        order.push_back(i);
        moments.push_back(row ? std::optional(deployed.changes()[*row].committed_at)
                              : std::nullopt);
    }
    // What comes behind all that is deployed has its place by its own moment.
    while (!moments.empty() && !moments.back()) moments.pop_back();
    const std::vector<Timestamp> ascending = ascending_moments(moments);
    Places out;
    for (std::size_t k = 0; k < moments.size(); ++k) {
        const std::string id = planned[order[k]].id.str();
        if (!moments[k]) {
            out.pending.emplace(id, ascending[k]);
        } else if (*moments[k] != ascending[k]) {
            out.moved.emplace_back(id, ascending[k]);
        }
    }
    return out;
}

}  // namespace kedge::migrate
