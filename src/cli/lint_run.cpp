// SPDX-License-Identifier: MIT
#include "cli/lint_run.hpp"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "cli/options.hpp"
#include "report/lint_report.hpp"

namespace kedge::cli {

lint::KindVariables lint_variables(const project::Project& project, const project::Target& target,
                                   const std::map<std::string, std::string>& set) {
    return {{script::Purpose::deploy, project.script_variables(target, "deploy", set)},
            {script::Purpose::revert, project.script_variables(target, "revert", set)},
            {script::Purpose::verify, project.script_variables(target, "verify", set)}};
}

lint::Selection pending_changes(migrate::Session& session) {
    const std::size_t count = session.plan().changes().size();
    lint::Selection out{std::vector<bool>(count, true), std::vector<bool>(count, false)};
    if (!session.open_for_reading()) return out;
    for (std::size_t i = 0; i < count; ++i) {
        out.present[i] =
            session.deployed().find_id(session.plan().changes()[i].id.view()).has_value();
        out.wanted[i] = !out.present[i];
    }
    return out;
}

lint::AskedTarget ask_target(const Context& context, const project::Project& project,
                             const project::Target& target) {
    const auto reporter = context.silent_reporter();
    return lint::ask_target(target,
                            migrate::engine_of(target).connect(
                                target, surroundings_of(context, project, target, *reporter)));
}

void lint_gate(const Context& context, const project::Project& project,
               const project::Target& target, const std::map<std::string, std::string>& set) {
    const std::string word = project.config().get("deploy.lint").value_or("off");
    if (word == "off") return;
    if (word != "error" && word != "warn") {
        throw Failure(ErrorKind::configuration, fmt::format("deploy.lint can't be \"{}\"", word),
                      "there are: error, warn, off");
    }
    lint::Settings settings = lint::Settings::read(project.config());
    const auto reporter = context.silent_reporter();
    migrate::Session session = make_session(context, project, target, *reporter, set);
    const lint::Selection selection = pending_changes(session);
    std::optional<lint::AskedTarget> asked;
    // A database without a registry may not be there yet.
    if (session.open_for_reading()) {
        asked = ask_target(context, project, target);
        if (!settings.version.is_known()) {
            settings.version = asked->live.version.value_or(settings.version);
        }
    }
    const lint::TargetFacts facts =
        asked ? lint::TargetFacts{&asked->live, asked->ask} : lint::TargetFacts{};
    const lint::LintResult result = lint::lint_plan(
        target, session.plan(), selection, lint_variables(project, target, set), settings, facts);
    const std::size_t errors = result.count(lint::Severity::error);
    const std::size_t warnings = result.count(lint::Severity::warning);
    if (errors + warnings > 0) context.err(report::lint_text(result, context.err_style()));
    if (errors == 0 || word == "warn") return;
    Error error;
    error.kind = ErrorKind::gate;
    error.message = fmt::format("{} to {}: lint has found {} error{}", "refused to deploy",
                                target.name, errors, errors == 1 ? "" : "s");
    error.state = "nothing was deployed";
    error.hint =
        "mend the scripts, say why it is no matter by \"-- kedge: allow RULE reason\", or set "
        "deploy.lint to warn";
    throw Failure(std::move(error));
}

}  // namespace kedge::cli
