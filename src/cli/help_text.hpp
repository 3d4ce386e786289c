// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "report/style.hpp"

namespace kedge::cli {

/// The commands by task, a line each.
[[nodiscard]] std::string overview_text(const report::Style& style);

/// Lays out a command's --help: usage, summary, options, and an example at the end.
class HelpFormatter final : public CLI::Formatter {
  public:
    explicit HelpFormatter(const CommandEntry& entry) : entry_(entry) {}
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override;

  private:
    const CommandEntry& entry_;
};

}  // namespace kedge::cli
