// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "schema/difference.hpp"
#include "schema/ignore.hpp"
#include "support/error.hpp"

namespace kedge::schema {
namespace {

/// A table with columns of these names and types.
Object table(const std::string& name, const std::vector<Attribute>& columns) {
    Object out;
    out.key = {"table", name};
    for (const Attribute& column : columns) {
        out.parts.push_back({"column", column.name, {{"type", column.value}}, {}});
    }
    return out;
}

State state(const std::vector<Object>& objects) {
    State out;
    for (const Object& object : objects) out.put(object);
    out.sort();
    return out;
}

/// Each difference as a line: verdict, subject, attribute, both values.
std::vector<std::string> told(const State& expected, const State& actual, bool same_database) {
    std::vector<std::string> out;
    for (const Difference& one : compare(expected, actual, same_database)) {
        std::string line = std::string(to_string(one.verdict)) + ' ' + one.subject();
        if (!one.attribute.empty()) line += ": " + one.attribute;
        if (one.expected || one.actual) {
            line += " [" + one.expected.value_or("-") + "] [" + one.actual.value_or("-") + ']';
        }
        out.push_back(line);
    }
    return out;
}

using Texts = std::vector<std::string>;

TEST_CASE("equal states differ in nothing, in whatever order they were read") {
    const State one = state({table("a", {{"id", "int"}}), table("b", {{"id", "int"}})});
    const State other = state({table("b", {{"id", "int"}}), table("a", {{"id", "int"}})});
    CHECK(told(one, other, true).empty());
    CHECK(one.fingerprint() == other.fingerprint());
}

TEST_CASE("objects, parts and attributes that came, went and changed") {
    Object before = table("t", {{"id", "int"}, {"name", "text"}});
    before.parts.push_back({"index", "i", {{"columns", "id"}}, {}});
    set(before.attributes, "comment", "old");
    Object after = table("t", {{"id", "bigint"}, {"total", "int"}});
    set(after.attributes, "owner", "ada");
    CHECK(told(state({before, table("gone", {{"x", "int"}})}),
               state({after, table("new", {{"x", "int"}})}), true) ==
          Texts{"missing table gone", "unexpected table new", "changed table t: comment [old] [-]",
                "changed table t: owner [-] [ada]", "changed column t.id: type [int] [bigint]",
                "missing column t.name", "unexpected column t.total", "missing index t.i"});
}

TEST_CASE("an attribute that is empty is another than none") {
    Object before = table("t", {});
    Object after = before;
    set(after.attributes, "comment", "");
    CHECK(told(state({before}), state({after}), true) == Texts{"changed table t: comment [-] []"});
}

TEST_CASE("columns that came or went don't move the others; columns that moved are told") {
    const State abc = state({table("t", {{"a", "int"}, {"b", "int"}, {"c", "int"}})});
    CHECK(told(abc, state({table("t", {{"a", "int"}, {"c", "int"}})}), true) ==
          Texts{"missing column t.b"});
    CHECK(told(abc, state({table("t", {{"x", "int"}, {"a", "int"}, {"b", "int"}, {"c", "int"}})}),
               true) == Texts{"unexpected column t.x"});
    CHECK(told(abc, state({table("t", {{"c", "int"}, {"a", "int"}, {"b", "int"}})}), true) ==
          Texts{"changed table t: column order [a, b, c] [c, a, b]"});
}

TEST_CASE(
    "a rename is told as one where the identity says so, and what speaks of it by name isn't") {
    Object before = table("shop.orders", {{"id", "int"}, {"total", "int"}});
    before.identity = "17";
    before.parts[0].identity = "1";
    before.parts[1].identity = "2";
    before.parts.push_back({"constraint", "positive", {{"check", "total > 0"}}, {}});
    Object view;
    view.key = {"view", "shop.v"};
    set(view.attributes, "definition", "SELECT total FROM shop.orders");

    SUBCASE("a column") {
        Object after = before;
        after.parts[1].name = "amount";
        after.parts[2].attributes = {{"check", "amount > 0"}};
        CHECK(told(state({before}), state({after}), true) ==
              Texts{"renamed column shop.orders.total [total] [amount]"});
        CHECK(told(state({before}), state({after}), false).size() == 3);
    }
    SUBCASE("a table") {
        Object after = before;
        after.key.name = "shop.purchases";
        Object view_after = view;
        set(view_after.attributes, "definition", "SELECT total FROM shop.purchases");
        CHECK(told(state({before, view}), state({after, view_after}), true) ==
              Texts{"renamed table shop.orders [shop.orders] [shop.purchases]"});
    }
    SUBCASE("a view goes on to call the column as it did") {
        Object after = before;
        after.parts[1].name = "amount";
        after.parts.pop_back();
        before.parts.pop_back();
        Object view_after = view;
        set(view_after.attributes, "definition", "SELECT amount AS total FROM shop.orders");
        CHECK(told(state({before, view}), state({after, view_after}), true) ==
              Texts{"renamed column shop.orders.total [total] [amount]"});
    }
    SUBCASE("no rename goes on into other tables, strings and what people have written") {
        set(before.parts[0].attributes, "default", "'total'::text");
        set(before.parts[0].attributes, "comment", "total");
        Object after = before;
        after.parts[1].name = "amount";
        after.parts[2].attributes = {{"check", "amount > 0"}};
        set(after.parts[0].attributes, "default", "'amount'::text");
        set(after.parts[0].attributes, "comment", "amount");
        set(view.attributes, "definition", "SELECT total FROM shop.others");
        Object view_after = view;
        set(view_after.attributes, "definition", "SELECT amount FROM shop.others");
        Object function;
        function.key = {"function", "shop.f()"};
        set(function.attributes, "body", "SELECT total FROM shop.orders");
        Object function_after = function;
        set(function_after.attributes, "body", "SELECT amount FROM shop.orders");
        CHECK(
            told(state({before, view, function}), state({after, view_after, function_after}), true)
                .size() == 5);
    }
    SUBCASE("a name that the server looks up is one") {
        set(before.parts[0].attributes, "default",
            "nextval('shop.orders'::regclass) + shop.orders");
        Object after = before;
        after.key.name = "shop.purchases";
        set(after.parts[0].attributes, "default",
            "nextval('shop.purchases'::regclass) + shop.purchases");
        CHECK(told(state({before}), state({after}), true).size() == 1);
    }
    SUBCASE("the columns of a table that was made anew are others") {
        Object after = before;
        after.identity = "18";
        after.parts[1].name = "amount";
        CHECK(told(state({before}), state({after}), true) ==
              Texts{"unexpected column shop.orders.amount", "missing column shop.orders.total"});
    }
    SUBCASE("a word that only holds the name is another word") {
        Object after = before;
        after.parts[1].name = "sum";
        after.parts[2].attributes = {{"check", "subsum > 0"}};
        before.parts[2].attributes = {{"check", "subtotal > 0"}};
        CHECK(told(state({before}), state({after}), true).size() == 2);
    }
}

TEST_CASE("accepting one difference leaves the others") {
    Object before = table("t", {{"a", "int"}, {"b", "int"}, {"c", "int"}});
    set(before.attributes, "comment", "old");
    Object after = table("t", {{"c", "int"}, {"x", "int"}, {"a", "text"}});
    const State expected = state({before, table("gone", {})});
    const State actual = state({after, table("new", {{"i", "int"}})});
    const auto differences = compare(expected, actual, true);
    REQUIRE(differences.size() == 7);
    for (std::size_t i = 0; i < differences.size(); ++i) {
        CAPTURE(differences[i].subject());
        State accepted = expected;
        accept(accepted, actual, differences[i]);
        accepted.sort();
        CHECK(compare(accepted, actual, true).size() == differences.size() - 1);
    }
    State all = expected;
    for (const Difference& one : differences) accept(all, actual, one);
    all.sort();
    CHECK(all.fingerprint() == actual.fingerprint());
}

TEST_CASE("what a rule to ignore means") {
    Difference column;
    column.object = {"table", "audit.log"};
    column.part_kind = "column";
    column.part = "at";
    column.attribute = "type";
    struct Case {
        const char* pattern;
        bool matches;
    };
    for (const Case& one :
         {Case{"table audit.*", true}, Case{"audit.*", true}, Case{"column audit.log.at", true},
          Case{"column *", true}, Case{"column *: type", true}, Case{"column *: default", false},
          Case{"index *", false}, Case{"table log", false}, Case{"view audit.*", false}}) {
        CAPTURE(one.pattern);
        CHECK(IgnoreRule{one.pattern, "why"}.matches(column) == one.matches);
    }
}

TEST_CASE("a rule to ignore needs a reason") {
    const IgnoreRule rule = IgnoreRule::parse("column *: comment: written by the wiki");
    CHECK(rule.pattern == "column *: comment");
    CHECK(rule.reason == "written by the wiki");
    for (const char* text : {"table x", "table x:", "table x: ", ": because", ""}) {
        CAPTURE(text);
        CHECK_THROWS_AS(static_cast<void>(IgnoreRule::parse(text)), Failure);
    }
}

}  // namespace
}  // namespace kedge::schema
