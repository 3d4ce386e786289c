// SPDX-License-Identifier: MIT
#pragma once

namespace kedge::cli {

/// The whole program: reads the command line, runs the command, shows what came of it. The exit
/// status for main().
int run(int argc, char** argv);

}  // namespace kedge::cli
