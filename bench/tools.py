# SPDX-License-Identifier: MIT
"""The measured tools: how each is called for an operation, and where it lies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OPERATIONS = ("deploy", "noop", "status", "verify", "log", "revert")
DBMATE_REVERT_LIMIT = 100   # it reverts one change a call


@dataclass(frozen=True)
class Call:
    """A command line and the folder to run it in."""

    argv: list[str]
    cwd: Path


@dataclass(frozen=True)
class Site:
    """What a tool works on: a generated project of `size` changes, and a fresh database."""

    project: Path
    size: int
    database: str   # a file, or the name on a server
    target: str     # as kedge and Sqitch call it
    url: str        # as dbmate does


@dataclass(frozen=True)
class Tool:
    """`call` gives None for an operation that the tool doesn't have; `help` may be empty."""

    name: str
    program: str
    call: Callable[[Site, str], Call | None]
    version: list[str]
    help: list[str]


def sqitch_like(name: str, program: str, style: str) -> Tool:
    """Sqitch, and kedge by the same command line; `style` is the project folder."""

    def call(site: Site, operation: str) -> Call | None:
        verb = {"noop": ["deploy"], "revert": ["revert", "-y"]}.get(operation, [operation])
        return Call([program, *verb, site.target], site.project / style)

    return Tool(name, program, call, [program, "--version"], [program, "--help"])


def floor_script(operation: str) -> str:
    return {"noop": "registry", "status": "registry"}.get(operation, operation) + ".sql"


def sqlite_floor(program: str) -> Tool:
    def call(site: Site, operation: str) -> Call | None:
        return Call([program, "-batch", "-bail", "-init", "/dev/null", site.database,
                     f".read {floor_script(operation)}"], site.project / "floor")

    return Tool("floor", program, call, [program, "-version"], [])   # its -help exits with 1


def postgres_floor(program: str) -> Tool:
    def call(site: Site, operation: str) -> Call | None:
        return Call([program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", site.url,
                     "-f", floor_script(operation)], site.project / "floor")

    return Tool("floor", program, call, [program, "--version"], [program, "--help"])


def mysql_floor(program: str, port: int) -> Tool:
    def call(site: Site, operation: str) -> Call | None:
        return Call([program, "--no-defaults", "--host=127.0.0.1", f"--port={port}", "--user=root",
                     "--batch", "-e", f"source {floor_script(operation)}", site.database],
                    site.project / "floor")

    return Tool("floor", program, call, [program, "--version"], [program, "--help"])


def dbmate(program: str) -> Tool:
    def call(site: Site, operation: str) -> Call | None:
        argv = [program, "--url", site.url, "--migrations-dir", "migrations",
                "--no-dump-schema"]
        verb = {"deploy": "up", "noop": "up", "status": "status"}.get(operation)
        if verb:
            return Call([*argv, verb], site.project)
        if operation == "revert" and site.size <= DBMATE_REVERT_LIMIT:
            loop = f'for _ in $(seq {site.size}); do "$@" rollback || exit; done'
            return Call(["sh", "-c", loop, "sh", *argv], site.project)
        return None

    return Tool("dbmate", program, call, [program, "--version"], [program, "--help"])


def find_tools(kedge: Path, floor: Tool | None) -> list[Tool]:
    """The tools of this machine, in the order of the tables."""
    found = [floor] if floor else []
    if program := shutil.which(kedge.absolute()):
        found.append(sqitch_like("kedge", program, "kedge"))
        found.append(sqitch_like("kedge-sqitch", program, "sqitch"))
    if program := shutil.which(os.environ.get("DBMATE", "dbmate")):
        found.append(dbmate(os.path.abspath(program)))
    if program := shutil.which("sqitch"):
        found.append(sqitch_like("sqitch", program, "sqitch"))
    return found
