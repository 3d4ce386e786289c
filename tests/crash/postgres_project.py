# SPDX-License-Identifier: MIT
"""The project that the crash tests deploy to PostgreSQL and revert: 30 changes of many kinds.

The scripts under the journal write down what they do in the table `effects`, so that a statement
that ran twice, or never, shows. No sequences: a roll-back leaves gaps in them."""

from project import Change, simple, stepped, whole


def effect(what: str) -> str:
    return f"INSERT INTO effects VALUES ('{what}')"


def also(what: str, work: str) -> str:
    """A statement that leaves its effect too."""
    return f"WITH noted AS ({effect(what)}) {work}"


def copied(table: str, rows: list[str]) -> str:
    return f"COPY {table} FROM STDIN;\n" + "".join(row + "\n" for row in rows) + "\\."


def steps_of(name: str, *steps: str) -> list[str]:
    """Statements with an effect put behind each."""
    out = []
    for number, step in enumerate(steps, 1):
        out += [step, effect(f"{name} {number}")]
    return out


def tables() -> list[Change]:
    return [
        simple("effects", "CREATE TABLE effects (what text NOT NULL);", "DROP TABLE effects;",
               "SELECT what FROM effects WHERE false;"),
        simple("customers", "CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL,\n"
               "    email text NOT NULL);", "DROP TABLE customers;",
               "SELECT id, name, email FROM customers WHERE false;"),
        simple("products", "CREATE TABLE products (id integer PRIMARY KEY, name text NOT NULL,\n"
               "    price numeric(10, 2) NOT NULL DEFAULT 0);", "DROP TABLE products;", ""),
        simple("orders", "CREATE TYPE order_state AS ENUM ('new', 'shipped');\n"
               "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL\n"
               "    REFERENCES customers(id), state order_state NOT NULL DEFAULT 'new');",
               "DROP TABLE orders;\nDROP TYPE order_state;",
               "SELECT id, state FROM orders WHERE false;", "customers"),
        simple("order_items", "CREATE TABLE order_items (order_id integer NOT NULL REFERENCES "
               "orders(id),\n    product_id integer NOT NULL REFERENCES products(id),\n"
               "    quantity integer NOT NULL CHECK (quantity > 0),\n"
               "    PRIMARY KEY (order_id, product_id));", "DROP TABLE order_items;", "", "orders",
               "products", "!other:thing"),
        simple("seed_customers", copied("customers", [f"{i}\tCustomer {i}\tc{i}@example.com"
                                                      for i in range(1, 201)]),
               "DELETE FROM customers;",
               "SELECT 1 / count(*) FROM customers WHERE id = 200;"),
        simple("seed_products", copied("products", ["1\tSpare; part -- 'x'\t7", "2\t\\\\.\t0.5"] +
                                       [f"{i}\tProduct {i}\t{i}.25" for i in range(3, 30)]) +
               "\nUPDATE products SET price = price * 2;", "DELETE FROM products;", ""),
        simple("seed_orders", "INSERT INTO orders (id, customer_id) SELECT i, 1 + i % 200 "
               "FROM generate_series(1, 600) i;\nSELECT pg_sleep(0.03);\n"
               "INSERT INTO order_items SELECT i, 1 + i % 29, 1 + i % 5 "
               "FROM generate_series(1, 600) i;",
               "DELETE FROM order_items;\nDELETE FROM orders;",
               "SELECT 1 / count(*) FROM orders;", "seed_customers", "seed_products", tag="v1.0"),
    ]


def objects() -> list[Change]:
    return [
        simple("order_totals", "CREATE VIEW order_totals AS SELECT i.order_id, sum(i.quantity * "
               "p.price) AS total\n    FROM order_items i JOIN products p ON p.id = i.product_id "
               "GROUP BY i.order_id;", "DROP VIEW order_totals;",
               "SELECT total FROM order_totals WHERE false;", "order_items"),
        simple("audit", "CREATE TABLE audit (what text NOT NULL, whom integer);\n"
               "CREATE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
               "    INSERT INTO audit VALUES (TG_OP || '; of', NEW.id);\n    RETURN NEW;\n"
               "END;\n$$;",
               "DROP FUNCTION note_order();\nDROP TABLE audit;", ""),
        simple("audit_trigger", "CREATE TRIGGER orders_audit AFTER UPDATE ON orders FOR EACH ROW "
               "EXECUTE FUNCTION note_order();", "DROP TRIGGER orders_audit ON orders;",
               "SELECT 1 / count(*) FROM pg_trigger WHERE tgname = 'orders_audit';", "audit"),
        simple("ship_orders", "UPDATE orders SET state = 'shipped' WHERE id % 3 = 0;",
               "UPDATE orders SET state = 'new' WHERE state <> 'new';\nDELETE FROM audit;", ""),
    ]


def journaled() -> list[Change]:
    """Scripts of which some part is permanent before the rest has run."""
    return [
        stepped("customer_index",
                [effect("customer_index 0"),
                 "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id)",
                 effect("customer_index 2")],
                [effect("no customer_index 0"), "DROP INDEX CONCURRENTLY orders_customer",
                 effect("no customer_index 2")],
                "SELECT 1 / count(*) FROM pg_index WHERE indisvalid "
                "AND indexrelid = 'orders_customer'::regclass;"),
        stepped("several_transactions",
                ["BEGIN", "CREATE TABLE first (id integer PRIMARY KEY, x text)",
                 "INSERT INTO first VALUES (1, 'a'), (2, 'b')", effect("several 1"), "COMMIT",
                 also("several 2", "UPDATE first SET x = x || '!'"), effect("several 3"),
                 "SET search_path = public",
                 "BEGIN", "CREATE TABLE second AS SELECT id, x AS y FROM first",
                 also("several 4", "UPDATE first SET x = x || '#'"), "COMMIT"],
                ["BEGIN", "DROP TABLE second", effect("no several 1"),
                 "UPDATE first SET x = 'gone'", "COMMIT",
                 "BEGIN", also("no several 2", "DELETE FROM first WHERE id = 1"), "COMMIT",
                 "DROP TABLE first"],
                "SELECT x, y FROM first JOIN second USING (id) WHERE false;"),
        stepped("vacuum_middle",
                steps_of("vacuum", "CREATE TABLE vacuumed (id integer PRIMARY KEY, x text)",
                         "INSERT INTO vacuumed SELECT i, md5(i::text) FROM "
                         "generate_series(1, 100) i",
                         "DELETE FROM vacuumed WHERE id % 2 = 0", "VACUUM (ANALYZE) vacuumed",
                         "UPDATE vacuumed SET x = x || '+'"),
                steps_of("no vacuum", "UPDATE vacuumed SET x = x || '-'", "VACUUM FULL vacuumed",
                         "DROP TABLE vacuumed"),
                "SELECT x FROM vacuumed WHERE false;"),
        stepped("enum_value",
                ["ALTER TYPE order_state ADD VALUE 'lost'",
                 also("enum_value", "UPDATE orders SET state = 'lost' WHERE id % 10 = 0")],
                ["BEGIN", "UPDATE orders SET state = 'new' WHERE state = 'lost'",
                 "CREATE TYPE order_state_before AS ENUM ('new', 'shipped')",
                 "ALTER TABLE orders ALTER state DROP DEFAULT, ALTER state TYPE "
                 "order_state_before USING state::text::order_state_before",
                 "ALTER TABLE orders ALTER state SET DEFAULT 'new'",
                 "DROP TYPE order_state", "ALTER TYPE order_state_before RENAME TO order_state",
                 "COMMIT", effect("no enum_value")],
                "SELECT 'lost'::order_state;", tag="v2.0"),
        stepped("forced",
                [effect("forced 0"),
                 "CREATE TABLE forced (id integer, x text)",
                 copied("forced", [f"{i}\tx{i}" for i in range(50)]),
                 also("forced 1", "UPDATE forced SET id = id + 1"),
                 "SELECT pg_sleep(0.02)",
                 also("forced 2", "UPDATE forced SET id = id * 10")],
                [also("no forced 1", "UPDATE forced SET id = id + 1"),
                 also("no forced 2", "DELETE FROM forced"), "DROP TABLE forced"],
                "SELECT x FROM forced WHERE false;", head="-- kedge: no-transaction\n"),
        stepped("indexes_again",
                ["CREATE UNIQUE INDEX CONCURRENTLY customers_email ON customers (lower(email))",
                 "REINDEX INDEX CONCURRENTLY customers_email", effect("indexes 1"),
                 "DROP INDEX CONCURRENTLY orders_customer", effect("indexes 2"),
                 "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id, state)"],
                ["DROP INDEX CONCURRENTLY orders_customer", effect("no indexes 1"),
                 "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id)",
                 "DROP INDEX CONCURRENTLY customers_email", effect("no indexes 2")],
                "SELECT 'customers_email'::regclass;", tag="v2.1"),
    ]


def rest() -> list[Change]:
    return [
        simple("deferred", "CREATE TABLE nodes (id integer PRIMARY KEY, parent integer REFERENCES "
               "nodes(id)\n    DEFERRABLE INITIALLY DEFERRED);\n"
               "INSERT INTO nodes SELECT i, i + 1 FROM generate_series(1, 99) i;\n"
               "INSERT INTO nodes VALUES (100, NULL);", "DROP TABLE nodes;",
               "SELECT parent FROM nodes WHERE false;"),
        simple("own_schema", "CREATE SCHEMA extra;\nSET LOCAL search_path = extra, public;\n"
               "CREATE TABLE boxes (w integer, h integer, area integer GENERATED ALWAYS AS (w * h) "
               "STORED);\nINSERT INTO boxes VALUES (2, 3), (4, 5);\n"
               "COMMENT ON TABLE boxes IS 'Boxes; and more';",
               "DROP TABLE extra.boxes;\nDROP SCHEMA extra;", ""),
        # Without BEGIN, and with a setting of the session.
        Change("no_begin", "SET search_path = extra;\nCREATE TABLE notes (id integer, text text);\n"
               "INSERT INTO notes VALUES (1, 'one'), (2, NULL);\n",
               "DELETE FROM extra.notes;\nDROP TABLE extra.notes;\n", "", ["own_schema"]),
        simple("partitions", "CREATE TABLE days (day date NOT NULL, x integer) PARTITION BY RANGE "
               "(day);\nCREATE TABLE days_2023 PARTITION OF days FOR VALUES FROM ('2023-01-01') TO "
               "('2024-01-01');\nCREATE TABLE days_2024 PARTITION OF days FOR VALUES FROM "
               "('2024-01-01') TO ('2025-01-01');\n"
               "INSERT INTO days SELECT date '2023-06-01' + i, i "
               "FROM generate_series(1, 400) i;", "DROP TABLE days;",
               "SELECT x FROM days_2024 WHERE false;"),
        stepped("detached",
                ["ALTER TABLE days DETACH PARTITION days_2023 CONCURRENTLY",
                 also("detached", "UPDATE days_2023 SET x = -1")],
                ["BEGIN", "DELETE FROM days_2023", effect("no detached 0"), "COMMIT", "BEGIN",
                 "ALTER TABLE days ATTACH PARTITION days_2023 FOR VALUES FROM ('2023-01-01') TO "
                 "('2024-01-01')", effect("no detached 1"), "COMMIT"],
                ""),
        simple("slow", "CREATE TABLE slow (x integer);\nINSERT INTO slow VALUES (1);\n"
               "SELECT pg_sleep(0.04);\nINSERT INTO slow VALUES (2);", "SELECT pg_sleep(0.04);\n"
               "DROP TABLE slow;", "SELECT pg_sleep(0.02);"),
        simple("renamed", "ALTER TABLE products RENAME COLUMN name TO title;\n"
               "ALTER TABLE extra.notes RENAME TO remarks;",
               "ALTER TABLE extra.remarks RENAME TO notes;\n"
               "ALTER TABLE products RENAME COLUMN title TO name;", "", "products"),
        simple("block", "DO $$\nBEGIN\n    FOR i IN 1..20 LOOP\n        INSERT INTO effects VALUES "
               "('block ' || i);\n    END LOOP;\n    RAISE NOTICE 'done; %', 20;\nEND;\n$$;",
               "DELETE FROM effects WHERE what LIKE 'block%';", ""),
        simple("summary", "CREATE MATERIALIZED VIEW summary AS SELECT state, count(*) FROM orders "
               "GROUP BY state;\nCREATE OR REPLACE FUNCTION note_order() RETURNS trigger LANGUAGE "
               "plpgsql AS $f$\nBEGIN\n    RETURN NEW;\nEND;\n$f$;",
               "CREATE OR REPLACE FUNCTION note_order() RETURNS trigger LANGUAGE plpgsql AS $f$\n"
               "BEGIN\n    RETURN NULL;\nEND;\n$f$;\nDROP MATERIALIZED VIEW summary;",
               "SELECT state FROM summary WHERE false;"),
        simple("many_rows", "CREATE TABLE many (id integer PRIMARY KEY, filler text);\n"
               "INSERT INTO many SELECT i, repeat(md5(i::text), 6) FROM generate_series(1, 400) i;"
               "\nDELETE FROM many WHERE id % 2 = 0;", "DROP TABLE many;", ""),
        simple("guarded", "CREATE TABLE guarded (x integer);\n"
               "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
               "    PERFORM pg_sleep(0.03);\n    RETURN NULL;\nEND;\n$$;\n"
               "CREATE CONSTRAINT TRIGGER guarded_last AFTER INSERT ON guarded DEFERRABLE "
               "INITIALLY DEFERRED\n    FOR EACH ROW EXECUTE FUNCTION guard();\n"
               "INSERT INTO guarded VALUES (1);",
               "DROP TABLE guarded;\nDROP FUNCTION guard();", ""),
        simple("last", "INSERT INTO effects VALUES ('the end');",
               "DELETE FROM effects WHERE what = 'the end';",
               "SELECT 1 / count(*) FROM effects WHERE what = 'the end';", tag="v3.0"),
    ]


def changes() -> list[Change]:
    out = tables() + objects() + journaled() + rest()
    for change in out:
        if change.verify == whole(""):
            change.verify = ""
    return out
