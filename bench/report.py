# SPDX-License-Identifier: MIT
"""Runs as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import fmean, median

from runner import Run

Cells = list[str]


class Samples:
    """The good runs of one tool at one operation."""

    def __init__(self, runs: list[Run]) -> None:
        self.count = len(runs)
        self.wall = median(run.wall for run in runs)
        self.best_wall = min(run.wall for run in runs)
        self.cpu = median(run.cpu for run in runs)
        self.best_cpu = min(run.cpu for run in runs)
        self.mean_client = fmean(run.cpu - run.server for run in runs)
        self.mean_server = fmean(run.server for run in runs)
        top = max(runs, key=lambda run: run.peak)
        self.memory = f"{top.peak / 1024:.1f}" if top.peak > top.own else f"<{top.own / 1024:.0f}"


def milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(value: float, base: float) -> str:
    if base <= 0:
        return "-"
    return f"{value / base:.2f}" if value < 10 * base else f"{value / base:.0f}"


def unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def sampled(runs: list[Run], group: str, operation: str, tool: str) -> Samples | None:
    wanted = (group, operation, tool)
    good = [run for run in runs
            if (run.group, run.operation, run.tool) == wanted and not run.error]
    return Samples(good) if good else None


def markdown(header: Cells, rows: list[Cells]) -> str:
    """A table with its first two columns to the left and its figures to the right."""
    rule = ["---", "---"] + ["--:"] * (len(header) - 2)
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def cost(samples: Samples) -> Cells:
    return [str(samples.count), milliseconds(samples.wall), milliseconds(samples.best_wall),
            milliseconds(samples.cpu), milliseconds(samples.best_cpu), samples.memory]


COST = ["runs", "wall ms", "best", "CPU ms", "best", "peak MiB"]


def compared(runs: list[Run], group: str, base_tool: str,
             ) -> Iterator[tuple[str, str, Samples, Samples | None]]:
    """Each operation and tool that ran, with those of `base_tool` in that operation."""
    mine = [run for run in runs if run.group == group]
    for operation in unique(run.operation for run in mine):
        base = sampled(mine, group, operation, base_tool)
        for tool in unique(run.tool for run in mine):
            if samples := sampled(mine, group, operation, tool):
                yield operation, tool, samples, base


def server_table(runs: list[Run], group: str, base_tool: str) -> str:
    """How the CPU time divides between a command and its server, in means of all runs."""
    rows = [[operation, tool, milliseconds(samples.mean_client), milliseconds(samples.mean_server),
             ratio(samples.mean_client, base.mean_client) if base else "-",
             ratio(samples.mean_server, base.mean_server) if base else "-"]
            for operation, tool, samples, base in compared(runs, group, base_tool)]
    return markdown(["operation", "tool", "client CPU ms", "server CPU ms",
                     f"client / {base_tool}", f"server / {base_tool}"], rows)


def ratio_table(runs: list[Run], group: str, base_tool: str) -> str:
    """Each operation and tool with ratios to `base_tool` (medians; wall of the best runs too)."""
    rows = [[operation, tool, *cost(samples), *ratios(samples, base)]
            for operation, tool, samples, base in compared(runs, group, base_tool)]
    columns = [f"{what} / {base_tool}" for what in ("wall", "best wall", "CPU")]
    return markdown(["operation", "tool", *COST, *columns], rows)


def ratios(samples: Samples, base: Samples | None) -> Cells:
    if base is None:
        return ["-", "-", "-"]
    return [ratio(samples.wall, base.wall), ratio(samples.best_wall, base.best_wall),
            ratio(samples.cpu, base.cpu)]


def plan_table(runs: list[Run], sizes: dict[str, int]) -> str:
    """Plan reading: each tool's cost, and what is left of it without its start-up.

    A group is a plan; its runs of the operation "--version" are the start-up.
    """
    rows: list[Cells] = []
    for group, size in sizes.items():
        mine = [run for run in runs if run.group == group]
        base = sampled(mine, group, "plan -n 1", "sha1sum")
        for tool in unique(run.tool for run in mine):
            samples = sampled(mine, group, "plan -n 1", tool)
            start = sampled(mine, group, "--version", tool)
            if samples is None:
                continue
            rest = samples.cpu - start.cpu if start else samples.cpu
            wall = samples.best_wall - start.best_wall if start else samples.best_wall
            rows.append([group, tool, *cost(samples), milliseconds(max(wall, 0)),
                         milliseconds(max(rest, 0)), f"{max(rest, 0) / size * 1e6:.2f}",
                         ratio(samples.cpu, base.cpu) if base else "-"])
    return markdown(["plan", "tool", *COST, "best wall - start-up", "CPU - start-up",
                     "us a change", "CPU / sha1sum"], rows)


def failures(runs: list[Run]) -> str:
    """The runs that failed, equal ones counted together."""
    lines = [f"- {run.group}, {run.operation}, {run.tool}: {run.error}"
             for run in runs if run.error]
    if not lines:
        return ""
    counted = [f"{line} ({lines.count(line)} times)" if lines.count(line) > 1 else line
               for line in unique(lines)]
    return "Failed, and in no table:\n\n" + "\n".join(counted)
