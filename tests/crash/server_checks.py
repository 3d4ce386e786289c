# SPDX-License-Identifier: MIT
"""What must hold of kedge's own words at its end, whichever server it was disturbed on."""

import re
import signal

from server_points import SIGNALS, Outcome, Point


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
