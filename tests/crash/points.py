# SPDX-License-Identifier: MIT
"""Which moments a process is killed at."""

import random
from dataclasses import dataclass, replace

from combination import Events

ALL_BELOW = 400


@dataclass(frozen=True)
class Point:
    operation: str
    kind: str  # stmt, file, torn, or time
    at: float  # number of the event, or seconds
    # Then the next command (status, or the operation again) is killed too, at this event.
    second: tuple[str, str, int] | None = None

    def __str__(self) -> str:
        out = f"{self.operation} {self.kind} {self.at:g}"
        return out + (" {} {} {}".format(*self.second) if self.second else "")


def spread(count: int, wanted: int, shift: float) -> list[int]:
    """`wanted` of the numbers 1..count, evenly spread."""
    if wanted >= count:
        return list(range(1, count + 1))
    step = count / wanted
    return sorted({min(count, 1 + int((i + shift) * step)) for i in range(wanted)})


def whole_groups(groups: list[list[int]], wanted: int, shift: float) -> list[int]:
    """The events of evenly spread groups, each group whole, about `wanted` in all."""
    average = sum(len(g) for g in groups) / len(groups)
    chosen = spread(len(groups), max(1, round(wanted / average)), shift)
    return [event for number in chosen for event in groups[number - 1]]


def commits(events: Events) -> list[list[int]]:
    """Groups in which something becomes permanent: with a sync, or a file's removal."""
    def is_commit(group: list[int]) -> bool:
        return any(events.files[i - 1].split()[0] in ("fsync", "fdatasync", "unlink", "ftruncate")
                   for i in group)
    return [g for g in events.groups if is_commit(g)]


def with_second(point: Point, number: int, source: random.Random) -> Point:
    """Every sixth point gets a second kill early in the next command, where it recovers."""
    if number % 6 != 5:
        return point
    command = source.choice(["status", point.operation, point.operation])
    kind = source.choice(["stmt", "file"])
    return replace(point, second=(command, kind, source.randint(1, 60 if kind == "stmt" else 25)))


def choose(operation: str, events: Events, wanted: int, full: bool,
           source: random.Random) -> list[Point]:
    """Points of one operation: statements, moments within commits, and the rest spread over all
    file events, torn writes and times."""
    shift = source.random()
    writes = [i for i, name in enumerate(events.files, 1) if name.split()[0] in ("write", "pwrite")]
    files = len(events.files)
    times = max(4, wanted // 12)
    torn = max(4, wanted // 12)
    if full:
        statements, file_points, torn = events.statements, list(range(1, files + 1)), len(writes)
    else:
        left = wanted - times - torn
        statements = left if left >= ALL_BELOW else left * 2 // 5
        inside = (left - statements) * 3 // 4
        file_points = sorted(set(whole_groups(commits(events), inside, shift)) |
                             set(spread(files, left - statements - inside, shift)))
    # Under the journal every step is a commit of its own, so none is left out.
    chosen = set(spread(events.statements, statements, shift)) | set(events.journaled)
    out = [Point(operation, "stmt", i) for i in sorted(chosen)]
    out += [Point(operation, "file", i) for i in file_points]
    out += [Point(operation, "torn", writes[i - 1]) for i in spread(len(writes), torn, shift)]
    out += [Point(operation, "time", round(source.uniform(0, events.seconds * 1.1), 5))
            for _ in range(times)]
    return [with_second(point, number, source) for number, point in enumerate(out)]
