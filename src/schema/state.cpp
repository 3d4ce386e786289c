// SPDX-License-Identifier: MIT
#include "schema/state.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kedge::schema {
namespace {

template <typename List>
auto place_of(List& attributes, std::string_view name) {
    return std::lower_bound(attributes.begin(), attributes.end(), name,
                            [](const Attribute& a, std::string_view n) { return a.name < n; });
}

/// Strings with their lengths before them, so that no two lists give the same bytes.
void digest(std::string& out, std::string_view text) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

void digest(std::string& out, const Attributes& attributes) {
    for (const Attribute& attribute : attributes) {
        digest(out, attribute.name);
        digest(out, attribute.value);
    }
    out += ';';
}

}  // namespace

std::string_view order_of(const Part& part) {
    static constexpr std::array<std::string_view, 5> kOrdered = {"column", "label", "field",
                                                                 "partition", "parent"};
    if (std::find(kOrdered.begin(), kOrdered.end(), part.kind) != kOrdered.end()) return part.kind;
    const std::string* fires = part.kind == "trigger" ? find(part.attributes, "fires") : nullptr;
    return fires != nullptr ? std::string_view(*fires) : std::string_view();
}

const std::string* find(const Attributes& attributes, std::string_view name) {
    const auto at = place_of(attributes, name);
    return at != attributes.end() && at->name == name ? &at->value : nullptr;
}

void set(Attributes& attributes, std::string_view name, std::string value) {
    const auto at = place_of(attributes, name);
    if (at != attributes.end() && at->name == name) {
        at->value = std::move(value);
    } else {
        attributes.insert(at, {std::string(name), std::move(value)});
    }
}

Part& Object::part(std::string_view kind, std::string_view name) {
    for (Part& part : parts) {
        if (part.kind == kind && part.name == name) return part;
    }
    return parts.emplace_back(Part{std::string(kind), std::string(name), {}, {}});
}

const Part* Object::find(std::string_view kind, std::string_view name) const {
    for (const Part& part : parts) {
        if (part.kind == kind && part.name == name) return &part;
    }
    return nullptr;
}

Sha1 Object::hash() const {
    std::string bytes;
    digest(bytes, key.kind);
    digest(bytes, key.name);
    digest(bytes, attributes);
    for (const Part& part : parts) {
        digest(bytes, part.kind);
        digest(bytes, part.name);
        digest(bytes, part.attributes);
    }
    return Sha1::of(bytes);
}

Object& State::object(std::string_view kind, std::string_view name) {
    const auto [at, is_new] = objects_.try_emplace(ObjectKey{std::string(kind), std::string(name)});
    if (is_new) at->second.key = at->first;
    return at->second;
}

void State::put(Object object) {
    ObjectKey key = object.key;
    objects_.insert_or_assign(std::move(key), std::move(object));
}

const Object* State::find(const ObjectKey& key) const {
    const auto at = objects_.find(key);
    return at == objects_.end() ? nullptr : &at->second;
}

void State::sort() {
    const auto by_name = [](const Attribute& a, const Attribute& b) { return a.name < b.name; };
    for (auto& [key, object] : objects_) {
        std::sort(object.attributes.begin(), object.attributes.end(), by_name);
        for (Part& part : object.parts) {
            std::sort(part.attributes.begin(), part.attributes.end(), by_name);
        }
        std::stable_sort(object.parts.begin(), object.parts.end(),
                         [](const Part& a, const Part& b) {
                             if (a.kind != b.kind) return a.kind < b.kind;
                             const std::string_view order = order_of(a);
                             if (order != order_of(b)) return order < order_of(b);
                             return order.empty() && a.name < b.name;
                         });
    }
}

Sha1 State::fingerprint() const {
    Sha1Stream stream;
    for (const auto& [key, object] : objects_) stream.update(object.hash().view());
    return stream.finish();
}

}  // namespace kedge::schema
