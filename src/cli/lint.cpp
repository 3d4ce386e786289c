// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/check_options.hpp"
#include "cli/command.hpp"
#include "cli/git.hpp"
#include "cli/lint_run.hpp"
#include "cli/options.hpp"
#include "lint/plan_lint.hpp"
#include "project/scripts.hpp"
#include "report/lint_report.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

/// A file as git has it: relative to the working folder, without `./`.
std::string plain_path(std::string_view path) {
    while (path.starts_with("./")) path.remove_prefix(2);
    return std::string(path);
}

class Lint final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Changes or script files; without any, the whole plan");
        app.add_option("--pending", pending_, "The changes that this target has not deployed yet")
            ->type_name("TARGET");
        app.add_option("--since", since_,
                       "The changes that were added, or whose scripts were edited, since then")
            ->type_name("REF");
        app.add_flag("--strict", strict_, "Fail for warnings, too");
        app.add_flag("--rules", rules_, "List the rules instead");
        app.add_option("--engine", project_.overrides.engine,
                       "The engine that files are for: pg, mysql, sqlite")
            ->type_name("ENGINE");
        format_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
        set_.add(app, "-s,--set", "A variable for all scripts");
    }

    int run(Context& context) override {
        const bool wants_manual = rules_ && format_.word == "man";
        if (!wants_manual) format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        lint::Settings settings = lint::Settings::read(project.config());
        if (rules_) {
            context.out(wants_manual        ? report::lint_rules_manual()
                        : context.json      ? report::lint_rules_json(settings)
                        : format_.is_text() ? report::lint_rules_text(settings, context.out_style())
                                            : refuse_form());
            return 0;
        }
        Arguments arguments = sort_arguments(project, words_, true);
        if (!pending_.empty()) add_pending_target(project, arguments);
        const std::vector<std::string> files = take_files(arguments);
        refuse_others(project, arguments);
        if (!files.empty() &&
            (!arguments.changes.empty() || !pending_.empty() || !since_.empty())) {
            throw Failure(ErrorKind::usage, "files can't be mixed with changes",
                          "name the change in the place of its script");
        }
        const auto targets = chosen_targets(project, arguments);
        if (targets.size() > 1) {
            throw Failure(ErrorKind::usage, "kedge lint takes one target at a time");
        }
        const project::Target& target = targets.front();
        std::optional<lint::AskedTarget> asked;
        if (!arguments.targets.empty() || project.overrides().target) {
            asked = ask_target(context, project, target);
            if (asked->live.version && !settings.version.is_known()) {
                settings.version = *asked->live.version;
            }
        }
        const auto variables = lint_variables(project, target, set_.values());
        const lint::LintResult result =
            files.empty() ? look(context, project, target, arguments, variables, settings, asked)
                          : lint::lint_files(lint::lint_engine(target), files,
                                             variables.at(script::Purpose::deploy), settings,
                                             asked ? &asked->live : nullptr);
        return report(context, result);
    }

  private:
    [[noreturn]] static std::string refuse_form() {
        throw Failure(ErrorKind::usage, "--rules has the forms text, json and man");
    }

    void add_pending_target(const project::Project& project, Arguments& arguments) const {
        const Arguments named = sort_arguments(project, {pending_}, false);
        refuse_others(project, named);
        if (!arguments.targets.empty() || project.overrides().target) {
            throw Failure(ErrorKind::usage, "--pending names the target already");
        }
        arguments.targets = named.targets;
    }

    /// Those of the arguments that are files.
    static std::vector<std::string> take_files(Arguments& arguments) {
        std::vector<std::string> out;
        std::vector<std::string> others;
        for (std::string& word : arguments.others) {
            (file_exists(word) ? out : others).push_back(std::move(word));
        }
        arguments.others = std::move(others);
        return out;
    }

    lint::LintResult look(const Context& context, const project::Project& project,
                          const project::Target& target, const Arguments& arguments,
                          const lint::KindVariables& variables, const lint::Settings& settings,
                          const std::optional<lint::AskedTarget>& asked) const {
        const auto reporter = context.silent_reporter();
        migrate::Session session = make_session(context, project, target, *reporter, set_.values());
        const plan::Plan& plan = session.plan();
        lint::Selection selection;
        std::vector<bool>& wanted = selection.wanted;
        wanted.assign(plan.changes().size(), arguments.changes.empty());
        for (const std::string& change : arguments.changes) wanted[plan.get(change)] = true;
        const auto keep = [&](const lint::Selection& only) {
            for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = wanted[i] && only.wanted[i];
            selection.present = only.present;
        };
        if (!since_.empty()) keep(changed_since(project, target, plan));
        if (!pending_.empty()) keep(pending_changes(session));
        lint::TargetFacts facts;
        if (asked) facts.live = &asked->live;
        // What is deployed is known only then.
        if (asked && !pending_.empty()) facts.ask = asked->ask;
        return lint::lint_plan(target, plan, selection, variables, settings, facts);
    }

    /// Changes that the plan of that time has not, and those one of whose scripts was edited since,
    /// be that committed or not; present are those of the plan of that time.
    lint::Selection changed_since(const project::Project& project, const project::Target& target,
                                  const plan::Plan& plan) const {
        const Git git(project.config().get("core.vcs.client").value_or("git"));
        std::set<std::string> edited;
        for (const std::string& list :
             {git.run({"diff", "--name-only", "--relative", "-z", since_, "--", "."}),
              git.run({"ls-files", "--others", "--exclude-standard", "-z"})}) {
            for (const std::string& path : split(list, '\0')) edited.insert(path);
        }
        std::map<std::string, std::size_t, std::less<>> old_instances;
        const std::string plan_path = plain_path(target.plan_file);
        // A plan that is younger than the ref has no old changes.
        if (!git.run({"ls-tree", "--name-only", since_, "--", plan_path}).empty()) {
            const auto old = plan::Plan::parse(
                git.run({"show", fmt::format("{}:./{}", since_, plan_path)}), target.plan_file);
            for (const plan::Change& change : old.changes())
                ++old_instances[std::string(change.name)];
        }
        const std::size_t count = plan.changes().size();
        lint::Selection out{std::vector<bool>(count, false), std::vector<bool>(count, false)};
        std::map<std::string, std::size_t, std::less<>> instances;
        for (std::size_t i = 0; i < count; ++i) {
            const std::string name(plan.changes()[i].name);
            const auto known = old_instances.find(name);
            out.present[i] =
                ++instances[name] <= (known == old_instances.end() ? 0 : known->second);
            out.wanted[i] = !out.present[i];
            for (const project::ScriptKind kind : project::kScriptKinds) {
                const std::string path = project::planned_script(target, plan, i, kind);
                out.wanted[i] = out.wanted[i] || edited.contains(plain_path(path));
            }
        }
        return out;
    }

    int report(const Context& context, const lint::LintResult& result) const {
        using Level = report::Finding::Level;
        format_.report(
            context, "lint", [&] { return report::lint_text(result, context.out_style()); },
            [&] { return report::lint_json(result); },
            [&] { return report::lint_findings(result); }, strict_ ? Level::warning : Level::error);
        const bool fails = result.count(lint::Severity::error) > 0 ||
                           (strict_ && result.count(lint::Severity::warning) > 0);
        return fails ? 1 : 0;
    }

    std::vector<std::string> words_;
    std::string pending_;
    std::string since_;
    bool strict_ = false;
    bool rules_ = false;
    FindingsFormatOption format_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
};

}  // namespace

std::unique_ptr<Command> make_lint() {
    return std::make_unique<Lint>();
}

}  // namespace kedge::cli
