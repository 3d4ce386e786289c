// SPDX-License-Identifier: MIT
#include "registry/advisory_lock.hpp"

namespace kedge::registry {
namespace {

/// Sqitch's number for it.
constexpr const char* kTry = "SELECT pg_catalog.pg_try_advisory_xact_lock(75474063)";

}  // namespace

std::unique_ptr<AdvisoryLock> AdvisoryLock::acquire(std::unique_ptr<db::Connection> session,
                                                    std::chrono::milliseconds timeout,
                                                    const Holder& holder,
                                                    const WaitHandler& on_wait,
                                                    const Cancellation& cancellation) {
    session->begin();
    // It idles in its transaction for as long as the deployment takes.
    session->enqueue("SET LOCAL idle_in_transaction_session_timeout = 0");
    poll_for_lock([&] { return db::text_of(session->query(kTry).front().front()) == "1"; }, holder,
                  timeout, on_wait, cancellation);
    return std::unique_ptr<AdvisoryLock>(new AdvisoryLock(std::move(session)));
}

}  // namespace kedge::registry
