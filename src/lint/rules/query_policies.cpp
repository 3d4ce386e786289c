// SPDX-License-Identifier: MIT
// A project's own rules about how statements look for rows.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::string_view kIndexes = "https://www.postgresql.org/docs/current/indexes.html";
constexpr std::string_view kOrders =
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, code VARCHAR(20), total INTEGER);\n"
    "CREATE INDEX orders_code ON orders (code);";

Hit mention_hit(const Mention& mention, std::string subject, std::string message) {
    Hit out;
    out.subject = std::move(subject);
    out.message = std::move(message);
    out.offset = mention.offset;
    return out;
}

Hits leading_wildcard(const Scene& scene) {
    Hits out;
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != Mention::Kind::leading_wildcard) continue;
        Hit hit = mention_hit(mention, "pattern", "the pattern of LIKE begins with %");
        hit.effect = "no index of the usual kind helps: every row is read";
        out.push_back(std::move(hit));
    }
    return out;
}

Hits many_conditions(const Scene& scene) {
    Hits out;
    const auto most = static_cast<std::size_t>(scene.number("max"));
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != Mention::Kind::alternatives) continue;
        std::size_t count = 0;
        const std::string& said = mention.name.name;
        std::from_chars(said.data(), said.data() + said.size(), count);
        if (count <= most) continue;
        Hit hit =
            mention_hit(mention, "condition",
                        fmt::format("{} conditions are joined by OR, more than {}", count, most));
        hit.effect = "the server tries each by itself, or reads every row";
        hit.recipe = "... IN (...)  -- or a table of the values to join with";
        out.push_back(std::move(hit));
    }
    return out;
}

/// An index is on the column as it is, and none on anything that is worked out.
bool is_indexed(const KnownTable& table, const std::string& column) {
    const auto has = [&](const std::vector<std::string>& columns) {
        return !columns.empty() && equals_ignoring_case(columns.front(), column);
    };
    const bool has_expression =
        std::any_of(table.indexes.begin(), table.indexes.end(),
                    [](const Index& index) { return is_one_of("", index.columns); });
    if (has_expression) return false;
    return std::any_of(table.indexes.begin(), table.indexes.end(),
                       [&](const Index& index) { return has(index.columns); }) ||
           std::any_of(table.constraints.begin(), table.constraints.end(),
                       [&](const Constraint& constraint) {
                           return constraint.is_key() && has(constraint.columns);
                       });
}

/// The call of a function that begins there, as it stands.
std::string call_at(std::string_view text, std::size_t begin) {
    std::size_t depth = 0;
    char quote = 0;
    std::size_t at = text.find('(', begin);
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            ++at;
            break;
        }
    }
    return std::string(text.substr(begin, std::min(at, text.size()) - begin));
}

Hits function_on_column(const Scene& scene) {
    Hits out;
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != Mention::Kind::function_on_column) continue;
        // The name's schema is the function, so that one mention holds both.
        const std::string& column = mention.name.name;
        const KnownTable* found = nullptr;
        const auto look = [&](const Name& name) {
            const KnownTable* table = name.empty() ? nullptr : scene.schema.table(name);
            if (table != nullptr && is_indexed(*table, column)) found = table;
        };
        for (const Mention& other : scene.statement->mentions) {
            if (other.kind == Mention::Kind::table) look(other.name);
        }
        for (const Action& action : scene.statement->actions) look(action.name);
        if (found == nullptr) continue;
        Hit hit = mention_hit(mention, column_subject(found->name, column),
                              fmt::format("compares {} of {}, which an index is on as it is",
                                          mention.name.schema, column));
        hit.effect = "the index doesn't help: every row is read";
        hit.recipe =
            fmt::format("... {} = ...  -- or an index on {}", sql_name(scene.engine, column),
                        call_at(scene.statement->source.text, mention.offset));
        out.push_back(std::move(hit));
    }
    return out;
}

Hits select_without_where(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::select || !action.rows.has_from || action.rows.has_where ||
        action.rows.has_limit) {
        return {};
    }
    Hit hit;
    hit.subject = "query";
    hit.message = "reads all rows: no WHERE and no LIMIT";
    hit.effect = "it takes longer with every row that comes, in the middle of a change";
    hit.offset = action.offset;
    return {hit};
}

}  // namespace

std::vector<Rule> query_policy_rules() {
    return {
        policy({.id = "leading-wildcard",
                .engines = kAll,
                .title = "LIKE with a pattern that begins with %",
                .why = "An index finds what text begins with, and this can begin with anything.",
                .instead = "A pattern that begins with text; or an index of trigrams or words.",
                .link = kIndexes,
                .scope = Scope::statement,
                .purposes = kDeployAndRevert,
                .check = &leading_wildcard,
                .examples = examples_for(
                    kAll, {.deploy = "UPDATE orders SET total = 0 WHERE code LIKE '%x';"},
                    {.deploy = "UPDATE orders SET total = 0 WHERE code LIKE 'x%';"})}),
        policy({.id = "many-conditions",
                .engines = kAll,
                .title = "many conditions are joined by OR",
                .why = "Each is one more way to look for rows; servers give up and read them all.",
                .instead = "IN, or a join with the values.",
                .link = kIndexes,
                .parameters = {{"max", "3", "The most conditions that one OR may join."}},
                .scope = Scope::statement,
                .purposes = kDeployAndRevert,
                .check = &many_conditions,
                .examples = examples_for(
                    kAll,
                    {.deploy = "DELETE FROM orders WHERE id = 1 OR id = 2 OR code = 'a' OR code = "
                               "'b';"},
                    {.deploy = "DELETE FROM orders WHERE id = 1 OR id = 2 OR code = 'a';"})}),
        policy({.id = "function-on-column",
                .engines = kAll,
                .title = "WHERE compares a function of an indexed column",
                .why = "An index on a column knows its values, not what a function makes of them.",
                .instead = "Compare the column itself; or make an index on the expression.",
                .link = "https://www.postgresql.org/docs/current/indexes-expressional.html",
                .scope = Scope::statement,
                .purposes = kDeployAndRevert,
                .check = &function_on_column,
                .examples =
                    examples_for(kAll,
                                 {.deploy = "UPDATE orders SET total = 0 WHERE lower(code) = 'x';",
                                  .earlier = kOrders},
                                 {.deploy = "UPDATE orders SET total = 0 WHERE code = lower('X');",
                                  .earlier = kOrders})}),
        policy({.id = "select-without-where",
                .engines = kAll,
                .title = "a query without WHERE",
                .why = "It reads every row, however many there are by then.",
                .instead = "WHERE, or LIMIT.",
                .link = "https://www.postgresql.org/docs/current/sql-select.html",
                .purposes = kDeployAndRevert,
                .check = &select_without_where,
                .examples = examples_for(kAll, {.deploy = "SELECT id FROM orders;"},
                                         {.deploy = "SELECT id FROM orders WHERE id = 1;"})}),
    };
}

}  // namespace kedge::lint
