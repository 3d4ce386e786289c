// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "project/project.hpp"

namespace kedge::project {

/// The test files that are meant by paths of files and folders, each once: of a folder those with
/// the scripts' extension in it and below, by their paths. Without any path, those of the target's
/// folder for tests. Failure (usage) for a path that isn't there, and where no test is found.
[[nodiscard]] std::vector<std::string> find_tests(const Target& target,
                                                  const std::vector<std::string>& paths);

}  // namespace kedge::project
