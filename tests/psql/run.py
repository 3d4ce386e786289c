#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs small scripts by psql as Sqitch calls it, and by kedge deploy, and compares what came of it."""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from cases import ASPECTS, Case, parse

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))

from postgres import PostgresServer  # noqa: E402

DATABASE = "kedge_psql"  # of the same name for both: a script may ask for it
TIMEOUT = 60
PLAN = "%syntax-version=1.0.0\n%project=p\n\nx 2024-05-01T10:00:00Z Ada <ada@example.com> # x\n"
VARYING = ((re.compile(r"^Time: [\d.]+ ms.*$", re.M), "Time: T ms"),)


@dataclass
class Outcome:
    """What came of a script."""

    success: bool
    error: str = ""
    stdout: str = ""
    stderr: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    database: str = ""
    raw: str = ""  # as it was said


def varied(text: str) -> str:
    for pattern, stand_in in VARYING:
        text = pattern.sub(stand_in, text)
    return text


def own_lines_removed(text: str) -> str:
    """kedge's standard output without the lines that are its own."""
    text = re.sub(r"\A(Adding registry tables to .*\n)?(Deploying changes to .*\n)?", "", text)
    text = re.sub(r"  \+ x \.\. (ok|not ok)( \(.*\))?\n\Z", "", text)
    return re.sub(r"\A  \+ x\n", "", text)


class Bench:
    """One server, one folder, and the two that run scripts."""

    def __init__(self, server: PostgresServer, kedge: Path, scratch: Path):
        self.server, self.kedge, self.scratch = server, kedge, scratch
        self.folder = scratch / "w"
        self.empty = ""

    def environment(self, case: Case) -> dict[str, str]:
        out = {"PATH": os.environ["PATH"], "HOME": str(self.scratch), "LC_ALL": "C.UTF-8", "TZ": "UTC",
               "KEDGE_USER_CONFIG": "/dev/null", "KEDGE_SYSTEM_CONFIG": "/dev/null",
               "KEDGE_FULLNAME": "Ada", "KEDGE_EMAIL": "ada@example.com", "PGAPPNAME": "test"}
        return out | case.environment

    def prepare(self, case: Case) -> dict[str, bytes]:
        """A fresh folder and database; the files that are there before."""
        shutil.rmtree(self.folder, ignore_errors=True)
        files = dict(case.files) | {
            "kedge.plan": PLAN, "kedge.conf":
            f"[core]\n\tengine = pg\n[engine \"pg\"]\n\ttarget = {self.server.uri(DATABASE)}\n"}
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        self.server.drop(DATABASE)
        self.server.create(DATABASE)
        return self.files()

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.folder)): p.read_bytes()
                for p in sorted(self.folder.rglob("*")) if p.is_file()}

    def dump(self) -> str:
        """Schema and data of all but kedge's own schema."""
        done = subprocess.run(
            [self.server.bin_folder / "pg_dump", "-N", "kedge", "--inserts", DATABASE],
            env=self.server.client_environment(DATABASE), capture_output=True, check=True)
        text = done.stdout.decode("utf-8", "replace")
        return "\n".join(line for line in text.split("\n")
                         if line and not re.match(r"--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict",
                                                  line))

    def run(self, case: Case, command: list[str]) -> tuple[subprocess.CompletedProcess, Outcome]:
        before = self.prepare(case)
        done = subprocess.run(command, cwd=self.folder, env=self.environment(case), check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
        out = Outcome(done.returncode == 0)
        out.stdout = varied(done.stdout.decode("utf-8", "replace"))
        out.stderr = varied(done.stderr.decode("utf-8", "replace"))
        out.raw = f"exit {done.returncode}\n{out.stdout}{out.stderr}"
        out.files = {name: data for name, data in self.files().items() if before.get(name) != data}
        out.database = self.dump()
        return done, out

    def by_psql(self, case: Case) -> Outcome:
        """As Sqitch 1.5 calls it."""
        server = self.server
        words = [f"{server.bin_folder}/psql", "--username", server.user, "--dbname", DATABASE,
                 "--host", server.host, "--port", str(server.port), "--quiet", "--no-psqlrc",
                 "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", "--set", "registry=kedge"]
        for pair in case.variables:
            words += ["--set", pair]
        _, out = self.run(case, [*words, "--file", "deploy/x.sql"])
        failure = re.search(r"^psql:.*?:\d+: (?:ERROR:  |FATAL:  |error: )", out.stderr, re.M)
        if failure and not out.success:
            if "ERROR:  " in failure[0]:  # what psql itself says has other words
                out.error = out.stderr[failure.end():].partition("\n")[0]
            out.stderr = out.stderr[:failure.start()]
        out.stderr = re.sub(r"^psql:[^:\n]+:\d+: ", "", out.stderr, flags=re.M)
        return out

    def by_kedge(self, case: Case) -> Outcome:
        words = [str(self.kedge), "deploy"]
        for pair in case.variables:
            words += ["--set", pair]
        _, out = self.run(case, words)
        out.stdout = own_lines_removed(out.stdout)
        failure = re.search(r"^error: (?:\S+?(?::\d+){0,2}: (?=deploy failed))?(?:\S+?:\d+(?::\d+)?: )?(?:deploy failed at \"x\": )?", out.stderr, re.M)
        if failure and not out.success:
            out.error = re.sub(r" \[\w{5}\]$", "", out.stderr[failure.end():].partition("\n")[0])
            out.stderr = out.stderr[:failure.start()]
        out.stderr = re.sub(r"^warning: .*\n", "", out.stderr, flags=re.M)
        out.stderr = re.sub(r"^[^:\n]+:\d+: (?=[A-Z]+\d?:  |error: )", "", out.stderr, flags=re.M)
        return out

    def play(self, case: Case) -> list[str]:
        """What differs."""
        ours = self.by_kedge(case)
        if case.refused:
            problems = []
            if ours.success or case.refused not in ours.raw:
                problems.append(f"kedge must refuse it with \"{case.refused}\":\n{ours.raw}")
            if ours.files or ours.database != self.empty:
                problems.append(f"it left something: {sorted(ours.files)}\n{ours.database}")
            return problems
        theirs = self.by_psql(case)
        problems = []
        if theirs.success == case.fails:
            problems.append(f"psql was expected to {'fail' if case.fails else 'succeed'}:\n{theirs.raw}")
        for aspect in ASPECTS:
            wanted, found = getattr(theirs, aspect), getattr(ours, aspect)
            if aspect == "database" and not ours.success:
                wanted = self.empty  # of a script that failed nothing is left
            if aspect == "error" and not (wanted and found):
                continue  # that one of them failed is told already
            if (wanted == found) == (aspect not in case.differs):
                continue
            if aspect in case.differs:
                problems.append(f"{aspect} is the same, though it was to differ: {case.differs[aspect]}")
            else:
                problems.append(f"{aspect} differs:\n{shown(wanted, found)}")
        if problems:
            problems.append(f"kedge: {ours.raw}")
        return problems


def shown(wanted, found) -> str:
    """- is psql's, + kedge's."""
    if isinstance(wanted, dict):
        wanted, found = ("\n".join(f"{name}: {data!r}" for name, data in files.items())
                         for files in (wanted, found))
    lines = difflib.unified_diff(str(wanted).split("\n"), str(found).split("\n"), n=1, lineterm="")
    return "\n".join(list(lines)[3:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    default = HERE.parents[1] / "build" / "release" / "kedge"
    parser.add_argument("kedge", nargs="?", type=Path, default=default, help="the binary")
    parser.add_argument("--only", default="", help="those whose name holds this")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="kedge-psql-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK)
                                    else None))
    scratch.chmod(0o755)
    kedge = Path(shutil.copy2(options.kedge.resolve(), scratch / "kedge"))
    passed = failed = 0
    began = time.monotonic()
    try:
        with PostgresServer.from_environment_or_new(scratch / "server") as server:
            bench = Bench(server, kedge, scratch)
            bench.prepare(Case("none", 0))
            bench.empty = bench.dump()
            for case in (case for path in sorted(HERE.glob("*.cases")) for case in parse(path)):
                if options.only not in case.name:
                    continue
                try:
                    problems = bench.play(case)
                except Exception as e:
                    problems = [f"{type(e).__name__}: {e}"]
                passed, failed = passed + (not problems), failed + bool(problems)
                print(f"ok {case.name}" if not problems else f"not ok {case.name}", flush=True)
                for text in problems:
                    print("    " + text.rstrip().replace("\n", "\n    "), flush=True)
            server.drop(DATABASE)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
