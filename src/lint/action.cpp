// SPDX-License-Identifier: MIT
#include "lint/action.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::lint {

const char* kind_word(ObjectKind kind) noexcept {
    switch (kind) {
        case ObjectKind::database:
            return "database";
        case ObjectKind::schema:
            return "schema";
        case ObjectKind::table:
            return "table";
        case ObjectKind::column:
            return "column";
        case ObjectKind::constraint:
            return "constraint";
        case ObjectKind::index:
            return "index";
        case ObjectKind::view:
            return "view";
        case ObjectKind::materialized_view:
            return "materialized view";
        case ObjectKind::sequence:
            return "sequence";
        case ObjectKind::type:
            return "type";
        case ObjectKind::domain:
            return "domain";
        case ObjectKind::routine:
            return "routine";
        case ObjectKind::trigger:
            return "trigger";
        case ObjectKind::event:
            return "event";
        case ObjectKind::rule:
            return "rule";
        case ObjectKind::policy:
            return "policy";
        case ObjectKind::role:
            return "role";
        case ObjectKind::extension:
            return "extension";
        case ObjectKind::none:
        case ObjectKind::other:
            break;
    }
    return "object";
}

const char* constraint_word(ConstraintKind kind) noexcept {
    switch (kind) {
        case ConstraintKind::primary_key:
            return "primary key";
        case ConstraintKind::unique:
            return "unique constraint";
        case ConstraintKind::foreign_key:
            return "foreign key";
        case ConstraintKind::check:
            return "check";
        case ConstraintKind::exclusion:
            return "exclusion constraint";
    }
    return "constraint";
}

bool same_columns(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const std::string& name) {
               return std::any_of(b.begin(), b.end(), [&](const std::string& other) {
                   return equals_ignoring_case(name, other);
               });
           });
}

std::string foreign_key_words(const Constraint& constraint) {
    const auto on = [](const char* event, ForeignKeyAction action) -> std::string {
        switch (action) {
            case ForeignKeyAction::cascade:
                return fmt::format(" ON {} CASCADE", event);
            case ForeignKeyAction::set_null:
                return fmt::format(" ON {} SET NULL", event);
            case ForeignKeyAction::set_default:
                return fmt::format(" ON {} SET DEFAULT", event);
            case ForeignKeyAction::restrict:
                return fmt::format(" ON {} RESTRICT", event);
            case ForeignKeyAction::none:
                break;
        }
        return {};
    };
    return on("DELETE", constraint.on_delete) + on("UPDATE", constraint.on_update) +
           (constraint.deferrable ? " DEFERRABLE" : "") +
           (constraint.initially_deferred ? " INITIALLY DEFERRED" : "");
}

const Constraint* Column::constraint(ConstraintKind kind) const noexcept {
    const auto found = std::find_if(constraints.begin(), constraints.end(),
                                    [&](const Constraint& c) { return c.kind == kind; });
    return found == constraints.end() ? nullptr : &*found;
}

}  // namespace kedge::lint
