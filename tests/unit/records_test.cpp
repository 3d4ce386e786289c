// SPDX-License-Identifier: MIT
#include "registry/records.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::ErrorKind;
using kedge::Failure;
using kedge::Timestamp;
using kedge::plan::ChangeKey;
using kedge::registry::Deployed;
using kedge::registry::DeployedChange;
using kedge::registry::DeployedTag;

namespace {

using Index = std::optional<std::size_t>;
using Texts = std::vector<std::string>;

Timestamp second(int n) {
    return Timestamp(std::chrono::seconds(n));
}

std::string id_of(char digit) {
    return std::string(40, digit);
}

DeployedChange change(char digit, const std::string& name, int at) {
    DeployedChange out;
    out.id = id_of(digit);
    out.name = name;
    out.committed_at = second(at);
    return out;
}

DeployedTag tag(const std::string& name, char digit, int at) {
    return {name, id_of(digit), second(at), {"A", "a@b.c"}};
}

/// a @v1, b, a @v2 @v2.1, c, a
Deployed sample() {
    return {{change('1', "a", 10), change('2', "b", 20), change('3', "a", 30), change('4', "c", 40),
             change('5', "a", 50)},
            {tag("@v1", '1', 10), tag("@v2", '3', 30), tag("@v2.1", '3', 30)}};
}

Index find(const Deployed& deployed, std::string_view key, bool first_of_many = false) {
    return deployed.find(ChangeKey::parse(key), first_of_many);
}

}  // namespace

TEST_SUITE_BEGIN("records");

TEST_CASE("tags go to their changes") {
    const Deployed deployed = sample();
    CHECK(deployed.changes()[0].name_with_tags() == "a @v1");
    CHECK(deployed.changes()[1].name_with_tags() == "b");
    CHECK(deployed.changes()[2].name_with_tags() == "a @v2 @v2.1");
    CHECK(deployed.tags().size() == 3);
    CHECK_FALSE(deployed.empty());
    CHECK(Deployed().empty());
    // A tag of a change that isn't deployed any more is kept, and tags nothing.
    const Deployed odd({change('1', "a", 1)}, {tag("@x", '9', 1)});
    CHECK(odd.changes()[0].tags.empty());
    CHECK_FALSE(find(odd, "@x"));
}

TEST_CASE("keys of deployed changes") {
    const Deployed deployed = sample();
    struct Row {
        std::string key;
        Index index;
    };
    const Row rows[] = {
        {"b", 1},
        {"c", 3},
        {"nope", {}},
        {"", {}},
        {"@", {}},
        {"@v1", 0},
        {"@v2", 2},
        {"@v2.1", 2},
        {"@v", {}},
        {"v1", {}},
        {"HEAD", 4},
        {"@HEAD", 4},
        {"ROOT", 0},
        {"@ROOT", 0},
        {"a@v1", 0},
        {"a@v2", 2},
        {"a@HEAD", 4},
        {"a@ROOT", {}},
        {"b@ROOT", {}},
        {"b@HEAD", 1},
        {"b@v1", {}},
        {"b@v2", 1},
        {"c@v2", {}},
        {"a@nope", {}},
        {"nope@v1", {}},
        {"nope@HEAD", {}},
        {id_of('4'), 3},
        {id_of('9'), {}},
        {id_of('4') + "^", 2},
        {id_of('4') + "@v1", {}},
        {"b^", 0},
        {"b~", 2},
        {"b^^", {}},
        {"c^^", 1},
        {"c^3", 0},
        {"c^4", {}},
        {"@v1~2", 2},
        {"@v1~~", 2},
        {"@HEAD^2", 2},
        {"HEAD^", 3},
        {"ROOT~4", 4},
        {"ROOT~5", {}},
        {"@HEAD~", {}},
        {"@ROOT^", {}},
        {"a@HEAD^4", 0},
        {"b^9223372036854775807", {}},
        {"b~9223372036854775807", {}},
        {"b~9223372036854775808", {}},
        {"nope^", {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.key);
        CHECK(find(deployed, row.key) == row.index);
    }
    for (const Row& row : rows) {
        CAPTURE(row.key);
        CHECK_FALSE(find(Deployed(), row.key));
    }
    CHECK(deployed.find_id(id_of('5')) == 4);
    CHECK_FALSE(deployed.find_id("5"));
}

TEST_CASE("a name of several changes is ambiguous, unless the earliest is wanted") {
    const Deployed deployed = sample();
    for (const std::string key : {"a", "a^", "a~2"}) {
        CAPTURE(key);
        try {
            (void)find(deployed, key);
            FAIL("not ambiguous");
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == ErrorKind::usage);
            CHECK(failure.error().message == "change \"a\" is ambiguous");
            CHECK(failure.error().hint == "say which one: a@HEAD, a@v2, a@v1");
        }
    }
    CHECK(find(deployed, "a", true) == 0);
    CHECK(find(deployed, "a~2", true) == 2);
    CHECK(find(deployed, "b", true) == 1);
}

TEST_CASE("an instance is named by the first tag at or after it") {
    const Deployed deployed({change('1', "a", 1), change('2', "b", 2), change('3', "a", 3)},
                            {tag("@v1", '2', 2)});
    CHECK_THROWS_WITH_AS((void)find(deployed, "a"), "change \"a\" is ambiguous", Failure);
    try {
        (void)find(deployed, "a");
    } catch (const Failure& failure) {
        CHECK(failure.error().hint == "say which one: a@HEAD, a@v1");
    }
    CHECK(find(deployed, "a@v1") == 0);
}

TEST_CASE("the tag's time decides which instance was meant") {
    // A tag that was deployed after a rework, for the change before it.
    const Deployed deployed({change('1', "a", 1), change('2', "b", 2), change('3', "a", 3)},
                            {tag("@late", '2', 9)});
    CHECK(find(deployed, "a@late") == 2);
    CHECK(find(deployed, "@late") == 1);
}

TEST_CASE("what is added and removed") {
    Deployed deployed;
    DeployedChange first = change('1', "a", 1);
    first.tags = {"@v1"};
    deployed.add(first, {tag("@v1", '1', 1)});
    deployed.add(change('2', "b", 2), {});
    CHECK(find(deployed, "@HEAD") == 1);
    CHECK(find(deployed, "@v1") == 0);
    CHECK(deployed.changes()[0].name_with_tags() == "a @v1");
    deployed.remove(id_of('2'));
    CHECK_FALSE(find(deployed, "b"));
    CHECK_FALSE(deployed.find_id(id_of('2')));
    CHECK(find(deployed, "@HEAD") == 0);
    deployed.remove(id_of('1'));
    CHECK(deployed.empty());
    CHECK(deployed.tags().empty());
    CHECK_FALSE(find(deployed, "@HEAD"));
    deployed.add(change('1', "a", 3), {});
    CHECK(find(deployed, id_of('1')) == 0);
}

TEST_CASE("what a foreign hand wrote into the tags does no harm") {
    const Deployed deployed({change('1', "a", 1)}, {tag("", '1', 1), tag("v", '1', 1)});
    CHECK_FALSE(find(deployed, "@v"));
    CHECK_FALSE(find(deployed, "@"));
}

TEST_CASE("list columns are joined with blanks or commas") {
    struct Row {
        std::string text;
        Texts parts;
    };
    const Row rows[] = {
        {"", {}},
        {" ", {}},
        {",", {}},
        {"a", {"a"}},
        {"a b", {"a", "b"}},
        {"a,b", {"a", "b"}},
        {"a, b", {"a", "b"}},
        {" a,,b ", {"a", "b"}},
        {"@v1 @v2", {"@v1", "@v2"}},
        {"p:a@v1,!b", {"p:a@v1", "!b"}},
        {"日 本", {"日", "本"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(kedge::registry::split_list(row.text, ", ") == row.parts);
    }
}

TEST_SUITE_END();

TEST_CASE("a change is added where its moment puts it") {
    Deployed deployed({change('1', "a", 1), change('3', "c", 3)}, {tag("@v3", '3', 3)});
    deployed.add(change('2', "b", 2), {tag("@v2", '2', 2)});
    CHECK(find(deployed, "b") == 1);
    CHECK(find(deployed, "@v2") == 1);
    CHECK(find(deployed, "@v3") == 2);
    CHECK(find(deployed, "@HEAD") == 2);
    deployed.remove(id_of('2'));
    CHECK_FALSE(find(deployed, "b"));
    CHECK(find(deployed, "@v3") == 1);
    CHECK(deployed.tags().size() == 1);
    deployed.remove(id_of('2'));
    CHECK(deployed.changes().size() == 2);
}
