# SPDX-License-Identifier: MIT
"""What must hold after kedge was disturbed, on whichever server: of its own words, of what `kedge status`
tells, and of the operation begun again."""

import re
import signal
from collections.abc import Callable

import state
from server_points import SIGNALS, Outcome, Point
from status import read_status

# What there may be beyond the statements that status counts; nothing where that can't be said.
Beyond = Callable[[object, str, object, int, list[tuple]], "list[dict] | None"]

def tail(outcome: Outcome) -> str:
    """kedge's last words."""
    lines = [line for line in outcome.output.splitlines() if line]
    return "\n".join(lines[:1] + ["…"] * (len(lines) > 10) + lines[1:][-9:])


def check_outcome(point: Point, outcome: Outcome) -> list[str]:
    """kedge's own words about its end."""
    code, said = outcome.code, ":\n" + tail(outcome)
    if "this is a bug" in outcome.output:
        return [f"{point.operation} ends with {code} and calls it a bug{said}"]
    if code == 0:
        return []
    if not outcome.reached:
        return [f"{point.operation} was not disturbed, but ends with {code}{said}"]
    if point.act == "kill":
        return [] if code == -signal.SIGKILL else [f"killed, but ends with {code}{said}"]
    if point.act in SIGNALS:
        # Before it can handle signals it dies of them.
        if point.kind == "time" and code == -SIGNALS[point.act] and not outcome.output:
            return []
        if code != 1 or "interrupted" not in outcome.output:
            return [f"interrupted, but ends with {code}{said}"]
    elif code not in (1, 7) and not (code == 6 and "lock" in outcome.output):
        return [f"disturbed by {point.act}, {point.operation} ends with {code}{said}"]
    # Whoever never got through to the server has nothing to say of it.
    if re.search("^error: cannot connect to", outcome.output, re.M):
        return []
    if not re.search(r"^ +state: ", outcome.output, re.M):
        return [f"{point.operation} ends with {code}, and doesn't say what state the database is "
                f"in{said}"]
    return []


def check_claims(bench, point: Point, outcome: Outcome, k: int) -> list[str]:
    """What kedge said of the state against what is there: k changes."""
    names = [change.name for change in bench.shared.changes]
    current = names[k - 1] if k else None
    out = []
    for said in re.findall(r'state: the database is at "([^"@ ]+)', outcome.output):
        if said != current:
            out.append(f"kedge said that the database is at {said}, and it is at {current}")
    if "state: nothing is deployed" in outcome.output and k:
        out.append(f"kedge said that nothing is deployed, and the database is at {current}")
    failed = re.search(r'failed at "([^"@ ]+)', outcome.output)
    if failed and re.search("state: nothing of the|which can't be asked", outcome.output):
        at = names.index(failed[1]) + (point.operation == "revert")
        happened = at + (-1 if point.operation == "revert" else 1)
        if k != at and not ("can't be asked" in outcome.output and k == happened):
            out.append(f"kedge said of {failed[1]} that it didn't happen, and the database is at "
                       f"{current}")
    return [f"{line}:\n{tail(outcome)}" for line in out]


def check_status(bench, session, name: str, point: Point, outcome: Outcome,
                 beyond: Beyond) -> list[str]:
    """`kedge status` against what is there."""
    shared = bench.shared
    done = bench.run(name, "status", "--format", "json")
    names = bench.look.deployed(session)
    found = bench.look.snapshot(session)
    journal = bench.look.journal(session)
    k = len(names)
    told, problems, readable = read_status(done, names, [change.name for change in shared.changes])
    if not readable:
        return problems
    problems += check_claims(bench, point, outcome, k)
    half = told.get("half_applied", [])
    expected: list[dict] | None = [shared.states_of(point.operation)[k]]
    if half:
        expected, trouble = half_states(bench, point, k, half[0], journal, beyond)
        if trouble:
            return problems + [trouble]
    if expected and found not in expected:
        problems += [f"after {k} changes{' and ' + str(half) if half else ''}: {line}"
                     for line in state.differences(expected[0], found)]
    return problems


def half_states(bench, point: Point, k: int, half: dict, journal: list[tuple],
                beyond: Beyond) -> tuple[list[dict] | None, str]:
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
    try:
        more = beyond(bench, operation, change, position, journal)
    except KeyError:
        return [], f"unsure of {half}, which is in a transaction of the script's own"
    return (None if more is None else [states[operation, change.name, position], *more]), ""


def check_finished(bench, session, name: str, operation: str) -> list[str]:
    """The operation begun again ends as undisturbed."""
    done = bench.run(name, *bench.words(operation))
    problems = []
    if done.returncode != 0:
        problems = [f"the second {operation} ends with {done.returncode}: "
                    f"{done.stdout[-600:]}{done.stderr}"]
    return problems + check_end(bench, session, operation)


def check_end(bench, session, operation: str) -> list[str]:
    """What is there is what an undisturbed run leaves."""
    shared = bench.shared
    problems = bench.look.wait_until_gone(session)
    problems += [f"in the end, {line}" for line in state.differences(
        shared.states_of(operation)[shared.end_of(operation)], bench.look.snapshot(session))]
    problems += [f"in the end, registry {line}" for line in state.differences(
        shared.final[operation], bench.look.registry(session))]
    return problems + bench.look.leftovers(session)
