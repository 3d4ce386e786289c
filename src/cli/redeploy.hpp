// SPDX-License-Identifier: MIT
// What rebase and checkout share: a revert, and then a deploy.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/options.hpp"
#include "migrate/revert.hpp"

namespace kedge::cli {

struct RedeployOptions {
    std::string mode;
    bool verify = false;
    bool no_verify = false;
    bool log_only = false;
    bool yes = false;
    SetOption set;
    SetOption set_deploy;
    SetOption set_revert;
    LockOption lock;

    void add(CLI::App& app);
    [[nodiscard]] migrate::Session session(const Context& context, const project::Project& project,
                                           const project::Target& target,
                                           migrate::Reporter& reporter) const;
    /// Nothing to revert is no failure; the answer No is, and stops the command.
    int revert(const Context& context, const project::Project& project, const std::string& section,
               migrate::Session& session, migrate::RevertOptions options) const;
    int deploy(const Context& context, const project::Project& project, const std::string& section,
               migrate::Session& session, const std::optional<std::string>& to) const;
};

}  // namespace kedge::cli
