// SPDX-License-Identifier: MIT
// Languages and transforms, collations and conversions.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

Source languages() {
    return {.kind = word("language"),
            .name = "quote_ident(l.lanname)",
            .identity = "l.oid",
            .terms = common_terms("pg_language", "l", "l.lanowner") +
                     std::vector<Term>{
                         revoked_from_owner("l.lanacl", "l.lanowner", "'l'"),
                         {"trusted", yes_if("l.lanpltrusted")},
                         {"handler", named("l.lanplcallfoid", "regproc")},
                         {"inline handler", named("l.laninline", "regproc")},
                         {"validator", named("l.lanvalidator", "regproc")},
                     },
            .from = "FROM pg_language l WHERE " + is_made_later("l.oid") + " AND " +
                    stands_alone("pg_language", "l.oid")};
}

Source transforms() {
    return {.kind = word("transform"),
            .name = "format_type(x.trftype, NULL) || ' for ' || quote_ident(l.lanname)",
            .identity = "x.oid",
            .terms =
                {
                    {"from sql", named("x.trffromsql", "regprocedure")},
                    {"to sql", named("x.trftosql", "regprocedure")},
                    comment("pg_transform", "x.oid"),
                },
            .from = "FROM pg_transform x JOIN pg_language l ON l.oid = x.trflang WHERE " +
                    stands_alone("pg_transform", "x.oid")};
}

Source collations() {
    return {.kind = word("collation"),
            .name = qualified("k.collname"),
            .identity = "k.oid",
            .terms = common_terms("pg_collation", "k", "k.collowner") +
                     std::vector<Term>{
                         {"provider", letter("k.collprovider",
                                             {{'i', "icu"}, {'b', "builtin"}, {'d', "default"}})},
                         // Its name has changed twice.
                         {"locale",
                          "coalesce(to_jsonb(k) ->> 'colliculocale', to_jsonb(k) ->> 'colllocale', "
                          "CASE WHEN k.collprovider = 'i' THEN k.collcollate::text END)"},
                         {"collation", "CASE WHEN k.collprovider = 'c' THEN k.collcollate END"},
                         {"character type", "CASE WHEN k.collprovider = 'c' THEN k.collctype END"},
                         {"not deterministic", yes_if("NOT k.collisdeterministic")},
                         {"rules", "k.collicurules", 16},
                     },
            .from = "FROM pg_collation k" + in_schema("k.collnamespace") + "WHERE " +
                    stands_alone("pg_collation", "k.oid")};
}

Source conversions() {
    return {.kind = word("conversion"),
            .name = qualified("k.conname"),
            .identity = "k.oid",
            .terms = common_terms("pg_conversion", "k", "k.conowner") +
                     std::vector<Term>{
                         {"from", "pg_encoding_to_char(k.conforencoding)"},
                         {"to", "pg_encoding_to_char(k.contoencoding)"},
                         {"function", named("k.conproc", "regproc")},
                         {"default", yes_if("k.condefault")},
                     },
            .from = "FROM pg_conversion k" + in_schema("k.connamespace") + "WHERE " +
                    stands_alone("pg_conversion", "k.oid")};
}

}  // namespace

std::vector<Source> languages_and_encodings() {
    return {languages(), transforms(), collations(), conversions()};
}

}  // namespace kedge::schema::postgres
