// SPDX-License-Identifier: MIT
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

std::vector<Term> aggregate_terms() {
    const auto function = [](const std::string& column) { return named(column, "regproc"); };
    const auto type = [](const std::string& column) {
        return "format_type(nullif(" + column + ", 0), NULL)";
    };
    const auto modifies = [](const std::string& column) {
        // What CREATE AGGREGATE takes it for by itself.
        return "CASE WHEN " + column +
               " <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::\"char\" THEN " +
               letter(column, {{'r', "read only"}, {'s', "shareable"}, {'w', "read write"}}) +
               " END";
    };
    return {
        {"form", letter("g.aggkind", {{'o', "ordered set"}, {'h', "hypothetical set"}})},
        {"state function", function("g.aggtransfn")},
        {"state type", type("g.aggtranstype")},
        {"state size", "nullif(g.aggtransspace, 0)"},
        {"initial state", "g.agginitval"},
        {"final function", function("g.aggfinalfn")},
        {"final function extra", yes_if("g.aggfinalextra")},
        {"final function modifies", modifies("g.aggfinalmodify")},
        {"combine function", function("g.aggcombinefn")},
        {"serial function", function("g.aggserialfn")},
        {"deserial function", function("g.aggdeserialfn")},
        {"sort operator", named("g.aggsortop", "regoperator")},
        {"moving state function", function("g.aggmtransfn")},
        {"moving inverse function", function("g.aggminvtransfn")},
        {"moving state type", type("g.aggmtranstype")},
        {"moving state size", "nullif(g.aggmtransspace, 0)"},
        {"moving initial state", "g.aggminitval"},
        {"moving final function", function("g.aggmfinalfn")},
        {"moving final function extra", yes_if("g.aggmfinalextra")},
        {"moving final function modifies", modifies("g.aggmfinalmodify")},
    };
}

}  // namespace

std::vector<Source> routines() {
    const std::string is_internal = "l.lanname IN ('c', 'internal')";
    return {{
        .kind = routine_kind(),
        .name = routine_name(),
        .identity = "p.oid",
        .terms =
            common_terms("pg_proc", "p", "p.proowner") +
            std::vector<Term>{
                revoked_from_owner("p.proacl", "p.proowner", "'f'"),
                {"arguments", "nullif(pg_get_function_arguments(p.oid), '')"},
                {"returns", "pg_get_function_result(p.oid)"},
                {"language", "CASE WHEN g.aggfnoid IS NULL THEN quote_ident(l.lanname) END"},
                {"body",
                 "CASE WHEN g.aggfnoid IS NULL THEN nullif(p.prosrc, '') "
                 "END"},
                {"sql body", "pg_get_function_sqlbody(p.oid)", 14},
                {"library", "p.probin"},
                {"volatility", letter("p.provolatile", {{'i', "immutable"}, {'s', "stable"}})},
                {"strict", yes_if("p.proisstrict AND g.aggfnoid IS NULL")},
                {"security definer", yes_if("p.prosecdef")},
                {"leakproof", yes_if("p.proleakproof")},
                {"parallel", letter("p.proparallel", {{'s', "safe"}, {'r', "restricted"}})},
                {"cost", "CASE WHEN g.aggfnoid IS NULL AND p.procost <> CASE WHEN " + is_internal +
                             " THEN 1 ELSE 100 END THEN p.procost::text END"},
                {"rows", "CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows::text END"},
                {"support function", named("p.prosupport", "regproc")},
                {"settings", sorted_list("p.proconfig")},
                {"transforms",
                 "(SELECT string_agg(format_type(transformed, NULL), ', ' ORDER BY "
                 "format_type(transformed, NULL) COLLATE \"C\") FROM unnest(p.protrftypes) "
                 "transformed)"},
            } +
            aggregate_terms(),
        .from = "FROM pg_proc p" + in_schema("p.pronamespace") +
                "JOIN pg_language l ON l.oid = p.prolang LEFT JOIN pg_aggregate g ON g.aggfnoid = "
                "p.oid WHERE " +
                stands_alone("pg_proc", "p.oid"),
    }};
}

}  // namespace kedge::schema::postgres
