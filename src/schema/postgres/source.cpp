// SPDX-License-Identifier: MIT
#include "schema/postgres/source.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "schema/postgres/printed.hpp"
#include "support/text.hpp"

namespace kedge::schema::postgres {
namespace {

constexpr std::string_view kRegistry = "@registry@";
constexpr std::string_view kSchemas = "@schemas@";

/// What has the server print an expression or a query.
bool is_printed(std::string_view sql) {
    static constexpr std::array<std::string_view, 10> kPrinters = {
        "pg_get_expr(",
        "pg_get_viewdef(",
        "pg_get_constraintdef(",
        "pg_get_indexdef(",
        "pg_get_ruledef(",
        "pg_get_triggerdef(",
        "pg_get_partkeydef(",
        "pg_get_function_sqlbody(",
        "pg_get_function_arguments(",
        "pg_get_statisticsobjdef_expressions("};
    return std::any_of(kPrinters.begin(), kPrinters.end(),
                       [&](std::string_view printer) { return sql.find(printer) != sql.npos; });
}

CatalogAttribute attribute_of(const Term& term, const Server& server) {
    constexpr int kBareColumns = 16;
    if (!is_printed(term.sql)) return {term.attribute};
    if (server.major < kBareColumns && term.sql.find("pg_get_viewdef(") != std::string::npos) {
        return {term.attribute,
                [](std::string text) { return settled(with_bare_columns(std::move(text))); }};
    }
    return {term.attribute, &settled};
}

}  // namespace

CatalogQuery to_query(const Source& source, const Server& server) {
    CatalogQuery out;
    out.sql = fmt::format("SELECT {}, {}, {}, {}, {}", source.kind, source.name, source.part_kind,
                          source.part_name, source.identity);
    for (const Term& term : source.terms) {
        if (term.since > server.major) continue;
        if (term.of != Rarity::common && !server.has.contains(term.of)) continue;
        out.sql += fmt::format(", {}", term.sql);
        out.attributes.push_back(attribute_of(term, server));
    }
    out.sql += ' ' + source.from;
    out.sql = replace_all(out.sql, kSchemas, server.schemas);
    out.sql = replace_all(out.sql, kRegistry, server.registry);
    return out;
}

std::string word(std::string_view text) {
    return kedge::quoted(text, '\'');
}

std::string is_application_schema(const std::string& alias) {
    return fmt::format(
        "{0}.nspname !~ '^pg_' AND {0}.nspname <> 'information_schema' AND {0}.oid <> {1}", alias,
        kRegistry);
}

std::string in_schema(const std::string& oid) {
    return fmt::format(" JOIN {} s ON s.oid = {} ", kSchemas, oid);
}

std::string schemas_query(const std::string& registry) {
    return replace_all("SELECT n.oid, quote_ident(n.nspname) AS name FROM pg_namespace n WHERE " +
                           is_application_schema("n"),
                       kRegistry, registry);
}

std::string qualified(const std::string& name) {
    return fmt::format("s.name || '.' || quote_ident({})", name);
}

std::string stands_alone(const std::string& catalog, const std::string& oid) {
    return fmt::format(
        "NOT EXISTS (SELECT FROM pg_depend dep WHERE dep.classid = '{}'::regclass AND dep.objid = "
        "{} AND "
        "dep.objsubid = 0 AND dep.deptype IN ('e', 'i'))",
        catalog, oid);
}

std::string is_made_later(const std::string& oid) {
    return fmt::format("{} >= 16384", oid);
}

std::string may_have_rows(std::string_view catalog) {
    return fmt::format("pg_relation_size('{}') > 0", catalog);
}

std::string has_own_types() {
    return "EXISTS (SELECT FROM pg_type WHERE " + is_made_later("oid") +
           " AND (typtype IN ('d', 'e', 'p', 'r') OR typtype = 'b' AND typinput <> "
           "'array_in'::regproc)) OR EXISTS (SELECT FROM pg_class WHERE relkind = 'c' AND " +
           is_made_later("oid") + ")";
}

std::string yes_if(const std::string& condition) {
    return fmt::format("CASE WHEN {} THEN 'yes' END", condition);
}

std::string letter(const std::string& expression,
                   const std::vector<std::pair<char, std::string_view>>& words) {
    std::string out = "CASE " + expression;
    for (const auto& [letter, meaning] : words) {
        out += fmt::format(" WHEN '{}' THEN '{}'", letter, meaning);
    }
    return out + " END";
}

std::string role(const std::string& oid) {
    return fmt::format("quote_ident(pg_get_userbyid({}))", oid);
}

std::string sorted_list(const std::string& array) {
    return fmt::format(
        "CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(element, ', ' ORDER BY element COLLATE "
        "\"C\") FROM unnest({0}) element) END",
        array);
}

std::string column_names(const std::string& relation, const std::string& numbers) {
    const auto name = [&](const std::string& number) {
        return fmt::format(
            "(SELECT quote_ident(na.attname) FROM pg_attribute na WHERE na.attrelid = {} AND "
            "na.attnum = {})",
            relation, number);
    };
    // Most lists are of one column, which is quicker to look up by itself.
    return fmt::format(
        "CASE WHEN cardinality({0}) = 1 THEN {1} WHEN cardinality({0}) > 1 THEN (SELECT "
        "string_agg({2}, ', ' ORDER BY nu.place) FROM unnest({0}) WITH ORDINALITY nu(number, "
        "place)) END",
        numbers, name(fmt::format("({0})[array_lower({0}, 1)]", numbers)), name("nu.number"));
}

Term tablespace(const std::string& oid) {
    return {"tablespace",
            fmt::format("CASE WHEN {0} <> 0 THEN (SELECT quote_ident(ts.spcname) FROM "
                        "pg_tablespace ts WHERE ts.oid = {0}) END",
                        oid),
            0, Rarity::tablespaces};
}

std::string named(const std::string& oid, std::string_view type) {
    return fmt::format("nullif({}::oid, 0)::{}::text", oid, type);
}

Term comment(const std::string& catalog, const std::string& oid) {
    return {"comment", fmt::format("(SELECT description FROM pg_description WHERE classoid = "
                                   "'{}'::regclass AND objoid = {} AND objsubid = 0)",
                                   catalog, oid)};
}

Term security_label(const std::string& catalog, const std::string& oid) {
    return {"security label",
            fmt::format("(SELECT string_agg(provider || ': ' || label, ', ' ORDER BY provider "
                        "COLLATE \"C\") FROM pg_seclabel WHERE classoid = '{}'::regclass AND "
                        "objoid = {} AND objsubid = 0)",
                        catalog, oid),
            0, Rarity::labels};
}

Term revoked_from_owner(const std::string& acl, const std::string& owner, const std::string& type) {
    const std::string usual = fmt::format("acldefault({}, {})", type, owner);
    // What the owner has comes last in the usual list. Where it stands as it is there, all is well.
    return {"revoked from owner",
            fmt::format("CASE WHEN NOT {0} @> ({2})[cardinality({2})] THEN (SELECT "
                        "string_agg(f.privilege_type, ', ' ORDER BY f.privilege_type COLLATE "
                        "\"C\") FROM aclexplode({2}) f WHERE f.grantee = {1} AND NOT EXISTS "
                        "(SELECT FROM aclexplode({0}) g WHERE g.grantee = {1} AND "
                        "g.privilege_type = f.privilege_type)) END",
                        acl, owner, usual)};
}

std::vector<Term> common_terms(const std::string& catalog, const std::string& alias,
                               const std::string& owner) {
    return {comment(catalog, alias + ".oid"),
            security_label(catalog, alias + ".oid"),
            {"owner", role(owner)}};
}

std::vector<Term> operator+(std::vector<Term> a, std::vector<Term> b) {
    std::move(b.begin(), b.end(), std::back_inserter(a));
    return a;
}

std::string relation_kind() {
    return "CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN "
           "'foreign table' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END";
}

std::string routine_kind() {
    return "CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN "
           "'window function' ELSE 'function' END";
}

std::string routine_name() {
    return qualified("p.proname") + " || '(' || oidvectortypes(p.proargtypes) || ')'";
}

std::string type_kind() {
    return "CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END";
}

std::string default_privileges_name() {
    return letter("d.defaclobjtype", {{'r', "tables"},
                                      {'S', "sequences"},
                                      {'f', "functions"},
                                      {'T', "types"},
                                      {'n', "schemas"},
                                      {'L', "large objects"}}) +
           " || ' of ' || " + role("d.defaclrole") +
           " || CASE WHEN d.defaclnamespace = 0 THEN '' ELSE ' in ' || "
           "d.defaclnamespace::regnamespace::text END";
}

}  // namespace kedge::schema::postgres
