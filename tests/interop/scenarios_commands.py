"""Commands that write the project: init, add, tag, rework, bundle; and upgrade.

They stamp the time of day, so plans are compared with the stamps masked, and ids
by both tools reading one plan.
"""

from __future__ import annotations

import re
from pathlib import Path

import engines
from harness import Difference, Kit, Lane, Lanes, indent, scenario
from compare import diff_text
from project import Project, Scripts, shop, whole
from reading import same_ids, same_output, same_reading

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def essence(path: Path, root: Path) -> list[str]:
    """A file without what may differ: time stamps, the lane's own names, and the advice inside a new script."""
    text = STAMP.sub("STAMP", path.read_bytes().decode("utf-8", "replace"))
    text = engines.current().plain(text, root)
    lines = text.split("\n")
    if path.suffix == ".sql" and "BEGIN;" in lines:
        start = lines.index("BEGIN;")
        lines = lines[:start] + [line for line in lines[start:] if not line.startswith("--") and line.strip()]
    return lines


def same_files(lanes: Lanes, *skip: str) -> None:
    """The same files with the same text in every lane, databases aside."""
    def files(lane: Lane) -> dict[str, list[str]]:
        found = {str(p.relative_to(lane.root)): p for p in sorted(lane.root.rglob("*")) if p.is_file()}
        return {name: essence(p, lane.root) for name, p in found.items()
                if not re.search(r"\.db\b|\.git/", name) and not any(s in name for s in skip)}
    wanted = files(lanes.lanes[0])
    for lane in lanes.lanes[1:]:
        got = files(lane)
        for name in sorted(wanted.keys() | got.keys()):
            text = diff_text(wanted.get(name, ["(no such file)"]), got.get(name, ["(no such file)"]))
            if text:
                raise Difference(f"step {lanes.step}, lane {lane.name}, file {name}:\n{indent(text, '  ')}")


@scenario("add_tag_rework")
def add_tag_rework(kit: Kit) -> None:
    """Whoever writes the plan: the other reads it, finds the same ids and deploys it."""
    lanes = kit.lanes(lambda root: Project(root / "p", name="written", uri="https://example.com/w"))
    for args in (("add", "users", "-n", "First; it's “quoted”"),
                 ("add", "schema/items", "-r", "users", "-n", "line one\nline two"),
                 ("tag", "v1", "-n", "Tag\\with backslash"), ("tag", "v1.1", "-n", "again"),
                 ("add", "--change", "links", "-r", "users", "-r", "schema/items@v1", "-x", "q:zz", "-r", "other:x@t",
                  "-n", "a", "-m", "b"),
                 ("rework", "users", "-r", "links", "-n", "Reworked."), ("tag", "old", "schema/items", "-n", "late"),
                 ("tag", "--tag", "@v2", "--change", "links", "-n", "x")):
        lanes.run(*args, compare=False)
        same_files(lanes)
        same_ids(lanes)
    for args in (("add", "users", "-n", "x"), ("add", "bad name!", "-n", "x"), ("add", "y", "-r", "nobody", "-n", "x"),
                 ("tag", "v1", "-n", "x"), ("rework", "nobody", "-n", "x"), ("tag", "a/b", "-n", "x")):
        lanes.fails(*args, code=2, compare=False)
        same_files(lanes)
    same_output(lanes, ("plan", "--format", "raw"), ("show", "change", "links"), ("tag",))


@scenario("add_then_deploy_in_turns")
def add_deploy(kit: Kit) -> None:
    """Turns on the project itself: one adds, the other deploys. Reading is compared within a lane."""
    lanes = kit.lanes(lambda root: Project(root / "p", name="grown"))
    for index in range(3):
        wanted = ("-r", f"step{index - 1}") if index else ()
        lanes.run("add", f"step{index}", "-n", f"Step {index}", *wanted, compare=False)
        lanes.edit(lambda p, i=index: p.write(f"deploy/step{i}.sql", whole(f"CREATE TABLE step{i} (id INTEGER);")))
        lanes.edit(lambda p, i=index: p.write(f"revert/step{i}.sql", whole(f"DROP TABLE step{i};")))
        lanes.run("deploy", "--verify", compare=False, turn=index + 1)
    lanes.run("tag", "done", "-n", "All", compare=False)
    lanes.run("deploy", compare=False)
    same_reading(lanes)
    lanes.run("revert", "-y", "--to", "step0", compare=False)
    same_reading(lanes)


@scenario("rework_then_deploy_in_turns")
def rework_deploy(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.run("deploy", "--to", "@v1.1")
    lanes.run("rework", "open_orders", "-n", "More columns", compare=False)
    lanes.edit(lambda p: p.write("deploy/open_orders.sql", whole(
        "DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT id FROM orders WHERE note IS NULL;")))
    lanes.edit(lambda p: p.write("revert/open_orders.sql", whole(
        "DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT * FROM orders WHERE note IS NULL;")))
    lanes.run("deploy", "--verify", compare=False)
    same_files(lanes)
    same_reading(lanes)
    lanes.run("revert", "-y", "--to", "@v1.1", compare=False)
    lanes.run("check", compare=False)


@scenario("config_command")
def config(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    for args in (("config", "deploy.verify", "true"), ("config", "--bool", "rebase.verify", "yes"),
                 ("config", "target.dev.uri", "db:$ENGINE:dev.db"), ("config", "user.name", "O'Vera; #1"),
                 ("target", "add", "prod", "db:$ENGINE:prod.db"), ("engine", "alter", "$ENGINE", "--target", "dev"),
                 ("config", "--unset", "rebase.verify"), ("target", "rename", "prod", "live")):
        lanes.run(*args, compare=False)
        same_files(lanes)
    same_output(lanes, ("config", "--list"), ("config", "--get", "user.name"), ("config", "--get-regex", "target"),
                ("target", "show", "live"), ("target", "list"))
    same_output(lanes, ("config", "--get", "no.such"), may_fail=True)
    lanes.run("deploy", "--to", "users", "-t", "live")


@scenario("bundle_then_deploy")
def bundle(kit: Kit) -> None:
    def build(root: Path) -> dict[str, Project]:
        project = shop(root)
        project.tag("v1.2").rework("open_orders", "v1.2", Scripts(
            whole("DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT id FROM orders;"),
            whole("DROP VIEW open_orders;\nCREATE VIEW open_orders AS SELECT * FROM orders WHERE note IS NULL;"),
            whole("SELECT id FROM open_orders;", "ROLLBACK")))
        bundled = Project(root / "shop" / "out", name="shop")
        for name in ("sqitch.conf", "sqitch.plan"):
            (bundled.folder / name).unlink()
        return {"shop": project, "bundled": bundled}
    lanes = kit.lanes(build)
    lanes.run("bundle", "--dest-dir", "out", at="shop")
    same_files(lanes)
    lanes.run("deploy", "--verify", at="bundled")
    lanes.deployed("users", "schema/items", "orders", "open_orders", "stock", "open_orders", at="bundled")
    lanes.run("revert", "-y", "--to", "@v1.0", at="bundled")
    lanes.run("bundle", "--dest-dir", "part", "--from", "@v1.0", "--to", "@v1.1", at="shop")
    same_files(lanes)


DOWNGRADE = {"sqlite": """
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE old_changes (change_id TEXT PRIMARY KEY, script_hash TEXT NULL UNIQUE, change TEXT NOT NULL,
    project TEXT NOT NULL REFERENCES projects(project) ON UPDATE CASCADE, note TEXT NOT NULL DEFAULT '',
    committed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    committer_name TEXT NOT NULL, committer_email TEXT NOT NULL,
    planned_at DATETIME NOT NULL, planner_name TEXT NOT NULL, planner_email TEXT NOT NULL);
INSERT INTO old_changes SELECT * FROM changes;
DROP TABLE changes;
ALTER TABLE old_changes RENAME TO changes;
UPDATE releases SET version = 1.0;
COMMIT;
""", "pg": """
BEGIN;
ALTER TABLE changes DROP CONSTRAINT changes_project_script_hash_key;
ALTER TABLE changes ADD UNIQUE (script_hash);
COMMENT ON SCHEMA sqitch IS 'Sqitch database deployment metadata v1.0.';
UPDATE releases SET version = 1.0;
COMMIT;
""", "mysql": """
ALTER TABLE changes ADD UNIQUE (script_hash);
ALTER TABLE changes ADD KEY kept (project);
ALTER TABLE changes DROP KEY project;
UPDATE releases SET version = 1.0;
"""}


def old_registry(lanes: Lanes) -> None:
    """Turn the registry of each lane into one of version 1.0, as Sqitch 0.99 made them."""
    engine = engines.current()
    for lane in lanes.lanes:
        engine.in_registry(lane.project(None), DOWNGRADE[engine.key])


@scenario("upgrade_command")
def upgrade(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.by_sqitch("deploy", "--to", "@v1.1")
    old_registry(lanes)
    lanes.fails("revert", "-y")
    lanes.run("upgrade")
    lanes.run("upgrade")
    lanes.run("deploy")
    lanes.deployed("users", "schema/items", "orders", "open_orders", "stock")
    lanes.run("revert", "-y", "--to", "users")


@scenario("upgrade_by_deploy")
def upgrade_by_deploy(kit: Kit) -> None:
    lanes = kit.lanes(shop)
    lanes.by_sqitch("deploy")
    lanes.by_sqitch("revert", "-y")
    old_registry(lanes)
    lanes.run("deploy", "--to", "@v1.0")
    lanes.deployed("users", "schema/items")
    lanes.run("deploy")
