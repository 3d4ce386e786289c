# SPDX-License-Identifier: MIT
"""A PostgreSQL server with what is needed to disturb kedge on it."""

import contextlib
from dataclasses import dataclass, field

import postgres_project
import postgres_state as pg
import project
import server_bench
from libpq import ServerError, Session
from postgres_server import PostgresServer, quoted

# `single` deploys the first changes in one transaction.
SINGLE_TO = 12


@dataclass
class Undisturbed(server_bench.Undisturbed):
    dumps: dict[str, dict] = field(default_factory=dict)  # of the end

    engine = "pg"

    def planned(self) -> list[project.Change]:
        return postgres_project.changes()

    def end_of(self, operation: str) -> int:
        return SINGLE_TO if operation == "single" else super().end_of(operation)


class Bench(server_bench.ServerBench):
    look = pg
    variables = {"PGSSLMODE": "disable", "PGGSSENCMODE": "disable"}

    def __init__(self, shared: Undisturbed, number: int) -> None:
        super().__init__(shared, number)
        self.server = PostgresServer(self.folder, settings={"log_statement": "none"})
        self._admin: Session | None = None

    def words(self, operation: str) -> list[str]:
        if operation == "single":
            return ["deploy", "--single-transaction", "--to", self.shared.changes[SINGLE_TO - 1].name]
        return super().words(operation)

    def session(self, database: str) -> Session:
        return Session(self.server, database)

    def admin(self, sql: str) -> None:
        """On a session that is kept; it dies with the server."""
        for attempt in range(2):
            try:
                if self._admin is None:
                    self._admin = self.session("postgres")
                self._admin.rows(sql)
                return
            except ServerError:
                if self._admin is not None:
                    self._admin.close()
                self._admin = None
                if attempt:
                    raise

    def create(self, database: str, template: str | None = None) -> str:
        source = f" TEMPLATE {quoted(template)}" if template else ""
        self.admin(f"CREATE DATABASE {quoted(database)}{source} STRATEGY file_copy")
        return database

    def drop(self, database: str) -> None:
        self.admin(f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")

    @contextlib.contextmanager
    def database(self, template: str | None = None):
        """A database for a while."""
        name = self.create(f"d{next(self._numbers)}", template)
        try:
            yield name
        finally:
            self.drop(name)

    def before(self, operation: str) -> str | None:
        """The template that the operation starts from."""
        return "deployed" if operation == "revert" else None

    # --- undisturbed runs ------------------------------------------------------------------

    def start(self) -> None:
        self.server.start()
        self.must(self.create("deployed"), "deploy")

    def stop(self) -> None:
        self.server.stop("immediate")

    def learn_up(self) -> None:
        self.learn("deploy", "verify")

    def learn_down(self) -> None:
        self.learn("revert", "single")

    def learn(self, operation: str, like: str) -> None:
        """States and events of an operation, and the events of another one."""
        self.learn_states(operation)
        self.learn_events(operation)
        self.learn_events(like)

    def run_script(self, name: str, session: Session, text: str) -> None:
        if "FROM STDIN" in text:
            self.server.query(name, text)
        elif text:
            session.rows(text)
        session.rows("RESET ALL")  # the search path tells in what the catalog says

    def run_steps(self, name: str, session: Session, steps: list[str]) -> None:
        self.run_script(name, session, project.text_of(steps))

    def note_end(self, operation: str, name: str) -> None:
        self.shared.dumps[operation] = pg.full_dump(self.server, name)
