# SPDX-License-Identifier: MIT
"""What is done to kedge on a server, and at which moments."""

import os
import random
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from points import spread

SIGNALS = {"term": signal.SIGTERM, "int": signal.SIGINT}


@dataclass(frozen=True)
class Point:
    operation: str
    act: str
    kind: str  # an event of wire.c's, or `time`
    at: float  # its number, or seconds
    at_once: bool = False  # begun again before the server may have noticed kedge's death

    def __str__(self) -> str:
        return f"{self.operation} {self.act} {self.kind} {self.at:g}" + (" at-once" * self.at_once)

    @classmethod
    def parse(cls, words: list[str]) -> "Point":
        return cls(words[0], words[1], words[2], float(words[3]), words[4:] == ["at-once"])


@dataclass
class Outcome:
    code: int
    output: str
    reached: bool


def choose(shared, wanted: int, seed: int, acts: dict[str, float],
           shares: dict[str, float]) -> list[Point]:
    """Each act at moments that are spread evenly over each operation, some at random times."""
    source = random.Random(seed)
    out = []
    for operation, share in shares.items():
        events = shared.events[operation]
        for act, part in acts.items():
            number = max(1, round(wanted * share * part + source.uniform(-0.4, 0.4)))
            times = 0 if act == "cut" else min((number + source.randint(0, 9)) // 10, number - 1)
            kinds = ["sent", "recv", "torn", "send"] if act == "kill" else ["sent", "recv", "sent"]
            chosen = spread(events.count("send"), number - times, source.random())
            for i, at in enumerate(chosen):
                kind = kinds[i % len(kinds)]
                out.append(Point(operation, act, kind, at, act == "kill" and i % 3 == 2))
            out += [Point(operation, act, "time", round(source.uniform(
                0.005, shared.seconds[operation]), 3)) for _ in range(times)]
    source.shuffle(out)
    return out


def do_act(bench, name: str, act: str, process: subprocess.Popen) -> None:
    """Does it, and lets kedge go on if it was stopped for that."""
    def go_on() -> None:
        process.send_signal(signal.SIGCONT)
    server = bench.server
    if act == "kill":
        process.kill()
    elif act in SIGNALS:
        process.send_signal(SIGNALS[act])
        go_on()
    elif act in ("crash", "down"):
        server.kill()
        go_on()
        if act == "down":
            process.wait(90)
        server.start()
    elif act in ("immediate", "fast"):
        server.restart(act)
        go_on()
    else:
        bench.terminate(name)
        go_on()


def disturb(bench, name: str, point: Point, log: Path) -> Outcome:
    """Runs the operation up to the point, and does there what is to be done."""
    extra = {}
    if point.kind != "time":
        extra = {"LD_PRELOAD": bench.shared.shim, "KEDGE_WIRE_KIND": point.kind,
                 "KEDGE_WIRE_AT": str(int(point.at)),
                 "KEDGE_WIRE_DO": point.act if point.act in ("kill", "cut") else "stop"}
    with log.open("wb") as output:
        process = subprocess.Popen(bench.command(name, *bench.words(point.operation)),
                                   cwd=bench.shared.project, env=bench.environment(**extra),
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    watchdog = threading.Timer(90, process.kill)
    watchdog.start()
    reached = True
    try:
        if point.kind == "time":
            time.sleep(point.at)
            reached = process.poll() is None
            if reached:
                do_act(bench, name, point.act, process)
        elif point.act not in ("kill", "cut"):
            info = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            reached = info.si_code == os.CLD_STOPPED
            if reached:
                do_act(bench, name, point.act, process)
        code = process.wait()
        if point.kind != "time" and point.act == "kill":
            reached = code == -signal.SIGKILL
    finally:
        process.kill()
        watchdog.cancel()
        if not bench.server.running:
            bench.server.start()
    return Outcome(code, log.read_text("utf-8", "replace"), reached)
