"""Tools, lanes and steps: what every interop scenario is made of.

A scenario is done several times over, each time in a *lane*: a folder of its
own with its own copy of the project.  The lanes differ only in who does the
work.  Lane S is done by Sqitch alone and is the reference; K by kedge alone
(the parallel form); in SK and KS the two take turns on the same database (the
form that finds what one tool writes and the other can't go on with).  After
each step all lanes are compared with S, so the first step that goes apart is
the one reported.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import engines
from compare import Snapshot, Mask, diff_text
from project import Project

ALL_LANES = ("S", "K", "SK", "KS")
STEP_TIMEOUT = 900


class Difference(Exception):
    """The tools did not do the same: the scenario fails."""


class OracleSurprise(Exception):
    """Sqitch itself did not do what the scenario says it does: the scenario is wrong."""


@dataclass(frozen=True)
class Result:
    """One run of one tool."""

    tool: str
    args: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        return self.code == 0

    def __str__(self) -> str:
        tail = "\n".join((self.out + self.err).strip().splitlines()[-14:])
        return f"{self.tool} {' '.join(self.args)} -> exit {self.code}\n{indent(tail)}"


@dataclass(frozen=True)
class Tool:
    """A program that takes Sqitch's command line.

    `own_codes` is false in a self-test, where Sqitch plays kedge and can't be
    held to kedge's exit statuses.
    """

    name: str
    path: str
    own_codes: bool = False

    def run(self, args: tuple[str, ...], cwd: Path, env: dict[str, str],
            stdin: str | None = None) -> Result:
        feed: dict = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
        try:
            done = subprocess.run([self.path, *args], cwd=cwd, env=env, capture_output=True,
                                  encoding="utf-8", errors="surrogateescape",
                                  timeout=STEP_TIMEOUT, check=False, **feed)
        except subprocess.TimeoutExpired as stuck:
            raise Difference(f"{self.name} {' '.join(args)}: no end after "
                             f"{STEP_TIMEOUT} s") from stuck
        return Result(self.name, args, done.returncode, done.stdout, done.stderr)


def indent(text: str, by: str = "    ") -> str:
    """Text set off from what stands around it."""
    return "\n".join(by + line for line in text.splitlines())


def environment(home: Path) -> dict[str, str]:
    """An environment without the user's own configuration, the same for both tools."""
    nowhere = str(home / "no-such.conf")
    base = {"HOME": str(home), "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "NO_COLOR": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com"}
    for tool in ("SQITCH", "KEDGE"):
        base |= {f"{tool}_USER_CONFIG": nowhere, f"{tool}_SYSTEM_CONFIG": nowhere,
                 f"{tool}_FULLNAME": "Ada Lovelace", f"{tool}_EMAIL": "ada@example.com",
                 f"{tool}_EDITOR": "true", f"{tool}_PAGER": "cat"}
    # A sanitizer build wants its options and coverage its file pattern.
    base |= {k: v for k, v in os.environ.items()
             if k.endswith("SAN_OPTIONS") or k == "LLVM_PROFILE_FILE"}
    return base


@dataclass
class Lane:
    """One folder, its projects and who works in it."""

    name: str
    root: Path
    env: dict[str, str]
    tools: tuple[Tool, Tool]
    projects: dict[str, Project] = field(default_factory=dict)

    def tool(self, turn: int) -> Tool:
        """Whose turn it is."""
        return self.tools[turn % 2]

    def project(self, at: str | None) -> Project:
        """The project of that name, or the only (first) one."""
        return self.projects[at] if at else next(iter(self.projects.values()))

    def run(self, tool: Tool, args: tuple[str, ...], at: str | None = None,
            env: dict[str, str] | None = None, stdin: str | None = None) -> Result:
        folder = self.project(at).folder

        def real(text: str) -> str:
            return engines.current().render(text, folder)
        more = {name: real(value) for name, value in (env or {}).items()}
        return tool.run(tuple(map(real, args)), folder, self.env | more, stdin)


Build = Callable[[Path], "Project | dict[str, Project]"]


class Lanes:
    """The lanes of one scenario, walked step by step together."""

    def __init__(self, lanes: list[Lane], sqitch: Tool, kedge: Tool, mask: Mask) -> None:
        self.lanes, self.sqitch, self.kedge, self.mask = lanes, sqitch, kedge, mask
        self.step = 0

    # --- doing ---------------------------------------------------------------------------

    def run(self, *args: str, ok: bool | None = True, code: int | None = None, at: str | None = None,
            turn: int | None = None, env: dict[str, str] | None = None,
            stdin: str | None = None, compare: bool = True) -> list[Result]:
        """One step in every lane; afterwards success and state must be those of lane S."""
        turn = self.step if turn is None else turn
        self.step += 1
        results = [lane.run(lane.tool(turn), args, at, env, stdin) for lane in self.lanes]
        self._judge(results, results[0].ok if ok is None else ok, code)
        if compare:
            self.compare(results)
        return results

    def fails(self, *args: str, code: int | None = None, **more) -> list[Result]:
        """A step that must fail; `code` is kedge's own exit status where the design gives it."""
        return self.run(*args, ok=False, code=code, **more)

    def follow(self, *args: str, **more) -> list[Result]:
        """A step of which only Sqitch knows whether it succeeds (projects found in the wild)."""
        return self.run(*args, ok=None, **more)

    def by_sqitch(self, *args: str, at: str | None = None) -> None:
        """A step done by Sqitch in every lane: a common starting point."""
        for lane in self.lanes:
            result = lane.run(self.sqitch, args, at)
            if not result.ok:
                raise OracleSurprise(str(result))

    def edit(self, change: Callable[[Project], object], at: str | None = None) -> None:
        """The user edits the project, the same way in every lane."""
        for lane in self.lanes:
            change(lane.project(at))

    def command(self, *args: str, at: str | None = None) -> None:
        """Another program (git) in every lane."""
        for lane in self.lanes:
            subprocess.run(args, cwd=lane.project(at).folder, env=lane.env, check=True,
                           capture_output=True)

    # --- judging -------------------------------------------------------------------------

    def _judge(self, results: list[Result], ok: bool, code: int | None) -> None:
        first = results[0]
        if first.ok != ok:
            raise OracleSurprise(f"step {self.step}: Sqitch was expected to "
                                 f"{'succeed' if ok else 'fail'}:\n{first}")
        wrong = [f"lane {lane.name}: {'failed' if ok else 'succeeded'}, unlike Sqitch\n{got}"
                 f"\n  and lane S:\n{first}"
                 for lane, got in zip(self.lanes, results) if got.ok != ok]
        wrong += [f"lane {lane.name}: exit {got.code}, the design says {code}\n{got}"
                  for lane, got in zip(self.lanes, results)
                  if code is not None and got.tool == "kedge" and self.kedge.own_codes
                  and not got.ok and got.code != code]
        if wrong:
            raise Difference(f"step {self.step}:\n" + indent("\n".join(wrong), "  "))

    def state(self, lane: Lane) -> Snapshot:
        return engines.current().snapshot(lane.root, self.mask)

    def compare(self, results: list[Result] | None = None) -> None:
        """Every database of every lane, target and registry, against lane S."""
        wanted, wrong = self.state(self.lanes[0]), []
        for index, lane in enumerate(self.lanes[1:], 1):
            got = self.state(lane)
            for name in sorted(wanted.keys() | got.keys()):
                text = diff_text(wanted.get(name, []), got.get(name, []))
                if text:
                    wrong.append(f"lane {lane.name}, {name} (- Sqitch, + lane {lane.name}):\n"
                                 f"{indent(text)}")
            if wrong and results:
                wrong.append(f"after {results[index]}\nlane S: {results[0]}")
            if wrong:
                break
        if wrong:
            raise Difference(f"step {self.step}:\n" + indent("\n".join(wrong), "  "))

    def deployed(self, *names: str, at: str | None = None) -> None:
        """Pin what lane S has deployed, so that a scenario can't pass by doing nothing."""
        lane = self.lanes[0]
        project = lane.project(at)
        key = engines.current().registry_key(project, lane.root)
        rows = [line.split("|") for line in self.state(lane).get(key, [])]
        got = [row[2] for row in rows if row[0] == "changes" and row[3] == project.name]
        if got != list(names):
            raise OracleSurprise(f"step {self.step}: deployed by Sqitch: {got}, "
                                 f"the scenario says {list(names)}")

    def said(self, results: list[Result], pattern: str) -> None:
        """What Sqitch printed matches; kedge words its messages in its own way."""
        if not re.search(pattern, results[0].out + results[0].err):
            raise OracleSurprise(f"step {self.step}: no /{pattern}/ in\n{results[0]}")


def by_hand(lanes: Lanes, sql: str, at: str | None = None) -> None:
    """Somebody works on the database of every lane."""
    for lane in lanes.lanes:
        engines.current().in_database(lane.project(at), sql)


class Kit:
    """What a scenario function gets: a scratch folder, the two tools, and lanes on request."""

    def __init__(self, scratch: Path, sqitch: Tool, kedge: Tool, changes: int = 1000,
                 wanted: tuple[str, ...] = ALL_LANES) -> None:
        self.scratch, self.sqitch, self.kedge, self.changes = scratch, sqitch, kedge, changes
        self.wanted = wanted
        self.home = scratch / "home"
        self.home.mkdir(parents=True)

    def lanes(self, build: Build, names: tuple[str, ...] = ALL_LANES, mask: Mask | None = None) -> Lanes:
        """Build the project once per lane."""
        tool = {"S": self.sqitch, "K": self.kedge}
        made, engine = [], engines.current()
        for name in (one for one in names if one in self.wanted):
            root = self.scratch / name
            root.mkdir()
            engine.open_lane(root)
            built = build(root)
            projects = built if isinstance(built, dict) else {built.name: built}
            pair = (tool[name[0]], tool[name[-1]])
            made.append(Lane(name, root.resolve(), environment(self.home) | engine.environment(), pair, projects))
        return Lanes(made, self.sqitch, self.kedge, mask or Mask())

    def clean(self, keep: bool = False) -> None:
        """The end of the scenario; what is kept are its folders."""
        engines.current().close(self.scratch, keep)
        if not keep:
            shutil.rmtree(self.scratch, ignore_errors=True)


Scenario = Callable[[Kit], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, only: str | None = None, but: str | None = None) -> Callable[[Scenario], Scenario]:
    """Register a scenario under its name; `only` is the engine that it makes sense for, `but` one that it doesn't."""
    def register(function: Scenario) -> Scenario:
        if only not in (None, engines.current().key) or but == engines.current().key:
            return function
        if name in SCENARIOS:
            raise ValueError(f"two scenarios named {name}")
        SCENARIOS[name] = function
        return function
    return register
