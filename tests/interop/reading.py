"""The reading form: both tools look at the same data and must say the same.

Header lines name the database or the file and are each tool's own; everything
after them is compared byte by byte.
"""

from __future__ import annotations

import difflib
import itertools

import engines
from harness import Difference, Lane, Lanes, OracleSurprise, Result, Tool, indent

# Not raw, full and long, nor %T, %t, %R, %X: Sqitch 1.3.1's log dies on every list of an
# event on SQLite.  (In plan they work, and so they do where LOG_LISTS can be asked for.)
LOG_RAW = ("format:%e %H%vname      %n%vproject   %o%vplanner   %{name}p <%{email}p>%v"
           "planned   %{date:raw}p%vcommitter %{name}c <%{email}c>%vcommitted %{date:raw}c%v%{    }B")
LOG_FULL = ("log", "--format", LOG_RAW)
PLAN_FULL = ("plan", "--format", "format:%H %n%t%r%x %{date:raw}p%v%{    }B")
STATUS = (("status",), ("status", "--show-tags"), ("status", "--show-changes"),
          ("status", "--show-changes", "--show-tags", "--date-format", "raw"))
LOG = (("log",), ("log", "--format", "medium"), ("log", "--format", "short"),
       ("log", "--oneline"), LOG_FULL, ("log", "--reverse", "--oneline"),
       ("log", "--event", "deploy", "--oneline"), ("log", "--event", "revert", "--format", LOG_RAW),
       ("log", "--event", "fail"), ("log", "-n", "2", "--skip", "1", "--oneline"),
       ("log", "--abbrev", "8", "--format", "format:%h %l %L %n | %s | %b"),
       ("log", "--date-format", "rfc"), ("log", "--no-headers", "--oneline"))
LOG_LISTS = (("log", "--format", "raw"), ("log", "--format", "full"), ("log", "--format", "long"),
             ("log", "--format", "format:%n%T|%t|%R|%r|%X|%x|%v%{-}R%{/}X%{; }T"))
PLAN = (("plan",), ("plan", "--oneline"), ("plan", "--format", "raw"), ("plan", "--format", "full"),
        ("plan", "--format", "long"), ("plan", "--format", "short"), ("plan", "--reverse", "--oneline"),
        ("plan", "-n", "2", "--skip", "1", "--oneline"),
        PLAN_FULL,
        ("plan", "--format", "format:%{requires}_%R%X%{note}a"), ("plan", "--no-headers", "--oneline"))


def body(args: tuple[str, ...], text: str) -> list[str]:
    """Output without its header."""
    lines = text.split("\n")
    if "--no-headers" in args:
        return lines
    if args[0] == "plan":
        end = lines.index("") + 1 if "" in lines else 0
        return lines[end:]
    if args[0] == "config":  # Sqitch ends its list with an empty line more
        return text.rstrip("\n").split("\n")
    if args[0] == "status" and not engines.current().orders_tags:
        lines = by_name_within_moment(lines)
    return lines[1:] if args[0] in ("log", "status") else lines


def by_name_within_moment(lines: list[str]) -> list[str]:
    """Lines that differ in nothing but the name in front of a moment, by that name."""
    groups = itertools.groupby(lines, key=lambda line: line.partition(" - ")[2])
    return [line for moment, group in groups for line in (sorted(group) if moment else group)]


def both(lanes: Lanes, lane: Lane, args: tuple[str, ...], at: str | None) -> tuple[Result, Result]:
    """The same command by each tool on the same lane."""
    return lane.run(lanes.sqitch, args, at), lane.run(lanes.kedge, args, at)


def same_output(lanes: Lanes, *commands: tuple[str, ...], at: str | None = None,
                lane_names: tuple[str, ...] = ("S", "K"), may_fail: bool = False) -> None:
    """Each command by both tools on what Sqitch wrote and on what kedge wrote.

    Two failures are equal, but prove little: they must be meant.
    """
    wrong = []
    for lane in (one for one in lanes.lanes if one.name in lane_names):
        for args in commands:
            want, got = both(lanes, lane, args, at)
            text = "\n".join(difflib.unified_diff(body(args, want.out), body(args, got.out),
                                                  "sqitch", "kedge", lineterm="", n=1))
            if not want.ok and not may_fail:
                raise OracleSurprise(f"reading after step {lanes.step}:\n{want}")
            if want.ok != got.ok:
                wrong.append(f"lane {lane.name}: success differs\n{indent(f'{want}{chr(10)}{got}')}")
            elif text:
                wrong.append(f"lane {lane.name}: output of {' '.join(args)}\n{indent(text)}")
    if wrong:
        raise Difference(f"reading after step {lanes.step}:\n" + indent("\n".join(wrong[:6]), "  ")
                         + (f"\n  … and {len(wrong) - 6} more commands" if len(wrong) > 6 else ""))


def log_lists() -> tuple[tuple[str, ...], ...]:
    """The forms that show the lists of an event, on engines where Sqitch's log survives them."""
    return LOG_LISTS if engines.current().log_lists else ()


def same_everything(lanes: Lanes, at: str | None = None, lane_names: tuple[str, ...] = ("K",)) -> None:
    """Status, log and plan in all their forms; verify and check by success."""
    same_output(lanes, *STATUS, *LOG, *log_lists(), *PLAN, at=at, lane_names=lane_names)
    same_verdict(lanes, ("verify",), ("check",), at=at)


def same_reading(lanes: Lanes, at: str | None = None) -> None:
    """The forms that show most at the least cost (Sqitch takes 0.4 s to start)."""
    same_output(lanes, STATUS[-1], LOG[0], LOG_FULL, *log_lists()[:1], PLAN_FULL, at=at, lane_names=("K",))


def same_verdict(lanes: Lanes, *commands: tuple[str, ...], at: str | None = None) -> None:
    """Commands whose wording is each tool's own: only whether they are content."""
    for lane in (one for one in lanes.lanes if one.name in ("S", "K")):
        for args in commands:
            want, got = both(lanes, lane, args, at)
            if want.ok != got.ok:
                raise Difference(f"reading after step {lanes.step}, lane {lane.name}:\n"
                                 + indent(f"{want}\n{got}", "  "))


def same_show(lanes: Lanes, changes: tuple[str, ...], tags: tuple[str, ...] = (),
              at: str | None = None) -> None:
    """The hash payload of changes and tags and the scripts, byte by byte."""
    commands = [("show", "change", c) for c in changes] + [("show", "tag", t) for t in tags]
    commands += [("show", kind, changes[0]) for kind in ("deploy", "revert", "verify")]
    same_output(lanes, *commands, at=at)


def plan_ids(tool: Tool, lane: Lane, at: str | None = None) -> list[str]:
    """Ids and names of the planned changes as a tool computes them."""
    result = lane.run(tool, ("plan", "--no-headers", "--format", "format:%H %n%t"), at)
    if not result.ok:
        raise Difference(f"lane {lane.name}:\n" + indent(str(result), "  "))
    return result.out.split("\n")


def same_ids(lanes: Lanes, at: str | None = None) -> None:
    """Whoever wrote the plan, both tools compute the same ids from it."""
    for lane in lanes.lanes:
        want, got = plan_ids(lanes.sqitch, lane, at), plan_ids(lanes.kedge, lane, at)
        if want != got:
            raise Difference(f"ids differ in lane {lane.name}:\n"
                             + indent("\n".join(difflib.unified_diff(want, got, "sqitch", "kedge",
                                                                     lineterm=""))))
