// SPDX-License-Identifier: MIT
#include "migrate/mysql_watch.hpp"

#include <vector>

#include <fmt/format.h>

namespace kedge::migrate {
namespace {

/// Describes the sessions whose numbers a condition picks.
std::string sessions(const std::string& condition) {
    return fmt::format(
        "SELECT CONCAT('connection ', p.ID, ' (', p.USER, '@', p.HOST, '), ', LOWER(p.COMMAND), "
        "' since ', DATE_FORMAT(NOW() - INTERVAL p.TIME SECOND, '%H:%i:%s'), "
        "IF(p.INFO IS NULL, '', CONCAT(': ', LEFT(REPLACE(p.INFO, '\n', ' '), 120)))) "
        "FROM information_schema.PROCESSLIST p WHERE p.ID {} ORDER BY p.TIME DESC LIMIT 5",
        condition);
}

std::string joined(const std::vector<std::vector<std::string>>& rows) {
    std::string out;
    for (const auto& row : rows) out += (out.empty() ? "" : "; ") + row.front();
    return out;
}

/// The first query that finds somebody. Which of them a server has depends on family and release.
std::string first_found(db::mysql::SideSession& beside, const std::vector<std::string>& numbers) {
    for (const std::string& query : numbers) {
        std::string list;
        for (const auto& row : beside.query(query)) {
            list += (list.empty() ? "" : ", ") + row.front();
        }
        if (list.empty()) continue;
        if (std::string found = joined(beside.query(sessions(fmt::format("IN ({})", list))));
            !found.empty()) {
            return found;
        }
    }
    return {};
}

}  // namespace

std::string blocker_of(db::mysql::SideSession& beside, unsigned long thread) {
    const auto state = beside.query(
        fmt::format("SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = {}", thread));
    if (state.empty()) return {};
    const bool waits_for_metadata =
        state.front().front().find("metadata lock") != std::string::npos;
    if (!waits_for_metadata) {
        return first_found(
            beside,
            {// MySQL from 8.0
             fmt::format("SELECT DISTINCT b.PROCESSLIST_ID FROM performance_schema.data_lock_waits "
                         "w JOIN performance_schema.threads r ON r.THREAD_ID = "
                         "w.REQUESTING_THREAD_ID JOIN performance_schema.threads b ON b.THREAD_ID "
                         "= w.BLOCKING_THREAD_ID WHERE r.PROCESSLIST_ID = {}",
                         thread),
             // MariaDB, MySQL 5.7
             fmt::format(
                 "SELECT DISTINCT b.trx_mysql_thread_id FROM "
                 "information_schema.INNODB_LOCK_WAITS w JOIN information_schema.INNODB_TRX "
                 "r ON r.trx_id = w.requesting_trx_id JOIN information_schema.INNODB_TRX b "
                 "ON b.trx_id = w.blocking_trx_id WHERE r.trx_mysql_thread_id = {}",
                 thread)});
    }
    std::string found = first_found(
        beside,
        {// Where the performance schema is on and watches these locks, as MySQL's does from 8.0
         fmt::format(
             "SELECT DISTINCT gt.PROCESSLIST_ID FROM performance_schema.metadata_locks w JOIN "
             "performance_schema.threads wt ON wt.THREAD_ID = w.OWNER_THREAD_ID JOIN "
             "performance_schema.metadata_locks g ON g.OBJECT_TYPE = w.OBJECT_TYPE AND "
             "g.OBJECT_SCHEMA = w.OBJECT_SCHEMA AND g.OBJECT_NAME = w.OBJECT_NAME AND "
             "g.LOCK_STATUS = 'GRANTED' AND g.OWNER_THREAD_ID <> w.OWNER_THREAD_ID JOIN "
             "performance_schema.threads gt ON gt.THREAD_ID = g.OWNER_THREAD_ID WHERE "
             "w.LOCK_STATUS = 'PENDING' AND wt.PROCESSLIST_ID = {}",
             thread),
         // MariaDB's plugin metadata_lock_info
         fmt::format("SELECT DISTINCT g.THREAD_ID FROM information_schema.METADATA_LOCK_INFO g "
                     "WHERE g.THREAD_ID <> {}",
                     thread)});
    if (!found.empty()) return found;
    // Else whoever has a transaction open: a session that only sleeps in one holds its tables.
    found = first_found(
        beside, {fmt::format("SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX WHERE "
                             "trx_mysql_thread_id NOT IN (0, {}) ORDER BY trx_started",
                             thread)});
    return found.empty() ? "another session's lock on a table"
                         : "a lock on a table, held perhaps by " + found;
}

std::string lock_holder(db::Connection& session, const std::string& key) {
    try {
        const auto holder = session.query("SELECT IS_USED_LOCK(?)", {key});
        const std::string number = db::text_of(holder.front().front());
        if (number.empty()) return {};
        const auto rows = session.query(sessions("= " + number));
        return rows.empty() ? "connection " + number : db::text_of(rows.front().front());
    } catch (const Failure&) {
        return {};
    }
}

}  // namespace kedge::migrate
