#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills kedge at many moments of a deploy and a revert, and checks that nothing is ever in between.

After each kill the next kedge command, `kedge status`, must tell exactly what the database holds,
and the operation, begun again, must end as if it had never been disturbed."""

import argparse
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import extras
import state
from combination import COMBINATIONS, Bench
from points import Point, choose
from status import read_status

HERE = Path(__file__).resolve().parent
BENCHES: dict[str, Bench] = {}
EXTRAS: dict[str, extras.Extra] = {}


def kill(bench: Bench, folder: Path, operation: str, kind: str, at: float,
         may_end: bool = False) -> str:
    """Runs the operation up to an event. Empty, or what went wrong."""
    words = [operation, "-y"] if operation == "revert" else [operation]
    environment = bench.environment(folder)
    if kind != "time":
        environment |= {"LD_PRELOAD": bench.shim, "KEDGE_KILL_KIND": kind,
                        "KEDGE_KILL_AT": str(int(at)), "KEDGE_KILL_DIR": str(folder)}
    process = subprocess.Popen(bench.command(folder, *words), cwd=bench.project, env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    if kind == "time":
        time.sleep(at)
        process.kill()
    output, _ = process.communicate(timeout=120)
    allowed = {-9} | ({0, 1} if may_end else {0} if kind == "time" else set())
    if process.returncode in allowed:
        return ""
    return f"{operation} was not killed, but ended with {process.returncode}:\n{output}"


def check_status(bench: Bench, folder: Path, operation: str) -> list[str]:
    """`kedge status` against what is there."""
    combination = bench.combination
    done = bench.run(folder, "status", "--format", "json")
    rows = state.registry(combination.registry_path(folder), combination.prefix)
    names = [row[2] for row in rows["changes"]]
    k = len(names)
    told, problems, readable = read_status(done, names, [change.name for change in bench.changes])
    if not readable:
        return problems
    found = state.snapshot(folder / "app.db")
    half = told.get("half_applied", [])
    if not half:
        expected = bench.states[operation][k]
    elif half[0]["operation"] != operation:
        return problems + [f"half-applied {half[0]} after a killed {operation}"]
    else:
        try:
            expected = bench.half_state(operation, k, half[0]["change"], half[0]["statements_done"])
        except KeyError:
            return problems + [f"half-applied {half[0]}, which can't be after {k} changes"]
    problems += [f"after {k} changes{' and ' + str(half) if half else ''}: {line}"
                 for line in state.differences(expected, found)]
    for path in {folder / "app.db", combination.registry_path(folder)}:
        problems += state.integrity(path)
    return problems


def check_finished(bench: Bench, folder: Path, operation: str) -> list[str]:
    """The operation begun again ends as undisturbed."""
    combination = bench.combination
    words = [operation, "-y"] if operation == "revert" else [operation]
    done = bench.run(folder, *words)
    if done.returncode != 0:
        return [f"the second {operation} ends with {done.returncode}: {done.stdout}{done.stderr}"]
    problems = [f"in the end, {line}" for line in state.differences(
        bench.states[operation][-1 if operation == "deploy" else 0],
        state.snapshot(folder / "app.db"))]
    rows = state.registry(combination.registry_path(folder), combination.prefix)
    problems += [f"in the end, registry {line}"
                 for line in state.differences(bench.final[operation], rows)]
    for path in {folder / "app.db", combination.registry_path(folder)}:
        problems += state.integrity(path)
    if state.has_table(folder / "app.db", "kedge_journal"):
        problems.append("kedge_journal is left")
    left = [p.name for p in folder.iterdir()
            if p.name not in ("app.db", combination.registry_path(folder).name)
            # VACUUM's temporary file, when killed between its making and its removal.
            and not p.name.startswith("etilqs_")]
    if left:
        problems.append(f"files are left: {left}")
    if operation == "deploy":
        verified = bench.run(folder, "verify")
        if verified.returncode != 0:
            problems.append(f"kedge verify ends with {verified.returncode}: "
                            f"{verified.stdout}{verified.stderr}")
    return problems


def run_point(job: tuple[str, int, Point]) -> tuple[str, Point, list[str], str]:
    name, number, point = job
    bench = BENCHES[name]
    folder = bench.start(point.operation, bench.folder / f"point-{number}")
    try:
        trouble = kill(bench, folder, point.operation, point.kind, point.at)
        if point.second and not trouble:
            # What was left to do may be less than so many events.
            trouble = kill(bench, folder, *point.second, may_end=True)
        problems = [trouble] if trouble else check_status(bench, folder, point.operation)
        if problems:
            shutil.copytree(folder, bench.folder / f"point-{number}-as-killed")
        problems = problems + check_finished(bench, folder, point.operation)
    except Exception as e:  # a broken check is a failure of its point
        problems = [f"{type(e).__name__}: {e}"]
    if not problems:
        shutil.rmtree(folder)
    return name, point, problems, str(folder)


def run_extra(job: tuple[str, int, tuple[str, int]]) -> tuple[str, str, list[str], str]:
    name, number, (kind, at) = job
    extra = EXTRAS[name]
    folder = extra.bench.folder / f"point-{number}"
    try:
        problems = extra.play(folder, kind, at)
    except Exception as e:  # a broken check is a failure of its point
        problems = [f"{type(e).__name__}: {e}"]
    if not problems:
        shutil.rmtree(folder)
    return name, f"{kind} {at}", problems, str(folder)


def run_job(job: tuple) -> tuple:
    return run_extra(job) if job[0] in EXTRAS else run_point(job)


def build_shim(folder: Path) -> str:
    shim = folder / "killer.so"
    subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", shim,
                    HERE / "killer.c", "-ldl"], check=True)
    return str(shim)


def measure(bench: Bench, operation: str) -> float:
    folder = bench.start(operation, bench.folder / f"timed-{operation}")
    began = time.monotonic()
    bench.must(folder, *([operation, "-y"] if operation == "revert" else [operation]))
    return time.monotonic() - began


def make_jobs(options: argparse.Namespace, folder: Path, shim: str) -> list:
    """Benches for all combinations, and the points at which each is killed."""
    source = random.Random(options.seed)
    jobs = []
    for name, variants in COMBINATIONS.items():
        if options.only and options.only not in name:
            continue
        total = 0
        for variant in variants:
            bench = Bench(variant, folder / variant.name, options.kedge, shim)
            bench.prepare()
            BENCHES[variant.name] = bench
            for operation, share in (("deploy", 0.6), ("revert", 0.4)):
                bench.events[operation].seconds = measure(bench, operation)
                wanted = max(12, round(options.points * share / len(variants)))
                points = choose(operation, bench.events[operation], wanted, options.full, source)
                total += len(points)
                jobs += [(variant.name, len(jobs) + i, p) for i, p in enumerate(points)]
        first = BENCHES[variants[0].name].events
        print(f"# {name}: {total} kill points; a deploy has {first['deploy'].statements} "
              f"statement and {len(first['deploy'].files)} file events, a revert "
              f"{first['revert'].statements} and {len(first['revert'].files)}", flush=True)
    EXTRAS.update(extras.make(folder, options.kedge, shim, options.only))
    for name, extra in EXTRAS.items():
        points = extra.points(max(8, options.points // 6), options.full, source)
        jobs += [(name, len(jobs) + i, point) for i, point in enumerate(points)]
    print(f"# {len(EXTRAS)} small projects; {len(jobs)} kill points in all", flush=True)
    return jobs


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = HERE.parents[1] / "build" / "release" / "kedge"
    parser.add_argument("kedge", nargs="?", default=str(default), help="the binary")
    parser.add_argument("--points", type=int, default=220, help="kill points a combination")
    parser.add_argument("--full", action="store_true", help="every event")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="combinations whose name holds this")
    parser.add_argument("--scratch", help="folder to work in (a new one in /dev/shm or /tmp)")
    parser.add_argument("--at", nargs="+", metavar="WORD",
                        help="one point only, in the words by which a failure names it")
    options = parser.parse_args()
    options.kedge = str(Path(options.kedge).resolve())
    if options.at:
        options.only = next((n for n, vs in COMBINATIONS.items()
                             if any(v.name == options.at[0] for v in vs)), options.at[0])
    return options


def main() -> int:
    options = parse_options()
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(options.scratch or tempfile.mkdtemp(prefix="kedge-crash-", dir=place))
    folder.mkdir(exist_ok=True)
    jobs = make_jobs(options, folder, build_shim(folder))
    if options.at:
        variant, *words = options.at
        if variant in EXTRAS:
            jobs = [(variant, 0, (words[0], int(words[1])))]
    if options.at and options.at[0] in BENCHES:
        operation, kind, at, *second = words
        again = (second[0], second[1], int(second[2])) if second else None
        jobs = [(variant, 0, Point(operation, kind, float(at), again))]
    passed = failed = 0
    began = time.monotonic()
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        counts: dict[str, int] = {}
        for name, point, problems, kept in pool.imap_unordered(run_job, jobs, chunksize=4):
            if not problems:
                passed += 1
                counts[name] = counts.get(name, 0) + 1
                continue
            failed += 1
            print(f"not ok {name} {point}: kept in {kept}")
            for line in problems[:12]:
                print("    " + line.rstrip().replace("\n", "\n    "))
            sys.stdout.flush()
    for name, count in sorted(counts.items()):
        print(f"ok {name}: {count} kill points")
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    if not failed and not options.scratch:
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
