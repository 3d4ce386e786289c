// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "migrate/history.hpp"
#include "project/scripts.hpp"
#include "report/difference_text.hpp"
#include "support/files.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::cli {
namespace {

class Show final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("type", type_, "change, tag, deploy, revert or verify");
        app.add_option("key", key_, "The change or tag");
        app.add_flag("--diff", diff_, "What the deploy of the change did to the schema");
        app.add_flag("-e,--exists", exists_, "Only say by the exit status whether it is there");
        project_.add(app);
    }

    int run(Context& context) override {
        // `show --diff orders` names no type.
        if (diff_ && key_.empty()) key_ = std::exchange(type_, "change");
        if (type_.empty() || key_.empty()) {
            throw Failure(ErrorKind::usage, "show needs a type and the name of a change or tag",
                          "for example: kedge show deploy users");
        }
        const auto project = load_project(context, project_.overrides);
        const project::Target target = project.default_target();
        const plan::Plan plan = load_plan(target);
        try {
            if (diff_) {
                context.out(changes_to_schema(context, project, target));
                return 0;
            }
            const std::string text = type_ == "tag" ? show_tag(plan) : show_change(target, plan);
            if (!exists_) context.out(text + "\n");
        } catch (const Failure&) {
            if (!exists_) throw;
            return 2;
        }
        return 0;
    }

  private:
    [[nodiscard]] std::string changes_to_schema(const Context& context,
                                                const project::Project& project,
                                                const project::Target& target) const {
        const auto reporter = context.reporter(project);
        migrate::Session session = make_session(context, project, target, *reporter, {});
        migrate::History history(session);
        return report::difference_text(history.differences(history.deploy_of(key_)),
                                       context.out_style(), report::Wording::history);
    }

    [[nodiscard]] std::string show_tag(const plan::Plan& plan) const {
        if (looks_like_sha1(key_)) {
            for (std::size_t i = 0; i < plan.tags().size(); ++i) {
                if (plan.tags()[i].id == key_) return plan.tag_info(i);
            }
        }
        std::string_view name = key_;
        if (name.substr(0, 1) == "@") name.remove_prefix(1);
        if (const auto tag = plan.find_tag(name)) return plan.tag_info(*tag);
        std::vector<std::string> names;
        for (const plan::Tag& tag : plan.tags()) names.emplace_back(tag.name);
        throw Failure(ErrorKind::usage,
                      fmt::format("unknown tag \"{}\"{}", key_, did_you_mean(name, names)));
    }

    [[nodiscard]] std::string show_change(const project::Target& target,
                                          const plan::Plan& plan) const {
        static const std::array<std::string, 5> kTypes = {"change", "tag", "deploy", "revert",
                                                          "verify"};
        const bool is_script = type_ == "deploy" || type_ == "revert" || type_ == "verify";
        if (!is_script && type_ != "change") {
            throw Failure(
                ErrorKind::usage,
                fmt::format("unknown type of object \"{}\"{}", type_, did_you_mean(type_, kTypes)),
                "there are: " + join(kTypes, ", "));
        }
        const auto found = plan.find(key_);
        const std::size_t index = found ? *found : plan.get(key_);
        if (!is_script) return plan.change_info(index);
        const auto kind = type_ == "deploy"   ? project::ScriptKind::deploy
                          : type_ == "revert" ? project::ScriptKind::revert
                                              : project::ScriptKind::verify;
        const std::string path = project::planned_script(target, plan, index, kind);
        if (!file_exists(path)) {
            throw Failure(ErrorKind::usage, fmt::format("file {} does not exist", path));
        }
        return read_file(path);
    }

    std::string type_;
    std::string key_;
    bool exists_ = false;
    bool diff_ = false;
    ProjectOptions project_;
};

}  // namespace

std::unique_ptr<Command> make_show() {
    return std::make_unique<Show>();
}

}  // namespace kedge::cli
