// SPDX-License-Identifier: MIT
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/help_text.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Help final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("command", command_, "The command to explain");
        app.add_flag("-g,--guide", guide_, "List the manual pages");
    }

    int run(Context& context) override {
        if (guide_) {
            context.out(
                "man kedge           the commands\n"
                "man kedge-plan      the plan's format\n"
                "man kedge-config    the configuration\n"
                "man kedge-scripts   what scripts may hold, and how they run\n");
            return 0;
        }
        if (command_.empty()) {
            context.out(overview_text(context.out_style()));
            return 0;
        }
        const auto& table = command_table();
        const auto entry = std::find_if(table.begin(), table.end(),
                                        [&](const CommandEntry& e) { return e.name == command_; });
        if (entry == table.end()) {
            std::vector<std::string> names;
            for (const CommandEntry& e : table) names.emplace_back(e.name);
            throw Failure(ErrorKind::usage, fmt::format("\"{}\" is not a command of kedge{}",
                                                        command_, did_you_mean(command_, names)));
        }
        CLI::App app{std::string(entry->summary), std::string(entry->name)};
        app.set_help_flag("--help,--man", "Show this help");
        app.formatter(std::make_shared<HelpFormatter>(*entry));
        const std::unique_ptr<Command> command = entry->make();
        command->add_options(app);
        context.out(app.help());
        return 0;
    }

  private:
    std::string command_;
    bool guide_ = false;
};

}  // namespace

std::unique_ptr<Command> make_help() {
    return std::make_unique<Help>();
}

}  // namespace kedge::cli
