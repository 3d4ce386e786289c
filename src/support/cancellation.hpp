// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

namespace kedge {

/// A request to stop, set from a signal handler or another thread, and looked at by whoever works
/// or waits for long.
class Cancellation {
  public:
    void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool requested() const noexcept {
        return requested_.load(std::memory_order_relaxed);
    }

  private:
    std::atomic<bool> requested_{false};
    static_assert(std::atomic<bool>::is_always_lock_free, "must be safe in a signal handler");
};

}  // namespace kedge
