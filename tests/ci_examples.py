#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of the workflows in examples/ci, in a git repository, with a SQLite and a PostgreSQL target.

    python3 tests/servers/postgres.py --run python3 tests/ci_examples.py KEDGE

A pull request is checked, merged, goes to stage, and as a tag to prod; a pull request that loses data is refused."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1] / "examples/ci"
# The jobs' names, and what stands before a command in each file.
COMMAND = {"github.yml": r"^\s+- run: (kedge .*)$", "gitlab.yml": r"^\s+- (kedge .*)$",
           "Jenkinsfile": r"^\s+sh '(kedge .*)'$"}
JOB = {"github.yml": r"^  (check|stage|release):$", "gitlab.yml": r"^(check|stage|release):$",
       "Jenkinsfile": r"^    stage\('(check|stage|release)'\)"}


def jobs_of(name: str) -> dict[str, list[str]]:
    """The commands of each job, in their order."""
    out: dict[str, list[str]] = {}
    job = ""
    for line in (EXAMPLES / name).read_text().splitlines():
        if found := re.match(JOB[name], line):
            job = found.group(1)
        elif found := re.match(COMMAND[name], line):
            out.setdefault(job, []).append(found.group(1))
    return out


class Repository:
    """A project in git, with a database for stage and one for prod."""

    def __init__(self, folder: Path, kedge: Path, engine: str, databases: dict[str, str], scratch: str):
        self.folder = folder
        tools = folder.parent / "bin"
        tools.mkdir(exist_ok=True)
        shutil.copy(kedge, tools / "kedge")
        self.environment = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(folder.parent), "LC_ALL": "C.UTF-8",
                            "GIT_CONFIG_NOSYSTEM": "1", "KEDGE_FULLNAME": "Ada", "KEDGE_EMAIL": "ada@example.com"}
        if scratch:
            self.environment["KEDGE_SCRATCH"] = scratch
        folder.mkdir()
        self.sh("git init -q -b main && git config user.name Ada && git config user.email ada@example.com")
        self.sh(f"kedge init shop --engine {engine}")
        for name, uri in databases.items():
            self.sh(f"kedge target add {name} '{uri}'")
        self.sh(f"kedge config engine.{engine}.target stage")
        self.change("items", "CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);",
                    "DROP TABLE items;", "SELECT id, name FROM items WHERE 1 = 0;")
        (folder / "test").mkdir()
        (folder / "test/items.sql").write_text("INSERT INTO items (id, name) VALUES (1, 'one');\n\n-- expect: value 1\n"
                                               "SELECT count(*) FROM items;\n")
        self.commit("Begin")

    def sh(self, command: str, expected: int = 0) -> str:
        done = subprocess.run(["bash", "-ec", command], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, check=False, timeout=120)
        if done.returncode != expected:
            raise AssertionError(f"{command}\nexit {done.returncode}, and {expected} expected\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout

    def change(self, name: str, deploy: str, revert: str, verify: str) -> None:
        self.sh(f"kedge add {name} -n '{name}'")
        for kind, text in (("deploy", deploy), ("revert", revert), ("verify", verify)):
            (self.folder / kind / f"{name}.sql").write_text(text + "\n")

    def commit(self, message: str) -> None:
        self.sh(f"git add -A && git commit -qm '{message}'")

    def check(self, jobs: dict[str, list[str]], expected: int = 0) -> None:
        for command in jobs["check"]:
            self.sh(command, expected)

    def run_job(self, jobs: dict[str, list[str]], name: str) -> None:
        for command in jobs[name]:
            said = self.sh(command)
        if "up-to-date" not in said:
            raise AssertionError(f"{name} is not up to date:\n{said}")


def play(name: str, repository: Repository) -> None:
    jobs = jobs_of(name)
    if {job: len(commands) for job, commands in jobs.items()} != {"check": 1, "stage": 2, "release": 3}:
        raise AssertionError(f"the commands of {name} are not found: {jobs}")
    repository.sh("kedge deploy prod")
    repository.sh("git checkout -qb feature")
    repository.change("colour", "ALTER TABLE items ADD COLUMN colour VARCHAR(20);",
                      "ALTER TABLE items DROP COLUMN colour;", "SELECT colour FROM items WHERE 1 = 0;")
    repository.commit("Add a colour")
    repository.check(jobs)
    repository.sh("git checkout -q main && git merge -q feature")
    repository.run_job(jobs, "stage")
    repository.sh("git tag v1")
    repository.run_job(jobs, "release")
    # A revert script that does not bring back what its deploy script took away.
    repository.sh("git checkout -qb careless")
    repository.change("size", "ALTER TABLE items ADD COLUMN size INTEGER;", "SELECT 1;",
                      "SELECT size FROM items WHERE 1 = 0;")
    repository.commit("Add a size")
    repository.check(jobs, expected=4)


def main() -> int:
    kedge = Path(sys.argv[1]).resolve()
    server = os.environ["KEDGE_TEST_PG"]
    passed = failed = 0
    for engine in ("sqlite", "pg"):
        for name in COMMAND:
            with tempfile.TemporaryDirectory(prefix="kedge-ci-") as scratch:
                folder = Path(scratch) / "shop"
                databases = {target: f"db:sqlite:{scratch}/{target}/shop.db" for target in ("stage", "prod")}
                for target in databases:
                    (Path(scratch) / target).mkdir()
                if engine == "pg":
                    word = name.split(".", maxsplit=1)[0].lower()
                    databases = {target: f"{server}ci_{word}_{target}" for target in ("stage", "prod")}
                    for uri in databases.values():
                        database = uri.rsplit("/", 1)[1]
                        subprocess.run(["psql", "-qXd", f"postgresql:{server.removeprefix('db:pg:')}postgres", "-c",
                                        f"CREATE DATABASE {database}"], check=True)
                try:
                    play(name, Repository(folder, kedge, engine, databases,
                                          f"{server}postgres" if engine == "pg" else ""))
                    passed += 1
                    print(f"ok {engine} {name}", flush=True)
                except AssertionError as wrong:
                    failed += 1
                    print(f"not ok {engine} {name}\n{wrong}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
