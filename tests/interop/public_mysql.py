#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs Sqitch and kedge side by side on checkouts of public Sqitch projects for MySQL.

    KEDGE=build/kedge tests/interop/public_mysql.py /tmp/public-mysql/*

Each argument is a checkout that has a sqitch.conf somewhere in it, or CHECKOUT=NAME where its
scripts name their database.  It is copied, never touched.  By Sqitch alone, by kedge alone and by
the two in turns, each on a server of its own, with run.py's comparison of all databases and all
rows of the registry after each step:

  deploy, verify, check, status, log, revert to the middle, deploy, revert, deploy --verify
  deploy --to each change in turn (at most --stops of them), then revert

Whether a step succeeds is Sqitch's to say.  Where a script fails half-way, kedge differs on purpose:
it keeps what ran, and says so.  A project that comes to that is run up to the change before.
KEDGE_TEST_MYSQL_BIN says of which release the servers are.  Not run in CI: there is no network there.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import engines  # noqa: E402  (needs the path above)
from compare import Mask  # noqa: E402
from harness import Difference, Kit, Lanes, OracleSurprise, Tool, indent  # noqa: E402
from public import Change, Checkout, home_of, spread, walk_round  # noqa: E402
from reading import PLAN_FULL, same_output  # noqa: E402
from run import program  # noqa: E402

NOISE = Mask(((re.compile(r"20[2-9]\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?"), "<time>"),))


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkouts", nargs="+")
    parser.add_argument("--kedge", default=os.environ.get("KEDGE"))
    parser.add_argument("--sqitch", default=os.environ.get("SQITCH", "sqitch"))
    parser.add_argument("--stops", type=int, default=12, help="at most so many --to steps (12)")
    parser.add_argument("--edit", action="append", default=[], metavar="CHECKOUT:PATTERN=NEW",
                        help="replaced in scripts and plan, for what this server can't take")
    return parser.parse_args()


class Project:
    """A checkout, and how its lanes are made and walked."""

    def __init__(self, argument: str, edits: list[str], kit_of) -> None:
        folder, _, name = argument.partition("=")
        self.folder, self.kit_of = Path(folder).resolve(), kit_of
        self.database = name or "app"
        self.edits = [edit.partition(":")[2].partition("=") for edit in edits
                      if edit.startswith(self.folder.name + ":")]

    def build(self, root: Path) -> Checkout:
        """A copy in the lane."""
        copy = root / "project"
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns(".git"))
        for path in (*copy.rglob("*.sql"), *copy.rglob("sqitch.plan")):
            for pattern, _, instead in self.edits:
                path.write_bytes(re.sub(pattern.encode(), instead.encode(), path.read_bytes()))
        return Checkout(copy / home_of(self.folder), self.folder.name)

    def lanes(self, label: str) -> tuple[Lanes, str, list[Change]]:
        """Lanes, the target as their steps name it, and the plan."""
        lanes = self.kit_of(label).lanes(self.build, mask=NOISE)
        first = lanes.lanes[0]
        folder = first.project(None).folder
        target = f"db:$ENGINE:{os.path.relpath(first.root / self.database, folder)}"
        shown = first.run(lanes.sqitch, ("plan", "-t", target, "--no-headers", "--format", "format:%H|%n"))
        plan = [Change(*line.split("|", 1), {}) for line in shown.out.split("\n") if "|" in line]
        if not plan:
            raise OracleSurprise(str(shown))
        return lanes, target, plan

    def check(self, stops: int) -> str:
        """Two walks; what to say of them."""
        lanes, target, plan = self.lanes("round")
        same_output(lanes, (*PLAN_FULL, "-t", target))
        good = lanes.run("deploy", target, ok=None, compare=False)[0].ok
        if not good:
            return self.check_beginning(stops)
        lanes.compare()
        walk_round(lanes, plan, target)
        lanes, target, plan = self.lanes("steps")
        return f"{len(plan)} changes{self.check_steps(lanes, target, plan, stops)}"

    @staticmethod
    def check_steps(lanes: Lanes, target: str, plan: list[Change], stops: int) -> str:
        """Change by change up, down in two, and up again. Where Sqitch fails on the way it ends: kedge stands
        between two statements then."""
        for change in spread(plan, stops):
            lanes.follow("deploy", "-t", target, "--to", change.id)
        for step in (("revert", "-y", "-t", target, "--to", plan[0].id), ("revert", "-y", target),
                     ("deploy", "--verify", "-t", target, "--to", plan[-1].id)):
            result = lanes.run(*step, ok=None, compare=False)[0]
            if not result.ok:
                return f"; Sqitch can't {step[0]} all of them:\n{indent(str(result))}"
            lanes.compare()
        return ""

    def check_beginning(self, stops: int) -> str:
        """The changes before the one at which Sqitch fails."""
        lanes, target, plan = self.lanes("probe")
        first = lanes.lanes[0]
        good = 0
        while good < len(plan):
            result = first.run(lanes.sqitch, ("deploy", "-t", target, "--to", plan[good].id))
            if not result.ok:
                break
            good += 1
        lanes, target, plan = self.lanes("beginning")
        rest = self.check_steps(lanes, target, plan[:good], stops) if good else ""
        return f"{good} of {len(plan)} changes; Sqitch can't deploy {plan[good].name}:\n{indent(str(result))}{rest}"


def main() -> int:
    """A line for each project."""
    args = options()
    if not args.kedge:
        sys.exit("public_mysql.py: which kedge? Set $KEDGE or give --kedge PATH")
    tools = Tool("sqitch", program(args.sqitch)), Tool("kedge", program(args.kedge), own_codes=True)
    base = Path(tempfile.mkdtemp(prefix="kedge-public-"))
    equal = 0
    with engines.use(engines.Mysql()):
        for argument in args.checkouts:
            name = Path(argument.partition("=")[0]).name
            project = Project(argument, args.edit,
                              lambda label, name=name: Kit(base / name / label, *tools, wanted=("S", "K", "SK")))
            try:
                print(f"ok {name}: {project.check(args.stops)}", flush=True)
                equal += 1
            except (Difference, OracleSurprise, OSError) as wrong:
                print(f"not ok {name}: {type(wrong).__name__}: {wrong}", flush=True)
            finally:
                engines.current().close(base / name)
    shutil.rmtree(base, ignore_errors=True)
    print(f"{equal} equal, {len(args.checkouts) - equal} differ")
    return 0 if equal == len(args.checkouts) else 1


if __name__ == "__main__":
    sys.exit(main())
