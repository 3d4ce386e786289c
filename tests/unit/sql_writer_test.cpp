// SPDX-License-Identifier: MIT
// What the suites in tests/undo can't see: that rows survive, what is called a loss, and what is
// left open. That the statements are right is proven there, against databases.
#include <algorithm>

#include <doctest/doctest.h>

#include "db/sqlite/sqlite_connection.hpp"
#include "schema/reader.hpp"
#include "schema/sql/pieces.hpp"
#include "schema/sql/postgres_words.hpp"
#include "schema/sql/writer.hpp"

using namespace kedge;

namespace {

schema::State state_of(db::Connection& connection) {
    return schema::sqlite_reader().read(connection, {}).state;
}

std::unique_ptr<db::Connection> database(const std::string& sql) {
    auto out = db::sqlite::open(":memory:", {});
    out->execute(sql);
    return out;
}

struct Row {
    const char* from;
    const char* to;
    const char* holds;  ///< a piece of the script
    bool loses;
};

}  // namespace

TEST_CASE("the smallest statement that does it is taken on SQLite, and what it loses is told") {
    static const Row rows[] = {
        {"CREATE TABLE t (a)", "CREATE TABLE t (a, b TEXT DEFAULT 'x')",
         "ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x';", false},
        {"CREATE TABLE t (a, b)", "CREATE TABLE t (a)", "ALTER TABLE t DROP COLUMN b;", true},
        {"CREATE TABLE t (a)", "CREATE TABLE t (a INTEGER)", "ALTER TABLE new_t RENAME TO t;",
         false},
        {"CREATE TABLE t (a, b)", "CREATE TABLE t (b INTEGER)", "-- loses what is in the columns a",
         true},
        {"CREATE TABLE t (a)", "", "-- loses the rows of t\nDROP TABLE t;", true},
        {"CREATE TABLE t (a)", "CREATE TABLE t (a); CREATE INDEX i ON t (a)",
         "CREATE INDEX i ON t (a);", false},
        {"", "CREATE VIEW v (x) AS SELECT 1", "CREATE VIEW v (x) AS\nselect 1;", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.to);
        const auto from = database(row.from);
        const auto to = database(row.to);
        const auto script = schema::sqlite_writer().write(state_of(*from), state_of(*to), false);
        CHECK(script.unwritten.empty());
        CHECK(schema::sqlite_writer().text(script).find(row.holds) != std::string::npos);
        const bool loses = std::any_of(script.statements.begin(), script.statements.end(),
                                       [](const auto& one) { return !one.loses.empty(); });
        CHECK(loses == row.loses);
    }
}

TEST_CASE("rows and the last number of AUTOINCREMENT are still there after a table is made anew") {
    const auto from = database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t (a) VALUES ('x'), "
        "('y'); DELETE FROM t WHERE a = 'y'");
    const auto to =
        database("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL)");
    const auto script = schema::sqlite_writer().write(state_of(*from), state_of(*to), true);
    from->execute(schema::sqlite_writer().text(script));
    CHECK(state_of(*from).fingerprint() == state_of(*to).fingerprint());
    from->execute("INSERT INTO t (a) VALUES ('z')");
    const auto rows = from->query("SELECT id, a FROM t ORDER BY id");
    REQUIRE(rows.size() == 2);
    CHECK(db::text_of(rows[0][1]) == "x");
    CHECK(db::text_of(rows[1][0]) == "3");
}

TEST_CASE("what can't be written is said, and the rest is written") {
    const auto from = database("CREATE VIRTUAL TABLE d USING fts5(a); CREATE TABLE t (a)");
    const auto to = database("CREATE VIRTUAL TABLE d USING fts5(a, b); CREATE TABLE t (a, b)");
    const auto script = schema::sqlite_writer().write(state_of(*from), state_of(*to), false);
    REQUIRE(script.unwritten.size() == 1);
    CHECK(script.unwritten[0].subject == "virtual table d");
    CHECK(script.statements.size() == 1);
}

TEST_CASE("equal states need no statement on any engine") {
    schema::State state;
    schema::set(state.object("table", "app.t").attributes, "owner", "postgres");
    schema::set(state.object("table", "app.t").part("column", "a").attributes, "type", "integer");
    for (const schema::SqlWriter* writer :
         {&schema::sqlite_writer(), &schema::mysql_writer(), &schema::postgres_writer()}) {
        const auto script = writer->write(state, state, true);
        CHECK(script.statements.empty());
        CHECK(script.unwritten.empty());
        CHECK(writer->text(script).empty());
    }
}

TEST_CASE("a table of PostgreSQL's that was only renamed keeps its rows") {
    schema::State from;
    schema::Object& before = from.object("table", "app.t");
    before.identity = "7";
    schema::set(before.part("column", "a").attributes, "type", "integer");
    schema::State to;
    schema::Object& after = to.object("table", "app.u");
    after.identity = "7";
    schema::set(after.part("column", "a").attributes, "type", "integer");
    const auto script = schema::postgres_writer().write(from, to, true);
    const std::string text = schema::postgres_writer().text(script);
    CHECK(text.find("ALTER TABLE app.t RENAME TO u;") != std::string::npos);
    CHECK(text.find("DROP") == std::string::npos);
}

TEST_CASE("names, lists and bodies of PostgreSQL's states are taken apart") {
    CHECK(schema::sql::pg_schema("\"a.b\".\"c.d\"") == "\"a.b\"");
    CHECK(schema::sql::pg_last_name("\"a.b\".\"c.d\"") == "\"c.d\"");
    CHECK(schema::sql::pg_routine_name("app.\"f(x\"(integer)") == "app.\"f(x\"");
    const auto options = schema::sql::pg_options("search_path=app, pg_temp, work_mem=8MB");
    REQUIRE(options.size() == 2);
    CHECK(options[0].value == "app, pg_temp");
    CHECK(schema::sql::pg_changed_foreign_options("a=1, b=2", "b=3, c=4") ==
          "DROP \"a\", SET \"b\" '3', ADD \"c\" '4'");
    CHECK(schema::sql::pg_body("a $$ b") == "$b0$a $$ b$b0$");
    CHECK(schema::sql::mentions("SELECT app.t.a", "app.t"));
    CHECK_FALSE(schema::sql::mentions("SELECT app.tt.a", "app.t"));
    CHECK(schema::sql::split_list("a, f(b, c), 'd, e'", "'").size() == 3);
}
