// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "script/script.hpp"

namespace kedge::script::postgres {

/// The arguments of `\connect`: database, user, host and port by their place, `-` for the one there
/// is; or a connection string, which keeps nothing unless `-reuse-previous=on` says so. See
/// psql(1).
[[nodiscard]] ConnectRequest parse_connect(const std::vector<std::string>& arguments);

}  // namespace kedge::script::postgres
