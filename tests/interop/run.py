#!/usr/bin/env python3
"""Runs real Sqitch and kedge side by side on the same projects.

    KEDGE=build/kedge tests/interop/run.py            all scenarios
    tests/interop/run.py --kedge /usr/bin/sqitch      self-test of the harness
    tests/interop/run.py --only 'rework*' --keep      some, and keep their folders
    tests/interop/run.py --engine pg                  on PostgreSQL instead of SQLite

One line per scenario, the differences below it, and `N passed, N failed` at the
end; exit status 1 if any failed.  Needs sqitch, sqlite3 and git on the PATH;
for PostgreSQL its server, of which one is started for the run (see ../servers/postgres.py), and
for MySQL that of MariaDB, or of ../servers/mysql.py, of which one is started for each lane.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import engines  # noqa: E402  (needs the path above)
import scenarios  # noqa: E402
from harness import SCENARIOS, Difference, Kit, OracleSurprise, Tool, indent  # noqa: E402


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kedge", default=os.environ.get("KEDGE"), help="the kedge binary (or $KEDGE)")
    parser.add_argument("--sqitch", default=os.environ.get("SQITCH", "sqitch"), help="the oracle")
    parser.add_argument("--engine", choices=sorted(engines.ENGINES), default="sqlite", help="(sqlite)")
    parser.add_argument("--list", action="store_true", help="print the names of the scenarios")
    parser.add_argument("--only", action="append", metavar="PATTERN", help="shell pattern, repeatable")
    parser.add_argument("--keep", action="store_true", help="keep and print every scratch folder")
    parser.add_argument("--jobs", type=int, default=2, help="scenarios at once (2)")
    parser.add_argument("--changes", type=int, default=1000, help="size of the large project (1000)")
    parser.add_argument("--lanes", default="S,K,SK,KS",
                        help="who does the steps: S,K is quick, SK and KS are the turns (all four)")
    return parser.parse_args()


def chosen(patterns: list[str] | None) -> list[str]:
    """Names that match a pattern, in the order they were written."""
    return [name for name in SCENARIOS
            if not patterns or any(fnmatch.fnmatch(name, p) or p == name for p in patterns)]


def program(path: str) -> str:
    """An absolute path: scenarios run in folders of their own."""
    found = shutil.which(path) or path
    if not os.access(found, os.X_OK):
        sys.exit(f"run.py: no program at {path!r} (set $KEDGE or --kedge)")
    return os.path.abspath(found)


def tools(args: argparse.Namespace) -> tuple[Tool, Tool]:
    """The oracle and kedge; Sqitch in kedge's role is not held to kedge's exit statuses."""
    if not args.kedge:
        sys.exit("run.py: which kedge? Set $KEDGE or give --kedge PATH")
    sqitch, kedge = program(args.sqitch), program(args.kedge)
    self_test = os.path.realpath(kedge) == os.path.realpath(sqitch)
    if self_test:
        print("# self-test: Sqitch plays both roles")
    return Tool("sqitch", sqitch), Tool("kedge", kedge, own_codes=not self_test)


def run_one(name: str, base: Path, sqitch: Tool, kedge: Tool, args: argparse.Namespace) -> bool:
    """One scenario in a folder of its own, which stays behind if it fails."""
    scratch = base / re.sub(r"\W+", "_", name)
    kit = Kit(scratch, sqitch, kedge, args.changes,
              tuple(dict.fromkeys(["S", *args.lanes.split(",")])))
    wrong = ""
    start = time.monotonic()
    try:
        SCENARIOS[name](kit)
    except Difference as difference:
        wrong = str(difference)
    except OracleSurprise as surprise:
        wrong = f"the scenario is wrong: {surprise}"
    except Exception:  # a fault of the harness must not hide the other scenarios
        wrong = traceback.format_exc()
    kit.clean(keep=args.keep or bool(wrong))
    if wrong:
        print(f"not ok {name}\n{indent(wrong, '  ')}\n  kept: {scratch}", flush=True)
    else:
        took = time.monotonic() - start
        print(f"ok {name} ({took:.1f} s)" + (f"  {scratch}" if args.keep else ""), flush=True)
    return not wrong


def main() -> int:
    """Run what was asked for and count."""
    args = options()
    engine = engines.use(engines.ENGINES[args.engine]())
    scenarios.load()
    names = chosen(args.only)
    if args.list:
        print("\n".join(names))
        return 0
    if not names:
        sys.exit("run.py: no scenario matches")
    sqitch, kedge = tools(args)
    base = Path(tempfile.mkdtemp(prefix="kedge-interop-"))
    with engine, ThreadPoolExecutor(max(1, args.jobs)) as pool:
        passed = list(pool.map(lambda n: run_one(n, base, sqitch, kedge, args), names))
    if all(passed) and not args.keep:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
