// SPDX-License-Identifier: MIT
#include "schema/postgres/inheritance.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace kedge::schema::postgres {
namespace {

constexpr std::string_view kInherited = "inherited";
constexpr std::string_view kInheritedAs = "inherited as";

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
    std::vector<std::pair<Object*, std::vector<Part>>> folded;
    for (auto& [key, object] : state.objects()) {
        if (std::none_of(object.parts.begin(), object.parts.end(), is_inherited)) continue;
        std::vector<Part> parts;
        for (const Part& part : object.parts) {
            const Part* parents = part_of_parent(state, part);
            Part own = part;
            if (parents != nullptr) own.attributes = beyond(parents->attributes, part.attributes);
            std::erase_if(own.attributes, is_mark);
            if (parents == nullptr || !own.attributes.empty()) parts.push_back(std::move(own));
        }
        folded.emplace_back(&object, std::move(parts));
    }
    for (auto& [object, parts] : folded) object->parts = std::move(parts);
}

}  // namespace kedge::schema::postgres
