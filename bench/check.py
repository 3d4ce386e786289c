# SPDX-License-Identifier: MIT
"""Did two tools do the same work? Compares the databases that they left."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

# Each tool's own tables, and the objects that SQLite makes by itself.
NOT_THE_PROJECTS = ("floor_", "kedge_", "schema_migrations", "sqlite_")

Content = dict[str, str]   # "kind name" -> definition, or number of rows


def execute(database: Path, script: str) -> None:
    """Runs a script that has transactions of its own."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(script)


def content(database: Path) -> Content:
    """The project's objects with their definitions, white space apart, and the row counts."""
    found: Content = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        for kind, name, table, sql in objects.fetchall():
            if table.startswith(NOT_THE_PROJECTS) or name.startswith(NOT_THE_PROJECTS):
                continue
            found[f"{kind} {name}"] = " ".join((sql or "").split())
            if kind == "table":
                count = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
                found[f"rows of {name}"] = str(count[0])
    return found


def difference(expected: Content, actual: Content) -> str:
    """One line that names the first differences; empty where there is none."""
    keys = sorted(key for key in expected.keys() | actual.keys()
                  if expected.get(key) != actual.get(key))
    if not keys:
        return ""
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return "differs from what the scripts make: " + ", ".join(keys[:3]) + more
