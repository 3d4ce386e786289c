# SPDX-License-Identifier: MIT
"""What the tests of databases on servers share."""

import signal
import time

from shop import Shop


def rows(shop: Shop, query: str) -> list[str]:
    """As lines, columns parted by `|`."""
    return shop.player.engine.query(shop.folder, query)


def deployed(shop: Shop) -> list[str]:
    """The changes that are recorded, in their order."""
    table = shop.player.variables["changes_table"]
    return rows(shop, f"SELECT c.change FROM {table} c ORDER BY committed_at")


def wait_until(shop: Shop, query: str) -> None:
    """Until the query gives a row."""
    end = time.monotonic() + 20
    while not rows(shop, query):
        assert time.monotonic() < end, f"never: {query}"
        time.sleep(0.05)


def interrupted(shop: Shop, number: int, script: str, sleeping: str) -> str:
    """A signal during a long statement, while `sleeping` gives a row, ends it on the server, too. What
    kedge said."""
    shop.write("deploy/seed.sql", script)
    process = shop.start("deploy", "--mode", "change")
    wait_until(shop, sleeping)
    told = shop.interrupt(process, number)
    assert not rows(shop, sleeping), "the server still runs it"
    assert deployed(shop) == ["customers", "orders"]
    assert rows(shop, "SELECT count(*) FROM customers") == ["0"]
    shop.write("deploy/seed.sql", "INSERT INTO customers VALUES (1, 'Ann');\n")
    shop.kedge("deploy")
    return told


def interrupted_under_journal(shop: Shop, head: str, long: str, sleeping: str, place: str) -> None:
    """What was done before is permanent, and not done again. `head` makes Ann a customer."""
    shop.write("deploy/seed.sql", head + long)
    process = shop.start("deploy", "--mode", "change")
    wait_until(shop, sleeping)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=20)[0]
    assert process.returncode == 1, told
    assert f"stopped at statement {place}" in told, told
    assert rows(shop, "SELECT name FROM customers") == ["Ann"]
    shop.write("deploy/seed.sql", head + "INSERT INTO customers VALUES (2, 'Bo');\n")
    shop.kedge("deploy")
    assert rows(shop, "SELECT name FROM customers ORDER BY id") == ["Ann", "Bo"]


def waits_for_the_first(shop: Shop, script: str, sleeping: str, holder: tuple[str, ...]) -> None:
    """The second deployer waits for the first, and says for whom: in the words of `holder`."""
    shop.write("deploy/seed.sql", script)
    first = shop.start("deploy")
    wait_until(shop, sleeping)
    second = shop.start("deploy")
    told = shop.wait_for_output(second, "...\n")
    for words in holder:
        assert words in told, told
    assert first.wait(30) == 0, first.stdout.read()
    told = second.communicate(timeout=30)[0]
    assert second.returncode == 0 and "Nothing to deploy (up-to-date)" in told, told
    assert deployed(shop) == ["customers", "orders", "seed"]
