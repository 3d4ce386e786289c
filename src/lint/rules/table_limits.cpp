// SPDX-License-Identifier: MIT
// A project's own limits for tables: how columns lie, what each must have, how many indexes.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kDdl = "https://www.postgresql.org/docs/current/ddl.html";

/// Bytes that a value of the type fills, which are where it has to begin, too; nothing for one of
/// varying length. PostgreSQL's pg_type, typlen and typalign.
std::optional<int> fixed_bytes(const DataType& type) {
    constexpr std::array<std::pair<std::string_view, int>, 17> kTypes = {{{"boolean", 1},
                                                                          {"smallint", 2},
                                                                          {"integer", 4},
                                                                          {"bigint", 8},
                                                                          {"smallserial", 2},
                                                                          {"serial", 4},
                                                                          {"bigserial", 8},
                                                                          {"real", 4},
                                                                          {"double precision", 8},
                                                                          {"date", 4},
                                                                          {"time", 8},
                                                                          {"timestamp", 8},
                                                                          {"timestamptz", 8},
                                                                          {"money", 8},
                                                                          {"oid", 4},
                                                                          {"float4", 4},
                                                                          {"float8", 8}}};
    if (type.is_array) return std::nullopt;
    for (const auto& [name, bytes] : kTypes) {
        if (type.name == name) return bytes;
    }
    return std::nullopt;
}

/// Bytes between the columns that hold nothing, in one order of them.
int padding(const std::vector<int>& sizes) {
    int at = 0;
    int out = 0;
    for (const int size : sizes) {
        const int gap = (size - at % size) % size;
        out += gap;
        at += gap + size;
    }
    return out;
}

Hits column_alignment(const Scene& scene) {
    const Action& action = *scene.action;
    if (!creates_table(action) || action.from_query) return {};
    std::vector<std::pair<int, std::string>> columns;
    std::vector<int> sizes;
    for (const Column& column : action.columns) {
        // Behind text of varying length nothing is certain.
        const auto size = fixed_bytes(column.type);
        if (!size) break;
        sizes.push_back(*size);
        columns.emplace_back(*size, column.name);
    }
    const int now = padding(sizes);
    std::sort(sizes.rbegin(), sizes.rend());
    const int least = padding(sizes);
    if (now - least < scene.number("bytes")) return {};
    std::stable_sort(columns.begin(), columns.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> order;
    for (const auto& column : columns) order.push_back(sql_name(scene.engine, column.second));
    Hit hit = table_hit(action, subject_of(ObjectKind::table, action.name),
                        fmt::format("{} of the bytes of each row of {} hold nothing", now - least,
                                    action.name.text()));
    hit.effect = "a value begins where its size divides the place, and what is before stays empty";
    hit.recipe = "-- in this order, and text behind:\n" + join(order, ", ");
    return {hit};
}

Hits require_default(const Scene& scene) {
    const Action& action = *scene.action;
    if (!creates_table(action) && action.act != Act::add_column) return {};
    std::vector<std::string> keys;
    for (const Constraint& constraint : action.constraints) {
        if (constraint.kind == ConstraintKind::primary_key) keys = constraint.columns;
    }
    Hits out;
    for (const Column& column : action.columns) {
        const bool has_value = column.default_kind != DefaultKind::none || column.is_identity ||
                               column.is_serial || column.generated != Generated::no;
        const bool is_key = column.constraint(ConstraintKind::primary_key) != nullptr ||
                            is_one_of(column.name, keys);
        if (has_value || is_key) continue;
        Hit hit = table_hit(action, column_subject(action.name, column.name),
                            fmt::format("column {} has no default", column.name));
        if (column.offset != 0) hit.offset = column.offset;
        out.push_back(std::move(hit));
    }
    return out;
}

Hits text_total(const Scene& scene) {
    const Action& action = *scene.action;
    if (!creates_table(action)) return {};
    long total = 0;
    for (const Column& column : action.columns) {
        const bool is_text = column.type.name == "varchar" || column.type.name == "char";
        if (is_text && !column.type.modifiers.empty()) total += column.type.modifiers.front();
    }
    const std::int64_t most = scene.number("max");
    if (total <= most) return {};
    return {table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("the text columns of {} have up to {} characters, more than {}",
                                  action.name.text(), total, most))};
}

Hits moment_columns(const Scene& scene) {
    const Action& action = *scene.action;
    if (!creates_table(action)) return {};
    const auto count = [&](const auto& test) {
        return static_cast<long>(std::count_if(action.columns.begin(), action.columns.end(), test));
    };
    const long defaults =
        count([](const Column& column) { return column.default_kind == DefaultKind::stable; });
    const long updates = count([](const Column& column) { return column.updates_itself; });
    const std::int64_t most_defaults = scene.number("defaults");
    const std::int64_t most_updates = scene.number("updates");
    if (defaults <= most_defaults && updates <= most_updates) return {};
    const bool is_default = defaults > most_defaults;
    return {table_hit(action, subject_of(ObjectKind::table, action.name),
                      fmt::format("{} columns of {} take the current time by {}, more than {}",
                                  is_default ? defaults : updates, action.name.text(),
                                  is_default ? "DEFAULT" : "ON UPDATE",
                                  is_default ? most_defaults : most_updates))};
}

Hits index_count(const Scene& scene) {
    const Action& action = *scene.action;
    const std::int64_t most = scene.number("max");
    std::size_t count = action.indexes.size();
    if (action.act == Act::create && action.object == ObjectKind::index) {
        const KnownTable* table = scene.schema.table(action.name);
        count = table == nullptr ? 1 : table->indexes.size() + 1;
    } else if (!creates_table(action)) {
        return {};
    }
    if (static_cast<long>(count) <= most) return {};
    Hit hit = table_hit(
        action, subject_of(ObjectKind::table, action.name),
        fmt::format("table {} has {} indexes, more than {}", action.name.text(), count, most));
    hit.effect = "each is written with each row";
    return {hit};
}

Hits index_method(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || action.object != ObjectKind::index || !action.index) return {};
    const auto allowed = scene.list("methods");
    const std::string& method = action.index->method;
    if (method.empty() || is_one_of(method, allowed)) return {};
    return {table_hit(action, fmt::format("index {}", action.part),
                      fmt::format("index {} is of the kind {}, which the project doesn't use",
                                  action.part, method))};
}

}  // namespace

std::vector<Rule> table_limit_rules() {
    return {
        policy({.id = "column-alignment",
                .engines = kPg,
                .severity = Severity::note,
                .title = "the order of columns leaves bytes of each row empty",
                .why = "Whole numbers and times begin where their size divides the place.",
                .instead = "The widest of fixed size first, text last.",
                .link = "https://www.postgresql.org/docs/current/storage-page-layout.html",
                .parameters = {{"bytes", "8", "What is worth a word, for each row."}},
                .check = &column_alignment,
                .examples = pg_example(
                    {.deploy = "CREATE TABLE t (a boolean, b bigint, c boolean, d bigint);"},
                    {.deploy = "CREATE TABLE t (b bigint, d bigint, a boolean, c boolean);"})}),
        policy({.id = "require-default",
                .engines = kAll,
                .title = "a column has no default",
                .why = "Clients of the former release don't know it, and insert without it.",
                .instead = "A default.",
                .link = "https://www.postgresql.org/docs/current/ddl-default.html",
                .check = &require_default,
                .examples = examples_for(
                    kAll, {.deploy = "CREATE TABLE orders (id INTEGER PRIMARY KEY, a INTEGER);"},
                    {.deploy =
                         "CREATE TABLE orders (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 0);"})}),
        policy({.id = "text-total",
                .engines = kPg | kMysql,
                .title = "the text columns of a table are longer than the project allows, together",
                .why = "A row has to fit into a page, or is kept in pieces.",
                .instead = "A table of its own for what is seldom read.",
                .link = "https://dev.mysql.com/doc/refman/8.4/en/column-count-limit.html",
                .parameters = {{"max", "8000", "The most characters of all, together."}},
                .check = &text_total,
                .examples = examples_for(
                    kPg | kMysql,
                    {.deploy = "CREATE TABLE orders (a VARCHAR(6000), b VARCHAR(6000));"},
                    {.deploy = "CREATE TABLE orders (a VARCHAR(600), b VARCHAR(600));"})}),
        policy({.id = "moment-columns",
                .engines = kMysql,
                .title = "many columns take the current time by themselves",
                .why = "Older servers allow one, and who reads the table has to know which is "
                       "which.",
                .instead = "One for when the row came, one for when it changed.",
                .link = "https://dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html",
                .parameters = {{"defaults", "2", "The most with DEFAULT CURRENT_TIMESTAMP."},
                               {"updates", "1", "The most with ON UPDATE CURRENT_TIMESTAMP."}},
                .check = &moment_columns,
                .examples = examples_for(
                    kMysql,
                    {.deploy = "CREATE TABLE t (a DATETIME DEFAULT CURRENT_TIMESTAMP, b DATETIME "
                               "DEFAULT CURRENT_TIMESTAMP, c DATETIME DEFAULT CURRENT_TIMESTAMP);"},
                    {.deploy = "CREATE TABLE t (a DATETIME DEFAULT CURRENT_TIMESTAMP, b DATETIME "
                               "DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);"})}),
        policy({.id = "index-count",
                .engines = kAll,
                .title = "a table has more indexes than the project allows",
                .why = "Each makes writing slower, and takes room.",
                .instead = "Drop one that no query uses.",
                .link = "https://www.postgresql.org/docs/current/indexes.html",
                .parameters = {{"max", "5", "The most indexes of a table."}},
                .check = &index_count,
                .examples = examples_for(
                    kAll,
                    {.deploy = "CREATE INDEX i ON orders (id);\nCREATE INDEX j ON orders (total);",
                     .earlier = "CREATE TABLE orders (id INTEGER, total INTEGER);",
                     .parameters = "max = 1"},
                    {.deploy = "CREATE INDEX i ON orders (id);",
                     .earlier = "CREATE TABLE orders (id INTEGER, total INTEGER);",
                     .parameters = "max = 1"})}),
        policy({.id = "index-method",
                .engines = kPg | kMysql,
                .title = "an index of a kind that the project doesn't use",
                .why = "The project has decided so.",
                .instead = "One of those that are allowed.",
                .link = kDdl,
                .parameters = {{"methods", "btree", "A kind; may stand several times."}},
                .check = &index_method,
                .examples = joined(
                    pg_example({.deploy = "CREATE INDEX i ON orders USING hash (id);"},
                               {.deploy = "CREATE INDEX i ON orders USING btree (id);"}),
                    examples_for(kMysql, {.deploy = "CREATE FULLTEXT INDEX i ON orders (note);"},
                                 {.deploy = "CREATE INDEX i ON orders (note);"}))}),
    };
}

}  // namespace kedge::lint
