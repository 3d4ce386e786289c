// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Templates for new scripts, in the part of the Template Toolkit's language that script templates
// use: variables with dotted access and methods, IF/ELSIF/ELSE, UNLESS, FOREACH, SET, DEFAULT,
// filters, comments and chomping. What another engine would print as it stands, or silently leave
// out, is an error here.

namespace kedge::project {

using TemplateValue = std::variant<std::string, std::vector<std::string>>;
using TemplateVariables = std::map<std::string, TemplateValue>;

/// Fills in a template. An undefined variable renders as nothing. As in the Toolkit, an empty list
/// is true; `list.size` tells. Throws Failure (configuration) with the place in `file_name` for
/// what can't be parsed, an unknown directive, method or filter, and a list where text belongs.
[[nodiscard]] std::string render_template(std::string_view text, const TemplateVariables& variables,
                                          const std::string& file_name);

/// The built-in template for "deploy", "revert" or "verify", the same for all engines. Empty for
/// any other kind.
[[nodiscard]] std::string default_template(std::string_view kind);

}  // namespace kedge::project
