// SPDX-License-Identifier: MIT
#include "cli/signals.hpp"

#include <csignal>
#include <initializer_list>

namespace kedge::cli {
namespace {

Cancellation& cancellation() noexcept {
    static Cancellation instance;
    return instance;
}

extern "C" void on_signal(int) {
    cancellation().request();
}

}  // namespace

Cancellation& install_signal_handlers() {
    // Made before a signal can come: its first use must not be in a handler.
    Cancellation& out = cancellation();
    struct sigaction action {};
    action.sa_handler = &on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, nullptr);
    return out;
}

}  // namespace kedge::cli
