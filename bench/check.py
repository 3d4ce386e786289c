# SPDX-License-Identifier: MIT
"""Did two tools do the same work? Compares the databases that they left."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

# Each tool's own tables, and the objects that SQLite makes by itself.
NOT_THE_PROJECTS = ("floor_", "kedge_", "schema_migrations", "sqlite_")

Content = dict[str, str]   # "kind name" -> definition, or number of rows


# What PostgreSQL's catalogs say of the project's objects, which are all in the schema public.
POSTGRES_CONTENT = """
SELECT 'column ' || c.relname || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' ||
       coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0
   AND NOT a.attisdropped
UNION ALL
SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL
SELECT 'view ' || viewname, definition FROM pg_views WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid) ||
       coalesce(obj_description(p.oid), '')
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'table ' || tablename, '' FROM pg_tables WHERE schemaname = 'public'
"""


# What MySQL's catalogs say of them; the database is the session's.
MYSQL_CONTENT = """
SELECT concat('table ', table_name), engine FROM information_schema.tables
 WHERE table_schema = database() AND table_type = 'BASE TABLE'
UNION ALL
SELECT concat('column ', table_name, '.', column_name),
       concat_ws(' ', column_type, is_nullable, column_default, extra)
  FROM information_schema.columns WHERE table_schema = database()
UNION ALL
SELECT concat('index ', table_name, '.', index_name),
       concat(min(non_unique), group_concat(column_name ORDER BY seq_in_index))
  FROM information_schema.statistics WHERE table_schema = database() GROUP BY table_name, index_name
UNION ALL
SELECT concat('constraint ', table_name, '.', constraint_name), constraint_type
  FROM information_schema.table_constraints WHERE table_schema = database()
UNION ALL
SELECT concat('view ', table_name), view_definition FROM information_schema.views
 WHERE table_schema = database()
UNION ALL
SELECT concat('trigger ', event_object_table, '.', trigger_name), action_statement
  FROM information_schema.triggers WHERE trigger_schema = database()
UNION ALL
SELECT concat(lower(routine_type), ' ', routine_name), routine_definition
  FROM information_schema.routines WHERE routine_schema = database()
"""


def execute(database: Path, script: str) -> None:
    """Runs a script that has transactions of its own."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(script)


def content(database: Path) -> Content:
    """The project's objects with their definitions, white space apart, and the row counts."""
    found: Content = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        for kind, name, table, sql in objects.fetchall():
            if table.startswith(NOT_THE_PROJECTS) or name.startswith(NOT_THE_PROJECTS):
                continue
            found[f"{kind} {name}"] = " ".join((sql or "").split())
            if kind == "table":
                count = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
                found[f"rows of {name}"] = str(count[0])
    return found


def postgres_content(query: Callable[[str], list[list[str]]]) -> Content:
    """The same of a database of PostgreSQL's, by a function that gives the rows of a query."""
    return server_content(query, POSTGRES_CONTENT, '"')


def mysql_content(query: Callable[[str], list[list[str]]]) -> Content:
    """The same of MySQL's."""
    return server_content(query, MYSQL_CONTENT, "`")


def server_content(query: Callable[[str], list[list[str]]], catalogs: str, quote: str) -> Content:
    found: Content = {}
    for key, definition in query(catalogs):
        if not key.split(" ", 1)[1].startswith(NOT_THE_PROJECTS):
            found[key] = " ".join(definition.split())
    tables = sorted(key.split(" ", 1)[1] for key in found if key.startswith("table "))
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {quote}{name}{quote}"
                                for name in tables)
    for name, count in query(counts) if tables else []:
        found[f"rows of {name}"] = count
    return found


def difference(expected: Content, actual: Content) -> str:
    """One line that names the first differences; empty where there is none."""
    keys = sorted(key for key in expected.keys() | actual.keys()
                  if expected.get(key) != actual.get(key))
    if not keys:
        return ""
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return "differs from what the scripts make: " + ", ".join(keys[:3]) + more
