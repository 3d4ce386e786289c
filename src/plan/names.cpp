// SPDX-License-Identifier: MIT
#include "plan/names.hpp"

#include <fmt/format.h>

#include "support/regex.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::plan {
namespace {

bool is_punctuation(char c) noexcept {
    return c != '_' && ((c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
                        (c >= '[' && c <= '`') || (c >= '{' && c <= '~'));
}

bool is_ascii_word(char c) noexcept {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Perl's idea of a word character, which is what the plan format was defined by.
bool ends_in_word(std::string_view name) {
    const char last = name.back();
    if (static_cast<unsigned char>(last) < 0x80) return is_ascii_word(last);
    return Regex("[\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{200c}\\x{200d}]\\z").search(name);
}

/// `foo~6` and `foo/6` would read as an offset, or nearly so.
bool ends_in_offset(std::string_view name) noexcept {
    const std::size_t last = name.find_last_not_of("0123456789");
    if (last == std::string_view::npos || last + 1 == name.size()) return false;
    return std::string_view("~/=%^[]").find(name[last]) != std::string_view::npos;
}

}  // namespace

const char* kind_word(NameKind kind) noexcept {
    switch (kind) {
        case NameKind::change:
            return "change";
        case NameKind::tag:
            return "tag";
        case NameKind::project:
            return "project";
    }
    return "";
}

std::optional<std::string> name_problem(NameKind kind, std::string_view name) {
    if (name.empty()) return "it is empty";
    if (is_punctuation(name.front())) {
        return fmt::format("it must not begin with punctuation (\"{}\")", name.front());
    }
    for (std::size_t i = 0; i < name.size();) {
        const CodePoint c = decode_utf8(name, i);
        if (is_blank(c.value)) return "it must not contain blanks";
        if (c.value == U':' || c.value == U'@' || c.value == U'#' || c.value == U'\\') {
            return fmt::format("it must not contain \"{}\"", name[i]);
        }
        i += c.size;
    }
    if (!ends_in_word(name)) return "it must end in a letter, a digit or \"_\"";
    if (ends_in_offset(name)) {
        return "it must not end in digits after one of \"~ / = % ^ [ ]\"";
    }
    if (kind == NameKind::tag && name.find('/') != std::string_view::npos) {
        return "a tag must not contain \"/\"";
    }
    if (kind != NameKind::project) {
        if (name == "HEAD" || name == "ROOT") return "it is reserved";
        if (looks_like_sha1(name.substr(0, 40))) return "it could be confused with a SHA-1 id";
    }
    return std::nullopt;
}

std::optional<std::string> new_name_problem(NameKind kind, std::string_view name) {
    if (auto problem = name_problem(kind, name)) return problem;
    for (const char c : name) {
        if (c == '[' || c == ']') return "it must not contain brackets";
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            return "it must not contain control characters";
        }
    }
    if (find_invalid_utf8(name)) return "it is not UTF-8";
    return std::nullopt;
}

}  // namespace kedge::plan
