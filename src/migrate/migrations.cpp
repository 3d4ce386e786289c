// SPDX-License-Identifier: MIT
// The public library, in terms of the rooms.
#include "kedge/migrations.hpp"

#include <utility>

#include <fmt/format.h>

#include "migrate/deploy.hpp"
#include "migrate/pending.hpp"
#include "support/files.hpp"

namespace kedge {
namespace {

class ProgressReporter final : public migrate::Reporter {
  public:
    explicit ProgressReporter(const MigrationOptions& options) : progress_(options.on_progress) {}

    void handle(const migrate::Event& event) override {
        if (!progress_) return;
        if (const auto* done = std::get_if<migrate::ChangeDone>(&event); done && done->ok) {
            progress_(done->name);
        } else if (const auto* output = std::get_if<migrate::ScriptOutput>(&event)) {
            progress_(output->text);
        } else if (const auto* warning = std::get_if<migrate::Warning>(&event)) {
            progress_("warning: " + warning->text);
        }
    }

  private:
    const std::function<void(const std::string&)>& progress_;
};

/// The environment is the application's, not kedge's: of it nothing is looked at.
project::Project load_project(const MigrationOptions& options) {
    project::Environment environment;
    project::Overrides overrides;
    if (options.folder != ".") {
        const std::string sqitch = options.folder + "/sqitch.conf";
        const bool is_sqitch = file_exists(sqitch);
        environment[is_sqitch ? "SQITCH_CONFIG" : "KEDGE_CONFIG"] =
            is_sqitch ? sqitch : options.folder + "/kedge.conf";
    }
    auto project = project::Project::load(environment, overrides);
    if (options.folder != ".") {
        const std::string top = project.config().get("core.top_dir").value_or(".");
        overrides.top_dir = top.starts_with('/') ? top : options.folder + "/" + top;
        project = project::Project::load(environment, overrides);
    }
    return project;
}

/// A run of the library: a session, and what has to live as long.
class Run {
  public:
    explicit Run(const MigrationOptions& options)
        : project_(load_project(options)),
          reporter_(options),
          target_(options.target.empty() ? project_.default_target()
                                         : project_.target(options.target)),
          session_(target_, plan::Plan::load(target_.plan_file), variables(),
                   {reporter_, cancellation_, clock_, committer(options), options.lock_timeout}) {}

    migrate::Session& session() noexcept { return session_; }

  private:
    [[nodiscard]] migrate::ScriptVariables variables() const {
        return {project_.script_variables(target_, "deploy", {}),
                project_.script_variables(target_, "revert", {}),
                project_.script_variables(target_, "verify", {})};
    }
    [[nodiscard]] registry::Person committer(const MigrationOptions& options) const {
        const auto either = [&](const std::string& given, const char* key) {
            return given.empty() ? project_.config().get(key).value_or("kedge") : given;
        };
        return {either(options.committer_name, "user.name"),
                either(options.committer_email, "user.email")};
    }

    project::Project project_;
    ProgressReporter reporter_;
    Cancellation cancellation_;
    SystemClock clock_;
    project::Target target_;
    migrate::Session session_;
};

MigrationError public_error(const Error& error, const std::string& what) {
    const std::string place = error.where.to_string();
    return {what + (place.empty() ? "" : place + ": ") + error.message, error.hint, error.state,
            exit_status(error.kind)};
}

template <typename Work>
std::vector<std::string> guarded(Work work) {
    try {
        return work();
    } catch (const Failure& failure) {
        throw public_error(failure.error(), {});
    }
}

}  // namespace

std::vector<std::string> pending_changes(const MigrationOptions& options) {
    return guarded([&] {
        Run run(options);
        std::vector<std::string> names;
        for (const auto& step : migrate::plan_deploy(run.session(), {}).steps) {
            names.push_back(step.name);
        }
        return names;
    });
}

std::vector<std::string> deploy_pending(const MigrationOptions& options) {
    return guarded([&] {
        Run run(options);
        migrate::DeployOptions deploy;
        deploy.mode = migrate::RollbackMode::change;
        deploy.verify = options.verify;
        const migrate::DeployResult result = migrate::deploy(run.session(), deploy);
        if (result.error) {
            throw public_error(*result.error, fmt::format("\"{}\" failed: ", result.failed_change));
        }
        std::vector<std::string> names;
        for (const auto& change : result.deployed) names.push_back(change.name);
        return names;
    });
}

}  // namespace kedge
