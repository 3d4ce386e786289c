// SPDX-License-Identifier: MIT
#include "report/line_diff.hpp"

#include <string>

#include <doctest/doctest.h>

namespace kedge::report {
namespace {

std::string diff(std::string_view before, std::string_view after) {
    std::string out;
    for (const DiffLine& line : line_diff(before, after)) {
        out += line.sign;
        out += line.text + "\n";
    }
    return out;
}

TEST_CASE("lines that came and went, with a few around them") {
    CHECK(diff("a\nb\nc\n", "a\nc\nd\n") == " a\n-b\n c\n+d\n");
    CHECK(diff("", "a") == "-\n+a\n");
    CHECK(diff("same\n", "same") == " ...\n");
}

TEST_CASE("what is far from any change is left out") {
    std::string before;
    for (int i = 0; i < 20; ++i) before += std::to_string(i) + "\n";
    std::string after = before;
    after.replace(after.find("10\n"), 3, "ten\n");
    CHECK(diff(before, after) == " ...\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n ...\n");
}

}  // namespace
}  // namespace kedge::report
