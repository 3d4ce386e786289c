// SPDX-License-Identifier: MIT
#include "plan/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/item_options.hpp"
#include "cli/options.hpp"
#include "cli/plan_merge.hpp"
#include "report/json.hpp"
#include "support/regex.hpp"

namespace kedge::cli {
namespace {

class PlanList final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "A target; or merge BASE OURS THEIRS: three files");
        app.add_option("--event", event_, "Only these: deploy, or revert (marked - in the plan)");
        app.add_option("--change,--change-pattern", change_,
                       "Only changes whose name matches this regular expression");
        app.add_option("--planner,--planner-pattern", planner_, "Only matching planners");
        items_.add(app);
        merge_.add_options(app);
        project_.add(app, false);
    }

    int run(Context& context) override {
        if (!words_.empty() && words_.front() == "merge") {
            words_.erase(words_.begin());
            return merge_.run(context, words_);
        }
        const auto project = load_project(context, project_.overrides);
        items_.complete(context, project.config(), "plan");
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        const auto targets = chosen_targets(project, arguments);
        if (targets.size() > 1) {
            context.warn(fmt::format("too many targets specified; using {}", targets.front().name));
        }
        const project::Target& target = targets.front();
        const plan::Plan plan = load_plan(target);
        const std::vector<std::size_t> chosen = choose(plan);
        if (context.json) {
            context.out(report::json_plan(plan, chosen));
            return 0;
        }
        const report::ItemFormat format = items_.make_format(context, false);
        if (plan.changes().empty()) {
            context.info(fmt::format("No changes in {}\n", plan.file()));
            return 1;
        }
        std::string text;
        if (items_.headers) {
            text = fmt::format("# Project: {}\n# File:    {}\n\n", plan.project(), plan.file());
        }
        for (const std::size_t index : chosen) {
            text += format.format(item_of(plan, index, target)) + "\n";
        }
        show_paged(context, project, text);
        return 0;
    }

  private:
    /// All filters that are given must hold.
    [[nodiscard]] std::vector<std::size_t> choose(const plan::Plan& plan) const {
        if (!event_.empty() && event_ != "deploy" && event_ != "revert") {
            throw Failure(ErrorKind::usage, fmt::format("unknown event \"{}\"", event_),
                          "there are: deploy, revert");
        }
        std::optional<Regex> change;
        std::optional<Regex> planner;
        if (!change_.empty()) change.emplace(change_);
        if (!planner_.empty()) planner.emplace(planner_);
        std::vector<std::size_t> out;
        std::int64_t skip = items_.skip;
        const std::size_t count = plan.changes().size();
        for (std::size_t n = 0; n < count; ++n) {
            if (items_.max_count && static_cast<std::int64_t>(out.size()) >= *items_.max_count) {
                break;
            }
            const std::size_t index = items_.reverse ? count - 1 - n : n;
            const plan::Change& candidate = plan.changes()[index];
            if (!event_.empty() && (event_ == "revert") != candidate.is_revert) continue;
            if (change && !change->search(candidate.name)) continue;
            if (planner && !planner->search(candidate.planner.name)) continue;
            if (skip > 0) {
                --skip;
                continue;
            }
            out.push_back(index);
        }
        return out;
    }

    std::vector<std::string> words_;
    std::string event_;
    std::string change_;
    std::string planner_;
    ItemOptions items_;
    PlanMerge merge_;
    ProjectOptions project_;
};

}  // namespace

std::unique_ptr<Command> make_plan() {
    return std::make_unique<PlanList>();
}

}  // namespace kedge::cli
