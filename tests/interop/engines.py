"""What differs between the engines that the suite can run on.

A run is about one engine, which `use()` sets before anything else happens.  Scenarios
don't name it: where a configuration or a command line has to, they have words that are
replaced in each lane.

    $ENGINE        sqlite, pg or mysql; `db:$ENGINE:dir/app.db` is a database of the lane
    $ALIAS         another name of the engine, in such a URI
    $NAME:app.db   that database as the option --db-name takes it

On SQLite the path is a file, relative to the project.  On PostgreSQL each path is a
database of its own on the one server of the run, made when it is first mentioned.  On
MySQL, where a registry is a database too, and the same for all of a server, each lane
has a server of its own, so that names are the same in all lanes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import compare
import compare_mysql
import compare_postgres
from compare import Mask, Snapshot

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))
from mysql import MysqlServer  # noqa: E402  (needs the path above)
from postgres import PostgresServer, scratch_folder  # noqa: E402

REGISTRY = "sqitch"   # what Sqitch calls the schema unless it is told otherwise
PLACE = re.compile(r"(db:\$(?:ENGINE|ALIAS)|\$NAME):([^\s\"?]+)")


class Engine:
    """One kind of database, with all databases of the lanes."""

    key = ""
    alias = ""
    identity = ""           # after INTEGER PRIMARY KEY: a key that fills itself
    autoincrement = ""      # the same, where no number comes twice
    relations = ""          # the catalogue, up to the name to look for
    enforce = ""            # before BEGIN: foreign keys count
    log_lists = False       # whether Sqitch's log can show the lists of an event
    temporary = "TEMP"      # after CREATE: a table of the session
    quote = '"'             # what a name may be put in
    undoes = True           # whether CREATE TABLE is rolled back when its script fails
    orders_tags = True      # whether Sqitch asks for those of one moment in an order
    widest = "😀"           # a character that is wide, as far as the registry has it
    on_table = ""           # after DROP INDEX name, for an index of table {}

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_) -> None:
        """The run is over."""

    def render(self, text: str, folder: Path) -> str:
        """A text of a scenario as it is for the project in this folder."""
        text = PLACE.sub(lambda m: self.place(m[1], m[2], folder), text)
        return text.replace("$ENGINE", self.key).replace("$ALIAS", self.alias)

    def place(self, form: str, path: str, folder: Path) -> str:
        """A database of the lane in the form that is asked for."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What the tools' environment needs besides."""
        return {}

    def open_lane(self, root: Path) -> None:
        """A lane begins."""

    def close(self, scratch: Path, keep: bool = False) -> None:
        """Away with the databases of all lanes below a folder, or a text of them into their lanes."""

    def plain(self, text: str, root: Path) -> str:
        """A text without what names the lane's databases, the same in all lanes."""
        return text

    def snapshot(self, root: Path, mask: Mask) -> Snapshot:
        """All databases of a lane."""
        raise NotImplementedError

    def registry_key(self, project, root: Path) -> str:
        """Which part of the snapshot is the registry of a project."""
        raise NotImplementedError

    def in_registry(self, project, sql: str) -> None:
        """Run statements on a project's registry, as its keeper might."""
        raise NotImplementedError

    def in_database(self, project, sql: str) -> None:
        """Run statements on a project's database, as its user might."""
        raise NotImplementedError


class Sqlite(Engine):
    """Files in the project's folder; the registry is a file beside the database."""

    key, alias = "sqlite", "sqlite3"
    autoincrement = " AUTOINCREMENT"
    relations = "sqlite_master WHERE name"
    enforce = "PRAGMA foreign_keys = ON;\n"

    def place(self, form: str, path: str, folder: Path) -> str:
        return path if form == "$NAME" else f"{form.replace('$ENGINE', self.key).replace('$ALIAS', self.alias)}:{path}"

    def snapshot(self, root: Path, mask: Mask) -> Snapshot:
        return compare.snapshot(root, mask)

    def registry_key(self, project, root: Path) -> str:
        return str((project.folder / project.registry).resolve().relative_to(root))

    def in_registry(self, project, sql: str) -> None:
        self._execute(project.folder / project.registry, sql)

    def in_database(self, project, sql: str) -> None:
        self._execute(project.folder / project.history, sql)

    @staticmethod
    def _execute(file: Path, sql: str) -> None:
        base = sqlite3.connect(file)
        base.executescript(sql)
        base.close()


class Postgres(Engine):
    """Databases on a server; the registry is a schema of the database."""

    key, alias = "pg", "postgres"
    identity = autoincrement = " GENERATED BY DEFAULT AS IDENTITY"
    relations = "pg_class WHERE relname"
    log_lists = True

    def __init__(self) -> None:
        self.lanes: dict[Path, dict[str, str]] = {}   # root -> path in the lane -> database
        self.guard = threading.Lock()

    def __enter__(self) -> Postgres:
        self.folder = scratch_folder()
        self.server = PostgresServer.from_environment_or_new(self.folder / "server")
        self.server.start()
        return self

    def __exit__(self, *_) -> None:
        for root in list(self.lanes):
            self.close(root)
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- databases -----------------------------------------------------------------------

    def lane_of(self, folder: Path) -> Path:
        """The lane that a folder is in."""
        folder = folder.resolve()
        return next(root for root in (folder, *folder.parents) if root in self.lanes)

    def database(self, folder: Path, path: str) -> str:
        """The database of a path, seen from a folder; it is made if need be."""
        root = self.lane_of(folder)
        key = os.path.relpath(folder.resolve() / path, root)
        with self.guard:
            known = self.lanes[root]
            if key not in known:
                digest = hashlib.sha1(f"{root}/{key}".encode()).hexdigest()[:10]
                name = f"interop_{os.getpid()}_{digest}_{root.name}"
                self.server.create(name)
                known[key] = name
        return known[key]

    def place(self, form: str, path: str, folder: Path) -> str:
        name = self.database(folder, path)
        if form == "$NAME":
            return name
        uri = self.server.uri(name)
        return uri if form.endswith("$ENGINE") else uri.replace("db:pg:", f"db:{self.alias}:", 1)

    def environment(self) -> dict[str, str]:
        """Debian's psql is a wrapper that takes longer to start than the real one to end."""
        return {"PATH": f"{self.server.bin_folder}:{os.environ.get('PATH', '')}"}

    def open_lane(self, root: Path) -> None:
        with self.guard:
            self.lanes[root.resolve()] = {}

    def close(self, scratch: Path, keep: bool = False) -> None:
        with self.guard:
            over = {root: self.lanes.pop(root) for root in list(self.lanes)
                    if root.is_relative_to(scratch.resolve())}
        for root, databases in over.items():
            for key, name in databases.items():
                if keep:
                    file = root / (key.replace("/", "_") + ".dump.sql")
                    file.write_text(self.server.dump(name), errors="surrogateescape")
                self.server.drop(name)

    # --- what is in them -----------------------------------------------------------------

    def plain(self, text: str, root: Path) -> str:
        for key, name in self.lanes[root.resolve()].items():
            text = text.replace(self.server.uri(name), f"<uri of {key}>").replace(name, f"<{key}>")
        return text

    def snapshot(self, root: Path, mask: Mask) -> Snapshot:
        found: Snapshot = {}
        for key, name in sorted(self.lanes[root.resolve()].items()):
            parts = compare_postgres.snapshot(self.server, name, mask)
            found |= {f"{key}{part}": [self.plain(line, root) for line in lines]
                      for part, lines in parts.items() if lines}
        return found

    def registry_key(self, project, root: Path) -> str:
        path, _, schema = project.history.partition(":")
        return f"{os.path.relpath(project.folder.resolve() / path, root)}, schema {schema or REGISTRY}"

    def in_registry(self, project, sql: str) -> None:
        schema = project.history.partition(":")[2] or REGISTRY
        self.in_database(project, f'SET search_path = "{schema}";\n{sql}')

    def in_database(self, project, sql: str) -> None:
        self.server.query(self.database(project.folder, project.history.partition(":")[0]), sql)

    def role(self, name: str) -> str:
        """A role that may log in, of the whole server and so of all lanes; it is made if need be."""
        with self.guard:
            self.server.query("postgres", f"""DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} LOGIN; END IF;
                END $$""")
        return name

    def adopt(self, folder: Path, path: str, name: str, create: str = "") -> None:
        """From now on the path stands for a database of this name, made in this way."""
        quoted_name = '"' + name.replace('"', '""') + '"'
        self.server.query("postgres", f"CREATE DATABASE {quoted_name} {create}")
        with self.guard:
            self.lanes[self.lane_of(folder)][os.path.relpath(folder.resolve() / path, self.lane_of(folder))] = name


class Mysql(Engine):
    """Databases on a server of the lane; the registry is a database beside them.

    KEDGE_TEST_MYSQL_BIN says of which release the servers are, not which server is used.  The client
    is this machine's: that of MySQL 9.7 knows `source`, which Sqitch needs, only by an option.
    """

    key, alias = "mysql", "mariadb"
    identity = autoincrement = " AUTO_INCREMENT"
    relations = "information_schema.statistics WHERE table_schema = database() AND index_name"
    temporary = "TEMPORARY"
    quote = "`"
    undoes = False
    orders_tags = False
    widest = "字"
    on_table = " ON {}"

    def __init__(self) -> None:
        self.lanes: dict[Path, tuple[MysqlServer, dict[str, str]]] = {}   # root -> server, path in the lane -> database
        self.free: list[MysqlServer] = []
        self.guard = threading.Lock()

    def __enter__(self) -> Mysql:
        self.folder = scratch_folder()
        self.bin_folder = Path(os.environ["KEDGE_TEST_MYSQL_BIN"]) if "KEDGE_TEST_MYSQL_BIN" in os.environ else None
        self.made = 0
        self.model = MysqlServer(self.folder / "model", bin_folder=self.bin_folder)
        self.model.start()
        self.accounts = self._accounts(self.model)
        self.model.stop()
        return self

    def __exit__(self, *_) -> None:
        for root in list(self.lanes):
            self.close(root)
        for server in self.free:
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _accounts(server: MysqlServer) -> set[str]:
        """All there are, roles too, as SQL names them."""
        return {account for (account,) in
                server.query("", "SELECT concat(quote(user), '@', quote(host)) FROM mysql.user")}

    def _new_server(self) -> MysqlServer:
        """One more, from the data of the model, which is quicker than from nothing."""
        self.made += 1
        server = MysqlServer(self.folder / str(self.made), bin_folder=self.bin_folder)
        server.folder.mkdir()
        subprocess.run(["cp", "-a", self.model.data, server.data], check=True)
        (server.data / "auto.cnf").unlink(missing_ok=True)
        server.start()
        return server

    # --- databases -----------------------------------------------------------------------

    def lane_of(self, folder: Path) -> Path:
        """The lane that a folder is in."""
        folder = folder.resolve()
        return next(root for root in (folder, *folder.parents) if root in self.lanes)

    def server_of(self, folder: Path) -> MysqlServer:
        """The server of the lane that a folder is in."""
        return self.lanes[self.lane_of(folder)][0]

    def database(self, folder: Path, path: str) -> str:
        """The database of a path, seen from a folder; it is made if need be."""
        root = self.lane_of(folder)
        server, known = self.lanes[root]
        key = os.path.relpath(folder.resolve() / path, root)
        with self.guard:
            if key not in known:
                known[key] = re.sub(r"\W", "_", key)
                server.create(known[key])
        return known[key]

    def place(self, form: str, path: str, folder: Path) -> str:
        name = self.database(folder, path)
        if form == "$NAME":
            return name
        uri = self.server_of(folder).uri(name)
        return uri if form.endswith("$ENGINE") else uri.replace("db:mysql:", f"db:{self.alias}:", 1)

    def open_lane(self, root: Path) -> None:
        with self.guard:
            self.lanes[root.resolve()] = (self.free.pop() if self.free else self._new_server(), {})

    def close(self, scratch: Path, keep: bool = False) -> None:
        with self.guard:
            over = {root: self.lanes.pop(root) for root in list(self.lanes)
                    if root.is_relative_to(scratch.resolve())}
        for root, (server, _) in over.items():
            for name in server.databases():
                if keep:
                    (root / f"{name}.dump.sql").write_text(server.dump(name), errors="surrogateescape")
                server.drop(name)
            for account in self._accounts(server) - self.accounts:
                server.query("", f"DROP USER {account}")
            with self.guard:
                self.free.append(server)

    # --- what is in them -----------------------------------------------------------------

    def plain(self, text: str, root: Path) -> str:
        server = self.lanes[root.resolve()][0]
        return text.replace(f"{server.host}:{server.port}", "<server>").replace(str(server.socket), "<socket>")

    def snapshot(self, root: Path, mask: Mask) -> Snapshot:
        return compare_mysql.snapshot(self.lanes[root.resolve()][0], mask)

    def registry_key(self, project, root: Path) -> str:
        return project.history.partition(":")[2] or REGISTRY

    def in_registry(self, project, sql: str) -> None:
        self.server_of(project.folder).query(project.history.partition(":")[2] or REGISTRY, sql)

    def in_database(self, project, sql: str) -> None:
        self.server_of(project.folder).query(self.database(project.folder, project.history.partition(":")[0]), sql)

    def account(self, project, rights: str) -> str:
        """An account of the lane's server without a password, with these rights."""
        server = self.server_of(project.folder)
        server.query("", f"CREATE USER IF NOT EXISTS interop_user@'127.%'; GRANT {rights} TO interop_user@'127.%'")
        return "interop_user"


ENGINES: dict[str, type[Engine]] = {"sqlite": Sqlite, "pg": Postgres, "mysql": Mysql}
_current: Engine = Sqlite()


def use(engine: Engine) -> Engine:
    """From now on it is about this one."""
    global _current
    _current = engine
    return engine


def current() -> Engine:
    """The engine of this run."""
    return _current
