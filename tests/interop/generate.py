"""A generator of large plausible projects: tables, columns, views, triggers, indexes, rows, tags.

Deterministic by its seed, so that every lane gets the same project.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import engines
from project import Project, Scripts, whole

WORDS = ("account", "batch", "claim", "depot", "event", "fee", "grant", "hub", "invoice", "job", "label",
         "meter")
# A trigger, what takes it away, and where it is found.
TRIGGERS = {
    "sqlite": ("CREATE TRIGGER {trigger} AFTER UPDATE OF state ON {table}\nWHEN NEW.state = 'done;'\nBEGIN\n"
               "    UPDATE {table} SET amount = CASE WHEN amount < 0 THEN 0 ELSE amount END\n"
               "     WHERE id = NEW.id;\n    SELECT 'END;';\nEND;",
               "DROP TRIGGER {trigger};", "sqlite_master WHERE name"),
    "pg": ("CREATE FUNCTION f_{trigger}() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n"
           "    UPDATE {table} SET amount = CASE WHEN amount < 0 THEN 0 ELSE amount END\n"
           "     WHERE id = NEW.id;\n    PERFORM 'END;';\n    RETURN NEW;\nEND;\n$body$;\n"
           "CREATE TRIGGER {trigger} AFTER UPDATE OF state ON {table} FOR EACH ROW\n"
           "WHEN (NEW.state = 'done;') EXECUTE FUNCTION f_{trigger}();",
           "DROP TRIGGER {trigger} ON {table};\nDROP FUNCTION f_{trigger};", "pg_trigger WHERE tgname"),
    "mysql": ("DELIMITER //\nCREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW\nBEGIN\n"
              "    IF NEW.state = 'done;' THEN\n        SET NEW.amount = CASE WHEN NEW.amount < 0 THEN 0 "
              "ELSE NEW.amount END;\n    END IF;\n    SET @last = 'END;';\nEND//\nDELIMITER ;",
              "DROP TRIGGER {trigger};", "information_schema.triggers WHERE trigger_name"),
}
Made = tuple[str, str, Scripts, str]   # name, dependencies, scripts, kind


class Generator:
    """Grows a schema change by change and remembers what is there to build on."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.tables: list[tuple[str, str]] = []   # (table, the change that made it)
        self.number = 0

    def pick(self) -> tuple[str, str]:
        return self.random.choice(self.tables)

    def add_table(self) -> Made:
        name = f"{self.random.choice(WORDS)}_{self.number}"
        needs, reference = "", ""
        if self.tables:
            parent, needs = self.pick()
            reference = f",\n    parent_id INTEGER REFERENCES {parent} (id)"
        change = f"tables/{name}" if self.number % 3 else name
        self.tables.append((name, change))
        return change, needs, Scripts(
            whole(f"CREATE TABLE {name} (\n    id INTEGER PRIMARY KEY{engines.current().identity},\n"
                  "    code VARCHAR(40) NOT NULL UNIQUE,\n"
                  "    amount NUMERIC DEFAULT 0, -- in cents; net\n"
                  f"    state VARCHAR(9) CHECK (state IN ('new', 'done;')){reference}\n);\n"
                  f"CREATE INDEX {name}_state ON {name} (state);"),
            whole(f"DROP TABLE {name};"),
            whole(f"SELECT id, code, amount, state FROM {name} WHERE false;", "ROLLBACK")), "table"

    def add_column(self) -> Made:
        (name, needs), column = self.pick(), f"c{self.number}"
        return f"{name}_{column}", needs, Scripts(
            whole(f"ALTER TABLE {name} ADD COLUMN {column} VARCHAR(9) DEFAULT 'n°{self.number};';"),
            whole(f"ALTER TABLE {name} DROP COLUMN {column};"),
            whole(f"SELECT {column} FROM {name} WHERE false;", "ROLLBACK")), "column"

    def add_rows(self) -> Made:
        name, needs = self.pick()
        rows = ",\n".join(f"    ('{self.number}-{i}', {self.random.randint(0, 9999)}, 'new')"
                          for i in range(self.random.randint(2, 9)))
        return f"rows_{self.number}", needs, Scripts(
            f"INSERT INTO {name} (code, amount, state) VALUES\n{rows};\n",
            f"DELETE FROM {name} WHERE code LIKE '{self.number}-%'",
            f"SELECT code FROM {name} WHERE code LIKE '{self.number}-%';\n"), "rows"

    def add_view(self) -> Made:
        (one, needs), (two, also) = self.pick(), self.pick()
        view = f"v_{self.number}"
        return view, " ".join(dict.fromkeys((needs, also))), Scripts(
            whole(f"CREATE VIEW {view} AS\n"
                  "SELECT a.id, a.code, CASE a.state WHEN 'new' THEN 1 ELSE 0 END AS open\n"
                  f"  FROM {one} a JOIN {two} b ON b.id = a.id;"),
            whole(f"DROP VIEW {view};"), whole(f"SELECT id, open FROM {view} WHERE false;", "ROLLBACK")), "view"

    def add_trigger(self) -> Made:
        (name, needs), trigger = self.pick(), f"t_{self.number}"
        make, drop, place = (text.format(trigger=trigger, table=name) for text in TRIGGERS[engines.current().key])
        return trigger, needs, Scripts(
            whole(make), whole(drop), whole(f"SELECT 1 FROM {place} = '{trigger}';", "ROLLBACK")), "trigger"

    def next(self) -> Made:
        """The next change; every kind starts from the seed alone."""
        kinds: list[Callable[[], Made]] = [
            self.add_table, self.add_column, self.add_rows, self.add_view, self.add_trigger]
        make = self.add_table if self.number < 3 else self.random.choices(kinds, (26, 22, 20, 18, 14))[0]
        made = make()
        self.number += 1
        return made


def large(root: Path, count: int, seed: int = 7) -> Project:
    """A project of `count` changes with a tag after every 25th."""
    project, source = Project(root / "large", name="large", uri="https://example.com/large/"), Generator(seed)
    project.save, save = (lambda: None), project.save   # the plan is written once, not per line
    for index in range(count):
        name, needs, scripts, kind = source.next()
        project.change(name, needs, scripts, f"Adds a {kind}; n°{index}")
        if index % 25 == 24:
            project.tag(f"r{index // 25}", "A release")
    save()
    return project
