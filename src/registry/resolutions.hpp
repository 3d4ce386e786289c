// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "registry/registry.hpp"

namespace kedge::registry {

/// What an operator said of a change that stopped half-way, and why: kept beside the registry, so
/// that a history with something done by hand in it says so.
struct Resolution {
    std::string change_id;
    std::string operation;  ///< that had stopped
    std::string change;
    std::string project;
    std::string resolved_as;  ///< deployed, reverted, or at:K
    std::string reason;
};

/// Makes the table where it isn't there. Outside a transaction.
void create_resolutions(db::Connection& connection, const RegistrySql& sql);
void add_resolution(db::Connection& connection, const RegistrySql& sql,
                    const Resolution& resolution, const Person& who, Timestamp when);

}  // namespace kedge::registry
