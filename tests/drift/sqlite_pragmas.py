#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes tables of random clauses and asks whether kedge reads from their texts what SQLite's pragmas tell."""

import argparse
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("a", "B", '"c d"', "[e]", "`f`", "'g'", "key", "action", '"order"', "first", "generated", "é", '"x""y"', "_1")
TYPES = ("", "INT", "integer", "TEXT", "varchar ( 10 )", "NUMERIC(10,2)", "double precision", "unsigned big int",
         '"odd type"', "any", "generated", "BLOB", "decimal(+5 , -2)")
VALUES = ("1", "-1", "+ 2.5e-3", "'x'", "'it''s, ('", "(1 + 2)", "null", "true", "CURRENT_TIME", "x'AB'", "(abs(-1))",
          "word", '"quoted"')
NOISE = (" ", "\n", "  -- ' ( ,\n", " /* \" ) ; */ ", "\t")


def plain(name: str) -> str:
    """A name without its quotes."""
    if name[0] in "'\"`":
        return name[1:-1].replace(name[0] * 2, name[0])
    return name[1:-1] if name[0] == "[" else name


class Maker:
    """Statements by chance, always the same for a seed."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def maybe(self, *texts: str, chance: float = 0.3) -> str:
        """One of them, or nothing."""
        return self.random.choice(texts) if self.random.random() < chance else ""

    def conflict(self) -> str:
        """ON CONFLICT."""
        return self.maybe("ON CONFLICT IGNORE", "on conflict abort", "ON CONFLICT REPLACE")

    def foreign_key(self, columns: int) -> str:
        """REFERENCES and what follows."""
        target = self.random.choice(("parent", '"the parent"'))
        target += " (" + ", ".join(("p", '"q r"')[:columns]) + ")" if columns == 2 or self.maybe("x") else ""
        clauses = [self.maybe("ON DELETE CASCADE", "ON DELETE set  null", "ON DELETE NO ACTION"),
                   self.maybe("ON UPDATE RESTRICT", "on update set default"), self.maybe("MATCH full")]
        self.random.shuffle(clauses)
        return " ".join(["REFERENCES", target, *clauses,
                         self.maybe("NOT DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED", "deferrable")])

    def name_of_constraint(self) -> str:
        """CONSTRAINT and a name."""
        return self.maybe("CONSTRAINT one", 'constraint "two three"')

    def column(self, name: str, key: bool) -> str:
        """A column with clauses in any order."""
        clauses = [self.maybe(f"DEFAULT {self.random.choice(VALUES)}"),
                   self.maybe("NOT NULL " + self.conflict(), "NULL"), self.maybe("UNIQUE " + self.conflict(), chance=0.1),
                   self.maybe("COLLATE nocase", "collate [RTRIM]"), self.maybe(f"CHECK ({name} <> ')')", chance=0.2),
                   self.maybe(self.foreign_key(1), chance=0.2)]
        if key:
            clauses.append("PRIMARY KEY " + self.maybe("ASC", "desc") + " " + self.conflict())
        self.random.shuffle(clauses)
        named = [f"{self.name_of_constraint()} {clause}" for clause in clauses if clause]
        return " ".join([name, self.random.choice(TYPES), *named])

    def keys(self, names: list[str]) -> str:
        """Columns of a key or an index."""
        chosen = self.random.sample(names, min(len(names), 2))
        return ", ".join(f"{name} {self.maybe('COLLATE nocase', 'COLLATE binary')} {self.maybe('ASC', 'DESC')}"
                         for name in chosen)

    def table(self, number: int) -> list[str]:
        """CREATE TABLE and an index."""
        names = self.random.sample(NAMES, self.random.randint(2, 6))
        key = self.random.choice([None, *names])
        items = [self.column(name, name == key) for name in names]
        if self.maybe("x"):
            generated = self.random.choice(("generated always as", "AS"))
            items.append(f"gen INT {generated} ({names[0]} || ',)') {self.maybe('STORED', 'virtual')}")
        constraints = [self.maybe(f"UNIQUE ({self.keys(names)}) {self.conflict()}"),
                       self.maybe(f"CHECK ({names[0]} > 0 AND {names[1]} LIKE '%)')"),
                       self.maybe(f"FOREIGN KEY ({names[0]}, {names[1]}) {self.foreign_key(2)}")]
        if key is None and self.maybe("x"):
            constraints.append(f"PRIMARY KEY ({self.keys(names)}) {self.conflict()}")
        self.random.shuffle(constraints)
        items += [f"{self.name_of_constraint()} {constraint}" for constraint in constraints if constraint]
        has_key = any("PRIMARY KEY" in item for item in items)
        sql = f"CREATE TABLE t{number} ({', '.join(items)}) {self.maybe('WITHOUT ROWID') if has_key else ''}"
        index = f"CREATE {self.maybe('UNIQUE')} INDEX i{number} ON t{number} ({self.keys(names)})"
        return [self.noisy(sql), self.noisy(index)]

    def noisy(self, sql: str) -> str:
        """The same with other white space, and comments; what is in quotes as it was."""
        pieces = re.split(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\])""", sql)
        pieces[::2] = [re.sub(" +", lambda _: self.random.choice(NOISE), piece) for piece in pieces[::2]]
        return "".join(pieces)


def unquoted(name: str) -> str:
    """A name of kedge's."""
    return plain(name) if name.startswith('"') else name


def told_by_kedge(table: dict, which: str) -> list:
    """What is comparable of a table's parts."""
    parts = [part for part in table.get("parts", []) if part["kind"] == which]
    return [(part["name"], part.get("attributes", {})) for part in parts]


def default_of(text: str | None) -> str | None:
    """As kedge writes it, roughly: without spaces, and strings alike."""
    if text is None or text.lower() == "null":
        return None
    if text in ("word", '"quoted"'):
        return f"'{plain(text)}'"
    return text if text.startswith("'") else without_noise(text).lower()


def without_noise(text: str) -> str:
    """Without white space and comments."""
    return re.sub(r"--[^\n]*|/\*.*?\*/|\s", "", text)


def without_order(keys: set) -> set:
    """SQLite makes one index of keys that differ by the order alone."""
    return {key.replace(" desc", "") for key in keys}


def key_of(connection, index: str, collations: dict) -> str:
    """The columns of an index by the pragma, in kedge's words."""
    out = []
    for name, desc, collation, key in connection.execute(
            "SELECT name, \"desc\", coll, key FROM pragma_index_xinfo(?) ORDER BY seqno", (index,)):
        if key:
            own = collations.get(name, "BINARY")
            out.append(name + (f" collate {collation.upper()}" if collation.upper() != own else "")
                       + (" desc" if desc else ""))
    return ", ".join(out)


def check(connection, name: str, table: dict) -> list[str]:
    """What is read otherwise than the pragmas tell."""
    wrong = []

    def compare(what: str, told, expected) -> None:
        if told != expected:
            wrong.append(f"{what}: {told} instead of {expected}")

    columns = told_by_kedge(table, "column")
    without_rowid = "without rowid" in table.get("attributes", {})
    told = [(unquoted(column), a.get("type", "").replace(" ", "").replace('"', ""), "not null" in a,
             default_of(a.get("default")), 0 if "generated" not in a else 3 if "stored" in a else 2)
            for column, a in columns]
    stated = {unquoted(column) for column, a in columns if "not null" in a}
    expected = []
    for column, kind, not_null, default, key, hidden in connection.execute(
            'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid', (name,)):
        implied = without_rowid and key and column not in stated
        # With a comment in GENERATED ALWAYS, SQLite takes a part of it for the type.
        kind = without_noise(kind).upper().replace('"', "")
        expected.append((column, kind.removesuffix("GENERATED") if hidden else kind, bool(not_null) and not implied,
                         default_of(default), hidden))
    compare("columns", told, expected)

    collations = {unquoted(column): a.get("collate", "BINARY") for column, a in columns}
    constraints = told_by_kedge(table, "constraint")

    def keys(kind: str) -> set:
        return {re.sub(r'"((?:[^"]|"")*)"', lambda m: m[1].replace('""', '"'), a["columns"])
                for _, a in constraints if a["type"] == kind}

    by_origin: dict[str, set] = {"c": set(), "u": set(), "pk": set()}
    for index, origin in connection.execute("SELECT name, origin FROM pragma_index_list(?)", (name,)).fetchall():
        by_origin[origin].add(key_of(connection, index, collations))
    primary = without_order(keys("primary key"))
    compare("unique", without_order(keys("unique")) - primary, without_order(by_origin["u"]) - primary)
    if by_origin["pk"] and not without_rowid:
        compare("primary key", primary, without_order(by_origin["pk"]))
    compare("index", {re.sub(r'"((?:[^"]|"")*)"', lambda m: m[1].replace('""', '"'), a["columns"])
                      for _, a in told_by_kedge(table, "index")}, by_origin["c"])
    foreign = sorted((a.get("on update", "no action"), a.get("on delete", "no action"), len(a["columns"].split(", ")))
                     for _, a in constraints if a["type"] == "foreign key")
    rows = connection.execute("SELECT lower(on_update), lower(on_delete), count(*) FROM pragma_foreign_key_list(?) "
                              "GROUP BY id", (name,)).fetchall()
    compare("foreign keys", foreign, sorted(rows))
    return wrong


def main() -> int:
    """The last line is `N passed, N failed`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kedge", default=str(HERE.parents[1] / "build/release/kedge"))
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    maker = Maker(options.seed)
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kedge-pragmas-") as folder:
        path = Path(folder) / "random.db"
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN")
        texts = {}
        for number in range(options.tables):
            statements = maker.table(number)
            try:
                for sql in statements:
                    connection.execute(sql)
            except sqlite3.OperationalError:
                connection.execute(f"DROP TABLE IF EXISTS t{number}")
                continue
            texts[f"t{number}"] = statements
        connection.execute("COMMIT")
        done = subprocess.run([Path(options.kedge).resolve(), "state", "dump", f"db:sqlite:{path}"], cwd=folder,
                              env={"PATH": os.environ["PATH"], "HOME": folder}, check=True, capture_output=True,
                              text=True)
        tables = {o["name"]: o for o in json.loads(done.stdout)["objects"] if o["kind"] == "table"}
        for name, statements in texts.items():
            wrong = check(connection, name, tables[name])
            failed += bool(wrong)
            passed += not wrong
            if wrong:
                print(f"FAILED {name}\n  " + "\n  ".join(wrong + statements))
        connection.close()
    print(f"{options.tables - passed - failed} are none that SQLite accepts")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
