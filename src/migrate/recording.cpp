// SPDX-License-Identifier: MIT
#include "migrate/recording.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "schema/difference.hpp"
#include "support/text.hpp"

namespace kedge::migrate {

namespace {

/// All but what was done, and when.
registry::StateRecord record_of(Session& session, const schema::Snapshot& live) {
    registry::StateRecord out;
    out.project = std::string(session.plan().project());
    out.engine = live.engine;
    out.server = live.server;
    out.reader = live.reader;
    out.recorder = session.surroundings().committer;
    return out;
}

}  // namespace

std::vector<std::string> unrecorded_changes(Session& session,
                                            const std::vector<registry::StateRecord>& records) {
    std::vector<std::string> out;
    if (!session.has_registry()) return out;
    const auto last = std::find_if(records.rbegin(), records.rend(), [&](const auto& record) {
        return record.operation == "baseline" || record.project == session.plan().project();
    });
    if (last == records.rend()) return out;
    const std::string project(session.plan().project());
    for (const std::string& name : session.registry().reverted_after(project, last->recorded_at)) {
        out.push_back("the revert of " + name);
    }
    const auto& deployed = session.deployed().changes();
    auto known = deployed.end();
    if (last->operation != "revert") {
        known = std::find_if(deployed.begin(), deployed.end(),
                             [&](const auto& change) { return change.id == last->change_id; });
    }
    // Of a change that was deployed out of order, those behind it may have been there before.
    const bool is_by_order = known != deployed.end() && (last->operation == "baseline" ||
                                                         known->committed_at == last->recorded_at);
    if (is_by_order) {
        ++known;
    } else {
        if (known == deployed.end() && last->operation == "deploy" && out.empty()) {
            out.push_back("the revert of " + last->change);
        }
        known = std::find_if(deployed.begin(), deployed.end(), [&](const auto& change) {
            return change.committed_at > last->recorded_at;
        });
    }
    for (; known != deployed.end(); ++known) out.push_back(known->name_with_tags());
    return out;
}

void StateRecorder::look(std::optional<schema::Snapshot> known) {
    seen_.reset();
    if (session_.record_mode() == RecordMode::off) return;
    if (log_only_ && (!session_.has_registry() || session_.states().records().empty())) return;
    seen_ = known ? std::move(known) : session_.live_state();
}

void StateRecorder::begin(std::size_t count) {
    before_.reset();
    after_.reset();
    drift_.clear();
    if (!seen_) return;
    schema::Snapshot live = *std::exchange(seen_, std::nullopt);
    const RecordMode mode = session_.record_mode();
    registry::States& states = session_.states();
    const auto records = states.records();
    const RecordingLimits limits = session_.recording_limits();
    each_ = mode == RecordMode::each || (mode == RecordMode::automatic && count <= limits.changes &&
                                         count * live.state.size() <= limits.objects);
    if (records.empty()) {
        begin_record(live);
        before_ = std::move(live.state);
        return;
    }
    const auto unrecorded = unrecorded_changes(session_, records);
    if (!unrecorded.empty()) warn_of_unrecorded(unrecorded);
    if (!unrecorded.empty() || is_half_way()) {
        live.state = load_recorded(states, states.current(), live.state);
    }
    before_ = std::move(live.state);
    find_drift();
}

bool StateRecorder::is_half_way() {
    const auto entries = session_.store().journal().entries();
    return std::any_of(entries.begin(), entries.end(),
                       [](const auto& entry) { return entry.is_partial(); });
}

void StateRecorder::find_drift() {
    drift_.clear();
    const auto recorded = session_.states().current();
    for (const auto& [key, object] : before_->objects()) {
        const auto known = recorded.find({key.kind, key.name});
        if (known == recorded.end()) {
            drift_.emplace(registry::States::Key(key.kind, key.name), std::nullopt);
        } else if (object.hash() != known->second) {
            drift_.emplace(known->first, known->second);
        }
    }
}

void StateRecorder::begin_record(const schema::Snapshot& live) {
    registry::States& states = session_.states();
    states.create();
    registry::StateRecord record = baseline_record(session_, live);
    record.note = "what was there before";
    db::Connection& target = session_.store().target();
    target.begin();
    try {
        states.add(std::move(record), what_changed({}, live.state));
        target.commit();
    } catch (...) {
        session_.store().rollback();
        throw;
    }
}

void StateRecorder::warn_of_unrecorded(const std::vector<std::string>& names) {
    session_.reporter().handle(Warning{fmt::format(
        "not recorded so far, and now recorded with what follows: {}", join(names, ", "))});
}

void StateRecorder::record(const std::string& operation, const std::string& change_id,
                           const std::string& change, Timestamp moment) {
    if (!before_) return;
    last_ = Deed{operation, change_id, change, moment};
    if (!each_) return;
    session_.store().target().flush();
    add(session_.live_state(), *last_, 0);
}

void StateRecorder::add(schema::Snapshot live, const Deed& deed, std::size_t before) {
    drift_after_ = drift_;
    std::vector<registry::StateItem> items;
    if (!log_only_) items = items_of(live.state);
    registry::StateRecord record = record_of(session_, live);
    record.operation = deed.operation;
    record.change_id = deed.change_id;
    record.change = deed.change;
    record.recorded_at = deed.moment;
    if (before > 0) record.note = fmt::format("together with the {} before it", before);
    session_.states().add(std::move(record), items);
    after_ = std::move(live.state);
}

void StateRecorder::commit() {
    if (!before_) return;
    if (after_) {
        take_recorded();
    } else if (last_) {
        unrecorded_ = std::exchange(last_, std::nullopt);
        ++unrecorded_count_;
    }
}

void StateRecorder::finish() {
    after_.reset();
    if (!before_ || !unrecorded_) return;
    registry::Store& store = session_.store();
    try {
        if (is_half_way()) return;
        // Outside of a transaction it may be read by two sessions.
        schema::Snapshot live = session_.live_state();
        store.target().begin();
        add(std::move(live), *unrecorded_, unrecorded_count_ - 1);
        store.target().commit();
        take_recorded();
    } catch (const Failure& failure) {
        store.rollback();
        session_.reporter().handle(
            Warning{fmt::format("what the changes did is not recorded yet: {}; the next deploy or "
                                "revert records it",
                                failure.error().message)});
    }
}

void StateRecorder::take_recorded() {
    before_ = std::exchange(after_, std::nullopt);
    drift_ = std::move(drift_after_);
    last_.reset();
    unrecorded_.reset();
    unrecorded_count_ = 0;
}

std::vector<registry::StateItem> StateRecorder::items_of(const schema::State& after) {
    std::vector<registry::StateItem> out;
    const auto add = [&](registry::StateItem item) {
        if (leave_drift(item, after)) out.push_back(std::move(item));
    };
    for (const auto& [key, object] : after.objects()) {
        const schema::Object* was = before_->find(key);
        if (was != nullptr && *was == object) continue;
        add({key.kind, key.name, object.hash().str(), schema::to_json(object)});
    }
    for (const auto& [key, object] : before_->objects()) {
        if (after.find(key) == nullptr) add({key.kind, key.name, std::nullopt, {}});
    }
    return out;
}

bool StateRecorder::leave_drift(registry::StateItem& item, const schema::State& after) {
    const auto drifted = drift_after_.find({item.kind, item.name});
    if (drifted == drift_after_.end()) return true;
    const schema::ObjectKey key{item.kind, item.name};
    const schema::Object* was = before_->find(key);
    // What was made by hand stays unexpected, whoever alters it or takes it away.
    if (!drifted->second) {
        if (was != nullptr && !item.hash) drift_after_.erase(drifted);
        return false;
    }
    if (was == nullptr || !item.hash) {
        drift_after_.erase(drifted);
        return true;
    }
    // Of an object that had drifted, what the change did to it is done to the record.
    schema::State expected;
    const std::vector<std::string> hashes = {*drifted->second};
    expected.put(
        schema::object_from_json(session_.states().definitions(hashes).at(hashes.front())));
    schema::State one_before;
    one_before.put(*was);
    schema::State one_after;
    one_after.put(*after.find(key));
    for (const auto& difference : schema::compare(one_before, one_after, true)) {
        schema::accept(expected, one_after, difference);
    }
    expected.sort();
    if (const schema::Object* object = expected.find(key)) {
        item.hash = object->hash().str();
        item.definition = schema::to_json(*object);
    }
    drifted->second = item.hash;
    return true;
}

registry::StateRecord baseline_record(Session& session, const schema::Snapshot& live) {
    registry::StateRecord out = record_of(session, live);
    out.operation = "baseline";
    const auto& deployed = session.deployed().changes();
    if (!deployed.empty()) out.change_id = deployed.back().id;
    // What comes after it is told by the moments of events.
    out.recorded_at = session.registry().next_moment();
    return out;
}

/// The recorded objects with these hashes; those that the live state has just so are taken from
/// there, and not read again.
schema::State load_recorded(registry::States& states, const registry::States::Hashes& recorded,
                            const schema::State& live) {
    schema::State out;
    std::vector<std::string> wanted;
    for (const auto& [key, hash] : recorded) {
        const schema::Object* object = live.find({key.first, key.second});
        if (object != nullptr && object->hash() == hash) {
            out.put(*object);
        } else {
            wanted.push_back(hash);
        }
    }
    const auto definitions = states.definitions(wanted);
    for (const std::string& hash : wanted) {
        const auto at = definitions.find(hash);
        if (at == definitions.end()) {
            throw Failure(ErrorKind::configuration,
                          fmt::format("the recorded definition {} is not in the registry", hash),
                          "record the present state anew with: kedge baseline");
        }
        out.put(schema::object_from_json(at->second));
    }
    return out;
}

std::vector<registry::StateItem> what_changed(const registry::States::Hashes& recorded,
                                              const schema::State& now) {
    std::vector<registry::StateItem> out;
    for (const auto& [key, object] : now.objects()) {
        const std::string hash = object.hash().str();
        const auto known = recorded.find({key.kind, key.name});
        if (known != recorded.end() && known->second == hash) continue;
        out.push_back({key.kind, key.name, hash, schema::to_json(object)});
    }
    for (const auto& [key, hash] : recorded) {
        if (now.find({key.first, key.second}) == nullptr) {
            out.push_back({key.first, key.second, std::nullopt, {}});
        }
    }
    return out;
}

}  // namespace kedge::migrate
