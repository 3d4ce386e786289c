// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>

#include <fmt/format.h>

#include "cli/check_options.hpp"
#include "cli/command.hpp"
#include "cli/lint_run.hpp"
#include "cli/options.hpp"
#include "lint/plan_lint.hpp"
#include "migrate/rehearse.hpp"
#include "migrate/test.hpp"
#include "project/scripts.hpp"
#include "project/test_files.hpp"
#include "report/ci_report.hpp"
#include "report/error_text.hpp"
#include "report/lint_report.hpp"
#include "report/rehearse_report.hpp"
#include "report/test_report.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

using report::CiStep;
using SteadyClock = std::chrono::steady_clock;

constexpr int kFailed = 1;
constexpr int kNotProven = 4;

std::string counted(std::size_t count, std::string_view word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

/// What stopped a check, as something that it found.
void add_error(CiStep& step, const Error& error, const report::Style& style) {
    step.outcome = CiStep::Outcome::failed;
    step.status = std::max(step.status, exit_status(error.kind));
    step.text += report::error_text(error, style);
    report::Finding finding;
    finding.rule = step.name;
    finding.subject = error.where.file.empty() ? step.name : error.where.file;
    finding.message = error.message;
    finding.detail = error.detail;
    if (!error.hint.empty()) finding.detail += (error.detail.empty() ? "" : "\n") + error.hint;
    finding.where = error.where;
    if (step.things.empty()) step.things.push_back({step.name, {}});
    step.things.back().findings.push_back(std::move(finding));
    for (const Error& more : error.also) add_error(step, more, style);
}

class Ci final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "The target that the checks are for");
        app.add_flag("--pending", pending_,
                     "Only changes that the target has not deployed yet, for lint and rehearse");
        app.add_flag("--strict", strict_, "Fail for warnings of lint, too");
        app.add_option("--skip", skipped_, "A check to leave out: lint, rehearse or test")
            ->type_name("CHECK")
            ->check(CLI::IsMember({"lint", "rehearse", "test"}))
            ->allow_extra_args(false);
        data_.add(app);
        scratch_.add(app);
        format_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
        LimitOptions::add(app, project_.overrides);
        set_.add(app, "-s,--set", "A variable for all scripts");
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        const auto targets = chosen_targets(project, arguments);
        if (targets.size() != 1) {
            throw Failure(ErrorKind::usage, "kedge ci takes one target",
                          "run it once for each target that has a plan of its own");
        }
        const auto server = scratch_.server(project);
        const project::Target& target = targets.front();
        report::CiResult result;
        result.target = target.name;
        result.steps.push_back(check_plan(context, project, target));
        // Nothing can be said of scripts whose plan can't be read.
        if (result.has_passed()) {
            result.steps.push_back(run_step(
                context, "lint", [&](CiStep& step) { lint(context, project, target, step); }));
            result.steps.push_back(run_step(context, "rehearse", [&](CiStep& step) {
                rehearse(context, project, target, server, step);
            }));
            result.steps.push_back(run_step(context, "test", [&](CiStep& step) {
                test(context, project, target, server, step);
            }));
        }
        print(context, result);
        return status_of(result);
    }

  private:
    CiStep run_step(const Context& context, const std::string& name,
                    const std::function<void(CiStep&)>& check) const {
        CiStep step;
        step.name = name;
        if (std::find(skipped_.begin(), skipped_.end(), name) != skipped_.end()) {
            step.outcome = CiStep::Outcome::skipped;
            step.summary = "--skip " + name;
            return step;
        }
        const auto start = SteadyClock::now();
        try {
            check(step);
        } catch (const Failure& failure) {
            if (failure.error().kind == ErrorKind::interrupted) throw;
            add_error(step, failure.error(), context.out_style());
        }
        step.elapsed =
            std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start);
        return step;
    }

    CiStep check_plan(const Context& context, const project::Project& project,
                      const project::Target& target) const {
        return run_step(context, "plan", [&](CiStep& step) {
            const auto reporter = context.silent_reporter();
            const migrate::Session session =
                make_session(context, project, target, *reporter, set_.values());
            const plan::Plan& plan = session.plan();
            step.summary = counted(plan.changes().size(), "change");
            step.things.push_back({plan.file(), {}});
            for (std::size_t i = 0; i < plan.changes().size(); ++i) {
                const std::string path =
                    project::planned_script(target, plan, i, project::ScriptKind::deploy);
                if (file_exists(path)) continue;
                Error error;
                error.kind = ErrorKind::configuration;
                error.message = fmt::format("\"{}\" has no deploy script: there is no {}",
                                            plan.name_with_tags(i), path);
                error.where = {plan.file(), plan.changes()[i].line, 0};
                error.hint = "write it, or take the change out of the plan";
                add_error(step, error, context.out_style());
            }
        });
    }

    void lint(const Context& context, const project::Project& project,
              const project::Target& target, CiStep& step) const {
        const auto reporter = context.silent_reporter();
        migrate::Session session = make_session(context, project, target, *reporter, set_.values());
        const lint::Settings settings = lint::Settings::read(project.config());
        const lint::Selection selection =
            pending_
                ? pending_changes(session)
                : lint::Selection{std::vector<bool>(session.plan().changes().size(), true), {}};
        const lint::LintResult result =
            lint::lint_plan(target, session.plan(), selection,
                            lint_variables(project, target, set_.values()), settings, {});
        const std::size_t errors = result.count(lint::Severity::error);
        const std::size_t warnings = result.count(lint::Severity::warning);
        step.summary = counted(errors, "error") + ", " + counted(warnings, "warning");
        step.text = report::lint_text(result, context.out_style());
        step.json = report::lint_json(result);
        step.things = report::lint_findings(result);
        step.is_shown = warnings > 0;
        if (errors == 0 && !(strict_ && warnings > 0)) return;
        step.outcome = CiStep::Outcome::failed;
        step.status = kFailed;
    }

    void rehearse(const Context& context, const project::Project& project,
                  const project::Target& target, const std::optional<project::Target>& server,
                  CiStep& step) const {
        const auto reporter = context.silent_reporter();
        migrate::Session session = make_session(context, project, target, *reporter, set_.values());
        migrate::RehearseOptions options;
        data_.apply(project, target, options);
        if (!pending_) options.first = 0;
        const migrate::RehearseResult result = migrate::rehearse(
            session,
            [&](const project::Target& scratch) {
                return make_session(context, project, scratch, *reporter, set_.values());
            },
            server, options);
        step.summary =
            result.message.empty() ? counted(result.changes.size(), "change") : result.message;
        step.text = report::rehearse_text(result, context.out_style());
        step.json = report::rehearse_json(result);
        step.things = report::rehearse_findings(result);
        if (result.is_proven()) return;
        step.outcome = CiStep::Outcome::failed;
        step.status = kNotProven;
    }

    void test(const Context& context, const project::Project& project,
              const project::Target& target, const std::optional<project::Target>& server,
              CiStep& step) const {
        if (!std::filesystem::is_directory(target.test_dir)) {
            step.outcome = CiStep::Outcome::skipped;
            step.summary = fmt::format("no folder {}", target.test_dir);
            return;
        }
        const auto reporter = context.silent_reporter();
        migrate::TestOptions options;
        options.files = project::find_tests(target, {});
        const migrate::TestResult result = migrate::test_in_scratch(
            target, server,
            [&](const project::Target& where, migrate::Reporter& listener) {
                return make_session(context, project, where, listener, set_.values());
            },
            *reporter, options);
        step.summary = counted(result.files.size(), "file");
        step.text = report::test_text(result, context.out_style(), false);
        step.json = report::test_json(result);
        step.things = report::test_findings(result);
        if (result.has_passed()) return;
        step.outcome = CiStep::Outcome::failed;
        step.status = kNotProven;
    }

    void print(const Context& context, const report::CiResult& result) const {
        if (format_.word == "markdown") {
            context.out(report::ci_markdown(result));
            return;
        }
        using Level = report::Finding::Level;
        format_.report(
            context, "ci", [&] { return report::ci_text(result, context.out_style()); },
            [&] { return report::ci_json(result); }, [&] { return result.things(); },
            strict_ ? Level::warning : Level::error);
        if (format_.word == "github") add_job_summary(context, result);
    }

    /// GitHub shows the file that it names in this variable on the page of the run.
    static void add_job_summary(const Context& context, const report::CiResult& result) {
        const auto path = context.environment.find("GITHUB_STEP_SUMMARY");
        if (path == context.environment.end() || path->second.empty()) return;
        const std::string before = file_exists(path->second) ? read_file(path->second) : "";
        write_file_atomically(path->second, before + report::ci_markdown(result));
    }

    /// The worst of them: what could not be done at all, then what failed, then what lint said.
    static int status_of(const report::CiResult& result) {
        const auto rank = [](int status) {
            return status == 0 ? 0 : status == kFailed ? 1 : status == kNotProven ? 2 : 3;
        };
        int out = 0;
        for (const CiStep& step : result.steps) {
            if (rank(step.status) > rank(out)) out = step.status;
        }
        return out;
    }

    std::vector<std::string> words_;
    bool pending_ = false;
    bool strict_ = false;
    std::vector<std::string> skipped_;
    DataOption data_;
    ScratchOption scratch_;
    FindingsFormatOption format_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
};

}  // namespace

std::unique_ptr<Command> make_ci() {
    return std::make_unique<Ci>();
}

}  // namespace kedge::cli
