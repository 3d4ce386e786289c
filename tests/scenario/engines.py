# SPDX-License-Identifier: MIT
"""What a scenario needs to know of an engine: where its database is, and how to ask it."""

import sqlite3
from contextlib import closing
from pathlib import Path


class SqliteEngine:
    """The database is `app.db` in the scenario's folder."""

    name = "sqlite"

    def variables(self, folder: Path) -> dict[str, str]:
        return {"engine": "sqlite", "db": "db:sqlite:app.db", "db2": "db:sqlite:other.db",
                "dir": str(folder), "registry": "db:sqlite:app.db"}

    def query(self, folder: Path, sql: str) -> list[str]:
        """Rows as lines, columns parted by `|`, NULL as `NULL`."""
        path = folder / "app.db"
        if sql.startswith("@"):  # `sql @FILE QUERY` asks another database file
            name, _, sql = sql[1:].partition(" ")
            path = folder / name
        if not path.exists():
            raise LookupError(f"there is no database {path.name}")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            return ["|".join("NULL" if value is None else str(value) for value in row)
                    for row in connection.execute(sql).fetchall()]


ENGINES = {engine.name: engine for engine in (SqliteEngine(),)}
