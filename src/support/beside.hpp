// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <system_error>
#include <utility>

#include "support/held_signals.hpp"

namespace kedge {

/// Starts `work` on a thread of its own, which gets no signals. The result is not valid where the
/// system has no thread left; whoever lets go of it waits for the end.
template <typename Work>
[[nodiscard]] auto beside(Work work) -> std::future<decltype(work())> {
    const HeldSignals signals;
    try {
        return std::async(std::launch::async, std::move(work));
    } catch (const std::system_error&) {
        return {};
    }
}

}  // namespace kedge
