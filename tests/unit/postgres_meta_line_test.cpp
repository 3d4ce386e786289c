// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "script/postgres/meta_line.hpp"
#include "script/postgres/reference.hpp"
#include "support/error.hpp"

using kedge::Failure;
using kedge::script::postgres::MetaLine;
using kedge::script::postgres::quoted_literal;
using kedge::script::postgres::quoted_name;
using Texts = std::vector<std::string>;

namespace {

std::optional<std::string> lookup(std::string_view name) {
    if (name == "x") return "7";
    if (name == "q") return "it's a\\b";
    return std::nullopt;
}

/// What the shell gets, in angle brackets; a command that begins with `false` fails.
std::optional<std::string> shell(const std::string& command) {
    if (command.starts_with("false")) return std::nullopt;
    return "<" + command + ">";
}

MetaLine line_of(std::string_view text) {
    return {text, 1, lookup, shell};
}

/// The name of the command, and its arguments.
Texts words(std::string_view text) {
    MetaLine line = line_of(text);
    Texts out = {line.name()};
    while (auto argument = line.argument()) out.push_back(std::move(*argument));
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("postgres meta line");

TEST_CASE("arguments") {
    struct Row {
        std::string_view text;
        Texts words;
    };
    // What `\echo` of psql 15 prints for each.
    const std::vector<Row> rows = {
        {"\\echo", {"echo"}},
        {"\\echo\n", {"echo"}},
        {"\\echo a  b\tc\r\n", {"echo", "a", "b", "c"}},
        {"\\echo 'a  b' c", {"echo", "a  b", "c"}},
        {"\\echo a'b c'd", {"echo", "ab cd"}},
        {"\\echo ''", {"echo", ""}},
        {"\\echo 'it''s' 'it\\'s'", {"echo", "it's", "it's"}},
        {"\\echo 'a\\nb\\tc\\\\' '\\101\\x42\\q'", {"echo", "a\nb\tc\\", "ABq"}},
        {"\\echo \"a  b\" x\"y z\"", {"echo", "\"a  b\"", "x\"y z\""}},
        {"\\echo :x :nope :'x' :\"x\"", {"echo", "7", ":nope", "'7'", "\"7\""}},
        {"\\echo :q :'q'", {"echo", "it's a\\b", " E'it''s a\\\\b'"}},
        {"\\echo a:x: ':x' \":x\" ::", {"echo", "a7:", ":x", "\":x\"", "::"}},
        {"\\echo :{?x} :{?nope}", {"echo", "TRUE", "FALSE"}},
        {"\\set a b`date :x`c", {"set", "a", "b<date 7>c"}},
        {"\\echo `echo :'q' :\"x\"`", {"echo", "<echo 'it'\"'\"'s a\\b' :\"x\">"}},
        {"\\echo `false`.", {"echo", "."}},
        {"\\echo a\\\\ SELECT", {"echo", "a"}},
        {"\\g\\\\", {"g"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(words(row.text) == row.words);
    }
}

TEST_CASE("names") {
    MetaLine line = line_of("\\connect Shop \"My \"\"Shop\"\"\"X");
    CHECK(line.name() == "connect");
    CHECK(line.sql_name() == "shop");
    CHECK(line.sql_name() == "My \"Shop\"x");
    CHECK_FALSE(line.sql_name().has_value());
}

TEST_CASE("the rest of a line") {
    CHECK(line_of("\\copy  t from 'a b' \\\\ x \r\n").whole_line() == "t from 'a b' \\\\ x");
    CHECK(line_of("\\!").whole_line().empty());
}

TEST_CASE("where SQL goes on") {
    struct Row {
        std::string_view text;
        std::size_t at;
        bool ignored;
    };
    const std::vector<Row> rows = {{"\\x\n", 3, false},
                                   {"\\x on off\n", 10, true},
                                   {"\\x \\\\ SELECT 1;", 5, false},
                                   {"\\x \\echo a", 3, false}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        MetaLine line = line_of(row.text);
        bool ignored = false;
        CHECK(line.finish(ignored) == row.at);
        CHECK(ignored == row.ignored);
    }
}

TEST_CASE("quotes that are not closed") {
    for (const std::string_view text : {"\\echo 'a", "\\echo \"a", "\\echo `a", "\\echo 'a\\"}) {
        CAPTURE(text);
        try {
            static_cast<void>(words(text));
            FAIL("accepted");
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == kedge::ErrorKind::script);
            CHECK(failure.error().where.column == 7);
            CHECK(failure.error().message.find("\\echo is not closed") != std::string::npos);
        }
    }
}

TEST_CASE("quoting") {
    CHECK(quoted_literal("") == "''");
    CHECK(quoted_literal("it's") == "'it''s'");
    CHECK(quoted_literal("a\\'") == " E'a\\\\'''");
    CHECK(quoted_name("a\"b") == "\"a\"\"b\"");
}

TEST_SUITE_END();
