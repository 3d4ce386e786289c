// SPDX-License-Identifier: MIT
// Grants: a part of what they are on, one for each grantee. What an owner has of himself isn't
// told; what he took from himself is an attribute of the object.
#include <utility>

#include <fmt/format.h>

#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

struct Granted {
    std::string kind;
    std::string name;
    std::string acl;
    std::string owner;
    std::string from;
    std::string condition = "true";
    std::string only_if = {};  ///< as in Source
};

const char* const kGrantee =
    "CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE "
    "quote_ident(pg_get_userbyid(a.grantee)) END";

/// In the order of their names, `*` where they may be passed on; by whom, if not by the owner.
Term privileges(const std::string& owner) {
    return {"privileges",
            fmt::format("string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' "
                        "END || CASE WHEN a.grantor = {} THEN '' ELSE ' by ' || {} END, ', ' ORDER "
                        "BY a.privilege_type COLLATE \"C\", pg_get_userbyid(a.grantor))",
                        owner, role("a.grantor"))};
}

Source grants(const Granted& on) {
    return {.kind = on.kind,
            .name = on.name,
            .part_kind = word("grant"),
            .part_name = kGrantee,
            .terms = {privileges(on.owner)},
            .from = fmt::format("FROM {} CROSS JOIN LATERAL aclexplode({}) a WHERE a.grantee <> {} "
                                "AND {} GROUP BY 1, 2, 4",
                                on.from, on.acl, on.owner, on.condition),
            .only_if = on.only_if};
}

/// Where everybody has something without a grant.
std::string or_default(const std::string& acl, const std::string& owner, char type) {
    return fmt::format("coalesce({}, acldefault('{}', {}))", acl, type, owner);
}

Source column_grants() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = word("grant"),
            .part_name = std::string(kGrantee) + " || '(' || quote_ident(t.attname) || ')'",
            .terms = {privileges("c.relowner")},
            .from = "FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid" +
                    in_schema("c.relnamespace") +
                    "CROSS JOIN LATERAL aclexplode(t.attacl) a WHERE t.attacl IS NOT NULL AND NOT "
                    "t.attisdropped GROUP BY 1, 2, 4",
            // All of the catalog is read sooner than most of it by an index.
            .only_if = "EXISTS (SELECT FROM pg_attribute WHERE attacl IS NOT NULL AND " +
                       is_made_later("attrelid::bigint") + ")"};
}

/// On the sequence behind an identity column.
Source identity_grants() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .part_kind = word("grant"),
        .part_name = std::string(kGrantee) + " || '(sequence of ' || quote_ident(t.attname) || ')'",
        .terms = {privileges("q.relowner")},
        .from =
            "FROM pg_class q JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND "
            "d.objid = q.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i' "
            "JOIN pg_class c ON c.oid = d.refobjid JOIN pg_attribute t ON t.attrelid = "
            "c.oid AND t.attnum = d.refobjsubid" +
            in_schema("c.relnamespace") +
            "CROSS JOIN LATERAL aclexplode(q.relacl) a WHERE q.relkind = 'S' AND "
            "q.relacl IS NOT NULL AND a.grantee <> q.relowner GROUP BY 1, 2, 4",
        .only_if = "EXISTS (SELECT FROM pg_class WHERE relkind = 'S' AND relacl IS NOT NULL)"};
}

/// What belongs to the server or an extension is not told, but who may use it beyond what initdb
/// or CREATE EXTENSION granted is. `on.kind` and `on.name` are the thing's own here.
Source changed_grants(const Granted& on, const std::string& catalog, const std::string& oid,
                      char type, const std::string& column = "0") {
    const std::string now = or_default(on.acl, on.owner, type);
    const std::string before = or_default("i.initprivs", on.owner, type);
    const auto beyond = [](const char* part, const std::string& these, const std::string& those) {
        return fmt::format(
            "SELECT '{}' AS part, a.* FROM (SELECT * FROM aclexplode({}) EXCEPT SELECT * FROM "
            "aclexplode({})) a",
            part, these, those);
    };
    return {.kind = "CASE WHEN x.oid IS NULL THEN 'system objects' ELSE 'extension' END",
            .name = "CASE WHEN x.oid IS NULL THEN 'pg_catalog' ELSE quote_ident(x.extname) END",
            .part_kind = "a.part",
            .part_name = fmt::format("{} || ' ' || {} || ' to ' || {}", on.kind, on.name, kGrantee),
            .terms = {privileges(on.owner)},
            .from = fmt::format(
                "FROM {0} LEFT JOIN pg_init_privs i ON i.classoid = '{1}'::regclass AND i.objoid = "
                "{2} AND i.objsubid = {7} LEFT JOIN pg_depend m ON m.classid = '{1}'::regclass AND "
                "m.objid = {2} AND m.objsubid = 0 AND m.deptype = 'e' LEFT JOIN pg_extension x ON "
                "x.oid = m.refobjid CROSS JOIN LATERAL ({3} UNION ALL {4}) a WHERE {5} IS DISTINCT "
                "FROM i.initprivs AND ({6} OR x.oid IS NOT NULL) GROUP BY 1, 2, 3, 4",
                on.from, catalog, oid, beyond("grant", now, before),
                beyond("revoked grant", before, now), on.acl, on.condition, column),
            // Whatever is granted or revoked, no list that was there becomes none.
            .only_if = fmt::format(
                "EXISTS (SELECT FROM {0} WHERE {3} IS NOT NULL AND ({4} OR EXISTS (SELECT FROM "
                "pg_extension WHERE {5})) AND {3} IS DISTINCT FROM (SELECT i.initprivs FROM "
                "pg_init_privs i WHERE i.classoid = '{1}'::regclass AND i.objoid = {2} AND "
                "i.objsubid = {6}))",
                on.from, catalog, oid, on.acl, on.condition, is_made_later("oid"), column)};
}

std::vector<Source> server_privileges() {
    return {
        {.kind = word("system objects"), .name = "'pg_catalog'"},
        changed_grants({word("function"), "p.oid::regprocedure::text", "p.proacl", "p.proowner",
                        "pg_proc p", "p.pronamespace = 'pg_catalog'::regnamespace"},
                       "pg_proc", "p.oid", 'f'),
        changed_grants({relation_kind(), "c.oid::regclass::text", "c.relacl", "c.relowner",
                        "pg_class c", "c.relnamespace = 'pg_catalog'::regnamespace"},
                       "pg_class", "c.oid", 'r'),
        changed_grants(
            {word("column"), "c.oid::regclass || '.' || quote_ident(t.attname)", "t.attacl",
             "c.relowner", "pg_attribute t JOIN pg_class c ON c.oid = t.attrelid",
             "c.relnamespace = 'pg_catalog'::regnamespace"},
            "pg_class", "c.oid", 'c', "t.attnum"),
        changed_grants({word("type"), "format_type(t.oid, NULL)", "t.typacl", "t.typowner",
                        "pg_type t", "t.typnamespace = 'pg_catalog'::regnamespace"},
                       "pg_type", "t.oid", 'T'),
        changed_grants({word("schema"), "quote_ident(n.nspname)", "n.nspacl", "n.nspowner",
                        "pg_namespace n", "n.nspname = 'pg_catalog'"},
                       "pg_namespace", "n.oid", 'n'),
        changed_grants({word("language"), "quote_ident(l.lanname)", "l.lanacl", "l.lanowner",
                        "pg_language l", "l.oid < 16384"},
                       "pg_language", "l.oid", 'l'),
        changed_grants({word("foreign data wrapper"), "quote_ident(w.fdwname)", "w.fdwacl",
                        "w.fdwowner", "pg_foreign_data_wrapper w", "false"},
                       "pg_foreign_data_wrapper", "w.oid", 'F'),
    };
}

}  // namespace

std::vector<Source> privileges() {
    std::vector<Source> out = {
        grants({word("database"), "'current'", or_default("d.datacl", "d.datdba", 'd'), "d.datdba",
                "pg_database d", "d.datname = current_database()"}),
        grants({word("schema"), "quote_ident(n.nspname)", "n.nspacl", "n.nspowner",
                "pg_namespace n", is_application_schema("n")}),
        grants({relation_kind(), qualified("c.relname"), "c.relacl", "c.relowner",
                "pg_class c" + in_schema("c.relnamespace"), "c.relacl IS NOT NULL",
                "EXISTS (SELECT FROM pg_class WHERE relacl IS NOT NULL AND " +
                    is_made_later("oid") + ")"}),
        column_grants(),
        identity_grants(),
        grants({routine_kind(), routine_name(), or_default("p.proacl", "p.proowner", 'f'),
                "p.proowner", "pg_proc p" + in_schema("p.pronamespace")}),
        grants({type_kind(), qualified("t.typname"), or_default("t.typacl", "t.typowner", 'T'),
                "t.typowner",
                "pg_type t" + in_schema("t.typnamespace") +
                    "LEFT JOIN pg_class c ON c.oid = t.typrelid",
                "(t.typtype <> 'c' OR c.relkind = 'c') AND t.oid NOT IN (SELECT r.typarray FROM "
                "pg_type r)",
                has_own_types()}),
        grants({word("language"), "quote_ident(l.lanname)",
                or_default("l.lanacl", "l.lanowner", 'l'), "l.lanowner", "pg_language l", "true",
                "true"}),
        grants({word("foreign data wrapper"), "quote_ident(w.fdwname)", "w.fdwacl", "w.fdwowner",
                "pg_foreign_data_wrapper w"}),
        grants({word("foreign server"), "quote_ident(v.srvname)", "v.srvacl", "v.srvowner",
                "pg_foreign_server v"}),
        grants({word("default privileges"), default_privileges_name(), "d.defaclacl",
                "d.defaclrole", "pg_default_acl d"}),
    };
    for (Source& source : server_privileges()) out.push_back(std::move(source));
    return out;
}

}  // namespace kedge::schema::postgres
