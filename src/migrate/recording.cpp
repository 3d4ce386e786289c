// SPDX-License-Identifier: MIT
#include "migrate/recording.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

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
    before_ = is_half_way ? states.current() : hashes_of(session_.live_state().state);
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
    auto items = what_changed(*before_, live.state);
    const auto is_drop = [](const registry::StateItem& item) { return !item.hash; };
    if (std::any_of(items.begin(), items.end(), is_drop)) {
        // What was never recorded isn't dropped from the record.
        const auto recorded = session_.states().current();
        std::erase_if(items, [&](const registry::StateItem& item) {
            return is_drop(item) && recorded.count({item.kind, item.name}) == 0;
        });
    }
    session_.states().add(std::move(record), items);
    after_ = hashes_of(live.state);
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
