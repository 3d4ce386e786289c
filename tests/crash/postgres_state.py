# SPDX-License-Identifier: MIT
"""What a PostgreSQL database holds, in a form that can be compared, and who is connected to it."""

import re
import time

import state
from libpq import Session

# The registry and the journal are in this schema.
REGISTRY = "kedge"
KEDGE_SESSIONS = ("FROM pg_stat_activity WHERE application_name = 'kedge' "
                  "AND datname = current_database()")
# Names of what belongs to the application, and what there is to say of each.
OWN = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{0}')"
CATALOG = """
SELECT 'schema ' || n.nspname, '' FROM pg_namespace n WHERE {own}
UNION ALL SELECT 'relation ' || n.nspname || '.' || c.relname, concat_ws(' | ', c.relkind,
    c.relpersistence, c.relispopulated, c.reloptions::text, pg_get_expr(c.relpartbound, c.oid),
    pg_get_partkeydef(c.oid), obj_description(c.oid, 'pg_class'),
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
    (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
     FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {own} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
UNION ALL SELECT 'constraint ' || k.conname || ' of ' || k.conrelid::regclass,
    pg_get_constraintdef(k.oid) || ' ' || k.convalidated FROM pg_constraint k
    JOIN pg_namespace n ON n.oid = k.connamespace WHERE {own}
UNION ALL SELECT 'index ' || n.nspname || '.' || c.relname, pg_get_indexdef(i.indexrelid) ||
    CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {own}
UNION ALL SELECT 'trigger ' || t.tgname || ' of ' || t.tgrelid::regclass,
    pg_get_triggerdef(t.oid) || t.tgenabled::text FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {own} AND NOT t.tgisinternal
UNION ALL SELECT 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid) FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {own} AND p.prokind <> 'a'
UNION ALL SELECT 'type ' || t.oid::regtype, (SELECT string_agg(e.enumlabel, ', ' ORDER BY
    e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {own} AND t.typtype IN ('e', 'd')
UNION ALL SELECT 'partition ' || i.inhrelid::regclass, i.inhparent::regclass || ' ' ||
    i.inhdetachpending FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {own}
"""
TABLES = ("SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
          "WHERE {own} AND (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated)")


def snapshot(session: Session, schema: str = REGISTRY) -> dict:
    """Schema and rows by the catalog, without the registry's schema: what pg_dump would tell, at a
    tenth of its price. full_dump() makes sure that it is."""
    own = OWN.format(schema)
    out: dict = dict(session.rows(CATALOG.format(own=own)))
    if out.get("schema public") == "":
        del out["schema public"]
    for (table,) in session.rows(TABLES.format(own=own)):
        out[f"rows of {table}"] = sorted(session.rows(f"SELECT t::text FROM {table} t"))
    return out


def full_dump(server, database: str, schema: str = REGISTRY) -> dict:
    """Schema and rows as pg_dump has them, without the registry's schema. Rows are sorted."""
    text = server._program("pg_dump", database, "--no-owner", "--no-privileges",
                           f"--exclude-schema={schema}")
    out: dict = {}
    statements: list[str] = []
    table = None
    for line in text.split("\n"):
        if table is not None:
            if line == "\\.":
                out[table].sort()
                table = None
            else:
                out[table].append(line)
        elif line.startswith("COPY "):
            table = "rows of " + line.split()[1]
            out[table] = []
        elif line and not line.startswith(("--", "\\restrict", "\\unrestrict", "SET ")):
            if re.match(r"(CREATE|ALTER|COMMENT|SELECT|REFRESH)\b", line) or not statements:
                statements.append(line)
            else:
                statements[-1] += "\n" + line
    # By the first line of each: what differs is named by it.
    for statement in statements:
        if not statement.startswith("SELECT pg_catalog.set_config"):
            out.setdefault(statement.partition("\n")[0], []).append(statement)
    return out


def registry(session: Session, schema: str = REGISTRY) -> dict[str, list]:
    """The registry's rows, without the moments of its own."""
    if not session.rows(f"SELECT to_regclass('{schema}.changes') WHERE "
                        f"to_regclass('{schema}.changes') IS NOT NULL"):
        return {name: [] for name in state.REGISTRY_QUERIES}
    return {name: session.rows(query.format(schema + "."))
            for name, query in state.REGISTRY_QUERIES.items()}


def deployed(session: Session, schema: str = REGISTRY) -> list[str]:
    return [row[2] for row in registry(session, schema)["changes"]]


def leftovers(session: Session) -> list[str]:
    """What no operation that ended well leaves behind."""
    out = []
    if has_journal(session):
        out.append(f"kedge_journal is left: {journal(session)}")
    return out + [f"index {index} is invalid" for (index,) in session.rows(
        "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY 1")]


def journal(session: Session) -> list[tuple]:
    """The journal's entries: change, operation, state, position."""
    if not has_journal(session):
        return []
    return session.rows(f"SELECT change, operation, state, position FROM {REGISTRY}.kedge_journal")


def has_journal(session: Session) -> bool:
    return session.rows(f"SELECT to_regclass('{REGISTRY}.kedge_journal')") != [(None,)]


def kedge_sessions(session: Session) -> list[tuple]:
    return session.rows(f"SELECT pid, state, wait_event_type, query {KEDGE_SESSIONS}")


def wait_until_gone(session: Session, patience: float = 10) -> list[str]:
    """The server ends a dead client's session when it next looks at its socket."""
    end = time.monotonic() + patience
    while left := kedge_sessions(session):
        if time.monotonic() > end:
            locks = session.rows("SELECT pid, locktype, mode, granted FROM pg_locks WHERE pid IN "
                                 f"(SELECT pid {KEDGE_SESSIONS})")
            return [f"sessions of kedge's are left on the server: {left}, with {len(locks)} locks"]
        time.sleep(0.005)
    return []


def terminate(session: Session) -> None:
    """Ends kedge's session, and waits until it is gone."""
    session.rows(f"SELECT pg_terminate_backend(pid, 5000) {KEDGE_SESSIONS}")
