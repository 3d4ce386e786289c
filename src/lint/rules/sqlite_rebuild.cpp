// SPDX-License-Identifier: MIT
// Rules about what SQLite's way to alter a table, making it anew, leaves behind.
#include <algorithm>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kTwelveSteps =
    "https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes";

/// A hit at a statement of the script.
Hit hit_at(const Scene& scene, std::size_t statement, std::string subject, std::string message) {
    Hit out;
    out.subject = std::move(subject);
    out.message = std::move(message);
    if (statement < scene.script.statements.size()) {
        const Statement& where = scene.script.statements[statement];
        out.where = where.place(where.actions.empty() ? 0 : where.actions.front().offset);
    }
    return out;
}

Hit lost_object(const Scene& scene, const SideEffect& effect) {
    const std::string table = effect.table.text();
    if (effect.object == ObjectKind::index || effect.object == ObjectKind::trigger) {
        Hit hit = hit_at(scene, effect.statement,
                         fmt::format("{} {}", kind_word(effect.object), effect.name),
                         fmt::format("the rebuild of {} loses its {} {}", table,
                                     kind_word(effect.object), effect.name));
        hit.effect =
            fmt::format("DROP TABLE takes the {} along, and the script doesn't make it again",
                        kind_word(effect.object));
        hit.recipe =
            "-- once the former table is gone, and the new one has its name:\n" + effect.definition;
        return hit;
    }
    Hit hit = hit_at(scene, effect.statement, subject_of(ObjectKind::table, effect.table),
                     fmt::format("the rebuild of {} leaves out {}", table, effect.name));
    hit.effect = "what the former table made sure of, the new one doesn't";
    if (!effect.definition.empty()) {
        hit.recipe = "-- in the CREATE TABLE of the new table:\n" + effect.definition;
    }
    // That it was written down differently may be what the script is for.
    hit.severity = Severity::warning;
    return hit;
}

Hits rebuild_loses_object(const Scene& scene) {
    Hits out;
    for (const SideEffect& effect : scene.script.side_effects) {
        if (effect.kind == SideEffect::Kind::lost) out.push_back(lost_object(scene, effect));
    }
    return out;
}

Hits breaks_dependant(const Scene& scene) {
    Hits out;
    for (const SideEffect& effect : scene.script.side_effects) {
        if (effect.kind != SideEffect::Kind::broken) continue;
        const char* kind = kind_word(effect.object);
        const bool is_view = effect.object == ObjectKind::view;
        Hit hit = hit_at(scene, effect.statement, fmt::format("{} {}", kind, effect.name),
                         fmt::format("breaks the {} {}: {}", kind, effect.name, effect.reason));
        hit.effect =
            is_view ? "each query of the view fails, and so does each later ALTER TABLE"
                    : fmt::format("each statement that fires it fails, on {}", effect.table.text());
        hit.recipe = fmt::format("-- before the statement:\nDROP {} {};\n-- behind it, mended:\n{}",
                                 is_view ? "VIEW" : "TRIGGER", sql_name(scene.engine, effect.name),
                                 effect.definition);
        out.push_back(std::move(hit));
    }
    return out;
}

Hits dangling_foreign_key(const Scene& scene) {
    Hits out;
    for (const SideEffect& effect : scene.script.side_effects) {
        if (effect.kind != SideEffect::Kind::dangling) continue;
        Hit hit = hit_at(scene, effect.statement, subject_of(ObjectKind::table, effect.table),
                         fmt::format("{} now refers to {}, which isn't there any more",
                                     effect.table.text(), effect.reason));
        hit.effect =
            fmt::format("with foreign keys on, each write to {} fails: no such table: main.{}",
                        effect.table.text(), effect.reason);
        // The parent under the name that it had before the script.
        std::string parent = effect.reason;
        for (const Statement& statement : scene.script.statements) {
            for (const Action& action : statement.actions) {
                if (action.act == Act::rename &&
                    equals_ignoring_case(action.new_name.name, effect.reason)) {
                    parent = action.name.name;
                }
            }
        }
        hit.recipe = fmt::format(
            "-- make the new table under another name, and give it the old one's at the end:\n"
            "CREATE TABLE {0} (…);\nINSERT INTO {0} (…) SELECT … FROM {1};\n"
            "DROP TABLE {1};\nALTER TABLE {0} RENAME TO {1};",
            sql_name(scene.engine, "new_" + parent), sql_name(scene.engine, parent));
        out.push_back(std::move(hit));
    }
    return out;
}

bool is_on(std::string_view value) {
    for (const std::string_view on : {"on", "1", "yes", "true"}) {
        if (equals_ignoring_case(value, on)) return true;
    }
    return false;
}

const Action* foreign_key_setting(const Statement& statement) {
    for (const Action& action : statement.actions) {
        if (action.act == Act::pragma && action.name.name == "foreign_keys" &&
            !action.text.empty()) {
            return &action;
        }
    }
    return nullptr;
}

/// What becomes of rows of the other tables that refer to a table when its rows are deleted.
std::vector<std::string> effects_on_children(const Scene& scene, const Name& parent) {
    std::vector<std::string> out;
    for (const KnownTable& child : scene.schema.tables()) {
        if (child.name.may_be(parent)) continue;
        for (const Constraint& constraint : child.constraints) {
            if (constraint.kind != ConstraintKind::foreign_key ||
                !equals_ignoring_case(constraint.references.name, parent.name)) {
                continue;
            }
            const std::string name = child.name.text();
            switch (constraint.on_delete) {
                case ForeignKeyAction::cascade:
                    out.push_back(fmt::format("the rows of {} are deleted", name));
                    break;
                case ForeignKeyAction::set_null:
                case ForeignKeyAction::set_default:
                    out.push_back(fmt::format("the rows of {} lose their reference", name));
                    break;
                default:
                    out.push_back(fmt::format("it fails if {} has rows", name));
            }
        }
    }
    return out;
}

Hits drop_with_foreign_keys_on(const Scene& scene) {
    Hits out;
    bool enforced = false;
    for (const Statement& statement : scene.script.statements) {
        const Action* setting = foreign_key_setting(statement);
        if (setting != nullptr && !statement.in_own_transaction) enforced = is_on(setting->text);
        for (const Action& action : statement.actions) {
            if (!enforced || action.act != Act::drop || action.object != ObjectKind::table ||
                scene.is_new(action.name)) {
                continue;
            }
            const auto effects = effects_on_children(scene, action.name);
            if (effects.empty()) continue;
            Hit hit =
                table_hit(action, subject_of(ObjectKind::table, action.name),
                          fmt::format("drops {} while foreign keys are on", action.name.text()));
            hit.where = statement.place(action.offset);
            hit.effect = "DROP TABLE deletes all rows first: " + join(effects, ", ");
            hit.recipe =
                "-- at the top of the script, in the place of PRAGMA foreign_keys:\n"
                "-- kedge: foreign_keys off";
            out.push_back(std::move(hit));
        }
    }
    return out;
}

Hits foreign_keys_in_transaction(const Scene& scene) {
    const Action* setting = foreign_key_setting(*scene.statement);
    if (setting == nullptr || !scene.statement->in_own_transaction) return {};
    Hit hit;
    hit.subject = "PRAGMA foreign_keys";
    hit.message = "PRAGMA foreign_keys has no effect inside a transaction";
    hit.effect =
        is_on(setting->text)
            ? "foreign keys stay as they were, and nothing says so"
            : "where foreign keys are on, dropping a table still deletes what refers to it";
    hit.recipe = is_on(setting->text)
                     ? "-- before BEGIN:\nPRAGMA foreign_keys = ON;"
                     : "-- at the top of the script; rows are checked before the commit:\n"
                       "-- kedge: foreign_keys off";
    hit.offset = setting->offset;
    if (!is_on(setting->text)) hit.severity = Severity::error;
    return {hit};
}

/// The first column that gets the values of another, by the places in which they stand; and whether
/// both names are there on both sides, so that it can't be a renaming.
struct Mistake {
    std::string from;
    std::string to;
    bool certain = false;
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& n) { return equals_ignoring_case(n, name); });
}

std::optional<Mistake> mistake_of(const std::vector<std::string>& from,
                                  const std::vector<std::string>& to) {
    std::optional<Mistake> out;
    for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
        if (equals_ignoring_case(from[i], to[i])) continue;
        const bool certain = contains(to, from[i]) || contains(from, to[i]);
        if (!out || (certain && !out->certain)) out = Mistake{from[i], to[i], certain};
    }
    return out;
}

Hits rebuild_select_star(const Scene& scene) {
    Hits out;
    for (const Rebuild& rebuild : scene.script.rebuilds) {
        const Statement& copy = scene.script.statements[rebuild.copied_at];
        const auto star =
            std::find_if(copy.mentions.begin(), copy.mentions.end(),
                         [](const Mention& m) { return m.kind == Mention::Kind::select_star; });
        const Action& insert = copy.actions.front();
        if (star == copy.mentions.end() || insert.act != Act::insert) continue;
        const auto mistake =
            mistake_of(rebuild.old_columns,
                       insert.rows.has_columns ? insert.rows.assigned : rebuild.new_columns);
        if (!mistake) continue;
        Hit hit;
        hit.subject = subject_of(ObjectKind::table, rebuild.table);
        hit.message = fmt::format("copies by SELECT *, so that {} gets the values of {}",
                                  mistake->to, mistake->from);
        hit.effect = "SQLite goes by the order of columns alone, and takes any value for any type";
        hit.recipe = fmt::format("INSERT INTO {0} ({1})\nSELECT {1} FROM {2};",
                                 sql_name(scene.engine, insert.name),
                                 join(
                                     [&] {
                                         std::vector<std::string> both;
                                         for (const std::string& name : rebuild.new_columns) {
                                             if (contains(rebuild.old_columns, name)) {
                                                 both.push_back(sql_name(scene.engine, name));
                                             }
                                         }
                                         return both;
                                     }(),
                                     ", "),
                                 sql_name(scene.engine, rebuild.table));
        hit.where = copy.place(star->offset);
        if (!mistake->certain) hit.severity = Severity::warning;
        out.push_back(std::move(hit));
    }
    return out;
}

/// The copying statement says what becomes of NULL in the column, or leaves such rows out.
bool minds_null(const Scene& scene, std::string_view column) {
    for (const Rebuild& rebuild : scene.script.rebuilds) {
        if (!rebuild.table.may_be(scene.action->name)) continue;
        const Statement& copy = scene.script.statements[rebuild.copied_at];
        const std::string text = to_lower_ascii(copy.source.text);
        // Of a join nobody knows which table's column it is.
        if (text.find(" join ") != std::string::npos) return true;
        for (const std::string_view function : {"coalesce(", "ifnull(", "is not null", "case "}) {
            if (text.find(function) != std::string::npos &&
                text.find(to_lower_ascii(column)) != std::string::npos) {
                return true;
            }
        }
    }
    return false;
}

Hits rebuild_tightens(const Scene& scene) {
    const Action& action = *scene.action;
    if (!action.is_rebuild) return {};
    const std::string table = sql_name(scene.engine, action.name);
    Hits out;
    if (action.act == Act::set_not_null && !minds_null(scene, action.part)) {
        Hit hit = table_hit(
            action, column_subject(action.name, action.part),
            fmt::format("the rebuild of {} makes {} NOT NULL", action.name.text(), action.part));
        hit.effect = "copying fails at the first row that has NULL there";
        hit.recipe = fmt::format(
            "-- has to give 0, or copy coalesce({0}, ...) in the place of {0}:\n"
            "SELECT count(*) FROM {1} WHERE {0} IS NULL;",
            sql_name(scene.engine, action.part), table);
        out.push_back(std::move(hit));
    }
    if (action.act != Act::add_constraint) return out;
    for (const Constraint& constraint : action.constraints) {
        if (constraint.kind != ConstraintKind::check) continue;
        Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                            fmt::format("the rebuild of {} adds CHECK ({})", action.name.text(),
                                        constraint.expression));
        hit.effect = "copying fails at the first row that doesn't pass";
        hit.recipe = fmt::format("-- has to give 0:\nSELECT count(*) FROM {} WHERE NOT ({});",
                                 table, constraint.expression);
        out.push_back(std::move(hit));
    }
    return out;
}

constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER, note TEXT);\n"
    "CREATE INDEX orders_by_total ON orders (total);\n";

}  // namespace

std::vector<Rule> sqlite_rebuild_rules() {
    return {
        {.id = "rebuild-loses-object",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "a table is rebuilt without all that belonged to it",
         .why = "Dropping the old table drops its indexes and triggers, and its checks, keys and "
                "defaults are only what the new CREATE TABLE says. Nothing tells that one is "
                "missing: queries get slow, and bad rows get in. A constraint or default that is "
                "left out counts as a warning, since that may be what the script is for.",
         .instead = "Make each of them again once the new table has its name, or drop by name, "
                    "before, what is to go.",
         .link = kTwelveSteps,
         .scope = Scope::script,
         .check = &rebuild_loses_object,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE new_orders (id INTEGER PRIMARY KEY, total INTEGER "
                                  "NOT NULL, note TEXT);\n"
                                  "INSERT INTO new_orders (id, total, note) SELECT id, total, note "
                                  "FROM orders;\n"
                                  "DROP TABLE orders;\n"
                                  "ALTER TABLE new_orders RENAME TO orders;",
                        .earlier = kOrders},
                       {.deploy = "CREATE TABLE new_orders (id INTEGER PRIMARY KEY, total INTEGER "
                                  "NOT NULL, note TEXT);\n"
                                  "INSERT INTO new_orders (id, total, note) SELECT id, total, note "
                                  "FROM orders;\n"
                                  "DROP TABLE orders;\n"
                                  "ALTER TABLE new_orders RENAME TO orders;\n"
                                  "CREATE INDEX orders_by_total ON orders (total);",
                        .earlier = kOrders}}}},
        {.id = "breaks-dependant",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "a view or trigger can't be used any more",
         .why =
             "SQLite keeps views and triggers as text. It lets one drop what they name, and they "
             "fail only when somebody uses them; until then most of ALTER TABLE fails, too.",
         .instead = "Drop the view or trigger before, and make it again without what is gone.",
         .link = "https://www.sqlite.org/lang_droptable.html",
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &breaks_dependant,
         .examples =
             {{Engine::sqlite,
               {.deploy = "DROP TABLE orders;",
                .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);\n"
                           "CREATE VIEW large_orders AS SELECT id FROM orders WHERE total > 100;"},
               {.deploy = "DROP VIEW large_orders;\nDROP TABLE orders;",
                .earlier =
                    "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);\n"
                    "CREATE VIEW large_orders AS SELECT id FROM orders WHERE total > 100;"}}}},
        {.id = "dangling-foreign-key",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "a foreign key is left without its parent table",
         .why =
             "A rebuild that renames the old table away makes SQLite rewrite the foreign keys of "
             "other tables to its new name; once that is dropped they point nowhere, and with "
             "foreign keys on no row of these tables can be written.",
         .instead = "Make the new table under another name, drop the old one, and rename the new "
                    "one; or drop the tables that refer to a table first.",
         .link = kTwelveSteps,
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &dangling_foreign_key,
         .examples =
             {{Engine::sqlite,
               {.deploy = "ALTER TABLE orders RENAME TO old_orders;\n"
                          "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);\n"
                          "INSERT INTO orders (id, total) SELECT id, total FROM old_orders;\n"
                          "DROP TABLE old_orders;",
                .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);\n"
                           "CREATE TABLE items (order_id INTEGER REFERENCES orders (id));"},
               {.deploy = "CREATE TABLE new_orders (id INTEGER PRIMARY KEY, total INTEGER NOT "
                          "NULL);\n"
                          "INSERT INTO new_orders (id, total) SELECT id, total FROM orders;\n"
                          "DROP TABLE orders;\n"
                          "ALTER TABLE new_orders RENAME TO orders;",
                .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER);\n"
                           "CREATE TABLE items (order_id INTEGER REFERENCES orders (id));"}}}},
        {.id = "drop-with-foreign-keys-on",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "a table that others refer to is dropped while foreign keys are on",
         .why = "With foreign keys on, DROP TABLE deletes all rows before it drops the table, with "
                "all that ON DELETE says. A rebuild loses the rows of the child tables so.",
         .instead = "Write -- kedge: foreign_keys off at the top: they are off while the script "
                    "runs, and all references are checked before it is committed.",
         .link = "https://www.sqlite.org/foreignkeys.html#fk_schemacommands",
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &drop_with_foreign_keys_on,
         .examples =
             {{Engine::sqlite,
               {.deploy = "PRAGMA foreign_keys = ON;\nDROP TABLE orders;",
                .earlier =
                    "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n"
                    "CREATE TABLE items (o INTEGER REFERENCES orders (id) ON DELETE CASCADE);"},
               {.deploy = "PRAGMA foreign_keys = OFF;\nDROP TABLE orders;",
                .earlier =
                    "CREATE TABLE orders (id INTEGER PRIMARY KEY);\n"
                    "CREATE TABLE items (o INTEGER REFERENCES orders (id) ON DELETE CASCADE);"}}}},
        {.id = "foreign-keys-in-transaction",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "PRAGMA foreign_keys inside a transaction",
         .why = "SQLite ignores it there without a word. Who turns foreign keys off so, to rebuild "
                "a table, may lose the rows of the child tables; for that it is an error.",
         .instead = "Set it before BEGIN, or write -- kedge: foreign_keys off at the top.",
         .link = "https://www.sqlite.org/pragma.html#pragma_foreign_keys",
         .scope = Scope::statement,
         .purposes = kDeployAndRevert,
         .check = &foreign_keys_in_transaction,
         .examples = {{Engine::sqlite,
                       {.deploy = "BEGIN;\nPRAGMA foreign_keys = OFF;\n"
                                  "CREATE TABLE t (a INTEGER);\nCOMMIT;"},
                       {.deploy = "PRAGMA foreign_keys = OFF;\nBEGIN;\n"
                                  "CREATE TABLE t (a INTEGER);\nCOMMIT;"}}}},
        {.id = "rebuild-select-star",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "a rebuild copies by SELECT * into columns of another order",
         .why = "Values go by the order of columns, and since SQLite takes any value for any type "
                "the mix-up is silent. Where the names alone differ, which may be a renaming, it "
                "is a warning.",
         .instead = "Name the columns on both sides.",
         .link = kTwelveSteps,
         .scope = Scope::script,
         .purposes = kDeployAndRevert,
         .check = &rebuild_select_star,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE new_orders (id INTEGER PRIMARY KEY, note TEXT, "
                                  "total INTEGER);\n"
                                  "INSERT INTO new_orders SELECT * FROM orders;\n"
                                  "DROP TABLE orders;\n"
                                  "ALTER TABLE new_orders RENAME TO orders;",
                        .earlier = kOrders},
                       {.deploy = "CREATE TABLE new_orders (id INTEGER PRIMARY KEY, total INTEGER "
                                  "NOT NULL, note TEXT);\n"
                                  "INSERT INTO new_orders SELECT * FROM orders;\n"
                                  "DROP TABLE orders;\n"
                                  "ALTER TABLE new_orders RENAME TO orders;",
                        .earlier = kOrders}}}},
        {.id = "rebuild-tightens",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "a rebuild asks more of the rows that are there",
         .why =
             "A column that becomes NOT NULL, or a new CHECK, is tried when the rows are copied, "
             "and a single one that fails stops the change: in production, where such rows are.",
         .instead = "Count such rows before, or mend them while they are copied.",
         .link = kTwelveSteps,
         .purposes = kDeployAndRevert,
         .check = &rebuild_tightens,
         .examples =
             {{Engine::sqlite,
               {.deploy = "CREATE TABLE o2 (id INTEGER PRIMARY KEY, total INTEGER NOT NULL, "
                          "note TEXT);\n"
                          "INSERT INTO o2 (id, total, note) SELECT id, total, note FROM "
                          "orders;\n"
                          "DROP TABLE orders;\nALTER TABLE o2 RENAME TO orders;",
                .earlier = kOrders},
               {.deploy = "CREATE TABLE o2 (id INTEGER PRIMARY KEY, total INTEGER NOT NULL, "
                          "note TEXT);\n"
                          "INSERT INTO o2 (id, total, note) SELECT id, coalesce(total, 0), "
                          "note FROM orders;\n"
                          "DROP TABLE orders;\nALTER TABLE o2 RENAME TO orders;",
                .earlier = kOrders}}}},
    };
}

}  // namespace kedge::lint
