"""What the databases of a MySQL or MariaDB server hold, as lines of text that can be diffed.

The schema of each is what mysqldump writes, and rows are those of all tables.  Of a registry
it is the tables that are dumped; the function and the triggers, whose text is each tool's own,
are taken by what they are and what they do, and rows by their meaning, without time stamps.
What is named kedge_* is kedge's own and left out.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from compare import REGISTRY_TABLES, Mask, Snapshot

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))
from libmariadb import Session, SessionError  # noqa: E402  (needs the path above)

if TYPE_CHECKING:
    from mysql import MysqlServer

OWN = re.compile(r"^kedge(_|$)")
# Without the clock reads, as for SQLite; planned_at comes from the plan.
REGISTRY_QUERIES = (
    "SELECT 'releases', round(version, 1), installer_name, installer_email FROM releases ORDER BY version",
    "SELECT 'projects', project, uri, creator_name, creator_email FROM projects ORDER BY CAST(project AS BINARY)",
    "SELECT 'changes', change_id, `change`, project, script_hash, note, committer_name, committer_email,"
    " planned_at, planner_name, planner_email FROM changes ORDER BY committed_at, change_id",
    "SELECT 'tags', tag_id, tag, project, change_id, note, committer_name, committer_email,"
    " planned_at, planner_name, planner_email FROM tags ORDER BY tag_id",
    "SELECT 'dependencies', change_id, type, dependency, dependency_id FROM dependencies"
    " ORDER BY change_id, type, CAST(dependency AS BINARY)",
    "SELECT 'events', event, change_id, `change`, project, note, requires, conflicts, tags,"
    " committer_name, committer_email, planned_at, planner_name, planner_email"
    " FROM events ORDER BY committed_at, change_id, event",
    # Sqitch knows the deployed order by committed_at alone, so a tie is a fault.
    "SELECT 'clock changes', name, 'no later than the one before' FROM (SELECT `change` AS name, committed_at,"
    " lag(committed_at) OVER (PARTITION BY project ORDER BY committed_at, change_id) AS earlier FROM changes)"
    " AS steps WHERE committed_at <= earlier",
    "SELECT concat('clock ', place), at, 'in the future' FROM (SELECT 'changes' AS place, committed_at AS at"
    " FROM changes UNION ALL SELECT 'events', committed_at FROM events UNION ALL SELECT 'tags', committed_at"
    " FROM tags) AS clocks WHERE at > utc_timestamp(6)",
)


ROUTINES = (
    "SELECT 'trigger', trigger_name, action_timing, event_manipulation, event_object_table"
    " FROM information_schema.triggers WHERE trigger_schema = database() ORDER BY 2",
    "SELECT 'routine', routine_name, routine_type, dtd_identifier, is_deterministic, security_type"
    " FROM information_schema.routines WHERE routine_schema = database() ORDER BY 2",
    "SELECT 'parameter', specific_name, parameter_name, dtd_identifier FROM information_schema.parameters"
    " WHERE specific_schema = database() AND parameter_name IS NOT NULL ORDER BY 2, ordinal_position",
)
# What the function and the triggers do; nothing of it stays.
MAKES = ("INSERT INTO projects VALUES ('probe', NULL, now(6), '', '');"
         "INSERT INTO changes VALUES ('probe', NULL, '', 'probe', '', now(6), '', '', now(6), '', '');")
PROBES = {
    "checkit(1, message)": "SELECT checkit(1, 'no; not this')",
    "checkit(0, message)": "SELECT checkit(0, 'it''s 0')",
    "checkit(NULL, message)": "SELECT checkit(NULL, 'it''s null')",
    "checkit(count, NULL)": "SELECT checkit(count(*), NULL) FROM releases",
    "good dependencies": MAKES + "INSERT INTO dependencies VALUES ('probe', 'require', 'a', 'probe'),"
                                 " ('probe', 'conflict', 'b', NULL)",
    "a requirement without id": MAKES + "INSERT INTO dependencies VALUES ('probe', 'require', 'a', NULL)",
    "a conflict with an id": MAKES + "INSERT INTO dependencies VALUES ('probe', 'conflict', 'a', 'probe')",
    "a requirement that loses its id": MAKES + "INSERT INTO dependencies VALUES ('probe', 'require', 'a', 'probe');"
                                               "UPDATE dependencies SET dependency_id = NULL WHERE change_id = 'probe'",
}


def snapshot(server: MysqlServer, mask: Mask) -> Snapshot:
    """Every database with something in it: name -> lines.

    A registry without a project is as none: Sqitch makes it before it looks whether there is anything to do.
    """
    found: Snapshot = {}
    with server.session() as session:
        for name in server.databases():
            if OWN.match(name):
                continue
            tables = {row[0] for row in session.rows(
                f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{name_text(name)}'"
                " AND table_type = 'BASE TABLE'")}
            session.rows(f"USE {quoted(name)}")
            is_registry = tables >= set(REGISTRY_TABLES)
            if is_registry and not session.rows("SELECT 1 FROM projects"):
                continue
            rows = registry(session) + behaviour(session) if is_registry else \
                [line for table in sorted(tables) if not OWN.match(table) for line in rows_of(session, table, mask)]
            ignored = [f"--ignore-table={name}.{table}" for table in sorted(tables) if OWN.match(table)]
            ignored += ["--skip-triggers", "--skip-routines"] if is_registry else []
            lines = schema_lines(server.dump_schema(name, *ignored)) + rows
            if lines:
                found[name] = [created(session, name), *lines]
    return found


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def name_text(name: str) -> str:
    """A name within quotes; what Sqitch or a test calls a database has no backslash in it."""
    return name.replace("'", "''")


def created(session: Session, name: str) -> str:
    """The database's own settings."""
    return "database: " + session.rows(f"SHOW CREATE DATABASE {quoted(name)}")[0][1].partition(quoted(name))[2]


def registry(session: Session) -> list[str]:
    """The six tables by meaning; the name of a change is in the third field, for all to find."""
    return ["|".join("NULL" if value is None else value.replace("\n", "\\n") for value in row)
            for query in REGISTRY_QUERIES for row in session.rows(query)]


def behaviour(session: Session) -> list[str]:
    """The registry's function and triggers: their messages are each tool's own, SQLSTATEs aren't."""
    lines = ["|".join(str(value) for value in row) for query in ROUTINES for row in session.rows(query)
             if not OWN.match(row[1])]
    for name, sql in PROBES.items():
        session.rows("SET sql_mode = 'STRICT_TRANS_TABLES'; START TRANSACTION")
        try:
            answer = str(session.rows(sql))
        except SessionError as wrong:
            answer = f"SQLSTATE {wrong.sqlstate}" + (f", {wrong.text}" if "checkit" in name else "")
        session.rows("ROLLBACK")
        lines.append(f"probe {name}: {answer}")
    return lines


def rows_of(session: Session, table: str, mask: Mask) -> list[str]:
    """All rows, sorted: their order in the table is nobody's promise. NULL and 'NULL' differ."""
    rows = session.rows("SET time_zone = '+00:00'; SELECT * FROM " + quoted(table))
    return sorted(f"row {table}: " + mask("|".join("NULL" if value is None else repr(value) for value in row))
                  for row in rows)


def schema_lines(dump: str) -> list[str]:
    """mysqldump's text without what is of its session; a database with nothing in it has no lines."""
    lines = [line for line in dump.split("\n")
             if line and not re.match(r"/\*(M?!\d*)?(\\-| ?SET | ?SET$)|/\*!\d+ SET |SET @|/\*M!", line)]
    return lines
