# SPDX-License-Identifier: MIT
"""Changes to a PostgreSQL database, each of one attribute of one thing where that can be."""

from mutation import Mutation, Silence
from pg_bench import SCHEMA, PostgresBench

# What a group of changes needs is added beside it.
SETUP = SCHEMA
SETUP += "CREATE TEXT SEARCH DICTIONARY app.stems (TEMPLATE = snowball, language = english, stopwords = english);\n"

# --- how mutations are written down -----------------------------------------------------------

MUTATIONS = []


def missing(subject: str) -> str:
    return f"missing    {subject}"


def unexpected(subject: str) -> str:
    return f"unexpected {subject}"


def changed(subject: str, attribute: str, before: str | None, after: str | None) -> str:
    if "\n" in (before or "") + (after or ""):
        return f"changed    {subject}: {attribute}:"
    value = [("none" if v is None else v or '""') for v in (before, after)]
    return f"changed    {subject}: {attribute}: {value[0]} → {value[1]}"


def one(sql: str, undo: str, *told: str, needs: str = "") -> None:
    name = " ".join(told[0].split()) if told else sql
    MUTATIONS.append(Mutation(f"{name} by {' '.join(sql.split())[-60:]}", sql, undo, "\n".join(told), needs))


def values(subject: str, attribute: str, home: tuple, *others: tuple, needs: str = "") -> None:
    """Each pair is what sets a value and the value; `home` is what the schema has."""
    for sql, value in others:
        one(sql, home[0], changed(subject, attribute, home[1], value), needs=needs)


def each(subject: str, template: str, attribute: str, home: tuple, *others: tuple, needs: str = "") -> None:
    """The same where one statement sets them all: pairs of what is put into it and the value."""
    values(subject, attribute, (template.format(home[0]), home[1]),
           *((template.format(text), value) for text, value in others), needs=needs)


# --- words of the server within what people name ---------------------------------------------------

SETUP += """
CREATE TABLE app.worded (a integer);
CREATE TRIGGER by_words BEFORE INSERT ON app.worded FOR EACH ROW EXECUTE FUNCTION app.touch('p EXECUTE FUNCTION q', 'r');
"""
one("DROP TRIGGER by_words ON app.worded; CREATE TRIGGER by_words BEFORE INSERT ON app.worded "
    "FOR EACH ROW EXECUTE FUNCTION app.touch('z EXECUTE FUNCTION q', 'r')",
    "DROP TRIGGER by_words ON app.worded; CREATE TRIGGER by_words BEFORE INSERT ON app.worded "
    "FOR EACH ROW EXECUTE FUNCTION app.touch('p EXECUTE FUNCTION q', 'r')",
    changed("trigger app.worded.by_words", "function", "app.touch('p EXECUTE FUNCTION q', 'r')",
            "app.touch('z EXECUTE FUNCTION q', 'r')"))

# --- each kind of object: made, dropped, renamed, with a comment, with another owner ----------------

# What it is told as, its name, what SQL calls it, how it is made, and what else is to be done with it.
OBJECTS = (
    ("schema", "{}", "SCHEMA {}", "CREATE SCHEMA {}", "rco"),
    ("table", "app.{}", "TABLE app.{}", "CREATE TABLE app.{} (a integer)", "rco"),
    ("foreign table", "app.{}", "FOREIGN TABLE app.{}", "CREATE FOREIGN TABLE app.{} (a integer) SERVER far", "rco"),
    ("view", "app.{}", "VIEW app.{}", "CREATE VIEW app.{} AS SELECT 1 AS a", "rco"),
    ("materialized view", "app.{}", "MATERIALIZED VIEW app.{}", "CREATE MATERIALIZED VIEW app.{} AS SELECT 1 AS a", "rco"),
    ("sequence", "app.{}", "SEQUENCE app.{}", "CREATE SEQUENCE app.{}", "rco"),
    ("function", "app.{}(integer, text[])", "FUNCTION app.{}(integer, text[])",
     "CREATE FUNCTION app.{}(integer, text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "rco"),
    ("function", "app.{}(integer)", "FUNCTION app.{}(integer)",
     "CREATE FUNCTION app.{}(a integer, OUT b text) RETURNS SETOF text LANGUAGE sql AS 'SELECT 1::text'", "rco"),
    ("procedure", "app.{}(integer)", "PROCEDURE app.{}(integer)",
     "CREATE PROCEDURE app.{}(integer) LANGUAGE sql AS 'SELECT 1'", "rco"),
    ("aggregate", "app.{}(integer)", "AGGREGATE app.{}(integer)",
     "CREATE AGGREGATE app.{}(integer) (SFUNC = int4pl, STYPE = integer)", "rco"),
    ("window function", "app.{}()", "FUNCTION app.{}()",
     "CREATE FUNCTION app.{}() RETURNS bigint LANGUAGE internal WINDOW AS 'window_rank'", "rco"),
    ("type", "app.{}", "TYPE app.{}", "CREATE TYPE app.{} AS ENUM ('a')", "rco"),
    ("type", "app.{}", "TYPE app.{}", "CREATE TYPE app.{} AS (a integer)", "rco"),
    ("type", "app.{}", "TYPE app.{}", "CREATE TYPE app.{} AS RANGE (subtype = float4)", "rco"),
    ("type", "app.{}", "TYPE app.{}", "CREATE TYPE app.{}", "co"),
    ("domain", "app.{}", "DOMAIN app.{}", "CREATE DOMAIN app.{} AS integer", "rco"),
    ("collation", "app.{}", "COLLATION app.{}", "CREATE COLLATION app.{} (locale = 'C')", "rco"),
    ("conversion", "app.{}", "CONVERSION app.{}", "CREATE CONVERSION app.{} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "rco"),
    ("operator family", "app.{} using btree", "OPERATOR FAMILY app.{} USING btree", "CREATE OPERATOR FAMILY app.{} USING btree", "rco"),
    ("operator class", "app.{} using gist", "OPERATOR CLASS app.{} USING gist",
     "CREATE OPERATOR CLASS app.{} FOR TYPE integer USING gist FAMILY app.gist_fam AS STORAGE box", "rco"),
    ("statistics", "app.{}", "STATISTICS app.{}", "CREATE STATISTICS app.{} ON name, n FROM app.plain", "rco"),
    ("text search dictionary", "app.{}", "TEXT SEARCH DICTIONARY app.{}", "CREATE TEXT SEARCH DICTIONARY app.{} (TEMPLATE = simple)", "rco"),
    ("text search configuration", "app.{}", "TEXT SEARCH CONFIGURATION app.{}", "CREATE TEXT SEARCH CONFIGURATION app.{} (COPY = simple)", "rco"),
    ("text search parser", "app.{}", "TEXT SEARCH PARSER app.{}",
     "CREATE TEXT SEARCH PARSER app.{} (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)", "rc"),
    ("text search template", "app.{}", "TEXT SEARCH TEMPLATE app.{}", "CREATE TEXT SEARCH TEMPLATE app.{} (LEXIZE = dsimple_lexize)", "rc"),
    ("event trigger", "{}", "EVENT TRIGGER {}", "CREATE EVENT TRIGGER {} ON sql_drop EXECUTE FUNCTION app.on_ddl()", "rco"),
    ("publication", "{}", "PUBLICATION {}", "CREATE PUBLICATION {}", "rco"),
    ("subscription", "{}", "SUBSCRIPTION {}",
     "CREATE SUBSCRIPTION {} CONNECTION 'host=x' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)", "rco"),
    ("foreign data wrapper", "{}", "FOREIGN DATA WRAPPER {}", "CREATE FOREIGN DATA WRAPPER {}", "rco"),
    ("foreign server", "{}", "SERVER {}", "CREATE SERVER {} FOREIGN DATA WRAPPER wrapper", "rco"),
    ("language", "{}", "LANGUAGE {}", "CREATE LANGUAGE {} HANDLER plpgsql_call_handler", "rco"),
    ("access method", "{}", "ACCESS METHOD {}", "CREATE ACCESS METHOD {} TYPE TABLE HANDLER heap_tableam_handler", "c"),
)

SETUP += "CREATE OPERATOR FAMILY app.gist_fam USING gist;\n"
for number, (kind, name, address, create, more) in enumerate(OBJECTS):
    kept, fresh, renamed = f"kept_{number}", f"fresh_{number}", f"renamed_{number}"
    SETUP += create.format(kept) + ";\n"
    old, new = address.format(kept), address.format(fresh)
    subject = f"{kind} {name.format(kept)}"
    one(create.format(fresh), f"DROP {new}", unexpected(f"{kind} {name.format(fresh)}"))
    one(f"DROP {old}", create.format(kept), missing(subject))
    if "r" in more:
        one(f"ALTER {old} RENAME TO {renamed}", f"ALTER {address.format(renamed)} RENAME TO {kept}",
            missing(subject), unexpected(f"{kind} {name.format(renamed)}"))
    if "c" in more:
        one(f"COMMENT ON {old} IS 'new'", f"COMMENT ON {old} IS NULL", changed(subject, "comment", None, "new"))
    if "o" in more:
        one(f"ALTER {old} OWNER TO wally", f"ALTER {old} OWNER TO postgres",
            changed(subject, "owner", "postgres", "wally"))

# --- each kind of part: added, dropped, renamed, with a comment -----------------------------------

# What it is told as, of which object, how it is added and dropped, how SQL calls it, and how it is renamed.
PARTS = (
    ("column", "app.plain", "ALTER TABLE app.plain ADD {} text", "ALTER TABLE app.plain DROP {}", "COLUMN app.plain.{}", "ALTER TABLE app.plain RENAME {} TO {}"),
    ("constraint", "app.plain", "ALTER TABLE app.plain ADD CONSTRAINT {} UNIQUE (id)", "ALTER TABLE app.plain DROP CONSTRAINT {}", "CONSTRAINT {} ON app.plain", "ALTER TABLE app.plain RENAME CONSTRAINT {} TO {}"),
    ("constraint", "app.plain", "ALTER TABLE app.plain ADD CONSTRAINT {} CHECK (id > 0)", "ALTER TABLE app.plain DROP CONSTRAINT {}", "CONSTRAINT {} ON app.plain", "ALTER TABLE app.plain RENAME CONSTRAINT {} TO {}"),
    ("constraint", "app.plain", "ALTER TABLE app.plain ADD CONSTRAINT {} FOREIGN KEY (n) REFERENCES app.people", "ALTER TABLE app.plain DROP CONSTRAINT {}", "CONSTRAINT {} ON app.plain", "ALTER TABLE app.plain RENAME CONSTRAINT {} TO {}"),
    ("constraint", "app.plain", "ALTER TABLE app.plain ADD CONSTRAINT {} EXCLUDE (n WITH =)", "ALTER TABLE app.plain DROP CONSTRAINT {}", "CONSTRAINT {} ON app.plain", "ALTER TABLE app.plain RENAME CONSTRAINT {} TO {}"),
    ("index", "app.plain", "CREATE INDEX {} ON app.plain (n)", "DROP INDEX app.{}", "INDEX app.{}", "ALTER INDEX app.{} RENAME TO {}"),
    ("trigger", "app.plain", "CREATE TRIGGER {} AFTER DELETE ON app.plain EXECUTE FUNCTION app.touch()", "DROP TRIGGER {} ON app.plain", "TRIGGER {} ON app.plain", "ALTER TRIGGER {} ON app.plain RENAME TO {}"),
    ("rule", "app.plain", "CREATE RULE {} AS ON INSERT TO app.plain DO ALSO NOTIFY x", "DROP RULE {} ON app.plain", "RULE {} ON app.plain", "ALTER RULE {} ON app.plain RENAME TO {}"),
    ("policy", "app.plain", "CREATE POLICY {} ON app.plain USING (true)", "DROP POLICY {} ON app.plain", "POLICY {} ON app.plain", "ALTER POLICY {} ON app.plain RENAME TO {}"),
    ("constraint", "app.small", "ALTER DOMAIN app.small ADD CONSTRAINT {} CHECK (VALUE > 0)", "ALTER DOMAIN app.small DROP CONSTRAINT {}", "CONSTRAINT {} ON DOMAIN app.small", "ALTER DOMAIN app.small RENAME CONSTRAINT {} TO {}"),
)

for number, (kind, on, add, drop, address, rename) in enumerate(PARTS):
    kept, fresh, renamed = f"kept_part_{number}", f"fresh_part_{number}", f"renamed_part_{number}"
    SETUP += add.format(kept) + ";\n"
    subject = f"{kind} {on}.{kept}"
    one(add.format(fresh), drop.format(fresh), unexpected(f"{kind} {on}.{fresh}"))
    one(drop.format(kept), add.format(kept), missing(subject))
    one(rename.format(kept, renamed), rename.format(renamed, kept), missing(subject),
        unexpected(f"{kind} {on}.{renamed}"))
    one(f"COMMENT ON {address.format(kept)} IS 'new'", f"COMMENT ON {address.format(kept)} IS NULL",
        changed(subject, "comment", None, "new"))

one("ALTER TABLE app.scratch ADD CONSTRAINT scratch_pk PRIMARY KEY (id)",
    "ALTER TABLE app.scratch DROP CONSTRAINT scratch_pk, ALTER id DROP NOT NULL",
    changed("column app.scratch.id", "not null", None, "yes"), unexpected("constraint app.scratch.scratch_pk"))
one("ALTER TYPE app.address ADD ATTRIBUTE more text CASCADE", "ALTER TYPE app.address DROP ATTRIBUTE more CASCADE",
    unexpected("column app.of_type.more"), unexpected("field app.address.more"))

# --- tables ------------------------------------------------------------------------------------

each("table app.plain", "ALTER TABLE app.plain {}", "options", ("RESET (fillfactor, parallel_workers)", None),
    ("SET (fillfactor = 50)", "fillfactor=50"),
    ("SET (parallel_workers = 2, fillfactor = 50)", "fillfactor=50, parallel_workers=2"))
values("table app.rich", "options",
    ("ALTER TABLE app.rich SET (fillfactor = 70, autovacuum_enabled = false)", "autovacuum_enabled=false, fillfactor=70"),
    ("ALTER TABLE app.rich SET (fillfactor = 71)", "autovacuum_enabled=false, fillfactor=71"),
    ("ALTER TABLE app.rich RESET (fillfactor)", "autovacuum_enabled=false"),
    ("ALTER TABLE app.rich RESET (fillfactor, autovacuum_enabled)", None))
values("table app.rich", "toast options",
    ("ALTER TABLE app.rich SET (toast.autovacuum_enabled = false)", "autovacuum_enabled=false"),
    ("ALTER TABLE app.rich SET (toast.autovacuum_enabled = true)", "autovacuum_enabled=true"),
    ("ALTER TABLE app.rich RESET (toast.autovacuum_enabled)", None))
each("table app.plain", "ALTER TABLE app.plain {}", "replica identity", ("REPLICA IDENTITY DEFAULT", None),
     ("REPLICA IDENTITY FULL", "full"), ("REPLICA IDENTITY NOTHING", "nothing"))
each("table app.rich", "ALTER TABLE app.rich {}", "replica identity", ("REPLICA IDENTITY FULL", "full"),
    ("REPLICA IDENTITY DEFAULT", None), ("REPLICA IDENTITY NOTHING", "nothing"),
    ("REPLICA IDENTITY USING INDEX rich_pk", "index rich_pk"))
each("table app.rich", "ALTER TABLE app.rich {}", "clustered on", ("CLUSTER ON rich_uq", "rich_uq"),
     ("CLUSTER ON rich_pk", "rich_pk"), ("SET WITHOUT CLUSTER", None))
each("table app.people", "ALTER TABLE app.people {}", "clustered on", ("SET WITHOUT CLUSTER", None),
    ("CLUSTER ON people_pk", "people_pk"))
each("table app.rich", "ALTER TABLE app.rich {} ROW LEVEL SECURITY", "row security", ("ENABLE", "yes"),
    ("DISABLE", None))
each("table app.rich", "ALTER TABLE app.rich {} ROW LEVEL SECURITY", "forced row security", ("FORCE", "yes"),
    ("NO FORCE", None))
each("table app.plain", "ALTER TABLE app.plain {} ROW LEVEL SECURITY", "row security", ("DISABLE", None),
    ("ENABLE", "yes"))
each("table app.plain", "ALTER TABLE app.plain {} ROW LEVEL SECURITY", "forced row security", ("NO FORCE", None),
    ("FORCE", "yes"))
each("table app.aside", "ALTER TABLE app.aside SET {}", "unlogged", ("LOGGED", None), ("UNLOGGED", "yes"))
each("table app.scratch", "ALTER TABLE app.scratch SET {}", "unlogged", ("UNLOGGED", "yes"), ("LOGGED", None))
each("table app.plain", "ALTER TABLE app.plain SET ACCESS METHOD {}", "access method", ("heap", None),
    ("heap_too", "heap_too"), needs="15")
each("table app.people", "COMMENT ON TABLE app.people IS {}", "comment", ("'whoever buys'", "whoever buys"),
    ("'x'", "x"), ("NULL", None), ("E'a\\nb'", "a\nb"))
each("table app.people", "ALTER TABLE app.people OWNER TO {}", "owner", ("postgres", "postgres"), ("alice", "alice"),
    ('"Mr. X"', '"Mr. X"'))
one("ALTER TABLE app.numbered SET SCHEMA other", "ALTER TABLE other.numbered SET SCHEMA app",
    missing("table app.numbered"), unexpected("table other.numbered"))
one("ALTER TABLE app.aside SET SCHEMA \"Odd name\"", "ALTER TABLE \"Odd name\".aside SET SCHEMA app",
    unexpected('table "Odd name".aside'), missing("table app.aside"), unexpected('parent app.child."Odd name".aside'),
    missing("parent app.child.app.aside"))
one("ALTER TABLE app.of_type NOT OF", "ALTER TABLE app.of_type OF app.address",
    changed("table app.of_type", "of type", "app.address", None))
one("ALTER TABLE app.scratch RENAME TO \"Scratch\"", "ALTER TABLE app.\"Scratch\" RENAME TO scratch",
    unexpected('table app."Scratch"'), missing("table app.scratch"))
one("DROP TABLE app.serial", "CREATE TABLE app.serial (id serial)", missing("sequence app.serial_id_seq"),
    missing("table app.serial"))

# --- columns -----------------------------------------------------------------------------------

each("column app.plain.v", "ALTER TABLE app.plain ALTER v TYPE {}", "type", ("varchar(20)", "character varying(20)"),
     ("varchar(21)", "character varying(21)"), ("varchar", "character varying"), ("text", "text"))
each("column app.scratch.id", "ALTER TABLE app.scratch ALTER id TYPE {}", "type", ("integer", "integer"),
    ("bigint", "bigint"), ("numeric(5,2)", "numeric(5,2)"))
each("column app.plain.v", "ALTER TABLE app.plain ALTER v TYPE varchar(20){}", "collation", ("", None),
    (' COLLATE "C"', '"C"'), (" COLLATE app.plain", "app.plain"))
each("column app.numbered.label", "ALTER TABLE app.numbered ALTER label TYPE varchar(10){}", "collation",
    (' COLLATE "C"', '"C"'), ("", None), (' COLLATE "POSIX"', '"POSIX"'))
each("column app.plain.v", "ALTER TABLE app.plain ALTER v {} NOT NULL", "not null", ("DROP", None), ("SET", "yes"))
each("column app.rich.code", "ALTER TABLE app.rich ALTER code {} NOT NULL", "not null", ("SET", "yes"), ("DROP", None))
each("column app.plain.v", "ALTER TABLE app.plain ALTER v {}", "default", ("DROP DEFAULT", None),
    ("SET DEFAULT 'a'", "'a'::character varying"), ("SET DEFAULT current_user", "CURRENT_USER"),
    ("SET DEFAULT app.add(1)::text", "(app.add(1))::text"), ("SET DEFAULT NULL", "NULL::character varying"))
each("column app.rich.code", "ALTER TABLE app.rich ALTER code {}", "default",
    ("SET DEFAULT 'x'", "'x'::character varying"), ("SET DEFAULT 'y'", "'y'::character varying"),
    ("DROP DEFAULT", None))
each("column app.rich.price", "ALTER TABLE app.rich ALTER price SET DEFAULT {}", "default", ("0.1", "0.1"),
    ("0.10000000000000002", "0.10000000000000002"), ("0.2", "0.2"))
each("column app.rich.since", "ALTER TABLE app.rich ALTER since SET DEFAULT {}", "default",
    ("'2020-01-01 00:00:00+00'", "'2020-01-01 00:00:00+00'::timestamp with time zone"),
    ("'2020-01-01 00:00:00+01'", "'2019-12-31 23:00:00+00'::timestamp with time zone"), ("now()", "now()"))
each("column app.people.mood", "ALTER TABLE app.people ALTER mood SET DEFAULT {}", "default",
    ("'ok'", "'ok'::app.mood"), ("'sad'", "'sad'::app.mood"))
SETUP += "CREATE TABLE app.derived (total numeric, twice numeric GENERATED ALWAYS AS (total * 2) STORED);\n"
TWICE = "ALTER TABLE app.derived DROP twice, ADD twice numeric GENERATED ALWAYS AS ({}) {}"
values("column app.derived.twice", "generated",
    (TWICE.format("total * 2", "STORED"), "(total * (2)::numeric) stored"),
    ("ALTER TABLE app.derived ALTER twice DROP EXPRESSION", None),
    (TWICE.format("total * 3", "STORED"), "(total * (3)::numeric) stored"),
    (TWICE.format("total + abs(total)", "STORED"), "(total + abs(total)) stored"))
values("column app.derived.twice", "generated",
    (TWICE.format("total * 2", "STORED"), "(total * (2)::numeric) stored"),
    (TWICE.format("total * 2", "VIRTUAL"), "(total * (2)::numeric) virtual"), needs="18")
one("ALTER TABLE app.derived DROP twice, ADD twice numeric DEFAULT 2", TWICE.format("total * 2", "STORED"),
    changed("column app.derived.twice", "default", None, "2"),
    changed("column app.derived.twice", "generated", "(total * (2)::numeric) stored", None))
each("column app.people.id", "ALTER TABLE app.people ALTER id {}", "identity",
    ("SET GENERATED BY DEFAULT", "by default"), ("SET GENERATED ALWAYS", "always"))
one("ALTER TABLE app.people ALTER id DROP IDENTITY",
    "ALTER TABLE app.people ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
    changed("column app.people.id", "identity", "by default", None))
one(
    "ALTER TABLE app.people ALTER id DROP IDENTITY; CREATE SEQUENCE app.people_id_seq OWNED BY app.people.id; ALTER TABLE app.people ALTER id SET DEFAULT nextval('app.people_id_seq')",
    "ALTER TABLE app.people ALTER id DROP DEFAULT; DROP SEQUENCE app.people_id_seq; ALTER TABLE app.people ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
    unexpected("sequence app.people_id_seq"),
    changed("column app.people.id", "default", None, "nextval('app.people_id_seq'::regclass)"),
    changed("column app.people.id", "identity", "by default", None))
one("ALTER TABLE app.plain ALTER id SET NOT NULL, ALTER id ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE app.plain ALTER id DROP IDENTITY, ALTER id DROP NOT NULL",
    changed("column app.plain.id", "identity", None, "always"),
    changed("column app.plain.id", "not null", None, "yes"))
for attribute, text, other, value in (("start", "START 10", "START 11", "11"), ("increment", "INCREMENT 5", "INCREMENT 6", "6"),
                                      ("minimum", "MINVALUE 5", "MINVALUE 4", "4"), ("maximum", "MAXVALUE 1000", "MAXVALUE 999", "999"),
                                      ("cache", "CACHE 7", "CACHE 1", None), ("cycle", "CYCLE", "NO CYCLE", None)):
    before = text.split()[-1] if attribute != "cycle" else "yes"
    each("column app.rich.id", "ALTER TABLE app.rich ALTER id SET {}", f"identity {attribute}", (text, before),
        (other, value))
one("ALTER SEQUENCE app.rich_id_seq RENAME TO counter", "ALTER SEQUENCE app.counter RENAME TO rich_id_seq",
    changed("column app.rich.id", "identity sequence", None, "counter"))
one("ALTER SEQUENCE app.rich_id_seq AS integer", "ALTER SEQUENCE app.rich_id_seq AS bigint MAXVALUE 1000",
    changed("column app.rich.id", "identity type", None, "integer"))
one("REVOKE USAGE ON SEQUENCE app.rich_id_seq FROM postgres", "GRANT USAGE ON SEQUENCE app.rich_id_seq TO postgres",
    changed("column app.rich.id", "identity revoked from owner", None, "USAGE"))
one("ALTER SEQUENCE app.rich_id_seq SET UNLOGGED", "ALTER SEQUENCE app.rich_id_seq SET LOGGED",
    changed("column app.rich.id", "identity persistence", None, "unlogged"), needs="15")
one("COMMENT ON SEQUENCE app.rich_id_seq IS 'x'", "COMMENT ON SEQUENCE app.rich_id_seq IS NULL",
    changed("column app.rich.id", "identity comment", None, "x"))
one("GRANT USAGE ON SEQUENCE app.rich_id_seq TO bob", "REVOKE USAGE ON SEQUENCE app.rich_id_seq FROM bob",
    unexpected("grant app.rich.bob(sequence of id)"))
each("column app.plain.name", "ALTER TABLE app.plain ALTER name SET STORAGE {}", "storage", ("EXTENDED", None),
    ("PLAIN", "plain"), ("MAIN", "main"), ("EXTERNAL", "external"))
each("column app.rich.note", "ALTER TABLE app.rich ALTER note SET STORAGE {}", "storage", ("EXTERNAL", "external"),
    ("MAIN", "main"), ("EXTENDED", None))
each("column app.plain.name", "ALTER TABLE app.plain ALTER name SET COMPRESSION {}", "compression", ("DEFAULT", None),
    ("pglz", "pglz"), needs="14")
each("column app.plain.name", "ALTER TABLE app.plain ALTER name SET STATISTICS {}", "statistics", ("-1", None),
    ("0", "0"), ("500", "500"))
each("column app.rich.note", "ALTER TABLE app.rich ALTER note SET STATISTICS {}", "statistics", ("300", "300"),
    ("301", "301"), ("-1", None))
each("column app.plain.n", "ALTER TABLE app.plain ALTER n {}", "options",
    ("RESET (n_distinct, n_distinct_inherited)", None), ("SET (n_distinct = 9)", "n_distinct=9"),
    ("SET (n_distinct_inherited = 1, n_distinct = 9)", "n_distinct=9, n_distinct_inherited=1"))
each("column app.rich.total", "ALTER TABLE app.rich ALTER total {}", "options",
    ("SET (n_distinct = 5)", "n_distinct=5"), ("SET (n_distinct = 6)", "n_distinct=6"), ("RESET (n_distinct)", None))
each("column app.people.name", "COMMENT ON COLUMN app.people.name IS {}", "comment",
    ("'first and last'", "first and last"), ("'last'", "last"), ("NULL", None))
one("ALTER TABLE app.plain DROP v, DROP kept_part_0; ALTER TABLE app.plain ADD kept_part_0 text, ADD v varchar(20)",
    "ALTER TABLE app.plain DROP v, DROP kept_part_0; ALTER TABLE app.plain ADD v varchar(20), ADD kept_part_0 text",
    changed("table app.plain", "column order", "id, name, n, v, kept_part_0", "id, name, n, kept_part_0, v"))
one("ALTER TABLE app.\"Select \"\"it\"\" all\" RENAME \"from\" TO \"to\"",
    "ALTER TABLE app.\"Select \"\"it\"\" all\" RENAME \"to\" TO \"from\"",
    missing('column app."Select ""it"" all"."from"'), unexpected('column app."Select ""it"" all"."to"'))
one("ALTER TABLE app.\"Select \"\"it\"\" all\" ADD \"x.y\" integer",
    "ALTER TABLE app.\"Select \"\"it\"\" all\" DROP \"x.y\"", unexpected('column app."Select ""it"" all"."x.y"'))
one("ALTER TABLE app.plain ADD g integer GENERATED ALWAYS AS (n + 1) STORED", "ALTER TABLE app.plain DROP g",
    unexpected("column app.plain.g"))
one("ALTER TABLE app.scratch ADD x integer, ADD y integer", "ALTER TABLE app.scratch DROP x, DROP y",
    unexpected("column app.scratch.x"), unexpected("column app.scratch.y"))

# --- inheritance and partitions -------------------------------------------------------------------

CHILD = "DROP TABLE app.child; CREATE TABLE app.child (own text) INHERITS ({}); ALTER TABLE app.child ALTER kind SET DEFAULT 'c'"
one("ALTER TABLE app.child NO INHERIT app.aside", CHILD.format("app.base, app.aside"),
    unexpected("column app.child.extra"), missing("parent app.child.app.aside"))
one(CHILD.format("app.aside, app.base"), CHILD.format("app.base, app.aside"),
    changed("table app.child", "parent order", "app.base, app.aside", "app.aside, app.base"))
one("ALTER TABLE app.base ADD more text", "ALTER TABLE app.base DROP more", unexpected("column app.base.more"))
one("ALTER TABLE app.child ADD more text", "ALTER TABLE app.child DROP more", unexpected("column app.child.more"))
each("column app.base.kind", "ALTER TABLE ONLY app.base ALTER kind {}", "default", ("SET DEFAULT 'b'", "'b'::text"),
    ("SET DEFAULT 'd'", "'d'::text"), ("DROP DEFAULT", None))
each("column app.child.kind", "ALTER TABLE app.child ALTER kind {}", "default", ("SET DEFAULT 'c'", "'c'::text"),
    ("SET DEFAULT 'd'", "'d'::text"), ("DROP DEFAULT", "none"))
each("constraint app.base.base_id", "ALTER TABLE app.base DROP CONSTRAINT base_id, ADD CONSTRAINT base_id CHECK ({})",
    "check", ("id > 0", "(id > 0)"), ("id > 1", "(id > 1)"))
one("ALTER TABLE app.child ALTER id SET STATISTICS 5", "ALTER TABLE app.child ALTER id SET STATISTICS -1",
    unexpected("column app.child.id"))
one("COMMENT ON COLUMN app.child.id IS 'x'", "COMMENT ON COLUMN app.child.id IS NULL",
    unexpected("column app.child.id"))
each("column app.base.id", "COMMENT ON COLUMN app.base.id IS {}", "comment", ("NULL", None), ("'x'", "x"))
each("column app.sales.amount", "ALTER TABLE app.sales ALTER amount TYPE {}", "type", ("numeric", "numeric"),
    ("numeric(8,2)", "numeric(8,2)"))
each("column app.sales.amount", "ALTER TABLE app.sales ALTER amount SET DEFAULT {}", "default", ("0", "0"), ("1", "1"))
each("column app.sales.amount", "ALTER TABLE app.sales ALTER amount {} NOT NULL", "not null", ("DROP", None),
    ("SET", "yes"))
one("ALTER TABLE app.sales_1 ALTER amount SET DEFAULT 5", "ALTER TABLE app.sales_1 ALTER amount SET DEFAULT 0",
    unexpected("column app.sales_1.amount"))
one("ALTER TABLE app.sales_2_a ALTER amount DROP DEFAULT", "ALTER TABLE app.sales_2_a ALTER amount SET DEFAULT 0",
    unexpected("column app.sales_2_a.amount"))
one("ALTER TABLE app.sales ADD more text", "ALTER TABLE app.sales DROP more", unexpected("column app.sales.more"))
one("ALTER TABLE app.sales DROP buyer", "ALTER TABLE app.sales ADD buyer integer REFERENCES app.people",
    missing("column app.sales.buyer"), missing("constraint app.sales.sales_buyer_fkey"))
one("CREATE TABLE app.sales_3 PARTITION OF app.sales FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
    "DROP TABLE app.sales_3", unexpected("table app.sales_3"))
one("DROP TABLE app.sales_1",
    "CREATE TABLE app.sales_1 PARTITION OF app.sales FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    missing("table app.sales_1"))
one(
    "ALTER TABLE app.sales DETACH PARTITION app.sales_1; ALTER TABLE app.sales ATTACH PARTITION app.sales_1 FOR VALUES FROM ('2019-01-01') TO ('2021-01-01')",
    "ALTER TABLE app.sales DETACH PARTITION app.sales_1; ALTER TABLE app.sales ATTACH PARTITION app.sales_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    changed("table app.sales_1", "partition of", "app.sales FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')", "app.sales FOR VALUES FROM ('2019-01-01') TO ('2021-01-01')"))
one(
    "ALTER TABLE app.sales DETACH PARTITION app.sales_rest; ALTER TABLE app.sales ATTACH PARTITION app.sales_rest FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')",
    "ALTER TABLE app.sales DETACH PARTITION app.sales_rest; ALTER TABLE app.sales ATTACH PARTITION app.sales_rest DEFAULT",
    changed("table app.sales_rest", "partition of", "app.sales DEFAULT", "app.sales FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')"))
one("ALTER TABLE app.sales DETACH PARTITION app.sales_1",
    "ALTER TABLE app.sales ATTACH PARTITION app.sales_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    changed("table app.sales_1", "partition of", "app.sales FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')", None),
    *(unexpected(f"column app.sales_1.{name}") for name in ("amount", "buyer", "day", "id")),
    *(unexpected(f"constraint app.sales_1.{name}") for name in ("sales_1_pkey", "sales_amount", "sales_buyer_fkey")),
    unexpected("index app.sales_1.sales_1_amount_idx"))
one("DROP TABLE app.sales_1; CREATE TABLE app.sales_1 (day date NOT NULL, id integer NOT NULL, amount numeric DEFAULT 0, "
    "buyer integer, CONSTRAINT sales_amount CHECK (amount >= 0)); ALTER TABLE app.sales ATTACH PARTITION app.sales_1 "
    "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    "DROP TABLE app.sales_1; CREATE TABLE app.sales_1 PARTITION OF app.sales FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    changed("table app.sales_1", "columns as", None, "day, id"))
one("ALTER INDEX app.sales_1_amount_idx RENAME TO cheap", "ALTER INDEX app.cheap RENAME TO sales_1_amount_idx",
    unexpected("index app.sales_1.cheap"))
one("ALTER INDEX app.sales_1_pkey RENAME TO first", "ALTER INDEX app.first RENAME TO sales_1_pkey",
    unexpected("constraint app.sales_1.first"))
one("ALTER TABLE app.sales_1 RENAME CONSTRAINT sales_buyer_fkey TO who",
    "ALTER TABLE app.sales_1 RENAME CONSTRAINT who TO sales_buyer_fkey", unexpected("constraint app.sales_1.who"))
one("CREATE INDEX more ON app.sales (buyer)", "DROP INDEX app.more", unexpected("index app.sales.more"))
one("CREATE INDEX only_here ON app.sales_1 (buyer)", "DROP INDEX app.only_here",
    unexpected("index app.sales_1.only_here"))
one("CREATE INDEX not_everywhere ON ONLY app.sales (buyer)", "DROP INDEX app.not_everywhere",
    unexpected("index app.sales.not_everywhere"))
one("ALTER INDEX app.sales_1_amount_idx SET (fillfactor = 50)",
    "ALTER INDEX app.sales_1_amount_idx RESET (fillfactor)", unexpected("index app.sales_1.sales_1_amount_idx"))
one("ALTER TABLE app.sales_1 DISABLE TRIGGER on_sale", "ALTER TABLE app.sales_1 ENABLE TRIGGER on_sale",
    unexpected("trigger app.sales_1.on_sale"))
each("trigger app.sales.on_sale", "ALTER TABLE app.sales {} TRIGGER on_sale", "enabled", ("ENABLE", None),
    ("DISABLE", "disabled"), ("ENABLE ALWAYS", "always"))
one("CREATE TRIGGER more BEFORE INSERT ON app.sales FOR EACH ROW EXECUTE FUNCTION app.touch()",
    "DROP TRIGGER more ON app.sales", unexpected("trigger app.sales.more"))
one("ALTER TABLE app.sales ADD CONSTRAINT more CHECK (id > 0)", "ALTER TABLE app.sales DROP CONSTRAINT more",
    unexpected("constraint app.sales.more"))
one("ALTER TABLE app.sales ADD CONSTRAINT more FOREIGN KEY (id) REFERENCES app.people",
    "ALTER TABLE app.sales DROP CONSTRAINT more", unexpected("constraint app.sales.more"))
one("ALTER TABLE app.sales_1 ADD CONSTRAINT more CHECK (id > 0)", "ALTER TABLE app.sales_1 DROP CONSTRAINT more",
    unexpected("constraint app.sales_1.more"))
one("CREATE TABLE app.by_hash (a integer, b text) PARTITION BY HASH (a, b)", "DROP TABLE app.by_hash",
    unexpected("table app.by_hash"))
one("ALTER TABLE app.sales_1 SET (fillfactor = 30)", "ALTER TABLE app.sales_1 RESET (fillfactor)",
    changed("table app.sales_1", "options", None, "fillfactor=30"))
one("ALTER TABLE app.sales_1 OWNER TO alice", "ALTER TABLE app.sales_1 OWNER TO postgres",
    changed("table app.sales_1", "owner", "postgres", "alice"))
one("CREATE POLICY here ON app.sales_1 USING (true)", "DROP POLICY here ON app.sales_1",
    unexpected("policy app.sales_1.here"))
one("GRANT SELECT ON app.sales_1 TO bob", "REVOKE SELECT ON app.sales_1 FROM bob", unexpected("grant app.sales_1.bob"))

# --- constraints ---------------------------------------------------------------------------------

OWNER_FK = "ALTER TABLE app.rich DROP CONSTRAINT rich_owner, ADD CONSTRAINT rich_owner FOREIGN KEY (owner) REFERENCES app.people{}"
for attribute, home, others in (
        ("on delete", (" ON UPDATE CASCADE ON DELETE SET NULL", "set null"),
         ((" ON UPDATE CASCADE", None), (" ON UPDATE CASCADE ON DELETE RESTRICT", "restrict"), (" ON UPDATE CASCADE ON DELETE CASCADE", "cascade"),
          (" ON UPDATE CASCADE ON DELETE SET DEFAULT", "set default"))),
        ("on update", (" ON UPDATE CASCADE ON DELETE SET NULL", "cascade"),
         ((" ON DELETE SET NULL", None), (" ON UPDATE SET NULL ON DELETE SET NULL", "set null"), (" ON UPDATE RESTRICT ON DELETE SET NULL", "restrict"))),
        ("match", (" ON UPDATE CASCADE ON DELETE SET NULL", None), ((" MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL", "full"),)),
        ("deferrable", (" ON UPDATE CASCADE ON DELETE SET NULL", None), ((" ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE", "yes"),)),
        ("not valid", (" ON UPDATE CASCADE ON DELETE SET NULL", None), ((" ON UPDATE CASCADE ON DELETE SET NULL NOT VALID", "yes"),))):
    each("constraint app.rich.rich_owner", OWNER_FK, attribute, home, *others)
each("constraint app.rich.rich_owner", OWNER_FK, "on delete columns", (" ON UPDATE CASCADE ON DELETE SET NULL", None),
    (" ON UPDATE CASCADE ON DELETE SET NULL (owner)", "owner"), needs="15")
each("constraint app.rich.rich_owner", OWNER_FK, "not enforced", (" ON UPDATE CASCADE ON DELETE SET NULL", None),
    (" ON UPDATE CASCADE ON DELETE SET NULL NOT ENFORCED", "yes"), needs="18")
one("ALTER TABLE app.rich ALTER CONSTRAINT rich_owner DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE app.rich ALTER CONSTRAINT rich_owner NOT DEFERRABLE",
    changed("constraint app.rich.rich_owner", "deferrable", None, "yes"),
    changed("constraint app.rich.rich_owner", "initially deferred", None, "yes"))
values("constraint app.rich.rich_owner", "references",
    (OWNER_FK.format(" ON UPDATE CASCADE ON DELETE SET NULL"), "app.people(id)"),
    (OWNER_FK.replace("app.people", "app.numbered").format(" ON UPDATE CASCADE ON DELETE SET NULL"), "app.numbered(no)"))
SETUP += "CREATE TABLE app.numbered (no integer, label varchar(10) COLLATE \"C\", CONSTRAINT numbered_pk PRIMARY KEY (no));\n"
RICH_CODE = "ALTER TABLE app.rich DROP CONSTRAINT rich_code, ADD CONSTRAINT rich_code UNIQUE {}"
each("constraint app.rich.rich_code", RICH_CODE, "columns",
    ("(code, owner) DEFERRABLE INITIALLY DEFERRED", "code, owner"),
    ("(owner, code) DEFERRABLE INITIALLY DEFERRED", "owner, code"), ("(code) DEFERRABLE INITIALLY DEFERRED", "code"))
each("constraint app.rich.rich_code", RICH_CODE, "initially deferred",
    ("(code, owner) DEFERRABLE INITIALLY DEFERRED", "yes"), ("(code, owner) DEFERRABLE", None))
each("constraint app.rich.rich_code", RICH_CODE, "include", ("(code, owner) DEFERRABLE INITIALLY DEFERRED", None),
    ("(code, owner) INCLUDE (note) DEFERRABLE INITIALLY DEFERRED", "note"))
each("constraint app.rich.rich_code", RICH_CODE, "options", ("(code, owner) DEFERRABLE INITIALLY DEFERRED", None),
    ("(code, owner) WITH (fillfactor = 20) DEFERRABLE INITIALLY DEFERRED", "fillfactor=20"))
each("constraint app.rich.rich_code", RICH_CODE, "nulls not distinct",
    ("(code, owner) DEFERRABLE INITIALLY DEFERRED", None),
    ("NULLS NOT DISTINCT (code, owner) DEFERRABLE INITIALLY DEFERRED", "yes"), needs="15")
one("ALTER TABLE app.rich DROP CONSTRAINT rich_code, ADD CONSTRAINT rich_code UNIQUE (code, owner)",
    RICH_CODE.format("(code, owner) DEFERRABLE INITIALLY DEFERRED"),
    changed("constraint app.rich.rich_code", "deferrable", "yes", None),
    changed("constraint app.rich.rich_code", "initially deferred", "yes", None))
each("constraint app.rich.rich_pk", "ALTER INDEX app.rich_pk {}", "options",
    ("SET (fillfactor = 80)", "fillfactor=80"), ("SET (fillfactor = 81)", "fillfactor=81"),
    ("RESET (fillfactor)", None))
each("constraint app.rich.rich_pk", "COMMENT ON INDEX app.rich_pk IS {}", "index comment", ("NULL", None), ("'x'", "x"))
each("constraint app.rich.rich_pk",
    "ALTER TABLE app.rich DROP CONSTRAINT rich_pk, ADD CONSTRAINT rich_pk PRIMARY KEY (id){} WITH (fillfactor = 80)",
    "include", (" INCLUDE (code)", "code"), ("", None), (" INCLUDE (code, note)", "code, note"))
each("constraint app.rich.rich_total",
    "ALTER TABLE app.rich DROP CONSTRAINT rich_total, ADD CONSTRAINT rich_total CHECK ({}) NO INHERIT", "check",
    ("total > 0", "(total > (0)::numeric)"), ("total > 1", "(total > (1)::numeric)"),
    ("total >= 0 AND total < 9", "((total >= (0)::numeric) AND (total < (9)::numeric))"))
each("constraint app.rich.rich_total",
    "ALTER TABLE app.rich DROP CONSTRAINT rich_total, ADD CONSTRAINT rich_total CHECK (total > 0){}", "no inherit",
    (" NO INHERIT", "yes"), ("", None))
one("ALTER TABLE app.rich VALIDATE CONSTRAINT rich_late",
    "ALTER TABLE app.rich DROP CONSTRAINT rich_late, ADD CONSTRAINT rich_late CHECK (price >= 0) NOT VALID",
    changed("constraint app.rich.rich_late", "not valid", "yes", None))
each("constraint app.rich.rich_note",
    "ALTER TABLE app.rich DROP CONSTRAINT rich_note, ADD CONSTRAINT rich_note CHECK (note <> ''){}; COMMENT ON CONSTRAINT rich_note ON app.rich IS 'no empty ones'",
    "not enforced", ("", None), (" NOT ENFORCED", "yes"), needs="18")
each("constraint app.rich.rich_note", "COMMENT ON CONSTRAINT rich_note ON app.rich IS {}", "comment",
    ("'no empty ones'", "no empty ones"), ("'x'", "x"), ("NULL", None))
each("constraint app.rich.rich_during",
    "ALTER TABLE app.rich DROP CONSTRAINT rich_during, ADD CONSTRAINT rich_during EXCLUDE USING gist (during WITH {})",
    "exclusion", ("&&) WHERE (total > 5", "EXCLUDE USING gist (during WITH &&)"),
    ("-|-) WHERE (total > 5", "EXCLUDE USING gist (during WITH -|-)"))
for behind, attribute, before, after in (
        ("", "where", "(total > (5)::numeric)", None), (" WHERE (total > 6)", "where", "(total > (5)::numeric)", "(total > (6)::numeric)"),
        (" WITH (fillfactor = 50) WHERE (total > 5)", "options", None, "fillfactor=50"),
        (" INCLUDE (total) WHERE (total > 5)", "include", None, "total"),
        (" WHERE (total > 5) DEFERRABLE", "deferrable", None, "yes")):
    one("ALTER TABLE app.rich DROP CONSTRAINT rich_during, ADD CONSTRAINT rich_during EXCLUDE USING gist (during WITH &&)" + behind,
        "ALTER TABLE app.rich DROP CONSTRAINT rich_during, ADD CONSTRAINT rich_during EXCLUDE USING gist (during WITH &&) WHERE (total > 5)",
        changed("constraint app.rich.rich_during", attribute, before, after))
one("ALTER TABLE app.rich DISABLE TRIGGER ALL", "ALTER TABLE app.rich ENABLE TRIGGER ALL",
    changed("constraint app.rich.rich_code", "enforcing triggers", None, "disabled on app.rich"),
    changed("constraint app.rich.rich_owner", "enforcing triggers", None, "disabled on app.rich"))
one("ALTER TABLE app.numbered DISABLE TRIGGER ALL", "ALTER TABLE app.numbered ENABLE TRIGGER ALL")
one("ALTER TABLE app.refers DISABLE TRIGGER ALL", "ALTER TABLE app.refers ENABLE TRIGGER ALL",
    changed("constraint app.refers.refers_fk", "enforcing triggers", None, "disabled on app.refers"))
one("ALTER TABLE app.people DROP CONSTRAINT people_name, ADD CONSTRAINT people_name CHECK (name <> '')",
    "ALTER TABLE app.people DROP CONSTRAINT people_name, ADD CONSTRAINT people_name UNIQUE (name)",
    changed("constraint app.people.people_name", "check", None, "(name <> ''::text)"),
    changed("constraint app.people.people_name", "columns", "name", None),
    changed("constraint app.people.people_name", "type", "unique", "check"))

# --- indexes -------------------------------------------------------------------------------------

RICH_IDX = "DROP INDEX app.rich_idx; CREATE INDEX rich_idx ON app.rich USING btree ({}) INCLUDE ({}) WITH (fillfactor = 60) WHERE {}; ALTER INDEX app.rich_idx ALTER COLUMN 1 SET STATISTICS 200; COMMENT ON INDEX app.rich_idx IS 'for the search'"
KEYS = "lower(note) text_pattern_ops DESC NULLS LAST, total"
for attribute, home, others in (
        ("keys", ((KEYS, "code", "total > 1"), KEYS),
         ((("lower(note) text_pattern_ops DESC, total", "code", "total > 1"), "lower(note) text_pattern_ops DESC, total"),
          (("lower(note) text_pattern_ops, total", "code", "total > 1"), "lower(note) text_pattern_ops, total"),
          (("lower(note) DESC NULLS LAST, total", "code", "total > 1"), "lower(note) DESC NULLS LAST, total"),
          (("upper(note) text_pattern_ops DESC NULLS LAST, total", "code", "total > 1"), "upper(note) text_pattern_ops DESC NULLS LAST, total"),
          (('lower(note) COLLATE "C" text_pattern_ops DESC NULLS LAST, total', "code", "total > 1"), 'lower(note) COLLATE "C" text_pattern_ops DESC NULLS LAST, total'),
          (("lower(note) text_pattern_ops DESC NULLS LAST, total DESC", "code", "total > 1"), "lower(note) text_pattern_ops DESC NULLS LAST, total DESC"),
          (("lower(note) text_pattern_ops DESC NULLS LAST", "code", "total > 1"), "lower(note) text_pattern_ops DESC NULLS LAST"))),
        ("include", ((KEYS, "code", "total > 1"), "code"), (((KEYS, "code, price", "total > 1"), "code, price"), ((KEYS, "price", "total > 1"), "price"))),
        ("where", ((KEYS, "code", "total > 1"), "(total > (1)::numeric)"),
         (((KEYS, "code", "total > 2"), "(total > (2)::numeric)"), ((KEYS, "code", "total > 1 OR note = 'a'"), "((total > (1)::numeric) OR (note = 'a'::text))")))):
    values("index app.rich.rich_idx", attribute, (RICH_IDX.format(*home[0]), home[1]),
        *((RICH_IDX.format(*text), value) for text, value in others))
each("index app.rich.rich_idx", "ALTER INDEX app.rich_idx {}", "options", ("SET (fillfactor = 60)", "fillfactor=60"),
    ("SET (fillfactor = 61)", "fillfactor=61"), ("RESET (fillfactor)", None))
each("index app.rich.rich_idx", "ALTER INDEX app.rich_idx ALTER COLUMN 1 SET STATISTICS {}", "statistics",
    ("200", "1: 200"), ("201", "1: 201"), ("-1", None))
each("index app.rich.rich_idx", "COMMENT ON INDEX app.rich_idx IS {}", "comment",
    ("'for the search'", "for the search"), ("'x'", "x"), ("NULL", None))
each("index app.rich.rich_hash", "DROP INDEX app.rich_hash; CREATE INDEX rich_hash ON app.rich USING {} (code)",
    "method", ("hash", "hash"), ("btree", None), ("brin", "brin"))
each("index app.plain.kept_part_5", "DROP INDEX app.kept_part_5; CREATE {} INDEX kept_part_5 ON app.plain (n)",
    "unique", ("", None), ("UNIQUE", "yes"))
each("index app.plain.kept_part_5", "DROP INDEX app.kept_part_5; CREATE INDEX kept_part_5 ON app.plain (n){}",
    "where", ("", None), (" WHERE n IS NOT NULL", "(n IS NOT NULL)"))
each("index app.plain.kept_part_5", "DROP INDEX app.kept_part_5; CREATE INDEX kept_part_5 ON app.plain (n){}",
    "include", ("", None), (" INCLUDE (name)", "name"))
each("index app.plain.kept_part_5", "DROP INDEX app.kept_part_5; CREATE INDEX kept_part_5 ON app.plain {}", "keys",
    ("(n)", "n"), ("(n, name)", "n, name"), ("((n + 1))", "(n + 1)"),
    ("((name || ')''('))", "(name || ')''('::text)"))
each("index app.rich.rich_uq",
    "DROP INDEX app.rich_uq; CREATE UNIQUE INDEX rich_uq ON app.rich (code, price){}; ALTER TABLE app.rich CLUSTER ON rich_uq",
    "nulls not distinct", ("", None), (" NULLS NOT DISTINCT", "yes"), needs="15")
one("CREATE INDEX trigrams ON app.plain USING gist (name other.gist_trgm_ops (siglen = 32))",
    "DROP INDEX app.trigrams", unexpected("index app.plain.trigrams"))
values("index app.\"Select \"\"it\"\" all\".\"odd USING (it\"", "keys",
    ("DROP INDEX app.\"odd USING (it\"; CREATE INDEX \"odd USING (it\" ON app.\"Select \"\"it\"\" all\" (\" USING \", (coalesce(\"Größe\", ')''(')))", "\" USING \", COALESCE(\"Größe\", ')''('::text)"),
    ("DROP INDEX app.\"odd USING (it\"; CREATE INDEX \"odd USING (it\" ON app.\"Select \"\"it\"\" all\" (\" USING \", (coalesce(\"Größe\", E'\\\\)''(')))", "\" USING \", COALESCE(\"Größe\", '\\)''('::text)"))
for attribute, column in (("invalid", "indisvalid"), ("not ready", "indisready")):
    values("index app.rich.rich_hash", attribute,
        (f"UPDATE pg_index SET {column} = true WHERE indexrelid = 'app.rich_hash'::regclass", None),
        (f"UPDATE pg_index SET {column} = false WHERE indexrelid = 'app.rich_hash'::regclass", "yes"))
each("index app.counts.counts_mood", "DROP INDEX app.counts_mood; CREATE UNIQUE INDEX counts_mood ON app.counts ({})",
    "keys", ("mood", "mood"), ("mood, n", "mood, n"))

# --- extended statistics ---------------------------------------------------------------------------

each("statistics app.stats",
    "DROP STATISTICS app.stats; CREATE STATISTICS app.stats ({}) ON code, total FROM app.rich; COMMENT ON STATISTICS app.stats IS 'both'",
    "kinds", ("ndistinct, dependencies", "ndistinct, dependencies"), ("ndistinct", "ndistinct"),
    ("ndistinct, dependencies, mcv", "ndistinct, dependencies, mcv"))
each("statistics app.stats",
    "DROP STATISTICS app.stats; CREATE STATISTICS app.stats (ndistinct, dependencies) ON {} FROM app.rich; COMMENT ON STATISTICS app.stats IS 'both'",
    "columns", ("code, total", "code, total"), ("code, price", "code, price"))
each("statistics app.stats",
    "DROP STATISTICS app.stats; CREATE STATISTICS app.stats (ndistinct, dependencies) ON {} FROM app.rich; COMMENT ON STATISTICS app.stats IS 'both'",
    "expressions", ("code, total", None), ("code, total, (price + 1)", "(price + (1)::double precision)"), needs="14")
each("statistics app.stats", "ALTER STATISTICS app.stats SET STATISTICS {}", "target", ("-1", None), ("50", "50"))

# --- sequences -----------------------------------------------------------------------------------

for attribute, text, before, other, value in (
        ("start", "START 5", "5", "START 7", "7"), ("increment", "INCREMENT 2", "2", "INCREMENT 3", "3"), ("minimum", "MINVALUE 3", "3", "MINVALUE 2", "2"),
        ("maximum", "MAXVALUE 99", "99", "MAXVALUE 98", "98"), ("cache", "CACHE 4", "4", "CACHE 5", "5"), ("cycle", "CYCLE", "yes", "NO CYCLE", None),
        ("increment", "INCREMENT 2", "2", "INCREMENT 1", None), ("cache", "CACHE 4", "4", "CACHE 1", None), ("type", "AS smallint", "smallint", "AS integer", "integer"),
        ("type", "AS smallint", "smallint", "AS bigint", None), ("minimum", "MINVALUE 3", "3", "NO MINVALUE", None), ("maximum", "MAXVALUE 99", "99", "NO MAXVALUE", None),
        ("owned by", "OWNED BY NONE", None, "OWNED BY app.plain.id", "app.plain.id")):
    each("sequence app.numbers", "ALTER SEQUENCE app.numbers {}", attribute, (text, before), (other, value))
for attribute, text, other, value in (
        ("start", "START 1", "START 7", "7"), ("increment", "INCREMENT 1", "INCREMENT 3", "3"), ("minimum", "MINVALUE 1", "MINVALUE 0", "0"),
        ("maximum", "NO MAXVALUE", "MAXVALUE 98", "98"), ("cache", "CACHE 1", "CACHE 5", "5"), ("cycle", "NO CYCLE", "CYCLE", "yes")):
    each("sequence app.bare", "ALTER SEQUENCE app.bare {}", attribute, (text, None), (other, value))
each("sequence app.bare", "ALTER SEQUENCE app.bare SET {}", "unlogged", ("LOGGED", None), ("UNLOGGED", "yes"),
    needs="15")
each("sequence app.serial_id_seq", "ALTER SEQUENCE app.serial_id_seq OWNED BY {}", "owned by",
    ("app.serial.id", "app.serial.id"), ("NONE", None), ("app.plain.id", "app.plain.id"))
each("sequence app.numbers", "COMMENT ON SEQUENCE app.numbers IS {}", "comment", ("'odd ones'", "odd ones"),
    ("'x'", "x"), ("NULL", None))

# --- views -----------------------------------------------------------------------------------------

LINES = "a\nb"  # of a value of several lines only the first counts
each("view app.names", "CREATE OR REPLACE VIEW app.names AS SELECT {}", "definition",
    ("id, name FROM app.people WHERE id > 0", LINES), ("id, name FROM app.people WHERE id > 1", LINES),
    ("id, upper(name) AS name FROM app.people WHERE id > 0", LINES), ("id, name FROM app.people", LINES))
one("CREATE OR REPLACE VIEW app.names AS SELECT id, name, born FROM app.people WHERE id > 0",
    "DROP VIEW app.names; CREATE VIEW app.names AS SELECT id, name FROM app.people WHERE id > 0; COMMENT ON VIEW app.names IS 'to look at'; " "COMMENT ON COLUMN app.names.name IS 'all of it'; CREATE TRIGGER instead INSTEAD OF UPDATE ON app.names FOR EACH ROW EXECUTE FUNCTION app.touch(); GRANT SELECT ON app.names TO bob",
    changed("view app.names", "definition", LINES, LINES), unexpected("column app.names.born"))
SETUP += "GRANT SELECT ON app.names TO bob;\n"
one("ALTER VIEW app.names RENAME COLUMN id TO number", "ALTER VIEW app.names RENAME COLUMN number TO id",
    changed("view app.names", "definition", LINES, LINES), missing("column app.names.id"),
    unexpected("column app.names.number"))
each("view app.names", "ALTER VIEW app.names {}", "options", ("RESET (security_barrier, check_option)", None),
    ("SET (security_barrier = true)", "security_barrier=true"),
    ("SET (check_option = cascaded)", "check_option=cascaded"))
each("view app.names", "ALTER VIEW app.names {}", "options", ("RESET (security_invoker)", None),
    ("SET (security_invoker = true)", "security_invoker=true"), needs="15")
values("view app.safe", "options",
    ("ALTER VIEW app.safe SET (security_barrier = true, check_option = local)", "check_option=local, security_barrier=true"),
    ("ALTER VIEW app.safe SET (security_barrier = false)", "check_option=local, security_barrier=false"),
    ("ALTER VIEW app.safe RESET (security_barrier)", "check_option=local"),
    ("ALTER VIEW app.safe SET (check_option = cascaded)", "check_option=cascaded, security_barrier=true"),
    ("ALTER VIEW app.safe RESET (security_barrier, check_option)", None))
each("column app.safe.name", "ALTER VIEW app.safe ALTER name {}", "default", ("SET DEFAULT 'none'", "'none'::text"),
    ("SET DEFAULT 'some'", "'some'::text"), ("DROP DEFAULT", None))
each("view app.names", "COMMENT ON VIEW app.names IS {}", "comment", ("'to look at'", "to look at"), ("NULL", None))
each("column app.names.name", "COMMENT ON COLUMN app.names.name IS {}", "comment", ("'all of it'", "all of it"),
    ("'x'", "x"), ("NULL", None))
one("DROP VIEW app.safe",
    "CREATE VIEW app.safe WITH (security_barrier = true, check_option = local) AS SELECT id, name FROM app.plain; ALTER VIEW app.safe ALTER name SET DEFAULT 'none'; " "CREATE RULE no_delete AS ON DELETE TO app.safe DO INSTEAD NOTHING",
    missing("view app.safe"))
one(
    "CREATE VIEW app.deep AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r",
    "DROP VIEW app.deep", unexpected("view app.deep"))
COUNTS = "DROP MATERIALIZED VIEW app.counts; CREATE MATERIALIZED VIEW app.counts{} AS SELECT mood, count(*) AS n FROM app.people{} GROUP BY mood; CREATE UNIQUE INDEX counts_mood ON app.counts (mood); COMMENT ON MATERIALIZED VIEW app.counts IS 'of moods'"
values("materialized view app.counts", "definition", (COUNTS.format(" WITH (fillfactor = 50)", ""), LINES),
    (COUNTS.format(" WITH (fillfactor = 50)", " WHERE id > 0"), LINES))
each("materialized view app.counts", "ALTER MATERIALIZED VIEW app.counts {}", "options",
    ("SET (fillfactor = 50)", "fillfactor=50"), ("SET (fillfactor = 51)", "fillfactor=51"),
    ("RESET (fillfactor)", None))
each("materialized view app.counts", "ALTER MATERIALIZED VIEW app.counts {}", "clustered on",
    ("SET WITHOUT CLUSTER", None), ("CLUSTER ON counts_mood", "counts_mood"))
each("column app.counts.n", "ALTER MATERIALIZED VIEW app.counts ALTER n SET STATISTICS {}", "statistics",
    ("-1", None), ("7", "7"))
each("materialized view app.counts", "COMMENT ON MATERIALIZED VIEW app.counts IS {}", "comment",
    ("'of moods'", "of moods"), ("NULL", None))
one("DROP INDEX app.counts_mood", "CREATE UNIQUE INDEX counts_mood ON app.counts (mood)",
    missing("index app.counts.counts_mood"))

# --- routines -----------------------------------------------------------------------------------------

ADD = "function app.add(integer, integer)"
for attribute, home, others in (
        ("volatility", ("VOLATILE", None), (("STABLE", "stable"), ("IMMUTABLE", "immutable"))),
        ("strict", ("CALLED ON NULL INPUT", None), (("STRICT", "yes"),)),
        ("security definer", ("SECURITY INVOKER", None), (("SECURITY DEFINER", "yes"),)),
        ("leakproof", ("NOT LEAKPROOF", None), (("LEAKPROOF", "yes"),)),
        ("parallel", ("PARALLEL UNSAFE", None), (("PARALLEL SAFE", "safe"), ("PARALLEL RESTRICTED", "restricted"))),
        ("cost", ("COST 100", None), (("COST 5", "5"), ("COST 0.5", "0.5"))),
        ("settings", ("RESET ALL", None), (("SET work_mem = '1MB'", "work_mem=1MB"), ("SET search_path = app", "search_path=app")))):
    each(ADD, "ALTER FUNCTION app.add(integer, integer) {}", attribute, home, *others)
RICH_ONE = "function app.rich_one(integer, text[])"
for attribute, home, others in (
        ("volatility", ("STABLE", "stable"), (("VOLATILE", None), ("IMMUTABLE", "immutable"))),
        ("strict", ("STRICT", "yes"), (("CALLED ON NULL INPUT", None),)),
        ("security definer", ("SECURITY DEFINER", "yes"), (("SECURITY INVOKER", None),)),
        ("leakproof", ("LEAKPROOF", "yes"), (("NOT LEAKPROOF", None),)),
        ("parallel", ("PARALLEL SAFE", "safe"), (("PARALLEL UNSAFE", None), ("PARALLEL RESTRICTED", "restricted"))),
        ("cost", ("COST 7", "7"), (("COST 8", "8"), ("COST 100", None))),
        ("rows", ("ROWS 9", "9"), (("ROWS 10", "10"), ("ROWS 1000", None))),
        ("settings", ("SET search_path = app, pg_temp SET work_mem = '8MB'", "search_path=app, pg_temp, work_mem=8MB"),
         (("SET work_mem = '9MB'", "search_path=app, pg_temp, work_mem=9MB"), ("RESET work_mem", "search_path=app, pg_temp"), ("RESET ALL", None),
          ("SET search_path = app", "search_path=app, work_mem=8MB")))):
    each(RICH_ONE, "ALTER FUNCTION app.rich_one(integer, text[]) {}", attribute, home, *others)
ADD_AS = "CREATE OR REPLACE FUNCTION app.add(a integer, b integer DEFAULT {}) RETURNS integer LANGUAGE {} AS '{}'"
values(ADD, "body", (ADD_AS.format(1, "sql", "SELECT a + b"), "SELECT a + b"),
    (ADD_AS.format(1, "sql", "SELECT a - b"), "SELECT a - b"),
    (ADD_AS.format(1, "sql", "SELECT a + b "), "SELECT a + b "), (ADD_AS.format(1, "sql", "SELECT a +\n b"), LINES))
values(ADD, "arguments", (ADD_AS.format(1, "sql", "SELECT a + b"), "a integer, b integer DEFAULT 1"),
    (ADD_AS.format(2, "sql", "SELECT a + b"), "a integer, b integer DEFAULT 2"))
one(ADD_AS.format(1, "plpgsql", "BEGIN RETURN a + b; END"), ADD_AS.format(1, "sql", "SELECT a + b"),
    changed(ADD, "body", "SELECT a + b", "BEGIN RETURN a + b; END"), changed(ADD, "language", "sql", "plpgsql"))
one("CREATE OR REPLACE FUNCTION app.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql RETURN a + b",
    ADD_AS.format(1, "sql", "SELECT a + b"), changed(ADD, "body", "SELECT a + b", None),
    changed(ADD, "sql body", None, "RETURN (a + b)"), needs="14")
one("CREATE FUNCTION app.add(a integer, b bigint) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION app.add(integer, bigint)", unexpected("function app.add(integer, bigint)"))
each(ADD, "COMMENT ON FUNCTION app.add(integer, integer) IS {}", "comment", ("'a sum'", "a sum"), ("'x'", "x"),
    ("NULL", None))
PICK = "DROP FUNCTION app.pick(integer); CREATE FUNCTION app.pick({}integer) RETURNS {} LANGUAGE sql IMMUTABLE AS 'SELECT $1'"
values("function app.pick(integer)", "arguments", (PICK.format("", "integer"), "integer"),
    (PICK.format("x ", "integer"), "x integer"))
values("function app.pick(integer)", "returns", (PICK.format("", "integer"), "integer"),
    (PICK.format("", "SETOF integer"), "SETOF integer"))
one("CREATE OR REPLACE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "CREATE OR REPLACE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    changed("function app.touch()", "body", "BEGIN RETURN NEW; END", "BEGIN RETURN OLD; END"))
one("ALTER FUNCTION app.secret() SET SCHEMA other", "ALTER FUNCTION other.secret() SET SCHEMA app",
    missing("function app.secret()"), unexpected("function other.secret()"))
each("procedure app.work(integer)", "ALTER PROCEDURE app.work(integer) {}", "security definer",
    ("SECURITY INVOKER", None), ("SECURITY DEFINER", "yes"))
each("procedure app.work(integer)", "ALTER PROCEDURE app.work(integer) {}", "settings", ("RESET ALL", None),
    ("SET statement_timeout = 5", "statement_timeout=5"))
each("procedure app.work(integer)",
    "CREATE OR REPLACE PROCEDURE app.work(x integer) LANGUAGE plpgsql AS 'BEGIN {}; END'", "body",
    ("NULL", "BEGIN NULL; END"), ("COMMIT", "BEGIN COMMIT; END"))
TOTAL = "DROP AGGREGATE app.total(integer); CREATE AGGREGATE app.total(integer) (SFUNC = {}, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl{})"
for attribute, before, state, rest, value in (
        ("state function", "int4pl", "int4mi", "", "int4mi"), ("final function", None, "int4pl", ", FINALFUNC = app.pick", "app.pick"), ("sort operator", None, "int4pl", ", SORTOP = <", "<(integer,integer)"),
        ("parallel", None, "int4pl", ", PARALLEL = SAFE", "safe"), ("state size", None, "int4pl", ", SSPACE = 100", "100")):
    values("aggregate app.total(integer)", attribute, (TOTAL.format("int4pl", ""), before),
        (TOTAL.format(state, rest), value))
values("aggregate app.total(integer)", "initial state", (TOTAL.format("int4pl", ""), "0"),
    (TOTAL.format("int4pl", "").replace("'0'", "'1'"), "1"),
    (TOTAL.format("int4pl", "").replace("INITCOND = '0', ", ""), None))
values("aggregate app.total(integer)", "combine function", (TOTAL.format("int4pl", ""), "int4pl"),
    (TOTAL.format("int4pl", "").replace(", COMBINEFUNC = int4pl", ""), None))
one(TOTAL.format("int4pl", ", FINALFUNC = app.pick, FINALFUNC_MODIFY = SHAREABLE"), TOTAL.format("int4pl", ""),
    changed("aggregate app.total(integer)", "final function", None, "app.pick"),
    changed("aggregate app.total(integer)", "final function modifies", None, "shareable"))
one(TOTAL.format("int4pl", ", MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer"), TOTAL.format("int4pl", ""),
    *(changed("aggregate app.total(integer)", *change) for change in (("moving inverse function", None, "int4mi"), ("moving state function", None, "int4pl"), ("moving state type", None, "integer"))))
one("DROP AGGREGATE app.middle(float8 ORDER BY anyelement)",
    "CREATE AGGREGATE app.middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)",
    missing("aggregate app.middle(double precision, anyelement)"))

# --- triggers, rules, policies ---------------------------------------------------------------------------

TOUCH = "DROP TRIGGER touch ON app.plain; CREATE TRIGGER touch {} ON app.plain {} EXECUTE FUNCTION {}; COMMENT ON TRIGGER touch ON app.plain IS 'it marks'"
EVENTS, ROW, CALL = "BEFORE INSERT OR UPDATE OF name, n", "FOR EACH ROW WHEN (NEW.n > 0)", "app.touch('a', 'b')"
for attribute, before, *others in (
        ("timing", "before", ("AFTER INSERT OR UPDATE OF name, n", ROW, CALL, "after")),
        ("columns", "name, n", ("BEFORE INSERT OR UPDATE OF n", ROW, CALL, "n"), ("BEFORE INSERT OR UPDATE", ROW, CALL, None)),
        ("when", "(new.n > 0)", (EVENTS, "FOR EACH ROW WHEN (NEW.n > 1)", CALL, "(new.n > 1)"), (EVENTS, "FOR EACH ROW", CALL, None), (EVENTS, "FOR EACH ROW WHEN (NEW.name <> ') EXECUTE FUNCTION x(')", CALL, "(new.name <> ') EXECUTE FUNCTION x('::text)")),
        ("function", "app.touch('a', 'b')", (EVENTS, ROW, "app.touch('a')", "app.touch('a')"), (EVENTS, ROW, "app.touch_too('a', 'b')", "app.touch_too('a', 'b')"), (EVENTS, ROW, "app.touch()", "app.touch()"))):
    values("trigger app.plain.touch", attribute, (TOUCH.format(EVENTS, ROW, CALL), before),
        *((TOUCH.format(*text), value) for *text, value in others))
one(TOUCH.format("BEFORE UPDATE OF name, n", ROW, CALL), TOUCH.format(EVENTS, ROW, CALL),
    changed("trigger app.plain.touch", "events", "insert, update", "update"))
each("trigger app.plain.touch", "ALTER TABLE app.plain {} TRIGGER touch", "enabled", ("ENABLE", None),
    ("DISABLE", "disabled"), ("ENABLE REPLICA", "on replicas"), ("ENABLE ALWAYS", "always"))
each("trigger app.plain.off", "ALTER TABLE app.plain {} TRIGGER off", "enabled", ("DISABLE", "disabled"),
    ("ENABLE", None), ("ENABLE REPLICA", "on replicas"), ("ENABLE ALWAYS", "always"))
each("trigger app.plain.off",
    "DROP TRIGGER off ON app.plain; CREATE TRIGGER off AFTER DELETE ON app.plain {} FOR EACH STATEMENT EXECUTE FUNCTION app.touch(); ALTER TABLE app.plain DISABLE TRIGGER off",
    "old table", ("REFERENCING OLD TABLE AS gone", "gone"), ("REFERENCING OLD TABLE AS lost", "lost"), ("", None))
one(
    "DROP TRIGGER off ON app.plain; CREATE TRIGGER off AFTER DELETE ON app.plain REFERENCING OLD TABLE AS gone FOR EACH ROW EXECUTE FUNCTION app.touch(); ALTER TABLE app.plain DISABLE TRIGGER off",
    "DROP TRIGGER off ON app.plain; CREATE TRIGGER off AFTER DELETE ON app.plain REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.touch(); ALTER TABLE app.plain DISABLE TRIGGER off",
    changed("trigger app.plain.off", "for each row", None, "yes"))
each("trigger app.plain.late",
    "DROP TRIGGER late ON app.plain; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.plain {} FOR EACH ROW EXECUTE FUNCTION app.touch()",
    "initially deferred", ("FROM app.people DEFERRABLE INITIALLY DEFERRED", "yes"),
    ("FROM app.people DEFERRABLE", None))
each("trigger app.plain.late",
    "DROP TRIGGER late ON app.plain; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.plain {} FOR EACH ROW EXECUTE FUNCTION app.touch()",
    "from", ("FROM app.people DEFERRABLE INITIALLY DEFERRED", "app.people"), ("DEFERRABLE INITIALLY DEFERRED", None))
each("trigger app.plain.touch", "COMMENT ON TRIGGER touch ON app.plain IS {}", "comment", ("'it marks'", "it marks"),
    ("'x'", "x"), ("NULL", None))
one("ALTER TABLE app.plain DISABLE TRIGGER USER",
    "ALTER TABLE app.plain ENABLE TRIGGER USER; ALTER TABLE app.plain DISABLE TRIGGER off",
    *(changed(f"trigger app.plain.{name}", "enabled", None, "disabled") for name in ("kept_part_6", "late", "touch")))
one("DROP TRIGGER instead ON app.names",
    "CREATE TRIGGER instead INSTEAD OF UPDATE ON app.names FOR EACH ROW EXECUTE FUNCTION app.touch()",
    missing("trigger app.names.instead"))
each("rule app.scratch.log", "CREATE OR REPLACE RULE log AS ON INSERT TO app.scratch DO ALSO {}", "definition",
    ("NOTIFY scratch", LINES), ("NOTIFY other", LINES), ("NOTHING", LINES))
one("CREATE OR REPLACE RULE log AS ON UPDATE TO app.scratch DO ALSO NOTIFY scratch",
    "CREATE OR REPLACE RULE log AS ON INSERT TO app.scratch DO ALSO NOTIFY scratch",
    changed("rule app.scratch.log", "definition", LINES, LINES),
    changed("rule app.scratch.log", "event", "insert", "update"))
each("rule app.scratch.log", "ALTER TABLE app.scratch {} RULE log", "enabled", ("ENABLE", None),
    ("DISABLE", "disabled"), ("ENABLE REPLICA", "on replicas"), ("ENABLE ALWAYS", "always"))
each("rule app.scratch.log", "COMMENT ON RULE log ON app.scratch IS {}", "comment", ("'loud'", "loud"), ("NULL", None))
one("DROP RULE no_delete ON app.safe", "CREATE RULE no_delete AS ON DELETE TO app.safe DO INSTEAD NOTHING",
    missing("rule app.safe.no_delete"))
MINE = "DROP POLICY mine ON app.rich; CREATE POLICY mine ON app.rich {}; COMMENT ON POLICY mine ON app.rich IS 'own rows'"
each("policy app.rich.mine", MINE, "command", ("FOR SELECT TO alice, bob USING (owner = 1)", "select"),
    ("TO alice, bob USING (owner = 1)", None), ("FOR DELETE TO alice, bob USING (owner = 1)", "delete"),
    ("FOR UPDATE TO alice, bob USING (owner = 1)", "update"))
each("policy app.rich.mine", MINE, "restrictive", ("FOR SELECT TO alice, bob USING (owner = 1)", None),
    ("AS RESTRICTIVE FOR SELECT TO alice, bob USING (owner = 1)", "yes"))
each("policy app.rich.never",
    "DROP POLICY never ON app.rich; CREATE POLICY never ON app.rich AS {} FOR UPDATE USING (total < 10) WITH CHECK (total < 20)",
    "restrictive", ("RESTRICTIVE", "yes"), ("PERMISSIVE", None))
each("policy app.rich.mine", "ALTER POLICY mine ON app.rich {}", "roles", ("TO alice, bob", "alice, bob"),
    ("TO alice", "alice"), ("TO PUBLIC", None), ("TO alice, bob, \"Mr. X\"", '"Mr. X", alice, bob'))
each("policy app.rich.never", "ALTER POLICY never ON app.rich {}", "roles", ("TO PUBLIC", None), ("TO carol", "carol"))
each("policy app.rich.mine", "ALTER POLICY mine ON app.rich USING ({})", "using", ("owner = 1", "(owner = 1)"),
    ("owner = 2", "(owner = 2)"), ("true", "true"), ("owner IN (SELECT p.id FROM app.people p)", LINES))
each("policy app.rich.never", "ALTER POLICY never ON app.rich WITH CHECK ({})", "with check",
    ("total < 20", "(total < (20)::numeric)"), ("total < 21", "(total < (21)::numeric)"))
each("policy app.rich.never", "ALTER POLICY never ON app.rich USING ({})", "using",
    ("total < 10", "(total < (10)::numeric)"), ("total < 11", "(total < (11)::numeric)"))
each("policy app.rich.never",
    "DROP POLICY never ON app.rich; CREATE POLICY never ON app.rich AS RESTRICTIVE FOR UPDATE USING (total < 10){}",
    "with check", (" WITH CHECK (total < 20)", "(total < (20)::numeric)"), ("", None))
each("policy app.rich.mine", "COMMENT ON POLICY mine ON app.rich IS {}", "comment", ("'own rows'", "own rows"),
    ("NULL", None))

# --- types -----------------------------------------------------------------------------------------------

one("ALTER TYPE app.mood ADD VALUE 'glad'", "", unexpected("label app.mood.glad"))
one("ALTER TYPE app.mood ADD VALUE 'so so' BEFORE 'ok'", "", unexpected("label app.mood.so so"))
one("ALTER TYPE app.mood RENAME VALUE 'sad' TO 'blue'", "ALTER TYPE app.mood RENAME VALUE 'blue' TO 'sad'",
    unexpected("label app.mood.blue"), missing("label app.mood.sad"))
one(
    "ALTER TYPE app.mood RENAME VALUE 'sad' TO 'x'; ALTER TYPE app.mood RENAME VALUE 'ok' TO 'sad'; ALTER TYPE app.mood RENAME VALUE 'x' TO 'ok'",
    "ALTER TYPE app.mood RENAME VALUE 'sad' TO 'x'; ALTER TYPE app.mood RENAME VALUE 'ok' TO 'sad'; ALTER TYPE app.mood RENAME VALUE 'x' TO 'ok'",
    changed("column app.people.mood", "default", "'ok'::app.mood", "'sad'::app.mood"),
    changed("type app.mood", "label order", "sad, ok, happy", "ok, sad, happy"))
each("type app.mood", "COMMENT ON TYPE app.mood IS {}", "comment", ("'how one is'", "how one is"), ("'x'", "x"),
    ("NULL", None))
SETUP += "CREATE TYPE app.size AS (width integer, unit text);\n"
each("field app.size.width", "ALTER TYPE app.size ALTER ATTRIBUTE width TYPE {}", "type", ("integer", "integer"),
    ("bigint", "bigint"), ("numeric(4,1)", "numeric(4,1)"))
each("field app.size.unit", "ALTER TYPE app.size ALTER ATTRIBUTE unit TYPE text{}", "collation", ("", None),
    (' COLLATE "C"', '"C"'))
one("ALTER TYPE app.size ADD ATTRIBUTE depth integer", "ALTER TYPE app.size DROP ATTRIBUTE depth",
    unexpected("field app.size.depth"))
one("ALTER TYPE app.size DROP ATTRIBUTE unit", "ALTER TYPE app.size ADD ATTRIBUTE unit text",
    missing("field app.size.unit"))
one("ALTER TYPE app.size RENAME ATTRIBUTE unit TO measure", "ALTER TYPE app.size RENAME ATTRIBUTE measure TO unit",
    unexpected("field app.size.measure"), missing("field app.size.unit"))
each("field app.size.unit", "COMMENT ON COLUMN app.size.unit IS {}", "comment", ("NULL", None), ("'x'", "x"))
one("DROP TYPE app.size; CREATE TYPE app.size AS (unit text, width integer)",
    "DROP TYPE app.size; CREATE TYPE app.size AS (width integer, unit text)",
    changed("type app.size", "field order", "width, unit", "unit, width"))
one("DROP TYPE app.size; CREATE TYPE app.size AS ENUM ('s')",
    "DROP TYPE app.size; CREATE TYPE app.size AS (width integer, unit text)",
    changed("type app.size", "form", "composite", "enum"), missing("field app.size.unit"),
    missing("field app.size.width"), unexpected("label app.size.s"))
each("domain app.email", "ALTER DOMAIN app.email {}", "default",
    ("SET DEFAULT 'nobody@example.org'", "'nobody@example.org'::text"), ("SET DEFAULT 'a@b'", "'a@b'::text"),
    ("DROP DEFAULT", None))
each("domain app.email", "ALTER DOMAIN app.email {} NOT NULL", "not null", ("SET", "yes"), ("DROP", None))
each("domain app.small", "ALTER DOMAIN app.small {}", "default", ("DROP DEFAULT", None), ("SET DEFAULT 3", "3"))
each("domain app.small", "ALTER DOMAIN app.small {} NOT NULL", "not null", ("DROP", None), ("SET", "yes"))
each("constraint app.email.email_at",
    "ALTER DOMAIN app.email DROP CONSTRAINT email_at; ALTER DOMAIN app.email ADD CONSTRAINT email_at CHECK ({})",
    "check", ("VALUE LIKE '%@%'", "(VALUE ~~ '%@%'::text)"), ("VALUE LIKE '%@%.%'", "(VALUE ~~ '%@%.%'::text)"))
each("constraint app.email.email_at",
    "ALTER DOMAIN app.email DROP CONSTRAINT email_at; ALTER DOMAIN app.email ADD CONSTRAINT email_at CHECK (VALUE LIKE '%@%'){}",
    "not valid", ("", None), (" NOT VALID", "yes"))
SETUP += "CREATE DOMAIN app.free AS varchar(5);\n"
each("domain app.free", "DROP DOMAIN app.free; CREATE DOMAIN app.free AS {}", "type",
    ("varchar(5)", "character varying(5)"), ("varchar(6)", "character varying(6)"), ("varchar", "character varying"),
    ("text", "text"))
each("domain app.free", "DROP DOMAIN app.free; CREATE DOMAIN app.free AS varchar(5){}", "collation", ("", None),
    (' COLLATE "C"', '"C"'))
SPAN = "DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8{})"
each("type app.span", SPAN, "subtype difference function", (", subtype_diff = float8mi", "float8mi"), ("", None))
OPAQUE = ("DROP TYPE app.opaque CASCADE; CREATE TYPE app.opaque; CREATE FUNCTION app.opaque_in(cstring) RETURNS app.opaque LANGUAGE internal IMMUTABLE STRICT AS 'int4in'; "
          "CREATE FUNCTION app.opaque_out(app.opaque) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out'; CREATE TYPE app.opaque (INPUT = app.opaque_in, OUTPUT = app.opaque_out, LIKE = integer{})")
for attribute, text, before, value in (("category", ", CATEGORY = 'N'", None, "N"), ("delimiter", ", DELIMITER = ';'", None, ";"), ("preferred", ", PREFERRED = true", None, "yes"),
                                       ("default", ", DEFAULT = '7'", None, "7"), ("collatable", ", COLLATABLE = true", None, "yes")):
    each("type app.opaque", OPAQUE, attribute, ("", before), (text, value))

# --- schemas, extensions, event triggers, the database ----------------------------------------------------

each("schema app", "COMMENT ON SCHEMA app IS {}", "comment", ("'the shop'", "the shop"), ("'x'", "x"), ("NULL", None))
each("schema app", "ALTER SCHEMA app OWNER TO {}", "owner", ("postgres", "postgres"), ("alice", "alice"))
each("schema public", "ALTER SCHEMA public OWNER TO {}", "owner", ("pg_database_owner", "pg_database_owner"),
    ("alice", "alice"), needs="15")
each("schema public", "COMMENT ON SCHEMA public IS {}", "comment",
    ("'standard public schema'", "standard public schema"), ("'x'", "x"), ("NULL", None))
one("GRANT CREATE ON SCHEMA public TO PUBLIC", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    changed("grant public.PUBLIC", "privileges", "USAGE", "CREATE, USAGE"), needs="15")
one("REVOKE USAGE ON SCHEMA public FROM PUBLIC", "GRANT USAGE ON SCHEMA public TO PUBLIC",
    missing("grant public.PUBLIC"), needs="15")
one("CREATE TABLE public.stray (a integer)", "DROP TABLE public.stray", unexpected("table public.stray"))
one('CREATE SCHEMA "select"', 'DROP SCHEMA "select"', unexpected('schema "select"'))
one("CREATE SCHEMA \"a.b\"; CREATE TABLE \"a.b\".\"c.d\" (x integer)", "DROP SCHEMA \"a.b\" CASCADE",
    unexpected('schema "a.b"'), unexpected('table "a.b"."c.d"'))
one("CREATE EXTENSION pgcrypto", "DROP EXTENSION pgcrypto", unexpected("extension pgcrypto"))
one("CREATE EXTENSION \"uuid-ossp\" SCHEMA other", "DROP EXTENSION \"uuid-ossp\"", unexpected('extension "uuid-ossp"'))
one("DROP EXTENSION pg_trgm",
    "CREATE EXTENSION pg_trgm SCHEMA other; COMMENT ON EXTENSION pg_trgm IS 'three letters'",
    missing("extension pg_trgm"))
each("extension pg_trgm", "ALTER EXTENSION pg_trgm SET SCHEMA {}", "schema", ("other", "other"), ("public", "public"))
one("ALTER EXTENSION citext UPDATE TO '1.5'",
    "DROP EXTENSION citext; CREATE EXTENSION citext SCHEMA other VERSION '1.4'",
    changed("extension citext", "version", "1.4", "1.5"))
each("extension pg_trgm", "COMMENT ON EXTENSION pg_trgm IS {}", "comment", ("'three letters'", "three letters"),
    ("'x'", "x"), ("NULL", None))
for what, part in (
        ("FUNCTION app.pick(integer)", "app.pick(integer).pg_trgm"),
        ("MATERIALIZED VIEW app.counts", "app.counts.pg_trgm"),
        ("INDEX app.rich_hash", "app.rich.pg_trgm of index rich_hash"),
        ("TRIGGER touch ON app.plain", "app.plain.pg_trgm of trigger touch")):
    one(f"ALTER {what} DEPENDS ON EXTENSION pg_trgm", f"ALTER {what} NO DEPENDS ON EXTENSION pg_trgm",
        unexpected(f"needed extension {part}"))
one("ALTER EXTENSION pg_trgm ADD TABLE app.scratch", "ALTER EXTENSION pg_trgm DROP TABLE app.scratch",
    missing("table app.scratch"))
each("event trigger watch", "ALTER EVENT TRIGGER watch {}", "enabled", ("DISABLE", "disabled"), ("ENABLE", None),
    ("ENABLE REPLICA", "on replicas"), ("ENABLE ALWAYS", "always"))
WATCH = "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON {} EXECUTE FUNCTION {}; ALTER EVENT TRIGGER watch DISABLE; COMMENT ON EVENT TRIGGER watch IS 'sleeps'"
HOME = ("ddl_command_end WHEN TAG IN ('CREATE VIEW', 'DROP VIEW')", "app.on_ddl()")
values("event trigger watch", "event", (WATCH.format(*HOME), "ddl_command_end"),
    (WATCH.format(HOME[0].replace("_end", "_start"), HOME[1]), "ddl_command_start"))
values("event trigger watch", "tags", (WATCH.format(*HOME), "CREATE VIEW, DROP VIEW"),
    (WATCH.format("ddl_command_end WHEN TAG IN ('CREATE VIEW')", HOME[1]), "CREATE VIEW"),
    (WATCH.format("ddl_command_end", HOME[1]), None))
values("event trigger watch", "function", (WATCH.format(*HOME), "app.on_ddl()"),
    (WATCH.format(HOME[0], "app.on_ddl_too()"), "app.on_ddl_too()"))
SETUP += "CREATE FUNCTION app.on_ddl_too() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';\n"
each("event trigger watch", "COMMENT ON EVENT TRIGGER watch IS {}", "comment", ("'sleeps'", "sleeps"), ("NULL", None))
each("database current", "ALTER DATABASE drift CONNECTION LIMIT {}", "connection limit", ("-1", None), ("50", "50"))
each("database current", "ALTER DATABASE drift OWNER TO {}", "owner", ("postgres", "postgres"), ("alice", "alice"))
each("database current", "COMMENT ON DATABASE drift IS {}", "comment", ("'drifts'", "drifts"), ("'x'", "x"),
    ("NULL", None))
each("database current", "ALTER DATABASE drift IS_TEMPLATE {}", "template", ("false", None), ("true", "yes"))
each("setting current.statement_timeout", "ALTER DATABASE drift SET statement_timeout = '{}'", "value", ("1h", "1h"),
    ("2h", "2h"))
one("ALTER DATABASE drift RESET statement_timeout", "ALTER DATABASE drift SET statement_timeout = '1h'",
    missing("setting current.statement_timeout"))
one("ALTER DATABASE drift SET search_path = app, public", "ALTER DATABASE drift RESET search_path",
    unexpected("setting current.search_path"))
one("ALTER ROLE bob IN DATABASE drift SET work_mem = '5MB'", "ALTER ROLE bob IN DATABASE drift RESET work_mem",
    unexpected("setting current.work_mem of bob"))
one("GRANT CREATE ON DATABASE drift TO bob", "REVOKE CREATE ON DATABASE drift FROM bob",
    unexpected("grant current.bob"))
one("REVOKE CONNECT ON DATABASE drift FROM PUBLIC", "GRANT CONNECT ON DATABASE drift TO PUBLIC",
    changed("grant current.PUBLIC", "privileges", "CONNECT, TEMPORARY", "TEMPORARY"))
one("REVOKE ALL ON DATABASE drift FROM PUBLIC", "GRANT CONNECT, TEMPORARY ON DATABASE drift TO PUBLIC",
    missing("grant current.PUBLIC"))

# --- privileges ---------------------------------------------------------------------------------------------

def granted(subject: str, grant: str, revoke: str) -> None:
    one(f"GRANT {grant}", f"REVOKE {revoke}", unexpected(f"grant {subject}"))


def revoked(subject: str, revoke: str, grant: str) -> None:
    one(f"REVOKE {revoke}", f"GRANT {grant}", missing(f"grant {subject}"))


for subject, target, privilege in (
        ("app.plain", "TABLE app.plain", "SELECT"), ("app.plain", "TABLE app.plain", "ALL"), ("app.names", "TABLE app.names", "INSERT"), ("app.counts", "TABLE app.counts", "SELECT"),
        ("app.elsewhere", "TABLE app.elsewhere", "SELECT"), ("app.bare", "SEQUENCE app.bare", "USAGE"), ("app.add(integer, integer)", "FUNCTION app.add(integer, integer)", "EXECUTE"),
        ("app.work(integer)", "PROCEDURE app.work(integer)", "EXECUTE"), ("app.total(integer)", "FUNCTION app.total(integer)", "EXECUTE"), ("app.address", "TYPE app.address", "USAGE"),
        ("app.email", "DOMAIN app.email", "USAGE"), ("app.span", "TYPE app.span", "USAGE"), ("other", "SCHEMA other", "CREATE"), ("wrapper", "FOREIGN DATA WRAPPER wrapper", "USAGE"), ("far", "FOREIGN SERVER far", "USAGE")):
    granted(f"{subject}.alice", f"{privilege} ON {target} TO alice", f"ALL ON {target} FROM alice")
granted("app.plain.PUBLIC", "SELECT ON app.plain TO PUBLIC", "SELECT ON app.plain FROM PUBLIC")
granted('app.plain."Mr. X"', 'SELECT ON app.plain TO "Mr. X"', 'SELECT ON app.plain FROM "Mr. X"')
granted("app.plain.bob(n)", "SELECT (n) ON app.plain TO bob", "SELECT (n) ON app.plain FROM bob")
granted("app.names.bob(id)", "UPDATE (id) ON app.names TO bob", "UPDATE (id) ON app.names FROM bob")
granted("app.people.PUBLIC(born)", "REFERENCES (born) ON app.people TO PUBLIC",
    "REFERENCES (born) ON app.people FROM PUBLIC")
revoked("app.people.bob", "SELECT, INSERT ON app.people FROM bob", "SELECT, INSERT ON app.people TO bob")
revoked("app.people.PUBLIC", "SELECT ON app.people FROM PUBLIC", "SELECT ON app.people TO PUBLIC")
revoked("app.people.carol(name)", "SELECT (name) ON app.people FROM carol", "SELECT (name) ON app.people TO carol")
revoked("app.numbers.bob", "USAGE ON SEQUENCE app.numbers FROM bob", "USAGE ON SEQUENCE app.numbers TO bob")
revoked("app.secret().bob", "EXECUTE ON FUNCTION app.secret() FROM bob", "EXECUTE ON FUNCTION app.secret() TO bob")
revoked("app.add(integer, integer).PUBLIC", "EXECUTE ON FUNCTION app.add(integer, integer) FROM PUBLIC",
    "EXECUTE ON FUNCTION app.add(integer, integer) TO PUBLIC")
revoked("app.work(integer).PUBLIC", "EXECUTE ON PROCEDURE app.work(integer) FROM PUBLIC",
    "EXECUTE ON PROCEDURE app.work(integer) TO PUBLIC")
revoked("app.mood.bob", "USAGE ON TYPE app.mood FROM bob", "USAGE ON TYPE app.mood TO bob")
revoked("app.mood.PUBLIC", "USAGE ON TYPE app.mood FROM PUBLIC", "USAGE ON TYPE app.mood TO PUBLIC")
revoked("app.email.PUBLIC", "USAGE ON DOMAIN app.email FROM PUBLIC", "USAGE ON DOMAIN app.email TO PUBLIC")
revoked("app.bob", "USAGE ON SCHEMA app FROM bob", "USAGE ON SCHEMA app TO bob")
revoked("far.bob", "USAGE ON FOREIGN SERVER far FROM bob", "USAGE ON FOREIGN SERVER far TO bob")
one("GRANT EXECUTE ON FUNCTION app.secret() TO PUBLIC", "REVOKE EXECUTE ON FUNCTION app.secret() FROM PUBLIC",
    unexpected("grant app.secret().PUBLIC"))
one("GRANT DELETE ON app.people TO bob", "REVOKE DELETE ON app.people FROM bob",
    changed("grant app.people.bob", "privileges", "INSERT, SELECT", "DELETE, INSERT, SELECT"))
one("REVOKE INSERT ON app.people FROM bob", "GRANT INSERT ON app.people TO bob",
    changed("grant app.people.bob", "privileges", "INSERT, SELECT", "SELECT"))
one("GRANT SELECT ON app.people TO bob WITH GRANT OPTION", "REVOKE GRANT OPTION FOR SELECT ON app.people FROM bob",
    changed("grant app.people.bob", "privileges", "INSERT, SELECT", "INSERT, SELECT*"))
one("REVOKE GRANT OPTION FOR UPDATE ON app.people FROM carol",
    "GRANT UPDATE ON app.people TO carol WITH GRANT OPTION",
    changed("grant app.people.carol", "privileges", "UPDATE*", "UPDATE"))
one("GRANT UPDATE (name) ON app.people TO carol", "REVOKE UPDATE (name) ON app.people FROM carol",
    changed("grant app.people.carol(name)", "privileges", "SELECT", "SELECT, UPDATE"))
one("REVOKE DELETE, TRUNCATE ON app.plain FROM postgres", "GRANT DELETE, TRUNCATE ON app.plain TO postgres",
    changed("table app.plain", "revoked from owner", None, "DELETE, TRUNCATE"))
one("REVOKE ALL ON FUNCTION app.pick(integer) FROM postgres", "GRANT ALL ON FUNCTION app.pick(integer) TO postgres",
    changed("function app.pick(integer)", "revoked from owner", None, "EXECUTE"))
one("REVOKE CREATE ON SCHEMA app FROM postgres", "GRANT CREATE ON SCHEMA app TO postgres",
    changed("schema app", "revoked from owner", None, "CREATE"))
one("REVOKE ALL ON SCHEMA \"Odd name\" FROM postgres", "GRANT ALL ON SCHEMA \"Odd name\" TO postgres",
    changed('schema "Odd name"', "revoked from owner", None, "CREATE, USAGE"))
one("REVOKE USAGE ON SEQUENCE app.bare FROM postgres", "GRANT USAGE ON SEQUENCE app.bare TO postgres",
    changed("sequence app.bare", "revoked from owner", None, "USAGE"))
one("GRANT MAINTAIN ON app.plain TO bob", "REVOKE MAINTAIN ON app.plain FROM bob", unexpected("grant app.plain.bob"),
    needs="17")
one("GRANT SELECT ON ALL TABLES IN SCHEMA \"Odd name\" TO bob",
    "REVOKE SELECT ON ALL TABLES IN SCHEMA \"Odd name\" FROM bob", unexpected('grant "Odd name".odd.bob'))
SETUP += 'CREATE TABLE "Odd name".odd (a integer);\n'
granted("pg_catalog.function pg_ls_dir(text) to bob", "EXECUTE ON FUNCTION pg_ls_dir(text) TO bob",
    "EXECUTE ON FUNCTION pg_ls_dir(text) FROM bob")
granted("pg_catalog.table pg_authid to bob", "SELECT ON pg_authid TO bob", "SELECT ON pg_authid FROM bob")
granted("pg_catalog.column pg_authid.rolpassword to bob", "SELECT (rolpassword) ON pg_authid TO bob",
    "SELECT (rolpassword) ON pg_authid FROM bob")
granted("pg_catalog.schema pg_catalog to bob", "CREATE ON SCHEMA pg_catalog TO bob",
    "CREATE ON SCHEMA pg_catalog FROM bob")
granted("hstore.function other.akeys(other.hstore) to bob", "EXECUTE ON FUNCTION other.akeys(other.hstore) TO bob",
    "EXECUTE ON FUNCTION other.akeys(other.hstore) FROM bob")
one("REVOKE EXECUTE ON FUNCTION pg_sleep(float8) FROM PUBLIC", "GRANT EXECUTE ON FUNCTION pg_sleep(float8) TO PUBLIC",
    unexpected("revoked grant pg_catalog.function pg_sleep(double precision) to PUBLIC"))
one("REVOKE USAGE ON LANGUAGE sql FROM PUBLIC", "GRANT USAGE ON LANGUAGE sql TO PUBLIC",
    unexpected("revoked grant pg_catalog.language sql to PUBLIC"))
one("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC",
    unexpected("revoked grant plpgsql.language plpgsql to PUBLIC"))
one("ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT INSERT ON TABLES TO bob",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA other REVOKE INSERT ON TABLES FROM bob",
    changed("grant tables of postgres in other.bob", "privileges", "SELECT", "INSERT, SELECT"))
one("ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO carol",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA other REVOKE SELECT ON TABLES FROM carol",
    unexpected("grant tables of postgres in other.carol"))
one("ALTER DEFAULT PRIVILEGES IN SCHEMA other REVOKE SELECT ON TABLES FROM bob",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO bob",
    missing("default privileges tables of postgres in other"))
one("ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO bob",
    "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SEQUENCES FROM bob",
    unexpected("default privileges sequences of postgres"))
one("ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO bob", "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM bob",
    unexpected("default privileges types of postgres"))
one("ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO bob",
    "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SCHEMAS FROM bob", unexpected("default privileges schemas of postgres"))
one("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    unexpected("default privileges functions of postgres"))
one("ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES FOR ROLE alice GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    missing("grant functions of alice.PUBLIC"))
one("ALTER DEFAULT PRIVILEGES FOR ROLE alice REVOKE EXECUTE ON FUNCTIONS FROM alice",
    "ALTER DEFAULT PRIVILEGES FOR ROLE alice GRANT EXECUTE ON FUNCTIONS TO alice",
    changed("default privileges functions of alice", "revoked from owner", None, "EXECUTE"))

# --- publications, subscriptions, foreign data -----------------------------------------------------------------

each("publication news", "ALTER PUBLICATION news SET (publish = '{}')", "operations",
    ("insert, update", "insert, update"), ("insert", "insert"),
    ("insert, update, delete, truncate", "insert, update, delete, truncate"), ("", ""))
each("publication news", "ALTER PUBLICATION news SET (publish_via_partition_root = {})", "via root", ("false", None),
    ("true", "yes"))
each("publication news", "ALTER PUBLICATION news SET (publish_generated_columns = {})", "generated columns",
    ("none", None), ("stored", "stored"), needs="18")
one("ALTER PUBLICATION news ADD TABLE app.rich", "ALTER PUBLICATION news DROP TABLE app.rich",
    unexpected("table news.app.rich"))
one("ALTER PUBLICATION news DROP TABLE app.plain", "ALTER PUBLICATION news ADD TABLE app.plain",
    missing("table news.app.plain"))
one("ALTER PUBLICATION news ADD TABLES IN SCHEMA other", "ALTER PUBLICATION news DROP TABLES IN SCHEMA other",
    unexpected("schema news.other"), needs="15")
each("table news.app.plain", "ALTER PUBLICATION news SET TABLE app.people, app.plain{}", "where", ("", None),
    (" WHERE (id > 1)", "(id > 1)"), needs="15")
each("table news.app.plain", "ALTER PUBLICATION news SET TABLE app.people, app.plain{}", "columns", ("", None),
    (" (id, n)", "id, n"), needs="15")
one("CREATE PUBLICATION everything FOR ALL TABLES", "DROP PUBLICATION everything", unexpected("publication everything"))
one(
    "DROP PUBLICATION news; CREATE PUBLICATION news FOR ALL TABLES WITH (publish = 'insert, update'); COMMENT ON PUBLICATION news IS 'out'",
    "DROP PUBLICATION news; CREATE PUBLICATION news FOR TABLE app.people, app.plain WITH (publish = 'insert, update'); COMMENT ON PUBLICATION news IS 'out'",
    changed("publication news", "all tables", None, "yes"), missing("table news.app.people"),
    missing("table news.app.plain"))
each("publication news", "COMMENT ON PUBLICATION news IS {}", "comment", ("'out'", "out"), ("NULL", None))
each("subscription olds", "ALTER SUBSCRIPTION olds SET PUBLICATION {} WITH (refresh = false)", "publications",
    ("p1", "p1"), ("p2", "p2"), ("p2, p1", "p1, p2"))
each("subscription olds", "ALTER SUBSCRIPTION olds SET ({})", "synchronous commit",
    ("synchronous_commit = off", None), ("synchronous_commit = local", "local"))
each("subscription olds", "ALTER SUBSCRIPTION olds SET ({})", "binary", ("binary = false", None),
    ("binary = true", "yes"), needs="14")
each("subscription olds", "ALTER SUBSCRIPTION olds SET (streaming = {})", "streaming", ("off", "off"), ("on", "on"),
    needs="14")
each("subscription olds", "ALTER SUBSCRIPTION olds SET ({})", "disable on error", ("disable_on_error = false", None),
    ("disable_on_error = true", "yes"), needs="15")
each("subscription olds", "ALTER SUBSCRIPTION olds SET ({})", "run as table owner", ("run_as_owner = false", "yes"),
    ("run_as_owner = true", None), needs="16")
each("subscription olds", "ALTER SUBSCRIPTION olds SET ({})", "no password required",
    ("password_required = true", None), ("password_required = false", "yes"), needs="16")
each("subscription olds", "ALTER SUBSCRIPTION olds SET ({})", "origin", ("origin = any", None),
    ("origin = none", "none"), needs="16")
each("subscription olds", "ALTER SUBSCRIPTION olds SET (slot_name = {})", "slot", ("NONE", "none"), ("slot", "slot"))
each("subscription olds", "ALTER SUBSCRIPTION olds CONNECTION '{}'", "connection",
    ("host=elsewhere dbname=x user=u password=hidden", "host=elsewhere dbname=x user=u password=***"),
    ("host=nowhere dbname=x user=u password=hidden", "host=nowhere dbname=x user=u password=***"),
    ("host=elsewhere dbname=x user=u password=''a b'' port=1", "host=elsewhere dbname=x user=u password=*** port=1"),
    ("postgresql://u:hidden@elsewhere/x?sslmode=disable&password=hidden&port=1", "postgresql://u:***@elsewhere/x?sslmode=disable&password=***&port=1"))
each("foreign data wrapper wrapper", "ALTER FOREIGN DATA WRAPPER wrapper OPTIONS ({})", "options",
    ("SET speed 'high'", "speed=high"), ("SET speed 'low'", "speed=low"))
one("ALTER FOREIGN DATA WRAPPER wrapper OPTIONS (DROP speed)",
    "ALTER FOREIGN DATA WRAPPER wrapper OPTIONS (ADD speed 'high')",
    changed("foreign data wrapper wrapper", "options", "speed=high", None))
one("ALTER FOREIGN DATA WRAPPER wrapper OPTIONS (ADD api_token 'hidden')",
    "ALTER FOREIGN DATA WRAPPER wrapper OPTIONS (DROP api_token)",
    changed("foreign data wrapper wrapper", "options", "speed=high", "api_token=***, speed=high"))
each("foreign server far", "ALTER SERVER far OPTIONS ({})", "options", ("SET host 'h'", "host=h, port=1"),
    ("SET host 'i'", "host=i, port=1"))
one("ALTER SERVER far OPTIONS (DROP port)", "ALTER SERVER far OPTIONS (ADD port '1')",
    changed("foreign server far", "options", "host=h, port=1", "host=h"))
each("foreign server far", "ALTER SERVER far VERSION '{}'", "version", ("1", "1"), ("2", "2"))
each("foreign server far", "COMMENT ON SERVER far IS {}", "comment", ("'away'", "away"), ("NULL", None))
one("CREATE USER MAPPING FOR bob SERVER far", "DROP USER MAPPING FOR bob SERVER far",
    unexpected("user mapping far.bob"))
one("DROP USER MAPPING FOR alice SERVER far",
    "CREATE USER MAPPING FOR alice SERVER far OPTIONS (\"user\" 'remote', password 'hidden')",
    missing("user mapping far.alice"))
one("DROP USER MAPPING FOR PUBLIC SERVER far", "CREATE USER MAPPING FOR PUBLIC SERVER far",
    missing("user mapping far.PUBLIC"))
one("ALTER USER MAPPING FOR alice SERVER far OPTIONS (ADD password_required 'false')",
    "ALTER USER MAPPING FOR alice SERVER far OPTIONS (DROP password_required)",
    changed("user mapping far.alice", "options", "password=***, user=remote",
            "password=***, password_required=false, user=remote"))
each("user mapping far.alice", "ALTER USER MAPPING FOR alice SERVER far OPTIONS ({})", "options",
    ("SET \"user\" 'remote'", "password=***, user=remote"), ("SET \"user\" 'other'", "password=***, user=other"))
one("ALTER USER MAPPING FOR alice SERVER far OPTIONS (DROP password)",
    "ALTER USER MAPPING FOR alice SERVER far OPTIONS (ADD password 'hidden')",
    changed("user mapping far.alice", "options", "password=***, user=remote", "user=remote"))
each("foreign table app.elsewhere", "ALTER FOREIGN TABLE app.elsewhere OPTIONS (SET table_name '{}')",
    "foreign options", ("x", "table_name=x"), ("y", "table_name=y"))
each("column app.elsewhere.id", "ALTER FOREIGN TABLE app.elsewhere ALTER id OPTIONS (SET column_name '{}')",
    "foreign options", ("ID", "column_name=ID"), ("ID2", "column_name=ID2"))
one("ALTER FOREIGN TABLE app.elsewhere ADD u text", "ALTER FOREIGN TABLE app.elsewhere DROP u",
    unexpected("column app.elsewhere.u"))
each("column app.elsewhere.t", "ALTER FOREIGN TABLE app.elsewhere ALTER t {} NOT NULL", "not null", ("SET", "yes"),
    ("DROP", None))
one("ALTER FOREIGN TABLE app.elsewhere ADD CONSTRAINT c CHECK (id > 0)",
    "ALTER FOREIGN TABLE app.elsewhere DROP CONSTRAINT c", unexpected("constraint app.elsewhere.c"))
SETUP += "CREATE SERVER near FOREIGN DATA WRAPPER wrapper;\n"
each("foreign table app.elsewhere",
    "DROP FOREIGN TABLE app.elsewhere; CREATE FOREIGN TABLE app.elsewhere (id integer OPTIONS (column_name 'ID'), t text NOT NULL) SERVER {} OPTIONS (table_name 'x')",
    "server", ("far", "far"), ("near", "near"))

# --- operators, casts, text search and what else there is --------------------------------------------------------

NEAR = "DROP OPERATOR app.=~= (integer, text); CREATE OPERATOR app.=~= (FUNCTION = {}, LEFTARG = integer, RIGHTARG = text{})"
values("operator app.=~=(integer, text)", "restriction estimator",
    (NEAR.format("app.near", ", RESTRICT = eqsel"), "eqsel"), (NEAR.format("app.near", ""), None),
    (NEAR.format("app.near", ", RESTRICT = neqsel"), "neqsel"))
values("operator app.=~=(integer, text)", "join estimator", (NEAR.format("app.near", ", RESTRICT = eqsel"), None),
    (NEAR.format("app.near", ", RESTRICT = eqsel, JOIN = eqjoinsel"), "eqjoinsel"))
values("operator app.=~=(integer, text)", "hashes", (NEAR.format("app.near", ", RESTRICT = eqsel"), None),
    (NEAR.format("app.near", ", RESTRICT = eqsel, HASHES"), "yes"))
values("operator app.=~=(integer, text)", "merges", (NEAR.format("app.near", ", RESTRICT = eqsel"), None),
    (NEAR.format("app.near", ", RESTRICT = eqsel, MERGES"), "yes"))
values("operator app.=~=(integer, text)", "function",
    (NEAR.format("app.near", ", RESTRICT = eqsel"), "app.near(integer,text)"),
    (NEAR.format("app.near_too", ", RESTRICT = eqsel"), "app.near_too(integer,text)"))
SETUP += "CREATE FUNCTION app.near_too(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';\n"
one("CREATE OPERATOR app.=~~= (FUNCTION = app.near, LEFTARG = integer, RIGHTARG = text)",
    "DROP OPERATOR app.=~~= (integer, text)", unexpected("operator app.=~~=(integer, text)"))
one("DROP OPERATOR app.=~= (integer, text)", NEAR.format("app.near", ", RESTRICT = eqsel").split("; ")[1],
    missing("operator app.=~=(integer, text)"))
each("operator app.=~=(integer, text)", "COMMENT ON OPERATOR app.=~= (integer, text) IS {}", "comment",
    ("NULL", None), ("'x'", "x"))
each("operator app.=~=(integer, text)", "ALTER OPERATOR app.=~= (integer, text) OWNER TO {}", "owner",
    ("postgres", "postgres"), ("wally", "wally"))
one("ALTER OPERATOR FAMILY app.fam USING btree ADD OPERATOR 1 > (integer, bigint)",
    "ALTER OPERATOR FAMILY app.fam USING btree DROP OPERATOR 1 (integer, bigint)",
    unexpected("operator app.fam using btree.1 (integer, bigint)"))
one("ALTER OPERATOR FAMILY app.fam USING btree ADD FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint)",
    "ALTER OPERATOR FAMILY app.fam USING btree DROP FUNCTION 1 (integer, bigint)",
    unexpected("function app.fam using btree.1 (integer, bigint)"))
one(
    "DROP OPERATOR CLASS app.kept_19 USING gist; CREATE OPERATOR CLASS app.kept_19 DEFAULT FOR TYPE integer USING gist FAMILY app.gist_fam AS STORAGE box",
    "DROP OPERATOR CLASS app.kept_19 USING gist; CREATE OPERATOR CLASS app.kept_19 FOR TYPE integer USING gist FAMILY app.gist_fam AS STORAGE box",
    changed("operator class app.kept_19 using gist", "default", None, "yes"))
CAST = "DROP CAST (app.mood AS integer); CREATE CAST (app.mood AS integer) WITH {}; COMMENT ON CAST (app.mood AS integer) IS 'roughly'"
each("cast app.mood as integer", CAST, "context", ("FUNCTION app.mood_to_int(app.mood) AS ASSIGNMENT", "assignment"),
    ("FUNCTION app.mood_to_int(app.mood)", None), ("FUNCTION app.mood_to_int(app.mood) AS IMPLICIT", "implicit"))
each("cast app.mood as integer", CAST, "function",
    ("FUNCTION app.mood_to_int(app.mood) AS ASSIGNMENT", "app.mood_to_int(app.mood)"),
    ("FUNCTION app.mood_to_int_too(app.mood) AS ASSIGNMENT", "app.mood_to_int_too(app.mood)"))
SETUP += "CREATE FUNCTION app.mood_to_int_too(app.mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';\n"
one("CREATE CAST (app.address AS app.size) WITH INOUT", "DROP CAST (app.address AS app.size)",
    unexpected("cast app.address as app.size"))
one("DROP CAST (app.mood AS integer)",
    CAST.split("; ", 1)[1].format("FUNCTION app.mood_to_int(app.mood) AS ASSIGNMENT"),
    missing("cast app.mood as integer"))
each("cast app.mood as integer", "COMMENT ON CAST (app.mood AS integer) IS {}", "comment", ("'roughly'", "roughly"),
    ("NULL", None))
each("text search dictionary app.words", "ALTER TEXT SEARCH DICTIONARY app.words ({})", "options",
    ("stopwords = english, accept", "stopwords = 'english'"), ("stopwords = german", "stopwords = 'german'"),
    ("stopwords", None))
each("mapping app.search.word", "ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word WITH {}",
    "dictionaries", ("app.words, simple", "app.words, simple"), ("simple, app.words", "simple, app.words"),
    ("simple", "simple"))
one("ALTER TEXT SEARCH DICTIONARY app.stems (stopwords = german)",
    "ALTER TEXT SEARCH DICTIONARY app.stems (stopwords = english); ALTER TEXT SEARCH DICTIONARY app.stems (language = english)",
    changed("text search dictionary app.stems", "options", "language = 'english', stopwords = 'english'",
            "language = 'english', stopwords = 'german'"))
one("ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR email",
    "ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR email WITH simple",
    missing("mapping app.search.email"))
one("ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR tag WITH simple",
    "ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR tag", unexpected("mapping app.search.tag"))
each("text search configuration app.search", "COMMENT ON TEXT SEARCH CONFIGURATION app.search IS {}", "comment",
    ("'finds'", "finds"), ("NULL", None))
each("collation app.loose",
    "DROP COLLATION app.loose; CREATE COLLATION app.loose (provider = icu, locale = '{}', deterministic = false)",
    "locale", ("und-u-ks-level2", "und-u-ks-level2"), ("und-u-ks-level1", "und-u-ks-level1"))
each("collation app.loose",
    "DROP COLLATION app.loose; CREATE COLLATION app.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = {})",
    "not deterministic", ("false", "yes"), ("true", None))
each("collation app.loose",
    "DROP COLLATION app.loose; CREATE COLLATION app.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false{})",
    "rules", ("", None), (", rules = '& V << w'", "& V << w"), needs="16")
each("collation app.plain",
    "DROP COLLATION app.plain; CREATE COLLATION app.plain (lc_collate = 'C', lc_ctype = '{}')", "character type",
    ("C", "C"), ("C.UTF-8", "C.UTF-8"))
each("conversion app.conv",
    "DROP CONVERSION app.conv; CREATE {} CONVERSION app.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    "default", ("", None), ("DEFAULT", "yes"))
each("language speech", "DROP LANGUAGE speech; CREATE {} LANGUAGE speech HANDLER plpgsql_call_handler", "trusted",
    ("", None), ("TRUSTED", "yes"))
each("language speech", "DROP LANGUAGE speech; CREATE LANGUAGE speech HANDLER plpgsql_call_handler {}",
    "inline handler", ("", None), ("INLINE plpgsql_inline_handler", "plpgsql_inline_handler"))
each("language speech", "DROP LANGUAGE speech; CREATE LANGUAGE speech HANDLER plpgsql_call_handler {}", "validator",
    ("", None), ("VALIDATOR plpgsql_validator", "plpgsql_validator"))
one("DROP TRANSFORM FOR other.hstore LANGUAGE plpgsql",
    "CREATE TRANSFORM FOR other.hstore LANGUAGE plpgsql (FROM SQL WITH FUNCTION app.hstore_from(internal))",
    missing("transform other.hstore for plpgsql"))
one("DROP EVENT TRIGGER watch", WATCH.format(*HOME).split("; ", 1)[1], missing("event trigger watch"))
one(
    "SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES ('app.plain'::regclass, 'pg_class'::regclass, 0, 'guard', 'secret')",
    "SET allow_system_table_mods = on; DELETE FROM pg_seclabel",
    changed("table app.plain", "security label", None, "guard: secret"))
one(
    "SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES ('app.plain'::regclass, 'pg_class'::regclass, 2, 'guard', 'secret')",
    "SET allow_system_table_mods = on; DELETE FROM pg_seclabel",
    changed("column app.plain.name", "security label", None, "guard: secret"))

# --- what must not be told ---------------------------------------------------------------------------------------

SILENCES = (
    Silence("rows come", "INSERT INTO app.people (name, email) SELECT 'n' || i, 'a@b' FROM generate_series(1, 50) i; INSERT INTO app.numbered SELECT i, 'x' FROM generate_series(1, 100) i"),
    Silence("rows change and go", "UPDATE app.numbered SET label = 'y'; DELETE FROM app.numbered WHERE no > 50; TRUNCATE app.scratch"),
    Silence("statistics are gathered", "ANALYZE"),
    Silence("rubbish is taken out", "VACUUM (ANALYZE)"),
    Silence("tables are rewritten", "VACUUM FULL app.plain; CLUSTER app.rich; REINDEX TABLE app.rich"),
    Silence("indexes are made anew", "REINDEX INDEX CONCURRENTLY app.rich_hash"),
    Silence("sequences move on", "SELECT nextval('app.bare'), setval('app.serial_id_seq', 77); ALTER SEQUENCE app.bare RESTART; ALTER SEQUENCE app.bare RESTART WITH 5"),
    Silence("a view is refreshed", "REFRESH MATERIALIZED VIEW app.counts"),
    Silence("a view is emptied", "REFRESH MATERIALIZED VIEW app.counts WITH NO DATA"),
    Silence("the owner's own grant", "GRANT ALL ON app.plain TO postgres; GRANT SELECT ON app.rich TO postgres"),
    Silence("a grant that everybody has", "GRANT EXECUTE ON FUNCTION app.add(integer, integer) TO PUBLIC; GRANT USAGE ON TYPE app.mood TO PUBLIC"),
    Silence("a grant that is there already", "GRANT SELECT ON app.people TO bob; GRANT USAGE ON SCHEMA app TO bob"),
    Silence("granted and revoked", "GRANT SELECT ON app.scratch TO bob; REVOKE SELECT ON app.scratch FROM bob"),
    Silence("a privilege of the database that everybody has", "GRANT CONNECT ON DATABASE drift TO PUBLIC"),
    Silence("the role has its own settings", "ALTER ROLE postgres SET search_path = app, other; ALTER ROLE postgres SET DateStyle = 'German'; ALTER ROLE postgres SET IntervalStyle = 'iso_8601'; "
            "ALTER ROLE postgres SET TimeZone = 'Asia/Tokyo'; ALTER ROLE postgres SET extra_float_digits = -5; ALTER ROLE postgres SET bytea_output = 'escape'; "
            "ALTER ROLE postgres SET quote_all_identifiers = on; ALTER ROLE postgres SET standard_conforming_strings = off; ALTER ROLE postgres SET client_encoding = 'LATIN1'"),
    Silence("the role reads nothing but in order", "ALTER ROLE postgres SET default_transaction_read_only = on; ALTER ROLE postgres SET default_transaction_isolation = 'serializable'; ALTER ROLE postgres SET enable_seqscan = off; ALTER ROLE postgres SET enable_hashjoin = off",
        after="SET default_transaction_read_only = off; ALTER ROLE postgres RESET ALL"),
    Silence("a table is made again", "DROP TABLE app.of_type; CREATE TABLE app.of_type OF app.address (PRIMARY KEY (street))"),
    Silence("an index is made again", "DROP INDEX app.rich_hash; CREATE INDEX rich_hash ON app.rich USING hash (code)"),
    Silence("a constraint is made again", "ALTER TABLE app.rich DROP CONSTRAINT rich_code, ADD CONSTRAINT rich_code UNIQUE (code, owner) DEFERRABLE INITIALLY DEFERRED"),
    Silence("a function is replaced by itself", "CREATE OR REPLACE FUNCTION app.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b'"),
    Silence("a view is replaced by itself", "CREATE OR REPLACE VIEW app.names AS SELECT id, name FROM app.people WHERE id > 0"),
    Silence("a column comes and goes", "ALTER TABLE app.scratch ADD x text DEFAULT 'a' NOT NULL; ALTER TABLE app.scratch DROP x; ALTER TABLE app.sales ADD x integer; ALTER TABLE app.sales DROP x"),
    Silence("the same default again", "ALTER TABLE app.rich ALTER code SET DEFAULT 'x'"),
    Silence("options in another order", "ALTER TABLE app.rich RESET (fillfactor, autovacuum_enabled); ALTER TABLE app.rich SET (autovacuum_enabled = false, fillfactor = 70)"),
    Silence("roles of a policy in another order", "ALTER POLICY mine ON app.rich TO bob, alice"),
    Silence("temporary things", "CREATE TEMPORARY TABLE temporary (a integer); CREATE TEMPORARY VIEW temporary_too AS SELECT 1"),
    Silence("a partition goes and comes back", "ALTER TABLE app.sales DETACH PARTITION app.sales_1; ALTER TABLE app.sales ATTACH PARTITION app.sales_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"),
    Silence("another database's settings and privileges", "ALTER DATABASE template1 SET work_mem = '3MB'; ALTER DATABASE template1 RESET work_mem; ALTER ROLE bob SET work_mem = '5MB'; ALTER ROLE bob RESET work_mem"),
    Silence("a password of a mapping", "ALTER USER MAPPING FOR alice SERVER far OPTIONS (SET password 'other')"),
    Silence("an empty comment", "COMMENT ON TABLE app.plain IS ''"),
    Silence("a large object", "SELECT lo_create(0)"),
    Silence("the registry", "CREATE SCHEMA kedge; CREATE TABLE kedge.changes (change_id text PRIMARY KEY); CREATE FUNCTION kedge.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; "
            "CREATE TYPE kedge.t AS ENUM ('a'); GRANT SELECT ON kedge.changes TO bob; COMMENT ON SCHEMA kedge IS 'x'; ALTER DEFAULT PRIVILEGES IN SCHEMA kedge GRANT SELECT ON TABLES TO bob"),
)


class Bench(PostgresBench):
    """With all of the above in its database."""

    setup = SETUP
