"""Several projects or targets in one registry: dependencies and conflicts between them."""

from __future__ import annotations

from pathlib import Path

import engines
from harness import Kit, scenario
from project import Project, Scripts, table, whole
from reading import same_reading, same_show


def pair(root: Path) -> dict[str, Project]:
    """Two projects in two folders on the same database, hence the same registry."""
    place = {"target": "db:$ENGINE:../app.db", "registry": "../sqitch.db", "history": "../app.db"}
    base = Project(root / "base", name="base", **place)
    base.change("users").change("groups", "users").tag("v1").change("later")
    web = Project(root / "web", name="web", uri="https://example.com/web/", **place)
    web.change("pages", "base:users", table("pages", "id INTEGER PRIMARY KEY, owner INTEGER"))
    web.change("menus", "pages base:groups@v1 base:@v1", table("menus"))
    return {"base": base, "web": web}


@scenario("cross_project_dependencies")
def cross(kit: Kit) -> None:
    lanes = kit.lanes(pair)
    lanes.fails("deploy", at="web")
    lanes.run("deploy", at="base", turn=0)
    lanes.run("deploy", "--verify", at="web", turn=1)
    lanes.deployed("pages", "menus", at="web")
    lanes.deployed("users", "groups", "later", at="base")
    same_reading(lanes, at="web")
    same_show(lanes, ("pages", "menus"), at="web")
    lanes.run("revert", "-y", at="web", turn=0)
    lanes.run("revert", "-y", at="base", turn=1)
    lanes.deployed(at="base")


@scenario("cross_project_revert_refused")
def refused(kit: Kit) -> None:
    lanes = kit.lanes(pair)
    lanes.run("deploy", at="base", turn=0)
    lanes.run("deploy", at="web", turn=1)
    lanes.fails("revert", "-y", at="base", turn=0)
    lanes.fails("revert", "-y", "--to", "users", at="base", turn=1)
    lanes.run("revert", "-y", "--to", "@v1", at="base", turn=0)
    lanes.deployed("users", "groups", at="base")
    lanes.run("revert", "-y", "--to", "pages", at="web", turn=1)
    lanes.run("revert", "-y", "--to", "users", at="base", turn=0)
    lanes.fails("revert", "-y", at="base", turn=1)
    lanes.fails("deploy", at="web", turn=0)
    lanes.deployed("pages", at="web")


@scenario("cross_project_tag_after_the_change")
def late_tag(kit: Kit) -> None:
    """A dependency on name@tag where the tag comes only with a later deploy."""
    lanes = kit.lanes(pair)
    lanes.run("deploy", "--to", "users", at="base")
    lanes.fails("deploy", at="web")
    lanes.run("deploy", "--to", "pages", at="web")
    lanes.run("deploy", at="base")
    lanes.run("deploy", at="web")
    lanes.deployed("pages", "menus", at="web")


@scenario("cross_project_by_change_id")
def by_id(kit: Kit) -> None:
    """A dependency given as a change id of the other project."""
    lanes = kit.lanes(pair)
    lanes.run("deploy", at="base")
    found = lanes.lanes[0].run(kit.sqitch, ("plan", "--no-headers", "-n", "1", "--format", "format:%H"),
                               "base").out.strip()
    lanes.edit(lambda p: p.change("by_id", f"base:{found}"), at="web")
    lanes.run("deploy", at="web")
    lanes.deployed("pages", "menus", "by_id", at="web")


@scenario("dependency_missing_in_plan")
def missing(kit: Kit) -> None:
    def build(root: Path) -> Project:
        return Project(root / "p").change("a").change("b", "a nobody")
    lanes = kit.lanes(build)
    lanes.fails("deploy", code=2)
    lanes.edit(lambda p: p.drop("b").change("c", "d").change("d"))
    lanes.fails("deploy", code=2)
    lanes.fails("status", compare=False)


@scenario("dependency_missing_in_registry")
def missing_foreign(kit: Kit) -> None:
    """The whole batch is checked before anything runs."""
    def build(root: Path) -> Project:
        return Project(root / "p").change("a").change("b", "a other:thing other:@v9").change("c")
    lanes = kit.lanes(build)
    lanes.fails("deploy")
    lanes.deployed()
    lanes.run("deploy", "--to", "a")
    lanes.fails("deploy", "--mode", "change")
    lanes.deployed("a")


@scenario("conflict_with_deployed")
def conflict(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: Project(root / "p").change("old").change("fresh", "!old").change("end"))
    lanes.run("deploy", "--to", "old")
    lanes.fails("deploy")
    lanes.deployed("old")


@scenario("conflict_in_the_same_batch")
def same_batch(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: Project(root / "p").change("old").change("fresh", "!old").change("end"))
    lanes.fails("deploy")
    lanes.deployed()
    lanes.run("deploy", "--log-only", "--to", "old")
    lanes.deployed("old")


@scenario("conflict_foreign")
def foreign(kit: Kit) -> None:
    def build(root: Path) -> dict[str, Project]:
        both = pair(root)
        both["web"].change("solo", "pages !base:later !base:@v9 !other:thing")
        return both
    lanes = kit.lanes(build)
    lanes.run("deploy", "--to", "@v1", at="base")
    lanes.run("deploy", at="web")
    lanes.deployed("pages", "menus", "solo", at="web")
    lanes.run("deploy", at="base")
    lanes.run("revert", "-y", "--to", "pages", at="web")
    lanes.fails("deploy", at="web")
    lanes.deployed("pages", at="web")


@scenario("two_targets_share_a_registry", only="sqlite")
def two_targets(kit: Kit) -> None:
    """Two database files of one folder share sqitch.db: the second is up to date at once."""
    def build(root: Path) -> Project:
        project = Project(root / "p", conf='[core]\n\tengine = sqlite\n[target "one"]\n\turi = db:sqlite:one.db\n'
                                           '[target "two"]\n\turi = db:sqlite:two.db\n')
        return project.change("a").change("b", "a")
    lanes = kit.lanes(build)
    lanes.run("deploy", "-t", "one", "--to", "a")
    lanes.run("deploy", "-t", "two")
    lanes.deployed("a", "b")
    lanes.run("status", "one")
    lanes.fails("verify", "-t", "one", code=4)
    lanes.run("revert", "-y", "-t", "two", "--to", "a")
    lanes.run("revert", "-y", "-t", "one")
    lanes.deployed()


@scenario("project_uri_mismatch")
def uri_mismatch(kit: Kit) -> None:
    lanes = kit.lanes(pair)
    lanes.run("deploy", at="base")
    lanes.run("deploy", "--log-only", at="web")
    lanes.run("revert", "-y", "--log-only", at="web")

    def other(project: Project) -> None:
        project.uri = "https://example.com/other/"
        project.save()
    lanes.edit(other, at="web")
    lanes.fails("deploy", at="web", code=2)
    lanes.deployed(at="web")


@scenario("view_over_two_projects")
def view_over_two(kit: Kit) -> None:
    lanes = kit.lanes(pair)
    lanes.run("deploy", at="base")
    both = "both".join(engines.current().quote * 2)
    lanes.edit(lambda p: p.change("both", "pages base:users !base:gone", Scripts(
        whole(f"CREATE VIEW {both} AS SELECT p.id, u.code FROM pages p JOIN users u ON u.id = p.owner;"),
        whole(f"DROP VIEW {both};"), whole(f"SELECT id, code FROM {both};", "ROLLBACK"))).tag("v0.1"), at="web")
    lanes.run("deploy", "--verify", at="web")
    lanes.run("revert", "-y", "--to", "@ROOT", at="web")
    lanes.deployed("pages", at="web")
    same_reading(lanes, at="web")
