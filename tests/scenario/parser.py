# SPDX-License-Identifier: MIT
"""Reads scenario files. README.md describes the format."""

import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Step:
    kind: str  # run, file, sql, exists, absent, untouched, keep, same
    line: int
    text: str
    words: list[str] = field(default_factory=list)
    content: list[str] = field(default_factory=list)  # of a file
    out: list[tuple[str, str]] | None = None  # (exact | pattern | gap, text)
    err: list[tuple[str, str]] | None = None
    status: int = 0
    checks: list[tuple[str, str]] = field(default_factory=list)  # has, no, 2has, 2no, json


@dataclass
class Scenario:
    name: str
    title: str = ""
    engines: list[str] = field(default_factory=list)  # empty: all
    steps: list[Step] = field(default_factory=list)


class BadScenario(Exception):
    """The file itself is wrong."""


SIMPLE = ("exists", "absent", "untouched", "keep", "same")
EXPECTATION = re.compile(r"(2?)>(~?)(?: (.*))?$")


def expectation(step: Step, match: re.Match) -> None:
    stream, pattern, text = match.group(1), match.group(2), match.group(3) or ""
    entry = ("pattern", text) if pattern else ("gap", "") if text == "..." else ("exact", text)
    if stream:
        step.err = (step.err or []) + [entry]
    else:
        step.out = (step.out or []) + [entry]


def parse(path: Path, seen: tuple[Path, ...] = ()) -> Scenario:
    out = Scenario(path.stem)
    if path in seen:
        raise BadScenario(f"{path.name} uses itself")
    step: Step | None = None
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        word, _, rest = line.partition(" ")
        match = EXPECTATION.match(line)
        if not line.strip():
            continue
        if word.startswith("#"):
            out.title = out.title or line.lstrip("# ").strip()
        elif word == "|" and step and step.kind == "file":
            step.content.append(rest)
        elif match and step and step.kind in ("run", "sql"):
            expectation(step, match)
        elif word == "=" and step and step.kind == "run":
            step.status = int(rest)
        elif word in ("has", "no", "2has", "2no", "json") and step and step.kind == "run":
            step.checks.append((word, rest))
        elif word == "engines":
            out.engines = rest.split()
        elif word == "use":
            used = parse(path.parent / f"{rest}.setup", seen + (path,))
            out.steps += used.steps
            step = None
        elif word == "$":
            step = Step("run", number, rest)
            out.steps.append(step)
        elif word == "file":
            step = Step("file", number, rest, rest.split())
            out.steps.append(step)
        elif word == "sql":
            step = Step("sql", number, rest, out=[])
            out.steps.append(step)
        elif word in SIMPLE:
            step = Step(word, number, rest)
            out.steps.append(step)
        else:
            raise BadScenario(f"{path.name}:{number}: cannot understand \"{line}\"")
    return out
