"""Scripts in all the shapes people write them in: (deploy, revert) by name.

Whole transactions, none at all, several; triggers, includes, dot-commands, comments
and strings at odd places.  A verify script is added by whoever uses them.
"""

from __future__ import annotations

from project import whole

TRIGGER = """CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
CREATE TABLE acc (id INTEGER PRIMARY KEY, name TEXT, kind INT, updated TEXT);
CREATE TRIGGER acc_ins AFTER INSERT ON acc
WHEN NEW.kind IS NOT NULL
BEGIN
    INSERT INTO log (what) VALUES (CASE NEW.kind WHEN 1 THEN 'one; 1' WHEN 2
        THEN CASE WHEN NEW.name = 'x' THEN 'x' ELSE 'end;' END
        ELSE 'many' END);
    UPDATE acc SET updated = 'begin' || ';' WHERE id = NEW.id; -- END;
    /* END; */ SELECT CASE WHEN NEW.kind < 0 THEN RAISE(ABORT, 'negative; no') END;
END;
CREATE TRIGGER "acc end" BEFORE DELETE ON acc FOR EACH ROW BEGIN DELETE FROM log WHERE id = OLD.id; END;
INSERT INTO acc (id, name, kind) VALUES (1, 'x', 2), (2, 'y', 1), (3, 'z', NULL), (4, 'w', 9);
DELETE FROM acc WHERE id = 4;"""


SHAPES: dict[str, tuple[str, str]] = {
    "whole_transaction": (
        whole("CREATE TABLE w (a);\nINSERT INTO w VALUES (1);"),
        whole("DROP TABLE w;")),
    "no_transaction": (
        "CREATE TABLE n (a);\nINSERT INTO n VALUES (1);\nCREATE INDEX n_a ON n (a);\n",
        "DROP INDEX n_a;\nDROP TABLE n;\n"),
    "begin_spellings": (
        "begin immediate transaction;\ncreate table bs (a);\nend transaction;\n",
        "  BEGIN EXCLUSIVE ;DROP TABLE bs; COMMIT TRANSACTION;"),
    "end_for_commit": (
        "BEGIN;\nCREATE TABLE e (a);\nEND;\n",
        "BEGIN TRANSACTION;\nDROP TABLE e;\nEND;\n"),
    "comments_everywhere": (
        "/* first\n ; BEGIN; */ -- dashes; here\nBEGIN /* why */ ; -- now\n"
        "CREATE /* x */ TABLE c -- name\n"
        "(a TEXT /* ; */ DEFAULT '--', b TEXT DEFAULT '/*'); -- the end\n"
        "COMMIT; -- really; end\n/* done */\n-- last",
        "-- only a comment first\n\nBEGIN;;\n;DROP TABLE c;;;\nCOMMIT;;"),
    "last_without_semicolon": (
        "CREATE TABLE l (a);\nINSERT INTO l VALUES ('x;y')",
        "DROP TABLE l"),
    "commit_without_semicolon": (
        "BEGIN;\nCREATE TABLE cw (a);\nCOMMIT",
        "BEGIN;\nDROP TABLE cw;\nCOMMIT"),
    "strings": (
        whole("CREATE TABLE s (\"a;b\" TEXT, [c;d] TEXT, `e;f` TEXT);\n"
              "INSERT INTO s VALUES ('it''s; BEGIN;', 'two\nlines; COMMIT;\n"
              "', ''';'''), ('\"', '--', '/*'), (';', '*/', '\\');"),
        whole("DROP TABLE s;")),
    "triggers": (
        whole(TRIGGER),
        whole("DROP TRIGGER acc_ins;\nDROP TABLE acc;\nDROP TABLE log;")),
    "triggers_without_transaction": (
        TRIGGER.replace("acc", "bcc").replace("log", "blog"),
        "DROP TABLE bcc;\nDROP TABLE blog;\n"),
    "temporary_trigger_and_view": (
        whole("CREATE TABLE tv (a);\nCREATE TEMP TABLE scratch AS SELECT 1 AS x;\n"
              "CREATE TEMPORARY TRIGGER tt AFTER INSERT ON tv BEGIN\n"
              "UPDATE tv SET a = a + (SELECT x FROM scratch); END;\nINSERT INTO tv VALUES (1);\n"
              "CREATE VIEW IF NOT EXISTS tvv AS SELECT a AS \"end\" FROM tv;"),
        whole("DROP VIEW tvv;\nDROP TABLE tv;")),
    "pragma_before_begin": (
        "PRAGMA foreign_keys = OFF;\n\nBEGIN;\n"
        "CREATE TABLE pb (id INTEGER PRIMARY KEY, r REFERENCES pb(id));\n"
        "INSERT INTO pb VALUES (1, 1);\nCOMMIT;\n\nPRAGMA foreign_keys = ON;\n",
        "PRAGMA foreign_keys=off;\nBEGIN;\nDROP TABLE pb;\nCOMMIT;\n"),
    "table_rebuilt": (
        "BEGIN;\n\nCREATE TABLE tr (id INTEGER PRIMARY KEY, a, b);\n"
        "INSERT INTO tr VALUES (1, 2, 3);\nCREATE VIEW trv AS SELECT a FROM tr;\n\nCOMMIT;\n"
        "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nBEGIN;\n\n"
        "CREATE TABLE tr_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL);\n"
        "INSERT INTO tr_new SELECT id, a FROM tr;\nDROP TABLE tr;\n"
        "ALTER TABLE tr_new RENAME TO tr;\nPRAGMA foreign_key_check;\n\nCOMMIT;\n",
        whole("DROP VIEW trv;\nDROP TABLE tr;")),
    "two_transactions": (
        "BEGIN;\n\nCREATE TABLE t2 (a);\n\nCOMMIT;\nBEGIN;\n\nINSERT INTO t2 VALUES (1);\n"
        "INSERT INTO t2 VALUES (2);\n\nCOMMIT;\n",
        "BEGIN;\n\nDELETE FROM t2;\n\nCOMMIT;\nBEGIN;\n\nDROP TABLE t2;\n\nCOMMIT;\n"),
    "savepoints": (
        whole("CREATE TABLE sp (a);\nSAVEPOINT one;\nINSERT INTO sp VALUES (1);\nROLLBACK TO one;\n"
              "INSERT INTO sp VALUES (2);\nRELEASE one;\nSAVEPOINT two;\nINSERT INTO sp VALUES (3);\n"
              "RELEASE SAVEPOINT two;"),
        whole("DROP TABLE sp;")),
    "rolled_back_part": (
        "BEGIN;\n\nCREATE TABLE rb (a);\n\nCOMMIT;\nBEGIN;\nINSERT INTO rb VALUES (1);\n"
        "ROLLBACK;\nBEGIN;\n\nINSERT INTO rb VALUES (2);\n\nCOMMIT;\n",
        whole("DROP TABLE rb;")),
    "vacuum_and_analyze": (
        "CREATE TABLE va (a PRIMARY KEY);\nINSERT INTO va VALUES (1), (2);\nANALYZE va;\n"
        "VACUUM;\n",
        "DROP TABLE va;\nDELETE FROM sqlite_stat1 WHERE tbl = 'va';\n"),
    "pragmas_in_the_file": (
        "PRAGMA user_version = 7;\nPRAGMA application_id = 1234;\n",
        "PRAGMA user_version = 0;\nPRAGMA application_id = 0;\n"),
    "read_include": (
        "BEGIN;\n.read shared/common.sql\nINSERT INTO inc VALUES ('from; deploy');\nCOMMIT;\n",
        whole("DROP TABLE inc;")),
    "read_include_quoted": (
        ".read 'shared/with space.sql'\n.read \"shared/nested.sql\"\n",
        whole("DROP TABLE sp_inc;\nDROP TABLE deep;")),
    "dot_commands": (
        ".headers on\n.mode column\nCREATE TABLE dc (a);\n.print created; fine\n"
        "SELECT 'x' AS a;\n.echo off\nINSERT INTO dc VALUES (1);\n.bail on\n",
        ".timeout 1000\nDROP TABLE dc;\n"),
    "output_of_selects": (
        whole("CREATE TABLE os (a);\nINSERT INTO os VALUES ('a,b'), ('c\"d');\nSELECT * FROM os;\n"
              "SELECT count(*) FROM os;"),
        whole("SELECT 'bye';\nDROP TABLE os;")),
    "generated_and_strict": (
        whole("CREATE TABLE gs (a INT NOT NULL, b TEXT GENERATED ALWAYS AS (a || ';') STORED,\n"
              "  c INT AS (a * 2)) STRICT;\n"
              "INSERT INTO gs (a) VALUES (4);\n"
              "CREATE TABLE wr (k TEXT PRIMARY KEY, v) WITHOUT ROWID;\n"
              "INSERT INTO wr VALUES ('k', x'00');"),
        whole("DROP TABLE gs;\nDROP TABLE wr;")),
    "partial_and_expression_index": (
        whole("CREATE TABLE pi (a, b);\n"
              "CREATE UNIQUE INDEX pi_x ON pi (lower(a), b DESC) WHERE b IS NOT NULL;"),
        whole("DROP TABLE pi;")),
    "recursive_and_upsert": (
        whole("CREATE TABLE ru (n INTEGER PRIMARY KEY, c INT DEFAULT 0);\n"
              "WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s\n"
              "WHERE n < 20) INSERT INTO ru (n) SELECT n FROM s WHERE true ON CONFLICT (n) DO UPDATE SET c = c + 1;\n"
              "UPDATE ru SET c = n FROM (SELECT 3 AS k) WHERE n % k = 0;"),
        whole("DROP TABLE ru;")),
    "fts_virtual_table": (
        whole("CREATE VIRTUAL TABLE ft USING fts5(title, body);\n"
              "INSERT INTO ft VALUES ('a;b', 'the words');"),
        whole("DROP TABLE ft;")),
    "autoincrement": (
        whole("CREATE TABLE ai (id INTEGER PRIMARY KEY AUTOINCREMENT, a);\n"
              "INSERT INTO ai (a) VALUES (1), (2);\nDELETE FROM ai WHERE id = 2;"),
        whole("DROP TABLE ai;")),
    "autoincrement_again": (
        whole("CREATE TABLE ai2 (id INTEGER PRIMARY KEY AUTOINCREMENT, a);\n"
              "INSERT INTO ai2 (a) SELECT 5;"),
        whole("DROP TABLE ai2;")),
    "empty_statements": (
        ";;;\nBEGIN;;\nCREATE TABLE es (a);;\n;\nCOMMIT;;\n;",
        ";DROP TABLE es;"),
    "only_comments": (
        "-- nothing to do on sqlite\n/* nothing at all */\n",
        "-- nothing to undo\n"),
    "tabs_and_form_feeds": (
        "\tBEGIN\t;\n\f\tCREATE\tTABLE\ttf\t(a);\n\tCOMMIT\t;\t\n",
        "\r\nBEGIN;\r\nDROP TABLE tf;\r\nCOMMIT;\r\n"),
    "long_line": (
        whole("CREATE TABLE ll (a);\nINSERT INTO ll VALUES " + ", ".join(f"('{i};')" for i in range(4000)) + ";"),
        whole("DROP TABLE ll;")),
    "words_like_begin": (
        whole("CREATE TABLE \"begin\" (\"end\" TEXT, \"commit\" TEXT);\n"
              "INSERT INTO \"begin\" (\"end\") VALUES ('BEGIN');\n"
              "CREATE TABLE case_study (id, trigger_name TEXT, ended TEXT);\n"
              "SELECT CASE WHEN 1 THEN 'END' END;"),
        whole("DROP TABLE \"begin\";\nDROP TABLE case_study;")),
    "explain_and_attach_memory": (
        "ATTACH ':memory:' AS side;\nCREATE TABLE side.x (a);\nINSERT INTO side.x VALUES (1);\n"
        "CREATE TABLE eam AS SELECT * FROM side.x;\nDETACH side;\nEXPLAIN SELECT 1;\n",
        "DROP TABLE eam;\n"),
    "go_lines": (
        "CREATE TABLE gl (a)\ngo\nINSERT INTO gl VALUES (1)\n/\n",
        "DROP TABLE gl\nGO\n"),
}

# Files that the scripts above bring in with .read, relative to the project.
INCLUDES = {
    "shared/common.sql": "-- shared; part\nCREATE TABLE inc (a TEXT);\n"
                         "INSERT INTO inc VALUES ('from; include');\n",
    "shared/with space.sql": "CREATE TABLE sp_inc (a);\n",
    "shared/nested.sql": ".read shared/deeper/last.sql\n",
    "shared/deeper/last.sql": "BEGIN;\nCREATE TABLE deep (a);\nCOMMIT;\n",
}
