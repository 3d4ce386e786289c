# SPDX-License-Identifier: MIT
"""Small projects for what the large one can't show: a failed verify that is taken back, a path that
is spelt otherwise after the crash, many changes in one transaction, and a roll-back of a run."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import project
import state
from combination import Bench, Combination, make_wal
from points import spread

UNDONE = project.stepped(
    "undone", ["CREATE TABLE undone (x INTEGER)", "INSERT INTO undone VALUES (1)",
               "UPDATE undone SET x = x + 1", "INSERT INTO undone VALUES (7)"],
    [], "SELECT nosuch FROM undone;", head="-- kedge: no-transaction\n")
UNDONE_STATE = {"table undone": ("undone", "CREATE TABLE undone (x INTEGER)"),
                "rows of undone": [(2,), (7,)]}


class Extra:
    """A folder with a project, what is done to be killed, and what must hold afterwards."""

    def __init__(self, name: str, folder: Path, kedge: str, shim: str, brand: str, wal: bool):
        self.name = name
        self.bench = Bench(Combination(name, wal, brand), folder, kedge, shim)
        self.registry = self.bench.combination.registry_path

    def start(self, folder: Path) -> Path:
        folder.mkdir()
        if self.bench.combination.wal:
            make_wal(folder / "app.db")
        return folder

    def words(self) -> list[str]:
        raise NotImplementedError

    def fits(self, folder: Path) -> list[str]:
        raise NotImplementedError

    def run(self, folder: Path, **extra: str) -> int:
        return self.bench.run(folder, *self.words(), **extra).returncode

    def events(self) -> dict[str, int]:
        folder = self.start(self.bench.folder / "count")
        log = self.bench.folder / "events"
        self.run(folder, LD_PRELOAD=self.bench.shim, KEDGE_KILL_LOG=str(log),
                 KEDGE_KILL_DIR=str(folder))
        lines = log.read_text("utf-8", "replace").splitlines()
        return {kind: sum(line.startswith(kind) for line in lines) for kind in ("stmt", "file")}

    def points(self, wanted: int, full: bool, source: random.Random) -> list[tuple[str, int]]:
        out = []
        for kind, count in self.events().items():
            number = count if full else wanted // 2
            out += [(kind, at) for at in spread(count, number, source.random())]
        return out

    def play(self, folder: Path, kind: str, at: int) -> list[str]:
        self.start(folder)
        code = self.run(folder, LD_PRELOAD=self.bench.shim, KEDGE_KILL_KIND=kind,
                        KEDGE_KILL_AT=str(at), KEDGE_KILL_DIR=str(folder))
        if code != -9:
            return [f"was not killed, but ended with {code}"]
        return self.fits(folder)

    def names(self, folder: Path) -> list[str]:
        rows = state.registry(self.registry(folder), self.bench.combination.prefix)
        return [row[2] for row in rows["changes"]]

    def ends_with(self, folder: Path, status: int, *words: str) -> list[str]:
        done = self.bench.run(folder, *words)
        if done.returncode == status:
            return []
        return [f"kedge {' '.join(words)} ends with {done.returncode}: {done.stdout}{done.stderr}"]


class Undo(Extra):
    """A change under the journal whose verify fails is taken back by its revert script. Killed
    anywhere, a mended verify must lead to the change as a whole."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        folder = self.bench.project
        (folder / f"{self.bench.combination.brand}.plan").write_text(
            "%syntax-version=1.0.0\n%project=crash\n\nundone "
            f"{project.PLANNED.format(0)} # x\n", "utf-8")
        (folder / "deploy/undone.sql").write_text(UNDONE.deploy)
        (folder / "revert/undone.sql").write_text("DROP TABLE undone;\n")
        self.verify = folder / "verify/undone.sql"
        self.verify.write_text(UNDONE.verify)

    def words(self) -> list[str]:
        return ["deploy", "--verify"]

    def fits(self, folder: Path) -> list[str]:
        # The mended project is a copy: others still run the broken one.
        mended = folder / "mended"
        shutil.copytree(self.bench.project, mended)
        (mended / "verify/undone.sql").write_text("SELECT x FROM undone;\n")
        environment = self.bench.environment(folder)
        done = subprocess.run(self.bench.command(folder, "deploy", "--verify"), cwd=mended,
                              env=environment, capture_output=True, text=True, check=False)
        shutil.rmtree(mended)
        if done.returncode != 0:
            return [f"the mended deploy ends with {done.returncode}: {done.stdout}{done.stderr}"]
        return [f"recorded as deployed, but {line}" for line in state.differences(
            UNDONE_STATE, state.snapshot(folder / "app.db"))]


class Spelling(Extra):
    """After the crash the target is named by another path that leads to the same file."""

    def words(self) -> list[str]:
        return ["deploy", "--to", "orders"]

    def fits(self, folder: Path) -> list[str]:
        out = []
        environment = self.bench.environment(folder)
        relative = os.path.relpath(folder / "app.db", self.bench.project)
        for target in (relative, f"{folder}/./app.db", f"{folder}/app.db"):
            done = subprocess.run([self.bench.kedge, "status", "--target", f"db:sqlite:{target}"],
                                  cwd=self.bench.project, env=environment, capture_output=True,
                                  text=True, check=False)
            if done.returncode not in (0, 1):
                out.append(f"kedge status {target}: {done.stderr}")
        return out + self.ends_with(folder, 0, "deploy")


class Single(Extra):
    """--single-transaction: all changes or none."""

    upto = 17

    def words(self) -> list[str]:
        return ["deploy", "--single-transaction", "--to", self.bench.changes[self.upto - 1].name]

    def fits(self, folder: Path) -> list[str]:
        out = self.ends_with(folder, 0 if self.told(folder) else 1, "status")
        count = len(self.names(folder))
        tables = [key for key in state.snapshot(folder / "app.db") if key.startswith("table ")]
        if count not in (0, self.upto) or bool(tables) != (count == self.upto):
            out.append(f"{count} changes recorded, and these tables: {tables}")
        return out + self.ends_with(folder, 0, "deploy") + self.ends_with(folder, 0, "verify")

    def told(self, folder: Path) -> bool:
        """Whether anything is deployed, once a crash is settled."""
        self.bench.run(folder, "status")
        return bool(self.names(folder))


class RollBack(Extra):
    """The last change fails, and the whole run is taken back; killed, the run can be taken up."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.mended = self.bench.project.with_name("mended")
        shutil.copytree(self.bench.project, self.mended)
        (self.bench.project / "deploy/raise_prices.sql").write_text("UPDATE nowhere SET x = 1;\n")

    def words(self) -> list[str]:
        return ["deploy", "--to", "raise_prices"]

    def fits(self, folder: Path) -> list[str]:
        done = self.bench.run(folder, "status")
        if done.returncode not in (0, 1):
            return [f"status ends with {done.returncode}: {done.stderr}"]
        names = self.names(folder)
        found = state.snapshot(folder / "app.db")
        out = [] if names == [c.name for c in self.bench.changes[:len(names)]] else [str(names)]
        for change in ("customers", "products", "orders", "order_items"):
            if (change in names) != (f"table {change}" in found):
                out.append(f"{names} recorded, but tables {sorted(found)}")
        environment = self.bench.environment(folder)
        done = subprocess.run(self.bench.command(folder, "deploy"), cwd=self.mended,
                              env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            out.append(f"the mended deploy ends with {done.returncode}: {done.stderr}")
        elif len(self.names(folder)) != len(self.bench.changes):
            out.append(f"in the end only {self.names(folder)} are deployed")
        return out


KINDS = {"undo": Undo, "spelling": Spelling, "single": Single, "takeback": RollBack}


def make(folder: Path, kedge: str, shim: str, only: str) -> dict[str, Extra]:
    out = {}
    for kind, make_one in KINDS.items():
        for brand, place in (("kedge", "inside"), ("sqitch", "sibling")):
            for wal in (False, True):
                name = f"{kind}-{place}" + ("-wal" if wal else "")
                if only in name and not (kind == "spelling" and brand == "kedge"):
                    out[name] = make_one(name, folder / name, kedge, shim, brand, wal)
    return out
