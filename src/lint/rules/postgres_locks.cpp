// SPDX-License-Identifier: MIT
// Rules about what PostgreSQL locks while it builds, reads or writes a table anew.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/types.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kLocking =
    "https://www.postgresql.org/docs/current/explicit-locking.html";
constexpr std::string_view kAlterTable =
    "https://www.postgresql.org/docs/current/sql-altertable.html";
constexpr std::string_view kCreateIndex =
    "https://www.postgresql.org/docs/current/sql-createindex.html";

/// The statement with CONCURRENTLY behind the first such word in it.
std::string concurrently(const Scene& scene, std::string_view word) {
    std::string out = scene.statement->source.text;
    const std::size_t at = to_upper_ascii(out).find(word);
    if (at != std::string::npos) out.insert(at + word.size(), " CONCURRENTLY");
    return "-- kedge: no-transaction\n" + out;
}

std::string columns_text(const std::vector<std::string>& columns) {
    std::vector<std::string> out;
    for (const std::string& column : columns) out.push_back(sql_name(Engine::pg, column));
    return join(out, ", ");
}

Hits index_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || action.concurrently ||
        scene.is_new(action.name) ||
        scene.schema.is_new(ObjectKind::materialized_view, action.name)) {
        return {};
    }
    Hit hit =
        table_hit(action, fmt::format("index {}", action.part),
                  fmt::format("builds an index on {} without CONCURRENTLY", action.name.text()));
    hit.effect =
        fmt::format("a SHARE lock on {} stops INSERT, UPDATE and DELETE until the index is built",
                    action.name.text());
    hit.recipe = concurrently(scene, "INDEX");
    return {hit};
}

Hits drop_index_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::drop || action.object != ObjectKind::index || action.concurrently) {
        return {};
    }
    const KnownTable* table = scene.schema.table_of_index(action.name);
    if (table != nullptr && scene.is_new(table->name)) return {};
    Hit hit;
    hit.subject = fmt::format("index {}", action.name.text());
    hit.message = fmt::format("drops index {} without CONCURRENTLY", action.name.text());
    hit.effect =
        "an ACCESS EXCLUSIVE lock on its table waits for all who read it, and all others "
        "wait behind that";
    hit.recipe = fmt::format("-- kedge: no-transaction\nDROP INDEX CONCURRENTLY {};",
                             sql_name(scene.engine, action.name));
    hit.offset = action.offset;
    if (table != nullptr) hit.table = table->name;
    return {hit};
}

Hits reindex_not_concurrently(const Scene& scene) {
    const Action& action = *scene.action;
    constexpr int kSince = 12;
    if (action.act != Act::reindex || action.concurrently || !scene.version.at_least(kSince)) {
        return {};
    }
    Hit hit = table_hit(action, subject_of(action.object, action.name),
                        fmt::format("builds {} anew without CONCURRENTLY", action.name.text()));
    hit.effect = "writers wait, and readers who would use the index, until it is built";
    std::string kind = kind_word(action.object);
    hit.recipe = fmt::format("-- kedge: no-transaction\nREINDEX {} CONCURRENTLY {};",
                             to_upper_ascii(kind), sql_name(scene.engine, action.name));
    return {hit};
}

Hits detach_not_concurrently(const Scene& scene) {
    constexpr int kSince = 14;
    if (!alters_old_table(scene, Act::detach_partition) || scene.action->concurrently ||
        !scene.version.at_least(kSince)) {
        return {};
    }
    const Action& action = *scene.action;
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("detaches partition {} of {} without CONCURRENTLY", action.part,
                                    action.name.text()));
    hit.effect = "an ACCESS EXCLUSIVE lock on the whole partitioned table";
    hit.recipe = fmt::format(
        "-- kedge: no-transaction\nALTER TABLE {0} DETACH PARTITION {1} CONCURRENTLY;\n"
        "-- where it was interrupted:\nALTER TABLE {0} DETACH PARTITION {1} FINALIZE;",
        sql_name(scene.engine, action.name), sql_name(scene.engine, action.new_name));
    return {hit};
}

bool is_concurrent(const Action& action) {
    return action.concurrently && action.act != Act::refresh;
}

Hits concurrently_in_transaction(const Scene& scene) {
    const Action& action = *scene.action;
    if (!is_concurrent(action) || !scene.statement->in_own_transaction) return {};
    Hit hit = table_hit(action, subject_of(action.object, action.name),
                        "CONCURRENTLY stands within a transaction of the script's own");
    hit.effect = "the server refuses the statement";
    hit.recipe = "-- kedge: no-transaction\n" + scene.statement->source.text;
    return {hit};
}

Hits concurrently_if_not_exists(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || !action.concurrently ||
        !action.if_not_exists) {
        return {};
    }
    Hit hit = table_hit(action, fmt::format("index {}", action.part),
                        "CONCURRENTLY with IF NOT EXISTS takes a broken index for a good one");
    hit.effect =
        "what a build that was cut off has left is INVALID: it costs every write, serves no "
        "query, and is not built again";
    hit.recipe = fmt::format("-- kedge: no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS {};\n{}",
                             sql_name(scene.engine, Name{action.name.schema, action.part}),
                             replace_all(scene.statement->source.text, "IF NOT EXISTS ", ""));
    return {hit};
}

/// The script's changes, but for settings of the session.
std::size_t count_changes(const ScriptText& script) {
    return static_cast<std::size_t>(std::count_if(script.statements.begin(),
                                                  script.statements.end(),
                                                  [](const Statement& s) { return s.writes; }));
}

Hits concurrently_beside_others(const Scene& scene) {
    const Action& action = *scene.action;
    if (!is_concurrent(action) || scene.statement->in_own_transaction) return {};
    const auto& statements = scene.script.statements;
    const bool only_concurrent =
        std::all_of(statements.begin(), statements.end(), [](const Statement& statement) {
            return !statement.writes ||
                   std::all_of(statement.actions.begin(), statement.actions.end(), is_concurrent);
        });
    if (count_changes(scene.script) < 2 || only_concurrent) return {};
    Hit hit =
        table_hit(action, subject_of(action.object, action.name),
                  "CONCURRENTLY takes the other statements of the script out of a transaction");
    hit.effect = "where the script is cut off, part of it is permanent";
    hit.recipe =
        "-- in a change of its own:\n-- kedge: no-transaction\n" + scene.statement->source.text;
    return {hit};
}

/// The constraints of this kind that the clause adds to a table that was there before.
std::vector<const Constraint*> added(const Scene& scene, ConstraintKind kind) {
    std::vector<const Constraint*> out;
    const Action& action = *scene.action;
    if (scene.is_new(action.name)) return out;
    if (action.act == Act::add_constraint) {
        for (const Constraint& constraint : action.constraints) {
            if (constraint.kind == kind) out.push_back(&constraint);
        }
    } else if (action.act == Act::add_column) {
        for (const Column& column : action.columns) {
            if (const Constraint* constraint = column.constraint(kind)) out.push_back(constraint);
        }
    }
    return out;
}

Hits key_without_index(const Scene& scene, ConstraintKind kind, const char* words,
                       const char* suffix) {
    Hits out;
    const Action& action = *scene.action;
    for (const Constraint* constraint : added(scene, kind)) {
        if (!constraint->using_index.empty()) continue;
        const std::string index =
            constraint->name.empty() ? action.name.name + suffix : constraint->name;
        Hit hit = table_hit(action, fmt::format("constraint {} of {}", index, action.name.text()),
                            fmt::format("adds a {} to {}, and builds its index meanwhile",
                                        constraint_word(kind), action.name.text()));
        hit.effect = "an ACCESS EXCLUSIVE lock, against readers too, until the index is built";
        hit.recipe = fmt::format(
            "-- kedge: no-transaction\n"
            "CREATE UNIQUE INDEX CONCURRENTLY {0} ON {1} ({2});\n"
            "-- in a later change:\n"
            "ALTER TABLE {1} ADD CONSTRAINT {0} {3} USING INDEX {0};",
            sql_name(scene.engine, index), sql_name(scene.engine, action.name),
            columns_text(constraint->columns), words);
        hit.offset = constraint->offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits add_primary_key(const Scene& scene) {
    return key_without_index(scene, ConstraintKind::primary_key, "PRIMARY KEY", "_pkey");
}

Hits add_unique_constraint(const Scene& scene) {
    return key_without_index(scene, ConstraintKind::unique, "UNIQUE", "_key");
}

Hits add_foreign_key(const Scene& scene) {
    Hits out;
    const Action& action = *scene.action;
    for (const Constraint* constraint : added(scene, ConstraintKind::foreign_key)) {
        if (constraint->not_valid) continue;
        const std::string name =
            constraint->name.empty()
                ? fmt::format("{}_{}_fkey", action.name.name, join(constraint->columns, "_"))
                : constraint->name;
        Hit hit = table_hit(action, fmt::format("constraint {} of {}", name, action.name.text()),
                            fmt::format("adds a foreign key from {} to {} and checks all rows",
                                        action.name.text(), constraint->references.text()));
        hit.effect = fmt::format(
            "SHARE ROW EXCLUSIVE locks on {} and {} stop all writes while the rows are read",
            action.name.text(), constraint->references.text());
        const std::string parent_columns = columns_text(constraint->referenced_columns);
        hit.recipe = fmt::format(
            "ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}) REFERENCES "
            "{3}{4} NOT VALID;\n"
            "-- in a later change:\nALTER TABLE {0} VALIDATE CONSTRAINT {1};",
            sql_name(scene.engine, action.name), sql_name(scene.engine, name),
            columns_text(constraint->columns), sql_name(scene.engine, constraint->references),
            parent_columns.empty() ? "" : " (" + parent_columns + ")");
        hit.offset = constraint->offset;
        out.push_back(std::move(hit));
    }
    return out;
}

/// The statements before the scene's that are in the same transaction, the latest first.
template <typename Test>
bool any_before(const Scene& scene, const Test& test) {
    const auto& statements = scene.script.statements;
    std::size_t i = static_cast<std::size_t>(scene.statement - statements.data());
    if (!scene.statement->in_transaction) return false;
    while (i > 0) {
        const Statement& before = statements[--i];
        for (const Action& action : before.actions) {
            if (action.act == Act::commit || action.act == Act::rollback) return false;
            if (test(action)) return true;
        }
        if (!before.in_transaction) return false;
    }
    return false;
}

Hits validate_in_same_transaction(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::validate_constraint || scene.is_new(action.name)) return {};
    const bool was_added = any_before(scene, [&](const Action& before) {
        return before.act == Act::add_constraint && before.name.may_be(action.name) &&
               before.part == action.part;
    });
    if (!was_added) return {};
    Hit hit = table_hit(action, fmt::format("constraint {} of {}", action.part, action.name.text()),
                        "validates a constraint in the transaction that added it");
    hit.effect = "the strong lock of the first statement is held while all rows are read";
    hit.recipe =
        fmt::format("-- in a later change:\nALTER TABLE {} VALIDATE CONSTRAINT {};",
                    sql_name(scene.engine, action.name), sql_name(scene.engine, action.part));
    return {hit};
}

Hits change_column_type(const Scene& scene) {
    if (!alters_old_table(scene, Act::alter_column_type)) return {};
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    const KnownTable* table = scene.schema.table(action.name);
    const Column* known = table == nullptr ? nullptr : table->column(action.part);
    if (known != nullptr && !action.has_using && is_binary_coercible(known->type, column.type)) {
        return {};
    }
    Hit hit = table_hit(
        action, column_subject(action.name, action.part),
        fmt::format("changes the type of column {} of {}{} to {}", action.part, action.name.text(),
                    known == nullptr ? std::string() : " from " + known->type.text,
                    column.type.text));
    hit.effect =
        "the table and its indexes are written anew under an ACCESS EXCLUSIVE lock, but "
        "for the few changes of type that keep the bytes";
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {1} {2};\n-- keep the two alike by a trigger, fill it in "
        "batches, let clients use it, then:\nALTER TABLE {0} DROP COLUMN {3};",
        sql_name(scene.engine, action.name), sql_name(scene.engine, action.part + "_new"),
        column.type.text, sql_name(scene.engine, action.part));
    return {hit};
}

Hits volatile_default(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column)) return {};
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    constexpr int kFastDefaults = 11;
    const bool has_any =
        column.default_kind != DefaultKind::none && column.default_kind != DefaultKind::null;
    const bool is_slow = column.default_kind == DefaultKind::expression ||
                         (has_any && !scene.version.at_least(kFastDefaults));
    if (!is_slow || column.generated != Generated::no) return {};
    Hit hit = table_hit(action, column_subject(action.name, column.name),
                        fmt::format("adds column {} to {} with a default that is worked out for "
                                    "each row",
                                    column.name, action.name.text()));
    hit.effect = "the table is written anew under an ACCESS EXCLUSIVE lock";
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {1} {2};\n"
        "ALTER TABLE {0} ALTER COLUMN {1} SET DEFAULT ...;\n"
        "-- then fill the old rows in batches",
        sql_name(scene.engine, action.name), sql_name(scene.engine, column.name), column.type.text);
    return {hit};
}

Hits stored_generated(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column) ||
        scene.action->columns.front().generated != Generated::stored) {
        return {};
    }
    const Action& action = *scene.action;
    constexpr int kVirtual = 18;
    Hit hit = table_hit(
        action, column_subject(action.name, action.part),
        fmt::format("adds the stored generated column {} to {}", action.part, action.name.text()));
    hit.effect = "the table is written anew under an ACCESS EXCLUSIVE lock";
    hit.recipe = scene.version.is_known() && scene.version.at_least(kVirtual)
                     ? "-- a column that is worked out when it is read costs nothing:\n" +
                           replace_all(scene.statement->source.text, "STORED", "VIRTUAL")
                     : fmt::format(
                           "ALTER TABLE {} ADD COLUMN {} {};\n"
                           "-- let a trigger fill it, and fill the old rows in batches",
                           sql_name(scene.engine, action.name), sql_name(scene.engine, action.part),
                           action.columns.front().type.text);
    return {hit};
}

Hits add_identity(const Scene& scene) {
    if (!alters_old_table(scene, Act::add_column)) return {};
    const Action& action = *scene.action;
    const Column& column = action.columns.front();
    if (!column.is_identity && !column.is_serial) return {};
    Hit hit = table_hit(
        action, column_subject(action.name, column.name),
        fmt::format("adds the counting column {} to {}", column.name, action.name.text()));
    hit.effect =
        "each row gets its number: the table is written anew under an ACCESS EXCLUSIVE lock";
    return {hit};
}

Hits rewrite_table(const Scene& scene) {
    const Action& action = *scene.action;
    const bool rewrites = action.text == "SetTableSpace" || action.text == "SetLogged" ||
                          action.text == "SetUnLogged" || action.text == "SetAccessMethod";
    if (action.act != Act::alter || action.object != ObjectKind::table || !rewrites ||
        scene.is_new(action.name)) {
        return {};
    }
    Hit hit =
        table_hit(action, subject_of(ObjectKind::table, action.name),
                  fmt::format("moves table {} to another kind of storage", action.name.text()));
    hit.effect = "the table is written anew under an ACCESS EXCLUSIVE lock";
    return {hit};
}

Hits vacuum_full(const Scene& scene) {
    const Action& action = *scene.action;
    const bool rewrites = (action.act == Act::vacuum && action.full) || action.act == Act::cluster;
    if (!rewrites) return {};
    Hit hit = table_hit(action,
                        action.name.empty() ? std::string("all tables")
                                            : subject_of(ObjectKind::table, action.name),
                        action.act == Act::cluster ? "CLUSTER writes a table anew"
                                                   : "VACUUM FULL writes a table anew");
    hit.effect = "an ACCESS EXCLUSIVE lock, against readers too, until all of it is written";
    hit.recipe = action.name.empty()
                     ? std::string()
                     : fmt::format("VACUUM {};", sql_name(scene.engine, action.name));
    return {hit};
}

Hits timeout_taken_away(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_timeout =
        action.name.name == "lock_timeout" || action.name.name == "statement_timeout";
    const bool is_zero = action.act == Act::set && trim(action.text) == "0";
    const bool is_all = action.act == Act::reset && action.name.empty();
    if (!(is_timeout && (is_zero || action.act == Act::reset)) && !is_all) return {};
    Hit hit;
    hit.subject = is_all ? "all settings" : "setting " + action.name.name;
    hit.message = is_all ? "puts all settings back, the time limits as well"
                         : fmt::format("takes {} away", action.name.name);
    hit.effect = "a statement may wait for a lock without end, and everybody else behind it";
    hit.recipe = is_all ? "" : fmt::format("SET {} = '5s';", action.name.name);
    hit.offset = action.offset;
    return {hit};
}

/// It takes an ACCESS EXCLUSIVE lock on a table that others may use.
bool locks_all_out(const Action& action) {
    switch (action.act) {
        case Act::add_column:
        case Act::drop_column:
        case Act::rename_column:
        case Act::alter_column_type:
        case Act::set_not_null:
        case Act::drop_not_null:
        case Act::set_default:
        case Act::drop_default:
        case Act::drop_constraint:
        case Act::truncate:
            return action.object == ObjectKind::table;
        case Act::add_constraint:
            return action.constraints.empty() ||
                   action.constraints.front().kind != ConstraintKind::foreign_key;
        case Act::drop:
        case Act::rename:
            return action.object == ObjectKind::table;
        default:
            return false;
    }
}

/// A table that the script makes itself, so that nobody else has it.
bool made_in(const ScriptText& script, const Name& table) {
    return std::any_of(
        script.statements.begin(), script.statements.end(), [&](const Statement& statement) {
            return std::any_of(
                statement.actions.begin(), statement.actions.end(), [&](const Action& action) {
                    return action.act == Act::create && action.object == ObjectKind::table &&
                           action.name.may_be(table);
                });
        });
}

Hits several_locks(const Scene& scene) {
    Hits out;
    std::vector<Name> locked;  // in the transaction that is looked at
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            if (action.act == Act::commit || action.act == Act::rollback) locked.clear();
            if (!locks_all_out(action) || scene.is_new(action.name) ||
                made_in(scene.script, action.name)) {
                continue;
            }
            const bool is_known = std::any_of(locked.begin(), locked.end(), [&](const Name& name) {
                return name.may_be(action.name);
            });
            if (is_known) continue;
            locked.push_back(action.name);
            constexpr std::size_t kTold = 2;  // once for each transaction
            if (locked.size() != kTold || !statement.in_transaction) continue;
            Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                                fmt::format("locks everybody out of {} while {} is locked already",
                                            action.name.text(), locked.front().text()));
            hit.effect =
                "one who uses the two in another order deadlocks with it, and the first "
                "stays locked until the last is done";
            hit.recipe = fmt::format(
                "-- a change for each table; or, at the beginning and always in "
                "the same order:\nLOCK TABLE {}, {} IN ACCESS EXCLUSIVE MODE;",
                sql_name(scene.engine, locked.front()), sql_name(scene.engine, action.name));
            hit.where = statement.place(action.offset);
            out.push_back(std::move(hit));
        }
        if (!statement.in_transaction) locked.clear();
    }
    return out;
}

Hits backfill_with_alter(const Scene& scene) {
    const Action& action = *scene.action;
    const bool changes_rows = action.act == Act::update || action.act == Act::remove ||
                              action.act == Act::merge ||
                              (action.act == Act::insert && action.rows.from_query);
    if (!changes_rows || scene.is_new(action.name)) return {};
    std::string locked;
    const bool is_behind = any_before(scene, [&](const Action& before) {
        if (!locks_all_out(before) || scene.is_new(before.name)) return false;
        locked = before.name.text();
        return true;
    });
    if (!is_behind) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("changes rows of {} in the transaction that has altered {}",
                                    action.name.text(), locked));
    hit.effect = fmt::format("nobody can read or write {} until the rows are done", locked);
    hit.recipe = "-- in a change of its own, in batches:\n" + scene.statement->source.text;
    return {hit};
}

Hits enum_value_used(const Scene& scene) {
    const std::string& text = scene.statement->source.text;
    std::string value;
    const bool was_added = any_before(scene, [&](const Action& before) {
        if (before.act != Act::add_enum_value ||
            scene.schema.is_new(ObjectKind::type, before.name)) {
            return false;
        }
        value = before.part;
        return text.find("'" + value + "'") != std::string::npos;
    });
    if (!was_added) return {};
    Hit hit;
    hit.subject = fmt::format("value '{}'", value);
    hit.message = fmt::format("uses the value '{}' in the transaction that added it", value);
    hit.effect = "the server refuses it: \"unsafe use of new value\"";
    hit.offset = text.find("'" + value + "'");
    return {hit};
}

Hits enum_value_position(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_enum_value || action.has_position) return {};
    Hit hit;
    hit.subject = subject_of(ObjectKind::type, action.name);
    hit.message = fmt::format("adds '{}' to {} without a place", action.part, action.name.text());
    hit.effect = "it sorts behind all others";
    hit.recipe = fmt::format("ALTER TYPE {} ADD VALUE '{}' AFTER '...';",
                             sql_name(scene.engine, action.name), action.part);
    hit.offset = action.offset;
    return {hit};
}

bool is_clause(const Action& action) {
    switch (action.act) {
        case Act::add_column:
        case Act::drop_column:
        case Act::alter_column_type:
        case Act::set_not_null:
        case Act::drop_not_null:
        case Act::set_default:
        case Act::drop_default:
        case Act::add_constraint:
        case Act::drop_constraint:
            return action.object == ObjectKind::table;
        default:
            return false;
    }
}

Hits merge_alters(const Scene& scene) {
    const auto& statements = scene.script.statements;
    const auto i = static_cast<std::size_t>(scene.statement - statements.data());
    const auto& actions = scene.statement->actions;
    if (i == 0 || actions.empty() || !std::all_of(actions.begin(), actions.end(), is_clause)) {
        return {};
    }
    const auto& before = statements[i - 1].actions;
    const Name& table = actions.front().name;
    if (before.empty() || !std::all_of(before.begin(), before.end(), is_clause) ||
        before.front().name != table || scene.is_new(table)) {
        return {};
    }
    Hit hit = table_hit(
        actions.front(), subject_of(ObjectKind::table, table),
        fmt::format("alters {} again, right behind another ALTER TABLE of it", table.text()));
    hit.effect = "what each of them has to read or write is read or written twice";
    hit.recipe = fmt::format("ALTER TABLE {} ..., ...;", sql_name(scene.engine, table));
    return {hit};
}

Hits broken_concurrent_index(const Scene& scene) {
    const Action& action = *scene.action;
    constexpr int kMajor = 14;
    constexpr int kFixed = 4;
    const bool is_broken =
        scene.version.is_known() && scene.version.major == kMajor && scene.version.minor < kFixed;
    const bool builds = (action.act == Act::create && action.object == ObjectKind::index) ||
                        action.act == Act::reindex;
    if (!is_broken || !builds || !action.concurrently) return {};
    Hit hit = table_hit(
        action, subject_of(action.object, action.name),
        fmt::format("builds an index concurrently on PostgreSQL 14.{}", scene.version.minor));
    hit.effect = "14.0 to 14.3 have a fault that leaves rows out of such an index";
    return {hit};
}

Hits json_column(const Scene& scene) {
    Hits out;
    const Action& action = *scene.action;
    if (action.act != Act::create && action.act != Act::add_column &&
        action.act != Act::alter_column_type) {
        return {};
    }
    for (const Column& column : action.columns) {
        if (column.type.name != "json" || column.type.is_array) continue;
        Hit hit = table_hit(action, column_subject(action.name, column.name),
                            fmt::format("column {} is of type json", column.name));
        hit.effect = "json has no equality: SELECT DISTINCT and GROUP BY over it fail";
        hit.recipe = fmt::format("{} jsonb", sql_name(scene.engine, column.name));
        if (column.offset != 0) hit.offset = column.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

}  // namespace

std::vector<Rule> postgres_lock_rules() {
    return {
        {.id = "index-not-concurrently",
         .engines = kPg,
         .by_size = true,
         .title = "an index is built without CONCURRENTLY",
         .why = "CREATE INDEX holds a SHARE lock for as long as it builds, and nobody can write "
                "meanwhile.",
         .instead = "CREATE INDEX CONCURRENTLY, in a change of its own that runs outside a "
                    "transaction. A table that the same change has made needs none of that.",
         .link = kCreateIndex,
         .check = &index_not_concurrently,
         .examples = joined(
             pg_example({.deploy = "CREATE INDEX orders_by_day ON orders (day);"},
                        {.deploy = "CREATE TABLE orders (day date);\n"
                                   "CREATE INDEX orders_by_day ON orders (day);"}),
             pg_example({.deploy = "CREATE INDEX IF NOT EXISTS orders_by_day ON orders (day);"},
                        {.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"}))},
        {.id = "drop-index-not-concurrently",
         .engines = kPg,
         .title = "an index is dropped without CONCURRENTLY",
         .why = "DROP INDEX needs an ACCESS EXCLUSIVE lock on the table: it waits for the longest "
                "query, and everybody else waits behind it.",
         .instead = "DROP INDEX CONCURRENTLY, in a change that runs outside a transaction.",
         .link = "https://www.postgresql.org/docs/current/sql-dropindex.html",
         .check = &drop_index_not_concurrently,
         .examples = pg_example({.deploy = "DROP INDEX orders_by_day;"},
                                {.deploy = "DROP INDEX CONCURRENTLY orders_by_day;"})},
        {.id = "reindex-not-concurrently",
         .engines = kPg,
         .by_size = true,
         .title = "an index is built anew without CONCURRENTLY",
         .why = "REINDEX keeps writers out, and readers who would use the index.",
         .instead = "REINDEX … CONCURRENTLY, which there is from 12 on.",
         .link = "https://www.postgresql.org/docs/current/sql-reindex.html",
         .check = &reindex_not_concurrently,
         .examples = pg_example({.deploy = "REINDEX INDEX orders_by_day;"},
                                {.deploy = "REINDEX INDEX CONCURRENTLY orders_by_day;"})},
        {.id = "detach-partition-not-concurrently",
         .engines = kPg,
         .title = "a partition is detached without CONCURRENTLY",
         .why = "It locks the whole partitioned table against readers and writers.",
         .instead = "DETACH PARTITION … CONCURRENTLY, which there is from 14 on.",
         .link = kAlterTable,
         .check = &detach_not_concurrently,
         .examples = pg_example(
             {.deploy = "ALTER TABLE events DETACH PARTITION events_2020;"},
             {.deploy = "ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;"})},
        {.id = "concurrently-in-transaction",
         .engines = kPg,
         .severity = Severity::error,
         .title = "CONCURRENTLY stands within a transaction",
         .why = "PostgreSQL refuses it there.",
         .instead = "Take BEGIN and COMMIT out, or give it a change of its own.",
         .link = kCreateIndex,
         .purposes = kDeployAndRevert,
         .check = &concurrently_in_transaction,
         .examples = pg_example(
             {.deploy =
                  "BEGIN;\nCREATE INDEX CONCURRENTLY orders_by_day ON orders (day);\nCOMMIT;"},
             {.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"})},
        {.id = "concurrently-if-not-exists",
         .engines = kPg,
         .title = "CREATE INDEX CONCURRENTLY IF NOT EXISTS",
         .why = "A build that was cut off leaves an INVALID index of that name, which the next run "
                "takes for the real one.",
         .instead = "Drop what may have been left, and build without IF NOT EXISTS.",
         .link = kCreateIndex,
         .check = &concurrently_if_not_exists,
         .examples = pg_example(
             {.deploy = "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_day ON orders (day);"},
             {.deploy = "DROP INDEX CONCURRENTLY IF EXISTS orders_by_day;\n"
                        "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"})},
        {.id = "concurrently-beside-others",
         .engines = kPg,
         .title = "other statements stand beside CONCURRENTLY",
         .why = "The change can't be one transaction, so what stands beside it isn't undone with "
                "it either.",
         .instead = "A change of its own for what runs concurrently.",
         .link = kCreateIndex,
         .check = &concurrently_beside_others,
         .examples =
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN day date;\n"
                                   "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"},
                        {.deploy = "SET lock_timeout = '5s';\n"
                                   "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);"})},
        {.id = "add-primary-key",
         .engines = kPg,
         .by_size = true,
         .title = "a primary key is added, and its index built meanwhile",
         .why = "The index is built, and the columns looked through for NULLs, under an ACCESS "
                "EXCLUSIVE lock.",
         .instead = "Build a unique index concurrently, and add the key USING INDEX.",
         .link = kAlterTable,
         .check = &add_primary_key,
         .examples = joined(
             pg_example(
                 {.deploy = "ALTER TABLE orders ADD PRIMARY KEY (id);"},
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING "
                            "INDEX orders_pkey;"}),
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN id serial PRIMARY KEY;"},
                        {.deploy = "CREATE TABLE orders (id serial PRIMARY KEY);"}))},
        {.id = "add-unique-constraint",
         .engines = kPg,
         .by_size = true,
         .title = "a unique constraint is added, and its index built meanwhile",
         .why = "The index is built under an ACCESS EXCLUSIVE lock.",
         .instead = "Build a unique index concurrently, and add the constraint USING INDEX.",
         .link = kAlterTable,
         .check = &add_unique_constraint,
         .examples = joined(
             pg_example(
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);"},
                 {.deploy = "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX "
                            "orders_code;"}),
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN code text UNIQUE;"},
                        {.deploy = "ALTER TABLE orders ADD COLUMN code text;"}))},
        {.id = "add-foreign-key",
         .engines = kPg,
         .by_size = true,
         .title = "a foreign key is added, and all rows checked meanwhile",
         .why = "Both tables are locked against writes while the rows are read.",
         .instead = "Add it NOT VALID, and VALIDATE CONSTRAINT in a later change, which lets "
                    "writers go on.",
         .link = kAlterTable,
         .check = &add_foreign_key,
         .examples = joined(
             pg_example({.deploy = "ALTER TABLE items ADD CONSTRAINT items_order_fkey FOREIGN KEY "
                                   "(order_id) REFERENCES orders (id);"},
                        {.deploy = "ALTER TABLE items ADD CONSTRAINT items_order_fkey FOREIGN KEY "
                                   "(order_id) REFERENCES orders (id) NOT VALID;"}),
             pg_example({.deploy = "ALTER TABLE items ADD COLUMN order_id int REFERENCES orders;"},
                        {.deploy = "CREATE TABLE items (order_id int REFERENCES orders);"}))},
        {.id = "validate-in-same-transaction",
         .engines = kPg,
         .title = "a constraint is validated in the transaction that added it",
         .why = "NOT VALID gains nothing then: the lock of the first statement is held while the "
                "rows are read.",
         .instead = "VALIDATE CONSTRAINT in a later change.",
         .link = kAlterTable,
         .check = &validate_in_same_transaction,
         .examples = pg_example(
             {.deploy = "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\n"
                        "ALTER TABLE orders VALIDATE CONSTRAINT positive;"},
             {.deploy = "ALTER TABLE orders VALIDATE CONSTRAINT positive;"})},
        {.id = "change-column-type",
         .engines = kPg,
         .by_size = true,
         .title = "the type of a column is changed",
         .why =
             "All but a few changes of type write the table and its indexes anew, and clients of "
             "the former release expect the old type.",
         .instead =
             "A new column that is kept alike by a trigger and filled in batches. What keeps "
             "the bytes may be changed in place: varchar to text or to a longer varchar, "
             "numeric to more digits.",
         .link = kAlterTable,
         .check = &change_column_type,
         .examples = joined(
             pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN id TYPE bigint;"},
                        {.deploy = "ALTER TABLE orders ALTER COLUMN code TYPE text;",
                         .earlier = "CREATE TABLE orders (code varchar(20));"}),
             pg_example({.deploy = "ALTER TABLE orders ALTER COLUMN code SET DATA TYPE int USING "
                                   "code::int;",
                         .earlier = "CREATE TABLE orders (code varchar(20));"},
                        {.deploy = "ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);",
                         .earlier = "CREATE TABLE orders (total numeric(10, 2));"}))},
        {.id = "add-column-volatile-default",
         .engines = kPg,
         .by_size = true,
         .title = "a column is added with a default that differs from row to row",
         .why = "The table is written anew. A default that is the same for all rows costs nothing "
                "from 11 on.",
         .instead = "Add the column, set the default then, and fill the old rows in batches.",
         .link = kAlterTable,
         .check = &volatile_default,
         .examples = joined(
             pg_example(
                 {.deploy = "ALTER TABLE orders ADD COLUMN token uuid DEFAULT "
                            "gen_random_uuid();"},
                 {.deploy = "ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT now();"}),
             pg_example({.deploy = "ALTER TABLE orders ADD COLUMN state int DEFAULT 0;",
                         .version = "10.9"},
                        {.deploy = "ALTER TABLE orders ADD COLUMN state int DEFAULT 0;"}))},
        {.id = "add-stored-generated-column",
         .engines = kPg,
         .by_size = true,
         .title = "a stored generated column is added",
         .why = "Its value is worked out for every row, and the table written anew.",
         .instead = "A column that a trigger fills; from 18 on, a virtual one.",
         .link = "https://www.postgresql.org/docs/current/ddl-generated-columns.html",
         .check = &stored_generated,
         .examples = pg_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * "
                        "1.2) STORED;"},
             {.deploy = "CREATE TABLE orders (net numeric, gross numeric GENERATED ALWAYS AS (net "
                        "* 1.2) STORED);"})},
        {.id = "add-identity-column",
         .engines = kPg,
         .by_size = true,
         .title = "a serial or identity column is added to a table that is there",
         .why = "Every row gets its number, and the table is written anew.",
         .instead = "A new table; or a column without it that is filled in batches.",
         .link = kAlterTable,
         .check = &add_identity,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN number bigserial;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN number bigint;"})},
        {.id = "rewrite-table",
         .engines = kPg,
         .by_size = true,
         .title = "a table is moved to another tablespace or kind of storage",
         .why = "SET TABLESPACE, SET LOGGED, SET UNLOGGED and SET ACCESS METHOD write the table "
                "anew while nobody can use it.",
         .instead = "Do it when nobody needs the table.",
         .link = kAlterTable,
         .check = &rewrite_table,
         .examples = pg_example({.deploy = "ALTER TABLE orders SET LOGGED;"},
                                {.deploy = "ALTER TABLE orders SET (fillfactor = 70);"})},
        {.id = "vacuum-full",
         .engines = kPg,
         .title = "VACUUM FULL or CLUSTER",
         .why = "The table is written anew under a lock that keeps readers out, too.",
         .instead = "Plain VACUUM; or a tool that repacks while others work.",
         .link = "https://www.postgresql.org/docs/current/sql-vacuum.html",
         .check = &vacuum_full,
         .examples = pg_example({.deploy = "VACUUM FULL orders;"}, {.deploy = "VACUUM orders;"})},
        {.id = "timeout-taken-away",
         .engines = kPg,
         .title = "a script takes a time limit away",
         .why =
             "lock_timeout and statement_timeout keep one statement that waits from stopping all "
             "traffic.",
         .instead = "Set a limit that is long enough.",
         .link = "https://www.postgresql.org/docs/current/runtime-config-client.html",
         .purposes = kDeployAndRevert,
         .check = &timeout_taken_away,
         .examples = pg_example({.deploy = "SET lock_timeout = 0;"},
                                {.deploy = "SET lock_timeout = '5s';"})},
        {.id = "several-exclusive-locks",
         .engines = kPg,
         .severity = Severity::note,
         .title = "one transaction locks everybody out of several tables",
         .why = "Who uses the tables in another order deadlocks with it, and the first is locked "
                "until the last is done.",
         .instead = "A change for each table.",
         .link = kLocking,
         .scope = Scope::script,
         .check = &several_locks,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN a int;\n"
                                           "ALTER TABLE items ADD COLUMN b int;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN a int;\n"
                                           "ALTER TABLE orders ADD COLUMN b int;"})},
        {.id = "backfill-with-alter",
         .engines = kPg,
         .by_size = true,
         .title = "rows are changed in a transaction that has altered a table",
         .why = "The lock of ALTER TABLE keeps everybody out until all rows are done.",
         .instead = "A change of its own for the rows, in batches.",
         .link = kLocking,
         .check = &backfill_with_alter,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN state int;\n"
                                           "UPDATE orders SET state = 1 WHERE day < '2020-01-01';"},
                                {.deploy = "UPDATE orders SET state = 1 WHERE day < "
                                           "'2020-01-01';"})},
        {.id = "enum-value-used",
         .engines = kPg,
         .severity = Severity::error,
         .title = "a new value of an enumeration is used in the transaction that added it",
         .why = "PostgreSQL refuses it.",
         .instead = "Two changes.",
         .link = "https://www.postgresql.org/docs/current/sql-altertype.html",
         .scope = Scope::statement,
         .check = &enum_value_used,
         .examples =
             pg_example({.deploy = "BEGIN;\nALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';\n"
                                   "UPDATE people SET mood = 'fine' WHERE id = 1;\nCOMMIT;"},
                        {.deploy = "BEGIN;\nALTER TYPE mood ADD VALUE 'fine' AFTER 'ok';\n"
                                   "UPDATE people SET mood = 'ok' WHERE id = 1;\nCOMMIT;"})},
        {.id = "enum-value-position",
         .engines = kPg,
         .severity = Severity::note,
         .title = "a value is added to an enumeration without its place",
         .why = "Values sort in their order in the type, and a new one comes last.",
         .instead = "Say BEFORE or AFTER which.",
         .link = "https://www.postgresql.org/docs/current/sql-altertype.html",
         .check = &enum_value_position,
         .examples = pg_example({.deploy = "ALTER TYPE mood ADD VALUE 'fine';"},
                                {.deploy = "ALTER TYPE mood ADD VALUE 'fine' BEFORE 'ok';"})},
        {.id = "merge-alters",
         .engines = kPg,
         .severity = Severity::note,
         .title = "two ALTER TABLE of one table stand one behind the other",
         .why = "Each reads or writes the table by itself.",
         .instead = "One ALTER TABLE with both clauses.",
         .link = kAlterTable,
         .scope = Scope::statement,
         .check = &merge_alters,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN a int;\n"
                                           "ALTER TABLE orders ADD COLUMN b int;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b "
                                           "int;"})},
        {.id = "broken-concurrent-index",
         .engines = kPg,
         .severity = Severity::error,
         .title = "an index is built concurrently on a release that breaks it",
         .why = "PostgreSQL 14.0 to 14.3 may leave rows out of an index that was built "
                "concurrently.",
         .instead = "Bring the server to 14.4 or later first.",
         .link = "https://www.postgresql.org/docs/release/14.4/",
         .check = &broken_concurrent_index,
         .examples =
             pg_example({.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);",
                         .version = "14.2"},
                        {.deploy = "CREATE INDEX CONCURRENTLY orders_by_day ON orders (day);",
                         .version = "14.4"})},
        {.id = "json-column",
         .engines = kPg,
         .title = "a column is of type json",
         .why = "json can't be compared, so that SELECT DISTINCT over a table with it fails.",
         .instead = "jsonb.",
         .link = "https://www.postgresql.org/docs/current/datatype-json.html",
         .check = &json_column,
         .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN details json;"},
                                {.deploy = "ALTER TABLE orders ADD COLUMN details jsonb;"})},
    };
}

}  // namespace kedge::lint
