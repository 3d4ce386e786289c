// SPDX-License-Identifier: MIT
// Running the catalog's queries, all of one moment, and two at a time where there is much to read.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "schema/postgres/source.hpp"
#include "support/cancellation.hpp"

namespace kedge::schema::postgres {

/// One moment of the database, and a session that is afterwards as it was before.
class Moment {
  public:
    /// In the transaction that is open, or in one of its own.
    explicit Moment(db::Connection& connection);
    /// The moment of another session, by the name that pg_export_snapshot() gave.
    Moment(db::Connection& connection, const std::string& snapshot);
    Moment(const Moment&) = delete;
    Moment& operator=(const Moment&) = delete;
    ~Moment();

    [[nodiscard]] db::Connection& connection() const noexcept { return connection_; }
    /// In a transaction of somebody else's.
    [[nodiscard]] bool is_within() const noexcept { return within_; }

  private:
    db::Connection& connection_;
    bool within_ = false;
};

/// Another session in the same moment, where there is so much to read that it is worth its while.
class Helper {
  public:
    /// Begins to open it.
    explicit Helper(const Moment& moment);
    ~Helper() { give_up(); }
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;

    [[nodiscard]] bool is_wanted() const noexcept { return opening_.valid(); }
    /// Runs with the session, on a thread of its own, if there is one to be had. Nothing is thrown
    /// for what the session can't do. The result is to be waited for, if it is valid.
    [[nodiscard]] std::future<void> run(std::function<void(db::Connection&)> work);
    /// If it isn't there yet, it needn't come any more.
    void give_up() noexcept { stop_.request(); }

  private:
    Cancellation stop_;
    std::string snapshot_;
    std::future<std::unique_ptr<db::Connection>> opening_;
};

/// Adds what the sources have, in their order.
void fetch(State& state, const Moment& moment, Helper& helper, const std::vector<Source>& sources,
           const Server& server);

}  // namespace kedge::schema::postgres
