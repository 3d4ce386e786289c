# SPDX-License-Identifier: MIT
"""What a database holds, read with Python's own sqlite3, and how two of those differ."""

import sqlite3
from contextlib import closing
from pathlib import Path

EVENT_COLUMNS = ("event, change_id, change, project, note, requires, conflicts, tags, "
                 "committer_name, committer_email, planned_at, planner_name, planner_email")
REGISTRY_QUERIES = {
    "projects": "SELECT project, uri, creator_name, creator_email FROM {0}projects ORDER BY 1",
    "changes": "SELECT change_id, script_hash, change, project, note, committer_name, "
               "committer_email, planned_at, planner_name, planner_email FROM {0}changes "
               "ORDER BY committed_at",
    "tags": "SELECT tag_id, tag, project, change_id, note, committer_name, committer_email, "
            "planned_at, planner_name, planner_email FROM {0}tags ORDER BY committed_at",
    "dependencies": "SELECT change_id, type, dependency, dependency_id FROM {0}dependencies "
                    "ORDER BY 1, 3",
    "events": f"SELECT {EVENT_COLUMNS} FROM {{0}}events ORDER BY committed_at",
    "releases": "SELECT version, installer_name, installer_email FROM {0}releases",
}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def snapshot_of(connection: sqlite3.Connection) -> dict:
    """Schema and rows, without the registry and the journal."""
    out: dict = {}
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'kedge\\_%' "
        "ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1, 2").fetchall()
    for kind, name, table, sql in rows:
        out[f"{kind} {name}"] = (table, sql)
        if kind == "table":
            out[f"rows of {name}"] = sorted(
                connection.execute(f"SELECT * FROM {quoted(name)}").fetchall(), key=repr)
    try:
        sequence = sorted(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except sqlite3.OperationalError:
        sequence = []
    if sequence:
        out["rows of sqlite_sequence"] = sequence
    return out


def snapshot(database: Path) -> dict:
    if not database.exists():
        return {}
    with closing(sqlite3.connect(database)) as connection:
        return snapshot_of(connection)


def registry(path: Path, prefix: str) -> dict:
    """The registry's rows, without times."""
    empty = {name: [] for name in REGISTRY_QUERIES}
    if not path.exists():
        return empty
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?",
                                   (prefix + "changes",)).fetchone()
        if not found:
            return empty
        return {name: connection.execute(query.format(prefix)).fetchall()
                for name, query in REGISTRY_QUERIES.items()}


def has_table(path: Path, name: str) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?",
                                  (name,)).fetchone() is not None


def integrity(path: Path) -> list[str]:
    """What SQLite itself finds wrong with a file."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        out = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        out += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
    return [f"{path.name}: {line}" for line in out]


def after_statements(database: Path, statements: list[str]) -> dict:
    """What a copy in memory of the database holds once these statements have run."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        with closing(sqlite3.connect(database)) as source:
            source.backup(memory)
        for statement in statements:
            memory.execute(statement)
        return snapshot_of(memory)


def differences(expected: dict, found: dict) -> list[str]:
    out = []
    for key in sorted(set(expected) | set(found), key=str):
        if expected.get(key) == found.get(key):
            continue
        want, got = expected.get(key), found.get(key)
        if isinstance(want, list) and isinstance(got, list):
            less = [row for row in want if row not in got][:2]
            more = [row for row in got if row not in want][:2]
            out.append(f"{key}: {len(want)} expected, {len(got)} found; missing {less}, more {more}")
        else:
            out.append(f"{key}: expected {str(want)[:300]}, found {str(got)[:300]}")
    return out
