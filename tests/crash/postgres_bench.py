# SPDX-License-Identifier: MIT
"""A server with what is needed to disturb kedge on it, and what undisturbed runs look like."""

import contextlib
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import postgres_project
import postgres_state as pg
import project
import state
from libpq import ServerError, Session
from postgres_server import PostgresServer, quoted

# What is done, and the words for it. `single` deploys the first changes in one transaction.
SINGLE_TO = 12
WORDS = {"deploy": ["deploy"], "verify": ["deploy", "--verify"], "revert": ["revert", "-y"],
         "single": ["deploy", "--single-transaction"]}


@dataclass
class Undisturbed:
    """What all servers share: the project, and what each state of it looks like."""
    folder: Path
    kedge: str
    shim: str
    changes: list[project.Change] = field(default_factory=list)
    # By operation, then by number of deployed changes. `verify` and `single` are as `deploy`.
    states: dict[str, dict[int, dict]] = field(default_factory=lambda: {"deploy": {}, "revert": {}})
    # By operation, change, and number of its statements that are permanent.
    half: dict[tuple[str, str, int], dict] = field(default_factory=dict)
    final: dict[str, dict] = field(default_factory=dict)  # the registry's rows
    dumps: dict[str, dict] = field(default_factory=dict)  # of the end
    events: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def write(self) -> None:
        self.project.mkdir()
        self.changes = project.write_project(self.project, "kedge", postgres_project.changes(),
                                             "pg", "")

    def states_of(self, operation: str) -> dict[int, dict]:
        return self.states["revert" if operation == "revert" else "deploy"]

    def end_of(self, operation: str) -> int:
        """How many changes are deployed in the end."""
        return {"revert": 0, "single": SINGLE_TO}.get(operation, len(self.changes))


class Bench:
    """One server, for one thread."""

    def __init__(self, shared: Undisturbed, number: int) -> None:
        self.shared = shared
        self.folder = shared.folder / f"server-{number}"
        self.server = PostgresServer(self.folder, settings={"log_statement": "none"})
        self._numbers = iter(range(10 ** 6))
        self._admin: Session | None = None

    def environment(self, **extra: str) -> dict[str, str]:
        out = {"PATH": os.environ["PATH"], "HOME": str(self.shared.folder), "LC_ALL": "C.UTF-8",
               "TZ": "UTC", "PGSSLMODE": "disable", "PGGSSENCMODE": "disable"}
        for brand in ("KEDGE", "SQITCH"):
            out |= {f"{brand}_FULLNAME": "Ada Lovelace", f"{brand}_EMAIL": "ada@example.com",
                    f"{brand}_USER_CONFIG": "/dev/null", f"{brand}_SYSTEM_CONFIG": "/dev/null"}
        # A sanitizer's runtime would complain that the shim is loaded before it.
        return out | {"ASAN_OPTIONS": "verify_asan_link_order=0"} | extra

    def command(self, database: str, *words: str) -> list[str]:
        return [self.shared.kedge, *words, "--target", self.server.uri(database)]

    def words(self, operation: str) -> list[str]:
        more = ["--to", self.shared.changes[SINGLE_TO - 1].name] if operation == "single" else []
        return WORDS[operation] + more

    def run(self, database: str, *words: str, folder: Path | None = None,
            **extra: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(database, *words), cwd=folder or self.shared.project,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                              env=self.environment(**extra), check=False)

    def must(self, database: str, *words: str, **more) -> None:
        done = self.run(database, *words, **more)
        if done.returncode != 0:
            raise RuntimeError(f"undisturbed kedge {' '.join(words)} ends with {done.returncode}:\n"
                               f"{done.stdout}{done.stderr}")

    def session(self, database: str) -> Session:
        return Session(self.server, database)

    def terminate(self, database: str) -> None:
        """Ends kedge's session there."""
        with self.session(database) as session:
            pg.terminate(session)

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

    def learn_states(self, operation: str) -> None:
        """What is there after each change, and within those under the journal: without kedge, by
        one session that runs all scripts. learn_events() finds kedge at the same end."""
        changes = self.shared.changes
        states = self.shared.states[operation]
        deploying = operation == "deploy"
        with self.database(self.before(operation)) as name, self.session(name) as session:
            states[0 if deploying else len(changes)] = pg.snapshot(session)
            numbered = list(enumerate(changes, 1))
            for number, change in numbered if deploying else reversed(numbered):
                steps = change.deploy_steps if deploying else change.revert_steps
                before, after = (number - 1, number) if deploying else (number, number - 1)
                if steps:
                    states[after] = self._learn_half(operation, change.name, steps, name, session,
                                                     states[before])
                else:
                    self._run_script(name, session, change.deploy if deploying else change.revert)
                    session.rows("RESET ALL")  # the search path tells in what the catalog says
                    states[after] = pg.snapshot(session)
        if not deploying and states[0]:
            raise RuntimeError(f"the revert scripts leave something behind: {sorted(states[0])}")

    def _run_script(self, name: str, session: Session, text: str) -> None:
        if "FROM STDIN" in text:
            self.server.query(name, text)
        elif text:
            session.rows(text)

    def _learn_half(self, operation: str, change: str, steps: list[str], name: str,
                    session: Session, found: dict) -> dict:
        at = postgres_project.boundaries(steps)
        for begin, end in zip([0, *at], at):
            if end > 0:
                self._run_script(name, session, project.text_of(steps[begin:end]))
                session.rows("RESET ALL")
                found = pg.snapshot(session)
            self.shared.half[operation, change, end] = found
        return found

    def learn_events(self, operation: str) -> None:
        """What goes over the wire in one run, and the registry after it."""
        log = self.shared.folder / f"events-{operation}"
        with self.database(self.before(operation)) as name:
            self.must(name, *self.words(operation), LD_PRELOAD=self.shared.shim,
                      KEDGE_WIRE_LOG=str(log))
            with self.session(name) as session:
                self.shared.final[operation] = pg.registry(session)
                self.shared.dumps[operation] = pg.full_dump(self.server, name)
                trouble = pg.wait_until_gone(session) + pg.leftovers(session)
                if operation in self.shared.states:
                    trouble += state.differences(
                        self.shared.states_of(operation)[self.shared.end_of(operation)],
                        pg.snapshot(session))
                if trouble:
                    raise RuntimeError(f"after an undisturbed {operation}: {trouble}")
        with self.database(self.before(operation)) as name:
            began = time.monotonic()
            self.must(name, *self.words(operation))
            self.shared.seconds[operation] = time.monotonic() - began
        events = log.read_text("utf-8", "replace").splitlines()
        if not events:
            raise RuntimeError("the shim saw no events; is kedge linked statically?")
        self.shared.events[operation] = [line.split()[0] for line in events]
