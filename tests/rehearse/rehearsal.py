# SPDX-License-Identifier: MIT
"""A project whose changes are rehearsed after a base."""

import json
import subprocess
from pathlib import Path


def write_project(folder: Path, engine: str, base: str, changes: list[tuple[str, str, str]]) -> None:
    """Of changes as (name, deploy, revert), after the base."""
    for kind in ("deploy", "revert"):
        (folder / kind).mkdir(parents=True)
    lines = ["%syntax-version=1.0.0", "%project=rehearse", ""]
    for at, (name, deploy, revert) in enumerate([("base", base, ""), *changes]):
        lines.append(f"{name} 2024-05-01T10:{at // 60 % 60:02}:{at % 60:02}Z Ada <ada@example.com> # x")
        (folder / "deploy" / f"{name}.sql").write_text(f"{deploy}\n")
        (folder / "revert" / f"{name}.sql").write_text(f"{revert}\n")
    (folder / "kedge.plan").write_text("\n".join(lines) + "\n")
    (folder / "kedge.conf").write_text(f"[core]\n\tengine = {engine}\n")


def rehearse(kedge: Path, folder: Path, arguments: list[str], environment: dict, timeout: int) -> tuple[int, dict]:
    """What comes after the base: the exit status and the report."""
    done = subprocess.run([kedge, "rehearse", "--from", "base", "--no-verify", "--format", "json", *arguments],
                          cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=timeout)
    if done.returncode not in (0, 4):
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()}")
    return done.returncode, json.loads(done.stdout)
