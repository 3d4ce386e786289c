// SPDX-License-Identifier: MIT
#include "migrate/status.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "report/dates.hpp"
#include "report/json.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

/// The text form is Sqitch's, line by line, so that what reads the one reads the other.
class Status final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Targets");
        app.add_option("--project", project_name_, "Another project of the same registry");
        app.add_flag("--show-tags,!--no-show-tags", show_tags_, "List the deployed tags");
        app.add_flag("--show-changes,!--no-show-changes", show_changes_,
                     "List the deployed changes");
        app.add_option("--date-format,--date", date_format_, "Form of dates");
        project_.add(app);
        connection_.add(app, project_.overrides);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const project::Config& config = project.config();
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        options_.show_changes =
            show_changes_ > 0 ||
            (show_changes_ == 0 && config.get_bool("status.show_changes").value_or(false));
        options_.show_tags =
            show_tags_ > 0 ||
            (show_tags_ == 0 && config.get_bool("status.show_tags").value_or(false));
        if (!project_name_.empty()) options_.project = project_name_;
        if (date_format_.empty()) date_format_ = config.get("status.date_format").value_or("");
        int worst = 0;
        for (const project::Target& target : chosen_targets(project, arguments)) {
            worst = std::max(worst, show(context, project, target));
        }
        return worst;
    }

  private:
    int show(const Context& context, const project::Project& project,
             const project::Target& target) {
        const auto reporter = context.reporter(project);
        migrate::Session session = make_status_session(context, project, target, *reporter);
        const migrate::Status status = migrate::status(session, options_);
        if (context.json) {
            context.out(report::json_status(status));
        } else {
            show_text(context, status);
        }
        for (const auto& entry : status.half_applied) {
            if (entry.state == "undoing") {
                context.warn(
                    fmt::format("a revert of the half-applied \"{}\" was cut off; kedge "
                                "revert goes on",
                                entry.change));
                continue;
            }
            // What became of one that was begun, the next run looks for itself.
            context.warn(fmt::format(
                "the {} of \"{}\" stopped half-way: {} statements are done, the {} at {}{}; "
                "kedge {} goes on there",
                entry.operation, entry.change, entry.position,
                entry.state == "unsure"                   ? "next was begun"
                : entry.state == migrate::Status::kPassed ? "last of them is"
                                                          : "next is",
                entry.where, entry.error.empty() ? "" : " (" + entry.error + ")", entry.command()));
        }
        if (!status.pending_between.empty()) {
            context.warn(
                fmt::format("{} planned before deployed changes, and not deployed; deploy with: "
                            "kedge deploy --out-of-order",
                            status.pending_between.size() == 1
                                ? "1 change is"
                                : fmt::format("{} changes are", status.pending_between.size())));
        }
        for (const auto& edited : status.edited) {
            context.warn(
                fmt::format("{} was edited after \"{}\" was deployed", edited.path, edited.change));
        }
        if (status.current_not_planned) {
            throw Failure(ErrorKind::edited_history,
                          fmt::format("cannot find change {} in {}", status.current->change_id,
                                      target.plan_file),
                          session.plan().has_change(status.current->change)
                              ? "were lines of the plan merged, moved or edited? kedge reconcile "
                                "carries the registry over to the plan"
                              : "is this the right database for this project?");
        }
        return status.current ? 0 : 1;
    }

    /// Without a plan the status of the only project in the registry can still be told.
    [[nodiscard]] migrate::Session make_status_session(const Context& context,
                                                       const project::Project& project,
                                                       const project::Target& target,
                                                       migrate::Reporter& reporter) {
        if (file_exists(target.plan_file)) {
            return make_session(context, project, target, reporter, {});
        }
        plan::Plan none = plan::Plan::parse("%project=none\n\n", target.plan_file);
        migrate::Session session(target, std::move(none), {},
                                 surroundings_of(context, project, target, reporter));
        if (!options_.project && session.open_for_reading()) {
            const auto projects = session.registry().projects();
            if (projects.size() == 1) options_.project = projects.front().name;
        }
        if (!options_.project) static_cast<void>(load_plan(target));
        return session;
    }

    void show_text(const Context& context, const migrate::Status& status) const {
        const auto dates = report::DateFormat::parse(date_format_);
        context.out(fmt::format("# On database {}\n", status.target));
        if (!status.current) {
            context.info("No changes deployed\n");
            return;
        }
        const registry::Event& current = *status.current;
        context.out(fmt::format("# Project:  {}\n# Change:   {}\n# Name:     {}\n", status.project,
                                current.change_id, current.change));
        if (!current.tags.empty()) {
            context.out(fmt::format(
                "# {} {}\n",
                current.tags.size() == 1 ? "Tag:     " : "Tags:    ", join(current.tags, ", ")));
        }
        context.out(fmt::format("# Deployed: {}\n# By:       {} <{}>\n",
                                dates.format(current.committed_at), current.committer.name,
                                current.committer.email));
        show_changes(context, status, dates);
        show_tags(context, status, dates);
        context.out("# \n");
        show_pending(context, status);
    }

    void show_changes(const Context& context, const migrate::Status& status,
                      const report::DateFormat& dates) const {
        if (!options_.show_changes) return;
        std::size_t width = 0;
        for (const auto& change : status.changes) {
            width = std::max(width, count_characters(change.name));
        }
        context.out(status.changes.size() == 1 ? "# \n# Change:\n" : "# \n# Changes:\n");
        for (const auto& change : status.changes) {
            context.out(fmt::format("#   {}{} - {} - {} <{}>\n", change.name,
                                    std::string(width - count_characters(change.name), ' '),
                                    dates.format(change.committed_at), change.committer.name,
                                    change.committer.email));
        }
    }

    void show_tags(const Context& context, const migrate::Status& status,
                   const report::DateFormat& dates) const {
        if (!options_.show_tags) return;
        if (status.tags.empty()) {
            context.out("# \n# Tags: None.\n");
            return;
        }
        std::size_t width = 0;
        for (const auto& tag : status.tags) width = std::max(width, count_characters(tag.name));
        context.out(status.tags.size() == 1 ? "# \n# Tag:\n" : "# \n# Tags:\n");
        for (const auto& tag : status.tags) {
            context.out(fmt::format("#   {}{} - {} - {} <{}>\n", tag.name,
                                    std::string(width - count_characters(tag.name), ' '),
                                    dates.format(tag.committed_at), tag.committer.name,
                                    tag.committer.email));
        }
    }

    static void show_pending(const Context& context, const migrate::Status& status) {
        if (status.plan_is_other_project) {
            context.out(fmt::format("Status unknown. Use --plan-file to assess \"{}\" status\n",
                                    status.project));
            return;
        }
        if (status.current_not_planned) return;
        if (!status.pending_between.empty()) {
            context.out(status.pending_between.size() == 1
                            ? "Undeployed change before deployed ones:\n"
                            : "Undeployed changes before deployed ones:\n");
            for (const std::string& name : status.pending_between) {
                context.out("  * " + name + "\n");
            }
        }
        if (status.pending.empty()) {
            if (status.pending_between.empty()) context.out("Nothing to deploy (up-to-date)\n");
            return;
        }
        context.out(status.pending.size() == 1 ? "Undeployed change:\n" : "Undeployed changes:\n");
        for (const std::string& name : status.pending) context.out("  * " + name + "\n");
    }

    std::vector<std::string> words_;
    std::string project_name_;
    int show_tags_ = 0;
    int show_changes_ = 0;
    std::string date_format_;
    ProjectOptions project_;
    ConnectionOptions connection_;
    FormatOption format_;
    migrate::StatusOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_status() {
    return std::make_unique<Status>();
}

}  // namespace kedge::cli
