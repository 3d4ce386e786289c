// SPDX-License-Identifier: MIT
#include "script/sqlite/chunk_reader.hpp"

#include <algorithm>

#include "support/byte_order_mark.hpp"
#include "support/text.hpp"

namespace kedge::script::sqlite {
namespace {

/// Only white space and whole comments.
bool is_blank_sql(std::string_view text) {
    for (text = trim(text); !text.empty(); text = trim(text)) {
        if (text.starts_with("--")) return true;
        if (!text.starts_with("/*")) return false;
        const std::size_t end = text.find("*/", 2);
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 2);
    }
    return true;
}

/// The shell takes a line `/` or `go` for a semicolon, after the manners of other shells.
bool is_terminator_line(std::string_view line) {
    line = trim(line);
    if (line.starts_with('/')) return is_blank_sql(line.substr(1));
    return equals_ignoring_case(line.substr(0, 2), "go") && is_blank_sql(line.substr(2));
}

}  // namespace

ChunkReader::ChunkReader(std::string path)
    : lines_(std::move(path)),
      scanner_(
          [this](const Found& found) { statements_.push_back(found); },
          [this](std::string_view comment, std::size_t offset) { note_comment(comment, offset); }) {
}

void ChunkReader::note_comment(std::string_view comment, std::size_t offset) {
    if (auto text = directive_of(comment)) {
        directives_.push_back({*std::move(text), lines_.line()});
    }
    const std::string_view before = std::string_view(current_).substr(0, offset - text_.size());
    comments_.push_back(
        {std::string(comment.substr(2)), lines_.line(), trim(before).empty(), !scanner_.idle()});
}

std::size_t ChunkReader::line_of(std::size_t offset) const {
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text_.size()));
    return start_line_ + static_cast<std::size_t>(std::count(text_.begin(), end, '\n'));
}

ChunkReader::Kind ChunkReader::next() {
    text_.clear();
    statements_.clear();
    directives_.clear();
    scanner_.restart();
    while (lines_.next(current_)) {
        // SQLite takes it for white space.
        if (lines_.line() == 1 && current_.starts_with(kByteOrderMark)) {
            current_.erase(0, kByteOrderMark.size());
            if (current_.empty()) continue;
        }
        // The shell ends every line alike, within strings too.
        if (current_.ends_with("\r\n")) current_.replace(current_.size() - 2, 2, "\n");
        if (text_.empty()) start_line_ = lines_.line();
        const bool nothing_pending = scanner_.idle() && statements_.empty();
        if (nothing_pending && current_.front() == '.') {
            text_ = current_;
            return Kind::dot_command;
        }
        if (nothing_pending && current_.front() == '#') continue;
        if (scanner_.semicolon_would_end() && is_terminator_line(current_)) {
            current_ = current_.back() == '\n' ? ";\n" : ";";
        }
        scanner_.feed(current_);
        text_ += current_;
        if (!scanner_.idle()) continue;
        if (!statements_.empty()) return Kind::sql;
        // Only comments and blank lines: nothing to run, and a dot-command may follow.
        text_.clear();
        scanner_.restart();
    }
    scanner_.finish();
    return statements_.empty() ? Kind::end : Kind::sql;
}

}  // namespace kedge::script::sqlite
