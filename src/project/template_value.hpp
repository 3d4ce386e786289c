// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/template.hpp"

// Values of templates and what can be done with them. The Toolkit's rules for truth, methods and
// filters; a text has the methods of a list of one.

namespace kedge::project {

/// A value, or nothing where a variable is undefined.
using OptionalValue = std::optional<TemplateValue>;

/// Everything but nothing, "" and "0"; an empty list too is true.
[[nodiscard]] bool is_true(const OptionalValue& value);

/// The text of a value, empty for an undefined one; nullopt for a list.
[[nodiscard]] std::optional<std::string> as_text(const OptionalValue& value);

/// What FOREACH goes through: a list, or a single text that is true.
[[nodiscard]] std::vector<std::string> as_items(const OptionalValue& value);

/// The outcome of a method: `known` is false if there is none of that name.
struct MethodResult {
    bool known = true;
    OptionalValue value;
};

/// Calls a method such as `size` or `join`, or takes an element by its number.
[[nodiscard]] MethodResult call_method(const TemplateValue& receiver, const std::string& name,
                                       const std::vector<std::string>& arguments);

/// nullopt if there is no such filter.
[[nodiscard]] std::optional<std::string> apply_filter(std::string_view name, std::string text);

}  // namespace kedge::project
