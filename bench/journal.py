# SPDX-License-Identifier: MIT
"""What the journal costs by itself: two projects of the same rows, with and without it."""

from __future__ import annotations

from pathlib import Path

import workload
from generate import script, write_plan

INSERTS = 5
TABLE = "entries"
TABLES = f"CREATE TABLE {TABLE} (number integer PRIMARY KEY, name varchar(80) NOT NULL);"
PLAIN = "transaction"
KINDS = {PLAIN: "", "journal": "-- kedge: no-transaction\n"}


def make_changes(count: int) -> list[workload.Change]:
    changes = []
    for number in range(count):
        rows = range(number * INSERTS, (number + 1) * INSERTS)
        changes.append(workload.Change(
            f"rows_{number}", "", [],
            [f"INSERT INTO {TABLE} VALUES ({row}, 'The entry of number {row}.');" for row in rows],
            [f"DELETE FROM {TABLE} WHERE number = {row};" for row in rows]))
    return workload.finish(changes, 25)


def write_projects(folder: Path, count: int, engine: str) -> None:
    """Writes kedge's project of each kind."""
    changes = make_changes(count)
    for kind, head in KINDS.items():
        project = folder / kind / "kedge"
        write_plan(project, engine, "kedge", changes)
        for way in ("deploy", "revert"):
            (project / way).mkdir()
            for change in changes:
                text = script(f"-- {way.title()} {change.name}", getattr(change, way), None)
                (project / way / f"{change.name}.sql").write_text(head + text)
