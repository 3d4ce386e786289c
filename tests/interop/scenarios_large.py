"""A project of a thousand changes, handed from one tool to the other at each step."""

from __future__ import annotations

from harness import Kit, scenario
from generate import large
from reading import LOG_FULL, PLAN_FULL, STATUS, same_ids, same_output


@scenario("large_deploy_by_one_revert_by_the_other")
def thousand(kit: Kit) -> None:
    """Lane SK: Sqitch deploys, kedge verifies and reverts; lane KS the other way round."""
    lanes = kit.lanes(lambda root: large(root, kit.changes), ("S", "K", "SK", "KS"))
    last = max(kit.changes // 25 - 1, 0) // 2
    same_ids(lanes)
    lanes.run("deploy", turn=0)
    lanes.run("verify", turn=1)
    lanes.run("check", turn=1)
    same_output(lanes, STATUS[-1], LOG_FULL, PLAN_FULL, lane_names=("K",))
    lanes.run("revert", "-y", "--to", f"@r{last}", turn=1)
    lanes.run("deploy", "--verify", turn=1)
    lanes.run("revert", "-y", turn=0)
    lanes.deployed()


@scenario("large_with_a_failure_near_the_end", but="mysql")  # where a part of the failed change stays
def failure(kit: Kit) -> None:
    """Mode tag: what was deployed since the last tag goes back, hundreds of changes stay."""
    count = max(kit.changes // 5, 60)
    lanes = kit.lanes(lambda root: large(root, count, 11), ("S", "K"))

    def spoil(project) -> None:
        name = [line.split(" ")[0] for line in project.body if not line.startswith("@")][count - 5]
        project.script("deploy", name, "BEGIN;\nCREATE TABLE half (id INTEGER);\nSELEC;\nCOMMIT;\n")
    lanes.edit(spoil)
    lanes.fails("deploy", "--mode", "tag", code=1)
    lanes.run("status")
    lanes.fails("deploy", "--mode", "all", code=1)
