#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What lint says an ALTER TABLE costs, beside what a server accepts.

    python3 tests/servers/mysql.py [--release sid] --run python3 lint_mysql_online.py KEDGE

Each clause is stated with each ALGORITHM, and with LOCK=NONE, and run on a table of its own. Where
`kedge lint` says that the server refuses it (algorithm-refused), it has to; and where the server
refuses it, lint has to say so, but for what it leaves open on purpose (LEFT_OPEN).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "servers"))

from mysql import MysqlError, MysqlServer  # noqa: E402  (needs the path above)

TABLE = (
    "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b INT NOT NULL DEFAULT 1, "
    "v VARCHAR(20) CHARACTER SET utf8mb4, w VARCHAR(100), e ENUM('x','y'), s SET('p','q'), "
    "x TEXT, c CHAR(10), g POINT NOT NULL, KEY ia (a)) CHARSET utf8mb4"
)
CLAUSES = [
    "ADD COLUMN n INT",
    "ADD COLUMN n INT FIRST",
    "ADD COLUMN n INT NOT NULL",
    "ADD COLUMN n CHAR(36) DEFAULT (uuid())",
    "ADD COLUMN n INT DEFAULT (3)",
    "ADD COLUMN n INT DEFAULT 3",
    "ADD COLUMN n DATETIME DEFAULT CURRENT_TIMESTAMP",
    "ADD COLUMN n INT AS (a) STORED",
    "ADD COLUMN n INT AS (a) VIRTUAL",
    "ADD COLUMN n INT NOT NULL AUTO_INCREMENT UNIQUE",
    "DROP COLUMN b",
    "RENAME COLUMN b TO bb",
    "CHANGE b bb INT NOT NULL DEFAULT 1",
    "MODIFY a BIGINT",
    "MODIFY a INT NOT NULL",
    "MODIFY b INT NULL DEFAULT 1",
    "MODIFY b INT NOT NULL DEFAULT 2",
    "MODIFY b INT NOT NULL DEFAULT 1 FIRST",
    "MODIFY b INT NOT NULL DEFAULT 1 COMMENT 'k'",
    "MODIFY v VARCHAR(30) CHARACTER SET utf8mb4",
    "MODIFY v VARCHAR(64) CHARACTER SET utf8mb4",
    "MODIFY v VARCHAR(10) CHARACTER SET utf8mb4",
    "MODIFY v VARCHAR(20) CHARACTER SET latin1",
    "MODIFY v VARCHAR(20) COLLATE utf8mb4_bin",
    "MODIFY w VARCHAR(200)",
    "MODIFY c CHAR(20)",
    "MODIFY e ENUM('x','y','z')",
    "MODIFY e ENUM('z','x','y')",
    "MODIFY e ENUM('y','x')",
    "MODIFY e ENUM('x')",
    "MODIFY s SET('p','q','r')",
    "ALTER a SET DEFAULT 5",
    "ALTER b DROP DEFAULT",
    "ADD INDEX (b)",
    "ADD UNIQUE (b)",
    "ADD FULLTEXT (x)",
    "ADD SPATIAL INDEX (g)",
    "DROP INDEX ia",
    "RENAME INDEX ia TO ib",
    "DROP PRIMARY KEY",
    "DROP PRIMARY KEY, ADD PRIMARY KEY (b)",
    "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
    "ADD CONSTRAINT k CHECK (a > 0)",
    "CONVERT TO CHARACTER SET latin1",
    "CHARACTER SET latin1",
    "ENGINE=InnoDB",
    "FORCE",
    "ROW_FORMAT=COMPRESSED",
    "COMMENT='x'",
    "AUTO_INCREMENT=50",
]
# What depends on settings (foreign_key_checks, check_constraint_checks), or on more of the table
# than its definition; and options of which lint tells nothing.
LEFT_OPEN = ("ADD CONSTRAINT", "CHARACTER SET", "COMMENT", "AUTO_INCREMENT", "RENAME INDEX")
# MariaDB takes them for the dictionary alone, or not, by what else the index has.
LEFT_OPEN_INSTANT_MARIADB = ("ADD INDEX", "ADD UNIQUE", "DROP INDEX", "ADD SPATIAL", "ADD FULLTEXT")
REFUSED = ("1845", "1846")

def statements(is_mysql: bool) -> list[tuple[str, str]]:
    algorithms = ["ALGORITHM=INSTANT", "ALGORITHM=INPLACE", "LOCK=NONE"]
    if not is_mysql:
        algorithms.append("ALGORITHM=NOCOPY")
    return [(clause, option) for clause in CLAUSES for option in algorithms]

def is_refused(server: MysqlServer, statement: str) -> bool | None:
    """Nothing where it fails for another reason."""
    for sql in ("DROP TABLE IF EXISTS t", "DROP TABLE IF EXISTS p",
                "CREATE TABLE p (id INT PRIMARY KEY)", TABLE):
        server.query("online", sql)
    try:
        server.query("online", statement)
    except MysqlError as error:
        return True if any(code in str(error) for code in REFUSED) else None
    return False

class Project:
    def __init__(self, kedge: str, folder: Path, version: str) -> None:
        self.kedge, self.folder = kedge, folder
        self.run("init", "online", "--engine", "mysql")
        self.run("config", "lint.server", version)
        for change in ("base", "two"):
            self.run("add", change, "-n", change)
        (folder / "deploy/base.sql").write_text(TABLE + ";\n")

    def run(self, *arguments: str) -> str:
        done = subprocess.run([self.kedge, *arguments], cwd=self.folder, capture_output=True,
                              text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"kedge {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def says_refused(self, statement: str) -> bool:
        (self.folder / "deploy/two.sql").write_text(statement + ";\n")
        findings = json.loads(self.run("lint", "--format", "json", "two"))["findings"]
        return any(finding["rule"] == "algorithm-refused" for finding in findings)

def may_be_silent(clause: str, option: str, is_mysql: bool) -> bool:
    if clause.startswith(LEFT_OPEN):
        return True
    if is_mysql:
        return False
    return clause.startswith(LEFT_OPEN_INSTANT_MARIADB) and option != "LOCK=NONE"

def main() -> int:
    kedge = str(Path(sys.argv[1]).resolve())
    wrong = compared = 0
    with tempfile.TemporaryDirectory() as scratch, MysqlServer.from_environment_or_new(
        Path(scratch) / "server"
    ) as server:
        version = server.query("", "SELECT VERSION()")[0][0]
        server.create("online")
        project_folder = Path(scratch) / "project"
        project_folder.mkdir()
        named = version if "MariaDB" in version else f"mysql {version}"
        project = Project(kedge, project_folder, named)
        for clause, option in statements(server.is_mysql):
            statement = f"ALTER TABLE t {clause}, {option}"
            refused = is_refused(server, statement)
            if refused is None:
                continue
            compared += 1
            says = project.says_refused(statement)
            if says == refused or (refused and may_be_silent(clause, option, server.is_mysql)):
                continue
            wrong += 1
            print(f"{statement}: the server {'refuses' if refused else 'takes'} it")
        server.drop("online")
    print(f"{version}: {compared} compared, {wrong} otherwise")
    return 1 if wrong or compared < len(CLAUSES) else 0

if __name__ == "__main__":
    sys.exit(main())
