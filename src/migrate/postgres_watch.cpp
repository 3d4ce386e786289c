// SPDX-License-Identifier: MIT
#include "migrate/postgres_watch.hpp"

#include <fmt/format.h>

#include "registry/advisory_lock.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// Who a session is, what it does and since when, for those whose number a query gives.
std::string sessions(const std::string& numbers) {
    return fmt::format(
        "SELECT 'process ' || pid || ' (' || concat_ws(', ', nullif(application_name, ''), "
        "usename, "
        "client_addr::text) || '), ' || coalesce(state, '?') || ' since ' || "
        "to_char(coalesce(xact_start, state_change, backend_start), 'HH24:MI:SS') || "
        "CASE WHEN query <> '' THEN ': ' || "
        "left(regexp_replace(query, '\\s+', ' ', 'g'), 120) ELSE '' END "
        "FROM pg_catalog.pg_stat_activity WHERE pid IN ({}) ORDER BY xact_start",
        numbers);
}

}  // namespace

std::string PostgresWatch::ask(const std::string& query) {
    try {
        if (!session_) {
            // Naming the blocker must not itself wait for long.
            db::postgres::OpenOptions options = options_;
            options.parameters.emplace_back("connect_timeout", "2");
            session_ = db::postgres::open(std::move(options));
        }
        std::string out;
        for (const db::Row& row : session_->query(query)) {
            out += (out.empty() ? "" : "; ") + db::text_of(row.front());
        }
        return out;
    } catch (const Failure&) {
        session_.reset();
        return {};
    }
}

std::string PostgresWatch::blocker(int process) {
    return ask(sessions(fmt::format("SELECT unnest(pg_catalog.pg_blocking_pids({}))", process)));
}

std::string PostgresWatch::deployer() {
    const std::string found = ask(sessions(fmt::format(
        "SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND classid = 0 "
        "AND objid = {} AND objsubid = 1 AND granted AND database = "
        "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
        registry::kAdvisoryLock)));
    return found.empty() ? "another session" : found;
}

}  // namespace kedge::migrate
