// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "migrate/dependencies.hpp"
#include "plan/plan.hpp"
#include "registry/registry.hpp"

namespace kedge::migrate {

/// A planned change as the registry records it.
[[nodiscard]] registry::ChangeRecord change_record(const plan::Plan& plan, std::size_t change,
                                                   const ResolvedDependencies& resolved,
                                                   std::string script_hash);

/// The tags of a planned change as the registry records them.
[[nodiscard]] std::vector<registry::TagRecord> tag_records(const plan::Plan& plan,
                                                           std::size_t change);

}  // namespace kedge::migrate
