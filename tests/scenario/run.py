#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the scenario files of this folder, and then the tests of special.py."""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import special
from engines import ENGINES
from parser import BadScenario, parse
from player import Player

HERE = Path(__file__).resolve().parent


def play(job: tuple[str, str, str]) -> tuple[str, list[str]]:
    name, scratch, engine_name = job
    folder = Path(scratch) / name
    if name.startswith("special/"):
        folder = Path(scratch) / name.replace("/", "-")
    (folder / "home").mkdir(parents=True)
    work = folder / "w"
    work.mkdir()
    bin_folder = Path(scratch) / "bin"
    try:
        if name.startswith("special/"):
            engine = ENGINES[engine_name]
            return name, special.run(name.partition("/")[2], engine, work, bin_folder)
        scenario = parse(HERE / f"{name}.scenario")
        player = Player(work, ENGINES[engine_name], bin_folder)
        try:
            return name, player.play(scenario)
        finally:
            player.close()
    except BadScenario as e:
        return name, [str(e)]
    except Exception as e:
        return name, [f"{type(e).__name__}: {e}"]


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = HERE.parents[1] / "build" / "release" / "kedge"
    parser.add_argument("kedge", nargs="?", default=str(default), help="the binary")
    parser.add_argument("--engine", default="sqlite", choices=sorted(ENGINES))
    parser.add_argument("--only", default="", help="those whose name holds this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="keep the folders")
    return parser.parse_args()


def names_for(options: argparse.Namespace) -> list[str]:
    out = []
    for path in sorted(HERE.glob("*.scenario")):
        try:
            engines = parse(path).engines
        except BadScenario:
            engines = []
        if not engines or options.engine in engines:
            out.append(path.stem)
    out += [f"special/{name}" for name in special.tests_for(options.engine)]
    return [name for name in out if options.only in name]


def main(only: str = "") -> int:
    options = parse_options()
    options.only = options.only or only
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    scratch = Path(tempfile.mkdtemp(prefix="kedge-scenario-", dir=place))
    scratch.chmod(0o755)
    (scratch / "bin").mkdir()
    shutil.copy2(Path(options.kedge).resolve(), scratch / "bin" / "kedge")
    jobs = [(name, str(scratch), options.engine) for name in names_for(options)]
    passed = failed = 0
    began = time.monotonic()
    engine = ENGINES[options.engine]
    engine.start(scratch)
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        for name, problems in pool.imap(play, jobs):
            if not problems:
                passed += 1
                print(f"ok {name}", flush=True)
                continue
            failed += 1
            print(f"not ok {name}")
            for text in problems:
                print("    " + text.rstrip().replace("\n", "\n    "), flush=True)
    engine.stop()
    if failed or options.keep:
        print(f"# the folders are kept in {scratch}")
    else:
        shutil.rmtree(scratch)
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
