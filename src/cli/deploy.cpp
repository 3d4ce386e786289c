// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/lint_run.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "report/json.hpp"

namespace kedge::cli {
namespace {

class Deploy final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "A change to deploy to, and targets");
        app.add_option("--to,--to-change,--change", to_, "Deploy up to this change")
            ->type_name("CHANGE");
        app.add_option("--mode", mode_, "What a failure takes back: all, tag or change");
        app.add_flag("--verify", verify_, "Run verify scripts, within each change's transaction");
        app.add_flag("--no-verify", no_verify_, "Don't run verify scripts");
        app.add_flag("--log-only", log_only_, "Record the changes without running their scripts");
        app.add_flag("--single-transaction", single_, "Commit all changes together");
        app.add_option("--drift", drift_,
                       "What to do where the schema has drifted: refuse, warn or off")
            ->type_name("WHAT");
        app.add_flag("--out-of-order", out_of_order_,
                     "Deploy, too, what the plan has before deployed changes");
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
        refuse_others(project, arguments);
        migrate::DeployOptions options;
        if (!to_.empty()) options.to = to_;
        if (!options.to && !arguments.changes.empty()) options.to = arguments.changes.front();
        if (arguments.changes.size() > (to_.empty() ? 1U : 0U)) {
            context.warn(
                fmt::format("too many changes specified; deploying to \"{}\"", *options.to));
        }
        options.mode = rollback_mode(project, "deploy", mode_);
        options.verify = wants_verify(project, "deploy", verify_, no_verify_);
        options.log_only = log_only_;
        options.single_transaction = single_;
        options.on_drift = on_drift(project, drift_);
        options.drift_ignored = ignore_rules(project.config());
        options.out_of_order = out_of_order_;
        if (single_ && log_only_) {
            throw Failure(ErrorKind::usage,
                          "--single-transaction and --log-only exclude each other");
        }
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const int status = deploy_to(context, project, target, options);
            if (status != 0) return status;
        }
        return 0;
    }

  private:
    int deploy_to(const Context& context, const project::Project& project,
                  const project::Target& target, const migrate::DeployOptions& options) const {
        const auto reporter = context.reporter(project);
        migrate::Session session =
            make_session(context, project, target, *reporter, set_.values(), lock_);
        if (!dry_run_ && !log_only_) lint_gate(context, project, target, set_.values());
        if (dry_run_) return show_plan(context, target, migrate::plan_deploy(session, options));
        const migrate::DeployResult result = migrate::deploy(session, options);
        if (!result.error) warn_of_edited(context, session);
        return report_deploy(context, target, result);
    }

    static int show_plan(const Context& context, const project::Target& target,
                         const migrate::DeployPlan& plan) {
        if (context.json) {
            context.out(report::json_deploy_plan(target.name, plan));
            return 0;
        }
        if (!plan.message.empty()) {
            std::string text = plan.message;
            text[0] = 'N';
            context.out(text + "\n");
            return 0;
        }
        if (plan.creates_registry) {
            context.out(fmt::format("Would add the registry's tables for {}\n", target.name));
        }
        context.out(fmt::format("Would deploy to {}:\n", target.name));
        for (const auto& step : plan.steps) {
            context.out(
                fmt::format("  + {}{}: {}, {} statement{}, {}{}\n", step.name,
                            step.is_between ? " (before deployed changes)" : "", step.deploy_script,
                            step.statements, step.statements == 1 ? "" : "s",
                            step.mode == script::Mode::transaction
                                ? std::string("one transaction")
                                : "under the journal: " + step.journal_reason,
                            step.verify_script.empty() ? "" : "; then " + step.verify_script));
        }
        return 0;
    }

    std::vector<std::string> words_;
    std::string to_;
    std::string mode_;
    std::string drift_;
    bool verify_ = false;
    bool no_verify_ = false;
    bool log_only_ = false;
    bool single_ = false;
    bool out_of_order_ = false;
    bool dry_run_ = false;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
    LockOption lock_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_deploy() {
    return std::make_unique<Deploy>();
}

}  // namespace kedge::cli
