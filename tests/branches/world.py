# SPDX-License-Identifier: MIT
"""A Sqitch project in a git repository, databases for it, and the tools that work on them."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))
from mysql import MysqlServer  # noqa: E402  (needs the path above)
from postgres import PostgresServer, scratch_folder  # noqa: E402

TIMEOUT = 300
BY = "Ada Lovelace <ada@example.com>"


class Sqlite:
    """Each database is a folder of its own, since those of one folder share a registry."""

    key = "sqlite"

    def __enter__(self) -> Sqlite:
        return self

    def __exit__(self, *_) -> None:
        """Nothing runs."""

    def make(self, world: World, name: str) -> str:
        (world.folder / "db" / name).mkdir(parents=True)
        return f"db:sqlite:db/{name}/app.db"

    def options(self, name: str) -> list[str]:
        return []

    def query(self, world: World, name: str, sql: str) -> list[tuple]:
        with sqlite3.connect(world.folder / "db" / name / "sqitch.db") as base:
            return base.execute(sql).fetchall()

    def registry(self, name: str) -> str:
        return ""

    def environment(self) -> dict[str, str]:
        return {}


class Server:
    """Databases on a server to throw away, or the one that the environment tells of."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __enter__(self) -> Server:
        self.folder = scratch_folder()
        self.server = self.kind.from_environment_or_new(self.folder / "server")
        self.server.start()
        return self

    def __exit__(self, *_) -> None:
        for name in self.made:
            self.server.drop(name)
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def of(self, world: World, name: str) -> str:
        return f"branches_{os.getpid()}_{world.name}_{name}"

    def make(self, world: World, name: str) -> str:
        base = self.of(world, name)
        self.server.create(base)
        self.made.append(base)
        return self.server.uri(base)

    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.server.bin_folder}:{os.environ['PATH']}"}


class Postgres(Server):
    """The registry is a schema of each database."""

    key, kind = "pg", PostgresServer

    def options(self, name: str) -> list[str]:
        return []

    def query(self, world: World, name: str, sql: str) -> list[tuple]:
        return [tuple(row) for row in self.server.query(self.of(world, name), sql)]

    def registry(self, name: str) -> str:
        return "sqitch."


class Mysql(Server):
    """The registry is a database beside it; each database has its own."""

    key, kind = "mysql", MysqlServer

    def options(self, name: str) -> list[str]:
        registry = f"branches_{os.getpid()}_{name}_registry"
        if registry not in self.made:
            self.made.append(registry)
        return ["--registry", registry]

    def query(self, world: World, name: str, sql: str) -> list[tuple]:
        return [tuple(row) for row in self.server.query(self.of(world, name), sql)]

    def registry(self, name: str) -> str:
        return f"branches_{os.getpid()}_{name}_registry."


ENGINES = {bench.key: bench for bench in (Sqlite, Postgres, Mysql)}


class World:
    """The repository `shop`, its branch, and databases by name."""

    def __init__(self, bench, kedge: Path, folder: Path, name: str, driver: bool = True) -> None:
        self.bench, self.binary, self.folder, self.name = bench, kedge, folder, name
        self.clock, self.uris = 0, {}
        self.known_ids: dict[str, list[str]] = {}
        (folder / "home").mkdir(parents=True)
        self.git("init", "-q", "-b", "main", ".")
        self.write("sqitch.conf", f"[core]\n\tengine = {bench.key}\n[deploy]\n\tverify = true\n")
        self.write("sqitch.plan", "%syntax-version=1.0.0\n%project=shop\n%uri=https://example.com/\n\n")
        self.write(".gitignore", "home/\ndb/\n")
        if driver:
            self.kedge("init", "--git")
        self.add("base", note="The first")
        self.commit("base")

    # --- tools ---------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        out = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "LC_ALL": "C.UTF-8", "TZ": "UTC",
               "GIT_CONFIG_NOSYSTEM": "1"}
        out |= self.bench.environment()
        out["PATH"] = f"{self.binary.parent}:{out['PATH']}"
        for tool in ("GIT_AUTHOR", "GIT_COMMITTER"):
            out |= {f"{tool}_NAME": "Ada Lovelace", f"{tool}_EMAIL": "ada@example.com"}
        for tool in ("KEDGE", "SQITCH"):
            out |= {f"{tool}_FULLNAME": "Ada Lovelace", f"{tool}_EMAIL": "ada@example.com"}
        return out

    def run(self, *command: str, code: int | None = 0) -> str:
        """What it says on both streams."""
        done = subprocess.run(command, cwd=self.folder, env=self.environment(), text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT)
        if code is not None and done.returncode != code:
            raise AssertionError(f"{' '.join(command)}: exit {done.returncode}, not {code}\n{done.stdout}")
        return done.stdout

    def git(self, *arguments: str, code: int = 0) -> str:
        return self.run("git", *arguments, code=code)

    def on(self, words: tuple[str, ...], database: str) -> list[str]:
        return [*words, *self.bench.options(f"{self.name}_{database}"), "--target", self.uri(database)]

    def kedge(self, *words: str, at: str | None = None, code: int | None = 0) -> str:
        return self.run(str(self.binary), *(self.on(words, at) if at else words), code=code)

    def sqitch(self, *words: str, at: str, code: int | None = 0) -> str:
        return self.run("sqitch", *self.on(words, at), code=code)

    # --- files ---------------------------------------------------------------------------

    def path(self, name: str) -> Path:
        return self.folder / name

    def read(self, name: str) -> str:
        return self.path(name).read_bytes().decode()

    def write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(text.encode())

    def line(self, what: str, note: str = "") -> str:
        """A line of the plan, a minute after the last one."""
        self.clock += 1
        moment = f"2026-01-{1 + self.clock // 1440:02}T{self.clock // 60 % 24:02}:{self.clock % 60:02}:00Z"
        return f"{what} {moment} {BY}" + (f" # {note}" if note else "") + "\n"

    def append(self, text: str) -> None:
        self.write("sqitch.plan", self.read("sqitch.plan") + text)

    def add(self, name: str, needs: str = "", note: str = "") -> None:
        """Plans a change that makes a table."""
        self.append(self.line(f"{name} [{needs}]" if needs else name, note))
        self.scripts(name)

    def scripts(self, name: str) -> None:
        table = re.sub(r"\W", "_", name)
        self.write(f"deploy/{name}.sql", f"CREATE TABLE {table} (id INTEGER PRIMARY KEY);\n")
        self.write(f"revert/{name}.sql", f"DROP TABLE {table};\n")
        self.write(f"verify/{name}.sql", f"SELECT id FROM {table} WHERE 1 = 0;\n")

    def tag(self, name: str) -> None:
        self.append(self.line(f"@{name}"))

    def rework(self, name: str, tag: str, column: str) -> None:
        """Plans the change again, with another column."""
        self.append(self.line(f"{name} [{name}@{tag}]"))
        for folder in ("deploy", "revert", "verify"):
            shutil.copy(self.path(f"{folder}/{name}.sql"), self.path(f"{folder}/{name}@{tag}.sql"))
        self.write(f"deploy/{name}.sql", f"ALTER TABLE {name} ADD COLUMN {column} INTEGER;\n")
        self.write(f"revert/{name}.sql", f"ALTER TABLE {name} DROP COLUMN {column};\n")
        self.write(f"verify/{name}.sql", f"SELECT {column} FROM {name} WHERE 1 = 0;\n")

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def planned(self) -> list[str]:
        """The names of the changes in the plan, in order."""
        names = []
        for line in self.read("sqitch.plan").splitlines()[3:]:
            if line.strip() and line[0] not in "@#%":
                names.append(line.split()[0])
        return names

    def ids(self) -> list[str]:
        """As Sqitch makes them of the plan: asked once for each text, since a start of it takes long."""
        plan = self.read("sqitch.plan")
        if plan not in self.known_ids:
            self.known_ids[plan] = self.run("sqitch", "plan", "--no-headers", "--format", "format:%H").split()
        return self.known_ids[plan]

    # --- databases -----------------------------------------------------------------------

    def uri(self, database: str) -> str:
        if database not in self.uris:
            self.uris[database] = self.bench.make(self, database)
        return self.uris[database]

    def query(self, database: str, sql: str) -> list[tuple]:
        """Of the registry; `{changes}` is one of its tables."""
        return [tuple(str(value) for value in row) for row in self.execute(database, sql)]

    def execute(self, database: str, sql: str) -> list[tuple]:
        prefix = self.bench.registry(f"{self.name}_{database}")
        return self.bench.query(self, database, re.sub(r"\{(\w+)\}", lambda m: prefix + m[1], sql))

    def set_moments(self, database: str, moment: str) -> None:
        """Somebody's hand in the registry: all was deployed at one moment."""
        for table in ("changes", "tags"):
            self.execute(database, f"UPDATE {{{table}}} SET committed_at = '{moment}'")

    def unrecord(self, database: str, name: str, change_id: str) -> None:
        """Somebody's hand: a change is deployed, and isn't recorded."""
        for sql in (f"DELETE FROM {{tags}} WHERE change_id = '{change_id}'",
                    f"UPDATE {{dependencies}} SET dependency_id = change_id WHERE dependency_id = '{change_id}'",
                    f"DELETE FROM {{dependencies}} WHERE change_id = '{change_id}'",
                    f"DELETE FROM {{changes}} WHERE change_id = '{change_id}'"):
            self.execute(database, sql)
        assert change_id not in self.deployed(database), name

    def deployed(self, database: str) -> list[str]:
        return [row[0] for row in self.query(
            database, "SELECT c.change_id FROM {changes} c WHERE c.project = 'shop' ORDER BY c.committed_at")]

    def is_in_order(self, database: str) -> None:
        """All of the plan is deployed, in its order and by its ids; both tools say so, and go on from there."""
        assert self.deployed(database) == self.ids(), "the registry is not as the plan"
        moments = self.query(database, "SELECT count(*), count(DISTINCT committed_at) FROM {changes}")[0]
        assert moments[0] == moments[1], "two changes of one moment"
        loose = self.query(database, "SELECT count(*) FROM {dependencies} d WHERE d.type = 'require' AND "
                                     "d.dependency_id NOT IN (SELECT change_id FROM {changes})")
        assert loose[0][0] == "0", "dependencies point nowhere"
        loose = self.query(database, "SELECT count(*) FROM {tags} t WHERE t.change_id NOT IN "
                                     "(SELECT change_id FROM {changes})")
        assert loose[0][0] == "0", "tags point nowhere"
        assert "up-to-date" in self.kedge("status", at=database)
        assert "up-to-date" in self.sqitch("status", at=database)
        assert "Verify successful" in self.kedge("verify", at=database)
        assert "Verify successful" in self.sqitch("verify", at=database)
        assert "up-to-date" in self.sqitch("deploy", at=database)
        assert "Nothing to reconcile" in self.kedge("reconcile", "-y", at=database)

    def goes_back(self, database: str) -> None:
        """Either tool takes back what the other has in order, to the first change, and deploys it again."""
        self.sqitch("revert", "-y", "--to", "@HEAD^", at=database)
        self.kedge("deploy", at=database)
        self.kedge("revert", "-y", "--to", "@ROOT", at=database)
        assert len(self.deployed(database)) == 1
        self.sqitch("deploy", at=database)
        self.sqitch("log", "--format", "oneline", at=database)
        self.is_in_order(database)
