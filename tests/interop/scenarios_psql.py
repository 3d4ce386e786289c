"""What only psql's language has, beyond the shapes of scripts: variables, leaks, files, failures of its own."""

from __future__ import annotations

from pathlib import Path

import engines
from harness import Kit, Lanes, scenario
from project import Project, Scripts, table, whole

CORE = '[core]\n\tengine = pg\n[engine "pg"]\n\ttarget = db:$ENGINE:app.db\n'


def keeping(*names: str) -> str:
    """A statement that writes down what variables of psql are."""
    return "INSERT INTO kept VALUES " + ", ".join(f"(:'{name}')" for name in names) + ";\n"


def with_variables(root: Path, conf: str = CORE) -> Project:
    """Scripts that can't run without their variables."""
    project = Project(root / "p", name="vars", conf=conf)
    project.change("kept", scripts=Scripts(
        whole("CREATE TABLE kept (v TEXT);\n" + keeping("schema", "b")), whole("DROP TABLE kept;"),
        whole("SELECT v FROM kept WHERE v = :'schema';\nSELECT 1/count(*) FROM kept WHERE v = :'b';", "ROLLBACK")))
    return project.change("inside", "kept", Scripts(
        whole("CREATE SCHEMA :\"schema\";\nCREATE TABLE :\"schema\".t (n INT DEFAULT :n);\n" + keeping("n")),
        whole("DROP TABLE :\"schema\".t;\nDROP SCHEMA :schema;\n" + keeping("down")),
        whole("SELECT n FROM :\"schema\".t WHERE false;", "ROLLBACK")))


@scenario("psql_variables_by_option")
def by_option(kit: Kit) -> None:
    """A rebase by Sqitch 1.3.1 deploys with the variables that it reverts with, so both have the same here."""
    lanes = kit.lanes(with_variables)
    names = ("--set", "schema=app_x", "-s", "b=it's; \"b\"")
    lanes.fails("deploy", "--mode", "change", "--set", "schema=app_x", code=1)
    lanes.fails("deploy", "--mode", "change", *names, code=1)
    lanes.deployed("kept")
    lanes.run("deploy", *names, "--set", "n=5", "--verify")
    lanes.run("verify", *names)
    lanes.fails("verify", "--set", "schema=other", "--set", "b=c", code=4)
    lanes.fails("revert", "-y", "--set", "schema=app_x", code=1)
    lanes.run("revert", "-y", "--to", "kept", "--set", "schema=app_x", "--set", "down=d=1")
    both = ("--set", "schema=second", "--set", "n=2", "--set", "b=rebased", "--set", "down=also")
    lanes.run("rebase", "-y", *both)
    lanes.run("rebase", "-y", "--onto", "kept", *both, "--set-deploy", "b=rebased", "--set-revert", "down=also")
    lanes.deployed("kept", "inside")


@scenario("psql_variables_by_configuration")
def by_configuration(kit: Kit) -> None:
    """The nearer to the command the stronger: core, engine, target, command, option."""
    conf = (CORE + '[core "variables"]\n\tschema = core\n\tb = core; b\n[engine "pg.variables"]\n\tn = 3\n\tdown = engine\n'
            '[target "here"]\n\turi = db:$ENGINE:app.db\n[target "here.variables"]\n\tn = 4\n'
            '[deploy "variables"]\n\tb = deploy; b\n[verify "variables"]\n\tb = deploy; b\n'
            '[revert "variables"]\n\tdown = revert\n')
    lanes = kit.lanes(lambda root: with_variables(root, conf))
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.run("revert", "-y", "--to", "kept")
    lanes.run("deploy", "here")
    lanes.run("rebase", "-y", "--onto", "kept", "--target", "here")
    lanes.run("revert", "-y", "-t", "here", "--set", "down=option", "--to", "kept")
    lanes.run("deploy", "-t", "here", "--set", "schema=option")
    lanes.deployed("kept", "inside")


@scenario("psql_variable_names")
def variable_names(kit: Kit) -> None:
    """Whatever is no variable is text: casts, slices, times, strings, what isn't set."""
    def build(root: Path) -> Project:
        return Project(root / "p").change("names", scripts=Scripts(
            whole("CREATE TABLE names (a TEXT, b TEXT);\n"
                  "INSERT INTO names VALUES (':a', 'x'::text), (:'a', '12:30:a'), ($a$:a$a$, :'A'), (E':a', :'_1');\n"
                  "INSERT INTO names SELECT ((ARRAY['p', 'q', 'r'])[:n:3])[1], :n::text; -- :a\n"
                  "INSERT INTO names (b) VALUES ('é' || :'ü'); /* :'nothing' */\n"
                  "\\set empty\nINSERT INTO names (a) VALUES (:'empty' :empty);\n\\set joined :a :'a' :\"a\" 'x:a' y:a\n"
                  "INSERT INTO names (a) VALUES (:'joined');"),
            whole("DROP TABLE names;"), None))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--set", "a=one; 'two' \"three\" \\four", "--set", "A=big", "--set", "_1=under", "--set", "n=2",
              "--set", "ü=umlaut")
    lanes.run("revert", "-y")


@scenario("psql_registry_variable")
def registry_variable(kit: Kit) -> None:
    """psql gets the name of the registry; a script may look into it."""
    def build(root: Path) -> Project:
        project = Project(root / "p", history="app.db:other \"reg")
        project.change("first", scripts=table("first"))
        return project.change("second", "first", Scripts(
            whole("CREATE TABLE seen AS SELECT change, :'registry' AS registry FROM :\"registry\".changes;"),
            whole("DROP TABLE seen;"), whole("SELECT 1/count(*) FROM :\"registry\".changes;", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--registry", "other \"reg", "--verify")
    lanes.deployed("first", "second")
    lanes.run("deploy", "--to", "first", "--log-only")
    lanes.run("verify", "--registry", "other \"reg")
    lanes.run("revert", "-y", "--registry", "other \"reg", "--to", "first")


@scenario("psql_variables_of_the_client")
def client_variables(kit: Kit) -> None:
    """All lanes share the server, so that its port and its version are the same."""
    def build(root: Path) -> Project:
        return Project(root / "p").change("client", scripts=Scripts(
            "CREATE TABLE kept (v TEXT);\n" + keeping("DBNAME", "USER", "ENCODING", "SERVER_VERSION_NUM", "ON_ERROR_STOP",
                                                      "AUTOCOMMIT", "QUIET", "PORT", "SQLSTATE", "ERROR", "registry")
            + "SELECT 1 AS a UNION SELECT 2;\n" + keeping("ROW_COUNT", "ERROR") + "UPDATE kept SET v = v;\n"
            + keeping("ROW_COUNT", "VERSION_NUM"),
            "DROP TABLE kept;\n", None))
    lanes = kit.lanes(build)
    lanes.run("deploy")
    lanes.run("revert", "-y")


LEAKS = {
    "search_path": ("CREATE SCHEMA aside;\nSET search_path = aside;\nCREATE TABLE inside (a INT);\n",
                    "SET search_path = aside;\nDROP TABLE inside;\nDROP SCHEMA aside;\n"),
    "search_path_local": (whole("CREATE SCHEMA aside2;\nSET LOCAL search_path TO aside2, public;\nCREATE TABLE inside (a INT);"),
                          whole("DROP SCHEMA aside2 CASCADE;")),
    "search_path_by_function": ("SELECT set_config('search_path', 'pg_catalog', false);\n", "SELECT 1;\n"),
    "role": ("SET ROLE pg_monitor;\n", "SET SESSION AUTHORIZATION pg_monitor;\n"),
    "temporary_table": ("CREATE TEMP TABLE probe (x INT);\n", "CREATE TEMP TABLE probe (x TEXT);\nCREATE TEMP VIEW pv AS SELECT 1;\n"),
    "settings": ("SET TimeZone = 'Asia/Tokyo';\nSET DateStyle = 'German';\nSET bytea_output = 'escape';\n"
                 "SET default_transaction_read_only = on;\n",
                 "SET standard_conforming_strings = off;\nSET session_replication_role = replica;\nSET client_encoding = 'LATIN1';\n"),
    "read_only": ("SET default_transaction_isolation = 'serializable';\nSET lock_timeout = '1ms';\nSET statement_timeout = '30s';\n",
                  "SET idle_in_transaction_session_timeout = '20ms';\nSET row_security = off;\n"),
    "psql_variables": ("\\set name x\n\\set ON_ERROR_STOP 1\n\\set ECHO none\n\\set VERBOSITY terse\n\\set FETCH_COUNT 1\n",
                       "\\pset null NULL\n\\t off\n\\set schema leaked\n\\pset format csv\n\\o /dev/null\nSELECT 1;\n"),
    "prepared": ("PREPARE probe AS SELECT 1;\nDECLARE held CURSOR WITH HOLD FOR SELECT 1;\nLISTEN probe;\n",
                 "PREPARE probe AS SELECT 1;\nSELECT pg_advisory_lock(4711);\n"),
    "encoding": ("SET client_encoding TO LATIN1;\n\\encoding UTF8\n\\encoding LATIN1\n", "SET NAMES 'SQL_ASCII';\n"),
    "seed": ("SELECT setseed(0.5);\n", "DISCARD ALL;\n"),
}


# What the script after it sees of its session; row by row the same in all lanes.
PROBES = (
    "current_user", "session_user", "current_schemas(false)", "current_setting('TimeZone')",
    "current_setting('DateStyle')", "current_setting('bytea_output')", "current_setting('client_encoding')",
    "current_setting('default_transaction_read_only')", "current_setting('default_transaction_isolation')",
    "current_setting('lock_timeout')", "current_setting('statement_timeout')", "current_setting('row_security')",
    "current_setting('standard_conforming_strings')", "current_setting('session_replication_role')",
    "current_setting('idle_in_transaction_session_timeout')", "'Grüße'::text", ":{?name}", ":{?schema}",
    "to_regclass('probe')::text", "(SELECT count(*) FROM pg_prepared_statements WHERE name = 'probe')",
    "(SELECT count(*) FROM pg_cursors WHERE is_holdable)",
    "(SELECT count(*) FROM pg_listening_channels() AS names(name) WHERE name = 'probe')",
    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND pid = pg_backend_pid())",
)


def probing(name: str) -> Scripts:
    """Scripts that write down what the session of the one before left them, up and down."""
    columns = ",\n    ".join(f"{probe} AS c{index}" for index, probe in enumerate(PROBES))
    return Scripts(whole(f"CREATE TABLE {name} AS SELECT {columns};"), whole(f"DROP TABLE public.{name};"),
                   whole(f"SELECT 1/count(*) FROM {name};", "ROLLBACK"))


def register_leaks() -> None:
    """A scenario per kind of leak: a script does it, the next one looks, going up and coming down."""
    for name, (deploy, revert) in LEAKS.items():
        def run(kit: Kit, deploy: str = deploy, revert: str = revert) -> None:
            def build(root: Path) -> Project:
                project = Project(root / "p", name="leak").change("before")
                project.change("leaky", "before", Scripts(deploy, revert, "SELECT 1;\n"))
                if "SCHEMA" not in deploy:  # then each can be run anywhere
                    project.change("leaky_too", "leaky", Scripts(revert, deploy, deploy))
                return project.change("after", "leaky", probing("after"))
            lanes = kit.lanes(build)
            lanes.run("deploy", "--verify")
            lanes.run("verify")
            lanes.run("revert", "-y")
            lanes.run("deploy")
            lanes.run("revert", "-y", "--to", "before")
            lanes.run("deploy", "--verify")
        scenario(f"psql_leak_of_{name}")(run)


register_leaks()


# Scripts that fail, each in one transaction or at its first statement, so that nothing is left of them by
# Sqitch either.
FAILURES = {
    "raise": whole("CREATE TABLE half (a INT);\nDO $$ BEGIN RAISE EXCEPTION 'no; %', 1; END $$;\nCREATE TABLE more (a INT);"),
    "raise_assert": whole("CREATE TABLE half (a INT);\nDO $$ BEGIN ASSERT 1 = 2, 'never'; END $$;"),
    "syntax": whole("CREATE TABLE half (a INT);\nSELEC 1;"),
    "first_statement": "SELECT 1/0;\nCREATE TABLE half (a INT);\n",
    "last_statement": whole("CREATE TABLE half (a INT);\nSELECT nothing FROM nowhere"),
    "unclosed_quote": whole("CREATE TABLE half (a INT);") .replace("COMMIT;\n", "SELECT 'open;\nCOMMIT;\n"),
    "copy_bad_row": whole("CREATE TABLE half (a INT);\nCOPY half FROM STDIN;\n1\nnot a number\n3\n\\.\nINSERT INTO half VALUES (4);"),
    "copy_no_table": whole("CREATE TABLE half (a INT);\nCOPY nowhere FROM STDIN;\n1;\nDROP TABLE half;\n\\.\nSELECT 1;"),
    "copy_csv_short": whole("CREATE TABLE half (a INT, b INT);\nCOPY half FROM STDIN CSV;\n1,2\n3\n\\."),
    "backslash_copy_no_file": whole("CREATE TABLE half (a TEXT);\n\\copy half from no/such/file.txt\nSELECT 1;"),
    "backslash_copy_program": whole("CREATE TABLE half (a TEXT);\n\\copy half from program 'exit 3'\nSELECT 1;"),
    "include_no_file": whole("CREATE TABLE half (a INT);\n\\i no/such/file.sql\nSELECT 1;"),
    "include_fails": whole("CREATE TABLE half (a INT);\n\\i shared/wrong.sql\nSELECT 1;"),
    "unknown_command": whole("CREATE TABLE half (a INT);\n\\nosuchcommand\nSELECT 1;"),
    "gexec_fails": whole("CREATE TABLE half (a INT);\nSELECT unnest(ARRAY['INSERT INTO half VALUES (1)', 'SELEC 1'])\n\\gexec\nSELECT 1;"),
    "gset_two_rows": whole("CREATE TABLE half (a INT);\nSELECT g AS x FROM generate_series(1, 2) g \\gset\nSELECT 1;"),
    "gset_no_row": whole("CREATE TABLE half (a INT);\nSELECT 1 AS x WHERE false \\gset\nSELECT 1;"),
    "deferred_constraint": whole("CREATE TABLE half (a INT PRIMARY KEY, b INT REFERENCES half DEFERRABLE INITIALLY DEFERRED);\n"
                                 "INSERT INTO half VALUES (1, 2);"),
    "deferred_trigger": whole("CREATE TABLE half (a INT);\nCREATE FUNCTION half_f() RETURNS trigger LANGUAGE plpgsql AS\n"
                              "'BEGIN RAISE EXCEPTION ''late; no''; END';\nCREATE CONSTRAINT TRIGGER half_t AFTER INSERT ON half\n"
                              "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION half_f();\nINSERT INTO half VALUES (1);"),
    "unique": whole("CREATE TABLE half (a INT UNIQUE);\nINSERT INTO half VALUES (1);\nINSERT INTO half VALUES (1);"),
    "savepoint_lost": whole("CREATE TABLE half (a INT);\nSAVEPOINT s;\nRELEASE s;\nROLLBACK TO s;"),
    "commit_in_do": whole("CREATE TABLE half (a INT);\nDO $$ BEGIN COMMIT; END $$;"),
    "vacuum_in_transaction": whole("CREATE TABLE half (a INT);\nVACUUM half;"),
    "concurrently_in_transaction": whole("CREATE TABLE half (a INT);\nCREATE INDEX CONCURRENTLY half_a ON half (a);"),
    "enum_used_at_once": whole("CREATE TABLE half (a INT);\nALTER TYPE mood ADD VALUE 'new';\nSELECT 'new'::mood;"),
    "no_rights": whole("CREATE TABLE half (a INT);\nSET LOCAL ROLE pg_monitor;\nDROP TABLE half;"),
    "statement_timeout": whole("CREATE TABLE half (a INT);\nSET LOCAL statement_timeout = '10ms';\nSELECT pg_sleep(5);"),
    "terminates_itself": whole("CREATE TABLE half (a INT);\nSELECT pg_terminate_backend(pg_backend_pid());\nSELECT 1;"),
    "drops_what_others_need": whole("CREATE TABLE half (a INT);\nDROP TABLE a;\nDROP TYPE mood;"),
}


def moody(root: Path) -> Project:
    """Three changes, a type that something depends on, and a file that can't be run."""
    project = Project(root / "p", name="moody")
    project.write("shared/wrong.sql", "INSERT INTO half VALUES (1);\nINSERT INTO nowhere VALUES (1);\n")
    project.change("a", scripts=Scripts(
        whole("CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE TABLE a (m mood);\nINSERT INTO a VALUES ('good');"),
        whole("DROP TABLE a;\nDROP TYPE mood;"), whole("SELECT m FROM a WHERE m = 'bad';", "ROLLBACK")))
    project.change("b", "a", Scripts(whole("CREATE VIEW b AS SELECT m FROM a;"), whole("DROP VIEW b;"), None)).tag("t")
    return project.change("c")


# What kedge sees before it runs anything, or can't tell the registry any more: it records no failure.
UNRECORDED = ("unclosed_quote", "include_no_file", "unknown_command", "vacuum_in_transaction",
              "concurrently_in_transaction", "terminates_itself")


def fail_alike(lanes: Lanes, unrecorded: bool, *args: str) -> None:
    """A step that fails in all lanes; where kedge records no failure, Sqitch's record is taken away."""
    lanes.fails(*args, compare=not unrecorded)
    if unrecorded:
        for lane in lanes.lanes:
            engines.current().in_registry(lane.project(None), "DELETE FROM events WHERE event = 'fail'")
        lanes.compare()


def register_failures() -> None:
    """Each way to fail: as deploy script, as revert script and, where it leaves nothing, as verify script."""
    for name, text in FAILURES.items():
        def run(kit: Kit, text: str = text, unrecorded: bool = name in UNRECORDED) -> None:
            lanes = kit.lanes(moody, ("S", "K"))
            lanes.run("deploy")
            lanes.edit(lambda p: p.change("d", "c", Scripts(text, text, text.replace("COMMIT;", "SELECT 1/0;"))))
            fail_alike(lanes, unrecorded, "deploy")
            lanes.deployed("a", "b", "c")
            lanes.run("deploy", "--log-only")
            lanes.fails("verify", code=None if unrecorded else 4)
            fail_alike(lanes, unrecorded, "revert", "-y", "--to", "a")
            lanes.deployed("a", "b", "c", "d")
            lanes.edit(lambda p: p.script("revert", "d", whole("SELECT 1;")))
            lanes.run("revert", "-y", "--to", "@t")
            lanes.deployed("a", "b")
        scenario(f"psql_fail_{name}")(run)


register_failures()


@scenario("psql_fail_in_each_mode")
def fail_in_modes(kit: Kit) -> None:
    """The first, the middle and the last of five, in each mode, one after the other on one database."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="modes")
        for index, name in enumerate(("one", "two", "three", "four", "five")):
            project.change(name, scripts=Scripts(
                f"BEGIN;\n\\set place {name}\nCREATE TABLE :\"place\" (a TEXT);\n\\i shared/fill.sql\n"
                f"SELECT 1/(:'fail' <> '{name}')::int;\nCOMMIT;\n", f"DROP TABLE {name};\n",
                f"SELECT 1/(:'bad' <> '{name}')::int;\n"))
            if index in (1, 3):
                project.tag(f"t{index}")
        project.write("shared/fill.sql", "COPY :\"place\" FROM STDIN;\nrow; 1\n\\.\n")
        return project
    lanes = kit.lanes(build)
    names = ("one", "two", "three", "four", "five")
    for mode in ("all", "tag", "change"):
        for place, stays in (("five", 4), ("three", 2), ("one", 0)):
            kept = names[:{"all": 0, "tag": stays // 2 * 2, "change": stays}[mode]]
            lanes.fails("deploy", "--mode", mode, "--set", f"fail={place}", "--set", "bad=no", code=1)
            lanes.deployed(*kept)
            if kept:
                lanes.run("revert", "-y")
            lanes.fails("deploy", "--verify", "--mode", mode, "--set", "fail=no", "--set", f"bad={place}", code=4)
            lanes.deployed(*kept)
            if kept:
                lanes.run("revert", "-y")
    lanes.run("deploy", "--verify", "--set", "fail=no", "--set", "bad=no")
    lanes.deployed(*names)
