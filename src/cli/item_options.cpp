// SPDX-License-Identifier: MIT
#include "cli/item_options.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "project/scripts.hpp"
#include "report/dates.hpp"

namespace kedge::cli {

void ItemOptions::add(CLI::App& app) {
    app.add_option("-f,--format", format,
                   "full, long, medium, short, oneline, raw, format:TEXT, or json");
    app.add_option("--date-format,--date", date_format,
                   "iso, rfc, raw, full, long, medium, short, cldr:…, strftime:…");
    app.add_option("-n,--max-count", max_count, "At most so many items");
    app.add_option("--skip", skip, "Leave out so many items first");
    app.add_flag("--reverse", reverse, "In the other order");
    app.add_option("--color", color, "always, never, or auto");
    app.add_flag("--no-color", no_color, "No colours");
    app.add_option("--abbrev", abbrev, "Shorten ids to so many digits");
    app.add_flag("--oneline", oneline, "One line an item, short ids");
    app.add_flag("!--no-headers,--headers", headers, "Say first what is listed");
}

void ItemOptions::complete(Context& context, const project::Config& config,
                           const std::string& section) {
    if (format.empty()) format = config.get(section + ".format").value_or("");
    if (date_format.empty()) date_format = config.get(section + ".date_format").value_or("");
    if (color.empty()) color = config.get(section + ".color").value_or("auto");
    if (no_color) color = "never";
    if (color != "always" && color != "never" && color != "auto") {
        throw Failure(ErrorKind::usage, fmt::format("unknown value \"{}\" for --color", color),
                      "there are: always, never, auto");
    }
    if (oneline) {
        format = "oneline";
        if (!abbrev) abbrev = 6;
    }
    if ((max_count && *max_count < 0) || skip < 0) {
        throw Failure(ErrorKind::usage, "--max-count and --skip take numbers from 0");
    }
    if (max_count == 0) max_count.reset();  // as in Sqitch: no limit
    context.json = format == "json";
}

report::ItemFormat ItemOptions::make_format(const Context& context, bool for_log) const {
    const bool colours = color == "always" || (color == "auto" && context.out_style().colour);
    return {report::resolve_format(format, for_log), report::DateFormat::parse(date_format),
            colours ? report::Colour::always : report::Colour::never, abbrev.value_or(0)};
}

report::Item item_of(const registry::Event& event) {
    report::Item item;
    item.event = event.event;
    item.id = event.change_id;
    item.name = event.change;
    item.project = event.project;
    item.note = event.note;
    item.requirements = event.required;
    item.conflicts = event.conflicts;
    item.tags = event.tags;
    item.committer_name = event.committer.name;
    item.committer_email = event.committer.email;
    item.committed = event.committed_at;
    item.planner_name = event.planner.name;
    item.planner_email = event.planner.email;
    item.planned = event.planned_at;
    return item;
}

report::Item item_of(const plan::Plan& plan, std::size_t index, const project::Target& target) {
    const plan::Change& change = plan.changes()[index];
    report::Item item;
    item.event = change.is_revert ? "revert" : "deploy";
    item.id = change.id.str();
    item.name = std::string(change.name);
    item.project = std::string(plan.project());
    item.note = std::string(change.note);
    for (const auto& dependency : change.required) {
        item.requirements.emplace_back(dependency.text);
    }
    for (const auto& dependency : change.conflicts) item.conflicts.emplace_back(dependency.text);
    for (const std::size_t tag : change.tags) {
        item.tags.push_back(fmt::format("@{}", plan.tags()[tag].name));
    }
    item.planner_name = std::string(change.planner.name);
    item.planner_email = std::string(change.planner.email);
    item.planned = change.planned_at;
    item.deploy_file = project::planned_script(target, plan, index, project::ScriptKind::deploy);
    return item;
}

void show_paged(const Context& context, const project::Project& project, const std::string& text) {
    constexpr std::ptrdiff_t kLinesOfAScreen = 24;
    const auto& environment = project.environment();
    const auto set = [&](const char* name) {
        const auto hit = environment.find(name);
        return hit == environment.end() ? std::string() : hit->second;
    };
    std::string pager = project::own_variable(environment, "PAGER").value_or("");
    if (pager.empty()) pager = project.config().get("core.pager").value_or("");
    if (pager.empty()) pager = set("PAGER");
    if (pager.empty()) pager = "less -FRX";
    const bool is_long = std::count(text.begin(), text.end(), '\n') >= kLinesOfAScreen;
    if (!context.pager || !is_long || !context.out_style().is_terminal) {
        context.out(text);
        return;
    }
    std::FILE* pipe = ::popen(pager.c_str(), "w");
    if (pipe == nullptr) {
        context.out(text);
        return;
    }
    // The reader may leave the pager before the end, and owes us nothing.
    std::fwrite(text.data(), 1, text.size(), pipe);
    const int status = ::pclose(pipe);
    constexpr int kNotFound = 127 << 8;
    if (status == kNotFound) context.out(text);
}

}  // namespace kedge::cli
