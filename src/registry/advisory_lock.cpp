// SPDX-License-Identifier: MIT
#include "registry/advisory_lock.hpp"

#include <fmt/format.h>

namespace kedge::registry {
namespace {

/// Sqitch's number for it.
constexpr std::int64_t kDeployLock = 75474063;

}  // namespace

std::unique_ptr<AdvisoryLock> AdvisoryLock::acquire(std::unique_ptr<db::Connection> session,
                                                    std::chrono::milliseconds timeout,
                                                    const Holder& holder,
                                                    const WaitHandler& on_wait,
                                                    const Cancellation& cancellation) {
    session->begin();
    // It idles in its transaction for as long as the deployment takes.
    session->enqueue("SET LOCAL idle_in_transaction_session_timeout = 0");
    const auto wait_for = [&](std::int64_t number, const std::string& attempt) {
        poll_for_lock([&] { return db::text_of(session->query(attempt).front().front()) == "1"; },
                      [&] { return holder(number); }, timeout, on_wait, cancellation);
    };
    wait_for(kDeployLock,
             fmt::format("SELECT pg_catalog.pg_try_advisory_xact_lock({})", kDeployLock));
    // Taken to see that nobody has it, and given back for our own script's session.
    wait_for(kPresenceLock, fmt::format("SELECT CASE WHEN pg_catalog.pg_try_advisory_lock({0}) "
                                        "THEN pg_catalog.pg_advisory_unlock({0}) ELSE false END",
                                        kPresenceLock));
    return std::unique_ptr<AdvisoryLock>(new AdvisoryLock(std::move(session)));
}

}  // namespace kedge::registry
