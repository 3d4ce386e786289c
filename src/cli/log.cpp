// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/item_options.hpp"
#include "cli/options.hpp"
#include "migrate/history.hpp"
#include "report/difference_text.hpp"
#include "report/json.hpp"
#include "support/regex.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Log final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "A target");
        app.add_option("--event", filter_.events, "Only these events: deploy, revert, fail")
            ->allow_extra_args(false);
        app.add_option("--change,--change-pattern", filter_.change,
                       "Only changes whose name matches this regular expression");
        app.add_option("--project,--project-pattern", filter_.project, "Only matching projects");
        app.add_option("--committer,--committer-pattern", filter_.committer,
                       "Only matching committers");
        app.add_flag("--diff", diff_, "With each event what it did to the schema");
        items_.add(app);
        project_.add(app, false);
        connection_.add(app, project_.overrides);
    }

    int run(Context& context) override {
        const auto project = load_project(context, project_.overrides);
        items_.complete(context, project.config(), "log");
        const report::ItemFormat format =
            context.json
                ? report::ItemFormat("", report::DateFormat::parse(""), report::Colour::never, 0)
                : items_.make_format(context, true);
        const Arguments arguments = sort_arguments(project, words_, false);
        refuse_others(project, arguments);
        const auto targets = chosen_targets(project, arguments);
        if (targets.size() > 1) {
            context.warn(
                fmt::format("too many targets specified; connecting to {}", targets.front().name));
        }
        const project::Target& target = targets.front();
        check_filter();
        filter_.limit = items_.max_count;
        filter_.skip = items_.skip;
        filter_.oldest_first = items_.reverse;

        const auto reporter = context.reporter(project);
        // The log needs no plan: it tells of all projects of the registry.
        plan::Plan none = plan::Plan::parse("%project=none\n\n", target.plan_file);
        migrate::Session session(target, std::move(none), {},
                                 surroundings_of(context, project, target, *reporter));
        if (!session.open_for_reading()) {
            return nothing(context, fmt::format("Database {} has no registry yet", target.name));
        }
        if (!session.registry().has_events()) {
            return nothing(context, fmt::format("No events logged for {}", target.name));
        }
        const auto events = session.registry().events(filter_);
        if (context.json) {
            context.out(report::json_events(events));
            return 0;
        }
        std::string text;
        if (items_.headers) text = fmt::format("On database {}\n", target.name);
        std::optional<migrate::History> history;
        if (diff_) history.emplace(session);
        for (const registry::Event& event : events) {
            text += format.format(item_of(event)) + "\n";
            if (history) text += diff_text(*history, event);
        }
        show_paged(context, project, text);
        return 0;
    }

  private:
    void check_filter() const {
        static const std::vector<std::string> kEvents = {"deploy", "revert", "fail", "merge"};
        for (const std::string& event : filter_.events) {
            if (std::find(kEvents.begin(), kEvents.end(), event) != kEvents.end()) continue;
            throw Failure(
                ErrorKind::usage,
                fmt::format("unknown event \"{}\"{}", event, did_you_mean(event, kEvents)),
                "there are: " + join(kEvents, ", "));
        }
        // A faulty pattern is told here, and not by the database in the middle of a query.
        for (const std::string* pattern : {&filter_.change, &filter_.project, &filter_.committer}) {
            static_cast<void>(Regex(*pattern));
        }
    }

    static std::string diff_text(migrate::History& history, const registry::Event& event) {
        const auto record = history.find(event.change, event.committed_at);
        if (!record) return {};
        return report::difference_text(history.differences(*record), {}, report::Wording::history) +
               "\n";
    }

    static int nothing(const Context& context, const std::string& message) {
        if (context.json) {
            context.out("[]\n");
        } else {
            context.info(message + "\n");
        }
        return 1;
    }

    std::vector<std::string> words_;
    registry::EventFilter filter_;
    bool diff_ = false;
    ItemOptions items_;
    ProjectOptions project_;
    ConnectionOptions connection_;
};

}  // namespace

std::unique_ptr<Command> make_log() {
    return std::make_unique<Log>();
}

}  // namespace kedge::cli
