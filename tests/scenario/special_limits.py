# SPDX-License-Identifier: MIT
"""Full disks, missing permissions, closed outputs, many changes."""

import os
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from shop import Shop, test


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
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([shop.kedge_path, "plan", "--format", "json"], cwd=shop.folder, env=shop.environment,
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
