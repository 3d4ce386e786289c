// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "schema/state.hpp"
#include "support/error.hpp"

namespace kedge::schema {
namespace {

Snapshot sample() {
    Snapshot out;
    out.engine = "pg";
    out.server = "PostgreSQL 15.20";
    out.reader = 3;
    Object& table = out.state.object("table", "public.\"Größe\"");
    table.identity = "16400";
    set(table.attributes, "owner", "ada");
    set(table.attributes, "comment", "");
    Part& column = table.part("column", "id");
    column.identity = "1";
    set(column.attributes, "type", "bigint");
    set(column.attributes, "default", "nextval('s'::regclass)\n-- \x01");
    set(out.state.object("view", "public.v").attributes, "definition", "SELECT 1");
    out.unread.push_back({"subscriptions", "no privilege"});
    out.state.sort();
    return out;
}

TEST_CASE("a state goes to a file and comes back, without what is of one database alone") {
    const Snapshot before = sample();
    const std::string text = to_json(before);
    CHECK(text.find("16400") == std::string::npos);
    const Snapshot after = snapshot_from_json(text, "s.json");
    CHECK(after.engine == before.engine);
    CHECK(after.server == before.server);
    CHECK(after.reader == before.reader);
    CHECK(after.state.fingerprint() == before.state.fingerprint());
    REQUIRE(after.unread.size() == 1);
    CHECK(after.unread[0].why == "no privilege");
    CHECK(to_json(after) == text);
}

TEST_CASE("an object goes to the registry and comes back, with its identities") {
    const Snapshot snapshot = sample();
    const Object& before = snapshot.state.objects().begin()->second;
    const Object after = object_from_json(to_json(before));
    CHECK(after.hash() == before.hash());
    CHECK(after.identity == "16400");
    CHECK(after.parts.front().identity == "1");
    CHECK(to_json(before).find('\n') == std::string::npos);
}

TEST_CASE("what is no state is told as that, with its file") {
    for (const char* text :
         {"", "{", "[]", "{}", "{\"kedge_state\": 99}", "{\"kedge_state\": 1}",
          "{\"kedge_state\": 1, \"engine\": 2, \"server\": \"\", \"reader\": 1}",
          "{\"kedge_state\": 1, \"engine\": \"pg\", \"server\": \"\", \"reader\": 1, "
          "\"objects\": [{\"kind\": \"table\"}]}"}) {
        CAPTURE(text);
        try {
            static_cast<void>(snapshot_from_json(text, "s.json"));
            FAIL("taken for a state");
        } catch (const Failure& failure) {
            CHECK(failure.error().kind == ErrorKind::configuration);
            CHECK(failure.error().where.file == "s.json");
        }
    }
    CHECK_THROWS_AS(static_cast<void>(object_from_json("{}")), Failure);
}

TEST_CASE("a hash tells lists apart whose texts run together") {
    Object one;
    set(one.attributes, "a", "bc");
    Object other;
    set(other.attributes, "ab", "c");
    CHECK(one.hash() != other.hash());
    Object with_part;
    with_part.parts.push_back({"a", "bc", {}, {}});
    CHECK(with_part.hash() != one.hash());
}

TEST_CASE("attributes stand in the order of their names, each once") {
    Attributes attributes;
    set(attributes, "type", "int");
    set(attributes, "default", "1");
    set(attributes, "type", "text");
    REQUIRE(attributes.size() == 2);
    CHECK(attributes[0].name == "default");
    CHECK(*find(attributes, "type") == "text");
    CHECK(find(attributes, "comment") == nullptr);
}

}  // namespace
}  // namespace kedge::schema
