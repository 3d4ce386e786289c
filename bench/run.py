#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures kedge beside the floor and other tools.

    run.py [operations]    deploy, nothing-to-do deploy, status, verify, log, revert
    run.py journal         rows in one transaction a change, and under the journal
    run.py load            big scripts: a COPY and INSERTs (PostgreSQL)
    run.py plans           reading plans of 1,000, 10,000 and 100,000 changes
    run.py startup         --version and --help

bench/README.md says what the figures mean. Exit status: 0 all runs were good, 1 some failed or did
other work than the floor, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

sys.dont_write_bytecode = True

import check  # noqa: E402
import generate  # noqa: E402
import journal  # noqa: E402
import load  # noqa: E402
import report  # noqa: E402
from engines import ENGINES, Engine  # noqa: E402
from runner import Run, Runner  # noqa: E402
from tools import OPERATIONS, Call, Site, Tool, find_tools  # noqa: E402

KEDGE = Path(__file__).resolve().parent.parent / "build/release/kedge"
SIZES = {"operations": "10,100,1000", "journal": "100", "load": "1024,200",
         "plans": "1000,10000,100000", "startup": ""}
REPETITIONS = {"operations": 5, "journal": 5, "load": 2, "plans": 5, "startup": 20}
TIMEOUT = 600.0
SQITCH_PLAN_LIMIT = 10_000     # at 100,000 it needs minutes
REPEAT_WITHIN = 0.05           # a quick reader runs again until this many seconds are full ...
REPEAT_LIMIT = 5               # ... but not more often than this in one repetition


class Bench:
    """What the modes share: options, tools, engine, scratch folder, and the runs so far."""

    def __init__(self, options: argparse.Namespace, tools: list[Tool], engine: Engine) -> None:
        self.options = options
        self.tools = tools
        self.engine = engine
        self.scratch = engine.scratch
        self.runner = Runner(engine.scratch, TIMEOUT, engine)
        self.runs: list[Run] = []

    def measure(self, call: Call, run: Run) -> Run:
        self.runner.run(call, run)
        self.runs.append(run)
        print(f"{run.group:>16}  {run.repetition + 1:>2}  {run.operation:<10} {run.tool:<13}"
              f"{run.wall * 1000:>10.2f} ms wall {run.cpu * 1000:>10.2f} ms CPU  {run.error}",
              file=sys.stderr, flush=True)
        return run

    def turns(self, repetition: int) -> list[Tool]:
        """The tools, another one first in each repetition."""
        first = repetition % len(self.tools)
        return self.tools[first:] + self.tools[:first]


def operations(bench: Bench) -> str:
    tables = []
    for size in bench.options.sizes:
        group = f"{size} changes"
        project = bench.scratch / str(size)
        generate.make_project(project, size, bench.engine.name)
        expected = expected_content(bench.engine, project)
        for repetition in range(bench.options.reps):
            for tool in bench.turns(repetition):
                site = bench.engine.fresh_site(project, size)
                rounds(bench, tool, site, Run(group, "", tool.name, repetition), expected)
        tables += [f"### {bench.engine.title}, {group}", *both_tables(bench, group)]
    return "\n\n".join(tables)


def rounds(bench: Bench, tool: Tool, site: Site, run: Run, expected: check.Content) -> None:
    """Every operation of one tool on one fresh database. Without a deploy there is no more."""
    for operation in OPERATIONS:
        call = tool.call(site, operation)
        wanted = operation in bench.options.ops
        if call is None or not (wanted or operation == "deploy"):
            continue
        this = Run(run.group, operation, run.tool, run.repetition)
        if wanted:
            repeat(bench, call, this)
        else:
            bench.runner.run(call, this)
        if operation in ("deploy", "revert") and not this.error:
            this.error = bench.engine.compare(site, expected if operation == "deploy" else {})
        if this.error and not wanted:
            bench.runs.append(this)
        if this.error and operation == "deploy":
            return


def repeat(bench: Bench, call: Call, run: Run) -> None:
    """Runs once what writes, and some more times what only reads and is soon done."""
    bench.measure(call, run)
    spent, count = run.wall, 1
    reads = run.operation not in ("deploy", "revert")
    while reads and not run.error and spent < REPEAT_WITHIN and count < REPEAT_LIMIT:
        again = Run(run.group, run.operation, run.tool, run.repetition)
        spent += bench.measure(call, again).wall
        count += 1


def both_tables(bench: Bench, group: str, base: str = "floor") -> list[str]:
    tables = [report.ratio_table(bench.runs, group, base)]
    if bench.engine.server_note:
        tables.append(report.server_table(bench.runs, group, base))
    return tables


def expected_content(engine: Engine, project: Path) -> check.Content:
    """What the deploy scripts make."""
    site = engine.fresh_site(project, 0)
    engine.execute(site, (project / "floor/deploy.sql").read_text())
    return engine.content(site)


def journals(bench: Bench) -> str:
    """Deploys and reverts the same rows in one transaction a change, and under the journal."""
    kedge = next(tool for tool in bench.tools if tool.name == "kedge")
    tables = []
    for size in bench.options.sizes:
        group = f"{size} changes of {journal.INSERTS} INSERTs"
        folder = bench.scratch / f"journal-{size}"
        journal.write_projects(folder, size, bench.engine.name)
        for repetition in range(bench.options.reps):
            for kind in sorted(journal.KINDS, reverse=repetition % 2 == 0):
                site = bench.engine.fresh_site(folder / kind, size)
                bench.engine.execute(site, journal.TABLES)
                for operation, rows in (("deploy", size * journal.INSERTS), ("revert", 0)):
                    run = bench.measure(kedge.call(site, operation),
                                        Run(group, operation, kind, repetition))
                    found = bench.engine.rows(site, journal.TABLE)
                    if not run.error and found != rows:
                        run.error = f"{found} rows in place of {rows}"
        tables += [f"### {bench.engine.title}, {group}", *both_tables(bench, group, journal.PLAIN)]
    return "\n\n".join(tables)


def loads(bench: Bench) -> str:
    """Deploys each big script in a fresh database."""
    tables = []
    for kind, size in zip(load.KINDS, bench.options.sizes):
        group = f"{kind}, {size} MiB"
        folder = bench.scratch / kind
        rows = load.write_project(folder, kind, size)
        for repetition in range(bench.options.reps):
            for tool in bench.turns(repetition):
                if tool.name not in ("floor", "kedge"):
                    continue
                site = bench.engine.fresh_site(folder, 1)
                run = bench.measure(tool.call(site, "deploy"),
                                    Run(group, "deploy", tool.name, repetition))
                if not run.error and (found := bench.engine.rows(site, load.TABLE)) != rows:
                    run.error = f"{found} rows in place of {rows}"
        bench.engine.fresh_site(folder, 0)   # which makes room for the next
        shutil.rmtree(folder)
        tables += [f"### {bench.engine.title}, {group}", *both_tables(bench, group)]
    return "\n\n".join(tables)


def plans(bench: Bench) -> str:
    groups: dict[str, int] = {}
    for size in bench.options.sizes:
        group = f"{size} changes"
        groups[group] = size
        folder = bench.scratch / f"plan-{size}"
        generate.make_plan(folder, size)
        for repetition in range(bench.options.reps):
            for name in ("cat", "sha1sum"):
                call = Call([name, "kedge.plan"], folder / "kedge")
                bench.measure(call, Run(group, "plan -n 1", name, repetition))
            for tool in bench.turns(repetition):
                read_plan(bench, tool, folder, size, Run(group, "", tool.name, repetition))
    return "### Reading a plan\n\n" + report.plan_table(bench.runs, groups)


def read_plan(bench: Bench, tool: Tool, folder: Path, size: int, run: Run) -> None:
    """`plan -n 1` and the start-up to subtract; kedge once, in its own style."""
    if tool.name not in ("kedge", "sqitch") or tool.name == "sqitch" and size > SQITCH_PLAN_LIMIT:
        return
    here = folder / tool.name
    for operation, argv in (("--version", tool.version),
                            ("plan -n 1", [tool.program, "plan", "-n", "1"])):
        bench.measure(Call(argv, here), Run(run.group, operation, run.tool, run.repetition))


def startup(bench: Bench) -> str:
    for repetition in range(bench.options.reps):
        bench.measure(Call(["true"], bench.scratch), Run("start", "--version", "true", repetition))
        bench.measure(Call(["true"], bench.scratch), Run("start", "--help", "true", repetition))
        for tool in bench.turns(repetition):
            if tool.name == "kedge-sqitch":
                continue
            for operation, argv in (("--version", tool.version), ("--help", tool.help)):
                if argv:
                    bench.measure(Call(argv, bench.scratch),
                                  Run("start", operation, tool.name, repetition))
    return "### Start-up\n\n" + report.ratio_table(bench.runs, "start", "true")


def about(tools: list[Tool], engine: Engine) -> str:
    """Where and with what the figures were made."""
    versions = []
    for tool in tools:
        done = subprocess.run(tool.version, capture_output=True, text=True, check=False)
        number_of = r"\d+(?:\.\d+)+[^\s,]*"
        version = (re.search(f"(?<=Distrib ){number_of}", done.stdout)   # MariaDB's, not its client's
                   or re.search(number_of, done.stdout))
        name = f"floor: {Path(tool.program).name}" if tool.name == "floor" else tool.name
        versions.append(f"{name} {version[0] if version else '(version unknown)'}")
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    server = f"; {engine.server_note}" if engine.server_note else ""
    return (f"{now}, {platform.system()} {platform.release()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}; {', '.join(versions)}{server}")


def number(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def numbers(text: str) -> list[int]:
    return [number(part) for part in text.split(",")]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", nargs="?", choices=SIZES, default="operations")
    parser.add_argument("--engine", choices=ENGINES, help="default: sqlite; pg for load; mysql for journal")
    parser.add_argument("--sizes", type=numbers,
                        help="numbers of changes, such as 10,100; load: MiB of COPY, of INSERTs")
    parser.add_argument("--reps", type=number,
                        help="repetitions; operations, journal, plans 5, load 2, startup 20")
    parser.add_argument("--tools", help="some of: floor,kedge,kedge-sqitch,dbmate,sqitch")
    parser.add_argument("--ops", default=",".join(OPERATIONS), help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single run there")
    parser.add_argument("--kedge", type=Path, metavar="PATH", default=KEDGE,
                        help="default: build/release/kedge")
    parser.add_argument("--scratch", type=Path, metavar="FOLDER",
                        help="for projects and databases; default: /dev/shm where there is one")
    options = parser.parse_args(arguments)
    options.ops = options.ops.split(",")
    if unknown := set(options.ops) - set(OPERATIONS):
        parser.error(f"no such operation: {', '.join(sorted(unknown))}")
    usual = {"load": "pg", "journal": "mysql"}
    options.engine = options.engine or usual.get(options.mode, "sqlite")
    if options.mode == "load" and options.engine != "pg":
        parser.error("load is for PostgreSQL")
    if options.mode == "journal":
        options.tools = "kedge"
    options.reps = options.reps or REPETITIONS[options.mode]
    options.sizes = options.sizes or (numbers(SIZES[options.mode]) if SIZES[options.mode] else [])
    return options


def choose(options: argparse.Namespace, engine: Engine) -> list[Tool]:
    """The tools asked for, or all there are; one asked for and not found is an error."""
    found = {tool.name: tool for tool in find_tools(options.kedge, engine.floor())}
    wanted = options.tools.split(",") if options.tools else list(found)
    missing = [name for name in wanted if name not in found]
    if missing or not wanted:
        print(f"run.py: no tool {', '.join(missing) or 'at all'}; "
              f"found: {', '.join(found) or 'nothing'}", file=sys.stderr)
        sys.exit(2)
    if "kedge" not in found:
        print(f"run.py: no {options.kedge}: kedge is left out", file=sys.stderr)
    return [found[name] for name in wanted]


def main() -> int:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))   # clears up
    memory = Path("/dev/shm")
    parent = options.scratch or (memory if os.access(memory, os.W_OK) else None)
    with tempfile.TemporaryDirectory(prefix="kedge-bench-", dir=parent) as scratch:
        engine = ENGINES[options.engine](Path(scratch))
        bench = Bench(options, choose(options, engine), engine)
        header = about(bench.tools, engine)
        mode = {"operations": operations, "journal": journals, "load": loads, "plans": plans, "startup": startup}
        engine.start()
        try:
            tables = mode[options.mode](bench)
        finally:
            engine.stop()
    print(f"{header}\n\n{tables}")
    failed = report.failures(bench.runs)
    if failed:
        print("\n" + failed)
    if options.json:
        record = {"about": header, "runs": [run.as_json() for run in bench.runs]}
        options.json.write_text(json.dumps(record, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
