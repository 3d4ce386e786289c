// SPDX-License-Identifier: MIT
// What copies a table in MySQL and MariaDB, or locks it for as long.
#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/mysql_online.hpp"
#include "lint/rules/mysql_rules.hpp"
#include "script/mysql/token.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kOnline =
    "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html";
constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, total INT, "
    "state ENUM('new','paid'), note VARCHAR(300), customer INT);";

std::string table_of(const Scene& scene) {
    return sql_name(scene.engine, scene.action->name);
}

/// A tool that copies the table beside it, for what the server can't do while writers go on.
std::string copy_aside(const Scene& scene, std::string_view clause) {
    return fmt::format(
        "-- with a tool that copies the table while writers go on:\n"
        "-- gh-ost --alter='{0}' --table={1} --execute\n"
        "-- pt-online-schema-change --alter '{0}' t={1} --execute",
        clause, scene.action->name.name);
}

/// A definition without what a second column beside the first can't have: a key, AUTO_INCREMENT,
/// and NOT NULL while it has no values. Puts what it leaves out into `lacks`.
std::string bare_definition(const Column& column, const std::string& definition,
                            std::vector<std::string>& lacks) {
    constexpr std::size_t kMostTokens = 10000;
    const script::mysql::Tokens tokens(definition, kMostTokens);
    const bool has_value =
        column.default_kind != DefaultKind::none || column.generated != Generated::no;
    std::string out;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        std::size_t size = 0;
        if (tokens.match(i, {"UNIQUE", "KEY"}) || tokens.match(i, {"PRIMARY", "KEY"}) ||
            (tokens.match(i, {"NOT", "NULL"}) && !has_value)) {
            size = 2;
        } else if (tokens.at(i).is_any({"AUTO_INCREMENT", "UNIQUE", "KEY"})) {
            size = 1;
        }
        if (size == 0 || tokens.at(i).depth > 0) continue;
        const std::size_t begin = tokens.at(i).offset;
        const std::size_t end = tokens.at(i + size - 1).end;
        const std::string_view before =
            trim(std::string_view(definition).substr(kept, begin - kept));
        if (!before.empty()) out += std::string(before) + " ";
        lacks.push_back(to_upper_ascii(std::string_view(definition).substr(begin, end - begin)));
        kept = end;
        i += size - 1;
    }
    out += trim(std::string_view(definition).substr(kept));
    return std::string(trim(out));
}

Hits change_column_copies(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::modify_column || !is_clause(scene)) return {};
    const ColumnChange change = column_change(scene);
    const Column& column = action.columns.front();
    const bool is_list = column.type.name == "enum" || column.type.name == "set";
    // Of values that are added or taken away other rules tell.
    if (change.before != nullptr &&
        (!change.type || (is_list && change.before->type.name == column.type.name))) {
        return {};
    }
    Hit hit = clause_hit(
        scene, column_subject(action.name, column.name),
        change.before == nullptr
            ? fmt::format("defines column {} of {} anew as {}; another type copies the table",
                          column.name, action.name.text(), column.type.text)
            : fmt::format("changes column {} of {} from {} to {}", column.name, action.name.text(),
                          change.before->type.text, column.type.text));
    // CHANGE gives it another name at the same time.
    const std::string before = former_name(scene, column.name);
    const std::string definition = column.definition.empty() ? column.type.text : column.definition;
    const std::string name = sql_name(scene.engine, before);
    const std::string final_name = sql_name(scene.engine, column.name);
    const std::string made = sql_name(scene.engine, column.name + "_new");
    const bool renames = is_since(scene.version, {8, 0}, {10, 5, 2});
    std::vector<std::string> lacks;
    const std::string bare = bare_definition(column, definition, lacks);
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {2} {3}, {4};\n"
        "-- write both from now on, fill it in batches, and then:\n{5}",
        table_of(scene), name, made, bare, cheapest_clause(scene, OnlineWay::instant),
        renames
            ? fmt::format("ALTER TABLE {0} RENAME COLUMN {1} TO {3}, RENAME COLUMN {2} TO {4};",
                          table_of(scene), name, made, sql_name(scene.engine, before + "_old"),
                          final_name)
            : copy_aside(scene, name == final_name ? fmt::format("MODIFY {} {}", name, definition)
                                                   : fmt::format("CHANGE {} {} {}", name,
                                                                 final_name, definition)));
    if (renames && !lacks.empty()) {
        hit.recipe += fmt::format("\n-- and give it what it lacks: {}", join(lacks, ", "));
    }
    return {hit};
}

Hits convert_charset(const Scene& scene) {
    const Action& action = *scene.action;
    if (!is_clause(scene)) return {};
    const bool is_column = action.act == Act::modify_column && column_change(scene).charset;
    if (action.act != Act::convert_charset && !is_column) return {};
    const std::string what = is_column
                                 ? fmt::format("column {} of {}", action.part, action.name.text())
                                 : "table " + action.name.text();
    Hit hit = clause_hit(
        scene,
        is_column ? column_subject(action.name, action.part)
                  : subject_of(ObjectKind::table, action.name),
        fmt::format("converts the text of {} to another character set or collation", what));
    hit.recipe = copy_aside(
        scene,
        fmt::format("CONVERT TO CHARACTER SET {}{}",
                    action.charset.empty() ? "utf8mb4" : action.charset,
                    action.collation.empty() ? std::string() : " COLLATE " + action.collation));
    return {hit};
}

Hits stored_column(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_column || !is_clause(scene)) return {};
    const Column& column = action.columns.front();
    if (column.generated != Generated::stored) return {};
    Hit hit = clause_hit(
        scene, column_subject(action.name, column.name),
        fmt::format("adds the stored generated column {} to {}", column.name, action.name.text()));
    hit.recipe = fmt::format("ALTER TABLE {} ADD COLUMN {} {} AS (...) VIRTUAL, {};",
                             table_of(scene), sql_name(scene.engine, column.name), column.type.text,
                             cheapest_clause(scene, OnlineWay::instant));
    return {hit};
}

Hits default_expression(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_column || !is_clause(scene)) return {};
    const Column& column = action.columns.front();
    if (column.default_kind != DefaultKind::expression) return {};
    if (online_form(scene)->way != OnlineWay::copy) return {};
    Hit hit = clause_hit(scene, column_subject(action.name, column.name),
                         fmt::format("adds column {} to {} with an expression for its default",
                                     column.name, action.name.text()));
    hit.recipe = fmt::format(
        "ALTER TABLE {0} ADD COLUMN {1} {2}, {4};\n"
        "ALTER TABLE {0} ALTER COLUMN {1} SET DEFAULT {3};\n-- and fill it in batches",
        table_of(scene), sql_name(scene.engine, column.name), column.type.text, column.default_text,
        cheapest_clause(scene, OnlineWay::instant));
    return {hit};
}

Hits foreign_key(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_constraint || !is_clause(scene)) return {};
    const Constraint& constraint = action.constraints.front();
    if (constraint.kind != ConstraintKind::foreign_key) return {};
    if (online_form(scene)->way != OnlineWay::copy) return {};
    Hit hit =
        clause_hit(scene, fmt::format("constraint {} of {}", constraint.name, action.name.text()),
                   fmt::format("adds a foreign key from {} to {}", action.name.text(),
                               constraint.references.text()));
    if (online_form(scene)->stops_writers) {
        hit.effect += "; rows of " + constraint.references.text() + " are locked as they are met";
    }
    const std::string child = table_of(scene);
    const std::string parent = sql_name(scene.engine, constraint.references);
    if (!constraint.columns.empty() && !constraint.referenced_columns.empty()) {
        hit.recipe = fmt::format(
            "-- has to give no rows:\nSELECT c.* FROM {0} c LEFT JOIN {1} p ON p.{3} = c.{2} WHERE "
            "c.{2} IS NOT NULL AND p.{3} IS NULL LIMIT 1;\n"
            "-- only then, in place and without looking at the rows:\n"
            "SET SESSION foreign_key_checks = 0;\n{4}\nSET SESSION foreign_key_checks = 1;",
            child, parent, sql_name(scene.engine, constraint.columns.front()),
            sql_name(scene.engine, constraint.referenced_columns.front()),
            stated(scene, "ALGORITHM=INPLACE, LOCK=NONE"));
    }
    return {hit};
}

Hits auto_increment(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::add_column || !is_clause(scene)) return {};
    const Column& column = action.columns.front();
    if (!column.is_serial) return {};
    Hit hit = clause_hit(
        scene, column_subject(action.name, column.name),
        fmt::format("adds the AUTO_INCREMENT column {} to {}", column.name, action.name.text()));
    hit.effect +=
        "; under statement-based replication each server numbers the rows in its own order";
    hit.recipe =
        copy_aside(scene, fmt::format("ADD COLUMN {} {} AUTO_INCREMENT UNIQUE",
                                      sql_name(scene.engine, column.name), column.type.text));
    return {hit};
}

Hits primary_key(const Scene& scene) {
    const Action& action = *scene.action;
    if (!is_clause(scene)) return {};
    const bool adds = action.act == Act::add_constraint &&
                      action.constraints.front().kind == ConstraintKind::primary_key;
    const bool drops = action.act == Act::drop_constraint && action.part == "PRIMARY";
    if (!adds && !drops) return {};
    const auto form = online_form(scene);
    // Where both are in one statement, the new key tells of it.
    if (drops && form && form->way != OnlineWay::copy) return {};
    Hit hit = clause_hit(
        scene, subject_of(ObjectKind::table, action.name),
        fmt::format("{} the primary key of {}", adds ? "makes" : "drops", action.name.text()));
    if (drops) {
        hit.recipe = fmt::format(
            "-- with the new key in the same statement the table is only rebuilt in place:\n"
            "ALTER TABLE {} DROP PRIMARY KEY, ADD PRIMARY KEY (...), ALGORITHM=INPLACE, LOCK=NONE;",
            table_of(scene));
    } else {
        hit.recipe = stated(scene, "ALGORITHM=INPLACE, LOCK=NONE");
    }
    return {hit};
}

Hits special_index(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || !is_clause(scene) ||
        !action.index) {
        return {};
    }
    const std::string& method = action.index->method;
    if (method != "fulltext" && method != "spatial") return {};
    Hit hit = clause_hit(scene, fmt::format("index {}", action.part),
                         fmt::format("builds a {} index on {}", method, action.name.text()));
    if (method == "fulltext") {
        hit.effect += "; the first one rebuilds the table, too, for its column FTS_DOC_ID";
    }
    hit.recipe = copy_aside(scene, fmt::format("ADD {} INDEX ({})", to_upper_ascii(method),
                                               join(action.index->columns, ", ")));
    return {hit};
}

Hits partitioning(const Scene& scene) {
    const Action& action = *scene.action;
    const bool is_partitioning = action.text.find("PARTITION") != std::string::npos;
    if (action.act != Act::alter || !is_partitioning || !is_clause(scene)) return {};
    const auto form = online_form(scene);
    if (!form || !form->stops_writers) return {};
    Hit hit = clause_hit(scene, subject_of(ObjectKind::table, action.name),
                         fmt::format("partitions {} anew: {}", action.name.text(), action.text));
    hit.recipe = copy_aside(scene, action.text + " ...");
    return {hit};
}

Hits table_rebuild(const Scene& scene) {
    const Action& action = *scene.action;
    const bool optimizes = action.act == Act::vacuum && action.full;
    const bool is_option = action.act == Act::alter && action.object == ObjectKind::table;
    if ((!optimizes && !is_option) || !is_clause(scene)) return {};
    const auto form = online_form(scene);
    const bool rebuilds = form && (form->way == OnlineWay::rebuild || action.text == "ORDER BY");
    if (!optimizes && !rebuilds) return {};
    Hit hit = clause_hit(scene, subject_of(ObjectKind::table, action.name),
                         fmt::format("writes all of {} anew: {}", action.name.text(),
                                     optimizes ? std::string("OPTIMIZE TABLE") : action.text));
    if (optimizes && !is_of_other_engine(scene)) {
        hit.effect = effect_of(scene, {OnlineWay::rebuild, false});
    } else if (optimizes) {
        hit.effect = effect_of(scene, {OnlineWay::copy, true});
    }
    hit.recipe = copy_aside(scene, "ENGINE=InnoDB");
    return {hit};
}

/// The scene's statement, which adds one column, without the place where it puts it.
std::string without_position(const Scene& scene, const Column& column) {
    std::string out = scene.statement->source.text;
    const bool is_first = column.position == "FIRST";
    constexpr std::size_t kMostTokens = 10000;
    const script::mysql::Tokens tokens(out, kMostTokens);
    std::size_t word = tokens.size();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const bool is_place =
            is_first ? tokens.at(i).is("FIRST")
                     : tokens.at(i).is("AFTER") && tokens.at(i + 1).raw == column.position;
        if (is_place) word = i;
    }
    if (word == tokens.size()) return out;
    std::size_t at = tokens.at(word).offset;
    const std::size_t end = tokens.at(is_first ? word : word + 1).end;
    while (at > 0 && out[at - 1] == ' ') --at;
    return out.erase(at, end - at);
}

Hits column_position(const Scene& scene) {
    const Action& action = *scene.action;
    if ((action.act != Act::add_column && action.act != Act::modify_column) || !is_clause(scene)) {
        return {};
    }
    const Column& column = action.columns.front();
    if (column.position.empty()) return {};
    if (action.act == Act::modify_column && !column_change(scene).moves) return {};
    const auto form = online_form(scene);
    // What copies is told of by the rule about types.
    if (!form || form->way == OnlineWay::copy) return {};
    Hit hit = clause_hit(
        scene, column_subject(action.name, column.name),
        fmt::format("puts column {} into the middle of {}", column.name, action.name.text()));
    hit.effect += "; INSERT and SELECT * that count on the order of columns change their meaning";
    if (action.act == Act::add_column && scene.statement->actions.size() == 1) {
        hit.recipe = without_position(scene, column);
        if (action.algorithm.empty() && action.lock.empty()) {
            hit.recipe += ", " + cheapest_clause(scene, OnlineWay::instant);
        }
        hit.recipe += ";";
    }
    return {hit};
}

}  // namespace

std::vector<Rule> mysql_lock_rules() {
    return {
        {.id = "change-column-copies",
         .engines = kMysql,
         .by_size = true,
         .title = "a column is changed to another type",
         .why = "The table is copied, writers wait, and clients meet values of another type.",
         .instead = "A new column, filled in batches, that takes the old one's name at the end. A "
                    "VARCHAR may grow in place while its length needs as many bytes as before.",
         .link = kOnline,
         .check = &change_column_copies,
         .examples = joined(
             mysql_example({.deploy = "ALTER TABLE orders MODIFY id BIGINT;", .earlier = kOrders},
                           {.deploy = "ALTER TABLE orders MODIFY code VARCHAR(40) NOT NULL;",
                            .earlier = kOrders}),
             mysql_example(
                 {.deploy = "ALTER TABLE orders MODIFY code VARCHAR(64) NOT NULL;",
                  .earlier = kOrders},
                 {.deploy = "ALTER TABLE orders MODIFY note VARCHAR(500);", .earlier = kOrders}))},
        {.id = "convert-charset",
         .engines = kMysql,
         .by_size = true,
         .title = "text is converted to another character set or collation",
         .why = "The table is copied; values that were different may become alike, so that unique "
                "keys fail, and indexes may become too long.",
         .instead = "Look for duplicates under the new collation, and convert with a tool that "
                    "copies aside.",
         .link = kOnline,
         .check = &convert_charset,
         .examples =
             mysql_example({.deploy = "ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4;"},
                           {.deploy = "ALTER TABLE orders DEFAULT CHARACTER SET utf8mb4;"})},
        {.id = "stored-column-copies",
         .engines = kMysql,
         .by_size = true,
         .title = "a stored generated column is added",
         .why = "Every row is written anew while writers wait.",
         .instead = "A virtual column, with an index where it is searched.",
         .link = kOnline,
         .check = &stored_column,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN d INT AS (total * 2) STORED;"},
             {.deploy = "ALTER TABLE orders ADD COLUMN d INT AS (total * 2) VIRTUAL;"})},
        {.id = "default-expression-copies",
         .engines = kMysql,
         .by_size = true,
         .title = "a column is added with an expression for its default",
         .why = "The expression gives each row that is there a value, so that all are written.",
         .instead = "Add the column without it, set the default then, and fill in batches.",
         .link = kOnline,
         .check = &default_expression,
         .examples =
             mysql_example({.deploy = "ALTER TABLE orders ADD COLUMN u CHAR(36) DEFAULT (uuid());"},
                           {.deploy = "ALTER TABLE orders ADD COLUMN u CHAR(36) DEFAULT 'none';"})},
        {.id = "foreign-key-copies",
         .engines = kMysql,
         .by_size = true,
         .title = "a foreign key is added to a table with rows",
         .why = "The table is copied to look at every row, and both tables are locked meanwhile.",
         .instead =
             "Show by a query that no row breaks it, and add it with foreign_key_checks off, "
             "in place.",
         .link = kOnline,
         .check = &foreign_key,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer) REFERENCES "
                        "customers (id);"},
             {.deploy = "CREATE TABLE lines (o INT, CONSTRAINT f FOREIGN KEY (o) REFERENCES orders "
                        "(id));"})},
        {.id = "add-auto-increment",
         .engines = kMysql,
         .by_size = true,
         .title = "an AUTO_INCREMENT column is added",
         .why = "The table is rebuilt while writers wait, and replicas may number rows otherwise.",
         .instead = "A tool that copies aside, or a new table.",
         .link = kOnline,
         .check = &auto_increment,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders ADD COLUMN n INT NOT NULL AUTO_INCREMENT UNIQUE;"},
             {.deploy = "ALTER TABLE orders ADD COLUMN n INT;"})},
        {.id = "change-primary-key",
         .engines = kMysql,
         .by_size = true,
         .title = "a primary key is made or dropped",
         .why = "Rows are stored in its order: all of the table is written anew, and without a new "
                "key in the same statement writers wait.",
         .instead = "Drop the old key and make the new one in one statement, in place.",
         .link = kOnline,
         .check = &primary_key,
         .examples = mysql_example({.deploy = "ALTER TABLE orders DROP PRIMARY KEY;"},
                                   {.deploy = "ALTER TABLE orders DROP KEY orders_code;"})},
        {.id = "special-index-locks",
         .engines = kMysql,
         .by_size = true,
         .title = "a FULLTEXT or SPATIAL index is built",
         .why = "Unlike other indexes it is built under a lock that stops writers.",
         .instead = "A tool that copies aside, or an hour in which nobody writes.",
         .link = kOnline,
         .check = &special_index,
         .examples = mysql_example({.deploy = "CREATE FULLTEXT INDEX f ON orders (note);"},
                                   {.deploy = "CREATE INDEX f ON orders (note(10));"})},
        {.id = "partitioning-copies",
         .engines = kMysql,
         .by_size = true,
         .title = "a table is partitioned anew",
         .why = "Rows move to other partitions while writers wait.",
         .instead = "Add partitions at the end of a range; else a tool that copies aside.",
         .link = "https://dev.mysql.com/doc/refman/8.4/en/"
                 "innodb-online-ddl-operations.html#online-ddl-partitioning",
         .check = &partitioning,
         .examples = mysql_example(
             {.deploy = "ALTER TABLE orders PARTITION BY HASH (id) PARTITIONS 4;"},
             {.deploy = "ALTER TABLE orders ADD PARTITION (PARTITION p VALUES LESS THAN (9));"})},
        {.id = "table-rebuild",
         .engines = kMysql,
         .severity = Severity::note,
         .by_size = true,
         .title = "a whole table is written anew",
         .why = "It takes as long as the table is large, and replicas wait for it.",
         .instead = "Leave it out unless the space is needed; else an hour of little work.",
         .link = kOnline,
         .check = &table_rebuild,
         .examples = joined(mysql_example({.deploy = "OPTIMIZE TABLE orders;"},
                                          {.deploy = "ANALYZE TABLE orders;"}),
                            mysql_example({.deploy = "ALTER TABLE orders ROW_FORMAT=COMPRESSED;"},
                                          {.deploy = "ALTER TABLE orders COMMENT = 'x';"}))},
        {.id = "column-position",
         .engines = kMysql,
         .severity = Severity::note,
         .title = "a column is put before others",
         .why = "Clients that count on the order of columns break, and older servers rebuild the "
                "table for it.",
         .instead = "Add columns at the end.",
         .link = kOnline,
         .check = &column_position,
         .examples = mysql_example({.deploy = "ALTER TABLE orders ADD COLUMN a INT AFTER id;"},
                                   {.deploy = "ALTER TABLE orders ADD COLUMN a INT;"})},
    };
}

}  // namespace kedge::lint
