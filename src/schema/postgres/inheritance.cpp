// SPDX-License-Identifier: MIT
#include "schema/postgres/inheritance.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/text.hpp"

namespace kedge::schema::postgres {
namespace {

constexpr std::string_view kInherited = "inherited";
constexpr std::string_view kInheritedAs = "inherited as";

/// The server gives a partition's indexes and keys names that end so, perhaps with a number behind.
constexpr std::array<std::string_view, 5> kServersEndings = {"_idx", "_pkey", "_key", "_excl",
                                                             "_fkey"};

/// These a parent doesn't hand down.
bool is_own(const Attribute& attribute) {
    return attribute.name == "comment" || attribute.name == "security label" ||
           attribute.name == "index comment";
}

bool is_mark(const Attribute& attribute) {
    return attribute.name == kInherited || attribute.name == kInheritedAs;
}

bool is_inherited(const Part& part) {
    return find(part.attributes, kInherited) != nullptr;
}

const Part* part_of_parent(const State& state, const Part& part) {
    const std::string* parent = find(part.attributes, kInherited);
    if (parent == nullptr) return nullptr;
    const Object* object = state.find({"table", *parent});
    if (object == nullptr) object = state.find({"foreign table", *parent});
    if (object == nullptr) return nullptr;
    const std::string* other_name = find(part.attributes, kInheritedAs);
    return object->find(part.kind, other_name != nullptr ? *other_name : part.name);
}

/// A name that somebody has chosen for what the parent has by another name.
bool has_own_name(const Part& part) {
    const std::string* other_name = find(part.attributes, kInheritedAs);
    if (other_name == nullptr || *other_name == part.name) return false;
    std::string_view name = part.name;
    if (name.ends_with('"')) name.remove_suffix(1);
    while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.remove_suffix(1);
    return std::none_of(kServersEndings.begin(), kServersEndings.end(),
                        [&](std::string_view ending) { return name.ends_with(ending); });
}

/// The names of columns as a partition has them, where that is not as its parent has them; a parent
/// by inheritance has its columns first in a dump, whatever they were.
std::string own_order(const State& state, const Object& object) {
    if (find(object.attributes, "partition of") == nullptr) return {};
    std::vector<std::string> own;
    std::vector<std::string> parents;
    for (const Part& part : object.parts) {
        if (part.kind != "column") continue;
        own.push_back(part.name);
        const std::string* parent = find(part.attributes, kInherited);
        if (parent == nullptr || !parents.empty()) continue;
        const Object* table = state.find({"table", *parent});
        if (table == nullptr) return {};
        for (const Part& column : table->parts) {
            if (column.kind == "column") parents.push_back(column.name);
        }
    }
    if (parents.size() != own.size()) return {};
    // What comes before and behind is no matter: a column more changes nothing of the order.
    const auto first = std::mismatch(own.begin(), own.end(), parents.begin()).first;
    const auto last =
        std::mismatch(own.rbegin(), std::make_reverse_iterator(first), parents.rbegin()).first;
    return join(std::vector<std::string>(first, last.base()), ", ");
}

Attributes beyond(const Attributes& inherited, const Attributes& own) {
    Attributes out;
    for (const Attribute& attribute : own) {
        if (is_mark(attribute)) continue;
        const std::string* parents = find(inherited, attribute.name);
        if (is_own(attribute) || parents == nullptr || *parents != attribute.value) {
            set(out, attribute.name, attribute.value);
        }
    }
    for (const Attribute& attribute : inherited) {
        if (is_mark(attribute) || is_own(attribute)) continue;
        if (find(own, attribute.name) == nullptr) set(out, attribute.name, "none");
    }
    return out;
}

}  // namespace

void fold_inherited(State& state) {
    // A parent may be somebody's child itself, so that all are looked at before any is changed.
    struct Folded {
        Object* object;
        std::vector<Part> parts;
        std::string order;
    };
    std::vector<Folded> all;
    for (auto& [key, object] : state.objects()) {
        if (std::none_of(object.parts.begin(), object.parts.end(), is_inherited)) continue;
        std::vector<Part> parts;
        for (const Part& part : object.parts) {
            const Part* parents = part_of_parent(state, part);
            Part own = part;
            if (parents != nullptr) own.attributes = beyond(parents->attributes, part.attributes);
            if (parents != nullptr && has_own_name(part)) {
                set(own.attributes, "parent's name", parents->name);
            }
            std::erase_if(own.attributes, is_mark);
            if (parents == nullptr || !own.attributes.empty()) parts.push_back(std::move(own));
        }
        all.push_back({&object, std::move(parts), own_order(state, object)});
    }
    for (Folded& folded : all) {
        folded.object->parts = std::move(folded.parts);
        if (!folded.order.empty()) {
            set(folded.object->attributes, "columns as", std::move(folded.order));
        }
    }
}

}  // namespace kedge::schema::postgres
