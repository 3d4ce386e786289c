// SPDX-License-Identifier: MIT
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "migrate/drift.hpp"
#include "migrate/history.hpp"
#include "migrate/live_state.hpp"
#include "report/diagram.hpp"
#include "report/difference_text.hpp"
#include "report/drift_report.hpp"
#include "report/history_report.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

/// `show`, `dump`, `diagram` and `diff`: states of databases, as recorded after a change, and as
/// files.
class State final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option(
               "args", words_,
               "show [TARGET] [OBJECT], dump [TARGET], diagram [TARGET] [OBJECT], or diff A B: "
               "each a target, a file, or a change")
            ->required();
        app.add_option("--at", at_, "As recorded after the deploy of this change")
            ->type_name("CHANGE");
        app.add_option("--object", objects_,
                       "show, diagram: only what this pattern means: 'table *.orders'")
            ->type_name("PATTERN")
            ->allow_extra_args(false);
        app.add_flag("--svg", svg_, "diagram: as SVG rather than Mermaid");
        project_.add(app);
        connection_.add(app, project_.overrides);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, project_.overrides);
        const std::string action = words_.front();
        words_.erase(words_.begin());
        if (action == "dump" || action == "show" || action == "diagram") {
            return print(context, project, action);
        }
        if (action == "diff") return diff(context, project);
        throw Failure(
            ErrorKind::usage,
            fmt::format(
                "\"{}\" is no action on states{}", action,
                did_you_mean(action, std::vector<std::string>{"show", "dump", "diagram", "diff"})),
            "there are: show, dump, diagram, diff");
    }

  private:
    int print(Context& context, const project::Project& project, const std::string& action) {
        Arguments arguments = sort_arguments(project, words_, false);
        if (action == "dump") refuse_others(project, arguments);
        for (std::string& word : arguments.others) objects_.push_back(std::move(word));
        for (const project::Target& target : chosen_targets(project, arguments)) {
            schema::Snapshot snapshot = at_.empty() ? live(context, project, target)
                                                    : recorded(context, project, target, at_);
            for (const schema::Unread& one : snapshot.unread) {
                context.warn(fmt::format("{} could not be read: {}", one.what, one.why));
            }
            if (action == "diagram") {
                keep_asked(snapshot.state);
                const report::Diagram diagram = report::Diagram::of(snapshot.state);
                context.out(svg_ ? diagram.svg() : diagram.mermaid());
            } else if (action == "show" && !context.json) {
                keep_asked(snapshot.state);
                context.out(report::state_text(snapshot.state));
            } else {
                context.out(schema::to_json(snapshot));
            }
        }
        return 0;
    }

    void keep_asked(schema::State& state) const {
        if (objects_.empty()) return;
        std::set<std::string> met;
        std::erase_if(state.objects(), [&](const auto& entry) {
            schema::Difference difference;
            difference.object = entry.first;
            bool is_asked = false;
            for (const std::string& pattern : objects_) {
                if (!schema::is_named(difference, pattern)) continue;
                met.insert(pattern);
                is_asked = true;
            }
            return !is_asked;
        });
        for (const std::string& pattern : objects_) {
            if (met.contains(pattern) || schema::is_for_many(pattern)) continue;
            throw Failure(ErrorKind::usage,
                          fmt::format("\"{}\" is no object, and no target", pattern),
                          "kedge state show lists the objects, kedge target the targets");
        }
    }

    int diff(Context& context, const project::Project& project) {
        if (words_.size() != 2) {
            throw Failure(ErrorKind::usage, "two states are to be compared",
                          "each is a target, a file that kedge state dump wrote, or a change");
        }
        const migrate::DriftResult result = migrate::judge(
            take(context, project, words_[0]), take(context, project, words_[1]), {}, false);
        context.out(context.json
                        ? report::drift_json(result)
                        : report::difference_text(result.differences, context.out_style()));
        for (const schema::Unread& one : result.unread) {
            context.warn(fmt::format("{} could not be read: {}", one.what, one.why));
        }
        return result.outcome == migrate::DriftResult::Outcome::drifted   ? 3
               : result.outcome == migrate::DriftResult::Outcome::unknown ? 1
                                                                          : 0;
    }

    static schema::Snapshot take(Context& context, const project::Project& project,
                                 const std::string& word) {
        const Arguments arguments = sort_arguments(project, {word}, false);
        if (arguments.targets.empty() && file_exists(word)) {
            return schema::snapshot_from_json(read_file(word), word);
        }
        if (arguments.targets.empty() && !sort_arguments(project, {word}, true).changes.empty()) {
            return recorded(context, project, project.default_target(), word);
        }
        refuse_others(project, arguments);
        return live(context, project, arguments.targets.front());
    }

    static schema::Snapshot live(Context& context, const project::Project& project,
                                 const project::Target& target) {
        const auto reporter = context.reporter(project);
        return migrate::comparable_state(target,
                                         surroundings_of(context, project, target, *reporter));
    }

    [[nodiscard]] static schema::Snapshot recorded(Context& context,
                                                   const project::Project& project,
                                                   const project::Target& target,
                                                   const std::string& change) {
        const auto reporter = context.reporter(project);
        migrate::Session session = make_session(context, project, target, *reporter, {});
        migrate::History history(session);
        const std::size_t record = history.deploy_of(change);
        const registry::StateRecord& row = history.records()[record];
        return {row.engine, row.server, row.reader, history.state_after(record), {}};
    }

    std::vector<std::string> words_;
    std::string at_;
    std::vector<std::string> objects_;
    bool svg_ = false;
    ProjectOptions project_;
    ConnectionOptions connection_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_state() {
    return std::make_unique<State>();
}

}  // namespace kedge::cli
