// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "script/mysql/dialect.hpp"
#include "script/mysql/lock_tables.hpp"
#include "script/mysql/sql_mode.hpp"
#include "script/mysql/statement_kind.hpp"

using kedge::script::Control;
using kedge::script::mysql::head_of;
using kedge::script::mysql::lock_tables_with;
using kedge::script::mysql::MysqlDialect;
using kedge::script::mysql::SqlMode;
using kedge::script::mysql::title_of;

namespace {

void check_all(Control wanted, std::initializer_list<const char*> statements) {
    for (const char* statement : statements) {
        CAPTURE(statement);
        CHECK(MysqlDialect().control(statement) == wanted);
    }
}

/// The queries of a settlement, one a line; `again` for one that simply runs again.
std::string looks(std::string_view statement) {
    const auto settlement = MysqlDialect().settlement(statement);
    if (!settlement) return "again";
    std::string out = settlement->is_unknowable ? "unknowable" : "";
    for (const auto& look : settlement->looks) out += (out.empty() ? "" : "; ") + look.query;
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("mysql statements");

TEST_CASE("transaction commands") {
    check_all(Control::begin, {"BEGIN", "begin work", "START TRANSACTION READ ONLY",
                               "SET autocommit=0", "set @@session.autocommit = off",
                               "SET NAMES utf8mb4, autocommit := 0", "/*!40000 BEGIN */"});
    check_all(Control::commit, {"COMMIT", "COMMIT WORK", "SET autocommit = 1",
                                "SET SESSION autocommit = ON", "SET @@autocommit = DEFAULT"});
    check_all(Control::rollback, {"ROLLBACK", "ROLLBACK WORK", "rollback and no chain"});
    check_all(Control::none, {"ROLLBACK TO a", "ROLLBACK WORK TO SAVEPOINT a", "SAVEPOINT a",
                              "RELEASE SAVEPOINT a"});
    check_all(Control::opaque, {"SET autocommit = @a"});
}

TEST_CASE("what the session keeps") {
    check_all(Control::session,
              {"SET @a = 1", "SET @autocommit = 0", "SET NAMES utf8mb4", "SET sql_mode = ''",
               "SET TRANSACTION READ ONLY", "SET SESSION TRANSACTION READ ONLY", "SET ROLE r",
               "USE shop", "PREPARE s FROM 'SELECT 1'", "DEALLOCATE PREPARE s", "DROP PREPARE s",
               "CREATE TEMPORARY TABLE t (a INT)", "CREATE OR REPLACE TEMPORARY TABLE t (a INT)",
               "DROP TEMPORARY TABLE t", "LOCK TABLES t WRITE", "UNLOCK TABLES",
               "SET GLOBAL a = 1, b = 2", "/*!40101 SET NAMES utf8 */"});
    check_all(Control::none, {"SET GLOBAL a = 1", "SET @@global.a = 1", "SET PERSIST a = 1",
                              "SET GLOBAL TRANSACTION READ ONLY"});
}

TEST_CASE("what commits by itself") {
    check_all(Control::outside,
              {"ALTER TABLE t ADD a INT",
               "CREATE TABLE t (a INT)",
               "CREATE INDEX i ON t (a)",
               "DROP TABLE t",
               "TRUNCATE t",
               "TRUNCATE TABLE t",
               "RENAME TABLE a TO b",
               "GRANT ALL ON a TO b",
               "REVOKE ALL ON a FROM b",
               "CREATE USER a",
               "SET PASSWORD = 'a'",
               "ANALYZE TABLE t",
               "ANALYZE LOCAL TABLE t",
               "OPTIMIZE TABLE t",
               "CHECK TABLE t",
               "REPAIR TABLE t",
               "FLUSH TABLES",
               "RESET MASTER",
               "CACHE INDEX t IN c",
               "LOAD INDEX INTO CACHE t",
               "INSTALL PLUGIN p SONAME 'x'",
               "UNINSTALL PLUGIN p",
               "CREATE PROCEDURE p() SELECT 1",
               "START SLAVE",
               "STOP REPLICA",
               "CHANGE MASTER TO MASTER_HOST = 'a'",
               "XA START 'a'",
               "/*!50001 CREATE VIEW v AS SELECT 1 */",
               "/*M!100 DROP TABLE t */",
               "SET STATEMENT lock_wait_timeout = 1 FOR ALTER TABLE t ADD a INT",
               "CREATE DEFINER = `a`@`b` TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET @a = 1",
               "SET DEFAULT ROLE ALL TO u",
               "/* c */ # d\n -- e\nDROP VIEW v",
               "IMPORT TABLE FROM 'a'"});
}

TEST_CASE("what may commit within") {
    check_all(Control::opaque, {"CALL p()", "EXECUTE s", "EXECUTE IMMEDIATE 'SELECT 1'",
                                "BEGIN NOT ATOMIC SELECT 1; END", "IF 1 THEN COMMIT; END IF",
                                "a: LOOP LEAVE a; END LOOP", "WHILE 0 DO SELECT 1; END WHILE",
                                "CASE 1 WHEN 1 THEN SELECT 1; END CASE", "FROBNICATE"});
}

TEST_CASE("the rest") {
    check_all(Control::none, {"SELECT 1",
                              "(SELECT 1) UNION (SELECT 2)",
                              "INSERT INTO t VALUES (1)",
                              "WITH a AS (SELECT 1) SELECT * FROM a",
                              "UPDATE t SET a = 1",
                              "DELETE FROM t",
                              "REPLACE INTO t VALUES (1)",
                              "LOAD DATA LOCAL INFILE 'a' INTO TABLE t",
                              "LOAD XML INFILE 'a' INTO TABLE t",
                              "SHOW TABLES",
                              "DESCRIBE t",
                              "EXPLAIN SELECT 1",
                              "ANALYZE FORMAT=JSON SELECT 1",
                              "ANALYZE SELECT 1",
                              "DO 1",
                              "HANDLER t OPEN",
                              "CHECKSUM TABLE t",
                              "VALUES ROW(1)",
                              "TABLE t",
                              "XA RECOVER",
                              "RESET PERSIST",
                              "",
                              "SET STATEMENT a = 1 FOR SELECT 1"});
}

TEST_CASE("titles") {
    CHECK(title_of(head_of("alter table t add a int")) == "ALTER TABLE");
    CHECK(title_of(head_of("CREATE DEFINER=a@b PROCEDURE p() SELECT 1")) == "CREATE PROCEDURE");
    CHECK(title_of(head_of("CREATE UNIQUE INDEX i ON t (a)")) == "CREATE INDEX");
    CHECK(title_of(head_of("CALL p()")) == "CALL");
    CHECK(title_of(head_of("BEGIN NOT ATOMIC END")) == "BEGIN NOT ATOMIC");
}

TEST_CASE("settlements of tables") {
    CHECK(looks("CREATE TABLE `a b`.t (x INT)") == "SHOW CREATE TABLE `a b`.`t`");
    CHECK(looks("CREATE TABLE t LIKE u") == "SHOW CREATE TABLE `t`");
    CHECK(looks("CREATE TABLE IF NOT EXISTS t (x INT)") == "again");
    CHECK(looks("CREATE OR REPLACE TABLE t (x INT)") == "SHOW CREATE TABLE `t`");
    CHECK(looks("CREATE TABLE \"t\" (x INT)") == "SHOW CREATE TABLE `t`");
    CHECK(looks("DROP TABLE a, b.c") == "SHOW CREATE TABLE `a`; SHOW CREATE TABLE `b`.`c`");
    CHECK(looks("DROP TABLE IF EXISTS a") == "again");
    CHECK(looks("ALTER TABLE t ADD x INT, RENAME INDEX a TO b") == "SHOW CREATE TABLE `t`");
    CHECK(looks("ALTER TABLE t RENAME TO s.u") ==
          "SHOW CREATE TABLE `t`; SHOW CREATE TABLE `s`.`u`");
    CHECK(looks("ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u") ==
          "unknowable; SHOW CREATE TABLE `t`; SHOW CREATE TABLE `u`");
    CHECK(looks("ALTER ONLINE TABLE IF EXISTS t FORCE") == "SHOW CREATE TABLE `t`");
    CHECK(looks("RENAME TABLE a TO b, c TO d") ==
          "SHOW CREATE TABLE `a`; SHOW CREATE TABLE `b`; SHOW CREATE TABLE `c`; SHOW CREATE TABLE "
          "`d`");
    CHECK(looks("RENAME TABLE a TO x, b TO a, x TO b") ==
          "unknowable; SHOW CREATE TABLE `a`; SHOW CREATE TABLE `b`");
    CHECK(looks("CREATE UNIQUE INDEX i USING BTREE ON s.t (x)") == "SHOW CREATE TABLE `s`.`t`");
    CHECK(looks("CREATE SPATIAL INDEX i ON t (x)") == "SHOW CREATE TABLE `t`");
    CHECK(looks("CREATE INDEX IF NOT EXISTS i ON t (x)") == "again");
    CHECK(looks("DROP INDEX i ON t") == "SHOW CREATE TABLE `t`");
    CHECK(looks("TRUNCATE TABLE s.t") ==
          "SELECT CREATE_TIME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 's' AND "
          "TABLE_NAME = 't'");
    CHECK(looks("TRUNCATE `it's`") ==
          "SELECT CREATE_TIME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
          "TABLE_NAME = 'it''s'");
    const auto settlement = MysqlDialect().settlement("DROP TABLE a, b");
    REQUIRE(settlement);
    CHECK(settlement->subject == "table `a`, table `b`");
    CHECK(settlement->looks.front().ignored == " AUTO_INCREMENT=");
}

TEST_CASE("settlements of other things") {
    CHECK(looks("CREATE VIEW v AS SELECT 1") == "SHOW CREATE VIEW `v`");
    CHECK(
        looks("CREATE ALGORITHM=MERGE DEFINER='a'@'%' SQL SECURITY INVOKER VIEW s.v AS SELECT 1") ==
        "SHOW CREATE VIEW `s`.`v`");
    CHECK(looks("CREATE OR REPLACE VIEW v AS SELECT 1") == "again");
    CHECK(looks("ALTER VIEW v AS SELECT 1") == "again");
    CHECK(looks("DROP VIEW a, b") == "SHOW CREATE VIEW `a`; SHOW CREATE VIEW `b`");
    CHECK(looks("CREATE DEFINER = CURRENT_USER() TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET "
                "@a = 1") == "SHOW CREATE TRIGGER `t`");
    CHECK(looks("CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS x; END") ==
          "SHOW CREATE PROCEDURE `p`");
    CHECK(looks("CREATE FUNCTION f() RETURNS INT RETURN 1") == "SHOW CREATE FUNCTION `f`");
    CHECK(looks("CREATE FUNCTION f RETURNS STRING SONAME 'x.so'") ==
          "SELECT * FROM mysql.func WHERE name = 'f'");
    CHECK(looks("DROP FUNCTION IF EXISTS f") == "again");
    CHECK(looks("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1") == "SHOW CREATE EVENT `e`");
    CHECK(looks("ALTER EVENT e RENAME TO f") == "SHOW CREATE EVENT `e`; SHOW CREATE EVENT `f`");
    CHECK(looks("ALTER EVENT e DISABLE") == "again");
    CHECK(looks("CREATE SEQUENCE q START WITH 5") == "SHOW CREATE SEQUENCE `q`");
    CHECK(looks("CREATE SCHEMA d") == "SHOW CREATE DATABASE `d`");
    CHECK(looks("CREATE PACKAGE BODY p AS END") == "SHOW CREATE PACKAGE BODY `p`");
    CHECK(looks("CREATE USER 'a'@'h' IDENTIFIED BY 'x', b DEFAULT ROLE r, s") ==
          "SHOW CREATE USER 'a'@'h'; SHOW CREATE USER b");
    CHECK(looks("CREATE USER IF NOT EXISTS a") == "again");
    CHECK(looks("ALTER USER a IDENTIFIED BY 'x'") == "again");
    CHECK(looks("DROP USER a@localhost, b") == "SHOW CREATE USER a@localhost; SHOW CREATE USER b");
    CHECK(looks("RENAME USER a TO b@h") == "SHOW CREATE USER a; SHOW CREATE USER b@h");
    CHECK(looks("CREATE ROLE r, s") == "SHOW GRANTS FOR r; SHOW GRANTS FOR s");
    CHECK(looks("GRANT SELECT ON t TO a") == "again");
    CHECK(looks("REVOKE SELECT ON t FROM a, b@h") == "SHOW GRANTS FOR a; SHOW GRANTS FOR b@h");
    CHECK(looks("CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')") ==
          "SELECT * FROM mysql.servers WHERE Server_name = 's'");
    CHECK(looks("DROP TABLESPACE x") ==
          "SELECT FILE_NAME FROM information_schema.FILES WHERE TABLESPACE_NAME = 'x'");
    CHECK(looks("INSTALL PLUGIN p SONAME 'x'") ==
          "SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'p'");
    for (const char* statement :
         {"ANALYZE TABLE t", "OPTIMIZE TABLE t", "FLUSH TABLES", "SET PASSWORD = 'a'", "SELECT 1",
          "ALTER DATABASE d COMMENT 'x'"}) {
        CAPTURE(statement);
        CHECK(looks(statement) == "again");
    }
    for (const char* statement : {"CALL p()", "EXECUTE s", "SHUTDOWN", "XA START 'a'"}) {
        CAPTURE(statement);
        CHECK(looks(statement) == "unknowable");
    }
}

TEST_CASE("characteristics") {
    const MysqlDialect dialect;
    CHECK(dialect.characteristics("START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT") ==
          "READ ONLY, WITH CONSISTENT SNAPSHOT");
    CHECK(dialect.characteristics("BEGIN").empty());
}

TEST_CASE("one more table is locked") {
    CHECK(lock_tables_with("LOCK TABLES a READ", "`j`") == "LOCK TABLES a READ, `j` WRITE");
    CHECK(lock_tables_with("lock table a as b write /* c */ -- d", "`s`.`j`") ==
          "lock table a as b write, `s`.`j` WRITE /* c */ -- d");
    CHECK(lock_tables_with("LOCK TABLES a READ WAIT 5", "j") ==
          "LOCK TABLES a READ, j WRITE WAIT 5");
    CHECK(lock_tables_with("LOCK TABLES a READ NOWAIT;", "j") ==
          "LOCK TABLES a READ, j WRITE NOWAIT;");
    CHECK(lock_tables_with("UNLOCK TABLES", "j") == "UNLOCK TABLES");
}

TEST_CASE("sql_mode is followed") {
    SqlMode mode("STRICT_ALL_TABLES");
    const auto shown = [&](const char* statement) {
        mode.note(statement);
        return std::string(mode.modes().ansi_quotes ? "A" : "-") +
               (mode.modes().no_backslash_escapes ? "N" : "-");
    };
    CHECK(shown("SET sql_mode = 'ansi_quotes,strict_all_tables'") == "A-");
    CHECK(shown("SET @o = @@sql_mode, SESSION sql_mode = NO_BACKSLASH_ESCAPES") == "-N");
    CHECK(shown("SET @@sql_mode := CONCAT(@@sql_mode, ',ANSI')") == "AN");
    CHECK(shown("SET sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')") == "A-");
    CHECK(shown("SET GLOBAL sql_mode = ''") == "A-");
    CHECK(shown("SET @@local.sql_mode = 1048576") == "-N");
    CHECK(shown("SET sql_mode = f()") == "-N");
    CHECK(shown("/*!40101 SET SQL_MODE = @o */") == "A-");
    CHECK(shown("SET sql_mode = DEFAULT") == "--");
    CHECK(shown("SELECT 'SET sql_mode = ANSI'") == "--");
}

TEST_SUITE_END();
