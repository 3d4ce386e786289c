"""Where files, targets and registries come from: configuration, environment, command line."""

from __future__ import annotations

from pathlib import Path

from harness import Kit, scenario
from project import Project, shop
from reading import same_reading

CORE = "[core]\n\tengine = $ENGINE\n"
ENGINE = '[engine "$ENGINE"]\n\ttarget = db:$ENGINE:app.db\n'
KINDS = ("deploy", "revert", "verify")
ALL = ("users", "schema/items", "orders", "open_orders", "stock")


def under(top: str, names: tuple[str, str, str] = KINDS) -> dict[str, str]:
    """The script folders below a top folder."""
    return {kind: f"{top}/{name}" for kind, name in zip(KINDS, names)}


LAYOUTS = {
    "top_dir": {"conf": CORE + "\ttop_dir = db/migrations\n" + ENGINE, "dirs": under("db/migrations"),
                "plan_file": "db/migrations/sqitch.plan"},
    "script_dirs": {"conf": CORE + "\tdeploy_dir = up\n\trevert_dir = sql/down\n\tverify_dir = sql/check\n" + ENGINE,
                    "dirs": {"deploy": "up", "revert": "sql/down", "verify": "sql/check"}},
    "extension": {"conf": CORE + "\textension = ddl\n" + ENGINE, "extension": "ddl"},
    "plan_file": {"conf": CORE + "\tplan_file = plans/shop.plan\n" + ENGINE, "plan_file": "plans/shop.plan"},
    "engine_level": {"conf": CORE + ENGINE + "\ttop_dir = lite\n\textension = sq3\n\tdeploy_dir = lite/forth\n",
                     "dirs": under("lite", ("forth", "revert", "verify")), "extension": "sq3",
                     "plan_file": "lite/sqitch.plan"},
    "target_level": {"conf": CORE + ENGINE.replace("db:$ENGINE:app.db", "here")
                     + '[target "here"]\n\turi = db:$ENGINE:data/here.sqlite3\n\ttop_dir = t\n\tregistry = reg\n',
                     "dirs": under("t"), "plan_file": "t/sqitch.plan", "registry": "data/reg.sqlite3", "history": "data/here.sqlite3:reg"},
    "core_target": {"conf": CORE + "\ttarget = db:$ENGINE:core.db\n" + ENGINE, "history": "core.db"},
    "crlf_and_comments": {"conf": ("; a comment\n# another\n[CORE]\n  Engine   =  $ENGINE  ; trailing\n\n"
                                   '[ENGINE "$ENGINE"] target = "db:$ENGINE:app.db" # note\n').replace("\n", "\r\n")},
    "registry_with_suffix": {"conf": CORE + ENGINE + "\tregistry = history.registry\n",
                             "registry": "history.registry", "history": "app.db:history.registry"},
    "no_extension": {"conf": CORE + '[engine "$ENGINE"]\n\ttarget = db:$ENGINE:plainfile\n', "registry": "sqitch"},
    "two_dots": {"conf": CORE + '[engine "$ENGINE"]\n\ttarget = db:$ENGINE:sub/a.b.db\n', "registry": "sub/sqitch.b.db"},
    "uri_escapes": {"conf": CORE + '[engine "$ENGINE"]\n\ttarget = db:$ENGINE:my%20data.db\n'},
}


# Where the file of the registry is, from the name of the database's file.
FILE_NAMES = ("no_extension", "two_dots", "uri_escapes")


def register() -> None:
    """One scenario per layout: the same project in other places."""
    for name, options in LAYOUTS.items():
        def run(kit: Kit, options: dict = options) -> None:
            def build(root: Path) -> Project:
                project = shop(root, **options)
                for folder in ("data", "sub"):
                    (project.folder / folder).mkdir()
                return project
            lanes = kit.lanes(build)
            lanes.run("deploy", "--verify", "--to", "@v1.0")
            lanes.run("deploy")
            lanes.run("verify")
            lanes.deployed(*ALL)
            same_reading(lanes)
            lanes.run("revert", "-y", "--to", "users")
        scenario(f"config_{name}", only="sqlite" if name in FILE_NAMES else None)(run)


register()

NAMED = (CORE + '[engine "$ENGINE"]\n\ttarget = dev\n[target "dev"]\n\turi = db:$ENGINE:dev/dev.db\n'
         '[target "prod"]\n\turi = db:$ALIAS:prod/prod.db\n')


def named(root: Path) -> Project:
    """Two named targets, each with a registry of its own; on MySQL they share one, so that isn't run there."""
    project = shop(root, conf=NAMED, registry="prod/sqitch.db", history="prod/prod.db")
    for folder in ("dev", "prod", "third"):
        (project.folder / folder).mkdir()
    return project


@scenario("targets_by_option_and_position", but="mysql")
def targets(kit: Kit) -> None:
    lanes = kit.lanes(named)
    lanes.run("deploy", "--to", "users")
    lanes.run("deploy", "--target", "prod", "--to", "orders")
    lanes.run("deploy", "prod", "open_orders")
    lanes.deployed(*ALL[:4])
    lanes.run("deploy", "db:$ENGINE:third/x.db")
    lanes.run("status", "prod")
    lanes.run("verify", "-t", "prod")
    lanes.run("revert", "-y", "-t", "db:$ENGINE:third/x.db", "--to", "@v1.0")
    lanes.run("revert", "-y", "prod", "users")
    lanes.deployed("users")
    lanes.fails("deploy", "-t", "nowhere", code=2)
    lanes.fails("deploy", "nowhere", code=2)
    lanes.fails("deploy", "users", "schema/items", "nobody", code=2)


@scenario("target_from_the_environment", but="mysql")
def from_environment(kit: Kit) -> None:
    lanes = kit.lanes(named)
    both = {"SQITCH_TARGET": "prod", "KEDGE_TARGET": "prod"}
    lanes.run("deploy", "--to", "@v1.0", env=both)
    lanes.deployed(*ALL[:2])
    lanes.run("deploy", "-t", "dev", env=both)
    lanes.deployed(*ALL[:2])
    lanes.run("status", env=both)
    lanes.run("deploy", env={"SQITCH_TARGET": "db:$ENGINE:prod/prod.db", "KEDGE_TARGET": "db:$ENGINE:prod/prod.db"})
    lanes.deployed(*ALL)


@scenario("engine_key_as_target")
def engine_key(kit: Kit) -> None:
    lanes = kit.lanes(named)
    lanes.run("deploy", "$ENGINE", "--to", "users")
    lanes.fails("deploy", "-t", "$ENGINE", code=2)
    lanes.run("revert", "-y", "$ENGINE")


@scenario("options_override_configuration", but="mysql")
def overrides(kit: Kit) -> None:
    lanes = kit.lanes(named)
    lanes.run("deploy", "--registry", "other", "-t", "dev", "--to", "users")
    lanes.run("deploy", "-t", "prod", "--to", "users")
    lanes.deployed("users")
    lanes.run("deploy", "-f", "sqitch.plan", "-t", "prod", "--to", "@v1.0")
    lanes.run("deploy", "--db-name", "$NAME:third/byname.db", "--to", "users")
    lanes.run("deploy", "-t", "prod", "--plan-file", "sqitch.plan")
    lanes.deployed(*ALL)


@scenario("absolute_uris", only="sqlite")
def absolute(kit: Kit) -> None:
    """Both spellings of an absolute path; the folder differs per lane, so it comes from the lane."""
    lanes = kit.lanes(named, ("S", "K"))
    for lane in lanes.lanes:
        tool = lane.tool(0)
        for form in ("db:sqlite:", "db:sqlite:///"):
            place = f"{form}{lane.project(None).folder.resolve()}/third/abs.db"
            lane_result = lane.run(tool, ("deploy", "-t", place, "--to", "users" if form.endswith(":") else "orders"))
            if not lane_result.ok:
                raise AssertionError(str(lane_result))
    lanes.compare()


@scenario("chdir_and_sub_directory")
def chdir(kit: Kit) -> None:
    """-C goes there first; without it a sub-directory finds the configuration but not the plan."""
    def build(root: Path) -> dict[str, Project]:
        project = shop(root)
        outside = Project(root / "shop" / "inner", name="inner")
        (outside.folder / "sqitch.conf").unlink()
        (outside.folder / "sqitch.plan").unlink()
        return {"shop": project, "inner": outside}
    lanes = kit.lanes(build)
    lanes.run("-C", "..", "deploy", "--to", "users", at="inner")
    lanes.fails("deploy", at="inner", code=2, compare=False)
    lanes.run("deploy", "--chdir", "..", at="inner")
    lanes.deployed(*ALL)


@scenario("defaults_from_configuration")
def defaults(kit: Kit) -> None:
    """deploy.verify, deploy.mode and revert.no_prompt stand for their options."""
    conf = CORE + ENGINE + "[deploy]\n\tverify = true\n\tmode = change\n[revert]\n\tno_prompt = true\n"
    lanes = kit.lanes(lambda root: shop(root, conf=conf))
    good = lanes.lanes[0].project(None).read("verify/open_orders.sql")
    lanes.edit(lambda p: p.script("verify", "open_orders", "SELECT nothing FROM nowhere;\n"))
    lanes.fails("deploy", code=4)
    lanes.deployed(*ALL[:3])
    lanes.run("deploy", "--no-verify")
    lanes.fails("rebase", "--mode", "tag", code=4)
    lanes.edit(lambda p: p.script("verify", "open_orders", good))
    lanes.run("rebase")
    lanes.run("revert")
    lanes.deployed()


@scenario("variables_are_ignored_on_sqlite", only="sqlite")
def variables(kit: Kit) -> None:
    conf = (CORE + ENGINE + '[core "variables"]\n\tschema = x\n[deploy "variables"]\n\tb = 2\n'
            '[engine "sqlite.variables"]\n\tc = d\n')
    lanes = kit.lanes(lambda root: shop(root, conf=conf))
    lanes.run("deploy", "--set", "a=1", "-s", "b=it's;", "--verify")
    lanes.run("verify", "--set", "a=1")
    lanes.run("revert", "-y", "--set", "x=y", "--to", "users")
    lanes.run("rebase", "-y", "--set-deploy", "k=v", "--set-revert", "k=v")
    lanes.deployed(*ALL)


@scenario("no_configuration")
def no_configuration(kit: Kit) -> None:
    """No sqitch.conf: the URI on the command line says which engine."""
    def build(root: Path) -> Project:
        project = shop(root)
        (project.folder / "sqitch.conf").unlink()
        return project
    lanes = kit.lanes(build)
    lanes.fails("deploy", code=2, compare=False)
    lanes.run("deploy", "db:$ENGINE:app.db", "--to", "users")
    lanes.run("deploy", "-t", "db:$ALIAS:app.db")
    lanes.deployed(*ALL)
