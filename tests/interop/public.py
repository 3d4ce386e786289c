#!/usr/bin/env python3
"""Runs Sqitch and kedge side by side on checkouts of public Sqitch projects.

    KEDGE=build/kedge tests/interop/public.py /tmp/public/*

Each argument is a checkout that has a sqitch.conf somewhere in it.  It is copied,
never touched; all runs use the target db:sqlite:interop.db in the copy, whatever
the configuration names.  For each project, with the same comparison after every
step as in run.py:

  round    deploy, verify, status, log, check, revert to the middle, deploy, revert
           all, deploy: by each tool alone and by the two in turns
  steps    deploy --to each change in turn (at most --stops of them), then revert
  deploy   the k-th deploy script broken by a syntax error inside its transaction:
           deploy in the modes all and change, mended, deploy
  verify   the k-th verify script broken: deploy --verify
  revert   the k-th revert script broken: deploy, revert all

Faults are put into the first, the middle and the last change, with --every into
all.  Whether a step succeeds is Sqitch's to say: a project that Sqitch can't
deploy must fail in kedge alike.  Not run in CI: there is no network there.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from compare import Mask, databases, diff_text  # noqa: E402
from harness import Difference, Kit, Lanes, OracleSurprise, Tool, environment, indent  # noqa: E402
from reading import LOG, PLAN_FULL, STATUS, same_output  # noqa: E402
from run import program  # noqa: E402

TARGET = "db:sqlite:interop.db"
FAULT = "SELEC interop_fault;"
# What scripts take from the clock or from chance differs from run to run.
NOISE = Mask(((re.compile(r"20[2-9]\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z?"), "<time>"),
              (re.compile(r"'[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}'"), "<uuid>"),
              (re.compile(r"'[0-9a-fA-F]{16,64}'"), "<hex>"), (re.compile(r"\b1[6-9]\d{8}\b"), "<epoch>")))


@dataclass(frozen=True)
class Checkout:
    """A copy of a public project; stands where a scenario has its Project."""

    folder: Path
    name: str
    registry: str = "sqitch.db"


@dataclass(frozen=True)
class Change:
    """One change as the oracle's plan command gives it, and the scripts of its name."""

    id: str
    name: str
    scripts: dict[str, str]


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--kedge", default=os.environ.get("KEDGE"))
    parser.add_argument("--sqitch", default=os.environ.get("SQITCH", "sqitch"))
    parser.add_argument("--lanes", default="S,K,SK,KS", help="as in run.py")
    parser.add_argument("--stops", type=int, default=12, help="at most so many --to steps (12)")
    parser.add_argument("--every", action="store_true", help="break every change, not three of them")
    parser.add_argument("--keep", action="store_true", help="keep all scratch folders")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def home_of(checkout: Path) -> Path:
    """The folder of the project inside a checkout: where its sqitch.conf is."""
    found = sorted(checkout.rglob("sqitch.conf"), key=lambda p: len(p.parts))
    if not found:
        raise OracleSurprise(f"no sqitch.conf in {checkout}")
    return found[0].parent.relative_to(checkout)


def builder(checkout: Path) -> Callable[[Path], Checkout]:
    """Copies the checkout into a lane, without databases that were committed by accident."""
    inner = home_of(checkout)

    def build(root: Path) -> Checkout:
        copy = root / "project"
        shutil.copytree(checkout, copy, ignore=shutil.ignore_patterns(".git"))
        for base in list(databases(copy)):
            base.unlink()
        return Checkout(copy / inner, checkout.name)
    return build


def changes_of(checkout: Path, sqitch: Tool, scratch: Path) -> list[Change]:
    """The plan and the script folders as the oracle reads them."""
    def ask(*command: str) -> str:
        result = sqitch.run(command, checkout / home_of(checkout), environment(scratch))
        if not result.ok:
            raise OracleSurprise(str(result))
        return result.out
    shown = ask("target", "show", TARGET).split("Reworked Script Directories")[0]
    facts = dict(re.findall(r"^ +(Deploy|Revert|Verify|Extension): +(.+)$", shown, re.MULTILINE))
    plan = ask("plan", "-t", TARGET, "--no-headers", "--format", "format:%H|%n")
    return [Change(id, name, {kind.lower(): f"{facts[kind]}/{name}.{facts['Extension']}"
                              for kind in ("Deploy", "Revert", "Verify")})
            for id, name in (line.split("|", 1) for line in plan.split("\n") if "|" in line)]


def spread(items: list[Change], count: int) -> list[Change]:
    """At most `count` of them, the first and the last always among them."""
    if len(items) <= count:
        return items
    return [items[round(i * (len(items) - 1) / (count - 1))] for i in range(count)]


def spoil(text: str) -> str:
    """A syntax error as the last thing inside the transaction; at the very start if there is none."""
    ends = list(re.finditer(r"^[ \t]*(COMMIT|END|ROLLBACK)\b[^;\n]*;", text, re.IGNORECASE | re.MULTILINE))
    if not ends or not re.search(r"^[ \t]*BEGIN\b", text, re.IGNORECASE | re.MULTILINE):
        return FAULT + "\n" + text
    return text[:ends[-1].start()] + FAULT + "\n" + text[ends[-1].start():]


def check_round(lanes: Lanes, plan: list[Change]) -> None:
    """Up, half down, up, down, up, with reading in between."""
    same_ids_at_target(lanes)
    lanes.follow("deploy", TARGET)
    walk_round(lanes, plan, TARGET)


def walk_round(lanes: Lanes, plan: list[Change], target: str) -> None:
    """All of that but the first deploy."""
    lanes.follow("verify", target)
    lanes.follow("check", target)
    same_output(lanes, (*STATUS[-1], "-t", target), may_fail=True)
    same_output(lanes, *((*c, "-t", target) for c in LOG))
    lanes.follow("revert", "-y", "-t", target, "--to", plan[len(plan) // 2].id)
    lanes.follow("deploy", target)
    lanes.follow("revert", "-y", target)
    lanes.follow("deploy", "--verify", target)


def same_ids_at_target(lanes: Lanes) -> None:
    """Ids, dependencies and script files of the plan; the target decides which plan it is."""
    same_output(lanes, (*PLAN_FULL, "-t", TARGET))


def check_steps(lanes: Lanes, plan: list[Change], stops: int) -> None:
    """Change by change up, then down in two."""
    for change in spread(plan, stops):
        lanes.follow("deploy", "-t", TARGET, "--to", change.id)
    lanes.follow("revert", "-y", "-t", TARGET, "--to", plan[0].id)
    lanes.follow("revert", "-y", TARGET)


def check_failed_verify(lanes: Lanes, plan: list[Change], change: Change) -> None:
    """Break a verify script. Sqitch has committed by then and runs the revert script, with whatever that leaves;
    kedge promises the database as it was before. So the registry and the exit are compared with Sqitch, the
    database with itself; and lane S gets the true state to go on from."""
    at = max(i for i, one in enumerate(plan) if one.name == change.name)  # the instance with the plain file
    if at > 0:
        lanes.follow("deploy", "--no-verify", "-t", TARGET, "--to", plan[at - 1].id)
    path = change.scripts["verify"]
    kept = (lanes.lanes[0].project(None).folder / path).read_bytes()
    for lane in lanes.lanes:
        (lane.project(None).folder / path).write_bytes(
            spoil(kept.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
    oracle, ours = lanes.lanes
    for step in (("deploy", "--verify"), ("deploy", "--verify", "--mode", "change")):
        before = lanes.state(ours)
        results = lanes.run(*step, TARGET, ok=None, compare=False)
        after, wanted = lanes.state(ours), lanes.state(oracle)
        for name in sorted(after.keys() | wanted.keys()):
            of_registry = not name.endswith(TARGET.rpartition(":")[2])
            text = diff_text((wanted if of_registry else before).get(name, []), after.get(name, []))
            if text:
                raise Difference(f"step {lanes.step}: {name}, {'registry' if of_registry else 'left by the verify'}:\n"
                                 f"{indent(text)}\nafter {results[1]}\nlane S: {results[0]}")
            if not of_registry and wanted.get(name) != after.get(name):
                (oracle.root / name).unlink(missing_ok=True)
                if (ours.root / name).exists():
                    shutil.copyfile(ours.root / name, oracle.root / name)
    for lane in lanes.lanes:
        (lane.project(None).folder / path).write_bytes(kept)
    lanes.follow("deploy", "--verify", TARGET)


def check_fault(lanes: Lanes, kind: str, change: Change, plan: list[Change]) -> None:
    """Break one script, run what runs it, mend it, run again."""
    if kind == "verify":
        check_failed_verify(lanes, plan, change)
        return
    path = change.scripts[kind]
    kept = (lanes.lanes[0].project(None).folder / path).read_bytes()

    def write(data: bytes) -> None:
        for lane in lanes.lanes:
            (lane.project(None).folder / path).write_bytes(data)
    if kind == "revert":
        lanes.follow("deploy", TARGET)
    write(spoil(kept.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))
    steps = {"deploy": (("deploy",), ("deploy", "--mode", "change")),
             "revert": (("revert", "-y"),)}[kind]
    for step in steps:
        lanes.follow(*step, TARGET)
    write(kept)
    lanes.follow(steps[0][0], *steps[0][1:], TARGET)


def attempt(work: Callable[[], object], notes: list[str], label: str) -> bool:
    """Do it; a difference goes to the notes."""
    try:
        work()
    except Exception as wrong:  # whatever it is, the other projects go on
        known = isinstance(wrong, (Difference, OracleSurprise))
        notes.append(f"{label}: {'' if known else type(wrong).__name__ + ': '}{wrong}")
        return False
    return True


def check_project(checkout: Path, tools: tuple[Tool, Tool], base: Path, args: argparse.Namespace
                  ) -> tuple[list[str], list[str]]:
    """One row of the table, and the notes that go below it."""
    notes: list[str] = []
    scratch = base / checkout.name
    scratch.mkdir()
    plan: list[Change] = []
    if not attempt(lambda: plan.extend(changes_of(checkout, tools[0], scratch)), notes, checkout.name) or not plan:
        return [checkout.name, "-"] + ["not run"] * 5, notes
    asked = tuple(dict.fromkeys(["S", *args.lanes.split(",")]))

    def lanes(label: str, names: tuple[str, ...]) -> Lanes:
        return Kit(scratch / label, *tools, wanted=names).lanes(builder(checkout), mask=NOISE)

    def cell(runs: list[tuple[str, Callable[[], object]]]) -> str:
        good = sum(attempt(work, notes, f"{checkout.name}, {label} (in {scratch / label})") for label, work in runs)
        return "-" if not runs else f"{'ok' if good == len(runs) else 'DIFF'} {good}/{len(runs)}"
    row = [checkout.name, str(len(plan)),
           cell([("round", lambda: check_round(lanes("round", asked), plan))]),
           cell([("steps", lambda: check_steps(lanes("steps", asked), plan, args.stops))])]
    for kind in ("deploy", "verify", "revert"):
        picked = [c for c in (plan if args.every else spread(plan, 3))
                  if (checkout / home_of(checkout) / c.scripts[kind]).is_file()]
        row.append(cell([(f"{kind}{i}", lambda c=c, label=f"{kind}{i}": check_fault(lanes(label, ("S", "K")), kind, c, plan))
                         for i, c in enumerate(picked)]))
    return row, notes


def main() -> int:
    """All projects, then the table."""
    args = options()
    if not args.kedge:
        sys.exit("public.py: which kedge? Set $KEDGE or give --kedge PATH")
    tools = Tool("sqitch", program(args.sqitch)), Tool("kedge", program(args.kedge))
    base = Path(tempfile.mkdtemp(prefix="kedge-public-"))
    folders = [f.resolve() for f in args.folders if f.is_dir() and not f.name.startswith("_")]
    with ThreadPoolExecutor(max(1, args.jobs)) as pool:
        done = list(pool.map(lambda f: check_project(f, tools, base, args), folders))
    table = [["project", "changes", "round", "steps", "deploy", "verify", "revert"], *(row for row, _ in done)]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
    notes = [note for _, group in done for note in group]
    for note in notes:
        print("\n" + indent(note, "  "))
    if notes or args.keep:
        print(f"\nkept: {base}")
    else:
        shutil.rmtree(base, ignore_errors=True)
    return 1 if notes else 0


if __name__ == "__main__":
    sys.exit(main())
