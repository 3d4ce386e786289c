// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "script/comment.hpp"
#include "script/directive.hpp"
#include "script/source.hpp"
#include "script/sqlite/scanner.hpp"

namespace kedge::script::sqlite {

/// Cuts one script file as the sqlite3 shell does: runs of lines that end with a whole statement,
/// and dot-commands, which count only at the start of a line with no statement pending.
class ChunkReader {
  public:
    enum class Kind { end, sql, dot_command };

    explicit ChunkReader(std::string path);
    ChunkReader(const ChunkReader&) = delete;  // the scanner calls back
    ChunkReader& operator=(const ChunkReader&) = delete;

    /// Reads on. The accessors below tell of what it found, until the next call.
    Kind next();

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Line of the text's first character.
    [[nodiscard]] std::size_t line() const noexcept { return start_line_; }
    /// The statements in text(), with offsets in it.
    [[nodiscard]] const std::vector<Found>& statements() const noexcept { return statements_; }
    /// The directives passed on the way.
    [[nodiscard]] const std::vector<Directive>& directives() const noexcept { return directives_; }
    /// The comments since the last call, which are those before the first statement of text().
    [[nodiscard]] std::vector<Comment> take_comments() { return std::exchange(comments_, {}); }
    [[nodiscard]] const std::string& path() const noexcept { return lines_.path(); }
    /// Line of the byte at `offset` of text().
    [[nodiscard]] std::size_t line_of(std::size_t offset) const;

  private:
    void note_comment(std::string_view comment, std::size_t offset);

    LineReader lines_;
    Scanner scanner_;
    std::string text_;
    std::string current_;
    std::size_t start_line_ = 1;
    std::vector<Found> statements_;
    std::vector<Directive> directives_;
    std::vector<Comment> comments_;
};

}  // namespace kedge::script::sqlite
