// SPDX-License-Identifier: MIT
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "plan/edit.hpp"
#include "project/scripts.hpp"
#include "support/files.hpp"

namespace kedge::cli {
namespace {

namespace fs = std::filesystem;

/// Copies a file to the same place under `folder`, unless the copy there is as new.
void copy_into(const std::string& folder, const std::string& path) {
    const fs::path to = fs::path(folder) / fs::path(path).relative_path();
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    if (error) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("cannot make the folder {}: {}", to.parent_path().string(),
                                  error.message()));
    }
    fs::copy_file(path, to, fs::copy_options::update_existing, error);
    if (error) {
        throw Failure(ErrorKind::configuration,
                      fmt::format("cannot copy {} to {}: {}", path, to.string(), error.message()));
    }
}

class Bundle final : public Command {
  public:
    void add_options(CLI::App& app) override {
        app.add_option("args", words_, "First and last change, and targets");
        app.add_option("--dest-dir,--dir", folder_, "Where to (bundle)");
        app.add_option("--from", from_, "Begin with this change");
        app.add_option("--to", to_, "End with this change");
        app.add_flag("-a,--all", all_, "Bundle all targets");
        app.add_option("-f,--plan-file", overrides_.plan_file, "The plan to use");
        app.add_option("--top-dir", overrides_.top_dir, "Folder of plan and scripts");
    }

    int run(Context& context) override {
        const auto project = load_project(context, overrides_);
        const Arguments arguments = sort_arguments(project, words_, true);
        refuse_others(project, arguments);
        for (const std::string& change : arguments.changes) {
            if (from_.empty()) {
                from_ = change;
            } else if (to_.empty()) {
                to_ = change;
            }
        }
        if (folder_.empty()) {
            folder_ = project.config().get("bundle.dest_dir").value_or("bundle");
        }
        const auto targets = plan_targets(project, "bundle", all_, arguments);
        context.info(fmt::format("Bundling into {}\n", folder_));
        const std::string config = project.config_path("local");
        if (file_exists(config)) {
            context.info("Writing config\n");
            copy_into(folder_, config);
        }
        std::set<std::string> plans;
        for (const project::Target& target : targets) {
            if (plans.insert(target.plan_file).second) bundle(context, target);
        }
        return 0;
    }

  private:
    void bundle(const Context& context, const project::Target& target) const {
        const plan::Plan plan = load_plan(target);
        if (plan.changes().empty()) {
            throw Failure(ErrorKind::usage, fmt::format("no changes in {}", target.plan_file));
        }
        const auto index_of = [&](const std::string& key) {
            const auto found = plan.find(key);
            return found ? *found : plan.get(key);
        };
        const std::size_t from = from_.empty() ? 0 : index_of(from_);
        const std::size_t to = to_.empty() ? plan.changes().size() - 1 : index_of(to_);
        if (from_.empty() && to_.empty()) {
            context.info("Writing plan\n");
            copy_into(folder_, target.plan_file);
        } else {
            context.info(fmt::format("Writing plan from {} to {}\n",
                                     from_.empty() ? "@ROOT" : from_, to_.empty() ? "@HEAD" : to_));
            const fs::path path = fs::path(folder_) / fs::path(target.plan_file).relative_path();
            fs::create_directories(path.parent_path());
            write_file_atomically(path.string(), plan::slice(plan, from, to));
        }
        context.info("Writing scripts\n");
        for (std::size_t i = from; i <= to; ++i) {
            context.info(fmt::format("  + {}\n", plan.name_with_tags(i)));
            for (const auto kind : project::kScriptKinds) {
                const std::string path = project::planned_script(target, plan, i, kind);
                if (file_exists(path)) copy_into(folder_, path);
            }
        }
    }

    std::vector<std::string> words_;
    std::string folder_;
    std::string from_;
    std::string to_;
    bool all_ = false;
    project::Overrides overrides_;
};

}  // namespace

std::unique_ptr<Command> make_bundle() {
    return std::make_unique<Bundle>();
}

}  // namespace kedge::cli
