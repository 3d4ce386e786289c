# SPDX-License-Identifier: MIT
"""What a scenario needs to know of an engine: where its database is, and how to ask it."""

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))

from mysql import PASSWORD, TESTER, MysqlServer  # noqa: E402, F401
from postgres import PostgresServer, free_port, quoted  # noqa: E402, F401


FIRST_OWN_OID = 16384  # PostgreSQL gives smaller numbers only to what initdb makes


class SqliteEngine:
    """The database is `app.db` in the scenario's folder."""

    name = "sqlite"

    def start(self, scratch: Path) -> None:
        """Before the first scenario."""

    def stop(self) -> None:
        """After the last one."""

    def open(self, folder: Path) -> dict[str, str]:
        """The databases of one scenario; what it knows of them by name."""
        return {"engine": "sqlite", "db": "db:sqlite:app.db", "db2": "db:sqlite:other.db",
                "dir": str(folder), "registry": "db:sqlite:app.db", "tables": "sqlite_master",
                "changes_table": "kedge_changes", "events_table": "kedge_events",
                "tags_table": "kedge_tags"}

    def close(self, folder: Path) -> None:
        """They go with the folder."""

    def query(self, folder: Path, sql: str) -> list[str]:
        """Rows as lines, columns parted by `|`, NULL as `NULL`."""
        path = folder / "app.db"
        if sql.startswith("@"):  # `sql @FILE QUERY` asks another database file
            name, _, sql = sql[1:].partition(" ")
            path = folder / name
        if not path.exists():
            raise LookupError(f"there is no database {path.name}")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            return ["|".join("NULL" if value is None else str(value) for value in row)
                    for row in connection.execute(sql).fetchall()]

    def state(self, folder: Path) -> bytes | None:
        """All that is in the database, down to the bytes and times; None if nothing is."""
        path = folder / "app.db"
        return str(path.stat().st_mtime_ns).encode() + path.read_bytes() if path.exists() else None


class ServerEngine:
    """Each scenario has two new databases on one server. An engine adds make_server(), variables() and
    what else is its own."""

    longest_name = 50

    def start(self, scratch: Path) -> None:
        """The server that the environment names, or a new one with its data in the scratch folder."""
        self.server = self.make_server(scratch / "server")
        self.server.start()
        self.prefix = "s" + re.sub(r"\W", "", scratch.name.rpartition("-")[2]).lower()

    def stop(self) -> None:
        """Only a server of our own ends."""
        self.server.stop()

    def name_of(self, folder: Path) -> str:
        """A database's name that says whose it is."""
        name = f"{self.prefix}_{re.sub(r'[^a-z0-9]', '_', folder.parent.name)}"
        return name[:self.longest_name]

    def open(self, folder: Path) -> dict[str, str]:
        """The databases of one scenario; what it knows of them by name."""
        server, name = self.server, self.name_of(folder)
        names = (name, f"{name}_2")
        for database in names:
            server.drop(database)
            server.create(database)
        return {"engine": self.name, "db": server.uri(names[0]), "db2": server.uri(names[1]),
                "dir": str(folder), "registry": server.uri(names[0]),
                "database": names[0], "host": server.host, "port": str(server.port),
                "user": server.user, **self.variables(names[0])}

    def query(self, folder: Path, sql: str) -> list[str]:
        """Rows as lines, columns parted by `|`, NULL as `NULL`."""
        name = self.name_of(folder)
        if sql.startswith("@db2 "):  # `sql @db2 QUERY` asks the other database
            name, sql = f"{name}_2", sql[len("@db2 "):]
        return ["|".join(row) for row in self.server.query(name, sql, null="NULL")]


class PostgresEngine(ServerEngine):
    """And a role that may not do much."""

    name = "pg"
    longest_name = 56

    @staticmethod
    def make_server(folder: Path) -> PostgresServer:
        return PostgresServer.from_environment_or_new(folder)

    def stop(self) -> None:
        self.server.stop("fast")

    def variables(self, name: str) -> dict[str, str]:
        server = self.server
        return {"tables": "(SELECT tablename AS name FROM pg_tables "
                          "WHERE schemaname IN ('public', 'kedge')) AS tables",
                "changes_table": "kedge.changes", "events_table": "kedge.events",
                "tags_table": "kedge.tags", "socket": str(server.socket_folder),
                "psql": f"psql -X -q -A -t postgresql://{server.user}@{server.host}:{server.port}/{name}"}

    def close(self, folder: Path) -> None:
        """Roles that a scenario makes carry its database's name in front."""
        name = self.name_of(folder)
        for database in (name, f"{name}_2"):
            self.server.drop(database)
        roles = self.server.query("postgres", "SELECT rolname FROM pg_roles "
                                              f"WHERE starts_with(rolname, '{name}')")
        for (role,) in roles:
            self.server.query("postgres", f"DROP ROLE {quoted(role)}")

    def state(self, folder: Path) -> bytes | None:
        """All that is in the database, as pg_dump tells it; None if nothing is."""
        name = self.name_of(folder)
        made = self.query(folder, f"SELECT count(*) FROM pg_depend WHERE objid >= {FIRST_OWN_OID}")
        if made == ["0"]:
            return None
        rows = self.query(folder, "SELECT database_to_xml(true, true, '')")
        dump = self.server.dump_schema(name)
        return (re.sub(r"^\\(un)?restrict .*$", "", dump, flags=re.MULTILINE) + str(rows)).encode()


class MysqlEngine(ServerEngine):
    name = "mysql"

    @staticmethod
    def make_server(folder: Path) -> MysqlServer:
        return MysqlServer.from_environment_or_new(folder)

    def name_of(self, folder: Path) -> str:
        """Begins no other scenario's."""
        return super().name_of(folder) + "__1"

    def variables(self, name: str) -> dict[str, str]:
        server = self.server
        return {"tables": "(SELECT table_name AS name FROM information_schema.tables "
                          "WHERE table_schema = database()) AS tables",
                "changes_table": "kedge_changes", "events_table": "kedge_events",
                "tags_table": "kedge_tags", "socket": str(server.socket),
                "mysql": f"mysql --no-defaults -N -B -h {server.host} -P {server.port} "
                         f"-u {server.user} {name}"}

    def close(self, folder: Path) -> None:
        """Databases that a scenario makes carry its own one's name in front."""
        name = self.name_of(folder)
        for database in self.server.databases():
            if database.startswith(name):
                self.server.drop(database)

    def state(self, folder: Path) -> bytes | None:
        """All that is in the database, as mysqldump tells it; None if nothing is."""
        made = ("SELECT count(*) FROM information_schema.tables WHERE table_schema = database()",
                "SELECT count(*) FROM information_schema.routines WHERE routine_schema = database()")
        if all(self.query(folder, count) == ["0"] for count in made):
            return None
        return self.server.dump(self.name_of(folder), "--skip-extended-insert").encode(
            errors="surrogateescape")


ENGINES = {engine.name: engine for engine in (SqliteEngine(), PostgresEngine(), MysqlEngine())}
