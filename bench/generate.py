#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the projects that run.py measures.

    generate.py project OUT COUNT    OUT/{sqitch,kedge,migrations,floor}, to be deployed
    generate.py plan OUT COUNT       OUT/{sqitch,kedge}, a plan and no scripts
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from floor import Floor  # noqa: E402
from floor_mysql import MysqlFloor  # noqa: E402
from floor_pg import PostgresFloor  # noqa: E402
from workload import (EMAIL, PLANNER, PROJECT, Change, Workload, plan_changes,  # noqa: E402
                      plan_text, project_changes)
from workload_mysql import MysqlWorkload, bare  # noqa: E402
from workload_pg import PostgresWorkload  # noqa: E402

FLOORS = {"sqlite": Floor, "pg": PostgresFloor, "mysql": MysqlFloor}
WORKLOADS = {"sqlite": Workload, "pg": PostgresWorkload, "mysql": MysqlWorkload}


def script(title: str, statements: list[str], ends: tuple[str, str] | None) -> str:
    """The text of a script; `ends` opens and closes a transaction of its own."""
    parts = [title, *statements] if ends is None else [title, ends[0], *statements, ends[1]]
    return "\n\n".join(parts) + "\n"


def scripts(change: Change, engine: str, own_transactions: bool) -> dict[str, str]:
    """The three scripts of a change by folder; Sqitch's need transactions of their own."""
    commit = ("BEGIN;", "COMMIT;") if own_transactions else None
    undo = ("BEGIN;", "ROLLBACK;") if own_transactions else None
    name = f"{PROJECT}:{change.name}"
    requires = "".join(f"\n-- requires: {required}" for required in change.requires)
    return {
        "deploy": script(f"-- Deploy {name} to {engine}{requires}", change.deploy, commit),
        "revert": script(f"-- Revert {name} from {engine}", change.revert, commit),
        "verify": script(f"-- Verify {name} on {engine}", change.verify, undo),
    }


def write_plan(folder: Path, engine: str, style: str, changes: list[Change]) -> None:
    """Plan and configuration in the `style` "sqitch" or "kedge", which are named alike."""
    folder.mkdir(parents=True)
    (folder / f"{style}.conf").write_text(
        f"[core]\n\tengine = {engine}\n[user]\n\tname = {PLANNER}\n\temail = {EMAIL}\n")
    (folder / f"{style}.plan").write_text(plan_text(changes))


def write_project(folder: Path, engine: str, style: str, changes: list[Change]) -> None:
    write_plan(folder, engine, style, changes)
    for kind in ("deploy", "revert", "verify"):
        (folder / kind).mkdir()
    for change in changes:
        for kind, text in scripts(change, engine, style == "sqitch").items():
            (folder / kind / f"{change.name}.sql").write_text(text)


def write_migrations(folder: Path, changes: list[Change]) -> None:
    """dbmate's layout: both directions in one numbered file; it knows no DELIMITER, and needs none."""
    folder.mkdir(parents=True)
    for change in changes:
        up, down = bare("\n\n".join(change.deploy)), bare("\n\n".join(change.revert))
        (folder / f"2025{change.number:010d}_{change.name}.sql").write_text(
            f"-- migrate:up\n\n{up}\n\n-- migrate:down\n\n{down}\n")


def write_floor(folder: Path, engine: str, changes: list[Change]) -> None:
    folder.mkdir(parents=True)
    floor = FLOORS[engine]()
    hashes = {
        change.name: hashlib.sha1(scripts(change, engine, True)["deploy"].encode()).hexdigest()
        for change in changes}
    texts = {"deploy": floor.deploy(changes, hashes), "revert": floor.revert(changes),
             "verify": floor.verify(changes), "registry": floor.status(), "log": floor.log()}
    for name, text in texts.items():
        (folder / f"{name}.sql").write_text(text)


def make_project(out: Path, count: int, engine: str = "sqlite", seed: int = 1) -> None:
    """A project of `count` changes in every layout; `out` must not hold one yet."""
    changes = project_changes(WORKLOADS[engine](seed), count)
    for style in ("sqitch", "kedge"):
        write_project(out / style, engine, style, changes)
    write_migrations(out / "migrations", changes)
    write_floor(out / "floor", engine, changes)


def make_plan(out: Path, count: int, engine: str = "sqlite", seed: int = 1) -> None:
    """A plan of `count` changes without scripts, in both styles."""
    changes = plan_changes(count, seed)
    for style in ("sqitch", "kedge"):
        write_plan(out / style, engine, style, changes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("project", "plan"))
    parser.add_argument("out", type=Path, help="a folder that doesn't hold a project yet")
    parser.add_argument("count", type=int, help="number of changes")
    parser.add_argument("--engine", choices=WORKLOADS, default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    make = make_project if options.what == "project" else make_plan
    try:
        make(options.out, options.count, options.engine, options.seed)
    except FileExistsError as error:
        print(f"generate.py: {error.filename} is there already", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
