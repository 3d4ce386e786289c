# SPDX-License-Identifier: MIT
"""Plays points and cases on servers, one for each job, and counts what came out."""

import argparse
import contextlib
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from server_points import Point

HERE = Path(__file__).resolve().parent


def in_threads(work: list) -> None:
    """Runs functions side by side; the first exception is raised again."""
    wrong: list[BaseException] = []

    def guarded(function) -> None:
        try:
            function()
        except BaseException as e:
            wrong.append(e)
    threads = [threading.Thread(target=guarded, args=(function,), daemon=True) for function in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


class Run:
    """The jobs, who does them, and what came out."""

    def __init__(self, options: argparse.Namespace, shared, make_bench: Callable,
                 run_point: Callable) -> None:
        self.options, self.shared = options, shared
        self._make_bench, self._run_point = make_bench, run_point
        self.benches: list = []
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
        self.benches = [self._make_bench(shared, i) for i in range(self.options.jobs)]
        in_threads([bench.start for bench in self.benches])
        first, last = self.benches[0], self.benches[-1]
        in_threads([first.learn_up, last.learn_down] if first is not last else
                   [lambda: (first.learn_up(), first.learn_down())])

    def work(self, bench) -> None:
        while True:
            try:
                number, job = self.jobs.get_nowait()
            except queue.Empty:
                return
            self.play(bench, number, job)

    def play(self, bench, number: int, job) -> None:
        log = self.shared.folder / f"kedge-{number}.log"
        reached = True
        try:
            if isinstance(job, Point):
                problems, reached = self._run_point(bench, number, job, log)
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
            bench.stop()


def parse_options(about: str, argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about.split("\n\n")[0])
    default = HERE.parents[1] / "build" / "release" / "kedge"
    parser.add_argument("kedge", nargs="?", type=Path, default=default, help="the binary")
    parser.add_argument("--points", type=int, default=200, help="how many")
    parser.add_argument("--jobs", type=int, default=2, help="servers at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="points and cases whose name holds this")
    parser.add_argument("--at", nargs="+", metavar="WORD",
                        help="one point only, in the words by which a failure names it")
    options = parser.parse_args(argv)
    if options.at:
        options.jobs = 1
    return options


def play_all(run: Run, folder: Path, choose: Callable[[], list]) -> int:
    """All of it, from the making ready to the last line."""
    options = run.options
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    began = time.monotonic()
    try:
        run.prepare()
        counts = ", ".join(f"{operation}: {len(events)} events"
                           for operation, events in run.shared.events.items())
        print(f"# made ready in {time.monotonic() - began:.0f} s; {counts}", flush=True)
        jobs = [job for job in choose() if options.only in str(job)]
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
