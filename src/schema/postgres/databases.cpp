// SPDX-License-Identifier: MIT
// The database itself, its schemas, extensions, event triggers and default privileges.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

/// Whatever its name is: that may differ from one environment to the next.
const char* const kThis = "'current'";

Source database() {
    return {.kind = word("database"),
            .name = kThis,
            .identity = "d.oid",
            .terms =
                {
                    {"encoding", "pg_encoding_to_char(d.encoding)"},
                    {"collation", "d.datcollate"},
                    {"character type", "d.datctype"},
                    {"locale provider",
                     "CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN "
                     "'builtin' END",
                     15},
                    {"locale",
                     "coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale')", 15},
                    {"icu rules", "d.daticurules", 16},
                    {"connection limit", "CASE WHEN d.datconnlimit <> -1 THEN d.datconnlimit END"},
                    {"no connections", yes_if("NOT d.datallowconn")},
                    {"template", yes_if("d.datistemplate")},
                    {"tablespace",
                     "(SELECT spcname FROM pg_tablespace t WHERE t.oid = d.dattablespace AND "
                     "spcname <> 'pg_default')"},
                    {"owner", role("d.datdba")},
                    revoked_from_owner("d.datacl", "d.datdba", "'d'"),
                    {"comment",
                     "(SELECT description FROM pg_shdescription WHERE classoid = "
                     "'pg_database'::regclass AND objoid = d.oid)"},
                    {"security label",
                     "(SELECT string_agg(provider || ': ' || label, ', ' ORDER BY provider COLLATE "
                     "\"C\") FROM pg_shseclabel WHERE classoid = 'pg_database'::regclass AND "
                     "objoid = d.oid)"},
                },
            .from = "FROM pg_database d WHERE d.datname = current_database()"};
}

Source settings() {
    return {.kind = word("database"),
            .name = kThis,
            .part_kind = word("setting"),
            .part_name =
                "split_part(u.entry, '=', 1) || CASE WHEN r.setrole = 0 THEN '' ELSE "
                "' of ' || " +
                role("r.setrole") + " END",
            .terms = {{"value", "substr(u.entry, strpos(u.entry, '=') + 1)"}},
            .from =
                "FROM pg_db_role_setting r JOIN pg_database d ON d.oid = r.setdatabase CROSS "
                "JOIN LATERAL unnest(r.setconfig) u(entry) WHERE d.datname = "
                "current_database()"};
}

Source schemas() {
    return {.kind = word("schema"),
            .name = "quote_ident(n.nspname)",
            .identity = "n.oid",
            .terms = common_terms("pg_namespace", "n", "n.nspowner") +
                     std::vector<Term>{revoked_from_owner("n.nspacl", "n.nspowner", "'n'")},
            .from = "FROM pg_namespace n WHERE " + is_application_schema("n") + " AND " +
                    stands_alone("pg_namespace", "n.oid")};
}

Source extensions() {
    return {.kind = word("extension"),
            .name = "quote_ident(x.extname)",
            .identity = "x.oid",
            .terms = common_terms("pg_extension", "x", "x.extowner") +
                     std::vector<Term>{{"version", "x.extversion"},
                                       {"schema", "x.extnamespace::regnamespace::text"}},
            .from = "FROM pg_extension x"};
}

Source event_triggers() {
    return {.kind = word("event trigger"),
            .name = "quote_ident(x.evtname)",
            .identity = "x.oid",
            .terms =
                common_terms("pg_event_trigger", "x", "x.evtowner") +
                std::vector<Term>{
                    {"event", "x.evtevent"},
                    {"tags", sorted_list("x.evttags")},
                    {"function", "x.evtfoid::regprocedure::text"},
                    {"enabled", letter("x.evtenabled",
                                       {{'D', "disabled"}, {'R', "on replicas"}, {'A', "always"}})},
                },
            .from = "FROM pg_event_trigger x WHERE " + stands_alone("pg_event_trigger", "x.oid")};
}

Source default_privileges() {
    return {.kind = word("default privileges"),
            .name = default_privileges_name(),
            .identity = "d.oid",
            // Those of one schema are added to the usual ones, and take nothing away.
            .terms = {revoked_from_owner(
                "CASE WHEN d.defaclnamespace = 0 THEN d.defaclacl END", "d.defaclrole",
                "CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END")},
            .from =
                "FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace "
                "WHERE n.oid IS NULL OR " +
                is_application_schema("n")};
}

}  // namespace

std::vector<Source> databases() {
    return {database(),   settings(),       schemas(),
            extensions(), event_triggers(), default_privileges()};
}

}  // namespace kedge::schema::postgres
