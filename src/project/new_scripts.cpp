// SPDX-License-Identifier: MIT
#include "project/new_scripts.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::project {
namespace {

namespace fs = std::filesystem;

/// The template file of a kind; none where only the built-in text is left.
std::optional<std::string> find_template(const std::vector<std::string>& folders,
                                         const std::string& kind, const std::string& name) {
    for (const std::string& folder : folders) {
        const std::string path = fmt::format("{}/{}/{}.tmpl", folder, kind, name);
        if (file_exists(path)) return path;
    }
    return std::nullopt;
}

/// The kinds that have a template of that name in any folder.
std::set<std::string> kinds_in(const std::vector<std::string>& folders, const std::string& name) {
    std::set<std::string> out;
    for (const std::string& folder : folders) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            const std::string kind = entry.path().filename().string();
            if (file_exists(fmt::format("{}/{}/{}.tmpl", folder, kind, name))) out.insert(kind);
        }
    }
    return out;
}

std::string path_of(const Target& target, const std::string& kind, const std::string& change) {
    for (const ScriptKind known : kScriptKinds) {
        if (kind == script_word(known)) return target.script(known, change);
    }
    return join_path(join_path(target.top_dir, kind),
                     fmt::format("{}.{}", change, target.extension));
}

std::string odd_extension(const std::string& path, const std::string& extension) {
    const std::string twice = fmt::format(".{0}.{0}", extension);
    if (path.size() < twice.size() ||
        path.compare(path.size() - twice.size(), twice.size(), twice) != 0) {
        return {};
    }
    return fmt::format("{} has the extension twice; the change's name should not have it", path);
}

}  // namespace

std::vector<NewScript> new_scripts(const Project& project, const Target& target,
                                   const plan::Plan& plan, const plan::NewChange& change,
                                   const NewScriptOptions& options) {
    std::vector<std::string> folders = project.template_folders(target);
    if (!options.template_folder.empty()) {
        if (!fs::is_directory(options.template_folder)) {
            throw Failure(ErrorKind::usage, fmt::format("there is no folder of templates {}",
                                                        options.template_folder));
        }
        folders.insert(folders.begin(), options.template_folder);
    }
    const std::string engine = target.engine();
    const std::string name = options.template_name.empty() ? engine : options.template_name;
    std::set<std::string> kinds = kinds_in(folders, name);
    for (const ScriptKind kind : kScriptKinds) kinds.insert(script_word(kind));
    for (const auto& [kind, file] : options.templates) kinds.insert(kind);

    TemplateVariables variables = options.variables;
    variables["change"] = change.name;
    variables["engine"] = engine;
    variables["project"] = std::string(plan.project());
    variables["requires"] = change.required;
    variables["conflicts"] = change.conflicts;

    std::vector<NewScript> out;
    for (const std::string& kind : kinds) {
        if (options.without.count(kind) > 0) continue;
        NewScript script;
        script.kind = kind;
        script.path = path_of(target, kind, change.name);
        script.warning = odd_extension(script.path, target.extension);
        std::optional<std::string> file;
        if (const auto given = options.templates.find(kind); given != options.templates.end()) {
            if (!file_exists(given->second)) {
                throw Failure(ErrorKind::usage,
                              fmt::format("there is no template {}", given->second));
            }
            file = given->second;
        } else {
            file = find_template(folders, kind, name);
        }
        // A name that was asked for has to be found; the built-in texts are for the engines.
        if (!file && (!options.template_name.empty() || default_template(kind).empty())) {
            throw Failure(ErrorKind::usage,
                          fmt::format("cannot find a {} template named \"{}\"", kind, name),
                          "templates are looked for in: " + join(folders, ", "));
        }
        script.text = file ? render_template(read_file(*file), variables, *file)
                           : render_template(default_template(kind), variables, "built-in " + kind);
        out.push_back(std::move(script));
    }
    return out;
}

bool write_script(const NewScript& script) {
    if (file_exists(script.path)) return false;
    std::error_code error;
    const fs::path folder = fs::path(script.path).parent_path();
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) {
        throw Failure(ErrorKind::configuration, fmt::format("cannot make the folder {}: {}",
                                                            folder.string(), error.message()));
    }
    write_file_atomically(script.path, script.text);
    return true;
}

}  // namespace kedge::project
