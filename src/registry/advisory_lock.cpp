// SPDX-License-Identifier: MIT
#include "registry/advisory_lock.hpp"

#include <thread>

#include <fmt/format.h>

namespace kedge::registry {

std::unique_ptr<SessionLock> SessionLock::acquire(db::Connection& session,
                                                  std::chrono::milliseconds timeout,
                                                  const LockHolder& holder,
                                                  const WaitHandler& on_wait,
                                                  const Cancellation& cancellation) {
    poll_for_lock([&] { return session.try_lock(kAdvisoryLock); }, holder, timeout, on_wait,
                  cancellation);
    return std::unique_ptr<SessionLock>(new SessionLock(session));
}

bool SessionLock::regain() {
    // The server may need a moment to notice that the old session has nobody any more.
    constexpr int kTries = 40;
    for (int i = 0; i < kTries && !session_.is_lost(); ++i) {
        if (session_.try_lock(kAdvisoryLock)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

std::unique_ptr<TransactionLock> TransactionLock::acquire(std::unique_ptr<db::Connection> session,
                                                          std::chrono::milliseconds timeout,
                                                          const LockHolder& holder,
                                                          const WaitHandler& on_wait,
                                                          const Cancellation& cancellation) {
    session->begin();
    // It idles in its transaction for as long as the deployment takes.
    session->enqueue("SET LOCAL idle_in_transaction_session_timeout = 0");
    const std::string attempt =
        fmt::format("SELECT pg_catalog.pg_try_advisory_xact_lock({})", kAdvisoryLock);
    poll_for_lock([&] { return db::text_of(session->query(attempt).front().front()) == "1"; },
                  holder, timeout, on_wait, cancellation);
    return std::unique_ptr<TransactionLock>(new TransactionLock(std::move(session)));
}

namespace {

std::string sqitch_key(const std::string& database) {
    return "sqitch working on " + database;
}

std::string guard_key(const std::string& database) {
    return "kedge working on " + database;
}

}  // namespace

std::unique_ptr<GuardedLock> GuardedLock::acquire(db::Connection& session,
                                                  std::unique_ptr<db::Connection> holding,
                                                  const std::string& database,
                                                  std::chrono::milliseconds timeout,
                                                  const Holder& holder, const WaitHandler& on_wait,
                                                  const Cancellation& cancellation) {
    std::unique_ptr<GuardedLock> lock(new GuardedLock(session, std::move(holding), database));
    const auto who = [&] {
        for (const std::string& key : {sqitch_key(database), guard_key(database)}) {
            if (lock->holding_->holds_lock() && key == sqitch_key(database)) continue;
            if (std::string found = holder(*lock->holding_, key); !found.empty()) return found;
        }
        return std::string("another session");
    };
    poll_for_lock([&] { return lock->try_both(); }, who, timeout, on_wait, cancellation);
    return lock;
}

bool GuardedLock::try_both() {
    if (!holding_->holds_lock() && !holding_->try_lock(sqitch_key(database_))) return false;
    return session_.holds_lock() || session_.try_lock(guard_key(database_));
}

bool GuardedLock::regain() {
    // The server may need a moment to notice that the old session has nobody any more.
    constexpr int kTries = 40;
    for (int i = 0; i < kTries && !session_.is_lost(); ++i) {
        if (holding_->is_lost()) holding_->reset_session();
        if (try_both()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

}  // namespace kedge::registry
