// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/context.hpp"
#include "cli/git.hpp"

namespace kedge::cli {

/// Has git merge a plan by `kedge plan merge`: a line in the `.gitattributes` beside the plan, and
/// the driver in the configuration of this clone. Each is left alone where it is there already.
class MergeDriver {
  public:
    /// Failure (usage) if the plan's folder is in no working tree of git's.
    MergeDriver(std::string client, const std::string& plan_file);

    void set_up(const Context& context) const;

  private:
    void write_attributes(const Context& context) const;
    void write_configuration(const Context& context) const;

    std::string folder_;
    std::string name_;
    Git git_;
};

}  // namespace kedge::cli
