// SPDX-License-Identifier: MIT
#include "migrate/rehearse.hpp"

#include <optional>

#include "cli/check_options.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "report/rehearse_report.hpp"

namespace kedge::cli {
namespace {

class Rehearse final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "A change to rehearse to, and a target");
        app.add_flag("--all", all_, "The whole plan, rather than what is pending on the target");
        app.add_option("--from", from_, "From the change after this one")->type_name("CHANGE");
        app.add_option("--to", to_, "Up to this change")->type_name("CHANGE");
        app.add_flag("--no-verify", no_verify_, "Don't run verify scripts");
        app.add_flag("--no-rows", no_rows_, "Compare the schema alone");
        data_.add(app);
        scratch_.add(app);
        format_.add(app);
        project_.add(app);
        connection_.add(app, project_.overrides);
        set_.add(app, "-s,--set", "A variable for all scripts");
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const Arguments arguments = sort_arguments(project, words_, true);
        refuse_others(project, arguments);
        if (all_ && !from_.empty()) {
            throw Failure(ErrorKind::usage, "--all and --from exclude each other");
        }
        migrate::RehearseOptions options;
        options.verify = !no_verify_;
        options.rows = !no_rows_;
        if (!to_.empty()) options.to = to_;
        if (!options.to && !arguments.changes.empty()) options.to = arguments.changes.front();
        const auto server = scratch_.server(project);
        bool is_proven = true;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            is_proven = rehearse(context, project, target, server, options) && is_proven;
        }
        constexpr int kNotProven = 4;
        return is_proven ? 0 : kNotProven;
    }

  private:
    bool rehearse(Context& context, const project::Project& project, const project::Target& target,
                  const std::optional<project::Target>& server,
                  migrate::RehearseOptions options) const {
        // Reports of other forms are all that standard output has.
        const auto reporter =
            format_.is_text() ? context.reporter(project) : context.silent_reporter();
        const auto silent = context.silent_reporter();
        migrate::Session session = make_session(context, project, target, *reporter, set_.values());
        data_.apply(project, target, options);
        if (all_) options.first = 0;
        if (!from_.empty()) options.first = session.plan().get(from_) + 1;
        const auto result = migrate::rehearse(
            session,
            [&](const project::Target& scratch) {
                return make_session(context, project, scratch, *silent, set_.values());
            },
            server, options);
        format_.report(
            context, "rehearse", [&] { return report::rehearse_text(result, context.out_style()); },
            [&] { return report::rehearse_json(result); },
            [&] { return report::rehearse_findings(result); });
        return result.is_proven();
    }

    std::vector<std::string> words_;
    bool all_ = false;
    std::string from_;
    std::string to_;
    bool no_verify_ = false;
    bool no_rows_ = false;
    DataOption data_;
    ScratchOption scratch_;
    FindingsFormatOption format_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    SetOption set_;
};

}  // namespace

std::unique_ptr<Command> make_rehearse() {
    return std::make_unique<Rehearse>();
}

}  // namespace kedge::cli
