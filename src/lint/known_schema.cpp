// SPDX-License-Identifier: MIT
#include "lint/known_schema.hpp"

#include <algorithm>
#include <utility>

namespace kedge::lint {
namespace {

Column* find_column(KnownTable& table, std::string_view name) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == table.columns.end() ? nullptr : &*found;
}

void add_column(KnownTable& table, const Column& column) {
    if (find_column(table, column.name) != nullptr) return;
    table.columns.push_back(column);
    for (const Constraint& constraint : column.constraints) {
        table.constraints.push_back(constraint);
        if (constraint.columns.empty()) table.constraints.back().columns = {column.name};
    }
}

template <typename Items>
void erase_named(Items& items, std::string_view name) {
    std::erase_if(items, [&](const auto& item) { return item.name == name; });
}

}  // namespace

const Column* KnownTable::column(std::string_view wanted) const noexcept {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& c) { return c.name == wanted; });
    return found == columns.end() ? nullptr : &*found;
}

const Index* KnownTable::index(std::string_view wanted) const noexcept {
    const auto found = std::find_if(indexes.begin(), indexes.end(),
                                    [&](const Index& i) { return i.name == wanted; });
    return found == indexes.end() ? nullptr : &*found;
}

std::vector<std::string> KnownTable::primary_key() const {
    for (const Constraint& constraint : constraints) {
        if (constraint.kind == ConstraintKind::primary_key) return constraint.columns;
    }
    return {};
}

KnownTable* KnownSchema::find(const Name& name) noexcept {
    const auto found = std::find_if(tables_.rbegin(), tables_.rend(), [&](const KnownTable& table) {
        return table.name.may_be(name);
    });
    return found == tables_.rend() ? nullptr : &*found;
}

const KnownTable* KnownSchema::table(const Name& name) const noexcept {
    const auto found = std::find_if(tables_.rbegin(), tables_.rend(), [&](const KnownTable& table) {
        return table.name.may_be(name);
    });
    return found == tables_.rend() ? nullptr : &*found;
}

const KnownObject* KnownSchema::object(ObjectKind kind, const Name& name) const noexcept {
    const auto found = std::find_if(
        objects_.rbegin(), objects_.rend(),
        [&](const KnownObject& object) { return object.kind == kind && object.name.may_be(name); });
    return found == objects_.rend() ? nullptr : &*found;
}

const KnownTable* KnownSchema::table_of_index(const Name& index) const noexcept {
    for (auto table = tables_.rbegin(); table != tables_.rend(); ++table) {
        if (table->index(index.name) != nullptr) return &*table;
    }
    return nullptr;
}

bool KnownSchema::is_new_table(const Name& name) const noexcept {
    const KnownTable* known = table(name);
    if (known != nullptr) return known->made_by == change_ || known->temporary;
    return is_new(ObjectKind::materialized_view, name);
}

bool KnownSchema::is_new(ObjectKind kind, const Name& name) const noexcept {
    if (kind == ObjectKind::table) return is_new_table(name);
    const KnownObject* known = object(kind, name);
    return known != nullptr && known->made_by == change_;
}

void KnownSchema::create_table(const Action& action) {
    if (find(action.name) != nullptr) {
        // As the server does, where it is there already; another of the same name is refused.
        if (action.if_not_exists) return;
        std::erase_if(tables_, [&](const KnownTable& t) { return t.name == action.name; });
    }
    KnownTable& made = tables_.emplace_back();
    made.name = action.name;
    // What stands in the place of an older table has its rows, and its clients.
    made.made_by = action.is_rebuild ? 0 : change_;
    made.temporary = action.temporary;
    made.is_complete = !action.from_query && !action.is_partition;
    for (const Column& column : action.columns) add_column(made, column);
    for (const Constraint& constraint : action.constraints) made.constraints.push_back(constraint);
    made.indexes = action.indexes;
    for (const std::string& name : made.primary_key()) {
        if (Column* column = find_column(made, name)) column->not_null = true;
    }
}

void KnownSchema::alter_table(KnownTable& table, const Action& action) {
    Column* column = find_column(table, action.part);
    switch (action.act) {
        case Act::add_column:
            for (const Column& added : action.columns) add_column(table, added);
            break;
        case Act::drop_column:
            erase_named(table.columns, action.part);
            break;
        case Act::rename_column:
            if (column != nullptr) column->name = action.new_name.name;
            break;
        case Act::modify_column:
            if (column != nullptr && !action.columns.empty()) *column = action.columns.front();
            break;
        case Act::alter_column_type:
            if (column != nullptr && !action.columns.empty()) {
                column->type = action.columns.front().type;
            }
            break;
        case Act::set_not_null:
        case Act::drop_not_null:
            if (column != nullptr) column->not_null = action.act == Act::set_not_null;
            break;
        case Act::set_default:
            if (column != nullptr) column->default_kind = DefaultKind::expression;
            break;
        case Act::drop_default:
            if (column != nullptr) column->default_kind = DefaultKind::none;
            break;
        case Act::add_generated:
            if (column != nullptr) column->is_identity = true;
            break;
        case Act::add_constraint:
            for (const Constraint& added : action.constraints) table.constraints.push_back(added);
            break;
        case Act::validate_constraint:
            for (Constraint& constraint : table.constraints) {
                if (constraint.name == action.part) constraint.not_valid = false;
            }
            break;
        case Act::drop_constraint:
            erase_named(table.constraints, action.part);
            break;
        case Act::rename_constraint:
            for (Constraint& constraint : table.constraints) {
                if (constraint.name == action.part) constraint.name = action.new_name.name;
            }
            break;
        default:
            break;
    }
}

void KnownSchema::drop(const Action& action) {
    switch (action.object) {
        case ObjectKind::table: {
            const KnownTable* known = table(action.name);
            if (known != nullptr) tables_.erase(tables_.begin() + (known - tables_.data()));
            std::erase_if(objects_, [&](const KnownObject& object) {
                return object.kind == ObjectKind::trigger && object.table == action.name.name;
            });
            break;
        }
        case ObjectKind::index:
            for (KnownTable& known : tables_) {
                if (action.part.empty()) {
                    erase_named(known.indexes, action.name.name);
                } else if (known.name.may_be(action.name)) {
                    // An index by its table, where a unique constraint is one, too.
                    erase_named(known.indexes, action.part);
                    erase_named(known.constraints, action.part);
                }
            }
            break;
        case ObjectKind::schema:
            std::erase_if(tables_,
                          [&](const KnownTable& t) { return t.name.schema == action.name.name; });
            break;
        default: {
            const KnownObject* known = object(action.object, action.name);
            if (known != nullptr) objects_.erase(objects_.begin() + (known - objects_.data()));
        }
    }
}

void KnownSchema::rename(const Action& action) {
    if (action.object == ObjectKind::table) {
        KnownTable* known = find(action.name);
        if (known == nullptr) return;
        known->name.name = action.new_name.name;
        if (action.is_rebuild) known->made_by = 0;
        return;
    }
    if (action.object == ObjectKind::index) {
        for (KnownTable& known : tables_) {
            const bool is_by_table = !action.part.empty();
            if (is_by_table && !known.name.may_be(action.name)) continue;
            const std::string& before = is_by_table ? action.part : action.name.name;
            for (Index& index : known.indexes) {
                if (index.name == before) index.name = action.new_name.name;
            }
        }
        return;
    }
    for (KnownObject& known : objects_) {
        if (known.kind == action.object && known.name.may_be(action.name)) {
            known.name.name = action.new_name.name;
        }
    }
}

void KnownSchema::apply(const Action& action) {
    switch (action.act) {
        case Act::create:
            if (action.object == ObjectKind::table) {
                create_table(action);
            } else if (action.object == ObjectKind::index) {
                KnownTable* known = find(action.name);
                if (known != nullptr && action.index) known->indexes.push_back(*action.index);
            } else {
                const bool has_table = !action.part.empty();
                objects_.push_back({action.object,
                                    has_table ? Name{action.name.schema, action.part} : action.name,
                                    has_table ? action.name.name : std::string(), change_});
            }
            return;
        case Act::drop:
            drop(action);
            return;
        case Act::rename:
            rename(action);
            return;
        case Act::set:
            if (action.name.name == "search_path") path_changed_ = true;
            return;
        case Act::set_schema:
            if (KnownTable* known = find(action.name)) known->name.schema = action.new_name.schema;
            return;
        default:
            if (KnownTable* known = find(action.name)) {
                alter_table(*known, action);
            } else if (action.object == ObjectKind::table && !action.name.empty()) {
                // Of a table that was there before the plan, what scripts add is known.
                KnownTable& partly = tables_.emplace_back();
                partly.name = action.name;
                partly.is_complete = false;
                alter_table(partly, action);
            }
    }
}

}  // namespace kedge::lint
