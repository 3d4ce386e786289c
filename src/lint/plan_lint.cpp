// SPDX-License-Identifier: MIT
#include "lint/plan_lint.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "lint/reader.hpp"
#include "project/scripts.hpp"

namespace kedge::lint {
namespace {

std::size_t count_of(const std::vector<Finding>& findings, Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& finding) { return finding.severity == severity; }));
}

LintedThing sorted(std::string name, std::vector<Finding> findings) {
    LintedThing out;
    out.name = std::move(name);
    for (Finding& finding : findings) {
        (finding.allowed.empty() ? out.findings : out.allowed).push_back(std::move(finding));
    }
    return out;
}

script::Script script_of(std::string path, script::Purpose purpose,
                         const KindVariables& variables) {
    script::Script out;
    out.path = std::move(path);
    out.purpose = purpose;
    const auto found = variables.find(purpose);
    if (found != variables.end()) out.variables = found->second;
    return out;
}

/// The first change behind one that isn't present that is.
std::string present_behind(const plan::Plan& plan, const std::vector<bool>& present,
                           std::size_t index) {
    if (index >= present.size() || present[index]) return {};
    const auto found =
        std::find(present.begin() + static_cast<std::ptrdiff_t>(index), present.end(), true);
    if (found == present.end()) return {};
    return plan.name_with_tags(static_cast<std::size_t>(found - present.begin()));
}

}  // namespace

std::size_t LintedThing::count(Severity severity) const {
    return count_of(findings, severity);
}

std::size_t LintResult::count(Severity severity) const {
    std::size_t out = 0;
    for (const LintedThing& thing : things) out += thing.count(severity);
    return out;
}

AskedTarget ask_target(const project::Target& target, std::unique_ptr<db::Connection> connection) {
    const auto reader = make_reader(lint_engine(target));
    AskedTarget out;
    out.connection = std::move(connection);
    out.live = reader->live(*out.connection);
    out.ask = reader->asker(*out.connection);
    return out;
}

Engine lint_engine(const project::Target& target) {
    const auto engine = engine_by_name(target.engine());
    if (engine) return *engine;
    throw Failure(ErrorKind::usage,
                  target.engine().empty()
                      ? std::string("no engine and no target is configured")
                      : fmt::format("kedge can't lint scripts for \"{}\"", target.engine()),
                  "name one by --engine or --target: pg, mysql, sqlite");
}

LintResult lint_plan(const project::Target& target, const plan::Plan& plan,
                     const Selection& selection, const KindVariables& variables,
                     const Settings& settings, const TargetFacts& facts) {
    Linter linter(lint_engine(target), settings, facts.live, facts.ask);
    LintResult out;
    const std::vector<bool>& wanted = selection.wanted;
    const auto last = std::find(wanted.rbegin(), wanted.rend(), true);
    const auto end = static_cast<std::size_t>(wanted.rend() - last);
    for (std::size_t i = 0; i < end; ++i) {
        const plan::Change& change = plan.changes()[i];
        const auto path = [&](project::ScriptKind kind) {
            return project::planned_script(target, plan, i, kind);
        };
        ChangeFiles files;
        files.name = std::string(change.name);
        files.planned = {plan.file(), change.line, 0};
        files.is_before = present_behind(plan, selection.present, i);
        files.is_reworked = change.is_reworked();
        files.deploy =
            script_of(path(project::ScriptKind::deploy), script::Purpose::deploy, variables);
        if (!wanted[i]) {
            linter.pass(files, i < selection.present.size() && selection.present[i]);
            continue;
        }
        files.revert =
            script_of(path(project::ScriptKind::revert), script::Purpose::revert, variables);
        files.verify =
            script_of(path(project::ScriptKind::verify), script::Purpose::verify, variables);
        out.things.push_back(sorted(plan.name_with_tags(i), linter.look(files)));
    }
    return out;
}

LintResult lint_files(Engine engine, const std::vector<std::string>& paths,
                      const std::map<std::string, std::string>& variables, const Settings& settings,
                      const LiveTables* live) {
    LintResult out;
    for (const std::string& path : paths) {
        Linter linter(engine, settings, live);
        ChangeFiles files;
        files.name = path;
        files.is_file = true;
        files.deploy =
            script_of(path, script::Purpose::deploy, {{script::Purpose::deploy, variables}});
        out.things.push_back(sorted(path, linter.look(files)));
    }
    return out;
}

}  // namespace kedge::lint
