# SPDX-License-Identifier: MIT
"""Runs one command through measure.py and keeps what it cost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from engines import Engine
from tools import Call

HELPER = Path(__file__).with_name("measure.py")
FOREIGN = ("SQITCH_", "KEDGE_", "DBMATE_", "DATABASE_URL", "PG", "MYSQL")


@dataclass
class Run:
    """One run of one command. `error` is empty where it came to a good end."""

    group: str       # what the table is about: "100 changes"
    operation: str
    tool: str
    repetition: int
    wall: float = 0.0
    cpu: float = 0.0     # of the command, and of the server that it had work
    server: float = 0.0  # how much of it is the server's
    peak: int = 0    # KiB; not above `own`: unknown, see measure.py
    own: int = 0
    error: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class Runner:
    """Runs commands one at a time, with a home of their own in the scratch folder."""

    def __init__(self, scratch: Path, timeout: float, engine: Engine) -> None:
        self.result = scratch / "result"
        self.output = scratch / "output"
        self.timeout = timeout
        self.engine = engine
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(FOREIGN)}
        self.environment |= {"HOME": str(scratch), **engine.environment()}

    def run(self, call: Call, run: Run) -> Run:
        """Fills in the cost of `call`, or the error."""
        self.result.unlink(missing_ok=True)
        before = self.engine.server_cpu()
        argv = [sys.executable, "-I", "-S", str(HELPER), str(self.result), *call.argv]
        with self.output.open("wb") as output:
            helper = subprocess.Popen(argv, cwd=call.cwd, env=self.environment, stdout=output,
                                      stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                                      start_new_session=True)
            try:
                helper.wait(self.timeout)
            except BaseException as error:
                os.killpg(helper.pid, signal.SIGKILL)   # the helper leads its own session
                helper.wait()
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                run.error = f"stopped after {self.timeout:.0f} s"
                return run
        self.read_result(run)
        run.server = self.engine.server_cpu() - before
        run.cpu += run.server
        return run

    def read_result(self, run: Run) -> None:
        if not self.result.exists():
            run.error = "could not be run: " + self.last_output()
            return
        wall, user, system, peak, own, status = self.result.read_text().split()
        run.wall, run.cpu = float(wall), float(user) + float(system)
        run.peak, run.own = int(peak), int(own)
        if status != "0":
            run.error = f"exit status {status}: {self.last_output()}"

    def last_output(self) -> str:
        """The end of what the command printed, as one line."""
        with self.output.open("rb") as output:
            output.seek(max(0, self.output.stat().st_size - 4096))
            return " ".join(output.read().decode(errors="replace").split())[-300:]
