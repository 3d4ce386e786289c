#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Disturbs kedge on PostgreSQL at many moments: kills it, interrupts it, kills or restarts the
server, ends its sessions. After each the next kedge command, `kedge status`, must tell exactly what
the database holds, and the operation, begun again, must end as if it had never been disturbed.

    python3 tests/crash/postgres.py [--points N] [--seed S] [--jobs J] [--only NAME] KEDGE"""

import sys
from pathlib import Path

import postgres_extras
import postgres_state as pg
from postgres_bench import Bench, Undisturbed
from postgres_checks import check_finished, check_status
from postgres_points import ACTS, SHARES
from postgres_server import scratch_folder
from server_checks import check_outcome
from server_points import Point, choose, disturb
from server_run import Run, parse_options, play_all


def run_point(bench: Bench, number: int, point: Point, log: Path) -> tuple[list[str], bool]:
    with bench.database(bench.before(point.operation)) as name:
        outcome = disturb(bench, name, point, log)
        problems = check_outcome(point, outcome)
        with bench.session(name) as session:
            if not point.at_once:
                problems += pg.wait_until_gone(session)
                problems += check_status(bench, session, name, point, outcome)
            # One in five is looked at by pg_dump too.
            problems += check_finished(bench, session, name, point.operation, number % 5 == 0)
    return problems, outcome.reached


def main() -> int:
    options = parse_options(__doc__)
    folder = scratch_folder()
    shared = Undisturbed(folder, str(folder / "kedge"), str(folder / "wire.so"))
    return play_all(Run(options, shared, Bench, run_point), folder, lambda: [
        *postgres_extras.cases(), *choose(shared, options.points, options.seed, ACTS, SHARES)])


if __name__ == "__main__":
    sys.exit(main())
