// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.hpp"
#include "db/mysql/side_session.hpp"

namespace kedge::db::mysql {

struct OpenOptions {
    std::string host;  ///< empty: as the client's own files say, else the local server's socket
    std::optional<int> port;
    std::string user;    ///< empty: as the client's own files say, else the login name
    std::string dbname;  ///< empty: none
    /// Of the URI: `socket`, `ssl-mode`, `ssl-ca`, …, and Sqitch's names for them (`mysql_socket`,
    /// `mysql_ssl_ca_file`, `mariadb_…`).
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string name;  ///< of the database, for messages
    /// Asked for the password at each connecting; what it has not, the client's variable MYSQL_PWD
    /// and its files give. May be null.
    std::function<std::string()> password;
    /// For scripts, in seconds, or with a unit (`5s`, `500ms`, `2min`); empty leaves the server's.
    std::string lock_timeout;
    std::string statement_timeout;
    /// Called, again and again, while a statement gives no result, with a session beside, and the
    /// server's number of this one. May be null.
    std::function<void(SideSession& beside, unsigned long thread, std::chrono::milliseconds waited)>
        on_wait;
    const Cancellation* cancellation = nullptr;
};

/// Connects to MySQL or MariaDB. Failure (connection) if that can't be; Failure (configuration) for
/// a parameter that makes no sense.
[[nodiscard]] std::unique_ptr<Connection> open(OpenOptions options);

}  // namespace kedge::db::mysql
