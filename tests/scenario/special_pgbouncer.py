# SPDX-License-Identifier: MIT
"""PostgreSQL behind PgBouncer, which lends its sessions by the transaction."""

import os
import pwd
import socket
import subprocess
import time
from contextlib import contextmanager

from engines import free_port
from shop import Shop, test
from special_postgres import deployed, rows, sleeping, wait_until

CONFIGURATION = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
query_wait_timeout = 3
logfile = {folder}/log
"""


@contextmanager
def pool(shop: Shop, mode: str = "transaction", size: int = 3):
    """A PgBouncer before the server; gives the URI of the scenario's database through it."""
    known = shop.player.variables
    folder = shop.folder.parent / "bouncer"
    folder.mkdir(exist_ok=True)
    listen = free_port()
    (folder / "ini").write_text(CONFIGURATION.format(
        host=known["host"], port=known["port"], user=known["user"], listen=listen, mode=mode,
        size=size, folder=folder))
    options = {}
    if os.geteuid() == 0:  # it refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    process = subprocess.Popen(["pgbouncer", "-q", folder / "ini"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", listen), 1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, \
                    (folder / "log").read_text()
                time.sleep(0.05)
        yield f"db:pg://{known['user']}@127.0.0.1:{listen}/{known['database']}"
    finally:
        process.kill()
        process.wait()


@test
def behind_a_pool(shop: Shop) -> None:
    """All that a project does: settings, COPY, a failure, verify, revert; nothing leaks into the
    pool's sessions, which others use, and nothing is left in them."""
    shop.write("deploy/seed.sql", "SET search_path = nowhere;\nSET ROLE NONE;\n"
               "CREATE TEMP TABLE hidden (id int);\n"
               "COPY public.customers FROM STDIN;\n1\tAnn\n2\tBo\n\\.\n"
               "INSERT INTO public.orders SELECT 10, count(*) - 1 FROM public.customers;\n")
    with pool(shop) as uri:
        for _ in range(3):
            shop.kedge("deploy", "--verify", uri)
            assert deployed(shop) == ["customers", "orders", "seed"]
            assert rows(shop, "SELECT customer_id FROM orders") == ["1"]
            shop.kedge("verify", uri)
            assert "seed" in shop.kedge("status", uri)
            assert "Nothing to deploy" in shop.kedge("deploy", uri)
            shop.kedge("revert", "-y", uri)
            assert deployed(shop) == []
        for _ in range(6):
            said = subprocess.run(
                ["psql", "-XqAt", uri.removeprefix("db:").replace("pg:", "postgresql:"), "-c",
                 "SELECT current_setting('search_path'), to_regclass('pg_temp.hidden'), "
                 "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                 "(SELECT oid FROM pg_database WHERE datname = current_database()))"],
                check=True, capture_output=True, text=True).stdout
            assert said == '"$user", public||0\n', said
        shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\nSELEC;\n")
        told = shop.kedge("deploy", "--mode", "change", uri, status=1)
        assert "deploy/seed.sql:2" in told, told
        assert deployed(shop) == ["customers", "orders"]
        assert rows(shop, "SELECT count(*) FROM customers") == ["0"]


@test
def journal_behind_a_pool(shop: Shop) -> None:
    """What can't be in a transaction runs too, with a word of warning."""
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n"
               "CREATE INDEX CONCURRENTLY by_name ON customers (name);\n"
               "INSERT INTO customers VALUES (2, 'Bo');\n")
    with pool(shop) as uri:
        told = shop.kedge("deploy", "--verify", uri)
        assert "through a pool of connections" in told, told
    assert rows(shop, "SELECT name FROM customers ORDER BY id") == ["Ann", "Bo"]
    assert rows(shop, "SELECT 1 FROM pg_indexes WHERE indexname = 'by_name'") == ["1"]


@test
def lock_behind_a_pool(shop: Shop) -> None:
    """Deployers keep each other out, whichever way they come."""
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\nSELECT pg_sleep(2);\n")
    direct = shop.player.variables["db"]
    with pool(shop, size=10) as uri:
        for first, second in ((uri, direct), (direct, uri), (uri, uri)):
            process = shop.start("deploy", first)
            wait_until(shop, sleeping(shop))
            other = shop.start("deploy", second)
            told = shop.wait_for_output(other, "...\n")
            assert "waiting for process " in told, told
            assert process.wait(30) == 0, process.stdout.read()
            told = other.communicate(timeout=30)[0]
            assert other.returncode == 0 and "Nothing to deploy" in told, told
            assert rows(shop, "SELECT count(*) FROM customers") == ["1"]
            shop.kedge("revert", "-y", direct)


@test
def small_pool(shop: Shop) -> None:
    """A pool too small for kedge's two sessions: an end to the waiting, and what to do."""
    with pool(shop, size=1) as uri:
        told = shop.kedge("deploy", uri, status=7)
        assert "hint: the pool lends no further session; kedge needs two at a time" in told, told
        assert "state: nothing was run" in told, told
    assert rows(shop, "SELECT 1 FROM pg_tables WHERE schemaname = 'kedge'") == []


@test
def session_pool(shop: Shop) -> None:
    """A pool that lends sessions for as long as a client stays gives no trouble."""
    with pool(shop, "session") as uri:
        shop.kedge("deploy", "--verify", uri)
        shop.kedge("revert", "-y", uri)
