// SPDX-License-Identifier: MIT
// Rules about how tables are made in SQLite, whose types and keys are not those of other engines.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kRowid = "https://www.sqlite.org/lang_createtable.html#rowid";

bool makes_table(const Action& action) {
    return action.act == Act::create && action.object == ObjectKind::table && !action.temporary;
}

/// The column whose own clause makes it the whole primary key, or that the table's names alone.
const Column* single_key(const Action& table) {
    for (const Column& column : table.columns) {
        if (column.constraint(ConstraintKind::primary_key) != nullptr) return &column;
        for (const Constraint& constraint : table.constraints) {
            if (constraint.kind == ConstraintKind::primary_key && constraint.columns.size() == 1 &&
                equals_ignoring_case(constraint.columns.front(), column.name)) {
                return &column;
            }
        }
    }
    return nullptr;
}

/// Words that mean an integer wherever they come from. All of them, and more, have INT in them.
bool means_integer(std::string_view type) {
    static constexpr std::array<std::string_view, 16> kIntegers = {
        "int",
        "integer",
        "tinyint",
        "smallint",
        "mediumint",
        "bigint",
        "int2",
        "int4",
        "int8",
        "int16",
        "int32",
        "int64",
        "unsigned big int",
        "unsigned int",
        "int unsigned",
        "uint",
    };
    return std::find(kIntegers.begin(), kIntegers.end(), type) != kIntegers.end() ||
           type.ends_with(" unsigned") || type.starts_with("unsigned ");
}

/// Words that mean a number, or for which a number is as good as a text.
bool means_number(std::string_view type) {
    static constexpr std::array<std::string_view, 13> kNumbers = {
        "numeric",  "decimal", "dec", "number",    "boolean",  "bool", "date",
        "datetime", "time",    "bit", "timestamp", "currency", "money"};
    return std::find(kNumbers.begin(), kNumbers.end(), type) != kNumbers.end() ||
           type.starts_with("timestamp ") || type.starts_with("time ");
}

/// What SQLite makes of a type, where its name says otherwise; empty where the two agree.
/// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
std::string surprise_of(const std::string& type) {
    const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
    if (has("int")) {
        return means_integer(type) ? std::string()
                                   : "has INT in its name, so SQLite takes it for INTEGER";
    }
    if (type == "any" || has("char") || has("clob") || has("text") || has("blob") || has("real") ||
        has("floa") || has("doub") || means_number(type) || type == "json" || type == "jsonb") {
        return {};
    }
    return "is no type that SQLite knows, so it stores what looks like a number as a number";
}

Hits misleading_type(const Scene& scene) {
    const Action& action = *scene.action;
    if ((!makes_table(action) && action.act != Act::add_column) || action.strict) return {};
    Hits out;
    for (const Column& column : action.columns) {
        if (column.type.empty()) continue;
        const std::string surprise = surprise_of(column.type.name);
        if (surprise.empty()) continue;
        Hit hit = table_hit(action, column_subject(action.name, column.name),
                            fmt::format("the type {} {}", column.type.text, surprise));
        hit.effect = "a text such as '007' or '1e3' comes back as 7 or 1000";
        const bool is_bytes = to_lower_ascii(column.type.name).find("byte") != std::string::npos;
        hit.recipe =
            fmt::format("{} {}", sql_name(scene.engine, column.name), is_bytes ? "BLOB" : "TEXT");
        hit.offset = column.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits key_beside_rowid(const Scene& scene) {
    const Action& action = *scene.action;
    if (!makes_table(action) || action.without_rowid) return {};
    const Column* key = single_key(action);
    if (key == nullptr || key->type.name == "integer" || !means_integer(key->type.name)) return {};
    Hit hit = table_hit(action, column_subject(action.name, key->name),
                        fmt::format("{} PRIMARY KEY is no name for the rowid", key->type.text));
    hit.effect =
        "SQLite keeps a second index for it, gives it no number by itself, and lets NULL "
        "in, any number of times";
    hit.recipe = fmt::format("{} INTEGER PRIMARY KEY", sql_name(scene.engine, key->name));
    hit.offset = key->offset;
    return {hit};
}

Hits nullable_primary_key(const Scene& scene) {
    const Action& action = *scene.action;
    if (!makes_table(action) || action.without_rowid || action.strict) return {};
    std::vector<std::string> nullable;
    for (const Column& column : action.columns) {
        const bool is_part =
            column.constraint(ConstraintKind::primary_key) != nullptr ||
            std::any_of(action.constraints.begin(), action.constraints.end(),
                        [&](const Constraint& c) {
                            return c.kind == ConstraintKind::primary_key &&
                                   std::any_of(c.columns.begin(), c.columns.end(),
                                               [&](const std::string& name) {
                                                   return equals_ignoring_case(name, column.name);
                                               });
                        });
        const bool is_rowid = column.type.name == "integer" && single_key(action) == &column;
        if (is_part && !column.not_null && !is_rowid && !means_integer(column.type.name)) {
            nullable.push_back(sql_name(scene.engine, column.name));
        }
    }
    if (nullable.empty()) return {};
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("the primary key takes NULL in {}", join(nullable, ", ")));
    hit.effect = "rows without a key get in, and each NULL counts as another value";
    hit.recipe = fmt::format("{} … NOT NULL", nullable.front());
    return {hit};
}

Hits needless_autoincrement(const Scene& scene) {
    const Action& action = *scene.action;
    if (!makes_table(action)) return {};
    for (const Column& column : action.columns) {
        if (!column.is_serial) continue;
        Hit hit = table_hit(action, column_subject(action.name, column.name),
                            "AUTOINCREMENT, where INTEGER PRIMARY KEY gives numbers as well");
        hit.effect = "each INSERT reads and writes the table sqlite_sequence, too";
        hit.recipe = fmt::format("{} INTEGER PRIMARY KEY", sql_name(scene.engine, column.name));
        hit.offset = column.offset;
        return {hit};
    }
    return {};
}

Hits table_not_strict(const Scene& scene) {
    const Action& action = *scene.action;
    if (!makes_table(action) || action.strict || action.from_query ||
        !scene.version.at_least(3, 37)) {
        return {};
    }
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("makes {} without STRICT", action.name.text()));
    hit.effect = "each column takes values of any type";
    hit.recipe = fmt::format("CREATE TABLE {} (…) STRICT;", sql_name(scene.engine, action.name));
    return {hit};
}

/// What is wrong with a foreign key, by its parent as it is after the change; empty for nothing.
std::string mismatch_of(const Scene& scene, const Constraint& key) {
    const KnownTable* parent = scene.schema.table(key.references);
    if (parent == nullptr || !parent->is_complete) return {};
    if (key.referenced_columns.empty()) {
        const auto primary = parent->primary_key();
        if (primary.empty()) return fmt::format("{} has no primary key", parent->name.text());
        if (primary.size() == key.columns.size()) return {};
        return fmt::format("the primary key of {} has {} columns", parent->name.text(),
                           primary.size());
    }
    if (parent->has_key(key.referenced_columns)) return {};
    return fmt::format("({}) is no primary key and not unique in {}",
                       join(key.referenced_columns, ", "), parent->name.text());
}

Hits foreign_key_mismatch(const Scene& scene) {
    Hits out;
    for (const Statement& statement : scene.change.deploy.statements) {
        for (const Action& action : statement.actions) {
            if (!makes_table(action) && action.act != Act::add_column) continue;
            std::vector<Constraint> all = action.constraints;
            for (const Column& column : action.columns) {
                all.insert(all.end(), column.constraints.begin(), column.constraints.end());
            }
            for (const Constraint& key : all) {
                if (key.kind != ConstraintKind::foreign_key) continue;
                const std::string mismatch = mismatch_of(scene, key);
                if (mismatch.empty()) continue;
                Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                                    "foreign key mismatch: " + mismatch);
                hit.effect =
                    "SQLite takes the definition; with foreign keys on, each write to either "
                    "table then fails";
                if (!key.referenced_columns.empty()) {
                    hit.recipe = fmt::format(
                        "CREATE UNIQUE INDEX {} ON {} ({});",
                        sql_name(scene.engine, fmt::format("{}_{}_key", key.references.name,
                                                           join(key.referenced_columns, "_"))),
                        sql_name(scene.engine, key.references), join(key.referenced_columns, ", "));
                }
                hit.where = statement.place(key.offset);
                out.push_back(std::move(hit));
            }
        }
    }
    return out;
}

}  // namespace

std::vector<Rule> sqlite_table_rules() {
    return {
        {.id = "misleading-type",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "a type whose name SQLite understands otherwise",
         .why = "SQLite looks for a few syllables in the name of a type; where there are none the "
                "column prefers numbers. In a column of type STRING or UUID a text that "
                "looks like a number becomes one, and POINT is an integer to it.",
         .instead = "Write INTEGER, REAL, TEXT, BLOB or NUMERIC; or make the table STRICT, which "
                    "refuses other types.",
         .link = "https://www.sqlite.org/datatype3.html#determination_of_column_affinity",
         .check = &misleading_type,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE items (code STRING);"},
                       {.deploy = "CREATE TABLE items (code VARCHAR(20), n BIGINT, at DATETIME);"}},
                      {Engine::sqlite,
                       {.deploy = "CREATE TABLE places (at POINT);"},
                       {.deploy = "CREATE TABLE places (at BLOB);"}}}},
        {.id = "key-beside-rowid",
         .engines = kSqlite,
         .severity = Severity::warning,
         .title = "INT or BIGINT PRIMARY KEY",
         .why = "Only INTEGER, in full, makes the primary key the rowid itself. Any other word for "
                "it makes a second index, takes NULL, and isn't numbered by itself.",
         .instead = "Write INTEGER PRIMARY KEY.",
         .link = kRowid,
         .check = &key_beside_rowid,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE orders (id INT PRIMARY KEY);"},
                       {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"}}}},
        {.id = "nullable-primary-key",
         .engines = kSqlite,
         .severity = Severity::note,
         .title = "a primary key that takes NULL",
         .why = "By an old mistake that SQLite keeps for the sake of old files, the columns of a "
                "primary key may be NULL, but for INTEGER PRIMARY KEY, WITHOUT ROWID and STRICT.",
         .instead = "Write NOT NULL with them.",
         .link = "https://www.sqlite.org/lang_createtable.html#the_primary_key",
         .check = &nullable_primary_key,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE codes (code TEXT PRIMARY KEY);"},
                       {.deploy = "CREATE TABLE codes (code TEXT NOT NULL PRIMARY KEY);"}}}},
        {.id = "needless-autoincrement",
         .engines = kSqlite,
         .severity = Severity::note,
         .title = "AUTOINCREMENT",
         .why = "INTEGER PRIMARY KEY gives a new number by itself. AUTOINCREMENT only keeps it "
                "from using the number of a deleted last row again, and each INSERT pays for that.",
         .instead = "Leave it out, unless no number may ever come again.",
         .link = "https://www.sqlite.org/autoinc.html",
         .check = &needless_autoincrement,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT);"},
                       {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"}}}},
        {.id = "table-not-strict",
         .engines = kSqlite,
         .severity = Severity::note,
         .is_on = false,
         .title = "a table that isn't STRICT",
         .why = "Without STRICT a column takes values of any type, whatever its own is. STRICT is "
                "there since SQLite 3.37, and older versions can't read such a file.",
         .instead = "Write STRICT behind the columns.",
         .link = "https://www.sqlite.org/stricttables.html",
         .check = &table_not_strict,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"},
                       {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY) STRICT;"}}}},
        {.id = "foreign-key-mismatch",
         .engines = kSqlite,
         .severity = Severity::error,
         .title = "a foreign key to columns that are no key",
         .why = "SQLite looks at the parent only when rows are written. Until then the definition "
                "seems well, and then each write fails with: foreign key mismatch.",
         .instead = "Refer to the primary key, or make the columns unique in the parent.",
         .link = "https://www.sqlite.org/foreignkeys.html#fk_indexes",
         .scope = Scope::change,
         .check = &foreign_key_mismatch,
         .examples = {{Engine::sqlite,
                       {.deploy = "CREATE TABLE items (code TEXT REFERENCES orders (code));",
                        .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT);"},
                       {.deploy = "CREATE TABLE items (code TEXT REFERENCES orders (code));\n"
                                  "CREATE UNIQUE INDEX orders_by_code ON orders (code);",
                        .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY, code TEXT);"}}}},
    };
}

}  // namespace kedge::lint
