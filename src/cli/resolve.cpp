// SPDX-License-Identifier: MIT
#include "migrate/resolve.hpp"

#include <charconv>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "report/json.hpp"

namespace kedge::cli {
namespace {

class Resolve final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "The change that stopped half-way, and targets");
        app.add_option("--as", as_, "What it is now: deployed, reverted, or at:K")->required();
        app.add_option("--reason", reason_, "What was done by hand, and why")->required();
        project_.add(app);
        connection_.add(app, project_.overrides);
        set_.add(app, "-s,--set", "A variable for the verify script");
        lock_.add(app);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, true);
        refuse_others(project, arguments);
        if (arguments.changes.size() != 1) {
            throw Failure(ErrorKind::usage, "one change has to be named",
                          "kedge status tells which one stopped");
        }
        migrate::ResolveOptions options = parse_as();
        options.change = arguments.changes.front();
        options.reason = reason_;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            const auto reporter = context.reporter(project);
            migrate::Session session =
                make_session(context, project, target, *reporter, set_.values(), lock_);
            const migrate::ResolveResult result = migrate::resolve(session, options);
            if (context.json) {
                context.out(report::json_resolve(target.name, result));
            } else {
                context.info(fmt::format("{} {}{}\n", result.change, result.done,
                                         result.verified ? " (its verify script agrees)" : ""));
            }
        }
        return 0;
    }

  private:
    [[nodiscard]] migrate::ResolveOptions parse_as() const {
        using As = migrate::ResolveOptions::As;
        migrate::ResolveOptions out;
        if (as_ == "deployed") return out;
        if (as_ == "reverted") {
            out.as = As::reverted;
            return out;
        }
        constexpr std::string_view kAt = "at:";
        const char* const end = as_.data() + as_.size();
        if (as_.starts_with(kAt)) {
            out.as = As::at;
            const auto [stopped, trouble] =
                std::from_chars(as_.data() + kAt.size(), end, out.position);
            if (trouble == std::errc{} && stopped == end) return out;
        }
        throw Failure(ErrorKind::usage, fmt::format("--as {} is none of the ways", as_),
                      "there are: deployed; reverted; at:K, if the first K statements are done");
    }

    std::vector<std::string> words_;
    std::string as_;
    std::string reason_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
    LockOption lock_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_resolve() {
    return std::make_unique<Resolve>();
}

}  // namespace kedge::cli
