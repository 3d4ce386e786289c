#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rehearses planted reverts on one engine: those that restore all, and those with one slip that people make.

A case is a change, its right revert and that revert with a slip in it: a lost grant, a shorter column, a
constraint NOT VALID, rows that weren't put back. With the right one a rehearsal has to prove the change, and
likewise the change back; with the faulty one it has to name what isn't as it was, and nothing else.

A session case is a change whose scripts alter their session, and a change after it that would break if any
of that came through; its scripts and the other's revert begin by looking.

The last line is `N passed, N failed`."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "servers"))

import mysql  # noqa: E402  (needs the path above)
import postgres  # noqa: E402
from rehearsal import rehearse, write_project  # noqa: E402
from throwaway import programs_of_release  # noqa: E402

TIMEOUT = 300
SCRATCH = "kedge_scratch_"


@dataclass(frozen=True)
class Case:
    """`told` is all that may be said of the faulty revert: `changed KIND NAME: ATTRIBUTE`, `missing KIND NAME`,
    `unexpected KIND NAME`, or `rows TABLE BEFORE AFTER`."""

    name: str
    deploy: str
    right: str
    faulty: str
    told: tuple[str, ...]
    needs: str = ""  # of the server: a family and its version, as `mysql`, `mariadb`, `pg 15`


@dataclass(frozen=True)
class Leak:
    """`guard` fails in a session that `deploy` or `revert` left as it is; what the next change does may, too."""

    name: str
    deploy: str
    revert: str
    guard: str
    after: str
    after_revert: str
    needs: str = ""


class Table:
    """The cases of an engine."""

    def __init__(self, base: str, **more: str):
        self.base, self.more = base, more  # more of one family of servers
        self.cases: list[Case] = []
        self.leaks: list[Leak] = []

    def case(self, name: str, deploy: str, right: str, faulty: str, *told: str, needs: str = "") -> None:
        """One with a faulty revert of its own."""
        if any(name == one.name for one in self.cases):
            raise ValueError(f"two cases are called {name!r}")
        self.cases.append(Case(name, deploy, right, faulty, told, needs))

    def slip(self, name: str, deploy: str, right: str, before: str, after: str, *told: str, needs: str = "") -> None:
        """One whose faulty revert is the right one with other words in one place."""
        if right.count(before) != 1:
            raise ValueError(f"{name}: {before!r} is not once in the right revert")
        self.case(name, deploy, right, right.replace(before, after), *told, needs=needs)

    def slips(self, deploy: str, right: str, *slips: tuple, needs: str = "") -> None:
        """Several of the same change: each a name, words, others in their place, and what is told of them."""
        for name, before, after, *told in slips:
            self.slip(name, deploy, right, before, after, *told, needs=needs)

    def leak(self, name: str, deploy: str, revert: str, guard: str, after: str, after_revert: str,
             needs: str = "") -> None:
        """What must not come through to the next script."""
        self.leaks.append(Leak(name, deploy, revert, guard, after, after_revert, needs))


def changed(what: str, *attributes: str) -> tuple[str, ...]:
    """Attributes of one thing."""
    return tuple(f"changed {what}: {attribute}" for attribute in attributes)


# --- PostgreSQL ------------------------------------------------------------------------------------------

PG_ROLES = ("shop_owner", "shop_app", "shop_report")

PG = Table(r"""
CREATE SCHEMA shop;
GRANT USAGE ON SCHEMA shop TO shop_app, shop_report;
GRANT USAGE, CREATE ON SCHEMA shop TO shop_owner;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO shop_report;

CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent', 'back');
COMMENT ON TYPE shop.state IS 'of an order';
CREATE TYPE shop.address AS (street text, town text, zip varchar(10));
CREATE DOMAIN shop.amount AS numeric(12, 2) DEFAULT 0 CONSTRAINT amount_positive CHECK (VALUE >= 0);
CREATE DOMAIN shop.zip AS text CONSTRAINT zip_digits CHECK (VALUE ~ '^[0-9]{5}$');
CREATE COLLATION shop.bytewise (locale = 'C');

CREATE TABLE public.settings (name text CONSTRAINT settings_pk PRIMARY KEY, value text);
INSERT INTO public.settings VALUES ('currency', 'EUR'), ('tax', '0.19'), ('motd', ''), ('footer', NULL);

CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY (START 1000 INCREMENT 10 CACHE 5) CONSTRAINT customers_pk PRIMARY KEY,
    email text COLLATE "C" NOT NULL,
    name varchar(80) NOT NULL DEFAULT 'unknown',
    town text,
    credit numeric(10, 2) NOT NULL DEFAULT 0,
    joined timestamptz NOT NULL DEFAULT '2024-01-01 00:00:00+00',
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT customers_email UNIQUE (email),
    CONSTRAINT customers_credit CHECK (credit >= 0)
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 100);
COMMENT ON TABLE shop.customers IS 'whoever buys';
COMMENT ON COLUMN shop.customers.credit IS 'in euro';
CREATE INDEX customers_town ON shop.customers (lower(town) text_pattern_ops, joined DESC NULLS LAST)
    INCLUDE (name) WITH (fillfactor = 90) WHERE town IS NOT NULL;
COMMENT ON INDEX shop.customers_town IS 'for the search';
GRANT SELECT, INSERT, UPDATE ON shop.customers TO shop_app;
GRANT SELECT (id, town) ON shop.customers TO shop_report WITH GRANT OPTION;
CREATE FUNCTION shop.count_up() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN NEW.version := OLD.version + 1; RETURN NEW; END$$;
CREATE FUNCTION shop.watch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
INSERT INTO shop.customers (id, email, name, town, credit, joined) OVERRIDING SYSTEM VALUE VALUES
    (1, 'ada@example.com', 'Ada', 'London', 10.25, '2024-01-02 03:04:05.678+00'),
    (2, 'bob@example.com', 'bob', 'Paris', 0.10, '2024-02-02 00:00:00+00'),
    (3, 'cy@example.com', 'Cy', NULL, 99.99, '2024-03-02 00:00:00+00'),
    (4, 'di@example.com', 'Di', '', 5, '2024-03-31 01:30:00+00'),
    (5, 'eve@example.com', 'Eve ', 'london', 0, '2024-05-02 12:00:00+00');
CREATE TRIGGER count_up BEFORE UPDATE ON shop.customers FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION shop.count_up();
CREATE TRIGGER watched AFTER INSERT OR DELETE ON shop.customers FOR EACH STATEMENT EXECUTE FUNCTION shop.watch();
ALTER TABLE shop.customers ENABLE ALWAYS TRIGGER watched;

CREATE TABLE shop.products (
    sku varchar(20) NOT NULL CONSTRAINT products_pk PRIMARY KEY,
    title text NOT NULL,
    price shop.amount NOT NULL,
    gross numeric GENERATED ALWAYS AS (round(price * 1.19, 2)) STORED,
    weight float8,
    tags text[] NOT NULL DEFAULT '{}',
    during daterange,
    CONSTRAINT products_during EXCLUDE USING gist (during WITH &&) WHERE (during IS NOT NULL)
);
INSERT INTO shop.products (sku, title, price, weight, tags, during) VALUES
    ('A1', 'Apple', 0.35, 0.1, '{fruit}', '[2024-01-01,2024-02-01)'),
    ('B2', 'Bread', 2.5, 0.30000000000000004, '{}', NULL),
    ('C3', 'Cheese', 12.99, 1e-3, '{milk,hard}', '[2024-03-01,2024-04-01)'),
    ('D4', 'Dates', 4, NULL, '{fruit,dry}', NULL);
CREATE STATISTICS shop.products_stats (ndistinct, dependencies) ON title, price FROM shop.products;
COMMENT ON STATISTICS shop.products_stats IS 'they hang together';
ALTER STATISTICS shop.products_stats SET STATISTICS 200;

CREATE SEQUENCE shop.order_no AS integer START 100 INCREMENT 5 MAXVALUE 99999 CACHE 10;
CREATE TABLE shop.orders (
    id integer NOT NULL DEFAULT nextval('shop.order_no') CONSTRAINT orders_pk PRIMARY KEY,
    customer bigint NOT NULL,
    parent integer,
    state shop.state NOT NULL DEFAULT 'new',
    total numeric(10, 2),
    home shop.address,
    placed timestamp NOT NULL,
    remark varchar(40) COLLATE "C" NOT NULL DEFAULT 'none',
    CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES shop.customers ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES shop.orders ON DELETE SET NULL
    DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_total CHECK (total > 0)
);
ALTER SEQUENCE shop.order_no OWNED BY shop.orders.id;
COMMENT ON COLUMN shop.orders.remark IS 'by the clerk';
GRANT UPDATE (remark) ON shop.orders TO shop_app;
ALTER TABLE shop.orders ALTER remark SET STATISTICS 200, ALTER remark SET STORAGE MAIN;
INSERT INTO shop.orders VALUES
    (1, 1, NULL, 'paid', 20.50, '("High St","London",12345)', '2024-04-01 10:00', 'fragile'),
    (2, 1, 1, 'new', 1.99, NULL, '2024-04-02 11:30:15.5', 'none'),
    (3, 2, NULL, 'sent', 300, NULL, '2024-04-03 00:00', ''),
    (4, 4, 3, 'back', NULL, '(,,)', '2024-04-04 23:59:59', 'gift'),
    (5, 5, NULL, 'new', 7, NULL, '2024-04-05 00:00', 'Gift');
SET CONSTRAINTS ALL IMMEDIATE;
CREATE INDEX orders_placed ON shop.orders USING brin (placed) WITH (pages_per_range = 16);
CREATE INDEX orders_state ON shop.orders (state, placed);
ALTER TABLE shop.orders CLUSTER ON orders_state;
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, REPLICA IDENTITY FULL;
CREATE POLICY own ON shop.orders FOR SELECT TO shop_app, shop_report USING (customer = 1);
CREATE POLICY small ON shop.orders AS RESTRICTIVE FOR UPDATE TO shop_app USING (total < 100) WITH CHECK (total < 200);
COMMENT ON POLICY own ON shop.orders IS 'one''s own';
CREATE RULE keep AS ON DELETE TO shop.orders WHERE OLD.state = 'paid' DO INSTEAD NOTHING;

CREATE TABLE shop.lines (
    order_id integer NOT NULL CONSTRAINT lines_order REFERENCES shop.orders ON DELETE CASCADE,
    sku varchar(20) NOT NULL CONSTRAINT lines_sku REFERENCES shop.products,
    qty smallint NOT NULL DEFAULT 1,
    CONSTRAINT lines_pk PRIMARY KEY (order_id, sku) INCLUDE (qty)
);
INSERT INTO shop.lines VALUES (1, 'A1', 10), (1, 'B2', 1), (2, 'A1', 1), (3, 'C3', 20), (4, 'D4', 2);

CREATE TABLE shop.payments (id integer NOT NULL, paid date NOT NULL, amount numeric(10, 2) NOT NULL,
    CONSTRAINT payments_pk PRIMARY KEY (id, paid)) PARTITION BY RANGE (paid);
CREATE TABLE shop.payments_2023 PARTITION OF shop.payments FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE shop.payments_2024 PARTITION OF shop.payments FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    WITH (fillfactor = 70);
CREATE TABLE shop.payments_rest PARTITION OF shop.payments DEFAULT;
CREATE INDEX payments_amount ON shop.payments (amount);
INSERT INTO shop.payments VALUES (1, '2023-05-05', 10), (2, '2024-06-06', 20.5), (3, '2024-07-07', 20.5),
    (4, '2026-01-01', 1);

CREATE TABLE shop.papers (id integer NOT NULL, title text DEFAULT 'untitled', CONSTRAINT papers_id CHECK (id > 0));
CREATE TABLE shop.invoices (due date, sum numeric) INHERITS (shop.papers);
INSERT INTO shop.papers VALUES (1, 'letter'), (2, 'Letter');
INSERT INTO shop.invoices VALUES (10, 'invoice', '2024-05-05', 12.50), (11, 'invoice', '2024-05-05', 12.50),
    (11, 'invoice', '2024-05-05', 12.50);

CREATE UNLOGGED TABLE shop.baskets (id integer, content jsonb DEFAULT '{}');
ALTER TABLE shop.baskets ALTER content SET STORAGE EXTERNAL, ALTER id SET (n_distinct = 50);
INSERT INTO shop.baskets VALUES (1, '{"a": 1}'), (2, NULL), (3, 'null');

CREATE VIEW shop.londoners WITH (security_barrier = true) AS
    SELECT id, name, town FROM shop.customers WHERE lower(town) = 'london' WITH LOCAL CHECK OPTION;
GRANT SELECT ON shop.londoners TO shop_report;
COMMENT ON VIEW shop.londoners IS 'near';
CREATE MATERIALIZED VIEW shop.sums WITH (fillfactor = 60) AS
    SELECT customer, sum(total) AS total FROM shop.orders GROUP BY customer;
CREATE UNIQUE INDEX sums_customer ON shop.sums (customer);
COMMENT ON COLUMN shop.sums.total IS 'of all orders';
GRANT SELECT ON shop.sums TO shop_report;

CREATE FUNCTION shop.tax(amount numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'SELECT round(amount * rate, 2)';
CREATE FUNCTION shop.debt(who bigint) RETURNS SETOF integer LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path = shop, pg_temp AS 'BEGIN RETURN QUERY SELECT o.id FROM shop.orders o WHERE o.customer = who; END';
REVOKE EXECUTE ON FUNCTION shop.debt(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.debt(bigint) TO shop_app;
COMMENT ON FUNCTION shop.debt(bigint) IS 'unpaid';
CREATE PROCEDURE shop.tidy(days integer) LANGUAGE plpgsql SET lock_timeout = '1s' AS 'BEGIN NULL; END';
CREATE AGGREGATE shop.largest(numeric) (SFUNC = numeric_larger, STYPE = numeric, INITCOND = '0', PARALLEL = SAFE);
CREATE PUBLICATION shop_out FOR TABLE shop.customers, shop.products WITH (publish = 'insert, update');
CREATE TEXT SEARCH CONFIGURATION shop.search (COPY = simple);
CREATE TYPE shop.size AS (w integer, h integer);
CREATE FUNCTION shop.area(shop.size) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.w * $1.h';
CREATE CAST (shop.size AS integer) WITH FUNCTION shop.area(shop.size) AS ASSIGNMENT;
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER elsewhere VERSION '1' FOREIGN DATA WRAPPER far OPTIONS (host 'h', port '1');
CREATE FOREIGN TABLE shop.stock (sku text OPTIONS (column_name 'SKU') NOT NULL, n integer) SERVER elsewhere
    OPTIONS (table_name 'stock');
CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE EVENT TRIGGER shop_ddl ON ddl_command_end WHEN TAG IN ('CREATE RULE', 'ALTER RULE')
    EXECUTE FUNCTION shop.on_ddl();
ALTER EVENT TRIGGER shop_ddl ENABLE REPLICA;
DO $$BEGIN
    EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = ''1h''', current_database());
    EXECUTE format('ALTER ROLE shop_app IN DATABASE %I SET work_mem = ''5MB''', current_database());
END$$;
""")

# A column that goes, and comes back as it was.
REMARK = (r"""CREATE TABLE shop.kept AS SELECT id, remark FROM shop.orders;
ALTER TABLE shop.orders DROP remark;""",
          r"""ALTER TABLE shop.orders ADD remark varchar(40) COLLATE "C" DEFAULT 'none' NOT NULL;
COMMENT ON COLUMN shop.orders.remark IS 'by the clerk';
GRANT UPDATE (remark) ON shop.orders TO shop_app;
ALTER TABLE shop.orders ALTER remark SET STATISTICS 200;
ALTER TABLE shop.orders ALTER remark SET STORAGE MAIN;
UPDATE shop.orders o SET remark = k.remark FROM shop.kept k WHERE k.id = o.id;
DROP TABLE shop.kept;""")
OF_REMARK = "column shop.orders.remark"
PG.slips(
    *REMARK,
    ("a column longer than it was", "varchar(40)", "varchar(400)", *changed(OF_REMARK, "type")),
    ("a column as text", "varchar(40)", "text", *changed(OF_REMARK, "default", "type")),
    ("a column without its collation", ' COLLATE "C"', "", *changed(OF_REMARK, "collation")),
    ("a column without its default", "DROP TABLE", "ALTER TABLE shop.orders ALTER remark DROP DEFAULT;\nDROP TABLE",
     *changed(OF_REMARK, "default")),
    ("a column with a default in another case", "DEFAULT 'none'", "DEFAULT 'None'", *changed(OF_REMARK, "default")),
    ("a column that may be null", " NOT NULL", "", *changed(OF_REMARK, "not null")),
    ("a column without its comment", "COMMENT ON COLUMN shop.orders.remark IS 'by the clerk';\n", "",
     *changed(OF_REMARK, "comment")),
    ("a column without its grant", "GRANT UPDATE (remark) ON shop.orders TO shop_app;\n", "",
     "missing grant shop.orders.shop_app(remark)"),
    ("a column with a grant to another role", "TO shop_app", "TO shop_report",
     "missing grant shop.orders.shop_app(remark)", "unexpected grant shop.orders.shop_report(remark)"),
    ("a column without its statistics", "ALTER TABLE shop.orders ALTER remark SET STATISTICS 200;\n", "",
     *changed(OF_REMARK, "statistics")),
    ("a column without its storage", "ALTER TABLE shop.orders ALTER remark SET STORAGE MAIN;\n", "",
     *changed(OF_REMARK, "storage")),
    ("a column without its data", "UPDATE shop.orders o SET remark = k.remark FROM shop.kept k WHERE k.id = o.id;\n",
     "", "rows shop.orders 5 5"),
    ("a column with empty texts as the default", "WHERE k.id = o.id", "WHERE k.id = o.id AND k.remark <> ''",
     "rows shop.orders 5 5"),
    ("a column with its data in another case", "SET remark = k.remark", "SET remark = lower(k.remark)",
     "rows shop.orders 5 5"),
    ("the table with what was kept is left", "DROP TABLE shop.kept;", "DELETE FROM shop.kept;",
     "unexpected table shop.kept"))

# A column with another type for a while.
PG.slips(
    """DROP VIEW shop.londoners;
ALTER TABLE shop.customers ALTER name TYPE text, ALTER credit TYPE numeric(14, 4), ALTER name DROP DEFAULT;""",
    """ALTER TABLE shop.customers ALTER name TYPE varchar(80), ALTER credit TYPE numeric(10, 2);
ALTER TABLE shop.customers ALTER name SET DEFAULT 'unknown';
CREATE VIEW shop.londoners WITH (security_barrier = true) AS
    SELECT id, name, town FROM shop.customers WHERE lower(town) = 'london' WITH LOCAL CHECK OPTION;
GRANT SELECT ON shop.londoners TO shop_report;
COMMENT ON VIEW shop.londoners IS 'near';""",
    ("numbers of more digits", "numeric(10, 2)", "numeric(12, 2)", *changed("column shop.customers.credit", "type")),
    ("numbers rounded", "numeric(10, 2)", "numeric(10, 2) USING round(credit, 1)", "rows shop.customers 5 5"),
    ("text trimmed", "varchar(80)", "varchar(80) USING trim(name)", "rows shop.customers 5 5"),
    ("a view without security_barrier", " WITH (security_barrier = true)", "",
     *changed("view shop.londoners", "options")),
    ("a view with a cascaded check", "LOCAL CHECK", "CASCADED CHECK", *changed("view shop.londoners", "options")),
    ("a view without a check", " WITH LOCAL CHECK OPTION", "", *changed("view shop.londoners", "options")),
    ("a view of other rows", "lower(town) = 'london'", "town = 'London'",
     *changed("view shop.londoners", "definition")),
    ("a view with columns in another order", "id, name, town", "id, town, name",
     *changed("view shop.londoners", "column order", "definition")),
    ("a view without its grant", "GRANT SELECT ON shop.londoners TO shop_report;\n",
     "REVOKE ALL ON shop.londoners FROM shop_report;\n",
     "missing grant shop.londoners.shop_report"),
    ("a view without its comment", "COMMENT ON VIEW shop.londoners IS 'near';", "",
     *changed("view shop.londoners", "comment")))

PG.case("a column in another place",
        "ALTER TABLE shop.baskets DROP content;",
        """DROP TABLE shop.baskets; CREATE UNLOGGED TABLE shop.baskets (id integer, content jsonb DEFAULT '{}');
ALTER TABLE shop.baskets ALTER content SET STORAGE EXTERNAL, ALTER id SET (n_distinct = 50);
INSERT INTO shop.baskets VALUES (1, '{"a": 1}'), (2, NULL), (3, 'null');""",
        """DROP TABLE shop.baskets; CREATE UNLOGGED TABLE shop.baskets (content jsonb DEFAULT '{}', id integer);
ALTER TABLE shop.baskets ALTER content SET STORAGE EXTERNAL, ALTER id SET (n_distinct = 50);
INSERT INTO shop.baskets (id, content) VALUES (1, '{"a": 1}'), (2, NULL), (3, 'null');""",
        *changed("table shop.baskets", "column order"))
PG.slips(
    "DROP TABLE shop.baskets;",
    """CREATE UNLOGGED TABLE shop.baskets (id integer, content jsonb DEFAULT '{}');
ALTER TABLE shop.baskets ALTER content SET STORAGE EXTERNAL, ALTER id SET (n_distinct = 50);
INSERT INTO shop.baskets VALUES (1, '{"a": 1}'), (2, NULL), (3, 'null');""",
    ("a table that is logged", "UNLOGGED ", "", *changed("table shop.baskets", "unlogged")),
    ("a column without its options", ", ALTER id SET (n_distinct = 50)", "",
     *changed("column shop.baskets.id", "options")),
    ("json for jsonb", "content jsonb", "content json", *changed("column shop.baskets.content", "default", "type")),
    ("a JSON null for none", "(2, NULL)", "(2, 'null')", "rows shop.baskets 3 3"),
    ("a table without a grant by default", "INSERT", "REVOKE SELECT ON shop.baskets FROM shop_report;\nINSERT",
     "missing grant shop.baskets.shop_report"),
    ("a table of another owner", "INSERT", "ALTER TABLE shop.baskets OWNER TO shop_owner;\nINSERT",
     *changed("table shop.baskets", "owner")))

PG.slips(
    "ALTER TABLE shop.customers RESET (fillfactor, autovacuum_vacuum_threshold), DROP CONSTRAINT customers_credit;",
    """ALTER TABLE shop.customers ADD CONSTRAINT customers_credit CHECK (credit >= 0);
ALTER TABLE shop.customers SET (fillfactor = 80, autovacuum_vacuum_threshold = 100);""",
    ("a table without an option", ", autovacuum_vacuum_threshold = 100", "",
     *changed("table shop.customers", "options")),
    ("a check of another bound", "credit >= 0", "credit > -1",
     *changed("constraint shop.customers.customers_credit", "check")),
    ("a check that is not valid", "(credit >= 0)", "(credit >= 0) NOT VALID",
     *changed("constraint shop.customers.customers_credit", "not valid")),
    ("a check that children don't have", "(credit >= 0)", "(credit >= 0) NO INHERIT",
     *changed("constraint shop.customers.customers_credit", "no inherit")),
    ("a check by another name", "customers_credit", "customers_credit_check",
     "missing constraint shop.customers.customers_credit",
     "unexpected constraint shop.customers.customers_credit_check"))
PG.slips(
    "ALTER TABLE shop.orders DROP CONSTRAINT orders_customer, DROP CONSTRAINT orders_parent;",
    """ALTER TABLE shop.orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES shop.customers
    ON UPDATE CASCADE ON DELETE RESTRICT;
ALTER TABLE shop.orders ADD CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES shop.orders
    ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;""",
    ("a foreign key without its ON DELETE", " ON DELETE RESTRICT", "",
     *changed("constraint shop.orders.orders_customer", "on delete")),
    ("a foreign key that deletes", "ON DELETE RESTRICT", "ON DELETE CASCADE",
     *changed("constraint shop.orders.orders_customer", "on delete")),
    ("a foreign key without its ON UPDATE", "ON UPDATE CASCADE ", "",
     *changed("constraint shop.orders.orders_customer", "on update")),
    ("a foreign key that is not valid", "ON DELETE RESTRICT", "ON DELETE RESTRICT NOT VALID",
     *changed("constraint shop.orders.orders_customer", "not valid")),
    ("a foreign key that isn't deferred at first", " INITIALLY DEFERRED", "",
     *changed("constraint shop.orders.orders_parent", "initially deferred")),
    ("a foreign key that isn't deferrable", " DEFERRABLE INITIALLY DEFERRED", "",
     *changed("constraint shop.orders.orders_parent", "deferrable", "initially deferred")),
    ("a foreign key of a full match", "shop.customers\n", "shop.customers MATCH FULL\n",
     *changed("constraint shop.orders.orders_customer", "match")))
PG.slips(
    "ALTER TABLE shop.lines DROP CONSTRAINT lines_pk; ALTER TABLE shop.products DROP CONSTRAINT products_during;",
    """ALTER TABLE shop.lines ADD CONSTRAINT lines_pk PRIMARY KEY (order_id, sku) INCLUDE (qty);
ALTER TABLE shop.products ADD CONSTRAINT products_during EXCLUDE USING gist (during WITH &&)
    WHERE (during IS NOT NULL);""",
    ("a primary key in another order", "(order_id, sku)", "(sku, order_id)",
     *changed("constraint shop.lines.lines_pk", "columns")),
    ("a primary key that includes nothing", " INCLUDE (qty)", "",
     *changed("constraint shop.lines.lines_pk", "include")),
    ("unique for a primary key", "PRIMARY KEY", "UNIQUE", *changed("constraint shop.lines.lines_pk", "type")),
    ("an exclusion of all rows", " WHERE (during IS NOT NULL)", "",
     *changed("constraint shop.products.products_during", "exclusion")))
PG.slip("unique but by an index alone", "ALTER TABLE shop.customers DROP CONSTRAINT customers_email;",
        "ALTER TABLE shop.customers ADD CONSTRAINT customers_email UNIQUE (email);",
        "ALTER TABLE shop.customers ADD CONSTRAINT customers_email UNIQUE (email)",
        "CREATE UNIQUE INDEX customers_email ON shop.customers (email)",
        "missing constraint shop.customers.customers_email", "unexpected index shop.customers.customers_email")

# Indexes.
TOWN = ("DROP INDEX shop.customers_town;",
        """CREATE INDEX customers_town ON shop.customers (lower(town) text_pattern_ops, joined DESC NULLS LAST)
    INCLUDE (name) WITH (fillfactor = 90) WHERE town IS NOT NULL;
COMMENT ON INDEX shop.customers_town IS 'for the search';""")
OF_TOWN = "index shop.customers.customers_town"
PG.slips(
    *TOWN,
    ("an index without its operator class", " text_pattern_ops", "", *changed(OF_TOWN, "keys")),
    ("an index without its order", " DESC NULLS LAST", "", *changed(OF_TOWN, "keys")),
    ("an index with nulls first", " NULLS LAST", "", *changed(OF_TOWN, "keys")),
    ("an index that includes nothing", "\n    INCLUDE (name)", "", *changed(OF_TOWN, "include")),
    ("an index without its option", " WITH (fillfactor = 90)", "", *changed(OF_TOWN, "options")),
    ("an index of all rows", " WHERE town IS NOT NULL", "", *changed(OF_TOWN, "where")),
    ("an index that is unique", "CREATE INDEX", "CREATE UNIQUE INDEX", *changed(OF_TOWN, "unique")),
    ("an index without its comment", "COMMENT ON INDEX shop.customers_town IS 'for the search';", "",
     *changed(OF_TOWN, "comment")))
PG.slips(
    "DROP INDEX shop.orders_placed, shop.orders_state;",
    """CREATE INDEX orders_placed ON shop.orders USING brin (placed) WITH (pages_per_range = 16);
CREATE INDEX orders_state ON shop.orders (state, placed);
ALTER TABLE shop.orders CLUSTER ON orders_state;""",
    ("an index of another method", "USING brin (placed) WITH (pages_per_range = 16)", "USING btree (placed)",
     *changed("index shop.orders.orders_placed", "method", "options")),
    ("an index with its columns the other way round", "(state, placed)", "(placed, state)",
     *changed("index shop.orders.orders_state", "keys")),
    ("a table not clustered", "ALTER TABLE shop.orders CLUSTER ON orders_state;", "",
     *changed("table shop.orders", "clustered on")))

# Triggers, rules, policies.
PG.slips(
    "DROP TRIGGER count_up ON shop.customers; DROP TRIGGER watched ON shop.customers;",
    """CREATE TRIGGER count_up BEFORE UPDATE ON shop.customers FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION shop.count_up();
CREATE TRIGGER watched AFTER INSERT OR DELETE ON shop.customers FOR EACH STATEMENT EXECUTE FUNCTION shop.watch();
ALTER TABLE shop.customers ENABLE ALWAYS TRIGGER watched;""",
    ("a trigger without its condition", "\n    WHEN (OLD.* IS DISTINCT FROM NEW.*)", "",
     *changed("trigger shop.customers.count_up", "when")),
    ("a trigger of some columns", "BEFORE UPDATE", "BEFORE UPDATE OF name",
     *changed("trigger shop.customers.count_up", "columns")),
    ("a trigger at another time", "BEFORE UPDATE", "AFTER UPDATE",
     *changed("trigger shop.customers.count_up", "timing")),
    ("a trigger of fewer events", "INSERT OR DELETE", "INSERT", *changed("trigger shop.customers.watched", "events")),
    ("a trigger for each row", "FOR EACH STATEMENT", "FOR EACH ROW",
     *changed("trigger shop.customers.watched", "for each row")),
    ("a trigger not always enabled", "ENABLE ALWAYS TRIGGER", "ENABLE TRIGGER",
     *changed("trigger shop.customers.watched", "enabled")),
    ("a trigger disabled", "ENABLE ALWAYS TRIGGER watched;", "ENABLE ALWAYS TRIGGER watched, DISABLE TRIGGER count_up;",
     *changed("trigger shop.customers.count_up", "enabled")),
    ("a trigger of another function", "shop.count_up()", "shop.watch()",
     *changed("trigger shop.customers.count_up", "function")))
PG.slips(
    """DROP POLICY own ON shop.orders; DROP POLICY small ON shop.orders; DROP RULE keep ON shop.orders;
ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, REPLICA IDENTITY DEFAULT;""",
    """ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.orders REPLICA IDENTITY FULL;
CREATE POLICY own ON shop.orders FOR SELECT TO shop_app, shop_report USING (customer = 1);
CREATE POLICY small ON shop.orders AS RESTRICTIVE FOR UPDATE TO shop_app USING (total < 100) WITH CHECK (total < 200);
COMMENT ON POLICY own ON shop.orders IS 'one''s own';
CREATE RULE keep AS ON DELETE TO shop.orders WHERE OLD.state = 'paid' DO INSTEAD NOTHING;""",
    ("row security that isn't forced", "ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY;\n", "",
     *changed("table shop.orders", "forced row security")),
    ("row security that is forced, and not enabled", "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;\n", "",
     *changed("table shop.orders", "row security")),
    ("a table without its replica identity", "REPLICA IDENTITY FULL", "REPLICA IDENTITY NOTHING",
     *changed("table shop.orders", "replica identity")),
    ("a policy of fewer roles", "shop_app, shop_report", "shop_app", *changed("policy shop.orders.own", "roles")),
    ("a policy for all commands", "own ON shop.orders FOR SELECT", "own ON shop.orders",
     *changed("policy shop.orders.own", "command")),
    ("a policy of other rows", "customer = 1", "customer <> 1", *changed("policy shop.orders.own", "using")),
    ("a policy that permits", " AS RESTRICTIVE", "", *changed("policy shop.orders.small", "restrictive")),
    ("a policy without its check", " WITH CHECK (total < 200)", "", *changed("policy shop.orders.small", "with check")),
    ("a policy without its comment", "COMMENT ON POLICY own ON shop.orders IS 'one''s own';\n", "",
     *changed("policy shop.orders.own", "comment")),
    ("a rule of other rows", "OLD.state = 'paid'", "OLD.state = 'new'",
     *changed("rule shop.orders.keep", "definition")),
    ("a rule that does it too", "DO INSTEAD", "DO ALSO", *changed("rule shop.orders.keep", "definition")))

# Routines.
PG.slips(
    "DROP FUNCTION shop.tax(numeric, numeric);",
    """CREATE FUNCTION shop.tax(amount numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'SELECT round(amount * rate, 2)';""",
    ("a function that is stable", "IMMUTABLE", "STABLE", *changed("function shop.tax(numeric, numeric)", "volatility")),
    ("a function that takes nulls", " STRICT", "", *changed("function shop.tax(numeric, numeric)", "strict")),
    ("a function not parallel", " PARALLEL SAFE", "", *changed("function shop.tax(numeric, numeric)", "parallel")),
    ("a function at another cost", "COST 5", "COST 50", *changed("function shop.tax(numeric, numeric)", "cost")),
    ("an argument's other default", "DEFAULT 0.19", "DEFAULT 0.16",
     *changed("function shop.tax(numeric, numeric)", "arguments")),
    ("a function's other body", "rate, 2)", "rate, 3)", *changed("function shop.tax(numeric, numeric)", "body")),
    ("a function of another type", "rate numeric", "rate integer", "missing function shop.tax(numeric, numeric)",
     "unexpected function shop.tax(numeric, integer)"))
PG.slips(
    "DROP FUNCTION shop.debt(bigint);",
    """CREATE FUNCTION shop.debt(who bigint) RETURNS SETOF integer LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path = shop, pg_temp AS 'BEGIN RETURN QUERY SELECT o.id FROM shop.orders o WHERE o.customer = who; END';
REVOKE EXECUTE ON FUNCTION shop.debt(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.debt(bigint) TO shop_app;
COMMENT ON FUNCTION shop.debt(bigint) IS 'unpaid';""",
    ("a function by the caller's rights", " SECURITY DEFINER", "",
     *changed("function shop.debt(bigint)", "security definer")),
    ("a function with a longer search_path", "shop, pg_temp", "shop, public, pg_temp",
     *changed("function shop.debt(bigint)", "settings")),
    ("a function without its search_path", "\n    SET search_path = shop, pg_temp", "",
     *changed("function shop.debt(bigint)", "settings")),
    ("a function of another number of rows", " ROWS 20", "", *changed("function shop.debt(bigint)", "rows")),
    ("a function that everybody may call", "REVOKE EXECUTE ON FUNCTION shop.debt(bigint) FROM PUBLIC;\n", "",
     "unexpected grant shop.debt(bigint).PUBLIC"),
    ("a function without its grant", "GRANT EXECUTE ON FUNCTION shop.debt(bigint) TO shop_app;\n", "",
     "missing grant shop.debt(bigint).shop_app"),
    ("a function without its comment", "COMMENT ON FUNCTION shop.debt(bigint) IS 'unpaid';", "",
     *changed("function shop.debt(bigint)", "comment")),
    ("a function of another owner", "COMMENT", "ALTER FUNCTION shop.debt(bigint) OWNER TO shop_owner;\nCOMMENT",
     *changed("function shop.debt(bigint)", "owner")))
PG.slip("a procedure without its setting", "DROP PROCEDURE shop.tidy(integer);",
        "CREATE PROCEDURE shop.tidy(days integer) LANGUAGE plpgsql SET lock_timeout = '1s' AS 'BEGIN NULL; END';",
        " SET lock_timeout = '1s'", "", *changed("procedure shop.tidy(integer)", "settings"))
PG.slip("an aggregate without its beginning", "DROP AGGREGATE shop.largest(numeric);",
        "CREATE AGGREGATE shop.largest(numeric) (SFUNC = numeric_larger, STYPE = numeric, INITCOND = '0', PARALLEL = "
        "SAFE);",
        "INITCOND = '0', ", "", *changed("aggregate shop.largest(numeric)", "initial state"))

# Sequences, identity, generated columns.
PG.slips(
    "ALTER SEQUENCE shop.order_no AS bigint OWNED BY NONE INCREMENT 1 NO MAXVALUE CACHE 1 CYCLE;",
    "ALTER SEQUENCE shop.order_no AS integer OWNED BY shop.orders.id INCREMENT 5 MAXVALUE 99999 CACHE 10 NO CYCLE;",
    ("a sequence by other steps", "INCREMENT 5", "INCREMENT 50", *changed("sequence shop.order_no", "increment")),
    ("a sequence without its cache", " CACHE 10", "", *changed("sequence shop.order_no", "cache")),
    ("a sequence that is nobody's", " OWNED BY shop.orders.id", "", *changed("sequence shop.order_no", "owned by")),
    ("a sequence of another type", "AS integer ", "", *changed("sequence shop.order_no", "type")),
    ("a sequence that begins again", " NO CYCLE", "", *changed("sequence shop.order_no", "cycle")),
    ("a sequence of another end", "MAXVALUE 99999", "MAXVALUE 999999", *changed("sequence shop.order_no", "maximum")))
PG.slips(
    "ALTER TABLE shop.customers ALTER id DROP IDENTITY;",
    "ALTER TABLE shop.customers ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 1000 INCREMENT 10 CACHE 5);",
    ("an identity by default", "ALWAYS", "BY DEFAULT", *changed("column shop.customers.id", "identity")),
    ("an identity without its options", "INCREMENT 10 CACHE 5", "CACHE 5",
     *changed("column shop.customers.id", "identity increment")))
PG.slips(
    """CREATE TABLE shop.kept AS SELECT sku, weight, tags, during FROM shop.products;
ALTER TABLE shop.products DROP gross, DROP weight, DROP tags, DROP during;""",
    """ALTER TABLE shop.products ADD gross numeric GENERATED ALWAYS AS (round(price * 1.19, 2)) STORED,
    ADD weight float8, ADD tags text[] NOT NULL DEFAULT '{}', ADD during daterange;
UPDATE shop.products p SET weight = k.weight, tags = k.tags, during = k.during FROM shop.kept k WHERE k.sku = p.sku;
ALTER TABLE shop.products ADD CONSTRAINT products_during EXCLUDE USING gist (during WITH &&) WHERE (during IS NOT NULL);
DROP TABLE shop.kept;""",
    ("another generated column", "price * 1.19, 2", "price * 1.19, 1",
     *changed("column shop.products.gross", "generated"),
     "rows shop.products 4 4"),
    ("a generated column that is none", "numeric GENERATED ALWAYS AS (round(price * 1.19, 2)) STORED", "numeric",
     *changed("column shop.products.gross", "generated"), "rows shop.products 4 4"),
    ("a column of fewer digits", "weight float8", "weight float4", *changed("column shop.products.weight", "type"),
     "rows shop.products 4 4"),
    ("a float rounded in its last digit", "weight = k.weight", "weight = k.weight::numeric", "rows shop.products 4 4"),
    ("an array the other way round", "tags = k.tags", "tags = ARRAY(SELECT t FROM unnest(k.tags) t ORDER BY t)",
     "rows shop.products 4 4"))

# Types.
PG.slips(
    """ALTER TABLE shop.orders ALTER state DROP DEFAULT;
DROP INDEX shop.orders_state;
DROP RULE keep ON shop.orders;
ALTER TABLE shop.orders ALTER state TYPE text;
DROP TYPE shop.state;""",
    """CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent', 'back');
COMMENT ON TYPE shop.state IS 'of an order';
ALTER TABLE shop.orders ALTER state TYPE shop.state USING state::shop.state;
ALTER TABLE shop.orders ALTER state SET DEFAULT 'new';
CREATE INDEX orders_state ON shop.orders (state, placed);
ALTER TABLE shop.orders CLUSTER ON orders_state;
CREATE RULE keep AS ON DELETE TO shop.orders WHERE OLD.state = 'paid' DO INSTEAD NOTHING;""",
    ("an enum in another order", "'paid', 'sent', 'back'", "'sent', 'paid', 'back'",
     *changed("type shop.state", "label order")),
    ("an enum with a label more", "'back')", "'back', 'lost')", "unexpected label shop.state.lost"),
    ("an enum without its comment", "COMMENT ON TYPE shop.state IS 'of an order';\n", "",
     *changed("type shop.state", "comment")))
PG.slips(
    "ALTER DOMAIN shop.amount DROP DEFAULT; ALTER DOMAIN shop.amount DROP CONSTRAINT amount_positive;",
    """ALTER DOMAIN shop.amount SET DEFAULT 0;
ALTER DOMAIN shop.amount ADD CONSTRAINT amount_positive CHECK (VALUE >= 0);""",
    ("a domain's other check", "VALUE >= 0", "VALUE > 0", *changed("constraint shop.amount.amount_positive", "check")),
    ("a domain's check not valid", "(VALUE >= 0)", "(VALUE >= 0) NOT VALID",
     *changed("constraint shop.amount.amount_positive", "not valid")),
    ("a domain without its default", "ALTER DOMAIN shop.amount SET DEFAULT 0;\n", "",
     *changed("domain shop.amount", "default")))
PG.slip("a collation of another locale", "DROP COLLATION shop.bytewise;",
        "CREATE COLLATION shop.bytewise (locale = 'C');", "'C'", "'POSIX'",
        *changed("collation shop.bytewise", "character type", "collation"))
PG.slip("a composite type's shorter field",
        "ALTER TABLE shop.orders DROP remark, DROP placed, "
        "DROP home; DROP TYPE shop.address;",
        r"""CREATE TYPE shop.address AS (street text, town text, zip varchar(10));
ALTER TABLE shop.orders ADD home shop.address, ADD placed timestamp,
    ADD remark varchar(40) COLLATE "C" NOT NULL DEFAULT 'none';
UPDATE shop.orders o SET home = v.home::shop.address, placed = v.placed, remark = v.remark FROM (VALUES
    (1, '("High St","London",12345)', '2024-04-01 10:00'::timestamp, 'fragile'),
    (2, NULL, '2024-04-02 11:30:15.5', 'none'), (3, NULL, '2024-04-03 00:00', ''),
    (4, '(,,)', '2024-04-04 23:59:59', 'gift'), (5, NULL, '2024-04-05 00:00', 'Gift'))
    AS v (id, home, placed, remark) WHERE v.id = o.id;
ALTER TABLE shop.orders ALTER placed SET NOT NULL;
COMMENT ON COLUMN shop.orders.remark IS 'by the clerk';
GRANT UPDATE (remark) ON shop.orders TO shop_app;
ALTER TABLE shop.orders ALTER remark SET STATISTICS 200, ALTER remark SET STORAGE MAIN;
CREATE INDEX orders_placed ON shop.orders USING brin (placed) WITH (pages_per_range = 16);
CREATE INDEX orders_state ON shop.orders (state, placed);
ALTER TABLE shop.orders CLUSTER ON orders_state;""",
        "varchar(10)", "varchar(12)", *changed("field shop.address.zip", "type"))

# Partitions and inheritance.
PG.slips(
    "ALTER TABLE shop.payments DETACH PARTITION shop.payments_2024; ALTER TABLE shop.payments_2024 RESET (fillfactor);",
    """ALTER TABLE shop.payments_2024 SET (fillfactor = 70);
ALTER TABLE shop.payments ATTACH PARTITION shop.payments_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');""",
    ("a partition of other bounds", "'2025-01-01'", "'2025-07-01'",
     *changed("table shop.payments_2024", "partition of")),
    ("a partition without its option", "ALTER TABLE shop.payments_2024 SET (fillfactor = 70);\n", "",
     *changed("table shop.payments_2024", "options")))
PG.slip("a partition that isn't the rest's", "ALTER TABLE shop.payments DETACH PARTITION shop.payments_rest;",
        "ALTER TABLE shop.payments ATTACH PARTITION shop.payments_rest DEFAULT;",
        "DEFAULT", "FOR VALUES FROM ('2025-01-01') TO ('2027-01-01')",
        *changed("table shop.payments_rest", "partition of"))
PG.slips(
    """CREATE TABLE shop.moved AS SELECT * FROM shop.payments_rest;
DROP TABLE shop.payments_rest; DROP INDEX shop.payments_amount;""",
    """CREATE TABLE shop.payments_rest PARTITION OF shop.payments DEFAULT;
INSERT INTO shop.payments SELECT * FROM shop.moved;
DROP TABLE shop.moved;
CREATE INDEX payments_amount ON shop.payments (amount);""",
    ("a partition without its rows", "INSERT INTO shop.payments SELECT * FROM shop.moved;\n", "",
     "rows shop.payments 4 3", "rows shop.payments_rest 1 0"),
    ("an index of the parent alone", "ON shop.payments (amount)", "ON ONLY shop.payments (amount)",
     *changed("index shop.payments.payments_amount", "invalid"),
     ),
    ("rows in another partition", "SELECT * FROM shop.moved", "SELECT id, '2024-01-01', amount FROM shop.moved",
     "rows shop.payments 4 4", "rows shop.payments_2024 2 3", "rows shop.payments_rest 1 0"))
PG.slip("an heir that has its parent's columns as its own",
        "CREATE TABLE shop.kept AS SELECT * FROM shop.invoices; ALTER TABLE shop.invoices NO INHERIT shop.papers;",
        """DROP TABLE shop.invoices; CREATE TABLE shop.invoices (due date, sum numeric) INHERITS (shop.papers);
INSERT INTO shop.invoices SELECT * FROM shop.kept; DROP TABLE shop.kept;""",
        """DROP TABLE shop.invoices; CREATE TABLE shop.invoices (due date, sum numeric) INHERITS (shop.papers);
INSERT INTO shop.invoices SELECT * FROM shop.kept;""",
        "ALTER TABLE shop.invoices INHERIT shop.papers;",
        "unexpected column shop.invoices.id", "unexpected column shop.invoices.title",
        "unexpected constraint shop.invoices.papers_id")

# Statistics, materialized views, publications, privileges.
PG.slips(
    "DROP STATISTICS shop.products_stats;",
    """CREATE STATISTICS shop.products_stats (ndistinct, dependencies) ON title, price FROM shop.products;
COMMENT ON STATISTICS shop.products_stats IS 'they hang together';
ALTER STATISTICS shop.products_stats SET STATISTICS 200;""",
    ("statistics of all kinds", " (ndistinct, dependencies)", "", *changed("statistics shop.products_stats", "kinds")),
    ("statistics of other columns", "title, price", "title, weight",
     *changed("statistics shop.products_stats", "columns")),
    ("statistics without their target", "ALTER STATISTICS shop.products_stats SET STATISTICS 200;", "",
     *changed("statistics shop.products_stats", "target")))
PG.slips(
    "DROP MATERIALIZED VIEW shop.sums;",
    """CREATE MATERIALIZED VIEW shop.sums WITH (fillfactor = 60) AS
    SELECT customer, sum(total) AS total FROM shop.orders GROUP BY customer;
CREATE UNIQUE INDEX sums_customer ON shop.sums (customer);
COMMENT ON COLUMN shop.sums.total IS 'of all orders';
GRANT SELECT ON shop.sums TO shop_report;""",
    ("a materialized view without its index", "CREATE UNIQUE INDEX sums_customer ON shop.sums (customer);\n", "",
     "missing index shop.sums.sums_customer"),
    ("a materialized view's index not unique", "UNIQUE ", "", *changed("index shop.sums.sums_customer", "unique")),
    ("a materialized view without its option", " WITH (fillfactor = 60)", "",
     *changed("materialized view shop.sums", "options")),
    ("a materialized view without data", "GROUP BY customer;", "GROUP BY customer WITH NO DATA;",
     "rows shop.sums 4 0"),
    ("a materialized view without a column's comment", "COMMENT ON COLUMN shop.sums.total IS 'of all orders';\n", "",
     *changed("column shop.sums.total", "comment")))
PG.case("a materialized view that wasn't refreshed",
        "UPDATE shop.orders SET total = total * 2 WHERE id = 1; REFRESH MATERIALIZED VIEW shop.sums;",
        "UPDATE shop.orders SET total = total / 2 WHERE id = 1; REFRESH MATERIALIZED VIEW shop.sums;",
        "UPDATE shop.orders SET total = total / 2 WHERE id = 1;",
        "rows shop.sums 4 4")
PG.slips(
    "DROP PUBLICATION shop_out;",
    "CREATE PUBLICATION shop_out FOR TABLE shop.customers, shop.products WITH (publish = 'insert, update');",
    ("a publication of more", " WITH (publish = 'insert, update')", "", *changed("publication shop_out", "operations")),
    ("a publication of fewer tables", ", shop.products", "", "missing table shop_out.shop.products"))
PG.slips(
    "REVOKE ALL ON shop.customers FROM shop_app, shop_report; REVOKE SELECT (id, town) ON shop.customers FROM "
    "shop_report;",
    """GRANT SELECT, INSERT, UPDATE ON shop.customers TO shop_app;
GRANT SELECT ON shop.customers TO shop_report;
GRANT SELECT (id, town) ON shop.customers TO shop_report WITH GRANT OPTION;""",
    ("a grant of less", "SELECT, INSERT, UPDATE", "SELECT, INSERT",
     *changed("grant shop.customers.shop_app", "privileges")),
    ("a grant of everything", "GRANT SELECT, INSERT, UPDATE", "GRANT ALL",
     *changed("grant shop.customers.shop_app", "privileges")),
    ("a grant that can't be handed on", " WITH GRANT OPTION", "",
     *changed("grant shop.customers.shop_report(id)", "privileges"),
     *changed("grant shop.customers.shop_report(town)", "privileges")))
PG.slip("default privileges of everybody",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA shop REVOKE SELECT ON TABLES FROM shop_report;",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO shop_report;", "TO shop_report",
        "TO shop_report, shop_app", "unexpected grant tables of postgres in shop.shop_app")
PG.slip("a text search configuration of another parser's words", "DROP TEXT SEARCH CONFIGURATION shop.search;",
        "CREATE TEXT SEARCH CONFIGURATION shop.search (COPY = simple);", ";",
        "; ALTER TEXT SEARCH CONFIGURATION shop.search DROP MAPPING FOR url;",
        "missing mapping shop.search.url")

PG.slips(
    """DROP CAST (shop.size AS integer); DROP EVENT TRIGGER shop_ddl; DROP FOREIGN TABLE shop.stock;
DROP SERVER elsewhere;""",
    """CREATE CAST (shop.size AS integer) WITH FUNCTION shop.area(shop.size) AS ASSIGNMENT;
CREATE SERVER elsewhere VERSION '1' FOREIGN DATA WRAPPER far OPTIONS (host 'h', port '1');
CREATE FOREIGN TABLE shop.stock (sku text OPTIONS (column_name 'SKU') NOT NULL, n integer) SERVER elsewhere
    OPTIONS (table_name 'stock');
CREATE EVENT TRIGGER shop_ddl ON ddl_command_end WHEN TAG IN ('CREATE RULE', 'ALTER RULE')
    EXECUTE FUNCTION shop.on_ddl();
ALTER EVENT TRIGGER shop_ddl ENABLE REPLICA;""",
    ("a cast that happens by itself", "AS ASSIGNMENT", "AS IMPLICIT",
     *changed("cast shop.size as integer", "context")),
    ("a server at another port", ", port '1'", ", port '2'", *changed("foreign server elsewhere", "options")),
    ("a foreign column without its name", " OPTIONS (column_name 'SKU')", "",
     *changed("column shop.stock.sku", "foreign options")),
    ("a foreign table of another name", "'stock'", "'stocks'",
     *changed("foreign table shop.stock", "foreign options")),
    ("an event trigger of fewer commands", ", 'ALTER RULE'", "", *changed("event trigger shop_ddl", "tags")),
    ("an event trigger enabled everywhere", "ENABLE REPLICA", "ENABLE ALWAYS",
     *changed("event trigger shop_ddl", "enabled")))
PG.slips(
    """DO $$BEGIN
    EXECUTE format('ALTER DATABASE %I RESET idle_in_transaction_session_timeout', current_database());
    EXECUTE format('ALTER ROLE shop_app IN DATABASE %I RESET work_mem', current_database());
END$$;""",
    """DO $$BEGIN
    EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = ''1h''', current_database());
    EXECUTE format('ALTER ROLE shop_app IN DATABASE %I SET work_mem = ''5MB''', current_database());
END$$;""",
    ("a database's setting", "''1h''", "''2h''",
     *changed("setting current.idle_in_transaction_session_timeout", "value")),
    ("a role's setting for all", "ALTER ROLE shop_app IN DATABASE", "ALTER DATABASE",
     "missing setting current.work_mem of shop_app", "unexpected setting current.work_mem"))
PG.slip("a type's grant to everybody lost",
        "REVOKE USAGE ON TYPE shop.address FROM PUBLIC; GRANT USAGE ON TYPE shop.address TO shop_app;",
        "REVOKE USAGE ON TYPE shop.address FROM shop_app; GRANT USAGE ON TYPE shop.address TO PUBLIC;",
        "GRANT USAGE ON TYPE shop.address TO PUBLIC;", "", "missing grant shop.address.PUBLIC")

# Rows.
PG.slip("a row too many changed", "UPDATE public.settings SET value = 'none' WHERE value IS NULL;",
        "UPDATE public.settings SET value = NULL WHERE name = 'footer';", "name = 'footer'",
        "coalesce(value, '') IN ('none', '')",
        "rows public.settings 4 4")
PG.slip("NULL as an empty text", "UPDATE public.settings SET value = 'none' WHERE value IS NULL;",
        "UPDATE public.settings SET value = NULL WHERE value = 'none';", "= NULL", "= ''", "rows public.settings 4 4")
PG.slips(
    "CREATE TABLE shop.gone AS SELECT * FROM shop.lines WHERE order_id IN (1, 2); DELETE FROM shop.lines WHERE "
    "order_id IN (1, 2);",
    "INSERT INTO shop.lines SELECT * FROM shop.gone; DROP TABLE shop.gone;",
    ("a row too few brought back", "FROM shop.gone;", "FROM shop.gone WHERE qty > 1;", "rows shop.lines 5 3"),
    ("rows brought back with the default", "INSERT INTO shop.lines SELECT * FROM",
     "INSERT INTO shop.lines (order_id, sku) SELECT order_id, sku FROM", "rows shop.lines 5 5"))
PG.slips(
    """CREATE TABLE shop.gone AS SELECT * FROM ONLY shop.papers;
INSERT INTO shop.gone SELECT id, title FROM shop.invoices;
DELETE FROM shop.invoices; CREATE TABLE shop.gone_invoices AS SELECT DISTINCT due, sum
    FROM (VALUES ('2024-05-05'::date, 12.50)) AS v (due, sum);""",
    """INSERT INTO shop.invoices SELECT g.id, g.title, i.due, i.sum FROM shop.gone g, shop.gone_invoices i
    WHERE g.id >= 10;
DROP TABLE shop.gone; DROP TABLE shop.gone_invoices;""",
    ("a duplicate lost", "SELECT g.id,", "SELECT DISTINCT g.id,", "rows shop.invoices 3 2", "rows shop.papers 5 4"),
    ("a row moved to the parent", "INSERT INTO shop.invoices SELECT g.id, g.title, i.due, i.sum",
     "INSERT INTO shop.papers SELECT g.id, g.title", "rows shop.invoices 3 0"),
    ("rows doubled", "WHERE g.id >= 10;",
     "WHERE g.id >= 10; INSERT INTO shop.papers SELECT * FROM ONLY shop.papers WHERE id = 2;",
     "rows shop.papers 5 6"))
PG.slips(
    "UPDATE shop.orders SET placed = placed + interval '1 hour', total = total * 1.1 WHERE id IN (1, 2);",
    "UPDATE shop.orders SET placed = placed - interval '1 hour', total = CASE id WHEN 1 THEN 20.50 ELSE 1.99 END "
    "WHERE id IN (1, 2);",
    ("moments to the second", "placed - interval '1 hour'", "date_trunc('second', placed - interval '1 hour')",
     "rows shop.orders 5 5"),
    ("sums by counting back", "CASE id WHEN 1 THEN 20.50 ELSE 1.99 END", "floor(total / 1.1)", "rows shop.orders 5 5"),
    ("moments of all rows", " WHERE id IN (1, 2)", " WHERE id < 4", "rows shop.orders 5 5"))
PG.slip("what a trigger changes on the way back",
        "ALTER TABLE shop.customers DISABLE TRIGGER count_up; UPDATE shop.customers SET town = 'LONDON' WHERE "
        "lower(town) = 'london'; "
        "ALTER TABLE shop.customers ENABLE TRIGGER count_up;",
        """ALTER TABLE shop.customers DISABLE TRIGGER count_up;
UPDATE shop.customers SET town = CASE id WHEN 1 THEN 'London' ELSE 'london' END WHERE town = 'LONDON';
ALTER TABLE shop.customers ENABLE TRIGGER count_up;""",
        "ALTER TABLE shop.customers DISABLE TRIGGER count_up;\n", "", "rows shop.customers 5 5")
PG.slip("moments by the wall clock of another place",
        """ALTER TABLE shop.customers ALTER joined DROP DEFAULT;
ALTER TABLE shop.customers ALTER joined TYPE timestamp USING joined AT TIME ZONE 'UTC';""",
        """ALTER TABLE shop.customers ALTER joined TYPE timestamptz USING joined AT TIME ZONE 'UTC';
ALTER TABLE shop.customers ALTER joined SET DEFAULT '2024-01-01 00:00:00+00';""",
        "'UTC'", "'Europe/London'", "rows shop.customers 5 5")

# A session as new.
FAIL = "DO $$BEGIN IF {} THEN RAISE 'it came through'; END IF; END$$;"


def pg_setting(name: str, sql: str, setting: str, value: str, after: str = "", after_revert: str = "") -> None:
    """A setting; by itself the next change only looks."""
    at = len(PG.leaks)
    PG.leak(name, f"{sql} CREATE TABLE shop.leak_{at} (id integer);", f"{sql} DROP TABLE shop.leak_{at};",
            FAIL.format(f"current_setting('{setting}', true) = '{value}'"),
            after or f"CREATE TABLE shop.after_{at} (id integer);", after_revert or f"DROP TABLE shop.after_{at};")


pg_setting("search_path", "SET search_path = shop, pg_catalog;", "search_path", "shop, pg_catalog",
           "CREATE TABLE leaked (id integer);", "DROP TABLE public.leaked;")
pg_setting("search_path by a function", "SELECT set_config('search_path', 'shop', false);", "search_path", "shop",
           "ALTER TABLE settings ADD extra integer;", "ALTER TABLE public.settings DROP extra;")
pg_setting("a role", "SET ROLE shop_owner;", "role", "shop_owner", "CREATE SCHEMA only_super;",
           "DROP SCHEMA only_super;")
pg_setting("another user", "SET SESSION AUTHORIZATION shop_owner;", "session_authorization", "shop_owner",
           "CREATE SCHEMA only_super_too;", "DROP SCHEMA only_super_too;")
pg_setting("strings with backslashes", r"SET standard_conforming_strings = off; SET escape_string_warning = off;"
           r" INSERT INTO public.settings VALUES ('it\'s; ', 'a\\b');"
           r" DELETE FROM public.settings WHERE name = 'it\'s; ';",
           "standard_conforming_strings", "off",
           r"INSERT INTO public.settings VALUES ('folder\', 'C:\new; ');",
           r"DELETE FROM public.settings WHERE name = 'folder\' AND length(value) = 8;")
pg_setting("a time zone", "SET TIME ZONE 'Asia/Tokyo';", "TimeZone", "Asia/Tokyo")
pg_setting("a way to write dates", "SET datestyle = 'SQL, DMY';", "DateStyle", "SQL, DMY",
           "INSERT INTO shop.payments VALUES (90, '01/02/2024', 1);",
           "DELETE FROM shop.payments WHERE id = 90 AND paid = '2024-01-02';")
pg_setting("triggers that are off", "SET session_replication_role = replica;", "session_replication_role", "replica",
           "UPDATE shop.customers SET town = 'Rome' WHERE id = 3; "
           + FAIL.format("(SELECT version FROM shop.customers WHERE id = 3) <> 2"),
           """ALTER TABLE shop.customers DISABLE TRIGGER count_up;
UPDATE shop.customers SET town = NULL, version = 1 WHERE id = 3;
ALTER TABLE shop.customers ENABLE TRIGGER count_up;""")
pg_setting("a session that only reads", "SET default_transaction_read_only = on;", "default_transaction_read_only",
           "on", "INSERT INTO public.settings VALUES ('r', 'w');", "DELETE FROM public.settings WHERE name = 'r';")
pg_setting("a limit of one transaction", "SET LOCAL lock_timeout = '9s';", "lock_timeout", "9s")
pg_setting("a time limit", "SET statement_timeout = '20s';", "statement_timeout", "20s")
pg_setting("an application's own setting", "SET shop.tenant = '7';", "shop.tenant", "7")
pg_setting("an encoding", "SET client_encoding = 'LATIN1';", "client_encoding", "LATIN1",
           "INSERT INTO public.settings VALUES ('café', 'é'); "
           + FAIL.format("(SELECT octet_length(value) FROM public.settings WHERE name = 'café') <> 2"),
           "DELETE FROM public.settings WHERE name = 'café';")
pg_setting("bodies unchecked", "SET check_function_bodies = off;", "check_function_bodies", "off")
PG.leak("a temporary table like a real one",
        "CREATE TEMPORARY TABLE settings AS SELECT * FROM public.settings; DELETE FROM settings; CREATE TABLE "
        "shop.tmp_1 (id integer);",
        "CREATE TEMPORARY TABLE settings (x integer); DROP TABLE shop.tmp_1;",
        FAIL.format("to_regclass('pg_temp.settings') IS NOT NULL"),
        "ALTER TABLE settings ADD more integer; INSERT INTO settings VALUES ('k', 'v', 1);",
        "DELETE FROM public.settings WHERE name = 'k'; ALTER TABLE public.settings DROP more;")
PG.leak("a temporary view that hides a table",
        "CREATE TEMPORARY VIEW settings AS SELECT 1 AS one; CREATE TABLE shop.tmp_2 (id integer);",
        "CREATE TEMPORARY VIEW settings AS SELECT 2 AS two; DROP TABLE shop.tmp_2;",
        FAIL.format("to_regclass('pg_temp.settings') IS NOT NULL"),
        "UPDATE settings SET value = 'USD' WHERE name = 'currency';",
        "UPDATE settings SET value = 'EUR' WHERE name = 'currency';")
PG.leak("a prepared statement", "PREPARE one AS SELECT 1; CREATE TABLE shop.tmp_3 (id integer);",
        "PREPARE one AS SELECT 2; DROP TABLE shop.tmp_3;",
        FAIL.format("EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'one')"),
        "PREPARE one AS SELECT 3; EXECUTE one;", "PREPARE one AS SELECT 4;")
PG.leak("a lock of the session", "SELECT pg_advisory_lock(4711); CREATE TABLE shop.tmp_4 (id integer);",
        "SELECT pg_advisory_lock(4711); DROP TABLE shop.tmp_4;",
        FAIL.format("EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711)"),
        "CREATE TABLE shop.after_lock (id integer);", "DROP TABLE shop.after_lock;")
PG.leak("an open cursor", "DECLARE c CURSOR WITH HOLD FOR SELECT 1; CREATE TABLE shop.tmp_5 (id integer);",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1; DROP TABLE shop.tmp_5;",
        FAIL.format("EXISTS (SELECT FROM pg_cursors WHERE name = 'c')"),
        "DECLARE c CURSOR WITH HOLD FOR SELECT 3;", "DECLARE c CURSOR WITH HOLD FOR SELECT 4;")
PG.leak("a channel", "LISTEN news; CREATE TABLE shop.tmp_6 (id integer);", "LISTEN news; DROP TABLE shop.tmp_6;",
        FAIL.format("EXISTS (SELECT FROM pg_listening_channels())"), "CREATE TABLE shop.after_news (id integer);",
        "DROP TABLE shop.after_news;")
PG.leak("a sequence's last number", "SELECT nextval('shop.order_no'); CREATE TABLE shop.tmp_7 (id integer);",
        "SELECT nextval('shop.order_no'); DROP TABLE shop.tmp_7;",
        "DO $$BEGIN PERFORM currval('shop.order_no'); RAISE 'it came through'; EXCEPTION WHEN "
        "object_not_in_prerequisite_state THEN NULL; END$$;",
        "CREATE TABLE shop.after_number (id integer);", "DROP TABLE shop.after_number;")


# --- MySQL and MariaDB -------------------------------------------------------------------------------------

MYSQL_ACCOUNTS = ("CREATE USER shop_app@'%'", "CREATE USER shop_report@'10.1.%'", "CREATE ROLE shop_role",
                  "GRANT shop_role TO root@'127.%'", "GRANT shop_role TO root@localhost")

MYSQL = Table(r"""
CREATE TABLE settings (name VARCHAR(40) NOT NULL PRIMARY KEY, value VARCHAR(200));
INSERT INTO settings VALUES ('currency', 'EUR'), ('tax', '0.19'), ('motd', ''), ('footer', NULL);
CREATE TABLE `order` (id INT PRIMARY KEY, `key` VARCHAR(10), `current_user` VARCHAR(10), `true` INT);
INSERT INTO `order` VALUES (1, 'k', 'u', 7);

CREATE TABLE customers (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    email VARCHAR(100) CHARACTER SET latin1 COLLATE latin1_general_cs NOT NULL,
    name VARCHAR(80) NOT NULL DEFAULT 'unknown' COMMENT 'full name',
    town VARCHAR(40),
    credit DECIMAL(10, 2) NOT NULL DEFAULT 0,
    score DOUBLE,
    ratio FLOAT,
    level ENUM('low', 'mid', 'high') NOT NULL DEFAULT 'low',
    tags SET('a', 'b', 'c'),
    joined DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    changed TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP,
    pin VARCHAR(20) DEFAULT 'x' INVISIBLE,
    remark VARCHAR(60) NOT NULL DEFAULT 'none' COMMENT 'by the clerk',
    PRIMARY KEY (id), UNIQUE KEY uq_email (email), KEY ix_town (town(10), joined DESC) COMMENT 'for the search',
    KEY ix_level (level, credit), CONSTRAINT ck_credit CHECK (credit >= 0)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC COMMENT = 'who buys' STATS_PERSISTENT = 1;
INSERT INTO customers (id, email, name, town, credit, score, ratio, level, tags, joined, changed, pin, remark) VALUES
    (1, 'ada@example.com', 'Ada', 'London', 10.25, 0.1, 1.5, 'high', 'a,b', '2024-01-02 03:04:05.678',
    '2024-02-01 00:00:00', '1111', 'fragile'),
    (2, 'bob@example.com', 'bob', 'Paris', 0.10, 0.30000000000000004, 1234567, 'low', '', '2024-02-02',
    '2024-02-02 00:00:00', '2222', 'none'),
    (3, 'cy@example.com', 'Cy', NULL, 99.99, 1e-3, NULL, 'mid', NULL, '2024-03-02', NULL, NULL, ''),
    (4, 'di@example.com', 'Di', '', 5, NULL, 0.1, 'low', 'c', '2024-03-31 01:30:00', '2024-03-31 01:30:00', '', 'gift'),
    (5, 'eve@example.com', 'Eve ', 'london', 0, -2.5, -0.25, 'low', 'a', '2024-05-02 12:00:00', NULL, 'x', 'Gift');
GRANT SELECT, INSERT ON customers TO shop_app@'%';
GRANT SELECT (id, town), UPDATE (remark) ON customers TO shop_report@'10.1.%';

CREATE TABLE products (
    sku VARCHAR(20) NOT NULL,
    title VARCHAR(50) NOT NULL,
    price DECIMAL(12, 2) NOT NULL,
    gross DECIMAL(12, 2) GENERATED ALWAYS AS (price * 1.19) STORED,
    label VARCHAR(80) GENERATED ALWAYS AS (CONCAT(sku, ' ', title)) VIRTUAL,
    photo BLOB,
    doc JSON,
    PRIMARY KEY (sku), FULLTEXT KEY ft_title (title)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = 'what is sold';
INSERT INTO products (sku, title, price, photo, doc)
    VALUES ('A1', 'Apple', 0.35, x'00FF10', '{"a": 1}'), ('B2', 'Bread', 2.5, NULL, '{}'),
    ('C3', 'Cheese', 12.99, x'', NULL), ('D4', 'Dates', 4, x'0A', '[1, 2]');

CREATE TABLE orders (
    id BIGINT NOT NULL,
    customer INT UNSIGNED NOT NULL,
    parent BIGINT,
    total DECIMAL(10, 2),
    state VARCHAR(20) NOT NULL DEFAULT 'new',
    placed DATETIME NOT NULL,
    PRIMARY KEY (id), KEY ix_customer (customer), KEY ix_parent (parent),
    CONSTRAINT fk_customer FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES orders (id) ON DELETE SET NULL
);
INSERT INTO orders VALUES (1, 1, NULL, 20.50, 'paid', '2024-04-01 10:00:00'),
    (2, 1, 1, 1.99, 'new', '2024-04-02 11:30:15'),
    (3, 2, NULL, 300, 'sent', '2024-04-03 00:00:00'), (4, 4, 3, NULL, 'back', '2024-04-04 23:59:59'),
    (5, 5, NULL, 7, 'New', '2024-04-05 00:00:00');

CREATE TABLE payments (id INT NOT NULL, paid DATE NOT NULL, amount DECIMAL(10, 2) NOT NULL, PRIMARY KEY (id, paid))
    PARTITION BY RANGE COLUMNS (paid) (PARTITION p2023 VALUES LESS THAN ('2024-01-01') COMMENT = 'old',
    PARTITION p2024 VALUES LESS THAN ('2025-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE));
INSERT INTO payments VALUES (1, '2023-05-05', 10), (2, '2024-06-06', 20.5), (3, '2024-07-07', 20.5),
    (4, '2026-01-01', 1);

CREATE TABLE tickets (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, n INT);
INSERT INTO tickets VALUES (3, 1), (4, 2);
CREATE TABLE logs (id INT, line VARCHAR(200), KEY ix_id (id)) ENGINE = MyISAM CHECKSUM = 1;
INSERT INTO logs VALUES (1, 'started'), (1, 'started'), (2, 'stopped');
CREATE TABLE cache (id INT, line VARCHAR(200), KEY ix_id (id) USING BTREE) ENGINE = MEMORY MAX_ROWS = 100;

CREATE ALGORITHM = MERGE DEFINER = shop_app@'%' SQL SECURITY INVOKER VIEW londoners AS
    SELECT id, name, town FROM customers WHERE town = 'London' WITH LOCAL CHECK OPTION;
GRANT SELECT ON londoners TO shop_report@'10.1.%';
CREATE VIEW sums (who, total) AS SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON o.customer = c.id
    GROUP BY c.id, c.name;

CREATE FUNCTION tax(amount DECIMAL(10, 2)) RETURNS DECIMAL(10, 2) DETERMINISTIC NO SQL
    COMMENT 'of the state' RETURN amount * 0.19;
GRANT EXECUTE ON FUNCTION tax TO shop_app@'%';
CREATE DEFINER = shop_app@'%' PROCEDURE tidy(IN days INT, OUT gone INT) MODIFIES SQL DATA SQL SECURITY INVOKER
    DELETE FROM logs WHERE id < days;
CREATE TRIGGER orders_first BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = COALESCE(NEW.total, 0);
CREATE TRIGGER orders_second BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = COALESCE(NEW.state, 'new');
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE
    COMMENT 'cleans' DO DELETE FROM logs;
DELIMITER //
CREATE PROCEDURE must(fine BOOLEAN)
BEGIN
    IF NOT COALESCE(fine, FALSE) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'it came through'; END IF;
END//
CREATE PROCEDURE must_be_forgotten()
BEGIN
    DECLARE gone BOOLEAN DEFAULT FALSE;
    DECLARE CONTINUE HANDLER FOR 1243 SET gone = TRUE;
    EXECUTE planted;
    CALL must(gone);
END//
DELIMITER ;
""", mariadb="""
CREATE SEQUENCE order_no START 5 INCREMENT 2 MINVALUE 1 MAXVALUE 1000 CACHE 10;
CREATE TABLE prices (sku INT PRIMARY KEY, price INT, note INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;
CREATE TABLE rates (id INT PRIMARY KEY, rate INT) WITH SYSTEM VERSIONING;
INSERT INTO rates VALUES (1, 10), (2, 20);
UPDATE rates SET rate = 11 WHERE id = 1;
CREATE TABLE special (id UUID NOT NULL DEFAULT UUID() PRIMARY KEY, address INET6, amount INT CHECK (amount > 0),
    body LONGTEXT COMPRESSED, KEY ix_amount (amount) IGNORED);
INSERT INTO special VALUES ('123e4567-e89b-12d3-a456-426655440000', '::1', 5, 'text');
""", mysql="""
CREATE TABLE special (id INT PRIMARY KEY, title VARCHAR(50), amount INT, place POINT NOT NULL SRID 4326,
    KEY ix_lower ((LOWER(title))), KEY ix_amount (amount) INVISIBLE, CONSTRAINT ck_amount
    CHECK (amount < 100) NOT ENFORCED);
INSERT INTO special VALUES (1, 'Text', 5, ST_GeomFromText('POINT(1 2)', 4326));
""")

MYSQL.slips(
    """CREATE TABLE kept AS SELECT id, remark FROM customers;
ALTER TABLE customers DROP remark;""",
    """ALTER TABLE customers ADD remark VARCHAR(60) NOT NULL DEFAULT 'none' COMMENT 'by the clerk' AFTER pin;
UPDATE customers c JOIN kept k ON k.id = c.id SET c.remark = k.remark, c.changed = c.changed;
DROP TABLE kept;""",
    ("a column longer than it was", "VARCHAR(60)", "VARCHAR(600)", *changed("column customers.remark", "type")),
    ("a column of another character set", "VARCHAR(60)", "VARCHAR(60) CHARACTER SET latin1",
     *changed("column customers.remark", "collation")),
    ("a column that may be null", " NOT NULL", "", *changed("column customers.remark", "not null")),
    ("a column without its default", " DEFAULT 'none'", "", *changed("column customers.remark", "default")),
    ("a column with a default in another case", "'none'", "'None'", *changed("column customers.remark", "default")),
    ("a column without its comment", " COMMENT 'by the clerk'", "", *changed("column customers.remark", "comment")),
    ("a column in another place", "AFTER pin", "AFTER name", *changed("table customers", "column order")),
    ("a column without its data", "SET c.remark = k.remark", "SET c.town = c.town", "rows customers 5 5"),
    ("a column with its data in another case", "SET c.remark = k.remark", "SET c.remark = LOWER(k.remark)",
     "rows customers 5 5"),
    ("rows that say when they were changed", ", c.changed = c.changed", "", "rows customers 5 5"),
    ("the table with what was kept is left", "DROP TABLE kept", "DELETE FROM kept", "unexpected table kept"))
MYSQL.slips(
    """CREATE TABLE kept AS SELECT id, pin, changed FROM customers;
ALTER TABLE customers DROP pin, MODIFY changed DATETIME, MODIFY joined DATETIME(6) NOT NULL, MODIFY level VARCHAR(10),
    MODIFY tags TEXT;""",
    """ALTER TABLE customers ADD pin VARCHAR(20) DEFAULT 'x' INVISIBLE AFTER changed;
ALTER TABLE customers MODIFY changed TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP;
ALTER TABLE customers MODIFY joined DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3);
ALTER TABLE customers MODIFY level ENUM('low', 'mid', 'high') NOT NULL DEFAULT 'low', MODIFY tags SET('a', 'b', 'c');
UPDATE customers c JOIN kept k ON k.id = c.id SET c.pin = k.pin, c.changed = k.changed;
DROP TABLE kept;""",
    ("a column that is seen", " INVISIBLE", "", *changed("column customers.pin", "invisible")),
    ("an unseen column without its data", "SET c.pin = k.pin,", "SET", "rows customers 5 5"),
    ("a moment that doesn't follow", " ON UPDATE CURRENT_TIMESTAMP", "",
     *changed("column customers.changed", "on update")),
    ("a moment of another type", "TIMESTAMP NULL", "DATETIME NULL", *changed("column customers.changed", "type")),
    ("a moment that is now", "NULL DEFAULT NULL", "NULL DEFAULT CURRENT_TIMESTAMP",
     *changed("column customers.changed", "default")),
    ("moments without milliseconds", "DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)",
     "DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP",
     *changed("column customers.joined", "default", "type"), "rows customers 5 5"),
    ("an enum in another order", "'low', 'mid', 'high'", "'high', 'mid', 'low'",
     *changed("column customers.level", "type")),
    ("an enum without its default", " NOT NULL DEFAULT 'low'", " NOT NULL",
     *changed("column customers.level", "default")),
    ("a set with a member more", "'b', 'c'", "'b', 'c', 'd'", *changed("column customers.tags", "type")))
MYSQL.slips(
    """ALTER TABLE customers MODIFY credit DECIMAL(14, 4) NOT NULL DEFAULT 0, MODIFY score DECIMAL(30, 20),
    MODIFY ratio DOUBLE, MODIFY email VARCHAR(200) NOT NULL, DROP CONSTRAINT ck_credit;""",
    """ALTER TABLE customers MODIFY credit DECIMAL(10, 2) NOT NULL DEFAULT 0;
ALTER TABLE customers MODIFY score DOUBLE;
UPDATE customers SET score = 0.30000000000000004, changed = changed WHERE id = 2;
ALTER TABLE customers MODIFY ratio FLOAT;
ALTER TABLE customers MODIFY email VARCHAR(100) CHARACTER SET latin1 COLLATE latin1_general_cs NOT NULL;
ALTER TABLE customers ADD CONSTRAINT ck_credit CHECK (credit >= 0);""",
    ("numbers of more digits", "DECIMAL(10, 2)", "DECIMAL(12, 2)", *changed("column customers.credit", "type")),
    ("numbers rounded", "DECIMAL(10, 2) NOT NULL DEFAULT 0;",
     "DECIMAL(10, 2) NOT NULL DEFAULT 0;\nUPDATE customers SET credit = ROUND(credit, 1), changed = changed;",
     "rows customers 5 5"),
    ("a double rounded in its last digit", "score = 0.30000000000000004", "score = 0.3", "rows customers 5 5"),
    ("a float rounded in its last digit", "MODIFY ratio FLOAT;",
     "MODIFY ratio FLOAT;\nUPDATE customers SET ratio = 1234570, changed = changed WHERE id = 2;",
     "rows customers 5 5"),
    ("float for double", "score DOUBLE", "score FLOAT", *changed("column customers.score", "type"),
     "rows customers 5 5"),
    ("another collation", "latin1_general_cs", "latin1_swedish_ci", *changed("column customers.email", "collation")),
    ("a check of another bound", "credit >= 0", "credit > -1", *changed("check customers.ck_credit", "expression")),
    ("a check by another name", "ck_credit", "ck_credit_2", "missing check customers.ck_credit",
     "unexpected check customers.ck_credit_2"))
MYSQL.slip("a check that isn't enforced", "ALTER TABLE customers DROP CONSTRAINT ck_credit;",
           "ALTER TABLE customers ADD CONSTRAINT ck_credit CHECK (credit >= 0);", ";", " NOT ENFORCED;",
           *changed("check customers.ck_credit", "not enforced"), needs="mysql")
MYSQL.slips(
    "ALTER TABLE customers ROW_FORMAT = COMPRESSED, COMMENT = '', STATS_PERSISTENT = DEFAULT, DROP KEY ix_town, DROP "
    "KEY ix_level, DROP KEY uq_email;",
    """ALTER TABLE customers ROW_FORMAT = DYNAMIC COMMENT = 'who buys' STATS_PERSISTENT = 1;
ALTER TABLE customers ADD KEY ix_town (town(10), joined DESC) COMMENT 'for the search';
ALTER TABLE customers ADD KEY ix_level (level, credit), ADD UNIQUE KEY uq_email (email);""",
    ("a table's other row format", "ROW_FORMAT = DYNAMIC", "ROW_FORMAT = COMPACT",
     *changed("table customers", "row format")),
    ("a table without its comment", " COMMENT = 'who buys'", "", *changed("table customers", "comment")),
    ("a table without an option", " STATS_PERSISTENT = 1", "", *changed("table customers", "stats persistent")),
    ("an index without its prefix", "town(10)", "town", *changed("index customers.ix_town", "columns")),
    ("an index that rises", " DESC", "", *changed("index customers.ix_town", "columns")),
    ("an index without its comment", " COMMENT 'for the search'", "", *changed("index customers.ix_town", "comment")),
    ("an index in another order", "(level, credit)", "(credit, level)",
     *changed("index customers.ix_level", "columns")),
    ("an index by another name", "ADD KEY ix_level", "ADD KEY ix_levels", "missing index customers.ix_level",
     "unexpected index customers.ix_levels"),
    ("an index that isn't unique", "UNIQUE KEY", "KEY", *changed("index customers.uq_email", "unique")))
MYSQL.slip("an index that is ignored", "ALTER TABLE customers DROP KEY ix_level;",
           "ALTER TABLE customers ADD KEY ix_level (level, credit);",
           "credit)", "credit) IGNORED", *changed("index customers.ix_level", "ignored"), needs="mariadb")
MYSQL.slip("an index that isn't ignored", "ALTER TABLE special DROP KEY ix_amount;",
           "ALTER TABLE special ADD KEY ix_amount (amount) IGNORED;",
           " IGNORED", "", *changed("index special.ix_amount", "ignored"), needs="mariadb")
MYSQL.slip("an index that is invisible", "ALTER TABLE customers DROP KEY ix_level;",
           "ALTER TABLE customers ADD KEY ix_level (level, credit);",
           "credit)", "credit) INVISIBLE", *changed("index customers.ix_level", "invisible"), needs="mysql")
MYSQL.slips(
    "DROP TABLE special;",
    """CREATE TABLE special (id INT PRIMARY KEY, title VARCHAR(50), amount INT, place POINT NOT NULL SRID 4326,
    KEY ix_lower ((LOWER(title))), KEY ix_amount (amount) INVISIBLE, CONSTRAINT ck_amount
    CHECK (amount < 100) NOT ENFORCED);
INSERT INTO special VALUES (1, 'Text', 5, ST_GeomFromText('POINT(1 2)', 4326));""",
    ("an index that is visible", " INVISIBLE", "", *changed("index special.ix_amount", "invisible")),
    ("an index of another expression", "LOWER", "UPPER", *changed("index special.ix_lower", "columns")),
    ("a check that is enforced", " NOT ENFORCED", "", *changed("check special.ck_amount", "not enforced")),
    ("a place in no reference system", " SRID 4326", "", *changed("column special.place", "srid")),
    ("a place the other way round", "POINT(1 2)", "POINT(2 1)", "rows special 1 1"), needs="mysql")
MYSQL.slips(
    "DROP TABLE special; ALTER SEQUENCE order_no INCREMENT 1 CACHE 100; ALTER TABLE prices DROP SYSTEM VERSIONING;",
    """CREATE TABLE special (id UUID NOT NULL DEFAULT UUID() PRIMARY KEY, address INET6, amount INT CHECK (amount > 0),
    body LONGTEXT COMPRESSED, KEY ix_amount (amount) IGNORED);
INSERT INTO special VALUES ('123e4567-e89b-12d3-a456-426655440000', '::1', 5, 'text');
ALTER SEQUENCE order_no INCREMENT 2;
ALTER SEQUENCE order_no CACHE 10;
DROP TABLE prices;
CREATE TABLE prices (sku INT PRIMARY KEY, price INT, note INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;""",
    ("a sequence by other steps", "INCREMENT 2", "INCREMENT 20", *changed("sequence order_no", "increment")),
    ("a sequence without its cache", "CACHE 10", "NOCACHE", *changed("sequence order_no", "cache")),
    ("a column that isn't compressed", " COMPRESSED", "", *changed("column special.body", "compressed")),
    ("a column's check lost", " CHECK (amount > 0)", "", *changed("column special.amount", "check")),
    ("a column's default that makes nothing", " DEFAULT UUID()", "", *changed("column special.id", "default")),
    ("a table without versions", " WITH SYSTEM VERSIONING", "",
     *changed("column prices.note", "without system versioning"), *changed("table prices", "system versioning")),
    needs="mariadb")
MYSQL.slips(
    """ALTER TABLE orders DROP FOREIGN KEY fk_customer, DROP FOREIGN KEY fk_parent;
ALTER TABLE orders DROP KEY ix_parent;""",
    """ALTER TABLE orders ADD KEY ix_parent (parent);
ALTER TABLE orders ADD CONSTRAINT fk_customer FOREIGN KEY (customer) REFERENCES customers (id)
    ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE orders ADD CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES orders (id) ON DELETE SET NULL;""",
    ("a foreign key that restricts", "ON DELETE CASCADE ", "", *changed("foreign key orders.fk_customer", "on delete")),
    ("a foreign key without its ON UPDATE", " ON UPDATE CASCADE", "",
     *changed("foreign key orders.fk_customer", "on update")),
    ("a foreign key that deletes", "SET NULL", "CASCADE", *changed("foreign key orders.fk_parent", "on delete")),
    ("a foreign key by another name", "CONSTRAINT fk_parent", "CONSTRAINT fk_parents",
     "missing foreign key orders.fk_parent",
     "unexpected foreign key orders.fk_parents"),
    ("a foreign key's index by the server", "ALTER TABLE orders ADD KEY ix_parent (parent);\n", "",
     "missing index orders.ix_parent",
     "unexpected index orders.fk_parent"))
MYSQL.slips(
    """CREATE TABLE kept AS SELECT sku, title, price, photo, doc FROM products;
DROP TABLE products;""",
    """CREATE TABLE products (
    sku VARCHAR(20) NOT NULL,
    title VARCHAR(50) NOT NULL,
    price DECIMAL(12, 2) NOT NULL,
    gross DECIMAL(12, 2) GENERATED ALWAYS AS (price * 1.19) STORED,
    label VARCHAR(80) GENERATED ALWAYS AS (CONCAT(sku, ' ', title)) VIRTUAL,
    photo BLOB,
    doc JSON,
    PRIMARY KEY (sku), FULLTEXT KEY ft_title (title)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = 'what is sold';
INSERT INTO products (sku, title, price, photo, doc) SELECT sku, title, price, photo, doc FROM kept;
DROP TABLE kept;""",
    ("another generated column", "price * 1.19", "price * 1.16", *changed("column products.gross", "generated"),
     "rows products 4 4"),
    ("a generated column that isn't stored", " STORED", " VIRTUAL", *changed("column products.gross", "stored")),
    ("a generated column that is stored", ") VIRTUAL", ") STORED", *changed("column products.label", "stored")),
    ("an index for other searches", "FULLTEXT KEY", "KEY", *changed("index products.ft_title", "type")),
    ("a table of another engine", ") CHARACTER SET", ") ENGINE = MyISAM CHARACTER SET",
     *changed("table products", "engine")),
    ("a bigger blob", "BLOB", "MEDIUMBLOB", *changed("column products.photo", "type")),
    ("a blob through a text", "title, price, photo, doc FROM", "title, price, NULLIF(photo, ''), doc FROM",
     "rows products 4 4"),
    ("a row too few brought back", "FROM kept;", "FROM kept WHERE photo IS NOT NULL;", "rows products 4 3"))
MYSQL.slip("a table of another character set", "DROP TABLE cache;",
           "CREATE TABLE cache (id INT, line VARCHAR(200), KEY ix_id (id) USING BTREE) ENGINE = MEMORY MAX_ROWS = 100;",
           "MAX_ROWS = 100", "MAX_ROWS = 100 CHARACTER SET latin1", *changed("table cache", "collation"),
           *changed("column cache.line", "collation"))
MYSQL.slips(
    "DROP TABLE cache; DROP TABLE logs;",
    """CREATE TABLE cache (id INT, line VARCHAR(200), KEY ix_id (id) USING BTREE) ENGINE = MEMORY MAX_ROWS = 100;
CREATE TABLE logs (id INT, line VARCHAR(200), KEY ix_id (id)) ENGINE = MyISAM CHECKSUM = 1;
INSERT INTO logs VALUES (1, 'started'), (1, 'started'), (2, 'stopped');""",
    ("an index by hash", " USING BTREE", "", *changed("index cache.ix_id", "type")),
    ("a table of another size", " MAX_ROWS = 100", "", *changed("table cache", "max rows")),
    ("a table without its checksum", " CHECKSUM = 1", "", *changed("table logs", "checksum")),
    ("a table that became InnoDB", " ENGINE = MyISAM CHECKSUM = 1", " CHECKSUM = 1", *changed("table logs", "engine")),
    ("a duplicate lost", "(1, 'started'), (1, 'started')", "(1, 'started')", "rows logs 3 2"),
    ("a text in another case", "(2, 'stopped')", "(2, 'Stopped')", "rows logs 3 3"))
PARTS = """(PARTITION p2023 VALUES LESS THAN ('2024-01-01') COMMENT = 'old',
    PARTITION p2024 VALUES LESS THAN ('2025-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE));"""
MYSQL.slips(
    "CREATE TABLE moved AS SELECT * FROM payments PARTITION (p2024); ALTER TABLE payments DROP PARTITION p2024;",
    "ALTER TABLE payments PARTITION BY RANGE COLUMNS (paid) " + PARTS + "\nINSERT INTO payments SELECT * FROM "
                                                                        "moved;\nDROP TABLE moved;",
    ("a partition without its rows", "INSERT INTO payments SELECT * FROM moved;\n", "", "rows payments 4 2"),
    ("a partition of other bounds", "'2025-01-01'", "'2025-07-01'", *changed("partition payments.p2024", "values")),
    ("a partition without its comment", " COMMENT = 'old'", "", *changed("partition payments.p2023", "comment")),
    ("a partition by another name", "PARTITION p2024", "PARTITION y2024", "missing partition payments.p2024",
     "unexpected partition payments.y2024"),
    ("no partition for the rest", ", PARTITION rest VALUES LESS THAN (MAXVALUE)",
     ", PARTITION rest VALUES LESS THAN ('2030-01-01')",
     *changed("partition payments.rest", "values")))

MYSQL.case("versions of rows lost", "SET system_versioning_alter_history = KEEP; ALTER TABLE rates ADD more INT;",
           "SET system_versioning_alter_history = KEEP; ALTER TABLE rates DROP more;",
           "ALTER TABLE rates DROP SYSTEM VERSIONING; ALTER TABLE rates DROP more;"
           " ALTER TABLE rates ADD SYSTEM VERSIONING;",
           "rows history of rates 1 0", needs="mariadb")
MYSQL.slip("a column that doesn't count",
           "ALTER TABLE tickets MODIFY id BIGINT UNSIGNED NOT NULL;",
           "ALTER TABLE tickets MODIFY id INT UNSIGNED NOT NULL AUTO_INCREMENT;",
           " AUTO_INCREMENT", "", *changed("column tickets.id", "auto increment"))
MYSQL.slip("a column that may be below zero",
           "ALTER TABLE tickets MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT;",
           "ALTER TABLE tickets MODIFY id INT UNSIGNED NOT NULL AUTO_INCREMENT;",
           " UNSIGNED", "", *changed("column tickets.id", "type"))
for FAMILY, COLLATION in (("mariadb", "utf8mb4_general_ci"), ("mysql", "utf8mb4_0900_ai_ci")):
    MYSQL.slip(f"the database's other collation ({FAMILY})", "ALTER DATABASE CHARACTER SET latin1;",
               f"ALTER DATABASE CHARACTER SET utf8mb4 COLLATE {COLLATION};", COLLATION, "utf8mb4_unicode_ci",
               *changed("database default", "collation"), needs=FAMILY)

# Views, routines, triggers, events.
MYSQL.slips(
    "DROP VIEW londoners; DROP VIEW sums;",
    """CREATE ALGORITHM = MERGE DEFINER = shop_app@'%' SQL SECURITY INVOKER VIEW londoners AS
    SELECT id, name, town FROM customers WHERE town = 'London' WITH LOCAL CHECK OPTION;
CREATE VIEW sums (who, total) AS SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON o.customer = c.id
    GROUP BY c.id, c.name;""",
    ("a view without its algorithm", " ALGORITHM = MERGE", "", *changed("view londoners", "algorithm")),
    ("a view of another definer", " DEFINER = shop_app@'%'", "", *changed("view londoners", "definer")),
    ("a view by the definer's rights", " SQL SECURITY INVOKER", "", *changed("view londoners", "security")),
    ("a view with a cascaded check", "LOCAL CHECK", "CASCADED CHECK", *changed("view londoners", "check option")),
    ("a view without a check", " WITH LOCAL CHECK OPTION", "", *changed("view londoners", "check option")),
    ("a view of other rows", "town = 'London'", "town = 'london'", *changed("view londoners", "definition")),
    ("a view by an outer join", "c JOIN", "c LEFT JOIN", *changed("view sums", "definition")))
for FAMILY, ATTRIBUTE in (("mariadb", "definition"), ("mysql", "columns")):
    MYSQL.slip(f"a view with other names ({FAMILY})", "DROP VIEW sums;",
               "CREATE VIEW sums (who, total) AS SELECT c.name, SUM(o.total) FROM customers c JOIN orders o ON "
               "o.customer = c.id GROUP BY c.id, c.name;",
               "(who, total)", "(name, total)", *changed("view sums", ATTRIBUTE), needs=FAMILY)
MYSQL.slip("a view without its grant", "REVOKE SELECT ON londoners FROM shop_report@'10.1.%'; DROP VIEW londoners;",
           """CREATE ALGORITHM = MERGE DEFINER = shop_app@'%' SQL SECURITY INVOKER VIEW londoners AS
    SELECT id, name, town FROM customers WHERE town = 'London' WITH LOCAL CHECK OPTION;
GRANT SELECT ON londoners TO shop_report@'10.1.%';""", "GRANT SELECT ON londoners TO shop_report@'10.1.%';", "",
           "missing grant londoners.shop_report@10.1.%")
MYSQL.slips(
    "DROP FUNCTION tax;",
    """CREATE FUNCTION tax(amount DECIMAL(10, 2)) RETURNS DECIMAL(10, 2) DETERMINISTIC NO SQL
    COMMENT 'of the state' RETURN amount * 0.19;
GRANT EXECUTE ON FUNCTION tax TO shop_app@'%';""",
    ("a function that isn't deterministic", " DETERMINISTIC", "", *changed("function tax", "deterministic")),
    ("a function that reads", "NO SQL", "READS SQL DATA", *changed("function tax", "data access")),
    ("a function without its comment", " COMMENT 'of the state'", "", *changed("function tax", "comment")),
    ("a function of other digits", "RETURNS DECIMAL(10, 2)", "RETURNS DECIMAL(10, 3)",
     *changed("function tax", "returns")),
    ("a function's other argument", "(amount DECIMAL(10, 2))", "(amount DECIMAL(12, 2))",
     *changed("function tax", "parameters")),
    ("a function's other body", "0.19", "0.16", *changed("function tax", "body")),
    ("a function without its grant", "GRANT EXECUTE ON FUNCTION tax TO shop_app@'%';", "",
     "missing grant tax.shop_app@%"),
    ("a function's grant to hand on", "TO shop_app@'%';", "TO shop_app@'%' WITH GRANT OPTION;",
     *changed("grant tax.shop_app@%", "privileges")),
    ("a function of another sql_mode", "CREATE FUNCTION", "SET sql_mode = 'ANSI_QUOTES';\nCREATE FUNCTION",
     *changed("function tax", "sql mode")))
MYSQL.slips(
    "DROP PROCEDURE tidy; DROP TRIGGER orders_first; DROP TRIGGER orders_second; DROP EVENT nightly;",
    """CREATE DEFINER = shop_app@'%' PROCEDURE tidy(IN days INT, OUT gone INT) MODIFIES SQL DATA SQL SECURITY INVOKER
    DELETE FROM logs WHERE id < days;
CREATE TRIGGER orders_first BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = COALESCE(NEW.total, 0);
CREATE TRIGGER orders_second BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = COALESCE(NEW.state, 'new');
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE
    COMMENT 'cleans' DO DELETE FROM logs;""",
    ("a procedure of another definer", "DEFINER = shop_app@'%' ", "", *changed("procedure tidy", "definer")),
    ("a procedure by the definer's rights", " SQL SECURITY INVOKER", "", *changed("procedure tidy", "security")),
    ("a procedure that reads", "MODIFIES SQL DATA", "READS SQL DATA", *changed("procedure tidy", "data access")),
    ("a procedure's other argument", "OUT gone", "INOUT gone", *changed("procedure tidy", "parameters")),
    ("triggers in another order", "TRIGGER orders_second BEFORE INSERT ON orders FOR EACH ROW",
     "TRIGGER orders_second BEFORE INSERT ON orders FOR EACH ROW PRECEDES orders_first",
     *changed("table orders", "trigger order")),
    ("a trigger's other body", "COALESCE(NEW.total, 0)", "COALESCE(NEW.total, 1)",
     *changed("trigger orders.orders_first", "body")),
    ("a trigger of another event", "orders_first BEFORE INSERT", "orders_first BEFORE UPDATE",
     *changed("trigger orders.orders_first", "fires")),
    ("a trigger of another definer", "CREATE TRIGGER orders_second",
     "CREATE DEFINER = shop_app@'%' TRIGGER orders_second",
     *changed("trigger orders.orders_second", "definer")),
    ("an event that runs", " DISABLE\n", "\n", *changed("event nightly", "status")),
    ("an event that goes", " ON COMPLETION PRESERVE", "", *changed("event nightly", "on completion")),
    ("an event at another hour", "03:00:00", "04:00:00", *changed("event nightly", "starts")),
    ("an event each week", "EVERY 1 DAY", "EVERY 1 WEEK", *changed("event nightly", "every")),
    ("an event without its comment", "\n    COMMENT 'cleans'", "", *changed("event nightly", "comment")))
MYSQL.slip("a trigger under other settings", "DROP TRIGGER orders_second;",
           "CREATE TRIGGER orders_second BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = COALESCE(NEW.state, "
           "'new');",
           "CREATE", "SET sql_mode = 'ANSI';\nCREATE", *changed("trigger orders.orders_second", "sql mode"))

# Privileges.
MYSQL.slips(
    "REVOKE SELECT, INSERT ON customers FROM shop_app@'%'; REVOKE SELECT (id, town), UPDATE (remark) ON customers "
    "FROM shop_report@'10.1.%';",
    """GRANT SELECT, INSERT ON customers TO shop_app@'%';
GRANT SELECT (id, town), UPDATE (remark) ON customers TO shop_report@'10.1.%';""",
    ("a grant of less", "SELECT, INSERT", "SELECT", *changed("grant customers.shop_app@%", "privileges")),
    ("a grant of more", "SELECT, INSERT", "SELECT, INSERT, DELETE",
     *changed("grant customers.shop_app@%", "privileges")),
    ("a grant that can be handed on", "shop_app@'%';", "shop_app@'%' WITH GRANT OPTION;",
     *changed("grant customers.shop_app@%", "privileges")),
    ("a grant of fewer columns", "(id, town)", "(id)", "missing grant customers.shop_report@10.1.% (town)"),
    ("a grant of all columns", "UPDATE (remark)", "UPDATE", "missing grant customers.shop_report@10.1.% (remark)",
     "unexpected grant customers.shop_report@10.1.%"),
    ("a grant to another account", "TO shop_app@'%';", "TO shop_report@'10.1.%';", "missing grant customers.shop_app@%",
     "unexpected grant customers.shop_report@10.1.%"))
for FAMILY, ROLE in (("mariadb", "shop_role"), ("mysql", "shop_role@%")):
    MYSQL.slip(f"a grant to a role ({FAMILY})", "REVOKE SELECT, INSERT ON customers FROM shop_app@'%';",
               "GRANT SELECT, INSERT ON customers TO shop_app@'%';", "shop_app@'%'", "shop_role",
               "missing grant customers.shop_app@%",
               f"unexpected grant customers.{ROLE}", needs=FAMILY)

# Rows.
MYSQL.slip("a row too many changed", "UPDATE settings SET value = 'none' WHERE value IS NULL;",
           "UPDATE settings SET value = NULL WHERE name = 'footer';", "name = 'footer'",
           "COALESCE(value, '') IN ('none', '')", "rows settings 4 4")
MYSQL.slip("NULL as an empty text", "UPDATE settings SET value = 'none' WHERE value IS NULL;",
           "UPDATE settings SET value = NULL WHERE value = 'none';", "= NULL", "= ''", "rows settings 4 4")
MYSQL.slips(
    "UPDATE `order` SET `key` = 'none', `current_user` = 'none', `true` = 0;",
    "UPDATE `order` SET `key` = 'k', `current_user` = 'u', `true` = 7;",
    ("a column called like a word of SQL", "'k'", "'l'", "rows order 1 1"),
    ("a column called like a function", "'u'", "'w'", "rows order 1 1"),
    ("a column called like a constant", "= 7", "= 8", "rows order 1 1"))
MYSQL.slips(
    "UPDATE customers SET town = UPPER(town), changed = changed WHERE town = 'London';",
    "UPDATE customers SET town = CASE id WHEN 1 THEN 'London' ELSE 'london' END, changed = changed WHERE BINARY town "
    "= 'LONDON';",
    ("texts in another case", "CASE id WHEN 1 THEN 'London' ELSE 'london' END", "'London'", "rows customers 5 5"),
    ("texts with a space more", "ELSE 'london'", "ELSE 'london '", "rows customers 5 5"),
    ("a moment of changing", ", changed = changed", "", "rows customers 5 5"))
MYSQL.slips(
    "CREATE TABLE gone AS SELECT * FROM orders WHERE id IN (4, 5); DELETE FROM orders WHERE id IN (4, 5);",
    """INSERT INTO orders SELECT * FROM gone;
UPDATE orders o JOIN gone g ON g.id = o.id SET o.total = g.total;
DROP TABLE gone;""",
    ("an order too few brought back", "INSERT INTO orders SELECT * FROM gone;",
     "INSERT INTO orders SELECT * FROM gone WHERE total > 0;",
     "rows orders 5 4"),
    ("what a trigger makes of rows", "UPDATE orders o JOIN gone g ON g.id = o.id SET o.total = g.total;\n", "",
     "rows orders 5 5"))
MYSQL.slips(
    "UPDATE orders SET placed = placed + INTERVAL 1 HOUR, total = total * 1.1 WHERE id IN (1, 2);",
    "UPDATE orders SET placed = placed - INTERVAL 1 HOUR, total = CASE id WHEN 1 THEN 20.50 ELSE 1.99 END WHERE id IN "
    "(1, 2);",
    ("sums by counting back", "CASE id WHEN 1 THEN 20.50 ELSE 1.99 END", "FLOOR(total / 1.1)", "rows orders 5 5"),
    ("moments of all rows", " WHERE id IN (1, 2)", " WHERE id < 4", "rows orders 5 5"))

# A session as new.


def mysql_setting(name: str, sql: str, fine: str, after: str = "", after_revert: str = "", needs: str = "") -> None:
    """What a script sets, and what is so only in a session without that."""
    at = len(MYSQL.leaks)
    MYSQL.leak(name, f"CREATE TABLE leak_{at} (id INT);\n{sql}", f"DROP TABLE leak_{at};\n{sql}", f"CALL must({fine});",
               after or f"CREATE TABLE after_{at} (id INT);", after_revert or f"DROP TABLE after_{at};", needs)


mysql_setting("names in double quotes",
              "SET sql_mode = 'ANSI_QUOTES'; UPDATE \"settings\" SET value = 'EUR' WHERE name = 'currency';",
              "@@sql_mode NOT LIKE '%ANSI_QUOTES%'", 'INSERT INTO settings VALUES ("quoted", "x");',
              'DELETE FROM settings WHERE name = "quoted";')
mysql_setting("backslashes as they are",
              r"SET sql_mode = 'NO_BACKSLASH_ESCAPES'; DELETE FROM settings WHERE name = 'a\'; ",
              "@@sql_mode NOT LIKE '%NO_BACKSLASH%'", r"INSERT INTO settings VALUES ('it\'s; ', 'x');",
              r"DELETE FROM settings WHERE name = 'it\'s; ';")
mysql_setting("no strictness", "SET SESSION sql_mode = ''; INSERT INTO payments VALUES (99, '2024-02-30', 1); DELETE "
                               "FROM payments WHERE id = 99;",
              "@@sql_mode LIKE '%STRICT_TRANS_TABLES%'")
mysql_setting("a time zone", "SET time_zone = '+05:00';", "@@time_zone <> '+05:00'",
              "UPDATE customers SET changed = '2024-06-01 12:00:00' WHERE id = 3; CALL must((SELECT "
              "UNIX_TIMESTAMP(changed) FROM customers WHERE id = 3) = 1717243200);",
              "UPDATE customers SET changed = NULL WHERE id = 3;")
mysql_setting("foreign keys unchecked", "SET foreign_key_checks = 0;", "@@foreign_key_checks = 1",
              "INSERT INTO customers (id, email, joined) VALUES (90, 'x', '2024-01-01'); INSERT INTO orders VALUES "
              "(90, 90, NULL, 1, 'new', '2024-01-01');"
              "DELETE FROM customers WHERE id = 90; CALL must((SELECT COUNT(*) FROM orders WHERE id = 90) = 0);",
              "SELECT 1;")
mysql_setting("uniqueness unchecked", "SET unique_checks = 0;", "@@unique_checks = 1")
mysql_setting("a role", "SET ROLE shop_role;", "COALESCE(CURRENT_ROLE(), '') NOT LIKE '%shop_role%'")
mysql_setting("a variable", "SET @total = 5;", "@total IS NULL",
              "SET @n = COALESCE(@total, 0) + 1; INSERT INTO settings VALUES ('n', @n); CALL must(@n = 1);",
              "DELETE FROM settings WHERE name = 'n' AND value = '1';")
mysql_setting("another character set", "SET NAMES latin1;", "@@character_set_client = 'utf8mb4'",
              "INSERT INTO settings VALUES ('café', 'é'); CALL must((SELECT LENGTH(value) FROM settings WHERE name = "
              "'café') = 2);",
              "DELETE FROM settings WHERE name = 'café';")
mysql_setting("no commit by itself",
              "SET autocommit = 0; UPDATE settings SET value = 'EUR' WHERE name = 'currency'; COMMIT;",
              "@@autocommit = 1",
              "INSERT INTO settings VALUES ('kept', '1');", "DELETE FROM settings WHERE name = 'kept';")
mysql_setting("an engine by default", "SET default_storage_engine = MyISAM;", "@@default_storage_engine = 'InnoDB'",
              "CREATE TABLE refers (id INT UNSIGNED, FOREIGN KEY (id) REFERENCES customers (id) ON DELETE CASCADE); "
              "INSERT INTO customers (id, email, joined) VALUES (90, 'x', '2024-01-01');"
              "INSERT INTO refers VALUES (90); DELETE FROM customers WHERE id = 90; CALL must((SELECT COUNT(*) FROM "
              "refers) = 0);", "DROP TABLE refers;")
mysql_setting("careful updates", "SET sql_safe_updates = 1;", "@@sql_safe_updates = 0",
              "UPDATE payments SET amount = amount + 0;", "UPDATE payments SET amount = amount * 1;")
mysql_setting("a session that only reads", "SET SESSION TRANSACTION READ ONLY;", "TRUE",
              "INSERT INTO settings VALUES ('r', 'w');", "DELETE FROM settings WHERE name = 'r';")
mysql_setting("a moment that stands still", "SET timestamp = 1000000000;", "YEAR(NOW()) > 2001")
mysql_setting("a lock by name", "DO GET_LOCK('planted', 1);", "IS_USED_LOCK('planted') IS NULL")
mysql_setting("a prepared statement", "PREPARE planted FROM 'SELECT 1';", "TRUE", "CALL must_be_forgotten();",
              "CALL must_be_forgotten();")
mysql_setting("locked tables", "LOCK TABLES settings WRITE;", "TRUE", "UPDATE payments SET amount = 11 WHERE id = 1;",
              "UPDATE payments SET amount = 10 WHERE id = 1;")
mysql_setting("a temporary table like a real one", "CREATE TEMPORARY TABLE settings (x INT);", "TRUE",
              "ALTER TABLE settings ADD more INT; INSERT INTO settings VALUES ('k', 'v', 1);",
              "DELETE FROM settings WHERE name = 'k'; ALTER TABLE settings DROP more;")
mysql_setting("steps of counters", "SET auto_increment_increment = 10;", "@@auto_increment_increment = 1",
              "CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY, n INT); INSERT INTO counted (n) VALUES (1), "
              "(2); CALL must((SELECT MAX(id) FROM counted) = 2);",
              "DROP TABLE counted;")
mysql_setting("few rows", "SET sql_select_limit = 1;", "@@sql_select_limit > 1000")
mysql_setting("short lists", "SET group_concat_max_len = 4;", "@@group_concat_max_len > 4",
              "INSERT INTO settings (name, value) SELECT 'all', GROUP_CONCAT(sku ORDER BY sku) FROM products; CALL "
              "must((SELECT value FROM settings WHERE name = 'all') = 'A1,B2,C3,D4');",
              "DELETE FROM settings WHERE name = 'all';")
mysql_setting("names of days", "SET lc_time_names = 'de_DE';", "DAYNAME('2024-01-01') = 'Monday'")
mysql_setting("checks that are off", "SET check_constraint_checks = 0;", "@@check_constraint_checks = 1",
              needs="mariadb")
mysql_setting("a number given", "DO LAST_INSERT_ID(424242);", "LAST_INSERT_ID() <> 424242")
MYSQL.leak("another database", "CREATE TABLE leak_use (id INT); USE information_schema;",
           "DROP TABLE leak_use; USE information_schema;",
           "CALL must(DATABASE() <> 'information_schema');", "CREATE TABLE after_use (id INT);",
           "DROP TABLE after_use;")


# --- SQLite ------------------------------------------------------------------------------------------------

SQLITE = Table("""
PRAGMA user_version = 7;
PRAGMA application_id = 1262765893;

CREATE TABLE settings (name TEXT PRIMARY KEY, value);
INSERT INTO settings VALUES ('currency', 'EUR'), ('tax', 0.19), ('year', 2024), ('motd', ''), ('footer', NULL),
    ('logo', x'6162');

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name VARCHAR(80) NOT NULL DEFAULT 'unknown',
    town TEXT,
    credit NUMERIC(10, 2) NOT NULL DEFAULT 0 CONSTRAINT credit_positive CHECK (credit >= 0),
    initials TEXT GENERATED ALWAYS AS (substr(name, 1, 2)) STORED,
    remark TEXT NOT NULL DEFAULT 'none' COLLATE RTRIM
);
INSERT INTO customers (id, email, name, town, credit, remark)
    VALUES (1, 'ada@example.com', 'Ada', 'London', 10.25, 'fragile'),
    (2, 'bob@example.com', 'bob', 'Paris', 0.1, 'none'), (3, 'cy@example.com', 'Cy', NULL, 99.99, ''),
    (4, 'di@example.com', 'Di', '', 5, 'gift'), (5, 'eve@example.com', 'Eve ', 'london', 0, 'Gift');
CREATE INDEX customers_town ON customers (town COLLATE NOCASE, name DESC) WHERE town IS NOT NULL;
CREATE UNIQUE INDEX customers_lower ON customers (lower(name), id);
CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;

CREATE TABLE products (
    sku TEXT NOT NULL,
    title TEXT NOT NULL,
    price REAL,
    any ANY,
    label TEXT AS (sku || ' ' || title),
    PRIMARY KEY (sku DESC)
) STRICT, WITHOUT ROWID;
INSERT INTO products (sku, title, price, any)
    VALUES ('A1', 'Apple', 0.35, 1), ('B2', 'Bread', 0.30000000000000004, '1'),
    ('C3', 'Cheese', 1e-3, 1.0), ('D4', 'Dates', NULL, x'31');

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
    parent INTEGER,
    total NUMERIC,
    placed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    paid BOOLEAN DEFAULT FALSE,
    CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES orders (id) ON DELETE SET NULL
    DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_placed UNIQUE (customer, placed) ON CONFLICT IGNORE,
    CHECK (total > 0 OR paid)
);
INSERT INTO orders VALUES (1, 1, NULL, 20.5, '2024-04-01 10:00:00.5', TRUE),
    (2, 1, 1, 1.99, '2024-04-02 11:30:15', FALSE),
    (3, 2, NULL, 300, '2024-04-03', FALSE), (4, 4, 3, NULL, '2024-04-04', TRUE), (5, 5, NULL, 7, '2024-04-05', TRUE);
CREATE INDEX orders_parent ON orders (parent, customer);
CREATE TABLE lines (order_id INTEGER NOT NULL REFERENCES orders, sku TEXT NOT NULL
    REFERENCES products, qty INTEGER DEFAULT 1, PRIMARY KEY (order_id, sku)) WITHOUT ROWID;
INSERT INTO lines VALUES (1, 'A1', 10), (1, 'B2', 1), (2, 'A1', 1), (3, 'C3', 20), (4, 'D4', 2);
CREATE TABLE logs (who, what, before);
INSERT INTO logs VALUES (1, 'seen', NULL), (1, 'seen', NULL), (2, 'left', 'x');

CREATE VIEW londoners AS SELECT id, name, town FROM customers WHERE town = 'London' ORDER BY name;
CREATE VIEW sums (who, total) AS SELECT c.name, sum(o.total) FROM customers c LEFT JOIN orders o ON o.customer = c.id
    GROUP BY c.id;
CREATE TRIGGER londoners_new INSTEAD OF INSERT ON londoners
BEGIN
    INSERT INTO customers (email, name, town) VALUES (new.name || '@example.com', new.name, 'London');
END;
CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter ascii');
INSERT INTO docs VALUES ('hello', 'a world of words'), ('bye', 'none');
CREATE TABLE "order" ("cast" TEXT, "raise" TEXT);
INSERT INTO "order" VALUES ('a' || char(0) || 'b', 'x');
""")

SQLITE.slips(
    """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_customers (id INTEGER PRIMARY KEY, email TEXT, name TEXT, town TEXT, credit REAL, remark TEXT);
INSERT INTO new_customers SELECT id, email, name, town, credit, remark FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;""",
    """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name VARCHAR(80) NOT NULL DEFAULT 'unknown',
    town TEXT,
    credit NUMERIC(10, 2) NOT NULL DEFAULT 0 CONSTRAINT credit_positive CHECK (credit >= 0),
    initials TEXT GENERATED ALWAYS AS (substr(name, 1, 2)) STORED,
    remark TEXT NOT NULL DEFAULT 'none' COLLATE RTRIM
);
INSERT INTO new_customers (id, email, name, town, credit, remark) SELECT id, email, name, town, credit, remark
    FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;
CREATE INDEX customers_town ON customers (town COLLATE NOCASE, name DESC) WHERE town IS NOT NULL;
CREATE UNIQUE INDEX customers_lower ON customers (lower(name), id);
CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;""",
    ("numbers given again", " AUTOINCREMENT", "", *changed("constraint customers.primary key", "autoincrement")),
    ("a column without its collation", " COLLATE NOCASE UNIQUE", " UNIQUE",
     *changed("column customers.email", "collate")),
    ("a column that isn't unique", " COLLATE NOCASE UNIQUE", " COLLATE NOCASE",
     "missing constraint customers.unique (email)"),
    ("a shorter column", "VARCHAR(80)", "VARCHAR(8)", *changed("column customers.name", "type")),
    ("a column that may be null", " NOT NULL DEFAULT 'unknown'", " DEFAULT 'unknown'",
     *changed("column customers.name", "not null")),
    ("a default in another case", "DEFAULT 'unknown'", "DEFAULT 'Unknown'",
     *changed("column customers.name", "default")),
    ("a column without its default", " DEFAULT 'none'", "", *changed("column customers.remark", "default")),
    ("a column without another collation", " COLLATE RTRIM", "", *changed("column customers.remark", "collate")),
    ("a check of another bound", "credit >= 0", "credit > -1",
     *changed("constraint customers.credit_positive", "expression")),
    ("a check by another name", "credit_positive", "credit_ok", "missing constraint customers.credit_positive",
     "unexpected constraint customers.credit_ok"),
    ("another generated column", "name, 1, 2)", "name, 1, 3)", *changed("column customers.initials", "generated"),
     "rows customers 5 5"),
    ("a generated column that isn't stored", " STORED", "", *changed("column customers.initials", "stored")),
    ("an index of all rows", " WHERE town IS NOT NULL", "", *changed("index customers.customers_town", "where")),
    ("an index that rises", "name DESC", "name", *changed("index customers.customers_town", "columns")),
    ("an index without its collation", "(town COLLATE NOCASE,", "(town,",
     *changed("index customers.customers_town", "columns")),
    ("an index that isn't unique", "UNIQUE INDEX", "INDEX", *changed("index customers.customers_lower", "unique")),
    ("an index of another expression", "lower(name)", "upper(name)",
     *changed("index customers.customers_lower", "columns")),
    ("a trigger without its condition", " WHEN new.name IS NOT old.name", "",
     *changed("trigger customers.customers_named", "when")),
    ("a trigger of fewer columns", "OF name, town", "OF name",
     *changed("trigger customers.customers_named", "columns")),
    ("a trigger at another time", "AFTER UPDATE", "BEFORE UPDATE",
     *changed("trigger customers.customers_named", "timing")),
    ("a trigger's other body", "old.name);", "new.name);", *changed("trigger customers.customers_named", "body")),
    ("a column without its data", "SELECT id, email, name, town, credit, remark",
     "SELECT id, email, name, town, credit, 'none'", "rows customers 5 5"),
    ("an empty text for none", "SELECT id, email, name, town,", "SELECT id, email, name, ifnull(town, ''),",
     "rows customers 5 5"),
    ("none for an empty text", "SELECT id, email, name, town,", "SELECT id, email, name, nullif(town, ''),",
     "rows customers 5 5"),
    ("texts trimmed", "SELECT id, email, name,", "SELECT id, email, trim(name),", "rows customers 5 5"),
    ("numbers rounded", "SELECT id, email, name, town, credit", "SELECT id, email, name, town, round(credit, 1)",
     "rows customers 5 5"),
    ("a row lost", "FROM customers;", "FROM customers WHERE town IS NOT NULL;", "rows customers 5 4"))
SQLITE.slip("a trigger lost with its table", """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
ALTER TABLE logs RENAME TO old_logs; CREATE TABLE logs (who, what, before, at);
INSERT INTO logs SELECT *, NULL FROM old_logs; DROP TABLE old_logs;
DROP TRIGGER customers_named;""",
            """ALTER TABLE logs DROP COLUMN at;
CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;""",
            """CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;""", "", "missing trigger customers.customers_named")
SQLITE.slips(
    """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_products (sku TEXT PRIMARY KEY, title TEXT, price REAL, any ANY) STRICT;
INSERT INTO new_products SELECT sku, title, price, any FROM products;
DROP TABLE products;
ALTER TABLE new_products RENAME TO products;""",
    """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_products (
    sku TEXT NOT NULL,
    title TEXT NOT NULL,
    price REAL,
    any ANY,
    label TEXT AS (sku || ' ' || title),
    PRIMARY KEY (sku DESC)
) STRICT, WITHOUT ROWID;
INSERT INTO new_products (sku, title, price, any) SELECT sku, title, price, any FROM products;
DROP TABLE products;
ALTER TABLE new_products RENAME TO products;""",
    ("a table that isn't strict", ") STRICT, WITHOUT ROWID", ") WITHOUT ROWID", *changed("table products", "strict"),
     "rows products 4 4"),
    ("a table with rowids", ") STRICT, WITHOUT ROWID", ") STRICT", *changed("table products", "without rowid")),
    ("a primary key that rises", "sku DESC", "sku", *changed("constraint products.primary key", "columns")),
    ("a generated column that is stored", "title),", "title) STORED,", *changed("column products.label", "stored")),
    ("a column in another place", "price REAL,\n    any ANY,", "any ANY,\n    price REAL,",
     *changed("table products", "column order")),
    ("a float rounded in its last digit", "SELECT sku, title, price,", "SELECT sku, title, round(price, 15),",
     "rows products 4 4"),
    ("texts for numbers", "price, any FROM", "price, iif(typeof(any) = 'blob', any, CAST(any AS TEXT)) FROM",
     "rows products 4 4"),
    ("integers for reals", "price, any FROM", "price, iif(typeof(any) = 'real', CAST(any AS INTEGER), any) FROM",
     "rows products 4 4"),
    ("texts for blobs", "price, any FROM", "price, iif(typeof(any) = 'blob', CAST(any AS TEXT), any) FROM",
     "rows products 4 4"))
SQLITE.slips(
    """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_orders (id INTEGER
    PRIMARY KEY, customer INTEGER, parent INTEGER, total NUMERIC, placed TEXT, paid BOOLEAN);
INSERT INTO new_orders SELECT * FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;""",
    """PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
CREATE TABLE new_orders (
    id INTEGER PRIMARY KEY,
    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE,
    parent INTEGER,
    total NUMERIC,
    placed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    paid BOOLEAN DEFAULT FALSE,
    CONSTRAINT orders_parent FOREIGN KEY (parent) REFERENCES orders (id) ON DELETE SET NULL
    DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_placed UNIQUE (customer, placed) ON CONFLICT IGNORE,
    CHECK (total > 0 OR paid)
);
INSERT INTO new_orders SELECT id, customer, parent, total, placed, paid FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
CREATE INDEX orders_parent ON orders (parent, customer);""",
    ("a foreign key without its ON DELETE", " ON DELETE CASCADE", "",
     *changed("constraint orders.foreign key (customer)", "on delete")),
    ("a foreign key with another ON UPDATE", "ON UPDATE CASCADE", "ON UPDATE SET NULL",
     *changed("constraint orders.foreign key (customer)", "on update")),
    ("a foreign key lost", " REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE", "",
     "missing constraint orders.foreign key (customer)"),
    ("a foreign key that isn't deferred", " DEFERRABLE INITIALLY DEFERRED", "",
     *changed("constraint orders.orders_parent", "deferrable")),
    ("a foreign key without its name", "CONSTRAINT orders_parent ", "", "missing constraint orders.orders_parent",
     "unexpected constraint orders.foreign key (parent)"),
    ("a default of another moment", "CURRENT_TIMESTAMP", "CURRENT_DATE", *changed("column orders.placed", "default")),
    ("a conflict that fails", " ON CONFLICT IGNORE", "", *changed("constraint orders.orders_placed", "on conflict")),
    ("a check lost", ",\n    CHECK (total > 0 OR paid)", "", "missing constraint orders.check (paid, total)"),
    ("a default that is true", "DEFAULT FALSE", "DEFAULT TRUE", *changed("column orders.paid", "default")),
    ("an index in another order", "(parent, customer);", "(customer, parent);",
     *changed("index orders.orders_parent", "columns")),
    ("moments to the second", "total, placed, paid FROM", "total, datetime(placed), paid FROM", "rows orders 5 5"),
    ("a row moved to another parent", "customer, parent, total", "customer, ifnull(parent, 1), total",
     "rows orders 5 5"))

# Views, virtual tables, the file.
SQLITE.slips(
    "DROP VIEW londoners; DROP VIEW sums;",
    """CREATE VIEW londoners AS SELECT id, name, town FROM customers WHERE town = 'London' ORDER BY name;
CREATE VIEW sums (who, total) AS SELECT c.name, sum(o.total) FROM customers c LEFT JOIN orders o ON o.customer = c.id
    GROUP BY c.id;
CREATE TRIGGER londoners_new INSTEAD OF INSERT ON londoners
BEGIN
    INSERT INTO customers (email, name, town) VALUES (new.name || '@example.com', new.name, 'London');
END;""",
    ("a view of other rows", "WHERE town = 'London'", "WHERE town = 'london'",
     *changed("view londoners", "definition")),
    ("a view without its order", " ORDER BY name", "", *changed("view londoners", "definition")),
    ("a view with other names", "(who, total)", "(name, total)", *changed("view sums", "columns")),
    ("a view by an inner join", "LEFT JOIN", "JOIN", *changed("view sums", "definition")),
    ("a view's trigger of another event", "INSTEAD OF INSERT", "INSTEAD OF UPDATE",
     *changed("trigger londoners.londoners_new", "event")),
    ("a view without its trigger", """CREATE TRIGGER londoners_new INSTEAD OF INSERT ON londoners
BEGIN
    INSERT INTO customers (email, name, town) VALUES (new.name || '@example.com', new.name, 'London');
END;""", "", "missing trigger londoners.londoners_new"))
SQLITE.slips(
    "CREATE TABLE kept AS SELECT title, body FROM docs; DROP TABLE docs;",
    "CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter ascii'); INSERT INTO docs SELECT title, "
    "body FROM kept; DROP TABLE kept;",
    ("a virtual table by other words", ", tokenize = 'porter ascii'", "", *changed("virtual table docs", "arguments")),
    ("a virtual table without a row", "SELECT title, body FROM kept", "SELECT title, body FROM kept LIMIT 1",
     "rows docs 2 1"),
    ("a virtual table with other rows", "SELECT title, body FROM kept", "SELECT upper(title), body FROM kept",
     "rows docs 2 2"))
SQLITE.slips(
    "PRAGMA user_version = 8; PRAGMA application_id = 5;",
    "PRAGMA user_version = 7; PRAGMA application_id = 1262765893;",
    ("a file of another version", "user_version = 7", "user_version = 0", *changed("database main", "user version")),
    ("a file of another application", " PRAGMA application_id = 1262765893;", "",
     *changed("database main", "application id")))

# Rows.
SQLITE.slip("a row too many changed", "UPDATE settings SET value = 'none' WHERE value IS NULL;",
            "UPDATE settings SET value = NULL WHERE name = 'footer';", "name = 'footer'", "value IN ('', 'none')",
            "rows settings 6 6")
SQLITE.slip("NULL as an empty text", "UPDATE settings SET value = 'none' WHERE value IS NULL;",
            "UPDATE settings SET value = NULL WHERE value = 'none';", "= NULL", "= ''", "rows settings 6 6")
SQLITE.slip("a number as a text", "UPDATE settings SET value = 2025 WHERE name = 'year';",
            "UPDATE settings SET value = 2024 WHERE name = 'year';", "2024", "'2024'", "rows settings 6 6")
SQLITE.slip("a blob as a text", "UPDATE settings SET value = NULL WHERE name = 'logo';",
            "UPDATE settings SET value = x'6162' WHERE name = 'logo';", "x'6162'", "'ab'", "rows settings 6 6")
SQLITE.slips(
    "CREATE TABLE gone AS SELECT rowid AS at, * FROM logs WHERE who = 1; DELETE FROM logs WHERE who = 1;",
    "INSERT INTO logs (rowid, who, what, before) SELECT at, who, what, before FROM gone; DROP TABLE gone;",
    ("a duplicate lost", "SELECT at, who, what, before FROM gone",
     "SELECT min(at), who, what, before FROM gone GROUP BY 2, 3, 4", "rows logs 3 2"),
    ("a text in another case", "SELECT at, who, what,", "SELECT at, who, upper(what),", "rows logs 3 3"),
    ("a row doubled", "DROP TABLE gone;", "DROP TABLE gone; INSERT INTO logs SELECT * FROM logs WHERE who = 2;",
     "rows logs 3 4"))
SQLITE.slip("what a trigger writes on the way back",
            "DROP TRIGGER customers_named; UPDATE customers SET name = upper(name) WHERE id = 1;",
            """UPDATE customers SET name = 'Ada' WHERE id = 1;
CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;""", "UPDATE customers SET name = 'Ada' WHERE id = 1;", "", "rows customers 5 5")
SQLITE.case("what a trigger writes after the way back",
            "DROP TRIGGER customers_named; UPDATE customers SET name = upper(name) WHERE id = 2;",
            """UPDATE customers SET name = 'bob' WHERE id = 2;
CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;""", """CREATE TRIGGER customers_named AFTER UPDATE OF name, town ON customers WHEN new.name IS NOT old.name
BEGIN
    INSERT INTO logs VALUES (new.id, 'named', old.name);
END;
UPDATE customers SET name = 'bob' WHERE id = 2;""", "rows logs 3 4")
SQLITE.slips(
    """UPDATE "order" SET "cast" = 'none', "raise" = 'none';""",
    """UPDATE "order" SET "cast" = 'a' || char(0) || 'b', "raise" = 'x';""",
    ("a text cut off at a NUL", "'a' || char(0) || 'b'", "'a'", 'rows "order" 1 1'),
    ("what is behind a NUL", "|| 'b'", "|| 'c'", 'rows "order" 1 1'),
    ("a column called like a word of SQL", "= 'x'", "= 'y'", 'rows "order" 1 1'))
SQLITE.slips(
    "DELETE FROM docs WHERE title = 'hello';",
    "INSERT INTO docs (rowid, title, body) VALUES (1, 'hello', 'a world of words');",
    ("a document by another number", "VALUES (1,", "VALUES (7,", "rows docs 2 2"),
    ("a document of other bytes", "'hello'", "x'68656c6c6f'", "rows docs 2 2"))
SQLITE.slip("sums rounded on the way back", "UPDATE orders SET total = total * 1.1 WHERE id IN (1, 2);",
            "UPDATE orders SET total = CASE id WHEN 1 THEN 20.5 ELSE 1.99 END WHERE id IN (1, 2);",
            "CASE id WHEN 1 THEN 20.5 ELSE 1.99 END", "round(total / 1.1, 1)", "rows orders 5 5")

# A session as new.


def sqlite_setting(name: str, sql: str, wrong: str, after: str = "", after_revert: str = "") -> None:
    """What a script sets, and what is so only in a session with that."""
    at = len(SQLITE.leaks)
    SQLITE.leak(name, f"CREATE TABLE leak_{at} (id);\n{sql}", f"DROP TABLE main.leak_{at};\n{sql}",
                f"SELECT json(CASE WHEN {wrong} THEN 'it came through' ELSE '1' END);",
                after or f"CREATE TABLE after_{at} (id);", after_revert or f"DROP TABLE main.after_{at};")


TEMP = "EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = '{}')"
sqlite_setting("a temporary table like a real one", "CREATE TEMP TABLE settings (x);", TEMP.format("settings"),
               "ALTER TABLE settings ADD COLUMN more; INSERT INTO settings VALUES ('k', 'v', 1);",
               "DELETE FROM main.settings WHERE name = 'k'; ALTER TABLE main.settings DROP COLUMN more;")
sqlite_setting("a temporary view like a table", "CREATE TEMP VIEW settings AS SELECT 1 AS one;",
               TEMP.format("settings"),
               "UPDATE settings SET value = 'USD' WHERE name = 'currency';",
               "UPDATE main.settings SET value = 'EUR' WHERE name = 'currency';")
sqlite_setting("a temporary trigger",
               "CREATE TEMP TRIGGER eater BEFORE INSERT ON main.settings BEGIN SELECT RAISE(IGNORE); END;",
               TEMP.format("eater"), "INSERT INTO settings (name, value) VALUES ('eaten', 'v'); SELECT json(CASE "
                                     "(SELECT count(*) FROM settings WHERE name = 'eaten') WHEN 1 THEN '1' ELSE 'no' "
                                     "END);",
               "DELETE FROM settings WHERE name = 'eaten';")
sqlite_setting("foreign keys on", "PRAGMA foreign_keys = ON;", "(SELECT foreign_keys FROM pragma_foreign_keys)")
sqlite_setting("foreign keys off", "PRAGMA foreign_keys = OFF;", "0",
               "INSERT INTO customers (id, email) VALUES (90, 'x'); INSERT INTO orders VALUES (90, 90, NULL, 1, "
               "'2024', FALSE);",
               "DELETE FROM orders WHERE id = 90; DELETE FROM customers WHERE id = 90;")
sqlite_setting("foreign keys deferred", "PRAGMA defer_foreign_keys = ON;",
               "(SELECT defer_foreign_keys FROM pragma_defer_foreign_keys)")
sqlite_setting("checks that are off", "PRAGMA ignore_check_constraints = ON;",
               "(SELECT ignore_check_constraints FROM pragma_ignore_check_constraints)",
               "INSERT OR IGNORE INTO customers (id, email, credit) VALUES (91, 'y', -1); SELECT json(CASE (SELECT "
               "count(*) FROM customers WHERE id = 91) WHEN 0 THEN '1' ELSE 'unchecked' END);",
               "SELECT 1;")
sqlite_setting("triggers within triggers", "PRAGMA recursive_triggers = ON;",
               "(SELECT recursive_triggers FROM pragma_recursive_triggers)")
sqlite_setting("LIKE with cases", "PRAGMA case_sensitive_like = ON;", "'a' NOT LIKE 'A'",
               "UPDATE logs SET what = 'SEEN' WHERE what LIKE 'See%'; SELECT json(CASE (SELECT count(*) FROM logs "
               "WHERE what = 'SEEN') WHEN 2 THEN '1' ELSE 'no' END);",
               "UPDATE logs SET what = 'seen' WHERE what LIKE 'SEE%';")
sqlite_setting("the old rules of ALTER", "PRAGMA legacy_alter_table = ON;",
               "(SELECT legacy_alter_table FROM pragma_legacy_alter_table)",
               "CREATE TABLE alone (id); CREATE VIEW of_alone AS SELECT id FROM alone; ALTER TABLE alone RENAME TO "
               "together;"
               "SELECT json(CASE WHEN sql LIKE '%together%' THEN '1' ELSE 'left' END) FROM sqlite_schema WHERE name = "
               "'of_alone';",
               "DROP VIEW of_alone; DROP TABLE together;")
sqlite_setting("rows from the end", "PRAGMA reverse_unordered_selects = ON;",
               "(SELECT reverse_unordered_selects FROM pragma_reverse_unordered_selects)")
sqlite_setting("a schema that can be written", "PRAGMA writable_schema = ON;",
               "(SELECT writable_schema FROM pragma_writable_schema)")
sqlite_setting("a number given",
               "INSERT INTO logs (rowid, who) VALUES (424242, 9); DELETE FROM logs WHERE rowid = 424242;",
               "last_insert_rowid() = 424242")
SQLITE.leak("another file", "-- kedge: no-transaction\nATTACH ':memory:' AS other; CREATE TABLE leak_file (id);",
            "-- kedge: no-transaction\nATTACH ':memory:' AS other; DROP TABLE main.leak_file;",
            "SELECT json(CASE WHEN EXISTS (SELECT 1 FROM pragma_database_list WHERE name = 'other') THEN 'it came "
            "through' ELSE '1' END);",
            "CREATE TABLE after_file (id);", "DROP TABLE main.after_file;")
# --- how they are run --------------------------------------------------------------------------------------


class File:
    """SQLite needs no server; its databases are files in the folder for temporary ones."""

    def __init__(self, folder: Path, release: str):
        if release:
            raise SystemExit("SQLite is a library: there are no other releases to be had")
        self.folder, self.target, self.scratch, self.family = folder, "db:sqlite:none.db", [], "sqlite"

    def start(self) -> None:
        """Nothing runs."""

    def stop(self) -> None:
        """Nothing runs."""

    @staticmethod
    def has(needs: str) -> bool:
        """It is as new as what was built with it."""
        return not needs

    def left(self) -> list[str]:
        """Scratch databases that are still there."""
        return [one.name for one in self.folder.iterdir() if one.name.startswith(SCRATCH)]


class Server:
    """A server of this machine's release or another one's, with the accounts that scripts speak of."""

    def __init__(self, folder: Path, release: str):
        del folder  # the server's user can't get into it
        self.folder = self.module.scratch_folder()
        programs = programs_of_release(release, self.folder / "bin", *self.engine) if release else None
        self.server = self.make(programs)

    def start(self) -> None:
        """With an empty database for a target."""
        self.server.start()
        self.server.create("planted")
        self.target = self.server.uri("planted")
        self.scratch = ["--scratch", self.target]
        self.family, self.version = self.ask()

    def stop(self) -> None:
        """It goes with all that is in it."""
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def has(self, needs: str) -> bool:
        """A family, and the lowest version of it."""
        family, _, version = needs.partition(" ")
        lowest = tuple(int(part) for part in version.split(".") if part)
        return not needs or (family == self.family and lowest <= self.version)

    def left(self) -> list[str]:
        """Scratch databases that are still there, and what the server keeps of those that are gone."""
        return [one for one in self.server.databases() if one.startswith(SCRATCH)] + self.kept()

    def kept(self) -> list[str]:
        """Nothing: all that belongs to a database goes with it."""
        return []


class PostgresHome(Server):
    """With the roles."""

    module, engine = postgres, ()

    def make(self, programs: Path | None) -> postgres.PostgresServer:
        """One of our own: roles belong to a whole server."""
        return postgres.PostgresServer(self.folder, bin_folder=programs)

    def ask(self) -> tuple[str, tuple[int, ...]]:
        """Family and version."""
        for role in PG_ROLES:
            self.server.query("postgres", f"CREATE ROLE {role}")
        return "pg", (int(self.server.query("postgres", "SHOW server_version_num")[0][0]) // 10000,)


class MysqlHome(Server):
    """With the accounts."""

    module, engine = mysql, ("mysql",)

    def make(self, programs: Path | None) -> mysql.MysqlServer:
        """One of our own: accounts belong to a whole server."""
        return mysql.MysqlServer(self.folder, bin_folder=programs, settings={"event-scheduler": "OFF"})

    def ask(self) -> tuple[str, tuple[int, ...]]:
        """Family and version."""
        for sql in MYSQL_ACCOUNTS:
            self.server.query("", sql)
        version = self.server.query("", "SELECT VERSION()")[0][0]
        numbers = tuple(int(part) for part in version.split("-")[0].split("."))
        return "mysql" if self.server.is_mysql else "mariadb", numbers

    def kept(self) -> list[str]:
        """Grants: they outlive what they are on."""
        return sorted({f"grant in {table}" for table in ("db", "tables_priv", "columns_priv", "procs_priv")
                       if self.server.query("", f"SELECT 1 FROM mysql.{table} WHERE Db LIKE '{SCRATCH}%'")})


ENGINES = {"sqlite": (File, SQLITE), "pg": (PostgresHome, PG), "mysql": (MysqlHome, MYSQL)}


class Project:
    """A folder with a plan, and kedge."""

    def __init__(self, engine: str, kedge: Path, folder: Path, home, base: str):
        self.engine, self.kedge, self.folder, self.home, self.base = engine, kedge, folder, home, base
        self.environment = {name: value for name, value in os.environ.items() if name.startswith("LD_")}
        self.environment |= {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8",
                             "TMPDIR": str(folder)}

    def rehearse(self, changes: list[tuple[str, str, str]]) -> dict[str, dict]:
        """Of changes as (name, deploy, revert), after the base: what is reported of each."""
        project = Path(tempfile.mkdtemp(prefix="project-", dir=self.folder))
        # With a name in it: no two scripts may be the same.
        write_project(project, self.engine, self.base,
                      [(name, f"-- {name}\n{deploy}", f"-- not {name}\n{revert}") for name, deploy, revert in changes])
        status, report = rehearse(self.kedge, project, [*self.home.scratch, self.home.target], self.environment,
                                  TIMEOUT)
        shutil.rmtree(project)
        if (status == 0) != all(one["outcome"] == "proven" for one in report["changes"]):
            raise RuntimeError(f"exit {status} of {[one['outcome'] for one in report['changes']]}")
        return {one["change"]: one for one in report["changes"]}

    def try_out(self, case: Case) -> dict:
        """What is reported of the faulty revert of a case."""
        try:
            return self.rehearse([("faulty", case.deploy, case.faulty)])["faulty"]
        except (RuntimeError, subprocess.SubprocessError) as trouble:
            return {"outcome": str(trouble), "differences": [], "rows": []}


def told(change: dict) -> list[str]:
    """What is reported of a change, in the words of Case.told."""
    out = []
    for one in change["differences"]:
        subject = f"{one['object']['kind']} {one['object']['name']}"
        if "part" in one:
            subject = f"{one['part']['kind']} {one['object']['name']}.{one['part']['name']}"
        out.append(f"{one['verdict']} {subject}" + (f": {one['attribute']}" if "attribute" in one else ""))
    return sorted(out + [f"rows {one['table']} {one['before']} {one['after']}" for one in change["rows"]])


def reported(change: dict | None) -> str:
    """All of it, for whoever reads of a failure."""
    if change is None:
        return "not reached"
    error = change.get("error", {})
    return "; ".join([change["outcome"], *told(change), *([f"{error['where']}: {error['message']}"] if error else [])])


def is_proven(change: dict | None) -> bool:
    """Whether it was tried out, and its way back is right."""
    return change is not None and change["outcome"] == "proven"


def guarded(leak: Leak, script: str) -> str:
    """A script that looks first; what is said to kedge stays at the top."""
    head, newline, rest = script.partition("\n") if script.startswith("-- kedge:") else ("", "", script)
    return f"{head}{newline}{leak.guard}\n{rest}"


class Suite:
    """Plays the cases, and counts what is as it should be."""

    def __init__(self, project: Project, jobs: int, verbose: bool):
        self.project, self.jobs, self.verbose = project, jobs, verbose
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def check(self, good: bool, what: str, why: str) -> None:
        """One check."""
        with self.lock:
            self.passed += good
            self.failed += not good
        if not good or self.verbose:
            print(f"{'ok' if good else 'FAILED'} {what}{'' if good else ': ' + why}", flush=True)

    def proves(self, what: str, names: dict[str, str], changes: list[tuple[str, str, str]]) -> None:
        """Right changes, all in one plan. One that fails ends a rehearsal: then the others are tried without it."""
        while changes:
            report = self.project.rehearse(changes)
            last = next((at for at, (name, *_) in enumerate(changes)
                         if report.get(name, {}).get("outcome") in ("deploy failed", "verify failed")),
                        len(changes) - 1)
            for name, *_ in changes[:last + 1]:
                change = report.get(name)
                self.check(is_proven(change), f"{what}, {names[name]}", reported(change))
            # A change whose deploy fails takes its way back with it.
            changes = [one for one in changes[last + 1:] if names[one[0]] != names[changes[last][0]] + ", back"]

    def right(self, cases: list[Case]) -> None:
        """Each with its right revert, and then its right revert with the change as the way back."""
        names, plans = {}, [[] for _ in range(self.jobs)]
        for at, one in enumerate({(one.deploy, one.right): one for one in reversed(cases)}.values()):
            names |= {f"c{at}": one.name, f"c{at}_back": f"{one.name}, back"}
            plans[at % self.jobs] += [(f"c{at}", one.deploy, one.right), (f"c{at}_back", one.right, one.deploy)]
        with ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(lambda changes: self.proves("right", names, changes), plans))

    def faulty(self, cases: list[Case]) -> None:
        """Each in a rehearsal of its own, `jobs` at a time on the same server."""
        with ThreadPoolExecutor(self.jobs) as pool:
            for one, change in zip(cases, pool.map(self.project.try_out, cases)):
                self.misses(one, change)

    def several(self, cases: list[Case]) -> None:
        """Some in one plan, each with its right revert behind it: after a faulty one the next begins anew."""
        changes = []
        for at, one in enumerate(cases):
            changes += [(f"f{at}", one.deploy, one.faulty), (f"f{at}_back", one.right, one.deploy)]
        report = self.project.rehearse(changes)
        for at, one in enumerate(cases):
            self.misses(one, report.get(f"f{at}"))
            change = report.get(f"f{at}_back")
            self.check(is_proven(change), f"right behind {one.name}", reported(change))

    def misses(self, case: Case, change: dict | None) -> None:
        """Whether all that is wrong was told, and nothing else."""
        good = change is not None and change["outcome"] == "not restored" and told(change) == sorted(case.told)
        self.check(good, f"faulty, {case.name}", f"{reported(change)}\n    expected: {'; '.join(case.told)}")

    def clean(self, leaks: list[Leak]) -> None:
        """Each script begins by looking for what the one before it may have left."""
        names, changes = {}, []
        for at, one in enumerate(leaks):
            names |= {f"s{at}": one.name, f"s{at}_after": f"{one.name}, after"}
            changes += [(f"s{at}", guarded(one, one.deploy), guarded(one, one.revert)),
                        (f"s{at}_after", guarded(one, one.after), guarded(one, one.after_revert))]
        self.proves("session", names, changes)


def main() -> int:
    """All of an engine's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=tuple(ENGINES), default="sqlite")
    parser.add_argument("--release", default="", help="a server of another release, in a small root")
    parser.add_argument("--kedge", default=str(HERE.parents[1] / "build/release/kedge"))
    parser.add_argument("--only", default="", help="those with this in their names")
    parser.add_argument("--every", type=int, default=1, help="only each n-th of the cases")
    parser.add_argument("--jobs", type=int, default=2, help="rehearsals at a time")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    kind, table = ENGINES[options.engine]
    folder = Path(tempfile.mkdtemp(prefix="kedge-planted-"))
    home = kind(folder, options.release)
    began = time.monotonic()
    try:
        home.start()
        project = Project(options.engine, Path(options.kedge).resolve(), folder, home,
                          table.base + table.more.get(home.family, ""))
        suite = Suite(project, options.jobs, options.verbose)
        cases, leaks = ([one for one in some if options.only in one.name and home.has(one.needs)][::options.every]
                        for some in (table.cases, table.leaks))
        for run, some in ((suite.right, cases), (suite.faulty, cases), (suite.several, cases[::len(cases) // 4 + 1]),
                          (suite.clean, leaks)):
            at = time.monotonic()
            if some:
                run(some)
            print(f"{run.__name__}: {len(some)} cases, {time.monotonic() - at:.1f} s", flush=True)
        suite.check(not home.left(), "nothing of a scratch database is left", str(home.left()))
    finally:
        home.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s")
    print(f"{suite.passed} passed, {suite.failed} failed")
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
