// SPDX-License-Identifier: MIT
#include "migrate/release_drift.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace kedge::migrate {
namespace {

/// Of an object that is recorded now, how it was read.
struct Origin {
    std::string server;
    int reader = 0;
};
using Origins = std::map<schema::ObjectKey, Origin>;

Origins origins_of(registry::States& states, const std::vector<registry::StateRecord>& records) {
    Origins out;
    const auto items = states.items();
    for (const registry::StateRecord& record : records) {
        const auto found = items.find(record.id);
        if (found == items.end()) continue;
        for (const registry::StateItem& item : found->second) {
            out[{item.kind, item.name}] = {record.server, record.reader};
        }
    }
    return out;
}

bool is_same_place(const schema::Difference& a, const schema::Difference& b) {
    return a.object == b.object && a.part_kind == b.part_kind && a.part == b.part &&
           (a.attribute == b.attribute || a.verdict != schema::Verdict::changed ||
            b.verdict != schema::Verdict::changed);
}

}  // namespace

bool is_same_release(const std::string& a, const std::string& b) {
    const auto release = [](const std::string& server) {
        // PostgreSQL has one number of a release, the others two.
        const std::size_t numbers = server.starts_with("PostgreSQL") ? 1 : 2;
        std::size_t end = server.find(' ');
        for (std::size_t i = 0; i < numbers && end != server.npos; ++i) {
            end = server.find('.', end + 1);
        }
        return server.substr(0, end);
    };
    return release(a) == release(b);
}

void tell_releases_apart(DriftResult& drift, Session& session, const schema::Snapshot& live,
                         const PlannedState& planned) {
    registry::States& states = session.states();
    const auto records = states.records();
    const auto is_like_live = [&](const Origin& origin) {
        return is_same_release(origin.server, live.server) && origin.reader == live.reader;
    };
    if (std::all_of(records.begin(), records.end(), [&](const registry::StateRecord& record) {
            return is_like_live({record.server, record.reader});
        })) {
        return;
    }
    const Origins origins = origins_of(states, records);
    const auto is_doubtful = [&](const schema::Difference& difference) {
        const auto origin = origins.find(difference.object);
        return origin != origins.end() && !is_like_live(origin->second);
    };
    const auto doubtful = std::stable_partition(
        drift.differences.begin(), drift.differences.end(),
        [&](const schema::Difference& difference) { return !is_doubtful(difference); });
    if (doubtful == drift.differences.end()) return;
    std::vector<schema::Difference> left(doubtful, drift.differences.end());
    drift.differences.erase(doubtful, drift.differences.end());

    const auto here = planned ? planned() : std::nullopt;
    const bool is_usable = here && is_same_release(here->server, live.server);
    std::vector<schema::Difference> others;
    if (is_usable) others = schema::compare(here->state, live.state, false);
    for (schema::Difference& difference : left) {
        const Origin& origin = origins.at(difference.object);
        if (!is_usable) {
            drift.unread.push_back(
                {"whether " + difference.subject() + " has drifted",
                 fmt::format("it was recorded of {}, and this is {}, which may print it otherwise: "
                             "kedge drift --scratch, with a server of this release, tells them "
                             "apart",
                             origin.server, live.server)});
        } else if (std::any_of(others.begin(), others.end(), [&](const schema::Difference& other) {
                       return is_same_place(difference, other);
                   })) {
            drift.differences.push_back(std::move(difference));
        } else {
            drift.ignored.push_back(
                {std::move(difference),
                 fmt::format("recorded of {}: the plan, deployed on {}, gives what is there now",
                             origin.server, here->server)});
        }
    }
}

}  // namespace kedge::migrate
