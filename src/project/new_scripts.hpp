// SPDX-License-Identifier: MIT
// The scripts of a new change, from templates.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "plan/edit.hpp"
#include "project/project.hpp"
#include "project/template.hpp"

namespace kedge::project {

struct NewScriptOptions {
    std::string template_name;                     ///< empty: the engine's key
    std::string template_folder;                   ///< looked at first
    std::map<std::string, std::string> templates;  ///< file by kind
    std::set<std::string> with;
    std::set<std::string> without;
    TemplateVariables variables;
};

struct NewScript {
    std::string kind;
    std::string path;
    std::string text;
    std::string warning;  ///< what looks odd about it
};

/// Makes the texts of all kinds of scripts that have a template: deploy, revert, verify, and what
/// other folders the templates' folders have. Sorted by kind. Failure (configuration) for a
/// template that is missing or faulty.
[[nodiscard]] std::vector<NewScript> new_scripts(const Project& project, const Target& target,
                                                 const plan::Plan& plan,
                                                 const plan::NewChange& change,
                                                 const NewScriptOptions& options);

/// Writes it with its folders. False if there is such a file already, which stays as it is.
bool write_script(const NewScript& script);

}  // namespace kedge::project
