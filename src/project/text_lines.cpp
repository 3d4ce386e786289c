// SPDX-License-Identifier: MIT
#include "project/text_lines.hpp"

#include <algorithm>
#include <iterator>

#include "support/text.hpp"

namespace kedge::project {

TextLines::TextLines(std::string_view text)
    : text_(text),
      has_crlf_(text.find("\r\n") != std::string_view::npos),
      has_bare_cr_(text.find('\n') == std::string_view::npos &&
                   text.find('\r') != std::string_view::npos),
      starts_{0} {
    for (std::size_t position = 0; position < text_.size();) {
        const std::size_t length = break_at(position);
        position += length > 0 ? length : 1;
        if (length > 0) starts_.push_back(position);
    }
}

std::size_t TextLines::break_at(std::size_t position) const {
    if (position >= text_.size()) return 0;
    if (text_[position] == '\n') return 1;
    if (text_[position] != '\r') return 0;
    if (has_bare_cr_) return 1;
    return position + 1 < text_.size() && text_[position + 1] == '\n' ? 2 : 0;
}

std::size_t TextLines::index_of(std::size_t position) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), position);
    return static_cast<std::size_t>(std::distance(starts_.begin(), after)) - 1;
}

std::size_t TextLines::begin_of(std::size_t position) const {
    return starts_[index_of(position)];
}

std::size_t TextLines::end_of(std::size_t position) const {
    const std::size_t index = index_of(position);
    if (index + 1 == starts_.size()) return text_.size();
    const std::size_t next = starts_[index + 1];
    return next >= 2 && break_at(next - 2) == 2 ? next - 2 : next - 1;
}

std::size_t TextLines::next(std::size_t position) const {
    const std::size_t index = index_of(position);
    return index + 1 == starts_.size() ? text_.size() : starts_[index + 1];
}

bool TextLines::is_complete() const {
    return starts_.back() == text_.size();
}

Location TextLines::locate(std::size_t position) const {
    const std::size_t index = index_of(position);
    const std::string_view before = text_.substr(starts_[index], position - starts_[index]);
    Location where;
    where.line = index + 1;
    where.column = 1 + count_characters(before);
    return where;
}

std::string_view TextLines::line_break() const {
    if (has_crlf_) return "\r\n";
    return has_bare_cr_ ? "\r" : "\n";
}

}  // namespace kedge::project
