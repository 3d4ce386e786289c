// SPDX-License-Identifier: MIT
#include "migrate/test.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "project/test_files.hpp"
#include "report/test_report.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Test final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Test files, folders of them, and targets");
        app.add_option("-j,--jobs", jobs_, "How many files to run at a time (1)")
            ->type_name("N")
            ->check(CLI::Range(1, 256));
        scratch_ = app.add_option("--scratch", server_,
                                  "In a scratch database with the whole plan; TARGET names its "
                                  "server, and SQLite needs none")
                       ->type_name("TARGET")
                       ->expected(0, 1);
        app.add_option("--format", format_, "text, json, tap or junit")->type_name("FORMAT");
        project_.add(app);
        connection_.add(app, project_.overrides);
        LimitOptions::add(app, project_.overrides);
        set_.add(app, "-s,--set",
                 "A variable for the tests, and for the scripts of a scratch "
                 "database");
    }

    int run(Context& context) override {
        static const std::vector<std::string> formats = {"text", "json", "tap", "junit"};
        if (std::find(formats.begin(), formats.end(), format_) == formats.end()) {
            throw Failure(ErrorKind::usage, fmt::format("unknown format \"{}\"", format_),
                          "there are: " + join(formats, ", "));
        }
        context.json = format_ == "json";
        const auto project = load_project(context, project_.overrides);
        const auto server = scratch_server(project);
        const Arguments arguments = sort_arguments(project, words_, false);
        std::vector<migrate::TestResult> results;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            results.push_back(test(context, project, target, server, arguments.others));
            print(context, results.back());
        }
        if (format_ == "tap") context.out(report::test_tap(results));
        if (format_ == "junit") {
            context.out(report::test_junit(results, context.clock.now()));
        }
        constexpr int kTestsFailed = 4;
        const bool passed = std::all_of(results.begin(), results.end(),
                                        [](const auto& result) { return result.has_passed(); });
        return passed ? 0 : kTestsFailed;
    }

  private:
    /// What stands behind --scratch is a test file, where it is no target.
    std::optional<project::Target> scratch_server(const project::Project& project) {
        if (server_.empty()) return std::nullopt;
        auto named = project.target_of_argument(server_);
        if (!named) words_.insert(words_.begin(), server_);
        return named;
    }

    migrate::TestResult test(Context& context, const project::Project& project,
                             const project::Target& target,
                             const std::optional<project::Target>& server,
                             const std::vector<std::string>& paths) const {
        const auto reporter =
            format_ == "text" ? context.reporter(project) : context.silent_reporter();
        const migrate::TestSessionMaker make = [&](const project::Target& where,
                                                   migrate::Reporter& listener) {
            return make_session(context, project, where, listener, set_.values());
        };
        migrate::TestOptions options;
        options.files = project::find_tests(target, paths);
        options.jobs = static_cast<std::size_t>(jobs_);
        return scratch_->count() > 0
                   ? migrate::test_in_scratch(target, server, make, *reporter, options)
                   : migrate::test(target, make, *reporter, options);
    }

    void print(const Context& context, const migrate::TestResult& result) const {
        if (format_ == "json") context.out(report::test_json(result));
        if (format_ == "text") {
            context.out(
                report::test_text(result, context.out_style(), context.verbosity.value_or(1) > 1));
        }
    }

    std::vector<std::string> words_;
    int jobs_ = 1;
    CLI::Option* scratch_ = nullptr;
    std::string server_;
    std::string format_ = "text";
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
};

}  // namespace

std::unique_ptr<Command> make_test() {
    return std::make_unique<Test>();
}

}  // namespace kedge::cli
