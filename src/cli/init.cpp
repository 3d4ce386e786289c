// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/merge_driver.hpp"
#include "cli/options.hpp"
#include "plan/edit.hpp"
#include "project/config_file.hpp"
#include "support/files.hpp"
#include "support/text.hpp"
#include "support/uri.hpp"

namespace kedge::cli {
namespace {

namespace fs = std::filesystem;
using project::ScriptKind;

class Init final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("project", name_, "Name of the project");
        app.add_option("--uri", uri_, "URI that tells the project from others of its name");
        app.add_option("--engine", engine_, "Kind of database: sqlite (the default)");
        app.add_option("--target", target_, "Name or URI of the database to use by default");
        app.add_option("-f,--plan-file", overrides_.plan_file, "The plan's file");
        app.add_option("--top-dir", overrides_.top_dir, "Folder of plan and scripts");
        app.add_option("--extension", extension_, "File name extension of scripts (sql)");
        app.add_option("--registry", registry_, "Name of the registry");
        app.add_option("--client", client_, "Kept in the configuration for Sqitch's sake");
        app.add_flag("--git", git_, "Have git merge the plan by kedge plan merge");
        dirs_.add(app, "--dir", "Folder of a kind of script: deploy=DIR");
        set_.add(app, "-s,--set", "A variable for scripts, kept in the configuration");
    }

    int run(Context& context) override {
        if (name_.empty()) {
            if (git_ && set_up_git(context)) return 0;
            throw Failure(ErrorKind::usage, "init needs the name of the project",
                          "for example: kedge init shop");
        }
        // Refused before anything is written.
        const std::string plan_text = plan::new_plan_text(name_, uri_.empty() ? "" : canonical());
        if (!engine_.empty()) overrides_.engine = engine_;
        auto project = load_project(context, overrides_);
        // Where there is no git, too, nothing is written.
        if (git_) static_cast<void>(driver(project, likely_plan_file(project)));
        write_config(context, project);
        project = project::Project::load(context.environment, overrides_);
        const project::Target target = project.default_target();
        write_plan(context, target, plan_text);
        make_folders(context, target);
        if (git_) driver(project, target.plan_file).set_up(context);
        return 0;
    }

  private:
    static MergeDriver driver(const project::Project& project, const std::string& plan_file) {
        return {project.config().get("core.vcs.client").value_or("git"), plan_file};
    }

    /// Where the plan is, or will be: enough to tell whether git is there.
    [[nodiscard]] std::string likely_plan_file(const project::Project& project) const {
        if (project.has_local_config()) return project.default_target().plan_file;
        return overrides_.plan_file.value_or(
            project::join_path(overrides_.top_dir.value_or("."), "kedge.plan"));
    }

    /// For all plans of a project that is there already; false if there is none.
    bool set_up_git(Context& context) const {
        const auto project = load_project(context, overrides_);
        std::set<std::string> plans;
        for (const project::Target& target : project.all_targets()) {
            if (file_exists(target.plan_file)) plans.insert(target.plan_file);
        }
        for (const std::string& plan : plans) driver(project, plan).set_up(context);
        return !plans.empty();
    }

    [[nodiscard]] std::string canonical() const { return canonical_uri(uri_); }

    void write_config(const Context& context, const project::Project& project) const {
        const std::string path =
            project.has_local_config() ? project.config_path("local") : std::string("kedge.conf");
        if (file_exists(path)) return;
        auto file = project::ConfigFile::parse("", path);
        std::string engine = engine_;
        std::string uri = target_;
        std::string name;
        const bool is_uri = target_.find(':') != std::string::npos;
        if (!target_.empty() && !is_uri) {
            name = target_;
            uri.clear();
        }
        if (engine.empty() && is_uri) engine = DbUri::parse_lenient(target_).engine;
        if (engine.empty()) engine = "sqlite";
        if (const auto& known = project::kEngineNames;
            std::find(known.begin(), known.end(), engine) == known.end()) {
            throw Failure(
                ErrorKind::usage,
                fmt::format("unknown engine \"{}\"{}", engine, did_you_mean(engine, known)),
                "engines are named: " + join(known, ", "));
        }
        if (uri.empty() && engine == "sqlite") uri = fmt::format("db:sqlite:{}.db", name_);
        file.set("core.engine", engine);
        if (overrides_.plan_file) file.set("core.plan_file", *overrides_.plan_file);
        if (overrides_.top_dir) file.set("core.top_dir", *overrides_.top_dir);
        if (!extension_.empty()) file.set("core.extension", extension_);
        for (const auto& [kind, folder] : dirs_.values()) {
            file.set(fmt::format("core.{}_dir", kind), folder);
        }
        for (const auto& [key, value] : set_.values()) {
            file.set(fmt::format("core.variables.{}", key), value);
        }
        if (!name.empty()) {
            if (!uri.empty()) file.set(fmt::format("target.{}.uri", name), uri);
            file.set(fmt::format("engine.{}.target", engine), name);
        } else if (!uri.empty()) {
            file.set(fmt::format("engine.{}.target", engine), uri);
        }
        if (!registry_.empty()) file.set(fmt::format("engine.{}.registry", engine), registry_);
        if (!client_.empty()) file.set(fmt::format("engine.{}.client", engine), client_);
        // What a careful deploy does; Sqitch's default is not to.
        file.set("deploy.verify", "true");
        file.save(path);
        context.info(fmt::format("Created {}\n", path));
    }

    void write_plan(const Context& context, const project::Target& target,
                    const std::string& text) const {
        if (file_exists(target.plan_file)) {
            const plan::Plan plan = plan::Plan::load(target.plan_file);
            if (plan.project() == name_) return;
            throw Failure(ErrorKind::usage,
                          fmt::format("cannot begin \"{}\": the project \"{}\" is in {} already",
                                      name_, plan.project(), target.plan_file));
        }
        const fs::path folder = fs::path(target.plan_file).parent_path();
        if (!folder.empty()) make_folder(folder.string());
        write_file_atomically(target.plan_file, text);
        context.info(fmt::format("Created {}\n", target.plan_file));
    }

    static void make_folders(const Context& context, const project::Target& target) {
        for (const ScriptKind kind : project::kScriptKinds) {
            const std::string& folder = target.dirs.at(kind);
            if (fs::is_directory(folder)) continue;
            make_folder(folder);
            context.info(fmt::format("Created {}/\n", folder));
        }
    }

    static void make_folder(const std::string& folder) {
        std::error_code error;
        fs::create_directories(folder, error);
        if (error) {
            throw Failure(ErrorKind::configuration,
                          fmt::format("cannot make the folder {}: {}", folder, error.message()));
        }
    }

    std::string name_;
    std::string uri_;
    std::string engine_;
    std::string target_;
    std::string extension_;
    std::string registry_;
    std::string client_;
    bool git_ = false;
    project::Overrides overrides_;
    SetOption dirs_;
    SetOption set_;
};

}  // namespace

std::unique_ptr<Command> make_init() {
    return std::make_unique<Init>();
}

}  // namespace kedge::cli
