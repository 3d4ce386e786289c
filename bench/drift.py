#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What it costs to know the schema: `kedge drift` beside `pg_dump -s`, and recording in a deploy.

    bench/drift.py [--tables 100,1000,5000] [--reps 7] [--kedge PATH]
    bench/drift.py --recording [--engine pg] [--changes 1000] [--reps 5]

Of the first, `drift` is to take at most half of what `pg_dump -s` takes for the same database; of the
second, a deploy that records is to take at most a tenth longer than one that doesn't. Runs alternate,
and what is compared are the medians of the time that passes. The exit status is 1 if a limit is passed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True

import generate  # noqa: E402
from engines import ENGINES, Engine  # noqa: E402

KEDGE = Path(__file__).resolve().parent.parent / "build/release/kedge"
DRIFT_LIMIT = 0.5
RECORDING_LIMIT = 1.1


def tables(count: int) -> str:
    """Each with a key, two indexes, and a foreign key to the one before."""
    out = []
    for number in range(count):
        name, parent = f"t_{number:05}", f"t_{max(number - 1, 0):05}"
        out.append(f"CREATE TABLE {name} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                   f"code text NOT NULL, parent_id bigint REFERENCES {parent}, "
                   "amount numeric(12,2) NOT NULL DEFAULT 0);\n"
                   f"CREATE UNIQUE INDEX {name}_code ON {name} (code);\n"
                   f"CREATE INDEX {name}_parent ON {name} (parent_id, amount);\n")
    return "".join(out)


class Clock:
    """Runs commands, and remembers how long each kind took."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment, "HOME": "/nonexistent"}
        self.seconds: dict[str, list[float]] = {}

    def run(self, kind: str, command: list[str | Path], folder: Path) -> None:
        begin = time.perf_counter()
        subprocess.run(command, cwd=folder, env=self.environment, stdout=subprocess.DEVNULL, check=True)
        self.seconds.setdefault(kind, []).append(time.perf_counter() - begin)

    def compare(self, title: str, kind: str, base: str, limit: float) -> bool:
        """Prints the two medians and their ratio; true if it is within the limit."""
        values = [statistics.median(self.seconds[name]) for name in (kind, base)]
        ranges = [f"{min(v) * 1000:.0f} to {max(v) * 1000:.0f}" for v in (self.seconds[kind], self.seconds[base])]
        ratio = values[0] / values[1]
        print(f"{title}: {kind} {values[0] * 1000:.0f} ms ({ranges[0]}), {base} {values[1] * 1000:.0f} ms "
              f"({ranges[1]}), {ratio:.2f} of it, limit {limit}", flush=True)
        return ratio <= limit


def measure_drift(engine: Engine, kedge: str, scratch: Path, count: int, repetitions: int) -> bool:
    """A database of so many tables that is as it was recorded."""
    project = scratch / f"tables{count}"
    generate.write_plan(project, "pg", "kedge", [])
    site = engine.fresh_site(project, count)
    # Not all in one transaction: that would need more locks than the server has room for.
    statements = tables(count).split(";\n")
    for first in range(0, len(statements), 300):
        engine.execute(site, ";\n".join(statements[first:first + 300]))
    engine.execute(site, "VACUUM ANALYZE")
    clock = Clock({"PGTZ": "UTC"})
    clock.run("baseline", [kedge, "baseline", "--note", "bench", site.target], project)
    server = engine.server
    dump = [engine.bin_folder / "pg_dump", "-s", "-h", server.host, "-p", str(server.port), "-U", server.user,
            site.database]
    for _ in range(repetitions):
        clock.run("drift", [kedge, "drift", site.target], project)
        clock.run("pg_dump -s", dump, project)
    return clock.compare(f"{count} tables", "drift", "pg_dump -s", DRIFT_LIMIT)


def measure_recording(engine: Engine, kedge: str, scratch: Path, count: int, repetitions: int) -> bool:
    """A project that is deployed to an empty database, with and without the record."""
    generate.make_project(scratch / "p", count, engine.name)
    project = scratch / "p/kedge"
    clock = Clock(engine.environment())
    for repetition in range(repetitions):
        kinds = [("recorded", "auto"), ("not recorded", "off")]
        for kind, mode in kinds if repetition % 2 == 0 else kinds[::-1]:
            subprocess.run([kedge, "config", "deploy.record", mode], cwd=project, check=True)
            site = engine.fresh_site(project, count)
            clock.run(kind, [kedge, "deploy", "--quiet", site.target], project)
    return clock.compare(f"{engine.title}, {count} changes", "recorded", "not recorded", RECORDING_LIMIT)


def main() -> int:
    """Starts the server, and measures one of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kedge", default=str(KEDGE))
    parser.add_argument("--tables", default="100,1000,5000")
    parser.add_argument("--recording", action="store_true")
    parser.add_argument("--engine", default="pg", choices=ENGINES)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--reps", type=int, default=7)
    parser.add_argument("--scratch", default="/dev/shm")
    options = parser.parse_args()
    options.kedge = str(Path(options.kedge).resolve())
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        scratch = Path(folder)
        engine = ENGINES[options.engine if options.recording else "pg"](scratch)
        engine.start()
        try:
            if options.recording:
                good = measure_recording(engine, options.kedge, scratch, options.changes, options.reps)
            else:
                good = all([measure_drift(engine, options.kedge, scratch, int(count), options.reps)
                            for count in options.tables.split(",")])
        finally:
            engine.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
