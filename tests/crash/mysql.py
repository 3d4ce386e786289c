#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Disturbs kedge on MariaDB or MySQL at many moments: kills it, interrupts it, kills or restarts the
server, ends its sessions. After each the next kedge command, `kedge status`, must tell exactly what
the database holds, and the operation, begun again, must end as if it had never been disturbed.

    python3 tests/crash/mysql.py [--points N] [--seed S] [--jobs J] [--only NAME] KEDGE

The server's programs are this machine's, or those of KEDGE_TEST_MYSQL_BIN (tests/servers/mysql.py)."""

import os
import sys
from pathlib import Path

import mysql_state as my
from mysql_bench import Bench, Undisturbed
from mysql_checks import check_status
from mysql_server import scratch_folder
from server_checks import check_finished, check_outcome
from server_points import Point, choose, disturb
from server_run import Run, parse_options, play_all

# What is done at a point, and its share of all points.
ACTS = {"kill": 0.50,  # SIGKILL to kedge
        "term": 0.06, "int": 0.04,  # a signal that it may answer
        "crash": 0.16,  # SIGKILL to the server, which is started again while kedge goes on
        "down": 0.04,  # the same, but the server comes back only after kedge's end
        "fast": 0.06,  # the server is restarted
        "cut": 0.06,  # the network fails between the two
        "end": 0.08}  # KILL of its session
SHARES = {"deploy": 0.55, "verify": 0.1, "revert": 0.35}


def run_point(bench: Bench, _number: int, point: Point, log: Path) -> tuple[list[str], bool]:
    with bench.database(bench.before(point.operation)) as name:
        outcome = disturb(bench, name, point, log)
        problems = check_outcome(point, outcome)
        with bench.session(name) as session:
            if not point.at_once:
                problems += my.wait_until_gone(session)
                problems += check_status(bench, session, name, point, outcome)
            problems += check_finished(bench, session, name, point.operation)
    return problems, outcome.reached


def main() -> int:
    options = parse_options(__doc__)
    folder = scratch_folder()
    programs = os.environ.get("KEDGE_TEST_MYSQL_BIN")
    shared = Undisturbed(folder, str(folder / "kedge"), str(folder / "wire.so"),
                         bin_folder=Path(programs) if programs else None)
    return play_all(Run(options, shared, Bench, run_point), folder,
                    lambda: choose(shared, options.points, options.seed, ACTS, SHARES))


if __name__ == "__main__":
    sys.exit(main())
