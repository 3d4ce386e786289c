# SPDX-License-Identifier: MIT
"""Changes to a MySQL or MariaDB schema that somebody may make behind kedge's back.

`needs` is a family, `mariadb` or `mysql`, and may go on with the lowest version: `mysql 9.2`."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))

from libmariadb import SessionError  # noqa: E402  (needs the path above)
from mutation import Mutation, Silence  # noqa: E402
from mysql import MysqlServer, quoted, scratch_folder  # noqa: E402
from throwaway import programs_of_release  # noqa: E402

DATABASE, OTHER = "shop", "shop_2"

# --- what is there -----------------------------------------------------------------------------

CUSTOMERS = {
    "id": "INT UNSIGNED NOT NULL AUTO_INCREMENT",
    "email": "VARCHAR(100) NOT NULL",
    "name": "VARCHAR(80) NOT NULL DEFAULT 'nobody' COMMENT 'full name'",
    "born": "DATE",
    "vip": "TINYINT(1) NOT NULL DEFAULT 0",
    "visits": "INT DEFAULT 0",
    "balance": "DECIMAL(10,2) NOT NULL DEFAULT 0",
    "notes": "TEXT",
    "changed": "TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)",
    "seen": "DATETIME DEFAULT '2024-01-01 00:00:00'",
    "country": "CHAR(2)",
    "tags": "SET('a','b','c')",
    "level": "ENUM('low','mid','high') NOT NULL DEFAULT 'low'",
    "code": "VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'it''s \\\\ here'",
    "full": "VARCHAR(200) GENERATED ALWAYS AS (CONCAT(name, ' <', email, '>')) VIRTUAL",
    "size": "INT GENERATED ALWAYS AS (CHAR_LENGTH(name)) STORED",
    "ratio": "DOUBLE",
    "hidden": "INT INVISIBLE",
    "photo": "BLOB",
    "bits": "BIT(4) DEFAULT b'0101'",
    "serial_no": "INT(6) UNSIGNED ZEROFILL",
    "data": "JSON",
    "token": "VARCHAR(60) DEFAULT (REVERSE('xy'))",
}

COMMON = [
    "CREATE TABLE customers (" + ", ".join(f"{name} {rest}" for name, rest in CUSTOMERS.items()) + """,
        place POINT NOT NULL,
        PRIMARY KEY (id), UNIQUE KEY uq_email (email), KEY ix_name (name(10)),
        KEY ix_country (country, born), FULLTEXT KEY ft_notes (notes), SPATIAL KEY sp_place (place),
        KEY ix_noted (vip) COMMENT 'rarely used',
        CONSTRAINT ck_balance CHECK (balance >= 0)) ENGINE = InnoDB COMMENT 'who buys'""",
    "CREATE TABLE products (sku VARCHAR(20) NOT NULL, shop INT NOT NULL, title VARCHAR(50), PRIMARY KEY (sku, shop))",
    "CREATE TABLE counted (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY)",
    "CREATE TABLE pairs (a INT NOT NULL, b INT NOT NULL, c INT, PRIMARY KEY (a, b))",
    """CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, customer_id INT UNSIGNED, parent BIGINT, twin BIGINT, sku VARCHAR(20),
        shop INT, total DECIMAL(10,2), state VARCHAR(20), KEY ix_customer (customer_id), KEY ix_parent (parent), KEY ix_twin (twin),
        KEY ix_product (sku, shop),
        CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
        CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES orders (id),
        CONSTRAINT fk_product FOREIGN KEY (sku, shop) REFERENCES products (sku, shop)
            ON DELETE SET NULL ON UPDATE CASCADE)""",
    """CREATE TABLE measures (at DATE NOT NULL, value INT) PARTITION BY RANGE COLUMNS (at)
        (PARTITION p2023 VALUES LESS THAN ('2024-01-01') COMMENT = 'old',
         PARTITION p2024 VALUES LESS THAN ('2025-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE))""",
    "CREATE TABLE spread (a INT, b INT) PARTITION BY HASH (a) PARTITIONS 4",
    """CREATE TABLE listed (a INT, b INT) PARTITION BY LIST (a) SUBPARTITION BY HASH (b)
        (PARTITION few VALUES IN (1, 2) (SUBPARTITION few1, SUBPARTITION few2),
         PARTITION more VALUES IN (3, 4) (SUBPARTITION more1, SUBPARTITION more2))""",
    "CREATE TABLE logs (id INT, line VARCHAR(200), KEY (id)) ENGINE = MyISAM",
    "CREATE TABLE cache (id INT, line VARCHAR(200), KEY ix_id (id)) ENGINE = MEMORY",
    "CREATE TABLE old_logs (id INT) ENGINE = MyISAM",
    "CREATE TABLE logs_all (id INT) ENGINE = MERGE UNION = (old_logs) INSERT_METHOD = LAST",
    "CREATE TABLE `odd ``name``, \"it's\"` (`a (b), c` INT, `select` INT DEFAULT 1 COMMENT 'it''s, a (comment', "
    "KEY `k, 1` (`a (b), c`))",
    "CREATE TABLE empty_text (a VARCHAR(9) DEFAULT '', b VARCHAR(9) DEFAULT 'NULL', c INT)",
    "CREATE VIEW vips AS SELECT id, name FROM customers WHERE vip = 1",
    "CREATE VIEW vips_checked AS SELECT id, name, vip FROM customers WHERE vip = 1 WITH LOCAL CHECK OPTION",
    "CREATE VIEW totals AS SELECT c.id, c.name, 'shop.x `shop`.`x`' AS label, SUM(o.total) AS total "
    "FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name",
    "CREATE VIEW nested AS SELECT * FROM totals",
    "CREATE PROCEDURE add_order(customer INT) COMMENT 'makes one' INSERT INTO orders (id, customer_id) VALUES (1, customer)",
    """CREATE PROCEDURE long_one(IN customer INT, OUT result VARCHAR(20))
    BEGIN
        -- says what it did; or not
        INSERT INTO orders (id, customer_id) VALUES (1, customer);
        SET result = 'done';
    END""",
    "CREATE FUNCTION tax(amount DECIMAL(10,2)) RETURNS DECIMAL(10,2) DETERMINISTIC RETURN amount * 0.19",
    "CREATE FUNCTION label(a VARCHAR(10)) RETURNS VARCHAR(20) CHARSET latin1 READS SQL DATA RETURN CONCAT(a, '😀')",
    "CREATE PROCEDURE same_name() SELECT 1",
    "CREATE FUNCTION same_name() RETURNS INT NO SQL RETURN 1",
    "CREATE TRIGGER orders_bi BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = COALESCE(NEW.total, 0)",
    "CREATE TRIGGER a_second BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = 'new'",
    "CREATE TRIGGER orders_ad AFTER DELETE ON orders FOR EACH ROW BEGIN SET @gone = OLD.id; SET @x = '😀'; END",
    "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 03:00:00' ENDS '2036-01-01 03:00:00' "
    "COMMENT 'cleans' DO DELETE FROM logs",
    "CREATE EVENT once ON SCHEDULE AT '2035-05-05 05:05:05' ON COMPLETION PRESERVE DISABLE DO DELETE FROM cache",
    "CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR DISABLE DO DELETE FROM cache",
    "CREATE USER app@'%'", "CREATE USER report@'10.1.%'", "CREATE USER other@localhost", "CREATE ROLE readers",
    "GRANT SELECT, INSERT ON shop.* TO app@'%'", "GRANT SELECT, UPDATE ON shop.orders TO app@'%'",
    "GRANT SELECT (id, name), UPDATE (name) ON shop.customers TO report@'10.1.%'",
    "GRANT SELECT ON shop.vips TO report@'10.1.%' WITH GRANT OPTION",
    "GRANT EXECUTE ON PROCEDURE shop.add_order TO app@'%'", "GRANT SELECT ON shop.* TO readers",
]

MARIADB = [
    "CREATE SEQUENCE order_no START 5 INCREMENT 2 MINVALUE 1 MAXVALUE 1000 CACHE 10",
    "CREATE TABLE prices (sku INT PRIMARY KEY, price INT, note INT WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING",
    """CREATE TABLE kept (id INT, since TIMESTAMP(6) GENERATED ALWAYS AS ROW START,
        until TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (since, until)) WITH SYSTEM VERSIONING
        PARTITION BY SYSTEM_TIME LIMIT 1000 (PARTITION past HISTORY, PARTITION now CURRENT)""",
    """CREATE TABLE turned (a INT) WITH SYSTEM VERSIONING
        PARTITION BY SYSTEM_TIME INTERVAL 1 HOUR STARTS '2026-01-01 00:00:00' AUTO""",
    """CREATE TABLE bookings (room INT NOT NULL, since DATE NOT NULL, until DATE NOT NULL, PERIOD FOR stay (since, until),
        UNIQUE KEY uq_room (room, stay WITHOUT OVERLAPS))""",
    """CREATE TABLE special (id UUID NOT NULL DEFAULT UUID() PRIMARY KEY, address INET6, number INT DEFAULT NEXTVAL(order_no),
        amount INT CHECK (amount > 0), body LONGTEXT COMPRESSED, doc JSON, w INT DEFAULT (amount + 1),
        KEY ix_address (address), KEY ix_ignored (amount) IGNORED)""",
    "SET sql_mode = ORACLE",
    "CREATE PACKAGE tools COMMENT 'of the shop' AS PROCEDURE greet(a INT); END",
    "CREATE PACKAGE BODY tools AS PROCEDURE greet(a INT) AS BEGIN SELECT 'hi'; END; END",
    "SET sql_mode = DEFAULT",
]
MYSQL = [
    """CREATE TABLE special (id BINARY(16) NOT NULL DEFAULT (UUID_TO_BIN(UUID())) PRIMARY KEY, place POINT NOT NULL SRID 4326,
        amount INT, doc JSON, w INT DEFAULT ((amount + 1)), title VARCHAR(50), KEY ix_lower ((LOWER(title))),
        KEY ix_doc ((CAST(doc->'$.n' AS UNSIGNED ARRAY))), KEY ix_hidden (amount) INVISIBLE, KEY ix_down (amount DESC, w),
        FULLTEXT KEY ft_title (title) WITH PARSER ngram, CONSTRAINT ck_some CHECK (amount > 0),
        CONSTRAINT ck_off CHECK (amount < 100) NOT ENFORCED)""",
]
ACCOUNTS = "app@'%'", "report@'10.1.%'", "other@localhost"


class Bench:
    """A server with the database, and what drops and makes it again."""

    def __init__(self, folder: Path, release: str):
        del folder  # the server's user can't get into it
        self.folder = scratch_folder()
        bin_folder = programs_of_release(release, self.folder / "bin", "mysql") if release else None
        self.server = MysqlServer(self.folder, bin_folder=bin_folder, settings={"event-scheduler": "OFF"})
        self.database = DATABASE

    def start(self) -> None:
        self.server.start()
        self.version = tuple(int(part) for part in re.match(
            r"(\d+)\.(\d+)", self.server.query("", "SELECT VERSION()")[0][0]).groups())
        self.family = "mysql" if self.server.is_mysql else "mariadb"
        self.renew()

    def stop(self) -> None:
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def renew(self) -> None:
        self.database = DATABASE
        with self.server.session() as session:
            for database in self.server.databases():
                session.rows(f"DROP DATABASE {quoted(database)}")
            for account in ACCOUNTS:
                session.rows(f"DROP USER IF EXISTS {account}")
            session.rows("DROP ROLE IF EXISTS readers")
            session.rows(f"CREATE DATABASE {DATABASE}; USE {DATABASE}")
            for sql in COMMON + (MYSQL if self.family == "mysql" else MARIADB):
                session.rows(sql)

    def execute(self, sql: str) -> None:
        if sql.startswith("@"):
            getattr(self, sql[1:])()
            return
        try:
            with self.server.session(self.database) as session:
                session.rows(sql)
        except SessionError as wrong:
            raise RuntimeError(f"{sql}: {wrong}") from None

    def reload(self, into: str = DATABASE) -> None:
        """All of it out through the server's dump program, and in again through its client."""
        self.load(self.dumped(), into)

    def dumped(self) -> str:
        """The database as the dump program has it, for another server or another name."""
        text = self.server.dump(self.database)
        # It writes down when an event without a start began, and would so give it one ...
        text = re.sub(r"(EVENT `hourly` .*?) STARTS '[^']*'", r"\1", text)
        # ... and the database that a sequence is in.
        return text.replace(f"{quoted(self.database)}.`order_no`", "`order_no`")

    def load(self, text: str, into: str) -> None:
        """What dumped() gave, through the client."""
        with self.server.session() as session:
            session.rows(f"DROP DATABASE IF EXISTS {quoted(into)}; CREATE DATABASE {quoted(into)}")
        server = self.server
        subprocess.run([server.program("mariadb", "mysql"), "--no-defaults", "--default-character-set=utf8mb4",
                        "--comments",
                        f"--host={server.host}", f"--port={server.port}", f"--user={server.user}", into],
                       input=text.encode("utf-8", "surrogateescape"), check=True, capture_output=True)
        self.database = into

    def elsewhere(self) -> None:
        """The same under another name, as production's is beside staging's, with the same grants."""
        self.reload(OTHER)
        self.execute("".join(sql.replace("shop.", f"{OTHER}.") + ";" for sql in COMMON if sql.startswith("GRANT")))

    def restart(self) -> None:
        self.server.restart()

    @property
    def uri(self) -> str:
        return self.server.uri(self.database)

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name.startswith("LD_")}

    def has(self, needs: str) -> bool:
        family, _, version = needs.partition(" ")
        return family == self.family and tuple(int(part) for part in version.split(".") if part) <= self.version


# --- how it is told ----------------------------------------------------------------------------

MUTATIONS: list[Mutation] = []
SILENCES: list[Silence] = []
# MariaDB's spelling, and MySQL's.
SPELLINGS = {"«": ("", "'"), "»": ("", "'"), "⟨": ("", "("), "⟩": ("", ")"),
             "NOW3": ("current_timestamp(3)", "CURRENT_TIMESTAMP(3)"),
             "NOW0": ("current_timestamp()", "CURRENT_TIMESTAMP"), "\u00a4": ("", "_utf8mb4")}


OBJECTS = ("database", "event", "function", "library", "package body", "package", "procedure", "sequence", "table",
           "view")
KINDS = (*OBJECTS, "check", "column", "foreign key", "grant", "index", "partition", "period", "subpartition", "trigger")


def missing(what: str) -> str:
    return f"missing    {what}\n"


def unexpected(what: str) -> str:
    return f"unexpected {what}\n"


def changed(what: str, attribute: str, before: str = "none", after: str = "none") -> str:
    return f"changed    {what}: {attribute}: {before} → {after}\n"


def lines(what: str, attribute: str) -> str:
    """Of a value that has several lines."""
    return f"changed    {what}: {attribute}:\n"


def place(line: str) -> tuple[str, ...]:
    """Where a difference is told: by object, by kind of its parts, by name."""
    kind, name = re.match(rf"\w+ +({'|'.join(KINDS)}) (.*?)(?:: |\n|$)", line).groups()
    owner, _, part = name.partition(".")
    return (kind, name, "", "") if kind in OBJECTS else ("table", owner, kind, part)


def mutate(name: str, sql: str, undo: str, told: str, needs: str = "") -> None:
    told = "".join(sorted(told.splitlines(keepends=True), key=place))
    if not any(mark in told for mark in SPELLINGS):
        MUTATIONS.append(Mutation(name, sql, undo, told, needs))
        return
    for which, family in enumerate(("mariadb", "mysql")):
        if needs and not needs.startswith(family):
            continue
        text = told
        for mark, spellings in SPELLINGS.items():
            text = text.replace(mark, spellings[which])
        MUTATIONS.append(Mutation(f"{name} ({family})", sql, undo, text, needs or family))


def alter(name: str, table: str, sql: str, undo: str, told: str, needs: str = "") -> None:
    mutate(name, f"ALTER TABLE {table} {sql}", f"ALTER TABLE {table} {undo}", told, needs)


def column(name: str, which: str, definition: str, attribute: str, before: str = "none", after: str = "none",
           needs: str = "") -> None:
    """Gives a column of customers another definition."""
    alter(name, "customers", f"MODIFY {which} {definition}", f"MODIFY {which} {CUSTOMERS[which]}",
          changed(f"column customers.{which}", attribute, before, after), needs)


# --- columns -----------------------------------------------------------------------------------

column("a column's length", "email", "VARCHAR(120) NOT NULL", "type", "varchar(100)", "varchar(120)")
column("a column's precision", "balance", "DECIMAL(12,2) NOT NULL DEFAULT 0", "type", "decimal(10,2)", "decimal(12,2)")
column("a wider integer", "visits", "BIGINT DEFAULT 0", "type", "int", "bigint")
column("unsigned", "visits", "INT UNSIGNED DEFAULT 0", "type", "int", "int unsigned")
column("tinyint(1) as tinyint", "vip", "TINYINT NOT NULL DEFAULT 0", "type", "tinyint(1)", "tinyint")
column("no zerofill", "serial_no", "INT UNSIGNED", "type", "int(6) unsigned zerofill", "int unsigned")
column("the width of a zerofill", "serial_no", "INT(8) UNSIGNED ZEROFILL", "type", "int(6) unsigned zerofill",
       "int(8) unsigned zerofill")
column("a bigger blob", "photo", "MEDIUMBLOB", "type", "blob", "mediumblob")
column("float for double", "ratio", "FLOAT", "type", "double", "float")
column("a double with digits", "ratio", "DOUBLE(10,2)", "type", "double", "double(10,2)")
column("a date with a time", "born", "DATETIME", "type", "date", "datetime")
column("an enum's new label", "level", "ENUM('low','mid','high','top') NOT NULL DEFAULT 'low'", "type",
       "enum('low','mid','high')", "enum('low','mid','high','top')")
column("an enum's order", "level", "ENUM('mid','low','high') NOT NULL DEFAULT 'low'", "type",
       "enum('low','mid','high')", "enum('mid','low','high')")
column("an enum's label in another case", "level", "ENUM('low','mid','High') NOT NULL DEFAULT 'low'", "type",
       "enum('low','mid','high')", "enum('low','mid','High')")
column("a set's members", "tags", "SET('a','b')", "type", "set('a','b','c')", "set('a','b')")
column("an enum's label with a comma and quotes", "level", "ENUM('low','mid','a,''b'')') NOT NULL DEFAULT 'low'",
       "type", "enum('low','mid','high')", "enum('low','mid','a,''b'')')")
column("more bits", "bits", "BIT(5) DEFAULT b'0101'", "type", "bit(4)", "bit(5)")
column("not null", "born", "DATE NOT NULL", "not null", "none", "yes")
column("no more not null", "email", "VARCHAR(100)", "not null", "yes", "none")
column("a default", "born", "DATE DEFAULT '2000-01-01'", "default", "none", "'2000-01-01'")
column("another default", "name", "VARCHAR(80) NOT NULL DEFAULT 'somebody' COMMENT 'full name'", "default",
       "'nobody'", "'somebody'")
column("a default in another case", "name", "VARCHAR(80) NOT NULL DEFAULT 'Nobody' COMMENT 'full name'", "default",
       "'nobody'", "'Nobody'")
column("no default", "name", "VARCHAR(80) NOT NULL COMMENT 'full name'", "default", "'nobody'", "none")
column("a default of another number", "visits", "INT DEFAULT 1", "default", "«0»", "«1»")
column("no default number", "visits", "INT", "default", "«0»", "none")
column("a negative default", "visits", "INT DEFAULT -1", "default", "«0»", "«-1»")
column("an empty default for none", "country", "CHAR(2) DEFAULT ''", "default", "none", "''")
column("a default with a trailing space", "name", "VARCHAR(80) NOT NULL DEFAULT 'nobody ' COMMENT 'full name'",
       "default", "'nobody'", "'nobody '")
column("a default beyond the BMP", "country", "CHAR(2) DEFAULT '😀'", "default", "none", "'😀'", "mariadb")
column("a default beyond the BMP", "country", "CHAR(2) DEFAULT '😀'", "default", "none", "0xF09F9880", "mysql")
column("a default with a question mark", "name", "VARCHAR(80) NOT NULL DEFAULT 'who?' COMMENT 'full name'", "default",
       "'nobody'", "'who?'")
column("a default with quotes", "code", "VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'it''s here'",
       "default", "'it''s \\\\ here'", "'it''s here'")
column("a default of bits", "bits", "BIT(4) DEFAULT b'0001'", "default", "b'101'", "b'1'")
column("a default moment", "seen", "DATETIME DEFAULT '2024-01-01 00:00:01'", "default", "'2024-01-01 00:00:00'",
       "'2024-01-01 00:00:01'")
column("a default that is now", "seen", "DATETIME DEFAULT CURRENT_TIMESTAMP", "default", "'2024-01-01 00:00:00'",
       "NOW0")
column("an expression as default", "token", "VARCHAR(60) DEFAULT (REVERSE('xz'))", "default",
       "⟨reverse(\u00a4'xy')⟩", "⟨reverse(\u00a4'xz')⟩")
column("on update", "seen", "DATETIME DEFAULT '2024-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP", "on update", "none",
       "NOW0")
column("no more on update", "changed", "TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3)", "on update", "NOW3", "none")
alter("no auto_increment", "counted", "MODIFY id INT NOT NULL", "MODIFY id INT NOT NULL AUTO_INCREMENT",
      changed("column counted.id", "auto increment", "yes", "none"))
alter("auto_increment", "pairs", "MODIFY a INT NOT NULL AUTO_INCREMENT", "MODIFY a INT NOT NULL",
      changed("column pairs.a", "auto increment", "none", "yes"))
column("a comment", "born", "DATE COMMENT 'birthday'", "comment", "none", "birthday")
column("another comment", "name", "VARCHAR(80) NOT NULL DEFAULT 'nobody' COMMENT 'it''s \"full\", (é)'", "comment",
       "full name", "it's \"full\", (é)")
column("no comment", "name", "VARCHAR(80) NOT NULL DEFAULT 'nobody'", "comment", "full name", "none")
alter("a comment of several lines", "customers", "MODIFY born DATE COMMENT 'a\nb'", "MODIFY born DATE",
      lines("column customers.born", "comment"))
alter("two attributes at once", "customers", "MODIFY born DATETIME NOT NULL", "MODIFY born DATE",
      changed("column customers.born", "not null", "none", "yes") +
      changed("column customers.born", "type", "date", "datetime"))
column("a collation", "name", "VARCHAR(80) COLLATE utf8mb4_bin NOT NULL DEFAULT 'nobody' COMMENT 'full name'",
       "collation", "utf8mb4_general_ci", "utf8mb4_bin", "mariadb")
column("a collation", "name", "VARCHAR(80) COLLATE utf8mb4_bin NOT NULL DEFAULT 'nobody' COMMENT 'full name'",
       "collation", "utf8mb4_0900_ai_ci", "utf8mb4_bin", "mysql")
column("a character set", "code", "VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin DEFAULT 'it''s \\\\ here'",
       "collation", "latin1_bin", "ascii_bin")
column("the usual collation of a character set", "code", "VARCHAR(20) CHARACTER SET latin1 DEFAULT 'it''s \\\\ here'",
       "collation", "latin1_bin", "latin1_swedish_ci")
column("visible", "hidden", "INT", "invisible", "yes", "none")
column("invisible", "ratio", "DOUBLE INVISIBLE", "invisible", "none", "yes")
column("a generated column's expression", "full", "VARCHAR(200) GENERATED ALWAYS AS (CONCAT(name, ' ', email)) VIRTUAL",
       "generated", "concat(`name`,\u00a4' <',`email`,\u00a4'>')", "concat(`name`,\u00a4' ',`email`)")
column("a text in a generated column", "full",
       "VARCHAR(200) GENERATED ALWAYS AS (CONCAT(name, ' ''<', email, '>')) VIRTUAL",
       "generated", "concat(`name`,\u00a4' <',`email`,\u00a4'>')", "concat(`name`,\u00a4' \\'<',`email`,\u00a4'>')")
column("not null of a generated column", "size", "INT GENERATED ALWAYS AS (CHAR_LENGTH(name)) STORED NOT NULL",
       "not null", "none", "yes", "mysql")
alter("a generated column stored", "customers",
      "DROP full, ADD full VARCHAR(200) GENERATED ALWAYS AS (CONCAT(name, ' <', email, '>')) STORED AFTER code",
      "DROP full, ADD full VARCHAR(200) GENERATED ALWAYS AS (CONCAT(name, ' <', email, '>')) VIRTUAL AFTER code",
      changed("column customers.full", "stored", "none", "yes"))
alter("a generated column virtual", "customers",
      "DROP size, ADD size INT GENERATED ALWAYS AS (CHAR_LENGTH(name)) VIRTUAL AFTER full",
      "DROP size, ADD size INT GENERATED ALWAYS AS (CHAR_LENGTH(name)) STORED AFTER full",
      changed("column customers.size", "stored", "yes", "none"))
alter("a generated column as an ordinary one", "customers", "MODIFY size INT",
      "DROP size, ADD size INT GENERATED ALWAYS AS (CHAR_LENGTH(name)) STORED AFTER full",
      changed("column customers.size", "generated", "char_length(`name`)", "none") +
      changed("column customers.size", "stored", "yes", "none"))
alter("a column more", "customers", "ADD extra INT", "DROP extra", unexpected("column customers.extra"))
alter("a column more in the middle", "customers", "ADD extra INT AFTER name", "DROP extra",
      unexpected("column customers.extra"))
alter("a column more at the front", "customers", "ADD extra INT FIRST", "DROP extra",
      unexpected("column customers.extra"))
mutate("a column less", "ALTER TABLE customers DROP ratio", "ALTER TABLE customers ADD ratio DOUBLE AFTER size",
       missing("column customers.ratio"))
alter("a column of another name", "customers", "CHANGE ratio rate DOUBLE", "CHANGE rate ratio DOUBLE",
      missing("column customers.ratio") + unexpected("column customers.rate"))
alter("a column's place", "products", "MODIFY title VARCHAR(50) FIRST", "MODIFY title VARCHAR(50) AFTER shop",
      changed("table products", "column order", "sku, shop, title", "title, sku, shop"))
alter("the case of a column's name", "products", "CHANGE title Title VARCHAR(50)", "CHANGE Title title VARCHAR(50)",
      missing("column products.title") + unexpected("column products.Title"))
alter("a column with a hard name", "`odd ``name``, \"it's\"`", "MODIFY `a (b), c` BIGINT", "MODIFY `a (b), c` INT",
      changed("column `odd ``name``, \"it's\"`.`a (b), c`", "type", "int", "bigint"))
alter("a hard comment", "`odd ``name``, \"it's\"`", "MODIFY `select` INT DEFAULT 1 COMMENT 'a ) b'",
      "MODIFY `select` INT DEFAULT 1 COMMENT 'it''s, a (comment'",
      changed("column `odd ``name``, \"it's\"`.select", "comment", "it's, a (comment", "a ) b"))
alter("the text NULL as default for none", "empty_text", "MODIFY b VARCHAR(9)", "MODIFY b VARCHAR(9) DEFAULT 'NULL'",
      changed("column empty_text.b", "default", "'NULL'", "none"))
alter("an empty default away", "empty_text", "MODIFY a VARCHAR(9)", "MODIFY a VARCHAR(9) DEFAULT ''",
      changed("column empty_text.a", "default", "''", "none"))
alter("a column dropped with its index", "customers", "DROP country",
      "ADD country CHAR(2) AFTER seen, DROP KEY ix_country, "
      "ADD KEY ix_country (country, born)",
      missing("column customers.country") + changed("index customers.ix_country", "columns", "country, born", "born"))
alter("a spatial column's reference system", "special", "MODIFY place POINT NOT NULL SRID 0",
      "MODIFY place POINT NOT NULL SRID 4326", changed("column special.place", "srid", "4326", "0"), "mysql")
alter("no reference system", "special", "MODIFY place POINT NOT NULL", "MODIFY place POINT NOT NULL SRID 4326",
      changed("column special.place", "srid", "4326", "none"), "mysql")
alter("a geometry of another type", "customers", "MODIFY place GEOMETRY NOT NULL", "MODIFY place POINT NOT NULL",
      changed("column customers.place", "type", "point", "geometry"))
alter("a reference system", "customers", "MODIFY place POINT REF_SYSTEM_ID = 4326 NOT NULL",
      "MODIFY place POINT NOT NULL", changed("column customers.place", "srid", "none", "4326"), "mariadb")
column("a column's format", "ratio", "DOUBLE COLUMN_FORMAT FIXED", "column format", "none", "fixed", "mysql")
column("a column's storage", "ratio", "DOUBLE STORAGE DISK", "storage", "none", "disk", "mysql")
column("an engine attribute of a column", "country", "CHAR(2) SECONDARY_ENGINE_ATTRIBUTE = '{\"a\": 1}'",
       "secondary engine attribute", "none", '{"a": 1}', "mysql")
column("not for the secondary engine", "ratio", "DOUBLE NOT SECONDARY", "not secondary", "none", "yes", "mysql")
alter("an expression as default of binary", "special", "MODIFY id BINARY(16) NOT NULL",
      "MODIFY id BINARY(16) NOT NULL DEFAULT (UUID_TO_BIN(UUID()))",
      changed("column special.id", "default", "(uuid_to_bin(uuid()))", "none"), "mysql")
alter("a default of another column", "special", "ALTER w SET DEFAULT (amount + 2)",
      "ALTER w SET DEFAULT (amount + 1)",
      changed("column special.w", "default", "(`amount` + 1)", "(`amount` + 2)"), "mariadb")
alter("a default of another column", "special", "ALTER w SET DEFAULT (amount + 2)",
      "ALTER w SET DEFAULT (amount + 1)",
      changed("column special.w", "default", "((`amount` + 1))", "((`amount` + 2))"), "mysql")
alter("a default of a sequence away", "special", "MODIFY number INT", "MODIFY number INT DEFAULT NEXTVAL(order_no)",
      changed("column special.number", "default", "nextval(`order_no`)", "none"), "mariadb")
alter("a column's check", "special", "MODIFY amount INT CHECK (amount > 1)", "MODIFY amount INT CHECK (amount > 0)",
      changed("column special.amount", "check", "`amount` > 0", "`amount` > 1"), "mariadb")
alter("no column's check", "special", "MODIFY amount INT", "MODIFY amount INT CHECK (amount > 0)",
      changed("column special.amount", "check", "`amount` > 0", "none"), "mariadb")
alter("not compressed", "special", "MODIFY body LONGTEXT", "MODIFY body LONGTEXT COMPRESSED",
      changed("column special.body", "compressed", "yes", "none"), "mariadb")
alter("JSON as what it is made of", "special", "MODIFY doc LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
      "MODIFY doc JSON", changed("column special.doc", "check", "json_valid(`doc`)", "none"), "mariadb")
alter("an address as text", "special", "MODIFY address VARBINARY(16)", "MODIFY address INET6",
      changed("column special.address", "type", "inet6", "varbinary(16)"), "mariadb 10.5")
alter("a UUID as text", "special", "MODIFY id CHAR(36) NOT NULL DEFAULT UUID()",
      "MODIFY id UUID NOT NULL DEFAULT UUID()",
      changed("column special.id", "collation", "none", "utf8mb4_general_ci") +
      changed("column special.id", "type", "uuid", "char(36)"), "mariadb 10.7")
alter("no reference from JSON", "special", "MODIFY doc TEXT", "MODIFY doc JSON",
      changed("column special.doc", "collation", "none", "utf8mb4_0900_ai_ci") +
      changed("column special.doc", "type", "json", "text"), "mysql")
KEEP = "SET system_versioning_alter_history = KEEP; ALTER TABLE prices "
mutate("a column with versions", KEEP + "MODIFY note INT WITH SYSTEM VERSIONING",
       KEEP + "MODIFY note INT WITHOUT SYSTEM VERSIONING",
       changed("column prices.note", "without system versioning", "yes", "none"), "mariadb")

# --- indexes -----------------------------------------------------------------------------------

alter("an index", "customers", "ADD KEY ix_new (born)", "DROP KEY ix_new", unexpected("index customers.ix_new"))
alter("no index", "customers", "DROP KEY ix_country", "ADD KEY ix_country (country, born)",
      missing("index customers.ix_country"))
alter("an index of another name", "customers", "RENAME KEY ix_country TO ix_land", "RENAME KEY ix_land TO ix_country",
      missing("index customers.ix_country") + unexpected("index customers.ix_land"))
INDEX = "DROP KEY ix_country, ADD "
BACK = "DROP KEY ix_country, ADD KEY ix_country (country, born)"
for label, definition, attribute, before, after, need in (
        ("its columns' order", "KEY ix_country (born, country)", "columns", "country, born", "born, country", ""),
        ("a column more", "KEY ix_country (country, born, visits)", "columns", "country, born",
         "country, born, visits", ""),
        ("a prefix", "KEY ix_country (country(1), born)", "columns", "country, born", "country(1), born", ""),
        ("descending", "KEY ix_country (country, born DESC)", "columns", "country, born", "country, born desc", ""),
        ("unique", "UNIQUE KEY ix_country (country, born)", "unique", "none", "yes", ""),
        ("a comment", "KEY ix_country (country, born) COMMENT 'it''s'", "comment", "none", "it's", ""),
        ("a block size", "KEY ix_country (country, born) KEY_BLOCK_SIZE = 1024", "key block size", "none", "1024",
         "mariadb"),
        ("a comment with quotes", "KEY ix_country (country, born) COMMENT '\"), (`'", "comment", "none", "\"), (`",
         "")):
    alter(f"an index, {label}", "customers", INDEX + definition, BACK,
          changed("index customers.ix_country", attribute, before, after), need)
alter("an invisible index", "customers", "ALTER INDEX ix_country INVISIBLE", "ALTER INDEX ix_country VISIBLE",
      changed("index customers.ix_country", "invisible", "none", "yes"), "mysql")
alter("an ignored index", "customers", "ALTER INDEX ix_country IGNORED", "ALTER INDEX ix_country NOT IGNORED",
      changed("index customers.ix_country", "ignored", "none", "yes"), "mariadb")
alter("another prefix", "customers", "DROP KEY ix_name, ADD KEY ix_name (name(11))",
      "DROP KEY ix_name, ADD KEY ix_name (name(10))",
      changed("index customers.ix_name", "columns", "name(10)", "name(11)"))
alter("no prefix", "customers", "DROP KEY ix_name, ADD KEY ix_name (name)",
      "DROP KEY ix_name, ADD KEY ix_name (name(10))", changed("index customers.ix_name", "columns", "name(10)", "name"))
alter("no more unique", "customers", "DROP KEY uq_email, ADD KEY uq_email (email)",
      "DROP KEY uq_email, ADD UNIQUE KEY uq_email (email)",
      changed("index customers.uq_email", "unique", "yes", "none"))
alter("another comment of an index", "customers", "DROP KEY ix_noted, ADD KEY ix_noted (vip) COMMENT 'often used'",
      "DROP KEY ix_noted, ADD KEY ix_noted (vip) COMMENT 'rarely used'",
      changed("index customers.ix_noted", "comment", "rarely used", "often used"))
alter("no comment of an index", "customers", "DROP KEY ix_noted, ADD KEY ix_noted (vip)",
      "DROP KEY ix_noted, ADD KEY ix_noted (vip) COMMENT 'rarely used'",
      changed("index customers.ix_noted", "comment", "rarely used", "none"))
alter("the primary key's columns", "pairs", "DROP PRIMARY KEY, ADD PRIMARY KEY (b, a)",
      "DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)", changed("index pairs.PRIMARY", "columns", "a, b", "b, a"))
alter("no primary key", "pairs", "DROP PRIMARY KEY", "ADD PRIMARY KEY (a, b)", missing("index pairs.PRIMARY"))
alter("a primary key", "logs", "ADD PRIMARY KEY (id)", "DROP PRIMARY KEY, MODIFY id INT",
      changed("column logs.id", "not null", "none", "yes") + unexpected("index logs.PRIMARY"))
alter("no full-text index", "customers", "DROP KEY ft_notes", "ADD FULLTEXT KEY ft_notes (notes)",
      missing("index customers.ft_notes"))
alter("a full-text index", "products", "ADD FULLTEXT KEY ft_title (title)", "DROP KEY ft_title",
      unexpected("index products.ft_title"))
alter("an ordinary index for a full-text one", "customers", "DROP KEY ft_notes, ADD KEY ft_notes (notes(5))",
      "DROP KEY ft_notes, ADD FULLTEXT KEY ft_notes (notes)",
      changed("index customers.ft_notes", "columns", "notes", "notes(5)") +
      changed("index customers.ft_notes", "type", "fulltext", "none"))
alter("a full-text index over more", "customers", "DROP KEY ft_notes, ADD FULLTEXT KEY ft_notes (notes, name)",
      "DROP KEY ft_notes, ADD FULLTEXT KEY ft_notes (notes)",
      changed("index customers.ft_notes", "columns", "notes", "notes, name"))
alter("no spatial index", "customers", "DROP KEY sp_place", "ADD SPATIAL KEY sp_place (place)",
      missing("index customers.sp_place"))
mutate("another parser", "DROP INDEX ft_title ON special; CREATE FULLTEXT INDEX ft_title ON special (title)",
       "DROP INDEX ft_title ON special; CREATE FULLTEXT INDEX ft_title ON special (title) WITH PARSER ngram",
       changed("index special.ft_title", "parser", "ngram", "none"), "mysql")
alter("a functional index", "special", "ADD KEY ix_upper ((UPPER(title)))", "DROP KEY ix_upper",
      unexpected("index special.ix_upper"), "mysql")
alter("a functional index's expression", "special", "DROP KEY ix_lower, ADD KEY ix_lower ((UPPER(title)))",
      "DROP KEY ix_lower, ADD KEY ix_lower ((LOWER(title)))",
      changed("index special.ix_lower", "columns", "(lower(`title`))", "(upper(`title`))"), "mysql")
alter("no index over an array", "special", "DROP KEY ix_doc",
      "ADD KEY ix_doc ((CAST(doc->'$.n' AS UNSIGNED ARRAY)))", missing("index special.ix_doc"), "mysql")
alter("a visible index", "special", "ALTER INDEX ix_hidden VISIBLE", "ALTER INDEX ix_hidden INVISIBLE",
      changed("index special.ix_hidden", "invisible", "yes", "none"), "mysql")
alter("ascending again", "special", "DROP KEY ix_down, ADD KEY ix_down (amount, w)",
      "DROP KEY ix_down, ADD KEY ix_down (amount DESC, w)",
      changed("index special.ix_down", "columns", "amount desc, w", "amount, w"), "mysql")
alter("no more ignored", "special", "ALTER INDEX ix_ignored NOT IGNORED", "ALTER INDEX ix_ignored IGNORED",
      changed("index special.ix_ignored", "ignored", "yes", "none"), "mariadb")
alter("an index by tree in memory", "cache", "DROP KEY ix_id, ADD KEY ix_id (id) USING BTREE",
      "DROP KEY ix_id, ADD KEY ix_id (id)", changed("index cache.ix_id", "type", "none", "btree"))
alter("a unique index by hash", "customers", "ADD UNIQUE KEY uq_notes (notes)", "DROP KEY uq_notes",
      unexpected("index customers.uq_notes"), "mariadb")
alter("overlaps", "bookings", "DROP KEY uq_room, ADD UNIQUE KEY uq_room (room, since, until)",
      "DROP KEY uq_room, ADD UNIQUE KEY uq_room (room, stay WITHOUT OVERLAPS)",
      changed("index bookings.uq_room", "columns", "room, stay without overlaps", "room, since, until"), "mariadb")
mutate("a vector index", "CREATE TABLE vectors (v VECTOR(5) NOT NULL, VECTOR KEY vk (v) M = 8)", "DROP TABLE vectors",
       unexpected("table vectors"), "mariadb 11.7")
alter("an index on a hard name", "`odd ``name``, \"it's\"`", "DROP KEY `k, 1`", "ADD KEY `k, 1` (`a (b), c`)",
      missing("index `odd ``name``, \"it's\"`.`k, 1`"))

# --- foreign keys and checks -------------------------------------------------------------------

FK = "ADD CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES "
FK_BACK = FK + "customers (id) ON DELETE CASCADE"


def foreign_key(name: str, definition: str, attribute: str, before: str, after: str) -> None:
    mutate(name, f"ALTER TABLE orders DROP FOREIGN KEY fk_customer; ALTER TABLE orders {FK}{definition}",
           f"ALTER TABLE orders DROP FOREIGN KEY fk_customer; ALTER TABLE orders {FK_BACK}",
           changed("foreign key orders.fk_customer", attribute, before, after))


foreign_key("a foreign key, another action", "customers (id) ON DELETE SET NULL", "on delete", "cascade", "set null")
foreign_key("a foreign key, no action", "customers (id)", "on delete", "cascade", "none")
foreign_key("a foreign key, on update", "customers (id) ON DELETE CASCADE ON UPDATE CASCADE", "on update", "none",
            "cascade")
alter("no foreign key", "orders", "DROP FOREIGN KEY fk_customer", FK_BACK, missing("foreign key orders.fk_customer"))
alter("a foreign key", "orders", "ADD CONSTRAINT fk_more FOREIGN KEY (customer_id) REFERENCES customers (id)",
      "DROP FOREIGN KEY fk_more", unexpected("foreign key orders.fk_more"))
mutate("a foreign key of another name",
       "ALTER TABLE orders DROP FOREIGN KEY fk_customer, ADD CONSTRAINT fk_buyer FOREIGN KEY "
       "(customer_id) REFERENCES customers (id) ON DELETE CASCADE",
       f"ALTER TABLE orders DROP FOREIGN KEY fk_buyer, {FK_BACK}",
       missing("foreign key orders.fk_customer") + unexpected("foreign key orders.fk_buyer"))
mutate("a foreign key to another table",
       "CREATE TABLE buyers (id INT UNSIGNED PRIMARY KEY); ALTER TABLE orders DROP FOREIGN KEY fk_customer; "
       f"ALTER TABLE orders {FK} buyers (id) ON DELETE CASCADE",
       f"ALTER TABLE orders DROP FOREIGN KEY fk_customer; ALTER TABLE orders {FK_BACK}; DROP TABLE buyers",
       changed("foreign key orders.fk_customer", "references", "customers (id)", "buyers (id)") +
       unexpected("table buyers"))
mutate("a foreign key to another database",
       "CREATE DATABASE far; CREATE TABLE far.customers (id INT UNSIGNED PRIMARY KEY); "
       f"ALTER TABLE orders DROP FOREIGN KEY fk_customer; ALTER TABLE orders {FK} far.customers (id) ON DELETE CASCADE",
       f"ALTER TABLE orders DROP FOREIGN KEY fk_customer; ALTER TABLE orders {FK_BACK}; DROP DATABASE far",
       changed("foreign key orders.fk_customer", "references", "customers (id)", "far.customers (id)"))
mutate("a foreign key of several columns, no action",
       "ALTER TABLE orders DROP FOREIGN KEY fk_product; ALTER TABLE orders ADD "
       "CONSTRAINT fk_product FOREIGN KEY (sku, shop) REFERENCES products (sku, shop) ON UPDATE CASCADE",
       "ALTER TABLE orders DROP FOREIGN KEY fk_product; ALTER TABLE orders ADD CONSTRAINT fk_product FOREIGN KEY "
       "(sku, shop) REFERENCES products (sku, shop) ON DELETE SET NULL ON UPDATE CASCADE",
       changed("foreign key orders.fk_product", "on delete", "set null", "none"))
mutate("a foreign key over another column", "ALTER TABLE orders DROP FOREIGN KEY fk_parent; ALTER TABLE orders ADD "
       "CONSTRAINT fk_parent FOREIGN KEY (twin) REFERENCES orders (id)",
       "ALTER TABLE orders DROP FOREIGN KEY fk_parent; ALTER TABLE orders ADD CONSTRAINT fk_parent FOREIGN KEY "
       "(parent) REFERENCES orders (id)", changed("foreign key orders.fk_parent", "columns", "parent", "twin"))
alter("a check", "customers", "ADD CONSTRAINT ck_visits CHECK (visits >= 0)", "DROP CONSTRAINT ck_visits",
      unexpected("check customers.ck_visits"))
alter("no check", "customers", "DROP CONSTRAINT ck_balance", "ADD CONSTRAINT ck_balance CHECK (balance >= 0)",
      missing("check customers.ck_balance"))
CHECK_BACK = "ALTER TABLE customers DROP CONSTRAINT ck_balance; " \
             "ALTER TABLE customers ADD CONSTRAINT ck_balance CHECK (balance >= 0)"
for label, text, after in (("expression", "balance >= 1", "⟨`balance` >= 1⟩"),
                           ("operator", "balance > 0", "⟨`balance` > 0⟩")):
    mutate(f"a check's {label}",
           "ALTER TABLE customers DROP CONSTRAINT ck_balance; ALTER TABLE customers ADD CONSTRAINT "
           f"ck_balance CHECK ({text})", CHECK_BACK,
           changed("check customers.ck_balance", "expression", "⟨`balance` >= 0⟩", after))
alter("a check of another name", "customers",
      "DROP CONSTRAINT ck_balance, ADD CONSTRAINT ck_money CHECK (balance >= 0)",
      "DROP CONSTRAINT ck_money, ADD CONSTRAINT ck_balance CHECK (balance >= 0)",
      missing("check customers.ck_balance") + unexpected("check customers.ck_money"))
alter("a check with texts and brackets", "products",
      "ADD CONSTRAINT ck CHECK (title <> 'a)b''(,' AND (shop > 1 OR sku <> ','))",
      "DROP CONSTRAINT ck", unexpected("check products.ck"))
alter("a check not enforced", "special", "ALTER CHECK ck_some NOT ENFORCED", "ALTER CHECK ck_some ENFORCED",
      changed("check special.ck_some", "not enforced", "none", "yes"), "mysql")
alter("a check enforced", "special", "ALTER CHECK ck_off ENFORCED", "ALTER CHECK ck_off NOT ENFORCED",
      changed("check special.ck_off", "not enforced", "yes", "none"), "mysql")

# --- tables ------------------------------------------------------------------------------------

mutate("a table", "CREATE TABLE extra (id INT)", "DROP TABLE extra", unexpected("table extra"))
mutate("no table", "DROP TABLE empty_text",
       "CREATE TABLE empty_text (a VARCHAR(9) DEFAULT '', b VARCHAR(9) DEFAULT 'NULL', "
       "c INT)", missing("table empty_text"))
mutate("a table of another name", "RENAME TABLE empty_text TO empty_texts", "RENAME TABLE empty_texts TO empty_text",
       missing("table empty_text") + unexpected("table empty_texts"))
mutate("two tables that change their names", "RENAME TABLE logs TO x, cache TO logs, x TO cache",
       "RENAME TABLE logs TO x, cache TO logs, x TO cache",
       changed("table cache", "engine", "MEMORY", "MyISAM") + missing("index cache.ix_id") +
       unexpected("index cache.id") + changed("table logs", "engine", "MyISAM", "MEMORY") +
       missing("index logs.id") + unexpected("index logs.ix_id"))
mutate("a table of another name that another refers to", "RENAME TABLE products TO goods",
       "RENAME TABLE goods TO products",
       changed("foreign key orders.fk_product", "references", "products (sku, shop)", "goods (sku, shop)") +
       missing("table products") + unexpected("table goods"))
mutate("a table with a hard name", "CREATE TABLE `x.y``z` (a INT)", "DROP TABLE `x.y``z`", unexpected("table `x.y``z`"))
mutate("a table that differs in the case of its name", "CREATE TABLE Customers (a INT)", "DROP TABLE Customers",
       unexpected("table Customers"))
mutate("a table like another", "CREATE TABLE copy LIKE customers", "DROP TABLE copy", unexpected("table copy"))
mutate("an index made by itself", "CREATE INDEX ix_b ON spread (b)", "DROP INDEX ix_b ON spread",
       unexpected("index spread.ix_b"))
alter("a table's comment", "customers", "COMMENT 'it''s \"who\" buys é'", "COMMENT 'who buys'",
      changed("table customers", "comment", "who buys", "it's \"who\" buys é"))
alter("no table's comment", "customers", "COMMENT ''", "COMMENT 'who buys'",
      changed("table customers", "comment", "who buys", "none"))
alter("a new table's comment", "products", "COMMENT 'what'", "COMMENT ''",
      changed("table products", "comment", "none", "what"))
alter("an engine", "empty_text", "ENGINE = MyISAM", "ENGINE = InnoDB",
      changed("table empty_text", "engine", "InnoDB", "MyISAM"))
alter("an engine in memory", "empty_text", "ENGINE = MEMORY", "ENGINE = InnoDB",
      changed("table empty_text", "engine", "InnoDB", "MEMORY"))
for family, general in (("mariadb", "utf8mb4_general_ci"), ("mysql", "utf8mb4_0900_ai_ci")):
    alter("a table's collation", "products", "DEFAULT COLLATE utf8mb4_bin", f"DEFAULT COLLATE {general}",
          changed("table products", "collation", general, "utf8mb4_bin"), family)
    alter("a table's character set", "products", "DEFAULT CHARSET latin1", f"DEFAULT CHARSET utf8mb4 COLLATE {general}",
          changed("table products", "collation", general, "latin1_swedish_ci"), family)
    alter("a table converted", "empty_text", "CONVERT TO CHARACTER SET latin1",
          f"CONVERT TO CHARACTER SET utf8mb4 COLLATE {general}",
          changed("table empty_text", "collation", general, "latin1_swedish_ci") +
          changed("column empty_text.a", "collation", general, "latin1_swedish_ci") +
          changed("column empty_text.b", "collation", general, "latin1_swedish_ci"), family)
for option, attribute, value, back, need in (
        ("ROW_FORMAT = COMPACT", "row format", "COMPACT", "ROW_FORMAT = DEFAULT", ""),
        ("KEY_BLOCK_SIZE = 8", "key block size", "8", "KEY_BLOCK_SIZE = 0", ""),
        ("STATS_PERSISTENT = 0", "stats persistent", "0", "STATS_PERSISTENT = DEFAULT", ""),
        ("STATS_AUTO_RECALC = 1", "stats auto recalc", "1", "STATS_AUTO_RECALC = DEFAULT", ""),
        ("STATS_SAMPLE_PAGES = 50", "stats sample pages", "50", "STATS_SAMPLE_PAGES = DEFAULT", ""),
        ("MAX_ROWS = 1000", "max rows", "1000", "MAX_ROWS = 0", ""),
        ("MIN_ROWS = 10", "min rows", "10", "MIN_ROWS = 0", ""),
        ("AVG_ROW_LENGTH = 100", "avg row length", "100", "AVG_ROW_LENGTH = 0", ""),
        ("PACK_KEYS = 1", "pack keys", "1", "PACK_KEYS = DEFAULT", ""),
        ("CHECKSUM = 1", "checksum", "1", "CHECKSUM = 0", ""),
        ("DELAY_KEY_WRITE = 1", "delay key write", "1", "DELAY_KEY_WRITE = 0", ""),
        ("PAGE_COMPRESSED = 1", "page compressed", "1", "PAGE_COMPRESSED = DEFAULT", "mariadb"),
        ("PAGE_CHECKSUM = 1", "page checksum", "1", "PAGE_CHECKSUM = DEFAULT", "mariadb"),
        ("TRANSACTIONAL = 0", "transactional", "0", "TRANSACTIONAL = DEFAULT", "mariadb"),
        ("AUTOEXTEND_SIZE = 4M", "autoextend size", "4194304", "AUTOEXTEND_SIZE = 0", "mysql"),
        ("SECONDARY_ENGINE = rapid", "secondary engine", "rapid", "SECONDARY_ENGINE = NULL", "mysql"),
        ("SECONDARY_ENGINE_ATTRIBUTE = '{}'", "secondary engine attribute", "{}", "SECONDARY_ENGINE_ATTRIBUTE = ''",
         "mysql")):
    alter(f"a table, {option}", "empty_text", option, back, changed("table empty_text", attribute, "none", value), need)
mutate("a tablespace", "CREATE TABLESPACE ts_a ADD DATAFILE 'ts_a.ibd'; ALTER TABLE empty_text TABLESPACE ts_a",
       "ALTER TABLE empty_text TABLESPACE innodb_file_per_table; DROP TABLESPACE ts_a",
       changed("table empty_text", "tablespace", "none", "ts_a"), "mysql")
alter("a union", "logs_all", "UNION = ()", "UNION = (old_logs)", changed("table logs_all", "union", "old_logs", "none"))
alter("where a union inserts", "logs_all", "INSERT_METHOD = FIRST", "INSERT_METHOD = LAST",
      changed("table logs_all", "insert method", "LAST", "FIRST"))
mutate("no system versioning", KEEP + "DROP SYSTEM VERSIONING", KEEP + "ADD SYSTEM VERSIONING",
       changed("table prices", "system versioning", "yes", "none"), "mariadb")
alter("system versioning", "empty_text", "ADD SYSTEM VERSIONING", "DROP SYSTEM VERSIONING",
      changed("table empty_text", "system versioning", "none", "yes"), "mariadb")
mutate("a period", "CREATE TABLE p (a DATE, b DATE); ALTER TABLE p ADD PERIOD FOR stay (a, b)", "DROP TABLE p",
       unexpected("table p"), "mariadb")
alter("no period", "bookings", "DROP KEY uq_room, DROP PERIOD FOR stay",
      "ADD PERIOD FOR stay (since, until), ADD UNIQUE KEY uq_room (room, stay WITHOUT OVERLAPS)",
      missing("index bookings.uq_room") + missing("period bookings.stay"), "mariadb")

# --- partitions --------------------------------------------------------------------------------

RANGES = "PARTITION BY RANGE COLUMNS (at) (PARTITION p2023 VALUES LESS THAN ('2024-01-01') COMMENT = 'old', " \
         "PARTITION p2024 VALUES LESS THAN ('2025-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE))"
alter("a partition less", "measures", "DROP PARTITION p2023", RANGES, missing("partition measures.p2023"))
alter("a partition split", "measures",
      "REORGANIZE PARTITION p2024 INTO (PARTITION p2024a VALUES LESS THAN ('2024-07-01'), "
      "PARTITION p2024 VALUES LESS THAN ('2025-01-01'))", RANGES, unexpected("partition measures.p2024a"))
alter("a partition's limit", "measures", RANGES.replace("2025-01-01", "2025-01-02"), RANGES,
      changed("partition measures.p2024", "values", "less than ('2025-01-01')", "less than ('2025-01-02')"))
alter("a partition's comment", "measures", RANGES.replace("'old'", "'older, (x)'"), RANGES,
      changed("partition measures.p2023", "comment", "old", "older, (x)"))
alter("no partition's comment", "measures", RANGES.replace("COMMENT = 'old'", ""), RANGES,
      changed("partition measures.p2023", "comment", "old", "none"))
alter("a partition's rows", "measures", RANGES.replace("COMMENT = 'old'", "COMMENT = 'old' MAX_ROWS = 9"), RANGES,
      changed("partition measures.p2023", "max rows", "none", "9"))
alter("a partition of another name", "measures", RANGES.replace("p2024", "y2024"), RANGES,
      missing("partition measures.p2024") + unexpected("partition measures.y2024"))
alter("a partition at the end", "measures",
      "REORGANIZE PARTITION rest INTO (PARTITION p2025 VALUES LESS THAN ('2026-01-01'), "
      "PARTITION rest VALUES LESS THAN (MAXVALUE))", RANGES, unexpected("partition measures.p2025"))
alter("more partitions", "spread", "ADD PARTITION PARTITIONS 1", "COALESCE PARTITION 1",
      changed("table spread", "partitions", "4", "5"))
alter("partitions by another column", "spread", "PARTITION BY HASH (b) PARTITIONS 4",
      "PARTITION BY HASH (a) PARTITIONS 4",
      changed("table spread", "partition by", "hash (`a`)", "hash (`b`)"))
alter("partitions by a linear hash", "spread", "PARTITION BY LINEAR HASH (a) PARTITIONS 4",
      "PARTITION BY HASH (a) PARTITIONS 4",
      changed("table spread", "partition by", "hash (`a`)", "linear hash (`a`)"))
alter("partitions by an expression", "spread", "PARTITION BY HASH (a + 1) PARTITIONS 4",
      "PARTITION BY HASH (a) PARTITIONS 4",
      changed("table spread", "partition by", "hash (`a`)", "hash (⟨`a` + 1⟩)"))
alter("partitions by key", "spread", "PARTITION BY KEY (a) PARTITIONS 4", "PARTITION BY HASH (a) PARTITIONS 4",
      changed("table spread", "partition by", "hash (`a`)", "key (`a`)"), "mariadb")
alter("partitions by key", "spread", "PARTITION BY KEY (a) PARTITIONS 4", "PARTITION BY HASH (a) PARTITIONS 4",
      changed("table spread", "partition by", "hash (`a`)", "key (a)"), "mysql")
alter("the algorithm of a key", "spread", "PARTITION BY KEY ALGORITHM = 1 (a) PARTITIONS 4",
      "PARTITION BY HASH (a) PARTITIONS 4",
      changed("table spread", "partition by", "hash (`a`)", "key algorithm = 1 (`a`)"), "mariadb")
alter("partitions where none were", "empty_text", "PARTITION BY HASH (c) PARTITIONS 2", "REMOVE PARTITIONING",
      changed("table empty_text", "partition by", "none", "hash (`c`)") +
      changed("table empty_text", "partitions", "none", "2"))
LISTED = "PARTITION BY LIST (a) SUBPARTITION BY HASH (b) (PARTITION few VALUES IN (1, 2) (SUBPARTITION few1, SUBPARTITION " \
         "few2), PARTITION more VALUES IN (3, 4) (SUBPARTITION more1, SUBPARTITION more2))"
alter("a partition's values", "listed", LISTED.replace("(3, 4)", "(3, 4, 5)"), LISTED,
      changed("partition listed.more", "values", "in (3,4)", "in (3,4,5)"))
alter("null among a partition's values", "listed", LISTED.replace("(3, 4)", "(NULL, 3, 4)"), LISTED,
      changed("partition listed.more", "values", "in (3,4)", "in (NULL,3,4)"))
alter("a subpartition's name", "listed", LISTED.replace("more1", "other1"), LISTED,
      missing("subpartition listed.more.more1") + unexpected("subpartition listed.more.other1"))
alter("a subpartition's comment", "listed", LISTED.replace("more1", "more1 COMMENT = 'x'"), LISTED,
      changed("subpartition listed.more.more1", "comment", "none", "x"))
alter("subpartitions by another column", "listed", LISTED.replace("HASH (b)", "HASH (a)"), LISTED,
      changed("table listed", "subpartition by", "hash (`b`)", "hash (`a`)"))
alter("a partition for the rest", "listed",
      "ADD PARTITION (PARTITION others DEFAULT (SUBPARTITION o1, SUBPARTITION o2))",
      LISTED, unexpected("partition listed.others") + unexpected("subpartition listed.others.o1") +
      unexpected("subpartition listed.others.o2"), "mariadb")
alter("how long versions are kept", "kept",
      "PARTITION BY SYSTEM_TIME LIMIT 2000 (PARTITION past HISTORY, PARTITION now CURRENT)",
      "PARTITION BY SYSTEM_TIME LIMIT 1000 (PARTITION past HISTORY, PARTITION now CURRENT)",
      changed("table kept", "partition by", "system_time limit 1000", "system_time limit 2000"), "mariadb")
alter("how soon partitions are turned", "turned", "PARTITION BY SYSTEM_TIME INTERVAL 2 HOUR AUTO",
      "PARTITION BY SYSTEM_TIME INTERVAL 1 HOUR AUTO", changed("table turned", "partition by",
      "system_time interval 1 hour auto", "system_time interval 2 hour auto"), "mariadb")
alter("a partition of versions", "kept", "ADD PARTITION (PARTITION past2 HISTORY)",
      "DROP PARTITION past2", unexpected("partition kept.past2"), "mariadb")

# --- views -------------------------------------------------------------------------------------

VIPS = "SELECT id, name FROM customers WHERE vip = 1"
VIPS_BACK = f"CREATE OR REPLACE ALGORITHM = UNDEFINED SQL SECURITY DEFINER VIEW vips AS {VIPS}"
mutate("a view", "CREATE VIEW extra AS SELECT 1 AS a", "DROP VIEW extra", unexpected("view extra"))
mutate("no view", "DROP VIEW nested", "CREATE VIEW nested AS SELECT * FROM totals", missing("view nested"))
mutate("a view of another name", "RENAME TABLE nested TO nests", "RENAME TABLE nests TO nested",
       missing("view nested") + unexpected("view nests"))
mutate("a table where a view was", "DROP VIEW nested; CREATE TABLE nested (a INT)",
       "DROP TABLE nested; CREATE VIEW nested AS SELECT * FROM totals", unexpected("table nested") +
       missing("view nested"))
VIEW_BEFORE = "select `customers`.`id` AS `id`,`customers`.`name` AS `name` from `customers` where ⟨`customers`.`vip` = 1⟩"
for label, query, after in (
        ("condition", "SELECT id, name FROM customers WHERE vip = 2", VIEW_BEFORE.replace("= 1", "= 2")),
        ("columns", "SELECT id, name, born FROM customers WHERE vip = 1",
         VIEW_BEFORE.replace(" from", ",`customers`.`born` AS `born` from")),
        ("column's name", "SELECT id, name AS title FROM customers WHERE vip = 1",
         VIEW_BEFORE.replace("AS `name`", "AS `title`")),
        ("order", "SELECT id, name FROM customers WHERE vip = 1 ORDER BY id",
         VIEW_BEFORE + " order by `customers`.`id`"),
        ("limit", "SELECT id, name FROM customers WHERE vip = 1 LIMIT 5", VIEW_BEFORE + " limit 5")):
    mutate(f"a view's {label}", f"CREATE OR REPLACE VIEW vips AS {query}", VIPS_BACK,
           changed("view vips", "definition", VIEW_BEFORE, after))
mutate("a text in a view", "CREATE OR REPLACE VIEW extra AS SELECT '😀' AS a", "DROP VIEW extra",
       unexpected("view extra"))
mutate("a view's security", VIPS_BACK.replace("SECURITY DEFINER", "SECURITY INVOKER"), VIPS_BACK,
       changed("view vips", "security", "none", "invoker"))
for algorithm in ("MERGE", "TEMPTABLE"):
    mutate(f"a view's algorithm {algorithm}", VIPS_BACK.replace("UNDEFINED", algorithm), VIPS_BACK,
           changed("view vips", "algorithm", "none", algorithm.lower()))
mutate("a view's definer", VIPS_BACK.replace("SQL SEC", "DEFINER = app@'%' SQL SEC"), VIPS_BACK,
       changed("view vips", "definer", "root@localhost", "app@%"))
for check in ("LOCAL", "CASCADED"):
    mutate(f"a view's check option {check}", f"{VIPS_BACK} WITH {check} CHECK OPTION", VIPS_BACK,
           changed("view vips", "check option", "none", check.lower()))
CHECKED = "CREATE OR REPLACE VIEW vips_checked AS SELECT id, name, vip FROM customers WHERE vip = 1"
mutate("another check option", f"{CHECKED} WITH CASCADED CHECK OPTION", f"{CHECKED} WITH LOCAL CHECK OPTION",
       changed("view vips_checked", "check option", "local", "cascaded"))
mutate("no check option", CHECKED, f"{CHECKED} WITH LOCAL CHECK OPTION",
       changed("view vips_checked", "check option", "local", "none"))
DUALITY = "JSON DUALITY VIEW duals AS SELECT JSON_DUALITY_OBJECT('_id': id, 'c': customer_id) FROM orders"
mutate("a duality view", f"CREATE {DUALITY}", "DROP VIEW duals", unexpected("view duals"), "mysql 9.4")
mutate("a materialized view", f"CREATE MATERIALIZED VIEW vips_kept AS {VIPS}", "DROP VIEW vips_kept",
       unexpected("view vips_kept"),
       "mysql 9.7")
mutate("a view made by a session of another character set", "SET NAMES latin1 COLLATE latin1_german1_ci; " +
       VIPS_BACK, VIPS_BACK,
       changed("view vips", "client charset", "utf8mb4", "latin1") +
       changed("view vips", "connection collation", "utf8mb4_general_ci", "latin1_german1_ci"), "mysql")

# --- routines ----------------------------------------------------------------------------------

TAX = "CREATE FUNCTION tax(amount DECIMAL(10,2)) RETURNS DECIMAL(10,2) DETERMINISTIC RETURN amount * 0.19"
SAME = "CREATE PROCEDURE same_name() SELECT 1"
mutate("a procedure", "CREATE PROCEDURE extra() SELECT 1", "DROP PROCEDURE extra", unexpected("procedure extra"))
mutate("a function", "CREATE FUNCTION extra() RETURNS INT NO SQL RETURN 1", "DROP FUNCTION extra",
       unexpected("function extra"))
mutate("no procedure", "DROP PROCEDURE same_name", SAME, missing("procedure same_name"))
mutate("no function", "DROP FUNCTION tax", TAX, missing("function tax"))


def routine(name: str, kind: str, sql: str, back: str, told: str, needs: str = "") -> None:
    which = back.split("(")[0].split()[-1]
    mutate(name, f"DROP {kind} {which}; {sql}", f"DROP {kind} {which}; {back}", told, needs)


routine("a function's body", "FUNCTION", TAX.replace("0.19", "0.20"), TAX,
        changed("function tax", "body", "RETURN amount * 0.19", "RETURN amount * 0.20"))
routine("the case in a body", "FUNCTION", TAX.replace("RETURN amount", "RETURN AMOUNT"), TAX,
        changed("function tax", "body", "RETURN amount * 0.19", "RETURN AMOUNT * 0.19"))
routine("a comment in a body", "FUNCTION", TAX + " /* new */", TAX,
        changed("function tax", "body", "RETURN amount * 0.19", "RETURN amount * 0.19 /* new */"), "mysql")
routine("a function's parameter", "FUNCTION", TAX.replace("(amount DECIMAL(10,2))", "(amount DECIMAL(12,2))"), TAX,
        changed("function tax", "parameters", "amount DECIMAL(10,2)", "amount DECIMAL(12,2)"))
routine("a parameter more", "FUNCTION", TAX.replace("(amount DECIMAL(10,2))",
                                                    "(amount DECIMAL(10,2), x ENUM('a)','b'))"), TAX,
        changed("function tax", "parameters", "amount DECIMAL(10,2)", "amount DECIMAL(10,2), x ENUM('a)','b')"))
routine("what a function returns", "FUNCTION", TAX.replace("RETURNS DECIMAL(10,2)", "RETURNS DOUBLE"), TAX,
        changed("function tax", "returns", "decimal(10,2)", "double"))
routine("not deterministic", "FUNCTION", TAX.replace("DETERMINISTIC", "NOT DETERMINISTIC READS SQL DATA"), TAX,
        changed("function tax", "data access", "none", "reads sql data") +
        changed("function tax", "deterministic", "yes", "none"))
for access in ("NO SQL", "READS SQL DATA", "MODIFIES SQL DATA"):
    mutate(f"a procedure, {access}", f"ALTER PROCEDURE same_name {access}", "ALTER PROCEDURE same_name CONTAINS SQL",
           changed("procedure same_name", "data access", "none", access.lower()))
mutate("a procedure's security", "ALTER PROCEDURE same_name SQL SECURITY INVOKER",
       "ALTER PROCEDURE same_name SQL SECURITY DEFINER", changed("procedure same_name", "security", "none", "invoker"))
mutate("a procedure's comment", "ALTER PROCEDURE same_name COMMENT 'it''s'", f"DROP PROCEDURE same_name; {SAME}",
       changed("procedure same_name", "comment", "none", "it's"))
mutate("another procedure's comment", "ALTER PROCEDURE add_order COMMENT 'another'",
       "ALTER PROCEDURE add_order COMMENT 'makes one'",
       changed("procedure add_order", "comment", "makes one", "another"))
routine("a procedure's definer", "PROCEDURE", SAME.replace("CREATE", "CREATE DEFINER = app@'%'"), SAME,
        changed("procedure same_name", "definer", "root@localhost", "app@%"))
routine("a procedure's parameters", "PROCEDURE", SAME.replace("()", "(INOUT a INT, b TEXT)"), SAME,
        changed("procedure same_name", "parameters", "none", "INOUT a INT, b TEXT"))
mutate("a procedure's sql_mode", f"SET sql_mode = 'ANSI_QUOTES'; DROP PROCEDURE same_name; {SAME}",
       f"DROP PROCEDURE same_name; {SAME}",
       changed("procedure same_name", "sql mode", "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
               "NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION", "ANSI_QUOTES"), "mariadb")
mutate("a procedure's sql_mode", f"SET sql_mode = 'ANSI_QUOTES'; DROP PROCEDURE same_name; {SAME}",
       f"DROP PROCEDURE same_name; {SAME}",
       changed("procedure same_name", "sql mode", "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
               "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION", "ANSI_QUOTES"), "mysql")
mutate("a procedure of a session with another character set",
       f"SET NAMES latin1 COLLATE latin1_german1_ci; DROP PROCEDURE same_name; {SAME}",
       f"DROP PROCEDURE same_name; {SAME}",
       changed("procedure same_name", "client charset", "utf8mb4", "latin1") +
       changed("procedure same_name", "connection collation", "utf8mb4_general_ci", "latin1_german1_ci"), "mysql")
LONG = COMMON[[sql.startswith("CREATE PROCEDURE long_one") for sql in COMMON].index(True)]
routine("a line in a body", "PROCEDURE", LONG.replace("'done'", "'finished'"), LONG,
        lines("procedure long_one", "body"))
routine("a comment within a body", "PROCEDURE", LONG.replace("or not", "or so"), LONG,
        lines("procedure long_one", "body"))
routine("the indentation of a body", "PROCEDURE", LONG.replace("    SET", "  SET"), LONG,
        lines("procedure long_one", "body"))
LABEL = COMMON[[sql.startswith("CREATE FUNCTION label") for sql in COMMON].index(True)]
routine("a character beyond the BMP in a body", "FUNCTION", LABEL.replace("😀", "😁"), LABEL,
        changed("function label", "body", "RETURN CONCAT(a, '😀')", "RETURN CONCAT(a, '😁')"))
routine("the character set that a function returns", "FUNCTION", LABEL.replace("latin1", "ascii"), LABEL,
        changed("function label", "returns", "varchar(20) CHARSET latin1", "varchar(20) CHARSET ascii"), "mysql")
routine("the character set that a function returns", "FUNCTION", LABEL.replace("latin1", "ascii"), LABEL,
        changed("function label", "returns", "varchar(20) CHARSET latin1 COLLATE latin1_swedish_ci",
                "varchar(20) CHARSET ascii COLLATE ascii_general_ci"), "mariadb")
mutate("an aggregate function",
       "CREATE AGGREGATE FUNCTION agg(x INT) RETURNS INT BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND "
       "RETURN 1; LOOP FETCH GROUP NEXT ROW; END LOOP; END", "DROP FUNCTION agg", unexpected("function agg"), "mariadb")
BODY = "CREATE OR REPLACE PACKAGE BODY tools AS PROCEDURE greet(a INT) AS BEGIN SELECT 'hi'; END; END"
mutate("a package's body", "SET sql_mode = ORACLE; " + BODY.replace("hi", "ho"), "SET sql_mode = ORACLE; " + BODY,
       changed("package body tools", "body", "AS PROCEDURE greet(a INT) AS BEGIN SELECT 'hi'; END; END",
               "AS PROCEDURE greet(a INT) AS BEGIN SELECT 'ho'; END; END"), "mariadb")
mutate("no package's body", "SET sql_mode = ORACLE; DROP PACKAGE BODY tools", "SET sql_mode = ORACLE; " + BODY,
       missing("package body tools"), "mariadb")
mutate("a package", "SET sql_mode = ORACLE; CREATE PACKAGE more AS PROCEDURE a(); END",
       "SET sql_mode = ORACLE; DROP PACKAGE more", unexpected("package more"), "mariadb")
mutate("a package's comment",
       "SET sql_mode = ORACLE; CREATE OR REPLACE PACKAGE tools COMMENT 'x' AS PROCEDURE greet(a INT); END; " +
       BODY,
       "SET sql_mode = ORACLE; CREATE OR REPLACE PACKAGE tools COMMENT 'of the shop' AS PROCEDURE greet(a INT); END; " + BODY,
       changed("package tools", "comment", "of the shop", "x"), "mariadb")
mutate("a library", "CREATE LIBRARY lib LANGUAGE JAVASCRIPT AS 'export function f() { return 1 }'", "DROP LIBRARY lib",
       unexpected("library lib"), "mysql 9.2")

# --- triggers ----------------------------------------------------------------------------------

SECOND = "CREATE TRIGGER a_second BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = 'new'"
FIRST = "CREATE TRIGGER orders_bi BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = COALESCE(NEW.total, 0)"
AFTER = "CREATE TRIGGER orders_ad AFTER DELETE ON orders FOR EACH ROW BEGIN SET @gone = OLD.id; SET @x = '😀'; END"
mutate("a trigger", "CREATE TRIGGER extra AFTER UPDATE ON orders FOR EACH ROW SET @x = 1", "DROP TRIGGER extra",
       unexpected("trigger orders.extra"))
mutate("a trigger between two",
       "CREATE TRIGGER extra BEFORE INSERT ON orders FOR EACH ROW FOLLOWS orders_bi SET @x = 1",
       "DROP TRIGGER extra", unexpected("trigger orders.extra"))
mutate("a trigger before two",
       "CREATE TRIGGER extra BEFORE INSERT ON orders FOR EACH ROW PRECEDES orders_bi SET @x = 1",
       "DROP TRIGGER extra", unexpected("trigger orders.extra"))
mutate("the first trigger less", "DROP TRIGGER orders_bi",
       FIRST.replace("EACH ROW", "EACH ROW PRECEDES a_second"), missing("trigger orders.orders_bi"))
mutate("no trigger", "DROP TRIGGER orders_ad", AFTER, missing("trigger orders.orders_ad"))
mutate("a trigger's body", "DROP TRIGGER a_second; " + SECOND.replace("'new'", "'old'"), "DROP TRIGGER a_second; " +
       SECOND,
       changed("trigger orders.a_second", "body", "SET NEW.state = 'new'", "SET NEW.state = 'old'"))
mutate("a character beyond the BMP in a trigger", "DROP TRIGGER orders_ad; " + AFTER.replace("😀", "😁"),
       "DROP TRIGGER orders_ad; " + AFTER,
       changed("trigger orders.orders_ad", "body", "BEGIN SET @gone = OLD.id; SET @x = '😀'; END",
               "BEGIN SET @gone = OLD.id; SET @x = '😁'; END"))
mutate("a trigger's time", "DROP TRIGGER orders_ad; " + AFTER.replace("AFTER", "BEFORE"), "DROP TRIGGER orders_ad; " +
       AFTER,
       changed("trigger orders.orders_ad", "fires", "after delete", "before delete"))
mutate("a trigger's event", "DROP TRIGGER orders_ad; " + AFTER.replace("DELETE", "UPDATE"),
       "DROP TRIGGER orders_ad; " + AFTER,
       changed("trigger orders.orders_ad", "fires", "after delete", "after update"))
mutate("a trigger of another table", "DROP TRIGGER orders_ad; " +
       AFTER.replace("ON orders", "ON products").replace("OLD.id", "OLD.shop"),
       "DROP TRIGGER IF EXISTS orders_ad; " + AFTER,
       missing("trigger orders.orders_ad") + unexpected("trigger products.orders_ad"))
mutate("a trigger of another name", "DROP TRIGGER orders_ad; " + AFTER.replace("orders_ad", "orders_gone"),
       "DROP TRIGGER orders_gone; " + AFTER,
       missing("trigger orders.orders_ad") + unexpected("trigger orders.orders_gone"))
mutate("a trigger's definer", "DROP TRIGGER orders_ad; " + AFTER.replace("CREATE", "CREATE DEFINER = app@'%'"),
       "DROP TRIGGER orders_ad; " + AFTER, changed("trigger orders.orders_ad", "definer", "root@localhost", "app@%"))
mutate("a trigger's sql_mode", "SET sql_mode = ''; DROP TRIGGER orders_ad; " + AFTER, "DROP TRIGGER orders_ad; " +
       AFTER,
       changed("trigger orders.orders_ad", "sql mode", "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
               "NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION", '""'), "mariadb")
mutate("the order of triggers", "DROP TRIGGER a_second; " + SECOND.replace("EACH ROW", "EACH ROW PRECEDES orders_bi"),
       "DROP TRIGGER a_second; " + SECOND,
       changed("table orders", "trigger order", "orders_bi, a_second", "a_second, orders_bi"))

# --- events ------------------------------------------------------------------------------------

NIGHTLY = "ALTER EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 03:00:00' ENDS '2036-01-01 03:00:00'"
mutate("an event", "CREATE EVENT extra ON SCHEDULE EVERY 1 DAY DO SELECT 1", "DROP EVENT extra",
       unexpected("event extra"))
mutate("no event", "DROP EVENT hourly", "CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR DISABLE DO DELETE FROM cache",
       missing("event hourly"))
mutate("an event of another name", "ALTER EVENT nightly RENAME TO daily", "ALTER EVENT daily RENAME TO nightly",
       missing("event nightly") + unexpected("event daily"))
mutate("an event disabled", "ALTER EVENT nightly DISABLE", "ALTER EVENT nightly ENABLE",
       changed("event nightly", "status", "none", "disabled"))
mutate("an event enabled", "ALTER EVENT once ENABLE", "ALTER EVENT once DISABLE",
       changed("event once", "status", "disabled", "none"))
mutate("an event disabled on a replica", "ALTER EVENT nightly DISABLE ON SLAVE", "ALTER EVENT nightly ENABLE",
       changed("event nightly", "status", "none", "disabled on replica"))
mutate("an event's interval", NIGHTLY.replace("1 DAY", "2 DAY"), NIGHTLY,
       changed("event nightly", "every", "1 day", "2 day"))
mutate("an event's unit", NIGHTLY.replace("1 DAY", "1 WEEK"), NIGHTLY,
       changed("event nightly", "every", "1 day", "1 week"))
mutate("an event's interval of two units", NIGHTLY.replace("1 DAY", "'1:30' HOUR_MINUTE"), NIGHTLY,
       changed("event nightly", "every", "1 day", "'1:30' hour_minute"))
mutate("an event's start", NIGHTLY.replace("2035-01-01 03", "2035-01-01 04"), NIGHTLY,
       changed("event nightly", "starts", "2035-01-01 03:00:00", "2035-01-01 04:00:00"))
mutate("an event's end", NIGHTLY.replace("2036", "2037"), NIGHTLY,
       changed("event nightly", "ends", "2036-01-01 03:00:00", "2037-01-01 03:00:00"))
MADE = COMMON[[sql.startswith("CREATE EVENT nightly") for sql in COMMON].index(True)]
mutate("no event's end", "DROP EVENT nightly; " + MADE.replace("ENDS '2036-01-01 03:00:00'", ""),
       f"DROP EVENT nightly; {MADE}",
       changed("event nightly", "ends", "2036-01-01 03:00:00", "none"))
mutate("an event's moment", "ALTER EVENT once ON SCHEDULE AT '2035-05-05 05:05:06'",
       "ALTER EVENT once ON SCHEDULE AT '2035-05-05 05:05:05'",
       changed("event once", "at", "2035-05-05 05:05:05", "2035-05-05 05:05:06"))
mutate("an event that stays", "ALTER EVENT nightly ON COMPLETION PRESERVE",
       "ALTER EVENT nightly ON COMPLETION NOT PRESERVE",
       changed("event nightly", "on completion", "none", "preserve"))
mutate("an event that goes", "ALTER EVENT once ON COMPLETION NOT PRESERVE", "ALTER EVENT once ON COMPLETION PRESERVE",
       changed("event once", "on completion", "preserve", "none"))
mutate("an event's comment", "ALTER EVENT nightly COMMENT 'it''s'", "ALTER EVENT nightly COMMENT 'cleans'",
       changed("event nightly", "comment", "cleans", "it's"))
mutate("an event's body", "ALTER EVENT nightly DO DELETE FROM logs WHERE id = 1",
       "ALTER EVENT nightly DO DELETE FROM logs",
       changed("event nightly", "body", "DELETE FROM logs", "DELETE FROM logs WHERE id = 1"))
mutate("an event's definer", "ALTER DEFINER = app@'%' EVENT nightly COMMENT 'cleans'",
       "ALTER EVENT nightly COMMENT 'cleans'", changed("event nightly", "definer", "root@localhost", "app@%"))
mutate("an event's time zone", "SET time_zone = '+02:00'; " +
       NIGHTLY.replace("01-01 03", "01-01 03"), NIGHTLY,
       changed("event nightly", "time zone", "+00:00", "+02:00"))

# --- sequences ---------------------------------------------------------------------------------

for sql, attribute, before, after, back in (
        ("INCREMENT 3", "increment", "2", "3", "INCREMENT 2"),
        ("MAXVALUE 2000", "maximum", "1000", "2000", "MAXVALUE 1000"),
        ("MINVALUE 0", "minimum", "1", "0", "MINVALUE 1"), ("CACHE 20", "cache", "10", "20", "CACHE 10"),
        ("NOCACHE", "cache", "10", "0", "CACHE 10"), ("CYCLE", "cycle", "none", "yes", "NOCYCLE"),
        ("START 7", "start", "5", "7", "START 5")):
    mutate(f"a sequence, {sql}", f"ALTER SEQUENCE order_no {sql}", f"ALTER SEQUENCE order_no {back}",
           changed("sequence order_no", attribute, before, after), "mariadb")
mutate("a sequence", "CREATE SEQUENCE extra", "DROP SEQUENCE extra", unexpected("sequence extra"), "mariadb")
mutate("a falling sequence", "CREATE SEQUENCE extra INCREMENT -1", "DROP SEQUENCE extra",
       unexpected("sequence extra"), "mariadb")
mutate("a sequence's engine", "ALTER TABLE order_no ENGINE = MyISAM", "ALTER TABLE order_no ENGINE = InnoDB",
       changed("sequence order_no", "engine", "InnoDB", "MyISAM"), "mariadb")
mutate("a sequence's type", "ALTER SEQUENCE order_no AS INT", "ALTER SEQUENCE order_no AS BIGINT",
       changed("sequence order_no", "type", "none", "int"), "mariadb 11.5")

# --- the database ------------------------------------------------------------------------------

for family, general in (("mariadb", "utf8mb4_general_ci"), ("mysql", "utf8mb4_0900_ai_ci")):
    mutate("the database's collation", "ALTER DATABASE shop COLLATE utf8mb4_bin",
           f"ALTER DATABASE shop COLLATE {general}",
           changed("database default", "collation", general, "utf8mb4_bin"), family)
    mutate("the database's character set", "ALTER DATABASE shop CHARACTER SET latin1",
           f"ALTER DATABASE shop CHARACTER SET utf8mb4 COLLATE {general}",
           changed("database default", "collation", general, "latin1_swedish_ci"), family)
mutate("the database's comment", "ALTER DATABASE shop COMMENT = 'it''s'", "ALTER DATABASE shop COMMENT = ''",
       changed("database default", "comment", "none", "it's"), "mariadb 10.5")
mutate("the database's encryption", "ALTER DATABASE shop ENCRYPTION = 'Y'", "ALTER DATABASE shop ENCRYPTION = 'N'",
       changed("database default", "encryption", "none", "yes"), "mysql")
mutate("the database to be read only", "ALTER DATABASE shop READ ONLY = 1", "ALTER DATABASE shop READ ONLY = 0",
       changed("database default", "read only", "none", "yes"), "mysql")

# --- grants ------------------------------------------------------------------------------------

for name, sql, undo, told in (
        ("on the database", "GRANT SELECT ON shop.* TO other@localhost", "REVOKE SELECT ON shop.* FROM other@localhost",
         unexpected("grant default.other@localhost")),
        ("on the database, one privilege more", "GRANT DELETE ON shop.* TO app@'%'",
         "REVOKE DELETE ON shop.* FROM app@'%'",
         changed("grant default.app@%", "privileges", "insert, select", "delete, insert, select")),
        ("on the database, one less", "REVOKE INSERT ON shop.* FROM app@'%'", "GRANT INSERT ON shop.* TO app@'%'",
         changed("grant default.app@%", "privileges", "insert, select", "select")),
        ("on the database, none", "REVOKE ALL PRIVILEGES ON shop.* FROM app@'%'",
         "GRANT SELECT, INSERT ON shop.* TO app@'%'",
         missing("grant default.app@%")),
        ("on the database, to be handed on", "GRANT SELECT ON shop.* TO app@'%' WITH GRANT OPTION",
         "REVOKE GRANT OPTION ON shop.* FROM app@'%'",
         changed("grant default.app@%", "privileges", "insert, select", "insert*, select*")),
        ("on databases of a pattern", "GRANT SELECT ON `sho%`.* TO other@localhost",
         "REVOKE SELECT ON `sho%`.* FROM other@localhost", unexpected("grant default.other@localhost on sho%")),
        ("on temporary tables", "GRANT CREATE TEMPORARY TABLES ON shop.* TO app@'%'",
         "REVOKE CREATE TEMPORARY TABLES ON shop.* FROM app@'%'",
         changed("grant default.app@%", "privileges", "insert, select", "create temporary tables, insert, select")),
        ("on a table", "GRANT DELETE ON shop.products TO other@localhost",
         "REVOKE DELETE ON shop.products FROM other@localhost", unexpected("grant products.other@localhost")),
        ("on a table, one privilege more", "GRANT DELETE ON shop.orders TO app@'%'",
         "REVOKE DELETE ON shop.orders FROM app@'%'",
         changed("grant orders.app@%", "privileges", "select, update", "delete, select, update")),
        ("on a table, none", "REVOKE SELECT, UPDATE ON shop.orders FROM app@'%'",
         "GRANT SELECT, UPDATE ON shop.orders TO app@'%'", missing("grant orders.app@%")),
        ("on a table, to be handed on", "GRANT SELECT ON shop.orders TO app@'%' WITH GRANT OPTION",
         "REVOKE GRANT OPTION ON shop.orders FROM app@'%'",
         changed("grant orders.app@%", "privileges", "select, update", "select*, update*")),
        ("on a view, not to be handed on", "REVOKE GRANT OPTION ON shop.vips FROM report@'10.1.%'",
         "GRANT SELECT ON shop.vips TO report@'10.1.%' WITH GRANT OPTION",
         changed("grant vips.report@10.1.%", "privileges", "select*", "select")),
        ("on a view", "GRANT SHOW VIEW ON shop.totals TO app@'%'", "REVOKE SHOW VIEW ON shop.totals FROM app@'%'",
         unexpected("grant totals.app@%")),
        ("on a column", "GRANT SELECT (email) ON shop.customers TO report@'10.1.%'",
         "REVOKE SELECT (email) ON shop.customers FROM report@'10.1.%'",
         unexpected("grant customers.report@10.1.% (email)")),
        ("on a column, one privilege less", "REVOKE UPDATE (name) ON shop.customers FROM report@'10.1.%'",
         "GRANT UPDATE (name) ON shop.customers TO report@'10.1.%'",
         changed("grant customers.report@10.1.% (name)", "privileges", "select, update", "select")),
        ("on a procedure", "GRANT EXECUTE ON PROCEDURE shop.same_name TO app@'%'",
         "REVOKE EXECUTE ON PROCEDURE shop.same_name FROM app@'%'", unexpected("grant same_name.app@%")),
        ("on a procedure, one privilege more", "GRANT ALTER ROUTINE ON PROCEDURE shop.add_order TO app@'%'",
         "REVOKE ALTER ROUTINE ON PROCEDURE shop.add_order FROM app@'%'",
         changed("grant add_order.app@%", "privileges", "execute", "alter routine, execute")),
        ("on a procedure, none", "REVOKE EXECUTE ON PROCEDURE shop.add_order FROM app@'%'",
         "GRANT EXECUTE ON PROCEDURE shop.add_order TO app@'%'", missing("grant add_order.app@%")),
        ("on a function", "GRANT EXECUTE ON FUNCTION shop.tax TO app@'%'",
         "REVOKE EXECUTE ON FUNCTION shop.tax FROM app@'%'",
         unexpected("grant tax.app@%"))):
    mutate(f"a grant {name}", sql, undo, told)
for family, role in (("mariadb", "readers"), ("mysql", "readers@%")):
    mutate("a role's grant", "GRANT INSERT ON shop.* TO readers", "REVOKE INSERT ON shop.* FROM readers",
           changed(f"grant default.{role}", "privileges", "select", "insert, select"), family)
mutate("a grant on a sequence", "GRANT SELECT ON shop.order_no TO app@'%'",
       "REVOKE SELECT ON shop.order_no FROM app@'%'",
       unexpected("grant order_no.app@%"), "mariadb")
mutate("a grant to everybody", "GRANT SELECT ON shop.products TO PUBLIC", "REVOKE SELECT ON shop.products FROM PUBLIC",
       unexpected("grant products.PUBLIC"), "mariadb 10.11")
mutate("an account that goes", "DROP USER other@localhost; GRANT DELETE ON shop.* TO app@'%'",
       "CREATE USER other@localhost; REVOKE DELETE ON shop.* FROM app@'%'",
       changed("grant default.app@%", "privileges", "insert, select", "delete, insert, select"))

# --- what is nobody's change -------------------------------------------------------------------


def silent(name: str, sql: str, needs: str = "") -> None:
    SILENCES.append(Silence(name, sql, needs))


silent("rows", "INSERT INTO products VALUES ('a', 1, 'b'), ('c', 2, 'd'); DELETE FROM products WHERE sku = 'c'; "
       "INSERT INTO logs VALUES (1, 'x'); INSERT INTO measures VALUES ('2024-05-05', 1)")
silent("a counter moved on", "ALTER TABLE customers AUTO_INCREMENT = 5000")
silent("a counter moved on by rows", "INSERT INTO customers (email, place) VALUES ('a', POINT(1, 1))")
silent("a counter moved back", "TRUNCATE TABLE orders; DELETE FROM customers; ALTER TABLE customers AUTO_INCREMENT = 1")
silent("statistics", "ANALYZE TABLE customers, orders, measures, logs")
silent("histograms", "ANALYZE TABLE customers UPDATE HISTOGRAM ON visits", "mysql")
silent("statistics of columns", "ANALYZE TABLE customers PERSISTENT FOR ALL", "mariadb")
silent("an optimized table", "OPTIMIZE TABLE customers, logs")
silent("a checked and repaired table", "CHECK TABLE logs; REPAIR TABLE logs")
silent("a rebuilt table", "ALTER TABLE customers ENGINE = InnoDB; ALTER TABLE orders FORCE")
silent("a truncated table", "TRUNCATE TABLE cache; TRUNCATE TABLE logs")
silent("a display width",
       "ALTER TABLE customers MODIFY visits INT(5) DEFAULT 0; ALTER TABLE orders MODIFY parent BIGINT(7)")
silent("restrict for no action",
       "ALTER TABLE orders DROP FOREIGN KEY fk_parent; ALTER TABLE orders ADD CONSTRAINT fk_parent "
       "FOREIGN KEY (parent) REFERENCES orders (id) ON DELETE RESTRICT ON UPDATE NO ACTION")
silent("an index by tree that says so",
       "ALTER TABLE customers DROP KEY ix_country, ADD KEY ix_country (country, born) USING BTREE")
silent("an index by hash in memory that says so", "ALTER TABLE cache DROP KEY ix_id, ADD KEY ix_id (id) USING HASH")
silent("an index made anew, behind the others",
       "ALTER TABLE customers DROP KEY ix_country; ALTER TABLE customers ADD KEY ix_country (country, born)")
silent("a foreign key made anew", "ALTER TABLE orders DROP FOREIGN KEY fk_customer; ALTER TABLE orders " + FK_BACK)
silent("a check made anew", CHECK_BACK)
silent("a column that comes and goes",
       "ALTER TABLE customers ADD extra INT AFTER name; ALTER TABLE customers DROP extra")
silent("the same default in other words",
       "ALTER TABLE customers ALTER visits SET DEFAULT 0; ALTER TABLE customers MODIFY seen "
       "DATETIME NULL DEFAULT '2024-01-01'")
silent("null that says so", "ALTER TABLE customers MODIFY born DATE NULL DEFAULT NULL")
silent("the same table made anew", "DROP TABLE empty_text; CREATE TABLE empty_text (a VARCHAR(9) NULL DEFAULT '', "
       "b VARCHAR(9) DEFAULT 'NULL', c INT DEFAULT NULL)")
silent("the same view made anew", "DROP VIEW nested; CREATE VIEW nested AS SELECT * FROM shop.totals")
silent("the same view in other words",
       "create or replace view vips as select shop.customers.id,\n   customers.name from "
       "shop.customers where (customers.vip = 1)")
silent("the same procedure made anew", f"DROP PROCEDURE same_name; {SAME};")
silent("the same trigger made anew",
       "DROP TRIGGER a_second; create /* again */ trigger a_second before insert on `orders` for each "
       "row follows orders_bi SET NEW.state = 'new';")
silent("the first trigger made anew in its place", "DROP TRIGGER orders_bi; " +
       FIRST.replace("EACH ROW", "EACH ROW PRECEDES a_second"))
silent("the same event made anew",
       "DROP EVENT hourly; CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR DISABLE DO DELETE FROM cache")
silent("an event's schedule said again", "ALTER EVENT hourly ON SCHEDULE EVERY 1 HOUR")
# A start at a full minute is taken for what somebody named.
silent("an event altered after it was given its schedule",
       "DO SLEEP(IF(SECOND(NOW()) >= 55, 7, 2.2)); ALTER EVENT hourly ON SCHEDULE EVERY 1 HOUR; DO SLEEP(2.2); "
       "ALTER EVENT hourly COMMENT 'x'; ALTER EVENT hourly COMMENT ''")
silent("a sequence moved on", "SELECT NEXTVAL(order_no), NEXTVAL(order_no); SELECT SETVAL(order_no, 99)", "mariadb")
silent("partitions that the server makes",
       "ALTER TABLE turned PARTITION BY SYSTEM_TIME INTERVAL 1 HOUR STARTS '2026-01-02 00:00:00' "
       "AUTO PARTITIONS 5", "mariadb 10.11")
silent("a sequence begun again", "ALTER SEQUENCE order_no RESTART 50", "mariadb")
silent("a temporary table", "CREATE TEMPORARY TABLE customers (x INT); CREATE TEMPORARY TABLE extra (y INT)")
silent("another database",
       "CREATE DATABASE shop2; CREATE TABLE shop2.customers (x INT); CREATE PROCEDURE shop2.p() SELECT 1; "
       "CREATE DATABASE SHOP; CREATE TABLE SHOP.a (a INT); CREATE FUNCTION SHOP.f() RETURNS INT NO SQL RETURN 1; "
       "CREATE TABLE SHOP.t (a INT); CREATE TRIGGER SHOP.tr BEFORE INSERT ON SHOP.t FOR EACH ROW SET @a = 1")
silent("grants elsewhere", "GRANT SELECT ON shop2.* TO app@'%'; GRANT SELECT ON *.* TO other@localhost; "
       "GRANT SELECT ON shop2.customers TO app@'%'")
silent("a grant said again",
       "GRANT SELECT ON shop.* TO app@'%'; GRANT SELECT (id) ON shop.customers TO report@'10.1.%'")
silent("a grant that was taken back", "GRANT DELETE ON shop.* TO app@'%'; REVOKE DELETE ON shop.* FROM app@'%'; "
       "GRANT ALL ON shop.cache TO app@'%'; REVOKE ALL ON shop.cache FROM app@'%'")
silent("a password and comments of accounts",
       "ALTER USER app@'%' IDENTIFIED BY 'a new one, 9Z'; ALTER USER app@'%' ACCOUNT LOCK")
silent("settings that change the printing",
       "SET GLOBAL sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'; SET GLOBAL time_zone = '+05:00'; "
       "SET GLOBAL sql_quote_show_create = OFF; SET GLOBAL sql_select_limit = 1")
silent("settings of MariaDB's that leave things out", "SET GLOBAL sql_mode = 'ORACLE,NO_TABLE_OPTIONS,NO_KEY_OPTIONS,"
       "NO_FIELD_OPTIONS'", "mariadb")
silent("character sets of the server",
       "SET GLOBAL sql_mode = DEFAULT; SET GLOBAL character_set_server = latin1; SET GLOBAL collation_connection = "
       "latin1_german1_ci")
silent("the server restarted", "@restart")
silent("all dumped and loaded again", "@reload")
silent("all under another name", "@elsewhere")
