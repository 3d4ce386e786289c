# SPDX-License-Identifier: MIT
"""What must hold after kedge was disturbed on PostgreSQL: of what `kedge status` tells, and of the operation begun again."""

import postgres_state as pg
import state
from libpq import Session
from postgres_bench import Bench
from server_checks import check_claims
from server_points import Outcome, Point
from status import read_status


def check_status(bench: Bench, session: Session, name: str, point: Point,
                 outcome: Outcome) -> list[str]:
    """`kedge status` against what is there."""
    shared = bench.shared
    done = bench.run(name, "status", "--format", "json")
    names = pg.deployed(session)
    found = pg.snapshot(session)
    journal = pg.journal(session)
    k = len(names)
    told, problems, readable = read_status(done, names, [change.name for change in shared.changes])
    if not readable:
        return problems
    problems += check_claims(bench, point, outcome, k)
    if point.operation == "single" and k not in (0, bench.shared.end_of("single")):
        problems.append(f"{k} changes of a single transaction")
    half = told.get("half_applied", [])
    expected = [shared.states_of(point.operation)[k]]
    if half:
        expected, trouble = half_states(bench, point, k, half[0], journal)
        if trouble:
            return problems + [trouble]
    if found not in expected:
        problems += [f"after {k} changes{' and ' + str(half) if half else ''}: {line}"
                     for line in state.differences(expected[0], found)]
    return problems


def half_states(bench: Bench, point: Point, k: int, half: dict,
                journal: list[tuple]) -> tuple[list[dict], str]:
    """What there may be in the middle of a change under the journal; or what is wrong."""
    operation = "revert" if point.operation == "revert" else "deploy"
    index = k - 1 if operation == "revert" else k
    change = bench.shared.changes[index] if 0 <= index < len(bench.shared.changes) else None
    position = half["statements_done"]
    states = bench.shared.half
    if half["operation"] != operation or change is None or change.name != half["change"] or \
            (operation, change.name, position) not in states:
        return [], f"half-applied {half}, which can't be after {k} changes of a {operation}"
    out = [states[operation, change.name, position]]
    # Of a statement that can't run in a transaction the journal may not know whether it has.
    if journal and journal[0][2] == "unsure":
        after = states.get((operation, change.name, position + 1))
        if after is None:
            return [], f"unsure of {half}, which is in a transaction of the script's own"
        out.append(after)
        out += [with_leftovers(states[operation, change.name, position], after, key)
                for key in set(after) ^ set(out[0])]
        out += in_between(bench, out[0], after)
    return out, ""


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
    done = bench.run(name, *bench.words(operation))
    problems = []
    if done.returncode != 0:
        problems = [f"the second {operation} ends with {done.returncode}: "
                    f"{done.stdout}{done.stderr}"]
    return problems + check_end(bench, session, name, operation, with_dump)


def check_end(bench: Bench, session: Session, name: str, operation: str,
              with_dump: bool = False) -> list[str]:
    """What is there is what an undisturbed run leaves."""
    shared = bench.shared
    problems = pg.wait_until_gone(session)
    problems += [f"in the end, {line}" for line in state.differences(
        shared.states_of(operation)[shared.end_of(operation)], pg.snapshot(session))]
    problems += [f"in the end, registry {line}" for line in state.differences(
        shared.final[operation], pg.registry(session))]
    problems += pg.leftovers(session)
    if with_dump and not problems:
        problems += [f"in the end, by pg_dump, {line}" for line in state.differences(
            shared.dumps[operation], pg.full_dump(bench.server, name))]
    return problems
