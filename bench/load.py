# SPDX-License-Identifier: MIT
"""Projects of one change with a big script for PostgreSQL: the data of a COPY, or INSERTs."""

from __future__ import annotations

from pathlib import Path

import workload
from generate import write_plan

KINDS = ("COPY", "INSERT")
TABLE = "load"
PAYLOAD = "the quick brown fox jumps over the lazy dog; " * 20
ROWS_AT_ONCE = 10_000


def row(kind: str, number: int) -> str:
    if kind == "COPY":
        return f"{number}\trow {number}\t{PAYLOAD}\t{number % 9973}.25\n"
    return (f"INSERT INTO {TABLE} VALUES ({number}, 'row {number}', '{PAYLOAD}', "
            f"{number % 9973}.25);\n")


def write_project(folder: Path, kind: str, size: int) -> int:
    """Writes kedge's and the floor's, with a script of `size` MiB; gives the number of rows."""
    changes = workload.finish([workload.Change(f"load_{kind.lower()}", "", [])], 25)
    write_plan(folder / "kedge", "pg", "kedge", changes)
    script = folder / "kedge/deploy" / f"{changes[0].name}.sql"
    script.parent.mkdir()
    rows = 0
    with script.open("w") as file:
        file.write(f"CREATE UNLOGGED TABLE {TABLE} "
                   "(id bigint, name text, payload text, amount numeric);\n")
        file.write(f"COPY {TABLE} FROM stdin;\n" if kind == "COPY" else "")
        while file.tell() < size << 20:
            file.write("".join(row(kind, rows + i) for i in range(ROWS_AT_ONCE)))
            rows += ROWS_AT_ONCE
        file.write("\\.\n" if kind == "COPY" else "")
    (folder / "floor").mkdir()
    (folder / "floor/deploy.sql").write_text(f"BEGIN;\n\\i {script}\nCOMMIT;\n")
    return rows
