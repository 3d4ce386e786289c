// SPDX-License-Identifier: MIT
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "../lines.hpp"
#include "script/postgres/scanner.hpp"

using kedge::script::Origin;
using kedge::script::postgres::Scanner;
using kedge::script::postgres::Statement;
using kedge::test::lines_of;
using Texts = std::vector<std::string>;

namespace {

const std::map<std::string, std::string, std::less<>> kVariables = {{"x", "7"},
                                                                    {"name", "my table"},
                                                                    {"quote", "it's"},
                                                                    {"slash", "a\\b"},
                                                                    {"two", "1; SELECT 2"},
                                                                    {"open", "'a"},
                                                                    {"self", "1 + :self"},
                                                                    {"outer", "[:x]"},
                                                                    {"empty", ""},
                                                                    {"dq", "a\"b"}};

std::optional<std::string> lookup(std::string_view name) {
    const auto hit = kVariables.find(name);
    return hit == kVariables.end() ? std::nullopt : std::optional(hit->second);
}

/// All statements as they are to be sent; what is left at the end comes last, after a `…`; a
/// client's command, taken as the rest of its line, after a `\`.
Texts cut(std::string_view text, bool standard_strings = true) {
    Scanner scanner(lookup);
    scanner.set_standard_strings(standard_strings);
    Texts out;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(text)) {
        scanner.set_line(line, ++number);
        for (auto stop = scanner.scan(); stop != Scanner::Stop::line_end; stop = scanner.scan()) {
            if (stop == Scanner::Stop::statement) {
                out.push_back(scanner.take().text);
            } else {
                out.push_back("\\" + std::string(line.substr(scanner.position())));
                scanner.set_position(line.size());
            }
        }
    }
    if (!scanner.statement().empty()) out.push_back("…" + scanner.take().text);
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("postgres scanner");

TEST_CASE("statements") {
    struct Row {
        std::string_view text;
        Texts statements;
    };
    const std::vector<Row> rows = {
        {"", {}},
        {"  \n\n", {}},
        {"SELECT 1;", {"SELECT 1;"}},
        {"SELECT 1; SELECT 2 ;\n", {"SELECT 1;", "SELECT 2 ;"}},
        {"SELECT 1", {"…SELECT 1"}},
        {"SELECT\n  1\n;\n", {"SELECT\n  1\n;"}},
        {"-- one\n  -- two\nSELECT 1; -- three\n", {"SELECT 1;"}},
        {"SELECT 1 -- two; three\n;", {"SELECT 1 -- two; three\n;"}},
        {";;", {";", ";"}},
        {"SELECT ';';", {"SELECT ';';"}},
        {"SELECT 'a''b;';", {"SELECT 'a''b;';"}},
        {"SELECT 'a\n;\nb';", {"SELECT 'a\n;\nb';"}},
        {"SELECT 'a\\'; SELECT 2;", {"SELECT 'a\\';", "SELECT 2;"}},
        {"SELECT E'a\\'; SELECT 2';", {"SELECT E'a\\'; SELECT 2';"}},
        {"SELECT e'\\\\'; SELECT 2;", {"SELECT e'\\\\';", "SELECT 2;"}},
        {"SELECT E'a'\n  '\\';' ;", {"SELECT E'a'\n  '\\';' ;"}},
        {"SELECT E'a' -- c\n '\\';' ;", {"SELECT E'a' -- c\n '\\';' ;"}},
        {"SELECT name'a\\'; SELECT 2;", {"SELECT name'a\\';", "SELECT 2;"}},
        {"SELECT U&'\\0061\\'; SELECT 2;", {"SELECT U&'\\0061\\';", "SELECT 2;"}},
        {"SELECT U&\"a;\"\"\"; SELECT B'1', x'f;';",
         {"SELECT U&\"a;\"\"\";", "SELECT B'1', x'f;';"}},
        {"SELECT \"a;b\"\"c\" FROM \"it's\";", {"SELECT \"a;b\"\"c\" FROM \"it's\";"}},
        {"DO $$ BEGIN a; b; END $$;", {"DO $$ BEGIN a; b; END $$;"}},
        {"DO $a$ $$; $b$ $a $a$; SELECT 1;", {"DO $a$ $$; $b$ $a $a$;", "SELECT 1;"}},
        {"DO $a$\n;\n$a$;", {"DO $a$\n;\n$a$;"}},
        {"SELECT $1; SELECT a$b$; SELECT $ü$;$ü$;",
         {"SELECT $1;", "SELECT a$b$;", "SELECT $ü$;$ü$;"}},
        {"SELECT 1 /* ; /* ; */ ; */ + 2;", {"SELECT 1 /* ; /* ; */ ; */ + 2;"}},
        {"/* a;\n b */ SELECT 1;", {"/* a;\n b */ SELECT 1;"}},
        {"SELECT 4 */* ; */ 2; SELECT 1--;\n;", {"SELECT 4 */* ; */ 2;", "SELECT 1--;\n;"}},
        {"CREATE RULE r AS ON INSERT TO t DO (a; b); SELECT 1;",
         {"CREATE RULE r AS ON INSERT TO t DO (a; b);", "SELECT 1;"}},
        {"SELECT 1); SELECT 2;", {"SELECT 1);", "SELECT 2;"}},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3;",
         {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;", "SELECT 3;"}},
        {"create or replace procedure p() begin atomic select case a when 1 then 2 end; end; a;",
         {"create or replace procedure p() begin atomic select case a when 1 then 2 end; end;",
          "a;"}},
        {"CREATE TABLE begin (a int); SELECT 1;", {"CREATE TABLE begin (a int);", "SELECT 1;"}},
        {"BEGIN; CREATE TABLE a(); END; SELECT 1;",
         {"BEGIN;", "CREATE TABLE a();", "END;", "SELECT 1;"}},
        {"SELECT 1 \\; SELECT 2; SELECT 3;", {"SELECT 1 ; SELECT 2;", "SELECT 3;"}},
        {"SELECT a \\: b;", {"SELECT a : b;"}},
        {"\\echo a; b\nSELECT 1 \\g\n", {"\\echo a; b\n", "\\g\n", "…SELECT 1 \n"}},
        {"SELECT '\\echo';", {"SELECT '\\echo';"}},
        {"SELECT 1 -- a\r+ 2; SELECT 3;\n", {"SELECT 1 -- a\r+ 2;", "SELECT 3;"}},
        {"-- a\rSELECT 1;\n", {"SELECT 1;"}},
        {"SELECT E'a'\r'\\';b'; SELECT 2;\n", {"SELECT E'a'\r'\\';b';", "SELECT 2;"}},
        {"SELECT a\\echo\nFROM b;", {"\\echo\n", "SELECT a\nFROM b;"}},
        {"SELECT E'a' \\echo\r\n'\\'; b';", {"\\echo\r\n", "SELECT E'a' \n'\\'; b';"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(cut(row.text) == row.statements);
    }
    CHECK(cut("SELECT 'a\\'; b';", false) == Texts{"SELECT 'a\\'; b';"});
}

TEST_CASE("letters right behind a number belong to it") {
    struct Row {
        std::string_view number;
        bool takes_letters;
    };
    const std::vector<Row> rows = {
        {"1", true},    {"12", true},   {"1.5", true},   {"1.", true},      {".5", true},
        {"1e5", true},  {"1E-5", true}, {"1e", true},    {"0x1F", true},    {"1_0", true},
        {"$1", true},   {"$12", true},  {"1e-5x", true}, {"1.5.5", true},   {"1e-", false},
        {"1e+", false}, {"1 ", false},  {"1..", false},  {"1.5e+", false},  {"$1.", false},
        {"$", false},   {".", false},   {"a1.", false},  {"1.5e5.", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.number);
        const std::string number(row.number);
        const bool takes = row.takes_letters;
        CHECK(cut(number + "e'\\'; b'") ==
              (takes ? Texts{number + "e'\\';", "…b'"} : Texts{"…" + number + "e'\\'; b'"}));
        // The tag of a dollar quote can't be told from a name there.
        if (number != "$") CHECK(cut(number + "a$b$; $b$;").size() == 2);
        const Texts ended = cut("CREATE FUNCTION f() BEGIN ATOMIC " + number + "end; b;");
        CHECK(ended.size() == (takes ? 1 : 2));
    }
    CHECK(cut("SELECT 1$b$; $b$, $1$b$; $b$, .5$b$;$b$;").size() == 1);
    CHECK(cut("SELECT 1e+5$b$; $b$;").size() == 1);
    CHECK(cut("SELECT 1e5$b$; $b$;").size() == 2);
}

TEST_CASE("a statement that is taken half-way leaves nothing open") {
    const std::vector<std::string_view> rows = {
        "SELECT (1 \\g\n",
        "CREATE FUNCTION f() AS 'a' \\g\n",
        "CREATE FUNCTION f() BEGIN ATOMIC a; \\g\n",
        "SELECT E'a' \\g\n",
    };
    for (const std::string_view line : rows) {
        CAPTURE(line);
        Scanner scanner;
        scanner.set_line(line, 1);
        REQUIRE(scanner.scan() == Scanner::Stop::backslash);
        CHECK(scanner.take().text == line.substr(0, line.find('\\')));
        CHECK(scanner.at_top());
        scanner.set_position(line.size());
        CHECK(scanner.scan() == Scanner::Stop::line_end);
        scanner.set_line("'\\' BEGIN; END;\n", 2);
        REQUIRE(scanner.scan() == Scanner::Stop::statement);
        CHECK(scanner.take().text == "'\\' BEGIN;");
    }
}

TEST_CASE("several statements in one") {
    Scanner scanner;
    scanner.set_line("SELECT 1 \\; SELECT 2; SELECT 3 \\: 4; \\;;", 1);
    for (const bool compound : {true, false, true}) {
        REQUIRE(scanner.scan() == Scanner::Stop::statement);
        CHECK(scanner.statement().compound == compound);
        CHECK(scanner.take().compound == compound);
        CHECK(!scanner.statement().compound);
    }
    Statement statement;
    statement.compound = true;
    statement.clear();
    CHECK(!statement.compound);
}

TEST_CASE("variables") {
    struct Row {
        std::string_view text;
        Texts statements;
    };
    const std::vector<Row> rows = {
        {"SELECT :x;", {"SELECT 7;"}},
        {"SELECT :x:x, :'x', :\"x\";", {"SELECT 77, '7', \"7\";"}},
        {"SELECT :'quote', :'slash', :\"dq\";", {"SELECT 'it''s',  E'a\\\\b', \"a\"\"b\";"}},
        {"SELECT * FROM :\"name\";", {"SELECT * FROM \"my table\";"}},
        {"SELECT :nope, :'nope', :\"nope\";", {"SELECT :nope, :'nope', :\"nope\";"}},
        {"SELECT :{?x}, :{?nope};", {"SELECT TRUE, FALSE;"}},
        {"SELECT a::x, a[1:2], b := :x;", {"SELECT a::x, a[1:2], b := 7;"}},
        {"SELECT ':x', \":x\", $$:x$$, 1 /* :x */;", {"SELECT ':x', \":x\", $$:x$$, 1 /* :x */;"}},
        {"SELECT :two;", {"SELECT 1;", "SELECT 2;"}},
        {"SELECT :open';", {"SELECT 'a';"}},
        {"SELECT :self, :outer;", {"SELECT 1 + :self, [7];"}},
        {"SELECT 1:empty;", {"SELECT 1;"}},
        {"SELECT :' x', :;", {"SELECT :' x', :;"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(cut(row.text) == row.statements);
    }
}

TEST_CASE("places in the script") {
    Scanner scanner(lookup);
    const auto place = [](const Statement& statement, std::string_view word) {
        const Origin origin = statement.place_of(statement.text.find(word));
        return std::pair(origin.line, origin.column);
    };
    scanner.set_line("  SELECT ü, :two, c,\n", 4);
    REQUIRE(scanner.scan() == Scanner::Stop::statement);
    const Statement first = scanner.take();
    CHECK(first.text == "SELECT ü, 1;");
    CHECK(place(first, "SELECT") == std::pair<std::size_t, std::size_t>(4, 3));
    CHECK(place(first, "1") == std::pair<std::size_t, std::size_t>(4, 13));
    REQUIRE(scanner.scan() == Scanner::Stop::line_end);
    scanner.set_line("    d \\; e, :'quote' f;\n", 5);
    REQUIRE(scanner.scan() == Scanner::Stop::statement);
    const Statement second = scanner.take();
    CHECK(second.text == "SELECT 2, c,\n    d ; e, 'it''s' f;");
    CHECK(place(second, "2") == std::pair<std::size_t, std::size_t>(4, 13));
    CHECK(place(second, "c,") == std::pair<std::size_t, std::size_t>(4, 19));
    CHECK(place(second, "d ;") == std::pair<std::size_t, std::size_t>(5, 5));
    CHECK(place(second, "e,") == std::pair<std::size_t, std::size_t>(5, 10));
    CHECK(place(second, "''s") == std::pair<std::size_t, std::size_t>(5, 13));
    CHECK(place(second, "f;") == std::pair<std::size_t, std::size_t>(5, 22));
    CHECK(second.place_of(10000).line == 5);
    CHECK(Statement().place_of(0).line == 1);
}

TEST_CASE("what is open at the end") {
    const std::vector<std::pair<std::string_view, std::string_view>> rows = {
        {"SELECT 'a", "a string"},
        {"SELECT E'a\\'", "a string"},
        {"SELECT \"a", "a quoted name"},
        {"DO $x$ a $$", "a dollar-quoted string"},
        {"/* /* */", "a comment"},
        {"SELECT (1", "parentheses"},
        {"CREATE FUNCTION f() BEGIN ATOMIC a;", "the body of a function"},
        {"SELECT 1", ""},
    };
    for (const auto& [text, open] : rows) {
        CAPTURE(text);
        Scanner scanner;
        scanner.set_line(text, 1);
        CHECK(scanner.scan() == Scanner::Stop::line_end);
        CHECK(scanner.open_construct() == open);
        CHECK(scanner.at_top() == open.empty());
    }
}

TEST_SUITE_END();
