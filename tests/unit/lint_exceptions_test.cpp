// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "lint/rules/table.hpp"
#include "lint_samples.hpp"

namespace {

using namespace kedge::lint;

/// How many drops of tables are told and not allowed.
std::size_t told(std::string_view sql) {
    const auto found =
        kedge::test::look(*find_rule("drop-table"), Engine::pg, Sample{.deploy = sql});
    return static_cast<std::size_t>(std::count_if(
        found.begin(), found.end(), [](const Finding& f) { return f.allowed.empty(); }));
}

}  // namespace

TEST_CASE("an exception is about the statement that it stands beside, and no other") {
    CHECK(told("DROP TABLE a;\nDROP TABLE b;") == 2);
    CHECK(told("-- kedge: allow drop-table it is empty\nDROP TABLE a;\nDROP TABLE b;") == 1);
    CHECK(told("DROP TABLE a; -- kedge: allow drop-table it is empty\nDROP TABLE b;") == 1);
    CHECK(told("DROP TABLE a;\nDROP TABLE -- kedge: allow drop-table it is empty\n  b;") == 1);
    CHECK(told("DROP TABLE a;\nDROP TABLE b;\n-- kedge: allow drop-table it is empty\n") == 2);
    CHECK(told("-- kedge: allow-file drop-table they are empty\nDROP TABLE a;\nDROP TABLE b;") ==
          0);
    CHECK(told("-- kedge: allow drop-column it is empty\nDROP TABLE a;") == 1);
    CHECK(told("-- kedge: allow drop-table\nDROP TABLE a;") == 1);
}

TEST_CASE("a finding has its line and the reason of its exception") {
    const auto found = kedge::test::look(
        *find_rule("drop-table"), Engine::pg,
        Sample{.deploy = "SELECT 1;\n-- kedge: allow drop-table it is empty\n  DROP TABLE a;"});
    REQUIRE(found.size() == 1);
    CHECK(found.front().allowed == "it is empty");
    CHECK(found.front().where.line == 3);
    CHECK(found.front().source_line == "  DROP TABLE a;");
}
