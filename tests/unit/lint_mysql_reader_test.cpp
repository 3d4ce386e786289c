// SPDX-License-Identifier: MIT
// What the reader of MySQL's and MariaDB's statements makes of them.
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lint/mysql/reader.hpp"
#include "split_files.hpp"
#include "support/text.hpp"

namespace {

using namespace kedge::lint;

Statement read(std::string_view text, kedge::script::mysql::QuoteModes modes = {}) {
    Statement out;
    out.source.text = text;
    mysql::understand(out, modes);
    return out;
}

std::string word_of(Act act) {
    static const std::map<Act, std::string> words = {
        {Act::other, "other"},
        {Act::create, "create"},
        {Act::alter, "alter"},
        {Act::drop, "drop"},
        {Act::rename, "rename"},
        {Act::add_column, "add"},
        {Act::drop_column, "drop column"},
        {Act::rename_column, "rename column"},
        {Act::modify_column, "modify"},
        {Act::set_default, "set default"},
        {Act::drop_default, "drop default"},
        {Act::add_constraint, "add constraint"},
        {Act::alter_constraint, "alter constraint"},
        {Act::drop_constraint, "drop constraint"},
        {Act::convert_charset, "convert"},
        {Act::attach_partition, "attach"},
        {Act::detach_partition, "detach"},
        {Act::drop_partition, "drop partition"},
        {Act::truncate_partition, "truncate partition"},
        {Act::exchange_partition, "exchange"},
        {Act::select, "select"},
        {Act::insert, "insert"},
        {Act::update, "update"},
        {Act::remove, "delete"},
        {Act::copy_in, "load"},
        {Act::copy_out, "outfile"},
        {Act::truncate, "truncate"},
        {Act::call, "call"},
        {Act::run_block, "run"},
        {Act::begin, "begin"},
        {Act::commit, "commit"},
        {Act::rollback, "rollback"},
        {Act::savepoint, "savepoint"},
        {Act::rollback_to_savepoint, "rollback to"},
        {Act::set, "set"},
        {Act::lock, "lock"},
        {Act::unlock, "unlock"},
        {Act::vacuum, "optimize"},
        {Act::analyze, "analyze"},
        {Act::flush, "flush"},
        {Act::grant, "grant"},
        {Act::revoke, "revoke"}};
    const auto found = words.find(act);
    return found == words.end() ? "?" : found->second;
}

std::string list(const std::vector<std::string>& parts) {
    return "(" + kedge::join(parts, ",") + ")";
}

std::string text_of(const Constraint& constraint) {
    std::string out = constraint_word(constraint.kind);
    if (!constraint.name.empty()) out += " " + constraint.name;
    if (constraint.is_inline) out += " inline";
    out += " " + list(constraint.columns);
    if (!constraint.references.empty()) {
        out += " -> " + constraint.references.text() + list(constraint.referenced_columns);
    }
    if (constraint.on_delete == ForeignKeyAction::cascade) out += " on delete cascade";
    if (constraint.on_delete == ForeignKeyAction::set_null) out += " on delete set null";
    if (constraint.on_update == ForeignKeyAction::cascade) out += " on update cascade";
    if (!constraint.expression.empty()) out += " [" + constraint.expression + "]";
    if (!constraint.not_null_column.empty()) out += " not null " + constraint.not_null_column;
    if (constraint.not_valid) out += " not enforced";
    return out;
}

std::string text_of(const Column& column) {
    std::string out = column.name + " " + column.type.text;
    if (column.not_null) out += " not null";
    if (column.explicit_null) out += " null";
    if (column.default_kind == DefaultKind::null) out += " default null";
    if (column.default_kind == DefaultKind::constant) out += " constant " + column.default_text;
    if (column.default_kind == DefaultKind::stable) out += " moment " + column.default_text;
    if (column.default_kind == DefaultKind::expression) out += " expression " + column.default_text;
    if (column.updates_itself) out += " updates";
    if (column.generated == Generated::stored) out += " stored";
    if (column.generated == Generated::virtual_column) out += " virtual";
    if (column.is_serial) out += " auto";
    if (!column.charset.empty()) out += " charset " + column.charset;
    if (!column.collation.empty()) out += " collate " + column.collation;
    if (column.comment) out += " comment " + *column.comment;
    if (!column.position.empty()) out += " at " + column.position;
    for (const Constraint& constraint : column.constraints) out += " " + text_of(constraint);
    return out;
}

std::string text_of(const Index& index) {
    std::string out = index.unique ? "unique " : "";
    out += index.method.empty() ? "" : index.method + " ";
    out += index.name + list(index.columns);
    for (const long length : index.prefix_lengths) {
        if (length > 0) out += " prefix " + std::to_string(length);
    }
    return out + (index.is_hidden ? " hidden" : "");
}

/// An action in a line.
std::string text_of(const Action& action) {
    std::string out = word_of(action.act);
    if (action.object != ObjectKind::none) out += std::string(" ") + kind_word(action.object);
    if (!action.name.empty()) out += " " + action.name.text();
    if (!action.part.empty()) out += " ." + action.part;
    if (!action.new_name.empty()) out += " to " + action.new_name.text();
    if (!action.text.empty()) out += " '" + action.text + "'";
    if (action.if_exists) out += " if exists";
    if (action.if_not_exists) out += " if not exists";
    if (action.or_replace) out += " or replace";
    if (action.temporary) out += " temporary";
    if (action.is_global) out += " global";
    if (action.is_whole) out += " whole";
    if (action.all_privileges) out += " all";
    if (action.with_grant_option) out += " grant option";
    if (action.has_password) out += " password";
    if (action.is_partitioned) out += " partitioned";
    if (action.ignores_errors) out += " ignore";
    if (action.from_query) out += " from query";
    if (action.security_definer) out += " definer's";
    if (!action.definer.empty()) out += " by " + action.definer;
    for (const Column& column : action.columns) out += " {" + text_of(column) + "}";
    for (const Constraint& constraint : action.constraints) out += " {" + text_of(constraint) + "}";
    for (const Index& index : action.indexes) out += " {" + text_of(index) + "}";
    if (action.index) out += " {" + text_of(*action.index) + "}";
    if (!action.values.empty()) out += " values" + list(action.values);
    if (!action.arguments.empty()) out += " arguments" + list(action.arguments);
    if (!action.returns.empty()) out += " returns " + action.returns;
    if (!action.engine.empty()) out += " engine " + action.engine;
    if (!action.charset.empty()) out += " charset " + action.charset;
    if (!action.collation.empty()) out += " collate " + action.collation;
    if (action.comment) out += " comment " + *action.comment;
    if (!action.algorithm.empty()) out += " algorithm " + action.algorithm;
    if (!action.lock.empty()) out += " lock " + action.lock;
    if (action.rows.has_where) out += " where";
    if (action.rows.has_order) out += " order";
    if (action.rows.has_limit) out += " limit";
    if (action.rows.has_from) out += " reads";
    if (action.rows.has_columns) out += " columns";
    if (action.rows.on_conflict) out += " conflict";
    if (action.rows.replaces) out += " replaces";
    if (action.rows.from_query) out += " query";
    if (action.rows.rows > 0) out += " rows " + std::to_string(action.rows.rows);
    if (!action.rows.assigned.empty()) out += " assigns" + list(action.rows.assigned);
    return out;
}

std::string text_of(const Statement& statement) {
    std::vector<std::string> out;
    for (const Action& action : statement.actions) out.push_back(text_of(action));
    return kedge::join(out, "; ");
}

struct Case {
    std::string_view sql;
    std::string_view actions;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        // CREATE TABLE
        {"CREATE TABLE t (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, n VARCHAR(20))",
         "create table t {id int unsigned not null auto primary key PRIMARY inline (id)} "
         "{n varchar(20)}"},
        {"create table if not exists `my db`.`a``b` (`key` integer(11) default '1' comment 'it''s')"
         " engine=InnoDB default charset=utf8mb4 collate utf8mb4_bin comment='x'",
         "create table my db.a`b if not exists {key int(11) constant '1' comment it's} engine "
         "InnoDB charset utf8mb4 collate utf8mb4_bin comment x"},
        {"CREATE TABLE t (a int, b int, PRIMARY KEY (a), UNIQUE KEY u (b), KEY i (a, b(10) DESC), "
         "FULLTEXT KEY f (b), INDEX USING BTREE (a), CONSTRAINT c FOREIGN KEY (b) REFERENCES "
         "s.p (id) ON DELETE CASCADE ON UPDATE CASCADE, CONSTRAINT k CHECK (a > 0) NOT ENFORCED)",
         "create table t {a int} {b int} {primary key PRIMARY (a)} {unique constraint u (b)} "
         "{foreign key c (b) -> s.p(id) on delete cascade on update cascade} "
         "{check k () [a > 0] not enforced} {i(a,b) prefix 10} {fulltext f(b)} {btree (a)}"},
        {"CREATE TABLE t (a DOUBLE PRECISION, b NATIONAL VARCHAR(5), c BOOL DEFAULT FALSE, "
         "d CHARACTER VARYING(9), e SERIAL, f DEC(10,2) ZEROFILL, g LONG VARCHAR, "
         "h TEXT CHARACTER SET latin1 COLLATE latin1_bin)",
         "create table t {a double} {b varchar(5)} {c tinyint(1) constant FALSE} {d varchar(9)} "
         "{e bigint unsigned not null auto unique constraint inline (e)} "
         "{f decimal(10,2) unsigned zerofill} {g mediumtext} "
         "{h text charset latin1 collate latin1_bin}"},
        {"CREATE TABLE t (a ENUM('x','y,z') NOT NULL DEFAULT 'x', b SET('p'), c TIMESTAMP(6) NOT "
         "NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), d INT DEFAULT (1+2), "
         "e CHAR(36) DEFAULT UUID(), f INT DEFAULT -1, g DECIMAL(3,1) DEFAULT 1.5, h BIT(1) "
         "DEFAULT "
         "b'0', i INT DEFAULT NULL, j DOUBLE DEFAULT 1e-3)",
         "create table t {a enum('x','y,z') not null constant 'x'} {b set('p')} {c timestamp(6) "
         "not null moment CURRENT_TIMESTAMP(6) updates} {d int expression (1+2)} {e char(36) "
         "expression UUID()} {f int constant -1} {g decimal(3,1) constant 1.5} {h bit(1) constant "
         "b'0'} {i int default null} {j double constant 1e-3}"},
        {"CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a + 1) STORED, c INT AS (a) VIRTUAL "
         "NOT "
         "NULL, d INT AS (a*2) PERSISTENT, e INT REFERENCES p (id) ON DELETE SET NULL, f INT CHECK "
         "(f IS NOT NULL), g INT INVISIBLE, h INT UNIQUE)",
         "create table t {a int} {b int stored} {c int not null virtual} {d int stored} {e int "
         "foreign key inline (e) -> p(id) on delete set null} {f int check inline () [f IS NOT "
         "NULL] not null f} {g int} {h int unique constraint inline (h)}"},
        {"CREATE TEMPORARY TABLE t LIKE o", "create table t temporary from query"},
        {"CREATE TABLE t (LIKE o)", "create table t from query"},
        {"CREATE OR REPLACE TABLE t (a INT) SELECT 1 AS a",
         "create table t or replace from query {a int}"},
        {"CREATE TABLE t AS SELECT * FROM o", "create table t from query"},
        {"CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10))",
         "create table t partitioned {a int}"},
        {"CREATE TABLE t (a INT) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE 8 WITH SYSTEM VERSIONING",
         "create table t {a int}"},
        {"/*!50001 CREATE TABLE t (a INT) ENGINE=MyISAM */",
         "create table t {a int} engine MyISAM"},
        // ALTER TABLE
        {"ALTER TABLE t ADD a INT, ADD COLUMN IF NOT EXISTS b INT NOT NULL DEFAULT 0 AFTER a, "
         "ADD (c INT, d DATE), ALGORITHM=INPLACE, LOCK=NONE",
         "add table t .a {a int} algorithm INPLACE lock NONE; add table t .b if not exists {b int "
         "not null constant 0 at a} algorithm INPLACE lock NONE; add table t .c {c int} algorithm "
         "INPLACE lock NONE; add table t .d {d date} algorithm INPLACE lock NONE"},
        {"ALTER TABLE s.t DROP COLUMN a, DROP b CASCADE, DROP PRIMARY KEY, DROP FOREIGN KEY f, "
         "DROP "
         "CHECK c, DROP CONSTRAINT k, DROP INDEX i, DROP KEY IF EXISTS j",
         "drop column table s.t .a; drop column table s.t .b; drop constraint table s.t .PRIMARY; "
         "drop constraint table s.t .f; drop constraint table s.t .c; drop constraint table s.t "
         ".k; "
         "drop index s.t .i; drop index s.t .j if exists"},
        {"ALTER TABLE t MODIFY a BIGINT NOT NULL FIRST, CHANGE b c VARCHAR(5) NULL, CHANGE COLUMN "
         "d D "
         "INT",
         "modify table t .a {a bigint not null at FIRST}; rename column table t .b to c; modify "
         "table t .c {c varchar(5) null}; modify table t .D {D int}"},
        {"ALTER TABLE t RENAME TO u, RENAME COLUMN a TO b, RENAME INDEX i TO j",
         "rename table t to u; rename column table t .a to b; rename index t .i to j"},
        {"ALTER TABLE t ADD PRIMARY KEY (a), ADD UNIQUE u (a), ADD UNIQUE INDEX (b), ADD KEY k "
         "(a), "
         "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), ADD CONSTRAINT CHECK (a > 1), ADD "
         "SPATIAL INDEX g (p), ADD FULLTEXT (q) WITH PARSER ngram",
         "add constraint table t .PRIMARY {primary key PRIMARY (a)}; add constraint table t .u "
         "{unique constraint u (a)}; add constraint table t {unique constraint (b)}; create index "
         "t .k {k(a)}; add constraint table t .f {foreign key f (a) -> p(id)}; add constraint "
         "table "
         "t {check () [a > 1]}; create index t .g {spatial g(p)}; create index t {fulltext (q)}"},
        {"ALTER TABLE t ALTER a SET DEFAULT 5, ALTER COLUMN b DROP DEFAULT, ALTER INDEX i "
         "INVISIBLE, "
         "ALTER CHECK c NOT ENFORCED, ALTER d SET DEFAULT (uuid())",
         "set default table t .a {a  constant 5}; drop default table t .b; alter index t .i "
         "'INVISIBLE'; alter constraint table t .c 'NOT ENFORCED'; set default table t .d {d  "
         "expression (uuid())}"},
        {"ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ENGINE = MyISAM, "
         "DEFAULT CHARSET latin1, AUTO_INCREMENT = 5, COMMENT 'c', FORCE, ORDER BY a, b",
         "convert table t charset utf8mb4 collate utf8mb4_bin; alter table t 'ENGINE' engine "
         "MyISAM; "
         "alter table t 'CHARACTER SET' charset latin1; alter table t 'AUTO_INCREMENT'; alter "
         "table "
         "t 'COMMENT' comment c; alter table t 'FORCE'; alter table t 'ORDER BY'"},
        {"ALTER TABLE t DROP PARTITION p1, p2",
         "drop partition table t .p1; drop partition table t "
         ".p2"},
        {"ALTER TABLE t TRUNCATE PARTITION p1", "truncate partition table t .p1"},
        {"ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u WITHOUT VALIDATION",
         "exchange table t .p to u 'WITHOUT VALIDATION'"},
        {"ALTER TABLE t REORGANIZE PARTITION p INTO (PARTITION q VALUES LESS THAN (1))",
         "alter table t 'REORGANIZE PARTITION'"},
        {"ALTER TABLE t ADD PARTITION (PARTITION q VALUES LESS THAN MAXVALUE)",
         "alter table t 'ADD PARTITION'"},
        {"ALTER TABLE t ADD a INT PARTITION BY HASH(a) PARTITIONS 4",
         "add table t .a {a int}; alter table t 'PARTITION BY'"},
        {"ALTER TABLE t REMOVE PARTITIONING", "alter table t 'REMOVE PARTITIONING'"},
        {"ALTER TABLE t CONVERT PARTITION p TO TABLE u", "detach table t .p to u"},
        {"ALTER IGNORE TABLE t ADD UNIQUE (a)",
         "add constraint table t ignore {unique constraint (a)}"},
        {"ALTER ONLINE TABLE IF EXISTS t NOWAIT ADD COLUMN a INT",
         "add table t .a if exists {a int}"},
        {"ALTER TABLE t DISCARD TABLESPACE", "alter table t 'DISCARD TABLESPACE'"},
        // indexes and tables
        {"CREATE UNIQUE INDEX u ON s.t (a, (lower(b)), c(5)) ALGORITHM=INPLACE LOCK NONE",
         "create index s.t .u {unique u(a,,c) prefix 5} algorithm INPLACE lock NONE"},
        {"CREATE FULLTEXT INDEX f ON t (a) INVISIBLE", "create index t .f {fulltext f(a) hidden}"},
        {"DROP INDEX i ON t LOCK = SHARED", "drop index t .i lock SHARED"},
        {"DROP INDEX `PRIMARY` ON t", "drop constraint table t .PRIMARY"},
        {"DROP TABLE IF EXISTS a, s.b CASCADE", "drop table a if exists; drop table s.b if exists"},
        {"RENAME TABLE a TO b, s.c TO s.d", "rename table a to b; rename table s.c to s.d"},
        {"TRUNCATE s.t", "truncate table s.t"},
        // other objects
        {"CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`u`@`%` SQL SECURITY INVOKER VIEW v (a, b) AS "
         "SELECT 1, 2",
         "create view v 'invoker' or replace by u@% values(a,b)"},
        {"ALTER VIEW v AS SELECT 1", "alter view v or replace"},
        {"DROP VIEW IF EXISTS v, w", "drop view v if exists; drop view w if exists"},
        {"CREATE DEFINER=root@localhost PROCEDURE p (IN a INT, OUT b VARCHAR(3)) BEGIN SELECT 1; "
         "END",
         "create routine p 'sql' definer's by root@localhost arguments(int,varchar(3))"},
        {"CREATE FUNCTION f (a INT) RETURNS INT DETERMINISTIC SQL SECURITY INVOKER RETURN a",
         "create routine f 'sql' arguments(int) returns int"},
        {"CREATE FUNCTION f RETURNS STRING SONAME 'x.so'", "create routine f 'soname'"},
        {"CREATE TRIGGER s.g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
         "create trigger t .g 'BEFORE INSERT'"},
        {"CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t", "create event e"},
        {"ALTER EVENT e RENAME TO f", "rename event e to f"},
        {"CREATE DATABASE IF NOT EXISTS d DEFAULT CHARACTER SET = utf8 COLLATE utf8_bin",
         "create database d if not exists charset utf8 collate utf8_bin"},
        {"ALTER DATABASE CHARACTER SET utf8mb4", "alter database charset utf8mb4"},
        {"DROP SCHEMA d", "drop database d"},
        {"CREATE USER 'a'@'%' IDENTIFIED BY 'secret', b",
         "create role a@% password; create role b"},
        {"ALTER USER a@10.0.0.1 IDENTIFIED WITH p AS 'x'", "alter role a@10.0.0.1"},
        {"DROP USER IF EXISTS a, 'b'@'h'", "drop role a if exists; drop role b@h if exists"},
        {"RENAME USER a TO b", "rename role a to b"},
        {"GRANT SELECT (a, b), INSERT ON d.* TO 'u'@'h' WITH GRANT OPTION",
         "grant database d whole grant option values(u@h)"},
        {"GRANT ALL PRIVILEGES ON *.* TO u IDENTIFIED BY 'x'",
         "grant database whole all password values(u)"},
        {"GRANT EXECUTE ON PROCEDURE d.p TO u, v", "grant routine d.p values(u,v)"},
        {"GRANT r TO u WITH ADMIN OPTION", "grant role grant option values(u)"},
        {"REVOKE INSERT ON d.t FROM u", "revoke table d.t values(u)"},
        {"CREATE SEQUENCE s START WITH 5", "create sequence s"},
        {"CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')", "create object"},
        // rows
        {"SELECT a FROM t WHERE b = 1 ORDER BY a LIMIT 5", "select where order limit reads"},
        {"(SELECT 1) UNION (SELECT 2)", "select"},
        {"SELECT * INTO OUTFILE '/tmp/x' FROM t", "outfile; select reads"},
        {"WITH c AS (SELECT 1) UPDATE t SET a = 1 WHERE b IN (SELECT * FROM c)",
         "update table t where assigns(a)"},
        {"INSERT INTO t (a, b) VALUES (1, 2), (3, 4) ON DUPLICATE KEY UPDATE b = 5",
         "insert table t columns conflict rows 2 assigns(a,b)"},
        {"INSERT IGNORE t VALUES (1)", "insert table t ignore conflict rows 1"},
        {"INSERT INTO t SELECT * FROM u ORDER BY rand()", "insert table t order query"},
        {"REPLACE INTO t SET a = 1, b = f(2, 3)",
         "insert table t columns conflict replaces rows 1 assigns(a,b)"},
        {"UPDATE t SET a = 1, t.b = (SELECT 1 FROM u WHERE x) LIMIT 5",
         "update table t limit assigns(a,b)"},
        {"UPDATE t JOIN u ON t.a = u.a SET t.b = u.b", "update table t where assigns(b)"},
        {"DELETE FROM t", "delete table t"},
        {"DELETE a FROM a JOIN b USING (c) WHERE b.d", "delete table a where"},
        {"LOAD DATA LOCAL INFILE 'f' REPLACE INTO TABLE s.t", "load table s.t"},
        {"CALL s.p(1)", "call routine s.p"},
        // transactions and the session
        {"START TRANSACTION", "begin"},
        {"BEGIN", "begin"},
        {"ROLLBACK WORK TO SAVEPOINT x", "rollback to"},
        {"BEGIN NOT ATOMIC SELECT 1; END", "run"},
        {"EXECUTE IMMEDIATE 'DROP TABLE t'", "run"},
        {"SET GLOBAL max_connections = 5, b = 'x y', SESSION c = ON",
         "set max_connections '5' global; set b 'x y' global; set c 'ON'"},
        {"SET @@global.sql_log_bin := 0, @u = 1, foreign_key_checks=0",
         "set sql_log_bin '0' global; other '1'; set foreign_key_checks '0'"},
        {"SET NAMES utf8mb4", "set names 'utf8mb4'"},
        {"SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
         "set transaction 'ISOLATION LEVEL SERIALIZABLE'"},
        {"SET PASSWORD FOR u = PASSWORD('x')", "alter role u password"},
        {"SET STATEMENT max_statement_time=1 FOR DROP TABLE t", "drop table t"},
        {"LOCK TABLES a READ, s.b AS c WRITE", "lock table a 'READ'; lock table s.b 'WRITE'"},
        {"UNLOCK TABLES", "unlock"},
        {"FLUSH TABLES WITH READ LOCK", "flush 'TABLES WITH READ LOCK'"},
        {"OPTIMIZE TABLE a, b", "optimize table a; optimize table b"},
        {"ANALYZE TABLE a", "analyze table a"},
        {"SHOW TABLES", "other"},
    };
    return all;
}

}  // namespace

TEST_CASE("the reader of MySQL's statements tells what they do") {
    for (const Case& each : cases()) {
        CAPTURE(each.sql);
        const Statement read_statement = read(each.sql);
        CHECK(text_of(read_statement) == each.actions);
        CHECK(read_statement.problem == "");
    }
}

TEST_CASE("the reader of MySQL's statements says where it doesn't understand one") {
    struct Odd {
        std::string_view sql;
        std::string_view at;  ///< what stands there
    };
    const std::vector<Odd> odd = {
        {"FROBNICATE t", "FROBNICATE"},
        {"ALTER TABLE t FROBNICATE a, DROP b", "FROBNICATE"},
        {"CREATE TABLE t (a INT FROBNICATE, b INT)", "FROBNICATE"},
        {"CREATE TABLE t (a INT", ""},
        {"CREATE WIDGET w", "WIDGET"},
        {"ALTER TABLE t RENAME COLUMN a b", "b"},
        {"DROP TABLE", ""},
        {"INSERT INTO t FROBNICATE", "FROBNICATE"},
        {"UPDATE t WHERE a", ""},
        {"SET a b", "b"},
    };
    for (const Odd& each : odd) {
        CAPTURE(each.sql);
        const Statement found = read(each.sql);
        CHECK(found.problem.starts_with("not understood"));
        CHECK(found.writes);
        CHECK(each.sql.substr(found.problem_offset).starts_with(each.at));
        if (each.at.empty()) CHECK(found.problem_offset == each.sql.size());
    }
    // What could be understood of it stays.
    CHECK(text_of(read("ALTER TABLE t FROBNICATE a, DROP b")) == "drop column table t .b");
    CHECK(text_of(read("CREATE TABLE t (a INT FROBNICATE, b INT)")) ==
          "create table t from query {a int} {b int}");
}

TEST_CASE("the reader of MySQL's statements follows ANSI_QUOTES") {
    CHECK(text_of(read("DROP TABLE \"a b\"", {true, false})) == "drop table a b");
    CHECK(read("DROP TABLE \"a b\"").problem == "not understood at \"a b\"");
}

TEST_CASE("the reader of MySQL's statements shows where an action stands") {
    const Statement found = read("ALTER TABLE t\n  ADD a INT,\n  DROP COLUMN b");
    REQUIRE(found.actions.size() == 2);
    CHECK(found.actions[0].offset == 20);
    CHECK(found.actions[1].offset == 41);
}

TEST_CASE("what MySQL's statements mention is found wherever it stands") {
    struct Mentioned {
        std::string_view sql;
        std::vector<std::string> found;
    };
    const auto text = [](const Mention& mention) {
        static const std::map<Mention::Kind, std::string> words = {
            {Mention::Kind::table, "table"},           {Mention::Kind::function, "function"},
            {Mention::Kind::null_comparison, "null"},  {Mention::Kind::select_star, "star"},
            {Mention::Kind::not_in_query, "not in"},   {Mention::Kind::string_as_name, "string"},
            {Mention::Kind::leading_wildcard, "like"}, {Mention::Kind::alternatives, "or"},
            {Mention::Kind::function_on_column, "of"}};
        const std::string name = mention.name.text();
        return words.at(mention.kind) + (name.empty() ? "" : " " + name);
    };
    const std::vector<Mentioned> all = {
        {"SELECT * FROM a, s.b AS x, c JOIN d ON now() > 1",
         {"star", "table a", "table s.b", "table c", "table d", "function now"}},
        {"SELECT count(*), x.* FROM a x", {"function count", "star", "table a"}},
        {"SELECT 1 WHERE a = NULL OR b <> NULL OR c != NULL OR d <=> NULL OR e IS NULL",
         {"or 5", "null", "null", "null"}},
        {"DELETE FROM t WHERE a LIKE '%x' AND lower(t.b) = 'y' AND c = lower('z')",
         {"table t", "of lower.b", "like", "function lower", "function lower"}},
        {"UPDATE t SET a = NULL WHERE b = NULL", {"table t", "null"}},
        {"INSERT INTO t (a) VALUES (f(1)) ON DUPLICATE KEY UPDATE a = NULL",
         {"table t", "function f"}},
        {"SELECT 1 WHERE a NOT IN (SELECT b FROM t)", {"not in", "table t"}},
        {"SELECT EXTRACT(YEAR FROM d) FROM t", {"function extract", "table t"}},
        {"WITH c AS (SELECT 1) SELECT a FROM c", {}},
        {"SELECT 1 WHERE EXISTS (SELECT * FROM t)", {"table t"}},
        {"CREATE VIEW v AS SELECT * FROM t", {"star", "table t"}},
        {"CREATE TABLE t (a VARCHAR(5) DEFAULT (uuid()))", {}},
        {"SET @x = NULL", {}},
        {"SELECT a * b FROM t", {"table t"}},
    };
    for (const Mentioned& each : all) {
        CAPTURE(each.sql);
        std::vector<std::string> found;
        for (const Mention& mention : read(each.sql).mentions) found.push_back(text(mention));
        CHECK(found == each.found);
    }
}

TEST_CASE("the reader of MySQL's statements takes any text") {
    std::mt19937 random(7);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    std::size_t read_statements = 0;
    for (int round = 0; round < 60; ++round) {
        for (const Case& each : cases()) {
            std::string text(each.sql);
            const std::string_view other = cases()[below(cases().size())].sql;
            for (std::size_t edits = 1 + below(3); edits > 0 && !text.empty(); --edits) {
                const std::size_t at = below(text.size());
                switch (below(5)) {
                    case 0:
                        text.erase(at, 1 + below(8));
                        break;
                    case 1:
                        text.insert(at, 1, "()'`\",.;=@-*/#\\ \n"[below(17)]);
                        break;
                    case 2:
                        text.insert(at, other.substr(below(other.size()), 1 + below(20)));
                        break;
                    case 3:
                        text.resize(at);
                        break;
                    default:
                        text[at] = static_cast<char>(below(256));
                }
            }
            CAPTURE(text);
            const Statement found = read(text, {below(2) == 0, below(2) == 0});
            CHECK(found.problem_offset <= text.size());
            for (const Action& action : found.actions) CHECK(action.offset <= text.size());
            for (const Mention& mention : found.mentions) CHECK(mention.offset < text.size());
            ++read_statements;
        }
    }
    CHECK(read_statements > 5000);
    // Deep and long ones.
    std::string deep;
    for (int i = 0; i < 20000; ++i) deep += "ANALYZE ";
    CHECK(read(deep).problem.starts_with("not understood"));
    CHECK(read(std::string(100000, '(')).problem.starts_with("not understood"));
}

TEST_CASE("all scripts of the mysql client's fixtures can be read for lint") {
    std::size_t statements = 0;
    for (const auto& path : kedge::test::scripts_of("mysql")) {
        CAPTURE(path.string());
        kedge::script::Script script;
        script.path = path.string();
        const ScriptText found = mysql::MysqlReader().read(script);
        CHECK(found.exists);
        for (const Statement& statement : found.statements) {
            CHECK_FALSE(statement.source.text.empty());
            ++statements;
        }
    }
    CHECK(statements > 50);
}
