# SPDX-License-Identifier: MIT
"""A MariaDB or MySQL server with what is needed to disturb kedge on it."""

import contextlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

import mysql_project
import mysql_state as my
import project
import server_bench
from mysql_server import MysqlServer, Session

NO_TLS = {False: {"skip-ssl": None}, True: {"tls-version": ""}}  # MariaDB, MySQL: messages as they are


@dataclass
class Undisturbed(server_bench.Undisturbed):
    bin_folder: Path | None = None
    dump: bytes = b""  # of the database with all changes deployed

    engine = "mysql"

    def planned(self) -> list[project.Change]:
        return mysql_project.changes()


class Bench(server_bench.ServerBench):
    look = my

    def __init__(self, shared: Undisturbed, number: int) -> None:
        super().__init__(shared, number)
        self.server = MysqlServer(self.folder, bin_folder=shared.bin_folder)
        self.server.settings |= NO_TLS[self.server.is_mysql]

    def session(self, database: str) -> Session:
        return self.server.session(database)

    def load(self, database: str) -> None:
        """What an undisturbed deploy leaves, into an empty database."""
        done = subprocess.run([self.server.program("mariadb", "mysql"), "--no-defaults",
                               f"--host={self.server.host}", f"--port={self.server.port}",
                               f"--user={self.server.user}", "--default-character-set=utf8mb4",
                               database], input=self.shared.dump, check=False, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"the dump can't be loaded: {done.stderr.decode(errors='replace')}")

    @contextlib.contextmanager
    def database(self, deployed: bool = False):
        """A database for a while."""
        name = f"d{next(self._numbers)}"
        self.server.create(name)
        try:
            if deployed:
                self.load(name)
            yield name
        finally:
            self.server.drop(name)

    @staticmethod
    def before(operation: str) -> bool:
        """Whether the operation starts from a database with all changes deployed."""
        return operation == "revert"

    # --- undisturbed runs ------------------------------------------------------------------

    def start(self) -> None:
        self.server.start()
        if self.folder.name.endswith("-0"):
            with self.database() as name:
                self.must(name, "deploy")
                # A trigger is kept by the name of its table as it was given.
                dump = self.server.dump(name).replace(f"`{name}`.", "")
                self.shared.dump = dump.encode("utf-8", "surrogateescape")

    def stop(self) -> None:
        self.server.kill()

    def learn_up(self) -> None:
        self.learn_states("deploy")
        self.learn_events("deploy")
        self.learn_events("verify")

    def learn_down(self) -> None:
        self.learn_states("revert")
        self.learn_events("revert")

    def run_script(self, name: str, session: Session, text: str) -> None:
        session.rows(text)

    def run_steps(self, name: str, session: Session, steps: list[str]) -> None:
        for step in steps:
            session.rows(step)
