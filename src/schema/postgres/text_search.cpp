// SPDX-License-Identifier: MIT
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

Source configurations() {
    return {.kind = word("text search configuration"),
            .name = qualified("x.cfgname"),
            .identity = "x.oid",
            .terms = common_terms("pg_ts_config", "x", "x.cfgowner") +
                     std::vector<Term>{
                         {"parser",
                          "(SELECT p.prsnamespace::regnamespace || '.' || quote_ident(p.prsname) "
                          "FROM pg_ts_parser p WHERE p.oid = x.cfgparser)"}},
            .from = "FROM pg_ts_config x" + in_schema("x.cfgnamespace") + "WHERE " +
                    stands_alone("pg_ts_config", "x.oid")};
}

Source mappings() {
    return {.kind = word("text search configuration"),
            .name = qualified("x.cfgname"),
            .part_kind = word("mapping"),
            .part_name = "quote_ident(y.alias)",
            .terms = {{"dictionaries",
                       "string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY "
                       "m.mapseqno)"}},
            .from = "FROM pg_ts_config x" + in_schema("x.cfgnamespace") +
                    "JOIN pg_ts_config_map m ON m.mapcfg = x.oid JOIN LATERAL "
                    "ts_token_type(x.cfgparser) y ON y.tokid = m.maptokentype GROUP BY 1, 2, 4"};
}

Source dictionaries() {
    return {.kind = word("text search dictionary"),
            .name = qualified("x.dictname"),
            .identity = "x.oid",
            .terms = common_terms("pg_ts_dict", "x", "x.dictowner") +
                     std::vector<Term>{
                         {"template",
                          "(SELECT p.tmplnamespace::regnamespace || '.' || quote_ident(p.tmplname) "
                          "FROM pg_ts_template p WHERE p.oid = x.dicttemplate)"},
                         // The server keeps them in the order in which they were last set.
                         {"options",
                          "CASE WHEN x.dictinitoption IS NOT NULL THEN (SELECT string_agg(option, "
                          "', ' ORDER BY option COLLATE \"C\") FROM "
                          "regexp_split_to_table(x.dictinitoption, ', (?=[^'',]+ = )') option) "
                          "END"}},
            .from = "FROM pg_ts_dict x" + in_schema("x.dictnamespace") + "WHERE " +
                    stands_alone("pg_ts_dict", "x.oid")};
}

Source parsers() {
    return {.kind = word("text search parser"),
            .name = qualified("x.prsname"),
            .identity = "x.oid",
            .terms = {{"start function", named("x.prsstart", "regproc")},
                      {"token function", named("x.prstoken", "regproc")},
                      {"end function", named("x.prsend", "regproc")},
                      {"headline function", named("x.prsheadline", "regproc")},
                      {"types function", named("x.prslextype", "regproc")},
                      comment("pg_ts_parser", "x.oid")},
            .from = "FROM pg_ts_parser x" + in_schema("x.prsnamespace") + "WHERE " +
                    stands_alone("pg_ts_parser", "x.oid")};
}

Source templates() {
    return {.kind = word("text search template"),
            .name = qualified("x.tmplname"),
            .identity = "x.oid",
            .terms = {{"init function", named("x.tmplinit", "regproc")},
                      {"lexize function", named("x.tmpllexize", "regproc")},
                      comment("pg_ts_template", "x.oid")},
            .from = "FROM pg_ts_template x" + in_schema("x.tmplnamespace") + "WHERE " +
                    stands_alone("pg_ts_template", "x.oid")};
}

}  // namespace

std::vector<Source> text_search() {
    return {configurations(), mappings(), dictionaries(), parsers(), templates()};
}

}  // namespace kedge::schema::postgres
