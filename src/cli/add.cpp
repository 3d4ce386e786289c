// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/note.hpp"
#include "cli/options.hpp"
#include "plan/edit.hpp"
#include "project/new_scripts.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Add final : public Command {
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
        app.add_option("-n,-m,--note", notes_, "What the change is for")->allow_extra_args(false);
        app.add_flag("-a,--all", all_, "Add it to the plans of all targets");
        app.add_option("-t,--template,--template-name", scripts_.template_name,
                       "Name of the templates (the engine's)");
        app.add_option("--template-directory", scripts_.template_folder, "Folder of templates");
        app.add_option("--with", with_, "Make this kind of script too")->allow_extra_args(false);
        app.add_option("--without", without_, "Don't make this kind of script")
            ->allow_extra_args(false);
        use_.add(app, "--use", "A template for a kind of script: deploy=FILE");
        app.add_option("-s,--set", sets_, "A variable for the templates: NAME=VALUE")
            ->type_name("NAME=VALUE")
            ->allow_extra_args(false);
        app.add_flag("-e,--edit,--open-editor", edit_, "Open the new scripts in the editor");
        app.add_option("-f,--plan-file", overrides_.plan_file, "The plan to use");
        app.add_option("--top-dir", overrides_.top_dir, "Folder of plan and scripts");
    }

    int run(Context& context) override {
        const auto project = load_project(context, overrides_);
        const Arguments arguments = take_name(project);
        const auto targets = plan_targets(project, "add", all_, arguments);
        complete_settings(project);
        change_.name = name_;
        std::set<std::string> plans;
        std::vector<std::string> files;
        for (const project::Target& target : targets) {
            const bool new_plan = plans.insert(target.plan_file).second;
            const plan::Plan plan = load_plan(target);
            // Refused before any file is written; with a note that can't fail.
            plan::NewChange probe = change_;
            probe.note = "x";
            if (new_plan) {
                static_cast<void>(plan::add_change(plan, probe, context.signature(project)));
            }
            const auto made = project::new_scripts(project, target, plan, change_, scripts_);
            if (new_plan && change_.note.empty()) {
                std::vector<std::string> paths;
                for (const auto& script : made) paths.push_back(script.path);
                change_.note = take_note(context, project, notes_,
                                         fmt::format("the change \"{}\"", name_), paths);
            }
            for (const auto& script : made) {
                const bool written = project::write_script(script);
                context.info(written ? fmt::format("Created {}\n", script.path)
                                     : fmt::format("Skipped {}: already exists\n", script.path));
                files.push_back(script.path);
                if (!script.warning.empty()) context.warn(script.warning);
            }
            if (!new_plan) continue;
            const plan::Edited edited = plan::add_change(plan, change_, context.signature(project));
            write_file_atomically(target.plan_file, edited.text);
            context.info(fmt::format("Added \"{}\" to {}\n", edited.added, target.plan_file));
        }
        const bool open =
            edit_ || project.config()
                         .get_bool("add.open_editor")
                         .value_or(project.config().get_bool("add.edit").value_or(false));
        if (open) context.open_in_editor(project, files);
        return 0;
    }

  private:
    Arguments take_name(const project::Project& project) {
        Arguments arguments = sort_arguments(project, words_, false);
        if (name_.empty() && !arguments.others.empty()) {
            name_ = arguments.others.front();
            arguments.others.erase(arguments.others.begin());
        }
        if (name_.empty()) {
            throw Failure(ErrorKind::usage, "add needs the name of the change",
                          "for example: kedge add users -n 'Table of users'");
        }
        refuse_others(project, arguments);
        return arguments;
    }

    void complete_settings(const project::Project& project) {
        const project::Config& config = project.config();
        if (scripts_.template_name.empty()) {
            scripts_.template_name = config.get("add.template_name").value_or("");
        }
        for (const auto& [kind, file] : config.variables("add.templates")) {
            scripts_.templates[kind] = file;
        }
        for (const auto& [kind, file] : use_.values()) scripts_.templates[kind] = file;
        scripts_.without.insert(without_.begin(), without_.end());
        for (const std::string& kind : with_) {
            scripts_.without.erase(kind);
            scripts_.with.insert(kind);
        }
        for (const auto& [key, value] : config.variables("add.variables")) {
            scripts_.variables[key] = value;
        }
        std::map<std::string, std::vector<std::string>> given;
        for (const std::string& text : sets_) {
            const std::size_t equals = text.find('=');
            if (equals == std::string::npos || equals == 0) {
                throw Failure(ErrorKind::usage, fmt::format("\"{}\" is not NAME=VALUE", text));
            }
            given[text.substr(0, equals)].push_back(text.substr(equals + 1));
        }
        for (auto& [key, values] : given) {
            if (values.size() == 1) {
                scripts_.variables[key] = values.front();
            } else {
                scripts_.variables[key] = values;
            }
        }
    }

    std::vector<std::string> words_;
    std::string name_;
    plan::NewChange change_;
    std::vector<std::string> notes_;
    bool all_ = false;
    std::vector<std::string> with_;
    std::vector<std::string> without_;
    SetOption use_;
    std::vector<std::string> sets_;
    bool edit_ = false;
    project::NewScriptOptions scripts_;
    project::Overrides overrides_;
};

}  // namespace

std::unique_ptr<Command> make_add() {
    return std::make_unique<Add>();
}

}  // namespace kedge::cli
