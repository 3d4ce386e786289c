// SPDX-License-Identifier: MIT
// What happens to columns and their values in MySQL and MariaDB that a statement doesn't show.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/mysql_online.hpp"
#include "lint/rules/mysql_rules.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

using Values = std::vector<std::string>;

constexpr std::string_view kEnum = "https://dev.mysql.com/doc/refman/8.4/en/enum.html";
constexpr std::string_view kAlterTable = "https://dev.mysql.com/doc/refman/8.4/en/alter-table.html";
constexpr std::string_view kOnline =
    "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html";
constexpr std::string_view kShirts =
    "CREATE TABLE shirts (id INT PRIMARY KEY, size ENUM('s','m','l'), tags SET('a','b'));";
constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INT PRIMARY KEY, total INT, code VARCHAR(20) NOT NULL DEFAULT 'x' "
    "COMMENT 'as printed', day DATE, KEY orders_day (day));";

bool is_list(const DataType& type) {
    return type.name == "enum" || type.name == "set";
}

bool has(const Values& values, const std::string& value) {
    return std::any_of(values.begin(), values.end(),
                       [&](const std::string& each) { return equals_ignoring_case(each, value); });
}

/// Those of the first list that the second has, too.
Values common(const Values& of, const Values& with) {
    Values out;
    std::copy_if(of.begin(), of.end(), std::back_inserter(out),
                 [&](const std::string& value) { return has(with, value); });
    return out;
}

/// A list of values that MODIFY changes to another, both known.
struct ListChange {
    const Column* before = nullptr;
    const Column* after = nullptr;
    [[nodiscard]] explicit operator bool() const noexcept { return before != nullptr; }
};

ListChange list_change(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::modify_column || !is_old_table(scene, action.name)) return {};
    const Column* before = column_change(scene).before;
    const Column& after = action.columns.front();
    if (before == nullptr || !is_list(before->type) || before->type.name != after.type.name) {
        return {};
    }
    return {before, &after};
}

bool is_reordered(const ListChange& change) {
    const Values& before = change.before->type.values;
    const Values& after = change.after->type.values;
    const Values kept = common(before, after);
    const Values in_order = common(after, before);
    return !std::equal(
        kept.begin(), kept.end(), in_order.begin(), in_order.end(),
        [](const std::string& a, const std::string& b) { return equals_ignoring_case(a, b); });
}

Hit list_hit(const Scene& scene, std::string message) {
    const Action& action = *scene.action;
    Hit hit = table_hit(action, column_subject(action.name, action.part), std::move(message));
    hit.effect = effect_of(scene, {OnlineWay::copy, true});
    return hit;
}

/// What a definition says behind the list of values: ` NOT NULL DEFAULT 'x'`.
std::string behind_type(const Column& column) {
    char quote = 0;
    for (std::size_t i = 0; i < column.definition.size(); ++i) {
        const char c = column.definition[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == ')') {
            return column.definition.substr(i + 1);
        }
    }
    return column.not_null ? " NOT NULL" : "";
}

/// The old values with the new ones behind them.
std::string appended(const Scene& scene, const ListChange& change) {
    Values values = change.before->type.values;
    for (const std::string& value : change.after->type.values) {
        if (!has(values, value)) values.push_back(value);
    }
    Values texts;
    for (const std::string& value : values) texts.push_back(kedge::quoted(value, '\''));
    return fmt::format(
        "ALTER TABLE {} MODIFY COLUMN {} {}({}){}, {};", sql_name(scene.engine, scene.action->name),
        sql_name(scene.engine, change.after->name), to_upper_ascii(change.after->type.name),
        join(texts, ","), behind_type(*change.after), cheapest_clause(scene, OnlineWay::instant));
}

Hits value_removed(const Scene& scene) {
    const ListChange change = list_change(scene);
    if (!change) return {};
    Values gone;
    for (const std::string& value : change.before->type.values) {
        if (!has(change.after->type.values, value)) gone.push_back(kedge::quoted(value, '\''));
    }
    if (gone.empty()) return {};
    Hit hit = list_hit(scene, fmt::format("takes {} out of the values of {}", join(gone, ", "),
                                          change.after->name));
    hit.effect +=
        "; it fails where a row has such a value, or empties it where the mode isn't strict";
    const std::string column = sql_name(scene.engine, change.after->name);
    const std::string test = change.after->type.name == "set"
                                 ? fmt::format("FIND_IN_SET({}, {}) > 0", gone.front(), column)
                                 : fmt::format("{} IN ({})", column, join(gone, ", "));
    hit.recipe = fmt::format("-- has to give 0 first:\nSELECT count(*) FROM {} WHERE {};",
                             sql_name(scene.engine, scene.action->name), test);
    // The script may have moved the rows to another value.
    if (is_filled_before(scene, scene.action->name, former_name(scene, change.after->name))) {
        hit.severity = Severity::warning;
    }
    return {hit};
}

Hits values_reordered(const Scene& scene) {
    const ListChange change = list_change(scene);
    if (!change || !is_reordered(change)) return {};
    Hit hit = list_hit(scene, fmt::format("reorders the values of {}", change.after->name));
    hit.effect += "; what sorts or compares by their numbers changes";
    hit.recipe = appended(scene, change);
    return {hit};
}

Hits value_inserted(const Scene& scene) {
    const ListChange change = list_change(scene);
    if (!change || is_reordered(change)) return {};
    const Values& before = change.before->type.values;
    const Values& after = change.after->type.values;
    // Behind the first new value there is an old one.
    const auto first = std::find_if(after.begin(), after.end(),
                                    [&](const std::string& value) { return !has(before, value); });
    const bool is_inserted = std::any_of(
        first, after.end(), [&](const std::string& value) { return has(before, value); });
    if (!is_inserted) return {};
    Hit hit =
        list_hit(scene, fmt::format("puts a new value of {} before others", change.after->name));
    hit.effect += "; the numbers of those behind it change";
    hit.recipe = appended(scene, change);
    return {hit};
}

Hits list_grows(const Scene& scene) {
    const ListChange change = list_change(scene);
    if (!change || stored_bytes(change.after->type) <= stored_bytes(change.before->type)) return {};
    const Action& action = *scene.action;
    Hit hit = list_hit(
        scene, fmt::format("gives {} {} values, for which each row needs {} bytes instead of {}",
                           action.part, change.after->type.values.size(),
                           stored_bytes(change.after->type), stored_bytes(change.before->type)));
    return {hit};
}

bool needs_prefix(const DataType& type) {
    return type.name.ends_with("text") || type.name.ends_with("blob") || type.name == "json";
}

/// What the old definition says of the column and the new one leaves out.
Values lost_attributes(const Column& before, const Column& after) {
    Values out;
    const bool had_default =
        before.default_kind != DefaultKind::none && before.default_kind != DefaultKind::null;
    // Where the new type takes no default, there is none to repeat.
    if (had_default && after.default_kind == DefaultKind::none && !needs_prefix(after.type)) {
        out.push_back("DEFAULT" + (before.default_text.empty() ? "" : " " + before.default_text));
    }
    if (before.is_serial && !after.is_serial) out.emplace_back("AUTO_INCREMENT");
    if (before.updates_itself && !after.updates_itself) {
        out.emplace_back("ON UPDATE CURRENT_TIMESTAMP");
    }
    if (before.comment && !before.comment->empty() && !after.comment) {
        out.push_back("COMMENT " + kedge::quoted(*before.comment, '\''));
    }
    if (!before.collation.empty() && after.collation.empty() && after.charset.empty()) {
        out.push_back("COLLATE " + before.collation);
    } else if (!before.charset.empty() && after.charset.empty() && after.collation.empty()) {
        out.push_back("CHARACTER SET " + before.charset);
    }
    if (before.generated != Generated::no && after.generated == Generated::no) {
        out.emplace_back("GENERATED ALWAYS AS");
    }
    return out;
}

Hits modify_loses(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::modify_column) return {};
    const Column* before = column_change(scene).before;
    if (before == nullptr) return {};
    const Column& after = action.columns.front();
    const Values lost = lost_attributes(*before, after);
    if (lost.empty()) return {};
    Hit hit = table_hit(
        action, column_subject(action.name, after.name),
        fmt::format("defines column {} anew without its {}", after.name, join(lost, ", ")));
    hit.effect = "what the new definition doesn't repeat is gone";
    hit.recipe =
        fmt::format("ALTER TABLE {} MODIFY COLUMN {} {}{} {};", sql_name(scene.engine, action.name),
                    sql_name(scene.engine, after.name), after.type.text,
                    after.not_null ? " NOT NULL" : "", join(lost, " "));
    return {hit};
}

Hits modify_not_null(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::modify_column || !is_old_table(scene, action.name)) return {};
    const ColumnChange change = column_change(scene);
    const Column& after = action.columns.front();
    if (change.before == nullptr || !change.gets_not_null || has_no_rows(scene, action.name) ||
        is_filled_before(scene, action.name, former_name(scene, after.name))) {
        return {};
    }
    Hit hit =
        table_hit(action, column_subject(action.name, after.name),
                  fmt::format("sets column {} of {} NOT NULL", after.name, action.name.text()));
    hit.effect =
        effect_of(scene, {OnlineWay::rebuild, false}) +
        "; it fails where any value is NULL, or makes it 0 or '' where the mode isn't strict";
    hit.recipe = fmt::format("-- has to give 0 first:\nSELECT count(*) FROM {} WHERE {} IS NULL;",
                             sql_name(scene.engine, action.name),
                             sql_name(scene.engine, former_name(scene, after.name)));
    return {hit};
}

Hits inline_references(const Scene& scene) {
    const bool is_honoured = scene.version.is_known() && is_since(scene.version, {9}, {10, 5});
    if (is_honoured) return {};
    Hits out;
    const Action& action = *scene.action;
    for (const Column& column : action.columns) {
        const Constraint* found = column.constraint(ConstraintKind::foreign_key);
        if (found == nullptr || !found->is_inline) continue;
        Hit hit = table_hit(
            action, column_subject(action.name, column.name),
            fmt::format("gives {} a foreign key by REFERENCES within the column", column.name));
        hit.effect = "MySQL before 9.0 and MariaDB before 10.5 read it and make no foreign key";
        hit.offset = found->offset;
        std::vector<std::string> referenced;
        for (const std::string& each : found->referenced_columns) {
            referenced.push_back(sql_name(scene.engine, each));
        }
        hit.recipe = fmt::format(
            "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}){}",
            sql_name(scene.engine, action.name.name + "_" + column.name + "_fk"),
            sql_name(scene.engine, column.name), sql_name(scene.engine, found->references),
            join(referenced, ", "), foreign_key_words(*found));
        out.push_back(std::move(hit));
    }
    return out;
}

Hits check_ignored(const Scene& scene) {
    if (is_since(scene.version, {8, 0, 16}, {10, 2, 1})) return {};
    Hits out;
    const Action& action = *scene.action;
    const auto look = [&](const std::vector<Constraint>& constraints) {
        for (const Constraint& constraint : constraints) {
            if (constraint.kind != ConstraintKind::check) continue;
            Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                                fmt::format("gives {} a CHECK that this server reads and forgets",
                                            action.name.text()));
            hit.effect =
                "rows that break it come in; CHECK is kept from MySQL 8.0.16 and MariaDB "
                "10.2.1 on";
            hit.offset = constraint.offset;
            out.push_back(std::move(hit));
        }
    };
    look(action.constraints);
    for (const Column& column : action.columns) look(column.constraints);
    return out;
}

Hits drop_indexed_column(const Scene& scene) {
    const Action& action = *scene.action;
    const KnownTable* table = scene.schema.table(action.name);
    if (action.act != Act::drop_column || table == nullptr || !is_old_table(scene, action.name)) {
        return {};
    }
    Hits out;
    const auto look = [&](const std::string& index, const Values& columns) {
        if (!has(columns, action.part)) return;
        // The same statement may drop the index by itself.
        const bool is_dropped =
            std::any_of(scene.statement->actions.begin(), scene.statement->actions.end(),
                        [&](const Action& other) {
                            return (other.act == Act::drop || other.act == Act::drop_constraint) &&
                                   other.part == index;
                        });
        if (is_dropped) return;
        Hit hit =
            table_hit(action, column_subject(action.name, action.part),
                      fmt::format("drops column {}, which index {} is on", action.part, index));
        hit.effect = columns.size() == 1
                         ? "the index goes with it, without a word"
                         : "the index loses the column; a unique one then fails where the rest "
                           "isn't unique";
        if (index != "PRIMARY") {
            hit.recipe =
                fmt::format("ALTER TABLE {} DROP INDEX {};", sql_name(scene.engine, action.name),
                            sql_name(scene.engine, index));
        }
        out.push_back(std::move(hit));
    };
    for (const Index& index : table->indexes) look(index.name, index.columns);
    for (const Constraint& constraint : table->constraints) {
        if (constraint.kind == ConstraintKind::unique ||
            constraint.kind == ConstraintKind::primary_key) {
            look(constraint.name.empty() ? join(constraint.columns, "_") : constraint.name,
                 constraint.columns);
        }
    }
    return out;
}

/// A key on the column must say how much of it.
Hits text_index(const Scene& scene) {
    const Action& action = *scene.action;
    Hits out;
    const auto look = [&](const Index& index, const std::vector<Column>& columns) {
        if (index.method == "fulltext" || index.method == "spatial" || index.method == "vector") {
            return;
        }
        for (std::size_t i = 0; i < index.columns.size(); ++i) {
            const auto column =
                std::find_if(columns.begin(), columns.end(), [&](const Column& each) {
                    return equals_ignoring_case(each.name, index.columns[i]);
                });
            if (column == columns.end() || !needs_prefix(column->type)) continue;
            if (i < index.prefix_lengths.size() && index.prefix_lengths[i] > 0) continue;
            Hit hit = table_hit(action, fmt::format("index {}", index.name),
                                fmt::format("puts {} of type {} into an index without a length",
                                            column->name, column->type.text));
            hit.effect = "the server refuses the statement: error 1170";
            hit.recipe = fmt::format("{}(50)", sql_name(scene.engine, column->name));
            out.push_back(std::move(hit));
        }
    };
    if (action.act == Act::create && action.object == ObjectKind::table) {
        for (const Index& index : action.indexes) look(index, action.columns);
    } else if (action.act == Act::create && action.index && !action.index->unique) {
        const KnownTable* table = scene.schema.table(action.name);
        if (table != nullptr) look(*action.index, table->columns);
    }
    return out;
}

}  // namespace

std::vector<Rule> mysql_column_rules() {
    return {
        {.id = "enum-value-removed",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "a value is taken out of an ENUM or SET",
         .why =
             "Rows that have it fail the change, or lose it where the mode isn't strict; and the "
             "table is copied.",
         .instead = "Leave the value, or move its rows to another one in a change before.",
         .link = kEnum,
         .check = &value_removed,
         .examples = joined(
             mysql_example(
                 {.deploy = "ALTER TABLE shirts MODIFY size ENUM('s','l');", .earlier = kShirts},
                 {.deploy = "ALTER TABLE shirts MODIFY size ENUM('s','m','l','xl');",
                  .earlier = kShirts}),
             mysql_example(
                 {.deploy = "ALTER TABLE shirts CHANGE tags tags SET('b');", .earlier = kShirts},
                 {.deploy = "ALTER TABLE shirts CHANGE tags tags SET('a','b','c');",
                  .earlier = kShirts}))},
        {.id = "enum-reordered",
         .engines = kMysql,
         .by_size = true,
         .title = "the values of an ENUM or SET are reordered",
         .why = "The rows hold their numbers: the table is copied, and what sorts by them changes.",
         .instead = "Leave the order, and sort by FIELD() in queries.",
         .link = kEnum,
         .check = &values_reordered,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE shirts MODIFY size ENUM('l','m','s');", .earlier = kShirts},
             {.deploy = "ALTER TABLE shirts MODIFY size ENUM('s','m','l','x');",
              .earlier = kShirts})},
        {.id = "enum-value-inserted",
         .engines = kMysql,
         .by_size = true,
         .title = "a value is put before others of an ENUM or SET",
         .why = "The numbers of those behind it change, and with them every row: the table is "
                "copied.",
         .instead = "Add values at the end.",
         .link = kEnum,
         .check = &value_inserted,
         .examples =
             mysql_example({.deploy = "ALTER TABLE shirts MODIFY size ENUM('xs','s','m','l');",
                            .earlier = kShirts},
                           {.deploy = "ALTER TABLE shirts MODIFY size ENUM('s','m','l','xl');",
                            .earlier = kShirts})},
        {.id = "enum-grows",
         .engines = kMysql,
         .by_size = true,
         .title = "an ENUM or SET gets more values than its bytes hold",
         .why = "From the 256th value of an ENUM, and the 9th, 17th, 25th and 33rd of a SET, each "
                "row needs more bytes: the table is copied.",
         .instead = "A table of its own for the values, with a foreign key.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/storage-requirements.html",
         .check = &list_grows,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE t MODIFY s SET('a','b','c','d','e','f','g','h','i');",
              .earlier = "CREATE TABLE t (s SET('a','b','c','d','e','f','g','h'));"},
             {.deploy = "ALTER TABLE t MODIFY s SET('a','b','c','d','e','f','g','h');",
              .earlier = "CREATE TABLE t (s SET('a','b','c','d','e','f','g'));"})},
        {.id = "modify-loses-attribute",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "MODIFY or CHANGE leaves out what the column has",
         .why = "A column is defined anew as a whole: default, comment, AUTO_INCREMENT, ON UPDATE "
                "and character set are gone where they aren't repeated.",
         .instead = "Repeat them, or use ALTER COLUMN … SET DEFAULT and RENAME COLUMN, which leave "
                    "the rest alone.",
         .link = kAlterTable,
         .check = &modify_loses,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders MODIFY code VARCHAR(30) NOT NULL;", .earlier = kOrders},
             {.deploy = "ALTER TABLE orders MODIFY code VARCHAR(30) NOT NULL DEFAULT 'y' COMMENT "
                        "'z';",
              .earlier = kOrders})},
        {.id = "modify-not-null",
         .engines = kMysql,
         .by_size = true,
         .title = "a column that may be NULL is set NOT NULL",
         .why = "The table is rebuilt, and a NULL among its rows fails the change.",
         .instead = "Fill the rows in a change before, and check that none is left.",
         .link = kOnline,
         .check = &modify_not_null,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders MODIFY total INT NOT NULL;", .earlier = kOrders},
             {.deploy = "ALTER TABLE orders MODIFY id INT NOT NULL;", .earlier = kOrders})},
        {.id = "inline-references",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "a foreign key stands within a column's definition",
         .why = "MySQL before 9.0 and MariaDB before 10.5 take the word REFERENCES and do nothing.",
         .instead = "A FOREIGN KEY clause of its own.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-foreign-keys.html",
         .check = &inline_references,
         .examples = joined(
             mysql_example({.deploy = "ALTER TABLE lines ADD COLUMN o INT REFERENCES orders (id);"},
                           {.deploy = "ALTER TABLE lines ADD COLUMN o INT, ADD FOREIGN KEY (o) "
                                      "REFERENCES orders (id);"}),
             mysql_example({.deploy = "CREATE TABLE lines (o INT REFERENCES orders (id));",
                            .version = "8.4.3"},
                           {.deploy = "CREATE TABLE lines (o INT REFERENCES orders (id));",
                            .version = "mariadb 10.11"}))},
        {.id = "check-ignored",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "a CHECK is given to a server that ignores it",
         .why = "Rows that break it come in all the same.",
         .instead = "A trigger, or a newer server.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/create-table-check-constraints.html",
         .check = &check_ignored,
         .examples = mysql_example(
             {.deploy = "CREATE TABLE t (a INT CHECK (a > 0));", .version = "8.0.15"},
             {.deploy = "CREATE TABLE t (a INT CHECK (a > 0));", .version = "8.0.16"})},
        {.id = "drop-indexed-column",
         .engines = kMysql,
         .title = "a column is dropped that an index is on",
         .why =
             "The index loses the column, or goes with it, and queries that used it become slow.",
         .instead = "Drop the index by itself first, or make one without the column.",
         .link = kAlterTable,
         .check = &drop_indexed_column,
         .examples =
             mysql_example({.deploy = "ALTER TABLE orders DROP COLUMN day;", .earlier = kOrders},
                           {.deploy = "ALTER TABLE orders DROP COLUMN day, DROP INDEX orders_day;",
                            .earlier = kOrders})},
        {.id = "text-index-length",
         .engines = kMysql,
         .severity = Severity::error,
         .title = "a TEXT or BLOB column is indexed without a length",
         .why = "The server has to be told how much of the value the index holds.",
         .instead = "A length behind the column's name, or a VARCHAR.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/column-indexes.html",
         .check = &text_index,
         .examples = mysql_example({.deploy = "CREATE TABLE t (a TEXT, KEY i (a));"},
                                   {.deploy = "CREATE TABLE t (a TEXT, KEY i (a(50)));"})},
    };
}

}  // namespace kedge::lint
