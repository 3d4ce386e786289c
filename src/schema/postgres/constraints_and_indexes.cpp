// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

/// A foreign key to a partitioned table has a copy for each of its partitions, on the same table.
const char* const kIsNoCopy =
    "NOT EXISTS (SELECT FROM pg_constraint u WHERE u.oid = k.conparentid AND u.conrelid = "
    "k.conrelid)";

std::string include_columns() {
    return "CASE WHEN i.indnatts > i.indnkeyatts THEN " +
           column_names("i.indrelid", "(i.indkey::int2[])[i.indnkeyatts:]") + " END";
}

/// Whether a key has the operator class that its type has by itself.
const char* const kHasUsualClass =
    "((i.indclass[place], k.atttypid) IN (SELECT oid, opcintype FROM pg_opclass WHERE opcdefault "
    "UNION ALL SELECT oid, 'varchar'::regtype FROM pg_opclass WHERE opcdefault AND opcintype = "
    "'text'::regtype) OR i.indclass[place] IN (SELECT o.oid FROM pg_opclass o JOIN pg_type t ON "
    "t.oid = o.opcintype WHERE o.opcdefault AND t.typtype = 'p'))";

/// Put together here: pg_get_indexdef() looks all operator classes over for each key. OFFSET 0 has
/// the server look columns up one by one.
std::string keys() {
    // Of several expressions each has to be asked for by itself, which takes longer.
    const std::string expression =
        "CASE WHEN cardinality(array_positions(i.indkey::int2[], 0::int2)) = 1 THEN "
        "pg_get_expr(i.indexprs, i.indrelid) ELSE pg_get_indexdef(x.oid, place + 1, false) END";
    const std::string operator_class =
        "(SELECT ' ' || CASE WHEN o.opcnamespace = 'pg_catalog'::regnamespace THEN '' ELSE "
        "o.opcnamespace::regnamespace || '.' END || quote_ident(o.opcname) FROM pg_opclass o WHERE "
        "o.oid = i.indclass[place]) || coalesce(' (' || array_to_string(p.attoptions, ', ') || "
        "')', '')";
    return fmt::format(
        "(SELECT string_agg(CASE WHEN i.indkey[place] = 0 THEN {} ELSE quote_ident(k.attname) END "
        "|| CASE WHEN i.indcollation[place] NOT IN (0, k.attcollation) THEN ' COLLATE ' || "
        "i.indcollation[place]::regcollation ELSE '' END || CASE WHEN {} AND p.attoptions IS NULL "
        "THEN '' ELSE {} END || CASE i.indoption[place] WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN "
        "' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE '' END, ', ' ORDER BY place) FROM "
        "generate_series(0, i.indnkeyatts - 1) place CROSS JOIN LATERAL (SELECT atttypid, "
        "attoptions FROM pg_attribute WHERE attrelid = x.oid AND attnum = place + 1 OFFSET 0) p "
        "CROSS JOIN LATERAL (SELECT attname, atttypid, attcollation FROM pg_attribute WHERE "
        "attrelid = i.indrelid AND attnum = i.indkey[place] UNION ALL SELECT NULL, p.atttypid, 100 "
        "WHERE i.indkey[place] = 0 OFFSET 0) k)",
        expression, kHasUsualClass, operator_class);
}

Source constraints() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .part_kind = word("constraint"),
        .part_name = "quote_ident(k.conname)",
        .identity = "k.oid",
        .terms =
            {
                {"type", letter("k.contype", {{'p', "primary key"},
                                              {'u', "unique"},
                                              {'f', "foreign key"},
                                              {'c', "check"},
                                              {'x', "exclusion"}})},
                {"columns", "CASE WHEN k.contype IN ('p', 'u', 'f') THEN " +
                                column_names("k.conrelid", "k.conkey") + " END"},
                {"without overlaps", yes_if("k.conperiod AND k.contype <> 'f'"), 18},
                {"period", yes_if("k.conperiod AND k.contype = 'f'"), 18},
                {"include", include_columns()},
                {"nulls not distinct", yes_if("i.indnullsnotdistinct"), 15},
                {"check", "CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END"},
                {"no inherit", yes_if("k.contype = 'c' AND k.connoinherit")},
                // Its operators stand nowhere else; what comes behind them does.
                {"exclusion",
                 "CASE WHEN k.contype = 'x' THEN regexp_replace(replace(pg_get_constraintdef(k.oid"
                 "), coalesce(' WHERE (' || pg_get_expr(i.indpred, i.indrelid) || ')', ''), ''), "
                 "'( INCLUDE \\([^()]*\\))?( WITH \\([^()]*\\))?( USING INDEX TABLESPACE [^ ]+)?( "
                 "DEFERRABLE)?( INITIALLY DEFERRED)?$', '') END"},
                {"where", "CASE WHEN k.contype = 'x' THEN pg_get_expr(i.indpred, i.indrelid) END"},
                {"references", "CASE WHEN k.contype = 'f' THEN k.confrelid::regclass || '(' || " +
                                   column_names("k.confrelid", "k.confkey") + " || ')' END"},
                {"match", letter("k.confmatchtype", {{'f', "full"}, {'p', "partial"}})},
                {"on update", letter("k.confupdtype", {{'r', "restrict"},
                                                       {'c', "cascade"},
                                                       {'n', "set null"},
                                                       {'d', "set default"}})},
                {"on delete", letter("k.confdeltype", {{'r', "restrict"},
                                                       {'c', "cascade"},
                                                       {'n', "set null"},
                                                       {'d', "set default"}})},
                {"on delete columns", column_names("k.conrelid", "k.confdelsetcols"), 15},
                {"deferrable", yes_if("k.condeferrable")},
                {"initially deferred", yes_if("k.condeferred")},
                // What isn't enforced is never valid either. The column is there since 18.
                {"not valid", yes_if("NOT k.convalidated AND coalesce(to_jsonb(k) ->> "
                                     "'conenforced', 'true') = 'true'")},
                {"not enforced", yes_if("NOT k.conenforced"), 18},
                {"options", sorted_list("x.reloptions")},
                tablespace("x.reltablespace"),
                {"invalid", yes_if("NOT i.indisvalid")},
                comment("pg_constraint", "k.oid"),
                {"index comment",
                 "CASE WHEN x.oid IS NOT NULL THEN " + comment("pg_class", "x.oid").sql + " END"},
                {"inherited",
                 "CASE WHEN k.conparentid <> 0 THEN (SELECT u.conrelid::regclass::text FROM "
                 "pg_constraint u WHERE u.oid = k.conparentid) WHEN k.contype = 'c' AND NOT "
                 "k.conislocal AND k.coninhcount > 0 THEN (SELECT u.conrelid::regclass::text FROM "
                 "pg_inherits h JOIN pg_constraint u ON u.conrelid = h.inhparent AND u.contype = "
                 "'c' AND u.conname = k.conname WHERE h.inhrelid = k.conrelid ORDER BY h.inhseqno "
                 "LIMIT 1) END",
                 0, Rarity::inheritance},
                {"inherited as",
                 "CASE WHEN k.conparentid <> 0 THEN (SELECT quote_ident(u.conname) FROM "
                 "pg_constraint u WHERE u.oid = k.conparentid) END",
                 0, Rarity::inheritance},
            },
        .from = "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid" +
                in_schema("c.relnamespace") +
                "LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', "
                "'x') LEFT JOIN pg_class x ON x.oid = i.indexrelid WHERE k.contype IN ('p', 'u', "
                "'f', 'c', 'x') AND " +
                std::string(kIsNoCopy)};
}

/// A foreign key is as good as its triggers.
Source disabled_constraints() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = word("constraint"),
            .part_name = "quote_ident(k.conname)",
            .terms = {{"enforcing triggers",
                       "string_agg(DISTINCT " +
                           letter("g.tgenabled",
                                  {{'D', "disabled"}, {'R', "on replicas"}, {'A', "always"}}) +
                           " || ' on ' || g.tgrelid::regclass, ', ')"}},
            .from =
                "FROM pg_trigger g JOIN pg_constraint k ON k.oid = g.tgconstraint JOIN "
                "pg_class c ON c.oid = k.conrelid" +
                in_schema("c.relnamespace") +
                "WHERE g.tgisinternal AND g.tgenabled <> 'O' AND k.contype IN ('p', 'u', 'f', "
                "'x') AND " +
                kIsNoCopy + " GROUP BY 1, 2, 4",
            .only_if = "EXISTS (SELECT FROM pg_trigger WHERE tgisinternal AND tgenabled <> 'O')"};
}

/// NOT IN has the server hash the list, also where it takes the catalog for empty; by NOT EXISTS it
/// would then read all of it for each index, as there is none on this column.
Source indexes() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .part_kind = word("index"),
        .part_name = "quote_ident(x.relname)",
        .identity = "x.oid",
        .terms =
            {
                {"keys", keys()},
                // 403 is btree on every server.
                {"method",
                 "CASE WHEN x.relam <> 403 THEN (SELECT quote_ident(m.amname) FROM pg_am m WHERE "
                 "m.oid = x.relam) END"},
                {"unique", yes_if("i.indisunique")},
                {"nulls not distinct", yes_if("i.indnullsnotdistinct"), 15},
                {"include", include_columns()},
                {"where", "pg_get_expr(i.indpred, i.indrelid)"},
                {"options", sorted_list("x.reloptions")},
                tablespace("x.reltablespace"),
                {"invalid", yes_if("NOT i.indisvalid")},
                {"not ready", yes_if("NOT i.indisready")},
                {"statistics",
                 "CASE WHEN i.indexprs IS NOT NULL THEN (SELECT string_agg(a.attnum || ': ' || "
                 "a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = "
                 "x.oid AND a.attstattarget >= 0) END"},
                comment("pg_class", "x.oid"),
                {"inherited", "u.indrelid::regclass::text", 0, Rarity::inheritance},
                {"inherited as",
                 "(SELECT quote_ident(y.relname) FROM pg_class y WHERE y.oid = "
                 "u.indexrelid)",
                 0, Rarity::inheritance},
            },
        .from =
            "FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = "
            "i.indrelid" +
            in_schema("c.relnamespace") +
            "LEFT JOIN pg_inherits h ON h.inhrelid = x.oid LEFT JOIN pg_index u ON u.indexrelid = "
            "h.inhparent WHERE x.oid NOT IN (SELECT k.conindid FROM pg_constraint k WHERE "
            "k.contype IN ('p', 'u', 'x'))"};
}

Source statistics() {
    return {.kind = word("statistics"),
            .name = qualified("e.stxname"),
            .identity = "e.oid",
            .terms =
                common_terms("pg_statistic_ext", "e", "e.stxowner") +
                std::vector<Term>{
                    {"table", "e.stxrelid::regclass::text"},
                    {"kinds",
                     "(SELECT string_agg(" +
                         letter("kind", {{'d', "ndistinct"}, {'f', "dependencies"}, {'m', "mcv"}}) +
                         ", ', ' ORDER BY kind) FROM unnest(e.stxkind) kind WHERE kind <> "
                         "'e')"},
                    {"columns", column_names("e.stxrelid", "e.stxkeys::int2[]")},
                    {"expressions",
                     "array_to_string(pg_get_statisticsobjdef_expressions(e.oid), ', ')", 14},
                    {"target", "CASE WHEN e.stxstattarget >= 0 THEN e.stxstattarget END"},
                },
            .from = "FROM pg_statistic_ext e" + in_schema("e.stxnamespace") + "WHERE " +
                    stands_alone("pg_statistic_ext", "e.oid")};
}

}  // namespace

std::vector<Source> constraints_and_indexes() {
    return {constraints(), disabled_constraints(), indexes(), statistics()};
}

}  // namespace kedge::schema::postgres
