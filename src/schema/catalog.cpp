// SPDX-License-Identifier: MIT
#include "schema/catalog.hpp"

#include <cassert>
#include <cstddef>
#include <utility>
#include <variant>

namespace kedge::schema {
namespace {

enum Column : std::size_t { kObjectKind, kObjectName, kPartKind, kPartName, kIdentity, kFirst };

bool is_null(const db::Value& value) {
    return std::holds_alternative<std::nullptr_t>(value);
}

}  // namespace

void load(State& state, const CatalogQuery& query, const std::vector<db::Row>& rows) {
    // Rows of one object come one after another, mostly.
    Object* object = nullptr;
    for (const db::Row& row : rows) {
        assert(row.size() == kFirst + query.attributes.size());
        const ObjectKey key{db::text_of(row[kObjectKind]), db::text_of(row[kObjectName])};
        const bool is_part = !is_null(row[kPartKind]);
        if (object == nullptr || object->key != key) {
            if (is_part) {
                const auto at = state.objects().find(key);
                if (at == state.objects().end()) continue;
                object = &at->second;
            } else {
                object = &state.object(key.kind, key.name);
            }
        }
        Attributes* attributes = &object->attributes;
        std::string* identity = &object->identity;
        if (is_part) {
            Part& part = object->part(db::text_of(row[kPartKind]), db::text_of(row[kPartName]));
            attributes = &part.attributes;
            identity = &part.identity;
        }
        if (!is_null(row[kIdentity])) *identity = db::text_of(row[kIdentity]);
        for (std::size_t i = 0; i < query.attributes.size(); ++i) {
            const db::Value& value = row[kFirst + i];
            if (is_null(value)) continue;
            const auto& [name, form] = query.attributes[i];
            set(*attributes, name, form ? form(db::text_of(value)) : db::text_of(value));
        }
    }
}

}  // namespace kedge::schema
