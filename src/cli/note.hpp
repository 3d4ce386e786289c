// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "project/project.hpp"

namespace kedge::cli {

/// The note of a new change or tag: from `-n`, several of which are joined by an empty line; else
/// by the user's editor; where there is nobody to edit, a Failure (usage).
[[nodiscard]] std::string take_note(const Context& context, const project::Project& project,
                                    const std::vector<std::string>& notes, const std::string& about,
                                    const std::vector<std::string>& files);

}  // namespace kedge::cli
