# SPDX-License-Identifier: MIT
"""What branches do to plans and databases. Each case is told by its name."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from world import World

CASES: dict[str, Callable] = {}


def case(play: Callable[[World, Namespace], None], driver: bool = True, name: str = "") -> Callable:
    """A case whose world is made for it."""
    def run(bench, kedge: Path, folder: Path, short: str, options: Namespace) -> None:
        play(World(bench, kedge, folder, short, driver), options)
    CASES[name or play.__name__] = run
    return play


# --- two branches that append -------------------------------------------------------------


def two_branches(world: World) -> None:
    """On main and on feature one change each that needs base, and one that needs that; a database of each."""
    world.kedge("deploy", at="base")
    world.git("checkout", "-qb", "feature")
    world.add("flips", "base")
    world.add("flops", "flips !none:such", note="Flüge")
    world.tag("feature1")
    world.commit("feature")
    world.kedge("deploy", at="feature")
    world.git("checkout", "-q", "main")
    world.add("users", "base")
    world.add("lists", "users")
    world.commit("main")
    world.kedge("deploy", at="main")


def settle(world: World, database: str) -> None:
    """Brings a database to the merged plan, by what kedge says is to be done."""
    was_cut_off = False
    told = world.kedge("status", at=database, code=None)
    if "kedge reconcile" in told:
        assert "kedge reconcile" in world.kedge("deploy", at=database, code=2)
        world.kedge("reconcile", "-y", at=database)
        told = world.kedge("status", at=database)
        was_cut_off = True
    if "--out-of-order" in told:
        before = world.deployed(database)
        refused = world.kedge("deploy", at=database, code=2)
        assert "before deployed changes" in refused and "sqitch.plan:" in refused, refused
        assert world.deployed(database) == before
        world.kedge("deploy", "--out-of-order", at=database)
    else:
        world.kedge("deploy", at=database)
    world.is_in_order(database)
    if was_cut_off:
        world.goes_back(database)


def merged_by_driver(world: World, into: str, other: str, names: list[str]) -> None:
    two_branches(world)
    world.git("checkout", "-q", into)
    world.git("merge", "-q", "-m", "merged", other)
    assert world.planned() == names, world.planned()
    for database in ("base", "main", "feature"):
        settle(world, database)


def merged_into_main(world: World, _: Namespace) -> None:
    merged_by_driver(world, "main", "feature", ["base", "users", "lists", "flips", "flops"])


def merged_into_feature(world: World, _: Namespace) -> None:
    merged_by_driver(world, "feature", "main", ["base", "flips", "flops", "users", "lists"])
    assert "@feature1" in world.kedge("plan", "--format", "oneline")


def rebased(world: World, _: Namespace) -> None:
    two_branches(world)
    world.git("checkout", "-q", "feature")
    world.git("rebase", "-q", "main")
    assert world.planned() == ["base", "users", "lists", "flips", "flops"]
    for database in ("base", "main", "feature"):
        settle(world, database)


def by_hand(world: World, ours_first: bool) -> None:
    """Without the driver git leaves a conflict, which people resolve in either order."""
    two_branches(world)
    assert "CONFLICT" in world.git("merge", "-q", "-m", "merged", "feature", code=1)
    text = world.read("sqitch.plan")
    head, rest = text.split("<<<<<<< HEAD\n")
    ours, rest = rest.split("=======\n")
    theirs, tail = rest.split(">>>>>>> feature\n")
    world.write("sqitch.plan", head + (ours + theirs if ours_first else theirs + ours) + tail)
    world.commit("merged")
    for database in ("base", "main", "feature"):
        settle(world, database)


case(merged_into_main)
case(merged_into_feature)
case(rebased)
case(lambda world, _: by_hand(world, True), driver=False, name="by_hand_ours_first")
case(lambda world, _: by_hand(world, False), driver=False, name="by_hand_theirs_first")


@case
def merged_back_and_forth(world: World, _: Namespace) -> None:
    """Each branch merges the other, so that the next merge has two bases."""
    two_branches(world)
    world.git("branch", "side", "main")
    world.git("merge", "-q", "-m", "one", "feature")
    world.git("checkout", "-q", "feature")
    world.git("merge", "-q", "-m", "two", "side")
    world.add("late_feature")
    world.commit("more")
    world.git("checkout", "-q", "main")
    world.add("late_main")
    world.commit("more")
    world.git("merge", "-q", "-m", "three", "feature", code=0)
    assert sorted(world.planned()) == sorted(
        ["base", "users", "lists", "flips", "flops", "late_main", "late_feature"]), world.read("sqitch.plan")
    world.kedge("plan")
    for database in ("base", "main", "feature"):
        settle(world, database)


@case
def three_branches(world: World, _: Namespace) -> None:
    two_branches(world)
    world.git("checkout", "-qb", "third", "main~1")
    world.add("third", "base")
    world.tag("t3")
    world.commit("third")
    world.kedge("deploy", at="third")
    world.git("checkout", "-q", "main")
    world.git("merge", "-q", "-m", "one", "feature")
    world.git("merge", "-q", "-m", "two", "third")
    for database in ("base", "main", "feature", "third"):
        settle(world, database)


@case
def reworks(world: World, _: Namespace) -> None:
    """One branch reworks what the other only needs."""
    world.tag("v1")
    world.commit("tagged")
    world.kedge("deploy", at="base")
    world.git("checkout", "-qb", "feature")
    world.rework("base", "v1", "extra")
    world.commit("reworked")
    world.kedge("deploy", at="feature")
    world.git("checkout", "-q", "main")
    world.add("users", "base")
    world.tag("v2")
    world.commit("users")
    world.kedge("deploy", at="main")
    world.git("merge", "-q", "-m", "merged", "feature")
    assert world.planned() == ["base", "users", "base"]
    for database in ("base", "main", "feature"):
        settle(world, database)


@case
def dos_lines_and_other_scripts(world: World, _: Namespace) -> None:
    world.write("sqitch.plan", world.read("sqitch.plan").replace("\n", "\r\n"))
    world.commit("dos")
    world.git("checkout", "-qb", "feature")
    world.append(world.line("größe", "Maß").replace("\n", "\r\n"))
    world.scripts("größe")
    world.commit("feature")
    world.git("checkout", "-q", "main")
    world.append(world.line("ñandú [base]").replace("\n", "\r\n"))
    world.scripts("ñandú")
    world.commit("main")
    world.git("merge", "-q", "-m", "merged", "feature")
    assert world.planned() == ["base", "ñandú", "größe"]
    text = world.read("sqitch.plan")
    assert text.count("\n") == text.count("\r\n")
    world.kedge("deploy", at="new")
    assert world.deployed("new") == world.ids()


# --- what doesn't go together --------------------------------------------------------------


def refused_merge(world: World, message: str, hint: str) -> str:
    """git merge stops, and both lines are told and in the file."""
    told = world.git("merge", "-q", "-m", "merged", "feature", code=1)
    for words in (message, hint, "ours: sqitch.plan:", "theirs: sqitch.plan:"):
        assert words in told, told
    text = world.read("sqitch.plan")
    for mark in ("<<<<<<< ours\n", "=======\n", ">>>>>>> theirs\n"):
        assert mark in text, text
    assert "UU sqitch.plan" in world.git("status", "--short") or "AA sqitch.plan" in world.git("status", "--short")
    assert "error" in world.kedge("plan", code=2)
    return told


@case
def the_same_name(world: World, _: Namespace) -> None:
    world.git("checkout", "-qb", "feature")
    world.add("users", note="theirs")
    world.commit("theirs")
    world.git("checkout", "-q", "main")
    world.add("users", note="ours")
    world.commit("ours")
    refused_merge(world, 'both sides planned a change "users"', "rename the one that is not deployed yet")


@case
def the_same_rework(world: World, _: Namespace) -> None:
    world.tag("v1")
    world.commit("tagged")
    world.git("checkout", "-qb", "feature")
    world.rework("base", "v1", "theirs")
    world.commit("theirs")
    world.git("checkout", "-q", "main")
    world.rework("base", "v1", "ours")
    world.commit("ours")
    refused_merge(world, 'both sides reworked "base"', "kedge rework base")


@case
def the_same_tag(world: World, _: Namespace) -> None:
    world.git("checkout", "-qb", "feature")
    world.add("flips")
    world.tag("v1")
    world.commit("theirs")
    world.git("checkout", "-q", "main")
    world.add("users")
    world.tag("v1")
    world.commit("ours")
    refused_merge(world, 'both sides gave the tag "@v1", to different changes', "rename one of them")


@case
def removed_and_required(world: World, _: Namespace) -> None:
    world.add("old")
    world.commit("old")
    world.git("checkout", "-qb", "feature")
    world.add("flips", "old")
    world.commit("theirs")
    world.git("checkout", "-q", "main")
    world.write("sqitch.plan", "".join(line for line in world.read("sqitch.plan").splitlines(True)
                                       if not line.startswith("old ")))
    world.commit("ours")
    told = world.git("merge", "-q", "-m", "merged", "feature", code=1)
    assert 'requires the unknown change "old"' in told and "removed: sqitch.plan:6: old" in told, told
    assert "theirs: sqitch.plan:7: flips [old]" in told, told


# --- registries ----------------------------------------------------------------------------


def lines_of(world: World) -> tuple[str, list[str]]:
    head, _, body = world.read("sqitch.plan").partition("\n\n")
    return head + "\n\n", body.splitlines(True)


@case
def reordered(world: World, _: Namespace) -> None:
    """Deployed changes that the plan has in another order: those moments are dealt out anew, and events stay."""
    for name in ("one", "two", "three"):
        world.add(name, "base")
        world.tag(f"at_{name}")
    world.kedge("deploy", at="db")
    moments = world.query("db", "SELECT committed_at FROM {changes} ORDER BY committed_at")
    events = world.query("db", "SELECT change_id, committed_at FROM {events} ORDER BY committed_at")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + "".join(lines[i] for i in (0, 5, 6, 1, 2, 3, 4)))
    told = world.kedge("reconcile", "--dry-run", at="db")
    assert "three" in told and "in another order" in told, told
    assert world.query("db", "SELECT committed_at FROM {changes} ORDER BY committed_at") == moments
    world.kedge("reconcile", "-y", at="db")
    assert world.query("db", "SELECT committed_at FROM {changes} ORDER BY committed_at") == moments
    assert world.query("db", "SELECT change_id, committed_at FROM {events} ORDER BY committed_at")[:4] == events
    world.is_in_order("db")
    told = world.sqitch("status", "--show-tags", at="db")
    assert "Name:     two" in told and "@at_two" in told, told
    # A tag is found by its moment.
    world.sqitch("verify", "--to", "three@at_three", at="db")
    world.sqitch("revert", "-y", "--to", "@at_three", at="db")
    assert len(world.deployed("db")) == 2
    world.sqitch("deploy", at="db")
    world.is_in_order("db")


@case
def only_reconciled(world: World, _: Namespace) -> None:
    """Until what is in between is deployed, Sqitch reads the latest change; kedge tells of the gap."""
    two_branches(world)
    world.git("merge", "-q", "-m", "merged", "feature")
    world.kedge("reconcile", "-y", at="feature")
    told = world.sqitch("status", at="feature")
    assert "Name:     flops" in told and "up-to-date" in told, told
    told = world.kedge("status", at="feature")
    assert "Undeployed changes before deployed ones:\n  * users\n  * lists\n" in told, told
    assert "2 changes are planned before deployed changes" in told, told
    told = world.kedge("deploy", "--dry-run", "--out-of-order", at="feature")
    assert "users (before deployed changes)" in told, told
    # Up to one of them.
    world.kedge("deploy", "--out-of-order", "--to", "users", at="feature")
    told = world.kedge("status", at="feature")
    assert "Undeployed change before deployed ones:\n  * lists\n" in told, told
    world.kedge("deploy", "--out-of-order", "--single-transaction" if world.bench.key != "mysql" else "--verify",
                at="feature")
    world.is_in_order("feature")


@case
def no_room_in_between(world: World, _: Namespace) -> None:
    """Moments that leave no room: those after it move a little, and so do tags."""
    world.tag("v1")
    world.kedge("deploy", at="db")
    world.add("late", "base")
    world.tag("v2")
    world.kedge("deploy", at="db")
    world.set_moments("db", "2026-01-01 00:00:00.000")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + "".join(
        [*lines[:2], world.line("one [base]"), world.line("two [one]"), *lines[2:]]))
    world.scripts("one")
    world.scripts("two")
    world.kedge("reconcile", "-y", at="db")
    world.kedge("deploy", "--out-of-order", at="db")
    world.is_in_order("db")
    world.kedge("verify", "--to", "late@v2", at="db")
    world.goes_back("db")


@case
def failure_takes_back_only_its_own(world: World, _: Namespace) -> None:
    two_branches(world)
    world.git("merge", "-q", "-m", "merged", "feature")
    world.kedge("reconcile", "-y", at="feature")
    before = world.deployed("feature")
    good = world.read("deploy/lists.sql")
    world.write("deploy/lists.sql", "SELECT nothing FROM nowhere;\n")
    told = world.kedge("deploy", "--out-of-order", at="feature", code=1)
    assert "  - users" in told and "  - flops" not in told, told
    assert world.deployed("feature") == before
    world.kedge("deploy", "--out-of-order", "--mode", "change", at="feature", code=1)
    assert len(world.deployed("feature")) == len(before) + 1
    world.write("deploy/lists.sql", good)
    world.kedge("deploy", "--out-of-order", at="feature")
    world.is_in_order("feature")


@case
def conflicts_and_reworks_in_between(world: World, _: Namespace) -> None:
    """What is deployed may speak against what the plan has before it."""
    world.add("late", "!early")
    world.add("early")
    world.tag("v1")
    world.kedge("deploy", "--to", "late", at="db")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + "".join(lines[i] for i in (0, 2, 3, 1)))
    world.kedge("reconcile", "-y", at="db")
    before = world.deployed("db")
    told = world.kedge("deploy", "--out-of-order", at="db", code=2)
    assert '"late", which is deployed, conflicts with "early"' in told, told
    assert world.deployed("db") == before
    # The rework of what isn't deployed yet.
    world.kedge("revert", "-y", "--to", "base", at="db")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + "".join(lines[:3]))
    world.rework("early", "v1", "extra")
    world.kedge("deploy", at="db")
    world.unrecord("db", "early", world.ids()[1])
    before = world.deployed("db")
    told = world.kedge("deploy", "--out-of-order", at="db", code=2)
    assert '"early" is reworked by what is deployed (line 8)' in told, told
    assert world.deployed("db") == before


@case
def refusals(world: World, _: Namespace) -> None:
    """Each deployed change that can't be carried over is shown with the plan's line and the registry's row."""
    for name in ("one", "two", "three", "four"):
        world.add(name, "base")
    world.kedge("deploy", at="db")
    before = world.query("db", "SELECT change_id, committed_at FROM {changes} ORDER BY committed_at")
    head, lines = lines_of(world)
    text = head + world.line("new") + "".join(lines[:3]) + lines[3].replace("[base]", "[base new]")
    world.write("sqitch.plan", text)
    world.scripts("new")
    world.write("deploy/two.sql", "CREATE TABLE two (other INTEGER PRIMARY KEY);\n")
    told = world.kedge("reconcile", "-y", at="db", code=2)
    assert "3 of 5 deployed changes can't be carried over to sqitch.plan" in told, told
    for words in ('sqitch.plan:8: "two" was deployed with another script than deploy/two.sql',
                  'sqitch.plan:9: "three" has other dependencies: deployed with [base], planned with [base new]',
                  '"four" is not in the plan', "nothing was carried over", "planned:  three [base new] 2026"):
        assert words in told, told
    for row in before[2:]:
        assert f"deployed: {row[0]} " in told, told
    assert world.query("db", "SELECT change_id, committed_at FROM {changes} ORDER BY committed_at") == before
    # Brought back, it goes.
    world.write("sqitch.plan", head + world.line("new") + "".join(lines))
    world.write("deploy/two.sql", "CREATE TABLE two (id INTEGER PRIMARY KEY);\n")
    settle(world, "db")


@case
def notes_and_planners_may_differ(world: World, _: Namespace) -> None:
    world.add("one", "base", note="Before")
    world.kedge("deploy", at="db")
    world.write("sqitch.plan", world.read("sqitch.plan").replace("Before", "After").replace(
        "Ada Lovelace", "Grace Hopper", 1))
    settle(world, "db")
    assert world.query("db", "SELECT note, planner_name FROM {changes} ORDER BY committed_at") == [
        ("The first", "Grace Hopper"), ("After", "Ada Lovelace")]


@case
def other_projects_follow(world: World, _: Namespace) -> None:
    """A change of another project in the same registry requires one that gets another id."""
    world.add("one", "base")
    world.kedge("deploy", at="db")
    world.write("other.plan", "%project=other\n\n" + world.line("needs [shop:one]"))
    world.scripts("needs")
    world.kedge("deploy", "--plan-file", "other.plan", at="db")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + lines[0] + world.line("middle") + lines[1])
    world.scripts("middle")
    world.kedge("reconcile", "-y", at="db")
    world.kedge("deploy", "--out-of-order", at="db")
    row = world.query("db", "SELECT d.dependency_id FROM {dependencies} d WHERE d.dependency = 'shop:one'")
    assert row == [(world.ids()[2],)], row
    assert "required by" in world.kedge("revert", "-y", at="db", code=2)
    assert world.deployed("db") == world.ids()


@case
def recorded_states_follow(world: World, _: Namespace) -> None:
    world.kedge("deploy", at="db")
    world.kedge("baseline", at="db")
    world.add("one", "base")
    world.kedge("deploy", at="db")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + lines[0] + world.line("middle") + lines[1])
    world.scripts("middle")
    world.kedge("reconcile", "-y", at="db")
    shown = world.kedge("state", "show", "--at", "one", at="db")
    assert "one" in shown, shown
    world.kedge("deploy", "--out-of-order", at="db")
    assert "middle" in world.kedge("state", "show", "--at", "middle", at="db")
    assert "one" in world.kedge("log", "--diff", at="db")
    assert "in sync" in world.kedge("drift", at="db")
    world.is_in_order("db")


@case
def two_at_once(world: World, _: Namespace) -> None:
    two_branches(world)
    world.git("merge", "-q", "-m", "merged", "feature")
    command = [str(world.binary), *world.on(("reconcile", "-y"), "feature")]
    both = [subprocess.Popen(command, cwd=world.folder, env=world.environment(), text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(2)]
    told = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum("2 changes carried over" in text for text in told) == 1, told
    assert sum("Nothing to reconcile" in text for text in told) == 1, told
    settle(world, "feature")


def large_plan(world: World, count: int) -> None:
    """A database with so many changes, and a plan that has one more at its front."""
    for number in range(count):
        world.append(world.line(f"c{number:05}_x [base]"))
        world.write(f"deploy/c{number:05}_x.sql", f"-- {number}\nSELECT 1;\n")
    world.kedge("deploy", "--no-verify", "--log-only", at="db")
    head, lines = lines_of(world)
    world.write("sqitch.plan", head + world.line("front") + "".join(lines))
    world.scripts("front")


@case
def many_changes(world: World, options: Namespace) -> None:
    large_plan(world, options.changes)
    start = time.monotonic()
    world.kedge("reconcile", "-y", at="db")
    print(f"  {options.changes} changes carried over in {time.monotonic() - start:.1f} s")
    world.kedge("deploy", "--out-of-order", "--no-verify", at="db")
    assert world.deployed("db") == world.ids()
    assert "up-to-date" in world.sqitch("status", at="db")


@case
def cut_off(world: World, options: Namespace) -> None:
    """Killed or interrupted at any moment, the registry is as before, or wholly carried over."""
    large_plan(world, min(options.changes, 300))
    head, lines = lines_of(world)
    texts = [world.read("sqitch.plan"), head + "".join(lines[1:])]
    old = world.deployed("db")
    first = True
    chance = random.Random(7)
    for number in range(options.kills):
        world.write("sqitch.plan", texts[0 if first else 1])
        start = time.monotonic()
        command = [str(world.binary), *world.on(("reconcile", "-y"), "db")]
        process = subprocess.Popen(command, cwd=world.folder, env=world.environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL if number % 2 else signal.SIGINT)
        process.wait(60)
        # Whoever comes next finds one or the other, and brings it on.
        world.kedge("status", at="db", code=None)
        now = world.deployed("db")
        expected = [row for row in world.ids() if row in set(now)]
        assert now in (old, expected) and len(now) == len(old), f"half carried over after {time.monotonic() - start}"
        world.kedge("reconcile", "-y", at="db")
        now = world.deployed("db")
        assert now == world.ids()[-len(old):]
        old, first = now, not first


@case
def cut_off_in_between(world: World, options: Namespace) -> None:
    """Killed or interrupted while it deploys before deployed changes: what is there is whole, and it goes on."""
    many = 30
    names = [f"between{number}" for number in range(many)]
    world.add("late", "base")
    head, lines = lines_of(world)
    old = head + "".join(lines)
    new = head + "".join([lines[0], *(world.line(f"{name} [base]") for name in names), *lines[1:]])
    for name in names:
        world.scripts(name)
    chance = random.Random(11)
    for number in range(max(2, options.kills // 4)):
        database = f"db{number}"
        world.write("sqitch.plan", old)
        world.kedge("deploy", at=database)
        world.write("sqitch.plan", new)
        world.kedge("reconcile", "-y", at=database)
        command = [str(world.binary), *world.on(("deploy", "--out-of-order"), database)]
        process = subprocess.Popen(command, cwd=world.folder, env=world.environment(), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Once it is at work: after some of its changes.
        for _ in range(chance.randrange(many)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL if number % 2 else signal.SIGINT)
        process.communicate(timeout=60)
        world.kedge("status", at=database, code=None)
        there = world.deployed(database)
        assert there == [row for row in world.ids() if row in set(there)], there
        world.kedge("deploy", "--out-of-order", at=database)
        assert world.deployed(database) == world.ids()
        world.is_in_order(database)
        world.kedge("verify", at=database)


@case
def checked_out_with_a_gap(world: World, _: Namespace) -> None:
    """A checkout from a plan of which the database lacks changes in the middle."""
    two_branches(world)
    world.git("checkout", "-qb", "both")
    world.git("merge", "-q", "-m", "merged", "feature")
    world.kedge("reconcile", "-y", at="feature")
    assert "Undeployed changes before deployed ones" in world.kedge("status", at="feature")
    world.kedge("checkout", "-y", "main", at="feature")
    world.is_in_order("feature")
    world.goes_back("feature")
