// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "schema/state.hpp"

namespace kedge::schema {

/// What a role or an account is called in one environment, to what it is called in all of them.
using RoleNames = std::map<std::string, std::string>;

/// Puts the common names in the place of the environment's, wherever a state names roles: owners,
/// definers, grantees and grantors, those that a policy or default privileges are for.
void rename_roles(State& state, const RoleNames& names);

}  // namespace kedge::schema
