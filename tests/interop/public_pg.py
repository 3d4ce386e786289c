#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs Sqitch and kedge on checkouts of public Sqitch projects for PostgreSQL.

    KEDGE=build/kedge tests/interop/public_pg.py --user nobody /tmp/public-pg/*

Each argument is a checkout with a sqitch.conf somewhere in it.  It is copied, never
touched.  Sqitch works on one server and kedge on another, in databases of one name, so
that the roles and databases that a project makes are compared too.  The steps:

  deploy, verify, revert -y, deploy          and if all of them succeed for Sqitch
  revert -y, deploy --verify

What Sqitch can't deploy is tried once more with --mode change, which keeps what came
before the fault.  After each step these must be equal: success, and the fate of each
change; pg_dump -s, byte for byte; all of the registry but the clock's columns, in the
order of the heap; the rows of all tables, but for times and chance; roles and databases.
What scripts print is compared too, but a difference there is only a note.

The scripts are strangers' programs: as root give --user.  What a project needs besides
is in the TOML file of --prepare, where everything may be left out:

  [name-of-checkout]
  home = "db"                     the project's folder, if not that of the first sqitch.conf
  conf = "[core]\\nengine = pg"    its sqitch.conf, and that of all plans below
  edit = [["PATTERN", "NEW"]]     what to replace in scripts and plans
  server = "CREATE ROLE web"      SQL to run on both servers before
  database = "CREATE EXTENSION x" SQL to run in both databases before
  name = "app"                    the database
  args = ["--set", "user=web"]    for each command
  noise = ["[0-9a-f]{8}_key"]     what differs from run to run; schema and rows are sorted then
  steps = ["deploy", "revert -y"] instead of the usual ones

Not run in CI: there is no network there.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "servers")]

from compare import Mask, diff_text  # noqa: E402  (needs the path above)
from harness import environment, indent  # noqa: E402
from postgres import PostgresError, PostgresServer, quoted, scratch_folder  # noqa: E402
from run import program  # noqa: E402

# What scripts take from the clock or from chance differs from run to run.
NOISE = Mask((
    (re.compile(r"20[2-9]\d-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d(:\d\d)?)?"), "<time>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\b"), "<uuid>"),
    (re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"), "<bcrypt>"),
    (re.compile(r"\b1[6-9]\d{8}(\.\d+)?\b"), "<epoch>"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+"), "<port>")))
SESSION_KEY = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)
CHANGE = re.compile(r"^ *([-+*] .*?) \.{2,} ?(.*)$")
FATE = re.compile(r"^((?:not )?ok)( \(.* s\))?( # .*)?$")
BESIDES = re.compile(r"^( *[-+*] \S+( @\S+)*|# Verify script .*|)$")  # the change's name above what it prints
TIMEOUT = 1800  # seconds for one command

REGISTRY_COLUMNS = r"""
SELECT table_schema, table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
  FROM information_schema.columns
 WHERE column_name NOT IN ('committed_at', 'created_at', 'installed_at') AND table_schema IN (
       SELECT schemaname FROM pg_tables
        WHERE tablename IN ('changes', 'dependencies', 'events', 'projects', 'releases', 'tags')
        GROUP BY schemaname HAVING count(*) = 6)
 GROUP BY 1, 2 ORDER BY 1, 2"""
CLUSTER = """
SELECT 'role', to_jsonb(r) - 'oid' FROM pg_roles r WHERE rolname !~ '^pg_' ORDER BY rolname COLLATE "C";
SELECT 'member', roleid::regrole, member::regrole, admin_option FROM pg_auth_members ORDER BY 2::text, 3::text;
SELECT 'database', datname, datdba::regrole, datacl FROM pg_database ORDER BY datname COLLATE "C";
SELECT 'setting', datname, setrole::regrole, setconfig FROM pg_db_role_setting
  LEFT JOIN pg_database d ON d.oid = setdatabase ORDER BY 2, 3::text"""
DROP_ROLES = r"SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)' \gexec"


@dataclass
class Side:
    """A tool, and the server and the copies that it works on."""

    path: str
    server: PostgresServer
    root: Path
    account: pwd.struct_passwd | None
    folder: Path = Path()

    def run(self, database: str, command: tuple[str, ...]) -> tuple[int, str, str]:
        """One command as the user who may run it: its status and what it printed."""
        change = ["setpriv", f"--reuid={self.account.pw_uid}", f"--regid={self.account.pw_gid}", "--clear-groups",
                  "--no-new-privs", "--"] if self.account else []
        env = environment(self.root)
        env["PATH"] = f"{self.server.bin_folder}:{env['PATH']}"
        done = subprocess.run([*change, self.path, *command, self.server.uri(database)], cwd=self.folder, env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              errors="surrogateescape", timeout=TIMEOUT, check=False)
        return done.returncode, done.stdout, done.stderr

    def prepare(self, checkout: Path, database: str, needs: dict) -> None:
        """A copy of the checkout, and a server without anything of the project before."""
        copy = self.root / checkout.name
        shutil.copytree(checkout, copy, ignore=shutil.ignore_patterns(".git"), symlinks=True)
        found = sorted(copy.rglob("sqitch.conf"), key=lambda path: (len(path.parts), path))
        if "home" not in needs and not found:
            raise PostgresError(f"no sqitch.conf in {checkout}")
        self.folder = copy / needs["home"] if "home" in needs else found[0].parent
        if "conf" in needs:
            for folder in {self.folder, *(plan.parent for plan in self.folder.rglob("sqitch.plan"))}:
                (folder / "sqitch.conf").write_text(needs["conf"])
        for path in (*self.folder.rglob("*.sql"), *self.folder.rglob("*.plan")):
            for pattern, instead in needs.get("edit", []):
                path.write_bytes(re.sub(pattern.encode(), instead.encode(), path.read_bytes()))
        if self.account:
            subprocess.run(["chown", "-R", f"{self.account.pw_uid}:{self.account.pw_gid}", copy], check=True)
        for name in self.server.databases():
            self.server.drop(name)
        self.server.query("postgres", DROP_ROLES)
        self.server.query("postgres", needs.get("server", ""))
        self.server.create(database)
        self.server.query(database, needs.get("database", ""))

    def facts(self, database: str, noise: list[str]) -> dict[str, list[str]]:
        """All that must be equal."""
        found = {"schema": SESSION_KEY.sub("", self.server.dump_schema(database)).split("\n")}
        columns = self.server.query(database, REGISTRY_COLUMNS)
        for schema, table, names in columns:
            rows = self.server.query(database, f"SELECT {names} FROM {quoted(schema)}.{quoted(table)}", null="NULL")
            found[f"{schema}.{table}"] = ["|".join(row).replace("\n", "\\n") for row in rows]
        data = self.server.dump(database, "-a", *(f"--exclude-schema={quoted(schema)}" for schema, *_ in columns))
        found["rows"] = NOISE(SESSION_KEY.sub("", data)).split("\n")
        for pattern in noise:
            found |= {part: sorted(re.sub(pattern, "<noise>", line) for line in found[part])
                      for part in ("schema", "rows")}
        found["cluster"] = [" ".join(row) for row in self.server.query("postgres", CLUSTER)]
        return found


def split_output(text: str) -> tuple[list[str], list[str]]:
    """The fate of each change, and all else that was printed; Sqitch has that between a change and its fate."""
    fates, rest, name = [], [], ""
    for line in text.split("\n"):
        found = CHANGE.match(line)
        name, line = found.groups() if found else (name, line.rstrip())
        if name and FATE.match(line):
            fates.append(f"{name}: {FATE.match(line)[1]}")
            name = ""
        elif not BESIDES.match(line):
            rest.append(NOISE(line))
    return fates, rest


def compare_step(sides: list[Side], database: str, command: tuple[str, ...], needs: dict, notes: list[str]
                 ) -> tuple[bool, list[str]]:
    """Do it on both sides: whether Sqitch succeeded, and how kedge differs."""
    faults: list[str] = []

    def differ(what: str, want: list[str], got: list[str], where: list[str]) -> None:
        text = diff_text(want, got, 16)
        if text:
            where.append(f"{' '.join(command)}: {what} (- Sqitch, + kedge)\n{indent(text)}")
    (code, out, err), (our_code, our_out, our_err) = (side.run(database, command) for side in sides)
    if (code == 0) != (our_code == 0):
        faults.append(f"{' '.join(command)}: Sqitch exits with {code}, kedge with {our_code}")
    (fates, rest), (our_fates, our_rest) = split_output(out), split_output(our_out)
    differ("changes", fates, our_fates, faults)
    differ("output", rest, our_rest, notes)
    wanted, found = (side.facts(database, needs.get("noise", [])) for side in sides)
    for part in sorted(wanted.keys() | found.keys()):
        differ(part, wanted.get(part, []), found.get(part, []), faults)
    if faults or code or our_code:
        ends = [indent("\n".join(text.strip().split("\n")[-6:])) for text in (err, our_err)]
        (faults or notes).append(f"{' '.join(command)}: Sqitch's errors\n{ends[0]}\nkedge's\n{ends[1]}")
    return code == 0, faults


def usual_steps(step: Callable[..., bool]) -> None:
    """Up, verify, down, up; by what came before the fault if there is one."""
    deploy = ["deploy"]
    if not step(*deploy):
        deploy += ["--mode", "change"]
        step(*deploy)
    good = [step("verify"), step("revert", "-y"), step(*deploy)]
    if all(good) and deploy == ["deploy"] and step("revert", "-y"):
        step("deploy", "--verify")


def check_project(checkout: Path, sides: list[Side], needs: dict) -> bool:
    """Print what came of the steps, the differences, and what else is worth a look; whether all is equal."""
    database = needs.get("name", re.sub(r"\W", "_", checkout.name))
    faults: list[str] = []
    notes: list[str] = []
    steps: list[str] = []

    def step(*command: str) -> bool:
        good, new = compare_step(sides, database, (*command, *needs.get("args", [])), needs, notes)
        faults.extend(new)
        steps.append(f"{' '.join(command)}: {'ok' if good else 'fails'}{', DIFFERS' if new else ''}")
        return good
    try:
        for side in sides:
            side.prepare(checkout, database, needs)
        for command in needs.get("steps", []):
            step(*command.split())
        if "steps" not in needs:
            usual_steps(step)
    except (OSError, PostgresError, subprocess.SubprocessError) as wrong:  # the other projects go on
        faults.append(f"{type(wrong).__name__}: {wrong}")
    print(f"{'not ok' if faults else 'ok'} {checkout.name}: {'; '.join(steps)}", flush=True)
    for text, mark in [(text, "  ") for text in faults] + [(text, "  # ") for text in notes]:
        print(indent(text, mark))
    return not faults


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--kedge", default=os.environ.get("KEDGE"), help="the kedge binary (or $KEDGE)")
    parser.add_argument("--sqitch", default=os.environ.get("SQITCH", "sqitch"), help="the oracle")
    parser.add_argument("--user", help="whom the tools run as, if root starts this")
    parser.add_argument("--prepare", type=Path, help="what the projects need besides")
    return parser.parse_args()


def main() -> int:
    """One project after the other."""
    args = options()
    if not args.kedge:
        sys.exit("public_pg.py: which kedge? Set $KEDGE or give --kedge PATH")
    if os.geteuid() == 0 and args.user in (None, "root"):
        sys.exit("public_pg.py: the projects hold programs, which root must not run; give --user")
    account = pwd.getpwnam(args.user) if args.user else None
    needs = tomllib.loads(args.prepare.read_text()) if args.prepare else {}
    base = scratch_folder()
    servers = [PostgresServer(base / f"server-{name}") for name in "SK"]
    try:
        with servers[0], servers[1]:
            sides = [Side(program(path), server, base / name, account)
                     for name, path, server in zip("SK", (args.sqitch, args.kedge), servers)]
            for side in sides:
                side.root.mkdir()
                if account:
                    os.chown(side.root, account.pw_uid, account.pw_gid)
            good = [check_project(folder.resolve(), sides, needs.get(folder.resolve().name, {}))
                    for folder in args.folders if folder.is_dir()]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{sum(good)} equal, {len(good) - sum(good)} differ")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
