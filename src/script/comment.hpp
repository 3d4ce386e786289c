// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace kedge::script {

/// A comment of a script that begins with two dashes.
struct Comment {
    std::string text;  ///< behind the dashes
    std::size_t line = 0;
    bool alone = true;    ///< only blanks are before it on its line
    bool inside = false;  ///< a statement has begun there, and not ended
};

}  // namespace kedge::script
