// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "migrate/history.hpp"
#include "report/history_report.hpp"

namespace kedge::cli {
namespace {

class Blame final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("name", name_, "A table or another object, or TABLE.COLUMN")->required();
        app.add_option("args", words_, "A target");
        project_.add(app);
        connection_.add(app, project_.overrides);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        const project::Target target = chosen_targets(project, arguments).front();
        const auto reporter = context.reporter(project);
        migrate::Session session = make_session(context, project, target, *reporter, {});
        const auto lines = migrate::History(session).blame(name_);
        if (lines.empty()) {
            throw Failure(ErrorKind::usage,
                          fmt::format("nothing is recorded of \"{}\" in {}", name_, target.name),
                          "kedge state show lists what is");
        }
        context.out(context.json ? report::blame_json(lines) : report::blame_text(lines));
        return 0;
    }

  private:
    std::string name_;
    std::vector<std::string> words_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_blame() {
    return std::make_unique<Blame>();
}

}  // namespace kedge::cli
