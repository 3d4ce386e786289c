// SPDX-License-Identifier: MIT
#include "cli/redeploy.hpp"

#include "cli/lint_run.hpp"
#include "cli/run_report.hpp"
#include "migrate/pending.hpp"

namespace kedge::cli {

void RedeployOptions::add(CLI::App& app) {
    app.add_option("--mode", mode, "What a failure takes back: all, tag or change");
    app.add_flag("--verify", verify, "Run verify scripts, within each change's transaction");
    app.add_flag("--no-verify", no_verify, "Don't run verify scripts");
    app.add_flag("--log-only", log_only, "Record only, without running scripts");
    app.add_flag("-y,--yes", yes, "Don't ask");
    set.add(app, "-s,--set", "A variable for all scripts");
    set_deploy.add(app, "-e,--set-deploy", "A variable for deploy scripts");
    set_revert.add(app, "-r,--set-revert", "A variable for revert scripts");
    lock.add(app);
}

migrate::Session RedeployOptions::session(const Context& context, const project::Project& project,
                                          const project::Target& target,
                                          migrate::Reporter& reporter) const {
    const auto merged = [&](const SetOption& own) {
        auto out = set.values();
        for (const auto& [key, value] : own.values()) out[key] = value;
        return out;
    };
    migrate::ScriptVariables variables;
    variables.deploy = project.script_variables(target, "deploy", merged(set_deploy));
    variables.revert = project.script_variables(target, "revert", merged(set_revert));
    variables.verify = project.script_variables(target, "verify", merged(set_deploy));
    return {target, load_plan(target), std::move(variables),
            surroundings_of(context, project, target, reporter, lock)};
}

int RedeployOptions::revert(const Context& context, const project::Project& project,
                            const std::string& section, migrate::Session& session,
                            migrate::RevertOptions options) const {
    options.log_only = log_only;
    const migrate::RevertPlan plan = migrate::plan_revert(session, options);
    if (!plan.nothing_to_do.empty()) {
        return report_revert(context, session.target(), plan.nothing_to_do, {});
    }
    // Else the deploy that follows would refuse what it has to begin with.
    migrate::require_no_gap(session, plan.keep);
    const auto consent = RevertConsent::read(project, section, yes);
    if (!may_revert(context, session.target(), plan, consent)) return 1;
    return report_revert(context, session.target(), {},
                         migrate::revert_to_count(session, plan.keep, options));
}

int RedeployOptions::deploy(const Context& context, const project::Project& project,
                            const std::string& section, migrate::Session& session,
                            const std::optional<std::string>& to) const {
    if (!log_only) {
        auto variables = set.values();
        for (const auto& [key, value] : set_deploy.values()) variables[key] = value;
        lint_gate(context, project, session.target(), variables);
    }
    migrate::DeployOptions options;
    options.to = to;
    options.mode = rollback_mode(project, section, mode);
    options.verify = wants_verify(project, section, verify, no_verify);
    options.log_only = log_only;
    options.on_drift = on_drift(project, {});
    options.drift_ignored = ignore_rules(project.config());
    return report_deploy(context, session.target(), migrate::deploy(session, options));
}

}  // namespace kedge::cli
