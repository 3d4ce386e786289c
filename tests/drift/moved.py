#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A database that moves to a newer server, by the newer one's dump program: only what really differs is told.

    tests/drift/moved.py [--engine pg] [--kedge PATH]

The database is the one of the mutation suites, which has something of every kind. PostgreSQL's goes from this
machine's release to those of Debian trixie and sid, MariaDB's to trixie's. With it goes kedge's record, so that
both are looked at: the live state against the record, and against the server that it came from.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

HERE = Path(__file__).resolve().parent

# What a newer PostgreSQL has otherwise: an extension's newest version, extensions that are there on this machine
# only, and a column's setting that its own dump can't write down.
NEWER_EXTENSION = "extension citext"
NOT_THERE = {"language speech", "language kept_30"}
NOT_DUMPED = "column app.rich.total"


class Kedge:
    """Runs the program in a project of its own."""

    def __init__(self, program: Path, folder: Path, engine: str) -> None:
        self.program, self.folder = program, folder
        self.run("init", "moved", "--engine", engine)

    def run(self, *words: str, may_differ: bool = False) -> str:
        """What it prints. What it can't do is an error; a difference is none where one may be."""
        done = subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode not in ((0, 1, 3) if may_differ else (0,)):
            raise RuntimeError(f"kedge {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def told(self, *words: str) -> set[str]:
        """What `kedge drift` has to say of which objects, be it that it can't know."""
        report = json.loads(self.run("drift", "--format", "json", *words, may_differ=True))
        subjects = {self.subject(one["object"], one.get("part")) for one in report["differences"]}
        doubts = {one["what"].removeprefix("whether ").removesuffix(" has drifted") for one in report["unread"]}
        return subjects | doubts

    @staticmethod
    def subject(whole: dict[str, str], part: dict[str, str] | None) -> str:
        """As the text has it."""
        return f"{part['kind']} {whole['name']}.{part['name']}" if part else f"{whole['kind']} {whole['name']}"


def move_postgres(source, target) -> None:
    """What the newer pg_dump writes, into a new database."""
    server = source.server
    dump = subprocess.run([target.server.bin_folder / "pg_dump", "-h", server.host, "-p", str(server.port), "-U",
                           server.user, "drift"], capture_output=True, check=True).stdout
    target.drop()
    target.server.create("drift", "template0")
    # Some of it can't be made there, which is to be told.
    server = target.server
    subprocess.run([server.bin_folder / "psql", "-X", "-q", "-h", server.host, "-p", str(server.port), "-U",
                    server.user, "-d", "drift"], input=dump, capture_output=True, check=True)
    # What pg_dump leaves to pg_dumpall.
    server.query("postgres", "ALTER DATABASE drift SET statement_timeout = '1h'; COMMENT ON DATABASE drift IS 'drifts'")


def move_mysql(source, target) -> None:
    """What the suite's own reload does, into another server."""
    target.load(source.dumped(), source.database)


def main() -> int:
    """The last line is `N passed, N failed`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=("pg", "mysql"), default="pg")
    parser.add_argument("--kedge", default=str(HERE.parents[1] / "build/release/kedge"))
    options = parser.parse_args()
    is_postgres = options.engine == "pg"
    module = importlib.import_module(f"mutations_{options.engine}")
    scratch = Path(tempfile.mkdtemp(prefix="kedge-moved-"))
    benches = [module.Bench(scratch, release) for release in (("", "trixie", "sid") if is_postgres else ("", "trixie"))]
    failed = passed = 0
    try:
        for bench in benches:
            bench.start()
        kedge = Kedge(Path(options.kedge).resolve(), scratch, options.engine)
        first, *others = benches
        kedge.run("baseline", "--note", "before the move", first.uri)
        source = first
        gone: set[str] = set()
        for target in others:
            (move_postgres if is_postgres else move_mysql)(source, target)
            newer = gone = set()
            if is_postgres:
                newer = {NEWER_EXTENSION, *(NOT_THERE if source is first else ()),
                         *((NOT_DUMPED,) if target is benches[-1] else ())}
                gone = NOT_THERE | newer
            for words, expected in (((), gone), (("--against", source.uri), newer)):
                told = kedge.told(target.uri, *words)
                if told == expected:
                    passed += 1
                    continue
                failed += 1
                print(f"FAILED {source.uri} to {target.uri} {' '.join(words)}\n  too much: {sorted(told - expected)}\n"
                      f"  missing: {sorted(expected - told)}", flush=True)
            source = target
    finally:
        for bench in benches:
            bench.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
