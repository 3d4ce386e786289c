// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <mysql.h>

#include "db/mysql/mysql_connection.hpp"
#include "db/mysql/side_session.hpp"

namespace kedge::db::mysql {

struct CloseConnection {
    void operator()(MYSQL* connection) const noexcept { mysql_close(connection); }
};
using RawConnection = std::unique_ptr<MYSQL, CloseConnection>;

/// What the client is told beside host, user and database.
struct ClientParameters {
    std::string socket;
    std::string default_file;   ///< read in the place of ~/.my.cnf and its kin
    std::string default_group;  ///< read beside [client] and [mysql]
    std::string charset = "utf8mb4";
    std::string init_command;
    int connect_timeout = 0;  ///< in seconds; 0 is the library's own
    bool compress = false;
    bool local_infile = false;
    enum class Tls { unset, off, preferred, required, verify } tls = Tls::unset;
    std::string tls_ca, tls_ca_path, tls_certificate, tls_key, tls_cipher;
};

/// Reads a URI's parameters. Failure (configuration) that names what is unknown or makes no sense.
[[nodiscard]] ClientParameters client_parameters(
    const std::vector<std::pair<std::string, std::string>>& parameters);

/// Connects as the server's own client does: ~/.my.cnf, MYSQL_PWD. Failure (connection); Failure
/// (interrupted) on request. Where TLS was asked for, it is there, whatever the library made of it.
[[nodiscard]] RawConnection connect(const OpenOptions& options, const ClientParameters& client);

/// How a connection reached its server.
[[nodiscard]] Whereabouts whereabouts_of(const MYSQL* connection);

/// Waits until the library can go on, by what it says it waits for (MYSQL_WAIT_READ, ...); returns
/// what came true. 0 after `longest` milliseconds.
[[nodiscard]] int wait_for(MYSQL* connection, int events, int longest);

}  // namespace kedge::db::mysql
