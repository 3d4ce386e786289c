// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "db/sqlite/sqlite_connection.hpp"
#include "schema/reader.hpp"
#include "schema/sqlite/names.hpp"
#include "schema/sqlite/statements.hpp"
#include "schema/state.hpp"
#include "script/sqlite/tokens.hpp"
#include "support/text.hpp"

namespace sqlite = kedge::schema::sqlite;
using kedge::schema::Object;
using kedge::schema::Part;
using kedge::script::sqlite::Token;
using kedge::script::sqlite::tokens_of;

namespace {

/// A database in memory, for what SQLite itself says.
class Database {
  public:
    Database() { REQUIRE(sqlite3_open(":memory:", &handle_) == SQLITE_OK); }
    ~Database() { sqlite3_close(handle_); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const std::string& sql) {
        INFO(sql);
        REQUIRE_MESSAGE(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK,
                        sqlite3_errmsg(handle_));
    }

    /// The rows, their values with a `|` between.
    std::vector<std::string> rows(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        REQUIRE(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
        std::vector<std::string> out;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            std::string& row = out.emplace_back();
            for (int i = 0; i < sqlite3_column_count(statement); ++i) {
                const auto* text = static_cast<const char*>(
                    static_cast<const void*>(sqlite3_column_text(statement, i)));
                row += (i > 0 ? "|" : "") + std::string(text != nullptr ? text : "");
            }
        }
        sqlite3_finalize(statement);
        return out;
    }

  private:
    sqlite3* handle_ = nullptr;
};

Object read(const std::string& sql) {
    const auto tokens = tokens_of(sql);
    Object out;
    out.key = {"table", "t"};
    sqlite::Columns columns;
    if (sqlite::is_virtual_table(tokens)) {
        sqlite::read_virtual_table(tokens, out);
    } else {
        sqlite::read_table(tokens, out, columns);
    }
    return out;
}

Object read_view(const std::string& sql, const sqlite::NameSet& names = {}) {
    Object out;
    sqlite::read_view(tokens_of(sql), names, out);
    return out;
}

Part read_trigger(const std::string& sql) {
    Part out;
    sqlite::read_trigger(tokens_of(sql), {}, out);
    return out;
}

std::string value(const kedge::schema::Attributes& attributes, std::string_view name) {
    const std::string* found = kedge::schema::find(attributes, name);
    return found != nullptr ? *found : "none";
}

/// The same in other words: keywords in the other case, and something between all tokens.
std::string disguised(const std::string& sql) {
    std::string out;
    for (const Token& token : tokens_of(sql)) {
        const std::string lower = kedge::to_lower_ascii(token.text);
        const bool keyword = token.kind == Token::Kind::word && sqlite::is_reserved(lower);
        const bool is_upper = token.text != lower;
        out += keyword && is_upper ? lower
               : keyword           ? kedge::to_upper_ascii(token.text)
                                   : std::string(token.text);
        out += "/* ' \" ( */ -- [\n\t";
    }
    return out;
}

const std::vector<std::string> kTables = {
    "CREATE TABLE t(a)",
    "CREATE TABLE \"t\"(\"a b\", [c d], `e f`, 'g h')",
    "CREATE TABLE t(\"a\"\"b\" TEXT, [c\"d] INT, `e``f`, 'g''h' \"my type\", \"(\" INT, \")\" INT)",
    "CREATE TABLE t(a TEXT DEFAULT ')', b TEXT DEFAULT '(' CHECK (b <> ',('), c DEFAULT 'it''s -- "
    "no')",
    "CREATE TABLE t(a INT /* ) , */ , b -- , c\n, c)",
    "CREATE TABLE t(action, key TEXT, desc INT, \"order\" INT, begin, end, replace, \"select\")",
    "CREATE TABLE t(generated, always INT, hidden, stored, virtual, rowid, first, last)",
    "CREATE TABLE t(a generated INT, b always TEXT, c INT generated always as (1), d as (2) "
    "stored)",
    "CREATE TABLE t(a UNSIGNED BIG INT, b DOUBLE PRECISION, c VARYING CHARACTER (255), d "
    "NUMERIC(10 , -2))",
    "CREATE TABLE t(a NATIVE CHARACTER(70) NOT NULL, b DECIMAL(+1,-1), c \"weird (type)\" UNIQUE)",
    "CREATE TABLE t(a INT DEFAULT -1, b DEFAULT +1.5e-3, c DEFAULT .5, d DEFAULT 0x1F, e DEFAULT "
    "x'AB')",
    "CREATE TABLE t(a DEFAULT (1 + (2 * 3)), b DEFAULT current_time, c DEFAULT NULL, d DEFAULT "
    "foo)",
    "CREATE TABLE t(a DEFAULT \"x y\", b DEFAULT TRUE, c DEFAULT - 5, d DEFAULT ('a' || 'b'), e "
    "DEFAULT (NULL))",
    "CREATE TABLE t(a CONSTRAINT x NOT NULL CONSTRAINT y DEFAULT 1 CONSTRAINT z CHECK (a) COLLATE "
    "nocase)",
    "CREATE TABLE t(a CONSTRAINT x CONSTRAINT y NOT NULL CONSTRAINT z)",
    "CREATE TABLE t(a NOT NULL ON CONFLICT ROLLBACK UNIQUE ON CONFLICT REPLACE, b NULL)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT, b)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY DESC)",
    "CREATE TABLE t(a INTEGER, PRIMARY KEY (a AUTOINCREMENT))",
    "CREATE TABLE t(a, b, PRIMARY KEY (b COLLATE nocase DESC, 'a') ON CONFLICT IGNORE) WITHOUT "
    "ROWID, STRICT2",
    "CREATE TABLE t(a INT, b TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID",
    "CREATE TABLE t(a REFERENCES p, b REFERENCES p(x) ON DELETE SET NULL ON UPDATE CASCADE MATCH "
    "full)",
    "CREATE TABLE t(a REFERENCES \"p q\"(\"x y\") NOT DEFERRABLE INITIALLY DEFERRED REFERENCES r "
    "DEFERRABLE)",
    "CREATE TABLE t(a REFERENCES p ON INSERT NO ACTION ON DELETE NO ACTION DEFERRABLE INITIALLY "
    "IMMEDIATE)",
    "CREATE TABLE t(a, b, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p(x, y) ON UPDATE RESTRICT "
    "DEFERRABLE)",
    "CREATE TABLE t(a, b, CHECK (a > 0) CHECK (b > 0) UNIQUE (a) CONSTRAINT q UNIQUE (b))",
    "CREATE TABLE t(a, b CHECK (a IN (SELECT 1)) , CHECK (CASE WHEN a THEN b ELSE -a END BETWEEN 1 "
    "AND 2))",
    "CREATE TABLE t(a, CHECK (a LIKE 'x%' ESCAPE '\\' AND a GLOB \"y*\" OR a NOT IN ('(', ')') AND "
    "a -> '$' ->> 'b'))",
    "CREATE TABLE t(a CHECK (CAST(a AS VARCHAR(10)) IS NOT NULL), b AS (CAST(a AS INTEGER) + 1))",
    "CREATE TABLE t(a REFERENCES p CHECK (a) DEFERRABLE INITIALLY DEFERRED NOT NULL NOT "
    "DEFERRABLE)",
    "CREATE TABLE temp(a)",
    "CREATE TABLE view(a)",
    "CREATE TABLE \"\xC3\xA4\xE2\x82\xAC\"(\xC3\xB6 TEXT, \xF0\x9F\x90\x98 INT)",
    "CREATE TABLE t(a$b, _c, c1$)",
    "CREATE TABLE t AS SELECT 1 AS \"a b\", 'x' AS c, 2.5 AS \"select\"",
    "CREATE TABLE t(a INT,b TEXT DEFAULT(1)CHECK(b)UNIQUE,c AS(a)STORED)",
    "CREATE TABLE t(\n\r\n\ta\f INT\n)\n",
    "CREATE TABLE t(a INT DEFAULT 1 DEFAULT 2 NOT NULL NOT NULL)",
    "CREATE TABLE t(\"a\" \"b\" \"c\", d 'text')",
};

}  // namespace

TEST_CASE("Tables are read as SQLite reads them") {
    for (const std::string& text : kTables) {
        CAPTURE(text);
        Database database;
        // The one that SQLite refuses is there for what it leaves over.
        if (text.find("STRICT2") != std::string::npos) {
            CHECK(value(read(text).attributes, "more") == "STRICT2");
            continue;
        }
        // Subqueries in a CHECK are refused when the table is written, and by some versions here.
        if (text.find("IN (SELECT") == std::string::npos) database.execute(text);
        const auto stored =
            database.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL LIMIT 1");
        const std::string sql = stored.empty() ? text : stored.front();
        const Object table = read(sql);
        CHECK(value(table.attributes, "more") == "none");
        CHECK(read(disguised(sql)).parts == table.parts);
        CHECK(read(disguised(sql)).attributes == table.attributes);
        if (stored.empty()) continue;
        std::vector<std::string> columns;
        for (const Part& part : table.parts) {
            CHECK(value(part.attributes, "more") == "none");
            if (part.kind != "column") continue;
            const bool generated = value(part.attributes, "generated") != "none";
            const char* hidden = !generated                                  ? "0"
                                 : value(part.attributes, "stored") == "yes" ? "3"
                                                                             : "2";
            columns.push_back(part.name + '|' + hidden);
        }
        std::vector<std::string> expected;
        for (const std::string& row : database.rows(
                 "SELECT x.name, x.hidden FROM (SELECT name FROM sqlite_schema WHERE type = "
                 "'table' AND "
                 "name NOT LIKE 'sqlite%') t, pragma_table_xinfo(t.name) x ORDER BY x.cid")) {
            const std::size_t bar = row.rfind('|');
            expected.push_back(sqlite::identifier(row.substr(0, bar)) + row.substr(bar));
        }
        CHECK(columns == expected);
        const auto count = [&](std::string_view type) {
            std::size_t out = 0;
            for (const Part& part : table.parts)
                out += value(part.attributes, "type") == type ? 1 : 0;
            return out;
        };
        CHECK(count("foreign key") ==
              database
                  .rows("SELECT DISTINCT t.name, f.id FROM sqlite_schema t, "
                        "pragma_foreign_key_list(t.name) f WHERE t.type = 'table'")
                  .size());
    }
}

TEST_CASE("Columns have SQLite's types, defaults and NOT NULL") {
    const Object table = read(
        "CREATE TABLE t(a varchar ( 10 ) not null on conflict abort default ( 'x' ), b numeric(10 "
        ", 2) "
        "default \"b\", c DEFAULT NULL, d default true, e default - 1, f int default ((1)))");
    REQUIRE(table.parts.size() == 6);
    CHECK(value(table.parts[0].attributes, "type") == "VARCHAR(10)");
    CHECK(value(table.parts[0].attributes, "not null") == "yes");
    CHECK(value(table.parts[0].attributes, "default") == "'x'");
    CHECK(value(table.parts[1].attributes, "type") == "NUMERIC(10,2)");
    CHECK(value(table.parts[1].attributes, "default") == "'b'");
    CHECK(table.parts[2].attributes.empty());
    CHECK(value(table.parts[3].attributes, "default") == "true");
    CHECK(value(table.parts[4].attributes, "default") == "-1");
    CHECK(value(table.parts[5].attributes, "default") == "1");
}

TEST_CASE("What nobody named is known by its columns") {
    const Object table = read(
        "CREATE TABLE t(a CHECK (a > 0) CHECK (a < 9) UNIQUE, b REFERENCES p, CHECK (B <> \"A\"), "
        "CHECK (1), "
        "UNIQUE (b, a), PRIMARY KEY (b))");
    std::vector<std::string> names;
    for (const Part& part : table.parts) {
        if (part.kind == "constraint") names.push_back(part.name);
    }
    CHECK(names == std::vector<std::string>{"unique (a)", "foreign key (b)", "unique (a, b)",
                                            "primary key", "check", "check (a)", "check (a, b)"});
    CHECK(value(table.find("constraint", "check (a)")->attributes, "expression") == "a < 9\na > 0");
    CHECK(value(table.find("constraint", "check (a, b)")->attributes, "expression") == "b <> a");
}

TEST_CASE("A statement that isn't one is read all the same") {
    for (const std::string text :
         {"", "CREATE", "CREATE TABLE", "CREATE TABLE t", "CREATE TABLE t(", "CREATE TABLE t(a",
          "CREATE TABLE t(a CHECK (", "CREATE TABLE t(a DEFAULT", "CREATE TABLE t(,)",
          "CREATE TABLE t())", "CREATE TABLE t(a 'x", "CREATE TABLE t(a /* x",
          "CREATE TABLE t(a REFERENCES", "CREATE TABLE t(UNIQUE (", "CREATE TABLE t(a) ()",
          "CREATE VIRTUAL TABLE", "CREATE VIRTUAL TABLE t USING", "CREATE TRIGGER t"}) {
        CAPTURE(text);
        const Object table = read(text);
        CHECK(table.parts.size() < 3);
        const auto tokens = tokens_of(text);
        Part part;
        sqlite::read_index(tokens, {}, part);
        read_view(text);
        read_trigger(text);
    }
}

TEST_CASE("Views come in lines that their tokens cut") {
    const std::string sql =
        "CREATE VIEW v (a, \"b c\") AS WITH x AS (SELECT 1 AS n FROM t WHERE n IN (1,2)) "
        "SELECT x.n, COUNT(*) FROM x LEFT JOIN t ON t.a = x.n WHERE t.b = -1 GROUP BY 1 ORDER BY 2 "
        "DESC, 1";
    const Object view = read_view(sql);
    CHECK(value(view.attributes, "columns") == "a, \"b c\"");
    CHECK(value(view.attributes, "definition") ==
          "with x as (select 1 as n\n    from t\n    where n in (1, 2))\nselect x.n,\n    "
          "count(*)\nfrom x\n"
          "left join t on t.a = x.n\nwhere t.b = -1\ngroup by 1\norder by 2 desc,\n    1");
    CHECK(read_view(disguised(sql)).attributes == view.attributes);
    CHECK(value(read_view("CREATE VIEW [v w] AS VALUES (1),(2);").attributes, "definition") ==
          "values (1),\n    (2)");
    CHECK(value(read_view("CREATE VIEW as_ AS SELECT 'AS (' AS [a b]").attributes, "definition") ==
          "select 'AS (' as \"a b\"");
}

TEST_CASE("Double quotes are a name's or a string's") {
    const sqlite::NameSet names = {"a", "t"};
    const auto definition = [&](const std::string& select) {
        return value(read_view("CREATE VIEW v AS " + select, names).attributes, "definition");
    };
    CHECK(definition("SELECT \"a\" = \"x\"") == "select a = 'x'");
    CHECK(definition("SELECT 1 AS \"x\" ORDER BY \"x\"") == "select 1 as x\norder by x");
    CHECK(definition("SELECT a \"x y\", \"t\".\"b\"") == "select a \"x y\",\n    t.b");
    CHECK(definition("SELECT \"Key\", [Key], KEY, \"Order\"") ==
          definition("SELECT key, \"key\", KEY, 'Order'"));
}

TEST_CASE("Triggers are taken apart") {
    const std::string sql =
        "CREATE TRIGGER \"before\" AFTER UPDATE OF a, \"b c\" ON \"on\" FOR EACH ROW WHEN begin = "
        "'BEGIN SELECT' "
        "BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END WHERE b; DELETE FROM t; "
        "SELECT RAISE(ABORT, 'END; no') ; END";
    const Part trigger = read_trigger(sql);
    CHECK(value(trigger.attributes, "timing") == "after");
    CHECK(value(trigger.attributes, "event") == "update");
    CHECK(value(trigger.attributes, "columns") == "a, \"b c\"");
    CHECK(value(trigger.attributes, "when") == "begin = 'BEGIN SELECT'");
    CHECK(value(trigger.attributes, "body") ==
          "update t\nset a = case when 1 then 2 end\nwhere b;\ndelete from t;\n"
          "select raise(abort, 'END; no');");
    CHECK(read_trigger(disguised(sql)).attributes == trigger.attributes);
    CHECK(value(read_trigger("CREATE TRIGGER begin INSERT ON begin BEGIN SELECT 1; END").attributes,
                "body") == "select 1;");
    CHECK(value(read_trigger(
                    "CREATE TRIGGER t INSTEAD OF DELETE ON main.v WHEN begin BEGIN VALUES(1); "
                    "END;")
                    .attributes,
                "when") == "begin");
}

TEST_CASE("Arguments of a virtual table are the module's own") {
    const Object table = read(
        "CREATE VIRTUAL TABLE t USING FTS5(Title, \"body\" UNINDEXED, tokenize = \"porter ascii\", "
        "-- x\n prefix='2 3')");
    CHECK(value(table.attributes, "module") == "fts5");
    CHECK(value(table.attributes, "arguments") ==
          "Title, \"body\" UNINDEXED, tokenize = \"porter ascii\", prefix = '2 3'");
    CHECK(read("CREATE VIRTUAL TABLE t USING m()").attributes ==
          read("CREATE VIRTUAL TABLE t USING m").attributes);
}

TEST_CASE("A database is read where a transaction is open, and without what is the session's") {
    const auto connection = kedge::db::sqlite::open(":memory:", {});
    connection->execute(
        "CREATE TABLE t(a, b); CREATE TABLE pragma_table_list(x); CREATE TABLE kedge_events(x);"
        "CREATE INDEX own ON kedge_events(x); CREATE VIRTUAL TABLE docs USING fts5(a);"
        "CREATE TEMP TABLE t(c); CREATE TEMP TRIGGER r DELETE ON main.t BEGIN SELECT 1; END;"
        "PRAGMA user_version = 3; PRAGMA reverse_unordered_selects = 1");
    const auto names = [&] {
        std::string out;
        const auto snapshot =
            kedge::schema::sqlite_reader().read(*connection, {{}, {"KEDGE_events"}});
        for (const auto& [key, object] : snapshot.state.objects()) {
            out += key.kind + ' ' + key.name + '\n';
            for (const Part& part : object.parts) out += "  " + part.kind + ' ' + part.name + '\n';
        }
        return out;
    };
    const std::string expected =
        "database main\ntable pragma_table_list\n  column x\ntable t\n  column a\n  column b\n"
        "virtual table docs\n";
    CHECK(names() == expected);
    CHECK_FALSE(connection->in_transaction());
    connection->execute("BEGIN; CREATE VIEW v AS SELECT 1");
    CHECK(names() ==
          "database main\ntable pragma_table_list\n  column x\ntable t\n  column a\n"
          "  column b\nview v\nvirtual table docs\n");
    CHECK(connection->in_transaction());
    connection->rollback();
    CHECK(names() == expected);
}

TEST_CASE("Bytes that are no text don't get in the way") {
    const auto connection = kedge::db::sqlite::open(":memory:", {});
    connection->execute("CREATE TABLE \"a\xFF\"(\"b\xC3\" DEFAULT '\xE9')");
    const auto snapshot = kedge::schema::sqlite_reader().read(*connection, {});
    const Object* table = snapshot.state.find({"table", "\"a\\xFF\""});
    REQUIRE(table != nullptr);
    CHECK(value(table->parts.front().attributes, "default") == "'\\xE9'");
    const auto again = kedge::schema::snapshot_from_json(kedge::schema::to_json(snapshot), "x");
    CHECK(again.state.fingerprint() == snapshot.state.fingerprint());
}
