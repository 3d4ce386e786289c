// SPDX-License-Identifier: MIT
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/note.hpp"
#include "cli/options.hpp"
#include "plan/edit.hpp"
#include "support/files.hpp"

namespace kedge::cli {
namespace {

class Tag final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Name of the tag, a change to tag, and targets");
        app.add_option("-t,--tag,--tag-name", name_, "Name of the tag");
        app.add_option("-c,--change", change_, "The change to tag (the last one)");
        app.add_option("-n,-m,--note", notes_, "What the tag is for")->allow_extra_args(false);
        app.add_flag("-a,--all", all_, "Tag the plans of all targets");
        app.add_option("-f,--plan-file", overrides_.plan_file, "The plan to use");
        app.add_option("--top-dir", overrides_.top_dir, "Folder of plan and scripts");
    }

    int run(Context& context) override {
        const auto project = load_project(context, overrides_);
        const Arguments arguments = take_names(project);
        const auto targets = plan_targets(project, "tag", all_, arguments);
        if (name_.empty()) return list(context, targets);
        std::set<std::string> plans;
        std::string note;
        for (const project::Target& target : targets) {
            if (!plans.insert(target.plan_file).second) continue;
            const plan::Plan plan = load_plan(target);
            // Refused before the editor opens.
            static_cast<void>(plan::add_tag(plan, name_, change_, "x", context.signature(project)));
            if (note.empty()) {
                note =
                    take_note(context, project, notes_, fmt::format("the tag \"{}\"", name_), {});
            }
            const plan::Edited edited =
                plan::add_tag(plan, name_, change_, note, context.signature(project));
            write_file_atomically(target.plan_file, edited.text);
            const std::size_t tagged =
                change_ ? plan.find(*change_).value_or(0) : plan.changes().size() - 1;
            context.info(fmt::format("Tagged \"{}\" with {} in {}\n", plan.changes()[tagged].name,
                                     edited.added, target.plan_file));
        }
        return 0;
    }

  private:
    /// Words that are no targets are the tag and then the change, as far as options leave them.
    Arguments take_names(const project::Project& project) {
        Arguments arguments = sort_arguments(project, words_, false);
        std::vector<std::string>& words = arguments.others;
        if (name_.empty() && !words.empty()) {
            name_ = words.front();
            words.erase(words.begin());
        }
        if (!change_ && !words.empty()) {
            change_ = words.front();
            words.erase(words.begin());
        }
        refuse_others(project, arguments);
        return arguments;
    }

    static int list(const Context& context, const std::vector<project::Target>& targets) {
        std::set<std::string> seen;
        for (const project::Target& target : targets) {
            const plan::Plan plan = load_plan(target);
            for (const plan::Tag& tag : plan.tags()) {
                if (seen.insert(std::string(tag.name)).second) {
                    context.out(fmt::format("@{}\n", tag.name));
                }
            }
        }
        return 0;
    }

    std::vector<std::string> words_;
    std::string name_;
    std::optional<std::string> change_;
    std::vector<std::string> notes_;
    bool all_ = false;
    project::Overrides overrides_;
};

}  // namespace

std::unique_ptr<Command> make_tag() {
    return std::make_unique<Tag>();
}

}  // namespace kedge::cli
