// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "schema/difference.hpp"

namespace kedge::schema {

/// Differences that are meant to be, and why: `table audit.*: filled by the audit daemon`.
struct IgnoreRule {
    std::string pattern;  ///< a shell pattern for `KIND NAME`, or for the name alone
    std::string reason;

    /// Failure (configuration) for a text without a pattern or a reason.
    static IgnoreRule parse(std::string_view text);

    /// Whether the thing that differs, or the object that it belongs to, is meant; with
    /// `: ATTRIBUTE` behind the name only that attribute.
    [[nodiscard]] bool matches(const Difference& difference) const;
};

}  // namespace kedge::schema
