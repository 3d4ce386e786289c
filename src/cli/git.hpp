// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "project/config.hpp"

namespace kedge::cli {

/// The git that the configuration names (`core.vcs.client`), in the working folder.
class Git {
  public:
    explicit Git(const project::Config& config)
        : client_(config.get("core.vcs.client").value_or("git")) {}
    /// What it writes to its standard output. Failure (usage) if it ends with another status than
    /// 0; what it said on its standard error is there already.
    [[nodiscard]] std::string operator()(const std::vector<std::string>& arguments) const;

  private:
    std::string client_;
};

}  // namespace kedge::cli
