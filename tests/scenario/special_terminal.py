# SPDX-License-Identifier: MIT
"""On a terminal: questions, colours."""

import os
import pty
import re
import select
import signal
import sqlite3
import time
from contextlib import closing

from shop import Shop, test


def on_terminal(shop: Shop, words: list[str], answers: str, **environment: str) -> tuple[int, str]:
    """Runs kedge on a terminal of its own, and types the answers once it asks."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(shop.folder)
        os.execve(shop.kedge_path, ["kedge", *words],
                  shop.environment | {"TERM": "xterm"} | environment)
    seen = b""
    until = time.monotonic() + 15
    while select.select([fd], [], [], max(0.0, until - time.monotonic()))[0]:
        try:
            piece = os.read(fd, 4096)
        except OSError:  # the terminal ends with its last process
            break
        if not piece:
            break
        seen += piece
        if answers and b"? [" in seen:
            os.write(fd, answers.encode())
            answers = ""
    if time.monotonic() >= until:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    return os.waitstatus_to_exitcode(status), seen.decode("utf-8", "replace")


@test
def revert_asks(shop: Shop) -> None:
    shop.kedge("deploy")
    status, seen = on_terminal(shop, ["revert"], "n\n")
    assert "Revert all changes from db:sqlite:app.db? [Yes]" in seen, seen
    assert "To be reverted: seed, orders @v1.0, customers" in seen, seen
    assert "Nothing reverted" in seen and status == 1, f"{status}: {seen}"
    assert len(shop.deployed()) == 3
    status, seen = on_terminal(shop, ["revert", "--to", "orders"], "what\nyes\n")
    assert 'Please answer "y" or "n"' in seen and status == 0, f"{status}: {seen}"
    assert "Revert changes to orders @v1.0 from" in seen, seen
    assert shop.deployed() == ["customers", "orders"]
    status, seen = on_terminal(shop, ["revert"], "\x04")
    assert status == 2 and len(shop.deployed()) == 2, f"{status}: {seen}"
    shop.kedge("config", "--bool", "revert.prompt_accept", "false")
    status, seen = on_terminal(shop, ["revert"], "\n")
    assert "[No]" in seen and len(shop.deployed()) == 2, f"{status}: {seen}"


@test
def revert_question_interrupted(shop: Shop) -> None:
    shop.kedge("deploy")
    status, seen = on_terminal(shop, ["revert"], "\x03")
    assert status != 0 and len(shop.deployed()) == 3, f"{status}: {seen}"
    assert not (shop.folder / "app.db-kedge-lock").exists(), f"the lock file is left: {status}, {seen!r}"


@test
def question_does_not_hold_the_database(shop: Shop) -> None:
    """While a person thinks the answer over, the application must be able to write."""
    shop.kedge("deploy")
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(shop.folder)
        os.execve(shop.kedge_path, ["kedge", "revert"], shop.environment | {"TERM": "xterm"})
    try:
        assert select.select([fd], [], [], 10)[0]
        time.sleep(0.3)
        with closing(sqlite3.connect(shop.folder / "app.db", timeout=0.5)) as connection:
            connection.execute("INSERT INTO customers VALUES (7, 'Gil')")
            connection.commit()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)


@test
def colours(shop: Shop) -> None:
    _, seen = on_terminal(shop, ["deploy", "--to", "customers"], "")
    assert "\x1b[32m" in seen or "\x1b[" in seen and "ok" in seen, repr(seen)
    _, seen = on_terminal(shop, ["deploy"], "", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*m", seen), repr(seen)
    assert "\x1b" not in shop.kedge("status")


@test
def note_by_editor(shop: Shop) -> None:
    """The editor's file is in TMPDIR, and gone afterwards."""
    editor = shop.folder / "editor"
    editor.write_text("#!/bin/sh\necho \"$1\" > edited-path; echo 'By the editor' > \"$1\"\n", "utf-8")
    editor.chmod(0o755)
    folder = shop.folder / "notes here"
    folder.mkdir()
    status, told = on_terminal(shop, ["add", "edited"], "", KEDGE_EDITOR=str(editor),
                               TMPDIR=str(folder))
    assert status == 0, told
    assert (shop.folder / "edited-path").read_text("utf-8").startswith(f"{folder}/kedge-note-")
    assert not list(folder.iterdir())
    assert "# By the editor" in (shop.folder / "kedge.plan").read_text("utf-8")
    status, told = on_terminal(shop, ["add", "other"], "", KEDGE_EDITOR=str(editor),
                               TMPDIR=str(shop.folder / "nowhere"))
    assert status == 2 and "TMPDIR" in told, told
    assert "other" not in (shop.folder / "kedge.plan").read_text("utf-8")
