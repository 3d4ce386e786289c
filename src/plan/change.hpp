// SPDX-License-Identifier: MIT
// What a plan file tells of changes, tags and dependencies. All text is a view into the Plan that
// the value belongs to and lives as long as that does.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"
#include "support/sha1.hpp"

namespace kedge::plan {

inline constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

struct Planner {
    std::string_view name;  ///< may end in blanks, which count for ids
    std::string_view email;
};

/// One entry of a dependency list: `[!][project:](id | change[@tag] | @tag)`.
struct Dependency {
    bool conflict = false;
    std::string_view project;  ///< empty for the plan's own
    std::string_view change;   ///< empty for `@tag` and for an id
    std::string_view tag;      ///< without `@`; empty if there is none
    std::string_view id;       ///< 40 hexadecimal digits, or empty
    /// As it is hashed and recorded: without `!`, without the own project's name.
    std::string_view text;
};

struct Tag {
    std::string_view name;  ///< without `@`
    std::string_view note;  ///< decoded
    Planner planner;
    std::string_view date;  ///< as in the file
    Timestamp planned_at;
    std::size_t change = kNone;  ///< index of the tagged change
    std::size_t line = 0;
    Sha1 id;
};

struct Change {
    std::string_view name;
    std::string_view note;  ///< decoded
    Planner planner;
    std::string_view date;  ///< as in the file
    Timestamp planned_at;
    std::vector<Dependency> required;
    std::vector<Dependency> conflicts;
    std::vector<std::size_t> tags;  ///< indexes of its tags, in plan order
    std::size_t previous = kNone;   ///< the earlier change of this name that this one reworks
    std::size_t next = kNone;       ///< the later change of this name that reworks this one
    bool is_revert = false;         ///< marked `-`, an obsolete form that is not hashed
    std::size_t line = 0;
    Sha1 id;

    [[nodiscard]] bool is_reworked() const noexcept { return next != kNone; }
};

/// Reads one dependency. `own_project` is left out of the text. Nothing if it has another form.
struct ParsedDependency {
    bool ok = false;
    Dependency value;
};
[[nodiscard]] ParsedDependency parse_dependency(std::string_view token,
                                                std::string_view own_project);

}  // namespace kedge::plan
