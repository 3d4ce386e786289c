// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "schema/catalog.hpp"
#include "schema/postgres/fetch.hpp"
#include "schema/postgres/inheritance.hpp"
#include "schema/postgres/source.hpp"
#include "schema/reader.hpp"

namespace kedge::schema {
namespace {

constexpr int kVersion = 5;

/// To plan a query with the few schemas there are is quicker than with how to find them.
std::string find_schemas(db::Connection& connection, const std::string& registry) {
    constexpr std::size_t kMost = 50;
    const std::string query = postgres::schemas_query(registry);
    const auto rows = connection.query(query);
    if (rows.empty() || rows.size() > kMost) return '(' + query + ')';
    std::string values;
    for (const db::Row& row : rows) {
        if (!values.empty()) values += ", ";
        values +=
            fmt::format("({}::oid, {})", db::text_of(row[0]), postgres::word(db::text_of(row[1])));
    }
    return fmt::format("(SELECT * FROM (VALUES {}) listed(oid, name))", values);
}

/// `may_hide`: there may be subscriptions or user mappings, of which not all may be read.
postgres::Server look_at_server(db::Connection& connection, const Scope& scope,
                                std::string& version, bool& may_hide) {
    using postgres::Rarity;
    const auto rows = connection.query(
        "SELECT split_part(current_setting('server_version'), ' ', 1), "
        "current_setting('server_version_num')::integer / 10000, coalesce((SELECT oid::text FROM "
        "pg_namespace WHERE nspname = ?), '0'), EXISTS (SELECT FROM pg_seclabel)::integer, EXISTS "
        "(SELECT FROM pg_inherits)::integer, EXISTS (SELECT FROM pg_tablespace WHERE " +
            postgres::is_made_later("oid") + ")::integer, (" +
            postgres::may_have_rows("pg_subscription") + " OR " +
            postgres::may_have_rows("pg_user_mapping") +
            ")::integer, EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = "
            "c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', "
            "?))::integer",
        {scope.registry, scope.registry});
    enum Column : std::size_t {
        kVersionText,
        kMajor,
        kRegistry,
        kLabels,
        kInheritance,
        kSpaces,
        kHidden,
        kRelations
    };
    const db::Row& row = rows.front();
    const auto number = [&](Column column) { return std::get<std::int64_t>(row[column]); };
    version = db::text_of(row[kVersionText]);
    postgres::Server out;
    out.major = static_cast<int>(number(kMajor));
    out.registry = db::text_of(row[kRegistry]);
    out.schemas = find_schemas(connection, out.registry);
    if (number(kLabels) != 0) out.has.insert(Rarity::labels);
    if (number(kInheritance) != 0) out.has.insert(Rarity::inheritance);
    if (number(kSpaces) != 0) out.has.insert(Rarity::tablespaces);
    may_hide = number(kHidden) != 0;
    out.has_relations = number(kRelations) != 0;
    return out;
}

std::vector<postgres::Source> sources_for(const postgres::Server& server) {
    std::vector<postgres::Source> out;
    for (const auto group :
         {&postgres::databases, &postgres::types, &postgres::relations,
          &postgres::constraints_and_indexes, &postgres::behaviours, &postgres::routines,
          &postgres::operators, &postgres::languages_and_encodings, &postgres::text_search,
          &postgres::foreign_data, &postgres::replication, &postgres::needed_extensions,
          &postgres::privileges}) {
        for (postgres::Source& source : group()) {
            if (source.since > server.major) continue;
            if (!server.has_relations && source.kind == postgres::relation_kind()) continue;
            out.push_back(std::move(source));
        }
    }
    return out;
}

/// Where a subscription gets its rows from, which only a superuser may read. No secrets.
void read_connections(Snapshot& out, db::Connection& connection) {
    const auto rows = connection.query(
        "SELECT quote_ident(x.subname), has_column_privilege('pg_subscription', 'subconninfo', "
        "'select') FROM pg_subscription x JOIN pg_database d ON d.oid = x.subdbid WHERE d.datname "
        "= current_database()");
    if (rows.empty()) return;
    if (std::get<std::int64_t>(rows.front()[1]) != 0) {
        const CatalogQuery query{
            "SELECT 'subscription', quote_ident(x.subname), NULL, NULL, NULL, "
            "regexp_replace(regexp_replace(x.subconninfo, "
            "'(pass[a-z]*\\s*=\\s*)(''([^''\\\\]|\\\\.)*''|[^ "
            "&]+)', '\\1***', 'gi'), '(://[^:/@]*):[^@/]*@', '\\1:***@') FROM pg_subscription x "
            "JOIN pg_database d ON d.oid = x.subdbid WHERE d.datname = current_database()",
            {{"connection"}}};
        load(out.state, query, connection.query(query.sql));
        return;
    }
    for (const db::Row& row : rows) {
        out.unread.push_back({fmt::format("connection of subscription {}", db::text_of(row[0])),
                              "only a superuser may read it"});
    }
}

void find_hidden_mappings(Snapshot& out, db::Connection& connection) {
    for (const db::Row& row : connection.query(
             "SELECT quote_ident(x.srvname) || '.' || CASE WHEN x.umuser = 0 THEN 'PUBLIC' ELSE "
             "quote_ident(x.usename) END FROM pg_user_mappings "
             "x WHERE x.umoptions IS NULL AND NOT has_table_privilege('pg_user_mapping', "
             "'select')")) {
        out.unread.push_back(
            {fmt::format("options of user mapping {}", db::text_of(row[0])),
             "only a superuser, the role itself or the server's owner may read them"});
    }
}

Snapshot read_once(db::Connection& connection, const Scope& scope) {
    const postgres::Moment moment(connection);
    postgres::Helper helper(moment);
    Snapshot out;
    out.engine = "pg";
    out.reader = kVersion;
    std::string version;
    bool may_hide = false;
    const postgres::Server server = look_at_server(connection, scope, version, may_hide);
    out.server = "PostgreSQL " + version;
    postgres::fetch(out.state, moment, helper, sources_for(server), server);
    if (may_hide) {
        read_connections(out, connection);
        find_hidden_mappings(out, connection);
    }
    postgres::fold_inherited(out.state);
    out.state.sort();
    return out;
}

class PostgresReader final : public Reader {
  public:
    [[nodiscard]] Snapshot read(db::Connection& connection, const Scope& scope) const override {
        // The server's functions that print definitions see what was dropped since the snapshot.
        constexpr std::string_view kInternalError = "XX000";
        constexpr int kAttempts = 5;
        const bool may_repeat = !connection.in_transaction();
        for (int attempt = 1;; ++attempt) {
            try {
                return read_once(connection, scope);
            } catch (const Failure& failure) {
                if (failure.error().code != kInternalError || !may_repeat || attempt == kAttempts) {
                    throw;
                }
            }
        }
    }
};

}  // namespace

const Reader& postgres_reader() {
    static const PostgresReader reader;
    return reader;
}

}  // namespace kedge::schema
