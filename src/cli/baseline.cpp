// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "migrate/drift.hpp"
#include "report/difference_text.hpp"
#include "report/drift_report.hpp"

namespace kedge::cli {
namespace {

class Baseline final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Targets, and objects, as --object has them");
        app.add_option("--object", objects_,
                       "Accept only what this pattern means: 'index public.orders.*'")
            ->type_name("PATTERN")
            ->allow_extra_args(false);
        app.add_option("-n,--note,--reason", note_, "Why the state is as it is");
        project_.add(app);
        connection_.add(app, project_.overrides);
        lock_.add(app);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        Arguments arguments = sort_arguments(project, words_, false);
        for (std::string& word : arguments.others) objects_.push_back(std::move(word));
        if (!objects_.empty() && note_.empty()) {
            throw Failure(ErrorKind::usage, "a drift is accepted with a reason",
                          "say why with: --reason TEXT");
        }
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const auto reporter = context.reporter(project);
            migrate::Session session = make_session(context, project, target, *reporter, {}, lock_);
            const migrate::BaselineResult result = migrate::baseline(session, note_, objects_);
            if (context.json) {
                context.out(report::baseline_json(target.name, result));
            } else {
                show(context, target, result);
            }
        }
        return 0;
    }

  private:
    static void show(const Context& context, const project::Target& target,
                     const migrate::BaselineResult& result) {
        for (const schema::Unread& one : result.unread) {
            context.warn(fmt::format("{} could not be read: {}", one.what, one.why));
        }
        if (result.was_first) {
            context.info(fmt::format("{}: {} objects recorded\n", target.name, result.objects));
            return;
        }
        context.info(fmt::format("{}: {} accepted\n", target.name,
                                 result.accepted.size() == 1
                                     ? "1 difference"
                                     : fmt::format("{} differences", result.accepted.size())));
        context.info(report::difference_text(result.accepted, context.out_style()));
    }

    std::vector<std::string> words_;
    std::vector<std::string> objects_;
    std::string note_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    LockOption lock_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_baseline() {
    return std::make_unique<Baseline>();
}

}  // namespace kedge::cli
