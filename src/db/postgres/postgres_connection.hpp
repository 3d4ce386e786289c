// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
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
    /// Called, again and again, while a statement gives no result, with the server's process number
    /// of the session. May be null.
    std::function<void(int process, std::chrono::milliseconds waited)> on_wait;
    /// What the server says while the work that a script has put off is done at its end, when the
    /// script's observer is gone. May be null.
    std::function<void(const ServerMessage& message)> on_late_notice;
    /// Ends connecting, and whatever the server is at. May be null.
    const Cancellation* cancellation = nullptr;
    bool stops_queries = true;  ///< kedge's own, too
};

/// Connects. Failure (connection) if that can't be.
[[nodiscard]] std::unique_ptr<Connection> open(OpenOptions options);

}  // namespace kedge::db::postgres
