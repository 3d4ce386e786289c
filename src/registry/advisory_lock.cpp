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

}  // namespace kedge::registry
