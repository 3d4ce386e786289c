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

import argparse
import atexit
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote

ENV_URI = "KEDGE_TEST_PG"
ENV_BIN = "KEDGE_TEST_PG_BIN"
PATIENCE = 180  # seconds for a start or a stop, on a machine with much else to do
SOCKET_PATH_LIMIT = 107  # of sockaddr_un, with the name that the server gives the socket
STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
OTHER_SERVER = Path(__file__).resolve().parents[2] / "scripts" / "other_server"
SETTINGS = {
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


class PostgresError(Exception):
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
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    folder = Path(tempfile.mkdtemp(prefix="kedge-pg-", dir=memory if roomy else None))
    folder.chmod(0o755)
    return folder


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_state(pid: int | str) -> tuple[str, int]:
    """The kernel's letter for a process and its parent's id; Z and 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return fields[0], int(fields[1])
    except (OSError, IndexError):
        return "Z", 0


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    names = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(name) for name in names if process_state(name)[1] == pid]


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


class PostgresServer:
    """One server with its data in a folder of its own; as a context manager it starts and stops.

    The folder stays the caller's: it is made if need be, but not removed.
    """

    host = "127.0.0.1"
    user = "postgres"

    def __init__(self, folder: Path, *, bin_folder: Path | None = None,
                 settings: dict[str, str] | None = None) -> None:
        self.folder = Path(folder).absolute()
        self.bin_folder = Path(bin_folder) if bin_folder else newest_bin_folder()
        self.port = free_port()
        self.settings = SETTINGS | (settings or {})
        self.data, self.log = self.folder / "data", self.folder / "server.log"
        self.shared = False  # true: somebody else started it, and ends it
        self._socket_folder: Path | None = None
        self._process: subprocess.Popen | None = None
        self._guard: subprocess.Popen | None = None

    @classmethod
    def from_environment_or_new(cls, folder: Path, **more) -> PostgresServer:
        """The server that KEDGE_TEST_PG tells of, or one to start in the folder.

        One that runs already can't be restarted nor killed, and stop() leaves it alone.
        """
        uri = os.environ.get(ENV_URI)
        if not uri:
            return cls(folder, **more)
        match = re.fullmatch(r"db:pg://([^@/]+)@127\.0\.0\.1:(\d+)/", uri)
        if not match:
            raise PostgresError(f"{ENV_URI} isn't of the form db:pg://USER@127.0.0.1:PORT/: {uri}")
        if ENV_BIN in os.environ:
            more["bin_folder"] = Path(os.environ[ENV_BIN])
        server = cls(folder, **more)
        server.user, server.port, server.shared = unquote(match[1]), int(match[2]), True
        return server

    # --- its life ------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether it is there, as far as we know."""
        return self.shared or (self._process is not None and self._process.poll() is None)

    @property
    def pid(self) -> int:
        """The process that all others of the server come from."""
        if self._process is None:
            raise PostgresError("this server isn't ours, or isn't running")
        return self._process.pid

    @property
    def socket_folder(self) -> Path:
        """Where its Unix socket is."""
        if self._socket_folder is None:
            if self.shared:
                self._socket_folder = Path(self.query("postgres", "SHOW unix_socket_directories")[0][0])
            else:
                self._socket_folder = self._make_socket_folder()
        return self._socket_folder

    def start(self) -> None:
        """Make the data folder if it is the first time, start, and wait until it answers."""
        if self.running:
            return
        first = not (self.data / "PG_VERSION").exists()
        if first:
            self._initialise()
        for attempt in range(5):
            self._process = self._launch()
            if self._wait_until_ready():
                break
            self._process = None
            if not first or attempt == 4 or "could not create any TCP/IP sockets" not in self._log_tail():
                raise PostgresError(f"the server doesn't start:\n{self._log_tail()}")
            self.port = free_port()  # somebody took it since we looked
        atexit.register(self.stop)

    def stop(self, mode: str = "fast") -> None:
        """End it, without complaint if it isn't running: mode is fast, immediate or smart."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(STOP_SIGNALS[mode])
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._kill_all(process)
        self._dismiss_guard()

    def restart(self, mode: str = "fast") -> None:
        """Stop and start on the same port."""
        self._must_be_ours("restarted")
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """SIGKILL to all of its processes at once, as the kernel does when memory is short."""
        self._must_be_ours("killed")
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is not None:
            self._kill_all(process)
        self._dismiss_guard()

    def __enter__(self) -> PostgresServer:
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop("fast")

    # --- what is in it -------------------------------------------------------------------

    def uri(self, database: str, user: str | None = None) -> str:
        """A database as Sqitch and kedge call it."""
        return f"db:pg://{quote(user or self.user)}@{self.host}:{self.port}/{quote(database, safe='')}"

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
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {"PGHOST": self.host, "PGPORT": str(self.port), "PGUSER": self.user,
                       "PGDATABASE": database, "PGCLIENTENCODING": "UTF8"}

    def _program(self, name: str, database: str, *args: str, feed: str | None = None) -> str:
        done = subprocess.run([self.bin_folder / name, *args], env=self.client_environment(database),
                              input=(feed or "").encode(), capture_output=True, check=False)
        if done.returncode:
            raise PostgresError(done.stderr.decode(errors="replace").strip() or f"{name}: {done.returncode}")
        return done.stdout.decode("utf-8", "surrogateescape")

    # --- how it is started ---------------------------------------------------------------

    def _must_be_ours(self, what: str) -> None:
        if self.shared:
            raise PostgresError(f"the server of {ENV_URI} can't be {what}: others use it too")

    def _account(self) -> pwd.struct_passwd | None:
        """Whom the server runs as, if we are root."""
        if os.geteuid():
            return None
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            raise PostgresError("root can't run the server, and there is no user `postgres`") from None

    def _as_account(self, *command: str | Path) -> list[str]:
        """A command that runs as that user."""
        account = self._account()
        if (self.bin_folder / "changes-user").exists():
            account = None  # the programs of scripts/other_server do so by themselves
        change = [] if account is None else ["setpriv", f"--reuid={account.pw_uid}",
                                             f"--regid={account.pw_gid}", "--init-groups", "--"]
        return [*change, *map(str, command)]

    def _own_folder(self, path: Path, mode: int) -> None:
        """A folder that belongs to whom the server runs as."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        account = self._account()
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)

    def _make_socket_folder(self) -> Path:
        """In the server's folder, unless the path of the socket would be too long."""
        path = self.folder / "socket"
        if len(os.fsencode(path)) + len("/.s.PGSQL.65535.lock") > SOCKET_PATH_LIMIT:
            path = Path(tempfile.mkdtemp(prefix="kedge-pg-socket-", dir="/tmp"))
            atexit.register(shutil.rmtree, path, ignore_errors=True)
        return path

    def _initialise(self) -> None:
        """Make the data folder; initdb says what is wrong if it can't."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._account():
            self.folder.chmod(0o755)
            closed = [p for p in self.folder.parents if not stat.S_IMODE(p.stat().st_mode) & 0o001]
            if closed:
                raise PostgresError(f"the user `postgres` can't get into {closed[0]}; use a folder in /tmp")
        self._own_folder(self.data, 0o700)
        done = subprocess.run(
            self._as_account(self.bin_folder / "initdb", "-D", self.data, "-U", self.user, "-A", "trust",
                             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise PostgresError(f"initdb: {done.stderr.strip()}")

    def _launch(self) -> subprocess.Popen:
        """The server as a child of ours, in a session of its own: Ctrl-C is for us to handle."""
        self._own_folder(self.socket_folder, 0o755)
        settings = self.settings | {"port": str(self.port), "unix_socket_directories": str(self.socket_folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self._as_account(self.bin_folder / "postgres", "-D", self.data, *options), cwd="/",
                env=environment | {"LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        self._post_guard(process.pid)
        return process

    def _wait_until_ready(self) -> bool:
        """The server notes its state in the eighth line of its pid file."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            try:
                lines = (self.data / "postmaster.pid").read_text().split("\n")
            except OSError:
                lines = []
            if len(lines) > 7 and lines[0] == str(self._process.pid) and lines[7].strip() == "ready":
                return True
            time.sleep(0.01)
        if self._process.poll() is None:
            self._kill_all(self._process)
        self._dismiss_guard()
        return False

    def _post_guard(self, pid: int) -> None:
        """A shell that ends the server if we die in a way that runs no code of ours."""
        self._guard = subprocess.Popen(["sh", "-c", 'read -r word || kill -QUIT "$0"', str(pid)],
                                       stdin=subprocess.PIPE, start_new_session=True)

    def _dismiss_guard(self) -> None:
        """It has nothing to look after any more."""
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.communicate(b"done\n")

    @staticmethod
    def _kill_all(process: subprocess.Popen) -> None:
        """The parent is stopped first, so that no child comes after we have counted."""
        process.send_signal(signal.SIGSTOP)
        children = children_of(process.pid)
        process.kill()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.wait()
        end = time.monotonic() + PATIENCE
        while any(process_state(pid)[0] not in "ZX" for pid in children) and time.monotonic() < end:
            time.sleep(0.005)

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def programs_of_release(release: str, folder: Path) -> Path:
    """The programs of another Debian release, to be called as if they were this one's."""
    if subprocess.run([OTHER_SERVER, "wrap", release, folder], check=False).returncode:
        raise PostgresError(f"no PostgreSQL of {release}")
    return folder


def run_command(command: list[str], server: PostgresServer) -> int:
    """A command with the server in its environment; what asks us to end is handed on to it."""
    environment = os.environ | {ENV_URI: server.uri(""), ENV_BIN: str(server.bin_folder)}
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as wrong:
        print(f"postgres.py: {wrong}", file=sys.stderr)
        return 127
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: child.send_signal(got))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child has got it too
    code = child.wait()
    return code if code >= 0 else 128 - code


def main() -> int:
    """Start, run, stop."""
    parser = argparse.ArgumentParser(description="Runs a command with a PostgreSQL server of its own.")
    parser.add_argument("--bin", type=Path, help="folder of the server's programs (the newest)")
    parser.add_argument("--release", help="Debian release whose server it is; needs root and the network")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a server setting")
    parser.add_argument("--run", nargs=argparse.REMAINDER, required=True, metavar="CMD")
    args = parser.parse_args()
    if not args.run:
        parser.error("--run needs a command")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    folder = scratch_folder()
    try:
        settings = dict(pair.split("=", 1) for pair in args.set)
        if args.release:
            args.bin = programs_of_release(args.release, folder / "bin")
            os.environ.pop(ENV_URI, None)  # another server than the one that is asked for
        with PostgresServer.from_environment_or_new(folder, bin_folder=args.bin, settings=settings) as server:
            return run_command(args.run, server)
    except PostgresError as wrong:
        print(f"postgres.py: {wrong}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
