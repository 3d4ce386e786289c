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

/// Whether somebody means the thing by this name: a pattern as in a rule, or the same without the
/// schema, as in `orders` and `index orders.by_date`.
[[nodiscard]] bool is_named(const Difference& difference, const std::string& name);
/// A pattern for many things, of which there may be none, and no single name.
[[nodiscard]] bool is_for_many(const std::string& pattern);

}  // namespace kedge::schema
