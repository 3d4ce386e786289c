// SPDX-License-Identifier: MIT
#include "plan/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/error.hpp"
#include "support/text.hpp"
#include "support/uri.hpp"

namespace kedge::plan {
namespace {

void append_line(std::string& out, std::string_view word, std::string_view value) {
    out += word;
    out += ' ';
    out += value;
    out += '\n';
}

void append_planner(std::string& out, const Planner& planner, std::string_view date) {
    out += "planner ";
    out += planner.name;
    out += " <";
    out += planner.email;
    out += ">\ndate ";
    out += date;
}

void append_dependencies(std::string& out, std::string_view title, char mark,
                         const std::vector<Dependency>& list) {
    if (list.empty()) return;
    out += '\n';
    out += title;
    for (const Dependency& dep : list) {
        out += "\n  ";
        out += mark;
        out += ' ';
        out += dep.text;
    }
}

void append_note(std::string& out, std::string_view note) {
    // Sqitch leaves the note "0" out of the hash, since it is false in Perl.
    if (note.empty() || note == "0") return;
    out += "\n\n";
    out += note;
}

/// The object form of git: kind, length in bytes, NUL, payload.
Sha1 object_id(std::string_view kind, std::string_view payload, Sha1Stream& stream) {
    char head[32];
    const auto end = fmt::format_to_n(head, sizeof head - 1, "{} {}", kind, payload.size());
    head[end.size] = '\0';
    stream.update({head, end.size + 1});
    stream.update(payload);
    return stream.finish();
}

}  // namespace

std::string Plan::change_info(std::size_t index) const {
    const Change& change = changes_[index];
    std::string out;
    append_line(out, "project", project_);
    if (!canonical_uri_.empty()) append_line(out, "uri", canonical_uri_);
    append_line(out, "change", change.name);
    if (index > 0) append_line(out, "parent", changes_[index - 1].id.view());
    append_planner(out, change.planner, change.date);
    append_dependencies(out, "requires", '+', change.required);
    append_dependencies(out, "conflicts", '-', change.conflicts);
    append_note(out, change.note);
    return out;
}

std::string Plan::tag_info(std::size_t index) const {
    const Tag& tag = tags_[index];
    std::string out;
    append_line(out, "project", project_);
    if (!canonical_uri_.empty()) append_line(out, "uri", canonical_uri_);
    out += "tag @";
    out += tag.name;
    out += '\n';
    append_line(out, "change", changes_[tag.change].id.view());
    append_planner(out, tag.planner, tag.date);
    append_note(out, tag.note);
    return out;
}

void Plan::compute_ids() {
    canonical_uri_ = uri_.empty() ? std::string() : canonical_uri(uri_);
    Sha1Stream stream;
    change_by_id_.reserve(changes_.size());
    for (std::size_t i = 0; i < changes_.size(); ++i) {
        changes_[i].id = object_id("change", change_info(i), stream);
        change_by_id_.emplace(changes_[i].id.view(), i);
    }
    for (std::size_t i = 0; i < tags_.size(); ++i) {
        tags_[i].id = object_id("tag", tag_info(i), stream);
    }
}

std::optional<std::size_t> Plan::find_id(std::string_view id) const {
    const auto hit = change_by_id_.find(id);
    return hit == change_by_id_.end() ? std::nullopt : std::optional(hit->second);
}

std::optional<std::size_t> Plan::find_tag(std::string_view name) const {
    const auto hit = tag_by_name_.find(name);
    return hit == tag_by_name_.end() ? std::nullopt : std::optional(hit->second);
}

bool Plan::has_change(std::string_view name) const {
    return last_instance_.count(name) > 0;
}

std::vector<std::size_t> Plan::instances_of(std::string_view name) const {
    std::vector<std::size_t> out;
    const auto last = last_instance_.find(name);
    if (last == last_instance_.end()) return out;
    for (std::size_t i = last->second; i != kNone; i = changes_[i].previous) out.push_back(i);
    std::reverse(out.begin(), out.end());
    return out;
}

std::optional<std::size_t> Plan::find_instance(const ChangeKey& key, bool first_of_many) const {
    if (changes_.empty()) return std::nullopt;
    if (key.is_head()) return changes_.size() - 1;
    if (key.is_root()) return 0;
    if (key.change.empty()) {
        const auto tag = key.tag ? find_tag(*key.tag) : std::nullopt;
        return tag ? std::optional(tags_[*tag].change) : std::nullopt;
    }
    if (looks_like_sha1(key.change) && !key.tag) {
        if (const auto change = find_id(key.change)) return change;
        for (const Tag& tag : tags_) {
            if (tag.id == key.change) return tag.change;
        }
        return std::nullopt;
    }
    const std::vector<std::size_t> instances = instances_of(key.change);
    if (instances.empty()) return std::nullopt;
    if (key.tag) {
        std::size_t limit = changes_.size() - 1;
        if (*key.tag == "ROOT") {
            limit = 0;
        } else if (*key.tag != "HEAD") {
            const auto tag = find_tag(*key.tag);
            if (!tag) {
                std::vector<std::string> known;
                for (const Tag& t : tags_) known.push_back(fmt::format("@{}", t.name));
                throw Failure(ErrorKind::usage,
                              fmt::format("unknown tag \"@{}\"{}", *key.tag,
                                          did_you_mean(fmt::format("@{}", *key.tag), known)));
            }
            limit = tags_[*tag].change;
        }
        for (auto it = instances.rbegin(); it != instances.rend(); ++it) {
            if (*it <= limit) return *it;
        }
        return std::nullopt;
    }
    if (instances.size() == 1 || first_of_many) return instances.front();
    Error error;
    error.kind = ErrorKind::usage;
    error.message = fmt::format("change \"{}\" is ambiguous", key.change);
    std::vector<std::string> choices;
    for (auto it = instances.rbegin(); it != instances.rend(); ++it) {
        choices.push_back(tag_qualified_name(*it));
    }
    error.hint = "say which one: " + join(choices, ", ");
    throw Failure(std::move(error));
}

namespace {

std::optional<std::size_t> shift(std::optional<std::size_t> index, std::int64_t offset,
                                 std::size_t count) {
    if (!index || offset == 0) return index;
    const auto size = static_cast<std::int64_t>(count);
    // An offset beyond the plan's length can't hit, and adding it could overflow.
    if (offset > size || offset < -size) return std::nullopt;
    const std::int64_t moved = static_cast<std::int64_t>(*index) + offset;
    if (moved < 0 || moved >= size) return std::nullopt;
    return static_cast<std::size_t>(moved);
}

}  // namespace

std::optional<std::size_t> Plan::find(std::string_view text) const {
    const ChangeKey key = ChangeKey::parse(text);
    return shift(find_instance(key, false), key.offset, changes_.size());
}

std::size_t Plan::get(std::string_view text) const {
    const ChangeKey key = ChangeKey::parse(text);
    const auto index = shift(find_instance(key, true), key.offset, changes_.size());
    if (index) return *index;
    std::vector<std::string> names;
    for (const Change& change : changes_) names.emplace_back(change.name);
    for (const Tag& tag : tags_) names.push_back(fmt::format("@{}", tag.name));
    throw Failure(ErrorKind::usage,
                  fmt::format("unknown change: \"{}\"{}", text, did_you_mean(text, names)));
}

std::string Plan::name_with_tags(std::size_t index) const {
    std::string out(changes_[index].name);
    for (const std::size_t tag : changes_[index].tags) {
        out += " @";
        out += tags_[tag].name;
    }
    return out;
}

std::string Plan::tag_qualified_name(std::size_t index) const {
    const auto at =
        std::lower_bound(tags_.begin(), tags_.end(), index,
                         [](const Tag& tag, std::size_t change) { return tag.change < change; });
    const bool before_next =
        at != tags_.end() && (changes_[index].next == kNone || at->change < changes_[index].next);
    return fmt::format("{}@{}", changes_[index].name, before_next ? at->name : "HEAD");
}

std::vector<std::string_view> Plan::rework_tags(std::size_t index) const {
    std::vector<std::string_view> out;
    if (!changes_[index].is_reworked()) return out;
    for (std::size_t i = changes_[index].next; i-- > index;) {
        for (const std::size_t tag : changes_[i].tags) out.push_back(tags_[tag].name);
    }
    return out;
}

std::optional<std::size_t> Plan::last_tagged() const {
    return tags_.empty() ? std::nullopt : std::optional(tags_.back().change);
}

}  // namespace kedge::plan
