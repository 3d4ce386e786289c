"""MySQL scripts in all the shapes people write them in: (deploy, revert) by name.

The same kinds as in shapes.py as far as the mysql client has them, and what only it has.
"""

from __future__ import annotations

from project import whole

TRIGGER = """CREATE TABLE log (id INTEGER PRIMARY KEY AUTO_INCREMENT, what TEXT);
CREATE TABLE acc (id INTEGER PRIMARY KEY, name TEXT, kind INT, updated TEXT);
DELIMITER //
CREATE TRIGGER acc_ins BEFORE INSERT ON acc FOR EACH ROW
BEGIN
    IF NEW.kind IS NOT NULL THEN
        INSERT INTO log (what) VALUES (CASE NEW.kind WHEN 1 THEN 'one; 1' WHEN 2
            THEN CASE WHEN NEW.name = 'x' THEN 'x' ELSE 'end;' END
            ELSE 'many' END);
        SET NEW.updated = concat('begin', ';'); -- END;
        /* END; */ # END;
        IF NEW.kind < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'negative; no'; END IF;
    END IF;
END//
DELIMITER ;
CREATE TRIGGER `acc end` BEFORE DELETE ON acc FOR EACH ROW DELETE FROM log WHERE id = OLD.id;
INSERT INTO acc (id, name, kind) VALUES (1, 'x', 2), (2, 'y', 1), (3, 'z', NULL), (4, 'w', 9);
DELETE FROM acc WHERE id = 4;"""

SHAPES: dict[str, tuple[str, str]] = {
    "whole_transaction": (
        whole("CREATE TABLE w (a INT);\nINSERT INTO w VALUES (1);"),
        whole("DROP TABLE w;")),
    "no_transaction": (
        "CREATE TABLE n (a INT);\nINSERT INTO n VALUES (1);\nCREATE INDEX n_a ON n (a);\n",
        "DROP INDEX n_a ON n;\nDROP TABLE n;\n"),
    "begin_spellings": (
        "begin work;\ncreate table bs (a int);\ncommit work;\nSET autocommit = 0;\ninsert into bs values (1);\ncommit;\n",
        "  START TRANSACTION READ WRITE ;DROP TABLE bs; COMMIT AND NO CHAIN;"),
    "comments_everywhere": (
        "/* first\n ; BEGIN; */ -- dashes; here\nBEGIN /* why */ ; -- now\n"
        "CREATE /* x */ TABLE c -- name\n# a hash; too\n"
        "(a VARCHAR(9) /* ; */ DEFAULT '--', b VARCHAR(9) DEFAULT '/*', d INT); -- the end\n"
        "INSERT INTO c (d) VALUES (3--1);\nCOMMIT; -- really; end\n/* done */\n-- last",
        "-- only a comment first\n\nBEGIN;\nDROP TABLE c;\nCOMMIT;"),
    "versioned_comments": (
        "/*!40101 SET NAMES utf8mb4 */;\n/*!50003 CREATE TABLE vc (a INT) */;\n"
        "/*!99999 CREATE TABLE never (a INT) */;\nCREATE TABLE vc2 (a INT /*!50001 DEFAULT 4 */, b INT) /*! ENGINE=InnoDB */;\n"
        "INSERT INTO vc2 (b) VALUES /*! (1), */ (2);\nSELECT /*+ NO_INDEX_MERGE(vc2) */ a FROM vc2;\n",
        "/*!40000 DROP TABLE vc2 */;\n/*!DROP TABLE vc*/;\n"),
    "last_without_semicolon": (
        "CREATE TABLE l (a TEXT);\nINSERT INTO l VALUES ('x;y')",
        "DROP TABLE l"),
    "commit_without_semicolon": (
        "BEGIN;\nCREATE TABLE cw (a INT);\nINSERT INTO cw VALUES (1);\nCOMMIT",
        "BEGIN;\nDROP TABLE cw;\nCOMMIT"),
    "strings": (
        whole("CREATE TABLE s (`a;b` TEXT, `c``d` TEXT, `e\"f` TEXT);\n"
              "INSERT INTO s VALUES ('it''s; BEGIN;', 'two\nlines; COMMIT;\n"
              "', ''';'''), ('\"', '--', '/*'), (';', '*/', '\\\\'), ('\\'; \\\\', \"a\\\"; b\"\";\", _utf8mb4 'é;'),\n"
              "('joined; ' 'over '\n  'lines', x'3B', 0x3b), (b'111011', N'n;', '#'), ('%\\_', '\\%', '\\n\\t\\Z');"),
        whole("DROP TABLE s;")),
    "strings_ansi": (
        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';\nCREATE TABLE \"s a\" (\"a;b\" TEXT);\n"
        "INSERT INTO \"s a\" VALUES ('\\'), ('it''s; \\');\n",
        "SET SESSION sql_mode = ansi;\nDROP TABLE \"s a\";\n"),
    "triggers": (
        TRIGGER,
        whole("DROP TRIGGER acc_ins;\nDROP TABLE acc;\nDROP TABLE log;")),
    "routines": (
        "DELIMITER $$\n\nCREATE PROCEDURE fill(IN n INT)\nBEGIN\n    DECLARE i INT DEFAULT 0;\n"
        "    DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN SET @failed = 'yes;'; END;\n"
        "    one: WHILE i < n DO\n        SET i = i + 1;\n        IF i % 2 = 0 THEN ITERATE one; END IF;\n"
        "        INSERT INTO filled VALUES (i, CASE WHEN i > 3 THEN 'big; one' ELSE '$' END);\n"
        "    END WHILE one;\n    SELECT count(*) FROM filled;\nEND$$\n\n"
        "CREATE FUNCTION doubled(x INT) RETURNS INT DETERMINISTIC\n    RETURN x * 2$$\n\nDELIMITER ;\n\n"
        "CREATE TABLE filled (n INT, what TEXT);\nCALL fill(5);\nINSERT INTO filled VALUES (doubled(21), 'function');\n",
        "DROP FUNCTION doubled;\nDROP PROCEDURE IF EXISTS fill;\nDROP TABLE filled;\n"),
    "delimiters": (
        "delimiter ;;\nCREATE TABLE d1 (a INT);;\nCREATE TRIGGER d1_b BEFORE INSERT ON d1 FOR EACH ROW BEGIN SET NEW.a = 1; END;;\n"
        "DELIMITER END_OF_IT\nCREATE TABLE d2 (a TEXT)END_OF_IT\nINSERT INTO d2 VALUES (';')\nEND_OF_IT\n"
        "  Delimiter |\nINSERT INTO d1 VALUES (3)| INSERT INTO d1 VALUES (4)|\nDELIMITER ;\nINSERT INTO d1 VALUES (5);\n",
        "DELIMITER //\nDROP TABLE d1//\nDROP TABLE d2\n//\n"),
    "one_statement_bodies": (
        "CREATE TABLE ob (a INT);\nCREATE TRIGGER ob_t BEFORE INSERT ON ob FOR EACH ROW SET NEW.a = NEW.a + 1;\n"
        "CREATE PROCEDURE ob_p() INSERT INTO ob VALUES (1);\nCALL ob_p;\nCALL ob_p();\n",
        "DROP PROCEDURE ob_p;\nDROP TABLE ob;\n"),
    "events": (
        "DELIMITER //\nCREATE EVENT ev ON SCHEDULE EVERY 1 DAY STARTS '2038-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE\n"
        "COMMENT 'daily; at night' DO BEGIN DELETE FROM evt; DELETE FROM evt; END//\nDELIMITER ;\nCREATE TABLE evt (a INT);\n",
        "DROP EVENT ev;\nDROP TABLE evt;\n"),
    "views": (
        "CREATE TABLE vt (a INT, b TEXT);\nCREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW vv AS SELECT a AS `end`, b FROM vt"
        " WHERE b <> ';' WITH CHECK OPTION;\nCREATE VIEW vw AS SELECT `end` + 1 AS n FROM vv;\nALTER VIEW vw AS SELECT `end` + 2 AS n FROM vv;\n",
        "DROP VIEW vw, vv;\nDROP TABLE vt;\n"),
    "temporary_table_of_the_session": (
        "CREATE TEMPORARY TABLE kept (x INT);\nINSERT INTO kept VALUES (3), (4);\n"
        "CREATE TABLE ttk AS SELECT sum(x) AS x FROM kept;\nDROP TEMPORARY TABLE kept;\n",
        "CREATE TEMPORARY TABLE kept (y TEXT);\nDROP TABLE ttk;\nDROP TABLE kept;\n"),
    "session_settings": (
        "SET NAMES utf8mb4;\nSET foreign_key_checks = 0;\nSET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION', @old = 3;\n"
        "CREATE TABLE sb (id INTEGER PRIMARY KEY, r INT, d DATE, FOREIGN KEY (r) REFERENCES sb2(id));\n"
        "INSERT INTO sb VALUES (@old, 1, '0000-00-00');\nCREATE TABLE sb2 (id INTEGER PRIMARY KEY);\nSET foreign_key_checks = 1;\n",
        "SET @@session.foreign_key_checks = OFF;\nDROP TABLE sb2;\nDROP TABLE sb;\n"),
    "table_rebuilt": (
        "CREATE TABLE tr (id INTEGER PRIMARY KEY, a INT, b INT);\nINSERT INTO tr VALUES (1, 2, 3);\n"
        "CREATE TABLE tr_new LIKE tr;\nALTER TABLE tr_new DROP COLUMN b, MODIFY a VARCHAR(20) NOT NULL, ADD KEY (a);\n"
        "INSERT INTO tr_new SELECT id, a FROM tr;\nRENAME TABLE tr TO tr_old, tr_new TO tr;\nDROP TABLE tr_old;\n",
        "DROP TABLE tr;\n"),
    "alter_in_many_ways": (
        "CREATE TABLE am (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(9), KEY ka (a)) COMMENT='old; one';\n"
        "INSERT INTO am (a) VALUES (1), (2);\nALTER TABLE am ADD c INT FIRST, CHANGE b bb VARCHAR(20) AFTER c, DROP KEY ka;\n"
        "ALTER TABLE am ADD UNIQUE u (a), ALTER c SET DEFAULT 5, COMMENT 'new', AUTO_INCREMENT = 100, ALGORITHM=COPY;\n"
        "INSERT INTO am (a) VALUES (3);\nALTER TABLE am RENAME TO am2;\nCREATE INDEX ia ON am2 (a, c);\n",
        "DROP INDEX ia ON am2;\nTRUNCATE TABLE am2;\nDROP TABLE am2;\n"),
    "two_transactions": (
        "BEGIN;\n\nCREATE TABLE t2 (a INT);\n\nCOMMIT;\nBEGIN;\n\nINSERT INTO t2 VALUES (1);\n"
        "INSERT INTO t2 VALUES (2);\n\nCOMMIT;\n",
        "BEGIN;\n\nDELETE FROM t2;\n\nCOMMIT;\nBEGIN;\n\nDROP TABLE t2;\n\nCOMMIT;\n"),
    "savepoints": (
        whole("CREATE TABLE sp (a INT);\nSTART TRANSACTION;\nSAVEPOINT one;\nINSERT INTO sp VALUES (1);\nROLLBACK TO one;\n"
              "INSERT INTO sp VALUES (2);\nRELEASE SAVEPOINT one;\nSAVEPOINT two;\nINSERT INTO sp VALUES (3);"),
        whole("DROP TABLE sp;")),
    "rolled_back_part": (
        "CREATE TABLE rb (a INT);\nBEGIN;\nINSERT INTO rb VALUES (1);\n"
        "ROLLBACK;\nBEGIN;\n\nINSERT INTO rb VALUES (2);\n\nCOMMIT;\n",
        whole("DROP TABLE rb;")),
    "not_inno": (
        "CREATE TABLE ni (a INT) ENGINE=MyISAM;\nBEGIN;\nINSERT INTO ni VALUES (1);\nROLLBACK;\nCREATE TABLE nm (a INT) ENGINE=MEMORY;\n",
        "DROP TABLE ni, nm;\n"),
    # FLUSH TABLES of all would wait on MySQL for the registry, which Sqitch keeps locked meanwhile.
    "admin_statements": (
        "CREATE TABLE ad (a INT PRIMARY KEY);\nINSERT INTO ad VALUES (1), (2);\nANALYZE TABLE ad;\nCHECK TABLE ad;\n"
        "OPTIMIZE TABLE ad;\nFLUSH TABLES ad;\nSHOW TABLES;\nDESCRIBE ad;\nEXPLAIN SELECT * FROM ad;\nLOCK TABLES ad WRITE;\n"
        "INSERT INTO ad VALUES (3);\nUNLOCK TABLES;\n",
        "DROP TABLE ad;\n"),
    "output_of_selects": (
        whole("CREATE TABLE os (a TEXT);\nINSERT INTO os VALUES ('a\tb'), (NULL);\nSELECT * FROM os;\n"
              "SELECT count(*) FROM os\\G\nSELECT 1\\g\nselect 2;"),
        whole("SELECT 'bye';\nDROP TABLE os;")),
    "generated_and_checked": (
        "CREATE TABLE gs (a INT NOT NULL, b VARCHAR(20) GENERATED ALWAYS AS (concat(a, ';')) STORED,\n"
        "  c INT AS (a * 2) VIRTUAL, d DATETIME(6), CONSTRAINT pos CHECK (a > 0));\nINSERT INTO gs (a) VALUES (4);\n"
        "ALTER TABLE gs DROP CONSTRAINT pos;\n",
        "DROP TABLE gs;\n"),
    "kinds_of_columns": (
        "CREATE TABLE kc (a TINYINT(1), b BIT(3), c DECIMAL(20, 6), d DOUBLE, e ENUM('x;', 'y'), f SET('p', 'q'), g JSON,\n"
        "  h BLOB, i YEAR, j TIMESTAMP NULL, k BINARY(3), l CHAR(4) CHARACTER SET latin1, m BIGINT UNSIGNED);\n"
        "INSERT INTO kc VALUES (TRUE, b'101', 1.5, 1e10, 'x;', 'p,q', '{\"a\": \"b;\"}', x'00ff3b', 2024, '2024-01-01 00:00:00',\n"
        "  'a', 'é', 18446744073709551615);\n",
        "DROP TABLE kc;\n"),
    "indexes": (
        "CREATE TABLE ix (a VARCHAR(99), b TEXT, g POINT NOT NULL, FULLTEXT ft (b));\n"
        "CREATE UNIQUE INDEX ix_a ON ix (a(10) DESC);\nCREATE SPATIAL INDEX ix_g ON ix (g);\nALTER TABLE ix ADD INDEX (b(5));\n",
        "DROP TABLE ix;\n"),
    "partitions": (
        "CREATE TABLE pt (d DATE NOT NULL, n INT) PARTITION BY RANGE (YEAR(d))\n"
        "(PARTITION p0 VALUES LESS THAN (2023), PARTITION p1 VALUES LESS THAN MAXVALUE);\n"
        "INSERT INTO pt VALUES ('2022-01-01', 1), ('2024-01-01', 2);\nALTER TABLE pt DROP PARTITION p0;\n",
        "DROP TABLE pt;\n"),
    "recursive_and_upsert": (
        whole("CREATE TABLE ru (n INTEGER PRIMARY KEY, c INT DEFAULT 0);\n"
              "INSERT INTO ru (n) WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20) SELECT n FROM s;\n"
              "INSERT INTO ru (n) VALUES (1) ON DUPLICATE KEY UPDATE c = c + 1;\nREPLACE INTO ru VALUES (2, 7);\n"
              "UPDATE ru, (SELECT 3 AS k) AS t SET ru.c = ru.n WHERE ru.n % t.k = 0;\nDELETE ru FROM ru WHERE n > 15 ORDER BY n;"
              .replace(" ORDER BY n;", ";")),
        whole("DROP TABLE ru;")),
    "autoincrement": (
        whole("CREATE TABLE ai (id INTEGER PRIMARY KEY AUTO_INCREMENT, a INT);\n"
              "INSERT INTO ai (a) VALUES (1), (2);\nDELETE FROM ai WHERE id = 2;"),
        whole("DROP TABLE ai;")),
    "empty_statements": (
        "BEGIN;\nCREATE TABLE es (a INT);\n\n\n   \nCOMMIT;\n\n",
        "\n\nDROP TABLE es;"),
    "only_comments": (
        "-- nothing to do on mysql\n/* nothing at all */\n# nor this\n",
        "-- nothing to undo\n"),
    "tabs_and_form_feeds": (
        "\tBEGIN\t;\n\tCREATE\tTABLE\ttf\t(a INT);\n\tCOMMIT\t;\t\n",
        "\r\nBEGIN;\r\nDROP TABLE tf;\r\nCOMMIT;\r\n"),
    "crlf": (
        "-- Windows\r\nBEGIN;\r\nCREATE TABLE cr (\r\n  a TEXT\r\n);\r\nINSERT INTO cr VALUES ('two\r\nlines');\r\n"
        "DELIMITER //\r\nCREATE PROCEDURE cr_p()\r\nBEGIN\r\n  SELECT 1;\r\nEND//\r\nDELIMITER ;\r\nCOMMIT;\r\n",
        "DROP PROCEDURE cr_p;\r\nDROP TABLE cr;\r\n"),
    "long_line": (
        whole("CREATE TABLE ll (a TEXT);\nINSERT INTO ll VALUES " + ", ".join(f"('{i};')" for i in range(4000)) + ";"),
        whole("DROP TABLE ll;")),
    "words_like_begin": (
        whole("CREATE TABLE `begin` (`end` TEXT, `commit` TEXT);\nINSERT INTO `begin` (`end`) VALUES ('BEGIN');\n"
              "CREATE TABLE case_study (id INT, trigger_name TEXT, ended TEXT, begin INT, end INT);\nSELECT CASE WHEN 1 THEN 'END' END;"),
        whole("DROP TABLE `begin`;\nDROP TABLE case_study;")),
    "source_include": (
        "BEGIN;\nsource shared/common.sql\nINSERT INTO inc VALUES ('from; deploy');\nCOMMIT;\n",
        whole("DROP TABLE inc;")),
    "source_nested": (
        "SOURCE shared/with space.sql;\n\\. shared/nested.sql\n",
        whole("DROP TABLE sp_inc;\nDROP TABLE deep;")),
    "user_variables": (
        "SET @a := 4, @`b c` = 'x;', @'d' = NULL;\nCREATE TABLE uv (n INT, t TEXT);\nINSERT INTO uv SELECT @a, @`b c`;\n"
        "BEGIN;\nSELECT @a := @a + 1;\nINSERT INTO uv VALUES (@a, @'d'), (LAST_INSERT_ID(), ROW_COUNT());\nCOMMIT;\n",
        "DROP TABLE uv;\n"),
    "prepared": (
        "SET @q = 'CREATE TABLE pr (a INT)';\nPREPARE s FROM @q;\nEXECUTE s;\nDEALLOCATE PREPARE s;\n"
        "PREPARE i FROM 'INSERT INTO pr VALUES (?)';\nSET @v = 3;\nEXECUTE i USING @v;\nDROP PREPARE i;\n",
        "DROP TABLE pr;\n"),
    "qualified_names": (
        "CREATE DATABASE IF NOT EXISTS beside;\nCREATE TABLE beside.x (a INT);\nINSERT INTO `beside`.`x` VALUES (1);\n"
        "CREATE TABLE qn AS SELECT * FROM beside . x;\nUSE beside\nCREATE TABLE y (a INT);\n",
        "DROP TABLE qn;\nDROP DATABASE beside;\n"),
    "ignored_and_if": (
        "CREATE TABLE IF NOT EXISTS ii (a INT PRIMARY KEY);\nCREATE TABLE IF NOT EXISTS ii (a INT);\nINSERT IGNORE INTO ii VALUES (1), (1);\n"
        "DROP TABLE IF EXISTS nowhere, ii2;\nDROP PROCEDURE IF EXISTS nothing;\n",
        "DROP TABLE IF EXISTS ii;\n"),
    "dumped": (
        "-- MySQL dump 10.13\n/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n/*!50503 SET NAMES utf8mb4 */;\n"
        "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\nDROP TABLE IF EXISTS `du`;\n"
        "CREATE TABLE `du` (\n  `id` int NOT NULL,\n  `t` text\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
        "LOCK TABLES `du` WRITE;\n/*!40000 ALTER TABLE `du` DISABLE KEYS */;\nINSERT INTO `du` VALUES (1,'a;\\nb'),(2,NULL);\n"
        "/*!40000 ALTER TABLE `du` ENABLE KEYS */;\nUNLOCK TABLES;\nDELIMITER ;;\n"
        "/*!50003 CREATE*/ /*!50003 TRIGGER `du_t` BEFORE INSERT ON `du` FOR EACH ROW BEGIN SET NEW.t = 'x;'; END */;;\nDELIMITER ;\n"
        "/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n",
        "DROP TABLE du;\n"),
    "unicode": (
        # Left alone, MariaDB's client speaks utf8mb3, and has no 😀.
        "SET NAMES utf8mb4;\nCREATE TABLE `ü;日` (`ä` VARCHAR(20) DEFAULT 'ß; 😀') COMMENT 'Grüße';\nINSERT INTO `ü;日` VALUES ('😀'), ('日本'), (_utf8mb4'é');\n",
        "DROP TABLE `ü;日`;\n"),
}

# Files that the scripts above bring in, relative to the project.
INCLUDES = {
    "shared/common.sql": "-- shared; part\nCREATE TABLE inc (a TEXT);\nINSERT INTO inc VALUES ('from; include');\n",
    "shared/with space.sql": "CREATE TABLE sp_inc (a INT);\n",
    "shared/nested.sql": "\\. shared/deeper/last.sql\n",
    "shared/deeper/last.sql": "BEGIN;\nCREATE TABLE deep (a INT);\nCOMMIT;\n",
}
