// SPDX-License-Identifier: MIT
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/note.hpp"
#include "cli/options.hpp"
#include "plan/edit.hpp"
#include "support/files.hpp"

namespace kedge::cli {
namespace {

namespace fs = std::filesystem;
using project::ScriptKind;

void copy_script(const std::string& from, const std::string& to) {
    if (!file_exists(from)) return;
    const fs::path folder = fs::path(to).parent_path();
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) {
        throw Failure(ErrorKind::configuration, fmt::format("cannot make the folder {}: {}",
                                                            folder.string(), error.message()));
    }
    write_file_atomically(to, read_file(from));
}

class Rework final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "Name of the change, and targets");
        app.add_option("-c,--change,--change-name", name_, "Name of the change");
        app.add_option("-r,--requires", change_.required, "A change that must be deployed before")
            ->type_name("DEPENDENCY")
            ->allow_extra_args(false);
        app.add_option("-x,--conflicts", change_.conflicts, "A change that must not be deployed")
            ->type_name("DEPENDENCY")
            ->allow_extra_args(false);
        app.add_option("-n,-m,--note", notes_, "What the rework is for")->allow_extra_args(false);
        app.add_flag("-a,--all", all_, "Rework it in the plans of all targets");
        app.add_flag("-e,--edit,--open-editor", edit_, "Open the scripts in the editor");
        app.add_option("-f,--plan-file", overrides_.plan_file, "The plan to use");
        app.add_option("--top-dir", overrides_.top_dir, "Folder of plan and scripts");
    }

    int run(Context& context) override {
        const auto project = load_project(context, overrides_);
        Arguments arguments = sort_arguments(project, words_, true);
        std::vector<std::string>& names =
            arguments.changes.empty() ? arguments.others : arguments.changes;
        if (name_.empty() && !names.empty()) {
            name_ = names.front();
            names.erase(names.begin());
        }
        if (name_.empty()) {
            throw Failure(ErrorKind::usage, "rework needs the name of a change");
        }
        refuse_others(project, arguments);
        change_.name = name_;
        std::set<std::string> plans;
        std::set<std::string> copied;
        std::vector<std::string> files;
        for (const project::Target& target : plan_targets(project, "rework", all_, arguments)) {
            const plan::Plan plan = load_plan(target);
            plan::NewChange probe = change_;
            probe.note = "x";
            const bool new_plan = plans.insert(target.plan_file).second;
            if (new_plan) {
                static_cast<void>(plan::rework_change(plan, probe, context.signature(project)));
            }
            std::vector<std::string> current;
            for (const ScriptKind kind : project::kScriptKinds) {
                const std::string path = target.script(kind, name_);
                if (file_exists(path) || kind == ScriptKind::revert) current.push_back(path);
            }
            if (new_plan && change_.note.empty()) {
                change_.note = take_note(context, project, notes_,
                                         fmt::format("the rework of \"{}\"", name_), current);
            }
            if (copied.insert(target.script(ScriptKind::deploy, name_)).second) {
                keep_former_scripts(target, plan);
            }
            files.insert(files.end(), current.begin(), current.end());
            if (!new_plan) continue;
            const plan::Edited edited =
                plan::rework_change(plan, change_, context.signature(project));
            write_file_atomically(target.plan_file, edited.text);
            context.info(fmt::format("Added \"{}\" to {}.\n", edited.added, target.plan_file));
        }
        context.info("Modify these files as appropriate:\n");
        for (const std::string& file : files) context.info(fmt::format("  * {}\n", file));
        if (edit_ || project.config().get_bool("rework.open_editor").value_or(false)) {
            context.open_in_editor(project, files);
        }
        return 0;
    }

  private:
    /// The scripts as deployed so far get the tag's name; reverting the rework means deploying the
    /// former script again.
    void keep_former_scripts(const project::Target& target, const plan::Plan& plan) const {
        const std::size_t tagged = *plan.last_tagged();
        const std::string suffix =
            fmt::format("@{}", plan.tags()[plan.changes()[tagged].tags.front()].name);
        for (const ScriptKind kind : project::kScriptKinds) {
            copy_script(target.script(kind, name_), target.script(kind, name_, suffix));
        }
        copy_script(target.script(ScriptKind::deploy, name_),
                    target.script(ScriptKind::revert, name_));
    }

    std::vector<std::string> words_;
    std::string name_;
    plan::NewChange change_;
    std::vector<std::string> notes_;
    bool all_ = false;
    bool edit_ = false;
    project::Overrides overrides_;
};

}  // namespace

std::unique_ptr<Command> make_rework() {
    return std::make_unique<Rework>();
}

}  // namespace kedge::cli
