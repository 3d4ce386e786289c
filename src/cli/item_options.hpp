// SPDX-License-Identifier: MIT
// What log and plan have in common: the form of their items.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"
#include "plan/plan.hpp"
#include "project/project.hpp"
#include "registry/records.hpp"
#include "report/item_format.hpp"

namespace kedge::cli {

struct ItemOptions {
    std::string format;
    std::string date_format;
    std::optional<std::int64_t> max_count;
    std::int64_t skip = 0;
    bool reverse = false;
    std::string color;
    bool no_color = false;
    std::optional<int> abbrev;
    bool oneline = false;
    bool headers = true;

    void add(CLI::App& app);
    /// Completes the options from the section of the configuration (`log` or `plan`).
    void complete(Context& context, const project::Config& config, const std::string& section);
    [[nodiscard]] report::ItemFormat make_format(const Context& context, bool for_log) const;
};

[[nodiscard]] report::Item item_of(const registry::Event& event);
[[nodiscard]] report::Item item_of(const plan::Plan& plan, std::size_t change,
                                   const project::Target& target);

/// Shows long text on a terminal through the user's pager; elsewhere just writes it.
void show_paged(const Context& context, const project::Project& project, const std::string& text);

}  // namespace kedge::cli
