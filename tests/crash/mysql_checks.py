# SPDX-License-Identifier: MIT
"""What must hold after kedge was disturbed on MySQL or MariaDB: of what `kedge status` tells,
and of the operation begun again."""

import mysql_project
import mysql_state as my
import state
from mysql_bench import Bench
from mysql_server import Session
from server_checks import check_claims
from server_points import Outcome, Point
from status import read_status


def check_status(bench: Bench, session: Session, name: str, point: Point,
                 outcome: Outcome) -> list[str]:
    """`kedge status` against what is there."""
    shared = bench.shared
    done = bench.run(name, "status", "--format", "json")
    names = my.deployed(session)
    found = my.snapshot(session)
    journal = my.journal(session)
    k = len(names)
    told, problems, readable = read_status(done, names, [change.name for change in shared.changes])
    if not readable:
        return problems
    problems += check_claims(bench, point, outcome, k)
    half = told.get("half_applied", [])
    expected = [shared.states_of(point.operation)[k]]
    if half:
        expected, trouble = half_states(bench, point, k, half[0], journal)
        if trouble:
            return problems + [trouble]
    if expected and found not in expected:
        problems += [f"after {k} changes{' and ' + str(half) if half else ''}: {line}"
                     for line in state.differences(expected[0], found)]
    return problems


def half_states(bench: Bench, point: Point, k: int, half: dict,
                journal: list[tuple]) -> tuple[list[dict], str]:
    """What there may be in the middle of a change under the journal, nothing where that can't be
    said; or what is wrong."""
    operation = "revert" if point.operation == "revert" else "deploy"
    index = k - 1 if operation == "revert" else k
    change = bench.shared.changes[index] if 0 <= index < len(bench.shared.changes) else None
    position = half["statements_done"]
    states = bench.shared.half
    if half["operation"] != operation or change is None or change.name != half["change"] or \
            (operation, change.name, position) not in states:
        return [], f"half-applied {half}, which can't be after {k} changes of a {operation}"
    out = [states[operation, change.name, position]]
    # Of DDL the journal knows only that it was begun: the objects tell whether it has been.
    # Where status has looked at them, it says so by counting the statement in.
    if journal and journal[0][2] == "unsure" and position == int(journal[0][3]):
        steps = change.deploy_steps if operation == "deploy" else change.revert_steps
        if position < len(steps) and mysql_project.is_several(steps[position]):
            return [], ""
        after = states.get((operation, change.name, position + 1))
        if after is None:
            return [], f"unsure of {half}, which is in a transaction of the script's own"
        out.append(after)
    return out, ""


def check_finished(bench: Bench, session: Session, name: str, operation: str) -> list[str]:
    """The operation begun again ends as undisturbed."""
    done = bench.run(name, *bench.words(operation))
    problems = []
    if done.returncode != 0:
        problems = [f"the second {operation} ends with {done.returncode}: "
                    f"{done.stdout[-600:]}{done.stderr}"]
    return problems + check_end(bench, session, operation)


def check_end(bench: Bench, session: Session, operation: str) -> list[str]:
    """What is there is what an undisturbed run leaves."""
    shared = bench.shared
    problems = my.wait_until_gone(session)
    problems += [f"in the end, {line}" for line in state.differences(
        shared.states_of(operation)[shared.end_of(operation)], my.snapshot(session))]
    problems += [f"in the end, registry {line}" for line in state.differences(
        shared.final[operation], my.registry(session))]
    return problems + my.leftovers(session)
