// SPDX-License-Identifier: MIT
// What rules were wrong about in scripts that people have written: each case beside one that is
// like it, and of which the rule has to speak.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lint/lint.hpp"
#include "lint/rules/table.hpp"
#include "lint_samples.hpp"

namespace {

using namespace kedge::lint;
using kedge::test::look;

struct Pair {
    std::string_view rule;
    Engine engine;
    Sample quiet;
    Sample speaks;  ///< nothing, where the rule's own examples show enough
};

void hold(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
        const Rule* rule = find_rule(pair.rule);
        CAPTURE(pair.rule);
        REQUIRE(rule != nullptr);
        CAPTURE(pair.quiet.deploy);
        const auto found = look(*rule, pair.engine, pair.quiet);
        CHECK_MESSAGE(found.empty(), (found.empty() ? "" : found.front().message));
        if (pair.speaks.deploy.empty()) continue;
        CAPTURE(pair.speaks.deploy);
        CHECK_FALSE(look(*rule, pair.engine, pair.speaks).empty());
    }
}

constexpr Engine kP = Engine::pg;
constexpr Engine kM = Engine::mysql;
constexpr Engine kS = Engine::sqlite;

constexpr std::string_view kTable = "CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(20));";

}  // namespace

TEST_CASE("lint knows what it can't know of a table") {
    hold({
        {"missing-column",
         kP,
         {.deploy = "DO $$ BEGIN ALTER TABLE t ADD COLUMN c int; END $$;\n"
                    "ALTER TABLE t ALTER c SET NOT NULL;",
          .earlier = kTable},
         {.deploy = "DO $$ BEGIN RAISE NOTICE 'hello'; END $$;\n"
                    "ALTER TABLE t ALTER c SET NOT NULL;",
          .earlier = kTable}},
        {"missing-column",
         kP,
         {.deploy = "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD c int', 't'); END $$;\n"
                    "ALTER TABLE t DROP COLUMN c;",
          .earlier = kTable},
         {}},
        {"missing-column",
         kP,
         {.deploy = "SELECT add_audit('t');\nALTER TABLE t DROP COLUMN changed_at;",
          .earlier = kTable},
         {.deploy = "SELECT setval('s', 1);\nALTER TABLE t DROP COLUMN changed_at;",
          .earlier = kTable}},
        {"missing-column",
         kP,
         {.deploy = "CALL add_audit('t');\nALTER TABLE t DROP COLUMN changed_at;",
          .earlier = kTable},
         {}},
        {"missing-column",
         kM,
         {.deploy = "SET @s = 'ALTER TABLE t ADD c INT';\nPREPARE s FROM @s;\nEXECUTE s;\n"
                    "ALTER TABLE t DROP COLUMN c;",
          .earlier = kTable},
         {.deploy = "SET @s = 1;\nALTER TABLE t DROP COLUMN c;", .earlier = kTable}},
        {"missing-column",
         kM,
         {.deploy = "CALL add_column('t', 'c');\nALTER TABLE t DROP COLUMN c;", .earlier = kTable},
         {}},
        // It can't be read, but which tables it names can.
        {"missing-column",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (a) VIRTUAL;\n"
                    "ALTER TABLE t DROP COLUMN c;",
          .earlier = kTable},
         {.deploy = "ALTER TABLE u ADD COLUMN c int GENERATED ALWAYS AS (a) VIRTUAL;\n"
                    "ALTER TABLE t DROP COLUMN c;",
          .earlier = kTable}},
        {"missing-column",
         kP,
         {.deploy = "SET search_path = app;\nALTER TABLE t DROP COLUMN c;", .earlier = kTable},
         {.deploy = "SET search_path = app;\nALTER TABLE t DROP COLUMN c;",
          .earlier = "CREATE TABLE app.t (a int);"}},
        {"missing-column",
         kP,
         {.deploy = "SELECT set_config('search_path', 'app', false);\n"
                    "ALTER TABLE t DROP COLUMN c;",
          .earlier = kTable},
         {.deploy = "ALTER TABLE public.t DROP COLUMN c;", .earlier = kTable}},
        {"missing-column",
         kP,
         {.deploy = "ALTER TABLE t DROP COLUMN c;",
          .earlier = "SET search_path = app;\nCREATE TABLE t (a int);"},
         {.deploy = "ALTER TABLE app.t DROP COLUMN c;",
          .earlier = "SET search_path = app;\nCREATE TABLE t (a int);"}},
        {"duplicate-object",
         kM,
         {.deploy = "USE a;\nCREATE TABLE t (id INT);\nUSE b;\nCREATE TABLE t (id INT);"},
         {.deploy = "USE a;\nCREATE TABLE t (id INT);\nCREATE TABLE a.t (id INT);"}},
        {"duplicate-object",
         kP,
         {.deploy = "CREATE TABLE t (id int);",
          .earlier = "BEGIN;\nCREATE TABLE t (id int);\nROLLBACK;"},
         {.deploy = "CREATE TABLE t (id int);",
          .earlier = "BEGIN;\nCREATE TABLE t (id int);\nCOMMIT;"}},
        {"duplicate-object",
         kP,
         {.deploy = "DO $$ BEGIN IF true THEN DROP TABLE t; END IF; END $$;\n"
                    "CREATE TABLE t (id int);",
          .earlier = kTable},
         {}},
        // Its columns can't be read, its name can.
        {"index-not-concurrently",
         kP,
         {.deploy = "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a) VIRTUAL);\n"
                    "CREATE INDEX n_a ON n (a);"},
         {}},
        {"missing-column",
         kP,
         {.deploy = "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a) VIRTUAL);\n"
                    "ALTER TABLE n DROP COLUMN c;"},
         {}},
    });
}

TEST_CASE("lint says of a loss only what is lost") {
    hold({
        {"create-table-force",
         kM,
         {.deploy = "DROP TABLE IF EXISTS t_tmp;\nCREATE TABLE t_tmp (id INT);\nDROP TABLE t_tmp;"},
         {.deploy = "DROP TABLE IF EXISTS t_tmp;\nCREATE TABLE t_tmp (id INT);"}},
        {"create-table-force",
         kP,
         {.deploy = "DROP TABLE IF EXISTS t_new;\nCREATE TABLE t_new (id int);\n"
                    "ALTER TABLE t RENAME TO t_old;\nALTER TABLE t_new RENAME TO t;"},
         {}},
        {"drop-column",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t DROP COLUMN c;",
          .earlier = kTable},
         {}},
        {"rename-column",
         kM,
         {.deploy = "ALTER TABLE t ADD COLUMN c INT;\nALTER TABLE t RENAME COLUMN c TO d;",
          .earlier = kTable},
         {}},
        {"drop-constraint",
         kP,
         {.deploy = "ALTER TABLE t DROP CONSTRAINT t_a_check;\nALTER TABLE t DROP COLUMN a;",
          .earlier = "CREATE TABLE t (id int, a int CONSTRAINT t_a_check CHECK (a > 0));"},
         {.deploy = "ALTER TABLE t DROP CONSTRAINT t_a_check;\nALTER TABLE t DROP COLUMN id;",
          .earlier = "CREATE TABLE t (id int, a int CONSTRAINT t_a_check CHECK (a > 0));"}},
        {"drop-constraint",
         kM,
         {.deploy = "ALTER TABLE t DROP FOREIGN KEY fk_a, DROP COLUMN a;", .earlier = kTable},
         {}},
        {"drop-constraint",
         kP,
         {.deploy = "ALTER TABLE t DROP CONSTRAINT c;\nDROP TABLE t;", .earlier = kTable},
         {}},
        {"drop-and-create",
         kP,
         {.deploy = "DROP FUNCTION f(int);\nCREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql "
                    "AS 'SELECT 1';"},
         {.deploy = "DROP FUNCTION f(int);\nCREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS "
                    "'SELECT 1';"}},
        {"drop-and-create",
         kM,
         {.deploy = "DROP PROCEDURE IF EXISTS p;\nCREATE PROCEDURE p() SELECT 1;\nCALL p();\n"
                    "DROP PROCEDURE p;"},
         {.deploy = "DROP PROCEDURE IF EXISTS p;\nCREATE PROCEDURE p() SELECT 1;"}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT UNIQUE);\n"
                    "INSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;",
          .earlier = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
                     "CREATE UNIQUE INDEX t_a ON t (a);"},
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT, UNIQUE (b, a));\n"
                    "INSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;",
          .earlier = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
                     "CREATE INDEX t_a ON t (a);"}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT);\n"
                    "INSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;\nCREATE UNIQUE INDEX t_once ON t (a);",
          .earlier = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
                     "CREATE INDEX t_a ON t (a);"},
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT);\n"
                    "INSERT INTO n (id, a) SELECT id, a FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;\nCREATE INDEX t_many ON t (a);",
          .earlier = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
                     "CREATE UNIQUE INDEX t_a ON t (a);"}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY);\n"
                    "INSERT INTO n (id) SELECT id FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;",
          .earlier = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
                     "CREATE INDEX t_a ON t (a);"},
         {}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);\n"
                    "INSERT INTO n (id, p) SELECT id, p FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;",
          .earlier = "CREATE TABLE p (id INTEGER PRIMARY KEY);\n"
                     "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));"},
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);\n"
                    "INSERT INTO n (id, p) SELECT id, p FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;",
          .earlier = "CREATE TABLE p (id INTEGER PRIMARY KEY, k INTEGER UNIQUE);\n"
                     "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (k));"}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (id INTEGER PRIMARY KEY, p INTEGER REFERENCES q);\n"
                    "INSERT INTO n (id, p) SELECT id, p FROM t;\nDROP TABLE t;\n"
                    "ALTER TABLE n RENAME TO t;",
          .earlier = "CREATE TABLE q (id INTEGER PRIMARY KEY);\n"
                     "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES old_q);"},
         {}},
    });
}

TEST_CASE("lint knows which rows a statement has to look at") {
    constexpr std::string_view kParent =
        "CREATE TABLE p (id INT PRIMARY KEY); "
        "CREATE TABLE t (id INT PRIMARY KEY, a INT);";
    hold({
        {"add-unique",
         kM,
         {.deploy = "CREATE UNIQUE INDEX u ON t (id, a);", .earlier = kParent},
         {.deploy = "CREATE UNIQUE INDEX u ON t (a);", .earlier = kParent}},
        {"add-unique",
         kM,
         {.deploy = "ALTER TABLE t DROP INDEX u, ADD UNIQUE INDEX w (a, id);",
          .earlier = "CREATE TABLE t (id INT, a INT, UNIQUE INDEX u (a));"},
         {.deploy = "ALTER TABLE t DROP INDEX u, ADD UNIQUE INDEX w (id);",
          .earlier = "CREATE TABLE t (id INT, a INT, UNIQUE INDEX u (a));"}},
        {"add-unique",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int;\nCREATE UNIQUE INDEX u ON t (c);",
          .earlier = kParent},
         {.deploy = "ALTER TABLE t ADD COLUMN c int;\nUPDATE t SET c = a WHERE true;\n"
                    "CREATE UNIQUE INDEX u ON t (c);",
          .earlier = kParent}},
        {"add-unique",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int UNIQUE;", .earlier = kParent},
         {.deploy = "ALTER TABLE t ADD COLUMN c int UNIQUE DEFAULT 5;", .earlier = kParent}},
        {"add-not-null-column",
         kP,
         {.deploy = "TRUNCATE t;\nALTER TABLE t ADD COLUMN c int NOT NULL;", .earlier = kParent},
         {.deploy = "TRUNCATE t;\nINSERT INTO t (id) VALUES (1);\n"
                    "ALTER TABLE t ADD COLUMN c int NOT NULL;",
          .earlier = kParent}},
        {"add-not-null-column",
         kS,
         {.deploy = "DELETE FROM t;\nALTER TABLE t ADD COLUMN c INT NOT NULL;", .earlier = kParent},
         {.deploy = "DELETE FROM t WHERE id = 1;\nALTER TABLE t ADD COLUMN c INT NOT NULL;",
          .earlier = kParent}},
        {"set-not-null",
         kP,
         {.deploy = "DELETE FROM t;\nALTER TABLE t ALTER a SET NOT NULL;", .earlier = kParent},
         {}},
        {"add-check",
         kM,
         {.deploy = "TRUNCATE TABLE t;\nALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);",
          .earlier = kParent},
         {}},
        {"modify-not-null",
         kM,
         {.deploy = "UPDATE t SET a = 0 WHERE a IS NULL;\nALTER TABLE t MODIFY a INT NOT NULL;",
          .earlier = kParent},
         {.deploy = "UPDATE t SET id = 0 WHERE a IS NULL;\nALTER TABLE t MODIFY a INT NOT NULL;",
          .earlier = kParent}},
        {"modify-not-null",
         kM,
         {.deploy = "UPDATE t SET a = 0;\nALTER TABLE t CHANGE a b INT NOT NULL;",
          .earlier = kParent},
         {.deploy = "UPDATE t SET id = 0;\nALTER TABLE t CHANGE a b INT NOT NULL;",
          .earlier = kParent}},
        {"foreign-key-copies",
         kM,
         {.deploy = "SET FOREIGN_KEY_CHECKS = 0;\n"
                    "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id);",
          .earlier = kParent},
         {.deploy = "SET FOREIGN_KEY_CHECKS = 0;\nSET FOREIGN_KEY_CHECKS = 1;\n"
                    "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id);",
          .earlier = kParent}},
        {"limit-without-order",
         kM,
         {.deploy = "UPDATE t SET a = 1 WHERE id = 5 LIMIT 1;", .earlier = kParent},
         {.deploy = "UPDATE t SET a = 1 WHERE a = 5 LIMIT 1;", .earlier = kParent}},
        {"limit-without-order",
         kM,
         {.deploy = "INSERT INTO t (id) SELECT * FROM (SELECT 1) AS one WHERE NOT EXISTS (SELECT "
                    "id FROM t WHERE id = 1) LIMIT 1;",
          .earlier = kParent},
         {.deploy = "INSERT INTO t (id) SELECT id FROM p LIMIT 1;", .earlier = kParent}},
        {"verify-writes",
         kP,
         {.deploy = kTable, .verify = "BEGIN;\nINSERT INTO t (id) VALUES (1);\nROLLBACK;"},
         {.deploy = kTable, .verify = "BEGIN;\nINSERT INTO t (id) VALUES (1);\nCOMMIT;"}},
        {"verify-writes",
         kP,
         {.deploy = kTable,
          .verify = "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"},
         {}},
    });
}

TEST_CASE("lint knows what is written anew and what is not") {
    hold({
        {"change-column-type",
         kP,
         {.deploy = "SET timezone = 'UTC';\nALTER TABLE t ALTER at TYPE timestamptz;",
          .earlier = "CREATE TABLE t (at timestamp);"},
         {.deploy = "SET timezone = 'UTC';\n"
                    "ALTER TABLE t ALTER at TYPE timestamptz USING at AT TIME ZONE 'UTC';",
          .earlier = "CREATE TABLE t (at timestamp);"}},
        {"change-column-type",
         kP,
         {.deploy = "SET timezone = 'UTC';\nALTER TABLE t ALTER a TYPE feeling;",
          .earlier = "CREATE TYPE mood AS ENUM ('ok');\nCREATE TABLE t (a mood);\n"
                     "ALTER TYPE mood RENAME TO feeling;"},
         {.deploy = "ALTER TABLE t ALTER a TYPE feeling;",
          .earlier = "CREATE TABLE t (a mood);\nCREATE TYPE feeling AS ENUM ('ok');"}},
        {"column-position",
         kM,
         {.deploy = "ALTER TABLE t MODIFY b VARCHAR(30) AFTER a;", .earlier = kTable},
         {.deploy = "ALTER TABLE t MODIFY b VARCHAR(30) AFTER id;", .earlier = kTable}},
        {"column-position",
         kM,
         {.deploy = "ALTER TABLE t MODIFY c INT NULL AFTER id;",
          .earlier = "CREATE TABLE t (id INT, a INT); ALTER TABLE t ADD c INT AFTER id;"},
         {.deploy = "ALTER TABLE t MODIFY c INT NULL FIRST;",
          .earlier = "CREATE TABLE t (id INT, a INT); ALTER TABLE t ADD c INT AFTER id;"}},
        {"change-column-copies",
         kM,
         {.deploy = "ALTER TABLE t MODIFY a VARCHAR(200);",
          .earlier = "CREATE TABLE t (a VARCHAR(50)) DEFAULT CHARSET=latin1;"},
         {.deploy = "ALTER TABLE t MODIFY a VARCHAR(200);",
          .earlier = "CREATE TABLE t (a VARCHAR(50)) DEFAULT CHARSET=utf8mb4;"}},
        {"change-column-copies",
         kM,
         {.deploy = "ALTER TABLE t MODIFY a VARCHAR(80);",
          .earlier = "CREATE TABLE t (a VARCHAR(64)) COLLATE utf8_general_ci;"},
         {.deploy = "ALTER TABLE t MODIFY a VARCHAR(86);",
          .earlier = "CREATE TABLE t (a VARCHAR(64)) COLLATE utf8_general_ci;"}},
        {"modify-loses-attribute",
         kM,
         {.deploy = "ALTER TABLE t MODIFY a TEXT NOT NULL;",
          .earlier = "CREATE TABLE t (a VARCHAR(64) NOT NULL DEFAULT 'x');"},
         {.deploy = "ALTER TABLE t MODIFY a VARCHAR(65) NOT NULL;",
          .earlier = "CREATE TABLE t (a VARCHAR(64) NOT NULL DEFAULT 'x');"}},
        {"several-exclusive-locks",
         kP,
         {.deploy = "ALTER TABLE t RENAME TO u;\nALTER TABLE u ADD COLUMN c int;",
          .earlier = kTable},
         {.deploy = "ALTER TABLE t RENAME TO u;\nALTER TABLE v ADD COLUMN c int;",
          .earlier = kTable}},
    });
}

TEST_CASE("lint knows what a revert has to take back") {
    hold({
        {"incomplete-revert",
         kM,
         {.deploy = "CREATE USER 'u'@'h';", .revert = "DROP USER 'u'@'h';"},
         {.deploy = "CREATE USER 'u'@'h', 'w'@'h';", .revert = "DROP USER 'u'@'h';"}},
        {"incomplete-revert",
         kP,
         {.deploy = "CREATE TABLE t (id int);\nCREATE SEQUENCE s OWNED BY t.id;",
          .revert = "DROP TABLE t;"},
         {.deploy = "CREATE TABLE t (id int);\nCREATE SEQUENCE s;", .revert = "DROP TABLE t;"}},
        {"incomplete-revert",
         kP,
         {.deploy = "CREATE TABLE t (id int);\nCREATE SEQUENCE s;\n"
                    "ALTER SEQUENCE s OWNED BY t.id;",
          .revert = "DROP TABLE t;"},
         {}},
        {"incomplete-revert",
         kP,
         {.deploy =
              "ALTER TABLE t ADD COLUMN cost int;\nALTER TABLE t RENAME COLUMN cost TO price;",
          .revert = "ALTER TABLE t DROP COLUMN price;"},
         {.deploy =
              "ALTER TABLE t ADD COLUMN cost int;\nALTER TABLE t RENAME COLUMN cost TO price;",
          .revert = "ALTER TABLE t DROP COLUMN total;"}},
        {"incomplete-revert",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int;\nALTER TABLE t DROP COLUMN c;",
          .revert = "SELECT 1;"},
         {}},
        {"empty-revert",
         kP,
         {.deploy = "UPDATE t SET a = 1 WHERE a IS NULL;", .revert = "-- nothing"},
         {.deploy = "INSERT INTO t (id) VALUES (1);", .revert = "-- nothing"}},
        {"empty-revert",
         kP,
         {.deploy = "CREATE EXTENSION IF NOT EXISTS citext;", .revert = "-- others use it"},
         {.deploy = "CREATE EXTENSION citext;", .revert = "-- others use it"}},
    });
}

TEST_CASE("lint is right about what the second reading of public projects found") {
    hold({
        {"rebuild-tightens",
         kS,
         {.deploy = "CREATE TABLE n (id INT, ts INT NOT NULL);\nINSERT INTO n (id, ts) SELECT "
                    "m.mid, m.ts FROM art a JOIN man m ON a.id = m.mid;\nDROP TABLE art;\n"
                    "ALTER TABLE n RENAME TO art;",
          .earlier = "CREATE TABLE man (mid INT, ts INT NOT NULL);\n"
                     "CREATE TABLE art (id INT, ts INT);"},
         {}},
        {"rebuild-tightens",
         kS,
         {.deploy = "CREATE TABLE n (role TEXT CHECK (role IN ('HOST', 'ADMIN', 'USER')));\n"
                    "INSERT INTO n (role) SELECT role FROM u;\nDROP TABLE u;\n"
                    "ALTER TABLE n RENAME TO u;",
          .earlier = "CREATE TABLE u (role TEXT CHECK (role IN ('HOST', 'USER')));"},
         {.deploy = "CREATE TABLE n (role TEXT CHECK (role IN ('HOST', 'ADMIN')));\n"
                    "INSERT INTO n (role) SELECT role FROM u;\nDROP TABLE u;\n"
                    "ALTER TABLE n RENAME TO u;",
          .earlier = "CREATE TABLE u (role TEXT CHECK (role IN ('HOST', 'USER')));"}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (k TEXT, v TEXT);\nINSERT INTO n (k, v) SELECT k, v FROM u;\n"
                    "DROP TABLE u;\nALTER TABLE n RENAME TO u;\n"
                    "CREATE UNIQUE INDEX i ON u (k, v);",
          .earlier = "CREATE TABLE u (k TEXT, v TEXT, UNIQUE (k, v));"},
         {.deploy = "CREATE TABLE n (k TEXT, v TEXT);\nINSERT INTO n (k, v) SELECT k, v FROM u;\n"
                    "DROP TABLE u;\nALTER TABLE n RENAME TO u;\nCREATE INDEX i ON u (k, v);",
          .earlier = "CREATE TABLE u (k TEXT, v TEXT, UNIQUE (k, v));"}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (k TEXT, v TEXT, UNIQUE (v, k));\n"
                    "INSERT INTO n (k, v) SELECT k, v FROM u;\nDROP TABLE u;\n"
                    "ALTER TABLE n RENAME TO u;",
          .earlier = "CREATE TABLE u (k TEXT, v TEXT);\nCREATE UNIQUE INDEX i ON u (k, v);"},
         {}},
        {"rebuild-loses-object",
         kS,
         {.deploy = "CREATE TABLE n (k TEXT, v TEXT);\nINSERT INTO n (k, v) SELECT k, v FROM u;\n"
                    "DROP TABLE u;\nALTER TABLE n RENAME TO u;\nCREATE INDEX j ON u (k, v);",
          .earlier = "CREATE TABLE u (k TEXT, v TEXT);\nCREATE INDEX i ON u (k);"},
         {.deploy = "CREATE TABLE n (k TEXT, v TEXT);\nINSERT INTO n (k, v) SELECT k, v FROM u;\n"
                    "DROP TABLE u;\nALTER TABLE n RENAME TO u;\nCREATE INDEX j ON u (v, k);",
          .earlier = "CREATE TABLE u (k TEXT, v TEXT);\nCREATE INDEX i ON u (k);"}},
        {"backfill-with-alter",
         kP,
         {.deploy = "CREATE TEMPORARY TABLE x AS SELECT id FROM t;\nDROP TABLE x;\n"
                    "UPDATE t SET a = 1 WHERE id = 2;",
          .earlier = kTable},
         {.deploy = "ALTER TABLE t ADD COLUMN c int;\nUPDATE t SET a = 1 WHERE id = 2;",
          .earlier = kTable}},
        {"backfill-with-alter",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int;\n"
                    "UPDATE pg_index SET indisvalid = false WHERE indrelid = 1;",
          .earlier = kTable},
         {}},
        {"add-foreign-key",
         kP,
         {.deploy = "CREATE TABLE w (id int PRIMARY KEY);\n"
                    "ALTER TABLE t ADD COLUMN wid int REFERENCES w (id);",
          .earlier = kTable},
         {}},
        {"not-repeatable",
         kP,
         {.deploy = "-- kedge: no-transaction\nSELECT 1;\nALTER TABLE t DROP CONSTRAINT f, ADD "
                    "CONSTRAINT f CHECK (a > 0);"},
         {}},
        {"drop-constraint",
         kP,
         {.deploy = "ALTER TABLE t DROP COLUMN id, ADD PRIMARY KEY (c), DROP CONSTRAINT u;",
          .earlier = "CREATE TABLE t (id serial PRIMARY KEY, c int NOT NULL, CONSTRAINT u UNIQUE "
                     "(c));"},
         {.deploy = "ALTER TABLE t DROP CONSTRAINT u;",
          .earlier = "CREATE TABLE t (id serial PRIMARY KEY, c int NOT NULL, CONSTRAINT u UNIQUE "
                     "(c));"}},
        {"not-in-query",
         kP,
         {.deploy = "DELETE FROM b WHERE a_id NOT IN (SELECT id FROM t);", .earlier = kTable},
         {.deploy = "DELETE FROM b WHERE a_id NOT IN (SELECT a FROM t);", .earlier = kTable}},
        {"incomplete-revert",
         kS,
         {.deploy = "ALTER TABLE t ADD COLUMN hb TEXT;\nALTER TABLE t DROP COLUMN last_used;\n"
                    "ALTER TABLE t ADD COLUMN last_used INTEGER;",
          .earlier = "CREATE TABLE t (id INTEGER, last_used TEXT);",
          .revert = "ALTER TABLE t DROP COLUMN hb;"},
         {}},
        {"incomplete-revert",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN pp int, ADD COLUMN qq int;",
          .revert = "ALTER TABLE t RENAME TO t_old;\nCREATE TABLE t (id int);\n"
                    "INSERT INTO t SELECT id FROM t_old WHERE pp > 0;\nDROP TABLE t_old;"},
         {}},
        {"errors-ignored",
         kM,
         {.deploy = "ALTER IGNORE TABLE t RENAME COLUMN a TO c;", .earlier = kTable},
         {.deploy = "ALTER IGNORE TABLE t ADD UNIQUE (a);", .earlier = kTable}},
        {"several-exclusive-locks",
         kP,
         {.deploy = "LOCK TABLE a, b IN ACCESS EXCLUSIVE MODE;\nALTER TABLE a ADD c int;\n"
                    "ALTER TABLE b ADD c int;"},
         {}},
        {"drop-table",
         kP,
         {.deploy = "DROP TABLE IF EXISTS t;\nCREATE TABLE t (id int);", .earlier = kTable},
         {}},
    });
}

TEST_CASE("lint asks a target only about what it can answer") {
    const auto asks = [](Engine engine, std::string_view deploy) {
        const Sample sample = {.deploy = deploy, .refused = "no"};
        return !look(*find_rule("fails-on-target"), engine, sample).empty();
    };
    CHECK(asks(kP, "UPDATE t SET a = 1 WHERE id = 1;"));
    CHECK(asks(kP, "CREATE INDEX i ON s (a);\nSET lock_timeout = 1;\nUPDATE t SET a = 1;"));
    CHECK(asks(kP, "CREATE TABLE note (id int);\nUPDATE notes SET a = 1;"));
    CHECK(asks(kM, "SET @a = 1;\nSHOW TABLES;\nUPDATE t SET a = 1;"));
    const std::string_view pg[] = {
        "UPDATE t SET a = :'who';",
        "\\getenv u HOME\n\\if :u\nUPDATE t SET a = 1;\n\\endif",
        "\\connect other\nUPDATE t SET a = 1;",
        "SELECT 'DROP TABLE t' \\gexec\nUPDATE t SET a = 1;",
        "CREATE EXTENSION hstore;\nUPDATE t SET a = 1;",
        "CREATE TYPE mood AS ENUM ('a');\nUPDATE t SET a = 1;",
        "ALTER TYPE mood ADD VALUE 'a';\nUPDATE t SET a = 1;",
        "CREATE DOMAIN d AS text;\nUPDATE t SET a = 1;",
        "CREATE CAST (a AS b) WITHOUT FUNCTION;\nUPDATE t SET a = 1;",
        "CREATE COLLATION c (locale = 'de');\nUPDATE t SET a = 1;",
        "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);\nUPDATE t SET a = 1;",
        "CREATE SEQUENCE q;\nUPDATE t SET a = 1;",
        "CREATE SCHEMA s CREATE TABLE t (a int);\nUPDATE t SET a = 1;",
        "DROP TABLE s CASCADE;\nUPDATE t SET a = 1;",
        "DO $$ BEGIN ALTER TABLE s ADD a int; END $$;\nUPDATE t SET a = 1;",
        "CALL f();\nUPDATE t SET a = 1;",
        "EXECUTE f;\nUPDATE t SET a = 1;",
        "CREATE TABLE orders (id serial);\nSELECT setval('orders_id_seq', 9);",
        "ALTER TABLE orders RENAME TO sales;\nSELECT 'sales'::regclass;",
    };
    for (const std::string_view deploy : pg) {
        CAPTURE(deploy);
        CHECK_FALSE(asks(kP, deploy));
    }
    CHECK_FALSE(asks(kM, "EXECUTE s;\nUPDATE t SET a = 1;"));
    CHECK_FALSE(asks(kM, "SET sql_mode = 'ANSI_QUOTES';\nUPDATE t SET a = 1;"));
}

TEST_CASE("lint takes keys along with their columns") {
    constexpr std::string_view kRenamed =
        "CREATE TABLE o (id INT PRIMARY KEY, a INT);\nALTER TABLE o RENAME COLUMN id TO o_id;";
    constexpr std::string_view kChanged =
        "CREATE TABLE o (id INT PRIMARY KEY, a INT);\nALTER TABLE o CHANGE id o_id BIGINT;";
    constexpr std::string_view kAgain =
        "CREATE TABLE o (id INT PRIMARY KEY, a INT);\nALTER TABLE o DROP COLUMN id;\n"
        "ALTER TABLE o ADD COLUMN id INT;";
    constexpr std::string_view kChild =
        "CREATE TABLE c (o INT, FOREIGN KEY (o) REFERENCES o (o_id));";
    constexpr std::string_view kOther =
        "CREATE TABLE c (o INT, FOREIGN KEY (o) REFERENCES o (id));";
    for (const Engine engine : {kP, kM}) {
        hold({{"parent-without-key",
               engine,
               {.deploy = kChild, .earlier = kRenamed},
               {.deploy = kOther, .earlier = kAgain}}});
    }
    hold({{"parent-without-key", kM, {.deploy = kChild, .earlier = kChanged}, {}},
          {"add-unique",
           kP,
           {.deploy = "CREATE UNIQUE INDEX u ON t (a);",
            .earlier = "CREATE TABLE t (a int, b int, UNIQUE (a));\nALTER TABLE t DROP COLUMN b;"},
           {.deploy = "CREATE UNIQUE INDEX u ON t (a);",
            .earlier =
                "CREATE TABLE t (a int, b int, UNIQUE (a, b));\nALTER TABLE t DROP COLUMN b;"}}});
}

TEST_CASE("lint knows that functions of the plan may fill columns") {
    constexpr std::string_view kFill =
        "CREATE TABLE t (id INT PRIMARY KEY);\nCREATE TABLE o (id INT);\n"
        "CREATE FUNCTION fill() RETURNS INT DETERMINISTIC RETURN 1;";
    hold({{"add-unique",
           kM,
           {.deploy = "ALTER TABLE t ADD COLUMN c INT;\nSELECT now();\n"
                      "CREATE UNIQUE INDEX u ON t (c);",
            .earlier = kFill},
           {.deploy = "ALTER TABLE t ADD COLUMN c INT;\nSELECT fill();\n"
                      "CREATE UNIQUE INDEX u ON t (c);",
            .earlier = kFill}},
          {"add-unique",
           kM,
           {},
           {.deploy = "ALTER TABLE t ADD COLUMN c INT;\nINSERT INTO o SELECT fill();\n"
                      "CREATE UNIQUE INDEX u ON t (c);",
            .earlier = kFill}}});
}

TEST_CASE("lint takes the clauses of a statement as the server does") {
    hold({{"duplicate-column",
           kP,
           {.deploy = "ALTER TABLE t ADD COLUMN a text, DROP COLUMN a;", .earlier = kTable},
           {.deploy = "ALTER TABLE t ADD COLUMN a text, DROP COLUMN b;", .earlier = kTable}},
          {"duplicate-column",
           kM,
           {.deploy = "ALTER TABLE t ADD COLUMN a TEXT, DROP COLUMN a;", .earlier = kTable},
           {}},
          {"duplicate-column",
           kM,
           {.deploy = "ALTER TABLE t ADD COLUMN a TEXT, CHANGE a old_a INT;", .earlier = kTable},
           {.deploy = "ALTER TABLE t ADD COLUMN a TEXT, CHANGE a a BIGINT;", .earlier = kTable}},
          {"missing-column",
           kP,
           {.deploy = "ALTER TABLE t ADD COLUMN a text, DROP COLUMN a;\n"
                      "ALTER TABLE t ALTER a SET NOT NULL;",
            .earlier = kTable},
           {}}});
}

TEST_CASE("lint doubts that a column is empty where rows are changed unseen") {
    const auto speaks = [](std::string_view rule, std::string_view deploy) {
        return !look(*find_rule(rule), kP, {.deploy = deploy, .earlier = kTable}).empty();
    };
    const std::string add = "ALTER TABLE t ADD COLUMN c int;\n";
    const std::string index = ";\nCREATE UNIQUE INDEX u ON t (c);";
    const std::string empty = "TRUNCATE t;\n";
    const std::string check = ";\nALTER TABLE t ADD CONSTRAINT k CHECK (a > 0);";
    CHECK_FALSE(speaks("add-unique", add + "SELECT 1" + index));
    CHECK_FALSE(speaks("add-unique", add + "DO $$ BEGIN UPDATE other SET c = 1; END $$" + index));
    CHECK_FALSE(speaks("add-check", empty + "SELECT 1" + check));
    for (const std::string fills : {
             "DO $$ BEGIN UPDATE t SET c = 1; END $$",
             "DO $$ BEGIN PERFORM fill(); END $$",
             "SELECT fill_all()",
             "CALL fill_all()",
             "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET c = 1 "
             "WHEN NOT MATCHED THEN INSERT (id) VALUES (1)",
             "WITH x AS (UPDATE t SET c = 1 RETURNING 1) SELECT count(*) FROM x",
             "WITH x AS (INSERT INTO t (id) VALUES (1) RETURNING 1) SELECT count(*) FROM x",
         }) {
        CAPTURE(fills);
        CHECK(speaks("add-unique", add + fills + index));
        CHECK(speaks("add-check", empty + fills + check));
    }
}

TEST_CASE("recipes of lint keep what the statement says") {
    struct Case {
        std::string_view rule;
        Engine engine;
        Sample sample;
        std::string_view has;
    };
    const Case cases[] = {
        {"narrow-type",
         kP,
         {.deploy = "ALTER TABLE t ALTER b TYPE varchar(10);", .earlier = kTable},
         "max(char_length(b))"},
        {"add-foreign-key",
         kP,
         {.deploy =
              "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES w (id) ON DELETE SET "
              "NULL ON UPDATE CASCADE DEFERRABLE;"},
         "(id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE NOT VALID"},
        {"inline-references",
         kM,
         {.deploy = "ALTER TABLE t ADD g INT REFERENCES `groups` (`key`) ON DELETE SET NULL;"},
         "REFERENCES `groups` (`key`) ON DELETE SET NULL"},
        {"modify-not-null",
         kM,
         {.deploy = "ALTER TABLE t CHANGE b c VARCHAR(20) NOT NULL;", .earlier = kTable},
         "WHERE b IS NULL"},
        {"convert-charset",
         kM,
         {.deploy = "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;",
          .earlier = kTable},
         "COLLATE utf8mb4_bin"},
        {"change-column-copies",
         kM,
         {.deploy = "ALTER TABLE t MODIFY a BIGINT NOT NULL DEFAULT 5 COMMENT 'c' AFTER id;",
          .earlier = kTable},
         "a_new bigint NOT NULL DEFAULT 5 COMMENT 'c'"},
        {"change-column-copies",
         kM,
         {.deploy = "ALTER TABLE t CHANGE a aa BIGINT;", .earlier = kTable},
         "RENAME COLUMN a TO a_old, RENAME COLUMN aa_new TO aa"},
        {"enum-value-inserted",
         kM,
         {.deploy = "ALTER TABLE m MODIFY a ENUM('x','z','y') NOT NULL DEFAULT 'x' COMMENT 'c';",
          .earlier = "CREATE TABLE m (a ENUM('x','y') NOT NULL DEFAULT 'x' COMMENT 'c');"},
         "ENUM('x','y','z') NOT NULL DEFAULT 'x' COMMENT 'c'"},
        {"set-not-null",
         kP,
         {.deploy = "ALTER TABLE t ALTER \"order\" SET NOT NULL;"},
         "(\"order\" IS NOT NULL)"},
        {"change-column-type",
         kP,
         {.deploy = "ALTER TABLE t ALTER a TYPE \"Lim\";"},
         "a_new \"Lim\""},
        {"add-unique",
         kP,
         {.deploy = "CREATE UNIQUE INDEX u ON t (a);", .earlier = kTable},
         "WHERE a IS NOT NULL"},
        {"add-primary-key",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS IDENTITY PRIMARY KEY;",
          .earlier = "CREATE TABLE t (a int);"},
         "-- add column c as it is here, without PRIMARY KEY"},
        {"add-primary-key",
         kP,
         {.deploy = "ALTER TABLE t ADD COLUMN c int PRIMARY KEY;",
          .earlier = "CREATE TABLE t (a int);"},
         "ALTER TABLE t ADD COLUMN c int"},
        {"function-on-column",
         kP,
         {.deploy = "UPDATE t SET b = '' WHERE date_trunc('day)', a) = now();",
          .earlier = "CREATE TABLE t (a timestamp, b text);\nCREATE INDEX i ON t (a);"},
         "an index on date_trunc('day)', a)"},
        {"column-position",
         kM,
         {.deploy = "ALTER TABLE t ADD COLUMN c INT AFTER hereafter;",
          .earlier = "CREATE TABLE t (id INT PRIMARY KEY, hereafter INT, b INT);",
          .version = "8.0.20"},
         "ADD COLUMN c INT, ALGORITHM"},
        {"change-column-copies",
         kM,
         {.deploy = "ALTER TABLE t MODIFY id BIGINT NOT NULL AUTO_INCREMENT COMMENT 'a key';",
          .earlier = kTable},
         "id_new BIGINT COMMENT 'a key',"},
        {"change-column-copies",
         kM,
         {.deploy = "ALTER TABLE t MODIFY a BIGINT UNIQUE NOT NULL DEFAULT 0;", .earlier = kTable},
         "a_new BIGINT NOT NULL DEFAULT 0,"},
        {"parent-without-key",
         kP,
         {.deploy = "CREATE TABLE c (o int REFERENCES p (\"Id\"));",
          .earlier = "CREATE TABLE p (\"Id\" int);"},
         "ADD UNIQUE (\"Id\")"},
        {"concurrently-if-not-exists",
         kP,
         {.deploy = "create index concurrently if not exists i on t (a);"},
         "create index concurrently i on t"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.rule);
        CAPTURE(each.sample.deploy);
        const auto found = look(*find_rule(each.rule), each.engine, each.sample);
        REQUIRE_FALSE(found.empty());
        CAPTURE(found.front().recipe);
        CHECK(kedge::to_lower_ascii(found.front().recipe).find(kedge::to_lower_ascii(each.has)) !=
              std::string::npos);
    }
    {
        const auto recipe = [](std::string_view last) {
            const std::string text = "-- kedge: no-transaction\nSELECT 1;\n" + std::string(last);
            const auto hits = look(*find_rule("not-repeatable"), kP, {.deploy = text});
            REQUIRE_FALSE(hits.empty());
            return hits.front().recipe;
        };
        // Dropped, it would take its index along.
        CHECK(recipe("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX c;").empty());
        CHECK(recipe("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;").find(";;") ==
              std::string::npos);
    }
    // The line of the statement, not of the comment before it.
    const auto found = look(*find_rule("insert-without-columns"), kP,
                            {.deploy = "SELECT 1;\n/* one\ntwo */\nINSERT INTO a VALUES (1);"});
    REQUIRE(found.size() == 1);
    CHECK(found.front().where.line == 4);
}

TEST_CASE("lint tells one thing once, and how bad it is") {
    const auto count = [](std::string_view id, Engine engine, const Sample& sample) {
        return look(*find_rule(id), engine, sample).size();
    };
    CHECK(count("drop-cascade", kP, {.deploy = "DROP TABLE a, b, c CASCADE;"}) == 1);

    const auto severity = [](std::string_view id, Engine engine, const Sample& sample) {
        const auto found = look(*find_rule(id), engine, sample);
        REQUIRE_FALSE(found.empty());
        return found.front().severity;
    };
    // Sqitch's template: there is nothing that the DDL could commit.
    CHECK(severity("commit-within-transaction", kM,
                   {.deploy = "BEGIN;\nCREATE TABLE t (id INT);\nCOMMIT;"}) == Severity::note);
    CHECK(severity("commit-within-transaction", kM,
                   {.deploy = "BEGIN;\nCREATE TABLE t (id INT);\nINSERT INTO u VALUES (1);\n"
                              "COMMIT;"}) == Severity::error);
    CHECK(severity("drop-schema", kP, {.deploy = "DROP SCHEMA app;"}) == Severity::warning);
    CHECK(severity("add-foreign-key", kP,
                   {.deploy = "ALTER TABLE t ADD COLUMN c int REFERENCES p;"}) == Severity::note);
    CHECK(severity("add-foreign-key", kP,
                   {.deploy = "ALTER TABLE t ADD COLUMN c int DEFAULT 1 REFERENCES p;"}) ==
          Severity::warning);
    CHECK(severity("drop-schema", kP, {.deploy = "DROP SCHEMA app CASCADE;"}) == Severity::error);
}

TEST_CASE("lint speaks of what it missed") {
    const auto speaks = [](std::string_view id, Engine engine, const Sample& sample) {
        CAPTURE(sample.deploy);
        CHECK_FALSE(look(*find_rule(id), engine, sample).empty());
    };
    speaks("not-repeatable", kP,
           {.deploy = "-- kedge: no-transaction\nCREATE INDEX CONCURRENTLY ON t (a);"});
    speaks("not-repeatable", kP,
           {.deploy = "-- kedge: no-transaction\nSELECT 1;\n"
                      "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;"});
    speaks("rename-table", kP, {.deploy = "ALTER TABLE t SET SCHEMA other;"});
    speaks("naming", kM, {.deploy = "CREATE DATABASE Shop;", .parameters = "schema = ^[a-z]+$"});
}

TEST_CASE("lint tells a table from a routine of its name") {
    for (const std::string_view rule : {"large-table", "object-owner"}) {
        hold({{rule,
               kP,
               {.deploy = "DROP FUNCTION orders(int);",
                .live = "orders 2000 alice",
                .parameters = rule == "large-table" ? "rows = 1000" : "owner = bob"},
               {.deploy = "ALTER TABLE orders ADD COLUMN a int;",
                .live = "orders 2000 alice",
                .parameters = rule == "large-table" ? "rows = 1000" : "owner = bob"}}});
    }
}

TEST_CASE("lint finds a column that is made twice") {
    const Rule* rule = find_rule("duplicate-column");
    REQUIRE(rule != nullptr);
    struct Case {
        Engine engine;
        Sample sample;
        bool speaks;
    };
    const Case cases[] = {
        {kP, {.deploy = "CREATE TABLE t (a int, a text);"}, true},
        {kM, {.deploy = "CREATE TABLE t (a INT, A TEXT);"}, true},
        {kP, {.deploy = "CREATE TABLE t (a int, \"A\" text);"}, false},
        {kP, {.deploy = "CREATE VIEW v (a, a) AS SELECT 1, 2;"}, true},
        {kM, {.deploy = "CREATE VIEW v (a, a) AS SELECT 1, 2;"}, true},
        {kP, {.deploy = "ALTER TABLE t ADD COLUMN a int;", .earlier = kTable}, true},
        {kP, {.deploy = "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;", .earlier = kTable}, false},
        {kM, {.deploy = "ALTER TABLE t ADD COLUMN a INT;", .earlier = kTable}, true},
        {kP,
         {.deploy = "SET search_path = x;\nALTER TABLE t ADD a int;", .earlier = kTable},
         false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.sample.deploy);
        CHECK(look(*rule, each.engine, each.sample).empty() == !each.speaks);
    }
}
