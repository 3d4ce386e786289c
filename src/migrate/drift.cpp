// SPDX-License-Identifier: MIT
#include "migrate/drift.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "migrate/history.hpp"
#include "migrate/recording.hpp"
#include "migrate/release_drift.hpp"
#include "migrate/upgrade.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using Outcome = DriftResult::Outcome;

std::string recording_text(const registry::StateRecord& record) {
    std::string out = fmt::format("what was recorded at {} by {}",
                                  format_sql_time(record.recorded_at, 0), record.recorder.name);
    if (!record.change.empty()) out += fmt::format(" ({} {})", record.operation, record.change);
    if (!record.note.empty()) out += fmt::format(" ({})", record.note);
    return out;
}

/// What could not be read is not known to be missing.
bool is_unread(const schema::Difference& difference, const std::vector<schema::Unread>& unread) {
    return std::any_of(unread.begin(), unread.end(),
                       [&](const schema::Unread& one) { return one.what == difference.subject(); });
}

Outcome outcome_of(const DriftResult& result) {
    if (!result.differences.empty()) return Outcome::drifted;
    return result.unread.empty() ? Outcome::in_sync : Outcome::unknown;
}

bool is_meant(const schema::Difference& difference, const std::vector<std::string>& only) {
    return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& pattern) {
               return schema::is_named(difference, pattern);
           });
}

}  // namespace

const char* to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::in_sync:
            return "in sync";
        case Outcome::drifted:
            return "drifted";
        case Outcome::unknown:
            return "unknown";
    }
    return "";
}

DriftResult judge(const schema::Snapshot& expected, const schema::Snapshot& actual,
                  const std::vector<schema::IgnoreRule>& rules, bool same_database) {
    if (expected.engine != actual.engine) {
        throw Failure(ErrorKind::usage, fmt::format("states of {} and of {} can't be compared",
                                                    expected.engine, actual.engine));
    }
    DriftResult out;
    out.objects = actual.state.size();
    for (schema::Difference& difference :
         schema::compare(expected.state, actual.state, same_database)) {
        if (is_unread(difference, difference.verdict == schema::Verdict::missing
                                      ? actual.unread
                                      : expected.unread)) {
            continue;
        }
        const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& candidate) {
            return candidate.matches(difference);
        });
        if (rule == rules.end()) {
            out.differences.push_back(std::move(difference));
        } else {
            out.ignored.push_back({std::move(difference), rule->reason});
        }
    }
    out.unread = actual.unread;
    for (const schema::Unread& one : expected.unread) {
        const bool is_told = std::any_of(out.unread.begin(), out.unread.end(),
                                         [&](const auto& other) { return other.what == one.what; });
        if (!is_told) out.unread.push_back(one);
    }
    out.outcome = outcome_of(out);
    return out;
}

std::string summary(const DriftResult& result) {
    constexpr std::size_t kMostNamed = 3;
    std::vector<std::string> named;
    for (const schema::Difference& difference : result.differences) {
        if (named.size() == kMostNamed) break;
        named.push_back(
            fmt::format("{} {}", schema::to_string(difference.verdict), difference.subject()));
    }
    for (const schema::Unread& one : result.unread) {
        if (named.size() == kMostNamed) break;
        named.push_back(fmt::format("{} could not be read", one.what));
    }
    const std::size_t more = result.differences.size() + result.unread.size() - named.size();
    if (more > 0) named.push_back(fmt::format("and {} more", more));
    return fmt::format("{} {}: {}", result.target,
                       result.outcome == Outcome::drifted
                           ? "has drifted from " + result.against
                           : "may have drifted from " + result.against,
                       join(named, ", "));
}

namespace {

/// What differs may be what the first statements of a change did that stopped half-way.
void leave_half_done(DriftResult& drift, Session& session) {
    if (drift.outcome != Outcome::drifted) return;
    for (const registry::JournalEntry& entry : session.store().journal().entries()) {
        if (!entry.is_partial()) continue;
        drift.outcome = Outcome::unknown;
        drift.unread.push_back({fmt::format("what a part of {} did", entry.change),
                                "it stopped half-way: the next kedge deploy or revert goes on "
                                "there, and records it"});
    }
}

}  // namespace

std::optional<DriftResult> drift_of(Session& session, const std::vector<schema::IgnoreRule>& rules,
                                    const PlannedState& planned,
                                    std::optional<schema::Snapshot>& live) {
    registry::States& states = session.states();
    const auto records = states.records();
    if (records.empty()) return std::nullopt;
    live = session.live_state();
    schema::Snapshot expected;
    expected.engine = records.back().engine;
    expected.state = load_recorded(states, states.current(), live->state);
    DriftResult out = judge(expected, *live, rules, true);
    out.target = session.target().name;
    out.against = recording_text(records.back());
    if (!out.differences.empty()) {
        tell_releases_apart(out, session, *live, planned);
        out.outcome = outcome_of(out);
    }
    leave_half_done(out, session);
    out.unrecorded = unrecorded_changes(session, records);
    if (!out.unrecorded.empty() && out.outcome != Outcome::in_sync) {
        out.outcome = Outcome::unknown;
        out.unread.push_back(
            {"what was done by " + join(out.unrecorded, ", "),
             "it was not recorded; the next kedge deploy, or kedge baseline, records it"});
    }
    return out;
}

DriftResult drift_since_recorded(Session& session, const std::vector<schema::IgnoreRule>& rules,
                                 const PlannedState& planned) {
    DriftResult out;
    out.target = session.target().name;
    out.outcome = Outcome::unknown;
    if (!session.open_for_reading()) {
        out.unread.push_back({"the recorded state", "nothing was ever deployed there"});
        return out;
    }
    std::optional<schema::Snapshot> live;
    if (auto found = drift_of(session, rules, planned, live)) return std::move(*found);
    out.unread.push_back(
        {"the recorded state", "there is none: kedge baseline makes it, or the next kedge deploy"});
    return out;
}

DriftResult drift_since_change(Session& session, const std::string& change,
                               const std::vector<schema::IgnoreRule>& rules) {
    History history(session);
    const std::size_t record = history.deploy_of(change);
    const registry::StateRecord& row = history.records()[record];
    const schema::Snapshot expected{
        row.engine, row.server, row.reader, history.state_after(record), {}};
    DriftResult out = judge(expected, session.live_state(), rules, true);
    out.target = session.target().name;
    out.against = recording_text(row);
    return out;
}

BaselineResult baseline(Session& session, const std::string& note,
                        const std::vector<std::string>& only) {
    session.open_for_writing(false, false);
    provide_registry(session);
    registry::States& states = session.states();
    states.create();
    BaselineResult out;
    registry::Store& store = session.store();
    store.target().begin();
    try {
        const schema::Snapshot live = session.live_state();
        const auto recorded = states.current();
        out.was_first = states.records().empty();
        if (out.was_first && !only.empty()) {
            throw Failure(ErrorKind::usage, "nothing has been recorded yet",
                          "record the whole state first, without naming objects");
        }
        schema::State accepted = load_recorded(states, recorded, live.state);
        out.accepted = schema::compare(accepted, live.state, true);
        for (const std::string& pattern : only) {
            const auto is_one = [&](const auto& one) { return schema::is_named(one, pattern); };
            if (schema::is_for_many(pattern) ||
                std::any_of(out.accepted.begin(), out.accepted.end(), is_one)) {
                continue;
            }
            throw Failure(ErrorKind::usage,
                          fmt::format("\"{}\" does not differ from what was recorded", pattern),
                          "an argument is an object that drifted, as kedge drift shows it, the "
                          "name of a target, or a database's URI");
        }
        std::erase_if(out.accepted, [&](const auto& one) { return !is_meant(one, only); });
        out.objects = live.state.size();
        out.unread = live.unread;
        for (const auto& one : out.accepted) schema::accept(accepted, live.state, one);
        accepted.sort();
        const auto items = what_changed(recorded, only.empty() ? live.state : accepted);
        registry::StateRecord record = baseline_record(session, live);
        record.note = note;
        states.add(std::move(record), items);
        store.target().commit();
    } catch (...) {
        store.rollback();
        throw;
    }
    session.finish();
    return out;
}

}  // namespace kedge::migrate
