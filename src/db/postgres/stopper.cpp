// SPDX-License-Identifier: MIT
#include "db/postgres/stopper.hpp"

#include <array>
#include <chrono>
#include <system_error>

#include "support/held_signals.hpp"

namespace kedge::db::postgres {

using namespace std::chrono_literals;

Stopper::~Stopper() {
    if (!watcher_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    ends_.notify_one();
    watcher_.join();
}

void Stopper::watch() {
    std::unique_lock lock(mutex_);
    while (!ends_.wait_for(lock, 100ms, [&] { return is_ending_; })) {
        if (!waits_ || !cancellation_->requested()) continue;
        waits_ = false;
        stopped_ = true;
        // The call can't end before the server has been told, and the next one not be meant.
        std::array<char, 256> trouble{};
        if (cancel_) PQcancel(cancel_.get(), trouble.data(), static_cast<int>(trouble.size()));
    }
}

Stopper::Call::Call(Stopper& stopper) : stopper_(stopper) {
    const std::lock_guard lock(stopper.mutex_);
    stopper.stopped_ = false;
    stopper.waits_ = stopper.cancellation_ != nullptr && !stopper.cancellation_->requested();
    if (!stopper.waits_ || stopper.watcher_.joinable()) return;
    const HeldSignals signals;
    try {
        stopper.watcher_ = std::thread([&stopper] { stopper.watch(); });
    } catch (const std::system_error&) {
        // With no thread left it has to be waited for.
    }
}

Stopper::Call::~Call() {
    const std::lock_guard lock(stopper_.mutex_);
    stopper_.waits_ = false;
}

bool Stopper::Call::was_stopped() const {
    const std::lock_guard lock(stopper_.mutex_);
    return stopper_.stopped_;
}

}  // namespace kedge::db::postgres
