// SPDX-License-Identifier: MIT
// What PostgreSQL's reader makes of statements.
#include <string>

#include <doctest/doctest.h>

#include "lint/postgres/reader.hpp"

namespace {

using namespace kedge::lint;

Statement read(std::string sql) {
    Statement out;
    out.source.text = std::move(sql);
    postgres::understand(out);
    return out;
}

}  // namespace

TEST_CASE("each clause of ALTER TABLE is an action, with its place") {
    const Statement found = read(
        "ALTER TABLE shop.orders ADD COLUMN day date NOT NULL DEFAULT now(), DROP COLUMN IF EXISTS "
        "total CASCADE, ALTER code TYPE varchar(20) USING code::text");
    REQUIRE(found.problem.empty());
    REQUIRE(found.actions.size() == 3);
    const Action& added = found.actions[0];
    CHECK(added.act == Act::add_column);
    CHECK(added.name == Name{"shop", "orders"});
    CHECK(added.columns.front().type.name == "date");
    CHECK(added.columns.front().not_null);
    CHECK(added.columns.front().default_kind == DefaultKind::stable);
    CHECK(found.source.text.substr(added.offset, 3) == "day");
    const Action& dropped = found.actions[1];
    CHECK(dropped.act == Act::drop_column);
    CHECK(dropped.if_exists);
    CHECK(dropped.cascade);
    CHECK(found.source.text.substr(dropped.offset, 5) == "total");
    const Action& changed = found.actions[2];
    CHECK(changed.act == Act::alter_column_type);
    CHECK(changed.has_using);
    CHECK(changed.columns.front().type.text == "varchar(20)");
}

TEST_CASE("defaults are told apart by what they cost") {
    struct Case {
        const char* sql;
        DefaultKind kind;
    };
    const Case cases[] = {{"NULL", DefaultKind::null},
                          {"NULL::int", DefaultKind::null},
                          {"1", DefaultKind::constant},
                          {"-1.5", DefaultKind::constant},
                          {"'a'::text", DefaultKind::constant},
                          {"ARRAY[1, 2]", DefaultKind::constant},
                          {"CURRENT_DATE", DefaultKind::stable},
                          {"now() + interval '1 day'", DefaultKind::stable},
                          {"random()", DefaultKind::expression},
                          {"my_function(1)", DefaultKind::expression},
                          {"lower(my_function(1))", DefaultKind::expression}};
    for (const Case& each : cases) {
        CAPTURE(each.sql);
        const Statement found =
            read(std::string("ALTER TABLE t ADD COLUMN c text DEFAULT ") + each.sql);
        REQUIRE(found.actions.size() == 1);
        CHECK(found.actions.front().columns.front().default_kind == each.kind);
    }
}

TEST_CASE("constraints have their kind, columns and check") {
    const Statement found = read(
        "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES u (x) ON DELETE CASCADE, "
        "CONSTRAINT c CHECK (a > 0 AND b IS NOT NULL), UNIQUE (a, b))");
    REQUIRE(found.actions.size() == 1);
    const Action& made = found.actions.front();
    REQUIRE(made.columns.size() == 2);
    CHECK(made.columns[0].constraint(ConstraintKind::primary_key) != nullptr);
    const Constraint* reference = made.columns[1].constraint(ConstraintKind::foreign_key);
    REQUIRE(reference != nullptr);
    CHECK(reference->references.name == "u");
    CHECK(reference->on_delete == ForeignKeyAction::cascade);
    REQUIRE(made.constraints.size() == 2);
    CHECK(made.constraints[0].expression == "a > 0 AND b IS NOT NULL");
    CHECK(made.constraints[1].columns == std::vector<std::string>{"a", "b"});
}

TEST_CASE("what can't be parsed is a problem with its place, and counts as writing") {
    const Statement found = read("SELECT 'ä', FROM FROM t");
    CHECK_FALSE(found.problem.empty());
    CHECK(found.source.text.substr(found.problem_offset, 4) == "FROM");
    CHECK(found.writes);
    CHECK_FALSE(read("SELECT 1").writes);
}

TEST_CASE("a variable of psql's without a value stands for a name or a string") {
    CHECK(postgres::with_names_for_variables("a::int, :b, :'c', :\"d\"") ==
          "a::int, _b,  'c',  \"d\"");
    const Statement found = read("ALTER TABLE :schema.orders DROP COLUMN day");
    CHECK(found.problem.empty());
    REQUIRE(found.actions.size() == 1);
    CHECK(found.actions.front().name.name == "orders");
}
