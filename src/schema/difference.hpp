// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/state.hpp"

namespace kedge::schema {

enum class Verdict {
    missing,     ///< expected, and not there
    unexpected,  ///< there, and not expected
    changed,     ///< an attribute has another value
    renamed,     ///< by its identity the same thing, under another name
};

/// `missing`, as reports say it.
[[nodiscard]] const char* to_string(Verdict verdict);

/// One thing that is otherwise than expected. What lies within something missing or unexpected is
/// not told by itself.
struct Difference {
    Verdict verdict = Verdict::changed;
    ObjectKey object;       ///< whose difference it is; for a renamed object its expected name
    std::string part_kind;  ///< empty for the object itself
    std::string part;       ///< the expected name of the part
    std::string attribute;  ///< of a changed one
    std::optional<std::string> expected;  ///< the value, or of a renamed one the name
    std::optional<std::string> actual;

    /// `column shop.orders.total`, or `table shop.orders`: what differs, by kind and full name.
    [[nodiscard]] std::string subject() const;
};

/// What makes `actual` another state than `expected`, by object. Identities are used if
/// `same_database`: elsewhere they say nothing, and a rename is told as one missing and one
/// unexpected.
[[nodiscard]] std::vector<Difference> compare(const State& expected, const State& actual,
                                              bool same_database);

/// Makes `state` as `actual` is in what the difference is about, and leaves its other differences.
/// A rename brings all of its object along, since what else differs there may come from it.
void accept(State& state, const State& actual, const Difference& difference);

}  // namespace kedge::schema
