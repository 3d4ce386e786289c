// SPDX-License-Identifier: MIT
// A plan's text in the pieces that a merge keeps together. Any text can be cut, be it a valid plan
// or not: what a merge makes of it is judged afterwards.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::plan {

struct TextLine {
    std::string_view text;   ///< without its end
    std::string_view end;    ///< empty for a last line that has none
    std::size_t number = 0;  ///< from 1
};

/// A tag of a change, and the comments and empty lines between it and what it follows.
struct TagLines {
    std::vector<TextLine> before;
    TextLine line;
    std::string_view name;  ///< without `@`
};

/// A pragma, the line that ends the header, a change with its tags, or the end of the text, which
/// is no line; and the comments and empty lines before it.
struct Unit {
    enum class Kind { pragma, separator, change, end };
    Kind kind = Kind::end;
    std::string key;  ///< what it is known by on all sides: kind, name, and which one of that name
    std::string_view name;
    std::size_t instance = 0;  ///< from 1
    std::vector<TextLine> before;
    TextLine line;
    std::vector<TagLines> tags;
};

/// Cuts a text, which must outlive the units. The last one is its end.
[[nodiscard]] std::vector<Unit> cut_units(std::string_view text);

/// For each unit of `base` the index of the one in `side` that stands for it in the same order;
/// kNone for what was removed there, or moved.
[[nodiscard]] std::vector<std::size_t> match_units(const std::vector<Unit>& base,
                                                   const std::vector<Unit>& side);

}  // namespace kedge::plan
