// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/git.hpp"
#include "cli/options.hpp"
#include "cli/redeploy.hpp"
#include "cli/run_report.hpp"
#include "migrate/plan_order.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Checkout final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "The branch, and a target");
        redeploy_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
        LimitOptions::add(app, project_.overrides);
    }

    int run(Context& context) override {
        auto project = load_project(context, project_.overrides);
        refuse_in_strict_mode(project, "checkout");
        Arguments arguments = sort_arguments(project, words_, false);
        if (arguments.others.empty()) {
            throw Failure(ErrorKind::usage, "checkout needs the name of a branch");
        }
        const std::string branch = arguments.others.front();
        arguments.others.erase(arguments.others.begin());
        refuse_others(project, arguments);
        const Git git(project.config().get("core.vcs.client").value_or("git"));
        const project::Target target = chosen_targets(project, arguments).front();

        const std::string current(trim(git.run({"rev-parse", "--abbrev-ref", "HEAD"})));
        if (current == branch) {
            context.info(fmt::format("Already on branch {}\n", branch));
            return 1;
        }
        plan::Plan there =
            plan::Plan::parse(git.run({"show", fmt::format("{}:./{}", branch, target.plan_file)}),
                              fmt::format("{} of {}", target.plan_file, branch));
        const auto reporter = context.reporter(project);
        migrate::Session session = redeploy_.session(context, project, target, *reporter);
        std::size_t common = common_changes(session.plan(), there);
        if (common == 0) {
            throw Failure(ErrorKind::usage,
                          fmt::format("branch {} has no changes in common with current branch {}",
                                      branch, current));
        }
        context.info(fmt::format("Last change before the branches diverged: {}\n",
                                 session.plan().name_with_tags(common - 1)));
        common = std::min(common, deployed_without_gap(session));
        if (common == 0) {
            throw Failure(ErrorKind::usage,
                          "the first change of the plan is not deployed, and later ones are",
                          "deploy it first: kedge deploy --out-of-order");
        }
        migrate::RevertOptions revert;
        revert.to = session.plan().changes()[common - 1].id.str();
        const int status = redeploy_.revert(context, project, "checkout", session, revert);
        if (status != 0) return status;
        try {
            static_cast<void>(git.run({"checkout", branch}));
        } catch (Failure& failure) {
            failure.error().state =
                fmt::format("the database is at \"{}\", and the branch is still {}",
                            session.plan().name_with_tags(common - 1), current);
            failure.error().hint =
                "mend what git complains of and run this again, or go back with: kedge deploy";
            throw;
        }
        project = project::Project::load(context.environment, project_.overrides);
        session.replace_plan(load_plan(target));
        return redeploy_.deploy(context, project, "checkout", session, std::nullopt);
    }

  private:
    /// How many changes of the plan are deployed before the first that is not, though later ones
    /// are; all where there is no such.
    static std::size_t deployed_without_gap(migrate::Session& session) {
        if (!session.open_for_reading()) return session.plan().changes().size();
        const auto between = migrate::pending_between(session);
        return between.empty() ? session.plan().changes().size() : between.front();
    }

    static std::size_t common_changes(const plan::Plan& a, const plan::Plan& b) {
        std::size_t n = 0;
        while (n < a.changes().size() && n < b.changes().size() &&
               a.changes()[n].id == b.changes()[n].id) {
            ++n;
        }
        return n;
    }

    std::vector<std::string> words_;
    RedeployOptions redeploy_;
    ProjectOptions project_;
    ConnectionOptions connection_;
};

}  // namespace

std::unique_ptr<Command> make_checkout() {
    return std::make_unique<Checkout>();
}

}  // namespace kedge::cli
