# SPDX-License-Identifier: MIT
"""The changes that the benchmark deploys: the same N and seed give the same bytes.

A Change holds bare statements, in SQLite's dialect or, by workload_pg.py and workload_mysql.py, in
PostgreSQL's or MySQL's; MySQL's blocks stand behind DELIMITER. generate.py writes them in each tool's
layout, floor.py joins them for one session. Ids and hashes are the real ones, so that registries can be
compared.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PROJECT = "bench"
URI = "https://example.com/bench/"
PLANNER = "Ann Chor"
EMAIL = "ann@example.com"
NOUNS = ("berth buoy cargo crane crew customs dock ferry freight gate harbour invoice lighter "
         "manifest mooring officer passage pilot port quay rope route sailor signal tariff "
         "terminal tide tug vessel voyage warehouse watch").split()
COLUMNS = ("agent colour draught flag height label length origin owner phase priority rank "
           "remark seal weight zone").split()


@dataclass
class Table:
    """A table made by an earlier change, for later ones to build on."""

    name: str
    change: str
    parent: Table | None


@dataclass
class Change:
    """A planned change with its statements; `number` counts from 1."""

    name: str
    note: str
    requires: list[str]
    deploy: list[str] = field(default_factory=list)
    revert: list[str] = field(default_factory=list)
    verify: list[str] = field(default_factory=list)
    number: int = 0
    tag: str = ""
    change_id: str = ""
    tag_id: str = ""

    @property
    def planned_at(self) -> str:
        """The time stamp of the plan line: the changes lie eleven minutes apart."""
        moment = datetime(2025, 1, 1) + timedelta(minutes=11 * self.number)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Workload:
    """Draws changes of each kind; every method below `pick` makes one kind."""

    column_types: tuple[str, ...] = ("TEXT", "INTEGER NOT NULL DEFAULT 0", "REAL",
                                     "TEXT NOT NULL DEFAULT ''")
    key = "id INTEGER PRIMARY KEY"
    name_type, state_type, date, moment = "TEXT", "TEXT", "TEXT", "TEXT"
    nothing = "WHERE 0"

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.tables: list[Table] = []

    def must_exist(self, query: str) -> str:
        """A statement that fails (integer overflow) where `query` finds no row."""
        return f"SELECT CASE WHEN EXISTS ({query}) THEN 1 ELSE abs(-9223372036854775808) END;"

    def in_catalog(self, kind: str, name: str) -> str:
        return self.must_exist(
            f"SELECT 1 FROM sqlite_master WHERE type = '{kind}' AND name = '{name}'")

    def parent_columns(self, parent: Table) -> list[str]:
        """The column that refers to another table, with its constraint."""
        return [f"parent_id INTEGER REFERENCES {parent.name} (id) ON DELETE CASCADE"]

    def drop_index(self, name: str, table: Table) -> str:
        return f"DROP INDEX {name};"

    def kinds(self) -> list[tuple[Callable[[int], Change], int]]:
        """What is drawn from, with weights."""
        return [(self.table, 28), (self.column, 22), (self.rows, 18), (self.view, 12),
                (self.trigger, 10), (self.partial_index, 10)]

    def pick(self) -> Table:
        return self.random.choice(self.tables)

    def table(self, number: int) -> Change:
        name = f"{self.random.choice(NOUNS)}_{number}"
        parent = self.pick() if self.tables and self.random.random() < 0.6 else None
        columns = [self.key,
                   f"name {self.name_type} NOT NULL",
                   f"state {self.state_type} NOT NULL DEFAULT 'open' "
                   "CHECK (state IN ('open', 'held', 'done'))",
                   "quantity NUMERIC NOT NULL DEFAULT 0",
                   f"due_on {self.date}",
                   f"changed_at {self.moment}"]
        if parent:
            columns += self.parent_columns(parent)
        made = Table(name, f"table_{name}", parent)
        self.tables.append(made)
        return Change(
            made.change, f"Adds the table {name}.", [parent.change] if parent else [],
            [f"CREATE TABLE {name} (\n    " + ",\n    ".join(columns) + "\n);",
             f"CREATE UNIQUE INDEX {name}_by_name ON {name} (name);",
             f"CREATE INDEX {name}_by_due ON {name} (due_on, state);"],
            [f"DROP TABLE {name};"],
            [f"SELECT id, name, state, quantity, due_on, changed_at FROM {name} {self.nothing};"])

    def column(self, number: int) -> Change:
        table = self.pick()
        column = f"{self.random.choice(COLUMNS)}_{number}"
        change = Change(
            f"column_{table.name}_{column}", f"Adds {column} to {table.name}.", [table.change],
            [f"ALTER TABLE {table.name} ADD COLUMN {column} "
             f"{self.random.choice(self.column_types)};"],
            [f"ALTER TABLE {table.name} DROP COLUMN {column};"],
            [f"SELECT {column} FROM {table.name} {self.nothing};"])
        if self.random.random() < 0.35:
            index = f"{table.name}_by_{column}"
            change.deploy.append(f"CREATE INDEX {index} ON {table.name} ({column});")
            change.revert.insert(0, self.drop_index(index, table))
        return change

    def rows(self, number: int) -> Change:
        table = self.pick()
        count = self.random.randint(5, 20)
        values = (f"('{number}-{row} {self.random.choice(NOUNS)}', {self.random.randint(1, 9999)})"
                  for row in range(count))
        insert = f"INSERT INTO {table.name} (name, quantity) VALUES\n    "
        return Change(
            f"rows_{table.name}_{number}", f"Seeds {count} rows of {table.name}.", [table.change],
            [insert + ",\n    ".join(values) + ";"],
            [f"DELETE FROM {table.name} WHERE name LIKE '{number}-%';"],
            [self.must_exist(f"SELECT 1 FROM {table.name} WHERE name LIKE '{number}-%'")])

    def view(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_view_{number}"
        select = (f"SELECT state, count(*) AS number, sum(quantity) AS quantity\n"
                  f"  FROM {table.name}\n GROUP BY state")
        if table.parent:
            select = (f"SELECT c.id, c.name, c.quantity, p.name AS parent_name\n"
                      f"  FROM {table.name} c\n"
                      f"  LEFT JOIN {table.parent.name} p ON p.id = c.parent_id\n"
                      f" WHERE c.state <> 'done'")
        return Change(
            f"view_{name}", f"Adds the view {name}.", [table.change],
            [f"CREATE VIEW {name} AS\n{select};"],
            [f"DROP VIEW {name};"],
            [f"SELECT quantity FROM {name} {self.nothing};"])

    def trigger(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_touch_{number}"
        return Change(
            f"trigger_{name}", f"Keeps changed_at of {table.name}.", [table.change],
            [f"CREATE TRIGGER {name} AFTER UPDATE OF name, state ON {table.name}\n"
             f"BEGIN\n"
             f"    UPDATE {table.name} SET changed_at = CURRENT_TIMESTAMP WHERE id = NEW.id;\n"
             f"END;"],
            [f"DROP TRIGGER {name};"],
            [self.in_catalog("trigger", name)])

    def partial_index(self, number: int) -> Change:
        table = self.pick()
        name = f"{table.name}_open_{number}"
        return Change(
            f"index_{name}", f"Indexes the open rows of {table.name}.", [table.change],
            [f"CREATE INDEX {name} ON {table.name} (quantity, due_on) WHERE state = 'open';"],
            [f"DROP INDEX {name};"],
            [self.in_catalog("index", name)])

    def make(self, number: int) -> Change:
        functions, weights = zip(*self.kinds())
        if number <= 2:
            return self.table(number)
        change: Change = self.random.choices(functions, weights)[0](number)
        return change


def finish(changes: list[Change], tag_every: int) -> list[Change]:
    """Numbers and tags the changes and gives them their ids."""
    previous = ""
    for number, change in enumerate(changes, 1):
        change.number = number
        if number % tag_every == 0:
            change.tag = f"v{number // tag_every}"
        previous = change.change_id = change_id(change, previous)
        change.tag_id = tag_id(change) if change.tag else ""
    return changes


def project_changes(workload: Workload, count: int) -> list[Change]:
    """The changes of a project that can be deployed; every 25th is tagged."""
    return finish([workload.make(number) for number in range(1, count + 1)], 25)


def plan_changes(count: int, seed: int = 1) -> list[Change]:
    """Changes without scripts, for plans: half have dependencies, half a note, a tag each 100."""
    draw = random.Random(seed)
    changes: list[Change] = []
    for number in range(1, count + 1):
        requires: list[str] = []
        if changes and draw.random() < 0.5:
            picked = draw.sample(changes, min(len(changes), draw.randint(1, 3)))
            requires = [change.name for change in picked]
        note = f"{draw.choice(NOUNS)} and {draw.choice(NOUNS)}, step {number}"
        changes.append(Change(f"{draw.choice(NOUNS)}/{draw.choice(COLUMNS)}_{number}",
                              note if draw.random() < 0.5 else "", requires))
    return finish(changes, 100)


def object_id(kind: str, lines: list[str], note: str) -> str:
    """Sqitch's id: SHA-1 over kind, length and text, as Git names its objects."""
    text = "\n".join(lines + (["", note] if note else [])).encode()
    return hashlib.sha1(f"{kind} {len(text)}\0".encode() + text).hexdigest()


def change_id(change: Change, parent: str) -> str:
    lines = [f"project {PROJECT}", f"uri {URI}", f"change {change.name}"]
    lines += [f"parent {parent}"] if parent else []
    lines += [f"planner {PLANNER} <{EMAIL}>", f"date {change.planned_at}"]
    lines += ["requires", *(f"  + {name}" for name in change.requires)] if change.requires else []
    return object_id("change", lines, change.note)


def tag_note(change: Change) -> str:
    return f"Release {change.tag}."


def tag_id(change: Change) -> str:
    lines = [f"project {PROJECT}", f"uri {URI}", f"tag @{change.tag}",
             f"change {change.change_id}", f"planner {PLANNER} <{EMAIL}>",
             f"date {change.planned_at}"]
    return object_id("tag", lines, tag_note(change))


def plan_text(changes: list[Change]) -> str:
    """The plan file, as Sqitch writes it."""
    lines = ["%syntax-version=1.0.0", f"%project={PROJECT}", f"%uri={URI}", ""]
    for change in changes:
        requires = f" [{' '.join(change.requires)}]" if change.requires else ""
        note = f" # {change.note}" if change.note else ""
        by = f"{change.planned_at} {PLANNER} <{EMAIL}>"
        lines.append(f"{change.name}{requires} {by}{note}")
        if change.tag:
            lines += [f"@{change.tag} {by} # {tag_note(change)}", ""]
    return "\n".join(lines) + "\n"
