# SPDX-License-Identifier: MIT
"""Plays a scenario in a folder of its own and tells what differs from what it expects."""

import json
import os
import re
import subprocess
from pathlib import Path

from parser import Scenario, Step

TIMEOUT = 240


def base_environment(folder: Path, bin_folder: Path) -> dict[str, str]:
    out = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(folder.parent / "home"),
           "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(folder.parent / "home"),
           "SQLITE_TMPDIR": str(folder.parent / "home"), "GIT_CONFIG_NOSYSTEM": "1",
           "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
           "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com"}
    for brand in ("KEDGE", "SQITCH"):
        out |= {f"{brand}_USER_CONFIG": "/dev/null", f"{brand}_SYSTEM_CONFIG": "/dev/null"}
    return out | {"KEDGE_FULLNAME": "Ada Lovelace", "KEDGE_EMAIL": "ada@example.com"}


def lines_differ(expected: list[tuple[str, str]], found: list[str]) -> str:
    """Empty if the lines are as expected; gaps stand for any number of lines."""
    def match(i: int, j: int) -> bool:
        while i < len(expected):
            kind, text = expected[i]
            if kind == "gap":
                return any(match(i + 1, k) for k in range(j, len(found) + 1))
            if j == len(found) or not one(kind, text, found[j]):
                return False
            i, j = i + 1, j + 1
        return j == len(found)

    def one(kind: str, text: str, line: str) -> bool:
        if kind == "pattern":
            return re.fullmatch(text, line) is not None
        # A change that takes a second or more is told with its time.
        return text == line or (text.endswith(" ok") and text == re.sub(r" \(\d+(\.\d+)? s\)$", "", line))

    if match(0, 0):
        return ""
    want = "\n".join(("~ " if k == "pattern" else "  ") + (t if k != "gap" else "...")
                     for k, t in expected)
    got = "\n".join("  " + line for line in found)
    return f"expected:\n{want}\nfound:\n{got}"


def json_at(value, path: str):
    """`current.change`, `pending[0]`; `#pending` is a length."""
    length = path.startswith("#")
    for part in re.findall(r"[^.\[\]]+|\[-?\d+\]", path.lstrip("#")):
        value = value[int(part[1:-1])] if part.startswith("[") else value[part]
    return len(value) if length else value


class Player:
    def __init__(self, folder: Path, engine, bin_folder: Path):
        self.folder = folder
        self.engine = engine
        self.environment = base_environment(folder, bin_folder)
        self.variables = engine.open(folder)
        self.environment |= {f"T_{k.upper()}": v for k, v in self.variables.items()}
        self.kept: dict[str, tuple] = {}

    def filled(self, text: str) -> str:
        for name, value in self.variables.items():
            text = text.replace("{" + name + "}", value)
        return text

    def close(self) -> None:
        """What it made outside its folder goes."""
        self.engine.close(self.folder)

    def play(self, scenario: Scenario) -> list[str]:
        """The first step that fails ends the scenario."""
        for step in scenario.steps:
            try:
                problems = getattr(self, "do_" + step.kind)(step)
            except Exception as e:
                problems = [f"{type(e).__name__}: {e}"]
            if problems:
                return [f"line {step.line}: {step.kind} {self.filled(step.text)}"] + problems
        return []

    def do_file(self, step: Step) -> list[str]:
        path = self.folder / self.filled(step.words[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        end = "\r\n" if "crlf" in step.words else "\n"
        data = "".join(self.filled(line) + end for line in step.content).encode("utf-8")
        if "bom" in step.words:
            data = b"\xef\xbb\xbf" + data
        with path.open("ab" if "append" in step.words else "wb") as file:
            file.write(data)
        return []

    def do_run(self, step: Step) -> list[str]:
        done = subprocess.run(["bash", "-c", self.filled(step.text)], cwd=self.folder,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT, check=False)
        out = done.stdout.decode("utf-8", "replace")
        err = done.stderr.decode("utf-8", "replace")
        problems = []
        if done.returncode != step.status:
            problems.append(f"exit status {done.returncode}, and {step.status} expected\n"
                            f"{out}{err}")
        # A success that warns must say so in the scenario.
        silent: list[tuple[str, str]] = []
        mentions_err = any(name.startswith("2") for name, _ in step.checks)
        expected_err = step.err
        if expected_err is None and step.status == 0 and not mentions_err:
            expected_err = silent
        for name, expected, found in (("stdout", step.out, out), ("stderr", expected_err, err)):
            if expected is None:
                continue
            filled = [(kind, self.filled(text)) for kind, text in expected]
            difference = lines_differ(filled, found.split("\n")[:-1] if found.endswith("\n")
                                      else found.split("\n") if found else [])
            if difference:
                problems.append(f"{name}: {difference}")
        for name, text in step.checks:
            problems += self.check(name, self.filled(text), out, err)
        return problems

    def check(self, name: str, text: str, out: str, err: str) -> list[str]:
        if name == "json":
            path, _, wanted = text.partition(" == ")
            found = json_at(json.loads(out), path.strip())
            if found != json.loads(wanted):
                return [f"json {path}: {json.dumps(found)} found, {wanted} expected"]
            return []
        where = err if name.startswith("2") else out
        if (text in where) != name.endswith("has"):
            return [f"{name} \"{text}\": the output is\n{where}"]
        return []

    def do_sql(self, step: Step) -> list[str]:
        rows = self.engine.query(self.folder, self.filled(step.text))
        difference = lines_differ([(k, self.filled(t)) for k, t in step.out or []], rows)
        return [difference] if difference else []

    def do_exists(self, step: Step) -> list[str]:
        return [] if (self.folder / self.filled(step.text)).exists() else ["it is not there"]

    def do_absent(self, step: Step) -> list[str]:
        return ["it is there"] if (self.folder / self.filled(step.text)).exists() else []

    def do_untouched(self, step: Step) -> list[str]:
        return [] if self.engine.state(self.folder) is None else ["something was made in the database"]

    def stamp(self, name: str) -> dict:
        """Bytes and times of a file, or of all files of a folder."""
        if name == "database":
            return {name: self.engine.state(self.folder)}
        path = self.folder / self.filled(name)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in files}

    def do_keep(self, step: Step) -> list[str]:
        self.kept[step.text] = self.stamp(step.text)
        return []

    def do_same(self, step: Step) -> list[str]:
        before, now = self.kept[step.text], self.stamp(step.text)
        return [f"{name} changed" for name in sorted(set(before) | set(now))
                if before.get(name) != now.get(name)]
