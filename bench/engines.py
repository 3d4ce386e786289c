# SPDX-License-Identifier: MIT
"""The databases that the tools work on: fresh ones, what is in them, and what a server costs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import check
import tools
from workload_mysql import bare

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/servers"))

from mysql import MysqlError, MysqlServer  # noqa: E402
from postgres import PostgresError, PostgresServer, newest_bin_folder  # noqa: E402
from throwaway import children_of  # noqa: E402

SETTLING = 10.0   # seconds for a server to be done with sessions that ended
CPU_OF_PROCESS = 2   # the kernel's kinds of clocks


class Engine:
    """SQLite: a file, and no server."""

    name = "sqlite"
    title = "SQLite"
    server_note = ""   # what is to be said of the server; empty where there is none

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch

    def floor(self) -> tools.Tool | None:
        program = shutil.which("sqlite3")
        return tools.sqlite_floor(program) if program else None

    def start(self) -> None:
        """Before the first database."""

    def stop(self) -> None:
        """After the last."""

    def environment(self) -> dict[str, str]:
        """What the tools need in theirs."""
        return {}

    def server_cpu(self) -> float:
        """Seconds that the server has used so far, with all sessions that ended."""
        return 0.0

    def fresh_site(self, project: Path, size: int) -> tools.Site:
        folder = self.scratch / "database"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        file = str(folder / "bench.db")
        return tools.Site(project, size, file, f"db:sqlite:{file}", f"sqlite:{file}")

    def content(self, site: tools.Site) -> check.Content:
        return check.content(Path(site.database))

    def execute(self, site: tools.Site, script: str) -> None:
        """Runs a script that has transactions of its own; no measured tool is its own judge."""
        check.execute(Path(site.database), script)

    def rows(self, site: tools.Site, table: str) -> int:
        """How many rows a table has."""
        return int(self.content(site)[f"rows of {table}"])

    def compare(self, site: tools.Site, expected: check.Content) -> str:
        """Why the run that left the database counts as failed; empty where it did its work."""
        try:
            return check.difference(expected, self.content(site))
        except (sqlite3.Error, PostgresError, MysqlError) as error:
            return f"{site.database} can't be read: {error}"


class PostgresEngine(Engine):
    """A PostgreSQL server of its own, in the scratch folder and without fsync."""

    name = "pg"
    title = "PostgreSQL"
    server_note = "a server of its own, fsync off"

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        scratch.chmod(0o755)   # the server may run as another user
        self.bin_folder = newest_bin_folder()
        # A checkpoint in the midst of a run would be charged to that run.
        settings = {"max_wal_size": "4GB", "checkpoint_timeout": "1h"}
        self.server = PostgresServer(scratch / "server", bin_folder=self.bin_folder,
                                     settings=settings)
        self.processes = 0
        self.ticks = os.sysconf("SC_CLK_TCK")

    def floor(self) -> tools.Tool | None:
        return tools.postgres_floor(str(self.bin_folder / "psql"))

    def start(self) -> None:
        self.server.start()
        time.sleep(0.5)
        self.processes = len(children_of(self.server.pid))

    def stop(self) -> None:
        self.server.stop()

    def environment(self) -> dict[str, str]:
        """Sqitch starts psql: the program itself, and not the script that Debian has on PATH."""
        return {"PATH": f"{self.bin_folder}:{os.environ.get('PATH', os.defpath)}"}

    def server_cpu(self) -> float:
        """Of sessions that ended the kernel tells ticks of 10 ms, of processes that live more."""
        end = time.monotonic() + SETTLING
        children = children_of(self.server.pid)
        while len(children) > self.processes and time.monotonic() < end:
            time.sleep(0.005)
            children = children_of(self.server.pid)
        total = sum(self.postmaster_times()) / self.ticks
        for child in children:
            try:
                schedstat = Path(f"/proc/{child}/schedstat").read_text()
            except OSError:
                continue   # it ended meanwhile
            total += int(schedstat.split()[0]) / 1e9
        return total

    def postmaster_times(self) -> list[int]:
        """utime, stime, cutime, cstime; the name before them may have any character in it."""
        text = Path(f"/proc/{self.server.pid}/stat").read_text()
        return [int(field) for field in text.rpartition(")")[2].split()[11:15]]

    def fresh_site(self, project: Path, size: int) -> tools.Site:
        self.server.drop("bench")
        self.server.create("bench")
        self.server.query("postgres", "CHECKPOINT")
        address = f"{self.server.user}@{self.server.host}:{self.server.port}/bench"
        return tools.Site(project, size, "bench", f"db:pg://{address}",
                          f"postgres://{address}?sslmode=disable")

    def content(self, site: tools.Site) -> check.Content:
        return check.postgres_content(lambda sql: self.server.query(site.database, sql))

    def execute(self, site: tools.Site, script: str) -> None:
        self.server.query(site.database, script)


class MysqlEngine(Engine):
    """A MariaDB server of its own, in the scratch folder, which waits for no disk at a commit of rows."""

    name = "mysql"
    title = "MariaDB"
    server_note = "a server of its own"

    def __init__(self, scratch: Path) -> None:
        super().__init__(scratch)
        scratch.chmod(0o755)   # the server may run as another user
        # Its background work would be charged to the run in whose midst it comes.
        settings: dict[str, str | None] = {
            "innodb-buffer-pool-size": "512M", "innodb-log-file-size": "256M",
            "innodb-stats-auto-recalc": "OFF", "innodb-buffer-pool-dump-at-shutdown": "OFF"}
        self.server = MysqlServer(scratch / "server", settings=settings)
        self.server.tls = False   # some of the tools would use it, and others not

    def floor(self) -> tools.Tool | None:
        program = self.server.program("mariadb", "mysql")
        return tools.mysql_floor(str(program), self.server.port)

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def server_cpu(self) -> float:
        """When it has come to rest: 20 ms with next to no work."""
        clock = ~self.server.pid << 3 | CPU_OF_PROCESS
        end = time.monotonic() + SETTLING
        before, now = -1.0, time.clock_gettime(clock)
        while now - before > 0.0002 and time.monotonic() < end:
            time.sleep(0.02)
            before, now = now, time.clock_gettime(clock)
        return now

    def fresh_site(self, project: Path, size: int) -> tools.Site:
        for database in ("bench", "sqitch"):   # Sqitch's registry is one for all
            self.server.drop(database)
        self.server.create("bench")
        self.server.query("", "FLUSH TABLES")
        # The URI of kedge and Sqitch, and dbmate's.
        address = f"mysql://{self.server.user}@{self.server.host}:{self.server.port}/bench"
        return tools.Site(project, size, "bench", f"db:{address}", address)

    def content(self, site: tools.Site) -> check.Content:
        return check.mysql_content(lambda sql: self.server.query(site.database, sql))

    def execute(self, site: tools.Site, script: str) -> None:
        self.server.query(site.database, bare(script))


ENGINES: dict[str, type[Engine]] = {"sqlite": Engine, "pg": PostgresEngine, "mysql": MysqlEngine}
