"""What only MySQL has: a registry for all of a server, its client's words and variables, accounts.

Scripts that fail after their first statement aren't among them: Sqitch leaves behind what
they did, and begins them anew; kedge stops there, and goes on where it stopped.
"""

from __future__ import annotations

from pathlib import Path

import engines
from harness import Kit, Lanes, by_hand, scenario
from project import ALL, Project, Scripts, shop, whole
from reading import same_everything, same_reading, same_verdict

CORE = "[core]\n\tengine = mysql\n"
ENGINE = CORE + '[engine "mysql"]\n\ttarget = db:$ENGINE:app.db\n'


def server_env(lane, **more: str) -> dict[str, str]:
    server = engines.current().server_of(lane.root)
    return {"MYSQL_HOST": server.host, "MYSQL_TCP_PORT": str(server.port), **more}


# --- where it is --------------------------------------------------------------------------


@scenario("mysql_no_database")
def no_database(kit: Kit) -> None:
    """A database that isn't there is not made; all commands that need it fail."""
    lanes = kit.lanes(shop)
    for lane in lanes.lanes:
        engines.current().place("db:$ENGINE", "gone.db", lane.project(None).folder)
        engines.current().server_of(lane.root).drop("shop_gone_db")
    for command in (("deploy", "--to", "users"), ("verify",), ("revert", "-y")):
        lanes.fails(*command, "-t", "db:$ENGINE:gone.db", compare=False)


@scenario("mysql_no_server")
def no_server(kit: Kit) -> None:
    """Nobody listens on port 1."""
    lanes = kit.lanes(shop)
    for command in ("deploy", "status", "verify"):
        lanes.fails(command, "db:mysql://root@127.0.0.1:1/x", compare=False)
    lanes.compare()


@scenario("mysql_forms_of_the_target")
def forms(kit: Kit) -> None:
    """The same database by its URI in all spellings, by options, and by the environment."""
    lanes = kit.lanes(shop)
    for lane in lanes.lanes:
        lane.env |= server_env(lane)
    names = [*ALL, *(f"more{i}" for i in range(12))]
    for index in range(12):
        lanes.edit(lambda p, i=index: p.change(f"more{i}"))

    def deploy(*args: str, env: dict[str, str] | None = None) -> None:
        lanes.run("deploy", *args, "--to", names.pop(0), env=env)
        lanes.run("status", *args, env=env)
    password = {"SQITCH_PASSWORD": "secret", "KEDGE_PASSWORD": "secret"}
    user = {"SQITCH_USERNAME": "tester", "KEDGE_USERNAME": "tester"}
    deploy("db:$ALIAS:app.db")
    deploy("-t", "db:maria://root@/$NAME:app.db")
    deploy("-t", "db:mysql://root@127.0.0.1/$NAME:app.db")
    deploy("-t", "db:mysql://tester:secret@127.0.0.1/$NAME:app.db")
    deploy("-t", "db:mysql://tester@127.0.0.1/$NAME:app.db", env=password)
    deploy("-t", "db:mysql://tester@127.0.0.1/$NAME:app.db", env={"MYSQL_PWD": "secret"})
    deploy("-t", "db:mysql://127.0.0.1/$NAME:app.db", env={**password, **user})
    deploy("-t", "db:mysql:", "--db-user", "root", "--db-host", "127.0.0.1", "--db-name", "$NAME:app.db")
    deploy("-h", "127.0.0.1", "-u", "root", "-d", "$NAME:app.db", "-t", "db:mysql:")
    deploy("-t", "db:$ENGINE:app.db?mysql_connect_timeout=9")
    lanes.fails("deploy", "-t", "db:mysql://tester:wrong@127.0.0.1/$NAME:app.db")
    lanes.run("verify")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("mysql_database_names")
def database_names(kit: Kit) -> None:
    """Names that want quoting in a URI or in SQL."""
    lanes = kit.lanes(shop)
    for name, uri in (("a-b.c", "a-b.c"), ("UPPER`q", "UPPER%60q"), ("a=b&c", "a%3Db%26c")):
        for lane in lanes.lanes:
            engines.current().server_of(lane.root).create(name)
            lane.env |= server_env(lane)
        lanes.run("deploy", "-t", f"db:mysql://root@127.0.0.1/{uri}", "--to", "users")
        lanes.run("status", "-t", f"db:mysql://root@127.0.0.1/{uri}")
        lanes.run("revert", "-y", "-t", f"db:mysql://root@127.0.0.1/{uri}")


# --- registries ---------------------------------------------------------------------------


@scenario("mysql_databases_share_a_registry")
def shared(kit: Kit) -> None:
    """Two databases of a server share `sqitch`: what the first has is not deployed to the second."""
    conf = CORE + '[target "one"]\n\turi = db:$ENGINE:one.db\n[target "two"]\n\turi = db:$ENGINE:two.db\n'
    lanes = kit.lanes(lambda root: Project(root / "p", conf=conf, history="one.db").change("a").change("b", "a"))
    lanes.run("deploy", "-t", "one", "--to", "a")
    lanes.run("deploy", "-t", "two")
    lanes.deployed("a", "b")
    lanes.run("status", "one")
    lanes.fails("verify", "-t", "one", code=4)
    lanes.run("revert", "-y", "-t", "two", "--to", "a")
    lanes.run("revert", "-y", "-t", "one")
    lanes.deployed()


@scenario("mysql_registries_side_by_side")
def registries(kit: Kit) -> None:
    """Each target its registry; the option is stronger than the configuration."""
    conf = (CORE + '[engine "mysql"]\n\ttarget = one\n\tregistry = first reg\n[target "one"]\n\turi = db:$ENGINE:one.db\n'
            '[target "two"]\n\turi = db:$ENGINE:two.db\n\tregistry = second-reg\n')
    lanes = kit.lanes(lambda root: shop(root, conf=conf, history="one.db:first reg"))
    lanes.run("deploy", "--to", "users")
    lanes.deployed("users")
    lanes.run("deploy", "-t", "two", "--to", "orders")
    lanes.run("deploy", "--log-only", "--registry", "third", "--to", "@v1.0")
    lanes.deployed("users")
    lanes.run("deploy")
    same_reading(lanes)
    lanes.run("revert", "-y", "-t", "two")
    lanes.run("revert", "-y", "--log-only", "--registry", "third", "--to", "users")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("mysql_registry_in_the_database")
def registry_inside(kit: Kit) -> None:
    """The registry may be in the database of the application itself."""
    conf = ENGINE + "\tregistry = p_app_db\n"
    lanes = kit.lanes(lambda root: Project(root / "p", conf=conf, history="app.db:p_app_db").change("a").change("b", "a"))
    lanes.run("deploy", "--to", "a")
    lanes.run("deploy", "--verify")
    lanes.deployed("a", "b")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("mysql_registry_database_is_empty")
def empty_registry(kit: Kit) -> None:
    """A database of that name without the tables is as good as none, and keeps what is in it."""
    lanes = kit.lanes(shop)
    by_hand(lanes, "CREATE DATABASE sqitch CHARACTER SET latin1; CREATE TABLE sqitch.mine (a INT)")
    lanes.fails("status", compare=False)
    lanes.fails("log", compare=False)
    lanes.run("deploy", "--verify")
    lanes.deployed(*ALL)
    lanes.run("revert", "-y")


@scenario("mysql_registry_of_the_future")
def future(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.by_sqitch("deploy", "--to", "users")
    for lane in lanes.lanes:
        engines.current().in_registry(lane.project(None), "UPDATE releases SET version = 9.5")
    for command in (("deploy",), ("revert", "-y"), ("upgrade",)):
        lanes.fails(*command)
    lanes.deployed("users")


@scenario("mysql_lists_of_events")
def lists(kit: Kit) -> None:
    """Requires, conflicts and tags as they are joined in events, on deploy and on revert."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="lists")
        project.change("a").change("b", "a !other:x !other:z").tag("t1").tag("t2").tag("t'three")
        project.change("c", "a b b@t1 !null !other:@v1 !other:NULL")
        return project.change("null_like", "c a").tag("NULL").change("f", "null_like @NULL")
    lanes = kit.lanes(build)
    lanes.edit(lambda p: p.change("null"))
    lanes.run("deploy", "--to", "f")
    lanes.deployed("a", "b", "c", "null_like", "f")
    same_everything(lanes)
    lanes.run("revert", "-y", "--to", "a")
    same_everything(lanes)
    lanes.run("revert", "-y")


# --- verify scripts -----------------------------------------------------------------------


def checked(root: Path, **options) -> Project:
    """Verify scripts in the ways that Sqitch's documents show for MySQL."""
    registry = options.pop("registry_name", "sqitch")
    project = Project(root / "p", name="checked", **options)
    project.change("widgets", scripts=Scripts(
        whole("CREATE TABLE widgets (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);"), whole("DROP TABLE widgets;"),
        whole(f"SELECT {registry}.checkit(COUNT(*), 'Table \"widgets\" does not exist')\n  FROM information_schema.tables\n"
              " WHERE table_schema = database() AND table_name = 'widgets';", "ROLLBACK")))
    project.change("make_widget", "widgets", Scripts(
        "-- Deploy\n\nDELIMITER //\n\nCREATE PROCEDURE make_widget(IN wanted VARCHAR(20))\nBEGIN\n"
        "    INSERT INTO widgets SELECT COALESCE(MAX(id), 0) + 1, wanted FROM widgets;\nEND\n//\n\nDELIMITER ;\n",
        "DROP PROCEDURE make_widget;\n",
        whole("CALL make_widget('probe; 1');\n"
              f"SELECT {registry}.checkit(COUNT(*), 'No widget made') FROM widgets WHERE name = 'probe; 1';\n"
              f"SELECT `{registry}`.`checkit`(1, 'fine');", "ROLLBACK")))
    return project.change("index", "widgets", Scripts(
        "CREATE INDEX widgets_name ON widgets (name);\n", "DROP INDEX widgets_name ON widgets;\n",
        "SELECT 1/COUNT(*) FROM information_schema.statistics WHERE index_name = 'widgets_name';\n"))


@scenario("mysql_checkit")
def checkit(kit: Kit) -> None:
    lanes = kit.lanes(checked)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.deployed("widgets", "make_widget", "index")
    by_hand(lanes, "DROP PROCEDURE make_widget")
    lanes.fails("verify", code=4)
    by_hand(lanes, "CREATE PROCEDURE make_widget(IN wanted VARCHAR(20)) SELECT wanted")
    lanes.fails("verify", code=4)
    same_verdict(lanes, ("verify", "--to", "widgets"))
    lanes.run("verify", "--from", "index")
    lanes.edit(lambda p: p.script("verify", "index", "SELECT sqitch.checkit(NULL, 'it''s; not there');\n"))
    lanes.fails("verify", "--from", "index", code=4)
    lanes.run("revert", "-y")


@scenario("mysql_checkit_of_another_registry")
def checkit_elsewhere(kit: Kit) -> None:
    """The function is in the registry, whatever that is called."""
    conf = ENGINE + "\tregistry = meta\n"
    lanes = kit.lanes(lambda root: checked(root, conf=conf, registry_name="meta", history="app.db:meta"))
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("mysql_verify_fails_and_the_revert_script_undoes")
def verify_undone(kit: Kit) -> None:
    """CREATE TABLE can't be rolled back: the change's revert script does it, for both tools."""
    lanes = kit.lanes(checked)
    lanes.edit(lambda p: p.script("verify", "make_widget", "SELECT sqitch.checkit(0, 'never');\n"))
    lanes.fails("deploy", "--verify", "--mode", "change", code=4)
    lanes.deployed("widgets")
    lanes.fails("deploy", "--verify", "--mode", "all", code=4)
    lanes.deployed("widgets")
    lanes.run("deploy")
    lanes.fails("verify", code=4)
    lanes.run("revert", "-y", "--to", "widgets")
    lanes.run("revert", "-y")
    lanes.fails("deploy", "--verify", code=4)
    lanes.deployed()


# --- variables and files ------------------------------------------------------------------


def with_variables(root: Path, conf: str = ENGINE) -> Project:
    """Scripts that write down the variables that they get: user variables of the session."""
    project = Project(root / "p", name="vars", conf=conf)
    project.change("kept", scripts=Scripts(
        "CREATE TABLE kept (k VARCHAR(20), v TEXT);\nINSERT INTO kept VALUES ('a', @a), ('b c', @`b c`), ('B', @B), ('none', @none);\n",
        "DROP TABLE kept;\n", "SELECT sqitch.checkit(COUNT(*), 'no such row') FROM kept WHERE v = @a;\n"))
    return project.change("made", "kept", Scripts(
        "SET @sql = concat('CREATE TABLE ', @name, ' (id INT)');\nPREPARE it FROM @sql;\nEXECUTE it;\nDROP PREPARE it;\n"
        "INSERT INTO kept VALUES ('n', @n + 1);\n",
        "INSERT INTO kept VALUES ('down', @down);\nDROP TABLE app_x;\n", "SELECT 1;\n"))


@scenario("mysql_variables_by_option")
def by_option(kit: Kit) -> None:
    lanes = kit.lanes(with_variables)
    names = ("--set", "a=it's; \"a\"", "-s", "b c=two words", "-s", "B=back\\\\slash \\n", "--set", "name=app_x", "--set", "n=5")
    lanes.run("deploy", "--verify", *names)
    lanes.run("verify", *names)
    lanes.fails("verify", "--set", "a=other", code=4)
    lanes.fails("verify", code=4)
    lanes.run("revert", "-y", "--to", "kept", "--set", "down=d=1")
    lanes.run("rebase", "-y", *names, "--set", "down=again")
    lanes.deployed("kept", "made")


@scenario("mysql_variables_by_configuration")
def by_configuration(kit: Kit) -> None:
    """The nearer to the command the stronger: core, engine, target, command, option."""
    conf = (ENGINE + '[core "variables"]\n\ta = core\n\tB = core; b\n[engine "mysql.variables"]\n\tn = 3\n\tdown = engine\n'
            '[target "here"]\n\turi = db:$ENGINE:app.db\n[target "here.variables"]\n\tn = 4\n\tname = app_x\n'
            '[deploy "variables"]\n\tB = deploy; b\n\tname = app_x\n[revert "variables"]\n\tdown = revert\n')
    lanes = kit.lanes(lambda root: with_variables(root, conf))
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "kept")
    lanes.run("deploy", "here")
    lanes.run("revert", "-y", "-t", "here", "--set", "down=option", "--to", "kept")
    lanes.run("deploy", "-t", "here", "--set", "n=9")
    lanes.deployed("kept", "made")


LEAKS = {
    "user_variables": ("SET @leak = 1;\nCREATE TABLE one (a INT);\n", "DROP TABLE one;\n"),
    "sql_mode": ("SET sql_mode = 'ANSI_QUOTES';\nCREATE TABLE \"one\" (a INT);\n", "SET sql_mode = ANSI;\nDROP TABLE \"one\";\n"),
    "autocommit": ("SET autocommit = 0;\nCREATE TABLE one (a INT);\nINSERT INTO one VALUES (1);\nCOMMIT;\n",
                   "SET autocommit = 0;\nDROP TABLE one;\n"),
    "database": ("CREATE TABLE one (a INT);\nCREATE DATABASE IF NOT EXISTS aside;\nUSE aside;\n", "DROP TABLE one;\nUSE mysql\n"),
    "delimiter": ("DELIMITER //\nCREATE TABLE one (a INT)//\n", "DELIMITER $$\nDROP TABLE one$$\n"),
    "temporary_table": ("CREATE TABLE one (a INT);\nCREATE TEMPORARY TABLE after_it (x INT);\n", "DROP TABLE one;\n"),
    "locks": ("CREATE TABLE one (a INT);\nLOCK TABLES one WRITE;\n", "LOCK TABLES one WRITE;\nDROP TABLE one;\n"),
    "names": ("SET NAMES latin1;\nCREATE TABLE one (a INT);\n", "SET NAMES latin1;\nDROP TABLE one;\n"),
    "time_zone": ("SET time_zone = '+05:00';\nCREATE TABLE one (a INT);\n", "SET time_zone = '-05:00';\nDROP TABLE one;\n"),
    "read_only": ("CREATE TABLE one (a INT);\nSET SESSION TRANSACTION READ ONLY;\n", "DROP TABLE one;\nSET SESSION TRANSACTION READ ONLY;\n"),
    "prepared": ("CREATE TABLE one (a INT);\nPREPARE s FROM 'SELECT 1';\n", "DROP TABLE one;\nPREPARE s FROM 'SELECT 2';\n"),
}


def register_leaks() -> None:
    """What a script leaves in its session is not there for the next one."""
    for name, (deploy, revert) in LEAKS.items():
        def run(kit: Kit, deploy: str = deploy, revert: str = revert) -> None:
            def build(root: Path) -> Project:
                project = Project(root / "p", name="leaks")
                project.change("one", scripts=Scripts(deploy, revert, "SELECT a FROM one WHERE a = @leak;\n"))
                return project.change("two", "one", Scripts(
                    "CREATE TABLE after_it (v TEXT, w TIMESTAMP NULL);\n"
                    "INSERT INTO after_it VALUES (concat_ws('|', @leak, database(), @@sql_mode, @@autocommit,\n"
                    "  @@time_zone), '2024-01-01 12:00:00');\nINSERT INTO after_it (v) VALUES (\"text; ü\");\n",
                    "DROP TABLE after_it;\n", "SELECT v FROM after_it;\n"))
            lanes = kit.lanes(build)
            lanes.run("deploy", "--verify")
            lanes.deployed("one", "two")
            lanes.run("revert", "-y")
            lanes.run("deploy")
        scenario(f"mysql_leak_{name}")(run)


register_leaks()


@scenario("mysql_source_in_all_scripts")
def source(kit: Kit) -> None:
    """Deploy, revert and verify bring in files by their path from where the command was given."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="sourced")
        project.write("parts/make.sql", "DELIMITER //\nCREATE PROCEDURE made() BEGIN SELECT 1; END//\nDELIMITER ;\nCREATE TABLE inside (a INT);\n")
        project.write("parts/away.sql", "DROP PROCEDURE made;\nDROP TABLE inside;\n")
        project.write("parts/check.sql", "SELECT a FROM inside;\nCALL made();\n")
        return project.change("sourced", scripts=Scripts(
            "source parts/make.sql\nINSERT INTO inside VALUES (1);\n", "\\. parts/away.sql\n", "SOURCE parts/check.sql ;\n"))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.deployed("sourced")
    lanes.run("revert", "-y")
    lanes.edit(lambda p: p.write("deploy/sourced.sql", "source parts/missing.sql\nSELECT 1;\n"))
    lanes.fails("deploy", compare=False)  # kedge reads first, and has no event of what never began
    lanes.deployed()


@scenario("mysql_routine_reworked")
def reworked(kit: Kit) -> None:
    """A procedure in two instances, with tags, a dependency and a log-only step between."""
    def body(text: str) -> str:
        return (f"DELIMITER $$\nDROP PROCEDURE IF EXISTS greet$$\nCREATE PROCEDURE greet()\nBEGIN\n  SELECT '{text}; hello';\nEND$$\n"
                "DELIMITER ;\n")
    check = "CALL greet();\n"

    def build(root: Path) -> Project:
        project = Project(root / "p", name="greet").change("base")
        project.change("greet", "base", Scripts(body("one"), "DROP PROCEDURE greet;\n", check)).tag("v1")
        return project.change("middle", "greet@v1")
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.edit(lambda p: p.rework("greet", "v1", Scripts(body("two"), body("one"), check), "middle").tag("v2"))
    lanes.run("status")
    lanes.run("check")
    lanes.run("deploy", "--verify")
    lanes.deployed("base", "greet", "middle", "greet")
    same_reading(lanes)
    lanes.run("revert", "-y", "--to", "middle")
    lanes.run("deploy", "--log-only")
    lanes.deployed("base", "greet", "middle", "greet")
    lanes.run("revert", "-y", "--log-only", "--to", "middle")
    lanes.run("revert", "-y")


# --- the server has settings of its own ---------------------------------------------------

SETTINGS = {
    "sql_mode_ansi": "sql_mode = 'ANSI,TRADITIONAL'",
    "sql_mode_empty": "sql_mode = ''",
    "no_backslash_escapes": "sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "time_zone": "time_zone = '+05:30'",
    "autocommit_off": "autocommit = 0",
    "isolation": "transaction_isolation = 'SERIALIZABLE'",
    "group_concat": "group_concat_max_len = 10",
    "character_set": "character_set_server = latin1",
}


def register_settings() -> None:
    """The usual round on a server that was set up in another way."""
    for name, sql in SETTINGS.items():
        def run(kit: Kit, sql: str = sql) -> None:
            lanes = kit.lanes(shop)
            variable = sql.partition(" ")[0]
            if variable == "transaction_isolation":
                old_name = {lane.name: "transaction_isolation" if engines.current().server_of(lane.root).is_mysql
                            else "tx_isolation" for lane in lanes.lanes}
            else:
                old_name = {lane.name: variable for lane in lanes.lanes}
            before = {}
            for lane in lanes.lanes:
                server = engines.current().server_of(lane.root)
                name = old_name[lane.name]
                before[lane.name] = server.query("", f"SELECT @@global.{name}")[0][0]
                server.query("", f"SET GLOBAL {sql.replace(variable, name, 1)}")
            try:
                lanes.run("deploy", "--verify", "--to", "@v1.0")
                lanes.run("deploy", "--verify")
                lanes.deployed(*ALL)
                lanes.run("verify")
                same_everything(lanes)
                lanes.run("revert", "-y", "--to", "orders")
                lanes.run("revert", "-y")
            finally:
                for lane in lanes.lanes:
                    value = before[lane.name]
                    engines.current().server_of(lane.root).query(
                        "", f"SET GLOBAL {old_name[lane.name]} = " + (value if value.isdigit() else f"'{value}'"))
        scenario(f"mysql_server_with_{name}")(run)


register_settings()


@scenario("mysql_database_in_latin1")
def latin1(kit: Kit) -> None:
    """The database's own character set is that of new tables; the registry has its own."""
    lanes = kit.lanes(shop)
    by_hand(lanes, "ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci")
    lanes.edit(lambda p: p.change("é", "users", Scripts(
        "CREATE TABLE `é` (t VARCHAR(20) DEFAULT 'ÿ; ©');\nINSERT INTO `é` VALUES ('ñ'), (x'e9');\n", "DROP TABLE `é`;\n", None)))
    lanes.run("deploy")
    lanes.deployed(*ALL, "é")
    same_reading(lanes)
    lanes.run("revert", "-y")


@scenario("mysql_deployed_by_another_account")
def other_account(kit: Kit) -> None:
    """Who has rights in the database alone can't make the registry, but can use one that is there."""
    lanes = kit.lanes(shop)
    for lane in lanes.lanes:
        user = engines.current().account(lane.project(None), "ALL ON shop_app_db.*")
        lane.env |= server_env(lane)
    target = f"db:mysql://{user}@127.0.0.1/$NAME:app.db"
    lanes.fails("deploy", target, "--to", "users", compare=False)
    lanes.by_sqitch("deploy", "--to", "users")
    lanes.fails("status", target, compare=False)
    for lane in lanes.lanes:
        engines.current().account(lane.project(None), "SELECT, INSERT, UPDATE, DELETE, LOCK TABLES, EXECUTE ON sqitch.*")
    lanes.run("status", target)
    lanes.run("deploy", target, "--verify")
    lanes.deployed(*ALL)
    lanes.run("verify", target)
    lanes.run("revert", "-y", target)
    lanes.deployed()


@scenario("mysql_lock_waits")
def lock_waits(kit: Kit) -> None:
    """Somebody else holds a table for a while; a deploy waits for it as the client would."""
    import threading
    lanes = kit.lanes(shop, ("S", "K"))
    lanes.run("deploy", "--to", "users")
    holders = [threading.Thread(target=engines.current().in_database, args=(
        lane.project(None), "LOCK TABLES users WRITE; SELECT sleep(3); UNLOCK TABLES")) for lane in lanes.lanes]
    for holder in holders:
        holder.start()
    lanes.edit(lambda p: p.script("deploy", "schema/items", "ALTER TABLE users ADD COLUMN more INT;\n"))
    lanes.run("deploy", "--to", "schema/items")
    for holder in holders:
        holder.join()
    lanes.deployed(*ALL[:2])
