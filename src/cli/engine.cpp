// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/property_options.hpp"
#include "project/project.hpp"
#include "report/json.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class EngineCommand final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_,
                       "list; add ENGINE [TARGET]; alter ENGINE; remove ENGINE; show ENGINE…");
        app.add_option("--target", target_, "The engine's default target");
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
            throw Failure(ErrorKind::usage,
                          fmt::format("engine {} needs the name of an engine", action));
        }
        if (action == "add") return add(context, project);
        if (action == "alter") return alter(context, project);
        if (action == "remove" || action == "rm") return remove(project);
        static const std::vector<std::string> kActions = {"list", "add", "alter", "remove", "show"};
        throw Failure(
            ErrorKind::usage,
            fmt::format("unknown action \"{}\"{}", action, did_you_mean(action, kActions)),
            "there are: " + join(kActions, ", "));
    }

  private:
    static void require_engine(const std::string& name) {
        const auto& known = project::kEngineNames;
        if (std::find(known.begin(), known.end(), name) != known.end()) return;
        throw Failure(ErrorKind::usage,
                      fmt::format("unknown engine \"{}\"{}", name, did_you_mean(name, known)),
                      "engines are named: " + join(known, ", "));
    }

    static bool configured(const project::Project& project, const std::string& name) {
        return project.config().find(fmt::format("engine.{}.target", name)) != nullptr;
    }

    static void require_configured(const project::Project& project, const std::string& name) {
        if (configured(project, name)) return;
        throw Failure(ErrorKind::usage, fmt::format("unknown engine \"{}\"", name),
                      fmt::format("add it with: kedge engine add {}", name));
    }

    int list(const Context& context, const project::Project& project) const {
        std::vector<project::Target> targets;
        for (const std::string& name : project.engine_names()) {
            if (context.json) {
                targets.push_back(project.engine_target(name));
                continue;
            }
            // One whose target is nowhere is listed too.
            const auto target = project.config().property(fmt::format("engine.{}.target", name));
            context.out(context.level(project.config()) > 1
                            ? fmt::format("{}\t{}\n", name, target.value_or(""))
                            : name + "\n");
        }
        if (context.json) context.out(report::json_targets(targets));
        return 0;
    }

    int show(const Context& context, const project::Project& project) const {
        if (words_.empty()) return list(context, project);
        std::vector<project::Target> targets;
        for (const std::string& name : words_) {
            require_configured(project, name);
            targets.push_back(project.engine_target(name));
        }
        if (context.json) {
            context.out(report::json_targets(targets));
            return 0;
        }
        for (std::size_t i = 0; i < targets.size(); ++i) {
            context.out(describe_target(
                words_[i], fmt::format("Target:        {}", targets[i].name), targets[i]));
        }
        return 0;
    }

    int add(const Context& context, const project::Project& project) const {
        require_engine(words_[0]);
        if (configured(project, words_[0])) {
            throw Failure(ErrorKind::usage, fmt::format("engine \"{}\" already exists", words_[0]),
                          fmt::format("change it with: kedge engine alter {}", words_[0]));
        }
        std::string target = words_.size() > 1 ? words_[1] : target_.value_or("");
        if (target.empty()) target = fmt::format("db:{}:", words_[0]);
        save(project, target);
        finish(context);
        return 0;
    }

    int alter(const Context& context, const project::Project& project) const {
        require_engine(words_[0]);
        require_configured(project, words_[0]);
        save(project, target_.value_or(""));
        finish(context);
        return 0;
    }

    void save(const project::Project& project, const std::string& target) const {
        if (!target.empty()) static_cast<void>(project.target(target));
        const std::string path = project.config_path("local");
        auto file = project::ConfigFile::load(path);
        const std::string prefix = fmt::format("engine.{}", words_[0]);
        if (!target.empty()) file.set(prefix + ".target", target);
        properties_.write(file, prefix);
        file.save(path);
    }

    void finish(const Context& context) const {
        const auto changed = project::Project::load(context.environment, {});
        make_missing_parts(context, changed, changed.engine_target(words_[0]));
    }

    int remove(const project::Project& project) const {
        require_configured(project, words_[0]);
        const std::string path = project.config_path("local");
        auto file = project::ConfigFile::load(path);
        file.remove_section(fmt::format("engine.{}", words_[0]));
        file.save(path);
        return 0;
    }

    std::vector<std::string> words_;
    std::optional<std::string> target_;
    PropertyOptions properties_;
    FormatOption format_;
};

}  // namespace

std::unique_ptr<Command> make_engine() {
    return std::make_unique<EngineCommand>();
}

}  // namespace kedge::cli
