// SPDX-License-Identifier: MIT
#include "migrate/drift.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/check_options.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "migrate/drift_sql.hpp"
#include "migrate/live_state.hpp"
#include "migrate/scratch.hpp"
#include "report/drift_report.hpp"
#include "report/drift_sql_report.hpp"
#include "support/files.hpp"

namespace kedge::cli {
namespace {

using Outcome = migrate::DriftResult::Outcome;

class Drift final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Targets");
        app.add_option("--against", against_,
                       "Instead of the recorded state: plan, a target, or a file")
            ->type_name("WHAT");
        app.add_option("--since", since_, "Since the deploy of this change")->type_name("CHANGE");
        app.add_flag("--sql", sql_, "The statements that lead back, and those that lead there");
        app.add_option("--direction", direction_, "With --sql: back, forward, or both")
            ->type_name("WHICH");
        scratch_.add(app);
        format_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        if (!since_.empty() && !against_.empty()) {
            throw Failure(ErrorKind::usage, "--since and --against exclude each other");
        }
        const auto rules = ignore_rules(project.config());
        if (sql_) return write_sql(context, project, chosen_targets(project, arguments), rules);
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
    [[nodiscard]] report::DriftDirections directions() const {
        if (!against_.empty() || !since_.empty()) {
            throw Failure(ErrorKind::usage,
                          "--sql is about what was recorded, and takes no --against or --since");
        }
        if (!format_.is_text() && format_.word != "json") {
            throw Failure(ErrorKind::usage, "--sql comes as text or as JSON");
        }
        if (direction_ != "back" && direction_ != "forward" && direction_ != "both") {
            throw Failure(ErrorKind::usage, fmt::format("unknown direction \"{}\"", direction_),
                          "there are: back, forward, both");
        }
        return {direction_ != "forward", direction_ != "back"};
    }

    int write_sql(Context& context, const project::Project& project,
                  const std::vector<project::Target>& targets,
                  const std::vector<schema::IgnoreRule>& rules) const {
        const report::DriftDirections which = directions();
        const auto silent = context.silent_reporter();
        const auto server = scratch_.server(project);
        int status = 0;
        for (const project::Target& target : targets) {
            migrate::Session session = make_session(context, project, target, *silent, {});
            const migrate::DriftSql result = migrate::drift_sql(
                session,
                [&](const project::Target& scratch) {
                    return make_session(context, project, scratch, *silent, {});
                },
                server, rules);
            context.out(context.json ? report::drift_sql_json(result, which)
                                     : report::drift_sql_text(result, which));
            constexpr int kDrifted = 3;
            if (result.drift.outcome == Outcome::drifted) status = kDrifted;
            if (result.drift.outcome == Outcome::unknown && status == 0) status = 1;
        }
        return status;
    }

    migrate::DriftResult examine(Context& context, const project::Project& project,
                                 const project::Target& target, migrate::Reporter& reporter,
                                 const std::vector<schema::IgnoreRule>& rules) {
        if (against_.empty() || against_ == "recorded") {
            migrate::Session session = make_session(context, project, target, reporter, {});
            if (!since_.empty()) return migrate::drift_since_change(session, since_, rules);
            return migrate::drift_since_recorded(
                session, rules, [&]() -> std::optional<schema::Snapshot> {
                    if (scratch_.word.empty() && !migrate::engine_of(target).has_scratch_place()) {
                        return std::nullopt;
                    }
                    return planned_state(context, project, target, session.making(),
                                         last_deployed(session));
                });
        }
        if (against_ == "plan") return beside_plan(context, project, target, reporter, rules);
        const migrate::Surroundings surroundings =
            surroundings_of(context, project, target, reporter);
        const Arguments other = sort_arguments(project, {against_}, false);
        schema::Snapshot expected;
        if (other.targets.empty() && file_exists(against_)) {
            expected = schema::snapshot_from_json(read_file(against_), against_);
        } else {
            refuse_others(project, other);
            expected = migrate::comparable_state(other.targets.front(), surroundings);
        }
        migrate::DriftResult out =
            migrate::judge(expected, migrate::comparable_state(target, surroundings), rules, false);
        out.target = target.name;
        out.against = other.targets.empty() ? against_ : other.targets.front().name;
        return out;
    }

    [[nodiscard]] static std::optional<std::string> last_deployed(migrate::Session& session) {
        if (session.deployed().empty()) return std::nullopt;
        return session.deployed().changes().back().id;
    }

    /// What the plan gives in a scratch database, up to a change.
    [[nodiscard]] schema::Snapshot planned_state(Context& context, const project::Project& project,
                                                 const project::Target& target,
                                                 const std::string& making,
                                                 const std::optional<std::string>& last) const {
        const auto silent = context.silent_reporter();
        const migrate::Scratch scratch(target, making, scratch_.server(project),
                                       surroundings_of(context, project, target, *silent));
        migrate::Session session = make_session(context, project, scratch.target(), *silent, {});
        return migrate::planned_state(session, last);
    }

    /// Beside the plan, as far as it is deployed there.
    migrate::DriftResult beside_plan(Context& context, const project::Project& project,
                                     const project::Target& target, migrate::Reporter& reporter,
                                     std::vector<schema::IgnoreRule> rules) {
        for (schema::IgnoreRule& rule : migrate::engine_of(target).rules_beside_plan()) {
            rules.push_back(std::move(rule));
        }
        std::optional<std::string> last;
        std::string making;
        {
            migrate::Session session = make_session(context, project, target, reporter, {});
            if (session.open_for_reading()) last = last_deployed(session);
            making = session.making();
        }
        schema::Snapshot expected = planned_state(context, project, target, making, last);
        migrate::use_common_roles(expected, target);
        migrate::DriftResult out = migrate::judge(
            expected,
            migrate::comparable_state(target, surroundings_of(context, project, target, reporter)),
            rules, false);
        out.target = target.name;
        out.against = "the plan";
        return out;
    }

    void report(const Context& context, const std::vector<migrate::DriftResult>& results) const {
        const auto each = [&](const auto& render) {
            std::string out;
            for (const auto& result : results) out += render(result);
            return out;
        };
        format_.report(
            context, "drift",
            [&] {
                return each([&](const auto& result) {
                    return report::drift_text(result, context.out_style());
                });
            },
            [&] { return each(report::drift_json); },
            [&] {
                std::vector<report::CheckedThing> things;
                for (const auto& result : results) things.push_back(report::drift_findings(result));
                return things;
            });
    }

    std::vector<std::string> words_;
    std::string against_;
    std::string since_;
    bool sql_ = false;
    std::string direction_ = "both";
    ScratchOption scratch_;
    FindingsFormatOption format_;
    ProjectOptions project_;
    ConnectionOptions connection_;
};

}  // namespace

std::unique_ptr<Command> make_drift() {
    return std::make_unique<Drift>();
}

}  // namespace kedge::cli
