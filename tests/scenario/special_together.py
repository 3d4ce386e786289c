# SPDX-License-Identifier: MIT
"""Two deployers at once, other writers, signals."""

import signal
import sqlite3
import time
from contextlib import closing

from shop import SLOW, Shop, test


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
    shop.interrupt(shop.slow_deploy(), number)
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
def ctrl_c_during_tests(shop: Shop) -> None:
    """However many run at a time."""
    shop.kedge("deploy", "--to", "orders")
    (shop.folder / "test").mkdir()
    for name in ("one", "two"):
        shop.write(f"test/{name}.sql", SLOW.format(2_000_000_000))
    for jobs in ("1", "2"):
        process = shop.start("test", "-j", jobs)
        shop.wait_for_output(process, "Testing")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=20)[0]
        assert process.returncode == 1 and "interrupted" in told, f"{process.returncode}: {told}"


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
