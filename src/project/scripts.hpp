// SPDX-License-Identifier: MIT
// Which file holds the script of a change, be it planned, reworked or only in the registry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"
#include "project/project.hpp"
#include "support/sha1.hpp"

namespace kedge::project {

/// The script of a planned change. A change that was reworked since has its former script in
/// `name@tag`, by the first of its tags for which such a deploy script is there.
[[nodiscard]] std::string planned_script(const Target& target, const plan::Plan& plan,
                                         std::size_t change, ScriptKind kind);

/// The script of a deployed change: as planned if the plan has it, else by its name.
[[nodiscard]] std::string deployed_script(const Target& target, const plan::Plan& plan,
                                          std::string_view id, std::string_view name,
                                          ScriptKind kind);

/// Failure (script) that says so if there is no such file.
void require_script(const std::string& path, ScriptKind kind);

/// Digest of a script file; empty if there is no such file. Failure (script) if it can't be read.
[[nodiscard]] Sha1 script_hash(const std::string& path);

/// Whether a script differs from the one whose digest was recorded, by more than its line ends or
/// a byte order mark.
[[nodiscard]] bool is_edited(const std::string& path, std::string_view recorded_hash);

/// Whether a file may have been touched after `moment`: its inode says so, which no copying or
/// setting of dates undoes. A cheap test to spare the reading of what can't have been edited.
[[nodiscard]] bool may_be_newer(const std::string& path, Timestamp moment);

}  // namespace kedge::project
