"""Scripts that fail, at every place and in every mode.

All of them are one transaction: kedge takes a failed script without BEGIN/COMMIT
back as a whole, Sqitch leaves half of it, and that difference is meant.  Where CREATE TABLE
can't be rolled back, they fail before it.
"""

from __future__ import annotations

import engines
from harness import Kit, Lanes, scenario
from project import Project, Scripts, shop, table, whole

PLACES = {"first": "a", "middle": "c", "last": "e"}
MODES = ("all", "tag", "change")
HALF, REST = "CREATE TABLE half (id INTEGER);\nINSERT INTO half VALUES (1);\n", "INSERT INTO nowhere VALUES (1);\n"
BAD = whole(HALF + REST if engines.current().undoes else REST + HALF)
BAD_CHECK = whole("SELECT nothing FROM nowhere;", "ROLLBACK")


def five(root) -> Project:
    """Five changes, tags after the second and the fourth."""
    project = Project(root / "p", name="five")
    for name in "ab":
        project.change(name)
    project.tag("t1", "tag one").change("c", "a").change("d").tag("t2").tag("t2.1")
    return project.change("e", "d b")


def left(mode: str, place: str) -> tuple[str, ...]:
    """What stays of a run from scratch that fails at a place."""
    done = "abcde"[:"abcde".index(PLACES[place])]
    if mode == "all":
        return ()
    if mode == "change":
        return tuple(done)
    return tuple("abcd") if len(done) >= 4 else tuple("ab") if len(done) >= 2 else ()


def fail_and_mend(lanes: Lanes, mode: str, place: str, kind: str, bad: str, code: int) -> None:
    """Fail, look what is left, mend the script and go on to the end."""
    name = PLACES[place]
    good = lanes.lanes[0].project(None).read(f"{kind}/{name}.sql")
    lanes.edit(lambda p: p.script(kind, name, bad))
    verify = ("--verify",) if kind == "verify" else ()
    lanes.fails("deploy", *verify, "--mode", mode, code=code)
    lanes.deployed(*left(mode, place))
    lanes.edit(lambda p: p.script(kind, name, good))
    lanes.run("deploy", *verify)
    lanes.deployed(*"abcde")


def register() -> None:
    """One scenario for each mode, place and kind of script."""
    for mode in MODES:
        for place in PLACES:
            for kind, bad, code in (("deploy", BAD, 1), ("verify", BAD_CHECK, 4)):
                def run(kit: Kit, mode: str = mode, place: str = place, kind: str = kind,
                        bad: str = bad, code: int = code) -> None:
                    fail_and_mend(kit.lanes(five), mode, place, kind, bad, code)
                scenario(f"fail_{kind}_mode_{mode}_{place}")(run)


register()


@scenario("fail_starting_mid_plan")
def mid_plan(kit: Kit) -> None:
    """Mode all goes back to where this run began, not to the beginning."""
    lanes = kit.lanes(five)
    lanes.run("deploy", "--to", "b")
    lanes.edit(lambda p: p.script("deploy", "e", BAD))
    lanes.fails("deploy", code=1)
    lanes.deployed("a", "b")
    lanes.fails("deploy", "--mode", "tag", code=1)
    lanes.deployed(*"abcd")
    lanes.fails("deploy", "--mode", "all", code=1)
    lanes.deployed(*"abcd")


@scenario("fail_verify_and_its_revert")
def verify_and_revert(kit: Kit) -> None:
    """c's verify fails and so would its revert: the others still go back.

    Sqitch leaves the objects of c behind; kedge never made them.  So c makes none.
    """
    lanes = kit.lanes(five)
    lanes.edit(lambda p: p.script("deploy", "c", whole("SELECT count(*) FROM a;")))
    lanes.edit(lambda p: p.script("verify", "c", BAD_CHECK))
    lanes.edit(lambda p: p.script("revert", "c", BAD))
    lanes.fails("deploy", "--verify", code=4)
    lanes.deployed()
    lanes.fails("deploy", "--verify", "--mode", "change", code=4)
    lanes.deployed("a", "b")


@scenario("fail_revert_half_way")
def revert_half_way(kit: Kit) -> None:
    lanes = kit.lanes(five)
    lanes.run("deploy")
    good = lanes.lanes[0].project(None).read("revert/c.sql")
    lanes.edit(lambda p: p.script("revert", "c", BAD))
    lanes.fails("revert", "-y", code=1)
    lanes.deployed(*"abc")
    lanes.fails("revert", "-y", "--to", "a", code=1)
    lanes.edit(lambda p: p.script("revert", "c", good))
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("fail_revert_in_the_roll_back")
def roll_back(kit: Kit) -> None:
    """d fails, c goes back, b can't: a and b stay."""
    lanes = kit.lanes(five)
    lanes.edit(lambda p: p.script("deploy", "d", BAD))
    lanes.edit(lambda p: p.script("revert", "b", BAD))
    lanes.fails("deploy", code=1)
    lanes.deployed("a", "b")
    lanes.fails("deploy", code=1)
    lanes.deployed("a", "b")


@scenario("missing_deploy_file")
def missing_deploy(kit: Kit) -> None:
    lanes = kit.lanes(five)
    lanes.edit(lambda p: p.script("deploy", "c", None))
    lanes.fails("deploy", "--mode", "change")
    lanes.deployed("a", "b")
    lanes.fails("deploy", "--mode", "all")
    lanes.deployed("a", "b")


@scenario("missing_revert_file")
def missing_revert(kit: Kit) -> None:
    lanes = kit.lanes(five)
    lanes.run("deploy")
    lanes.edit(lambda p: p.script("revert", "c", None))
    lanes.fails("revert", "-y")
    lanes.deployed(*"abc")


@scenario("missing_verify_file")
def missing_verify(kit: Kit) -> None:
    """Only a warning, in deploy --verify as in verify."""
    lanes = kit.lanes(five)
    lanes.edit(lambda p: p.script("verify", "c", None))
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.deployed(*"abcde")


@scenario("identical_deploy_scripts")
def identical(kit: Kit) -> None:
    """Two changes with byte-identical deploy scripts: the unique hash refuses the second."""
    same = "BEGIN;\nCREATE TABLE IF NOT EXISTS twin (id INTEGER);\nCOMMIT;\n"

    def build(root) -> Project:
        project = Project(root / "p").change("a").change("one").change("two")
        for name in ("one", "two"):
            project.script("deploy", name, same)
            # Sqitch runs the refused change's revert script, kedge rolls the change back; a script
            # that does nothing makes both the same.
            project.script("revert", name, whole("SELECT 1;"))
            project.script("verify", name, whole("SELECT 1;", "ROLLBACK"))
        return project
    lanes = kit.lanes(build)
    lanes.fails("deploy", "--mode", "change")
    lanes.deployed("a", "one")


@scenario("fail_verify_with_rows_changed")
def verify_rows(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.edit(lambda p: p.change("prices", "stock", Scripts(
        whole("ALTER TABLE stock ADD COLUMN price REAL;\nINSERT INTO stock VALUES (1, 'x', 9.5), (2, 'y;', NULL);"),
        whole("DELETE FROM stock;\nALTER TABLE stock DROP COLUMN price;"),
        whole("DELETE FROM stock;\nSELECT missing FROM stock;", "ROLLBACK"))))
    lanes.fails("deploy", "--verify", "--mode", "tag", code=4)
    lanes.fails("deploy", "--verify", "--mode", "change", code=4)
    lanes.run("deploy")
    lanes.fails("verify", code=4)
    lanes.run("revert", "-y", "--to", "@v1.1")


@scenario("syntax_errors_in_the_plan")
def bad_plan(kit: Kit) -> None:
    lanes = kit.lanes(five)
    lanes.run("deploy", "--to", "b")
    tail = "2024-02-01T00:00:00Z X <x@y>"
    for line in (f"c {tail}", f"bad name {tail}", "x", f"@t1 {tail}", f"g [b b] {tail}", f"HEAD {tail}"):
        lanes.edit(lambda p, line=line: (p.body.append(line), p.body.append(line), p.save()))
        lanes.fails("deploy", code=2)
        lanes.edit(lambda p: (p.body.pop(), p.body.pop(), p.save()))
    lanes.run("deploy")
    lanes.deployed(*"abcde")


@scenario("foreign_keys_enforced_by_a_script", but="mysql")  # which defers none
def foreign_keys(kit: Kit) -> None:
    """A deferred constraint fails at COMMIT, the last statement of the script."""
    def build(root) -> Project:
        project = Project(root / "p").change("parent", scripts=table("parent", "id INTEGER PRIMARY KEY"))
        return project.change("child", "parent", Scripts(
            engines.current().enforce + "BEGIN;\nCREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER NOT NULL\n"
            "  REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO child VALUES (1, 99);\nCOMMIT;\n",
            whole("DROP TABLE child;"), None))
    lanes = kit.lanes(build)
    lanes.fails("deploy", "--mode", "change", code=1)
    lanes.deployed("parent")
