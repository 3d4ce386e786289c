// SPDX-License-Identifier: MIT
#include "migrate/history.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kedge::migrate {
namespace {

/// The part of an object that a name asks for; nothing if it doesn't mean the object at all.
std::optional<std::string> asked_part(const std::string& object, const std::string& name) {
    const std::size_t point = object.rfind('.');
    const std::string last = point == std::string::npos ? object : object.substr(point + 1);
    for (const std::string& candidate : {object, last}) {
        if (name == candidate) return std::string();
        if (name.starts_with(candidate + ".")) return name.substr(candidate.size() + 1);
    }
    return std::nullopt;
}

/// Those of an object, as seen with one recording after another.
class ObjectBlame {
  public:
    void take(const schema::Object& object, const registry::StateRecord& record) {
        const schema::Object* before = last_ ? &*last_ : nullptr;
        std::vector<BlameLine> now;
        add(now, object.key, {}, {}, before != nullptr,
            before != nullptr && before->attributes == object.attributes, record);
        for (const schema::Part& part : object.parts) {
            const schema::Part* known =
                before != nullptr ? before->find(part.kind, part.name) : nullptr;
            add(now, object.key, part.kind, part.name, known != nullptr,
                known != nullptr && *known == part, record);
        }
        lines_ = std::move(now);
        last_ = object;
    }
    void drop() {
        lines_.clear();
        last_.reset();
    }
    [[nodiscard]] const std::vector<BlameLine>& lines() const noexcept { return lines_; }

  private:
    void add(std::vector<BlameLine>& now, const schema::ObjectKey& object, const std::string& kind,
             const std::string& name, bool is_known, bool is_same,
             const registry::StateRecord& record) const {
        BlameLine line{object, kind, name, record, {}};
        if (is_known) {
            const auto old = std::find_if(lines_.begin(), lines_.end(), [&](const auto& one) {
                return one.part_kind == kind && one.part == name;
            });
            line = *old;
            if (!is_same) line.altered = record;
        }
        now.push_back(std::move(line));
    }

    std::vector<BlameLine> lines_;
    std::optional<schema::Object> last_;
};

}  // namespace

History::History(Session& session) : session_(session) {
    if (!session.open_for_reading()) return;
    states_ = &session.states();
    records_ = states_->records();
    items_ = states_->items();
}

std::optional<std::size_t> History::find(const std::string& change, Timestamp moment) const {
    for (std::size_t i = records_.size(); i-- > 0;) {
        if (records_[i].change == change && records_[i].recorded_at == moment) return i;
    }
    return std::nullopt;
}

std::size_t History::deploy_of(const std::string& key) const {
    const plan::Plan& plan = session_.plan();
    const std::string id = plan.changes()[plan.get(key)].id.str();
    for (std::size_t i = records_.size(); i-- > 0;) {
        if (records_[i].change_id == id && records_[i].operation == "deploy") return i;
    }
    throw Failure(
        ErrorKind::usage,
        fmt::format("no state is recorded after \"{}\" in {}", key, session_.target().name),
        "changes that were deployed together are recorded with the last of them; with "
        "deploy.record "
        "= each, each by itself");
}

const History::Items& History::items_of(std::size_t record) const {
    static const Items none;
    const auto at = items_.find(records_[record].id);
    return at == items_.end() ? none : at->second;
}

void History::fetch(const std::vector<std::string>& hashes) {
    std::vector<std::string> wanted;
    for (const std::string& hash : hashes) {
        if (!definitions_.contains(hash)) wanted.push_back(hash);
    }
    for (const auto& [hash, text] : states_->definitions(wanted)) {
        definitions_.emplace(hash, schema::object_from_json(text));
    }
}

const schema::Object& History::definition(const std::string& hash) {
    if (!definitions_.contains(hash)) fetch({hash});
    const auto at = definitions_.find(hash);
    if (at != definitions_.end()) return at->second;
    throw Failure(ErrorKind::configuration,
                  fmt::format("the recorded definition {} is not in the registry", hash));
}

std::vector<schema::Difference> History::differences(std::size_t record) {
    // Only what the recording names can differ.
    schema::State before;
    schema::State after;
    for (const registry::StateItem& item : items_of(record)) {
        if (item.hash) after.put(definition(*item.hash));
        std::optional<std::string> earlier;
        for (std::size_t i = 0; i < record; ++i) {
            for (const registry::StateItem& other : items_of(i)) {
                if (other.kind == item.kind && other.name == item.name) earlier = other.hash;
            }
        }
        if (earlier) before.put(definition(*earlier));
    }
    return schema::compare(before, after, true);
}

schema::State History::state_after(std::size_t record) {
    registry::States::Hashes hashes;
    for (std::size_t i = 0; i <= record; ++i) registry::States::apply(items_of(i), hashes);
    std::vector<std::string> wanted;
    for (const auto& [key, hash] : hashes) wanted.push_back(hash);
    fetch(wanted);
    schema::State out;
    for (const std::string& hash : wanted) out.put(definition(hash));
    return out;
}

std::vector<BlameLine> History::blame(const std::string& name) {
    std::map<schema::ObjectKey, ObjectBlame> objects;
    for (std::size_t i = 0; i < records_.size(); ++i) {
        for (const registry::StateItem& item : items_of(i)) {
            if (!asked_part(item.name, name)) continue;
            ObjectBlame& object = objects[{item.kind, item.name}];
            if (item.hash) {
                object.take(definition(*item.hash), records_[i]);
            } else {
                object.drop();
            }
        }
    }
    std::vector<BlameLine> out;
    for (const auto& [key, object] : objects) {
        const std::string part = *asked_part(key.name, name);
        for (const BlameLine& line : object.lines()) {
            if (part.empty() || line.part == part) out.push_back(line);
        }
    }
    return out;
}

}  // namespace kedge::migrate
