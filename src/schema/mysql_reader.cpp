// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <utility>

#include "schema/mysql/reading.hpp"
#include "schema/mysql/server.hpp"
#include "schema/mysql/session_settings.hpp"
#include "schema/reader.hpp"

namespace kedge::schema {
namespace {

using mysql::Reading;
using mysql::Server;

constexpr int kVersion = 2;
constexpr int kAttempts = 4;

/// Changes whenever any session runs a statement that may change a schema. The servers' catalogs
/// have no transactions, and nobody is to be kept from working.
std::string moment(db::Connection& connection) {
    std::string out;
    for (const db::Row& row : connection.query("SHOW GLOBAL STATUS WHERE Variable_name RLIKE "
                                               "'^Com_(alter|create|drop|rename|grant|revoke)'")) {
        out += db::text_of(row[1]) + ' ';
    }
    return out;
}

Reading read_once(db::Connection& connection, const Server& server, const Scope& scope) {
    Reading reading(connection, server, scope);
    read_database(reading);
    read_tables_and_views(reading);
    read_routines(reading);
    read_events(reading);
    read_triggers(reading);
    read_grants(reading);
    note_invisible(reading);
    reading.state().sort();
    return reading;
}

class MysqlReader final : public Reader {
  public:
    [[nodiscard]] Snapshot read(db::Connection& connection, const Scope& scope) const override {
        const mysql::SessionSettings settings(connection);
        const Server server = Server::ask(connection);
        Snapshot out;
        out.engine = "mysql";
        out.server = server.product();
        out.reader = kVersion;
        std::optional<Sha1> before;
        for (int attempt = 1;; ++attempt) {
            const std::string began = moment(connection);
            Reading reading = read_once(connection, server, scope);
            const Sha1 fingerprint = reading.state().fingerprint();
            // It may have been another database's schema that somebody was at.
            const bool is_one = moment(connection) == began || before == fingerprint;
            out.state = std::move(reading.state());
            out.unread = std::move(reading.unread());
            if (is_one && !reading.lost_something()) return out;
            if (attempt == kAttempts) {
                out.unread.push_back(
                    {"all of one moment", "the schema was being changed while it was read"});
                return out;
            }
            before = fingerprint;
        }
    }
};

}  // namespace

const Reader& mysql_reader() {
    static const MysqlReader reader;
    return reader;
}

}  // namespace kedge::schema
