// SPDX-License-Identifier: MIT
// A project's own rules about names, and about what it forbids: off until the configuration says
// what is wanted.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <functional>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "lint/rules/words.hpp"
#include "support/regex.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

/// What an action gives a name to, with the kinds of the rule's parameters.
std::vector<std::pair<std::string_view, std::string>> given_names(const Action& action) {
    std::vector<std::pair<std::string_view, std::string>> out;
    const auto constraint = [&](const Constraint& each) {
        if (each.name.empty()) return;
        const std::string_view kind = each.kind == ConstraintKind::primary_key   ? "primary_key"
                                      : each.kind == ConstraintKind::unique      ? "unique"
                                      : each.kind == ConstraintKind::foreign_key ? "foreign_key"
                                                                                 : "check";
        out.emplace_back(kind, each.name);
    };
    for (const Column& column : made_columns(action)) {
        if (action.act != Act::alter_column_type) out.emplace_back("column", column.name);
        for (const Constraint& each : column.constraints) constraint(each);
    }
    for (const Constraint& each : action.constraints) constraint(each);
    if (action.act == Act::rename_column) out.emplace_back("column", action.new_name.name);
    const bool renames = action.act == Act::rename;
    if (action.act != Act::create && !renames) return out;
    const std::string& name = renames               ? action.new_name.name
                              : action.part.empty() ? action.name.name
                                                    : action.part;
    switch (action.object) {
        case ObjectKind::table:
            out.emplace_back("table", name);
            break;
        case ObjectKind::view:
        case ObjectKind::materialized_view:
            out.emplace_back("view", name);
            break;
        case ObjectKind::index:
            if (!name.empty()) out.emplace_back("index", name);
            break;
        case ObjectKind::schema:
        case ObjectKind::database:
            out.emplace_back("schema", name);
            break;
        case ObjectKind::routine:
            out.emplace_back("routine", name);
            break;
        case ObjectKind::trigger:
            out.emplace_back("trigger", name);
            break;
        case ObjectKind::sequence:
        case ObjectKind::type:
        case ObjectKind::domain:
            out.emplace_back("type", name);
            break;
        default:
            break;
    }
    return out;
}

Hit name_hit(const Action& action, std::string_view kind, const std::string& name,
             std::string message) {
    Hit out;
    out.subject = fmt::format("{} {}", replace_all(kind, "_", " "), name);
    out.message = std::move(message);
    out.offset = action.offset;
    return out;
}

Hits naming(const Scene& scene) {
    Hits out;
    for (const auto& [kind, name] : given_names(*scene.action)) {
        const std::string pattern = scene.parameter(kind);
        if (pattern.empty() || Regex(pattern).search(name)) continue;
        out.push_back(name_hit(*scene.action, kind, name,
                               fmt::format("the {} name {} doesn't match {}",
                                           replace_all(kind, "_", " "), name, pattern)));
    }
    return out;
}

/// The statement has more of the name than the parser has kept: PostgreSQL's cuts it off.
bool was_cut(const std::string& text, const std::string& name) {
    const std::size_t at = text.find(name);
    if (at == std::string::npos || at + name.size() >= text.size()) return false;
    const char next = text[at + name.size()];
    return std::isalnum(static_cast<unsigned char>(next)) != 0 || next == '_';
}

Hits long_name(const Scene& scene) {
    constexpr std::size_t kPgBytes = 63;
    constexpr std::size_t kMysqlCharacters = 64;
    Hits out;
    for (const auto& [kind, name] : given_names(*scene.action)) {
        const bool is_cut = name.size() == kPgBytes && was_cut(scene.statement->source.text, name);
        if (!is_cut && count_characters(name) <= kMysqlCharacters) continue;
        Hit hit = name_hit(*scene.action, kind, name,
                           fmt::format("the name {}{} is longer than {}", name, is_cut ? "…" : "",
                                       by_engine(scene.engine, "63 bytes", "64 characters", "")));
        hit.effect = by_engine(scene.engine, "the server cuts it off, with no more than a notice",
                               "the server refuses it", "");
        out.push_back(std::move(hit));
    }
    return out;
}

Hits mixed_case(const Scene& scene) {
    Hits out;
    for (const auto& [kind, name] : given_names(*scene.action)) {
        if (to_lower_ascii(name) == name) continue;
        out.push_back(name_hit(*scene.action, kind, name,
                               fmt::format("the name {} has capital letters, and has to be quoted "
                                           "for ever",
                                           name)));
    }
    return out;
}

Hits reserved_name(const Scene& scene) {
    Hits out;
    for (const auto& [kind, name] : given_names(*scene.action)) {
        // MySQL's own name of every primary key.
        if (kind == "primary_key" || !is_reserved_word(scene.engine, name)) continue;
        out.push_back(name_hit(*scene.action, kind, name,
                               fmt::format("the name {} is a word of SQL, and has to be quoted "
                                           "for ever",
                                           name)));
    }
    return out;
}

Hits require_schema(const Scene& scene) {
    const Action& action = *scene.action;
    const bool makes =
        action.act == Act::create && !action.temporary &&
        (action.object == ObjectKind::table || action.object == ObjectKind::view ||
         action.object == ObjectKind::materialized_view || action.object == ObjectKind::sequence ||
         action.object == ObjectKind::routine || action.object == ObjectKind::type);
    if (!makes || !action.name.schema.empty()) return {};
    return {name_hit(action, kind_word(action.object), action.name.name,
                     fmt::format("{} is made in whatever schema comes first in the search_path",
                                 action.name.name))};
}

Hits forbidden_schema(const Scene& scene) {
    const Action& action = *scene.action;
    const std::string& schema =
        action.object == ObjectKind::schema ? action.name.name : action.name.schema;
    if (action.act == Act::select || schema.empty() || !is_one_of(schema, scene.list("schemas"))) {
        return {};
    }
    return {name_hit(
        action, "schema", schema,
        fmt::format("changes something in schema {}, which the project leaves alone", schema))};
}

Hits forbidden_object(const Scene& scene) {
    Hits out;
    for (const Mention& mention : scene.statement->mentions) {
        if (mention.kind != Mention::Kind::table && mention.kind != Mention::Kind::function)
            continue;
        for (const std::string& pattern : scene.list("objects")) {
            if (!Regex(pattern).search(mention.name.text())) continue;
            Hit hit;
            hit.subject = mention.name.text();
            hit.message =
                fmt::format("names {}, which the project leaves alone", mention.name.text());
            hit.offset = mention.offset;
            out.push_back(std::move(hit));
        }
    }
    return out;
}

Hits forbidden_kind(const Scene& scene) {
    const Action& action = *scene.action;
    if (action.act != Act::create || !is_one_of(kind_word(action.object), scene.list("kinds"))) {
        return {};
    }
    return {name_hit(
        action, kind_word(action.object), action.name.text(),
        fmt::format("makes a {}, which the project does without", kind_word(action.object)))};
}

Hits forbidden_text(const Scene& scene) {
    Hits out;
    for (const std::string& pattern : scene.list("pattern")) {
        if (!Regex(pattern).search(scene.statement->source.text)) continue;
        Hit hit;
        hit.subject = "statement";
        hit.message = fmt::format("matches {}, which the project forbids", pattern);
        out.push_back(std::move(hit));
    }
    return out;
}

Hits require_timeout(const Scene& scene) {
    const std::string setting = scene.parameter("setting");
    for (const Statement& statement : scene.script.statements) {
        for (const Action& action : statement.actions) {
            if (action.act == Act::set && action.name.name == setting) return {};
            const bool locks = (action.act != Act::create && action.object == ObjectKind::table &&
                                statement.writes && action.act != Act::insert) ||
                               (action.act == Act::create && action.object == ObjectKind::index);
            if (!locks || scene.is_new(action.name)) continue;
            Hit hit;
            hit.subject = "setting " + setting;
            hit.message = fmt::format("takes a lock before {} is set", setting);
            hit.recipe = fmt::format("SET {} = '5s';", setting);
            hit.where = statement.place(action.offset);
            return {hit};
        }
    }
    return {};
}

constexpr std::string_view kDdl = "https://www.postgresql.org/docs/current/ddl.html";
constexpr std::string_view kNames =
    "https://www.postgresql.org/docs/current/sql-syntax-lexical.html";

std::vector<Rule> name_policies() {
    return {
        policy({.id = "naming",
                .engines = kAll,
                .title = "a name isn't as the project has names",
                .why = "Names of one form are found, and tell what they name.",
                .instead = "A name that matches.",
                .link = kNames,
                .parameters = {{"table", "", "A Perl-compatible pattern for names of tables."},
                               {"column", "", "So too for columns."},
                               {"index", "", "So too for indexes."},
                               {"view", "", "So too for views."},
                               {"primary_key", "", "So too for primary keys."},
                               {"unique", "", "So too for unique constraints."},
                               {"foreign_key", "", "So too for foreign keys."},
                               {"check", "", "So too for other constraints."},
                               {"schema", "", "So too for schemas."},
                               {"routine", "", "So too for functions and procedures."},
                               {"trigger", "", "So too for triggers."},
                               {"type", "", "So too for types, domains and sequences."}},
                .check = &naming,
                .examples = examples_for(
                    kAll,
                    {.deploy = "CREATE TABLE order_list (id INTEGER);", .parameters = "table = s$"},
                    {.deploy = "CREATE TABLE orders (id INTEGER);", .parameters = "table = s$"})}),
        {.id = "long-name",
         .engines = kPg | kMysql,
         .title = "a name is longer than the server keeps it",
         .why = "PostgreSQL cuts it off at 63 bytes; MySQL refuses more than 64 characters.",
         .instead = "A shorter name.",
         .link = kNames,
         .check = &long_name,
         .examples = examples_for(
             kPg | kMysql,
             {.deploy = "CREATE TABLE "
                        "orders_of_all_the_customers_who_have_bought_at_least_once_since_last_year "
                        "(id INTEGER);"},
             {.deploy = "CREATE TABLE "
                        "orders_of_all_the_customers_who_have_bought_at_least_once_since "
                        "(id INTEGER);"})},
        policy({.id = "mixed-case-name",
                .engines = kAll,
                .title = "a name has capital letters",
                .why = "On PostgreSQL it has to be quoted for ever; on MySQL it depends on the "
                       "system whether it is another name.",
                .instead = "Small letters and underscores.",
                .link = kNames,
                .check = &mixed_case,
                .examples = joined(
                    pg_example({.deploy = "CREATE TABLE \"Orders\" (id int);"},
                               {.deploy = "CREATE TABLE Orders (id int);"}),
                    examples_for(kMysql | kSqlite, {.deploy = "CREATE TABLE Orders (id INTEGER);"},
                                 {.deploy = "CREATE TABLE orders (id INTEGER);"}))}),
        policy({.id = "reserved-name",
                .engines = kAll,
                .title = "a name is a reserved word",
                .why = "Every statement that names it has to quote it, in each client.",
                .instead = "Another name.",
                .link = "https://www.postgresql.org/docs/current/sql-keywords-appendix.html",
                .check = &reserved_name,
                .examples =
                    joined(joined(pg_example({.deploy = "CREATE TABLE \"user\" (id int);"},
                                             {.deploy = "CREATE TABLE users (id int);"}),
                                  examples_for(kMysql, {.deploy = "CREATE TABLE t (`rank` INT);"},
                                               {.deploy = "CREATE TABLE t (ranked INT);"})),
                           examples_for(kSqlite, {.deploy = "CREATE TABLE t (\"order\" INTEGER);"},
                                        {.deploy = "CREATE TABLE t (orders INTEGER);"}))}),
        policy({.id = "require-schema",
                .engines = kPg,
                .title = "an object is made without naming its schema",
                .why = "Where it lands depends on the search_path of who deploys.",
                .instead = "Name the schema.",
                .link = "https://www.postgresql.org/docs/current/ddl-schemas.html",
                .check = &require_schema,
                .examples = pg_example({.deploy = "CREATE TABLE orders (id int);"},
                                       {.deploy = "CREATE TABLE shop.orders (id int);"})}),
    };
}

std::vector<Rule> denial_policies() {
    return {
        policy({.id = "forbidden-schema",
                .engines = kPg | kMysql,
                .severity = Severity::error,
                .title = "something is changed in a schema that the project leaves alone",
                .why = "The schema is somebody else's.",
                .instead = "Ask its owner.",
                .link = "https://www.postgresql.org/docs/current/ddl-schemas.html",
                .parameters = {{"schemas", "", "A name; may stand several times."}},
                .check = &forbidden_schema,
                .examples = examples_for(kPg | kMysql,
                                         {.deploy = "CREATE TABLE audit.orders (id INTEGER);",
                                          .parameters = "schemas = audit"},
                                         {.deploy = "CREATE TABLE shop.orders (id INTEGER);",
                                          .parameters = "schemas = audit"})}),
        policy(
            {.id = "forbidden-object",
             .engines = kAll,
             .severity = Severity::error,
             .title = "a statement names a table or function that the project leaves alone",
             .why = "The project has decided so.",
             .instead = "Do without it.",
             .link = kDdl,
             .parameters = {{"objects", "",
                             "A Perl-compatible pattern for names, with their schema where it is "
                             "named; may stand several times."}},
             .scope = Scope::statement,
             .check = &forbidden_object,
             .examples = examples_for(kAll,
                                      {.deploy = "DELETE FROM ledger WHERE id = 1;",
                                       .earlier = "CREATE TABLE ledger (id INTEGER);",
                                       .parameters = "objects = ^ledger$"},
                                      {.deploy = "DELETE FROM ledgers WHERE id = 1;",
                                       .earlier = "CREATE TABLE ledgers (id INTEGER);",
                                       .parameters = "objects = ^ledger$"})}),
        policy(
            {.id = "forbidden-kind",
             .engines = kAll,
             .severity = Severity::error,
             .title = "a kind of object that the project does without",
             .why = "The project has decided so.",
             .instead = "Do without it.",
             .link = kDdl,
             .parameters = {{"kinds", "",
                             "view, trigger, routine, event, sequence, type, extension …; may "
                             "stand several times."}},
             .check = &forbidden_kind,
             .examples = examples_for(
                 kAll, {.deploy = "CREATE VIEW v AS SELECT 1 AS a;", .parameters = "kinds = view"},
                 {.deploy = "CREATE TABLE v (a INTEGER);", .parameters = "kinds = view"})}),
        policy({.id = "forbidden-text",
                .engines = kAll,
                .severity = Severity::error,
                .title = "a statement matches a pattern that the project forbids",
                .why = "The project has decided so.",
                .instead = "Write it in another way.",
                .link = "https://www.pcre.org/current/doc/html/pcre2pattern.html",
                .parameters = {{"pattern", "",
                                "A Perl-compatible pattern for the text of a statement; may stand "
                                "several times."}},
                .scope = Scope::statement,
                .purposes = kAllScripts,
                .check = &forbidden_text,
                .examples = examples_for(kAll,
                                         {.deploy = "CREATE TABLE tmp_orders (id INTEGER);",
                                          .parameters = "pattern = \\btmp_"},
                                         {.deploy = "CREATE TABLE orders (id INTEGER);",
                                          .parameters = "pattern = \\btmp_"})}),
        policy({.id = "require-timeout",
                .engines = kPg,
                .title = "a script takes a lock before a time limit is set",
                .why = "A statement that waits for a lock stops all that come after it. kedge sets "
                       "limits itself where the target's lock_timeout says so.",
                .instead = "SET lock_timeout at the head of the script, or the target's "
                           "lock_timeout.",
                .link = "https://www.postgresql.org/docs/current/runtime-config-client.html",
                .parameters = {{"setting", "lock_timeout", "lock_timeout or statement_timeout."}},
                .scope = Scope::script,
                .check = &require_timeout,
                .examples = pg_example({.deploy = "ALTER TABLE orders ADD COLUMN a int;"},
                                       {.deploy = "SET lock_timeout = '5s';\n"
                                                  "ALTER TABLE orders ADD COLUMN a int;"})}),
    };
}

}  // namespace

std::vector<Rule> name_policy_rules() {
    std::vector<Rule> out = name_policies();
    for (Rule& rule : denial_policies()) out.push_back(std::move(rule));
    return out;
}

}  // namespace kedge::lint
