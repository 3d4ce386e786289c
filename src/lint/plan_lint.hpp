// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "lint/lint.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"

namespace kedge::lint {

/// Variables for the scripts of each kind.
using KindVariables = std::map<script::Purpose, std::map<std::string, std::string>>;

/// What was found in a change, or in a file that is no change's.
struct LintedThing {
    std::string name;
    std::vector<Finding> findings;  ///< those that count
    std::vector<Finding> allowed;   ///< those with an exception

    [[nodiscard]] std::size_t count(Severity severity) const;
};

struct LintResult {
    std::vector<LintedThing> things;

    [[nodiscard]] std::size_t count(Severity severity) const;
};

/// Which changes of a plan are looked at, by index.
struct Selection {
    std::vector<bool> wanted;
    std::vector<bool> present;  ///< deployed, or in the older plan; empty: that isn't known
};

/// What is known of a target.
struct TargetFacts {
    const LiveTables* live = nullptr;  ///< null without a target
    AskTarget ask;                     ///< empty unless it is known what is deployed there
};

/// A target that answers for as long as this lives.
struct AskedTarget {
    std::unique_ptr<db::Connection> connection;
    LiveTables live;
    AskTarget ask;
};

/// The sizes of the target's tables, and its version, by a connection to it.
[[nodiscard]] AskedTarget ask_target(const project::Target& target,
                                     std::unique_ptr<db::Connection> connection);

/// Looks at the changes of a plan that are wanted; the others before them are only read. Failure
/// (usage) for an engine without a reader.
[[nodiscard]] LintResult lint_plan(const project::Target& target, const plan::Plan& plan,
                                   const Selection& selection, const KindVariables& variables,
                                   const Settings& settings, const TargetFacts& facts);

/// Looks at files as deploy scripts that nothing comes before, each alone. Rules about the other
/// scripts of a change are left out.
[[nodiscard]] LintResult lint_files(Engine engine, const std::vector<std::string>& paths,
                                    const std::map<std::string, std::string>& variables,
                                    const Settings& settings, const LiveTables* live);

/// The engine of a target. Failure (usage) if it has none that can be linted.
[[nodiscard]] Engine lint_engine(const project::Target& target);

}  // namespace kedge::lint
