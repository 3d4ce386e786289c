"""What a PostgreSQL database holds, as lines of text that can be diffed.

The schema is what pg_dump writes, of everything, the registry's schema too; rows are
those of all tables; the registry's rows are taken by their meaning, without time
stamps.  What is named kedge_* is kedge's own and left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compare import Mask, Snapshot

if TYPE_CHECKING:
    from postgres import PostgresServer

# Keys of each session's own, and which programs wrote the text.
CONNECTION_LINES = re.compile(r"\\(un)?restrict |-- Dumped (from|by) |-- PostgreSQL database dump")
ENTRY = re.compile(r"^--\n-- (?:Name|Data for Name): (.*); Type: .*\n--\n", re.MULTILINE)
OWN = re.compile(r"\bkedge_")

# Without the clock reads, as for SQLite; planned_at comes from the plan.  {} is the schema.
REGISTRY_QUERIES = (
    "SELECT 'releases', round(version::numeric, 1), installer_name, installer_email FROM {}.releases"
    " ORDER BY version",
    "SELECT 'projects', project, uri, creator_name, creator_email FROM {}.projects ORDER BY project COLLATE \"C\"",
    "SELECT 'changes', change_id, change, project, script_hash, note, committer_name, committer_email,"
    " planned_at, planner_name, planner_email FROM {}.changes ORDER BY committed_at, change_id",
    "SELECT 'tags', tag_id, tag, project, change_id, note, committer_name, committer_email,"
    " planned_at, planner_name, planner_email FROM {}.tags ORDER BY tag_id",
    "SELECT 'dependencies', change_id, type, dependency, dependency_id FROM {}.dependencies"
    " ORDER BY change_id, type COLLATE \"C\", dependency COLLATE \"C\"",
    "SELECT 'events', event, change_id, change, project, note, requires, conflicts, tags,"
    " committer_name, committer_email, planned_at, planner_name, planner_email"
    " FROM {}.events ORDER BY committed_at, change_id, event",
    # Sqitch knows the deployed order by committed_at alone, so a tie is a fault.
    "SELECT 'clock changes', change, 'no later than the one before' FROM (SELECT change, committed_at,"
    " lag(committed_at) OVER (PARTITION BY project ORDER BY committed_at, change_id) AS before FROM {}.changes)"
    " AS steps WHERE committed_at <= before",
    "SELECT 'clock ' || place, at, 'in the future' FROM (SELECT 'changes', committed_at FROM {}.changes UNION ALL"
    " SELECT 'events', committed_at FROM {}.events UNION ALL SELECT 'tags', committed_at FROM {}.tags)"
    " AS clocks(place, at) WHERE at > clock_timestamp()",
)

# What the tables outside the registries hold: a statement per table, run by \gexec.  Rows are
# composite values, in which NULL and the empty string differ.  Then the states of sequences, and
# what pg_dump leaves out.  The first column says which registry a line is of.
ROWS = r"""
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET default_transaction_read_only = off;
CREATE TEMP VIEW registries AS
    SELECT schemaname AS name FROM pg_tables
     WHERE tablename IN ('changes', 'dependencies', 'events', 'projects', 'releases', 'tags')
     GROUP BY schemaname HAVING count(*) = 6;
SELECT format('SELECT '''', %L, it FROM (SELECT "·"::text AS it FROM %s AS "·") AS rows'
              ' ORDER BY it COLLATE "C"',
              CASE c.relkind WHEN 'S' THEN 'sequence ' ELSE 'row ' END || c.oid::regclass,
              CASE c.relkind WHEN 'S' THEN format('(SELECT last_value, is_called FROM %s)', c.oid::regclass)
                             ELSE c.oid::regclass::text END)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname NOT IN (SELECT name FROM registries)
   AND n.nspname NOT LIKE 'pg\_t%' AND c.relname NOT LIKE 'kedge\_%' AND n.nspname NOT LIKE 'kedge\_%'
   AND (c.relkind <> 'm' OR c.relispopulated)
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
\gexec
SELECT '', 'setting', coalesce(setrole::regrole::text, '') || ' ' || unnest(setconfig) FROM pg_db_role_setting
 WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 3;
SELECT '', 'comment', shobj_description(oid, 'pg_database') FROM pg_database
 WHERE datname = current_database() AND shobj_description(oid, 'pg_database') IS NOT NULL;
SELECT '', 'rights', unnest(datacl)::text FROM pg_database WHERE datname = current_database() ORDER BY 3;
SELECT '', 'large object', encode(lo_get(oid), 'hex') FROM pg_largeobject_metadata ORDER BY 3;
SELECT format('SELECT %L, facts.* FROM (%s) AS facts', name, replace(query, '{}', quote_ident(name)))
  FROM registries, (VALUES QUERIES) AS queries(place, query) ORDER BY name, place
\gexec
""".replace("QUERIES", ", ".join(f"({place}, $query${text}$query$)" for place, text in enumerate(REGISTRY_QUERIES)))


def snapshot(server: PostgresServer, database: str, mask: Mask) -> Snapshot:
    """The parts of a database: "" for all but the registries' rows, and one for each registry."""
    parts: Snapshot = {"": schema_lines(server.dump_schema(database))}
    for schema, kind, *values in server.query(database, ROWS, null="NULL"):
        if schema:
            # "table|id|name|project": the name of a change in the third field, for all to find.
            line = "|".join(value.replace("\n", "\\n") for value in (kind, *values))
            parts.setdefault(f", schema {schema}", []).append(line)
        else:
            parts[""].append(f"{kind}: {mask(' '.join(values))}")
    return parts


def schema_lines(dump: str) -> list[str]:
    """pg_dump's text without what is of the session, and without kedge's own entries.

    A database with nothing in it has no lines.
    """
    heads = list(ENTRY.finditer(dump))
    starts = [head.start() for head in heads] + [len(dump)]
    kept = [dump[start:end] for head, start, end in zip(heads, starts, starts[1:]) if not OWN.search(head[1])]
    if not kept:
        return []
    lines = "".join([dump[:starts[0]], *kept]).split("\n")
    return [line for line in lines if line not in ("", "--") and not CONNECTION_LINES.match(line)]
