// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plan/merge_units.hpp"

namespace kedge::plan {

/// One side of a merge: its units, and how they relate to the base's. Not to be moved: it is known
/// by addresses.
class MergeSide {
  public:
    MergeSide(std::vector<Unit> units, const std::vector<Unit>& base);
    MergeSide(const MergeSide&) = delete;
    MergeSide& operator=(const MergeSide&) = delete;

    /// The unit of a key, wherever it is; null if there is none.
    [[nodiscard]] const Unit* find(const std::string& key) const;
    /// What stands before a base unit and is not where the base has it.
    [[nodiscard]] const std::vector<const Unit*>& inserted(std::size_t gap) const {
        return inserted_[gap];
    }
    /// The gap in which the unit of a key was inserted; none if it wasn't.
    [[nodiscard]] std::optional<std::size_t> gap_of(const std::string& key) const;

  private:
    std::vector<Unit> units_;
    std::unordered_map<std::string_view, const Unit*> places_;
    std::unordered_map<std::string_view, std::size_t> gaps_;
    std::vector<std::vector<const Unit*>> inserted_;
};

/// The tag of a change by its name; null if there is none, or no unit.
[[nodiscard]] const TagLines* find_tag(const Unit* unit, std::string_view name);

/// A tag with its comments, and a change with its tags; nothing for null.
[[nodiscard]] std::vector<TextLine> lines_of(const TagLines* tag);
[[nodiscard]] std::vector<TextLine> lines_of(const Unit* unit);

}  // namespace kedge::plan
