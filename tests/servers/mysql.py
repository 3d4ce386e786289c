#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A MariaDB or MySQL server to throw away, for tests.

    with MysqlServer.from_environment_or_new(folder) as server:
        server.create("shop")
        server.query("shop", "SELECT 1")              in a test

    python3 tests/servers/mysql.py --run CMD ...   one server for all that CMD starts
    python3 tests/servers/mysql.py --release trixie --run CMD ...   of another Debian release

This machine's is MariaDB, 10.11 on Debian 12; trixie has MariaDB 11.8, and sid MySQL 9.7.  These export
KEDGE_TEST_MYSQL, the URI up to the name of the database, and KEDGE_TEST_MYSQL_BIN, the folder of
the release's programs (mysql and mysqldump are among them), and end with CMD's status.

The server listens on 127.0.0.1 and 127.0.0.2 and on a socket in its folder, and lets root in without
a password.  `tester` has the password `secret`, which MySQL keeps by caching_sha2_password.  TLS is
on: tls_folder has the ca.pem that vouches for 127.0.0.2 and `localhost`, but not for 127.0.0.1.
There is no binary log.  It survives the death of its process, not that of the machine.  It
runs beside any other server; root runs it as the user `mysql`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import throwaway  # noqa: E402  (needs the path above)
from libmariadb import Session, SessionError  # noqa: E402
from throwaway import ServerError, ThrowAwayServer, free_port  # noqa: E402, F401

TESTER, PASSWORD = "tester", "secret"
SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")
MARIADB_SETTINGS = {
    "character-set-server": "utf8mb4",  # as in Debian's own configuration
    "collation-server": "utf8mb4_general_ci",
    "innodb-log-file-size": "32M",
}
MYSQL_SETTINGS = {
    "innodb-redo-log-capacity": "32M",
    "mysqlx": "OFF",
    "lc-messages": "en_US",
}


class MysqlError(ServerError):
    """The server, or a program that talks to it, failed; the text is what that said."""


def scratch_folder() -> Path:
    """A new folder that the server can reach, in memory where there is enough of it."""
    return throwaway.scratch_folder("kedge-mysql-")


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """A string as SQL takes it, whatever the sql_mode."""
    return "'" + value.replace("'", "''") + "'" if "\\" not in value else \
        f"CONVERT(x'{value.encode().hex()}' USING utf8mb4)"


class MysqlServer(ThrowAwayServer):
    """A server; it stops in one way only."""

    user = "root"
    account_name = "mysql"
    error = MysqlError
    engine = "mysql"
    environment_name, bin_name = "KEDGE_TEST_MYSQL", "KEDGE_TEST_MYSQL_BIN"
    stop_signals = {"fast": signal.SIGTERM}
    socket_name = "mysqld.sock.lock"
    port_taken = "ind on TCP/IP port"
    tls = True
    default_settings = {
        "bind-address": "127.0.0.1,127.0.0.2",
        "max-connections": "200",
        "skip-log-bin": None,
        "log-bin-trust-function-creators": "1",
        "innodb-buffer-pool-size": "64M",
        "innodb-flush-log-at-trx-commit": "2",  # to the kernel, which lives on
        "innodb-flush-method": "fsync",  # nothing else works on a tmpfs
        "default-time-zone": "+00:00",
        "secure-file-priv": "",
    }

    @staticmethod
    def newest_bin_folder() -> Path:
        """This machine's own."""
        found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if not found:
            raise MysqlError("no MariaDB server on the PATH")
        return Path("/usr/bin")

    def program(self, *names: str) -> Path:
        """The first of these programs that there is."""
        for name in names:
            for folder in (self.bin_folder, self.bin_folder.parent / "sbin"):
                if (folder / name).exists():
                    return folder / name
        raise MysqlError(f"no program {names[0]} in {self.bin_folder}")

    # --- what is in it -------------------------------------------------------------------

    def session(self, database: str = "", user: str = "", password: str = "") -> Session:
        """A session that stays open."""
        return Session(self.host, self.port, user or self.user, database, password=password)

    def query(self, database: str, sql: str, null: str = "") -> list[list[str]]:
        """The rows of all statements; what the server says on failure is the exception."""
        try:
            with self.session(database) as session:
                return [[null if value is None else value for value in row] for row in session.rows(sql)]
        except SessionError as wrong:
            raise MysqlError(str(wrong)) from None

    def create(self, database: str) -> None:
        """A new database."""
        self.query("", f"CREATE DATABASE {quoted(database)}")

    def drop(self, database: str) -> None:
        """Away with it, and with whoever is at work in it; nothing happens if it isn't there."""
        there = f"SELECT id FROM information_schema.processlist WHERE db = {text(database)} AND id <> connection_id()"
        with self.session() as session:
            # One reading alone may be wrong: a session of MariaDB that looks through information_schema
            # is shown in the database that it looks at.
            for (number,) in set(session.rows(there)) & set(session.rows(there)):
                try:
                    session.rows(f"KILL {number}")
                except SessionError:
                    pass  # it has gone
            session.rows(f"DROP DATABASE IF EXISTS {quoted(database)}")

    def databases(self) -> list[str]:
        """All but the server's own."""
        return sorted(row[0] for row in self.query("", "SHOW DATABASES") if row[0] not in SYSTEM)

    @property
    def is_mysql(self) -> bool:
        """Whether it is MySQL, and not MariaDB."""
        return not (self.bin_folder / "mariadbd").exists() and (self.bin_folder / "mysqld").exists()

    def dump(self, database: str, *args: str) -> str:
        """All of a database, as mysqldump writes it."""
        only = ["--set-gtid-purged=OFF", "--skip-column-statistics"] if self.is_mysql else []
        return self._run(self.program("mariadb-dump", "mysqldump"), "--no-defaults", f"--host={self.host}",
                         f"--port={self.port}", f"--user={self.user}", "--skip-dump-date", "--skip-comments",
                         "--routines", "--triggers", "--events", *only, *args, database)

    def dump_schema(self, database: str, *args: str) -> str:
        """The schema alone."""
        return self.dump(database, "--no-data", *args)

    @staticmethod
    def _run(*command: str | Path) -> str:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            raise MysqlError(done.stderr.decode(errors="replace").strip() or f"{command[0]}: {done.returncode}")
        return done.stdout.decode("utf-8", "surrogateescape")

    # --- how it is started ---------------------------------------------------------------

    @property
    def socket(self) -> Path:
        """The Unix socket."""
        return self.socket_folder / "mysqld.sock"

    @property
    def tls_folder(self) -> Path:
        """Where ca.pem is."""
        return Path(self.query("", "SELECT @@datadir")[0][0]) if self.shared else self.data

    @property
    def temporary(self) -> Path:
        """Its own: a server that starts clears what others have in a folder of temporary files."""
        return self.folder / "tmp"

    def is_made(self) -> bool:
        return (self.data / "mysql").exists()

    def make_data(self) -> None:
        self.own_folder(self.temporary, 0o700)
        if self.is_mysql:
            command = [self.program("mysqld"), "--no-defaults", "--initialize-insecure", "--skip-log-bin",
                       "--lc-messages=en_US"]
        else:
            command = [self.program("mariadb-install-db"), "--no-defaults", "--skip-test-db", "--force",
                       "--auth-root-authentication-method=normal",
                       f"--innodb-log-file-size={MARIADB_SETTINGS['innodb-log-file-size']}"]
        done = subprocess.run(self.as_account(*command, f"--datadir={self.data}", f"--tmpdir={self.temporary}"),
                              capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise MysqlError(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip()[-2000:]}")
        self._make_certificates()

    def _make_certificates(self) -> None:
        """An authority of our own, and a server that it vouches for; MySQL's own have no names in them."""
        if not self.tls or not shutil.which("openssl"):
            return
        new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", "30", "-keyout"]
        for command in ([*new, "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=kedge tests"],
                        [*new, "server-key.pem", "-out", "server-cert.pem", "-subj", "/CN=localhost",
                         "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-addext",
                         "subjectAltName=DNS:localhost,IP:127.0.0.2"]):
            subprocess.run(command, cwd=self.data, capture_output=True, check=True)
        for file in self.data.glob("*.pem"):
            self.own(file)

    def settings_here(self) -> dict[str, str | None]:
        """The settings that this product knows."""
        own = MYSQL_SETTINGS if self.is_mysql else MARIADB_SETTINGS
        return own | self.settings

    def command(self) -> list[str | Path]:
        self.own_folder(self.temporary, 0o700)
        settings = self.settings_here() | {
            "port": str(self.port), "socket": str(self.socket), "datadir": str(self.data),
            "tmpdir": str(self.temporary), "pid-file": str(self.data / "server.pid")}
        if (self.data / "server-cert.pem").exists():
            settings |= {f"ssl-{what}": str(self.data / f"{file}.pem") for what, file in
                         (("ca", "ca"), ("cert", "server-cert"), ("key", "server-key"))}
        options = [f"--{name}" if value is None else f"--{name}={value}" for name, value in settings.items()]
        return [self.program("mysqld" if self.is_mysql else "mariadbd"), "--no-defaults", *options]

    def clean_environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("MYSQL")}

    def is_ready(self) -> bool:
        """It notes its process when it is ready, and greets whoever comes."""
        try:
            if (self.data / "server.pid").read_text().strip() != str(self.pid):
                return False
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(10)
                client.connect(str(self.socket))
                return len(client.recv(5)) == 5
        except OSError:
            return False

    def after_first_start(self) -> None:
        way = "WITH caching_sha2_password " if self.is_mysql else ""
        with Session("", 0, "root", socket=str(self.socket)) as session:
            for (account,) in session.rows("SELECT concat(quote(user), '@', quote(host)) FROM mysql.user "
                                           "WHERE user = '' OR user = 'root' AND host <> 'localhost'"):
                session.rows(f"DROP USER {account}")
            session.rows(f"CREATE USER {self.user}@'127.%'; GRANT ALL ON *.* TO {self.user}@'127.%' WITH GRANT OPTION;"
                         f"CREATE USER {TESTER}@'%' IDENTIFIED {way}BY '{PASSWORD}'; GRANT ALL ON *.* TO {TESTER}@'%'")

    def find_socket_folder(self) -> Path:
        return Path(self.query("", "SELECT @@socket")[0][0]).parent


def general_log(file: Path) -> dict[str, str]:
    """The settings by which all statements are written to a file; it is made, for the server's user."""
    file.touch()
    file.chmod(0o666)
    return {"general-log": "1", "general-log-file": str(file.absolute())}


if __name__ == "__main__":
    line = throwaway.command_line("MariaDB or MySQL")
    line.add_argument("--general-log", type=Path, metavar="FILE", help="have all statements written there")
    sys.exit(throwaway.serve(MysqlServer, line, "mysql", more_settings=lambda args:
                             general_log(args.general_log) if args.general_log else {}))
