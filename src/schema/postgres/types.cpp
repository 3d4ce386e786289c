// SPDX-License-Identifier: MIT
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

std::vector<Term> range_terms() {
    return {
        {"subtype", "format_type(r.rngsubtype, NULL)"},
        {"subtype operator class",
         "(SELECT o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) FROM pg_opclass o "
         "WHERE o.oid = r.rngsubopc AND NOT o.opcdefault)"},
        {"subtype collation",
         "(SELECT nullif(r.rngcollation, b.typcollation)::regcollation::text FROM pg_type b WHERE "
         "b.oid = r.rngsubtype)"},
        {"canonical function", named("r.rngcanonical", "regproc")},
        {"subtype difference function", named("r.rngsubdiff", "regproc")},
        {"multirange", "format_type(r.rngmultitypid, NULL)", 14},
    };
}

/// What CREATE TYPE says of a type that is made in C.
std::vector<Term> base_terms() {
    const auto of_base = [](const std::string& sql) {
        return "CASE WHEN t.typtype = 'b' THEN " + sql + " END";
    };
    const auto function = [&](const std::string& column) {
        return of_base(named(column, "regproc"));
    };
    return {
        {"input function", function("t.typinput")},
        {"output function", function("t.typoutput")},
        {"receive function", function("t.typreceive")},
        {"send function", function("t.typsend")},
        {"modifier input function", function("t.typmodin")},
        {"modifier output function", function("t.typmodout")},
        {"analyze function", function("t.typanalyze")},
        {"subscript function", function("t.typsubscript"), 14},
        {"length", of_base("nullif(t.typlen, -1)")},
        {"by value", of_base(yes_if("t.typbyval"))},
        {"alignment",
         of_base(letter("t.typalign", {{'c', "char"}, {'s', "int2"}, {'d', "double"}}))},
        {"storage",
         of_base(letter("t.typstorage", {{'e', "external"}, {'m', "main"}, {'x', "extended"}}))},
        {"category", of_base("nullif(t.typcategory, 'U')")},
        {"preferred", of_base(yes_if("t.typispreferred"))},
        {"delimiter", of_base("nullif(t.typdelim, ',')")},
        {"element", of_base("format_type(nullif(t.typelem, 0), NULL)")},
        {"collatable", of_base(yes_if("t.typcollation <> 0"))},
    };
}

Source type() {
    return {
        .kind = type_kind(),
        .name = qualified("t.typname"),
        .identity = "t.oid",
        .terms = common_terms("pg_type", "t", "t.typowner") +
                 std::vector<Term>{
                     revoked_from_owner("t.typacl", "t.typowner", "'T'"),
                     {"form", letter("t.typtype", {{'e', "enum"},
                                                   {'c', "composite"},
                                                   {'r', "range"},
                                                   {'b', "base"},
                                                   {'p', "shell"}})},
                     {"type",
                      "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, "
                      "t.typtypmod) END"},
                     {"collation",
                      "CASE WHEN t.typtype = 'd' THEN (SELECT nullif(t.typcollation, "
                      "b.typcollation)::regcollation::text FROM pg_type b WHERE b.oid = "
                      "t.typbasetype) END"},
                     {"not null", yes_if("t.typnotnull")},
                     {"default", "coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault)"},
                 } +
                 range_terms() + base_terms(),
        .from = "FROM pg_type t" + in_schema("t.typnamespace") +
                "LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_class c ON c.oid = "
                "t.typrelid WHERE t.typtype <> 'm' AND (t.typtype <> 'c' OR c.relkind = 'c') AND " +
                stands_alone("pg_type", "t.oid"),
        .only_if = has_own_types(),
    };
}

Source labels() {
    return {.kind = type_kind(),
            .name = qualified("t.typname"),
            .part_kind = word("label"),
            .part_name = "l.enumlabel",
            .identity = "l.oid",
            .from = "FROM pg_enum l JOIN pg_type t ON t.oid = l.enumtypid" +
                    in_schema("t.typnamespace") + "ORDER BY l.enumtypid, l.enumsortorder"};
}

Source domain_constraints() {
    return {.kind = type_kind(),
            .name = qualified("t.typname"),
            .part_kind = word("constraint"),
            .part_name = "quote_ident(k.conname)",
            .identity = "k.oid",
            .terms = {{"check", "pg_get_expr(k.conbin, 0)"},
                      {"not valid", yes_if("NOT k.convalidated")},
                      comment("pg_constraint", "k.oid")},
            .from = "FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid" +
                    in_schema("t.typnamespace") + "WHERE k.contype = 'c'",
            .only_if = has_own_types()};
}

}  // namespace

std::vector<Source> types() {
    return {type(), labels(), domain_constraints()};
}

}  // namespace kedge::schema::postgres
