# SPDX-License-Identifier: MIT
"""How a person would run a script that kedge printed: by the client that comes with each engine."""

import os
import subprocess

TIMEOUT = 120


def run(arguments: list, script: str, environment: dict | None = None) -> None:
    done = subprocess.run(arguments, input=script.encode(), env=environment, capture_output=True, check=False,
                          timeout=TIMEOUT)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments[0]}: {done.stderr.decode(errors='replace')}\n{script}")


def client_of(engine: str, bench):
    """What runs a script on the bench's database, and raises RuntimeError where it is refused."""
    if engine == "sqlite":
        return lambda script: run(["sqlite3", "-bail", bench.path], script)
    if engine == "pg":
        return lambda script: run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "postgresql" + bench.uri.removeprefix("db:pg")], script,
                                  {**os.environ, **bench.environment()})
    server = bench.server
    program = server.program("mariadb", "mysql")
    return lambda script: run([program, "--no-defaults", "--default-character-set=utf8mb4", "--comments",
                               f"--host={server.host}", f"--port={server.port}", f"--user={server.user}",
                               bench.database], script)
