// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "db/connection.hpp"
#include "registry/lock.hpp"

namespace kedge::registry {

/// The number of the lock that sessions which run scripts hold, shared, until they are gone: of an
/// earlier deployer, killed or cut off, the server may still be at work on the last message.
inline constexpr std::int64_t kPresenceLock = 75474064;

/// The one deployer's lock where the database has it: PostgreSQL's advisory lock of Sqitch's
/// number, so that the two tools keep each other out.
///
/// It belongs to a transaction, which a session of its own keeps open and does nothing else in. So
/// a script that frees all the locks of its session doesn't free this one, no session has to be
/// kept dirty for its sake, and a connection pool that lends sessions by the transaction can't take
/// it away. Waiting is polling: a wait inside the lock function would hold a snapshot, for which
/// CREATE INDEX CONCURRENTLY waits in turn.
class AdvisoryLock final : public DeployLock {
  public:
    /// Who holds the lock of a number, for messages; asked on another session. May give nothing.
    using Holder = std::function<std::string(std::int64_t number)>;

    /// Waits up to `timeout`, and as long again for what an earlier deployer left at work. Failure
    /// (locked) that names the holder; Failure (interrupted).
    static std::unique_ptr<AdvisoryLock> acquire(std::unique_ptr<db::Connection> session,
                                                 std::chrono::milliseconds timeout,
                                                 const Holder& holder, const WaitHandler& on_wait,
                                                 const Cancellation& cancellation);

    /// False if the session ended, and the lock with it.
    [[nodiscard]] bool still_held() const override { return !session_->is_lost(); }
    [[nodiscard]] std::string how_lost() const override {
        return "the session that held it was ended";
    }

  private:
    explicit AdvisoryLock(std::unique_ptr<db::Connection> session) : session_(std::move(session)) {}

    std::unique_ptr<db::Connection> session_;
};

}  // namespace kedge::registry
