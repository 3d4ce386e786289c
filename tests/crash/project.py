# SPDX-License-Identifier: MIT
"""The project that the crash tests deploy and revert: 30 changes of many kinds."""

from dataclasses import dataclass, field
from pathlib import Path

PLANNED = "2024-05-01T10:{:02d}:00Z Ada Lovelace <ada@example.com>"


@dataclass
class Change:
    name: str
    deploy: str
    revert: str
    verify: str
    requires: list[str] = field(default_factory=list)
    tag: str = ""
    # Statements in order, for a script that runs under the journal; empty for the others.
    deploy_steps: list[str] = field(default_factory=list)
    revert_steps: list[str] = field(default_factory=list)


def whole(body: str) -> str:
    """A script that is one transaction."""
    return f"-- A change.\nBEGIN;\n\n{body.strip()}\n\nCOMMIT;\n"


def simple(name: str, deploy: str, revert: str, check: str, *requires: str, tag: str = "") -> Change:
    return Change(name, whole(deploy), whole(revert), whole(check), list(requires), tag)


def text_of(steps: list[str]) -> str:
    """Statements as a script has them; the data of a COPY bring their own end."""
    return "".join(step + ("\n" if step.endswith("\\.") else ";\n") for step in steps)


def stepped(name: str, deploy: list[str], revert: list[str], check: str, head: str = "",
            tag: str = "") -> Change:
    """A change whose scripts run statement by statement under the journal."""
    return Change(name, head + text_of(deploy), head + text_of(revert), whole(check), [], tag,
                  deploy, revert)


def numbers(count: int) -> str:
    return (f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})")


REBUILD_CUSTOMERS = """-- kedge: foreign_keys off
BEGIN;
CREATE TABLE customers_new (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    email TEXT NOT NULL{unique},
    phone TEXT
);
INSERT INTO customers_new SELECT id, name, email, phone FROM customers;
DROP TABLE customers;
ALTER TABLE customers_new RENAME TO customers;
COMMIT;
"""

VIEW = ("CREATE VIEW order_totals AS SELECT o.id, sum(i.quantity * p.price) AS total FROM orders o "
        "JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id "
        "GROUP BY o.id;")

REBUILD_ITEMS = """PRAGMA foreign_keys = OFF;
BEGIN;
DROP VIEW order_totals;
CREATE TABLE items_new (
    order_id   INTEGER NOT NULL REFERENCES orders(id),
    product_id INTEGER NOT NULL REFERENCES products(id),
    quantity   INTEGER NOT NULL{check},
    PRIMARY KEY (order_id, product_id)
);
INSERT INTO items_new SELECT order_id, product_id, quantity FROM order_items;
DROP TABLE order_items;
ALTER TABLE items_new RENAME TO order_items;
{view}
COMMIT;
PRAGMA foreign_keys = ON;
"""


def tables() -> list[Change]:
    return [
        simple("customers", "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, "
               "email TEXT NOT NULL);", "DROP TABLE customers;",
               "SELECT id, name, email FROM customers WHERE 0;"),
        simple("products", "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, "
               "price INTEGER NOT NULL DEFAULT 0);", "DROP TABLE products;",
               "SELECT id, price FROM products WHERE 0;"),
        simple("orders", "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL"
               " REFERENCES customers(id), state TEXT NOT NULL DEFAULT 'new');",
               "DROP TABLE orders;", "SELECT id, state FROM orders WHERE 0;", "customers"),
        simple("order_items", "CREATE TABLE order_items (\n    order_id INTEGER NOT NULL REFERENCES"
               " orders(id),\n    product_id INTEGER NOT NULL REFERENCES products(id),\n    quantity"
               " INTEGER NOT NULL, PRIMARY KEY (order_id, product_id)\n);",
               "DROP TABLE order_items;", "SELECT quantity FROM order_items WHERE 0;", "orders",
               "products"),
        simple("order_indexes", "CREATE INDEX orders_customer ON orders (customer_id);\n"
               "CREATE INDEX orders_state ON orders (state, id);",
               "DROP INDEX orders_state;\nDROP INDEX orders_customer;",
               "SELECT id FROM orders INDEXED BY orders_state WHERE state = 'x';"),
        simple("customer_phone", "ALTER TABLE customers ADD COLUMN phone TEXT;",
               "ALTER TABLE customers DROP COLUMN phone;", "SELECT phone FROM customers WHERE 0;"),
        simple("seed_customers", f"{numbers(40)} INSERT INTO customers (id, name, email) "
               "SELECT i, 'Customer ' || i, 'c' || i || '@example.com' FROM n;",
               "DELETE FROM customers;", "SELECT id FROM customers WHERE 0;"),
        simple("seed_products", f"{numbers(25)} INSERT INTO products SELECT i, 'Product ' || i, "
               "i * 100 FROM n;\nINSERT INTO products VALUES (100, 'Spare; part -- ''x''', 7);",
               "DELETE FROM products;", "SELECT id FROM products WHERE 0;", "products"),
        simple("seed_orders", f"{numbers(60)} INSERT INTO orders (id, customer_id) "
               "SELECT i, 1 + i % 40 FROM n;\n"
               f"{numbers(60)} INSERT INTO order_items SELECT i, 1 + i % 25, i % 5 + 1 FROM n;",
               "DELETE FROM order_items;\nDELETE FROM orders;", "SELECT id FROM orders WHERE 0;",
               "seed_customers", "seed_products", tag="v1.0"),
        simple("raise_prices", "UPDATE products SET price = price * 2;",
               "UPDATE products SET price = price / 2;", "SELECT price FROM products WHERE 0;"),
    ]


def objects() -> list[Change]:
    return [
        simple("order_totals", VIEW, "DROP VIEW order_totals;",
               "SELECT id, total FROM order_totals WHERE 0;", "order_items"),
        simple("audit", "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT, "
               "whom INTEGER);", "DROP TABLE audit;", "SELECT id, whom FROM audit WHERE 0;"),
        simple("audit_trigger", "CREATE TRIGGER orders_audit AFTER UPDATE ON orders\nBEGIN\n"
               "    INSERT INTO audit (what, whom) VALUES ('update; of', NEW.id);\n"
               "    UPDATE customers SET phone = '1' WHERE id = NEW.customer_id;\nEND;",
               "DROP TRIGGER orders_audit;", "SELECT 1;", "audit"),
        simple("ship_orders", "UPDATE orders SET state = 'shipped' WHERE id % 3 = 0;",
               "UPDATE orders SET state = 'new';\nDELETE FROM audit;\n"
               "DELETE FROM sqlite_sequence;\nUPDATE customers SET phone = NULL;",
               "SELECT state FROM orders WHERE 0;"),
        simple("new_orders", "CREATE INDEX orders_new ON orders (id) WHERE state = 'new';",
               "DROP INDEX orders_new;", "SELECT 1;"),
        simple("email_index", "CREATE UNIQUE INDEX customers_email ON customers (lower(email));",
               "DROP INDEX customers_email;", "SELECT 1;"),
        Change("less_audit",
               whole("DROP TRIGGER orders_audit;\nDROP INDEX customers_email;"),
               whole("CREATE UNIQUE INDEX customers_email ON customers (lower(email));\n"
                     "CREATE TRIGGER orders_audit AFTER UPDATE ON orders BEGIN\n"
                     "INSERT INTO audit (what, whom) VALUES ('again', NEW.id); END;"),
               whole("SELECT 1;")),
        Change("customers_rebuilt", REBUILD_CUSTOMERS.format(unique=" UNIQUE"),
               REBUILD_CUSTOMERS.format(unique=""), whole("SELECT email FROM customers WHERE 0;")),
        Change("no_begin", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);\n"
               "INSERT INTO notes VALUES (1, 'one'), (2, NULL);\n",
               "DELETE FROM notes;\nDROP TABLE notes;\n", "SELECT 1;\n"),
        Change("items_rebuilt", REBUILD_ITEMS.format(check=" CHECK (quantity > 0)", view=VIEW),
               REBUILD_ITEMS.format(check="", view=VIEW), whole("SELECT quantity FROM order_items WHERE 0;"),
               ["order_items"], "v2.0"),
    ]


def journaled() -> list[Change]:
    return [
        stepped("several_transactions",
                ["BEGIN", "CREATE TABLE first (id INTEGER PRIMARY KEY, x TEXT)",
                 "INSERT INTO first VALUES (1, 'a'), (2, 'b')", "COMMIT",
                 "UPDATE first SET x = x || '!'", "UPDATE first SET x = x || '?'",
                 "BEGIN", "CREATE TABLE second (id INTEGER PRIMARY KEY, y TEXT)",
                 "INSERT INTO second SELECT id, x FROM first",
                 "UPDATE first SET x = x || '#'", "COMMIT"],
                ["BEGIN", "DROP TABLE second", "UPDATE first SET x = 'gone'", "COMMIT",
                 "BEGIN", "DELETE FROM first WHERE id = 1", "COMMIT", "DROP TABLE first"],
                "SELECT x, y FROM first JOIN second USING (id) WHERE 0;"),
        stepped("vacuum_middle",
                ["CREATE TABLE vacuumed (id INTEGER PRIMARY KEY, x TEXT)",
                 f"{numbers(30)} INSERT INTO vacuumed SELECT i, hex(i) FROM n",
                 "DELETE FROM vacuumed WHERE id % 2 = 0", "VACUUM",
                 "UPDATE vacuumed SET x = x || '+'",
                 "CREATE INDEX vacuumed_x ON vacuumed (x)"],
                ["DROP INDEX vacuumed_x", "UPDATE vacuumed SET x = x || '-'", "VACUUM",
                 "DROP TABLE vacuumed"],
                "SELECT x FROM vacuumed INDEXED BY vacuumed_x WHERE x = '';", tag="v2.1"),
    ]


def rest() -> list[Change]:
    return [
        simple("generated", "CREATE TABLE boxes (w INTEGER, h INTEGER, area INTEGER GENERATED "
               "ALWAYS AS (w * h) STORED);\nINSERT INTO boxes (w, h) VALUES (2, 3), (4, 5);",
               "DROP TABLE boxes;", "SELECT area FROM boxes WHERE 0;"),
        simple("keyed", "CREATE TABLE keyed (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;\n"
               "INSERT INTO keyed VALUES ('a', x'0001ff'), ('ü', zeroblob(300));",
               "DROP TABLE keyed;", "SELECT v FROM keyed WHERE 0;"),
        simple("many_rows", "CREATE TABLE many (id INTEGER PRIMARY KEY, filler TEXT);\n"
               f"{numbers(400)} INSERT INTO many SELECT i, printf('%0200d', i) FROM n;",
               "DROP TABLE many;", "SELECT id FROM many WHERE 0;"),
        simple("fewer_rows", "DELETE FROM many WHERE id % 2 = 0;\n"
               "UPDATE many SET filler = 'short' WHERE id < 300;",
               f"DELETE FROM many;\n{numbers(400)} INSERT INTO many SELECT i, "
               "printf('%0200d', i) FROM n;", "SELECT id FROM many WHERE 0;", "many_rows"),
        simple("renamed_column", "ALTER TABLE many RENAME COLUMN filler TO stuffing;",
               "ALTER TABLE many RENAME COLUMN stuffing TO filler;",
               "SELECT stuffing FROM many WHERE 0;"),
        simple("renamed_table", "ALTER TABLE notes RENAME TO remarks;",
               "ALTER TABLE remarks RENAME TO notes;", "SELECT text FROM remarks WHERE 0;"),
        simple("new_view", "DROP VIEW order_totals;\nCREATE VIEW order_totals AS SELECT id, 0 AS "
               "total FROM orders;", "DROP VIEW order_totals;\nCREATE VIEW order_totals AS SELECT "
               "id, 1 AS total FROM orders;", "SELECT total FROM order_totals WHERE 0;",
               "order_totals"),
        stepped("forced", ["CREATE TABLE forced (x)", "INSERT INTO forced VALUES (1)",
                           "UPDATE forced SET x = x + 1", "UPDATE forced SET x = x * 10"],
                ["UPDATE forced SET x = x + 1", "DELETE FROM forced", "DROP TABLE forced"],
                "SELECT x FROM forced WHERE 0;", head="-- kedge: no-transaction\n", tag="v3.0"),
    ]


def changes() -> list[Change]:
    return tables() + objects() + journaled() + rest()


def write_project(folder: Path, brand: str, planned: list[Change] | None = None,
                  engine: str = "sqlite", settings: str = "[deploy]\n\tverify = true\n"
                  ) -> list[Change]:
    """Writes a project with `<brand>.conf` (kedge or sqitch) into `folder`: of these changes, or
    those above. A change may be without a verify script."""
    all_changes = changes() if planned is None else planned
    for kind in ("deploy", "revert", "verify"):
        (folder / kind).mkdir(parents=True)
    lines = ["%syntax-version=1.0.0", "%project=crash", ""]
    for number, change in enumerate(all_changes):
        required = f"[{' '.join(change.requires)}] " if change.requires else ""
        stamp = PLANNED.format(number)
        lines.append(f"{change.name} {required}{stamp} # Change {number + 1}")
        if change.tag:
            lines.append(f"@{change.tag} {stamp} # Tag {change.tag}")
            lines.append("")
        for kind in ("deploy", "revert", "verify"):
            if script := getattr(change, kind):
                (folder / kind / f"{change.name}.sql").write_text(script, "utf-8")
    (folder / f"{brand}.plan").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / f"{brand}.conf").write_text(f"[core]\n\tengine = {engine}\n{settings}", "utf-8")
    return all_changes


def boundaries(steps: list[str]) -> list[int]:
    """How many statements may be permanent: those not within a transaction of the script's own."""
    out, inside = [0], False
    for number, step in enumerate(steps, 1):
        inside = step in ("BEGIN", "START TRANSACTION") or (inside and step != "COMMIT")
        if not inside:
            out.append(number)
    return out
