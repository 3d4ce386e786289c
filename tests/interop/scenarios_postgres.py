"""What only PostgreSQL has: servers, schemas of registries, roles and rights, settings of databases."""

from __future__ import annotations

from pathlib import Path

import engines
from harness import Kit, Lanes, by_hand, scenario
from project import ALL, Project, Scripts, shop, table, whole
from reading import same_everything, same_reading, same_verdict

ENGINE = '[core]\n\tengine = pg\n[engine "pg"]\n\ttarget = db:$ENGINE:app.db\n'


# --- where it is --------------------------------------------------------------------------


@scenario("pg_no_database")
def no_database(kit: Kit) -> None:
    """A database that isn't there is not made; all commands that need it fail."""
    lanes = kit.lanes(shop)
    uri = engines.current().server.uri("interop_no_such_database")
    for command in (("deploy",), ("status",), ("log",), ("verify",), ("revert", "-y"), ("check",), ("upgrade",)):
        lanes.fails(*command, uri, compare=False)
    lanes.run("plan", compare=False)
    lanes.compare()
    lanes.deployed()


@scenario("pg_no_server")
def no_server(kit: Kit) -> None:
    """Nobody listens on port 1."""
    lanes = kit.lanes(shop)
    for command in ("deploy", "status", "verify"):
        lanes.fails(command, "db:pg://postgres@127.0.0.1:1/x", compare=False)
    lanes.compare()


@scenario("pg_forms_of_the_target")
def forms(kit: Kit) -> None:
    """The same database by its URI in all spellings, by options, and by libpq's environment."""
    lanes = kit.lanes(shop)
    server = engines.current().server

    def deploy(*args: str, env: dict[str, str] | None = None) -> None:
        stop = names.pop(0)
        lanes.run("deploy", *args, "--to", stop, env=env)
        lanes.run("status", *args, env=env)
    names = [*ALL, *(f"more{i}" for i in range(12))]
    for index in range(12):
        lanes.edit(lambda p, i=index: p.change(f"more{i}"))
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port)}
    deploy("db:$ALIAS:app.db")
    deploy("-t", f"db:postgresql://postgres@localhost:{server.port}/$NAME:app.db")
    deploy("-t", f"db:pgsql://postgres@/$NAME:app.db?host=127.0.0.1&port={server.port}")
    deploy("-t", f"db:pg://postgres@:{server.port}/$NAME:app.db?host={server.socket_folder}")
    deploy("-t", "db:$ENGINE:app.db?sslmode=disable&application_name=me&connect_timeout=9")
    deploy("-t", "db:pg:$NAME:app.db", env={**where, "PGUSER": "postgres"})
    deploy("-t", "db:pg://postgres@/", env={**where, "PGDATABASE": "$NAME:app.db"})
    deploy("-t", "db:pg:", "--db-user", "postgres", "--db-host", "127.0.0.1", "--db-port", str(server.port),
           "--db-name", "$NAME:app.db")
    deploy("-h", "127.0.0.1", "-p", str(server.port), "-u", "postgres", "-d", "$NAME:app.db", "-t", "db:pg:")
    lanes.run("verify")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_database_names")
def database_names(kit: Kit) -> None:
    """Names that want quoting in a URI or in SQL. (With a blank in it Sqitch can't connect.)"""
    engine = engines.current()
    for index, name in enumerate(("Grüße-日本", "UPPER\"q\"", "a=b&c#d?e%f")):
        lanes = Kit(kit.scratch / f"name{index}", kit.sqitch, kit.kedge, wanted=kit.wanted).lanes(shop, ("S", "K"))
        for lane in lanes.lanes:
            own = f"{name}-{engine.database(lane.root, 'unique')}"
            engine.adopt(lane.root / "shop", "odd.db", own)
        lanes.run("deploy", "-t", "db:$ENGINE:odd.db", "--to", "users")
        lanes.run("status", "-t", "db:$ENGINE:odd.db")
        lanes.run("revert", "-y", "-t", "db:$ENGINE:odd.db")


@scenario("pg_two_databases")
def two_databases(kit: Kit) -> None:
    """Two databases of one server have nothing in common."""
    conf = ENGINE + '[target "one"]\n\turi = db:$ENGINE:one.db\n[target "two"]\n\turi = db:$ENGINE:two.db\n'
    lanes = kit.lanes(lambda root: shop(root, conf=conf, history="two.db"))
    lanes.run("deploy", "-t", "one", "--to", "@v1.0")
    lanes.deployed()
    lanes.run("deploy", "-t", "two")
    lanes.run("status", "one")
    lanes.fails("verify", "-t", "nobody", code=2)
    lanes.run("verify", "-t", "one")
    lanes.run("revert", "-y", "-t", "two", "--to", "users")
    lanes.deployed("users")
    lanes.run("revert", "-y", "-t", "one")


# --- registries ---------------------------------------------------------------------------


@scenario("pg_registries_side_by_side")
def registries(kit: Kit) -> None:
    """Two registries in one database are two histories; the option is stronger than the configuration."""
    conf = ENGINE + "\tregistry = Café 1\n" + '[target "b"]\n\turi = db:$ENGINE:app.db\n\tregistry = in \\"b\\"\n'
    lanes = kit.lanes(lambda root: shop(root, conf=conf, history="app.db:Café 1"))
    lanes.run("deploy", "--to", "users")
    lanes.deployed("users")
    lanes.run("deploy", "--log-only", "-t", "b", "--to", "orders")
    lanes.run("deploy", "--log-only", "--registry", "third", "--to", "@v1.0")
    lanes.deployed("users")
    lanes.run("deploy")
    same_reading(lanes)
    lanes.run("revert", "-y", "-t", "b", "--log-only")
    lanes.run("revert", "-y", "--log-only", "--registry", "third", "--to", "users")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_registry_in_a_schema_of_others")
def registry_in_schema(kit: Kit) -> None:
    """The registry may be in a schema that is there, with things of the application in it."""
    conf = ENGINE + "\tregistry = public\n"
    lanes = kit.lanes(lambda root: Project(root / "p", conf=conf, history="app.db:public").change("a").change("b", "a"))
    lanes.run("deploy", "--to", "a")
    lanes.run("deploy", "--verify")
    lanes.deployed("a", "b")
    lanes.run("revert", "-y")
    lanes = Kit(kit.scratch / "made", kit.sqitch, kit.kedge, wanted=kit.wanted).lanes(shop)
    by_hand(lanes, "CREATE SCHEMA sqitch; CREATE TABLE sqitch.mine (a INT); COMMENT ON SCHEMA sqitch IS 'mine'")
    lanes.run("deploy", "--to", "users")
    lanes.run("revert", "-y")


FIRST_REGISTRY = """
BEGIN;
ALTER TABLE changes DROP CONSTRAINT changes_project_script_hash_key, DROP COLUMN script_hash;
ALTER TABLE events DROP CONSTRAINT events_event_check;
ALTER TABLE events ADD CONSTRAINT events_event_check CHECK (event IN ('deploy', 'revert', 'fail'));
DROP TABLE releases;
COMMENT ON SCHEMA sqitch IS 'Sqitch database deployment metadata v1.0.';
COMMIT;
"""


@scenario("pg_upgrade_from_before_releases")
def upgrade_first(kit: Kit) -> None:
    """The oldest registry there is: no releases, no script hashes. They are computed anew."""
    lanes = kit.lanes(shop)
    lanes.by_sqitch("deploy", "--to", "@v1.1")
    for lane in lanes.lanes:
        engines.current().in_registry(lane.project(None), FIRST_REGISTRY)
    lanes.run("status", compare=False)
    lanes.run("upgrade", compare=False)  # Sqitch leaves the hashes to the next deploy
    lanes.run("status", compare=False)
    lanes.run("deploy")
    lanes.run("check")
    lanes.deployed(*ALL)


@scenario("pg_registry_of_the_future")
def future(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.by_sqitch("deploy", "--to", "users")
    for lane in lanes.lanes:
        engines.current().in_registry(lane.project(None), "UPDATE releases SET version = 9.5")
    for command in (("deploy",), ("revert", "-y"), ("upgrade",)):
        lanes.fails(*command)
    lanes.deployed("users")


@scenario("pg_registry_schema_is_empty")
def empty_schema(kit: Kit) -> None:
    """A schema of that name without the tables is as good as none."""
    lanes = kit.lanes(shop)
    by_hand(lanes, "CREATE SCHEMA sqitch")
    lanes.fails("status", compare=False)
    lanes.fails("log", compare=False)
    lanes.fails("revert", "-y", compare=False)
    lanes.run("deploy", "--verify")
    lanes.deployed(*ALL)


@scenario("pg_lists_of_events")
def lists(kit: Kit) -> None:
    """Requires, conflicts and tags in the arrays of events, with all that names may hold."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="lists")
        project.change("a,b").change("c{}d", "a,b !other:x,y !other:z{}z").tag("t,one").tag("t{t}t").tag("t'two")
        project.change("d\"e", "a,b c{}d c{}d@t,one !null !other:@v1 !other:NULL")
        return project.change("null", "d\"e a,b").tag("NULL").change("f;g", "null @NULL")
    lanes = kit.lanes(lambda root: odd_tables(build(root)))
    lanes.run("deploy")
    lanes.deployed("a,b", "c{}d", "d\"e", "null", "f;g")
    same_everything(lanes)
    lanes.run("revert", "-y", "--to", "a,b")
    same_everything(lanes)
    lanes.run("revert", "-y")


def odd_tables(project: Project) -> Project:
    """Scripts that make a table of a plain name, whatever the change is called."""
    for index, name in enumerate(line.split(" ")[0] for line in project.body if not line.startswith("@")):
        made = table(f"odd{index}")
        for kind in ("deploy", "revert", "verify"):
            project.script(kind, name, getattr(made, kind))
    return project


# --- the database has settings of its own -------------------------------------------------

SETTINGS = {
    "search_path": "CREATE SCHEMA app; ALTER DATABASE {db} SET search_path = app, public",
    "search_path_without_a_schema": "ALTER DATABASE {db} SET search_path = ''",
    "search_path_of_the_user": "CREATE SCHEMA postgres; COMMENT ON SCHEMA postgres IS 'first in the path'",
    "dates": "ALTER DATABASE {db} SET TimeZone = 'Asia/Kolkata'; ALTER DATABASE {db} SET DateStyle = 'SQL, DMY';"
             "ALTER DATABASE {db} SET IntervalStyle = 'sql_standard'",
    "strings": "ALTER DATABASE {db} SET standard_conforming_strings = off;"
               "ALTER DATABASE {db} SET backslash_quote = 'on'; ALTER DATABASE {db} SET array_nulls = off;"
               "ALTER DATABASE {db} SET quote_all_identifiers = on; ALTER DATABASE {db} SET bytea_output = 'escape'",
    "encoding": "ALTER DATABASE {db} SET client_encoding = 'LATIN1'",
    "messages": "ALTER DATABASE {db} SET client_min_messages = 'debug2'; ALTER DATABASE {db} SET lc_messages = 'C'",
    "transactions": "ALTER DATABASE {db} SET default_transaction_isolation = 'serializable';"
                    "ALTER DATABASE {db} SET default_transaction_deferrable = on",
    "read_only": "ALTER DATABASE {db} SET default_transaction_read_only = on",
    "time_outs": "ALTER DATABASE {db} SET statement_timeout = '20s'; ALTER DATABASE {db} SET lock_timeout = '5s'",
    "numbers": "ALTER DATABASE {db} SET extra_float_digits = 0; ALTER DATABASE {db} SET xmloption = 'document';"
               "ALTER DATABASE {db} SET plpgsql.variable_conflict = 'use_column'",
}


def register_settings() -> None:
    """The usual round on a database that was set up in another way."""
    for name, sql in SETTINGS.items():
        def run(kit: Kit, sql: str = sql, writable: bool = name not in ("read_only", "search_path_without_a_schema")) -> None:
            lanes = kit.lanes(shop)
            engine = engines.current()
            for lane in lanes.lanes:
                database = engine.database(lane.project(None).folder, "app.db")
                engine.in_database(lane.project(None), sql.replace("{db}", f'"{database}"'))
            if not writable:
                lanes.fails("deploy", "--verify")
                lanes.run("deploy", "--to", "users", ok=None)
                return
            lanes.run("deploy", "--verify", "--to", "@v1.0")
            lanes.run("deploy", "--verify")
            lanes.deployed(*ALL)
            lanes.run("verify")
            same_everything(lanes)
            lanes.run("revert", "-y", "--to", "orders")
            same_reading(lanes)
            lanes.run("revert", "-y")
        scenario(f"pg_database_with_{name}")(run)


register_settings()


@scenario("pg_database_in_latin1")
def latin1(kit: Kit) -> None:
    """What the database's encoding has is kept, what it hasn't is refused. Left alone, psql would take
    the scripts to be in the database's encoding; kedge takes them for UTF-8."""
    engine = engines.current()

    def build(root: Path) -> Project:
        engine.adopt(root, "l1.db", f"interop_latin1_{engine.database(root, 'unique')}",
                     "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
        project = Project(root / "p", target="db:$ENGINE:../l1.db", history="../l1.db")
        project.change("a", note="Grüße, ÄÖÜß ¼").change("é", "a", Scripts(
            whole("CREATE TABLE \"é\" (t TEXT DEFAULT 'ÿ; ©');\nINSERT INTO \"é\" VALUES ('ñ'), (E'\\u00e9');\n"
                  "COPY \"é\" FROM STDIN;\nü;\n\\.\n"), whole("DROP TABLE \"é\";"), None))
        return project.tag("ö", "naïve")
    lanes = kit.lanes(build, ("S", "K"))
    for lane in lanes.lanes:
        lane.env["PGCLIENTENCODING"] = "UTF8"
    lanes.run("deploy", "--verify")
    lanes.deployed("a", "é")
    same_reading(lanes)
    lanes.edit(lambda p: p.change("b", "a", note="日本"))
    lanes.fails("deploy", "--mode", "change")
    lanes.run("revert", "-y", "--to", "a")


# --- roles --------------------------------------------------------------------------------


@scenario("pg_deployed_by_another_role")
def other_role(kit: Kit) -> None:
    """Who has the rights for objects and registry may deploy; what is made belongs to them."""
    engine = engines.current()
    owner, reader = engine.role("interop_owner"), engine.role("interop_reader")
    lanes = kit.lanes(shop)

    def as_role(role: str) -> dict[str, str]:
        return {"SQITCH_USERNAME": role, "KEDGE_USERNAME": role, "PGUSER": role}
    target = f"db:pg://127.0.0.1:{engine.server.port}/$NAME:app.db"
    lanes.fails("deploy", target, "--to", "users", env=as_role(owner))
    by_hand(lanes, f"GRANT ALL ON SCHEMA public TO {owner}; DO $$ BEGIN EXECUTE format("
                   f"'GRANT CREATE ON DATABASE %I TO {owner}', current_database()); END $$")
    lanes.run("deploy", target, "--to", "@v1.0", env=as_role(owner))
    lanes.deployed(*ALL[:2])
    lanes.fails("status", target, env=as_role(reader), compare=False)
    lanes.fails("deploy", target, env=as_role(reader))
    by_hand(lanes, f"GRANT USAGE ON SCHEMA sqitch TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA sqitch TO {reader}")
    lanes.run("status", target, env=as_role(reader))
    lanes.run("log", target, env=as_role(reader))
    lanes.fails("deploy", target, env=as_role(reader))
    lanes.fails("verify", target, env=as_role(reader))
    by_hand(lanes, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}")
    lanes.run("verify", target, env=as_role(reader))
    lanes.fails("revert", "-y", target, env=as_role(reader))
    lanes.run("deploy", target, env=as_role(owner))
    lanes.run("deploy")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_roles_made_by_scripts")
def made_roles(kit: Kit) -> None:
    """Roles are of the server, so each lane's is called as its database."""
    def build(root: Path) -> Project:
        conf = ENGINE + '[core "variables"]\n\trole = $NAME:app.db\n'
        project = Project(root / "p", name="roles", conf=conf)
        project.change("role", scripts=Scripts(
            whole("CREATE ROLE :\"role\" NOLOGIN;\nGRANT CREATE ON SCHEMA public TO :\"role\";\n"
                  "COMMENT ON ROLE :\"role\" IS 'it''s; made';"),
            whole("DROP OWNED BY :\"role\";\nDROP ROLE :\"role\";"),
            whole("SELECT 1/count(*) FROM pg_roles WHERE rolname = :'role';", "ROLLBACK")))
        project.change("owned", "role", Scripts(
            "SET ROLE :\"role\";\nBEGIN;\nCREATE TABLE owned (a INT);\nCOMMIT;\nRESET ROLE;\n"
            "GRANT SELECT (a) ON owned TO PUBLIC;\n",
            whole("SET LOCAL ROLE :\"role\";\nDROP TABLE owned;"),
            "SET ROLE :\"role\";\nSELECT a FROM owned;\n"))
        return project.change("rights", "owned", Scripts(
            whole("CREATE TABLE rights (a INT);\nGRANT SELECT, UPDATE ON rights TO :\"role\";"),
            whole("REVOKE ALL ON rights FROM :\"role\";\nDROP TABLE rights;"),
            whole("SELECT 1/has_table_privilege(:'role', 'rights', 'select')::int;\n"
                  "SELECT 1/(NOT has_table_privilege(:'role', 'rights', 'delete'))::int;", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.deployed("role", "owned", "rights")
    lanes.run("verify")
    by_hand(lanes, "REVOKE SELECT ON rights FROM PUBLIC; GRANT DELETE ON rights TO PUBLIC")
    lanes.fails("verify", code=4)
    lanes.run("revert", "-y", "--to", "role")
    lanes.run("deploy")
    lanes.run("revert", "-y")
    lanes.deployed()


# --- verify -------------------------------------------------------------------------------

CHECKS = {   # one that is content, and one that is not
    "raise": ("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = '{t}') THEN RAISE EXCEPTION 'no {t}; sorry';"
              " END IF; END $$;\n"),
    "assert": "DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM pg_class WHERE relname = '{t}'), 'no {t}'; END; $$;\n",
    "division": "SELECT 1/COUNT(*) FROM pg_class WHERE relname = '{t}';\n",
    "privilege": "SELECT has_table_privilege('{t}', 'select');\n",
    "function_privilege": "SELECT pg_catalog.has_function_privilege('{f}(int)', 'execute')\n",
    "cast": "SELECT '{t}'::regclass;\n",
    "rows": "BEGIN;\nINSERT INTO {t} VALUES (1), (2);\nSELECT 1/(count(*) - 1) FROM {t};\nROLLBACK;\n",
    "if": "SELECT to_regclass('{t}') IS NULL AS missing \\gset\n\\if :missing\n\\echo no {t}\nSELECT 1/0;\n\\endif\n",
    "schema": "BEGIN;\nSET LOCAL search_path = pg_catalog, public;\nSELECT a FROM {t} WHERE false;\nROLLBACK;\n",
    "temporary": "CREATE TEMP TABLE found AS SELECT a FROM {t};\nSELECT 1/(count(*) + 1) FROM found;\nDROP TABLE found;\n",
    "several": "BEGIN;\nSELECT a FROM {t};\nROLLBACK;\nBEGIN;\nSELECT {f}(1);\nROLLBACK;\nSELECT 1;\n",
    "warning_only": "DO $$ BEGIN RAISE WARNING 'only {t}'; END $$;\nSELECT '{t}'::regclass::oid;\n",
}


@scenario("pg_verify_forms")
def verify_forms(kit: Kit) -> None:
    """All ways to check at once; then the table and the function are gone."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="forms")
        project.change("base", scripts=Scripts(
            whole("CREATE TABLE t (a INT);\nCREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';"),
            whole("DROP TABLE t;\nDROP FUNCTION f;"), None))
        for name, text in CHECKS.items():
            project.change(name, "base", Scripts(f"-- {name}\n", "SELECT 1;\n", text.format(t="t", f="f")))
        return project
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.deployed("base", *CHECKS)
    for name, text in CHECKS.items():
        lanes.edit(lambda p, n=name, t=text: p.script("verify", n, t.format(t="gone", f="g")))
    for name in CHECKS:
        same_verdict(lanes, ("verify", "--from", name, "--to", name))
    lanes.fails("verify", code=4)
    by_hand(lanes, "ALTER TABLE t RENAME TO gone; ALTER FUNCTION f(int) RENAME TO g")
    lanes.run("verify")


@scenario("pg_verify_that_writes")
def verify_writes(kit: Kit) -> None:
    """In BEGIN … ROLLBACK a verify script may do anything; only sequences remember."""
    def build(root: Path) -> Project:
        return Project(root / "p").change("t", scripts=Scripts(
            whole("CREATE TABLE t (id SERIAL PRIMARY KEY, a TEXT UNIQUE);\nINSERT INTO t (a) VALUES ('one');"),
            whole("DROP TABLE t;"),
            whole("INSERT INTO t (a) VALUES ('two');\nCREATE TABLE u AS TABLE t;\nCOPY u FROM STDIN;\n9\tnine\n\\.\n"
                  "TRUNCATE t;\nDROP TABLE t;\nCREATE SCHEMA s;\nSELECT 1/(count(*) - 2) FROM u;", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.deployed("t")


# --- schemas, extensions, other objects ---------------------------------------------------


@scenario("pg_schema_of_the_application")
def app_schema(kit: Kit) -> None:
    """All objects in a schema of their own, as Sqitch's tutorial has it."""
    def build(root: Path) -> Project:
        project = Project(root / "flipr", name="flipr", uri="https://github.com/sqitchers/sqitch-intro/")
        project.change("appschema", scripts=Scripts(
            whole("CREATE SCHEMA flipr;"), whole("DROP SCHEMA flipr;"),
            whole("SELECT pg_catalog.has_schema_privilege('flipr', 'usage');", "ROLLBACK")),
            note="Add schema for all flipr objects.")
        project.change("users", "appschema", Scripts(
            whole("SET client_min_messages = 'warning';\n\nCREATE TABLE flipr.users (\n    nickname TEXT PRIMARY KEY,\n"
                  "    password TEXT NOT NULL,\n    timestamp TIMESTAMPTZ NOT NULL DEFAULT NOW()\n);"),
            whole("DROP TABLE flipr.users;"),
            whole("SELECT nickname, password, timestamp\n  FROM flipr.users\n WHERE FALSE;", "ROLLBACK")))
        project.change("insert_user", "users appschema", Scripts(
            whole("CREATE OR REPLACE FUNCTION flipr.insert_user(\n    nickname TEXT,\n    password TEXT\n) RETURNS VOID"
                  " LANGUAGE SQL SECURITY DEFINER AS $$\n    INSERT INTO flipr.users VALUES($1, md5($2));\n$$;"),
            whole("DROP FUNCTION flipr.insert_user(TEXT, TEXT);"),
            whole("SELECT has_function_privilege('flipr.insert_user(text, text)', 'execute');", "ROLLBACK")))
        project.tag("v1.0.0-dev1", "Tag v1.0.0-dev1.")
        project.change("lists", "appschema users", Scripts(
            whole("SET search_path TO flipr, public;\nCREATE TABLE lists (\n    nickname TEXT NOT NULL REFERENCES users(nickname),\n"
                  "    name TEXT NOT NULL,\n    PRIMARY KEY (nickname, name)\n);"),
            whole("DROP TABLE flipr.lists;"), whole("SELECT nickname, name FROM flipr.lists WHERE FALSE;", "ROLLBACK")))
        return project.rework("insert_user", "v1.0.0-dev1", Scripts(
            whole("CREATE OR REPLACE FUNCTION flipr.insert_user(\n    nickname TEXT,\n    password TEXT\n) RETURNS VOID"
                  " LANGUAGE SQL SECURITY DEFINER AS $$\n    INSERT INTO flipr.users VALUES($1, md5(md5($2)));\n$$;"),
            whole("CREATE OR REPLACE FUNCTION flipr.insert_user(\n    nickname TEXT,\n    password TEXT\n) RETURNS VOID"
                  " LANGUAGE SQL SECURITY DEFINER AS $$\n    INSERT INTO flipr.users VALUES($1, md5($2));\n$$;"),
            whole("SELECT 1/COUNT(*) FROM pg_proc WHERE prosrc LIKE '%md5(md5(%';", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify", "--to", "@v1.0.0-dev1")
    lanes.run("deploy", "--verify")
    lanes.deployed("appschema", "users", "insert_user", "lists", "insert_user")
    lanes.run("verify")
    same_everything(lanes)
    lanes.run("revert", "-y", "--to", "@v1.0.0-dev1")
    lanes.run("verify", ok=None)
    lanes.run("revert", "-y")
    lanes.run("deploy", "--verify")


EXTENSIONS = ("pgcrypto", "citext", "hstore", "pg_trgm", "btree_gist", "uuid-ossp")


@scenario("pg_extensions")
def extensions(kit: Kit) -> None:
    """Those that the server has; without contrib there is plpgsql at least."""
    server = engines.current().server
    there = {row[0] for row in server.query("postgres", "SELECT name FROM pg_available_extensions")}

    def build(root: Path) -> Project:
        project = Project(root / "p", name="ext")
        project.change("plpgsql", scripts=Scripts(
            "CREATE EXTENSION IF NOT EXISTS plpgsql;\nCOMMENT ON EXTENSION plpgsql IS 'ours; now';\n",
            "COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';\n",
            "SELECT 1/count(*) FROM pg_extension WHERE extname = 'plpgsql';\n"))
        for name in (one for one in EXTENSIONS if one in there):
            schema = "ext_" + name.replace("-", "_")
            project.change(name, "plpgsql", Scripts(
                whole(f"CREATE SCHEMA {schema};\nCREATE EXTENSION \"{name}\" WITH SCHEMA {schema};\n"
                      f"ALTER EXTENSION \"{name}\" SET SCHEMA public;"),
                whole(f"DROP EXTENSION \"{name}\";\nDROP SCHEMA {schema};"),
                f"SELECT 1/count(*) FROM pg_extension WHERE extname = '{name}';\n"))
        return project
    lanes = kit.lanes(build, ("S", "K"))
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.run("revert", "-y", "--to", "plpgsql")
    lanes.run("deploy")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_two_projects_with_one_schema_each")
def two_projects(kit: Kit) -> None:
    """Each project has its schema and all share the registry; functions call across."""
    def build(root: Path) -> dict[str, Project]:
        place = {"target": "db:$ENGINE:../app.db", "history": "../app.db"}
        core = Project(root / "core", name="core", **place)
        core.change("schema", scripts=Scripts("CREATE SCHEMA core;\n", "DROP SCHEMA core;\n", "SELECT 'core'::regnamespace;\n"))
        core.change("users", "schema", Scripts(
            "SET search_path = core;\nCREATE TABLE users (id INT PRIMARY KEY);\nCREATE TYPE kind AS ENUM ('a');\n",
            "SET search_path = core;\nDROP TABLE users;\nDROP TYPE kind;\n", "SELECT id FROM core.users;\n")).tag("v1")
        web = Project(root / "web", name="web", **place)
        web.change("schema", "core:users@v1", Scripts("CREATE SCHEMA web;\n", "DROP SCHEMA web;\n", None))
        web.change("pages", "schema core:users", Scripts(
            whole("SET LOCAL search_path = web, core;\nCREATE TABLE pages (id INT PRIMARY KEY, u INT REFERENCES users, k kind);\n"
                  "CREATE FUNCTION who(INT) RETURNS SETOF users LANGUAGE sql SET search_path = core AS\n"
                  "'SELECT * FROM users WHERE id = $1;';"),
            whole("DROP FUNCTION web.who;\nDROP TABLE web.pages;"), "SELECT web.who(1);\n"))
        return {"core": core, "web": web}
    lanes = kit.lanes(build)
    lanes.fails("deploy", at="web")
    lanes.run("deploy", "--verify", at="core", turn=0)
    lanes.run("deploy", "--verify", at="web", turn=1)
    lanes.deployed("schema", "pages", at="web")
    lanes.fails("revert", "-y", at="core", turn=0)
    same_everything(lanes, at="web")
    lanes.run("revert", "-y", at="web", turn=0)
    lanes.run("revert", "-y", at="core", turn=1)
    lanes.deployed(at="core")


@scenario("pg_index_concurrently_and_a_failed_verify")
def concurrently(kit: Kit) -> None:
    """What can't be in a transaction is taken back by the revert script, by both; in kedge this one
    has to be a transaction."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="conc").change("big", scripts=Scripts(
            whole("CREATE TABLE big (a INT, b INT);\nINSERT INTO big SELECT g, g % 7 FROM generate_series(1, 500) g;"),
            whole("DROP TABLE big;"), None))
        return project.change("idx", "big", Scripts(
            "CREATE INDEX CONCURRENTLY big_a ON big (a);\n", "DROP INDEX big_a;\n",
            "SELECT 1/count(*) FROM pg_index WHERE indexrelid = 'big_a'::regclass AND indisvalid;\n"))
    lanes = kit.lanes(build)
    good = lanes.lanes[0].project(None).read("verify/idx.sql")
    lanes.edit(lambda p: p.script("verify", "idx", "SELECT 1/0;\n"))
    lanes.fails("deploy", "--verify", "--mode", "change", code=4)
    lanes.deployed("big")
    lanes.fails("deploy", "--verify", code=4)
    lanes.deployed("big")
    lanes.edit(lambda p: p.script("verify", "idx", good))
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.run("revert", "-y", "--to", "big")
    lanes.run("deploy")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_index_concurrently_that_fails")
def concurrently_fails(kit: Kit) -> None:
    """The statement itself leaves an invalid index behind, in psql as in kedge; somebody takes it away."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="conc").change("dup", scripts=Scripts(
            whole("CREATE TABLE dup (a INT);\nINSERT INTO dup VALUES (1), (1);"), whole("DROP TABLE dup;"), None))
        return project.change("idx", "dup", Scripts(
            "CREATE UNIQUE INDEX CONCURRENTLY dup_a ON dup (a);\n", "DROP INDEX CONCURRENTLY IF EXISTS dup_a;\n", None))
    lanes = kit.lanes(build)
    lanes.fails("deploy", "--mode", "change", code=1)
    lanes.deployed("dup")
    by_hand(lanes, "DROP INDEX dup_a; DELETE FROM dup")
    lanes.run("deploy")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_event_trigger")
def event_trigger(kit: Kit) -> None:
    """A trigger on all DDL sees what both tools make, and none of it is the registry's business."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="et").change("base")
        project.change("watch", "base", Scripts(
            whole("CREATE TABLE ddl (n SERIAL, tag TEXT);\nCREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$\n"
                  "BEGIN INSERT INTO public.ddl (tag) VALUES (tg_tag); END $$;\n"
                  "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();"),
            whole("DROP EVENT TRIGGER watch;\nDROP FUNCTION watch;\nDROP TABLE ddl;"), None))
        return project.change("later", "watch").change("also", "later")
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("revert", "-y", "--to", "watch")
    lanes.run("deploy")
    lanes.run("revert", "-y")


@scenario("pg_rows_of_all_types")
def rows(kit: Kit) -> None:
    """Values that are easily harmed on their way: bytes, floats, arrays, ranges, JSON, any letter."""
    def build(root: Path) -> Project:
        return Project(root / "p").change("texts", scripts=Scripts(
            whole("CREATE TABLE \"t e;x't\" (\"ä;b\" TEXT, b BYTEA, r FLOAT8, a TEXT[], j JSONB, g INT4RANGE, i INTERVAL, u UUID);\n"
                  "INSERT INTO \"t e;x't\" VALUES ('Grüße; ''日本''😀', '\\x00ff3b', 'NaN', '{a,NULL,\"b;\"}', '{\"k\": \";\"}',\n"
                  "  '[1,)', '1 day', '00000000-0000-0000-0000-000000000001'), (chr(10) || ';', '', -0.5, '{}', 'null', 'empty', NULL, NULL),\n"
                  "('a\nb;\n-- no comment\n', NULL, 9007199254740993, NULL, '[1e3]', NULL, NULL, NULL),\n"
                  "(E'\\x01\\x1f\t\\r', NULL, 'infinity', ARRAY[['x']], '\"\\u00e9\"', NULL, NULL, NULL);"),
            whole("DROP TABLE \"t e;x't\";"), whole("SELECT \"ä;b\" FROM \"t e;x't\" WHERE false;", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("pg_one_of_two_sessions_waits")
def locked(kit: Kit) -> None:
    """Somebody else holds a lock for a while; a deploy waits for it as psql would."""
    import threading
    lanes = kit.lanes(shop, ("S", "K"))
    lanes.run("deploy", "--to", "users")
    holders = [threading.Thread(target=engines.current().in_database, args=(
        lane.project(None), "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT"))
        for lane in lanes.lanes]
    for holder in holders:
        holder.start()
    lanes.run("deploy", "--to", "orders")
    for holder in holders:
        holder.join()
    lanes.deployed(*ALL[:3])
