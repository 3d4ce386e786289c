// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace CLI {
class App;
}

namespace kedge::cli {

/// One command: its options, and what it does. Made only for the command that runs.
class Command {
  public:
    virtual ~Command() = default;
    virtual void add_options(CLI::App& app) = 0;
    /// The exit status.
    virtual int run(Context& context) = 0;
};

struct CommandEntry {
    std::string_view name;
    std::string_view group;    ///< the task it belongs to, as `kedge help` lists them
    std::string_view summary;  ///< one line
    std::string_view example;  ///< the end of its --help
    std::unique_ptr<Command> (*make)();
};

/// Every command, in the order of the help.
[[nodiscard]] const std::vector<CommandEntry>& command_table();

// One per file of this folder.
std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_add();
std::unique_ptr<Command> make_rework();
std::unique_ptr<Command> make_tag();
std::unique_ptr<Command> make_plan();
std::unique_ptr<Command> make_show();
std::unique_ptr<Command> make_bundle();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_deploy();
std::unique_ptr<Command> make_revert();
std::unique_ptr<Command> make_rebase();
std::unique_ptr<Command> make_checkout();
std::unique_ptr<Command> make_verify();
std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_log();
std::unique_ptr<Command> make_config();
std::unique_ptr<Command> make_engine();
std::unique_ptr<Command> make_target();
std::unique_ptr<Command> make_reconcile();
std::unique_ptr<Command> make_resolve();
std::unique_ptr<Command> make_state();
std::unique_ptr<Command> make_drift();
std::unique_ptr<Command> make_capture();
std::unique_ptr<Command> make_lint();
std::unique_ptr<Command> make_ci();
std::unique_ptr<Command> make_rehearse();
std::unique_ptr<Command> make_test();
std::unique_ptr<Command> make_baseline();
std::unique_ptr<Command> make_blame();
std::unique_ptr<Command> make_upgrade();
std::unique_ptr<Command> make_help();

}  // namespace kedge::cli
