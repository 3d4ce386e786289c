"""The plan or the scripts are edited between two runs; rebase and checkout."""

from __future__ import annotations

from pathlib import Path

from harness import Kit, scenario
from project import Project, Scripts, shop, table, whole
from reading import same_reading, same_verdict

ALL = ("users", "schema/items", "orders", "open_orders", "stock")
LATER = Scripts(whole("ALTER TABLE stock ADD COLUMN place VARCHAR(9) DEFAULT 'a;b';"),
                whole("ALTER TABLE stock DROP COLUMN place;"),
                whole("SELECT place FROM stock WHERE false;", "ROLLBACK"))


def edited_orders(project: Project) -> None:
    """Somebody changes a script that is deployed already."""
    project.write("deploy/orders.sql", project.read("deploy/orders.sql").replace(
        "DEFAULT 'none; yet'", "DEFAULT 'edited'"))


@scenario("plan_grows_between_runs")
def grows(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.edit(lambda p: p.change("place", "stock", LATER).change("late", "place users@v1.0").tag("v1.2"))
    lanes.run("status")
    lanes.run("deploy", "--verify", "--to", "place")
    lanes.run("deploy", "--verify")
    lanes.edit(lambda p: p.change("again", "@v1.2"))
    lanes.run("deploy")
    lanes.deployed(*ALL, "place", "late", "again")
    lanes.run("revert", "-y", "--to", "@v1.1")
    same_reading(lanes)


@scenario("plan_pending_change_renamed")
def renamed(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "open_orders")
    lanes.edit(lambda p: p.rename("stock", "stocks"))
    lanes.run("deploy", "--verify")
    lanes.deployed(*ALL[:4], "stocks")
    lanes.run("verify")


@scenario("plan_deployed_change_removed")
def removed(kit: Kit) -> None:
    """The last deployed change isn't in the plan any more: deploy refuses, revert works."""
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.edit(lambda p: p.drop("stock"))
    lanes.fails("deploy", code=2)
    lanes.fails("status")
    lanes.fails("verify", code=4)
    lanes.run("revert", "-y", "--to", "@v1.1")
    lanes.deployed(*ALL[:4])
    lanes.run("verify")


@scenario("verify_unplanned_and_undeployed")
def unplanned(kit: Kit) -> None:
    """A change inserted in the middle gives all later ones new ids."""
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "open_orders")

    def insert(project: Project) -> None:
        project.change("middle", "users")
        project.body.insert(3, project.body.pop())
        project.save()
    lanes.run("verify")
    lanes.edit(insert)
    lanes.fails("verify", code=4)
    lanes.fails("deploy", code=2)
    lanes.run("revert", "-y", "--to", "@v1.0")
    lanes.run("verify")
    lanes.run("deploy", "--verify")
    lanes.deployed("users", "schema/items", "middle", "orders", "open_orders", "stock")


@scenario("check_after_an_edit")
def check(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.run("check")
    lanes.edit(edited_orders)
    lanes.fails("check")
    lanes.run("status")
    lanes.run("deploy")
    lanes.run("verify")
    lanes.run("check", "--to", "@v1.0")
    lanes.fails("check", "--from", "users", "--to", "orders")
    same_verdict(lanes, ("check",), ("check", "users"))


@scenario("revert_modified")
def revert_modified(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.run("revert", "-y", "--modified")
    lanes.deployed(*ALL)
    lanes.edit(edited_orders)
    lanes.run("revert", "-y", "--modified")
    lanes.deployed("users", "schema/items")
    lanes.run("deploy")
    lanes.run("check")


@scenario("revert_modified_first_change")
def revert_first(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.edit(lambda p: p.write("deploy/users.sql", p.read("deploy/users.sql") + "-- edited\n"))
    lanes.run("revert", "-y", "-m")
    lanes.deployed()
    lanes.run("deploy", "--verify")


@scenario("rebase_all")
def rebase(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.fails("rebase", "-y")
    lanes.run("deploy")
    lanes.run("rebase", "-y", "--verify")
    lanes.deployed(*ALL)
    lanes.edit(edited_orders)
    lanes.run("rebase", "-y")
    lanes.run("check")


@scenario("rebase_onto")
def rebase_onto(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.run("rebase", "-y", "--onto", "@v1.0")
    lanes.deployed(*ALL)
    lanes.run("rebase", "-y", "--onto", "users", "--upto", "orders")
    lanes.deployed(*ALL[:3])
    lanes.run("rebase", "-y", "--verify", "@HEAD^")
    lanes.deployed(*ALL)


@scenario("rebase_modified")
def rebase_modified(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "open_orders")
    lanes.edit(edited_orders)
    lanes.run("rebase", "-y", "--modified")
    lanes.deployed(*ALL)
    lanes.run("check")


@scenario("rebase_that_fails", but="mysql")  # where a part of the failed change stays
def rebase_fails(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.edit(lambda p: p.script("deploy", "open_orders", whole("CREATE VIEW x AS SELECT 1;\nSELEC;")))
    lanes.fails("rebase", "-y", "--onto", "users", code=1)
    lanes.deployed("users")
    lanes.fails("rebase", "-y", "--mode", "change", code=1)
    lanes.deployed(*ALL[:3])


def branches(root: Path) -> Project:
    """A repository whose two branches part after @v1.1; the one checked out is main."""
    import subprocess
    project = shop(root)
    project.write(".gitignore", "*.db\n*.db-*\n")

    def git(*args: str) -> None:
        subprocess.run(("git", "-c", "user.name=A", "-c", "user.email=a@b.c", *args), cwd=project.folder,
                       check=True, capture_output=True)
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-q", "-b", "feature")
    kept = list(project.body)
    project.drop("stock").change("likes", "users").change("lists", "likes").tag("v2", "feature tag")
    git("add", ".")
    git("commit", "-qm", "feature")
    git("checkout", "-q", "main")
    project.body = kept
    return project


@scenario("checkout_between_branches")
def checkout(kit: Kit) -> None:
    lanes = kit.lanes(branches)
    lanes.run("deploy")
    lanes.fails("checkout", "-y", "main")
    lanes.fails("checkout", "-y", "no-such-branch")
    lanes.run("checkout", "-y", "feature")
    lanes.deployed(*ALL[:4], "likes", "lists")
    lanes.run("checkout", "-y", "--verify", "main")
    lanes.deployed(*ALL)
    same_reading(lanes)


@scenario("checkout_with_nothing_to_revert")
def checkout_short(kit: Kit) -> None:
    lanes = kit.lanes(branches)
    lanes.run("deploy", "--to", "@v1.1")
    lanes.run("checkout", "-y", "--log-only", "feature")
    lanes.deployed(*ALL[:4], "likes", "lists")


@scenario("tag_on_pending_and_deployed_changes")
def tags_everywhere(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "orders")
    lanes.edit(lambda p: p.tag("deployed-late", after="schema/items").tag("pending", after="stock"))
    lanes.run("deploy", "--to", "open_orders")
    lanes.edit(lambda p: p.change("more", "@pending @deployed-late", table("more_rows")))
    lanes.run("deploy", "--to", "@pending")
    lanes.run("deploy")
    lanes.deployed(*ALL, "more")
