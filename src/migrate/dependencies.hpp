// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "migrate/session.hpp"

namespace kedge::migrate {

/// Ids of the changes that dependencies resolve to, by change id and text of the dependency.
class ResolvedDependencies {
  public:
    void add(std::string_view change_id, std::string_view text, std::string id);
    [[nodiscard]] const std::string& find(std::string_view change_id, std::string_view text) const;

  private:
    std::unordered_map<std::string, std::string> ids_;
};

/// Checks the dependencies of planned changes, in the plan's order, against what is deployed and
/// what will be by then; and what is deployed and planned after them. Failure (usage) that names
/// everything missing and every conflict.
[[nodiscard]] ResolvedDependencies check_dependencies(Session& session,
                                                      const std::vector<std::size_t>& pending);

/// Failure (usage) if a deployed change outside `ids` requires one of them.
void check_dependents(Session& session, const std::vector<registry::DeployedChange>& changes);

}  // namespace kedge::migrate
