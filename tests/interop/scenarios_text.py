"""Text that must come through unharmed: notes, names, line ends, URIs."""

from __future__ import annotations

from pathlib import Path

import engines
from harness import Kit, scenario
from project import Project, Scripts, shop, table, whole
from reading import LOG_FULL, PLAN, STATUS, plan_ids, same_everything, same_ids, same_output, same_reading, same_show

NOTES = ("plain", "it's \"quoted\" `and` %s %n ${x}", "Grüße, 日本語 and " + engines.current().widest, r"two\nlines\nand a third",
         r"back\\slash and \t kept, C:\\new", "  blanks   inside  ", "# hash # in it", "0", "ends in backslash\\\\",
         "–dash first; semicolon", r"carriage\rreturn", "[brackets] @tag +plus -minus !bang")


def noted(root: Path) -> Project:
    project = Project(root / "p", name="notes")
    for index, note in enumerate(NOTES):
        project.change(f"change{index}", f"change{index - 1}" if index % 3 else "", note=note)
        if index % 2:
            project.tag(f"tag{index}", note)
    return project


@scenario("notes_of_all_kinds")
def notes(kit: Kit) -> None:
    lanes = kit.lanes(noted)
    same_ids(lanes)
    lanes.run("deploy")
    lanes.deployed(*(f"change{i}" for i in range(len(NOTES))))
    same_everything(lanes)
    same_show(lanes, ("change1", "change3", "change4", "change7", "change8"), ("tag1", "tag3", "tag7", "tag11"))
    lanes.run("revert", "-y")


@scenario("names_of_all_kinds")
def names(kit: Kit) -> None:
    def build(root: Path) -> Project:
        project = Project(root / "p", name="größe")
        for name in ("日本", "a-b", "a.b+c", "schema/sub/deep", "foo~b", "users!x", "1234", "UPPER", "upper_", "a,b"):
            made = table("t" + str(len(project.body)))
            project.change(name, scripts=made)
        return project.tag("v1.0-β").tag("release-2024.01+x")
    lanes = kit.lanes(build)
    same_ids(lanes)
    lanes.run("deploy", "--verify", "--to", "schema/sub/deep")
    lanes.run("deploy", "--to", "@v1.0-β")
    lanes.run("revert", "-y", "--to", "日本")
    lanes.deployed("日本")
    same_reading(lanes)


@scenario("plan_with_crlf")
def crlf(kit: Kit) -> None:
    lanes = kit.lanes(lambda root: shop(root, newline="\r\n"))
    same_ids(lanes)
    lanes.run("deploy", "--verify")
    lanes.run("revert", "-y", "--to", "@v1.0")
    lanes.deployed("users", "schema/items")
    same_reading(lanes)


@scenario("scripts_with_crlf")
def crlf_scripts(kit: Kit) -> None:
    """The hash is that of the bytes as they are."""
    def build(root: Path) -> Project:
        project = shop(root)
        for path in project.folder.glob("*/**/*.sql"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        return project
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("check")
    lanes.run("verify")
    lanes.run("revert", "-y")


@scenario("project_with_uri")
def with_uri(kit: Kit) -> None:
    uris = ("https://github.com/example/shop/", "HTTPS://GitHub.com:443/foo%7ebar", "http://Example.COM",
            "http://ex.com/é x", "urn:FOO:bar")
    for index, uri in enumerate(uris):
        lanes = Kit(kit.scratch / f"uri{index}", kit.sqitch, kit.kedge, wanted=kit.wanted).lanes(
            lambda root, uri=uri: shop(root, uri=uri), ("S", "K"))
        same_ids(lanes)
        lanes.run("deploy", "--to", "users")
        lanes.deployed("users")
        if index == 0:
            same_show(lanes, ("users", "stock"), ("v1.0",))
            same_reading(lanes)


@scenario("plan_odd_white_space")
def odd_plan(kit: Kit) -> None:
    """Everything the plan grammar allows beyond what Sqitch writes itself."""
    lines = ["# a comment", "  +a 2024-01-01T00:00:00Z  A  B\t <a@b.c>", "", " # indented comment",
             "b\t[a   !x:y] 2024-01-01T00:00:01Z C D <c@d.e>   # note  ",
             "-  c [b a] 2024-01-01T00:00:02Z E <e@f.g>#tight",
             "  @t1   2024-01-01T00:00:03Z E <e@f.g>  #   spaced tag note", "\t",
             "d [!x:z c@t1 odd:b @t1] 2024-01-01T00:00:04Z E <e@f.g>  "]

    def build(root: Path) -> Project:
        project = Project(root / "p", name="odd")
        for name in "abcd":
            project.change(name)
        project.body = lines
        project.save()
        head = "% project = odd   # pragma note\n  %foo\n%strict = 1"
        text = project.read("sqitch.plan").replace("%project=odd", head)
        project.write("sqitch.plan", text.rstrip("\n"))
        return project
    lanes = kit.lanes(build)
    same_ids(lanes)
    lanes.run("deploy", "--verify")
    lanes.deployed(*"abcd")
    same_output(lanes, *PLAN, STATUS[-1], LOG_FULL, lane_names=("K",))
    same_show(lanes, tuple("abcd"), ("t1",))


@scenario("ids_of_a_long_chain")
def chain(kit: Kit) -> None:
    """A hundred changes with every kind of dependency: ids only, nothing is deployed."""
    def build(root: Path) -> Project:
        project = Project(root / "p", name="chain", uri="https://example.com/c?a=1&b=ü")
        for index in range(100):
            wanted = [f"n{index - 1}"] if index else []
            wanted += [f"@r{index // 10 * 10 - 1}", f"other:x{index}", f"!q:y{index}"] if index > 10 else []
            project.body.append(f"n{index} [{' '.join(wanted)}] {project.stamp()} P Q <p@q.r> # n°{index}" if wanted
                                else f"n{index} {project.stamp()} P Q <p@q.r>")
            if index % 10 == 9:
                project.body.append(f"@r{index} {project.stamp()} P Q <p@q.r>")
        project.save()
        return project
    lanes = kit.lanes(build, ("S", "K"))
    if len([line for line in plan_ids(kit.sqitch, lanes.lanes[0]) if line]) != 100:
        raise AssertionError("the plan of the scenario is wrong")
    same_ids(lanes)


@scenario("script_with_blob_and_unicode_rows", only="sqlite")
def rows(kit: Kit) -> None:
    def build(root: Path) -> Project:
        return Project(root / "p").change("texts", scripts=Scripts(
            whole("CREATE TABLE \"t e;x't\" (\"ä;b\" TEXT, b BLOB, r REAL);\n"
                  "INSERT INTO \"t e;x't\" VALUES ('Grüße; ''日本''', x'00ff3b', 1e3),\n"
                  "(char(10) || ';', zeroblob(3), -0.5),\n"
                  "('a\nb;\n-- no comment\n', NULL, 9007199254740993);"),
            whole("DROP TABLE \"t e;x't\";"), whole("SELECT \"ä;b\" FROM [t e;x't] WHERE 0;", "ROLLBACK")))
    lanes = kit.lanes(build)
    lanes.run("deploy", "--verify")
    lanes.run("revert", "-y")
    lanes.deployed()
