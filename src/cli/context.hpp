// SPDX-License-Identifier: MIT
// What a command is given by the process, and the few places where kedge speaks and asks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "migrate/engine.hpp"
#include "plan/edit.hpp"
#include "project/project.hpp"
#include "report/style.hpp"
#include "support/cancellation.hpp"
#include "support/clock.hpp"

namespace kedge::cli {

struct Context {
    project::Environment environment;
    std::optional<int> verbosity;  ///< by `--quiet` and `--verbose`; else the configuration's
    bool json = false;             ///< `--format json`
    bool pager = true;
    Cancellation* cancellation = nullptr;
    SystemClock clock;

    /// Standard output, for results. Failure if it can't be written.
    void out(std::string_view text) const;
    /// Standard output too, but hidden by `--quiet`.
    void info(std::string_view text) const;
    /// Standard error.
    void err(std::string_view text) const;
    void warn(std::string_view text) const;

    [[nodiscard]] int level(const project::Config& config) const;
    [[nodiscard]] bool quiet() const { return verbosity && *verbosity == 0; }
    [[nodiscard]] report::Style out_style() const;
    [[nodiscard]] report::Style err_style() const;

    /// Who is at work, by environment, configuration and system. Failure (configuration) if the
    /// name or email can't stand in a plan.
    [[nodiscard]] registry::Person user(const project::Project& project) const;
    [[nodiscard]] plan::Signature signature(const project::Project& project) const;

    /// Somebody can be asked.
    [[nodiscard]] bool is_interactive() const;
    /// Asks for yes or no; `preset` is what an empty answer means. Failure (usage) after three
    /// answers that are neither.
    [[nodiscard]] bool ask(const std::string& question, bool preset) const;
    /// Lets a text be edited with the user's editor. Failure (usage) if that fails.
    [[nodiscard]] std::string edit_text(const project::Project& project,
                                        const std::string& text) const;
    void open_in_editor(const project::Project& project,
                        const std::vector<std::string>& files) const;
    /// The reporter for runs: text, or silence where JSON comes at the end.
    [[nodiscard]] std::unique_ptr<migrate::Reporter> reporter(
        const project::Project& project) const;
    /// One that tells warnings alone.
    [[nodiscard]] std::unique_ptr<migrate::Reporter> silent_reporter() const;
};

}  // namespace kedge::cli
