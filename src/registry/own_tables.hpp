// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string_view>

#include "db/connection.hpp"
#include "registry/schema.hpp"

namespace kedge::registry {

/// Whether kedge's own table of this name is there, in whichever of the places where it may be.
[[nodiscard]] bool own_table_exists(db::Connection& connection, const RegistrySql& sql,
                                    std::string_view name);

/// Runs what makes such tables, and once more for the other place where that is refused.
void create_own_tables(const RegistrySql& sql, const std::function<void()>& create);

}  // namespace kedge::registry
