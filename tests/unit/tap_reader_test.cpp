// SPDX-License-Identifier: MIT
#include "migrate/tap_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using kedge::migrate::Check;
using kedge::migrate::TapReader;
using Outcome = kedge::migrate::Check::Outcome;

namespace {

struct Read {
    std::vector<Check> checks;
    bool bailed_out = false;
};

/// Each text as a row of its own.
Read read(const std::vector<std::string>& texts) {
    Read out;
    TapReader reader(out.checks);
    std::size_t line = 0;
    for (const std::string& text : texts) reader.read(text, {"test/a.sql", ++line, 1});
    reader.finish();
    out.bailed_out = reader.has_bailed_out();
    return out;
}

}  // namespace

TEST_SUITE("tap reader") {
    TEST_CASE("test lines") {
        struct Case {
            std::string text;
            Outcome outcome;
            std::string name;
            std::string reason;
        };
        const std::vector<Case> cases = {
            {"ok 1 - it is there", Outcome::passed, "it is there", ""},
            {"ok 1 it is there", Outcome::passed, "it is there", ""},
            {"ok - it is there", Outcome::passed, "it is there", ""},
            {"ok", Outcome::passed, "test 1", ""},
            {"ok 1", Outcome::passed, "test 1", ""},
            {"not ok 1 - it is there", Outcome::failed, "it is there", ""},
            {"not ok", Outcome::failed, "test 1", ""},
            {"ok 3rd try", Outcome::passed, "3rd try", ""},
            {"ok 1 - later # SKIP no server", Outcome::skipped, "later", "no server"},
            {"ok 1 # skip", Outcome::skipped, "test 1", ""},
            {"ok 1 - later # SKIP: no server", Outcome::skipped, "later", "no server"},
            {"not ok 1 - later # TODO write it", Outcome::todo, "later", "write it"},
            {"ok 1 - later # TODO write it", Outcome::passed, "later", "write it"},
            {"not ok 1 - number \\# of rows", Outcome::failed, "number # of rows", ""},
            {"not ok 1 - todo # of things", Outcome::failed, "todo # of things", ""},
            {"ok 1 - dos\r", Outcome::passed, "dos", ""},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const Read result = read({c.text});
            REQUIRE(result.checks.size() == 1);
            CHECK(result.checks[0].outcome == c.outcome);
            CHECK(result.checks[0].name == c.name);
            CHECK(result.checks[0].reason == c.reason);
            CHECK(result.checks[0].where.line == 1);
        }
    }

    TEST_CASE("other text is none") {
        for (const char* text :
             {"", "okay", "not okay", "42", "1..", "1..x", "1..3 more", "# a remark", "OK 1",
              " ok 1", "    an indented text", "Bail out"}) {
            CAPTURE(text);
            std::vector<Check> checks;
            TapReader reader(checks);
            CHECK_FALSE(reader.read(text, {}));
            reader.finish();
            CHECK(checks.empty());
        }
    }

    TEST_CASE("a plan that holds adds nothing, before the tests or behind them") {
        CHECK(read({"1..2", "ok 1 - a", "ok 2 - b"}).checks.size() == 2);
        CHECK(read({"ok 1 - a", "ok 2 - b", "1..2"}).checks.size() == 2);
        CHECK(read({"ok 1 - a", "ok 2 - b"}).checks.size() == 2);
    }

    TEST_CASE("what plan and tests don't agree in is a failed check") {
        struct Case {
            std::vector<std::string> texts;
            std::string_view name;
        };
        const std::vector<Case> cases = {
            {{"1..3", "ok 1", "ok 2"}, "the plan: 3 tests, and 2 ran"},
            {{"1..1", "ok 1", "ok 2"}, "the plan: 1 test, and 2 ran"},
            {{"1..1", "1..2", "ok 1"}, "a second plan, for 2 after 1"},
            {{"1..3", "ok 1", "ok 3"}, "the number of test 2, which says 3"},
            {{"1..2"}, "the plan: 2 tests, and 0 ran"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            std::vector<std::string> failed;
            for (const Check& check : read(c.texts).checks) {
                if (check.outcome == Outcome::failed) failed.push_back(check.name);
            }
            REQUIRE(failed.size() == 1);
            CHECK(failed[0] == c.name);
        }
    }

    TEST_CASE("a plan for no test skips the file") {
        const Read result = read({"1..0 # SKIP no such extension"});
        REQUIRE(result.checks.size() == 1);
        CHECK(result.checks[0].outcome == Outcome::skipped);
        CHECK(result.checks[0].reason == "no such extension");
    }

    TEST_CASE("remarks belong to the test before them") {
        const Read result =
            read({"not ok 1 - a\n# Failed test 1: \"a\"\n#     have: 1", "ok 2 - b"});
        REQUIRE(result.checks.size() == 2);
        CHECK(result.checks[0].detail == "Failed test 1: \"a\"\n    have: 1");
        CHECK(result.checks[1].detail.empty());
    }

    TEST_CASE("a subtest counts by its own line, and says why it failed") {
        const Read passed =
            read({"    # Subtest: inner", "    ok 1 - x", "    1..1", "ok 1 - inner"});
        REQUIRE(passed.checks.size() == 1);
        CHECK(passed.checks[0].name == "inner");
        CHECK(passed.checks[0].detail.empty());
        const Read failed = read(
            {"    # Subtest: inner", "    not ok 1 - x", "    1..1", "not ok 1 - inner", "1..1"});
        REQUIRE(failed.checks.size() == 1);
        CHECK(failed.checks[0].outcome == Outcome::failed);
        CHECK(failed.checks[0].detail == "# Subtest: inner\nnot ok 1 - x\n1..1");
    }

    TEST_CASE("a subtest that has no line of its own") {
        const Read result = read({"ok 1 - a", "    not ok 1 - x"});
        REQUIRE(result.checks.size() == 2);
        CHECK(result.checks[1].outcome == Outcome::failed);
        CHECK(result.checks[1].name == "a subtest without a line of its own");
    }

    TEST_CASE("bailing out") {
        std::vector<Check> checks;
        TapReader reader(checks);
        CHECK(reader.read("1..3\nok 1\nBail out!  no server\nnot ok 2", {}));
        reader.finish();
        CHECK(reader.has_bailed_out());
        CHECK(reader.bail_out() == "no server");
        CHECK(checks.size() == 1);
    }
}
