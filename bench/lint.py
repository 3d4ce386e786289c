#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long `kedge lint` takes over the scripts of a project: 1,000 are to take less than a second.

    bench/lint.py [--scripts 1000] [--engine pg] [--kedge PATH] [--reps 5]

The exit status is 1 if the best run of the repetitions takes more than --limit seconds of CPU: one
thread works, so that is the time that passes on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True

import generate  # noqa: E402

KEDGE = Path(__file__).resolve().parent.parent / "build/release/kedge"


def main() -> int:
    """Prints each run, and the best of them with its figure for each script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kedge", default=str(KEDGE))
    parser.add_argument("--engine", default="pg")
    parser.add_argument("--scripts", type=int, default=1000)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--limit", type=float, default=1.0)
    options = parser.parse_args()
    changes = -(-options.scripts // 3)    # deploy, revert and verify
    with tempfile.TemporaryDirectory() as scratch:
        generate.make_project(Path(scratch) / "p", changes, options.engine)
        folder = Path(scratch) / "p/kedge"
        scripts = sum(1 for _ in folder.rglob("*.sql"))
        size = sum(path.stat().st_size for path in folder.rglob("*.sql"))
        best = best_cpu = float("inf")
        for repetition in range(options.reps):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begin = time.perf_counter()
            run = subprocess.run([options.kedge, "lint", "--format", "json"], cwd=folder,
                                 capture_output=True, text=True, check=False)
            wall = time.perf_counter() - begin
            if run.returncode not in (0, 1):
                print(run.stderr, file=sys.stderr)
                return 1
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            best, best_cpu = min(best, wall), min(best_cpu, cpu)
            print(f"run {repetition + 1}: {wall * 1000:.0f} ms wall, {cpu * 1000:.0f} ms CPU",
                  file=sys.stderr)
    print(f"{scripts} scripts of {size >> 10} KiB: {best * 1000:.0f} ms wall, "
          f"{best_cpu * 1000:.0f} ms CPU, {best_cpu / scripts * 1e6:.0f} µs of it a script")
    return 0 if best_cpu <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
