// SPDX-License-Identifier: MIT
// `kedge plan merge`, as git calls it for a plan that two branches changed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.hpp"

namespace kedge::cli {

class PlanMerge {
  public:
    void add_options(CLI::App& app);
    /// Merges BASE, OURS and THEIRS; 1 if there are conflicts, as git has it.
    int run(Context& context, const std::vector<std::string>& files) const;

  private:
    std::string output_;
    std::string path_;
    std::size_t marker_size_ = 7;
};

}  // namespace kedge::cli
