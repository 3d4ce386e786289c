// SPDX-License-Identifier: MIT
#include "schema/ignore.hpp"

#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::schema {

IgnoreRule IgnoreRule::parse(std::string_view text) {
    // The last colon, since one before an attribute belongs to the pattern.
    const std::size_t colon = text.rfind(": ");
    IgnoreRule out;
    if (colon != std::string_view::npos) {
        out.pattern = trim(text.substr(0, colon));
        out.reason = trim(text.substr(colon + 1));
    }
    if (out.pattern.empty() || out.reason.empty()) {
        throw Failure(
            ErrorKind::configuration,
            fmt::format(
                "drift.ignore \"{}\" does not say {}", text,
                out.pattern.empty() && colon != std::string_view::npos ? "what is meant" : "why"),
            "it is a pattern and a reason, as in: table audit.*: filled by a daemon");
    }
    return out;
}

bool IgnoreRule::matches(const Difference& difference) const {
    const auto fits = [&](const std::string& text) {
        return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    };
    const std::string attribute = ": " + difference.attribute;
    const auto fits_named = [&](const std::string& kind, const std::string& name) {
        const std::string subject = fmt::format("{} {}", kind, name);
        return fits(subject) || fits(name) || fits(subject + attribute) || fits(name + attribute);
    };
    if (fits_named(difference.object.kind, difference.object.name)) return true;
    return !difference.part_kind.empty() &&
           fits_named(difference.part_kind,
                      fmt::format("{}.{}", difference.object.name, difference.part));
}

bool is_for_many(const std::string& pattern) {
    return pattern.find_first_of("*?[") != pattern.npos;
}

bool is_named(const Difference& difference, const std::string& name) {
    if (IgnoreRule{name, {}}.matches(difference)) return true;
    // Without its schema; behind the kind, if there is one: both may have blanks.
    for (std::size_t begin = 0;; ++begin) {
        std::string anywhere = name;
        if (IgnoreRule{anywhere.insert(begin, "*."), {}}.matches(difference)) return true;
        begin = name.find(' ', begin);
        if (begin == name.npos) return false;
    }
}

}  // namespace kedge::schema
