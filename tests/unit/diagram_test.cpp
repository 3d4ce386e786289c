// SPDX-License-Identifier: MIT
#include "report/diagram.hpp"

#include <doctest/doctest.h>

using kedge::report::Diagram;
using kedge::schema::State;

namespace {

/// A table whose columns may be null, but for `id`.
void add_table(State& state, const std::string& name, const std::string& parent) {
    auto& table = state.object("table", name);
    set(table.part("column", "id").attributes, "type", "integer");
    set(table.part("column", "id").attributes, "not null", "yes");
    set(table.part("column", "up").attributes, "type", "character varying(20)");
    auto& key = table.part("constraint", "key").attributes;
    set(key, "type", "primary key");
    set(key, "columns", "id");
    if (parent.empty()) return;
    auto& reference = table.part("foreign key", "up_key").attributes;
    set(reference, "columns", "up");
    set(reference, "references", parent + " (id)");
}

}  // namespace

TEST_SUITE("diagram") {
    TEST_CASE("tables, keys and references are found, and references elsewhere are left out") {
        State state;
        add_table(state, "shop.a", "");
        add_table(state, "shop.b", "shop.a");
        add_table(state, "shop.c", "gone.x");
        static_cast<void>(state.object("view", "shop.v"));
        const Diagram diagram = Diagram::of(state);
        REQUIRE(diagram.tables().size() == 3);
        REQUIRE(diagram.references().size() == 1);
        CHECK(diagram.references()[0].from == 1);
        CHECK(diagram.references()[0].to == 0);
        CHECK(diagram.references()[0].is_optional);
        CHECK(diagram.tables()[1].columns[0].is_key);
        CHECK(diagram.tables()[1].columns[1].is_foreign);
    }

    TEST_CASE("Mermaid gets words that it can read") {
        State state;
        add_table(state, "a \"b\"", "a \"b\"");
        const std::string text = Diagram::of(state).mermaid();
        CHECK(text ==
              "erDiagram\n"
              "    \"a 'b'\" {\n"
              "        integer id PK\n"
              "        character_varying(20) up FK\n"
              "    }\n"
              "    \"a 'b'\" |o--o{ \"a 'b'\" : \"up\"\n");
    }

    TEST_CASE("circles and markup in names don't trouble the picture") {
        State state;
        add_table(state, "<a>", "b");
        add_table(state, "b", "c");
        add_table(state, "c", "<a>");
        const std::string svg = Diagram::of(state).svg();
        CHECK(svg.find("&lt;a&gt;") != std::string::npos);
        CHECK(svg.find("<a>") == std::string::npos);
        CHECK(svg.ends_with("</svg>\n"));
        CHECK(Diagram::of(State()).svg().ends_with("</svg>\n"));
    }
}
