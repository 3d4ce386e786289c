// SPDX-License-Identifier: MIT
#include "migrate/statement_trail.hpp"

#include <string>

#include <doctest/doctest.h>

using kedge::migrate::statement_beginning;
using kedge::migrate::StatementTrail;

TEST_SUITE("statement trail") {
    TEST_CASE("it comes back as it was written") {
        StatementTrail trail;
        trail.add(1, "0123456789abcdef", "CREATE TABLE a\n  (id INT)");
        trail.add(3, "fedcba9876543210", "SELECT 1");
        const StatementTrail read = StatementTrail::parse(trail.to_text());
        REQUIRE(read.find(1) != nullptr);
        CHECK(read.find(1)->text == "CREATE TABLE a (id INT)");
        CHECK(read.find(2) == nullptr);
        REQUIRE(read.find(3) != nullptr);
        CHECK_FALSE(StatementTrail::differs(*read.find(3), "fedcba9876543210"));
        CHECK(StatementTrail::differs(*read.find(3), "0000ba9876543210"));
        CHECK(StatementTrail::parse("").to_text().empty());
        CHECK(StatementTrail::parse("no trail").to_text().empty());
    }

    TEST_CASE("it forgets the oldest") {
        StatementTrail trail;
        for (std::size_t i = 1; i <= 1000; ++i) trail.add(i, "0123456789ab", std::string(500, 'x'));
        CHECK(trail.find(1) == nullptr);
        CHECK(trail.find(1000) != nullptr);
        CHECK(trail.to_text().size() < 5000);
    }

    TEST_CASE("a beginning never ends within a letter") {
        std::string text(159, 'x');
        text += "\xC3\xA9\xC3\xA9";
        CHECK(statement_beginning(text) == std::string(159, 'x') + "...");
        CHECK(statement_beginning("  a \n\t b  ") == "a b");
    }
}
