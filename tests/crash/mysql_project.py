# SPDX-License-Identifier: MIT
"""The project that the crash tests deploy to MySQL or MariaDB and revert: 30 changes of many kinds.

Where DDL is among them, a script runs statement by statement under the journal. What the statements
do to `effects` and `counters` shows if one ran twice, or never. No AUTO_INCREMENT: a
roll-back leaves gaps in it."""

from project import Change, simple, whole


def effect(what: str) -> str:
    return f"INSERT INTO effects VALUES ('{what}')"


def count(place: int, how: str = "n + 1") -> str:
    """A statement that must run once, and no more."""
    return f"UPDATE counters SET n = {how} WHERE id = {place}"


def script(steps: list[str]) -> str:
    """Statements as a script has them; one with a body of several needs another delimiter."""
    out = []
    for step in steps:
        out.append(f"DELIMITER //\n{step}//\nDELIMITER ;\n" if ";" in step and "BEGIN\n" in step
                   else step + ";\n")
    return "".join(out)


def stepped(name: str, deploy: list[str], revert: list[str], check: str = "", *requires: str,
            tag: str = "") -> Change:
    """A change whose scripts run statement by statement under the journal."""
    return Change(name, script(deploy), script(revert), whole(check) if check else "",
                  list(requires), tag, deploy, revert)


def rows(count_of: int) -> str:
    return (f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count_of}) "
            "SELECT ")


def tables() -> list[Change]:
    return [
        stepped("effects", ["CREATE TABLE effects (what VARCHAR(60) NOT NULL)",
                            "CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
                            "INSERT INTO counters VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)",
                            count(1)],
                ["DROP TABLE counters", "DROP TABLE effects"],
                "SELECT what FROM effects WHERE false;"),
        stepped("customers", ["CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT "
                              "NULL,\n    email VARCHAR(80) NOT NULL)"], ["DROP TABLE customers"],
                "SELECT id, name, email FROM customers WHERE false;"),
        stepped("products", ["CREATE TABLE products (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT "
                             "NULL,\n    price DECIMAL(10, 2) NOT NULL DEFAULT 0)"],
                ["DROP TABLE products"]),
        stepped("orders", [effect("orders 0"),
                           "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT "
                           "NULL,\n    state ENUM('new', 'shipped') NOT NULL DEFAULT 'new',\n"
                           "    CONSTRAINT orders_of FOREIGN KEY (customer_id) REFERENCES "
                           "customers (id))", effect("orders 1")],
                ["DROP TABLE orders", "DELETE FROM effects WHERE what LIKE 'orders%'"],
                "SELECT id, state FROM orders WHERE false;", "customers"),
        stepped("order_items", ["CREATE TABLE order_items (order_id INTEGER NOT NULL, product_id "
                                "INTEGER NOT NULL,\n    quantity INTEGER NOT NULL, PRIMARY KEY "
                                "(order_id, product_id))"], ["DROP TABLE order_items"], "",
                "orders", "products", "!other:thing"),
        simple("seed_customers", f"INSERT INTO customers {rows(200)} i, concat('Customer ', i), "
               "concat('c', i, '@example.com') FROM n;", "DELETE FROM customers;",
               "SELECT 1 / count(*) FROM customers WHERE id = 200;"),
        simple("seed_products", f"INSERT INTO products {rows(30)} i, concat('Product; ', i), i + 0.25 "
               "FROM n;\nUPDATE products SET price = price * 2;", "DELETE FROM products;", ""),
        simple("seed_orders", f"INSERT INTO orders (id, customer_id) {rows(300)} i, 1 + i % 200 "
               "FROM n;\nSELECT sleep(0.03);\n"
               f"INSERT INTO order_items {rows(300)} i, 1 + i % 29, 1 + i % 5 FROM n;",
               "DELETE FROM order_items;\nDELETE FROM orders;",
               "SELECT 1 / count(*) FROM orders;", "seed_customers", "seed_products", tag="v1.0"),
    ]


NOTE_ORDER = ("CREATE TRIGGER orders_audit AFTER UPDATE ON orders FOR EACH ROW\nBEGIN\n"
              "    INSERT INTO audit VALUES ('update; of', NEW.id);\n"
              "    UPDATE counters SET n = n + 1 WHERE id = 5;\nEND")


def add_twice(how: str) -> str:
    return ("CREATE PROCEDURE add_twice(IN place INTEGER)\nBEGIN\n"
            f"    UPDATE counters SET n = n + {how} WHERE id = place;\n"
            f"    UPDATE counters SET n = n + {how} WHERE id = place;\nEND")


def objects() -> list[Change]:
    return [
        stepped("order_totals", ["CREATE VIEW order_totals AS SELECT i.order_id, sum(i.quantity * "
                                 "p.price) AS total\n    FROM order_items i JOIN products p ON p.id = "
                                 "i.product_id GROUP BY i.order_id"], ["DROP VIEW order_totals"],
                "SELECT total FROM order_totals WHERE false;", "order_items"),
        stepped("audit", ["CREATE TABLE audit (what VARCHAR(30) NOT NULL, whom INTEGER)",
                          add_twice("1"), count(2),
                          "CREATE FUNCTION doubled(x INTEGER) RETURNS INTEGER DETERMINISTIC "
                          "RETURN x * 2", count(2, "doubled(n)")],
                ["DROP FUNCTION doubled", count(2, "1"), "DROP PROCEDURE add_twice",
                 "DROP TABLE audit"]),
        stepped("audit_trigger", [effect("trigger 0"), NOTE_ORDER, effect("trigger 1")],
                [effect("no trigger 0"), "DROP TRIGGER orders_audit",
                 "DELETE FROM effects WHERE what LIKE '%trigger%'"], "", "audit"),
        simple("ship_orders", "UPDATE orders SET state = 'shipped' WHERE id % 3 = 0;",
               "UPDATE orders SET state = 'new' WHERE state <> 'new';\nDELETE FROM audit;\n"
               "UPDATE counters SET n = 1 WHERE id = 5;", ""),
        # A procedure may commit, so it is under the journal too.
        stepped("call_it", ["CALL add_twice(3)", "UPDATE counters SET n = n * 3 WHERE id = 3"],
                ["UPDATE counters SET n = 1 WHERE id = 3"]),
    ]


def mixed() -> list[Change]:
    """DDL and DML in one script."""
    return [
        stepped("customer_index",
                [count(4), "CREATE INDEX orders_state ON orders (state, id)", count(4, "n * 3"),
                 "CREATE UNIQUE INDEX customers_email ON customers (email)", count(4, "n + 5"),
                 "DROP INDEX orders_state ON orders", effect("index 1")],
                ["DROP INDEX customers_email ON customers", count(4, "1"),
                 "DELETE FROM effects WHERE what = 'index 1'"]),
        stepped("customer_phone",
                ["ALTER TABLE customers ADD COLUMN phone VARCHAR(9) DEFAULT '0'",
                 "UPDATE customers SET phone = concat(phone, id)",
                 "ALTER TABLE customers MODIFY phone VARCHAR(20) NOT NULL DEFAULT '', ADD COLUMN "
                 "visits INTEGER NOT NULL DEFAULT 0 AFTER name",
                 "UPDATE customers SET visits = visits + length(phone)",
                 "ALTER TABLE customers ALTER visits SET DEFAULT 1, COMMENT = 'Who buys; and how'"],
                ["ALTER TABLE customers DROP COLUMN visits, COMMENT = ''", effect("no phone"),
                 "ALTER TABLE customers DROP COLUMN phone",
                 "DELETE FROM effects WHERE what = 'no phone'"],
                "SELECT phone, visits FROM customers WHERE false;"),
        stepped("products_rebuilt",
                ["CREATE TABLE products_new LIKE products",
                 "ALTER TABLE products_new ADD COLUMN code VARCHAR(20)",
                 "INSERT INTO products_new SELECT id, name, price, concat('p', id) FROM products",
                 "RENAME TABLE products TO products_old, products_new TO products",
                 "UPDATE products SET price = price + 1", "DROP TABLE products_old"],
                ["CREATE TABLE products_again LIKE products",
                 "INSERT INTO products_again SELECT * FROM products",
                 "UPDATE products_again SET price = price - 1",
                 "ALTER TABLE products_again DROP COLUMN code", "DROP TABLE products",
                 "RENAME TABLE products_again TO products"],
                "SELECT code FROM products WHERE false;", tag="v1.1"),
        stepped("several_dropped",
                ["CREATE TABLE one (x INTEGER)", "CREATE TABLE two (x INTEGER)",
                 "CREATE TABLE three (x INTEGER)", "INSERT INTO one VALUES (1), (2)",
                 "INSERT INTO two SELECT x + 1 FROM one", "DROP TABLE two, three",
                 "UPDATE one SET x = x * 10"],
                ["CREATE TABLE two AS SELECT x FROM one", "UPDATE two SET x = x + 1",
                 "DROP TABLE IF EXISTS one, two, three"]),
        stepped("truncated",
                ["CREATE TABLE emptied (id INTEGER PRIMARY KEY, x INTEGER)",
                 f"INSERT INTO emptied {rows(50)} i, i FROM n", "TRUNCATE TABLE emptied",
                 "INSERT INTO emptied VALUES (1, 1)", "UPDATE emptied SET x = x + 1",
                 effect("truncated")],
                ["UPDATE emptied SET x = x + 1", "TRUNCATE emptied", "DROP TABLE emptied",
                 "DELETE FROM effects WHERE what = 'truncated'"]),
        stepped("selected",
                ["CREATE TABLE selected AS SELECT state, count(*) AS many FROM orders GROUP BY state",
                 "UPDATE selected SET many = many + 1",
                 "CREATE TABLE IF NOT EXISTS selected (nothing INTEGER)", effect("selected")],
                ["UPDATE selected SET many = many + 1", "DROP TABLE IF EXISTS selected",
                 "DROP TABLE IF EXISTS never_there",
                 "DELETE FROM effects WHERE what = 'selected'"]),
        stepped("renamed",
                ["ALTER TABLE customers RENAME COLUMN name TO title",
                 "UPDATE customers SET title = concat(title, '!')",
                 "ALTER TABLE audit RENAME TO remarks", "RENAME TABLE remarks TO audit",
                 "ALTER TABLE customers RENAME INDEX customers_email TO customers_mail"],
                ["ALTER TABLE customers RENAME INDEX customers_mail TO customers_email",
                 "UPDATE customers SET title = left(title, length(title) - 1)",
                 "ALTER TABLE customers CHANGE title name VARCHAR(50) NOT NULL"],
                "SELECT title FROM customers WHERE false;"),
        stepped("views_again",
                ["CREATE OR REPLACE VIEW order_totals AS SELECT order_id, 0 AS total FROM "
                 "order_items", "CREATE VIEW more AS SELECT * FROM order_totals", effect("views"),
                 "ALTER VIEW more AS SELECT order_id FROM order_totals"],
                ["DROP VIEW more", "CREATE OR REPLACE VIEW order_totals AS SELECT order_id, 1 AS "
                 "total FROM order_items", "DELETE FROM effects WHERE what = 'views'"],
                "SELECT total FROM order_totals WHERE false;", "order_totals"),
        stepped("routines_again",
                ["DROP PROCEDURE IF EXISTS add_twice", add_twice("10"), "CALL add_twice(3)",
                 "DROP TRIGGER orders_audit", "UPDATE orders SET state = 'new' WHERE id = 3",
                 NOTE_ORDER, "UPDATE orders SET state = 'shipped' WHERE id = 3"],
                ["DROP PROCEDURE add_twice", add_twice("1"), count(3, "9")],
                "", "audit", tag="v2.0"),
        stepped("transactions",
                ["START TRANSACTION", effect("transactions 1"), count(1, "n + 10"), "COMMIT",
                 "CREATE TABLE ledger (x INTEGER)", "BEGIN", "INSERT INTO ledger VALUES (1), (2)",
                 "UPDATE ledger SET x = x * 2", count(1, "n * 2"), "COMMIT",
                 "ALTER TABLE ledger ADD KEY (x)"],
                ["BEGIN", "UPDATE ledger SET x = x + 1", count(1, "2"),
                 "DELETE FROM effects WHERE what = 'transactions 1'", "COMMIT",
                 "DROP TABLE ledger"]),
        stepped("constraints",
                ["ALTER TABLE order_items ADD CONSTRAINT many CHECK (quantity > 0)",
                 "UPDATE order_items SET quantity = quantity + 1",
                 "ALTER TABLE order_items ADD CONSTRAINT of_product FOREIGN KEY (product_id) "
                 "REFERENCES products (id)", effect("constraints")],
                ["ALTER TABLE order_items DROP FOREIGN KEY of_product",
                 "ALTER TABLE order_items DROP KEY of_product",
                 "UPDATE order_items SET quantity = quantity - 1",
                 "ALTER TABLE order_items DROP CONSTRAINT many",
                 "DELETE FROM effects WHERE what = 'constraints'"]),
        stepped("partitions",
                ["CREATE TABLE days (day DATE NOT NULL, x INTEGER) PARTITION BY RANGE (YEAR(day))\n"
                 "(PARTITION p0 VALUES LESS THAN (2024), PARTITION p1 VALUES LESS THAN (2025))",
                 "INSERT INTO days VALUES ('2023-06-01', 1), ('2024-06-01', 2)",
                 "ALTER TABLE days ADD PARTITION (PARTITION p2 VALUES LESS THAN (2026))",
                 "UPDATE days SET x = x + 1", "ALTER TABLE days DROP PARTITION p0"],
                ["ALTER TABLE days TRUNCATE PARTITION p1", "DROP TABLE days"]),
        stepped("session_variables",
                ["SET @add = 5", count(2, "n + @add"),
                 "CREATE TABLE boxes (w INTEGER, h INTEGER, area INTEGER AS (w * h) STORED)",
                 "INSERT INTO boxes (w, h) VALUES (2, 3), (4, @add)", count(2, "n + @add")],
                ["DROP TABLE boxes", count(2, "4")]),
        stepped("slow", ["CREATE TABLE slow (x INTEGER)", "INSERT INTO slow VALUES (1)",
                         "SELECT sleep(0.04)", "UPDATE slow SET x = x + 1",
                         "ALTER TABLE slow ADD COLUMN y INTEGER, ALGORITHM=COPY"],
                ["SELECT sleep(0.02)", "DROP TABLE slow"], "SELECT sleep(0.01);"),
    ]


def rest() -> list[Change]:
    return [
        stepped("many_rows", ["CREATE TABLE many (id INTEGER PRIMARY KEY, filler VARCHAR(250))",
                              f"INSERT INTO many {rows(400)} i, repeat(hex(i * 7919), 20) FROM n",
                              "DELETE FROM many WHERE id % 2 = 0",
                              "UPDATE many SET id = id + 1000 ORDER BY id DESC"],
                ["DROP TABLE many"]),
        stepped("unicode", ["CREATE TABLE `ü;日` (t VARCHAR(20)) COMMENT 'Grüße; 😀'",
                            "INSERT INTO `ü;日` VALUES ('ß'), ('😀')",
                            "UPDATE `ü;日` SET t = concat(t, t)"], ["DROP TABLE `ü;日`"]),
        simple("last", "INSERT INTO effects VALUES ('the end');",
               "DELETE FROM effects WHERE what = 'the end';",
               "SELECT 1 / count(*) FROM effects WHERE what = 'the end';", tag="v3.0"),
    ]


def changes() -> list[Change]:
    out = tables() + objects() + mixed() + rest()
    for change in out:
        if change.verify == whole(""):
            change.verify = ""
    return out


def is_several(step: str) -> bool:
    """DDL on several objects, of which a server that dies may leave one half (MariaDB: each by itself)."""
    return step.startswith(("DROP TABLE", "RENAME TABLE")) and "," in step
