// SPDX-License-Identifier: MIT
// Small functions on UTF-8 text that more than one room needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kedge {

/// One decoded character. `size` is 1 and `value` U+FFFD where the bytes are not UTF-8.
struct CodePoint {
    char32_t value = 0;
    std::size_t size = 1;
    bool valid = true;
};

[[nodiscard]] CodePoint decode_utf8(std::string_view text, std::size_t offset) noexcept;

/// The offset of the first byte that is not UTF-8 (surrogates and overlong forms included).
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

/// The number of characters; a stray byte counts as one.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// The number of terminal cells that `text` fills: wide East Asian characters and emoji two,
/// combining marks none.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

/// Space, tab, or another horizontal space of Unicode; no line end.
[[nodiscard]] bool is_blank(char32_t c) noexcept;

/// Number of bytes of blanks at the start (or the end) of `text`.
[[nodiscard]] std::size_t leading_blanks(std::string_view text) noexcept;
[[nodiscard]] std::size_t trailing_blanks(std::string_view text) noexcept;

/// Without ASCII white space at both ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

[[nodiscard]] std::string to_lower_ascii(std::string_view text);
[[nodiscard]] std::string to_upper_ascii(std::string_view text);
/// The text between two `quote`s, those within it doubled: SQL's names and literals.
[[nodiscard]] std::string quoted(std::string_view text, char quote);
/// As text and attributes of HTML and XML hold it.
[[nodiscard]] std::string escape_markup(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Whether it stands in the text by itself, and not within a longer name.
[[nodiscard]] bool has_word(std::string_view text, std::string_view word) noexcept;
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from,
                                      std::string_view to);

/// The candidate nearest to `word` by edit distance, where one is near enough to be meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 std::span<const std::string> candidates);

/// ` (did you mean "x"?)` or nothing; to be put at the end of a message about an unknown name.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string> candidates);

}  // namespace kedge
