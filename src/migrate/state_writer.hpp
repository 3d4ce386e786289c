// SPDX-License-Identifier: MIT
#pragma once

#include "project/project.hpp"
#include "schema/sql/writer.hpp"

namespace kedge::migrate {

/// What writes SQL out of states in the language of the target's engine. Failure (usage) where
/// there is none.
[[nodiscard]] const schema::SqlWriter& state_writer_of(const project::Target& target);

}  // namespace kedge::migrate
