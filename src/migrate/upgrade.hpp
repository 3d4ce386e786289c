// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "migrate/session.hpp"

namespace kedge::migrate {

/// Brings an older registry to the version that kedge writes, and says so. The steps done, as
/// pairs of versions. Failure (usage) for a newer one.
std::vector<std::pair<std::string, std::string>> upgrade_if_older(Session& session);

/// Makes the registry where there is none, brings an older one up, and enters the project.
void provide_registry(Session& session);

/// Enters the plan's project into the registry, or checks that it is there under the same URI.
/// Failure (usage) where the name or the URI belongs to another project.
void register_project(Session& session);

}  // namespace kedge::migrate
