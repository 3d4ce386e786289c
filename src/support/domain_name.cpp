// SPDX-License-Identifier: MIT
#include "support/domain_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "support/text.hpp"

namespace kedge {
namespace {

constexpr std::size_t kMaxLabel = 63;

/// Upper-case letters of the alphabets in which domain names are written with capitals.
struct CaseRange {
    char32_t first;
    char32_t last;
    char32_t distance;  ///< 0: capitals and small letters alternate, capitals at `first`'s parity
};

constexpr std::array<CaseRange, 25> kCapitals{{
    {0x41, 0x5A, 32},    {0xC0, 0xD6, 32},   {0xD8, 0xDE, 32},   {0x100, 0x12F, 0},
    {0x132, 0x137, 0},   {0x139, 0x148, 0},  {0x14A, 0x177, 0},  {0x179, 0x17E, 0},
    {0x1CD, 0x1DC, 0},   {0x1DE, 0x1EF, 0},  {0x1F8, 0x21F, 0},  {0x386, 0x386, 38},
    {0x388, 0x38A, 37},  {0x38C, 0x38C, 64}, {0x38E, 0x38F, 63}, {0x391, 0x3A1, 32},
    {0x3A3, 0x3AB, 32},  {0x400, 0x40F, 80}, {0x410, 0x42F, 32}, {0x460, 0x481, 0},
    {0x48A, 0x4BF, 0},   {0x4C1, 0x4CE, 0},  {0x4D0, 0x52F, 0},  {0x531, 0x556, 48},
    {0x1E00, 0x1E95, 0},
}};

char32_t to_lower(char32_t c) {
    if (c == 0x178) return 0xFF;
    if (c >= 0x1EA0 && c <= 0x1EFF) return c | 1U;  // Vietnamese
    for (const CaseRange& range : kCapitals) {
        if (c < range.first || c > range.last) continue;
        if (range.distance != 0) return c + range.distance;
        return (c - range.first) % 2 == 0 ? c + 1 : c;
    }
    return c;
}

std::uint32_t adapt_bias(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > 455; k += 36) delta /= 35;
    return k + 36 * delta / (delta + 38);
}

char punycode_digit(std::uint32_t digit) {
    return static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
}

/// RFC 3492 section 6.3, with its parameters for domain names. The caller bounds the length of
/// the label, so that the arithmetic can't overflow.
std::string punycode(std::u32string_view label) {
    std::string out;
    for (const char32_t c : label) {
        if (c < 0x80) out += static_cast<char>(c);
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    std::uint32_t handled = basic;
    if (basic > 0) out += '-';
    std::uint32_t delta = 0;
    std::uint32_t bias = 72;
    char32_t next = 0x80;
    while (handled < label.size()) {
        char32_t least = 0x10FFFF;
        for (const char32_t c : label) {
            if (c >= next) least = std::min(least, c);
        }
        delta += (least - next) * (handled + 1);
        next = least;
        for (const char32_t c : label) {
            if (c < next) ++delta;
            if (c != next) continue;
            std::uint32_t rest = delta;
            for (std::uint32_t k = 36;; k += 36) {
                const std::uint32_t threshold = k <= bias ? 1 : std::min(k - bias, 26U);
                if (rest < threshold) break;
                out += punycode_digit(threshold + (rest - threshold) % (36 - threshold));
                rest = (rest - threshold) / (36 - threshold);
            }
            out += punycode_digit(rest);
            bias = adapt_bias(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++next;
    }
    return out;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// The label in code points and lower case; nullopt if it isn't UTF-8.
std::optional<std::u32string> lower_code_points(std::string_view label) {
    std::u32string out;
    for (std::size_t i = 0; i < label.size();) {
        const CodePoint point = decode_utf8(label, i);
        if (!point.valid) return std::nullopt;
        out += to_lower(point.value);
        i += point.size;
    }
    return out;
}

std::optional<std::string> label_to_ascii(std::string_view label) {
    std::string out(label);
    if (!is_ascii(label)) {
        const std::optional<std::u32string> code_points = lower_code_points(label);
        if (!code_points || code_points->size() > kMaxLabel) return std::nullopt;
        if (code_points->substr(0, 4) == U"xn--") return std::nullopt;
        out = "xn--" + punycode(*code_points);
    }
    if (out.empty() || out.size() > kMaxLabel) return std::nullopt;
    return out;
}

}  // namespace

std::optional<std::string> domain_name_to_ascii(std::string_view name) {
    std::string out;
    while (true) {
        const std::size_t dot = name.find('.');
        const std::optional<std::string> label = label_to_ascii(name.substr(0, dot));
        if (!label) return std::nullopt;
        out += *label;
        if (dot == std::string_view::npos) return out;
        out += '.';
        name.remove_prefix(dot + 1);
        if (name.empty()) return out;  // the dot of the root
    }
}

}  // namespace kedge
