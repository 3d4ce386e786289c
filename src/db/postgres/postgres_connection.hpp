// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.hpp"

namespace kedge::db::postgres {

struct OpenOptions {
    /// libpq's keywords and their values: see "Parameter Key Words" in PostgreSQL's manual. What
    /// isn't given libpq takes from its own variables and files.
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string name;  ///< of the database, for messages
    /// Asked for the password at each connecting; empty for none. May be null.
    std::function<std::string()> password;
    /// For scripts, in the server's form (`5s`); empty leaves the server's own.
    std::string lock_timeout;
    std::string statement_timeout;
    /// Number of an advisory lock that the session holds, shared, for as long as it lives; 0 for
    /// none. The server works on for a client that is gone: whoever comes next can wait for this.
    std::int64_t presence_lock = 0;
    /// Called, again and again, while a statement gives no result, with the server's process number
    /// of the session. May be null.
    std::function<void(int process, std::chrono::milliseconds waited)> on_wait;
    const Cancellation* cancellation = nullptr;
};

/// Connects. Failure (connection) if that can't be.
[[nodiscard]] std::unique_ptr<Connection> open(OpenOptions options);

}  // namespace kedge::db::postgres
