// SPDX-License-Identifier: MIT
// What the commands `target` and `engine` share: the properties that both can have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/options.hpp"
#include "project/config_file.hpp"

namespace kedge::cli {

struct PropertyOptions {
    std::optional<std::string> registry;
    std::optional<std::string> client;
    std::optional<std::string> plan_file;
    std::optional<std::string> top_dir;
    std::optional<std::string> extension;
    SetOption dirs;
    SetOption variables;

    void add(CLI::App& app);
    /// Writes what was given below `prefix` (`target.dev`).
    void write(project::ConfigFile& file, const std::string& prefix) const;
};

/// The properties of a target, laid out as Sqitch does. `uri_line` is the line that differs
/// between a target and an engine.
[[nodiscard]] std::string describe_target(const std::string& name, const std::string& uri_line,
                                          const project::Target& target);

/// Makes a plan for the target if it has none, and its folders.
void make_missing_parts(const Context& context, const project::Project& project,
                        const project::Target& target);

}  // namespace kedge::cli
