// SPDX-License-Identifier: MIT
// Tables, views and sequences, with their columns.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

std::vector<Term> table_terms() {
    return {
        {"unlogged", yes_if("c.relpersistence = 'u'")},
        // 2 is heap on every server.
        {"access method",
         "CASE WHEN c.relam NOT IN (0, 2) THEN (SELECT quote_ident(m.amname) FROM pg_am m WHERE "
         "m.oid = c.relam) END"},
        tablespace("c.reltablespace"),
        {"options", sorted_list("c.reloptions")},
        {"toast options", sorted_list("o.reloptions")},
        {"replica identity",
         "CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'i' THEN coalesce((SELECT 'index ' || "
         "quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE "
         "i.indrelid = c.oid AND i.indisreplident), 'a dropped index') WHEN 'n' THEN CASE WHEN "
         "c.relkind IN ('r', 'p') THEN 'nothing' END END"},
        {"clustered on",
         "(SELECT quote_ident(x.relname) FROM pg_class x WHERE x.oid = l.indexrelid)"},
        {"row security", yes_if("c.relrowsecurity")},
        {"forced row security", yes_if("c.relforcerowsecurity")},
        {"of type", "CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END"},
        {"partition by", "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END"},
        {"partition of",
         "CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h "
         "WHERE h.inhrelid = c.oid) || ' ' || pg_get_expr(c.relpartbound, c.oid) END",
         0, Rarity::inheritance},
        {"detach pending",
         "CASE WHEN c.relispartition THEN (SELECT 'yes' FROM pg_inherits h WHERE h.inhrelid = "
         "c.oid AND h.inhdetachpending) END",
         14, Rarity::inheritance},
        {"server",
         "(SELECT quote_ident(v.srvname) FROM pg_foreign_server v WHERE v.oid = f.ftserver)"},
        {"foreign options", sorted_list("f.ftoptions")},
        {"definition", "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END"},
    };
}

/// What is as CREATE SEQUENCE has it by itself is left out, whichever way the sequence counts.
std::vector<Term> sequence_terms(const std::string& prefix, const std::string& q) {
    const auto other_than = [&](const std::string& column, const std::string& value) {
        return "CASE WHEN " + q + column + " <> " + value + " THEN " + q + column + " END";
    };
    const std::string type = q + "seqtypid";
    const std::string counts_up = q + "seqincrement > 0";
    const auto type_limit = [&](std::string_view small, std::string_view normal,
                                std::string_view big) {
        return "CASE " + type + " WHEN 'smallint'::regtype THEN " + std::string(small) +
               " WHEN 'integer'::regtype THEN " + std::string(normal) + " ELSE " +
               std::string(big) + " END";
    };
    return {
        {prefix + "start", other_than("seqstart", "sign(" + q + "seqincrement)")},
        {prefix + "increment", other_than("seqincrement", "1")},
        {prefix + "minimum",
         other_than("seqmin", "CASE WHEN " + counts_up + " THEN 1 ELSE " +
                                  type_limit("-32768", "-2147483648", "-9223372036854775808") +
                                  " END")},
        {prefix + "maximum",
         other_than("seqmax", "CASE WHEN " + counts_up + " THEN " +
                                  type_limit("32767", "2147483647", "9223372036854775807") +
                                  " ELSE -1 END")},
        {prefix + "cache", other_than("seqcache", "1")},
        {prefix + "cycle", yes_if(q + "seqcycle")},
    };
}

Source relation() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .identity = "c.oid",
        .terms = common_terms("pg_class", "c", "c.relowner") + table_terms() +
                 std::vector<Term>{
                     revoked_from_owner("c.relacl", "c.relowner",
                                        "CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END"),
                     {"type",
                      "CASE WHEN q.seqtypid <> 'bigint'::regtype THEN "
                      "format_type(q.seqtypid, NULL) END"},
                     {"owned by",
                      "CASE WHEN c.relkind = 'S' THEN (SELECT w.refobjid::regclass || '.' || "
                      "quote_ident(a.attname) FROM pg_depend w JOIN pg_attribute a ON a.attrelid = "
                      "w.refobjid AND a.attnum = w.refobjsubid WHERE w.classid = "
                      "'pg_class'::regclass AND w.objid = c.oid AND w.objsubid = 0 AND "
                      "w.refclassid = 'pg_class'::regclass AND w.deptype = 'a') END"}} +
                 sequence_terms("", "q."),
        .from = "FROM pg_class c" + in_schema("c.relnamespace") +
                "LEFT JOIN pg_class o ON o.oid = c.reltoastrelid "
                "LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid "
                "LEFT JOIN pg_sequence q ON q.seqrelid = c.oid "
                "LEFT JOIN pg_index l ON l.indrelid = c.oid AND l.indisclustered "
                "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND " +
                stands_alone("pg_class", "c.oid")};
}

const char* const kColumnKind = "CASE c.relkind WHEN 'c' THEN 'field' ELSE 'column' END";

Source parents() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = word("parent"),
            .part_name = "h.inhparent::regclass::text",
            .identity = "h.inhparent",
            .from =
                "FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind IN "
                "('r', 'f') AND NOT c.relispartition" +
                in_schema("c.relnamespace") + "ORDER BY h.inhrelid, h.inhseqno"};
}

/// Without the stamp that some releases put on every column.
const char* const kColumnOptions =
    "CASE WHEN a.attoptions IS NOT NULL AND NOT (cardinality(a.attoptions) = 1 AND a.attoptions[1] "
    "LIKE 'pg_attver=%') THEN (SELECT string_agg(element, ', ' ORDER BY element COLLATE \"C\") "
    "FROM unnest(a.attoptions) element WHERE element NOT LIKE 'pg_attver=%') END";

Source columns() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .part_kind = kColumnKind,
        .part_name = "quote_ident(a.attname)",
        .identity = "a.attnum",
        .terms =
            {
                {"type", "format_type(a.atttypid, a.atttypmod)"},
                {"not null", yes_if("a.attnotnull")},
                // A default speaks of no columns. To ask without the table is far quicker.
                {"default", "CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END"},
                {"generated",
                 "CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) || CASE "
                 "a.attgenerated WHEN 'v' THEN ' virtual' ELSE ' stored' END END"},
                {"comment", "e.description"},
                {"collation", "nullif(a.attcollation, t.typcollation)::regcollation::text"},
                {"storage",
                 "CASE WHEN a.attstorage <> t.typstorage AND c.relkind NOT IN ('v', 'c') THEN " +
                     letter("a.attstorage",
                            {{'p', "plain"}, {'e', "external"}, {'m', "main"}, {'x', "extended"}}) +
                     " END"},
                {"compression", letter("a.attcompression", {{'p', "pglz"}, {'l', "lz4"}}), 14},
                {"statistics", "CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END"},
                {"options", kColumnOptions},
                {"foreign options", sorted_list("a.attfdwoptions")},
                {"inherited",
                 "CASE WHEN a.attinhcount > 0 AND NOT a.attislocal THEN (SELECT "
                 "h.inhparent::regclass::text FROM pg_inherits h JOIN pg_attribute g ON g.attrelid "
                 "= h.inhparent AND g.attname = a.attname AND NOT g.attisdropped WHERE h.inhrelid "
                 "= a.attrelid ORDER BY h.inhseqno LIMIT 1) END",
                 0, Rarity::inheritance},
            },
        .from =
            "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', "
            "'p', 'v', 'm', 'f', 'c')" +
            in_schema("c.relnamespace") +
            "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = "
            "a.attrelid AND d.adnum = a.attnum LEFT JOIN pg_description e ON e.classoid = "
            "'pg_class'::regclass AND e.objoid = a.attrelid AND e.objsubid = a.attnum WHERE "
            "a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"};
}

Source column_labels() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = kColumnKind,
            .part_name = "quote_ident(a.attname)",
            .terms = {{"security label",
                       "string_agg(l.provider || ': ' || l.label, ', ' ORDER BY "
                       "l.provider COLLATE \"C\")"}},
            .from =
                "FROM pg_seclabel l JOIN pg_attribute a ON a.attrelid = l.objoid AND a.attnum "
                "= l.objsubid JOIN pg_class c ON c.oid = a.attrelid" +
                in_schema("c.relnamespace") +
                "WHERE l.classoid = 'pg_class'::regclass GROUP BY 1, 2, 3, 4"};
}

/// An identity column, and the sequence behind it as attributes of the column.
Source identities() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = kColumnKind,
            .part_name = "quote_ident(a.attname)",
            .terms =
                std::vector<Term>{
                    {"identity", letter("a.attidentity", {{'a', "always"}, {'d', "by default"}})},
                    // A name that the server gave is nobody's choice, and follows no rename.
                    {"identity sequence",
                     "CASE WHEN z.relname !~ '_seq[0-9]*$' THEN quote_ident(z.relname) END"},
                    {"identity comment", comment("pg_class", "z.oid").sql},
                    {"identity revoked from owner",
                     revoked_from_owner("z.relacl", "z.relowner", "'s'").sql},
                    {"identity type",
                     "CASE WHEN q.seqtypid <> a.atttypid THEN format_type(q.seqtypid, NULL) END"},
                    {"identity persistence",
                     "CASE WHEN z.relpersistence <> c.relpersistence THEN " +
                         letter("z.relpersistence", {{'p', "permanent"}, {'u', "unlogged"}}) +
                         " END"}} +
                sequence_terms("identity ", "q."),
            .from =
                "FROM pg_sequence q JOIN pg_class z ON z.oid = q.seqrelid JOIN pg_depend w ON "
                "w.classid = 'pg_class'::regclass AND w.objid = z.oid AND w.objsubid = 0 AND "
                "w.refclassid = 'pg_class'::regclass AND w.deptype = 'i' JOIN pg_attribute a ON "
                "a.attrelid = w.refobjid AND a.attnum = w.refobjsubid JOIN pg_class c ON c.oid = "
                "a.attrelid" +
                in_schema("c.relnamespace") + "WHERE a.attidentity <> ''",
            .only_if = "EXISTS (SELECT FROM pg_sequence)"};
}

/// Since 18 these are constraints, with names.
Source not_nulls() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = kColumnKind,
            .part_name = "quote_ident(a.attname)",
            .terms = {{"not null constraint",
                       "CASE WHEN n.conname !~ '_not_null[0-9]*$' THEN quote_ident(n.conname) END"},
                      {"not null not valid", yes_if("NOT n.convalidated")},
                      {"not null no inherit", yes_if("n.connoinherit")},
                      {"not null comment", comment("pg_constraint", "n.oid").sql}},
            .from = "FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid" +
                    in_schema("c.relnamespace") +
                    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = n.conkey[1] WHERE "
                    "n.contype = 'n'",
            .since = 18};
}

}  // namespace

std::vector<Source> relations() {
    return {relation(), parents(), columns(), column_labels(), identities(), not_nulls()};
}

}  // namespace kedge::schema::postgres
