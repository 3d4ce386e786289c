// SPDX-License-Identifier: MIT
#include "cli/help_text.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::cli {

std::string overview_text(const report::Style& style) {
    std::string out =
        "kedge moves a database from one known state to the next, and back.\n\n"
        "usage: kedge [-C DIR] [--quiet] [-v] COMMAND [OPTIONS] [ARGUMENTS]\n";
    std::string_view group;
    for (const CommandEntry& entry : command_table()) {
        if (entry.group != group) {
            group = entry.group;
            out += "\n" + report::painted(style, report::Paint::bold, group) + "\n";
        }
        out += fmt::format("  {:<10} {}\n", entry.name, entry.summary);
    }
    out +=
        "\nBegin with:  kedge init NAME\n"
        "More of one: kedge COMMAND --help\n";
    return out;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    std::string positionals;
    for (const CLI::Option* option : app->get_options()) {
        if (option->get_positional()) {
            positionals += fmt::format(" [{}]", option->get_name(true));
        }
    }
    std::string out =
        fmt::format("usage: kedge {} [OPTIONS]{}\n\n{}{}.\n\n", entry_.name, positionals,
                    static_cast<char>(std::toupper(entry_.summary[0])), entry_.summary.substr(1));
    constexpr std::size_t kColumn = 32;
    const auto add = [&](const CLI::Option* option) {
        std::string left = "  ";
        if (option->get_positional()) {
            left += option->get_name(true);
        } else {
            std::vector<std::string> names;
            for (const std::string& name : option->get_snames()) names.push_back("-" + name);
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
            left += join(names, ", ");
            const bool takes_value = option->get_items_expected_max() > 0;
            const std::string type = option->get_type_name();
            if (takes_value) left += type.empty() || type == "TEXT" ? " VALUE" : " " + type;
        }
        if (left.size() + 2 > kColumn) {
            out += left + "\n" + std::string(kColumn, ' ');
        } else {
            out += left + std::string(kColumn - left.size(), ' ');
        }
        out += option->get_description() + "\n";
    };
    for (const CLI::Option* option : app->get_options()) {
        if (option->get_positional()) add(option);
    }
    for (const CLI::Option* option : app->get_options()) {
        if (!option->get_positional()) add(option);
    }
    return out + fmt::format("\nExample:\n  {}\n", entry_.example);
}

}  // namespace kedge::cli
