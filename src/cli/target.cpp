// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/property_options.hpp"
#include "report/json.hpp"
#include "support/text.hpp"
#include "support/uri.hpp"

namespace kedge::cli {
namespace {

class TargetCommand final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_,
                       "list; add NAME URI; alter NAME; rename OLD NEW; remove NAME; show NAME…");
        app.add_option("--uri", uri_, "URI of the database");
        properties_.add(app);
        format_.add(app);
    }

    int run(Context& context) override {
        format_.apply(context);
        const auto project = load_project(context, {});
        const std::string action = words_.empty() ? "list" : words_.front();
        if (!words_.empty()) words_.erase(words_.begin());
        if (action == "list") return list(context, project);
        if (action == "show") return show(context, project);
        if (words_.empty()) {
            throw Failure(ErrorKind::usage, fmt::format("target {} needs a name", action));
        }
        if (action == "add") return add(context, project);
        if (action == "alter") return alter(context, project);
        if (action == "rename") return rename(project);
        if (action == "remove" || action == "rm") return remove(project);
        static const std::vector<std::string> kActions = {"list",   "add",    "alter",
                                                          "rename", "remove", "show"};
        throw Failure(
            ErrorKind::usage,
            fmt::format("unknown action \"{}\"{}", action, did_you_mean(action, kActions)),
            "there are: " + join(kActions, ", "));
    }

  private:
    static bool known(const project::Project& project, const std::string& name) {
        return project.config().find(fmt::format("target.{}.uri", name)) != nullptr;
    }

    static void require_known(const project::Project& project, const std::string& name) {
        if (known(project, name)) return;
        throw Failure(ErrorKind::usage,
                      fmt::format("unknown target \"{}\"{}", name,
                                  did_you_mean(name, project.target_names())),
                      fmt::format("add it with: kedge target add {} URI", name));
    }

    int list(const Context& context, const project::Project& project) const {
        std::vector<project::Target> targets;
        for (const std::string& name : project.target_names()) {
            targets.push_back(project.target(name));
        }
        if (context.json) {
            context.out(report::json_targets(targets));
            return 0;
        }
        for (const project::Target& target : targets) {
            context.out(context.level(project.config()) > 1
                            ? fmt::format("{}\t{}\n", target.name, target.uri->display())
                            : target.name + "\n");
        }
        return 0;
    }

    int show(const Context& context, const project::Project& project) const {
        if (words_.empty()) return list(context, project);
        std::vector<project::Target> targets;
        for (const std::string& name : words_) {
            require_known(project, name);
            targets.push_back(project.target(name));
        }
        if (context.json) {
            context.out(report::json_targets(targets));
            return 0;
        }
        for (const project::Target& target : targets) {
            context.out(describe_target(
                target.name, fmt::format("URI:           {}", target.uri->display()), target));
        }
        return 0;
    }

    int add(const Context& context, const project::Project& project) const {
        const std::string& name = words_[0];
        if (known(project, name)) {
            throw Failure(ErrorKind::usage, fmt::format("target \"{}\" already exists", name),
                          fmt::format("change it with: kedge target alter {}", name));
        }
        const std::string uri = words_.size() > 1 ? words_[1] : uri_.value_or("");
        if (uri.empty()) throw Failure(ErrorKind::usage, "target add needs a name and a URI");
        save(project, name, uri);
        const auto changed = project::Project::load(context.environment, {});
        make_missing_parts(context, changed, changed.target(name));
        return 0;
    }

    int alter(const Context& context, const project::Project& project) const {
        require_known(project, words_[0]);
        save(project, words_[0], uri_.value_or(""));
        const auto changed = project::Project::load(context.environment, {});
        make_missing_parts(context, changed, changed.target(words_[0]));
        return 0;
    }

    void save(const project::Project& project, const std::string& name,
              const std::string& uri) const {
        const std::string path = project.config_path("local");
        auto file = project::ConfigFile::load(path);
        if (!uri.empty()) {
            file.set(fmt::format("target.{}.uri", name), DbUri::parse_lenient(uri).to_string());
        }
        properties_.write(file, fmt::format("target.{}", name));
        file.save(path);
    }

    /// Keys of the configuration that name the target.
    static std::vector<std::string> references(const project::Project& project,
                                               const std::string& name) {
        std::vector<std::string> out;
        if (project.config().property("core.target") == name) out.emplace_back("core.target");
        for (const std::string& engine : project.engine_names()) {
            const std::string key = fmt::format("engine.{}.target", engine);
            if (project.config().property(key) == name) out.push_back(key);
        }
        return out;
    }

    static void refuse_referenced(const project::Project& project, const std::string& name,
                                  const char* verb) {
        const auto keys = references(project, name);
        if (keys.empty()) return;
        throw Failure(ErrorKind::usage,
                      fmt::format("cannot {} target \"{}\" because it's referenced by: {}", verb,
                                  name, join(keys, ", ")));
    }

    int rename(const project::Project& project) const {
        if (words_.size() != 2) {
            throw Failure(ErrorKind::usage, "target rename needs the old and the new name");
        }
        require_known(project, words_[0]);
        refuse_referenced(project, words_[0], "rename");
        if (known(project, words_[1])) {
            throw Failure(ErrorKind::usage, fmt::format("target \"{}\" already exists", words_[1]));
        }
        const std::string path = project.config_path("local");
        auto file = project::ConfigFile::load(path);
        file.rename_section(fmt::format("target.{}", words_[0]),
                            fmt::format("target.{}", words_[1]));
        if (has_variables(file, words_[0])) {
            file.rename_section(fmt::format("target.{}.variables", words_[0]),
                                fmt::format("target.{}.variables", words_[1]));
        }
        file.save(path);
        return 0;
    }

    int remove(const project::Project& project) const {
        require_known(project, words_[0]);
        refuse_referenced(project, words_[0], "remove");
        const std::string path = project.config_path("local");
        auto file = project::ConfigFile::load(path);
        file.remove_section(fmt::format("target.{}", words_[0]));
        if (has_variables(file, words_[0])) {
            file.remove_section(fmt::format("target.{}.variables", words_[0]));
        }
        file.save(path);
        return 0;
    }

    static bool has_variables(const project::ConfigFile& file, const std::string& name) {
        const auto entries = file.entries();
        return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
            return entry.section == "target" && entry.subsection == name + ".variables";
        });
    }

    std::vector<std::string> words_;
    std::optional<std::string> uri_;
    PropertyOptions properties_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_target() {
    return std::make_unique<TargetCommand>();
}

}  // namespace kedge::cli
