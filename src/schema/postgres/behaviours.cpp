// SPDX-License-Identifier: MIT
// What a table does by itself: triggers, rules and policies.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

std::string enabled(const std::string& column) {
    return letter(column, {{'D', "disabled"}, {'R', "on replicas"}, {'A', "always"}});
}

Source triggers() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .part_kind = word("trigger"),
        .part_name = "quote_ident(g.tgname)",
        .identity = "g.oid",
        .terms =
            {
                {"timing",
                 "CASE WHEN g.tgtype & 2 <> 0 THEN 'before' WHEN g.tgtype & 64 <> 0 THEN 'instead "
                 "of' ELSE 'after' END"},
                {"events",
                 "concat_ws(', ', CASE WHEN g.tgtype & 4 <> 0 THEN 'insert' END, CASE WHEN "
                 "g.tgtype & 16 <> 0 THEN 'update' END, CASE WHEN g.tgtype & 8 <> 0 THEN 'delete' "
                 "END, CASE WHEN g.tgtype & 32 <> 0 THEN 'truncate' END)"},
                {"columns", column_names("g.tgrelid", "g.tgattr::int2[]")},
                {"for each row", yes_if("g.tgtype & 1 <> 0")},
                {"when",
                 "CASE WHEN g.tgqual IS NOT NULL THEN substring(pg_get_triggerdef(g.oid) FROM ' "
                 "FOR EACH \\w+ WHEN \\((.*)\\) EXECUTE FUNCTION ') END"},
                // To have the whole trigger printed takes far longer.
                {"function",
                 "CASE WHEN g.tgnargs = 0 THEN g.tgfoid::regproc || '()' ELSE "
                 "substring(pg_get_triggerdef(g.oid) FROM CASE WHEN g.tgqual IS NULL THEN '^.*? "
                 "EXECUTE FUNCTION (.*)$' ELSE '^.* EXECUTE FUNCTION (.*)$' END) END"},
                {"enabled", enabled("g.tgenabled")},
                {"constraint trigger", yes_if("g.tgconstraint <> 0")},
                {"deferrable", yes_if("g.tgdeferrable")},
                {"initially deferred", yes_if("g.tginitdeferred")},
                {"from", named("g.tgconstrrelid", "regclass")},
                {"old table", "quote_ident(g.tgoldtable)"},
                {"new table", "quote_ident(g.tgnewtable)"},
                comment("pg_trigger", "g.oid"),
                {"inherited", "u.tgrelid::regclass::text"},
                {"inherited as", "quote_ident(u.tgname)"},
            },
        // Up to 14 a partition's copy of a trigger is internal, as are those of foreign keys.
        .from = "FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid" +
                in_schema("c.relnamespace") +
                "LEFT JOIN pg_trigger u ON u.oid = g.tgparentid WHERE NOT g.tgisinternal OR "
                "(g.tgparentid <> 0 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = "
                "g.tgconstraint AND k.contype <> 't'))",
        .only_if = "EXISTS (SELECT FROM pg_trigger WHERE NOT tgisinternal OR tgparentid <> 0)"};
}

Source rules() {
    return {
        .kind = relation_kind(),
        .name = qualified("c.relname"),
        .part_kind = word("rule"),
        .part_name = "quote_ident(r.rulename)",
        .identity = "r.oid",
        .terms =
            {
                {"event", letter("r.ev_type", {{'2', "update"}, {'3', "insert"}, {'4', "delete"}})},
                {"definition", "pg_get_ruledef(r.oid)"},
                {"enabled", enabled("r.ev_enabled")},
                comment("pg_rewrite", "r.oid"),
            },
        .from = "FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class" +
                in_schema("c.relnamespace") + "WHERE r.rulename <> '_RETURN'"};
}

Source policies() {
    return {.kind = relation_kind(),
            .name = qualified("c.relname"),
            .part_kind = word("policy"),
            .part_name = "quote_ident(y.polname)",
            .identity = "y.oid",
            .terms =
                {
                    {"command",
                     letter("y.polcmd",
                            {{'r', "select"}, {'a', "insert"}, {'w', "update"}, {'d', "delete"}})},
                    {"restrictive", yes_if("NOT y.polpermissive")},
                    {"roles",
                     "(SELECT string_agg(" + role("member") + ", ', ' ORDER BY " + role("member") +
                         " COLLATE \"C\") FROM unnest(y.polroles) member WHERE member <> 0)"},
                    {"using", "pg_get_expr(y.polqual, y.polrelid)"},
                    {"with check", "pg_get_expr(y.polwithcheck, y.polrelid)"},
                    comment("pg_policy", "y.oid"),
                },
            .from = "FROM pg_policy y JOIN pg_class c ON c.oid = y.polrelid" +
                    in_schema("c.relnamespace")};
}

}  // namespace

std::vector<Source> behaviours() {
    return {triggers(), rules(), policies()};
}

}  // namespace kedge::schema::postgres
