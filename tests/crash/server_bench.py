# SPDX-License-Identifier: MIT
"""A server with what is needed to disturb kedge on it, and what undisturbed runs look like: what is
the same for all engines."""

import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import state
from project import Change, boundaries, write_project

WORDS = {"deploy": ["deploy"], "verify": ["deploy", "--verify"], "revert": ["revert", "-y"]}


@dataclass
class Undisturbed:
    """What all servers share: the project, and what each state of it looks like."""
    folder: Path
    kedge: str
    shim: str
    changes: list[Change] = field(default_factory=list)
    # By operation, then by number of deployed changes. Those that aren't here are as `deploy`.
    states: dict[str, dict[int, dict]] = field(default_factory=lambda: {"deploy": {}, "revert": {}})
    # By operation, change, and number of its statements that are permanent.
    half: dict[tuple[str, str, int], dict] = field(default_factory=dict)
    final: dict[str, dict] = field(default_factory=dict)  # the registry's rows
    events: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    engine = ""

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def planned(self) -> list[Change]:
        raise NotImplementedError

    def write(self) -> None:
        self.project.mkdir()
        self.changes = write_project(self.project, "kedge", self.planned(), self.engine, "")

    def states_of(self, operation: str) -> dict[int, dict]:
        return self.states["revert" if operation == "revert" else "deploy"]

    def end_of(self, operation: str) -> int:
        """How many changes are deployed in the end."""
        return 0 if operation == "revert" else len(self.changes)


class ServerBench:
    """One server, for one thread. An engine adds `server`, session(), database() and before()."""

    look: ModuleType  # how the engine's databases are looked at: postgres_state, mysql_state
    variables: dict[str, str] = {}  # of the environment, that its client reads

    def __init__(self, shared, number: int) -> None:
        self.shared = shared
        self.folder = shared.folder / f"server-{number}"
        self._numbers = iter(range(10 ** 6))

    def environment(self, **extra: str) -> dict[str, str]:
        out = {"PATH": os.environ["PATH"], "HOME": str(self.shared.folder), "LC_ALL": "C.UTF-8",
               "TZ": "UTC", **self.variables}
        for brand in ("KEDGE", "SQITCH"):
            out |= {f"{brand}_FULLNAME": "Ada Lovelace", f"{brand}_EMAIL": "ada@example.com",
                    f"{brand}_USER_CONFIG": "/dev/null", f"{brand}_SYSTEM_CONFIG": "/dev/null"}
        # A sanitizer's runtime would complain that the shim is loaded before it.
        return out | {"ASAN_OPTIONS": "verify_asan_link_order=0"} | extra

    def command(self, database: str, *words: str) -> list[str]:
        return [self.shared.kedge, *words, "--target", self.server.uri(database)]

    def words(self, operation: str) -> list[str]:
        return WORDS[operation]

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

    def terminate(self, database: str) -> None:
        """Ends kedge's sessions there."""
        with self.session(database) as session:
            self.look.terminate(session)

    # --- undisturbed runs ------------------------------------------------------------------

    def run_steps(self, name: str, session, steps: list[str]) -> None:
        """Runs statements of a script, in order."""
        raise NotImplementedError

    def run_script(self, name: str, session, text: str) -> None:
        """Runs a whole script."""
        raise NotImplementedError

    def note_end(self, operation: str, name: str) -> None:
        """More that an engine wants to know of the end of an operation."""

    def learn_states(self, operation: str) -> None:
        """What is there after each change, and within those under the journal: without kedge, by
        one session that runs all scripts. learn_events() finds kedge at the same end."""
        changes = self.shared.changes
        states = self.shared.states[operation]
        deploying = operation == "deploy"
        with self.database(self.before(operation)) as name, self.session(name) as session:
            states[0 if deploying else len(changes)] = self.look.snapshot(session)
            numbered = list(enumerate(changes, 1))
            for number, change in numbered if deploying else reversed(numbered):
                steps = change.deploy_steps if deploying else change.revert_steps
                after = number if deploying else number - 1
                if steps:
                    self._learn_half(operation, change.name, steps, name, session)
                else:
                    self.run_script(name, session, change.deploy if deploying else change.revert)
                states[after] = self.look.snapshot(session)
        if not deploying and states[0]:
            raise RuntimeError(f"the revert scripts leave something behind: {sorted(states[0])}")

    def _learn_half(self, operation: str, change: str, steps: list[str], name: str, session) -> None:
        at = boundaries(steps)
        for begin, end in zip([0, *at], at):
            if end > begin:
                self.run_steps(name, session, steps[begin:end])
            self.shared.half[operation, change, end] = self.look.snapshot(session)

    def learn_events(self, operation: str) -> None:
        """What goes over the wire in one run, and the registry after it."""
        log = self.shared.folder / f"events-{operation}"
        with self.database(self.before(operation)) as name:
            self.must(name, *self.words(operation), LD_PRELOAD=self.shared.shim,
                      KEDGE_WIRE_LOG=str(log))
            with self.session(name) as session:
                self.shared.final[operation] = self.look.registry(session)
                self.note_end(operation, name)
                trouble = self.look.wait_until_gone(session) + self.look.leftovers(session)
                if operation in self.shared.states:
                    trouble += state.differences(
                        self.shared.states_of(operation)[self.shared.end_of(operation)],
                        self.look.snapshot(session))
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
