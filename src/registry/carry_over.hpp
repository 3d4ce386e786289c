// SPDX-License-Identifier: MIT
// Rows of a registry that a plan has another place for than the one they were deployed from.
#pragma once

#include <string>
#include <vector>

#include "registry/registry.hpp"

namespace kedge::registry {

/// A requirement or conflict of a deployed change, as its row has it.
struct RecordedDependency {
    std::string change_id;
    bool conflict = false;
    std::string text;
    std::string required_id;  ///< empty for a conflict
};

/// A deployed change, and how the plan has it now. What its record says of the plan (id, note,
/// planner, tags) takes the place of what its row says; who deployed it and what stays.
struct CarriedChange {
    std::string old_id;
    ChangeRecord record;  ///< its dependencies are written anew if the id is another one
    Timestamp committed_at;
    bool moves = false;  ///< another moment than before
    /// Tags of it that the plan hasn't got; they stay on it.
    std::vector<std::string> other_tags;
    /// Tags of it that have no row yet.
    std::vector<TagRecord> new_tags;

    [[nodiscard]] bool is_renamed() const { return old_id != record.id; }
};

/// A row of another change, or of another project, that names a change by its former id.
struct CarriedDependent {
    std::string change_id;
    std::string old_id;
    std::string id;
};

}  // namespace kedge::registry
