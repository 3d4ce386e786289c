// SPDX-License-Identifier: MIT
#pragma once

#include "support/cancellation.hpp"

namespace kedge::cli {

/// Lets Ctrl-C and SIGTERM request a stop; a second one ends the process at once. The only state
/// of the program that a signal can reach.
Cancellation& install_signal_handlers();

}  // namespace kedge::cli
