// SPDX-License-Identifier: MIT
#include "migrate/upgrade.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"

namespace kedge::cli {
namespace {

class Upgrade final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Targets");
        project_.add(app);
        connection_.add(app, project_.overrides);
        lock_.add(app);
    }

    int run(Context& context) override {
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const auto reporter = context.reporter(project);
            migrate::Session session = make_session(context, project, target, *reporter, {}, lock_);
            session.open_for_writing(true, false);
            if (migrate::upgrade_if_older(session).empty()) {
                context.info(fmt::format("Registry {} is up-to-date at version {}\n",
                                         session.registry_name(), registry::kRegistryVersion));
            }
            session.finish();
        }
        return 0;
    }

  private:
    std::vector<std::string> words_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    LockOption lock_;
};

}  // namespace

std::unique_ptr<Command> make_upgrade() {
    return std::make_unique<Upgrade>();
}

}  // namespace kedge::cli
