# SPDX-License-Identifier: MIT
"""The floor: the work of a project as text for one sqlite3 session, with the registry rows.

One transaction a change holds the statements of the script and the rows that Sqitch would write.
The registry lies in the database file itself, in tables named floor_*.
"""

from __future__ import annotations

from workload import EMAIL, PLANNER, PROJECT, URI, Change, tag_note

PREFIX = "floor_"
NOW = "strftime('%Y-%m-%d %H:%M:%f')"

# Who did it and who planned it: the last columns of three of the tables.
PEOPLE = """
    committed_at DATETIME NOT NULL,
    committer_name TEXT NOT NULL,
    committer_email TEXT NOT NULL,
    planned_at DATETIME NOT NULL,
    planner_name TEXT NOT NULL,
    planner_email TEXT NOT NULL"""

REGISTRY = f"""
CREATE TABLE {PREFIX}projects (
    project TEXT PRIMARY KEY,
    uri TEXT UNIQUE,
    created_at DATETIME NOT NULL,
    creator_name TEXT NOT NULL,
    creator_email TEXT NOT NULL);
CREATE TABLE {PREFIX}changes (
    change_id TEXT PRIMARY KEY,
    script_hash TEXT,
    change TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES {PREFIX}projects (project),
    note TEXT NOT NULL,{PEOPLE},
    UNIQUE (project, script_hash));
CREATE TABLE {PREFIX}tags (
    tag_id TEXT PRIMARY KEY,
    tag TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES {PREFIX}projects (project),
    change_id TEXT NOT NULL REFERENCES {PREFIX}changes (change_id),
    note TEXT NOT NULL,{PEOPLE},
    UNIQUE (project, tag));
CREATE TABLE {PREFIX}dependencies (
    change_id TEXT NOT NULL REFERENCES {PREFIX}changes (change_id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    dependency TEXT NOT NULL,
    dependency_id TEXT REFERENCES {PREFIX}changes (change_id),
    PRIMARY KEY (change_id, dependency));
CREATE TABLE {PREFIX}events (
    event TEXT NOT NULL CHECK (event IN ('deploy', 'revert', 'fail', 'merge')),
    change_id TEXT NOT NULL,
    change TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES {PREFIX}projects (project),
    note TEXT NOT NULL,
    requires TEXT NOT NULL,
    conflicts TEXT NOT NULL,
    tags TEXT NOT NULL,{PEOPLE},
    PRIMARY KEY (change_id, committed_at));
"""


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def insert(table: str, *texts: str, people: str = "") -> str:
    values = ", ".join(literal(text) for text in texts)
    return f"INSERT INTO {PREFIX}{table} VALUES ({values}{', ' + people if people else ''});"


def people(change: Change) -> str:
    who = f"{literal(PLANNER)}, {literal(EMAIL)}"
    planned = change.planned_at.replace("T", " ").rstrip("Z")
    return f"{NOW}, {who}, {literal(planned)}, {who}"


def event(kind: str, change: Change) -> str:
    return insert("events", kind, change.change_id, change.name, PROJECT, change.note,
                  ",".join(change.requires), "", "@" + change.tag if change.tag else "",
                  people=people(change))


def deploy_rows(change: Change, script_hash: str, ids: dict[str, str]) -> list[str]:
    rows = [insert("changes", change.change_id, script_hash, change.name, PROJECT, change.note,
                   people=people(change))]
    rows += [insert("dependencies", change.change_id, "require", name, ids[name])
             for name in change.requires]
    if change.tag:
        rows.append(insert("tags", change.tag_id, "@" + change.tag, PROJECT, change.change_id,
                           tag_note(change), people=people(change)))
    return [*rows, event("deploy", change)]


def revert_rows(change: Change) -> list[str]:
    tables = ("tags", "dependencies", "changes")
    where = f"WHERE change_id = {literal(change.change_id)};"
    return [*(f"DELETE FROM {PREFIX}{table} {where}" for table in tables), event("revert", change)]


def deploy(changes: list[Change], hashes: dict[str, str]) -> str:
    """Everything a first deploy does; `hashes` are those of the deploy scripts, by change name."""
    ids = {change.name: change.change_id for change in changes}
    who = f"{NOW}, {literal(PLANNER)}, {literal(EMAIL)}"
    lines = ["BEGIN;", REGISTRY.strip(), insert("projects", PROJECT, URI, people=who), "COMMIT;"]
    for change in changes:
        rows = deploy_rows(change, hashes[change.name], ids)
        lines += ["BEGIN;", *change.deploy, *rows, "COMMIT;"]
    return "\n".join(lines) + "\n"


def revert(changes: list[Change]) -> str:
    lines: list[str] = []
    for change in reversed(changes):
        lines += ["BEGIN;", *change.revert, *revert_rows(change), "COMMIT;"]
    return "\n".join(lines) + "\n"


def verify(changes: list[Change]) -> str:
    lines: list[str] = []
    for change in changes:
        lines += ["BEGIN;", *change.verify, "ROLLBACK;"]
    return "\n".join(lines) + "\n"


def registry() -> str:
    """What must be read to know what is deployed: for status, and for a noop."""
    return (f"SELECT * FROM {PREFIX}projects;\n"
            f"SELECT * FROM {PREFIX}changes ORDER BY committed_at;\n"
            f"SELECT * FROM {PREFIX}tags ORDER BY committed_at;\n")


def log() -> str:
    return f"SELECT * FROM {PREFIX}events ORDER BY committed_at DESC;\n"
