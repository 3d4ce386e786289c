// SPDX-License-Identifier: MIT
// New lines for a plan file. All that stands in the file already is kept, byte for byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"

namespace kedge::plan {

/// Who plans, and when; for the line's planner and time stamp.
struct Signature {
    std::string name;
    std::string email;
    Timestamp when;
};

/// A change to be added. Dependencies as on a command line: without `!`.
struct NewChange {
    std::string name;
    std::vector<std::string> required;
    std::vector<std::string> conflicts;
    std::string note;
};

/// The text of a new, empty plan.
[[nodiscard]] std::string new_plan_text(std::string_view project, std::string_view uri);

/// What an edit gives: the file's new text, and what it added, for the report (`name [deps]`).
struct Edited {
    std::string text;
    std::string added;
};

/// Appends a change. Failure (usage) for a bad or known name, or an unknown dependency.
[[nodiscard]] Edited add_change(const Plan& plan, const NewChange& change, const Signature& by);

/// Appends a change of a name that exists and was tagged since; it requires `name@tag`.
[[nodiscard]] Edited rework_change(const Plan& plan, const NewChange& change, const Signature& by);

/// Tags `change` (a key), or the last one. `name` may begin with `@`.
[[nodiscard]] Edited add_tag(const Plan& plan, std::string_view name,
                             const std::optional<std::string>& change, std::string_view note,
                             const Signature& by);

/// The plan from one change to another, both included, as `bundle` writes it: header and comments
/// kept, other changes and their tags left out.
[[nodiscard]] std::string slice(const Plan& plan, std::size_t from, std::size_t to);

}  // namespace kedge::plan
