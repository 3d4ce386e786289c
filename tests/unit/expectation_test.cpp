// SPDX-License-Identifier: MIT
#include "script/expectation.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/text.hpp"

using kedge::script::Comment;
using kedge::script::Expectation;
using kedge::script::ExpectationProblem;
using kedge::script::parse_expectations;
using Kind = kedge::script::Expectation::Kind;
using Row = std::vector<Expectation::Cell>;

namespace {

struct Parsed {
    std::vector<Expectation> found;
    std::vector<std::pair<std::size_t, std::string>> problems;  ///< line, message
};

/// Comments as they stand one below the other, from line 10 on; an empty text is a line without
/// any.
Parsed parse(const std::vector<std::string>& texts, bool is_test = true) {
    std::vector<Comment> comments;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i].empty()) comments.push_back({texts[i].substr(2), 10 + i});
    }
    Parsed out;
    out.found = parse_expectations(comments, is_test, [&](const ExpectationProblem& problem) {
        out.problems.emplace_back(problem.line, problem.message);
    });
    return out;
}

}  // namespace

TEST_SUITE("expectation") {
    TEST_CASE("numbers of rows") {
        const std::vector<std::pair<std::string, std::size_t>> cases = {
            {"-- expect: 3 rows", 3}, {"--expect: 1 row", 1},         {"-- Expect : 0 ROWS", 0},
            {"-- expect: empty", 0},  {"--   expect:   7   rows", 7}, {"-- expect: 1 rows", 1},
        };
        for (const auto& [text, count] : cases) {
            CAPTURE(text);
            const Parsed parsed = parse({text});
            CHECK(parsed.problems.empty());
            REQUIRE(parsed.found.size() == 1);
            CHECK(parsed.found[0].kind == Kind::rows);
            CHECK(parsed.found[0].count == count);
            CHECK(parsed.found[0].line == 10);
        }
    }

    TEST_CASE("values") {
        const std::vector<std::pair<std::string, Expectation::Cell>> cases = {
            {"-- expect: value 42", "42"},
            {"-- expect: value two words", "two words"},
            {"-- expect: value NULL", std::nullopt},
            {"-- expect: value 'NULL'", "NULL"},
            {"-- expect: value null", "null"},
            {"-- expect: value ''", ""},
            {"-- expect: value ' it''s '", " it's "},
            {"-- expect: value don't", "don't"},
            {"-- expect: value a | b", "a | b"},
        };
        for (const auto& [text, cell] : cases) {
            CAPTURE(text);
            const Parsed parsed = parse({text});
            CHECK(parsed.problems.empty());
            REQUIRE(parsed.found.size() == 1);
            CHECK(parsed.found[0].kind == Kind::value);
            CHECK(parsed.found[0].cell == cell);
        }
    }

    TEST_CASE("errors, by code or by message") {
        struct Case {
            std::string text;
            std::string code;
            std::string message;
        };
        const std::vector<Case> cases = {
            {"-- expect: error 23505", "23505", ""},
            {"-- expect: error SQLITE_CONSTRAINT", "SQLITE_CONSTRAINT", ""},
            {"-- expect: error 22P02", "22P02", ""},
            {"-- expect: error no such table", "", "no such table"},
            {"-- expect: error '23505'", "", "23505"},
            {"-- expect: error 'it''s wrong'", "", "it's wrong"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const Parsed parsed = parse({c.text});
            CHECK(parsed.problems.empty());
            REQUIRE(parsed.found.size() == 1);
            CHECK(parsed.found[0].kind == Kind::error);
            CHECK(parsed.found[0].code == c.code);
            CHECK(parsed.found[0].message == c.message);
        }
    }

    TEST_CASE("a table of rows") {
        const Parsed parsed = parse({"-- expect:", "--   1 | alice |", "-- 2|NULL|' | '",
                                     "--  3 | 'it''s' | it's", "", "-- a remark"});
        CHECK(parsed.problems.empty());
        REQUIRE(parsed.found.size() == 1);
        const Expectation& table = parsed.found[0];
        CHECK(table.kind == Kind::table);
        CHECK(table.ordered);
        CHECK(table.columns.empty());
        REQUIRE(table.rows.size() == 3);
        CHECK(table.rows[0] == Row{"1", "alice", ""});
        CHECK(table.rows[1] == Row{"2", std::nullopt, " | "});
        CHECK(table.rows[2] == Row{"3", "it's", "it's"});
    }

    TEST_CASE("a table with the names of its columns, in any order") {
        const Parsed parsed = parse({"-- expect: unordered", "--  id | name", "-- ----+------",
                                     "--   1 | alice", "--", "-- a remark"});
        CHECK(parsed.problems.empty());
        REQUIRE(parsed.found.size() == 1);
        CHECK_FALSE(parsed.found[0].ordered);
        CHECK(parsed.found[0].columns == std::vector<std::string>{"id", "name"});
        REQUIRE(parsed.found[0].rows.size() == 1);
        CHECK(parsed.found[0].rows[0] == Row{"1", "alice"});
    }

    TEST_CASE("what ends a table") {
        for (const char* end : {"", "--", "-- expect: 1 row", "-- kedge: no-transaction"}) {
            CAPTURE(end);
            const Parsed parsed = parse({"-- expect:", "-- 1", end, ""});
            CHECK(parsed.problems.empty());
            REQUIRE_FALSE(parsed.found.empty());
            CHECK(parsed.found[0].rows.size() == 1);
        }
    }

    TEST_CASE("two expectations of one query") {
        const Parsed parsed = parse({"-- expect: 2 rows", "-- expect:", "-- 1", "-- 2"});
        CHECK(parsed.problems.empty());
        REQUIRE(parsed.found.size() == 2);
        CHECK(parsed.found[1].line == 11);
        CHECK(parsed.found[1].rows.size() == 2);
    }

    TEST_CASE("other comments are no expectations") {
        for (const char* text : {"-- we expect: 3 rows", "-- expected: 3 rows", "-- expect",
                                 "-- expect the worst", "-- nobody expects: 3 rows"}) {
            CAPTURE(text);
            const Parsed parsed = parse({text});
            CHECK(parsed.problems.empty());
            CHECK(parsed.found.empty());
        }
    }

    TEST_CASE("what is wrong") {
        struct Case {
            std::vector<std::string> texts;
            std::size_t line;
            std::string_view message;
        };
        const std::vector<Case> cases = {
            {{"-- expect: three rows"}, 10, "kedge doesn't know the expectation \"three rows\""},
            {{"-- expect: emptyy"}, 10, "(did you mean \"empty\"?)"},
            {{"-- expect: -1 rows"}, 10, "kedge doesn't know"},
            {{"-- expect: 3"}, 10, "kedge doesn't know"},
            {{"-- expect: 99999999999999999999 rows"}, 10, "kedge doesn't know"},
            {{"-- expect: value"}, 10, "no value stands behind"},
            {{"-- expect: value 'open"}, 10, "don't enclose one value"},
            {{"-- expect: value 'a' b"}, 10, "don't enclose one value"},
            {{"-- expect: error"}, 10, "needs its code"},
            {{"-- expect: error ''"}, 10, "any message holds the empty text"},
            {{"-- expect:"}, 10, "no rows stand in the comments below"},
            {{"-- expect:", "-- id", "-- ----"}, 10, "no rows stand in the comments below"},
            {{"-- expect:", "-- 1 | 2", "-- 3"}, 12, "the row has 1 value, and those above have 2"},
            {{"-- expect:", "-- id", "-- --", "-- 3 | 4"}, 13, "the row has 2 values"},
            {{"-- expect:", "-- 'a"}, 11, "don't enclose one value"},
            {{"-- expect: 1 row", "-- expect: error 1"}, 11, "can't meet another expectation"},
            {{"-- expect: error 1", "-- expect: empty"}, 11, "can't meet another expectation"},
            {{"-- expect 3 rows"}, 10, "an expectation has a colon"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.texts.back());
            const Parsed parsed = parse(c.texts);
            REQUIRE(parsed.problems.size() == 1);
            CHECK(parsed.problems[0].first == c.line);
            CHECK(parsed.problems[0].second.find(c.message) != std::string::npos);
        }
    }

    TEST_CASE("outside of tests a missing colon makes a remark") {
        CHECK(parse({"-- expect 3 rows"}, false).problems.empty());
    }

    TEST_CASE("it stands on a line of its own, before its statement") {
        for (const Comment& comment : {Comment{" expect: 1 row", 3, false, false},
                                       Comment{" expect: 1 row", 3, true, true}}) {
            std::string told;
            const auto found = parse_expectations(
                {&comment, 1}, true,
                [&](const ExpectationProblem& problem) { told = problem.message; });
            CHECK(found.empty());
            CHECK(told == "an expectation stands on a line of its own, before its query");
        }
    }

    TEST_CASE("statements that belong to a transaction") {
        using kedge::script::refuses_expectations;
        CHECK(refuses_expectations("BEGIN;") == "BEGIN");
        CHECK(refuses_expectations("-- a\n/* b */ savepoint x;") == "SAVEPOINT");
        CHECK(refuses_expectations("rollback to x") == "ROLLBACK");
        CHECK(refuses_expectations("SELECT 1").empty());
        CHECK(refuses_expectations("BEGINNING").empty());
        CHECK(refuses_expectations("-- nothing else").empty());
        CHECK(refuses_expectations("").empty());
    }

    TEST_CASE("the form in which rows are shown can be read") {
        const Row row = {"1", std::nullopt, "", "NULL", " a ", "b|c", "'quoted'", "it's"};
        const Parsed parsed = parse({"-- expect:", "-- " + kedge::script::expected_form(row)});
        REQUIRE(parsed.found.size() == 1);
        REQUIRE(parsed.found[0].rows.size() == 1);
        CHECK(parsed.found[0].rows[0] == row);
    }
}
