// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "script/mysql/dialect.hpp"

using kedge::script::mysql::MysqlDialect;

TEST_SUITE("mysql undo") {
    TEST_CASE("what shows how to take it back") {
        struct Case {
            std::string statement;
            std::vector<std::string> steps;
            std::string creates = {};
            std::string changes = {};
        };
        const std::vector<Case> cases = {
            {"CREATE TABLE a (id INT)", {"DROP TABLE `a`"}, "`a`"},
            {"CREATE TABLE `s`.`a b` LIKE c", {"DROP TABLE `s`.`a b`"}, "`s`.`a b`"},
            {"CREATE UNIQUE INDEX i ON a (id)", {"DROP INDEX `i` ON `a`"}, "", "`a`"},
            {"CREATE VIEW v AS SELECT 1", {"DROP VIEW `v`"}},
            {"CREATE ALGORITHM = MERGE DEFINER = u@h SQL SECURITY INVOKER VIEW v AS SELECT 1",
             {"DROP VIEW `v`"}},
            {"CREATE DEFINER=`root`@`%` PROCEDURE p() SELECT 1", {"DROP PROCEDURE `p`"}},
            {"CREATE FUNCTION f() RETURNS INT RETURN 1", {"DROP FUNCTION `f`"}},
            {"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", {"DROP EVENT `e`"}},
            {"CREATE SEQUENCE s", {"DROP SEQUENCE `s`"}},
            {"ALTER TABLE a ADD COLUMN x INT, ADD y DECIMAL(3, 2)",
             {"ALTER TABLE `a` DROP COLUMN `y`, DROP COLUMN `x`"},
             "",
             "`a`"},
            {"ALTER TABLE a ADD UNIQUE KEY k (x), ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES b "
             "(id)",
             {"ALTER TABLE `a` DROP FOREIGN KEY `c`, DROP INDEX `k`"},
             "",
             "`a`"},
            {"ALTER TABLE a ADD PRIMARY KEY (id)", {"ALTER TABLE `a` DROP PRIMARY KEY"}, "", "`a`"},
            {"RENAME TABLE a TO b, c TO d", {"RENAME TABLE `d` TO `c`", "RENAME TABLE `b` TO `a`"}},
            {"INSERT INTO a VALUES (1)", {}, "", "`a`"},
            {"REPLACE a SET id = 1", {}, "", "`a`"},
            {"UPDATE LOW_PRIORITY a AS x SET id = 1", {}, "", "`a`"},
            {"DELETE FROM a WHERE id = 1", {}, "", "`a`"},
            {"TRUNCATE TABLE a", {}, "", "`a`"},
            {"ALTER TABLE a MODIFY COLUMN x BIGINT", {}, "", "`a`"},
            {"SELECT 1", {}},
            {"SET @x = 1", {}},
            {"BEGIN", {}},
        };
        for (const Case& one : cases) {
            CAPTURE(one.statement);
            const auto undo = MysqlDialect().undo(one.statement);
            REQUIRE(undo);
            std::vector<std::string> steps;
            for (const auto& step : undo->steps) steps.push_back(step.sql);
            CHECK(steps == one.steps);
            CHECK(undo->creates == one.creates);
            CHECK(undo->changes == one.changes);
        }
    }

    TEST_CASE("what doesn't") {
        for (const char* statement :
             {"CREATE TABLE IF NOT EXISTS a (id INT)", "CREATE OR REPLACE TABLE a (id INT)",
              "CREATE OR REPLACE VIEW v AS SELECT 1", "DROP TABLE a", "DROP VIEW v", "CALL p()",
              "UPDATE a, b SET a.x = b.x", "DELETE a FROM a JOIN b", "GRANT SELECT ON a TO u",
              "ROLLBACK", "SELECT 1 INTO OUTFILE '/tmp/x'"}) {
            CAPTURE(statement);
            CHECK_FALSE(MysqlDialect().undo(statement));
        }
    }

    TEST_CASE("a trigger spreads the changes of rows") {
        const auto undo =
            MysqlDialect().undo("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1");
        REQUIRE(undo);
        CHECK(undo->spreads_changes);
        CHECK(undo->steps.front().sql == "DROP TRIGGER `t`");
    }

    TEST_CASE("the tables that a session is confined to") {
        const MysqlDialect dialect;
        CHECK(dialect.confines_session("LOCK TABLES a WRITE") == true);
        CHECK(dialect.confines_session("UNLOCK TABLES") == false);
        CHECK(dialect.confines_session("START TRANSACTION") == false);
        CHECK_FALSE(dialect.confines_session("SET autocommit = 0"));
        CHECK_FALSE(dialect.confines_session("SELECT 1"));
        CHECK(dialect.with_table("LOCK TABLES a WRITE", "j.k") == "LOCK TABLES a WRITE, j.k WRITE");
    }
}
