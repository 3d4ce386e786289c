#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long `kedge ci` takes over a project on SQLite: 100 changes are to take less than three seconds.

    bench/ci.py [--changes 100] [--kedge PATH] [--reps 5]

The exit status is 1 if the best run of the repetitions takes longer than --limit seconds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True

import generate  # noqa: E402

KEDGE = Path(__file__).resolve().parent.parent / "build/release/kedge"


def main() -> int:
    """Prints each run, and the best of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kedge", default=str(KEDGE))
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--limit", type=float, default=3.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        generate.make_project(Path(scratch) / "p", options.changes, "sqlite")
        folder = Path(scratch) / "p/kedge"
        best = float("inf")
        for repetition in range(options.reps):
            begin = time.perf_counter()
            run = subprocess.run([options.kedge, "ci", "--format", "json"], cwd=folder, capture_output=True,
                                 text=True, check=False)
            wall = time.perf_counter() - begin
            if run.returncode not in (0, 1, 4):
                print(run.stderr, file=sys.stderr)
                return 1
            best = min(best, wall)
            print(f"run {repetition + 1}: {wall * 1000:.0f} ms", file=sys.stderr)
    print(f"{options.changes} changes: {best * 1000:.0f} ms")
    return 0 if best <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
