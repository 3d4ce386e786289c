// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>

namespace kedge {

/// Keeps the signals that ask kedge to stop (SIGINT, SIGTERM, SIGHUP) from the calling thread while
/// it lives. A thread started meanwhile never gets them: a signal that goes to a helper's thread
/// doesn't wake the one that waits.
class HeldSignals {
  public:
    HeldSignals() noexcept {
        sigset_t stops;
        sigemptyset(&stops);
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&stops, number);
        ::pthread_sigmask(SIG_BLOCK, &stops, &before_);
    }
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    /// What was held before: for ppoll and its kin, to let the signals in while they wait.
    [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

  private:
    sigset_t before_{};
};

}  // namespace kedge
