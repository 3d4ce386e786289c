# SPDX-License-Identifier: MIT
"""SQLite: what somebody may do to a database file behind kedge's back, by ALTER and CREATE, and by editing
the texts in sqlite_schema, which reaches every clause by itself."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

from mutation import Mutation, Silence

SETUP = """
PRAGMA user_version = 7;
PRAGMA application_id = 1262765893;

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    name VARCHAR(80) NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'active', "gone")),
    rank INTEGER,
    joined TEXT DEFAULT CURRENT_TIMESTAMP,
    note TEXT
);
CREATE UNIQUE INDEX customers_name ON customers (name, joined DESC);
CREATE INDEX customers_lower ON customers (lower(name) COLLATE NOCASE) WHERE status = 'active';
CREATE INDEX customers_rank ON customers (rank);

CREATE TABLE "order" (
    id INTEGER NOT NULL,
    shop TEXT NOT NULL,
    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE ON UPDATE SET NULL
        DEFERRABLE INITIALLY DEFERRED,
    "unit price" NUMERIC(10, 2) NOT NULL CONSTRAINT price_positive CHECK ("unit price" > 0),
    qty INTEGER NOT NULL DEFAULT (1) CONSTRAINT qty_given NOT NULL ON CONFLICT IGNORE,
    total NUMERIC GENERATED ALWAYS AS (qty * "unit price") STORED,
    label TEXT AS (shop || '-' || id),
    delivered TEXT,
    paid TEXT,
    [key] BLOB,
    PRIMARY KEY (shop, id DESC) ON CONFLICT REPLACE,
    CONSTRAINT order_key UNIQUE (customer, [key]) ON CONFLICT FAIL,
    CONSTRAINT order_dates CHECK (delivered >= paid),
    UNIQUE (shop, delivered)
) WITHOUT ROWID;

CREATE TABLE line (
    shop TEXT,
    order_id INTEGER,
    no INTEGER,
    amount REAL,
    CONSTRAINT line_order FOREIGN KEY (shop, order_id) REFERENCES "order" (shop, id)
        ON UPDATE RESTRICT MATCH FULL,
    FOREIGN KEY (no) REFERENCES customers,
    CHECK (amount > 0),
    CHECK (no <> order_id)
);

CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT;
CREATE TABLE big (id INTEGER PRIMARY KEY DESC, flag BOOLEAN DEFAULT TRUE, ratio DOUBLE PRECISION DEFAULT -1.5,
                  raw BLOB DEFAULT x'00FF');
CREATE TABLE plain (a, b, c);

CREATE VIEW active AS SELECT id, name, email FROM customers WHERE status = 'active' ORDER BY name;
CREATE VIEW totals (who, total) AS
    WITH sums AS (SELECT customer, sum(total) AS total FROM "order" GROUP BY customer)
    SELECT c.name, s.total
    FROM customers c LEFT JOIN sums s ON s.customer = c.id;

CREATE VIEW odd AS SELECT "unit price" AS "how much", label "what", "gone" AS why, [key] FROM "order"
    WHERE label <> "old" AND "shop" IN ("here", 'there');
CREATE VIEW odder AS SELECT "how much", 'x' FROM odd WHERE "why" = "gone";

CREATE TRIGGER customers_change AFTER UPDATE OF name, email ON customers
FOR EACH ROW WHEN new.name <> old.name
BEGIN
    UPDATE customers SET note = 'renamed' WHERE id = new.id;
    INSERT INTO plain (a, b) VALUES (new.id, CASE WHEN new.rank > 1 THEN 'x' ELSE 'y' END);
END;
CREATE TRIGGER customers_new INSERT ON customers BEGIN SELECT 1; END;
CREATE TRIGGER active_new INSTEAD OF INSERT ON active
BEGIN
    INSERT INTO customers (name, email) VALUES (new.name, new.email);
END;

CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter ascii');
CREATE VIRTUAL TABLE places USING rtree(id, x0, x1);
"""

TIMEOUT = 60


class Bench:
    """A file in the scratch folder, and beside it one as it was in the beginning."""

    def __init__(self, folder: Path, release: str = ""):
        if release:
            raise SystemExit("SQLite is a library: there are no other releases to be had")
        self.path, self.pristine = folder / "drift.db", folder / "pristine.db"
        self.uri = f"db:sqlite:{self.path}"

    def start(self) -> None:
        """Makes the database."""
        self._run(self.pristine, SETUP)
        self.renew()

    def stop(self) -> None:
        """Nothing runs."""

    def renew(self) -> None:
        """The database as in the beginning."""
        shutil.copyfile(self.pristine, self.path)

    def execute(self, sql: str) -> None:
        """`.reload` in the place of statements is a dump that is loaded into a new file; what stands behind
        it runs there before."""
        if not sql.startswith(".reload"):
            self._run(self.path, sql)
            return
        dump = subprocess.run(["sqlite3", self.path, ".dump"], capture_output=True, text=True, check=True,
                              timeout=TIMEOUT).stdout
        fresh = self.path.with_suffix(".fresh")
        fresh.unlink(missing_ok=True)
        settings = "PRAGMA user_version = 7; PRAGMA application_id = 1262765893;"
        subprocess.run(["sqlite3", "-bail", fresh], input=sql.removeprefix(".reload") + ";" + settings + dump,
                       check=True, text=True, timeout=TIMEOUT)
        fresh.replace(self.path)

    def environment(self) -> dict[str, str]:
        """Of kedge."""
        return {}

    def has(self, needs: str) -> bool:
        """A version of the library, or its shell."""
        if needs == "shell":
            return shutil.which("sqlite3") is not None
        return sqlite3.sqlite_version_info >= tuple(int(part) for part in needs.split("."))

    @staticmethod
    def _run(path: Path, sql: str) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.executescript(sql)
        except sqlite3.Error as trouble:
            raise RuntimeError(f"{trouble}: {sql}") from trouble
        finally:
            connection.close()


def missing(subject: str) -> str:
    """A line of what is told."""
    return f"missing    {subject}"


def unexpected(subject: str) -> str:
    """A line of what is told."""
    return f"unexpected {subject}"


def changed(subject: str, attribute: str, before: str = "", after: str = "") -> str:
    """A line of what is told; without values where they have several lines."""
    return f"changed    {subject}: {attribute}:" + (f" {before} → {after}" if before else "")


def quoted(text: str) -> str:
    """As a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def rewritten(name: str, before: str, after: str) -> str:
    """Statements that put other words into what sqlite_schema says of a thing, or fail if they aren't there."""
    return ("PRAGMA writable_schema = ON;"
            f"UPDATE sqlite_schema SET sql = replace(sql, {quoted(before)}, {quoted(after)}) "
            f"WHERE name = {quoted(name)} AND instr(sql, {quoted(before)}) > 0;"
            "SELECT CASE changes() WHEN 0 THEN json('nothing to replace') END;"
            "PRAGMA writable_schema = RESET;")


def edit(thing: str, before: str, after: str, *told: str) -> Mutation:
    """A mutation by other words in a stored text."""
    return Mutation(f"{thing}: {before.strip() or 'nothing'} becomes {after.strip() or 'nothing'}",
                    rewritten(thing, before, after), "", "\n".join(told))


def same(thing: str, before: str, after: str) -> Silence:
    """Other words in a stored text that mean the same."""
    return Silence(f"{thing}: {before.strip()} written as {after.strip()}",
                   rewritten(thing, before, after))


DATABASE = [
    Mutation("application_id goes", "PRAGMA application_id = 0", "PRAGMA application_id = 1262765893",
             changed("database main", "application id", "1262765893", "none")),
    Mutation("user_version", "PRAGMA user_version = 8", "PRAGMA user_version = 7",
             changed("database main", "user version", "7", "8")),
    Mutation("user_version goes", "PRAGMA user_version = 0", "PRAGMA user_version = 7",
             changed("database main", "user version", "7", "none")),
    Mutation("application_id", "PRAGMA application_id = 5", "PRAGMA application_id = 1262765893",
             changed("database main", "application id", "1262765893", "5")),
    Mutation("page_size", "PRAGMA page_size = 8192; VACUUM", "PRAGMA page_size = 4096; VACUUM",
             changed("database main", "page size", "none", "8192")),
    Mutation("auto_vacuum full", "PRAGMA auto_vacuum = FULL; VACUUM", "PRAGMA auto_vacuum = NONE; VACUUM",
             changed("database main", "auto vacuum", "none", "full")),
    Mutation("auto_vacuum incremental", "PRAGMA auto_vacuum = INCREMENTAL; VACUUM",
             "PRAGMA auto_vacuum = NONE; VACUUM",
             changed("database main", "auto vacuum", "none", "incremental")),
    Mutation("journal_mode", "PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE",
             changed("database main", "journal mode", "none", "wal")),
    Mutation("encoding", ".reload PRAGMA encoding = 'UTF-16le'", "",
             changed("database main", "encoding", "none", "UTF-16le"), "shell"),
]

TABLES = [
    Mutation("table added", "CREATE TABLE extra (id INTEGER)", "DROP TABLE extra", unexpected("table extra")),
    Mutation("table with a name to be quoted", 'CREATE TABLE "a ""b" (id)', 'DROP TABLE "a ""b"',
             unexpected('table "a ""b"')),
    Mutation("table from a query", "CREATE TABLE copied AS SELECT * FROM customers", "DROP TABLE copied",
             unexpected("table copied")),
    Mutation("table whose name is like a hidden one's", "CREATE TABLE docs_other (id)", "DROP TABLE docs_other",
             unexpected("table docs_other")),
    Mutation("table whose name begins as SQLite's own do", "CREATE TABLE sqliteish (id)", "DROP TABLE sqliteish",
             unexpected("table sqliteish")),
    Mutation("table dropped", "DROP TABLE measure", "", missing("table measure")),
    Mutation("table renamed in case", "ALTER TABLE measure RENAME TO m; ALTER TABLE m RENAME TO Measure", "",
             unexpected("table Measure") + "\n" + missing("table measure")),
    Mutation("table with all that hangs on it dropped",
             "PRAGMA foreign_keys = OFF; DROP VIEW active; DROP VIEW totals; DROP TABLE customers", "",
             missing("table customers") + "\n" + missing("view active") + "\n" + missing("view totals")),
    Mutation("table renamed", "ALTER TABLE measure RENAME TO measures", "ALTER TABLE measures RENAME TO measure",
             missing("table measure") + "\n" + unexpected("table measures")),
    Mutation("table in the place of a view", "DROP VIEW totals; CREATE TABLE totals (who, total)",
             "", unexpected("table totals") + "\n" + missing("view totals")),
    edit("measure", " STRICT", "", changed("table measure", "strict", "yes", "none")),
    edit("plain", "(a, b, c)", "(a INT, b TEXT, c ANY) STRICT",
         changed("table plain", "strict", "none", "yes"), changed("column plain.a", "type", "none", "INT"),
         changed("column plain.b", "type", "none", "TEXT"), changed("column plain.c", "type", "none", "ANY")),
    Mutation("WITHOUT ROWID goes",
             "CREATE TABLE o AS SELECT sql FROM sqlite_schema WHERE name = 'measure'; DROP TABLE measure;"
             "CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT, WITHOUT ROWID; DROP TABLE o",
             "DROP TABLE measure; CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT",
             changed("table measure", "without rowid", "none", "yes")),
    edit("customers", " AUTOINCREMENT", "",
         changed("constraint customers.primary key", "autoincrement", "yes", "none")),
]

COLUMNS = [
    Mutation("column added", "ALTER TABLE plain ADD COLUMN d TEXT", "ALTER TABLE plain DROP COLUMN d",
             unexpected("column plain.d")),
    Mutation("column added between", "DROP TABLE plain; CREATE TABLE plain (a, x, b, c)",
             "DROP TABLE plain; CREATE TABLE plain (a, b, c)", unexpected("column plain.x")),
    Mutation("column dropped", "ALTER TABLE plain DROP COLUMN b",
             "DROP TABLE plain; CREATE TABLE plain (a, b, c)",
             missing("column plain.b")),
    Mutation("column renamed", "ALTER TABLE plain RENAME COLUMN c TO d", "ALTER TABLE plain RENAME COLUMN d TO c",
             missing("column plain.c") + "\n" + unexpected("column plain.d")),
    Mutation("column renamed in case", "ALTER TABLE plain RENAME COLUMN c TO C",
             "ALTER TABLE plain RENAME COLUMN C TO c",
             unexpected("column plain.C") + "\n" + missing("column plain.c")),
    Mutation("columns in another order", "DROP TABLE plain; CREATE TABLE plain (b, a, c)",
             "DROP TABLE plain; CREATE TABLE plain (a, b, c)",
             changed("table plain", "column order", "a, b, c", "b, a, c")),
    Mutation("column added with a key", "ALTER TABLE plain ADD COLUMN d REFERENCES customers (id)",
             "ALTER TABLE plain DROP COLUMN d",
             unexpected("column plain.d") + "\n" + unexpected("constraint plain.foreign key (d)")),
    Mutation("column with a name to be quoted", 'ALTER TABLE plain ADD COLUMN "d e"',
             'ALTER TABLE plain DROP COLUMN "d e"', unexpected('column plain."d e"')),
    edit("customers", "VARCHAR(80)", "VARCHAR(90)",
         changed("column customers.name", "type", "VARCHAR(80)", "VARCHAR(90)")),
    edit("customers", "note TEXT", "note", changed("column customers.note", "type", "TEXT", "none")),
    edit("order", "NUMERIC(10, 2)", "NUMERIC(12, 2)",
         changed('column "order"."unit price"', "type", "NUMERIC(10,2)", "NUMERIC(12,2)")),
    edit("order", "NUMERIC(10, 2)", "NUMERIC(10)",
         changed('column "order"."unit price"', "type", "NUMERIC(10,2)", "NUMERIC(10)")),
    edit("big", "DOUBLE PRECISION", "DOUBLE",
         changed("column big.ratio", "type", "DOUBLE PRECISION", "DOUBLE")),
    edit("line", "amount REAL", "amount INTEGER", changed("column line.amount", "type", "REAL", "INTEGER")),
    edit("customers", "rank INTEGER", "rank INTEGER NOT NULL",
         changed("column customers.rank", "not null", "none", "yes")),
    edit("customers", "VARCHAR(80) NOT NULL", "VARCHAR(80)",
         changed("column customers.name", "not null", "yes", "none")),
    edit("customers", "VARCHAR(80) NOT NULL", "VARCHAR(80) NOT NULL ON CONFLICT REPLACE",
         changed("column customers.name", "not null on conflict", "none", "replace")),
    edit("order", "ON CONFLICT IGNORE", "ON CONFLICT ROLLBACK",
         changed('column "order".qty', "not null on conflict", "ignore", "rollback")),
    edit("order", "ON CONFLICT IGNORE", "",
         changed('column "order".qty', "not null on conflict", "ignore", "none")),
    edit("order", "qty_given", "qty_there",
         changed('column "order".qty', "not null constraint", "qty_given", "qty_there")),
    edit("order", "CONSTRAINT qty_given ", "",
         changed('column "order".qty', "not null constraint", "qty_given", "none")),
    edit("customers", "DEFAULT ''", "DEFAULT 'anon'",
         changed("column customers.name", "default", "''", "'anon'")),
    edit("customers", " DEFAULT ''", "", changed("column customers.name", "default", "''", "none")),
    edit("customers", "rank INTEGER", "rank INTEGER DEFAULT 0",
         changed("column customers.rank", "default", "none", "0")),
    edit("customers", "DEFAULT CURRENT_TIMESTAMP", "DEFAULT CURRENT_DATE",
         changed("column customers.joined", "default", "current_timestamp", "current_date")),
    edit("customers", "DEFAULT CURRENT_TIMESTAMP", "DEFAULT 'current_timestamp'",
         changed("column customers.joined", "default", "current_timestamp", "'current_timestamp'")),
    edit("customers", "DEFAULT CURRENT_TIMESTAMP", 'DEFAULT "current_timestamp"',
         changed("column customers.joined", "default", "current_timestamp", "'current_timestamp'")),
    edit("customers", "DEFAULT 'new'", "DEFAULT 'New'",
         changed("column customers.status", "default", "'new'", "'New'")),
    edit("customers", "DEFAULT 'new'", "DEFAULT 'new '",
         changed("column customers.status", "default", "'new'", "'new '")),
    edit("order", "DEFAULT (1)", "DEFAULT ('1')", changed('column "order".qty', "default", "1", "'1'")),
    edit("order", "DEFAULT (1)", "DEFAULT (abs(-1))", changed('column "order".qty', "default", "1", "abs(-1)")),
    edit("big", "DEFAULT TRUE", "DEFAULT FALSE", changed("column big.flag", "default", "true", "false")),
    edit("big", "DEFAULT TRUE", 'DEFAULT "TRUE"', changed("column big.flag", "default", "true", "'TRUE'")),
    edit("big", "DEFAULT -1.5", "DEFAULT 1.5", changed("column big.ratio", "default", "-1.5", "1.5")),
    edit("big", "DEFAULT -1.5", "DEFAULT -1.50", changed("column big.ratio", "default", "-1.5", "-1.50")),
    edit("big", "x'00FF'", "x'00FE'", changed("column big.raw", "default", "x'00ff'", "x'00fe'")),
    edit("customers", " COLLATE NOCASE", "", changed("column customers.email", "collate", "NOCASE", "none")),
    edit("customers", " COLLATE NOCASE", " COLLATE RTRIM",
         changed("column customers.email", "collate", "NOCASE", "RTRIM")),
    edit("customers", "note TEXT", "note TEXT COLLATE NOCASE",
         changed("column customers.note", "collate", "none", "NOCASE")),
    edit("order", 'qty * "unit price"', 'qty + "unit price"',
         changed('column "order".total', "generated", 'qty * "unit price"', 'qty + "unit price"')),
    edit("order", " STORED", " VIRTUAL", changed('column "order".total', "stored", "yes", "none")),
    edit("order", "label TEXT AS (shop || '-' || id)", "label TEXT",
         changed('column "order".label', "generated", "shop || '-' || id", "none")),
    edit("plain", "(a, b, c)", "(a, b, c AS (a))", changed("column plain.c", "generated", "none", "a")),
    edit("plain", "(a, b, c)", "(a, b, c CONSTRAINT cd DEFAULT 1)",
         changed("column plain.c", "default", "none", "1"),
         changed("column plain.c", "default constraint", "none", "cd")),
]

CHECK_OF_STATUS = "status in ('new', 'active', 'gone')"

CONSTRAINTS = [
    edit("customers", "'active', \"gone\")", "'active')",
         changed("constraint customers.check (status)", "expression", CHECK_OF_STATUS,
                 "status in ('new', 'active')")),
    edit("customers", '"gone"', '"Gone"',
         changed("constraint customers.check (status)", "expression", CHECK_OF_STATUS,
                 "status in ('new', 'active', 'Gone')")),
    edit("line", "CHECK (amount > 0)", "CHECK (amount < 99), CHECK (amount > 0)",
         changed("constraint line.check (amount)", "expression")),
    edit("customers", "CHECK (status IN ('new', 'active', \"gone\"))", "",
         missing("constraint customers.check (status)")),
    edit("customers", "rank INTEGER", "rank INTEGER CHECK (rank > 0)",
         unexpected("constraint customers.check (rank)")),
    edit("line", "CHECK (amount > 0)", "CHECK (amount >= 0)",
         changed("constraint line.check (amount)", "expression", "amount > 0", "amount >= 0")),
    edit("line", "CHECK (amount > 0),", "", missing("constraint line.check (amount)")),
    edit("line", "CHECK (amount > 0)", "CHECK (amount > 0), CHECK (amount < 99)",
         changed("constraint line.check (amount)", "expression")),
    edit("line", "CHECK (amount > 0)", "CONSTRAINT positive CHECK (amount > 0)",
         missing("constraint line.check (amount)"), unexpected("constraint line.positive")),
    edit("line", "CHECK (no <> order_id)", "CHECK (no = order_id)",
         changed("constraint line.check (no, order_id)", "expression", "no <> order_id", "no = order_id")),
    edit("order", "price_positive", "price_above",
         unexpected('constraint "order".price_above'), missing('constraint "order".price_positive')),
    edit("order", '"unit price" > 0', '"unit price" > 1',
         changed('constraint "order".price_positive', "expression", '"unit price" > 0', '"unit price" > 1')),
    edit("order", "delivered >= paid", "delivered > paid",
         changed('constraint "order".order_dates', "expression", "delivered >= paid", "delivered > paid")),
    edit("order", "CONSTRAINT order_dates CHECK (delivered >= paid),", "",
         missing('constraint "order".order_dates')),
    edit("order", "CHECK (delivered >= paid)", "CHECK (delivered >= paid OR paid IS NULL)",
         changed('constraint "order".order_dates', "expression", "delivered >= paid",
                 "delivered >= paid or paid is null")),
    edit("order", "CHECK (delivered >= paid)", "UNIQUE (delivered)",
         changed('constraint "order".order_dates', "columns", "none", "delivered"),
         changed('constraint "order".order_dates', "expression", "delivered >= paid", "none"),
         changed('constraint "order".order_dates', "type", "check", "unique")),
    # Keys need their index, so they come and go with the table.
    Mutation("primary key added", "DROP TABLE plain; CREATE TABLE plain (a PRIMARY KEY, b, c)",
             "DROP TABLE plain; CREATE TABLE plain (a, b, c)", unexpected("constraint plain.primary key")),
    Mutation("primary key of another column",
             "DROP TABLE measure; CREATE TABLE measure (id INT, value ANY, at TEXT PRIMARY KEY) STRICT",
             "DROP TABLE measure; CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT",
             changed("constraint measure.primary key", "columns", "id", "at")),
    Mutation("primary key of more columns",
             "DROP TABLE measure; CREATE TABLE measure (id INT, value ANY, at TEXT, PRIMARY KEY (id, at)) STRICT",
             "DROP TABLE measure; CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT",
             changed("constraint measure.primary key", "columns", "id", "id, at")),
    Mutation("primary key goes", "DROP TABLE measure; CREATE TABLE measure (id INT, value ANY, at TEXT) STRICT",
             "DROP TABLE measure; CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT",
             missing("constraint measure.primary key")),
    Mutation("primary key named",
             "DROP TABLE measure;"
             "CREATE TABLE measure (id INT CONSTRAINT pk PRIMARY KEY, value ANY, at TEXT) STRICT",
             "DROP TABLE measure; CREATE TABLE measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT",
             unexpected("constraint measure.pk") + "\n" + missing("constraint measure.primary key")),
    edit("order", "id DESC)", "id)",
         changed('constraint "order".primary key', "columns", "shop, id desc", "shop, id")),
    edit("order", "ON CONFLICT REPLACE", "ON CONFLICT ABORT",
         changed('constraint "order".primary key', "on conflict", "replace", "none")),
    edit("order", "ON CONFLICT FAIL", "ON CONFLICT IGNORE",
         changed('constraint "order".order_key', "on conflict", "fail", "ignore")),
    Mutation("rowid's other name",
             "DROP TABLE big; CREATE TABLE big (id INTEGER PRIMARY KEY, flag BOOLEAN DEFAULT TRUE,"
             "ratio DOUBLE PRECISION DEFAULT -1.5, raw BLOB DEFAULT x'00FF')",
             "", changed("constraint big.primary key", "columns", "id desc", "id") + "\n"
             + changed("constraint big.primary key", "rowid alias", "no", "none")),
    Mutation("unique added", "DROP TABLE plain; CREATE TABLE plain (a, b UNIQUE, c)",
             "DROP TABLE plain; CREATE TABLE plain (a, b, c)", unexpected("constraint plain.unique (b)")),
    Mutation("unique of two added", "DROP TABLE plain; CREATE TABLE plain (a, b, c, UNIQUE (c, a COLLATE NOCASE))",
             "DROP TABLE plain; CREATE TABLE plain (a, b, c)", unexpected("constraint plain.unique (a, c)")),
    edit("order", "UNIQUE (shop, delivered)", "UNIQUE (delivered, shop)",
         changed('constraint "order".unique (delivered, shop)', "columns", "shop, delivered", "delivered, shop")),
    edit("order", "UNIQUE (shop, delivered)", "UNIQUE (shop COLLATE NOCASE, delivered)",
         changed('constraint "order".unique (delivered, shop)', "columns", "shop, delivered",
                 "shop collate NOCASE, delivered")),
    edit("order", "UNIQUE (shop, delivered)", "UNIQUE (shop, delivered) ON CONFLICT ROLLBACK",
         changed('constraint "order".unique (delivered, shop)', "on conflict", "none", "rollback")),
    edit("order", "CONSTRAINT order_key UNIQUE", "CONSTRAINT order_id UNIQUE",
         unexpected('constraint "order".order_id'), missing('constraint "order".order_key')),
    edit("order", " ON DELETE CASCADE", "",
         changed('constraint "order".foreign key (customer)', "on delete", "cascade", "none")),
    edit("order", "ON DELETE CASCADE", "ON DELETE SET DEFAULT",
         changed('constraint "order".foreign key (customer)', "on delete", "cascade", "set default")),
    edit("order", "ON UPDATE SET NULL", "ON UPDATE CASCADE",
         changed('constraint "order".foreign key (customer)', "on update", "set null", "cascade")),
    edit("order", "DEFERRABLE INITIALLY DEFERRED", "",
         changed('constraint "order".foreign key (customer)', "deferrable", "initially deferred", "none")),
    edit("order", "DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY IMMEDIATE",
         changed('constraint "order".foreign key (customer)', "deferrable", "initially deferred",
                 "initially immediate")),
    edit("order", "DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE INITIALLY DEFERRED",
         changed('constraint "order".foreign key (customer)', "deferrable", "initially deferred", "none")),
    edit("order", "REFERENCES customers (id)", "REFERENCES customers (rank)",
         changed('constraint "order".foreign key (customer)', "references", "customers(id)", "customers(rank)")),
    edit("order", "REFERENCES customers (id)", "REFERENCES plain (a)",
         changed('constraint "order".foreign key (customer)', "references", "customers(id)", "plain(a)")),
    edit("line", "MATCH FULL", "", changed("constraint line.line_order", "match", "full", "none")),
    edit("line", "MATCH FULL", "MATCH PARTIAL", changed("constraint line.line_order", "match", "full", "partial")),
    edit("line", "ON UPDATE RESTRICT", "ON UPDATE RESTRICT ON DELETE SET NULL",
         changed("constraint line.line_order", "on delete", "none", "set null")),
    edit("line", "FOREIGN KEY (shop, order_id)", "FOREIGN KEY (shop, no)",
         changed("constraint line.line_order", "columns", "shop, order_id", "shop, no")),
    edit("line", "CONSTRAINT line_order ", "",
         unexpected("constraint line.foreign key (order_id, shop)"), missing("constraint line.line_order")),
    edit("line", "FOREIGN KEY (no) REFERENCES customers,", "FOREIGN KEY (no) REFERENCES customers (id),",
         changed("constraint line.foreign key (no)", "references", "customers", "customers(id)")),
    edit("line", "ON UPDATE RESTRICT", "ON UPDATE CASCADE",
         changed("constraint line.line_order", "on update", "restrict", "cascade")),
    edit("line", "ON UPDATE RESTRICT", "", changed("constraint line.line_order", "on update", "restrict", "none")),
    edit("line", "MATCH FULL", "MATCH FULL DEFERRABLE",
         changed("constraint line.line_order", "deferrable", "none", "initially immediate")),
    edit("line", "FOREIGN KEY (no) REFERENCES customers,", "", missing("constraint line.foreign key (no)")),
    edit("line", "amount REAL", "amount REAL REFERENCES measure (id)",
         unexpected("constraint line.foreign key (amount)")),
    edit("line", "FOREIGN KEY (no) REFERENCES customers,",
         "FOREIGN KEY (no) REFERENCES customers, FOREIGN KEY (no) REFERENCES measure (id),",
         unexpected("constraint line.foreign key (no) 2")),
]


def index(name: str, after: str, *told: str) -> Mutation:
    """The index as another; in the end as it was."""
    was = next(line for line in SETUP.splitlines() if f" INDEX {name} " in line)
    return Mutation(f"index {name} as {after}", f"DROP INDEX {name}; {after}", f"DROP INDEX {name}; {was}",
                    "\n".join(told))


INDEXES = [
    Mutation("index added", "CREATE INDEX extra ON plain (a)", "DROP INDEX extra", unexpected("index plain.extra")),
    Mutation("index of an expression added", "CREATE UNIQUE INDEX extra ON plain (a + b, c DESC) WHERE c > 1",
             "DROP INDEX extra", unexpected("index plain.extra")),
    Mutation("index dropped", "DROP INDEX customers_rank", "CREATE INDEX customers_rank ON customers (rank)",
             missing("index customers.customers_rank")),
    Mutation("index renamed", "DROP INDEX customers_rank; CREATE INDEX customers_ranks ON customers (rank)",
             "DROP INDEX customers_ranks; CREATE INDEX customers_rank ON customers (rank)",
             missing("index customers.customers_rank") + "\n" + unexpected("index customers.customers_ranks")),
    Mutation("index of another table", "DROP INDEX customers_rank; CREATE INDEX customers_rank ON plain (a)",
             "DROP INDEX customers_rank; CREATE INDEX customers_rank ON customers (rank)",
             missing("index customers.customers_rank") + "\n" + unexpected("index plain.customers_rank")),
    index("customers_rank", "CREATE UNIQUE INDEX customers_rank ON customers (rank)",
          changed("index customers.customers_rank", "unique", "none", "yes")),
    index("customers_name", "CREATE INDEX customers_name ON customers (name, joined DESC)",
          changed("index customers.customers_name", "unique", "yes", "none")),
    index("customers_rank", "CREATE INDEX customers_rank ON customers (rank, name)",
          changed("index customers.customers_rank", "columns", "rank", "rank, name")),
    index("customers_rank", "CREATE INDEX customers_rank ON customers (rank DESC)",
          changed("index customers.customers_rank", "columns", "rank", "rank desc")),
    index("customers_rank", "CREATE INDEX customers_rank ON customers (rank COLLATE NOCASE)",
          changed("index customers.customers_rank", "columns", "rank", "rank collate NOCASE")),
    index("customers_rank", "CREATE INDEX customers_rank ON customers (rank) WHERE rank > 0",
          changed("index customers.customers_rank", "where", "none", "rank > 0")),
    index("customers_name", "CREATE UNIQUE INDEX customers_name ON customers (joined DESC, name)",
          changed("index customers.customers_name", "columns", "name, joined desc", "joined desc, name")),
    index("customers_name", "CREATE UNIQUE INDEX customers_name ON customers (name, joined)",
          changed("index customers.customers_name", "columns", "name, joined desc", "name, joined")),
    index("customers_lower",
          "CREATE INDEX customers_lower ON customers (upper(name) COLLATE NOCASE) WHERE status = 'active'",
          changed("index customers.customers_lower", "columns", "lower(name) collate NOCASE",
                  "upper(name) collate NOCASE")),
    index("customers_lower", "CREATE INDEX customers_lower ON customers (lower(name)) WHERE status = 'active'",
          changed("index customers.customers_lower", "columns", "lower(name) collate NOCASE", "lower(name)")),
    index("customers_lower", "CREATE INDEX customers_lower ON customers (lower(name) COLLATE NOCASE)",
          changed("index customers.customers_lower", "where", "status = 'active'", "none")),
    index("customers_lower",
          "CREATE INDEX customers_lower ON customers (lower(name) COLLATE NOCASE) WHERE status = 'new'",
          changed("index customers.customers_lower", "where", "status = 'active'", "status = 'new'")),
    Mutation("index on an email's own collation taken off", "CREATE INDEX extra ON customers (email COLLATE BINARY)",
             "DROP INDEX extra", unexpected("index customers.extra")),
    Mutation("index on a hidden table", "CREATE INDEX extra ON docs_content (c0)", "DROP INDEX extra",
             unexpected('index docs.extra')),
]


def view(name: str, after: str, *told: str) -> Mutation:
    """The view as another; its triggers with it, so the database is made anew."""
    return Mutation(f"view {name} as {after}", f"DROP VIEW {name}; CREATE VIEW {name} {after}", "", "\n".join(told))


VIEWS = [
    Mutation("view added", "CREATE VIEW extra AS SELECT 1", "DROP VIEW extra", unexpected("view extra")),
    Mutation("view of nothing that is there", "CREATE VIEW extra AS SELECT * FROM nowhere", "DROP VIEW extra",
             unexpected("view extra")),
    Mutation("view dropped", "DROP VIEW totals", "", missing("view totals")),
    Mutation("view renamed", "DROP VIEW totals; CREATE VIEW sums AS SELECT 1", "",
             unexpected("view sums") + "\n" + missing("view totals")),
    edit("totals", "(who, total)", "(name, total)",
         changed("view totals", "columns", "who, total", "name, total")),
    edit("totals", "(who, total) ", "", changed("view totals", "columns", "who, total", "none")),
    edit("totals", "LEFT JOIN", "JOIN", changed("view totals", "definition")),
    edit("totals", "sum(total)", "max(total)", changed("view totals", "definition")),
    edit("active", " ORDER BY name", "", changed("view active", "definition")),
    edit("active", "'active'", "'Active'", changed("view active", "definition")),
    edit("active", "id, name, email", "id, name, email AS mail", changed("view active", "definition")),
    edit("active", "SELECT id", "SELECT DISTINCT id", changed("view active", "definition")),
    edit("odd", '"old"', '"Old"', changed("view odd", "definition")),
    edit("odd", '"shop" IN', '"Shop" IN', changed("view odd", "definition")),
    Mutation("a column that is named as a view's string, elsewhere", "ALTER TABLE plain ADD COLUMN gone",
             "ALTER TABLE plain DROP COLUMN gone", unexpected("column plain.gone")),
    edit("active", "status = 'active'", "status = \"name\"", changed("view active", "definition")),
    view("totals", "(who, total) AS SELECT name, 1 FROM customers", changed("view totals", "definition")),
    Mutation("view dropped with its trigger", "DROP VIEW active", "", missing("view active")),
]

TRIGGERS = [
    Mutation("trigger of another table",
             "DROP TRIGGER customers_new; CREATE TRIGGER customers_new INSERT ON plain BEGIN SELECT 1; END",
             "DROP TRIGGER customers_new; CREATE TRIGGER customers_new INSERT ON customers BEGIN SELECT 1; END",
             missing("trigger customers.customers_new") + "\n" + unexpected("trigger plain.customers_new")),
    Mutation("trigger added", "CREATE TRIGGER extra DELETE ON plain BEGIN SELECT 1; END", "DROP TRIGGER extra",
             unexpected("trigger plain.extra")),
    Mutation("trigger on a view added", "CREATE TRIGGER extra INSTEAD OF DELETE ON totals BEGIN SELECT 1; END",
             "DROP TRIGGER extra", unexpected("trigger totals.extra")),
    Mutation("trigger on a hidden table", "CREATE TRIGGER extra DELETE ON docs_content BEGIN SELECT 1; END",
             "DROP TRIGGER extra", unexpected("trigger docs.extra")),
    Mutation("trigger dropped", "DROP TRIGGER customers_new",
             "CREATE TRIGGER customers_new INSERT ON customers BEGIN SELECT 1; END",
             missing("trigger customers.customers_new")),
    Mutation("trigger of a view dropped", "DROP TRIGGER active_new", "", missing("trigger active.active_new")),
    Mutation("trigger renamed",
             "DROP TRIGGER customers_new; CREATE TRIGGER customers_newer INSERT ON customers BEGIN SELECT 1; END",
             "DROP TRIGGER customers_newer; CREATE TRIGGER customers_new INSERT ON customers BEGIN SELECT 1; END",
             missing("trigger customers.customers_new") + "\n" + unexpected("trigger customers.customers_newer")),
    edit("customers_new", "INSERT ON", "AFTER INSERT ON",
         changed("trigger customers.customers_new", "timing", "before", "after")),
    edit("customers_new", "INSERT ON", "DELETE ON",
         changed("trigger customers.customers_new", "event", "insert", "delete")),
    edit("customers_change", "OF name, email ", "",
         changed("trigger customers.customers_change", "columns", "name, email", "none")),
    edit("customers_change", "OF name, email", "OF name",
         changed("trigger customers.customers_change", "columns", "name, email", "name")),
    edit("customers_change", "new.name <> old.name", "new.name IS NOT old.name",
         changed("trigger customers.customers_change", "when", "new.name <> old.name", "new.name is not old.name")),
    edit("customers_change", " WHEN new.name <> old.name", "",
         changed("trigger customers.customers_change", "when", "new.name <> old.name", "none")),
    edit("customers_new", "customers BEGIN", "customers WHEN new.id > 1 BEGIN",
         changed("trigger customers.customers_new", "when", "none", "new.id > 1")),
    edit("customers_change", "'renamed'", "'changed'", changed("trigger customers.customers_change", "body")),
    edit("customers_change", "'renamed'", "'Renamed'", changed("trigger customers.customers_change", "body")),
    edit("customers_change", "'renamed'", "'re  named'", changed("trigger customers.customers_change", "body")),
    edit("customers_change", "INSERT INTO plain", "INSERT OR IGNORE INTO plain",
         changed("trigger customers.customers_change", "body")),
    edit("customers_change", "WHERE id = new.id", "", changed("trigger customers.customers_change", "body")),
    edit("customers_new", "SELECT 1;", "SELECT 2;",
         changed("trigger customers.customers_new", "body", "select 1;", "select 2;")),
    edit("customers_new", "SELECT 1;", "SELECT 1; SELECT 2;", changed("trigger customers.customers_new", "body")),
]

VIRTUAL_TABLES = [
    Mutation("virtual table added", "CREATE VIRTUAL TABLE extra USING fts5(a)", "DROP TABLE extra",
             unexpected("virtual table extra")),
    Mutation("virtual table dropped", "DROP TABLE docs", "", missing("virtual table docs")),
    Mutation("virtual table of another module", "DROP TABLE places; CREATE VIRTUAL TABLE places USING "
             "rtree_i32(id, x0, x1)", "", changed("virtual table places", "module", "rtree", "rtree_i32")),
    Mutation("virtual table with another column", "DROP TABLE places; CREATE VIRTUAL TABLE places USING "
             "rtree(id, x0, x1, +note)", "",
             changed("virtual table places", "arguments", "id, x0, x1", "id, x0, x1, +note")),
    Mutation("virtual table with another option",
             "DROP TABLE docs; CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'ascii')", "",
             changed("virtual table docs", "arguments", "title, body, tokenize = 'porter ascii'",
                     "title, body, tokenize = 'ascii'")),
    Mutation("virtual table renamed", "ALTER TABLE docs RENAME TO papers", "ALTER TABLE papers RENAME TO docs",
             missing("virtual table docs") + "\n" + unexpected("virtual table papers")),
    Mutation("virtual table of a module that isn't there",
             "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES "
             "('table', 'vec', 'vec', 0, 'CREATE VIRTUAL TABLE vec USING vec0(a float[3])')", "",
             unexpected("virtual table vec")),
    Mutation("table in the place of a virtual one", "DROP TABLE places; CREATE TABLE places (id, x0, x1)", "",
             unexpected("table places") + "\n" + missing("virtual table places")),
]

MUTATIONS = DATABASE + TABLES + COLUMNS + CONSTRAINTS + INDEXES + VIEWS + TRIGGERS + VIRTUAL_TABLES

SILENCES = [
    same("customers", "'active', \"gone\"", "'active', 'gone'"),
    same("odd", '"how much"', "`how much`"),
    same("odd", '"gone"', "'gone'"),
    Silence("kedge's own tables", "CREATE TABLE kedge_changes (a PRIMARY KEY); CREATE INDEX kc ON kedge_changes (a);"
            "CREATE TABLE kedge_journal (a); CREATE TRIGGER kt DELETE ON KEDGE_changes BEGIN SELECT 1; END"),
    Silence("ANALYZE", "INSERT INTO customers (email) VALUES ('a@x'); ANALYZE"),
    Silence("statistics by hand", "UPDATE sqlite_stat1 SET stat = '5 5'; DROP TABLE sqlite_stat1"),
    Silence("VACUUM", "VACUUM"),
    Silence("incremental vacuum", "PRAGMA incremental_vacuum"),
    Silence("REINDEX", "REINDEX"),
    Silence("optimize", "PRAGMA optimize"),
    Silence("rows, and with them the AUTOINCREMENT's number",
            "INSERT INTO customers (email, name) SELECT 'e' || value, value FROM "
            "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 500) "
            "SELECT value FROM n); DELETE FROM customers"),
    Silence("the number itself", "UPDATE sqlite_sequence SET seq = 99999"),
    Silence("rows of a virtual table", "INSERT INTO docs (title, body) VALUES ('a', 'b')"),
    Silence("a virtual table's own work", "INSERT INTO docs (docs) VALUES ('optimize')"),
    Silence("a journal that is left empty", "PRAGMA journal_mode = TRUNCATE"),
    Silence("settings of a session",
            "PRAGMA foreign_keys = ON; PRAGMA cache_size = 50; PRAGMA legacy_alter_table = ON"),
    Silence("settings of the file that are no schema", "PRAGMA default_cache_size = 500; PRAGMA schema_version = 4711"),
    Silence("temporary things", "CREATE TEMP TABLE customers (x); CREATE TEMP VIEW v AS SELECT 1;"
            "CREATE TEMP TRIGGER t DELETE ON main.plain BEGIN SELECT 1; END"),
    Silence("an attached database", "ATTACH ':memory:' AS other; CREATE TABLE other.t (a)"),
    Silence("a table renamed there and back", "ALTER TABLE customers RENAME TO c2; ALTER TABLE c2 RENAME TO customers"),
    Silence("a table with an odd name renamed there and back",
            'ALTER TABLE "order" RENAME TO "o r"; ALTER TABLE "o r" RENAME TO "order"'),
    Silence("columns renamed there and back",
            'ALTER TABLE customers RENAME COLUMN rank TO r2; ALTER TABLE customers RENAME COLUMN r2 TO rank;'
            'ALTER TABLE customers RENAME status TO s2; ALTER TABLE customers RENAME s2 TO status;'
            'ALTER TABLE "order" RENAME "unit price" TO p; ALTER TABLE "order" RENAME p TO "unit price";'
            'ALTER TABLE "order" RENAME "key" TO k; ALTER TABLE "order" RENAME k TO "key";'
            'ALTER TABLE "order" RENAME qty TO [q y]; ALTER TABLE "order" RENAME "q y" TO qty'),
    Silence("a table made anew in the twelve steps of SQLite's manual",
            "BEGIN; CREATE TABLE new_measure (id INT PRIMARY KEY, value ANY, at TEXT) STRICT;"
            "INSERT INTO new_measure SELECT * FROM measure; DROP TABLE measure;"
            "ALTER TABLE new_measure RENAME TO measure; COMMIT"),
    Silence("the same under the old rules of ALTER",
            "PRAGMA legacy_alter_table = ON; BEGIN; CREATE TABLE new_plain (a, b, c); DROP TABLE plain;"
            "ALTER TABLE new_plain RENAME TO plain; COMMIT"),
    Silence("strings in double quotes, which ALTER writes in single ones",
            "ALTER TABLE measure RENAME COLUMN at TO at2; ALTER TABLE measure RENAME COLUMN at2 TO at"),
    same("odd", "'old'", '"old"'),
    same("odder", '"how much"', "`how much`"),
    same("odder", "'gone'", '"gone"'),
    Silence("a change that is rolled back", "BEGIN; DROP TABLE measure; PRAGMA user_version = 9; ROLLBACK"),
    Silence("a column added and dropped",
            "ALTER TABLE customers ADD COLUMN extra TEXT NOT NULL DEFAULT 'x' CHECK (extra <> '');"
            "ALTER TABLE customers DROP COLUMN extra"),
    Silence("an index made again", "DROP INDEX customers_rank; CREATE INDEX customers_rank ON customers (rank)"),
    Silence("an index in other words",
            'DROP INDEX customers_lower; create index if not exists main.[customers_lower] on "customers" '
            "(LOWER( `name` ) /* c */ collate nocase ASC) where (\"status\" = 'active') -- end\n"),
    Silence("an index with the column's own collation",
            "DROP INDEX customers_rank; CREATE INDEX customers_rank ON customers (RANK COLLATE BINARY ASC)"),
    Silence("the order in which indexes are made",
            "DROP INDEX customers_name; CREATE UNIQUE INDEX customers_name ON customers (name, joined DESC)"),
    Silence("a table made again in other words",
            'DROP TABLE plain; create table if not exists main."plain"(\n  "a" -- first\n, [b] /* second */,`c`\n)'),
    Silence("a strict table made again in other words",
            "DROP TABLE measure; create table 'measure' ('id' int primary key asc, value any null, at text) strict"),
    Silence("defaults in other words",
            "DROP TABLE big; CREATE TABLE big (id integer primary key desc on conflict abort, "
            "flag boolean default 5 default (true), ratio double\n precision default - 1.5, "
            "raw blob default (X'00ff'))"),
    Silence("constraints of columns as the table's",
            "DROP TABLE line; CREATE TABLE line (shop TEXT, order_id INTEGER CHECK (no <> order_id), no INTEGER "
            "REFERENCES customers ON DELETE NO ACTION NOT DEFERRABLE, amount REAL CHECK ((amount > 0)),"
            'CONSTRAINT [line_order] FOREIGN KEY ("shop", Order_Id) REFERENCES [order] (shop, "id") MATCH full '
            "ON UPDATE restrict NOT DEFERRABLE INITIALLY IMMEDIATE)"),
    Silence("constraints in another order",
            "DROP TABLE line; CREATE TABLE line (shop TEXT, order_id INTEGER, no INTEGER, amount REAL,"
            'CONSTRAINT line_order FOREIGN KEY (shop, order_id) REFERENCES "order" (shop, id) '
            "ON UPDATE RESTRICT MATCH FULL, CHECK (no <> order_id), CHECK (amount > 0),"
            "FOREIGN KEY (no) REFERENCES customers)"),
    Silence("a trigger made again in other words",
            "DROP TRIGGER customers_new; create trigger if not exists main.customers_new before insert on CUSTOMERS "
            "for each row begin select /* one */ 1 ; end;"),
    Silence("constraints without commas",
            "DROP TABLE line; CREATE TABLE line (shop TEXT, order_id INTEGER, no INTEGER, amount REAL,"
            "CHECK (no <> order_id) CHECK (amount > 0) FOREIGN KEY (no) REFERENCES customers "
            'CONSTRAINT line_order FOREIGN KEY (shop, order_id) REFERENCES "order" (shop, id) '
            "ON UPDATE RESTRICT MATCH FULL)"),
    same("order", "GENERATED ALWAYS AS", "AS"),
    same("order", "NUMERIC(10, 2)", "numeric ( 10 , 2 ) -- money\n"),
    same("order", '"key" BLOB', "`key` blob"),
    same("order", "DEFERRABLE INITIALLY DEFERRED,", "deferrable /* late */ initially deferred,"),
    same("order", "WITHOUT ROWID", "without rowid"),
    same("customers", "status IN (", '"STATUS" in ( '),
    same("customers", "rank INTEGER", "rank INTEGER NULL"),
    same("customers", "rank INTEGER", "rank INTEGER DEFAULT NULL"),
    same("customers", "note TEXT", "note TEXT COLLATE binary"),
    same("totals", "sum(total) AS total", "SUM( total )\n as \"total\" -- all\n"),
    same("totals", "LEFT JOIN", "left\r\n\tjoin"),
    same("totals", "c.name, s.total", '"c" . [name],s.`total`'),
    same("active", 'FROM "customers"', "from [customers]"),
    same("active", "WHERE", "where /* x */"),
    same("customers_change", "AFTER UPDATE OF name, email", 'after update of "name",[email]'),
    same("customers_change", "FOR EACH ROW", ""),
    same("customers_change", "new.name <> old.name", "(NEW.name<>OLD.name)"),
    same("customers_change", "CASE WHEN new.rank", "case\n  when New.rank"),
    same("customers_new", "before insert on CUSTOMERS for each row", "INSERT ON [customers]"),
    same("docs", "title, body,", "title,body, /* more */"),
    Silence("dump and reload", ".reload", "shell"),
    Silence("dump and reload twice", ".reload", "shell"),
]
