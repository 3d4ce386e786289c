"""Scripts in all the shapes people write them in; what they leave must be the same."""

from __future__ import annotations

from pathlib import Path

import engines
import shapes
import shapes_mysql
import shapes_postgres
from harness import Kit, scenario
from project import Project, Scripts, table, whole

SHAPES, INCLUDES = {"sqlite": (shapes.SHAPES, shapes.INCLUDES),
                    "pg": (shapes_postgres.SHAPES, shapes_postgres.INCLUDES),
                    "mysql": (shapes_mysql.SHAPES, shapes_mysql.INCLUDES)}[engines.current().key]
ASSERT = f"CREATE {engines.current().temporary} TABLE assert (ok INTEGER CHECK (ok <> 0));\n"


def shaped(root: Path, *names: str) -> Project:
    """A project whose changes have scripts of the named shapes."""
    project = Project(root / "p", name="shapes")
    for name, text in INCLUDES.items():
        project.write(name, text)
    for name in names:
        deploy, revert = SHAPES[name]
        project.change(name, scripts=Scripts(deploy, revert, f"SELECT '{name}';\n"))
        for kind, text in (("deploy", deploy), ("revert", revert)):
            project.script(kind, name, text)  # no header line: the text is the file
    return project


def register() -> None:
    """A scenario per shape: down and up, between two changes of the usual kind."""
    for name in SHAPES:
        def run(kit: Kit, name: str = name) -> None:
            lanes = kit.lanes(lambda root: shaped(root, name))
            lanes.edit(lambda p: p.change("after", name, table("after_it")))
            lanes.run("deploy", "--verify")
            lanes.deployed(name, "after")
            lanes.run("revert", "-y")
            lanes.run("deploy")
            lanes.run("check")
        scenario(f"script_{name}")(run)


register()


@scenario("scripts_of_all_shapes_in_turns")
def all_shapes(kit: Kit) -> None:
    """One project with every shape, walked up in five steps and down in two."""
    lanes = kit.lanes(lambda root: shaped(root, *SHAPES))
    names = list(SHAPES)
    for stop in range(6, len(names), 7):
        lanes.run("deploy", "--verify", "--to", names[stop])
    lanes.run("deploy", "--verify")
    lanes.deployed(*names)
    lanes.run("verify")
    lanes.run("revert", "-y", "--to", names[12])
    lanes.run("revert", "-y")
    lanes.run("deploy")
    lanes.deployed(*names)


@scenario("wal_database", only="sqlite")
def wal(kit: Kit) -> None:
    """A target that somebody switched to WAL mode, by a script and before."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="wal")
        project.change("mode", scripts=Scripts("PRAGMA journal_mode = WAL;\n",
                                               "PRAGMA journal_mode = DELETE;\n", "SELECT 1;\n"))
        return project.change("a").change("b", "a").tag("t")
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.run("revert", "-y", "--to", "a")
    lanes.run("deploy")
    lanes.deployed("mode", "a", "b")
    lanes.run("revert", "-y")


@scenario("verify_scripts_that_write", but="mysql")  # where CREATE TABLE commits
def writing_verify(kit: Kit) -> None:
    """A verify script in BEGIN … ROLLBACK may write; nothing of it stays."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="wv")
        project.change("a", scripts=Scripts(
            whole(f"CREATE TABLE a (id INTEGER PRIMARY KEY{engines.current().autoincrement},"
                  " v INTEGER CHECK (v > 0));"),
            whole("DROP TABLE a;"),
            whole("INSERT INTO a (v) VALUES (1);\nCREATE TABLE probe AS SELECT * FROM a;\n"
                  "SELECT count(*) FROM probe;", "ROLLBACK")))
        return project.change("b", "a", Scripts(
            whole("CREATE INDEX a_v ON a (v);"), whole(f"DROP INDEX a_v{engines.current().on_table.format('a')};"),
            ASSERT + f"INSERT INTO assert SELECT count(*) FROM {engines.current().relations} = 'a_v';\n"))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.deployed("a", "b")
    lanes.edit(lambda p: p.script("verify", "b", ASSERT + "INSERT INTO assert SELECT 0;\n"))
    lanes.fails("verify", code=4)
