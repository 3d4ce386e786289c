#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rehearses changes with reverts that are right, and with reverts that leave something, on one engine.

The changes are those of tests/drift: each is a change whose undoing is its right revert, and the
undoing is a change whose right revert is the change itself. A revert that does nothing is a faulty one.
The last line is `N passed, N failed`."""

import argparse
import importlib
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "drift")]

from rehearsal import rehearse, write_project  # noqa: E402

# What speaks of the database by its name, of roles, or of what isn't in a database.
ELSEWHERE = {
    "sqlite": r"PRAGMA|VACUUM|\.reload|writable_schema",
    "pg": r"\bdrift\b|ROLE|^@|SUBSCRIPTION|DATABASE|TABLESPACE|CONCURRENTLY",
    "mysql": r"\bshop\b|\b(GRANT|REVOKE|USER|ROLE|DEFINER)\b|^@|DATABASE",
}
TIMEOUT = 300


class Project:
    """A folder with a plan, and kedge."""

    def __init__(self, engine: str, kedge: Path, folder: Path, base: str, environment: dict, scratch: list):
        self.engine, self.kedge, self.folder, self.base = engine, kedge, folder, base
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                            "TMPDIR": str(folder), **environment}
        self.scratch = scratch

    def rehearse(self, changes: list) -> tuple[int, dict]:
        """Of changes as (name, deploy, revert), after the base; the exit status and the report."""
        project = self.folder / "project"
        shutil.rmtree(project, ignore_errors=True)
        write_project(project, self.engine, self.base, changes)
        target = {"sqlite": "db:sqlite:none.db"}.get(self.engine) or self.scratch[1]
        return rehearse(self.kedge, project, [*self.scratch, target], self.environment, TIMEOUT)


def unqualified(sql: str) -> str:
    """Without the name of the database that the mutations are made for."""
    return re.sub(r"`?\bshop`?\.", "", sql)


def cases_of(module, engine: str, bench, only: str) -> list:
    """Changes that a script in a scratch database can make, with what undoes them."""
    return [one for one in module.MUTATIONS
            if one.undo and only in one.name and not (one.needs and not bench.has(one.needs))
            and not re.search(ELSEWHERE[engine], one.sql + "\n" + one.undo, re.IGNORECASE | re.MULTILINE)]


def base_of(module, engine: str, bench) -> str:
    """The script that makes the schema."""
    if engine != "mysql":
        return module.SETUP
    own = module.MYSQL if bench.family == "mysql" else module.MARIADB
    kept = [unqualified(sql) for sql in module.COMMON + own]
    kept = [sql for sql in kept
            if not re.match(r"\s*(GRANT|REVOKE|(CREATE|ALTER|DROP) (USER|ROLE|DATABASE))", sql, re.IGNORECASE)]
    return "DELIMITER //\n" + "".join(f"{sql}\n//\n" for sql in kept)


def statement(engine: str, sql: str, name: str) -> str:
    """As a script of its own: a registry of Sqitch's holds each only once."""
    head = f"-- {name}\n"
    return head + (f"DELIMITER //\n{sql}\n//" if engine == "mysql" else sql.rstrip().rstrip(";") + ";")


def main() -> int:
    """Runs both lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "pg", "mysql"), default="sqlite")
    parser.add_argument("--kedge", default=str(HERE.parents[1] / "build/release/kedge"))
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1, help="only each n-th of the changes")
    options = parser.parse_args()
    engine = options.engine
    module = importlib.import_module(f"mutations_{engine}")
    folder = Path(tempfile.mkdtemp(prefix="kedge-rehearse-"))
    bench = module.Bench(folder, "")
    began = time.monotonic()
    passed = failed = skipped = 0
    try:
        bench.start()
        scratch = [] if engine == "sqlite" else ["--scratch", bench.uri]
        project = Project(engine, Path(options.kedge).resolve(), folder, base_of(module, engine, bench),
                          bench.environment(), scratch)
        cases = cases_of(module, engine, bench, options.only)[::options.every]
        script = {one.name: (statement(engine, one.sql, one.name), statement(engine, one.undo, f"undo {one.name}")) for one in cases}
        names = list(script)
        while True:
            changes, meant = [], {}
            for at, name in enumerate(names):
                there, back = script[name]
                changes += [(f"c{at}_there", there, back), (f"c{at}_back", back, there)]
                meant[f"c{at}_there"] = meant[f"c{at}_back"] = name
            report = project.rehearse(changes)[1]
            last = report["changes"][-1]
            # What a script can't do, as changing what is in use, is no case of a revert.
            if last["outcome"] != "deploy failed":
                break
            print(f"left out: {meant[last['change']]}: {last['error']['message']}", flush=True)
            names.remove(meant[last["change"]])
            skipped += 1
        for change in report["changes"]:
            good = change["outcome"] == "proven"
            passed += good
            failed += not good
            if not good:
                print(f"FAILED right, {change['change']}, {meant[change['change']]}: {change['outcome']} "
                      f"{change['differences']} {change.get('error', '')}", flush=True)
        for name in names:
            status, report = project.rehearse([("faulty", script[name][0], "SELECT 1;")])
            good = status == 4 and report["changes"][0]["outcome"] == "not restored"
            passed += good
            failed += not good
            if not good:
                print(f"FAILED faulty, {name}: {report['changes'][0]['outcome']}", flush=True)
        left = [one for one in folder.iterdir() if one.name.startswith("kedge_scratch_")]
        if left:
            print(f"FAILED: left behind: {left}")
            failed += 1
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{skipped} left out, {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
