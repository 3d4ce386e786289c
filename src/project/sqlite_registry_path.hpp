// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace kedge::project {

/// The file in which Sqitch keeps the registry of a SQLite target: a sibling of the target with
/// the registry's name and the target's extensions (`sub/foo.tar.gz` gives `sub/sqitch.tar.gz`).
/// A registry name with a dot is a whole file name; an absolute one is the path itself. An empty
/// target path (a database without a name) has an empty registry path. The result is the target
/// itself if both have one name, which the caller has to refuse.
[[nodiscard]] std::string sqlite_registry_path(std::string_view target_path,
                                               std::string_view registry_name);

}  // namespace kedge::project
