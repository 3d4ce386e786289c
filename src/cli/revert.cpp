// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "migrate/half_applied.hpp"
#include "report/json.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Revert final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "A change to revert to, and targets");
        app.add_option("--to,--to-change,--change", to_,
                       "Revert what was deployed after this change")
            ->type_name("CHANGE");
        app.add_flag("-m,--modified", modified_,
                     "Revert to before the first change whose script was edited");
        app.add_flag("-y,--yes", yes_, "Don't ask");
        app.add_flag("--log-only", log_only_, "Record the reverts without running their scripts");
        app.add_flag("--dry-run", dry_run_, "Say what would be done, and do nothing");
        project_.add(app);
        connection_.add(app, project_.overrides);
        LimitOptions::add(app, project_.overrides);
        set_.add(app, "-s,--set", "A variable for the scripts");
        lock_.add(app);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, true);
        migrate::RevertOptions options;
        if (!to_.empty()) options.to = to_;
        std::vector<std::string> changes = arguments.changes;
        // A change that is deployed but no longer planned can be named too.
        for (const std::string& other : arguments.others) changes.push_back(other);
        if (!options.to && !changes.empty()) options.to = changes.front();
        const bool too_many = changes.size() > (to_.empty() ? 1U : 0U);
        const bool strict = project.config().get_bool("revert.strict").value_or(false);
        if (strict && !options.to && !modified_) {
            throw Failure(ErrorKind::usage, "a change to revert to must be named in strict mode",
                          "the configuration sets revert.strict");
        }
        if (too_many && strict) {
            throw Failure(ErrorKind::usage, "too many changes specified");
        }
        if (too_many) {
            context.warn(
                fmt::format("too many changes specified; reverting to \"{}\"", *options.to));
        }
        options.modified = modified_;
        options.log_only = log_only_;
        options.takes_half = true;
        const auto consent = RevertConsent::read(project, "revert", yes_);
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const int status = revert_from(context, project, target, options, consent);
            if (status != 0) return status;
        }
        return 0;
    }

  private:
    int revert_from(const Context& context, const project::Project& project,
                    const project::Target& target, const migrate::RevertOptions& options,
                    const RevertConsent& consent) const {
        const auto reporter = context.reporter(project);
        migrate::Session session =
            make_session(context, project, target, *reporter, set_.values(), lock_);
        const migrate::RevertPlan plan = migrate::plan_revert(session, options);
        if (dry_run_) return show_plan(context, target, plan);
        if (!plan.nothing_to_do.empty() && !plan.half) {
            return report_revert(context, target, plan.nothing_to_do, {});
        }
        std::optional<migrate::HalfRevert> half;
        if (plan.half) {
            half = migrate::plan_half_revert(session, *plan.half);
            show_half(context, *half);
        }
        if (!may_revert(context, target, plan, consent)) return 1;
        if (half) {
            migrate::RevertResult result = migrate::revert_half(session, *half);
            if (result.error || !plan.nothing_to_do.empty()) {
                session.finish(result.error.has_value());
                return report_revert(context, target, {}, result);
            }
        }
        return report_revert(context, target, {},
                             migrate::revert_to_count(session, plan.keep, options));
    }

    /// What would be done about a half-applied change is shown before anybody says yes.
    static void show_half(const Context& context, const migrate::HalfRevert& half) {
        const auto& entry = half.entry;
        std::string text =
            fmt::format("The deploy of {} stopped half-way, after {} statement{}.\n", entry.change,
                        entry.position, entry.position == 1 ? "" : "s");
        if (half.not_provable.empty()) {
            text += "To take back what they did:\n";
            for (const auto& step : half.steps) text += fmt::format("  {};\n", step.sql);
            if (half.steps.empty()) text += "  nothing: they left nothing behind\n";
        } else {
            text += fmt::format(
                "What they did does not show how to take it back ({}).\nSo its revert script runs, "
                "{}, and stops at what is not certain.\n",
                half.not_provable, half.script);
            for (const auto& thing : half.things) {
                text += fmt::format("  {}: {}\n", thing.subject,
                                    thing.exists ? "is there" : "is not there");
            }
        }
        context.info(text);
    }

    static int show_plan(const Context& context, const project::Target& target,
                         const migrate::RevertPlan& plan) {
        if (context.json) {
            context.out(report::json_revert_plan(target.name, plan));
        } else if (!plan.nothing_to_do.empty()) {
            context.out(plan.nothing_to_do + "\n");
        } else {
            context.out(fmt::format("Would revert from {}:\n", target.name));
            for (const std::string& name : plan.names) context.out("  - " + name + "\n");
        }
        return 0;
    }

    std::vector<std::string> words_;
    std::string to_;
    bool modified_ = false;
    bool yes_ = false;
    bool log_only_ = false;
    bool dry_run_ = false;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
    LockOption lock_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_revert() {
    return std::make_unique<Revert>();
}

}  // namespace kedge::cli
