// SPDX-License-Identifier: MIT
#include "migrate/plan_order.hpp"

#include <optional>
#include <vector>

#include <doctest/doctest.h>

using kedge::Timestamp;
using kedge::migrate::ascending_moments;

namespace {

/// Moments as microseconds; -1 is for what isn't deployed.
std::vector<long> ascending(const std::vector<long>& moments) {
    std::vector<std::optional<Timestamp>> in;
    for (const long moment : moments) {
        in.push_back(moment < 0 ? std::nullopt
                                : std::optional(Timestamp(std::chrono::microseconds(moment))));
    }
    std::vector<long> out;
    for (const Timestamp moment : ascending_moments(in)) {
        out.push_back(moment.time_since_epoch().count());
    }
    return out;
}

using Moments = std::vector<long>;

}  // namespace

TEST_CASE("moments in the plan's order") {
    struct Case {
        const char* title;
        Moments deployed;
        Moments expected;
    };
    static const std::vector<Case> cases = {
        {"nothing", {}, {}},
        {"in order", {10, 20, 30}, {10, 20, 30}},
        {"in another order: dealt out anew", {30, 10, 20}, {10, 20, 30}},
        {"one in between, just before the next", {10, -1, 30}, {10, 29, 30}},
        {"several in one gap", {10, -1, -1, -1, 30}, {10, 27, 28, 29, 30}},
        {"in several gaps", {10, -1, 30, -1, 50}, {10, 29, 30, 49, 50}},
        {"before all", {-1, -1, 30}, {28, 29, 30}},
        {"no room: what comes after gives way", {10, -1, 11, 20}, {10, 11, 12, 20}},
        {"no room for several", {10, -1, -1, 11, 12}, {10, 11, 12, 13, 14}},
        {"of one moment", {10, 10, 10}, {10, 11, 12}},
        {"of one moment, and one in between", {10, -1, 10, 40}, {10, 11, 12, 40}},
        {"both", {30, -1, 10}, {10, 29, 30}},
    };
    for (const Case& one : cases) {
        CAPTURE(one.title);
        CHECK(ascending(one.deployed) == one.expected);
    }
}
