"""What a lane's databases hold, as lines of text that can be diffed.

The registry is dumped by the meaning of its six tables, without time stamps;
any other database by its schema and all of its rows.  Tables that start with
`kedge_` are kedge's own and count in neither.  Databases are found by their
file header, so a registry in the wrong place shows as a difference too.
"""

from __future__ import annotations

import difflib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

Snapshot = dict[str, list[str]]

REGISTRY_TABLES = ("changes", "dependencies", "events", "projects", "releases", "tags")
HEADER = b"SQLite format 3\0"
STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(\d{3})?$")  # kedge counts finer within a millisecond
OWN = re.compile(r"^kedge_", re.IGNORECASE)

# Without the clock reads (committed_at, created_at, installed_at); planned_at comes from the plan.
REGISTRY_QUERIES = {
    "releases": "SELECT round(version, 1), installer_name, installer_email FROM releases ORDER BY 1",
    "projects": "SELECT project, uri, creator_name, creator_email FROM projects ORDER BY 1",
    "changes": "SELECT change_id, change, project, script_hash, note, committer_name, committer_email,"
               " planned_at, planner_name, planner_email FROM changes ORDER BY committed_at, rowid",
    "tags": "SELECT tag_id, tag, project, change_id, note, committer_name, committer_email,"
            " planned_at, planner_name, planner_email FROM tags ORDER BY tag_id",
    "dependencies": "SELECT change_id, type, dependency, dependency_id FROM dependencies"
                    " ORDER BY 1, 2, 3",
    "events": "SELECT event, change_id, change, project, note, requires, conflicts, tags,"
              " committer_name, committer_email, planned_at, planner_name, planner_email"
              " FROM events ORDER BY committed_at, rowid",
}


@dataclass(frozen=True)
class Mask:
    """What is left out of the rows of a target, because it differs from run to run."""

    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    def __call__(self, text: str) -> str:
        for pattern, instead in self.patterns:
            text = pattern.sub(instead, text)
        return text


def snapshot(root: Path, mask: Mask) -> Snapshot:
    """Every database with something in it under a folder: relative path -> lines."""
    found = {}
    for path in databases(root):
        lines = dump(path, mask)
        if lines:
            found[str(path.relative_to(root))] = lines
    return found


def databases(root: Path) -> Iterator[Path]:
    """Files that start as an SQLite database does; a file of 0 bytes is none."""
    for path in sorted(root.rglob("*")):
        if ".git" in path.parts or not path.is_file() or path.is_symlink():
            continue
        with path.open("rb") as file:
            if file.read(len(HEADER)) == HEADER:
                yield path


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that can't alter what it looks at."""
    base = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=30)
    base.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
    return base


def dump(path: Path, mask: Mask) -> list[str]:
    """The lines of one database."""
    base = open_read_only(path)
    try:
        tables = {row[0] for row in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if tables >= set(REGISTRY_TABLES):
            return dump_registry(base)
        return dump_target(base, mask)
    finally:
        base.close()


def row_text(values: tuple) -> str:
    """A row as one line; the kind of a value (1, '1', 1.0, x'31') stays visible."""
    return "|".join(repr(v) for v in values)


def dump_target(base: sqlite3.Connection, mask: Mask) -> list[str]:
    """Schema text, rows of all tables, and the pragmas that live in the file."""
    items = [(name, table, sql) for name, table, sql in
             base.execute("SELECT name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
             if not OWN.match(name) and not OWN.match(table)]
    lines = [f"schema {name}: {sql}" for name, _, sql in items if sql]
    for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
        if not OWN.match(name):
            lines += table_rows(base, name, mask)
    if lines:
        lines += [f"pragma {p} = {base.execute(f'PRAGMA {p}').fetchone()[0]}"
                  for p in ("user_version", "application_id", "journal_mode", "encoding", "auto_vacuum")]
    return lines


def table_rows(base: sqlite3.Connection, table: str, mask: Mask) -> list[str]:
    """All rows, sorted: their order in the file is nobody's promise."""
    quoted = table.replace('"', '""')
    rows = [f"row {table}: {mask(row_text(r))}" for r in base.execute(f'SELECT * FROM "{quoted}"')]
    if table == "sqlite_sequence":
        rows = [row for row in rows if "'kedge_" not in row]
    return sorted(rows)


def dump_registry(base: sqlite3.Connection) -> list[str]:
    """The six tables by meaning, then their structure, then what is wrong with their clocks."""
    lines = []
    for table, query in REGISTRY_QUERIES.items():
        lines += ["|".join([table, *("NULL" if v is None else str(v).replace("\n", "\\n") for v in row)])
                  for row in base.execute(query)]
    # "table|id|name|project": the name of a change in the third field, for all to find.
    return lines + structure(base) + clock_faults(base)


def structure(base: sqlite3.Connection) -> list[str]:
    """Columns, unique keys and foreign keys, whatever the white space of the DDL."""
    lines = []
    for table in REGISTRY_TABLES:
        lines += [f"column {table}: {row_text(row[1:])}" for row in base.execute(f"PRAGMA table_info({table})")]
        uniques = [row[1] for row in base.execute(f"PRAGMA index_list({table})") if row[2]]
        lines += sorted(f"unique {table}: " + ",".join(
            str(row[2]) for row in base.execute(f"PRAGMA index_info({index})")) for index in uniques)
        lines += sorted(f"foreign {table}: {row_text(row[2:])}"
                        for row in base.execute(f"PRAGMA foreign_key_list({table})"))
    return lines


def clock_faults(base: sqlite3.Connection) -> list[str]:
    """Time stamps not in Sqitch's form, or not strictly rising within a project.

    Sqitch knows the deployed order by committed_at alone, so a tie is a fault.
    """
    faults, last = [], {}
    for name, project, stamp in base.execute(
            "SELECT change, project, committed_at FROM changes ORDER BY committed_at, rowid"):
        if not STAMP.match(str(stamp)):
            faults.append(f"clock changes {name}: {stamp!r}")
        if last.get(project) == stamp:
            faults.append(f"clock changes {name}: a tie at {stamp!r}")
        last[project] = stamp
    for table in ("events", "tags"):
        faults += [f"clock {table}: {stamp!r}" for (stamp,) in
                   base.execute(f"SELECT committed_at FROM {table}") if not STAMP.match(str(stamp))]
    return faults


def diff_text(want: list[str], got: list[str], limit: int = 40) -> str:
    """A short unified diff, empty where nothing differs."""
    lines = [line for line in difflib.unified_diff(want, got, "", "", lineterm="", n=0)
             if not line.startswith(("---", "+++", "@@"))]
    more = [f"… {len(lines) - limit} more"] if len(lines) > limit else []
    return "\n".join(line[:400] for line in lines[:limit] + more)
