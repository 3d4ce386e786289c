// SPDX-License-Identifier: MIT
// Options of commands that check: where a scratch database may be made, and the form of the report.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "migrate/rehearse.hpp"
#include "project/project.hpp"
#include "report/findings.hpp"

namespace kedge::cli {

struct ScratchOption {
    std::string word;
    void add(CLI::App& app);
    /// The target that was named; none where none was.
    [[nodiscard]] std::optional<project::Target> server(const project::Project& project) const;
};

/// What fills a scratch database that changes are rehearsed in.
struct DataOption {
    std::string word;
    void add(CLI::App& app);
    /// Failure (usage) for a target of another engine than the rehearsal's.
    void apply(const project::Project& project, const project::Target& target,
               migrate::RehearseOptions& options) const;
};

struct FindingsFormatOption {
    std::string word = "text";
    void add(CLI::App& app);
    /// Failure (usage) for an unknown form.
    void apply(Context& context) const;
    [[nodiscard]] bool is_text() const noexcept { return word == "text"; }
    /// Prints a report in the form that was asked for; only that is made. What is below
    /// `fails_from` fails no test of JUnit's.
    void report(const Context& context, const std::string& check,
                const std::function<std::string()>& text, const std::function<std::string()>& json,
                const std::function<std::vector<report::CheckedThing>()>& findings,
                report::Finding::Level fails_from = report::Finding::Level::note) const;
};

}  // namespace kedge::cli
