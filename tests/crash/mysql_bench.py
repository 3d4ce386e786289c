# SPDX-License-Identifier: MIT
"""A server with what is needed to disturb kedge on it, and what undisturbed runs look like."""

import contextlib
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import mysql_project
import mysql_state as my
import project
import state
from mysql_server import MysqlServer, Session

WORDS = {"deploy": ["deploy"], "verify": ["deploy", "--verify"], "revert": ["revert", "-y"]}
NO_TLS = {False: {"skip-ssl": None}, True: {"tls-version": ""}}  # MariaDB, MySQL: messages as they are


@dataclass
class Undisturbed:
    """What all servers share: the project, and what each state of it looks like."""
    folder: Path
    kedge: str
    shim: str
    bin_folder: Path | None = None
    changes: list[project.Change] = field(default_factory=list)
    # By operation, then by number of deployed changes. `verify` is as `deploy`.
    states: dict[str, dict[int, dict]] = field(default_factory=lambda: {"deploy": {}, "revert": {}})
    # By operation, change, and number of its statements that are permanent.
    half: dict[tuple[str, str, int], dict] = field(default_factory=dict)
    final: dict[str, dict] = field(default_factory=dict)  # the registry's rows
    events: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    dump: bytes = b""  # of the database with all changes deployed

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def write(self) -> None:
        self.project.mkdir()
        self.changes = project.write_project(self.project, "kedge", mysql_project.changes(),
                                             "mysql", "")

    def states_of(self, operation: str) -> dict[int, dict]:
        return self.states["revert" if operation == "revert" else "deploy"]

    def end_of(self, operation: str) -> int:
        """How many changes are deployed in the end."""
        return 0 if operation == "revert" else len(self.changes)


class Bench:
    """One server, for one thread."""

    def __init__(self, shared: Undisturbed, number: int) -> None:
        self.shared = shared
        self.folder = shared.folder / f"server-{number}"
        self.server = MysqlServer(self.folder, bin_folder=shared.bin_folder)
        self.server.settings |= NO_TLS[self.server.is_mysql]
        self._numbers = iter(range(10 ** 6))

    def environment(self, **extra: str) -> dict[str, str]:
        out = {"PATH": os.environ["PATH"], "HOME": str(self.shared.folder), "LC_ALL": "C.UTF-8",
               "TZ": "UTC"}
        for brand in ("KEDGE", "SQITCH"):
            out |= {f"{brand}_FULLNAME": "Ada Lovelace", f"{brand}_EMAIL": "ada@example.com",
                    f"{brand}_USER_CONFIG": "/dev/null", f"{brand}_SYSTEM_CONFIG": "/dev/null"}
        # A sanitizer's runtime would complain that the shim is loaded before it.
        return out | {"ASAN_OPTIONS": "verify_asan_link_order=0"} | extra

    def command(self, database: str, *words: str) -> list[str]:
        return [self.shared.kedge, *words, "--target", self.server.uri(database)]

    def words(self, operation: str) -> list[str]:
        return WORDS[operation]

    def run(self, database: str, *words: str, **extra: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(database, *words), cwd=self.shared.project,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                              env=self.environment(**extra), check=False)

    def must(self, database: str, *words: str, **more: str) -> None:
        done = self.run(database, *words, **more)
        if done.returncode != 0:
            raise RuntimeError(f"undisturbed kedge {' '.join(words)} ends with {done.returncode}:\n"
                               f"{done.stdout}{done.stderr}")

    def session(self, database: str) -> Session:
        return self.server.session(database)

    def terminate(self, database: str) -> None:
        """Ends kedge's sessions there."""
        with self.session(database) as session:
            my.terminate(session)

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

    def learn_states(self, operation: str) -> None:
        """What is there after each change, and within those under the journal: without kedge, by
        one session that runs all scripts. learn_events() finds kedge at the same end."""
        changes = self.shared.changes
        states = self.shared.states[operation]
        deploying = operation == "deploy"
        with self.database(self.before(operation)) as name, self.session(name) as session:
            states[0 if deploying else len(changes)] = my.snapshot(session)
            numbered = list(enumerate(changes, 1))
            for number, change in numbered if deploying else reversed(numbered):
                steps = change.deploy_steps if deploying else change.revert_steps
                after = number if deploying else number - 1
                if steps:
                    self._learn_half(operation, change.name, steps, session)
                else:
                    session.rows(change.deploy if deploying else change.revert)
                states[after] = my.snapshot(session)
        if not deploying and states[0]:
            raise RuntimeError(f"the revert scripts leave something behind: {sorted(states[0])}")

    def _learn_half(self, operation: str, change: str, steps: list[str], session: Session) -> None:
        at = mysql_project.boundaries(steps)
        for begin, end in zip([0, *at], at):
            for step in steps[begin:end]:
                session.rows(step)
            self.shared.half[operation, change, end] = my.snapshot(session)

    def learn_events(self, operation: str) -> None:
        """What goes over the wire in one run, and the registry after it."""
        log = self.shared.folder / f"events-{operation}"
        with self.database(self.before(operation)) as name:
            self.must(name, *self.words(operation), LD_PRELOAD=self.shared.shim,
                      KEDGE_WIRE_LOG=str(log))
            with self.session(name) as session:
                self.shared.final[operation] = my.registry(session)
                trouble = my.wait_until_gone(session) + my.leftovers(session)
                trouble += state.differences(
                    self.shared.states_of(operation)[self.shared.end_of(operation)],
                    my.snapshot(session)) if operation in self.shared.states else []
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
