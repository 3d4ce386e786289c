# SPDX-License-Identifier: MIT
"""What the tests in Python share: the project of shop.setup, and kedge in it."""

import os
import select
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

TESTS: dict[str, dict] = {}  # by module and name
SLOW = ("INSERT INTO customers WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
        "WHERE i < {}) SELECT 1000, 'slow' || count(*) FROM c;\n")


def test(function):
    TESTS.setdefault(function.__module__, {})[function.__name__] = function
    return function


class Shop:
    """The project of shop.setup, and kedge in it."""

    def __init__(self, folder: Path, player):
        self.folder = folder
        self.player = player
        self.environment = environment = player.environment
        self.kedge_path = environment["PATH"].split(":")[0] + "/kedge"

    def start(self, *words: str, **options) -> subprocess.Popen:
        return subprocess.Popen([self.kedge_path, *words], cwd=self.folder, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, **options)

    def kedge(self, *words: str, status: int = 0, **options) -> str:
        process = self.start(*words, **options)
        output, _ = process.communicate(timeout=90)
        assert process.returncode == status, (
            f"kedge {' '.join(words)}: exit {process.returncode}, expected {status}:\n{output}")
        return output

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, "utf-8")

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.folder / "app.db")) as connection:
            return connection.execute(query).fetchall()

    def deployed(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT change FROM kedge_changes ORDER BY committed_at")]

    def wait_for_output(self, process: subprocess.Popen, text: str) -> str:
        """Reads until the text appears."""
        seen = ""
        until = time.monotonic() + 30
        while text not in seen:
            left = until - time.monotonic()
            assert left > 0 and select.select([process.stdout], [], [], left)[0], \
                f"no \"{text}\" in: {seen}"
            piece = os.read(process.stdout.fileno(), 4096).decode("utf-8", "replace")
            assert piece, f"ended without \"{text}\": {seen}"
            seen += piece
        return seen

    def interrupt(self, process: subprocess.Popen, number: int) -> str:
        """Sends the signal within the last script: kedge ends soon, with all before it deployed."""
        began = time.monotonic()
        process.send_signal(number)
        told = process.communicate(timeout=20)[0]
        assert time.monotonic() - began < 5, "it took long to stop"
        assert process.returncode == 1, f"exit {process.returncode}: {told}"
        assert "interrupted" in told and 'the database is at "orders @v1.0"' in told, told
        return told

    def slow_deploy(self, rows: int = 2_000_000_000, head: str = "") -> subprocess.Popen:
        """A deploy that is within its last script's long statement."""
        self.write("deploy/seed.sql", head + SLOW.format(rows))
        process = self.start("deploy", "--mode", "change")
        self.wait_for_output(process, "orders @v1.0 .. ok")
        time.sleep(0.3)
        return process
