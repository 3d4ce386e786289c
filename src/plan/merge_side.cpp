// SPDX-License-Identifier: MIT
#include "plan/merge_side.hpp"

#include <algorithm>
#include <utility>

#include "plan/change.hpp"

namespace kedge::plan {

MergeSide::MergeSide(std::vector<Unit> units, const std::vector<Unit>& base)
    : units_(std::move(units)), inserted_(base.size()) {
    const std::vector<std::size_t> match = match_units(base, units_);
    std::unordered_map<std::size_t, std::size_t> matched;
    for (std::size_t i = 0; i < match.size(); ++i) {
        if (match[i] != kNone) matched.emplace(match[i], i);
    }
    std::size_t gap = 0;
    for (std::size_t i = 0; i < units_.size(); ++i) {
        const Unit& unit = units_[i];
        places_.emplace(unit.key, &unit);
        if (const auto at = matched.find(i); at != matched.end()) {
            gap = at->second + 1;
            continue;
        }
        inserted_[gap].push_back(&unit);
        gaps_.emplace(unit.key, gap);
    }
}

const Unit* MergeSide::find(const std::string& key) const {
    const auto at = places_.find(key);
    return at == places_.end() ? nullptr : at->second;
}

std::optional<std::size_t> MergeSide::gap_of(const std::string& key) const {
    const auto at = gaps_.find(key);
    return at == gaps_.end() ? std::nullopt : std::optional(at->second);
}

const TagLines* find_tag(const Unit* unit, std::string_view name) {
    if (unit == nullptr) return nullptr;
    const auto at = std::find_if(unit->tags.begin(), unit->tags.end(),
                                 [&](const TagLines& tag) { return tag.name == name; });
    return at == unit->tags.end() ? nullptr : &*at;
}

std::vector<TextLine> lines_of(const TagLines* tag) {
    if (tag == nullptr) return {};
    std::vector<TextLine> out = tag->before;
    out.push_back(tag->line);
    return out;
}

std::vector<TextLine> lines_of(const Unit* unit) {
    if (unit == nullptr) return {};
    std::vector<TextLine> out = {unit->line};
    for (const TagLines& tag : unit->tags) {
        for (const TextLine& line : lines_of(&tag)) out.push_back(line);
    }
    return out;
}

}  // namespace kedge::plan
