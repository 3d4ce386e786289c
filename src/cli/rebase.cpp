// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/redeploy.hpp"
#include "cli/run_report.hpp"

namespace kedge::cli {
namespace {

class Rebase final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Change to revert to, change to deploy to, and targets");
        app.add_option("--onto,--onto-change", onto_, "Revert what was deployed after this change")
            ->type_name("CHANGE");
        app.add_option("--upto,--upto-change", upto_, "Deploy up to this change")
            ->type_name("CHANGE");
        app.add_flag("-m,--modified", modified_,
                     "Revert to before the first change whose script was edited");
        redeploy_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
        LimitOptions::add(app, project_.overrides);
    }

    int run(Context& context) override {
        const auto project = load_project(context, project_.overrides);
        refuse_in_strict_mode(project, "rebase");
        const Arguments arguments = sort_arguments(project, words_, true);
        refuse_others(project, arguments);
        for (const std::string& change : arguments.changes) {
            if (onto_.empty()) {
                onto_ = change;
            } else if (upto_.empty()) {
                upto_ = change;
            } else {
                context.warn("too many changes specified");
            }
        }
        migrate::RevertOptions revert;
        if (!onto_.empty()) revert.to = onto_;
        revert.modified = modified_;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const auto reporter = context.reporter(project);
            migrate::Session session = redeploy_.session(context, project, target, *reporter);
            int status = redeploy_.revert(context, project, "rebase", session, revert);
            if (status == 0) {
                status = redeploy_.deploy(context, project, "rebase", session,
                                          upto_.empty() ? std::nullopt : std::optional(upto_));
            }
            if (status != 0) return status;
        }
        return 0;
    }

  private:
    std::vector<std::string> words_;
    std::string onto_;
    std::string upto_;
    bool modified_ = false;
    RedeployOptions redeploy_;
    ProjectOptions project_;
    ConnectionOptions connection_;
};

}  // namespace

std::unique_ptr<Command> make_rebase() {
    return std::make_unique<Rebase>();
}

}  // namespace kedge::cli
