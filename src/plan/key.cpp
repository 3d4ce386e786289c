// SPDX-License-Identifier: MIT
#include "plan/key.hpp"

#include <charconv>

namespace kedge::plan {
namespace {

bool is_punctuation(char c) noexcept {
    return c != '_' && ((c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
                        (c >= '[' && c <= '`') || (c >= '{' && c <= '~'));
}

/// Cuts the offset from the end of `text` and returns it; 0 if there is none.
std::int64_t take_offset(std::string_view& text) {
    std::size_t digits = text.size();
    while (digits > 0 && text[digits - 1] >= '0' && text[digits - 1] <= '9') --digits;
    if (digits == 0) return 0;
    const char sign = text[digits - 1];
    if (sign != '^' && sign != '~') return 0;
    std::size_t start = digits - 1;
    std::int64_t count = 1;
    if (digits < text.size()) {
        const auto [end, error] =
            std::from_chars(text.data() + digits, text.data() + text.size(), count);
        if (error != std::errc{}) return 0;
    } else if (start > 0 && text[start - 1] == sign) {
        --start;
        count = 2;
    }
    if (start > 0 && is_punctuation(text[start - 1])) return 0;
    text = text.substr(0, start);
    return sign == '^' ? -count : count;
}

}  // namespace

ChangeKey ChangeKey::parse(std::string_view text) {
    ChangeKey key;
    key.offset = take_offset(text);
    const std::size_t at = text.find('@');
    key.change = text.substr(0, at);
    if (at != std::string_view::npos) key.tag = text.substr(at + 1);
    return key;
}

bool ChangeKey::is_head() const noexcept {
    return tag ? change.empty() && *tag == "HEAD" : change == "HEAD";
}

bool ChangeKey::is_root() const noexcept {
    return tag ? change.empty() && *tag == "ROOT" : change == "ROOT";
}

}  // namespace kedge::plan
