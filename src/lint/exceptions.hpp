// SPDX-License-Identifier: MIT
// What a script says is allowed: `-- kedge: allow RULE reason`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "lint/reader.hpp"
#include "support/error.hpp"

namespace kedge::lint {

struct Exception {
    std::string rule;
    std::string reason;       ///< empty: it has none, and allows nothing
    bool whole_file = false;  ///< `allow-file`
    Location where;
    /// The lines of the statements that it is about; 0 for none.
    std::size_t first_line = 0;
    std::size_t last_line = 0;
    bool at_head = false;  ///< no statement stands before it
    bool used = false;

    /// Whether it is about a finding of this rule, whose statement has these lines; both are 0 for
    /// one that is about the script as a whole.
    [[nodiscard]] bool covers(const std::string& finding_rule, const Location& finding,
                              std::size_t first, std::size_t last) const;
};

/// Those of a script and of what it includes. One that stands within a statement, or behind it on
/// its line, is about that statement; any other is about the next.
[[nodiscard]] std::vector<Exception> exceptions_in(const ScriptText& script);

}  // namespace kedge::lint
