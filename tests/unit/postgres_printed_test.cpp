// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "schema/postgres/printed.hpp"

using kedge::schema::postgres::settled;
using kedge::schema::postgres::with_bare_columns;
using Cases = std::vector<std::pair<std::string, std::string>>;

// What the server prints of a first statement, and of the one that it has printed.
TEST_SUITE("PostgreSQL's printed expressions") {
    TEST_CASE("settle on what is printed at last") {
        const Cases cases = {
            {"((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
             "((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character "
             "varying)::text]))"},
            {"(x = ANY ((ARRAY['a, b]'::bpchar, f(1, 2)])::numeric(5,2)[]))",
             "(x = ANY (ARRAY[('a, b]'::bpchar)::numeric(5,2), (f(1, 2))::numeric(5,2)]))"},
            {"(x = ANY ((ARRAY['a'::s.\"T \"\"x\"])::s.\"T \"\"x\"[]))",
             "(x = ANY (ARRAY[('a'::s.\"T \"\"x\")::s.\"T \"\"x\"]))"},
            {"(((a >= 0) AND (a <= 9)) AND (a <> 5))", "((a >= 0) AND (a <= 9) AND (a <> 5))"},
            {"((((a OR b) OR c) OR d) AND e)", "((a OR b OR c OR d) AND e)"},
            {"f((((a) AND (b)) AND (c)), 1)", "f(((a) AND (b) AND (c)), 1)"},
        };
        for (const auto& [first, last] : cases) {
            CHECK(settled(first) == last);
            CHECK(settled(last) == last);
        }
    }

    TEST_CASE("leave what is printed so again") {
        for (const std::string text : {
                 "((a OR b) AND c)",
                 "(a AND (b AND c))",
                 "((a AND b) OR c)",
                 "((ARRAY[ARRAY[1, 2]])::text[])",
                 "(ARRAY[1, 2])::oidvector",
                 "((a = '((x AND y) AND z)'::text) AND b)",
                 "'(ARRAY[1])::text[]'::text",
                 "((a)::text ~ E'it\\'s ((a AND b) AND c)'::text)",
                 "\"((a AND b) AND c)\"",
                 "((a AND b",
                 "(ARRAY[1",
                 "",
             }) {
            CHECK(settled(text) == text);
        }
    }

    TEST_CASE("a view on one relation names columns by themselves") {
        const Cases cases = {
            {" SELECT t.a,\n    t.b\n   FROM s.t\n  WHERE (t.a > 't.b'::text);",
             " SELECT a,\n    b\n   FROM s.t\n  WHERE (a > 't.b'::text);"},
            {" SELECT x.a\n   FROM s.t x;", " SELECT a\n   FROM s.t x;"},
            {" SELECT \"T\".a\n   FROM s.\"T\";", " SELECT a\n   FROM s.\"T\";"},
            {" SELECT t.*::s.t AS t\n   FROM s.t;", " SELECT t.*::s.t AS t\n   FROM s.t;"},
            {" SELECT f.a\n   FROM s.f(1) f(a, b);", " SELECT a\n   FROM s.f(1) f(a, b);"},
            {" SELECT q.a\n   FROM ( SELECT t.a\n           FROM s.t) q;",
             " SELECT a\n   FROM ( SELECT t.a\n           FROM s.t) q;"},
            {" SELECT ( SELECT u.a\n           FROM s.u\n          WHERE (u.a = t.a)) AS a\n   "
             "FROM s.t;",
             " SELECT ( SELECT u.a\n           FROM s.u\n          WHERE (u.a = t.a)) AS a\n   "
             "FROM s.t;"},
        };
        for (const auto& [before, after] : cases) CHECK(with_bare_columns(before) == after);
    }

    TEST_CASE("a view on several names them with their relation") {
        for (const std::string text : {
                 " SELECT t.a\n   FROM s.t,\n    s.u;",
                 " SELECT t.a\n   FROM (s.t\n     JOIN s.u ON ((t.a = u.a)));",
                 " SELECT t.a\n   FROM s.t\nUNION\n SELECT u.a\n   FROM s.u;",
                 " SELECT 1;",
                 "",
             }) {
            CHECK(with_bare_columns(text) == text);
        }
    }
}
