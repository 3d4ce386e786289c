// SPDX-License-Identifier: MIT
#include "lint/sqlite/rebuilds.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "lint/sqlite/actions.hpp"
#include "lint/sqlite/table_change.hpp"
#include "schema/sqlite/canonical.hpp"
#include "script/sqlite/tokens.hpp"
#include "support/text.hpp"

namespace kedge::lint::sqlite {
namespace {

using db::sqlite::Access;
using db::sqlite::SchemaRow;

bool takes_away(const Action& action) {
    return (action.act == Act::drop &&
            (action.object == ObjectKind::table || action.object == ObjectKind::view)) ||
           action.act == Act::rename || action.act == Act::rename_column;
}

/// What an index is on, whatever its name: the statement from ON on.
std::string index_form(const std::string& sql) {
    const auto tokens = script::sqlite::tokens_of(sql);
    const auto on = std::find_if(tokens.begin(), tokens.end(),
                                 [](const auto& token) { return token.is_word("ON"); });
    const bool unique = tokens.size() > 1 && tokens[1].is_word("UNIQUE");
    schema::sqlite::Tokens rest(on, tokens.end());
    if (!rest.empty() && rest.back().is_sign(";")) rest = rest.first(rest.size() - 1);
    return (unique ? "unique " : "") +
           to_lower_ascii(schema::sqlite::line(rest, {nullptr, nullptr}));
}

const SchemaRow* find_row(const std::vector<SchemaRow>& rows, std::string_view kind,
                          std::string_view name) {
    for (const SchemaRow& row : rows) {
        if (row.kind == kind && equals_ignoring_case(row.name, name)) return &row;
    }
    return nullptr;
}

bool has_such_index(const std::vector<SchemaRow>& rows, const SchemaRow& index) {
    const std::string form = index_form(index.sql);
    return std::any_of(rows.begin(), rows.end(), [&](const SchemaRow& row) {
        if (row.kind != "index" || row.sql.empty()) return false;
        // A unique one serves the same queries.
        const std::string known = index_form(row.sql);
        return known == form || known == "unique " + form;
    });
}

bool begins_with(const std::vector<std::string>& columns, const std::vector<std::string>& first) {
    return columns.size() >= first.size() &&
           std::equal(first.begin(), first.end(), columns.begin(),
                      [](const auto& a, const auto& b) { return equals_ignoring_case(a, b); });
}

/// What each part of an index says of its collation, lower case; empty where it says none.
std::vector<std::string> collations_of(const std::string& sql) {
    std::vector<std::string> out;
    std::size_t depth = 0;
    const auto tokens = script::sqlite::tokens_of(sql);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is_sign(")") && --depth == 0) break;
        if (tokens[i].is_sign("(") && ++depth == 1) out.emplace_back();
        if (tokens[i].is_sign(",") && depth == 1) out.emplace_back();
        if (tokens[i].is_word("COLLATE") && depth == 1 && i + 1 < tokens.size()) {
            out.back() = to_lower_ascii(tokens[i + 1].name());
        }
    }
    return out;
}

/// An index that is written down as such, and whole.
struct WrittenIndex {
    Index index;
    std::vector<std::string> collations;
};

std::vector<WrittenIndex> indexes_of(const std::vector<SchemaRow>& rows, const std::string& table) {
    std::vector<WrittenIndex> out;
    for (const SchemaRow& row : rows) {
        if (row.kind != "index" || row.sql.empty() || !equals_ignoring_case(row.table, table)) {
            continue;
        }
        const std::vector<Action> actions = actions_of(row.sql);
        if (actions.empty() || !actions.front().index || actions.front().index->is_partial)
            continue;
        out.push_back({*actions.front().index, collations_of(row.sql)});
    }
    return out;
}

/// Another one finds the same rows by the columns that it begins with.
bool is_served_by(const SchemaRow& index, const std::vector<WrittenIndex>& others) {
    const std::vector<Action> actions = actions_of(index.sql);
    if (actions.empty() || !actions.front().index) return false;
    const Index& known = *actions.front().index;
    const bool is_plain = !known.unique && !known.is_partial &&
                          std::none_of(known.columns.begin(), known.columns.end(),
                                       [](const std::string& name) { return name.empty(); });
    return is_plain && std::any_of(others.begin(), others.end(), [&](const WrittenIndex& other) {
               return begins_with(other.index.columns, known.columns) &&
                      begins_with(other.collations, collations_of(index.sql));
           });
}

/// The table as it is now needs no such index: a key of it is on the same columns, or a column is
/// gone, and with it what the index was for.
bool is_index_needless(const SchemaRow& index, const Action& table) {
    const std::vector<Action> actions = actions_of(index.sql);
    if (actions.empty() || !actions.front().index || table.columns.empty()) return false;
    const Index& known = *actions.front().index;
    const auto is_there = [&](const std::string& name) {
        return name.empty() ||
               std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
                   return equals_ignoring_case(column.name, name);
               });
    };
    if (!std::all_of(known.columns.begin(), known.columns.end(), is_there)) return true;
    if (known.is_partial) return false;
    const auto is_same = [&](const Constraint& constraint) {
        // What is unique is so in any order.
        return constraint.is_key() &&
               (known.unique ? same_columns(constraint.columns, known.columns)
                             : begins_with(constraint.columns, known.columns));
    };
    return std::any_of(table.constraints.begin(), table.constraints.end(), is_same) ||
           std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
               return std::any_of(column.constraints.begin(), column.constraints.end(), is_same);
           });
}

ObjectKind kind_of(const SchemaRow& row) {
    if (row.kind == "index") return ObjectKind::index;
    if (row.kind == "trigger") return ObjectKind::trigger;
    return row.kind == "view" ? ObjectKind::view : ObjectKind::table;
}

/// The action of a CREATE TABLE; one without columns where there is none.
Action table_action(const SchemaRow* row) {
    if (row == nullptr) return {};
    std::vector<Action> actions = actions_of(row->sql);
    return actions.empty() ? Action() : std::move(actions.front());
}

std::vector<std::string> names_of(const Action& table) {
    std::vector<std::string> out;
    for (const Column& column : table.columns) {
        if (column.generated == Generated::no) out.push_back(column.name);
    }
    return out;
}

}  // namespace

Rebuilds::Id Rebuilds::id_of(const std::string& name) {
    const auto [found, is_new] = names_.try_emplace(to_lower_ascii(name), tables_.size());
    if (is_new) tables_.emplace_back().first_name = name;
    return found->second;
}

std::optional<std::size_t> Rebuilds::copied(Id from, Id into) const {
    std::set<Id> seen = {into};
    // What gets into `into` itself, with the statement that puts it there.
    std::vector<std::pair<Id, std::size_t>> open(tables_[into].copied_from.begin(),
                                                 tables_[into].copied_from.end());
    while (!open.empty()) {
        const auto [id, index] = open.back();
        open.pop_back();
        if (id == from) return index;
        if (!seen.insert(id).second) continue;
        for (const auto& [source, earlier] : tables_[id].copied_from) {
            if (earlier < index) open.emplace_back(source, index);
        }
    }
    return std::nullopt;
}

void Rebuilds::take_snapshot() {
    if (std::exchange(has_snapshot_, true)) return;
    objects_ = replay_.copy().objects();
    dangling_ = replay_.copy().foreign_keys_to_nowhere();
}

/// Views and triggers that speak of what was taken away, be it by way of another view.
std::vector<SchemaRow> Rebuilds::concerned() const {
    std::vector<SchemaRow> left = replay_.copy().views_and_triggers();
    std::vector<SchemaRow> out;
    std::set<std::string> names = taken_;
    const auto speaks_of_one = [&](const SchemaRow& row) {
        const std::string sql = to_lower_ascii(row.sql);
        return std::any_of(names.begin(), names.end(),
                           [&](const std::string& name) { return sql.find(name) != sql.npos; });
    };
    for (bool more = true; more;) {
        const auto found = std::stable_partition(
            left.begin(), left.end(), [&](const SchemaRow& row) { return !speaks_of_one(row); });
        more = found != left.end();
        for (auto row = found; row != left.end(); ++row) names.insert(to_lower_ascii(row->name));
        out.insert(out.end(), found, left.end());
        left.erase(found, left.end());
    }
    return out;
}

void Rebuilds::before(const Statement& statement) {
    for (const Action& action : statement.actions) {
        if (!takes_away(action)) continue;
        take_snapshot();
        if (!taken_.insert(to_lower_ascii(action.name.name)).second) continue;
        for (const SchemaRow& row : concerned()) {
            if (!looked_at_.insert(row.name).second) continue;
            std::string message = replay_.copy().trouble_with(row);
            if (!message.empty()) troubles_.push_back({row, std::move(message)});
        }
    }
}

void Rebuilds::after(const Statement& statement, std::size_t index) {
    if (statement.actions.empty() || replay_.last().is_refused()) return;
    const Action& action = statement.actions.front();
    if (takes_away(action)) last_change_ = index;
    const bool is_table = action.object == ObjectKind::table;
    const bool makes = is_table && action.act == Act::create;
    if (makes) {
        if (names_.contains(to_lower_ascii(action.name.name))) {
            if (action.if_not_exists) return;
        }
        names_[to_lower_ascii(action.name.name)] = tables_.size();
        tables_.emplace_back().named_at = index;
    }
    if (action.act == Act::insert || makes) {
        const Id target = id_of(action.name.name);
        const auto note = [&](const std::string& name) {
            if (name.starts_with("sqlite_")) return;
            const Id source = id_of(name);
            if (source != target) tables_[target].copied_from[source] = index;
        };
        for (const Access& access : replay_.last().access) {
            if (access.kind == Access::Kind::read) note(access.object);
        }
        // Where two tables have the same form SQLite copies without a look at columns.
        for (const Mention& mention : statement.mentions) {
            if (mention.kind == Mention::Kind::table) note(mention.name.name);
        }
    } else if (is_table && action.act == Act::rename) {
        const Id id = id_of(action.name.name);
        names_.erase(to_lower_ascii(action.name.name));
        names_[to_lower_ascii(action.new_name.name)] = id;
        if (!tables_[id].left_at) tables_[id].left_at = index;
        tables_[id].named_at = index;
    } else if (action.act == Act::drop) {
        dropped_[to_lower_ascii(action.name.name)] = index;
        if (!is_table) return;
        const Id id = id_of(action.name.name);
        names_.erase(to_lower_ascii(action.name.name));
        tables_[id].dropped_at = index;
        if (!tables_[id].left_at) tables_[id].left_at = index;
    }
}

void Rebuilds::conclude(ScriptText& script) {
    if (!has_snapshot_) return;
    for (Id id = 0; id < tables_.size(); ++id) {
        if (tables_[id].dropped_at && !tables_[id].first_name.empty()) {
            add_rebuild(script, id, tables_[id]);
        }
    }
    // What follows from a statement that fails is no matter.
    const bool fails = std::any_of(script.statements.begin(), script.statements.end(),
                                   [](const Statement& s) { return s.refusal.has_value(); });
    if (!fails) add_broken(script);
}

void Rebuilds::add_rebuild(ScriptText& script, Id old_table, const Table& table) {
    const auto found = names_.find(to_lower_ascii(table.first_name));
    if (found == names_.end()) return;
    const Table& made = tables_[found->second];
    const auto copied_at = copied(old_table, found->second);
    if (!made.first_name.empty() || !copied_at) return;

    const auto now = replay_.copy().objects();
    const SchemaRow* old_row = find_row(objects_, "table", table.first_name);
    const Action before = table_action(old_row);
    const Action after = table_action(find_row(now, "table", table.first_name));
    Rebuild rebuild;
    rebuild.table = {{}, old_row != nullptr ? old_row->name : table.first_name};
    rebuild.left_at = *table.left_at;
    rebuild.copied_at = *copied_at;
    rebuild.old_columns = names_of(before);
    rebuild.new_columns = names_of(after);

    const auto mark = [&](std::size_t index) {
        for (Action& action : script.statements[index].actions) action.is_rebuild = true;
    };
    add_losses(script, rebuild, after, now);
    if (!before.columns.empty() && !after.columns.empty()) {
        const auto key_of = [&](const std::string& parent) -> std::vector<std::string> {
            const SchemaRow* row = find_row(now, "table", parent);
            if (row == nullptr) return {};
            return key_columns(table_action(row));
        };
        const auto is_there = [&](const std::string& parent) {
            return find_row(objects_, "table", parent) != nullptr;
        };
        const std::vector<WrittenIndex> indexes = indexes_of(now, rebuild.table.name);
        const auto is_unique = [&](const std::vector<std::string>& columns) {
            return std::any_of(indexes.begin(), indexes.end(), [&](const WrittenIndex& written) {
                return written.index.unique && same_columns(written.index.columns, columns);
            });
        };
        for (SideEffect& lost :
             losses_between(before, after, rebuild.table, {key_of, is_there, is_unique})) {
            lost.statement = rebuild.left_at;
            script.side_effects.push_back(std::move(lost));
        }
    }
    mark_indexes(script, rebuild.table);
    mark(rebuild.left_at);
    mark(made.named_at);
    mark(*table.dropped_at);
    auto& actions = script.statements[rebuild.left_at].actions;
    std::vector<Action> changes = changes_between(before, after, rebuild.table);
    for (Action& change : changes) change.offset = actions.front().offset;
    actions.insert(actions.begin(), changes.begin(), changes.end());
    script.rebuilds.push_back(std::move(rebuild));
}

/// Indexes that the old table had as well: what they ask of the rows, these have passed.
void Rebuilds::mark_indexes(ScriptText& script, const Name& table) const {
    for (Statement& statement : script.statements) {
        for (Action& action : statement.actions) {
            if (action.act != Act::create || action.object != ObjectKind::index ||
                !equals_ignoring_case(action.name.name, table.name)) {
                continue;
            }
            SchemaRow same;
            same.sql = statement.source.text;
            if (has_such_index(objects_, same)) action.is_rebuild = true;
        }
    }
}

void Rebuilds::add_losses(ScriptText& script, const Rebuild& rebuild, const Action& after,
                          const std::vector<SchemaRow>& now) const {
    const std::vector<WrittenIndex> others = indexes_of(now, rebuild.table.name);
    for (const SchemaRow& row : objects_) {
        const bool belongs = equals_ignoring_case(row.table, rebuild.table.name) &&
                             (row.kind == "index" || row.kind == "trigger");
        if (!belongs || row.sql.empty() || find_row(now, row.kind, row.name) != nullptr ||
            dropped_.contains(to_lower_ascii(row.name)) ||
            (row.kind == "index" && (has_such_index(now, row) || is_index_needless(row, after) ||
                                     is_served_by(row, others)))) {
            continue;
        }
        SideEffect lost;
        lost.object = kind_of(row);
        lost.name = row.name;
        lost.table = rebuild.table;
        lost.definition = row.sql + ";";
        lost.statement = rebuild.left_at;
        script.side_effects.push_back(std::move(lost));
    }
}

/// The statement that took away what the message misses; else the last that took anything.
std::size_t Rebuilds::statement_about(const ScriptText& script, const std::string& reason) const {
    for (std::size_t i = 0; i < script.statements.size(); ++i) {
        for (const Action& action : script.statements[i].actions) {
            if (takes_away(action) && reason.ends_with(action.name.name)) return i;
        }
    }
    return last_change_;
}

void Rebuilds::add_broken(ScriptText& script) const {
    for (const SchemaRow& row : concerned()) {
        Trouble trouble{row, replay_.copy().trouble_with(row)};
        if (trouble.message.empty()) continue;
        const bool is_new = find_row(objects_, trouble.object.kind, trouble.object.name) == nullptr;
        const bool was_so =
            std::any_of(troubles_.begin(), troubles_.end(), [&](const Trouble& before) {
                return before.object.kind == trouble.object.kind &&
                       before.object.name == trouble.object.name;
            });
        if (is_new || was_so) continue;
        SideEffect broken;
        broken.kind = SideEffect::Kind::broken;
        broken.object = kind_of(trouble.object);
        broken.name = trouble.object.name;
        broken.table = {{}, trouble.object.table};
        broken.definition = trouble.object.sql + ";";
        broken.statement = statement_about(script, trouble.message);
        broken.reason = std::move(trouble.message);
        script.side_effects.push_back(std::move(broken));
    }
    for (const auto& [table, parent] : replay_.copy().foreign_keys_to_nowhere()) {
        const bool was_so = std::any_of(dangling_.begin(), dangling_.end(),
                                        [&](const db::sqlite::ForeignKeyRow& before) {
                                            return before.table == table && before.parent == parent;
                                        });
        // One that the script itself makes to a parent that comes later is no matter.
        if (was_so || find_row(objects_, "table", table) == nullptr) continue;
        SideEffect dangling;
        dangling.kind = SideEffect::Kind::dangling;
        dangling.object = ObjectKind::constraint;
        dangling.name = table;
        dangling.table = {{}, table};
        dangling.reason = parent;
        dangling.statement = statement_about(script, parent);
        script.side_effects.push_back(std::move(dangling));
    }
}

}  // namespace kedge::lint::sqlite
