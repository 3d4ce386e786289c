# SPDX-License-Identifier: MIT
"""Reads the case files of this folder. README.md describes the format."""

from dataclasses import dataclass, field
from pathlib import Path

ASPECTS = ("success", "error", "stdout", "stderr", "files", "database")
SCRIPT = "deploy/x.sql"


class BadCase(Exception):
    """The file itself is wrong."""


@dataclass
class Case:
    name: str
    line: int
    variables: list[str] = field(default_factory=list)  # NAME=VALUE
    environment: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    differs: dict[str, str] = field(default_factory=dict)  # aspect: reason
    refused: str = ""  # part of what kedge says when it doesn't run the script at all
    fails: bool = False  # both fail


def parse(path: Path) -> list[Case]:
    """All cases of one file."""
    out: list[Case] = []
    content: list[str] | None = None
    lines: dict[tuple[int, str], list[str]] = {}
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        word, _, rest = line.partition(" ")
        if word == "===":
            out.append(Case(f"{path.stem}/{rest}", number))
            content = []
            lines[len(out) - 1, SCRIPT] = content
        elif word == "---" and out:
            content = []
            lines[len(out) - 1, rest] = content
        elif word == "+" and out and not any(content or ()):
            header(out[-1], rest, f"{path.name}:{number}")
        elif content is not None:
            content.append(line)
        elif line and not line.startswith("#"):
            raise BadCase(f"{path.name}:{number}: a case begins with ===")
    for (index, name), text in lines.items():
        while text and not text[-1]:
            text.pop()
        out[index].files[name] = decoded("".join(line + "\n" for line in text))
    return out


def header(case: Case, text: str, where: str) -> None:
    """`differs`, `refused`, `fails`, `set`, `env`."""
    word, _, rest = text.partition(" ")
    if word == "set":
        case.variables.append(rest)
    elif word == "env":
        name, _, value = rest.partition("=")
        case.environment[name] = value
    elif word == "refused":
        case.refused = rest
    elif word == "fails":
        case.fails = True
    elif word == "differs":
        aspect, _, reason = rest.partition(" ")
        if aspect not in ASPECTS or not reason:
            raise BadCase(f"{where}: differs takes one of {', '.join(ASPECTS)}, and a reason")
        case.differs[aspect] = reason
    else:
        raise BadCase(f"{where}: cannot understand \"{text}\"")


def decoded(text: str) -> str:
    """`{CR}`, `{BOM}`, `{NUL}` and `{EOF}` (no line end here) stand for what can't be seen."""
    for name, character in (("CR", "\r"), ("BOM", "\ufeff"), ("NUL", "\0")):
        text = text.replace("{" + name + "}", character)
    return text.replace("{EOF}\n", "")
