# SPDX-License-Identifier: MIT
"""PostgreSQL beside other sessions, signals, and passwords."""

import signal
import subprocess
import time
from contextlib import contextmanager

from engines import PostgresServer
from server_shop import (deployed, interrupted, interrupted_under_journal, rows, wait_until,
                         waits_for_the_first)
from shop import Shop, test

LONG = "SELECT pg_sleep(60);\n"
PASSWORD = "s3cret w/ord"


@contextmanager
def other_session(shop: Shop, sql: str):
    """Another session that has begun a transaction, done this, and stays."""
    psql = shop.player.variables["psql"].split()
    process = subprocess.Popen([*psql, "-v", "ON_ERROR_STOP=1"], text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=shop.environment | {"PGAPPNAME": "reports"})
    process.stdin.write(f"BEGIN; {sql}; SELECT 'ready';\n")
    process.stdin.flush()
    said = ""
    while "ready" not in said:
        line = process.stdout.readline()
        assert line, f"the other session ended: {said}"
        said += line
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def sleeping(shop: Shop) -> str:
    """A query that gives a row while a session of this database is within pg_sleep."""
    return ("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event = 'PgSleep'")


@test
def blocker_is_named(shop: Shop) -> None:
    """Who waits for a lock is told for whom, and goes on when that one ends."""
    shop.kedge("deploy", "--to", "orders")
    with other_session(shop, "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE") as other:
        process = shop.start("deploy")
        told = shop.wait_for_output(process, "...\n")
        assert "waiting for " in told, told
        pid = rows(shop, "SELECT pid FROM pg_stat_activity WHERE application_name = 'reports' "
                         "AND datname = current_database()")[0]
        assert f"process {pid} (reports, postgres" in told, told
        assert "idle in transaction" in told and "SELECT 'ready'" in told, told
        other.stdin.write("ROLLBACK;\n")
        other.stdin.flush()
        assert process.wait(20) == 0, process.stdout.read()
    assert deployed(shop) == ["customers", "orders", "seed"]


@test
def signal_in_own_query(shop: Shop) -> None:
    """What kedge itself asks the server ends at the first signal, too."""
    shop.kedge("deploy", "--to", "orders")
    waiting = ("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
               "AND application_name = 'kedge' AND wait_event_type = 'Lock'")
    with other_session(shop, "LOCK TABLE kedge.changes, kedge.events IN ACCESS EXCLUSIVE MODE"):
        for command in ("status", "log", "drift", "deploy"):
            for number in (signal.SIGINT, signal.SIGTERM):
                process = shop.start(command)
                wait_until(shop, waiting)
                process.send_signal(number)
                told = process.communicate(timeout=10)[0]
                assert process.returncode == 1 and "interrupted" in told, (command, number, told)
    assert deployed(shop) == ["customers", "orders"]


@test
def script_lock_timeout(shop: Shop) -> None:
    """A script that waits too long for a lock fails, and takes nothing with it."""
    shop.kedge("deploy", "--to", "orders")
    with other_session(shop, "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE"):
        began = time.monotonic()
        told = shop.kedge("deploy", "--script-lock-timeout", "500ms", status=6)
        assert 0.4 < time.monotonic() - began < 15
        assert "deploy/seed.sql:3" in told, told
        assert "canceling statement due to lock timeout [55P03]" in told, told
        began = time.monotonic()
        told = shop.kedge("deploy", "--script-lock-timeout", "500ms", "--lock-retries", "2",
                          status=6)
        assert time.monotonic() - began > 1.5, "it didn't try again"
        assert "[55P03]" in told, told
    assert deployed(shop) == ["customers", "orders"]
    assert rows(shop, "SELECT count(*) FROM customers") == ["0"]
    shop.kedge("deploy", "--script-lock-timeout", "500ms")


@test
def lock_retries_help(shop: Shop) -> None:
    """A change that lost the wait for a lock once is deployed at a later try."""
    shop.kedge("deploy", "--to", "orders")
    with other_session(shop, "LOCK TABLE customers IN ACCESS EXCLUSIVE MODE") as other:
        process = shop.start("deploy", "--script-lock-timeout", "300ms", "--lock-retries", "20")
        time.sleep(1.5)
        other.stdin.write("ROLLBACK;\n")
        other.stdin.flush()
        told = process.communicate(timeout=30)[0]
    assert process.returncode == 0, told
    assert rows(shop, "SELECT count(*) FROM customers") == ["1"], "the script ran more than once"


def stopped(shop: Shop, number: int) -> None:
    told = interrupted(shop, number, "INSERT INTO customers VALUES (1, 'Ann');\n\\! true\n" + LONG,
                       sleeping(shop))
    assert "canceling statement" not in told, told


@test
def ctrl_c(shop: Shop) -> None:
    stopped(shop, signal.SIGINT)


@test
def sigterm(shop: Shop) -> None:
    stopped(shop, signal.SIGTERM)


@test
def ctrl_c_under_journal(shop: Shop) -> None:
    head = "-- kedge: no-transaction\nINSERT INTO customers VALUES (1, 'Ann');\n"
    interrupted_under_journal(shop, head, LONG, sleeping(shop), "2 of 2")


@test
def ctrl_c_during_copy(shop: Shop) -> None:
    """A COPY that waits for a program's rows is not deaf."""
    shop.write("deploy/seed.sql", "\\copy customers from program 'echo 1,a; exec sleep 60' csv\n")
    process = shop.start("deploy", "--mode", "change")
    wait_until(shop, "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
                     "AND query ILIKE '%COPY customers%' AND pid <> pg_backend_pid()")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        told = process.communicate(timeout=10)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError("Ctrl-C didn't end it within 10 s") from None
    assert process.returncode == 1 and "interrupted" in told, f"{process.returncode}: {told}"
    assert time.monotonic() - began < 5
    assert deployed(shop) == ["customers", "orders"]


def scratch_databases(shop: Shop) -> list[str]:
    return rows(shop, "SELECT datname FROM pg_database WHERE datname LIKE 'kedge\\_scratch\\_%'")


@test
def rehearsal_cut_off(shop: Shop) -> None:
    """A signal says nothing of the scripts, and what a killed run leaves the next one clears."""
    scratch = ("rehearse", "--all", "--scratch", shop.player.variables["db"])
    asleep = ("SELECT 1 FROM pg_stat_activity WHERE datname LIKE 'kedge\\_scratch\\_%' "
              "AND wait_event = 'PgSleep'")
    shop.write("deploy/seed.sql", LONG)
    process = shop.start(*scratch)
    wait_until(shop, asleep)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 1 and "the target was not touched" in told, told
    assert "failed" not in told, told
    assert not scratch_databases(shop)
    process = shop.start(*scratch)
    wait_until(shop, asleep)
    process.kill()
    process.wait()
    assert len(scratch_databases(shop)) == 1
    rows(shop, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE "
               "'kedge\\_scratch\\_%'")
    wait_until(shop, "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname LIKE "
                     "'kedge\\_scratch\\_%' OR application_name LIKE 'kedge\\_scratch\\_%')")
    shop.write("deploy/seed.sql", "SELECT 1;\n")
    told = shop.start(*scratch).communicate(timeout=30)[0]
    assert not scratch_databases(shop), told


@test
def session_killed(shop: Shop) -> None:
    """A session that an administrator ends: told, and nothing of the change is left."""
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n\\! true\n" + LONG)
    process = shop.start("deploy", "--mode", "change")
    wait_until(shop, sleeping(shop))
    rows(shop, f"SELECT pg_terminate_backend(pid) FROM ({sleeping(shop)}) AS it")
    told = process.communicate(timeout=20)[0]
    assert process.returncode in (1, 7), f"{process.returncode}: {told}"
    assert "terminating connection due to administrator command" in told, told
    assert deployed(shop) == ["customers", "orders"]
    assert rows(shop, "SELECT count(*) FROM customers") == ["0"]


@test
def two_at_once(shop: Shop) -> None:
    script = "INSERT INTO customers VALUES (1, 'Ann');\nSELECT pg_sleep(2);\n"
    waits_for_the_first(shop, script, sleeping(shop), ("waiting for process ", "kedge"))


@test
def ten_at_once(shop: Shop) -> None:
    processes = [shop.start("deploy") for _ in range(10)]
    outputs = [p.communicate(timeout=90)[0] for p in processes]
    assert all(p.returncode == 0 for p in processes), "\n".join(outputs)
    assert sum("customers ....." in o for o in outputs) == 1, "\n".join(outputs)
    assert rows(shop, "SELECT count(*) FROM kedge.events") == ["3"]


@test
def lock_timeout(shop: Shop) -> None:
    """A deployer doesn't wait for another for ever, and who only reads doesn't wait."""
    shop.write("deploy/seed.sql", LONG)
    first = shop.start("deploy", "--mode", "change")
    wait_until(shop, sleeping(shop))
    try:
        began = time.monotonic()
        told = shop.kedge("deploy", "--lock-timeout", "1", status=6)
        assert 0.8 < time.monotonic() - began < 10
        assert "--lock-timeout" in told and "process " in told, told
        began = time.monotonic()
        assert "orders" in shop.kedge("status")
        assert time.monotonic() - began < 5, "status waited"
    finally:
        first.kill()
        first.wait()
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n")
    shop.kedge("deploy", "--lock-timeout", "10")


@test
def passwords(shop: Shop) -> None:
    """From URI, environment, file and command; a wrong one is told, and never shown."""
    folder = shop.folder.parent / "pg"
    with PostgresServer(folder) as server:
        server.create("shop")
        quoted = PASSWORD.replace("'", "''")
        server.query("postgres", f"CREATE ROLE ada LOGIN SUPERUSER PASSWORD '{quoted}'")
        hba = server.data / "pg_hba.conf"
        hba.write_text("host all ada 127.0.0.1/32 scram-sha-256\n" + hba.read_text())
        server.query("postgres", "SELECT pg_reload_conf()")
        time.sleep(0.3)
        at = f"127.0.0.1:{server.port}/shop"
        uri = f"db:pg://ada@{at}"

        def wrong(*words: str, env: dict | None = None) -> None:
            process = subprocess.run([shop.kedge_path, *words], cwd=shop.folder, text=True,
                                     env=shop.environment | (env or {}), capture_output=True,
                                     stdin=subprocess.DEVNULL, check=False, timeout=30)
            said = process.stdout + process.stderr
            assert process.returncode == 7, f"{words}: {process.returncode}: {said}"
            assert "authentication failed" in said or "no password supplied" in said, said
            assert "hint: " in said, said
            assert "mistaken" not in said and PASSWORD not in said, said

        wrong("deploy", uri)
        wrong("deploy", f"db:pg://ada:mistaken@{at}")
        wrong("status", uri, env={"PGPASSWORD": "mistaken"})
        right = {"PGPASSWORD": PASSWORD}
        encoded = PASSWORD.replace(" ", "%20").replace("/", "%2F")
        assert PASSWORD not in shop.kedge("deploy", "--to", "customers", f"db:pg://ada:{encoded}@{at}")
        environment = dict(shop.environment)
        shop.environment |= right
        shop.kedge("deploy", "--to", "orders", uri)
        shop.environment = dict(environment)
        passfile = shop.folder / "pgpass"
        passfile.write_text(f"127.0.0.1:{server.port}:shop:ada:{PASSWORD}\n")
        passfile.chmod(0o600)
        shop.environment["PGPASSFILE"] = str(passfile)
        shop.kedge("deploy", uri)
        shop.environment = dict(environment)
        shop.kedge("config", "target.mine.uri", uri)
        shop.kedge("config", "target.mine.password_command", f"echo '{PASSWORD}'")
        shop.kedge("revert", "-y", "mine")
        shop.kedge("config", "target.mine.password_command", "echo mistaken")
        wrong("deploy", "mine")
        shop.kedge("config", "target.mine.password_command", "echo mistaken >&2; exit 3")
        told = shop.kedge("deploy", "mine", status=2)
        assert "failed with status 3" in told, told
        assert server.query("shop", "SELECT count(*) FROM kedge.changes") == [["0"]]
