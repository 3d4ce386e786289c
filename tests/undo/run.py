#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Has kedge write the SQL that undoes a drift, and the SQL that makes it again, and runs both by other means.

The drifts are the mutations of tests/drift. For each, `kedge drift --sql` has to prove its two scripts in a
scratch database. Then the one that leads back is run on the drifted database by the engine's own client, which
must leave nothing that differs; and the one that leads there is run on that, and must make the same drift.
What kedge has no statement for, or does not prove, is counted, and must be no more than --allow says.
The last line is `N passed, N failed`."""

import argparse
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "drift"))

from clients import client_of  # noqa: E402  (needs the path above)


TIMEOUT = 300


def base_of(module, engine: str, bench) -> str:
    """The script that makes the schema, as the rehearsals have it."""
    spec = importlib.util.spec_from_file_location("rehearsals", HERE.parent / "rehearse" / "run.py")
    rehearsals = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rehearsals)
    return rehearsals.base_of(module, engine, bench)


class Project:
    """A folder whose plan makes the schema that the mutations begin with, and kedge."""

    def __init__(self, engine: str, kedge: Path, folder: Path, bench):
        self.kedge, self.folder, self.bench = kedge, folder / "project", bench
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                            "TMPDIR": str(folder), **bench.environment()}
        self.scratch = [] if engine == "sqlite" else ["--scratch", bench.uri]
        self.files = {name: folder / f"{name}.json" for name in ("before", "after")}
        for kind, text in (("deploy", base_of(importlib.import_module(f"mutations_{engine}"), engine, bench)),
                           ("revert", "")):
            (self.folder / kind).mkdir(parents=True)
            (self.folder / kind / "base.sql").write_text(text + "\n")
        (self.folder / "kedge.plan").write_text(
            "%syntax-version=1.0.0\n%project=undo\n\nbase 2024-05-01T10:00:00Z Ada <ada@example.com> # x\n")
        (self.folder / "kedge.conf").write_text(f"[core]\n\tengine = {engine}\n")

    def run(self, *arguments, statuses=(0,)) -> str:
        done = subprocess.run([self.kedge, *arguments], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, check=False, timeout=TIMEOUT)
        if done.returncode not in statuses:
            raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def record(self) -> None:
        """The schema as it is now becomes what was recorded."""
        self.run("deploy", "--log-only", self.bench.uri)
        self.run("baseline", "-n", "as it is", self.bench.uri)
        self.dump("before")

    def dump(self, name: str) -> None:
        self.files[name].write_text(self.run("state", "dump", self.bench.uri))

    def differences(self, name: str) -> str:
        """Of the live schema from one that was dumped."""
        return self.run("state", "diff", str(self.files[name]), self.bench.uri, statuses=(0, 3))

    def drift(self) -> dict:
        return json.loads(self.run("drift", "--sql", "--format", "json", *self.scratch, self.bench.uri,
                                   statuses=(3,)))["sql"]


def outcome_of(project: Project, client, mutation) -> tuple[str, str]:
    """`proven`, `open` or `wrong`, and what there is to say of it. The database is as it was if proven."""
    project.bench.execute(mutation.sql)
    project.dump("after")
    return outcome_of_drifted(project, client)


def outcome_of_drifted(project: Project, client) -> tuple[str, str]:
    """The same for a database to which it was done."""
    sql = project.drift()
    back, forward = sql["back"], sql["forward"]
    why = [f"{one['what']}: {one['why']}" for way in (back, forward) for one in way["no_statement"]]
    for name, way in (("back", back), ("forward", forward)):
        if not way["proven"]:
            why.append(f"{name} not proven: {way['reason']}"
                       + "".join(f"; {one['verdict']} {one['object']} {one.get('part', '')} "
                                 f"{one.get('attribute', '')}: {one.get('expected')} is {one.get('actual')}"
                                 for one in way["left"]))
    if why:
        return "open", "; ".join(why)
    for file, way in (("before", back), ("after", forward), ("before", back)):
        client(way["script"])
        left = project.differences(file)
        if left:
            return "wrong", f"{file}:\n{left}\n{way['script']}"
    return "proven", ""


def main() -> int:
    """Goes through the mutations of one engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "pg", "mysql"), default="sqlite")
    parser.add_argument("--release", default="", help="a server of another release, in a small root")
    parser.add_argument("--kedge", default=str(HERE.parents[1] / "build/release/kedge"))
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1, help="only each n-th of the mutations")
    parser.add_argument("--allow", type=int, default=0, help="how many may be left open")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    module = importlib.import_module(f"mutations_{options.engine}")
    folder = Path(tempfile.mkdtemp(prefix="kedge-undo-"))
    bench = module.Bench(folder, options.release)
    counts = {"proven": 0, "open": 0, "wrong": 0}
    began = time.monotonic()
    try:
        bench.start()
        project = Project(options.engine, Path(options.kedge).resolve(), folder, bench)
        client = client_of(options.engine, bench)
        project.record()
        cases = [one for one in module.MUTATIONS
                 if options.only in one.name and not (one.needs and not bench.has(one.needs))]
        for mutation in cases[::options.every]:
            try:
                outcome, said = outcome_of(project, client, mutation)
            except (RuntimeError, OSError, subprocess.SubprocessError) as trouble:
                outcome, said = "wrong", str(trouble)
            counts[outcome] += 1
            if outcome == "wrong" or options.verbose:
                print(f"{outcome} {mutation.name}: {said}", flush=True)
            # SQLite's mutations edit the text that somebody typed, and that is another now.
            if outcome != "proven" or options.engine == "sqlite":
                bench.renew()
                project.record()
        left = [one.name for one in folder.iterdir() if one.name.startswith("kedge_scratch_")]
        if left:
            print(f"left behind: {left}")
            counts["wrong"] += 1
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s, {counts['proven']} proven, {counts['open']} left open")
    failed = counts["wrong"] + max(0, counts["open"] - options.allow)
    print(f"{counts['proven']} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
