"""Reworked changes: two or more instances of one name."""

from __future__ import annotations

from harness import Kit, scenario
from project import Project, Scripts, whole
from reading import same_ids, same_reading, same_show

VIEWS = ("CREATE VIEW names AS SELECT id, code FROM people;",
         "CREATE VIEW names AS SELECT id, upper(code) AS code FROM people;",
         "CREATE VIEW names AS SELECT code FROM people WHERE id > 0;")
DROP = "DROP VIEW names;\n"
VIEW_1, VIEW_2, VIEW_3 = whole(VIEWS[0]), whole(DROP + VIEWS[1]), whole(DROP + VIEWS[2])
CHECK = whole("SELECT code FROM names WHERE false;", "ROLLBACK")


def first(root) -> Project:
    project = Project(root / "p", name="rw")
    project.change("people")
    project.change("names", "people", Scripts(VIEW_1, whole("DROP VIEW names;"), CHECK))
    return project.tag("v1")


def second(project: Project) -> Project:
    project.change("extra", "names@v1")
    return project.rework("names", "v1", Scripts(VIEW_2, whole(DROP + VIEWS[0]), CHECK), "extra")


def third(project: Project) -> Project:
    project.tag("v2").tag("v2.1")
    return project.rework("names", "v2", Scripts(VIEW_3, whole(DROP + VIEWS[1]), CHECK))


@scenario("rework_from_scratch")
def from_scratch(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: second(first(root)))
    lanes.run("deploy", "--verify")
    lanes.deployed("people", "names", "extra", "names")
    lanes.run("verify")
    lanes.run("check")
    same_ids(lanes)
    same_reading(lanes)
    lanes.run("revert", "-y")
    lanes.run("deploy")
    lanes.deployed("people", "names", "extra", "names")


@scenario("rework_after_deploy")
def after_deploy(kit: Kit) -> None:
    lanes = kit.lanes(first)
    lanes.run("deploy", "--verify")
    lanes.edit(second)
    lanes.run("status")
    lanes.run("check")
    lanes.run("deploy", "--verify")
    lanes.deployed("people", "names", "extra", "names")
    lanes.run("check")
    lanes.run("verify")
    same_show(lanes, ("names@v1", "names@HEAD", "extra"), ("v1",))


@scenario("rework_revert_to_old_instance")
def revert_rework(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: second(first(root)))
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "extra")
    lanes.deployed("people", "names", "extra")
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "names@v1")
    lanes.deployed("people", "names")
    lanes.run("revert", "-y", "--to", "people")
    lanes.deployed("people")
    lanes.run("deploy", "--verify")


@scenario("rework_planned_but_old_deployed")
def planned_only(kit: Kit) -> None:
    """As soon as a rework is planned, the old instance is reverted by its @tag script."""
    lanes = kit.lanes(first)
    lanes.run("deploy")
    lanes.edit(second)
    lanes.edit(lambda p: p.script("revert", "names", "SELEC wrong;\n"))
    lanes.run("revert", "-y", "--to", "people")
    lanes.deployed("people")
    lanes.run("revert", "-y")


@scenario("rework_twice_with_tags")
def twice(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: third(second(first(root))))
    lanes.run("deploy", "--verify", "--to", "@v2")
    lanes.run("deploy", "--verify")
    lanes.deployed("people", "names", "extra", "names", "names")
    lanes.run("revert", "-y", "--to", "names@v2")
    lanes.deployed("people", "names", "extra", "names")
    lanes.run("deploy", "--to", "names@HEAD")
    lanes.run("revert", "-y", "--to", "@v1")
    lanes.deployed("people", "names")
    lanes.run("deploy")
    lanes.run("check")
    same_reading(lanes)


@scenario("rework_ambiguous_names")
def ambiguous(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: second(first(root)))
    lanes.fails("deploy", "--to", "names", code=2)
    lanes.run("deploy", "--to", "names@v1")
    lanes.deployed("people", "names")
    lanes.run("revert", "-y", "--to", "names")
    lanes.run("deploy")
    lanes.fails("revert", "-y", "--to", "names", code=2)
    lanes.fails("revert", "-y", "--to", "names@v9", code=2)
    lanes.run("revert", "-y", "--to", "names@HEAD^")
    lanes.deployed("people", "names", "extra")


@scenario("rework_unedited_script")
def unedited(kit: Kit) -> None:
    """A rework whose deploy script was not edited has the hash of the old one and can't go in."""
    def build(root) -> Project:
        return first(root)

    def copy(project: Project) -> Project:
        old = project.read("deploy/names.sql")
        project.rework("names", "v1", Scripts(VIEW_1, VIEW_1, CHECK))
        project.write("deploy/names.sql", old)
        return project
    lanes = kit.lanes(build)
    lanes.run("deploy")
    lanes.edit(copy)
    lanes.fails("deploy")
    lanes.deployed("people", "names")


@scenario("rework_failing_goes_back_to_old")
def failing(kit: Kit) -> None:
    lanes = kit.lanes(first)
    lanes.run("deploy")
    lanes.edit(second)
    lanes.edit(lambda p: p.script("verify", "names", "SELECT nothing FROM nowhere;\n"))
    lanes.fails("deploy", "--verify", code=4)
    lanes.deployed("people", "names")
    lanes.fails("deploy", "--verify", "--mode", "change", code=4)
    lanes.deployed("people", "names", "extra")
