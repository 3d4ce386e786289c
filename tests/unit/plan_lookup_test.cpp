// SPDX-License-Identifier: MIT
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "plan/key.hpp"
#include "plan/plan.hpp"
#include "support/error.hpp"

using kedge::ErrorKind;
using kedge::Failure;
using kedge::plan::ChangeKey;
using kedge::plan::Plan;

namespace {

using Index = std::optional<std::size_t>;
using Views = std::vector<std::string_view>;

const std::string kBy = " 2014-01-01T00:00:00Z A B <a@b.c>\n";

/// hey, you @foo, this/rocks, hey @bar @baz, last, hey
Plan sample() {
    std::string text = "%project=p\n\n";
    for (const std::string name :
         {"hey", "you", "@foo", "this/rocks", "hey", "@bar", "@baz", "last", "hey"}) {
        text += name + kBy;
    }
    return Plan::parse(text, "t.plan");
}

}  // namespace

TEST_SUITE_BEGIN("plan look-up");

TEST_CASE("the parts of a key") {
    struct Row {
        std::string_view text;
        std::string_view change;
        std::optional<std::string_view> tag;
        std::int64_t offset;
    };
    const std::optional<std::string_view> none;
    const Row rows[] = {
        {"a", "a", none, 0},
        {"a@v", "a", "v", 0},
        {"@v", "", "v", 0},
        {"@HEAD", "", "HEAD", 0},
        {"a@", "a", "", 0},
        {"", "", none, 0},
        {"a@b@c", "a", "b@c", 0},
        {"a^", "a", none, -1},
        {"a^^", "a", none, -2},
        {"a^1", "a", none, -1},
        {"a^2", "a", none, -2},
        {"a^0", "a", none, 0},
        {"a^007", "a", none, -7},
        {"a~", "a", none, 1},
        {"a~~", "a", none, 2},
        {"a~12", "a", none, 12},
        {"a@v^2", "a", "v", -2},
        {"@HEAD^2", "", "HEAD", -2},
        {"@ROOT~~", "", "ROOT", 2},
        {"HEAD^", "HEAD", none, -1},
        {"foo_^", "foo_", none, -1},
        {"日本~2", "日本", none, 2},
        {"^", "", none, -1},
        {"^^", "", none, -2},
        {"~3", "", none, 3},
        {"a^9223372036854775807", "a", none, -9223372036854775807},
        // No offsets: more than two signs, mixed ones, after punctuation, too large, not at the
        // end.
        {"a^^^", "a^^^", none, 0},
        {"a^~", "a^~", none, 0},
        {"a~^", "a~^", none, 0},
        {"a^^2", "a^^2", none, 0},
        {"a-^", "a-^", none, 0},
        {"@^", "", "^", 0},
        {"a@^2", "a", "^2", 0},
        {"a^9223372036854775808", "a^9223372036854775808", none, 0},
        {"a^b", "a^b", none, 0},
        {"a^2b", "a^2b", none, 0},
        {"a2", "a2", none, 0},
        {"12", "12", none, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const ChangeKey key = ChangeKey::parse(row.text);
        CHECK(key.change == row.change);
        CHECK(key.tag == row.tag);
        CHECK(key.offset == row.offset);
    }
    CHECK(ChangeKey::parse("HEAD").is_head());
    CHECK(ChangeKey::parse("@HEAD^").is_head());
    CHECK_FALSE(ChangeKey::parse("a@HEAD").is_head());
    CHECK_FALSE(ChangeKey::parse("head").is_head());
    CHECK(ChangeKey::parse("ROOT~").is_root());
    CHECK(ChangeKey::parse("@ROOT").is_root());
    CHECK_FALSE(ChangeKey::parse("a@ROOT").is_root());
    CHECK_FALSE(ChangeKey::parse("").is_head());
}

TEST_CASE("keys of a plan") {
    const Plan plan = sample();
    struct Row {
        std::string key;
        Index index;
    };
    const std::string id = plan.changes()[2].id.str();
    const std::string tag_id = plan.tags()[1].id.str();
    const Row rows[] = {
        {"you", 1},
        {"this/rocks", 2},
        {"last", 4},
        {"nope", {}},
        {"", {}},
        {"@", {}},
        {"@foo", 1},
        {"@bar", 3},
        {"@baz", 3},
        {"@nope", {}},
        {"foo", {}},
        {"HEAD", 5},
        {"@HEAD", 5},
        {"ROOT", 0},
        {"@ROOT", 0},
        {"head", {}},
        {"hey@foo", 0},
        {"hey@bar", 3},
        {"hey@baz", 3},
        {"hey@HEAD", 5},
        {"hey@ROOT", 0},
        {"you@HEAD", 1},
        {"you@bar", 1},
        {"you@ROOT", {}},
        {"this/rocks@foo", {}},
        {"last@baz", {}},
        {"nope@foo", {}},
        {"nope@HEAD", {}},
        {id, 2},
        {tag_id, 3},
        {id + "^", 1},
        {tag_id + "~", 4},
        {id + "@foo", {}},
        {std::string(40, '0'), {}},
        {id.substr(0, 39), {}},
        {"you^", 0},
        {"you^^", {}},
        {"you~", 2},
        {"you~~", 3},
        {"you~4", 5},
        {"you~5", {}},
        {"last^4", 0},
        {"last^5", {}},
        {"last^0", 4},
        {"@HEAD^2", 3},
        {"@HEAD^^", 3},
        {"@HEAD^5", 0},
        {"@HEAD^6", {}},
        {"@HEAD~", {}},
        {"HEAD^", 4},
        {"@ROOT~~", 2},
        {"ROOT~5", 5},
        {"ROOT^", {}},
        {"@foo~", 2},
        {"@foo^", 0},
        {"hey@bar^", 2},
        {"hey@HEAD^5", 0},
        {"nope^", {}},
        {"^", {}},
        {"you^^^", {}},
        {"you^9223372036854775807", {}},
        {"you~9223372036854775807", {}},
        {"you~99999999999999999999", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.key);
        CHECK(plan.find(row.key) == row.index);
        if (row.index) {
            CHECK(plan.get(row.key) == *row.index);
        } else {
            CHECK_THROWS_AS((void)plan.get(row.key), Failure);
        }
    }
}

TEST_CASE("nothing is found in a plan without changes") {
    const Plan plan = Plan::parse("%project=p\n", "t.plan");
    for (const std::string key : {"a", "@HEAD", "HEAD", "@ROOT", "@v", "a@v", "", "HEAD^"}) {
        CAPTURE(key);
        CHECK_FALSE(plan.find(key));
        CHECK_THROWS_AS((void)plan.get(key), Failure);
    }
    CHECK_FALSE(plan.last_tagged());
}

TEST_CASE("an ambiguous name") {
    const Plan plan = sample();
    for (const std::string key : {"hey", "hey^", "hey~2"}) {
        CAPTURE(key);
        try {
            (void)plan.find(key);
            FAIL("not ambiguous");
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == ErrorKind::usage);
            CHECK(failure.error().message == "change \"hey\" is ambiguous");
            CHECK(failure.error().hint == "say which one: hey@HEAD, hey@bar, hey@foo");
        }
    }
    CHECK(plan.get("hey") == 0);
    CHECK(plan.get("hey~2") == 2);
    CHECK_THROWS_AS((void)plan.get("hey^"), Failure);
}

TEST_CASE("an unknown tag and an unknown change") {
    const Plan plan = sample();
    const auto message = [&](const char* key, bool get) {
        try {
            if (get) {
                (void)plan.get(key);
            } else {
                (void)plan.find(key);
            }
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == ErrorKind::usage);
            return failure.error().message;
        }
        return std::string();
    };
    CHECK(message("hey@fooo", false) == "unknown tag \"@fooo\" (did you mean \"@foo\"?)");
    CHECK(message("hey@xyzzy", true) == "unknown tag \"@xyzzy\"");
    CHECK(message("nope@xyzzy", false).empty());
    CHECK(message("lats", true) == "unknown change: \"lats\" (did you mean \"last\"?)");
    CHECK(message("@fooo", true) == "unknown change: \"@fooo\" (did you mean \"@foo\"?)");
    CHECK(message("xyzzy", true) == "unknown change: \"xyzzy\"");
}

TEST_CASE("names with tags, names by tags") {
    const Plan plan = sample();
    const char* with_tags[] = {"hey", "you @foo", "this/rocks", "hey @bar @baz", "last", "hey"};
    const char* qualified[] = {"hey@foo", "you@foo",   "this/rocks@bar",
                               "hey@bar", "last@HEAD", "hey@HEAD"};
    for (std::size_t i = 0; i < plan.changes().size(); ++i) {
        CHECK(plan.name_with_tags(i) == with_tags[i]);
        CHECK(plan.tag_qualified_name(i) == qualified[i]);
        CHECK(plan.find(plan.tag_qualified_name(i)) == i);
    }
    CHECK(plan.last_tagged() == 3);
    CHECK(plan.has_change("hey"));
    CHECK_FALSE(plan.has_change("@foo"));
    CHECK_FALSE(plan.has_change("foo"));
    CHECK(plan.find_tag("baz") == 2);
    CHECK_FALSE(plan.find_tag("@baz"));
    CHECK_FALSE(plan.find_id("hey"));
    // Ids of tags are no ids of changes.
    CHECK_FALSE(plan.find_id(plan.tags()[0].id.view()));
}

TEST_CASE("tags for the scripts of a reworked change, the latest change's first") {
    const Plan plan = sample();
    CHECK(plan.rework_tags(0) == Views{"foo"});
    CHECK(plan.rework_tags(1).empty());
    CHECK(plan.rework_tags(3) == Views{"bar", "baz"});
    CHECK(plan.rework_tags(5).empty());
    std::string text = "%project=p\n\n";
    for (const std::string name : {"a", "@v1", "@v1b", "b", "@v2", "c", "@v3", "@v3b", "a"}) {
        text += name + kBy;
    }
    const Plan more = Plan::parse(text, "t.plan");
    CHECK(more.rework_tags(0) == Views{"v3", "v3b", "v2", "v1", "v1b"});
}

TEST_SUITE_END();
