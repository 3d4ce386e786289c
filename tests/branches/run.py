#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays two branches through git itself, and what becomes of databases deployed from either.

Sqitch reads each result, since the registry is its own. The cases are in cases.py; each has a world
of its own (world.py)."""

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from cases import CASES
from world import ENGINES, HERE


def main() -> int:
    """The last line is `N passed, N failed`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kedge", nargs="?", default=str(HERE.parents[1] / "build/release/kedge"))
    parser.add_argument("--engine", choices=sorted(ENGINES), default="sqlite")
    parser.add_argument("--only", default="", help="those with this in their names")
    parser.add_argument("--changes", type=int, default=300, help="how many a large plan has")
    parser.add_argument("--kills", type=int, default=8, help="how often a run is cut off")
    parser.add_argument("--keep", action="store_true", help="leave the folders of what failed")
    options = parser.parse_args()
    kedge = Path(options.kedge).resolve()
    scratch = Path(tempfile.mkdtemp(prefix="kedge-branches-"))
    passed = failed = 0
    with ENGINES[options.engine]() as bench:
        for number, (name, case) in enumerate(CASES.items()):
            if options.only not in name:
                continue
            folder = scratch / name
            start = time.monotonic()
            try:
                case(bench, kedge, folder, f"w{number}", options)
            except Exception:  # pylint: disable=broad-exception-caught
                failed += 1
                print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
                continue
            passed += 1
            shutil.rmtree(folder, ignore_errors=True)
            print(f"ok {name} ({time.monotonic() - start:.1f} s)", flush=True)
    if options.keep and failed:
        print(f"see {scratch}")
    else:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
