#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A PostgreSQL server to throw away, for tests.

    with PostgresServer.from_environment_or_new(folder) as server:
        server.create("shop")
        server.query("shop", "SELECT 1")              in a test

    python3 tests/servers/postgres.py --run CMD ...   one server for all that CMD starts
    python3 tests/servers/postgres.py --release sid --run CMD ...   of another Debian release

These export KEDGE_TEST_PG, the URI up to the name of the database, and
KEDGE_TEST_PG_BIN, the folder of the server's programs, and end with CMD's status.

The server listens on 127.0.0.1 and on a socket in its folder, trusts everybody, and never
calls fsync: it survives the death of its processes, not that of the machine.  It runs beside
any other server.  It refuses to run as root, so root runs it as the user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import throwaway  # noqa: E402  (needs the path above)
from throwaway import ServerError, ThrowAwayServer, free_port  # noqa: E402, F401


class PostgresError(ServerError):
    """The server, or a program that talks to it, failed; the text is what that said."""


def newest_bin_folder() -> Path:
    """Where Debian has the programs of the newest version, or else where `postgres` is on PATH."""
    found = [(int(path.parent.name), path) for path in Path("/usr/lib/postgresql").glob("*/bin")
             if path.parent.name.isdigit() and (path / "postgres").exists()]
    if found:
        return max(found)[1]
    on_path = shutil.which("postgres")
    if not on_path:
        raise PostgresError("no PostgreSQL server in /usr/lib/postgresql nor on the PATH")
    return Path(on_path).resolve().parent


def scratch_folder() -> Path:
    """A new folder that the server can reach, in memory where there is enough of it."""
    return throwaway.scratch_folder("kedge-pg-")


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


class PostgresServer(ThrowAwayServer):
    """A server; its ways to stop are fast, immediate and smart."""

    user = account_name = "postgres"
    error = PostgresError
    engine = "pg"
    environment_name, bin_name = "KEDGE_TEST_PG", "KEDGE_TEST_PG_BIN"
    stop_signals = {"fast": signal.SIGINT, "smart": signal.SIGTERM, "immediate": signal.SIGQUIT}
    guard_signal = "QUIT"
    socket_name = ".s.PGSQL.65535.lock"
    port_taken = "could not create any TCP/IP sockets"
    default_settings = {
        "listen_addresses": "127.0.0.1",
        "max_connections": "200",
        "shared_buffers": "32MB",
        "dynamic_shared_memory_type": "mmap",  # in the folder, where nothing is left behind after a kill
        "fsync": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "autovacuum": "off",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %d ",
    }

    # --- what is in it -------------------------------------------------------------------

    def create(self, database: str, template: str | None = None) -> None:
        """A new database, of the server's template1 if no other is given."""
        source = f" TEMPLATE {quoted(template)}" if template else ""
        self.query("postgres", f"CREATE DATABASE {quoted(database)}{source}")

    def drop(self, database: str) -> None:
        """Away with it, and with whoever is connected to it; nothing happens if it isn't there."""
        self.query("postgres", "SET client_min_messages = warning;"
                               f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")

    def databases(self) -> list[str]:
        """All but `postgres` and the templates."""
        return [row[0] for row in self.query(
            "postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate"
                        " AND datname <> 'postgres' ORDER BY datname COLLATE \"C\"")]

    def query(self, database: str, sql: str, null: str = "") -> list[list[str]]:
        """The rows of all statements, by psql; what it says on failure is the exception."""
        out = self._program("psql", database, "-X", "-A", "-t", "-q", "-0", "-F", "\x1f",
                            "-P", f"null={null}", "-v", "ON_ERROR_STOP=1", "-f", "-", feed=sql)
        return [row.split("\x1f") for row in out.split("\0")[:-1]]

    def dump(self, database: str, *args: str) -> str:
        """All of a database as pg_dump writes it."""
        return self._program("pg_dump", database, *args)

    def dump_schema(self, database: str, *args: str) -> str:
        """The schema alone."""
        return self.dump(database, "-s", *args)

    def client_environment(self, database: str = "postgres") -> dict[str, str]:
        """The environment in which libpq's programs find this server and nothing of the user's own."""
        return self.clean_environment() | {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user,
                       "PGDATABASE": database, "PGCLIENTENCODING": "UTF8"}

    def _program(self, name: str, database: str, *args: str, feed: str | None = None) -> str:
        done = subprocess.run([self.bin_folder / name, *args], env=self.client_environment(database),
                              input=(feed or "").encode(), capture_output=True, check=False)
        if done.returncode:
            raise PostgresError(done.stderr.decode(errors="replace").strip() or f"{name}: {done.returncode}")
        return done.stdout.decode("utf-8", "surrogateescape")

    # --- how it is started ---------------------------------------------------------------

    newest_bin_folder = staticmethod(newest_bin_folder)

    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def make_data(self) -> None:
        done = subprocess.run(
            self.as_account(self.bin_folder / "initdb", "-D", self.data, "-U", self.user, "-A", "trust",
                            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise PostgresError(f"initdb: {done.stderr.strip()}")

    def command(self) -> list[str | Path]:
        settings = self.settings | {"port": str(self.port), "unix_socket_directories": str(self.socket_folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.bin_folder / "postgres", "-D", self.data, *options]

    def clean_environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def is_ready(self) -> bool:
        """The server notes its state in the eighth line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def find_socket_folder(self) -> Path:
        return Path(self.query("postgres", "SHOW unix_socket_directories")[0][0])


if __name__ == "__main__":
    sys.exit(throwaway.serve(PostgresServer, throwaway.command_line("PostgreSQL")))
