// SPDX-License-Identifier: MIT
// A project's own rules about types and tables: off until the configuration says what is wanted.
#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/regex.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

Hit column_hit(const Action& action, const Column& column, std::string message) {
    Hit out = table_hit(action, column_subject(action.name, column.name), std::move(message));
    if (column.offset != 0) out.offset = column.offset;
    return out;
}

Hits of_columns(const Scene& scene, const std::function<std::string(const Column&)>& judge,
                const std::function<std::string(const Column&)>& recipe = {}) {
    Hits out;
    for (const Column& column : made_columns(*scene.action)) {
        std::string message = judge(column);
        if (message.empty()) continue;
        Hit hit = column_hit(*scene.action, column, std::move(message));
        if (recipe) hit.recipe = recipe(column);
        out.push_back(std::move(hit));
    }
    return out;
}

Hits require_primary_key(const Scene& scene) {
    const Action& action = *scene.action;
    if (!creates_table(action) || action.is_partition || action.from_query) return {};
    const auto is_key = [](const Constraint& constraint) {
        return constraint.kind == ConstraintKind::primary_key;
    };
    const bool has_key =
        std::any_of(action.constraints.begin(), action.constraints.end(), is_key) ||
        std::any_of(action.columns.begin(), action.columns.end(), [&](const Column& column) {
            return column.constraint(ConstraintKind::primary_key) != nullptr;
        });
    // A later statement of the script may add it.
    const bool comes = std::any_of(
        scene.script.statements.begin(), scene.script.statements.end(), [&](const Statement& s) {
            return std::any_of(s.actions.begin(), s.actions.end(), [&](const Action& later) {
                return later.act == Act::add_constraint && later.name.may_be(action.name) &&
                       std::any_of(later.constraints.begin(), later.constraints.end(), is_key);
            });
        });
    if (has_key || comes) return {};
    return {table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("table {} has no primary key", action.name.text()))};
}

Hits key_type(const Scene& scene) {
    const auto allowed = scene.list("types");
    std::vector<std::string> keys;
    for (const Constraint& constraint : scene.action->constraints) {
        if (constraint.kind == ConstraintKind::primary_key) keys = constraint.columns;
    }
    return of_columns(scene, [&](const Column& column) -> std::string {
        const bool is_key = column.constraint(ConstraintKind::primary_key) != nullptr ||
                            is_one_of(column.name, keys);
        if (!is_key || is_one_of(column.type.name, allowed)) return {};
        return fmt::format("the key {} is of type {}, not {}", column.name, column.type.text,
                           join(allowed, " or "));
    });
}

Hits prefer_bigint(const Scene& scene) {
    return of_columns(
        scene,
        [](const Column& column) -> std::string {
            const bool is_small = is_one_of(
                column.type.name,
                {"integer", "int", "smallint", "mediumint", "tinyint", "serial", "smallserial"});
            if (!is_small) return {};
            return fmt::format("column {} is of type {}, which numbers may outgrow", column.name,
                               column.type.text);
        },
        [&](const Column& column) {
            return fmt::format(
                "{} {}", sql_name(scene.engine, column.name),
                column.is_serial && scene.engine == Engine::pg ? "bigserial" : "bigint");
        });
}

Hits prefer_identity(const Scene& scene) {
    return of_columns(
        scene,
        [](const Column& column) -> std::string {
            if (!column.is_serial) return {};
            return fmt::format(
                "column {} is of type {}: its sequence has an owner and rights of its "
                "own",
                column.name, column.type.text);
        },
        [&](const Column& column) {
            return fmt::format("{} {} GENERATED ALWAYS AS IDENTITY",
                               sql_name(scene.engine, column.name),
                               column.type.name == "bigserial" ? "bigint" : "integer");
        });
}

Hits prefer_timestamptz(const Scene& scene) {
    return of_columns(
        scene,
        [](const Column& column) -> std::string {
            if (column.type.name != "timestamp" && column.type.name != "timetz") return {};
            return fmt::format("column {} is of type {}, which says no moment", column.name,
                               column.type.text);
        },
        [&](const Column& column) { return sql_name(scene.engine, column.name) + " timestamptz"; });
}

Hits prefer_text(const Scene& scene) {
    return of_columns(
        scene,
        [](const Column& column) -> std::string {
            if (column.type.name != "varchar" || column.type.modifiers.empty()) return {};
            return fmt::format("column {} is of type {}, whose length is changed under a lock",
                               column.name, column.type.text);
        },
        [&](const Column& column) {
            const std::string name = sql_name(scene.engine, column.name);
            return fmt::format("{0} text CHECK (length({0}) <= {1})", name,
                               column.type.modifiers.front());
        });
}

Hits char_type(const Scene& scene) {
    return of_columns(
        scene,
        [](const Column& column) -> std::string {
            if (column.type.name != "char") return {};
            return fmt::format("column {} is of type {}, which is filled up with blanks",
                               column.name, column.type.text);
        },
        [&](const Column& column) { return sql_name(scene.engine, column.name) + " text"; });
}

Hits forbidden_type(const Scene& scene) {
    const auto types = scene.list("types");
    return of_columns(scene, [&](const Column& column) -> std::string {
        if (!is_one_of(column.type.name, types)) return {};
        return fmt::format("column {} is of type {}, which the project doesn't allow", column.name,
                           column.type.text);
    });
}

Hits longest_text(const Scene& scene) {
    const std::int64_t most = scene.number("max");
    return of_columns(scene, [&](const Column& column) -> std::string {
        const bool is_text = column.type.name == "varchar" || column.type.name == "char";
        if (!is_text || column.type.modifiers.empty() || column.type.modifiers.front() <= most) {
            return {};
        }
        return fmt::format("column {} has up to {} characters, more than {}", column.name,
                           column.type.modifiers.front(), most);
    });
}

Hits nullable_column(const Scene& scene) {
    if (scene.action->act == Act::alter_column_type) return {};
    std::vector<std::string> keys;
    for (const Constraint& constraint : scene.action->constraints) {
        if (constraint.kind == ConstraintKind::primary_key) keys = constraint.columns;
    }
    return of_columns(scene, [&](const Column& column) -> std::string {
        if (column.not_null || is_one_of(column.name, keys)) return {};
        return fmt::format("column {} may be NULL", column.name);
    });
}

Hits required_columns(const Scene& scene) {
    const Action& action = *scene.action;
    if (!creates_table(action) || action.from_query || action.is_partition) return {};
    Hits out;
    for (const std::string& wanted : scene.list("columns")) {
        const bool is_there =
            std::any_of(action.columns.begin(), action.columns.end(),
                        [&](const Column& column) { return column.name == wanted; });
        if (is_there) continue;
        out.push_back(
            table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("table {} has no column {}", action.name.text(), wanted)));
    }
    return out;
}

Hits column_count(const Scene& scene) {
    const Action& action = *scene.action;
    const std::int64_t most = scene.number("max");
    if (!creates_table(action) || static_cast<long>(action.columns.size()) <= most) return {};
    return {table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("table {} has {} columns, more than {}", action.name.text(),
                                  action.columns.size(), most))};
}

Hits foreign_keys(const Scene& scene) {
    const Action& action = *scene.action;
    Hits out;
    const auto look = [&](const Constraint& constraint) {
        if (constraint.kind != ConstraintKind::foreign_key) return;
        Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                            fmt::format("a foreign key to {}", constraint.references.text()));
        if (constraint.offset != 0) hit.offset = constraint.offset;
        out.push_back(std::move(hit));
    };
    for (const Constraint& constraint : action.constraints) look(constraint);
    for (const Column& column : action.columns) {
        for (const Constraint& constraint : column.constraints) look(constraint);
    }
    return out;
}

Hits index_columns(const Scene& scene) {
    const Action& action = *scene.action;
    const std::int64_t most = scene.number("max");
    if (action.act != Act::create || action.object != ObjectKind::index || !action.index ||
        static_cast<long>(action.index->columns.size()) <= most) {
        return {};
    }
    return {table_hit(action, fmt::format("index {}", action.part),
                      fmt::format("index {} has {} columns, more than {}", action.part,
                                  action.index->columns.size(), most))};
}

Hits redundant_index(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || !action.index ||
        action.index->is_partial || action.index->unique) {
        return {};
    }
    const KnownTable* table = scene.schema.table(action.name);
    const auto& columns = action.index->columns;
    if (table == nullptr || is_one_of("", columns)) return {};
    for (const Index& other : table->indexes) {
        const bool covers = !other.is_partial && other.method == action.index->method &&
                            other.columns.size() >= columns.size() &&
                            std::equal(columns.begin(), columns.end(), other.columns.begin());
        if (!covers) continue;
        return {
            table_hit(action, fmt::format("index {}", action.part),
                      fmt::format("index {} does what {} does already", action.part, other.name))};
    }
    return {};
}

Hits require_comment(const Scene& scene) {
    Hits out;
    const auto comments_on = [&](const Name& name) {
        return std::any_of(
            scene.script.statements.begin(), scene.script.statements.end(),
            [&](const Statement& s) {
                return std::any_of(s.actions.begin(), s.actions.end(), [&](const Action& action) {
                    return action.act == Act::comment && action.object == ObjectKind::table &&
                           action.name.may_be(name);
                });
            });
    };
    const Action& action = *scene.action;
    const std::int64_t most = scene.number("max");
    if (action.comment && most > 0 && static_cast<long>(count_characters(*action.comment)) > most) {
        return {table_hit(action, subject_of(action.object, action.name),
                          fmt::format("a comment of {} characters, more than {}",
                                      count_characters(*action.comment), most))};
    }
    if (!creates_table(action) || action.comment || comments_on(action.name)) return {};
    out.push_back(table_hit(action, subject_of(ObjectKind::table, action.name),
                            fmt::format("table {} has no comment", action.name.text())));
    return out;
}

Hits drop_under_name(const Scene& scene) {
    const Action& action = *scene.action;
    const std::string pattern = scene.parameter("pattern");
    if (action.act != Act::drop || action.object != ObjectKind::table ||
        scene.is_new(action.name) || Regex(pattern).search(action.name.name)) {
        return {};
    }
    return {table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("table {} is dropped under a name that doesn't match {}",
                                  action.name.text(), pattern))};
}

constexpr std::string_view kTypes = "https://www.postgresql.org/docs/current/datatype.html";
constexpr std::string_view kDdl = "https://www.postgresql.org/docs/current/ddl.html";

std::vector<Rule> type_policies() {
    return {
        policy({.id = "primary-key-type",
                .engines = kAll,
                .title = "a key is of another type than the project has keys of",
                .why = "Keys are compared across tables, and outgrow small types.",
                .instead = "One of the types that are allowed.",
                .link = kTypes,
                .parameters = {{"types", "bigint", "A type; may stand several times."}},
                .check = &key_type,
                .examples =
                    examples_for(kAll, {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"},
                                 {.deploy = "CREATE TABLE orders (id BIGINT PRIMARY KEY);"})}),
        policy({.id = "prefer-bigint",
                .engines = kPg | kMysql,
                .title = "a column of whole numbers is smaller than bigint",
                .why = "A larger type later writes the table anew.",
                .instead = "bigint.",
                .link = kTypes,
                .check = &prefer_bigint,
                .examples =
                    examples_for(kPg | kMysql, {.deploy = "CREATE TABLE orders (amount INTEGER);"},
                                 {.deploy = "CREATE TABLE orders (amount BIGINT);"})}),
        policy({.id = "prefer-identity",
                .engines = kPg,
                .title = "serial in the place of an identity column",
                .why = "A serial column's sequence has an owner and rights of its own, and is lost "
                       "by some ways of copying a table.",
                .instead = "GENERATED ALWAYS AS IDENTITY.",
                .link = "https://www.postgresql.org/docs/current/ddl-identity-columns.html",
                .check = &prefer_identity,
                .examples = pg_example({.deploy = "CREATE TABLE orders (id bigserial);"},
                                       {.deploy = "CREATE TABLE orders (id bigint GENERATED ALWAYS "
                                                  "AS IDENTITY);"})}),
        policy({.id = "prefer-timestamptz",
                .engines = kPg,
                .title = "timestamp without time zone",
                .why = "It says no moment: what it means depends on who reads it.",
                .instead = "timestamptz.",
                .link = "https://www.postgresql.org/docs/current/datatype-datetime.html",
                .check = &prefer_timestamptz,
                .examples = pg_example({.deploy = "CREATE TABLE orders (made timestamp);"},
                                       {.deploy = "CREATE TABLE orders (made timestamptz);"})}),
        policy({.id = "prefer-text",
                .engines = kPg,
                .title = "varchar with a length",
                .why = "Another length takes an ACCESS EXCLUSIVE lock, and a shorter one reads the "
                       "table.",
                .instead = "text, and a check of the length.",
                .link = "https://www.postgresql.org/docs/current/datatype-character.html",
                .check = &prefer_text,
                .examples = pg_example({.deploy = "CREATE TABLE orders (code varchar(20));"},
                                       {.deploy = "CREATE TABLE orders (code varchar);"})}),
        policy({.id = "char-type",
                .engines = kPg,
                .title = "char(n)",
                .why = "It is filled up with blanks, which comparisons then pass over.",
                .instead = "text.",
                .link = "https://www.postgresql.org/docs/current/datatype-character.html",
                .check = &char_type,
                .examples = pg_example({.deploy = "CREATE TABLE orders (code char(20));"},
                                       {.deploy = "CREATE TABLE orders (code text);"})}),
        policy({.id = "forbidden-type",
                .engines = kAll,
                .title = "a type that the project doesn't use",
                .why = "The project has decided so.",
                .instead = "Another type.",
                .link = kTypes,
                .parameters = {{"types", "",
                                "A type, as the server names it; may stand several "
                                "times."}},
                .check = &forbidden_type,
                .examples = examples_for(
                    kAll,
                    {.deploy = "CREATE TABLE orders (total DATE);", .parameters = "types = date"},
                    {.deploy = "CREATE TABLE orders (total INTEGER);",
                     .parameters = "types = date"})}),
        policy(
            {.id = "longest-text",
             .engines = kAll,
             .title = "char or varchar is longer than the project allows",
             .why = "Long text belongs into a type without a length.",
             .instead = "A shorter length, or text.",
             .link = kTypes,
             .parameters = {{"max", "255", "The most characters."}},
             .check = &longest_text,
             .examples = examples_for(kAll, {.deploy = "CREATE TABLE orders (code VARCHAR(300));"},
                                      {.deploy = "CREATE TABLE orders (code VARCHAR(200));"})}),
        policy({.id = "nullable-column",
                .engines = kAll,
                .title = "a column may be NULL",
                .why = "The project wants a value in every column.",
                .instead = "NOT NULL, with a default where rows are there.",
                .link = "https://www.postgresql.org/docs/current/ddl-constraints.html",
                .check = &nullable_column,
                .examples = examples_for(kAll, {.deploy = "CREATE TABLE orders (code INTEGER);"},
                                         {.deploy = "CREATE TABLE orders (code INTEGER NOT "
                                                    "NULL);"})}),
    };
}

std::vector<Rule> table_policies() {
    return {
        policy({.id = "require-primary-key",
                .engines = kAll,
                .title = "a table has no primary key",
                .why = "Its rows can't be told apart, and logical replication can't change them.",
                .instead = "A primary key.",
                .link = "https://www.postgresql.org/docs/current/ddl-constraints.html",
                .check = &require_primary_key,
                .examples =
                    examples_for(kAll, {.deploy = "CREATE TABLE orders (id INTEGER);"},
                                 {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"})}),
        policy({.id = "required-columns",
                .engines = kAll,
                .title = "a table lacks a column that the project has in each",
                .why = "The project has decided so.",
                .instead = "Add it.",
                .link = kDdl,
                .parameters = {{"columns", "", "A name; may stand several times."}},
                .check = &required_columns,
                .examples = examples_for(kAll,
                                         {.deploy = "CREATE TABLE orders (id INTEGER);",
                                          .parameters = "columns = created_at"},
                                         {.deploy = "CREATE TABLE orders (created_at DATE);",
                                          .parameters = "columns = created_at"})}),
        policy(
            {.id = "column-count",
             .engines = kAll,
             .title = "a table has more columns than the project allows",
             .why = "So many columns are mostly several things.",
             .instead = "Several tables.",
             .link = kDdl,
             .parameters = {{"max", "100", "The most columns."}},
             .check = &column_count,
             .examples = examples_for(
                 kAll,
                 {.deploy = "CREATE TABLE orders (a INTEGER, b INTEGER);", .parameters = "max = 1"},
                 {.deploy = "CREATE TABLE orders (a INTEGER);", .parameters = "max = 1"})}),
        policy({.id = "foreign-key-used",
                .engines = kAll,
                .title = "a foreign key",
                .why = "The project does without them.",
                .instead = "Look after it in the application.",
                .link = "https://www.postgresql.org/docs/current/ddl-constraints.html",
                .check = &foreign_keys,
                .examples = examples_for(
                    kAll,
                    {.deploy = "CREATE TABLE items (id INTEGER, order_id INTEGER,\n"
                               "  FOREIGN KEY (order_id) REFERENCES orders (id));",
                     .earlier = "CREATE TABLE orders (id INTEGER PRIMARY KEY);"},
                    {.deploy = "CREATE TABLE items (id INTEGER, order_id INTEGER);"})}),
        policy({.id = "require-comment",
                .engines = kPg | kMysql,
                .title = "a table has no comment",
                .why = "The project says of each table what it is for.",
                .instead = "COMMENT ON TABLE; on MySQL, COMMENT in CREATE TABLE.",
                .link = "https://www.postgresql.org/docs/current/sql-comment.html",
                .parameters = {{"max", "0",
                                "The most characters of a comment; 0: as many as there are."}},
                .check = &require_comment,
                .examples = joined(
                    pg_example({.deploy = "CREATE TABLE orders (id int);"},
                               {.deploy = "CREATE TABLE orders (id int);\n"
                                          "COMMENT ON TABLE orders IS 'What was bought';"}),
                    examples_for(
                        kMysql, {.deploy = "CREATE TABLE orders (id INT);"},
                        {.deploy = "CREATE TABLE orders (id INT) COMMENT = 'What was bought';"}))}),
        policy({.id = "drop-under-name",
                .engines = kAll,
                .title = "a table is dropped that wasn't renamed before",
                .why = "A table that was renamed a release ago is one that nobody uses.",
                .instead = "Rename it first, in an earlier release.",
                .link = "https://www.postgresql.org/docs/current/sql-droptable.html",
                .parameters = {{"pattern", "_(del|deprecated)$", "What the name has to match."}},
                .check = &drop_under_name,
                .examples = examples_for(kAll,
                                         {.deploy = "DROP TABLE orders;",
                                          .earlier = "CREATE TABLE orders (id INTEGER);"},
                                         {.deploy = "DROP TABLE orders_del;",
                                          .earlier = "CREATE TABLE orders_del (id INTEGER);"})}),
        policy(
            {.id = "index-columns",
             .engines = kAll,
             .title = "an index has more columns than the project allows",
             .why = "The further columns seldom help a query, and each costs every write.",
             .instead = "Fewer columns.",
             .link = "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
             .parameters = {{"max", "3", "The most columns."}},
             .check = &index_columns,
             .examples = examples_for(
                 kAll,
                 {.deploy = "CREATE INDEX i ON orders (a, b, c, d);",
                  .earlier = "CREATE TABLE orders (a INTEGER, b INTEGER, c INTEGER, d INTEGER);"},
                 {.deploy = "CREATE INDEX i ON orders (a, b, c);",
                  .earlier = "CREATE TABLE orders (a INTEGER, b INTEGER, c INTEGER, d "
                             "INTEGER);"})}),
        policy({.id = "redundant-index",
                .engines = kAll,
                .title = "an index that another one makes needless",
                .why = "It costs every write, and helps no query.",
                .instead = "Drop one of the two.",
                .link = "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
                .check = &redundant_index,
                .examples = examples_for(kAll,
                                         {.deploy = "CREATE INDEX j ON orders (a);",
                                          .earlier = "CREATE TABLE orders (a INTEGER, b INTEGER);\n"
                                                     "CREATE INDEX i ON orders (a, b);"},
                                         {.deploy = "CREATE INDEX j ON orders (b);",
                                          .earlier = "CREATE TABLE orders (a INTEGER, b INTEGER);\n"
                                                     "CREATE INDEX i ON orders (a, b);"})}),
    };
}

}  // namespace

std::vector<Rule> policy_rules() {
    std::vector<Rule> out = type_policies();
    for (Rule& rule : table_policies()) out.push_back(std::move(rule));
    return out;
}

}  // namespace kedge::lint
