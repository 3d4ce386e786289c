"""PostgreSQL scripts in all the shapes people write them in: (deploy, revert) by name.

The same kinds as in shapes.py as far as psql has them, and what only psql has.
"""

from __future__ import annotations

from project import whole

TRIGGER = """CREATE TABLE log (id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY, what TEXT);
CREATE TABLE acc (id INTEGER PRIMARY KEY, name TEXT, kind INT, updated TEXT);
CREATE FUNCTION acc_ins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log (what) VALUES (CASE NEW.kind WHEN 1 THEN 'one; 1' WHEN 2
        THEN CASE WHEN NEW.name = 'x' THEN 'x' ELSE 'end;' END
        ELSE 'many' END);
    UPDATE acc SET updated = 'begin' || ';' WHERE id = NEW.id; -- END;
    /* END; */
    IF NEW.kind < 0 THEN RAISE EXCEPTION 'negative; no'; END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER acc_ins AFTER INSERT ON acc FOR EACH ROW WHEN (NEW.kind IS NOT NULL) EXECUTE FUNCTION acc_ins();
CREATE RULE "acc end" AS ON DELETE TO acc DO ALSO (DELETE FROM log WHERE id = OLD.id; SELECT 1);
INSERT INTO acc (id, name, kind) VALUES (1, 'x', 2), (2, 'y', 1), (3, 'z', NULL), (4, 'w', 9);
DELETE FROM acc WHERE id = 4;"""

COPY_TEXT = ("COPY {t} (a, b) FROM STDIN;\n1\tplain; text\n2\ttab\\there and \\\\ and \\N not null\n3\t\\N\n"
             "4\t'it''s -- no comment /* nor this\n5\t:var and $$ and BEGIN;\n6\tGrüße 日本\n\\.\n")

SHAPES: dict[str, tuple[str, str]] = {
    "whole_transaction": (
        whole("CREATE TABLE w (a INT);\nINSERT INTO w VALUES (1);"),
        whole("DROP TABLE w;")),
    "no_transaction": (
        "CREATE TABLE n (a INT);\nINSERT INTO n VALUES (1);\nCREATE INDEX n_a ON n (a);\n",
        "DROP INDEX n_a;\nDROP TABLE n;\n"),
    "begin_spellings": (
        "begin isolation level serializable, read write;\ncreate table bs (a int);\nend transaction;\n",
        "  START TRANSACTION ISOLATION LEVEL REPEATABLE READ ;DROP TABLE bs; COMMIT WORK AND NO CHAIN;"),
    "end_for_commit": (
        "BEGIN WORK;\nCREATE TABLE e (a INT);\nEND;\n",
        "BEGIN TRANSACTION;\nDROP TABLE e;\nEND WORK;\n"),
    "comments_everywhere": (
        "/* first\n ; BEGIN; /* nested; */ still; */ -- dashes; here\nBEGIN /* why */ ; -- now\n"
        "CREATE /* x */ TABLE c -- name\n"
        "(a TEXT /* ; */ DEFAULT '--', b TEXT DEFAULT '/*'); -- the end\n"
        "COMMIT; -- really; end\n/* done */\n-- last",
        "-- only a comment first\n\nBEGIN;;\n;DROP TABLE c;;;\nCOMMIT;;"),
    "last_without_semicolon": (
        "CREATE TABLE l (a TEXT);\nINSERT INTO l VALUES ('x;y')",
        "DROP TABLE l"),
    "commit_without_semicolon": (
        "BEGIN;\nCREATE TABLE cw (a INT);\nCOMMIT",
        "BEGIN;\nDROP TABLE cw;\nCOMMIT"),
    "strings": (
        whole("CREATE TABLE s (\"a;b\" TEXT, \"c\"\"d\" TEXT, U&\"e\\0066\" TEXT);\n"
              "INSERT INTO s VALUES ('it''s; BEGIN;', 'two\nlines; COMMIT;\n"
              "', ''';'''), ('\"', '--', '/*'), (';', '*/', '\\'), (E'\\'; \\\\', E'a\\nb''c;', U&'\\00e9;'),\n"
              "('joined; '\n  'over lines', $$dollar; 'quoted'$$, $q$ $$ ; $q$), (b'101'::text, x'1F'::text, N'n;');"),
        whole("DROP TABLE s;")),
    "strings_not_standard": (
        "SET standard_conforming_strings = off;\nSET escape_string_warning = off;\n"
        "CREATE TABLE sns (a TEXT);\nINSERT INTO sns VALUES ('it\\'s; here'), ('\\\\');\n"
        "SET standard_conforming_strings = on;\nINSERT INTO sns VALUES ('\\');\n",
        "DROP TABLE sns;\n"),
    "triggers": (
        whole(TRIGGER),
        whole("DROP TRIGGER acc_ins ON acc;\nDROP TABLE acc;\nDROP FUNCTION acc_ins();\nDROP TABLE log;")),
    "triggers_without_transaction": (
        TRIGGER.replace("acc", "bcc").replace("log", "blog"),
        "DROP TABLE bcc;\nDROP FUNCTION bcc_ins();\nDROP TABLE blog;\n"),
    "temporary_table_and_view": (
        whole("CREATE TABLE tv (a INT);\nCREATE TEMP TABLE scratch ON COMMIT DROP AS SELECT 1 AS x;\n"
              "CREATE TEMPORARY VIEW seen AS SELECT x + 1 AS y FROM scratch;\n"
              "INSERT INTO tv SELECT y FROM seen;\nDROP VIEW seen;\n"
              "CREATE OR REPLACE VIEW tvv AS SELECT a AS \"end\" FROM tv;"),
        whole("DROP VIEW tvv;\nDROP TABLE tv;")),
    "temporary_table_of_the_session": (
        "CREATE TEMP TABLE kept (x INT);\nINSERT INTO kept VALUES (3), (4);\n"
        "CREATE TABLE ttk AS SELECT sum(x) AS x FROM kept;\nCREATE TEMP SEQUENCE counting;\n",
        "CREATE TEMP TABLE kept (y TEXT);\nDROP TABLE ttk;\nDROP TABLE kept;\n"),
    "set_before_begin": (
        "SET client_min_messages = 'warning';\nSET search_path TO public;\n\nBEGIN;\n"
        "CREATE TABLE sb (id INTEGER PRIMARY KEY, r INT REFERENCES sb(id));\n"
        "INSERT INTO sb VALUES (1, 1);\nCOMMIT;\n\nRESET search_path;\n",
        "SET lock_timeout=0;\nBEGIN;\nSET LOCAL statement_timeout = '1h';\nDROP TABLE sb;\nCOMMIT;\n"),
    "table_rebuilt": (
        "BEGIN;\n\nCREATE TABLE tr (id INTEGER PRIMARY KEY, a INT, b INT);\n"
        "INSERT INTO tr VALUES (1, 2, 3);\nCREATE VIEW trv AS SELECT a FROM tr;\n\nCOMMIT;\n"
        "BEGIN;\n\nSET CONSTRAINTS ALL DEFERRED;\nCREATE TABLE tr_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL);\n"
        "INSERT INTO tr_new SELECT id, a FROM tr;\nDROP TABLE tr CASCADE;\n"
        "ALTER TABLE tr_new RENAME TO tr;\nCREATE VIEW trv AS SELECT a FROM tr;\n\nCOMMIT;\n",
        whole("DROP VIEW trv;\nDROP TABLE tr;")),
    "two_transactions": (
        "BEGIN;\n\nCREATE TABLE t2 (a INT);\n\nCOMMIT;\nBEGIN;\n\nINSERT INTO t2 VALUES (1);\n"
        "INSERT INTO t2 VALUES (2);\n\nCOMMIT;\n",
        "BEGIN;\n\nDELETE FROM t2;\n\nCOMMIT;\nBEGIN;\n\nDROP TABLE t2;\n\nCOMMIT;\n"),
    "transactions_with_work_between": (
        "BEGIN;\nCREATE TABLE tww (a INT);\nCOMMIT;\nINSERT INTO tww VALUES (1);\n"
        "BEGIN;\nINSERT INTO tww VALUES (2);\nROLLBACK;\nINSERT INTO tww VALUES (3);\n",
        "DELETE FROM tww;\nBEGIN;\nDROP TABLE tww;\nCOMMIT;\n"),
    "savepoints": (
        whole("CREATE TABLE sp (a INT);\nSAVEPOINT one;\nINSERT INTO sp VALUES (1);\nROLLBACK TO one;\n"
              "INSERT INTO sp VALUES (2);\nRELEASE one;\nSAVEPOINT two;\nINSERT INTO sp VALUES (3);\n"
              "RELEASE SAVEPOINT two;"),
        whole("DROP TABLE sp;")),
    "rolled_back_part": (
        "BEGIN;\n\nCREATE TABLE rb (a INT);\n\nCOMMIT;\nBEGIN;\nINSERT INTO rb VALUES (1);\n"
        "ROLLBACK;\nBEGIN;\n\nINSERT INTO rb VALUES (2);\n\nCOMMIT;\n",
        whole("DROP TABLE rb;")),
    "aborted_by_hand": (
        "BEGIN;\nCREATE TABLE abh (a INT);\nABORT;\nCREATE TABLE abh (a TEXT);\n",
        "BEGIN;\nROLLBACK WORK;\nDROP TABLE abh;\n"),
    "vacuum_and_analyze": (
        "CREATE TABLE va (a INT PRIMARY KEY);\nINSERT INTO va VALUES (1), (2);\nANALYZE va;\n"
        "VACUUM va;\nVACUUM (ANALYZE) va;\n",
        "DROP TABLE va;\n"),
    "index_concurrently": (
        "CREATE TABLE ic (a INT, b TEXT);\nINSERT INTO ic SELECT g, 't' || g FROM generate_series(1, 50) g;\n"
        "CREATE INDEX CONCURRENTLY ic_a ON ic (a);\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ic_b ON ic (b);\n",
        "DROP INDEX CONCURRENTLY ic_b;\nREINDEX INDEX CONCURRENTLY ic_a;\nDROP TABLE ic;\n"),
    "index_concurrently_at_the_end": (
        "CREATE TABLE ica_t (a INT);\n\\echo made\nCREATE INDEX CONCURRENTLY\n  ica ON ica_t\n  (a DESC NULLS LAST)",
        "DROP INDEX CONCURRENTLY IF EXISTS ica;\nDROP TABLE ica_t;\n"),
    "enum_value_added_and_used": (
        "CREATE TYPE eva AS ENUM ('new', 'done');\nALTER TYPE eva ADD VALUE IF NOT EXISTS 'half; way' BEFORE 'done';\n"
        "CREATE TABLE eva_t (s eva DEFAULT 'half; way');\nINSERT INTO eva_t DEFAULT VALUES;\n",
        "DROP TABLE eva_t;\nDROP TYPE eva;\n"),
    "settings_of_the_database": (
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = ''$user'', public, app',\n"
        "    current_database()); END $$;\n"
        "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), 'a; comment'); END $$;\n",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END $$;\n"
        "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END $$;\n"),
    "include_relative_to_where_it_runs": (
        "BEGIN;\n\\i shared/common.sql\nINSERT INTO inc VALUES ('from; deploy');\nCOMMIT;\n",
        whole("DROP TABLE inc;")),
    "include_relative_to_the_script": (
        "\\ir '../shared/with space.sql'\n\\include_relative ../shared/nested.sql\n\\include shared/own.sql\n",
        "BEGIN;\nDROP TABLE sp_inc;\nDROP TABLE deep;\nDROP TABLE own;\nCOMMIT;\n"),
    "backslash_commands": (
        "\\set ON_ERROR_STOP 1\n\\pset format aligned\n\\timing on\n\\timing off\nCREATE TABLE bc (a INT);\n"
        "\\echo created; fine\n\\qecho 'and this'\n\\warn to stderr\nSELECT 'x' AS a \\g\n\\x\nSELECT 1 \\gx\n"
        "INSERT INTO bc VALUES (1)\\;INSERT INTO bc VALUES (2);\n\\t on\n\\encoding UTF8\n",
        "\\set QUIET on\nDROP TABLE bc;\n\\unset QUIET\n\\q\nSELEC not_reached;\n"),
    "output_of_selects": (
        whole("CREATE TABLE os (a TEXT);\nINSERT INTO os VALUES ('a,b'), ('c\"d');\nSELECT * FROM os;\n"
              "SELECT count(*) FROM os;\nTABLE os;\nVALUES (1, 'x;');"),
        whole("SELECT 'bye';\nDROP TABLE os;")),
    "variables_of_the_script": (
        "\\set tab 'v o s'\n\\set text 'it''s; here'\n\\set n 7\n\\set both :n :n\nBEGIN;\n"
        "CREATE TABLE :\"tab\" (a INT DEFAULT :n, b TEXT DEFAULT :'text', c TEXT);\n"
        "INSERT INTO :\"tab\" (c) VALUES (:'both'), (':n'), ('x:n'), ($$:n$$), (12::text), (:{?n}::text), (:{?no}::text);\n"
        "\\unset n\nINSERT INTO :\"tab\" (a) SELECT ((ARRAY[10, 20, 30])[1:2])[1]; -- :n :'text'\nCOMMIT;\n",
        "\\set tab 'v o s'\nDROP TABLE :\"tab\";\n"),
    "connected_again": (
        "CREATE TABLE cag (a TEXT);\nSET search_path = pg_catalog;\n\\set kept 1\n\\c\n"
        "INSERT INTO cag VALUES (current_schema() || :kept);\n\\connect -\nINSERT INTO cag VALUES ('2');\n",
        "DROP TABLE cag;\n"),
    "shell_and_environment": (
        "CREATE TABLE she (a TEXT);\n\\set said `printf 'it''s; said'`\nINSERT INTO she VALUES (:'said');\n"
        "\\setenv SHE_WORD 'a word'\n\\getenv word SHE_WORD\nINSERT INTO she VALUES (:'word');\n"
        "\\! printf 'x\\ty;\\n' > she.txt\n\\copy she from program 'cut -f 2 she.txt'\n"
        "\\cd shared\n\\copy she from program 'head -n 1 rows.txt | cut -f 2'\n\\i own.sql\n;\nSELECT 1 \\g /dev/null\n"
        "\\o /dev/null\nSELECT 2;\n\\o\n\\copy she to '/dev/null'\n",
        "\\! rm she.txt\nDROP TABLE she;\nDROP TABLE own;\n"),
    "conditional": (
        "SELECT 1 AS one, false AS no, current_schema() AS here \\gset\n\\if :no\nSELEC wrong;\n\\elif :one\n"
        "CREATE TABLE :\"here\".co (a INT);\n\\if false\n\\i no/such/file.sql\n\\else\nINSERT INTO co VALUES (:one);\n\\endif\n"
        "\\else\nSELEC wrong;\n\\endif\n",
        "SELECT count(*) > 0 AS there FROM pg_class WHERE relname = 'co' \\gset\n\\if :there\nDROP TABLE co;\n\\endif\n"),
    "gset_and_gexec": (
        "CREATE TABLE gg (a TEXT);\nSELECT 'p_' AS b, 'x;y' AS \"C_c\" \\gset v_\nINSERT INTO gg VALUES (:'v_b');\n"
        "SELECT format('CREATE TABLE %I (a INT)', :'v_b' || n), format('INSERT INTO gg VALUES (%L)', n || ';')\n"
        "  FROM generate_series(1, 3) n ORDER BY n\n\\gexec\n",
        "SELECT 'DROP TABLE p_' || n FROM generate_series(1, 3) AS n \\gexec\nDROP TABLE gg;\n"),
    "copy_from_stdin": (
        whole("CREATE TABLE cfs (a INT, b TEXT);\n" + COPY_TEXT.format(t="cfs")
              + "INSERT INTO cfs VALUES (7, 'after');"),
        whole("DROP TABLE cfs;")),
    "copy_from_stdin_without_transaction": (
        "CREATE TABLE cfw (a INT, b TEXT);\n" + COPY_TEXT.format(t="cfw") + "COPY cfw (b) FROM stdin;\n\\.\n"
        "COPY public.cfw (b, a) FROM STDIN WITH (FORMAT text, DELIMITER '|', NULL 'nothing');\nx;|1\nnothing|2\n\\.\n",
        "DROP TABLE cfw;\n"),
    "copy_csv": (
        whole("CREATE TABLE cc (a INT, b TEXT, c TEXT);\n"
              "COPY cc FROM STDIN WITH (FORMAT csv, HEADER true, QUOTE '\"', FORCE_NOT_NULL (c));\n"
              "a,b,c\n1,\"two, with \"\"quotes\"\"; and\na line\",\n2,,\"\"\n3,\"\",x;\n\\.\n"
              "COPY cc (a, b) FROM STDIN (FORMAT csv, DELIMITER ';');\n4;\"semi;colon\"\n\\.\n"
              "COPY cc (a) FROM STDIN CSV;\n5\n\\.\n"),
        whole("DROP TABLE cc;")),
    "copy_to_the_screen": (
        whole("CREATE TABLE cts (a INT);\nINSERT INTO cts VALUES (1), (2);\nCOPY cts TO STDOUT;\n"
              "COPY (SELECT a, 'x;' FROM cts) TO STDOUT WITH CSV HEADER;"),
        whole("DROP TABLE cts;")),
    "backslash_copy": (
        whole("CREATE TABLE bcp (a INT, b TEXT);\n\\copy bcp from shared/rows.txt\n"
              "\\copy bcp (a, b) from 'shared/rows with space.csv' with (format csv, header)\n"
              "\\copy bcp from stdin\n8\tinline; row\n9\t\\N\n\\.\n"
              "SELECT count(*) FROM bcp;"),
        whole("DROP TABLE bcp;")),
    "functions_dollar_quoted": (
        whole("CREATE FUNCTION fdq(a INT, OUT b TEXT) LANGUAGE plpgsql AS $body$\nDECLARE\n    t TEXT := 'it''s; here';\n"
              "BEGIN\n    EXECUTE $q$ SELECT 'x;' || $1 $q$ INTO b USING a;\n    b := b || t; -- $$ ;\nEND;\n$body$;\n"
              "CREATE FUNCTION fdq_sql(INT) RETURNS INT LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1; SELECT $1 + 2;';\n"
              "CREATE FUNCTION fdq_atomic(a INT) RETURNS INT LANGUAGE sql\nBEGIN ATOMIC\n    SELECT a;\n"
              "    SELECT CASE WHEN a > 0 THEN a ELSE 0 END;\nEND;\n"
              "CREATE TABLE fdq_t AS SELECT fdq(1) AS a, fdq_sql(2) AS b, fdq_atomic(3) AS c;"),
        whole("DROP TABLE fdq_t;\nDROP FUNCTION fdq, fdq_sql, fdq_atomic;")),
    "procedures_and_do": (
        "CREATE TABLE pd (a INT);\nCREATE PROCEDURE pd_add(n INT) LANGUAGE plpgsql AS $$\nBEGIN\n"
        "    INSERT INTO pd VALUES (n); COMMIT; INSERT INTO pd VALUES (-n);\nEND $$;\nCALL pd_add(3);\n"
        "DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO pd VALUES (i); END LOOP; END; $$ LANGUAGE plpgsql;\n"
        "CREATE PROCEDURE pd_atomic(n INT) BEGIN ATOMIC INSERT INTO pd VALUES (n); DELETE FROM pd WHERE a = -n; END;\n",
        "CALL pd_atomic(3);\nDROP PROCEDURE pd_atomic(INT);\nDROP PROCEDURE pd_add;\nDROP TABLE pd;\n"),
    "generated_and_identity": (
        whole("CREATE TABLE gi (a INT NOT NULL, b TEXT GENERATED ALWAYS AS (a::text || ';') STORED,\n"
              "  c INT GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5));\n"
              "INSERT INTO gi (a) VALUES (4), (5);\n"
              "CREATE TABLE se (k SERIAL PRIMARY KEY, v BYTEA);\n"
              "INSERT INTO se (v) VALUES ('\\x00ff'), (NULL);"),
        whole("DROP TABLE gi;\nDROP TABLE se;")),
    "partial_and_expression_index": (
        whole("CREATE TABLE pi (a TEXT, b INT);\n"
              "CREATE UNIQUE INDEX pi_x ON pi (lower(a), b DESC) INCLUDE (a) WHERE b IS NOT NULL;"),
        whole("DROP TABLE pi;")),
    "recursive_and_upsert": (
        whole("CREATE TABLE ru (n INTEGER PRIMARY KEY, c INT DEFAULT 0);\n"
              "WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s\n"
              "WHERE n < 20) INSERT INTO ru (n) SELECT n FROM s WHERE true ON CONFLICT (n) DO UPDATE SET c = ru.c + 1;\n"
              "UPDATE ru SET c = n FROM (SELECT 3 AS k) AS ks WHERE n % k = 0;\n"
              "MERGE INTO ru USING (VALUES (1), (99)) AS v(n) ON v.n = ru.n\n"
              "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (v.n, 0);"),
        whole("DROP TABLE ru;")),
    "schemas_and_search_path": (
        "CREATE SCHEMA sone;\nCREATE SCHEMA \"s;two\"\n    CREATE TABLE st (a INT)\n    CREATE VIEW sv AS SELECT a FROM st;\n"
        "SET search_path = \"s;two\", sone;\nCREATE INDEX ON st (a);\nCREATE TABLE sone.u (b INT);\n",
        "DROP SCHEMA sone CASCADE;\nSET search_path = \"s;two\";\nDROP VIEW sv;\nDROP TABLE st;\nDROP SCHEMA \"s;two\";\n"),
    "types_and_domains": (
        whole("CREATE TYPE td_e AS ENUM ('a;', 'b');\nCREATE TYPE td_c AS (x INT, y TEXT);\n"
              "CREATE DOMAIN td_d AS TEXT DEFAULT 'no; where' CHECK (VALUE <> ';');\nCREATE TYPE td_r AS RANGE (subtype = int4);\n"
              "CREATE TABLE td (e td_e, c td_c, d td_d, r td_r, l td_e[]);\n"
              "INSERT INTO td (e, c, r, l) VALUES ('a;', (1, 'it''s; x'), '[1,5)', '{b,\"a;\"}');"),
        whole("DROP TABLE td;\nDROP TYPE td_r;\nDROP DOMAIN td_d;\nDROP TYPE td_c, td_e;")),
    "comments_on_objects": (
        whole("CREATE TABLE coo (a INT);\nCOMMENT ON TABLE coo IS 'it''s a table; BEGIN;';\n"
              "COMMENT ON COLUMN coo.a IS E'line\\nline';\nCREATE FUNCTION coo_f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
              "COMMENT ON FUNCTION coo_f() IS $$body$$;\nCREATE INDEX coo_a ON coo (a);\nCOMMENT ON INDEX coo_a IS '';"),
        whole("COMMENT ON TABLE coo IS NULL;\nDROP FUNCTION coo_f();\nDROP TABLE coo;")),
    "views_on_views": (
        whole("CREATE TABLE vov (a INT, b INT);\nINSERT INTO vov VALUES (1, 2);\nCREATE VIEW vov1 AS SELECT a + b AS c FROM vov;\n"
              "CREATE VIEW vov2 WITH (security_barrier) AS SELECT c * 2 AS d FROM vov1;\n"
              "CREATE MATERIALIZED VIEW vov3 AS SELECT d FROM vov2;\nINSERT INTO vov VALUES (3, 4);\n"
              "REFRESH MATERIALIZED VIEW vov3;\nCREATE MATERIALIZED VIEW vov4 AS SELECT 1 AS e WITH NO DATA;"),
        whole("DROP MATERIALIZED VIEW vov3, vov4;\nDROP VIEW vov1 CASCADE;\nDROP TABLE vov;")),
    "partitions_and_inheritance": (
        whole("CREATE TABLE pai (a INT, d DATE) PARTITION BY RANGE (d);\n"
              "CREATE TABLE pai_1 PARTITION OF pai FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n"
              "CREATE TABLE pai_rest PARTITION OF pai DEFAULT;\nINSERT INTO pai VALUES (1, '2024-05-05'), (2, '1999-01-01');\n"
              "CREATE TABLE inp (a INT);\nCREATE TABLE inh (b INT) INHERITS (inp);"),
        whole("DROP TABLE inh;\nDROP TABLE inp;\nDROP TABLE pai;")),
    "rights": (
        whole("CREATE TABLE ri (a INT, b INT);\nGRANT SELECT ON ri TO PUBLIC;\nGRANT UPDATE (a) ON ri TO pg_read_all_data;\n"
              "REVOKE ALL ON SCHEMA public FROM PUBLIC;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
              "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;\n"
              "ALTER TABLE ri ENABLE ROW LEVEL SECURITY;\nCREATE POLICY ri_p ON ri FOR SELECT USING (a > 0);"),
        whole("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM pg_monitor;\nDROP TABLE ri;")),
    "role_of_the_session": (
        "CREATE TABLE ros_t (a TEXT);\nGRANT INSERT, SELECT ON ros_t TO pg_monitor;\nSET ROLE pg_monitor;\n"
        "INSERT INTO ros_t VALUES (current_user);\nRESET ROLE;\nSET SESSION AUTHORIZATION DEFAULT;\n"
        "SET ROLE pg_monitor;\nINSERT INTO ros_t VALUES (current_user || ';');\n",
        "DROP TABLE ros_t;\n"),
    "extension": (
        "CREATE EXTENSION IF NOT EXISTS plpgsql;\nCREATE TABLE ex AS SELECT extname FROM pg_extension;\n",
        whole("DROP TABLE ex;")),
    "prepared_and_cursors": (
        whole("CREATE TABLE pc (a INT);\nPREPARE ins (INT) AS INSERT INTO pc VALUES ($1);\nEXECUTE ins(1);\nEXECUTE ins(2);\n"
              "DEALLOCATE ins;\nDECLARE cur CURSOR FOR SELECT a FROM pc ORDER BY a;\nFETCH 1 FROM cur;\nMOVE cur;\nCLOSE cur;\n"
              "LOCK TABLE pc IN ACCESS EXCLUSIVE MODE;"),
        whole("DROP TABLE pc;")),
    "listen_and_notify": (
        "LISTEN news;\nCREATE TABLE ln (a INT);\nNOTIFY news, 'it''s; here';\nUNLISTEN *;\n",
        whole("NOTIFY news;\nDROP TABLE ln;")),
    "notices": (
        whole("SET LOCAL client_min_messages = 'debug1';\nCREATE TABLE nt (a INT PRIMARY KEY);\n"
              "CREATE TABLE IF NOT EXISTS nt (b INT);\n"
              "DO $$ BEGIN RAISE NOTICE 'a notice; %', 1; RAISE WARNING 'a warning'; RAISE INFO 'told'; END $$;\n"
              "DROP TABLE IF EXISTS nowhere;"),
        whole("DROP TABLE nt CASCADE;\nDROP VIEW IF EXISTS nowhere;")),
    "large_objects": (
        whole("CREATE TABLE lob (a TEXT);\nSELECT lo_from_bytea(0, '\\x3b00ff') AS made \\gset\n"
              "INSERT INTO lob SELECT encode(lo_get(:made), 'hex');\nSELECT lo_unlink(:made);"),
        whole("DROP TABLE lob;")),
    "time_zone_and_dates": (
        "SET TIME ZONE 'America/New_York';\nSET DateStyle = 'SQL, DMY';\nCREATE TABLE tz (a TIMESTAMPTZ, b DATE, c INTERVAL);\n"
        "INSERT INTO tz VALUES ('2024-01-02 03:04:05', '02/01/2024', '1 day 2 hours');\n",
        "DROP TABLE tz;\n"),
    "empty_statements": (
        ";;;\nBEGIN;;\nCREATE TABLE es (a INT);;\n;\nCOMMIT;;\n;",
        ";DROP TABLE es;"),
    "only_comments": (
        "-- nothing to do on pg\n/* nothing at all */\n",
        "-- nothing to undo\n"),
    "tabs_and_form_feeds": (
        "\tBEGIN\t;\n\f\tCREATE\tTABLE\ttf\t(a INT);\n\tCOMMIT\t;\t\n",
        "\r\nBEGIN;\r\nDROP TABLE tf;\r\nCOMMIT;\r\n"),
    "byte_order_mark": (
        "\ufeffCREATE TABLE bom (a INT);\n",
        "\ufeffBEGIN;\nDROP TABLE bom;\nCOMMIT;\n"),
    "long_line": (
        whole("CREATE TABLE ll (a TEXT);\nINSERT INTO ll VALUES " + ", ".join(f"('{i};')" for i in range(4000)) + ";"),
        whole("DROP TABLE ll;")),
    "words_like_begin": (
        whole("CREATE TABLE \"begin\" (\"end\" TEXT, \"commit\" TEXT);\n"
              "INSERT INTO \"begin\" (\"end\") VALUES ('BEGIN');\n"
              "CREATE TABLE case_study (id INT, trigger_name TEXT, ended TEXT);\n"
              "SELECT CASE WHEN true THEN 'END' END;"),
        whole("DROP TABLE \"begin\";\nDROP TABLE case_study;")),
    "operators_and_dollars": (
        whole("CREATE TABLE od$1 (a$b INT, j JSONB DEFAULT '{\"a\": [1, {\"b\": \"c;\"}]}');\nINSERT INTO od$1 VALUES (5);\n"
              "UPDATE od$1 SET a$b = @ - a$b * -1 -- minus\n WHERE j #>> '{a,1,b}' = 'c;' AND j ? 'a' AND a$b::int4 <> 0;\n"
              "CREATE OPERATOR ===/ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);\n"
              "SELECT 1 ===/ 1, 2 OPERATOR(public.===/) 2, (ARRAY[1,2,3])[2:3];"),
        whole("DROP OPERATOR ===/ (int, int);\nDROP TABLE od$1;")),
    "explain_and_show": (
        "EXPLAIN SELECT 1;\nSHOW server_version;\nSHOW ALL;\nCREATE TABLE eas (a INT);\nEXPLAIN (ANALYZE, TIMING off) INSERT INTO eas VALUES (1);\n"
        "CHECKPOINT;\nDISCARD PLANS;\n",
        "DROP TABLE eas;\n"),
}

# Files that the scripts above bring in, relative to the project.
INCLUDES = {
    "shared/common.sql": "-- shared; part\nCREATE TABLE inc (a TEXT);\n"
                         "INSERT INTO inc VALUES ('from; include');\n",
    "shared/with space.sql": "CREATE TABLE sp_inc (a INT);\n",
    "shared/own.sql": "\\set name own\nCREATE TABLE :\"name\" (a INT)\n",
    "shared/nested.sql": ";\n\\ir deeper/last.sql\n",
    "shared/deeper/last.sql": "BEGIN;\nCREATE TABLE deep (a INT);\nCOMMIT;\n",
    "shared/rows.txt": "1\tone; row\n2\t\\N\n3\ttab\\tand \\\\\n",
    "shared/rows with space.csv": "a,b\n4,\"x, y\"\n5,\n6,\"\"\n",
}
