# SPDX-License-Identifier: MIT
"""Tests that the text format can't tell: processes beside each other, signals, terminals, limits."""

import os
import pty
import re
import resource
import select
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from engines import SqliteEngine
from parser import parse
from player import Player

HERE = Path(__file__).resolve().parent
TESTS: dict = {}
SLOW = ("INSERT INTO customers WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c "
        "WHERE i < {}) SELECT 1000, 'slow' || count(*) FROM c;\n")


def test(function):
    TESTS[function.__name__] = function
    return function


def run(name: str, folder: Path, bin_folder: Path) -> list[str]:
    """An AssertionError tells what is wrong."""
    player = Player(folder, SqliteEngine(), bin_folder)
    player.play(parse(HERE / "shop.setup"))
    try:
        TESTS[name](Shop(folder, player.environment))
    except AssertionError as e:
        return [str(e) or "assertion failed"]
    return []


class Shop:
    """The project of shop.setup, and kedge in it."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.folder = folder
        self.environment = environment
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

    def slow_deploy(self, rows: int = 2_000_000_000, head: str = "") -> subprocess.Popen:
        """A deploy that is within its last script's long statement."""
        self.write("deploy/seed.sql", head + SLOW.format(rows))
        process = self.start("deploy", "--mode", "change")
        self.wait_for_output(process, "orders @v1.0 .. ok")
        time.sleep(0.3)
        return process


@test
def second_deployer_waits(shop: Shop) -> None:
    first = shop.slow_deploy(rows=4_000_000)
    second = shop.start("deploy")
    told = shop.wait_for_output(second, "waiting for ")
    assert f"process {first.pid} of " in told, f"the waiter does not name the holder: {told}"
    assert first.wait(60) == 0, first.stdout.read()
    assert "Nothing to deploy (up-to-date)" in second.communicate(timeout=60)[0]
    assert second.returncode == 0
    assert shop.deployed() == ["customers", "orders", "seed"]
    assert not (shop.folder / "app.db-kedge-lock").exists()


@test
def ten_deployers_at_once(shop: Shop) -> None:
    processes = [shop.start("deploy") for _ in range(10)]
    outputs = [p.communicate(timeout=90)[0] for p in processes]
    assert all(p.returncode == 0 for p in processes), "\n".join(outputs)
    assert sum("customers ....." in o for o in outputs) == 1, "\n".join(outputs)
    assert shop.rows("SELECT count(*) FROM kedge_events") == [(3,)]
    assert not (shop.folder / "app.db-kedge-lock").exists()


@test
def lock_timeout(shop: Shop) -> None:
    first = shop.slow_deploy()
    try:
        began = time.monotonic()
        for command in (["deploy"], ["revert", "-y"]):
            told = shop.kedge(*command, "--lock-timeout", "1", status=6)
            assert f"process {first.pid} of " in told and "--lock-timeout" in told, told
        assert 1.5 < time.monotonic() - began < 15
        # Who only reads does not wait.
        began = time.monotonic()
        assert "orders" in shop.kedge("status")
        assert "orders" in shop.kedge("log", "--oneline")
        assert time.monotonic() - began < 5
        assert "takes a number" in shop.kedge("deploy", "--lock-timeout", "-1", status=2)
    finally:
        first.kill()
        first.wait()
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n")
    # A killed process leaves the lock free.
    began = time.monotonic()
    shop.kedge("deploy")
    assert time.monotonic() - began < 5
    assert shop.rows("SELECT name FROM customers") == [("Ann",)]


@test
def another_writer(shop: Shop) -> None:
    shop.kedge("deploy")
    with closing(sqlite3.connect(shop.folder / "app.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        told = shop.kedge("revert", "-y", "--lock-timeout", "1", status=6)
        assert 0.8 < time.monotonic() - began < 10, told
        assert "another program is writing" in told, told
        writer.execute("ROLLBACK")
    assert shop.deployed() == ["customers", "orders", "seed"]
    shop.kedge("revert", "-y")


def interrupted(shop: Shop, number: int) -> None:
    process = shop.slow_deploy()
    process.send_signal(number)
    began = time.monotonic()
    told = process.communicate(timeout=20)[0]
    assert time.monotonic() - began < 5, "it took long to stop"
    assert process.returncode == 1, f"exit {process.returncode}: {told}"
    assert "interrupted" in told and 'the database is at "orders @v1.0"' in told, told
    assert shop.rows("SELECT count(*) FROM customers") == [(0,)]
    assert shop.deployed() == ["customers", "orders"]
    assert sorted(p.name for p in shop.folder.glob("app.db*")) == ["app.db"]
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n")
    shop.kedge("deploy")


@test
def ctrl_c(shop: Shop) -> None:
    interrupted(shop, signal.SIGINT)


@test
def sigterm(shop: Shop) -> None:
    interrupted(shop, signal.SIGTERM)


@test
def sighup(shop: Shop) -> None:
    interrupted(shop, signal.SIGHUP)


@test
def ctrl_c_in_mode_all(shop: Shop) -> None:
    """Who interrupts wants to stop at once: the changes before are left."""
    shop.write("deploy/seed.sql", SLOW.format(2_000_000_000))
    process = shop.start("deploy")
    shop.wait_for_output(process, "orders @v1.0 .. ok")
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 1 and 'the database is at "orders @v1.0"' in told, told
    assert shop.deployed() == ["customers", "orders"]


@test
def ctrl_c_single_transaction(shop: Shop) -> None:
    shop.write("deploy/seed.sql", SLOW.format(2_000_000_000))
    process = shop.start("deploy", "--single-transaction")
    shop.wait_for_output(process, "orders @v1.0 .. ok")
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 1, told
    assert "all changes of this run were rolled back together" in told, told
    assert shop.rows("SELECT name FROM sqlite_master WHERE name IN ('customers', 'orders')") == []


@test
def ctrl_c_under_journal(shop: Shop) -> None:
    head = "-- kedge: no-transaction\nINSERT INTO customers VALUES (1, 'Ann');\n"
    process = shop.slow_deploy(head=head)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 1, told
    assert "stopped at statement 2 of 2" in told, told
    assert shop.rows("SELECT name FROM customers") == [("Ann",)]
    shop.write("deploy/seed.sql", head + "INSERT INTO customers VALUES (2, 'Bo');\n")
    shop.kedge("deploy")
    assert shop.rows("SELECT name FROM customers ORDER BY id") == [("Ann",), ("Bo",)]


@test
def ctrl_c_while_waiting(shop: Shop) -> None:
    first = shop.slow_deploy()
    try:
        second = shop.start("deploy")
        shop.wait_for_output(second, "waiting for ")
        second.send_signal(signal.SIGINT)
        told = second.communicate(timeout=10)[0]
        assert second.returncode == 1 and "interrupted" in told, f"{second.returncode}: {told}"
    finally:
        first.kill()
        first.wait()


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
    assert not (shop.folder / "app.db-kedge-lock").exists(), "the lock file is left"


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


def fill_disk(shop: Shop, folder: Path, **options) -> None:
    """A deploy that needs more room than there is, then one that doesn't."""
    target = f"db:sqlite:{folder}/app.db"
    shop.write("deploy/seed.sql", "CREATE TABLE big (x BLOB);\n"
               "INSERT INTO customers VALUES (1, 'Ann');\n"
               "INSERT INTO big VALUES (zeroblob(30000000));\n")
    told = shop.kedge("deploy", "--mode", "change", target, status=1, **options)
    assert "deploy/seed.sql:3" in told, told
    assert 'the database is at "orders @v1.0"' in told, told
    with closing(sqlite3.connect(folder / "app.db")) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (0,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        changes = connection.execute("SELECT count(*) FROM kedge_changes").fetchone()
        assert changes == (2,), changes
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n")
    shop.kedge("deploy", target, **options)
    left = sorted(p.name for p in folder.iterdir())
    assert left == ["app.db"], left


@test
def full_disk(shop: Shop) -> None:
    folder = shop.folder.parent / "disk"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder],
                           capture_output=True, check=False)
    if mount.returncode != 0:
        # Not root: size_limit tells the same by another way.
        size_limited(shop, folder)
        return
    try:
        fill_disk(shop, folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def size_limited(shop: Shop, folder: Path) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    fill_disk(shop, folder, preexec_fn=limit)


@test
def size_limit(shop: Shop) -> None:
    folder = shop.folder.parent / "limited"
    folder.mkdir()
    size_limited(shop, folder)


@test
def output_cannot_be_written(shop: Shop) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([shop.kedge_path, "plan"], cwd=shop.folder, env=shop.environment,
                              stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and "standard output" in done.stderr, done
    done = subprocess.run(f"{shop.kedge_path} plan | head -n 1", shell=True, cwd=shop.folder,
                          env=shop.environment, capture_output=True, text=True, check=False)
    assert done.stderr == "" and done.stdout.startswith("# Project: shop"), done
    # A deploy whose reader went away must still be whole.
    subprocess.run(f"{shop.kedge_path} deploy | true", shell=True, cwd=shop.folder,
                   env=shop.environment, capture_output=True, check=False)
    assert shop.rows("SELECT count(*) FROM customers") == [(1,)]
    assert len(shop.deployed()) == 3


@test
def read_only_folder(shop: Shop) -> None:
    shop.kedge("deploy")
    options: dict = {}
    if os.geteuid() == 0:
        options = {"user": 65534, "group": 65534, "extra_groups": []}
    for path in [shop.folder, *shop.folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert "Nothing to deploy (up-to-date)" in shop.kedge("status", **options)
        shop.kedge("verify", **options)
        shop.kedge("log", **options)
        shop.kedge("check", **options)
        shop.kedge("deploy", "--dry-run", **options)
        told = shop.kedge("revert", "-y", status=7, **options)
        assert "app.db-kedge-lock" in told and "Permission denied" in told, told
        told = shop.kedge("deploy", status=7, **options)
        assert "be allowed to write" in told, told
        assert "Permission denied" in shop.kedge("add", "x", "-n", "x", status=2, **options)
    finally:
        for path in [shop.folder, *shop.folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert len(shop.deployed()) == 3


@test
def read_only_file(shop: Shop) -> None:
    shop.kedge("deploy")
    options: dict = {}
    if os.geteuid() == 0:
        options = {"user": 65534, "group": 65534, "extra_groups": []}
    shop.folder.chmod(0o777)
    told = shop.kedge("revert", "-y", status=1, **options)
    assert "readonly" in told.replace("-", "").replace(" only", "only"), told
    assert "the database is at \"seed\"" in told, told
    assert len(shop.deployed()) == 3


@test
def thousand_changes(shop: Shop) -> None:
    lines = ["%syntax-version=1.0.0", "%project=shop", ""]
    for i in range(1000):
        lines.append(f"c{i:04} 2024-05-01T10:00:00Z Ada <ada@example.com> # Change {i}")
        shop.write(f"deploy/c{i:04}.sql", f"CREATE TABLE t{i} (id INTEGER PRIMARY KEY);\n")
        shop.write(f"revert/c{i:04}.sql", f"DROP TABLE t{i};\n")
        shop.write(f"verify/c{i:04}.sql", f"SELECT id FROM t{i};\n")
    shop.write("kedge.plan", "\n".join(lines) + "\n")
    began = time.monotonic()
    shop.kedge("deploy", "--verify")
    shop.kedge("verify")
    assert "Nothing to deploy" in shop.kedge("status")
    shop.kedge("revert", "-y", "--to", "c0499")
    shop.kedge("deploy", "--single-transaction")
    assert len(shop.deployed()) == 1000
    assert time.monotonic() - began < 60, "it took longer than a minute"


@test
def wal_untouched_by_reading(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.folder / "app.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    shop.kedge("deploy")
    path = shop.folder / "app.db"
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    for command in ("status", "verify", "log", "check", "plan", "deploy --dry-run"):
        shop.kedge(*command.split())
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before, f"{command} changed it"
        assert sorted(p.name for p in shop.folder.glob("app.db*")) == ["app.db"], command
