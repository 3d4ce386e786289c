// SPDX-License-Identifier: MIT
#include "lint/known_schema.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "support/text.hpp"

namespace kedge::lint {
namespace {

Column* find_column(KnownTable& table, std::string_view name) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == table.columns.end() ? nullptr : &*found;
}

/// Puts the last column to where it says that it stands.
void place_last(KnownTable& table) {
    auto& columns = table.columns;
    const std::string position = columns.back().position;
    if (position.empty()) return;
    auto target = columns.begin();
    if (position != "FIRST") {
        target = std::find_if(columns.begin(), columns.end() - 1, [&](const Column& column) {
            return equals_ignoring_case(column.name, position);
        });
        if (target == columns.end() - 1) return;
        ++target;
    }
    std::rotate(target, columns.end() - 1, columns.end());
}

void add_column(KnownTable& table, const Column& column, std::size_t change) {
    if (find_column(table, column.name) != nullptr) return;
    table.columns.push_back(column);
    table.columns.back().made_by = change;
    place_last(table);
    for (const Constraint& constraint : column.constraints) {
        table.constraints.push_back(constraint);
        if (constraint.columns.empty()) table.constraints.back().columns = {column.name};
    }
}

/// A new definition in the place of the old one.
void modify_column(KnownTable& table, Column& column, const Column& definition) {
    const std::size_t made_by = column.made_by;
    const bool may_be_filled = column.may_be_filled;
    column = definition;
    column.made_by = made_by;
    column.may_be_filled = may_be_filled;
    if (column.position.empty()) return;
    const auto at = table.columns.begin() + (&column - table.columns.data());
    std::rotate(at, at + 1, table.columns.end());
    place_last(table);
}

/// `utf8mb4`, where a table or the collation of its text says so.
std::string charset_of(const Action& action) {
    return action.charset.empty() ? action.collation.substr(0, action.collation.find('_'))
                                  : action.charset;
}

void replace_name(std::vector<std::string>& names, const std::string& from, const std::string& to) {
    std::replace(names.begin(), names.end(), from, to);
}

bool is_about_rows(const Statement& statement) {
    return std::any_of(statement.actions.begin(), statement.actions.end(),
                       [](const Action& action) {
                           return action.act == Act::select || action.act == Act::insert ||
                                  action.act == Act::update || action.act == Act::remove ||
                                  action.act == Act::merge;
                       });
}

/// WITH, and within it what changes rows; no action tells of that.
bool may_write_within(std::string_view text) {
    const auto has = [&](std::string_view word) { return has_word(text, word); };
    return has("with") && (has("insert") || has("update") || has("delete") || has("merge"));
}

/// A path that isn't known, or none.
constexpr std::string_view kSomewhere = "?";

bool is_anywhere(std::string_view schema) {
    return schema.empty() || schema == kSomewhere;
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

bool KnownTable::has_key(const std::vector<std::string>& wanted) const {
    return std::any_of(constraints.begin(), constraints.end(),
                       [&](const Constraint& constraint) {
                           return constraint.is_key() && same_columns(constraint.columns, wanted);
                       }) ||
           std::any_of(indexes.begin(), indexes.end(), [&](const Index& index) {
               return index.unique && !index.is_partial && same_columns(index.columns, wanted);
           });
}

/// By the schema that each means, where a name without one is told by the path. `public` is what it
/// means without.
bool KnownSchema::is_same(const Name& known, const Name& said) const noexcept {
    if (known.name != said.name) return false;
    const std::string& schema = said.schema.empty() ? path_ : said.schema;
    const auto is_default = [](std::string_view name) { return name.empty() || name == "public"; };
    return known.schema == schema || (is_default(known.schema) && is_default(schema));
}

bool KnownSchema::may_be(const Name& known, const Name& said) const noexcept {
    if (known.name != said.name) return false;
    const std::string& schema = said.schema.empty() ? path_ : said.schema;
    return is_anywhere(known.schema) || is_anywhere(schema) || known.schema == schema;
}

KnownTable* KnownSchema::find(const Name& name) noexcept {
    const KnownTable* known = table(name);
    return known == nullptr ? nullptr : tables_.data() + (known - tables_.data());
}

const KnownTable* KnownSchema::table(const Name& name) const noexcept {
    const KnownTable* maybe = nullptr;
    for (auto known = tables_.rbegin(); known != tables_.rend(); ++known) {
        if (is_same(known->name, name)) return &*known;
        if (maybe == nullptr && may_be(known->name, name)) maybe = &*known;
    }
    return maybe;
}

const KnownTable* KnownSchema::certain_table(const Name& name) const noexcept {
    const KnownTable* known = table(name);
    const bool is_it = known != nullptr && known->is_certain && known->name.schema != kSomewhere &&
                       is_same(known->name, name);
    return is_it ? known : nullptr;
}

bool KnownSchema::is_new_column(const Name& name, std::string_view column) const noexcept {
    const KnownTable* known = table(name);
    const Column* found = known == nullptr ? nullptr : known->column(column);
    return found != nullptr && found->made_by == change_;
}

bool KnownSchema::is_emptied(const Name& name) const noexcept {
    const KnownTable* known = table(name);
    return known != nullptr && known->emptied_by == change_;
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
    return (known != nullptr && (known->made_by == change_ || known->temporary)) ||
           is_new(ObjectKind::materialized_view, name);
}

bool KnownSchema::is_new(ObjectKind kind, const Name& name) const noexcept {
    if (kind == ObjectKind::table) return is_new_table(name);
    const KnownObject* known = object(kind, name);
    return known != nullptr && known->made_by == change_;
}

bool KnownSchema::has_key_among(const KnownTable& table,
                                const std::vector<std::string>& columns) const {
    const auto is_among = [&](const std::vector<std::string>& key) {
        return !key.empty() && std::all_of(key.begin(), key.end(), [&](const std::string& part) {
            return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
                return equals_ignoring_case(part, column);
            });
        });
    };
    return std::any_of(table.constraints.begin(), table.constraints.end(),
                       [&](const Constraint& known) {
                           return known.is_key() && is_among(known.columns);
                       }) ||
           std::any_of(table.indexes.begin(), table.indexes.end(),
                       [&](const Index& known) {
                           return known.unique && !known.is_partial && is_among(known.columns);
                       }) ||
           std::any_of(table.former_keys.begin(), table.former_keys.end(), [&](const auto& former) {
               return former.second == change_ && is_among(former.first);
           });
}

void KnownSchema::drop_keys(KnownTable& table, std::string_view name) const {
    for (const Index& index : table.indexes) {
        if (index.name == name && index.unique && !index.is_partial) {
            table.former_keys.emplace_back(index.columns, change_);
        }
    }
    for (const Constraint& constraint : table.constraints) {
        if (constraint.name == name && constraint.is_key()) {
            table.former_keys.emplace_back(constraint.columns, change_);
        }
    }
}

void KnownSchema::create_table(const Action& action) {
    if (find(action.name) != nullptr) {
        // As the server does, where it is there already; another of the same name is refused.
        if (action.if_not_exists) return;
        std::erase_if(tables_, [&](const KnownTable& t) { return is_same(t.name, action.name); });
    }
    KnownTable& made = tables_.emplace_back();
    made.name = action.name;
    if (made.name.schema.empty()) made.name.schema = path_;
    made.charset = charset_of(action);
    made.engine = action.engine;
    // What stands in the place of an older table has its rows, and its clients.
    made.made_by = action.is_rebuild ? 0 : change_;
    made.temporary = action.temporary;
    made.is_complete = !action.from_query && !action.is_partition;
    for (const Column& column : action.columns) add_column(made, column, change_);
    for (const Constraint& constraint : action.constraints) made.constraints.push_back(constraint);
    made.indexes = action.indexes;
    for (const std::string& name : made.primary_key()) {
        if (Column* column = find_column(made, name)) column->not_null = true;
    }
}

/// Keys and indexes of it go with it, or shrink.
void KnownSchema::drop_column(KnownTable& table, const std::string& column) const {
    const auto loses = [&](std::vector<std::string>& columns) {
        const bool has_it = std::erase(columns, column) > 0;
        return has_it && (columns.empty() || !keeps_rest_);
    };
    std::erase_if(table.indexes, [&](Index& index) { return loses(index.columns); });
    std::erase_if(table.constraints, [&](Constraint& constraint) {
        return constraint.not_null_column == column || loses(constraint.columns);
    });
    std::erase_if(table.former_keys, [&](auto& former) {
        return std::find(former.first.begin(), former.first.end(), column) != former.first.end();
    });
}

void KnownSchema::rename_column(KnownTable& table, const std::string& from, const std::string& to) {
    for (Index& index : table.indexes) replace_name(index.columns, from, to);
    for (Constraint& constraint : table.constraints) {
        replace_name(constraint.columns, from, to);
        if (constraint.not_null_column == from) constraint.not_null_column = to;
    }
    for (auto& former : table.former_keys) replace_name(former.first, from, to);
    for (KnownTable& child : tables_) {
        for (Constraint& constraint : child.constraints) {
            if (constraint.references == table.name) {
                replace_name(constraint.referenced_columns, from, to);
            }
        }
    }
}

void KnownSchema::alter_table(KnownTable& table, const Action& action) {
    Column* column = find_column(table, action.part);
    switch (action.act) {
        case Act::add_column:
            for (const Column& added : action.columns) add_column(table, added, change_);
            break;
        case Act::drop_column:
            erase_named(table.columns, action.part);
            drop_column(table, action.part);
            break;
        case Act::rename_column:
            if (column != nullptr) column->name = action.new_name.name;
            rename_column(table, action.part, action.new_name.name);
            break;
        case Act::modify_column:
            if (column != nullptr && !action.columns.empty()) {
                modify_column(table, *column, action.columns.front());
                rename_column(table, action.part, action.columns.front().name);
            }
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
        case Act::alter:
        case Act::convert_charset:
            if (std::string charset = charset_of(action); !charset.empty()) {
                table.charset = std::move(charset);
            }
            if (!action.engine.empty()) table.engine = action.engine;
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
            drop_keys(table, action.part);
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
                    drop_keys(known, action.name.name);
                    erase_named(known.indexes, action.name.name);
                } else if (known.name.may_be(action.name)) {
                    // An index by its table, where a unique constraint is one, too.
                    drop_keys(known, action.part);
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
        if (!action.new_name.schema.empty()) known->name.schema = action.new_name.schema;
        if (action.is_rebuild) known->made_by = 0;
        return;
    }
    if (action.object == ObjectKind::type || action.object == ObjectKind::domain) {
        for (KnownTable& known : tables_) {
            for (Column& column : known.columns) {
                if (column.type.name != action.name.name) continue;
                column.type.text =
                    replace_all(column.type.text, action.name.name, action.new_name.name);
                column.type.name = action.new_name.name;
            }
        }
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

KnownTable* KnownSchema::find_or_note(const Action& action) {
    KnownTable* known = find(action.name);
    if (known != nullptr || action.object != ObjectKind::table || action.name.empty()) return known;
    KnownTable& partly = tables_.emplace_back();
    partly.name = action.name;
    if (partly.name.schema.empty()) partly.name.schema = path_;
    partly.is_complete = false;
    return &partly;
}

void KnownSchema::set_path(const Action& action) {
    if (action.act == Act::use) {
        path_ = action.name.name;
        return;
    }
    const bool resets_all = action.act == Act::reset && action.name.empty();
    if (action.name.name != "search_path" && !resets_all) return;
    // Tables are made in the first schema that it lists.
    std::string first(trim(split(action.text, ',').front()));
    const bool is_reset = action.act == Act::reset || first == "$user" || first == "public";
    path_ = is_reset ? std::string() : first.empty() ? std::string(kSomewhere) : std::move(first);
}

void KnownSchema::change_rows(const Action& action) {
    KnownTable* known = find_or_note(action);
    if (known == nullptr) return;
    const bool takes_all =
        action.act == Act::truncate ||
        (action.act == Act::remove && !action.rows.has_where && !action.rows.has_limit);
    if (takes_all) {
        known->emptied_by = change_;
    } else if (action.act != Act::remove && action.act != Act::update) {
        known->emptied_by = 0;
    }
    // Of these no action tells which columns of which rows get values.
    if (action.act == Act::merge || action.act == Act::copy_in || action.rows.on_conflict ||
        action.rows.from_query) {
        for (Column& column : known->columns) column.may_be_filled = true;
    }
}

void KnownSchema::doubt(const Statement& statement) {
    const bool is_any = statement.unseen == Statement::Unseen::any;
    const std::string text = is_any ? std::string() : to_lower_ascii(statement.source.text);
    const bool is_unseen = statement.unseen != Statement::Unseen::none;
    const bool changes_rows = is_about_rows(statement);
    // A function that scripts have made may fill any table.
    const bool calls =
        changes_rows &&
        std::any_of(statement.mentions.begin(), statement.mentions.end(), [&](const Mention& m) {
            return m.kind == Mention::Kind::function && object(ObjectKind::routine, m.name);
        });
    if (!is_unseen && !calls && !(changes_rows && may_write_within(text))) return;
    for (KnownTable& known : tables_) {
        const bool is_named = is_any || has_word(text, to_lower_ascii(known.name.name));
        if (is_unseen && is_named) known.is_certain = false;
        if (!is_named && !calls) continue;
        known.emptied_by = 0;
        for (Column& column : known.columns) column.may_be_filled = true;
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
        case Act::reset:
        case Act::use:
            set_path(action);
            return;
        case Act::set_schema:
            if (KnownTable* known = find(action.name)) known->name.schema = action.new_name.schema;
            return;
        case Act::truncate:
        case Act::remove:
        case Act::insert:
        case Act::merge:
        case Act::copy_in:
            change_rows(action);
            return;
        default:
            if (KnownTable* known = find_or_note(action)) alter_table(*known, action);
    }
}

}  // namespace kedge::lint
