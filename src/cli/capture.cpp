// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "cli/check_options.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "migrate/deploy.hpp"
#include "migrate/drift_sql.hpp"
#include "plan/edit.hpp"
#include "project/new_scripts.hpp"
#include "report/difference_text.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Capture final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Name of the change, and the target that has drifted");
        app.add_option("-n,-m,--note", notes_, "What the change is for")->allow_extra_args(false);
        app.add_option("-r,--requires", change_.required, "A change that must be deployed before")
            ->type_name("DEPENDENCY")
            ->allow_extra_args(false);
        app.add_flag("--deployed", deployed_,
                     "Record the change as deployed there, and the live schema with it");
        scratch_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
        lock_.add(app);
    }

    int run(Context& context) override {
        const auto project = load_project(context, project_.overrides);
        const project::Target target = take_target(project);
        const plan::Plan plan = load_plan(target);
        if (change_.note.empty()) change_.note = fmt::format("Captured from {}", target.name);
        // Refused before anything is asked of the database.
        const plan::Edited edited = plan::add_change(plan, change_, context.signature(project));
        std::vector<project::NewScript> scripts =
            project::new_scripts(project, target, plan, change_, {});
        refuse_existing(scripts);

        const auto rules = ignore_rules(project.config());
        const migrate::DriftSql sql = find_drift(context, project, target, rules);
        if (sql.drift.outcome == migrate::DriftResult::Outcome::unknown) {
            const auto& unread = sql.drift.unread.front();
            throw Failure(ErrorKind::configuration,
                          fmt::format("nothing can be captured: {}: {}", unread.what, unread.why));
        }
        if (sql.drift.differences.empty()) {
            context.info(fmt::format("Nothing to capture: {} is in sync with {}\n", target.name,
                                     sql.drift.against));
            return 0;
        }
        require_proof(sql);
        write(context, target, sql, scripts);
        write_file_atomically(target.plan_file, edited.text);
        context.info(fmt::format("Added \"{}\" to {}\n", edited.added, target.plan_file));
        if (deployed_) {
            record(context, project, target, sql.drift);
        } else {
            context.info(
                fmt::format("On {0} this is there already: record that with\n"
                            "  kedge deploy --log-only --drift off --to {1} {0}\n"
                            "  kedge baseline -n 'captured as {1}' {0}\n",
                            target.name, change_.name));
        }
        return 0;
    }

  private:
    project::Target take_target(const project::Project& project) {
        Arguments arguments = sort_arguments(project, words_, false);
        if (arguments.others.empty()) {
            throw Failure(ErrorKind::usage, "capture needs the name of the new change",
                          "for example: kedge capture index_of_incident_42 prod");
        }
        change_.name = arguments.others.front();
        change_.note = join(notes_, "\n\n");
        arguments.others.erase(arguments.others.begin());
        refuse_others(project, arguments);
        const auto targets = chosen_targets(project, arguments);
        if (targets.size() != 1) {
            throw Failure(ErrorKind::usage, "capture takes one target",
                          "capture from the one that has drifted, and deploy to the others");
        }
        return targets.front();
    }

    static void refuse_existing(const std::vector<project::NewScript>& scripts) {
        for (const project::NewScript& script : scripts) {
            if (!file_exists(script.path)) continue;
            throw Failure(ErrorKind::usage, fmt::format("{} already exists", script.path),
                          "take another name for the change, or move the file away");
        }
    }

    migrate::DriftSql find_drift(Context& context, const project::Project& project,
                                 const project::Target& target,
                                 const std::vector<schema::IgnoreRule>& rules) const {
        const auto silent = context.silent_reporter();
        migrate::Session session = make_session(context, project, target, *silent, {}, lock_);
        if (deployed_) require_nothing_pending(session);
        return migrate::drift_sql(
            session,
            [&](const project::Target& scratch) {
                return make_session(context, project, scratch, *silent, {});
            },
            scratch_.server(project), rules);
    }

    /// What is recorded as deployed is all that the plan has up to the new change.
    static void require_nothing_pending(migrate::Session& session) {
        const std::size_t planned = session.plan().changes().size();
        const bool is_open = session.open_for_reading();
        const std::size_t there = is_open ? session.deployed().changes().size() : 0;
        if (there == planned) return;
        throw Failure(ErrorKind::usage,
                      fmt::format("--deployed can't record the new change: {} of {} planned "
                                  "changes are deployed to {}",
                                  there, planned, session.target().name),
                      "deploy what is pending first, or capture without --deployed");
    }

    static void require_proof(const migrate::DriftSql& sql) {
        for (const auto& [script, words] : {std::pair{&sql.forward, "the deploy script"},
                                            std::pair{&sql.back, "the revert script"}}) {
            if (!script->is_proven) {
                Error error;
                error.kind = ErrorKind::script;
                error.message =
                    fmt::format("{} of the drift can't be proven: {}", words, script->reason);
                error.detail = report::difference_text(script->left, {});
                error.hint = "write the change by hand, beginning with: kedge add";
                error.state = "nothing was written";
                throw Failure(std::move(error));
            }
            for (const schema::Unwritten& open : script->script.unwritten) {
                Error error;
                error.kind = ErrorKind::script;
                error.message =
                    fmt::format("no statement is known for {}: {}", open.subject, open.reason);
                error.hint =
                    "leave it out of the drift with drift.ignore, or accept it with: kedge "
                    "baseline --object";
                error.state = "nothing was written";
                throw Failure(std::move(error));
            }
        }
    }

    void write(const Context& context, const project::Target& target, const migrate::DriftSql& sql,
               std::vector<project::NewScript>& scripts) const {
        for (project::NewScript& script : scripts) {
            const std::string* text = script.kind == "deploy"   ? &sql.forward.text
                                      : script.kind == "revert" ? &sql.back.text
                                      : script.kind == "verify" ? &sql.verify
                                                                : nullptr;
            if (text != nullptr) {
                std::string title = script.kind;
                title[0] = to_upper_ascii(title)[0];
                script.text = fmt::format("-- {} {}: captured from {}\n\n{}", title, change_.name,
                                          target.name, *text);
            }
            static_cast<void>(project::write_script(script));
            context.info(fmt::format("Created {}\n", script.path));
        }
    }

    void record(Context& context, const project::Project& project, const project::Target& target,
                const migrate::DriftResult& drift) const {
        const auto reporter = context.reporter(project);
        {
            migrate::Session session = make_session(context, project, target, *reporter, {}, lock_);
            migrate::DeployOptions options;
            options.to = change_.name;
            options.log_only = true;
            options.verify = true;
            const migrate::DeployResult result = migrate::deploy(session, options);
            if (result.error) throw Failure(*result.error);
        }
        std::vector<std::string> only;
        if (!drift.ignored.empty()) {
            for (const schema::Difference& one : drift.differences) only.push_back(one.subject());
        }
        migrate::Session session = make_session(context, project, target, *reporter, {}, lock_);
        const migrate::BaselineResult accepted =
            migrate::baseline(session, fmt::format("captured as {}", change_.name), only);
        context.info(fmt::format("Recorded on {}: {} accepted\n", target.name,
                                 accepted.accepted.size() == 1
                                     ? "1 difference"
                                     : fmt::format("{} differences", accepted.accepted.size())));
    }

    std::vector<std::string> words_;
    std::vector<std::string> notes_;
    plan::NewChange change_;
    bool deployed_ = false;
    ScratchOption scratch_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    LockOption lock_;
};

}  // namespace

std::unique_ptr<Command> make_capture() {
    return std::make_unique<Capture>();
}

}  // namespace kedge::cli
