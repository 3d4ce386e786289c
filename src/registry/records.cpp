// SPDX-License-Identifier: MIT
#include "registry/records.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/error.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::registry {

std::string DeployedChange::name_with_tags() const {
    std::string out = name;
    for (const std::string& tag : tags) out += ' ' + tag;
    return out;
}

Deployed::Deployed(std::vector<DeployedChange> changes, std::vector<DeployedTag> tags)
    : changes_(std::move(changes)), tags_(std::move(tags)) {
    by_id_.reserve(changes_.size());
    index_from(0);
    for (const DeployedTag& tag : tags_) {
        if (const auto index = find_id(tag.change_id)) changes_[*index].tags.push_back(tag.name);
    }
}

std::optional<std::size_t> Deployed::find_id(std::string_view id) const {
    const auto hit = by_id_.find(std::string(id));
    return hit == by_id_.end() ? std::nullopt : std::optional(hit->second);
}

void Deployed::index_from(std::size_t first) {
    for (std::size_t i = first; i < changes_.size(); ++i) by_id_[changes_[i].id] = i;
}

void Deployed::add(DeployedChange change, std::vector<DeployedTag> tags) {
    const auto at = std::upper_bound(
        changes_.begin(), changes_.end(), change.committed_at,
        [](Timestamp moment, const DeployedChange& other) { return moment < other.committed_at; });
    const auto index = static_cast<std::size_t>(at - changes_.begin());
    changes_.insert(at, std::move(change));
    index_from(index);
    for (DeployedTag& tag : tags) tags_.push_back(std::move(tag));
}

void Deployed::remove(const std::string& id) {
    const auto index = find_id(id);
    if (!index) return;
    tags_.erase(std::remove_if(tags_.begin(), tags_.end(),
                               [&](const DeployedTag& tag) { return tag.change_id == id; }),
                tags_.end());
    by_id_.erase(id);
    changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(*index));
    index_from(*index);
}

std::string Deployed::qualified_name(std::size_t index) const {
    for (std::size_t i = index; i < changes_.size(); ++i) {
        if (i > index && changes_[i].name == changes_[index].name) break;
        if (!changes_[i].tags.empty()) return changes_[index].name + changes_[i].tags.front();
    }
    return changes_[index].name + "@HEAD";
}

std::optional<std::size_t> Deployed::find_base(const plan::ChangeKey& key,
                                               bool first_of_many) const {
    if (changes_.empty()) return std::nullopt;
    if (key.is_head()) return changes_.size() - 1;
    if (key.is_root()) return 0;
    const auto tag_of = [&](std::string_view name) {
        return std::find_if(tags_.begin(), tags_.end(), [&](const DeployedTag& tag) {
            return tag.name.starts_with('@') && std::string_view(tag.name).substr(1) == name;
        });
    };
    if (key.change.empty()) {
        if (!key.tag) return std::nullopt;
        const auto tag = tag_of(*key.tag);
        return tag == tags_.end() ? std::nullopt : find_id(tag->change_id);
    }
    if (looks_like_sha1(key.change) && !key.tag) return find_id(key.change);
    std::vector<std::size_t> hits;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        if (changes_[i].name == key.change) hits.push_back(i);
    }
    if (key.tag) {
        if (*key.tag == "ROOT") return std::nullopt;
        if (*key.tag == "HEAD") return hits.empty() ? std::nullopt : std::optional(hits.back());
        const auto tag = tag_of(*key.tag);
        if (tag == tags_.end()) return std::nullopt;
        for (auto it = hits.rbegin(); it != hits.rend(); ++it) {
            if (changes_[*it].committed_at <= tag->committed_at) return *it;
        }
        return std::nullopt;
    }
    if (hits.empty()) return std::nullopt;
    if (hits.size() == 1 || first_of_many) return hits.front();
    Error error;
    error.kind = ErrorKind::usage;
    error.message = fmt::format("change \"{}\" is ambiguous", key.change);
    std::vector<std::string> choices;
    for (auto it = hits.rbegin(); it != hits.rend(); ++it) choices.push_back(qualified_name(*it));
    error.hint = "say which one: " + join(choices, ", ");
    throw Failure(std::move(error));
}

std::optional<std::size_t> Deployed::find(const plan::ChangeKey& key, bool first_of_many) const {
    const auto base = find_base(key, first_of_many);
    if (!base || key.offset == 0) return base;
    const auto size = static_cast<std::int64_t>(changes_.size());
    if (key.offset > size || key.offset < -size) return std::nullopt;
    const std::int64_t moved = static_cast<std::int64_t>(*base) + key.offset;
    if (moved < 0 || moved >= size) return std::nullopt;
    return static_cast<std::size_t>(moved);
}

std::vector<std::string> split_list(std::string_view text, std::string_view separators) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        if (end > at) out.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

}  // namespace kedge::registry
