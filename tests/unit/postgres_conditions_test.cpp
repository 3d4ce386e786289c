// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "script/postgres/conditions.hpp"

using kedge::script::postgres::Conditions;
using kedge::script::postgres::psql_boolean;

namespace {

/// Walks `if0 a elif1 b else c endif`: the words that run, and after a `!` what is wrong.
std::string walk(std::string_view text) {
    Conditions conditions;
    std::string out;
    std::size_t line = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line;
        const bool yes = word.ends_with('1');
        std::string_view problem;
        if (word.starts_with("if")) {
            conditions.begin(yes, line);
        } else if (word.starts_with("elif")) {
            out += conditions.wants_condition() ? "?" : "";
            problem = conditions.otherwise_if(yes);
        } else if (word == "else") {
            problem = conditions.otherwise();
        } else if (word == "endif") {
            problem = conditions.end();
        } else if (conditions.active()) {
            out += word;
        }
        if (!problem.empty()) out += "!" + std::string(problem) + "!";
    }
    if (conditions.open_since()) out += "^" + std::to_string(*conditions.open_since());
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("postgres conditions");

TEST_CASE("what runs") {
    const std::vector<std::pair<std::string_view, std::string_view>> rows = {
        {"a", "a"},
        {"if1 a endif b", "ab"},
        {"if0 a endif b", "b"},
        {"if1 a else b endif c", "ac"},
        {"if0 a else b endif c", "bc"},
        {"if0 a elif1 b elif1 c else d endif", "?b"},
        {"if0 a elif0 b else c endif", "?c"},
        {"if1 a elif1 b else c endif", "a"},
        {"if0 if1 a else b endif else c endif", "c"},
        {"if0 if0 elif1 a endif endif b", "b"},
        {"if1 if0 a elif1 b endif c else d endif", "?bc"},
        {"else a", "!\\else without \\if!a"},
        {"elif1 a", "!\\elif without \\if!a"},
        {"endif a", "!\\endif without \\if!a"},
        {"if1 else a else b endif", "!\\else after \\else!"},
        {"if0 else a elif1 b endif", "a!\\elif after \\else!b"},
        {"a if1 if0 b endif", "a^2"},
    };
    for (const auto& [text, runs] : rows) {
        CAPTURE(text);
        CHECK(walk(text) == runs);
    }
}

TEST_CASE("booleans") {
    for (const std::string_view yes : {"true", "TRUE", "t", "tr", "yes", "y", "on", "ON", "1"}) {
        CAPTURE(yes);
        CHECK(psql_boolean(yes) == true);
    }
    for (const std::string_view no : {"false", "f", "no", "n", "off", "of", "Off", "0"}) {
        CAPTURE(no);
        CHECK(psql_boolean(no) == false);
    }
    for (const std::string_view neither : {"", "o", "2", "01", "truex", "maybe", "nothing"}) {
        CAPTURE(neither);
        CHECK_FALSE(psql_boolean(neither).has_value());
    }
}

TEST_SUITE_END();
