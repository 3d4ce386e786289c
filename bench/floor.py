# SPDX-License-Identifier: MIT
"""The floor: the work of a project as text for one session of the client, with the registry rows.

One transaction a change holds the statements of the script and the rows that Sqitch would write.
For MySQL, where a script ends any transaction, it is one for the script and one for the rows.
The registry lies in the database itself: in tables named floor_*, or a schema named floor.
"""

from __future__ import annotations

from workload import EMAIL, PLANNER, PROJECT, URI, Change, tag_note

PREFIX = "floor_"

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


class Floor:
    """SQLite's; floor_pg.py and floor_mysql.py have the others'."""

    prefix = PREFIX
    between: tuple[str, ...] = ()   # what stands between the script's statements and the rows
    now = "strftime('%Y-%m-%d %H:%M:%f')"
    registry = REGISTRY

    def names(self, names: list[str]) -> str:
        """A list as it stands in a column of events."""
        return ",".join(names)

    def planned(self, change: Change) -> str:
        return change.planned_at.replace("T", " ").rstrip("Z")

    def insert(self, table: str, *texts: str, people: str = "") -> str:
        values = ", ".join(literal(text) for text in texts)
        return f"INSERT INTO {self.prefix}{table} VALUES ({values}{', ' + people if people else ''});"

    def people(self, change: Change) -> str:
        who = f"{literal(PLANNER)}, {literal(EMAIL)}"
        return f"{self.now}, {who}, {literal(self.planned(change))}, {who}"

    def event(self, kind: str, change: Change) -> str:
        return self.insert("events", kind, change.change_id, change.name, PROJECT, change.note,
                           self.names(change.requires), self.names([]),
                           self.names(["@" + change.tag] if change.tag else []),
                           people=self.people(change))

    def deploy_rows(self, change: Change, script_hash: str, ids: dict[str, str]) -> list[str]:
        people = self.people(change)
        rows = [self.insert("changes", change.change_id, script_hash, change.name, PROJECT,
                            change.note, people=people)]
        rows += [self.insert("dependencies", change.change_id, "require", name, ids[name])
                 for name in change.requires]
        if change.tag:
            rows.append(self.insert("tags", change.tag_id, "@" + change.tag, PROJECT,
                                    change.change_id, tag_note(change), people=people))
        return [*rows, self.event("deploy", change)]

    def revert_rows(self, change: Change) -> list[str]:
        tables = ("tags", "dependencies", "changes")
        where = f"WHERE change_id = {literal(change.change_id)};"
        return [*(f"DELETE FROM {self.prefix}{table} {where}" for table in tables),
                self.event("revert", change)]

    def deploy(self, changes: list[Change], hashes: dict[str, str]) -> str:
        """Everything a first deploy does; `hashes` are those of the deploy scripts, by name."""
        ids = {change.name: change.change_id for change in changes}
        who = f"{self.now}, {literal(PLANNER)}, {literal(EMAIL)}"
        lines = ["BEGIN;", self.registry.strip(),
                 self.insert("projects", PROJECT, URI, people=who), "COMMIT;"]
        for change in changes:
            rows = self.deploy_rows(change, hashes[change.name], ids)
            lines += ["BEGIN;", *change.deploy, *self.between, *rows, "COMMIT;"]
        return "\n".join(lines) + "\n"

    def revert(self, changes: list[Change]) -> str:
        lines: list[str] = []
        for change in reversed(changes):
            lines += ["BEGIN;", *change.revert, *self.between, *self.revert_rows(change), "COMMIT;"]
        return "\n".join(lines) + "\n"

    def verify(self, changes: list[Change]) -> str:
        lines: list[str] = []
        for change in changes:
            lines += ["BEGIN;", *change.verify, "ROLLBACK;"]
        return "\n".join(lines) + "\n"

    def status(self) -> str:
        """What must be read to know what is deployed: for status, and for a noop."""
        return (f"SELECT * FROM {self.prefix}projects;\n"
                f"SELECT * FROM {self.prefix}changes ORDER BY committed_at;\n"
                f"SELECT * FROM {self.prefix}tags ORDER BY committed_at;\n")

    def log(self) -> str:
        return f"SELECT * FROM {self.prefix}events ORDER BY committed_at DESC;\n"
