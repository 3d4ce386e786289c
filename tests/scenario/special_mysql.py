# SPDX-License-Identifier: MIT
"""MySQL and MariaDB: ways to connect, other sessions, signals."""

import os
import signal
import subprocess
from contextlib import contextmanager

from engines import PASSWORD, TESTER
from server_shop import (deployed, interrupted, interrupted_under_journal, rows, wait_until,
                         waits_for_the_first)
from shop import Shop, test

LONG = "SELECT SLEEP(60);\n"


def server(shop: Shop):
    return shop.player.engine.server


def database(shop: Shop) -> str:
    return shop.player.variables["database"]


@contextmanager
def other_session(shop: Shop, sql: str):
    """Another session of this database that has done this, and stays."""
    with server(shop).session(database(shop)) as session:
        session.rows(sql)
        yield session


def sleeping(shop: Shop, seconds: int = 60) -> str:
    """A query that gives a row while a session of this database is within SLEEP."""
    return (f"SELECT id FROM information_schema.processlist WHERE db = '{database(shop)}' "
            f"AND info LIKE '%SLEEP({seconds})%' AND id <> connection_id()")


def tester(shop: Shop) -> str:
    """The URI of an account with a password, up to the host."""
    rows(shop, f"GRANT ALL ON `{database(shop)}`.* TO '{TESTER}'@'%'")
    return f"db:mysql://{TESTER}"


@test
def ways_to_connect(shop: Shop) -> None:
    """By socket, by option file, with the password from each place."""
    name, port, host = database(shop), server(shop).port, server(shop).host
    socket = rows(shop, "SELECT @@socket")[0]
    user = tester(shop)
    there = f"{host}:{port}/{name}"
    shop.kedge("deploy", f"db:mysql://{server(shop).user}@/{name}?mysql_socket={socket}", "--to", "customers")
    shop.kedge("status", f"db:mariadb://{TESTER}:{PASSWORD}@{there}")
    told = shop.kedge("status", f"{user}:wrong@{there}", status=7)
    assert "Access denied" in told, told
    assert "wrong" not in told, told
    assert "MYSQL_PWD" in told, told
    shop.environment["MYSQL_PWD"] = PASSWORD
    shop.kedge("status", f"{user}@{there}")
    del shop.environment["MYSQL_PWD"]
    shop.kedge("status", f"{user}@{there}", status=7)
    shop.write("my.cnf", f"[client]\nuser = {TESTER}\npassword = {PASSWORD}\nhost = {host}\nport = {port}\n"
                         "[mysql]\nprompt = x\n")
    shop.kedge("status", f"db:mysql:{name}?read_default_file={shop.folder}/my.cnf")
    shop.write("kedge.conf", "[core]\n\tengine = mysql\n[target \"prod\"]\n"
                             f"\turi = {user}@{there}\n\tpassword_command = echo {PASSWORD}\n")
    shop.kedge("deploy", "prod", "--to", "orders")
    assert deployed(shop) == ["customers", "orders"]
    told = shop.kedge("status", f"db:mysql://{server(shop).user}@{there}?nosuch=1", status=2)
    assert "unknown: nosuch" in told, told
    told = shop.kedge("status", f"db:mysql://{server(shop).user}@{host}:1/{name}", status=7)
    assert "is the server running there" in told, told
    told = shop.kedge("status", f"db:mysql://{server(shop).user}@{host}:{port}/", status=2)
    assert "names no database" in told, told


@test
def tls(shop: Shop) -> None:
    """Asked for, it is there, with the certificate of whom it should be."""
    shop.kedge("deploy", "--to", "customers")
    authority = server(shop).tls_folder / "ca.pem"
    where = f"db:mysql://{server(shop).user}@{{}}:{server(shop).port}/{database(shop)}?{{}}"
    shop.kedge("status", where.format("127.0.0.1", "ssl-mode=required"))
    shop.kedge("status", where.format("127.0.0.1", "ssl-mode=disabled"))
    shop.kedge("status", where.format("127.0.0.2", f"ssl-mode=verify_identity&ssl-ca={authority}"))
    shop.kedge("status", where.format("127.0.0.2", f"ssl-mode=verify_identity&ssl-ca={shop.folder}/kedge.conf"),
               status=7)
    told = shop.kedge("status", where.format("127.0.0.1", "ssl-mode=sometimes"), status=2)
    assert "makes no sense" in told, told


@test
def local_files(shop: Shop) -> None:
    """A script reads a file of this machine only where the URI allows that."""
    rows(shop, "SET GLOBAL local_infile = 1")
    shop.write("names.txt", "1\tAnn\n2\tBo\n")
    shop.write("deploy/seed.sql", f"LOAD DATA LOCAL INFILE '{shop.folder}/names.txt' INTO TABLE customers;\n")
    target = shop.player.variables["db"]
    told = shop.kedge("deploy", "--mode", "change", status=1)
    assert "local_infile=1" in told, told
    shop.kedge("deploy", f"{target}?local_infile=1")
    assert rows(shop, "SELECT name FROM customers ORDER BY id") == ["Ann", "Bo"]


@test
def blocker_is_named(shop: Shop) -> None:
    """Who waits for a row's lock is told for whom, and goes on when that one ends."""
    shop.kedge("deploy")
    shop.write("kedge.plan", (shop.folder / "kedge.plan").read_text("utf-8") +
               "more 2024-05-02T10:03:00Z Grace Hopper <grace@example.com>\n")
    shop.write("deploy/more.sql", "UPDATE customers SET name = 'Bea' WHERE id = 1;\n")
    with other_session(shop, "BEGIN; UPDATE customers SET name = 'Cy' WHERE id = 1") as other:
        process = shop.start("deploy")
        told = shop.wait_for_output(process, "...\n")
        number = other.rows("SELECT connection_id()")[0][0]
        assert f"waiting for connection {number} ({server(shop).user}@" in told, told
        other.rows("ROLLBACK")
        assert process.wait(20) == 0, process.stdout.read()
    assert rows(shop, "SELECT name FROM customers WHERE id = 1") == ["Bea"]


@test
def table_blocker_is_named(shop: Shop) -> None:
    """The same for DDL, which waits for a session that only sleeps in its transaction."""
    shop.kedge("deploy", "--to", "orders")
    shop.write("deploy/seed.sql", "ALTER TABLE customers ADD COLUMN more INTEGER;\n")
    with other_session(shop, "BEGIN; SELECT count(*) FROM customers") as other:
        process = shop.start("deploy", "--script-lock-timeout", "1s", "--lock-retries", "20")
        told = shop.wait_for_output(process, "trying again")
        number = other.rows("SELECT connection_id()")[0][0]
        assert f"connection {number} ({server(shop).user}@" in told, told
        other.rows("ROLLBACK")
        assert process.wait(30) == 0, process.stdout.read()
    assert deployed(shop) == ["customers", "orders", "seed"]
    told = ""
    with other_session(shop, "BEGIN; SELECT count(*) FROM customers"):
        shop.write("revert/seed.sql", "ALTER TABLE customers DROP COLUMN more;\n")
        told = shop.kedge("revert", "-y", "--to", "orders", "--script-lock-timeout", "1s", status=6)
    assert "[1205 (HY000)]" in told and "--lock-retries" in told, told


HEAD = "INSERT INTO customers VALUES (1, 'Ann');\n"


@test
def ctrl_c(shop: Shop) -> None:
    interrupted(shop, signal.SIGINT, HEAD + LONG, sleeping(shop))


@test
def sigterm(shop: Shop) -> None:
    interrupted(shop, signal.SIGTERM, HEAD + LONG, sleeping(shop))


@test
def ctrl_c_under_journal(shop: Shop) -> None:
    interrupted_under_journal(shop, "CREATE TABLE more (id INTEGER);\n" + HEAD, LONG, sleeping(shop), "3 of 3")


@test
def session_killed(shop: Shop) -> None:
    """A session that the server ends is told as such, with what is permanent."""
    shop.write("deploy/seed.sql", "CREATE TABLE more (id INTEGER);\n" + LONG)
    process = shop.start("deploy", "--mode", "change")
    wait_until(shop, sleeping(shop))
    rows(shop, f"KILL {rows(shop, sleeping(shop))[0]}")
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 7, told
    assert "the connection to the database was lost" in told, told
    assert "kedge status tells" in told, told
    told = shop.kedge("status")
    assert "stopped half-way: 1 statements are done" in told, told
    shop.write("deploy/seed.sql", "CREATE TABLE more (id INTEGER);\nINSERT INTO more VALUES (1);\n")
    shop.kedge("deploy")
    assert rows(shop, "SELECT id FROM more") == ["1"]


@test
def two_at_once(shop: Shop) -> None:
    script = "CREATE TABLE more (id INTEGER);\nSELECT SLEEP(2);\n"
    waits_for_the_first(shop, script, sleeping(shop, 2), ("waiting for connection ",))
    with other_session(shop, f"SELECT GET_LOCK('sqitch working on {database(shop)}', 0)"):
        told = shop.kedge("revert", "-y", "--lock-timeout", "0.3", status=6)
    assert "connection" in told, told


@test
def ten_at_once(shop: Shop) -> None:
    """None of them fails, and each change is deployed once."""
    processes = [shop.start("deploy") for _ in range(10)]
    for process in processes:
        told = process.communicate(timeout=120)[0]
        assert process.returncode == 0, told
    assert deployed(shop) == ["customers", "orders", "seed"]
    assert rows(shop, "SELECT count(*) FROM customers") == ["1"]


@test
def locked_tables(shop: Shop) -> None:
    """What mysqldump writes: tables are locked around their rows, and the journal goes on."""
    shop.write("deploy/seed.sql", "LOCK TABLES customers WRITE;\n/*!40000 ALTER TABLE customers DISABLE KEYS */;\n"
                                  "INSERT INTO customers VALUES (1, 'Ann');\n"
                                  "INSERT INTO customers VALUES (2, 'Bo');\n"
                                  "/*!40000 ALTER TABLE customers ENABLE KEYS */;\nUNLOCK TABLES;\n"
                                  "INSERT INTO orders VALUES (10, 2);\n")
    shop.kedge("deploy")
    assert rows(shop, "SELECT id FROM customers ORDER BY id") == ["1", "2"]
    assert rows(shop, "SELECT id FROM orders") == ["10"]


@test
def too_large_for_the_server(shop: Shop) -> None:
    """A statement above max_allowed_packet is refused before it ends the session."""
    most = int(rows(shop, "SELECT @@max_allowed_packet")[0])
    shop.write("deploy/seed.sql", "SET @x = '" + "x" * most + "';\n")
    told = shop.kedge("deploy", "--mode", "change", status=1)
    assert "max_allowed_packet" in told, told
    assert deployed(shop) == ["customers", "orders"]


@test
def dumped_and_loaded(shop: Shop) -> None:
    """A database is moved with its registry by a dump, to another name too."""
    shop.kedge("deploy")
    dump = server(shop).dump(database(shop))
    other = f"{database(shop)}_2"
    client = shop.player.variables["mysql"].split()
    subprocess.run([*client[:-1], other], input=dump.encode(errors="surrogateescape"), check=True,
                   env=os.environ)
    target = shop.player.variables["db2"]
    told = shop.kedge("status", target)
    assert "Nothing to deploy" in told, told
    shop.kedge("revert", "-y", target)
    shop.kedge("deploy", target)
