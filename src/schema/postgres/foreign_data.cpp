// SPDX-License-Identifier: MIT
// Foreign data wrappers, servers and user mappings. Foreign tables are among the relations.
#include <fmt/format.h>

#include "schema/postgres/source.hpp"

namespace kedge::schema::postgres {
namespace {

/// Options, with `***` for the value of each whose name doesn't match the pattern. Those of libpq's
/// and postgres_fdw's that name a file, or are no secret, are told always.
std::string redacted(const std::string& options, std::string_view harmless) {
    return fmt::format(
        "(SELECT string_agg(CASE WHEN split_part(element, '=', 1) {} OR split_part(element, '=', "
        "1) IN ('passfile', 'password_required', 'sslcert', 'sslkey') THEN element ELSE "
        "split_part(element, '=', 1) || '=***' END, ', ' ORDER BY element COLLATE \"C\") FROM "
        "unnest({}) element)",
        harmless, options);
}

constexpr std::string_view kNoSecret = "!~* '(pass|secret|token|key|credential)'";
/// What a wrapper takes for a secret nobody knows, so only names of accounts are told.
constexpr std::string_view kAccount = "IN ('user', 'username')";

Source wrappers() {
    return {.kind = word("foreign data wrapper"),
            .name = "quote_ident(x.fdwname)",
            .identity = "x.oid",
            .terms = common_terms("pg_foreign_data_wrapper", "x", "x.fdwowner") +
                     std::vector<Term>{
                         revoked_from_owner("x.fdwacl", "x.fdwowner", "'F'"),
                         {"handler", named("x.fdwhandler", "regproc")},
                         {"validator", named("x.fdwvalidator", "regproc")},
                         {"options", redacted("x.fdwoptions", kNoSecret)},
                     },
            .from = "FROM pg_foreign_data_wrapper x WHERE " +
                    stands_alone("pg_foreign_data_wrapper", "x.oid")};
}

Source servers() {
    return {.kind = word("foreign server"),
            .name = "quote_ident(x.srvname)",
            .identity = "x.oid",
            .terms = common_terms("pg_foreign_server", "x", "x.srvowner") +
                     std::vector<Term>{
                         revoked_from_owner("x.srvacl", "x.srvowner", "'S'"),
                         {"wrapper",
                          "(SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w WHERE "
                          "w.oid = x.srvfdw)"},
                         {"type", "x.srvtype"},
                         {"version", "x.srvversion"},
                         {"options", redacted("x.srvoptions", kNoSecret)},
                     },
            .from = "FROM pg_foreign_server x WHERE " + stands_alone("pg_foreign_server", "x.oid")};
}

/// By the view, which hides the options from those who may not see them.
Source user_mappings() {
    return {.kind = word("foreign server"),
            .name = "quote_ident(x.srvname)",
            .part_kind = word("user mapping"),
            .part_name = "CASE WHEN x.umuser = 0 THEN 'PUBLIC' ELSE " + role("x.umuser") + " END",
            .identity = "x.umid",
            .terms = {{"options", redacted("x.umoptions", kAccount)}},
            .from = "FROM pg_user_mappings x",
            .only_if = may_have_rows("pg_foreign_server")};
}

}  // namespace

std::vector<Source> foreign_data() {
    return {wrappers(), servers(), user_mappings()};
}

}  // namespace kedge::schema::postgres
