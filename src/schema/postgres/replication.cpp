// SPDX-License-Identifier: MIT
// Publications, and subscriptions but for their connections.
#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

Source publications() {
    return {.kind = word("publication"),
            .name = "quote_ident(x.pubname)",
            .identity = "x.oid",
            .terms = common_terms("pg_publication", "x", "x.pubowner") +
                     std::vector<Term>{
                         {"all tables", yes_if("x.puballtables")},
                         {"operations",
                          "concat_ws(', ', CASE WHEN x.pubinsert THEN 'insert' END, CASE WHEN "
                          "x.pubupdate THEN 'update' END, CASE WHEN x.pubdelete THEN 'delete' END, "
                          "CASE WHEN x.pubtruncate THEN 'truncate' END)"},
                         {"via root", yes_if("x.pubviaroot")},
                         {"generated columns", letter("x.pubgencols", {{'s', "stored"}}), 18},
                     },
            .from = "FROM pg_publication x WHERE " + stands_alone("pg_publication", "x.oid")};
}

Source published_tables() {
    return {.kind = word("publication"),
            .name = "quote_ident(x.pubname)",
            .part_kind = word("table"),
            .part_name = "r.prrelid::regclass::text",
            .identity = "r.oid",
            .terms = {{"columns", column_names("r.prrelid", "r.prattrs::int2[]"), 15},
                      {"where", "pg_get_expr(r.prqual, r.prrelid)", 15}},
            .from = "FROM pg_publication_rel r JOIN pg_publication x ON x.oid = r.prpubid"};
}

Source published_schemas() {
    return {.kind = word("publication"),
            .name = "quote_ident(x.pubname)",
            .part_kind = word("schema"),
            .part_name = "r.pnnspid::regnamespace::text",
            .identity = "r.oid",
            .from = "FROM pg_publication_namespace r JOIN pg_publication x ON x.oid = r.pnpubid",
            .since = 15};
}

Source subscriptions() {
    return {
        .kind = word("subscription"),
        .name = "quote_ident(x.subname)",
        .identity = "x.oid",
        .terms =
            common_terms("pg_subscription", "x", "x.subowner") +
            std::vector<Term>{
                {"disabled", yes_if("NOT x.subenabled")},
                {"publications", sorted_list("x.subpublications")},
                {"slot", "coalesce(quote_ident(x.subslotname), 'none')"},
                {"synchronous commit", "nullif(x.subsynccommit, 'off')"},
                {"binary", yes_if("x.subbinary"), 14},
                // A boolean up to 15. Off is what it is by default up to 17, and parallel since.
                {"streaming",
                 letter("left(x.substream::text, 1)",
                        {{'t', "on"}, {'p', "parallel"}, {'f', "off"}}),
                 14},
                {"two phase", yes_if("x.subtwophasestate <> 'd'"), 15},
                {"disable on error", yes_if("x.subdisableonerr"), 15},
                {"no password required", yes_if("NOT x.subpasswordrequired"), 16},
                // Up to 15 all do.
                {"run as table owner", yes_if("NOT x.subrunasowner"), 16},
                {"origin", "nullif(x.suborigin, 'any')", 16},
                {"failover", yes_if("x.subfailover"), 17},
            },
        .from =
            "FROM pg_subscription x JOIN pg_database d ON d.oid = x.subdbid WHERE "
            "d.datname = current_database()"};
}

}  // namespace

std::vector<Source> replication() {
    return {publications(), published_tables(), published_schemas(), subscriptions()};
}

}  // namespace kedge::schema::postgres
