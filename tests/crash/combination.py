# SPDX-License-Identifier: MIT
"""A combination: journal mode of the database, place and journal mode of the registry; and what an
undisturbed run of it looks like."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import project
import state


@dataclass(frozen=True)
class Combination:
    name: str
    wal: bool
    brand: str  # kedge: registry in the database; sqitch: in a sibling file
    registry_wal: bool = False

    @property
    def prefix(self) -> str:
        return "kedge_" if self.brand == "kedge" else ""

    def registry_path(self, folder: Path) -> Path:
        return folder / ("app.db" if self.brand == "kedge" else "sqitch.db")


COMBINATIONS = {
    "rollback-inside": [Combination("rollback-inside", False, "kedge")],
    "wal-inside": [Combination("wal-inside", True, "kedge")],
    "rollback-sibling": [Combination("rollback-sibling", False, "sqitch"),
                         Combination("rollback-sibling-wal", False, "sqitch", True)],
    "wal-sibling": [Combination("wal-sibling", True, "sqitch"),
                    Combination("wal-sibling-wal", True, "sqitch", True)],
}


def make_wal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


@dataclass
class Events:
    """What the counting run saw: the file events' groups are the stretches between statements."""
    statements: int = 0
    journaled: list[int] = field(default_factory=list)  # statements while a journaled script runs
    files: list[str] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    seconds: float = 0


class Bench:
    """A combination made ready: project, start files for each operation, expected states."""

    def __init__(self, combination: Combination, folder: Path, kedge: str, shim: str):
        self.combination = combination
        self.folder = folder
        self.kedge = kedge
        self.shim = shim
        self.project = folder / "project"
        self.project.mkdir(parents=True)
        self.changes = project.write_project(self.project, combination.brand)
        self.states: dict[str, list[dict]] = {"deploy": [], "revert": []}
        self.bases: dict[tuple[str, int], Path] = {}
        self.final: dict[str, dict] = {}
        self.events: dict[str, Events] = {}

    def environment(self, folder: Path) -> dict[str, str]:
        out = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
               "TZ": "UTC", "SQLITE_TMPDIR": str(folder), "TMPDIR": str(folder)}
        for brand in ("KEDGE", "SQITCH"):
            out |= {f"{brand}_FULLNAME": "Ada Lovelace", f"{brand}_EMAIL": "ada@example.com",
                    f"{brand}_USER_CONFIG": "/dev/null", f"{brand}_SYSTEM_CONFIG": "/dev/null"}
        # A sanitizer's runtime would complain that the shim is loaded before it.
        out["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        return out

    def command(self, folder: Path, *words: str) -> list[str]:
        return [self.kedge, *words, "--target", f"db:sqlite:{folder}/app.db"]

    def run(self, folder: Path, *words: str, **extra: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(folder, *words), cwd=self.project, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                              env=self.environment(folder) | extra, check=False)

    def start(self, operation: str, folder: Path) -> Path:
        """A folder of its own as it is before the operation."""
        shutil.copytree(self.folder / f"before-{operation}", folder)
        return folder

    def must(self, folder: Path, *words: str, **extra: str) -> None:
        done = self.run(folder, *words, **extra)
        if done.returncode != 0:
            raise RuntimeError(f"undisturbed kedge {' '.join(words)} fails:\n"
                               f"{done.stdout}{done.stderr}")

    def prepare(self) -> None:
        """Runs everything undisturbed: change by change for the states, at once for the rest."""
        before = self.folder / "before-deploy"
        before.mkdir()
        if self.combination.wal:
            make_wal(before / "app.db")
        if self.combination.registry_wal:
            make_wal(self.combination.registry_path(before))
        steps = self.start("deploy", self.folder / "steps")
        count = len(self.changes)
        self.note_state("deploy", 0, steps)
        for k, change in enumerate(self.changes, 1):
            self.must(steps, "deploy", "--to", change.name)
            self.note_state("deploy", k, steps)
        states = []
        for k in range(count, -1, -1):
            if k < count:
                words = ["--to", self.changes[k - 1].name] if k else []
                self.must(steps, "revert", "-y", *words)
            self.note_state("revert", k, steps)
            states.append(self.states["revert"].pop())
        self.states["revert"] = states[::-1]
        if self.states["revert"][0]:
            raise RuntimeError("the revert scripts leave something behind: "
                               f"{sorted(self.states['revert'][0])}")
        self.count("deploy")
        shutil.copytree(self.folder / "run-deploy", self.folder / "before-revert")
        self.count("revert")

    def note_state(self, operation: str, k: int, folder: Path) -> None:
        self.states[operation].append(state.snapshot(folder / "app.db"))
        # Where a journaled change begins, half-applied states are worked out from.
        index = k if operation == "deploy" else k - 1
        if 0 <= index < len(self.changes) and self.changes[index].deploy_steps:
            copy = self.folder / f"base-{operation}-{k}.db"
            with closing(sqlite3.connect(folder / "app.db")) as source, \
                    closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            self.bases[operation, k] = copy

    def half_state(self, operation: str, k: int, change: str, position: int) -> dict:
        """The state with `position` statements of the change done. KeyError if none can be."""
        index = k if operation == "deploy" else k - 1
        entry = self.changes[index]
        if entry.name != change:
            raise KeyError(change)
        steps = entry.deploy_steps if operation == "deploy" else entry.revert_steps
        return state.after_statements(self.bases[operation, k], steps[:position])

    def count(self, operation: str) -> None:
        folder = self.start(operation, self.folder / f"run-{operation}")
        log = self.folder / f"events-{operation}"
        words = [operation, "-y"] if operation == "revert" else [operation]
        self.must(folder, *words, LD_PRELOAD=self.shim, KEDGE_KILL_LOG=str(log),
                  KEDGE_KILL_DIR=str(folder))
        out = Events()
        open_group = journaled = False
        steps = tuple(step[:60].replace("\n", " ") for change in self.changes
                      for step in change.deploy_steps + change.revert_steps
                      if step not in ("BEGIN", "COMMIT"))
        for line in log.read_text("utf-8", "replace").splitlines():
            kind, _, rest = line.partition(" ")
            if kind == "stmt":
                out.statements += 1
                open_group = False
                text = rest.partition(" ")[2]
                if text.startswith(steps):
                    journaled = True
                elif text.startswith(f"INSERT INTO {self.combination.prefix}events"):
                    journaled = False  # it is being recorded
                if journaled and "vacuum_db" not in text:
                    out.journaled.append(out.statements)
            elif kind == "file":
                out.files.append(rest)
                if not open_group:
                    out.groups.append([])
                open_group = True
                out.groups[-1].append(len(out.files))
        if out.statements == 0 or not out.files:
            raise RuntimeError(f"the shim saw no events of {operation}; is kedge linked statically?")
        self.events[operation] = out
        self.final[operation] = state.registry(self.combination.registry_path(folder),
                                               self.combination.prefix)
        for suffix in ("-kedge-lock", "-journal", "-wal", "-shm"):
            left = list(folder.glob("*" + suffix))
            if left:
                raise RuntimeError(f"an undisturbed {operation} leaves {left}")
