// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "migrate/verify.hpp"
#include "report/json.hpp"

namespace kedge::cli {
namespace {

class Check final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "First and last change, and targets");
        app.add_option("--from,--from-change", from_, "Begin with this deployed change")
            ->type_name("CHANGE");
        app.add_option("--to,--to-change", to_, "End with this deployed change")
            ->type_name("CHANGE");
        project_.add(app);
        connection_.add(app, project_.overrides);
        set_.add(app, "-s,--set", "Taken for Sqitch's sake: no script runs");
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, true);
        refuse_others(project, arguments);
        migrate::VerifyOptions range;
        if (!from_.empty()) range.from = from_;
        if (!to_.empty()) range.to = to_;
        for (const std::string& change : arguments.changes) {
            if (!range.from) {
                range.from = change;
            } else if (!range.to) {
                range.to = change;
            }
        }
        int worst = 0;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            worst = std::max(worst, check(context, project, target, range));
        }
        return worst;
    }

  private:
    static int check(const Context& context, const project::Project& project,
                     const project::Target& target, const migrate::VerifyOptions& range) {
        const auto reporter = context.reporter(project);
        migrate::Session session = make_session(context, project, target, *reporter, {});
        const migrate::CheckResult result = migrate::check(session, range);
        if (context.json) {
            context.out(report::json_check(target.name, result));
            return result.diverges_at ? 1 : 0;
        }
        context.info(fmt::format("Checking {}\n", target.name));
        if (!result.message.empty()) {
            std::string text = result.message;
            text[0] = 'N';
            context.info(text + "\n");
            return 0;
        }
        for (const auto& edited : result.edited) {
            context.out(fmt::format("  * {}: {} was edited after its deploy\n", edited.change,
                                    edited.path));
        }
        if (!result.diverges_at) {
            context.info("Check successful\n");
            return 0;
        }
        context.out(fmt::format("Script signatures diverge at change {}\n", *result.diverges_at));
        context.err("Failed one check\n");
        return 1;
    }

    std::vector<std::string> words_;
    std::string from_;
    std::string to_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_check() {
    return std::make_unique<Check>();
}

}  // namespace kedge::cli
