// SPDX-License-Identifier: MIT
// Operators, what makes indexes of them, and casts.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

Source operator_itself() {
    return {.kind = word("operator"),
            .name =
                "s.name || '.' || o.oprname || '(' || CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE "
                "format_type(o.oprleft, NULL) END || ', ' || CASE WHEN o.oprright = 0 THEN "
                "'NONE' ELSE format_type(o.oprright, NULL) END || ')'",
            .identity = "o.oid",
            .terms = common_terms("pg_operator", "o", "o.oprowner") +
                     std::vector<Term>{
                         {"result", "format_type(nullif(o.oprresult, 0), NULL)"},
                         {"function", named("o.oprcode", "regprocedure")},
                         {"commutator", named("o.oprcom", "regoperator")},
                         {"negator", named("o.oprnegate", "regoperator")},
                         {"restriction estimator", named("o.oprrest", "regproc")},
                         {"join estimator", named("o.oprjoin", "regproc")},
                         {"hashes", yes_if("o.oprcanhash")},
                         {"merges", yes_if("o.oprcanmerge")},
                     },
            .from = "FROM pg_operator o" + in_schema("o.oprnamespace") + "WHERE " +
                    stands_alone("pg_operator", "o.oid")};
}

const char* const kFamilyName =
    "s.name || '.' || quote_ident(f.opfname) || ' using ' || quote_ident(m.amname)";

Source classes() {
    return {
        .kind = word("operator class"),
        .name =
            "s.name || '.' || quote_ident(o.opcname) || ' using ' || "
            "quote_ident(m.amname)",
        .identity = "o.oid",
        .terms = common_terms("pg_opclass", "o", "o.opcowner") +
                 std::vector<Term>{
                     {"type", "format_type(o.opcintype, NULL)"},
                     {"family", "f.opfnamespace::regnamespace || '.' || quote_ident(f.opfname)"},
                     {"default", yes_if("o.opcdefault")},
                     {"storage", "format_type(nullif(o.opckeytype, 0), NULL)"},
                 },
        .from = "FROM pg_opclass o" + in_schema("o.opcnamespace") +
                "JOIN pg_am m ON m.oid = o.opcmethod JOIN pg_opfamily f ON f.oid = o.opcfamily "
                "WHERE " +
                stands_alone("pg_opclass", "o.oid")};
}

Source families() {
    return {.kind = word("operator family"),
            .name = kFamilyName,
            .identity = "f.oid",
            .terms = common_terms("pg_opfamily", "f", "f.opfowner"),
            .from = "FROM pg_opfamily f" + in_schema("f.opfnamespace") +
                    "JOIN pg_am m ON m.oid = f.opfmethod WHERE " +
                    stands_alone("pg_opfamily", "f.oid")};
}

Source family_operators() {
    return {.kind = word("operator family"),
            .name = kFamilyName,
            .part_kind = word("operator"),
            .part_name =
                "a.amopstrategy || ' (' || format_type(a.amoplefttype, NULL) || ', ' || "
                "format_type(a.amoprighttype, NULL) || ')'",
            .terms = {{"operator", "a.amopopr::regoperator::text"},
                      {"orders by",
                       "(SELECT b.opfnamespace::regnamespace || '.' || quote_ident(b.opfname) FROM "
                       "pg_opfamily b WHERE b.oid = a.amopsortfamily)"}},
            .from =
                "FROM pg_amop a JOIN pg_opfamily f ON f.oid = a.amopfamily JOIN pg_am m ON "
                "m.oid = f.opfmethod" +
                in_schema("f.opfnamespace")};
}

Source family_functions() {
    return {.kind = word("operator family"),
            .name = kFamilyName,
            .part_kind = word("function"),
            .part_name =
                "a.amprocnum || ' (' || format_type(a.amproclefttype, NULL) || ', ' || "
                "format_type(a.amprocrighttype, NULL) || ')'",
            .terms = {{"function", "a.amproc::regprocedure::text"}},
            .from =
                "FROM pg_amproc a JOIN pg_opfamily f ON f.oid = a.amprocfamily JOIN pg_am m ON "
                "m.oid = f.opfmethod" +
                in_schema("f.opfnamespace")};
}

Source casts() {
    return {.kind = word("cast"),
            .name = "format_type(k.castsource, NULL) || ' as ' || format_type(k.casttarget, NULL)",
            .identity = "k.oid",
            .terms =
                {
                    {"function", named("k.castfunc", "regprocedure")},
                    {"method", letter("k.castmethod", {{'i', "inout"}, {'b', "binary"}})},
                    {"context", letter("k.castcontext", {{'a', "assignment"}, {'i', "implicit"}})},
                    comment("pg_cast", "k.oid"),
                },
            .from = "FROM pg_cast k WHERE " + is_made_later("k.oid") + " AND " +
                    stands_alone("pg_cast", "k.oid")};
}

Source access_methods() {
    return {.kind = word("access method"),
            .name = "quote_ident(m.amname)",
            .identity = "m.oid",
            .terms =
                {
                    {"type", letter("m.amtype", {{'i', "index"}, {'t', "table"}})},
                    {"handler", "m.amhandler::regproc::text"},
                    comment("pg_am", "m.oid"),
                },
            .from = "FROM pg_am m WHERE " + is_made_later("m.oid") + " AND " +
                    stands_alone("pg_am", "m.oid")};
}

}  // namespace

std::vector<Source> operators() {
    return {operator_itself(), families(), family_operators(), family_functions(),
            classes(),         casts(),    access_methods()};
}

}  // namespace kedge::schema::postgres
