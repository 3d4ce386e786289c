"""Deploy, verify, revert, tags, --to in all its forms, --log-only."""

from __future__ import annotations

from harness import Kit, scenario
from project import Project, Scripts, shop, table, whole
from reading import plan_ids, same_ids, same_everything, same_output, same_reading, same_show, same_verdict

ALL = ("users", "schema/items", "orders", "open_orders", "stock")




@scenario("basic_round")
def basic_round(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.deployed(*ALL)
    lanes.run("verify")
    lanes.run("revert", "-y")
    lanes.deployed()
    lanes.run("deploy", "--verify")
    lanes.run("deploy")
    lanes.run("verify")
    lanes.run("check")
    lanes.deployed(*ALL)


@scenario("deploy_verify_redeploy_twice")
def twice(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    for _ in range(2):
        lanes.run("deploy", "--verify")
        lanes.run("revert", "-y")
    lanes.run("revert", "-y")
    lanes.deployed()
    lanes.run("deploy", "--no-verify")
    lanes.deployed(*ALL)


@scenario("deploy_to_forms")
def deploy_to(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.fails("deploy", "--to", "nobody", code=2)
    lanes.run("deploy", "--to", "users")
    lanes.deployed("users")
    lanes.run("deploy", "--to", "users")
    lanes.run("deploy", "--to", "@v1.0")
    lanes.deployed(*ALL[:2])
    lanes.run("deploy", "--to-change", "orders@v1.1")
    lanes.deployed(*ALL[:3])
    lanes.fails("deploy", "--to", "users", code=2)
    lanes.run("deploy", "@HEAD^")
    lanes.deployed(*ALL[:4])
    lanes.run("deploy", "--to", "@HEAD")
    lanes.deployed(*ALL)


@scenario("deploy_to_offsets_and_ids")
def deploy_to_ids(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    ids = [line.split()[0] for line in plan_ids(kit.sqitch, lanes.lanes[0]) if line]
    lanes.run("deploy", "--to", "@ROOT~")
    lanes.deployed(*ALL[:2])
    lanes.run("deploy", "--to", ids[2])
    lanes.deployed(*ALL[:3])
    lanes.run("deploy", "--to", "orders~2")
    lanes.deployed(*ALL)
    lanes.run("revert", "-y", "--to", ids[3])
    lanes.deployed(*ALL[:4])
    lanes.run("revert", "-y", ids[1])
    lanes.deployed(*ALL[:2])


@scenario("revert_to_forms")
def revert_to(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "@HEAD^")
    lanes.deployed(*ALL[:4])
    lanes.run("revert", "-y", "--to", "orders")
    lanes.deployed(*ALL[:3])
    lanes.run("revert", "-y", "--to", "@HEAD")
    lanes.fails("revert", "-y", "--to", "stock", code=2)
    lanes.fails("revert", "-y", "--to", "nobody", code=2)
    lanes.run("revert", "-y", "--to", "schema/items@v1.0")
    lanes.deployed(*ALL[:2])
    lanes.run("deploy")
    lanes.run("revert", "-y", "@v1.0")
    lanes.deployed(*ALL[:2])
    lanes.run("revert", "-y", "--to", "@ROOT")
    lanes.deployed("users")
    lanes.run("revert", "-y")
    lanes.deployed()


@scenario("revert_to_hats")
def revert_hats(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "HEAD^^")
    lanes.deployed(*ALL[:3])
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "users~1")
    lanes.deployed(*ALL[:2])
    lanes.run("deploy")
    lanes.run("revert", "-y", "--to", "@v1.1^3")
    lanes.deployed("users")
    lanes.fails("revert", "-y", "--to", "@HEAD^9", code=2)


def many_tags(root) -> Project:
    project = Project(root / "p", name="tagged")
    project.change("one").tag("a").tag("b-2", "second; “quoted”").tag("c.3")
    project.change("two").tag("d")
    return project.change("three")


@scenario("tags_several_on_a_change")
def several_tags(kit: Kit) -> None:
    lanes = kit.lanes(many_tags)
    lanes.run("deploy")
    lanes.deployed("one", "two", "three")
    same_show(lanes, ("one", "two"), ("a", "b-2", "c.3", "d"))
    lanes.run("revert", "-y", "--to", "@b-2")
    lanes.deployed("one")
    same_reading(lanes)
    lanes.run("revert", "-y")
    lanes.run("deploy", "--to", "one@c.3")
    lanes.deployed("one")


@scenario("tag_added_after_deploy")
def late_tag(kit: Kit) -> None:
    """New tags are recorded by the next deploy, and only those of the last deployed change."""
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "open_orders")
    lanes.edit(lambda p: p.tag("late", after="users"))
    lanes.edit(lambda p: p.tag("v1.2", "late", after="open_orders"))
    lanes.run("status")
    lanes.run("deploy", "--to", "open_orders")
    lanes.run("deploy")
    lanes.edit(lambda p: p.tag("v2"))
    lanes.run("deploy")
    lanes.deployed(*ALL)
    same_reading(lanes)
    lanes.run("revert", "-y", "--to", "@v1.2")
    lanes.deployed(*ALL[:4])
    lanes.run("revert", "-y")


@scenario("log_only")
def log_only(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--log-only", "--to", "orders")
    lanes.deployed(*ALL[:3])
    lanes.run("revert", "-y", "--log-only", "--to", "users")
    lanes.deployed("users")
    lanes.run("revert", "-y", "--log-only")
    lanes.run("deploy", "--to", "schema/items")
    lanes.run("deploy", "--log-only")
    lanes.deployed(*ALL)
    lanes.run("revert", "-y", "--log-only")
    lanes.run("deploy", "--log-only")
    lanes.deployed(*ALL)


@scenario("log_only_verify")
def log_only_verify(kit: Kit) -> None:
    """The verify scripts do run: right where the tables are there, wrong where they are not."""
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.run("revert", "-y", "--log-only")
    lanes.run("deploy", "--log-only", "--verify")
    lanes.deployed(*ALL)
    lanes.run("revert", "-y", "--to", "users")
    lanes.fails("deploy", "--log-only", "--verify", code=4)
    lanes.deployed("users")


@scenario("status_in_all_states")
def statuses(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.fails("log", compare=False)
    lanes.run("deploy", "--to", "@v1.0")
    same_reading(lanes)
    lanes.run("deploy")
    same_reading(lanes)
    lanes.run("revert", "-y")
    lanes.fails("status")
    lanes.run("verify")


@scenario("before_the_first_deploy")
def before(kit: Kit) -> None:
    """Commands that only read, and revert, on a database that isn't there."""
    lanes = kit.lanes(shop)
    lanes.fails("status")
    lanes.fails("log")
    lanes.fails("revert", "-y")
    same_ids(lanes)
    lanes.run("deploy", "--to", "users")
    lanes.deployed("users")


@scenario("verify_from_to")
def verify_range(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy")
    lanes.edit(lambda p: p.script("verify", "users", "SELECT nothing FROM nowhere;\n"))
    lanes.fails("verify", code=4)
    lanes.run("verify", "--from", "schema/items")
    lanes.run("verify", "--from", "@v1.0", "--to", "@v1.1")
    lanes.fails("verify", "--to", "users", code=4)
    lanes.run("verify", "@HEAD^", "@HEAD")
    lanes.fails("verify", "--from", "nobody", code=2)


@scenario("reading_a_full_history")
def reading(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "orders")
    lanes.run("revert", "-y", "--to", "@v1.0")
    lanes.edit(lambda p: p.change("broken", "stock", Scripts("BEGIN;\nSELEC 1;\nCOMMIT;\n", None, None)))
    lanes.fails("deploy", "--mode", "change", code=1)
    lanes.deployed(*ALL)
    same_everything(lanes, lane_names=("S", "K"))
    same_show(lanes, ("users", "schema/items", "orders", "@v1.1", "@HEAD^"), ("v1.0", "@v1.1"))
    same_output(lanes, ("show", "change", "nobody"), ("show", "tag", "nothing"),
                ("show", "--exists", "change", "users"), ("show", "--exists", "tag", "zz"), may_fail=True)


@scenario("single_and_empty_plans")
def small_plans(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: Project(root / "p", name="tiny"))
    lanes.fails("deploy", compare=False)
    lanes.fails("plan", compare=False)
    lanes.edit(lambda p: p.change("only", scripts=table("only_one")))
    lanes.run("deploy", "--verify")
    lanes.run("deploy")
    lanes.deployed("only")
    same_reading(lanes)
    lanes.edit(lambda p: p.drop("only"))
    lanes.fails("deploy")
    lanes.fails("verify")


@scenario("scripts_that_only_touch_rows")
def rows_only(kit: Kit) -> None:
    """Data changes over several steps: what is left in the tables counts too."""
    def build(root) -> Project:
        project = Project(root / "p", name="rows")
        project.change("codes", scripts=table("codes", "code VARCHAR(9) PRIMARY KEY, n INT"))
        project.change("seed", "codes", Scripts(
            whole("INSERT INTO codes VALUES ('a', 1), ('b;c', 2), ('d''e', NULL), ('--x', 4);"),
            whole("DELETE FROM codes;"), whole("SELECT 1;", "ROLLBACK")))
        return project.change("double", "seed", Scripts(
            whole("UPDATE codes SET n = n * 2;"), whole("UPDATE codes SET n = n / 2;"),
            whole("UPDATE codes SET n = -1;\nDELETE FROM codes;", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("verify")
    lanes.run("revert", "-y", "--to", "@HEAD^")
    lanes.run("deploy", "--verify")
    lanes.run("revert", "-y", "--to", "codes")
    same_verdict(lanes, ("verify",))
    lanes.deployed("codes")
