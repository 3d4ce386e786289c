// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "schema/catalog.hpp"
#include "schema/postgres/inheritance.hpp"
#include "schema/postgres/source.hpp"
#include "schema/reader.hpp"

namespace kedge::schema {
namespace {

constexpr int kVersion = 2;

/// How the server prints types, expressions and constants depends on these. Names outside of
/// pg_catalog come out with their schemas.
constexpr const char* kSettings =
    "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL client_encoding = 'UTF8'; SET LOCAL "
    "DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET "
    "LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; "
    "SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on; "
    // The planner takes most tables of the catalog for larger than what is read of them.
    "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// One moment of the database, and a session that is afterwards as it was before.
class Moment {
  public:
    explicit Moment(db::Connection& connection)
        : connection_(connection), within_(connection.in_transaction()) {
        if (within_) {
            connection_.execute("SAVEPOINT kedge_state");
        } else {
            connection_.begin("ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        }
        connection_.enqueue(kSettings);
    }
    Moment(const Moment&) = delete;
    Moment& operator=(const Moment&) = delete;
    ~Moment() {
        if (!within_) {
            connection_.rollback();
            return;
        }
        try {
            connection_.execute("ROLLBACK TO SAVEPOINT kedge_state; RELEASE SAVEPOINT kedge_state");
        } catch (const Failure&) {
            // The connection is lost, and whoever uses it next is told so.
        }
    }

  private:
    db::Connection& connection_;
    bool within_;
};

postgres::Server look_at_server(db::Connection& connection, const Scope& scope,
                                std::string& version) {
    const auto rows = connection.query(
        "SELECT split_part(current_setting('server_version'), ' ', 1), "
        "current_setting('server_version_num')::integer / 10000, coalesce((SELECT oid::text FROM "
        "pg_namespace WHERE nspname = ?), '0')",
        {scope.registry});
    const db::Row& row = rows.front();
    version = db::text_of(row[0]);
    return {static_cast<int>(std::get<std::int64_t>(row[1])), db::text_of(row[2])};
}

/// Catalogs that have nothing but what came with the server in most databases. To plan a query
/// that finds nothing there takes as long as to plan any other.
constexpr std::array<std::string_view, 26> kMostlyEmpty = {"pg_am",
                                                           "pg_amop",
                                                           "pg_amproc",
                                                           "pg_cast",
                                                           "pg_collation",
                                                           "pg_conversion",
                                                           "pg_enum",
                                                           "pg_event_trigger",
                                                           "pg_foreign_data_wrapper",
                                                           "pg_foreign_server",
                                                           "pg_language",
                                                           "pg_opclass",
                                                           "pg_operator",
                                                           "pg_opfamily",
                                                           "pg_policy",
                                                           "pg_proc",
                                                           "pg_publication",
                                                           "pg_publication_rel",
                                                           "pg_rewrite",
                                                           "pg_statistic_ext",
                                                           "pg_transform",
                                                           "pg_trigger",
                                                           "pg_ts_config",
                                                           "pg_ts_dict",
                                                           "pg_ts_parser",
                                                           "pg_ts_template"};

/// Those of them that have more.
std::set<std::string> look_for_rows(db::Connection& connection) {
    std::string sql;
    for (const std::string_view catalog : kMostlyEmpty) {
        if (!sql.empty()) sql += " UNION ALL ";
        sql += fmt::format("SELECT '{0}' WHERE EXISTS (SELECT FROM {0} WHERE {1})", catalog,
                           postgres::is_made_later("oid"));
    }
    std::set<std::string> out;
    for (const db::Row& row : connection.query(sql)) out.insert(db::text_of(row.front()));
    return out;
}

/// Whether a query would find nothing, by the catalog that it is of.
class Emptiness {
  public:
    explicit Emptiness(db::Connection& connection) : filled_(look_for_rows(connection)) {}

    [[nodiscard]] bool is_of_nothing(const postgres::Source& source) const {
        constexpr std::string_view kFrom = "FROM ";
        const std::string_view from = std::string_view(source.from).substr(kFrom.size());
        const std::string_view catalog = from.substr(0, from.find_first_of(" ("));
        return std::find(kMostlyEmpty.begin(), kMostlyEmpty.end(), catalog) != kMostlyEmpty.end() &&
               !filled_.contains(std::string(catalog));
    }

  private:
    std::set<std::string> filled_;
};

void read_objects(State& state, db::Connection& connection, const postgres::Server& server) {
    const Emptiness emptiness(connection);
    for (const auto group :
         {&postgres::databases, &postgres::types, &postgres::relations,
          &postgres::constraints_and_indexes, &postgres::behaviours, &postgres::routines,
          &postgres::operators, &postgres::languages_and_encodings, &postgres::text_search,
          &postgres::foreign_data, &postgres::replication}) {
        for (const postgres::Source& source : group()) {
            if (source.since > server.major || emptiness.is_of_nothing(source)) continue;
            load(state, connection, to_query(source, server));
        }
    }
    // What came with the server can have been granted, too.
    for (const postgres::Source& source : postgres::privileges()) {
        if (source.since <= server.major) load(state, connection, to_query(source, server));
    }
}

/// Where a subscription gets its rows from, which only a superuser may read. No secrets.
void read_connections(Snapshot& out, db::Connection& connection) {
    const auto rows = connection.query(
        "SELECT quote_ident(x.subname), has_column_privilege('pg_subscription', 'subconninfo', "
        "'select') FROM pg_subscription x JOIN pg_database d ON d.oid = x.subdbid WHERE d.datname "
        "= current_database()");
    if (rows.empty()) return;
    if (std::get<std::int64_t>(rows.front()[1]) != 0) {
        load(out.state, connection,
             {"SELECT 'subscription', quote_ident(x.subname), NULL, NULL, NULL, "
              "regexp_replace(regexp_replace(x.subconninfo, "
              "'(pass[a-z]*\\s*=\\s*)(''([^''\\\\]|\\\\.)*''|[^ "
              "&]+)', '\\1***', 'gi'), '(://[^:/@]*):[^@/]*@', '\\1:***@') FROM pg_subscription x "
              "JOIN pg_database d ON d.oid = x.subdbid WHERE d.datname = current_database()",
              {{"connection"}}});
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
    const Moment moment(connection);
    Snapshot out;
    out.engine = "pg";
    out.reader = kVersion;
    std::string version;
    const postgres::Server server = look_at_server(connection, scope, version);
    out.server = "PostgreSQL " + version;
    read_objects(out.state, connection, server);
    read_connections(out, connection);
    find_hidden_mappings(out, connection);
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
