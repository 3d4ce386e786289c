// SPDX-License-Identifier: MIT
#include "migrate/verify.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/run_report.hpp"
#include "report/error_text.hpp"
#include "report/json.hpp"

namespace kedge::cli {
namespace {

class Verify final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "First and last change, and targets");
        app.add_option("--from,--from-change", from_, "Begin with this deployed change")
            ->type_name("CHANGE");
        app.add_option("--to,--to-change", to_, "End with this deployed change")
            ->type_name("CHANGE");
        project_.add(app);
        connection_.add(app, project_.overrides);
        LimitOptions::add(app, project_.overrides);
        set_.add(app, "-s,--set", "A variable for the scripts");
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, true);
        refuse_others(project, arguments);
        migrate::VerifyOptions options;
        if (!from_.empty()) options.from = from_;
        if (!to_.empty()) options.to = to_;
        for (const std::string& change : arguments.changes) {
            if (!options.from) {
                options.from = change;
            } else if (!options.to) {
                options.to = change;
            } else {
                context.warn("too many changes specified");
            }
        }
        int worst = 0;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            worst = std::max(worst, verify(context, project, target, options));
        }
        return worst;
    }

  private:
    int verify(const Context& context, const project::Project& project,
               const project::Target& target, const migrate::VerifyOptions& options) const {
        const auto reporter = context.reporter(project);
        migrate::Session session = make_session(context, project, target, *reporter, set_.values());
        const migrate::VerifyResult result = migrate::verify(session, options);
        constexpr int kVerifyFailed = 4;
        const int status = result.problems > 0 ? kVerifyFailed : 0;
        if (context.json) {
            context.out(report::json_verify(target.name, result));
            return status;
        }
        if (!result.message.empty()) {
            std::string text = result.message;
            text[0] = 'N';
            context.info(text + "\n");
            return status;
        }
        if (!result.undeployed.empty()) {
            context.info(result.undeployed.size() == 1 ? "Undeployed change:\n"
                                                       : "Undeployed changes:\n");
            for (const std::string& name : result.undeployed) context.info("  * " + name + "\n");
        }
        for (const auto& change : result.changes) {
            if (change.error) context.err(report::error_text(*change.error, context.err_style()));
        }
        if (result.problems == 0) {
            context.info("Verify successful\n");
            return status;
        }
        context.out(
            fmt::format("\nVerify Summary Report\n---------------------\n"
                        "Changes: {}\nErrors:  {}\n",
                        result.changes.size(), result.problems));
        context.err("Verify failed\n");
        return status;
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

std::unique_ptr<Command> make_verify() {
    return std::make_unique<Verify>();
}

}  // namespace kedge::cli
