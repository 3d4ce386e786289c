# SPDX-License-Identifier: MIT
"""What `kedge status` tells of a database, against what the registry there holds."""

import json
import subprocess


def read_status(done: subprocess.CompletedProcess, names: list[str],
                planned: list[str]) -> tuple[dict, list[str], bool]:
    """What `status --format json` told; what is wrong with that; whether the rest can be judged."""
    if done.returncode not in (0, 1) or "this is a bug" in done.stderr:
        return {}, [f"kedge status ends with {done.returncode}: {done.stderr}"], False
    try:
        told = json.loads(done.stdout)
    except json.JSONDecodeError as e:
        return {}, [f"kedge status gives no JSON: {e}: {done.stdout}{done.stderr}"], False
    k = len(names)
    if names != planned[:k]:
        return {}, [f"the registry's changes are not the plan's first {k}: {names}"], False
    problems = []
    current = told["current"]["change"] if told.get("current") else None
    if current != (names[-1] if names else None):
        problems.append(f"status says {current}, the registry {names[-1:]}")
    if done.returncode != (0 if names else 1):
        problems.append(f"status ends with {done.returncode} where {k} changes are deployed")
    if len(told.get("pending") or []) != len(planned) - k:
        problems.append(f"status tells of {len(told.get('pending') or [])} pending changes, "
                        f"and {k} of {len(planned)} are deployed")
    if len(told.get("half_applied", [])) > 1:
        return told, [*problems, f"more than one change half-applied: {told['half_applied']}"], False
    return told, problems, True
