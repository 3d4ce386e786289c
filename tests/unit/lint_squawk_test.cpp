// SPDX-License-Identifier: MIT
// What squawk documents for PostgreSQL, case by case: https://squawkhq.com/docs/rules
// The statements are our own; what each of its rules speaks of, and is silent about, is squawk's.
#include <string_view>

#include <doctest/doctest.h>

#include "lint/rules/table.hpp"
#include "lint_samples.hpp"

namespace {

using namespace kedge::lint;

struct Case {
    std::string_view squawk;  ///< its rule
    std::string_view rule;    ///< ours
    bool speaks;
    std::string_view sql;
    std::string_view parameters = {};
    std::string_view version = {};
};

constexpr Case kCases[] = {
    {"adding-field-with-default", "add-column-volatile-default", true,
     "ALTER TABLE account ADD COLUMN stamp timestamptz DEFAULT clock_timestamp();"},
    {"adding-field-with-default", "add-column-volatile-default", true,
     "ALTER TABLE account ADD COLUMN key uuid DEFAULT uuid_generate_v4();"},
    {"adding-field-with-default", "add-column-volatile-default", true,
     "ALTER TABLE account ADD COLUMN draw float DEFAULT random();"},
    {"adding-field-with-default", "add-column-volatile-default", false,
     "ALTER TABLE account ADD COLUMN level integer DEFAULT 10;"},
    {"adding-field-with-default", "add-column-volatile-default", false,
     "ALTER TABLE account ADD COLUMN made timestamptz DEFAULT now();"},
    {"adding-field-with-default", "add-column-volatile-default", false,
     "ALTER TABLE account ADD COLUMN tags text[] DEFAULT '{}';"},
    {"adding-field-with-default",
     "add-column-volatile-default",
     true,
     "ALTER TABLE account ADD COLUMN level integer DEFAULT 10;",
     {},
     "10.0"},
    {"adding-field-with-default", "add-stored-generated-column", true,
     "ALTER TABLE account ADD COLUMN twice int GENERATED ALWAYS AS (once * 2) STORED;"},
    {"adding-foreign-key-constraint", "add-foreign-key", true,
     "ALTER TABLE mail ADD CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users (id);"},
    {"adding-foreign-key-constraint", "add-foreign-key", false,
     "ALTER TABLE mail ADD CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users (id) NOT "
     "VALID;"},
    {"adding-foreign-key-constraint", "add-foreign-key", true,
     "ALTER TABLE mail ADD COLUMN user_id int REFERENCES users (id);"},
    {"adding-foreign-key-constraint", "add-foreign-key", false,
     "CREATE TABLE mail (id bigint PRIMARY KEY, user_id int REFERENCES users (id));"},
    {"adding-not-nullable-field", "set-not-null", true,
     "ALTER TABLE account ALTER COLUMN level SET NOT NULL;"},
    {"adding-required-field", "add-not-null-column", true,
     "ALTER TABLE account ADD COLUMN level integer NOT NULL;"},
    {"adding-required-field", "add-not-null-column", false,
     "ALTER TABLE account ADD COLUMN level integer NOT NULL DEFAULT 1;"},
    {"adding-required-field", "add-not-null-column", false,
     "ALTER TABLE account ADD COLUMN level integer;"},
    {"adding-serial-primary-key-field", "add-primary-key", true,
     "ALTER TABLE account ADD COLUMN id serial PRIMARY KEY;"},
    {"adding-serial-primary-key-field", "add-primary-key", true,
     "ALTER TABLE account ADD PRIMARY KEY (id);"},
    {"adding-serial-primary-key-field", "add-primary-key", false,
     "ALTER TABLE account ADD CONSTRAINT account_pk PRIMARY KEY USING INDEX account_pk;"},
    {"ban-alter-domain-with-add-constraint", "alter-domain-constraint", true,
     "ALTER DOMAIN mail_address ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');"},
    {"ban-alter-domain-with-add-constraint", "alter-domain-constraint", false,
     "ALTER DOMAIN mail_address DROP CONSTRAINT has_at;"},
    {"ban-char-field", "char-type", true, "CREATE TABLE account (code char(9) NOT NULL);"},
    {"ban-char-field", "char-type", true, "ALTER TABLE account ADD COLUMN code character(9);"},
    {"ban-char-field", "char-type", false, "CREATE TABLE account (code varchar(9) NOT NULL);"},
    {"ban-concurrent-index-creation-in-transaction", "concurrently-in-transaction", true,
     "BEGIN; CREATE INDEX CONCURRENTLY by_level ON account (level); COMMIT;"},
    {"ban-concurrent-index-creation-in-transaction", "concurrently-in-transaction", false,
     "BEGIN; SELECT 1; COMMIT; CREATE INDEX CONCURRENTLY by_level ON account (level);"},
    {"ban-create-domain-with-constraint", "create-domain-constraint", true,
     "CREATE DOMAIN level AS int NOT NULL CHECK (VALUE > 0);"},
    {"ban-create-domain-with-constraint", "create-domain-constraint", false,
     "CREATE DOMAIN level AS int;"},
    {"ban-drop-column", "drop-column", true, "ALTER TABLE account DROP COLUMN level;"},
    {"ban-drop-database", "drop-database", true, "DROP DATABASE IF EXISTS shop;"},
    {"ban-drop-not-null", "drop-not-null", true,
     "ALTER TABLE account ALTER COLUMN level DROP NOT NULL;"},
    {"ban-drop-table", "drop-table", true, "DROP TABLE IF EXISTS account;"},
    {"ban-truncate-cascade", "truncate-cascade", true, "TRUNCATE account, mail CASCADE;"},
    {"ban-truncate-cascade", "truncate-cascade", false, "TRUNCATE account;"},
    {"ban-uncommitted-transaction", "uncommitted-transaction", true,
     "BEGIN; CREATE TABLE account (id int);"},
    {"ban-uncommitted-transaction", "uncommitted-transaction", false,
     "BEGIN; CREATE TABLE account (id int); COMMIT;"},
    {"changing-column-type", "change-column-type", true,
     "ALTER TABLE account ALTER COLUMN level SET DATA TYPE timestamptz;"},
    {"changing-column-type", "change-column-type", true,
     "ALTER TABLE account ALTER level TYPE bigint;"},
    {"constraint-missing-not-valid", "add-check", true,
     "ALTER TABLE account ADD CONSTRAINT positive CHECK (level >= 0);"},
    {"constraint-missing-not-valid", "add-check", false,
     "ALTER TABLE account ADD CONSTRAINT positive CHECK (level >= 0) NOT VALID;"},
    {"constraint-missing-not-valid", "validate-in-same-transaction", true,
     "BEGIN; ALTER TABLE account ADD CONSTRAINT positive CHECK (level >= 0) NOT VALID;"
     "ALTER TABLE account VALIDATE CONSTRAINT positive; COMMIT;"},
    {"constraint-missing-not-valid", "validate-in-same-transaction", false,
     "BEGIN; ALTER TABLE account ADD CONSTRAINT positive CHECK (level >= 0) NOT VALID; COMMIT;"
     "BEGIN; ALTER TABLE account VALIDATE CONSTRAINT positive; COMMIT;"},
    {"disallowed-unique-constraint", "add-unique-constraint", true,
     "ALTER TABLE account ADD CONSTRAINT one_mail UNIQUE (mail);"},
    {"disallowed-unique-constraint", "add-unique-constraint", true,
     "ALTER TABLE account ADD COLUMN mail text UNIQUE;"},
    {"disallowed-unique-constraint", "add-unique-constraint", false,
     "ALTER TABLE account ADD CONSTRAINT one_mail UNIQUE USING INDEX one_mail;"},
    {"disallowed-unique-constraint", "add-unique-constraint", false,
     "CREATE TABLE account (mail text); ALTER TABLE account ADD CONSTRAINT m UNIQUE (mail);"},
    {"identifier-too-long", "long-name", true,
     "CREATE TABLE a_name_that_goes_on_and_on_until_it_is_longer_than_the_server_will_ever_keep "
     "(id int);"},
    {"identifier-too-long", "long-name", false, "CREATE TABLE account (id int);"},
    {"prefer-bigint-over-int", "prefer-bigint", true, "CREATE TABLE account (id integer);"},
    {"prefer-bigint-over-int", "prefer-bigint", true, "CREATE TABLE account (id serial);"},
    {"prefer-bigint-over-int", "prefer-bigint", false, "CREATE TABLE account (id bigserial);"},
    {"prefer-bigint-over-smallint", "prefer-bigint", true, "CREATE TABLE account (id smallint);"},
    {"prefer-identity", "prefer-identity", true, "CREATE TABLE account (id serial PRIMARY KEY);"},
    {"prefer-identity", "prefer-identity", true, "ALTER TABLE account ADD COLUMN n bigserial;"},
    {"prefer-identity", "prefer-identity", false,
     "CREATE TABLE account (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);"},
    {"prefer-repack", "vacuum-full", true, "VACUUM (FULL, ANALYZE) account;"},
    {"prefer-repack", "vacuum-full", true, "CLUSTER account USING by_level;"},
    {"prefer-repack", "vacuum-full", false, "VACUUM (ANALYZE) account;"},
    {"prefer-robust-stmts", "not-repeatable", true,
     "DROP INDEX CONCURRENTLY by_level; DROP INDEX by_mail;"},
    {"prefer-robust-stmts", "not-repeatable", false,
     "BEGIN; ALTER TABLE account ADD COLUMN level int; COMMIT;"},
    {"prefer-text-field", "prefer-text", true, "CREATE TABLE account (mail varchar(100));"},
    {"prefer-text-field", "prefer-text", false, "CREATE TABLE account (mail text);"},
    {"prefer-timestamptz", "prefer-timestamptz", true, "CREATE TABLE account (made timestamp);"},
    {"prefer-timestamptz", "prefer-timestamptz", true,
     "ALTER TABLE account ALTER COLUMN made TYPE timestamp without time zone;"},
    {"prefer-timestamptz", "prefer-timestamptz", false,
     "CREATE TABLE account (made timestamp with time zone);"},
    {"renaming-column", "rename-column", true, "ALTER TABLE account RENAME COLUMN a TO b;"},
    {"renaming-table", "rename-table", true, "ALTER TABLE account RENAME TO customer;"},
    {"require-concurrent-index-creation", "index-not-concurrently", true,
     "CREATE INDEX by_level ON account (level);"},
    {"require-concurrent-index-creation", "index-not-concurrently", true,
     "CREATE UNIQUE INDEX IF NOT EXISTS by_level ON account (level);"},
    {"require-concurrent-index-creation", "index-not-concurrently", false,
     "CREATE INDEX CONCURRENTLY by_level ON account (level);"},
    {"require-concurrent-index-creation", "index-not-concurrently", false,
     "BEGIN; CREATE TABLE account (level int); CREATE INDEX by_level ON account (level); COMMIT;"},
    {"require-concurrent-index-deletion", "drop-index-not-concurrently", true,
     "DROP INDEX IF EXISTS by_level;"},
    {"require-concurrent-index-deletion", "drop-index-not-concurrently", false,
     "DROP INDEX CONCURRENTLY IF EXISTS by_level;"},
    {"require-concurrent-index-deletion", "drop-index-not-concurrently", false,
     "DROP TABLE by_level;"},
    {"require-concurrent-reindex", "reindex-not-concurrently", true, "REINDEX TABLE account;"},
    {"require-concurrent-reindex", "reindex-not-concurrently", false,
     "REINDEX TABLE CONCURRENTLY account;"},
    {"require-concurrent-partition-detach", "detach-partition-not-concurrently", true,
     "ALTER TABLE events DETACH PARTITION events_1;"},
    {"require-concurrent-partition-detach", "detach-partition-not-concurrently", false,
     "ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;"},
    {"require-enum-value-ordering", "enum-value-position", true,
     "ALTER TYPE level ADD VALUE 'gold';"},
    {"require-enum-value-ordering", "enum-value-position", false,
     "ALTER TYPE level ADD VALUE 'gold' AFTER 'silver';"},
    {"require-table-schema", "require-schema", true, "CREATE TABLE account (id int);"},
    {"require-table-schema", "require-schema", false, "CREATE TABLE shop.account (id int);"},
    {"require-table-schema", "require-schema", false, "CREATE TEMP TABLE account (id int);"},
    {"require-lock-timeout", "require-timeout", true, "ALTER TABLE account ADD COLUMN a int;"},
    {"require-lock-timeout", "require-timeout", false,
     "SET lock_timeout = '1s'; ALTER TABLE account ADD COLUMN a int;"},
    {"require-statement-timeout", "require-timeout", true,
     "SET lock_timeout = '1s'; ALTER TABLE account ADD COLUMN a int;",
     "setting = statement_timeout"},
    {"transaction-nesting", "transaction-nesting", true, "BEGIN; BEGIN; SELECT 1; COMMIT;"},
    {"transaction-nesting", "transaction-nesting", true, "SELECT 1; COMMIT;"},
    {"transaction-nesting", "transaction-nesting", false, "BEGIN; SELECT 1; COMMIT;"},
    {"ban-duplicate-column-assignments", "duplicate-assignment", true,
     "UPDATE account SET a = 1, a = 2 WHERE id = 1;"},
    {"unused-ignore", "unused-allow", true, "-- kedge: allow drop-table nobody uses it\nSELECT 1;"},
};

}  // namespace

TEST_CASE("the lint rules for PostgreSQL agree with what squawk documents") {
    for (const Case& each : kCases) {
        CAPTURE(each.squawk);
        CAPTURE(each.sql);
        const Rule* rule = find_rule(each.rule);
        REQUIRE(rule != nullptr);
        const Sample sample{
            .deploy = each.sql, .parameters = each.parameters, .version = each.version};
        CHECK(kedge::test::look(*rule, Engine::pg, sample).empty() != each.speaks);
    }
}
