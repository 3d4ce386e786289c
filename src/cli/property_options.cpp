// SPDX-License-Identifier: MIT
#include "cli/property_options.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "plan/edit.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::cli {

void PropertyOptions::add(CLI::App& app) {
    app.add_option("--registry", registry, "Name of the registry");
    app.add_option("--client", client, "Kept for Sqitch's sake");
    app.add_option("-f,--plan-file", plan_file, "The plan's file");
    app.add_option("--top-dir", top_dir, "Folder of plan and scripts");
    app.add_option("--extension", extension, "File name extension of scripts");
    dirs.add(app, "--dir", "Folder of a kind of script: deploy=DIR");
    variables.add(app, "-s,--set", "A variable for scripts");
}

void PropertyOptions::write(project::ConfigFile& file, const std::string& prefix) const {
    const auto put = [&](const char* key, const std::optional<std::string>& value) {
        if (value) file.set(fmt::format("{}.{}", prefix, key), *value);
    };
    put("registry", registry);
    put("client", client);
    put("plan_file", plan_file);
    put("top_dir", top_dir);
    put("extension", extension);
    for (const auto& [kind, folder] : dirs.values()) {
        std::string key = kind;
        std::replace(key.begin(), key.end(), '-', '_');
        file.set(fmt::format("{}.{}_dir", prefix, key), folder);
    }
    for (const auto& [key, value] : variables.values()) {
        file.set(fmt::format("{}.variables.{}", prefix, key), value);
    }
}

std::string describe_target(const std::string& name, const std::string& uri_line,
                            const project::Target& target) {
    using project::ScriptKind;
    std::string out = fmt::format(
        "* {}\n    {}\n    Registry:      {}\n    Client:        {}\n    Top Directory: {}\n"
        "    Plan File:     {}\n    Extension:     {}\n    Script Directories:\n"
        "      Deploy:      {}\n      Revert:      {}\n      Verify:      {}\n"
        "    Reworked Script Directories:\n      Reworked:    {}\n"
        "      Deploy:      {}\n      Revert:      {}\n      Verify:      {}\n",
        name, uri_line, target.registry.empty() ? "inside the database" : target.registry,
        target.client, target.top_dir, target.plan_file, target.extension,
        target.dirs.at(ScriptKind::deploy), target.dirs.at(ScriptKind::revert),
        target.dirs.at(ScriptKind::verify), target.reworked_dir,
        target.reworked_dirs.at(ScriptKind::deploy), target.reworked_dirs.at(ScriptKind::revert),
        target.reworked_dirs.at(ScriptKind::verify));
    if (target.variables.empty()) return out + "    No Variables\n";
    std::vector<std::pair<std::string, std::string>> sorted(target.variables.begin(),
                                                            target.variables.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return to_lower_ascii(a.first) < to_lower_ascii(b.first);
    });
    std::size_t widest = 0;
    for (const auto& [key, value] : sorted) widest = std::max(widest, key.size());
    out += "    Variables:\n";
    for (const auto& [key, value] : sorted) {
        out += fmt::format("      {}:{} {}\n", key, std::string(widest - key.size(), ' '), value);
    }
    return out;
}

void make_missing_parts(const Context& context, const project::Project& project,
                        const project::Target& target) {
    namespace fs = std::filesystem;
    const auto make_folder = [](const fs::path& folder) {
        std::error_code error;
        if (!folder.empty()) fs::create_directories(folder, error);
        if (error) {
            throw Failure(ErrorKind::configuration, fmt::format("cannot make the folder {}: {}",
                                                                folder.string(), error.message()));
        }
    };
    if (!file_exists(target.plan_file)) {
        const project::Target base = project.default_target();
        if (!file_exists(base.plan_file)) return;
        const plan::Plan plan = plan::Plan::load(base.plan_file);
        make_folder(fs::path(target.plan_file).parent_path());
        write_file_atomically(target.plan_file, plan::new_plan_text(plan.project(), plan.uri()));
        context.info(fmt::format("Created {}\n", target.plan_file));
    }
    for (const auto kind : project::kScriptKinds) {
        const std::string& folder = target.dirs.at(kind);
        if (fs::is_directory(folder)) continue;
        make_folder(folder);
        context.info(fmt::format("Created {}/\n", folder));
    }
}

}  // namespace kedge::cli
