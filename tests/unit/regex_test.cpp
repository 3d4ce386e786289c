// SPDX-License-Identifier: MIT
#include "support/regex.hpp"

#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::ErrorKind;
using kedge::Failure;
using kedge::Regex;

TEST_SUITE("regex") {
    TEST_CASE("a pattern is searched for anywhere in the text") {
        struct Case {
            const char* pattern;
            const char* text;
            bool caseless;
            bool found;
        };
        const Case cases[] = {
            {"b+", "abbc", false, true},
            {"^b", "abbc", false, false},
            {"", "", false, true},
            {"^$", "", false, true},
            {"PG", "db:pg:x", false, false},
            {"PG", "db:pg:x", true, true},
            {"^.$", "ü", false, true},
            {"Ü", "ü", true, true},
            {"(?<!d)b(?=c)", "dbc abc", false, true},
            {"b",
             "a\xFF"
             "b",
             false, true},
        };
        for (const Case& c : cases) {
            CAPTURE(c.pattern);
            CAPTURE(c.text);
            CHECK(Regex(c.pattern, c.caseless).search(c.text) == c.found);
        }
    }

    TEST_CASE("a bad pattern is named with the place of the mistake") {
        try {
            const Regex regex("ab(c");
            FAIL("compiled");
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == ErrorKind::usage);
            CHECK(failure.error().message ==
                  "bad regular expression \"ab(c\": missing closing parenthesis at offset 4");
        }
        CHECK_THROWS_AS(Regex("\xFF"), Failure);
    }

    TEST_CASE("a pattern that would run for ages is stopped") {
        const Regex regex("(a+)+$");
        CHECK_THROWS_AS((void)regex.search(std::string(64, 'a') + 'b'), Failure);
    }

    TEST_CASE("a moved pattern still works") {
        Regex first("a");
        const Regex second = std::move(first);
        CHECK(second.search("cat"));
    }
}
