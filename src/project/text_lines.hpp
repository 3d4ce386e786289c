// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "support/error.hpp"

namespace kedge::project {

/// The lines of a text, by offsets. A line ends with LF or CRLF, and with CR if the text has no LF
/// at all. The text must outlive this.
class TextLines {
  public:
    explicit TextLines(std::string_view text);

    /// The length of the line break at this place; 0 where there is none.
    [[nodiscard]] std::size_t break_at(std::size_t position) const;
    /// Where the line begins that holds this place.
    [[nodiscard]] std::size_t begin_of(std::size_t position) const;
    /// Where the break of that line begins, or the end of the text.
    [[nodiscard]] std::size_t end_of(std::size_t position) const;
    /// Where the next line begins, or the end of the text.
    [[nodiscard]] std::size_t next(std::size_t position) const;
    /// Whether the text is empty, or ends with a line break.
    [[nodiscard]] bool is_complete() const;
    /// Line and column, without a file name.
    [[nodiscard]] Location locate(std::size_t position) const;
    /// The break for a line that is to be added.
    [[nodiscard]] std::string_view line_break() const;

  private:
    [[nodiscard]] std::size_t index_of(std::size_t position) const;

    std::string_view text_;
    bool has_crlf_;
    bool has_bare_cr_;
    std::vector<std::size_t> starts_;
};

}  // namespace kedge::project
