// SPDX-License-Identifier: MIT
#include "script/quotes.hpp"

namespace kedge::script {

std::size_t quoted_end(std::string_view text, std::size_t at, bool escapes) {
    const char quote = text[at++];
    while (at < text.size()) {
        if (escapes && text[at] == '\\') {
            at += 2;
        } else if (text[at++] == quote) {
            if (at >= text.size() || text[at] != quote) return at;
            ++at;
        }
    }
    return text.size();
}

}  // namespace kedge::script
