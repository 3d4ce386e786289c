#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes one change after another to a database and asks whether each is told, as that one and no other.

Each engine's module has SETUP, MUTATIONS and SILENCES; what it says is in its own head."""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TIMEOUT = 60


class Suite:
    """One database, the file with its state, and kedge."""

    def __init__(self, bench, kedge: Path, folder: Path):
        self.bench, self.kedge, self.folder = bench, kedge, folder
        self.before = folder / "before.json"

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
                       **self.bench.environment()}
        return subprocess.run([self.kedge, *arguments], cwd=self.folder, env=environment, text=True,
                              capture_output=True, check=False, timeout=TIMEOUT)

    def dump(self) -> None:
        done = self.run("state", "dump", self.bench.uri)
        if done.returncode != 0:
            raise RuntimeError(f"the state can't be read: {done.stderr}{done.stdout}")
        self.before.write_text(done.stdout)

    def differences(self) -> str:
        """What is told, without the lines within values."""
        done = self.run("state", "diff", str(self.before), self.bench.uri)
        if done.returncode not in (0, 3) or (done.returncode == 3) != bool(done.stdout):
            raise RuntimeError(f"exit {done.returncode}: {done.stderr}{done.stdout}")
        return "".join(line + "\n" for line in done.stdout.splitlines() if not line.startswith("    "))

    def check(self, mutation) -> str:
        """What is wrong with what is told; empty if nothing is."""
        wrong = ""
        self.bench.execute(mutation.sql)
        told = self.differences()
        if told.strip() != mutation.told.strip():
            wrong += f"  expected: {mutation.told.strip()}\n  told:     {told.strip() or 'nothing'}\n"
        if mutation.undo:
            self.bench.execute(mutation.undo)
        else:
            self.bench.renew()
        after = self.differences()
        if after:
            wrong += f"  undone, and still told: {after.strip()}\n"
            self.bench.renew()
            self.dump()
        return wrong

    def check_silence(self, silence) -> str:
        self.bench.execute(silence.sql)
        told = self.differences()
        if silence.after:
            self.bench.execute(silence.after)
            told += self.differences()
        return f"  told: {told.strip()}\n" if told else ""


def main() -> int:
    """The last line is `N passed, N failed`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "pg", "mysql"), default="sqlite")
    parser.add_argument("--release", default="", help="a server of another release, in a small root")
    parser.add_argument("--kedge", default=str(HERE.parents[1] / "build/release/kedge"))
    parser.add_argument("--only", default="", help="those with this in their names")
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="each N-th, and all that are of some releases only")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()

    module = importlib.import_module(f"mutations_{options.engine}")
    scratch = Path(tempfile.mkdtemp(prefix="kedge-drift-"))
    passed = failed = 0
    began = time.monotonic()
    bench = module.Bench(scratch, options.release)
    try:
        bench.start()
        suite = Suite(bench, Path(options.kedge).resolve(), scratch)
        suite.dump()
        left_out = 0
        for check, cases in ((suite.check, module.MUTATIONS), (suite.check_silence, module.SILENCES)):
            for number, case in enumerate(cases):
                if options.only not in case.name or (number % options.every and not case.needs):
                    continue
                if case.needs and not bench.has(case.needs):
                    left_out += 1
                    continue
                try:
                    wrong = check(case)
                except (RuntimeError, OSError, subprocess.SubprocessError) as trouble:
                    wrong = f"  {trouble}\n"
                    bench.renew()
                    suite.dump()
                failed += bool(wrong)
                passed += not wrong
                if wrong:
                    print(f"FAILED {case.name}\n{wrong}", end="", flush=True)
                elif options.verbose:
                    print(f"ok {case.name}", flush=True)
        if left_out:
            print(f"{left_out} are not for this server")
    finally:
        bench.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
