// SPDX-License-Identifier: MIT
#include "migrate/recording.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "schema/difference.hpp"

namespace kedge::migrate {

namespace {

registry::States::Hashes hashes_of(const schema::State& state) {
    registry::States::Hashes out;
    for (const auto& [key, object] : state.objects()) {
        out.emplace_hint(out.end(), registry::States::Key(key.kind, key.name), object.hash().str());
    }
    return out;
}

}  // namespace

void StateRecorder::begin() {
    before_.reset();
    after_.reset();
    registry::States& states = session_.states();
    if (!states.exists() || states.records().empty()) return;
    const auto entries = session_.store().journal().entries();
    const bool is_half_way = std::any_of(entries.begin(), entries.end(),
                                         [](const auto& entry) { return entry.is_partial(); });
    schema::State live = session_.live_state().state;
    before_ = is_half_way ? load_recorded(states, states.current(), live) : std::move(live);
}

void StateRecorder::record(const std::string& operation, const std::string& change_id,
                           const std::string& change, Timestamp moment) {
    if (!before_) return;
    session_.store().target().flush();
    const schema::Snapshot live = session_.live_state();
    registry::StateRecord record = state_record(session_, live);
    record.operation = operation;
    record.change_id = change_id;
    record.change = change;
    record.recorded_at = moment;
    auto items = what_changed(hashes_of(*before_), live.state);
    leave_drift(items, live.state);
    session_.states().add(std::move(record), items);
    after_ = live.state;
}

void StateRecorder::leave_drift(std::vector<registry::StateItem>& items,
                                const schema::State& after) {
    if (items.empty()) return;
    registry::States& states = session_.states();
    const auto recorded = states.current();
    std::erase_if(items, [&](registry::StateItem& item) {
        const schema::ObjectKey key{item.kind, item.name};
        const schema::Object* was = before_->find(key);
        const auto known = recorded.find({item.kind, item.name});
        // What was made by hand stays unexpected, whoever alters it or takes it away.
        if (known == recorded.end()) return was != nullptr;
        if (was == nullptr || !item.hash || was->hash().str() == known->second) return false;
        // Of an object that had drifted, what the change did to it is done to the record.
        schema::State expected;
        const std::vector<std::string> hashes = {known->second};
        expected.put(schema::object_from_json(states.definitions(hashes).at(known->second)));
        schema::State one_before;
        one_before.put(*was);
        schema::State one_after;
        one_after.put(*after.find(key));
        for (const auto& difference : schema::compare(one_before, one_after, true)) {
            schema::accept(expected, one_after, difference);
        }
        expected.sort();
        const schema::Object* object = expected.find(key);
        if (object == nullptr) return false;
        item.hash = object->hash().str();
        item.definition = schema::to_json(*object);
        return false;
    });
}

void StateRecorder::commit() {
    if (after_) before_ = std::exchange(after_, std::nullopt);
}

registry::StateRecord state_record(const Session& session, const schema::Snapshot& live) {
    registry::StateRecord out;
    out.project = std::string(session.plan().project());
    out.engine = live.engine;
    out.server = live.server;
    out.reader = live.reader;
    out.recorded_at = session.surroundings().clock.now();
    out.recorder = session.surroundings().committer;
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
