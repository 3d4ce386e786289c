// SPDX-License-Identifier: MIT
#include "report/xml_text.hpp"

#include "support/text.hpp"

namespace kedge::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::string xml_text(std::string_view text) {
    const std::string escaped = escape_markup(text);
    std::string out;
    for (std::size_t at = 0; at < escaped.size();) {
        const CodePoint character = decode_utf8(escaped, at);
        const char c = escaped[at];
        const bool is_unknown = !character.valid ||
                                (character.value < U' ' && c != '\n' && c != '\t') ||
                                character.value == U'\uFFFE' || character.value == U'\uFFFF';
        if (is_unknown) {
            out += kReplacement;
        } else if (c == '\n' || c == '\t') {
            out += c == '\n' ? "&#10;" : "&#9;";
        } else {
            out += std::string_view(escaped).substr(at, character.size);
        }
        at += character.size;
    }
    return out;
}

}  // namespace kedge::report
