// SPDX-License-Identifier: MIT
// The rule for the names of changes, tags and projects, as Sqitch has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kedge::plan {

enum class NameKind { change, tag, project };

/// Why `name` can't be read as a name of a plan file ("must not begin with punctuation"), or
/// nothing if it can.
[[nodiscard]] std::optional<std::string> name_problem(NameKind kind, std::string_view name);

/// As name_problem(), and stricter for what kedge is asked to create: no brackets and no control
/// characters, which read well enough in a plan but not in a dependency list.
[[nodiscard]] std::optional<std::string> new_name_problem(NameKind kind, std::string_view name);

[[nodiscard]] const char* kind_word(NameKind kind) noexcept;

}  // namespace kedge::plan
