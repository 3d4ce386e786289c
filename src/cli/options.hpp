// SPDX-License-Identifier: MIT
// Groups of options that several commands share, named as in Sqitch, and what they lead to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "migrate/session.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"

namespace kedge::cli {

/// `--plan-file`, `--top-dir`, `--target`.
struct ProjectOptions {
    project::Overrides overrides;
    /// `short_plan_file`: `-f` belongs to it. `short_target`: `-t` does.
    void add(CLI::App& app, bool short_plan_file = true, bool short_target = true);
};

/// `--registry`, `--client`, `--db-name` and its kin.
struct ConnectionOptions {
    std::string client;  ///< taken for Sqitch's sake: kedge runs no client
    void add(CLI::App& app, project::Overrides& overrides);
};

/// `--set name=value`, many times.
class SetOption {
  public:
    void add(CLI::App& app, const std::string& names, const std::string& description);
    /// Failure (usage) for text without `=`.
    [[nodiscard]] std::map<std::string, std::string> values() const;

  private:
    std::vector<std::string> texts_;
};

/// `--format text|json`.
struct FormatOption {
    std::string format = "text";
    void add(CLI::App& app);
    void apply(Context& context) const;
};

/// `--lock-timeout SECONDS`.
struct LockOption {
    std::optional<double> seconds;
    void add(CLI::App& app);
    [[nodiscard]] std::chrono::milliseconds timeout() const;
};

/// `--script-lock-timeout`, `--script-timeout`, `--lock-retries`: how long scripts may wait and
/// run.
struct LimitOptions {
    static void add(CLI::App& app, project::Overrides& overrides);
};

/// Positional arguments, sorted into what they mean: changes of the plan, and targets.
struct Arguments {
    std::vector<project::Target> targets;
    std::vector<std::string> changes;
    std::vector<std::string> others;
};

/// Each argument is tried as a change of the plan, if the command takes any, then as a target.
[[nodiscard]] Arguments sort_arguments(const project::Project& project,
                                       const std::vector<std::string>& words, bool takes_changes);

/// Failure (usage) for words that are neither; with the nearest change or target.
void refuse_others(const project::Project& project, const Arguments& arguments);

/// The targets that a command works on: those named, else the default one.
[[nodiscard]] std::vector<project::Target> chosen_targets(const project::Project& project,
                                                          const Arguments& arguments);

/// `--all`, the arguments' targets, or the default one, for commands that change plans.
[[nodiscard]] std::vector<project::Target> plan_targets(const project::Project& project,
                                                        const std::string& command, bool all,
                                                        const Arguments& arguments);

/// What every operation is given. `target` says how often a lost lock is tried for again.
[[nodiscard]] migrate::Surroundings surroundings_of(const Context& context,
                                                    const project::Project& project,
                                                    const project::Target& target,
                                                    migrate::Reporter& reporter,
                                                    const LockOption& lock = {});

/// What the operations of migrate/ need, from options and configuration.
[[nodiscard]] migrate::Session make_session(const Context& context, const project::Project& project,
                                            const project::Target& target,
                                            migrate::Reporter& reporter,
                                            const std::map<std::string, std::string>& set,
                                            const LockOption& lock = {});

/// The plan of a target.
[[nodiscard]] plan::Plan load_plan(const project::Target& target);

/// The project, and what its configuration says of how much the command is to say.
[[nodiscard]] project::Project load_project(Context& context, project::Overrides overrides);

}  // namespace kedge::cli
