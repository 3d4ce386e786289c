// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "migrate/session.hpp"

namespace kedge::migrate {

struct ResolveOptions {
    enum class As { deployed, reverted, at };
    std::string change;  ///< a key of the plan
    As as = As::deployed;
    std::size_t position = 0;  ///< for `at`: how many of the script's statements are done
    std::string reason;
};

struct ResolveResult {
    std::string change;     ///< with its tags
    std::string done;       ///< what was recorded, in words
    bool verified = false;  ///< its verify script agreed
};

/// Takes an operator's word on a change that stopped half-way, after looking whether it holds: as
/// deployed its verify script must pass, as reverted it must fail. Failure (usage) for a change
/// that didn't stop; Failure (refused) where the verify script doesn't agree.
ResolveResult resolve(Session& session, const ResolveOptions& options);

}  // namespace kedge::migrate
