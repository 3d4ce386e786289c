# SPDX-License-Identifier: MIT
"""What must hold after kedge was disturbed on MySQL or MariaDB, beyond what holds on every server."""

import mysql_project
import server_checks
from mysql_bench import Bench
from mysql_server import Session
from project import Change
from server_points import Outcome, Point


def check_status(bench: Bench, session: Session, name: str, point: Point,
                 outcome: Outcome) -> list[str]:
    """`kedge status` against what is there."""
    return server_checks.check_status(bench, session, name, point, outcome, beyond)


def beyond(bench: Bench, operation: str, change: Change, position: int,
           journal: list[tuple]) -> list[dict] | None:
    """Of DDL the journal knows only that it was begun: the objects tell whether it has been. Where
    status has looked at them, it says so by counting the statement in."""
    if not journal or journal[0][2] != "unsure" or position != int(journal[0][3]):
        return []
    steps = change.deploy_steps if operation == "deploy" else change.revert_steps
    if position < len(steps) and mysql_project.is_several(steps[position]):
        return None
    return [bench.shared.half[operation, change.name, position + 1]]
