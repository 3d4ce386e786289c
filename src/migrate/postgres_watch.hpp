// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "db/postgres/postgres_connection.hpp"

namespace kedge::migrate {

/// Looks from beside, on a session of its own that is made when it is first needed, for whom
/// another session waits. What it can't find out it is silent about.
class PostgresWatch {
  public:
    explicit PostgresWatch(db::postgres::OpenOptions options) : options_(std::move(options)) {}

    /// Who blocks the session with the server's process number; empty if it doesn't wait for a
    /// lock.
    [[nodiscard]] std::string blocker(int process);
    /// Who holds the deployers' lock.
    [[nodiscard]] std::string deployer();

  private:
    [[nodiscard]] std::string ask(const std::string& query);

    db::postgres::OpenOptions options_;
    std::unique_ptr<db::Connection> session_;
};

}  // namespace kedge::migrate
