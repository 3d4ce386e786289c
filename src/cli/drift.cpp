// SPDX-License-Identifier: MIT
#include "migrate/drift.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "migrate/live_state.hpp"
#include "report/drift_report.hpp"
#include "support/files.hpp"

namespace kedge::cli {
namespace {

using Outcome = migrate::DriftResult::Outcome;

/// What `[drift] ignore` says, with each the reason.
std::vector<schema::IgnoreRule> ignore_rules(const project::Config& config) {
    std::vector<schema::IgnoreRule> out;
    for (const auto& text : config.get_all("drift.ignore")) {
        if (text) out.push_back(schema::IgnoreRule::parse(*text));
    }
    return out;
}

class Drift final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Targets");
        app.add_option("--against", against_, "Instead of the recorded state: a target, or a file")
            ->type_name("WHAT");
        app.add_option("--format", format_, "text, json, junit, sarif, github, gitlab or markdown")
            ->type_name("FORMAT");
        project_.add(app);
        connection_.add(app, project_.overrides);
    }

    int run(Context& context) override {
        static const std::vector<std::string> formats = {"text",   "json",   "junit",   "sarif",
                                                         "github", "gitlab", "markdown"};
        if (std::find(formats.begin(), formats.end(), format_) == formats.end()) {
            throw Failure(ErrorKind::usage, fmt::format("unknown format \"{}\"", format_),
                          "there are: text, json, junit, sarif, github, gitlab, markdown");
        }
        context.json = format_ == "json";
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        const auto rules = ignore_rules(project.config());
        std::vector<migrate::DriftResult> results;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const auto reporter = context.reporter(project);
            results.push_back(examine(context, project, target, *reporter, rules));
        }
        report(context, results);
        const auto any = [&](Outcome outcome) {
            return std::any_of(results.begin(), results.end(),
                               [&](const auto& result) { return result.outcome == outcome; });
        };
        return any(Outcome::drifted) ? 3 : any(Outcome::unknown) ? 1 : 0;
    }

  private:
    migrate::DriftResult examine(Context& context, const project::Project& project,
                                 const project::Target& target, migrate::Reporter& reporter,
                                 const std::vector<schema::IgnoreRule>& rules) {
        if (against_.empty() || against_ == "recorded") {
            migrate::Session session = make_session(context, project, target, reporter, {});
            return migrate::drift_since_recorded(session, rules);
        }
        const migrate::Surroundings surroundings =
            surroundings_of(context, project, target, reporter);
        const Arguments other = sort_arguments(project, {against_}, false);
        schema::Snapshot expected;
        if (other.targets.empty() && file_exists(against_)) {
            expected = schema::snapshot_from_json(read_file(against_), against_);
        } else {
            refuse_others(project, other);
            expected = migrate::live_state(other.targets.front(), surroundings);
        }
        migrate::DriftResult out =
            migrate::judge(expected, migrate::live_state(target, surroundings), rules, false);
        out.target = target.name;
        out.against = other.targets.empty() ? against_ : other.targets.front().name;
        return out;
    }

    void report(const Context& context, const std::vector<migrate::DriftResult>& results) const {
        if (format_ == "text" || format_ == "json") {
            for (const auto& result : results) {
                context.out(format_ == "json" ? report::drift_json(result)
                                              : report::drift_text(result, context.out_style()));
            }
            return;
        }
        std::vector<report::CheckedThing> things;
        for (const auto& result : results) things.push_back(report::drift_findings(result));
        context.out(format_ == "junit"    ? report::junit("drift", things, context.clock.now())
                    : format_ == "sarif"  ? report::sarif(KEDGE_VERSION, things)
                    : format_ == "github" ? report::github(things)
                    : format_ == "gitlab" ? report::gitlab(things)
                                          : report::markdown("Drift", things));
    }

    std::vector<std::string> words_;
    std::string against_;
    std::string format_ = "text";
    ProjectOptions project_;
    ConnectionOptions connection_;
};

}  // namespace

std::unique_ptr<Command> make_drift() {
    return std::make_unique<Drift>();
}

}  // namespace kedge::cli
