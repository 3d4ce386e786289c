# SPDX-License-Identifier: MIT
"""What a MySQL or MariaDB database holds, in a form that can be compared, and who is connected to it."""

import re
import time

import state
from mysql_server import Session, SessionError, quoted

OWN = re.compile(r"kedge_")
# Kinds of objects: how to list them, how to ask for one, and the column with its text.
ROUTINES = (("PROCEDURE", "SELECT routine_name FROM information_schema.routines WHERE routine_schema = "
             "database() AND routine_type = 'PROCEDURE'"),
            ("FUNCTION", "SELECT routine_name FROM information_schema.routines WHERE routine_schema = "
             "database() AND routine_type = 'FUNCTION'"),
            ("TRIGGER", "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = "
             "database()"),
            ("EVENT", "SELECT event_name FROM information_schema.events WHERE event_schema = database()"))
OTHERS = "FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
REGISTRY_QUERIES = {name: re.sub(r"\bchange\b", "`change`", query)
                    for name, query in state.REGISTRY_QUERIES.items()}


def snapshot(session: Session) -> dict:
    """Schema and rows, without the registry and the journal."""
    out: dict = {}
    for name, kind in session.rows("SHOW FULL TABLES"):
        if OWN.match(name):
            continue
        try:
            text = session.rows(f"SHOW CREATE TABLE {quoted(name)}")[0][1]
        except SessionError as wrong:  # a view whose tables are gone
            out[f"broken {name}"] = str(wrong)
            continue
        out[f"{kind.lower()} {name}"] = re.sub(r" AUTO_INCREMENT=\d+", "", text)
        if kind == "BASE TABLE":
            out[f"rows of {name}"] = sorted(session.rows(f"SELECT * FROM {quoted(name)}"), key=repr)
    for kind, names in ROUTINES:
        for (name,) in session.rows(names):
            if OWN.match(name):
                continue
            row = session.rows(f"SHOW CREATE {kind} {quoted(name)}")[0]
            out[f"{kind.lower()} {name}"] = (row[1], row[3] if kind == "EVENT" else row[2])
    return out


def registry(session: Session) -> dict[str, list]:
    """The registry's rows, without the moments of its own."""
    if not has_table(session, "kedge_events"):
        return {name: [] for name in REGISTRY_QUERIES}
    return {name: session.rows(query.format("kedge_")) for name, query in REGISTRY_QUERIES.items()}


def deployed(session: Session) -> list[str]:
    return [row[2] for row in registry(session)["changes"]]


def has_table(session: Session, name: str) -> bool:
    return bool(session.rows("SELECT 1 FROM information_schema.tables WHERE table_schema = database() "
                             f"AND table_name = '{name}'"))


def journal(session: Session) -> list[tuple]:
    """The journal's entries: change, operation, state, position."""
    if not has_table(session, "kedge_journal"):
        return []
    return session.rows("SELECT `change`, operation, state, position FROM kedge_journal "
                        "WHERE state <> 'done'")


def leftovers(session: Session) -> list[str]:
    """What no operation that ended well leaves behind: what tables there are of kedge's own may stay."""
    entries = journal(session)
    return [f"the journal still has {entries}"] if entries else []


def wait_until_gone(session: Session, patience: float = 15) -> list[str]:
    """The server ends a dead client's session when it next looks at its socket."""
    end = time.monotonic() + patience
    while left := session.rows(f"SELECT id, command, state, info {OTHERS}"):
        if time.monotonic() > end:
            return [f"sessions are left on the server: {left}"]
        time.sleep(0.005)
    return []


def terminate(session: Session) -> None:
    """Ends all other sessions there, and waits until they are gone."""
    for (number,) in session.rows(f"SELECT id {OTHERS}"):
        try:
            session.rows(f"KILL {number}")
        except SessionError:
            pass  # it has gone
    wait_until_gone(session)
