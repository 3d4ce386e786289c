// SPDX-License-Identifier: MIT
#include "schema/role_names.hpp"

#include <doctest/doctest.h>

#include "schema/difference.hpp"

namespace {

using kedge::schema::Object;
using kedge::schema::set;
using kedge::schema::State;

/// A state with all the places that name a role, `app` and `reader` in the environment's own words.
State state_of(const std::string& app, const std::string& reader) {
    State out;
    Object& table = out.object("table", "orders");
    set(table.attributes, "owner", app);
    set(table.attributes, "comment", app);
    set(table.part("grant", reader).attributes, "privileges", "INSERT, SELECT* by " + app);
    set(table.part("grant", reader + " (total)").attributes, "privileges", "UPDATE");
    set(table.part("grant", app + "x").attributes, "privileges", "SELECT");
    set(table.part("policy", "own").attributes, "roles", app + ", " + reader);
    set(out.object("default privileges", "tables of " + app + " in shop").attributes, "owner", "x");
    Object& server = out.object("foreign server", "far");
    set(server.part("user mapping", reader).attributes, "options", "user 'x'");
    Object& system = out.object("system objects", "pg_catalog");
    set(system.part("revoked grant", "function f() to " + reader).attributes, "privileges",
        "EXECUTE");
    set(out.object("function", "f()").attributes, "definer", app);
    out.sort();
    return out;
}

}  // namespace

TEST_SUITE("role names") {
    TEST_CASE("wherever a role is named, and nowhere else") {
        State prod = state_of("shop_prod", "a_reader");
        rename_roles(prod, {{"shop_prod", "app"}, {"a_reader", "reader"}});
        const State common = state_of("app", "reader");
        const auto left = compare(common, prod, false);
        // A comment is text, and another role that begins so is another role.
        REQUIRE(left.size() == 3);
        for (const auto& difference : left) {
            CHECK((difference.attribute == "comment" || difference.part_kind == "grant"));
        }
    }

    TEST_CASE("without names nothing changes") {
        State state = state_of("app", "reader");
        rename_roles(state, {});
        CHECK(compare(state_of("app", "reader"), state, false).empty());
    }

    TEST_CASE("accounts of MySQL") {
        State state = state_of("shop@10.0.0.%", "reader@%");
        rename_roles(state, {{"shop@10.0.0.%", "app"}, {"reader@%", "reader"}});
        const Object* table = state.find({"table", "orders"});
        REQUIRE(table != nullptr);
        CHECK(*find(table->attributes, "owner") == "app");
        CHECK(table->find("grant", "reader (total)") != nullptr);
    }
}
