// SPDX-License-Identifier: MIT
// The one deployer's lock where the database has it: PostgreSQL's advisory lock of Sqitch's number,
// MySQL's of Sqitch's name, so that the two tools keep each other out. Waiting for it is polling: a
// wait inside the lock function would hold a snapshot, for which CREATE INDEX CONCURRENTLY waits in
// turn.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "db/connection.hpp"
#include "registry/lock.hpp"

namespace kedge::registry {

/// The number, as SQL has it.
inline constexpr const char* kAdvisoryLock = "75474063";

/// Who holds the lock, for messages. May give nothing.
using LockHolder = std::function<std::string()>;

/// The lock in the session that runs the scripts. A server works on for a client that is gone: the
/// lock is free as soon as it really has done with the last deployer, and not before.
class SessionLock final : public DeployLock {
  public:
    /// Waits up to `timeout`. Failure (locked) that names the holder; Failure (interrupted).
    /// `session` is borrowed, and outlives the lock.
    static std::unique_ptr<SessionLock> acquire(db::Connection& session,
                                                std::chrono::milliseconds timeout,
                                                const LockHolder& holder,
                                                const WaitHandler& on_wait,
                                                const Cancellation& cancellation);

    /// False if the session ended, and the lock with it.
    [[nodiscard]] bool still_held() const override { return session_.holds_lock(); }
    [[nodiscard]] bool regain() override;

  private:
    explicit SessionLock(db::Connection& session) : session_(session) {}

    db::Connection& session_;
};

/// The lock where a pool lends sessions by the transaction: a session of its own keeps one open for
/// it, and does nothing else in it.
class TransactionLock final : public DeployLock {
  public:
    /// As above.
    static std::unique_ptr<TransactionLock> acquire(std::unique_ptr<db::Connection> session,
                                                    std::chrono::milliseconds timeout,
                                                    const LockHolder& holder,
                                                    const WaitHandler& on_wait,
                                                    const Cancellation& cancellation);

    [[nodiscard]] bool still_held() const override { return !session_->is_lost(); }

  private:
    explicit TransactionLock(std::unique_ptr<db::Connection> session)
        : session_(std::move(session)) {}

    std::unique_ptr<db::Connection> session_;
};

/// The lock where a session gives up its locks when it is made as new after a script, as on MySQL
/// and MariaDB. Sqitch's lock is held by a session of its own. The session of the scripts holds a
/// second one, which others look at too: a server works on for a client that is gone, and that one
/// is free only when it really has done with the last deployer.
class GuardedLock final : public DeployLock {
  public:
    /// Who holds the lock of that name, asked of a session; may give nothing.
    using Holder = std::function<std::string(db::Connection& asked, const std::string& key)>;
    /// As above; `session` is that of the scripts, `holding` the lock's own.
    static std::unique_ptr<GuardedLock> acquire(db::Connection& session,
                                                std::unique_ptr<db::Connection> holding,
                                                const std::string& database,
                                                std::chrono::milliseconds timeout,
                                                const Holder& holder, const WaitHandler& on_wait,
                                                const Cancellation& cancellation);

    [[nodiscard]] bool still_held() const override {
        return holding_->holds_lock() && session_.holds_lock();
    }
    [[nodiscard]] bool regain() override;

  private:
    GuardedLock(db::Connection& session, std::unique_ptr<db::Connection> holding,
                std::string database)
        : session_(session), holding_(std::move(holding)), database_(std::move(database)) {}
    [[nodiscard]] bool try_both();

    db::Connection& session_;
    std::unique_ptr<db::Connection> holding_;
    std::string database_;
};

}  // namespace kedge::registry
