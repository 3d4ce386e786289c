// SPDX-License-Identifier: MIT
#include "migrate/recording.hpp"

#include <utility>

#include <fmt/format.h>

namespace kedge::migrate {

void record_state_after(Session& session, const std::string& operation,
                        const std::string& change_id, const std::string& change, Timestamp moment) {
    registry::States& states = session.states();
    if (!states.exists()) return;
    const auto recorded = states.current();
    if (recorded.empty() && states.records().empty()) return;
    session.store().target().flush();
    const schema::Snapshot live = session.live_state();
    registry::StateRecord record = state_record(session, live);
    record.operation = operation;
    record.change_id = change_id;
    record.change = change;
    record.recorded_at = moment;
    states.add(std::move(record), what_changed(recorded, live.state));
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
