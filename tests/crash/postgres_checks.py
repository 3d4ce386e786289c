# SPDX-License-Identifier: MIT
"""What must hold after kedge was disturbed on PostgreSQL, beyond what holds on every server."""

import postgres_state as pg
import server_checks
import state
from libpq import Session
from postgres_bench import Bench
from project import Change
from server_points import Outcome, Point


def check_status(bench: Bench, session: Session, name: str, point: Point,
                 outcome: Outcome) -> list[str]:
    """`kedge status` against what is there."""
    problems = server_checks.check_status(bench, session, name, point, outcome, beyond)
    k = len(pg.deployed(session))
    if point.operation == "single" and k not in (0, bench.shared.end_of("single")):
        problems.append(f"{k} changes of a single transaction")
    return problems


def beyond(bench: Bench, operation: str, change: Change, position: int,
           journal: list[tuple]) -> list[dict]:
    """Of a statement that can't run in a transaction the journal may not know whether it has."""
    if not journal or journal[0][2] != "unsure":
        return []
    states = bench.shared.half
    before = states[operation, change.name, position]
    after = states[operation, change.name, position + 1]
    return [after, *(with_leftovers(before, after, key) for key in set(after) ^ set(before)),
            *in_between(bench, before, after)]


def with_leftovers(before: dict, after: dict, key: str) -> dict:
    """An index that is there, but invalid."""
    return before | {key: (after.get(key) or before[key]) + " INVALID"}


def in_between(bench: Bench, before: dict, after: dict) -> list[dict]:
    """What a broken-off REINDEX and DETACH CONCURRENTLY leave."""
    out = []
    for key, value in before.items():
        if key.startswith("index "):
            for suffix in ("_ccnew", "_ccold"):
                name = key.removeprefix("index public.")
                text = value.replace(f" INDEX {name} ", f" INDEX {name}{suffix} ")
                out.append(before | {key + suffix: text + " INVALID"})
    key = "partition days_2023"
    if key in before and key not in after:
        out.append(before | {key: before[key].replace("false", "true")})
        out.append(before | {key: before[key].replace(" f", " t")})
    return out


def check_finished(bench: Bench, session: Session, name: str, operation: str,
                   with_dump: bool) -> list[str]:
    """The operation begun again ends as undisturbed."""
    problems = server_checks.check_finished(bench, session, name, operation)
    if with_dump and not problems:
        problems += [f"in the end, by pg_dump, {line}" for line in state.differences(
            bench.shared.dumps[operation], pg.full_dump(bench.server, name))]
    return problems
