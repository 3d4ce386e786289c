#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Disturbs kedge on PostgreSQL at many moments: kills it, interrupts it, kills or restarts the
server, ends its sessions. After each the next kedge command, `kedge status`, must tell exactly what
the database holds, and the operation, begun again, must end as if it had never been disturbed.

    python3 tests/crash/postgres.py [--points N] [--seed S] [--jobs J] [--only NAME] KEDGE"""

import argparse
import contextlib
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import postgres_extras
import postgres_state as pg
from postgres_bench import Bench, Undisturbed, in_threads
from postgres_checks import check_finished, check_outcome, check_status
from postgres_points import Point, choose, disturb
from postgres_server import scratch_folder

HERE = Path(__file__).resolve().parent


def run_point(bench: Bench, number: int, point: Point, log: Path) -> tuple[list[str], bool]:
    with bench.database(bench.before(point.operation)) as name:
        outcome = disturb(bench, name, point, log)
        problems = check_outcome(point, outcome)
        with bench.session(name) as session:
            if not point.at_once:
                problems += pg.wait_until_gone(session)
                problems += check_status(bench, session, name, point, outcome)
            # One in five is looked at by pg_dump too.
            problems += check_finished(bench, session, name, point.operation, number % 5 == 0)
    return problems, outcome.reached


class Run:
    """The jobs, who does them, and what came out."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.shared = Undisturbed(folder, str(folder / "kedge"), str(folder / "wire.so"))
        self.benches: list[Bench] = []
        self.jobs: queue.SimpleQueue = queue.SimpleQueue()
        self.passed: dict[str, int] = {}
        self.failed = self.missed = 0
        self.lock = threading.Lock()

    def prepare(self) -> None:
        shared = self.shared
        shutil.copy(self.options.kedge, shared.kedge)  # it may be built anew meanwhile
        subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", shared.shim,
                        HERE / "wire.c", "-ldl"], check=True)
        shared.write()
        self.benches = [Bench(shared, i) for i in range(self.options.jobs)]
        in_threads([bench.start for bench in self.benches])
        first, last = self.benches[0], self.benches[-1]
        in_threads([lambda: first.learn("deploy", "verify"), lambda: last.learn("revert", "single")]
                   if first is not last else
                   [lambda: (first.learn("deploy", "verify"), first.learn("revert", "single"))])

    def work(self, bench: Bench) -> None:
        while True:
            try:
                number, job = self.jobs.get_nowait()
            except queue.Empty:
                return
            self.play(bench, number, job)

    def play(self, bench: Bench, number: int, job) -> None:
        log = self.shared.folder / f"kedge-{number}.log"
        reached = True
        try:
            if isinstance(job, Point):
                problems, reached = run_point(bench, number, job, log)
            else:
                problems = job.play(bench)
        except Exception as e:  # a broken check is a failure of its point
            problems = [f"{type(e).__name__}: {e}"]
            with contextlib.suppress(Exception):
                bench.server.start()
        with self.lock:
            self.missed += not reached
            group = f"{job.operation} {job.act}" if isinstance(job, Point) else str(job)
            if not problems:
                self.passed[group] = self.passed.get(group, 0) + 1
                log.unlink(missing_ok=True)
                return
            self.failed += 1
            print(f"not ok {job}")
            for line in problems[:12]:
                print("    " + line.rstrip().replace("\n", "\n    "))
            sys.stdout.flush()

    def close(self) -> None:
        for bench in self.benches:
            bench.server.stop("immediate")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    default = HERE.parents[1] / "build" / "release" / "kedge"
    parser.add_argument("kedge", nargs="?", type=Path, default=default, help="the binary")
    parser.add_argument("--points", type=int, default=200, help="how many")
    parser.add_argument("--jobs", type=int, default=2, help="servers at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="points and cases whose name holds this")
    parser.add_argument("--at", nargs="+", metavar="WORD",
                        help="one point only, in the words by which a failure names it")
    options = parser.parse_args()
    if options.at:
        options.jobs = 1
    return options


def main() -> int:
    options = parse_options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    began = time.monotonic()
    folder = scratch_folder()
    run = Run(options, folder)
    try:
        run.prepare()
        counts = ", ".join(f"{operation}: {len(events)} events"
                           for operation, events in run.shared.events.items())
        print(f"# made ready in {time.monotonic() - began:.0f} s; {counts}", flush=True)
        jobs = [*postgres_extras.cases(), *choose(run.shared, options.points, options.seed)]
        jobs = [job for job in jobs if options.only in str(job)]
        if options.at:
            jobs = [Point.parse(options.at)]
        for number, job in enumerate(jobs):
            run.jobs.put((number, job))
        in_threads([lambda bench=bench: run.work(bench) for bench in run.benches])
    finally:
        run.close()
        shutil.rmtree(folder, ignore_errors=True)
    for group, count in sorted(run.passed.items()):
        print(f"ok {group}: {count}")
    if run.missed:
        print(f"# {run.missed} points came too late: kedge had ended")
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"{sum(run.passed.values())} passed, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
