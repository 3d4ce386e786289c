// SPDX-License-Identifier: MIT
// What Atlas' analyzers of MySQL (https://atlasgo.io/lint/analyzers) and strong_migrations' checks
// (https://github.com/ankane/strong_migrations) speak of, case by case. The statements are our own;
// strong_migrations' are those that its Ruby calls send.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "lint/rules/table.hpp"
#include "lint_samples.hpp"

namespace {

using namespace kedge::lint;

struct Case {
    std::string_view theirs;  ///< the analyzer's code, or the check
    std::string_view rule;    ///< ours
    bool speaks;
    std::string_view sql;
    std::string_view earlier = {};
    std::string_view version = {};
};

constexpr std::string_view kUsers =
    "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(100) NOT NULL, age INT, "
    "mood ENUM('sad','ok','glad'), tags SET('a','b','c','d','e','f','g','h'));";

constexpr Case kCases[] = {
    // Atlas: destructive changes
    {"DS101", "drop-database", true, "DROP DATABASE shop;"},
    {"DS101", "drop-database", true, "DROP SCHEMA IF EXISTS shop;"},
    {"DS102", "drop-table", true, "DROP TABLE users;", kUsers},
    {"DS102", "drop-table", false, "CREATE TABLE work (a INT); DROP TABLE work;"},
    {"DS102", "drop-table", false, "DROP TEMPORARY TABLE work;"},
    {"DS103", "drop-column", true, "ALTER TABLE users DROP COLUMN age;", kUsers},
    {"DS103", "drop-column", false,
     "CREATE TABLE work (a INT, b INT); ALTER TABLE work DROP COLUMN b;"},
    // Atlas: changes that depend on the rows
    {"MF101", "add-unique", true, "CREATE UNIQUE INDEX by_name ON users (name);", kUsers},
    {"MF101", "add-unique", true, "ALTER TABLE users ADD UNIQUE INDEX by_name (name);", kUsers},
    {"MF101", "add-unique", false, "CREATE INDEX by_name ON users (name);", kUsers},
    {"MF101", "add-unique", false,
     "CREATE TABLE work (a INT); CREATE UNIQUE INDEX by_a ON work (a);"},
    {"MF103", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN born DATE NOT NULL;"},
    {"MF103", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN seen DATETIME NOT NULL;"},
    {"MF103", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN place POINT NOT NULL;"},
    {"MF103", "add-not-null-column", false, "ALTER TABLE users ADD COLUMN born DATE;"},
    {"MF104", "modify-not-null", true, "ALTER TABLE users MODIFY age INT NOT NULL;", kUsers},
    {"MF104", "modify-not-null", true, "ALTER TABLE users CHANGE age years INT NOT NULL;", kUsers},
    {"MF104", "modify-not-null", false, "ALTER TABLE users MODIFY name VARCHAR(100) NOT NULL;",
     kUsers},
    // Atlas: changes that old clients don't stand
    {"BC101", "rename-table", true, "RENAME TABLE users TO people;", kUsers},
    {"BC101", "rename-table", true, "ALTER TABLE users RENAME TO people;", kUsers},
    {"BC101", "rename-table", false,
     "RENAME TABLE users TO people; CREATE VIEW users AS SELECT id FROM people;", kUsers},
    {"BC102", "rename-column", true, "ALTER TABLE users RENAME COLUMN age TO years;", kUsers},
    {"BC102", "rename-column", true, "ALTER TABLE users CHANGE age years INT;", kUsers},
    {"BC102", "rename-column", false, "ALTER TABLE users CHANGE age age BIGINT;", kUsers},
    // Atlas: constraints that are dropped
    {"CD101", "drop-constraint", true, "ALTER TABLE users DROP FOREIGN KEY of_team;"},
    {"CD101", "drop-constraint", false, "ALTER TABLE users DROP INDEX by_name;"},
    // Atlas: MySQL alone
    {"MY101", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN b INT NOT NULL;"},
    {"MY101", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN c FLOAT NOT NULL;"},
    {"MY101", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN d VARCHAR(9) NOT NULL;"},
    {"MY101", "add-not-null-column", true,
     "ALTER TABLE users ADD COLUMN e ENUM('foo','bar') NOT NULL;"},
    {"MY101", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN f TIMESTAMP NOT NULL;"},
    {"MY101", "add-not-null-column", true, "ALTER TABLE users ADD COLUMN g YEAR NOT NULL;"},
    {"MY101",
     "add-not-null-column",
     true,
     "ALTER TABLE users ADD COLUMN h JSON NOT NULL;",
     {},
     "mariadb 10.11"},
    {"MY101", "add-not-null-column", false, "ALTER TABLE users ADD COLUMN b INT;"},
    {"MY101", "add-not-null-column", false,
     "ALTER TABLE users ADD COLUMN b INT NOT NULL DEFAULT 1;"},
    {"MY101", "add-not-null-column", false,
     "ALTER TABLE users ADD COLUMN b INT NOT NULL AUTO_INCREMENT UNIQUE;"},
    {"MY101", "add-not-null-column", false,
     "ALTER TABLE users ADD COLUMN b INT AS (id) STORED NOT NULL;"},
    {"MY101", "add-not-null-column", false, "CREATE TABLE work (b INT NOT NULL);"},
    {"MY101", "add-not-null-column", false,
     "ALTER TABLE users ADD COLUMN b INT NOT NULL; UPDATE users SET b = 7 WHERE b = 0;"},
    {"MY102", "inline-references", true,
     "ALTER TABLE pets ADD COLUMN owner INT REFERENCES users (id);"},
    {"MY102", "inline-references", true, "CREATE TABLE pets (owner INT REFERENCES users (id));"},
    {"MY102", "inline-references", false,
     "CREATE TABLE pets (owner INT, FOREIGN KEY (owner) REFERENCES users (id));"},
    {"MY110", "enum-value-removed", true, "ALTER TABLE users MODIFY mood ENUM('sad','ok');",
     kUsers},
    {"MY110", "enum-value-removed", false,
     "ALTER TABLE users MODIFY mood ENUM('sad','ok','glad','wild');", kUsers},
    {"MY111", "enum-reordered", true, "ALTER TABLE users MODIFY mood ENUM('glad','ok','sad');",
     kUsers},
    {"MY111", "enum-reordered", false,
     "ALTER TABLE users MODIFY mood ENUM('sad','ok','glad') NOT NULL;", kUsers},
    {"MY112", "enum-value-inserted", true,
     "ALTER TABLE users MODIFY mood ENUM('sad','so','ok','glad');", kUsers},
    {"MY112", "enum-value-inserted", false,
     "ALTER TABLE users MODIFY mood ENUM('sad','ok','glad','wild');", kUsers},
    {"MY120", "enum-value-removed", true,
     "ALTER TABLE users MODIFY tags SET('a','b','c','d','e','f','g');", kUsers},
    {"MY121", "enum-reordered", true,
     "ALTER TABLE users MODIFY tags SET('b','a','c','d','e','f','g','h');", kUsers},
    {"MY122", "enum-value-inserted", true,
     "ALTER TABLE users MODIFY tags SET('z','a','b','c','d','e','f','g','h');", kUsers},
    {"MY123", "enum-grows", true,
     "ALTER TABLE users MODIFY tags SET('a','b','c','d','e','f','g','h','i');", kUsers},
    {"MY123", "enum-grows", false, "ALTER TABLE pets MODIFY tags SET('a','b','c');",
     "CREATE TABLE pets (tags SET('a','b'));"},
    // strong_migrations
    {"remove_column", "drop-column", true, "ALTER TABLE `users` DROP COLUMN `age`;", kUsers},
    {"change_column", "change-column-copies", true, "ALTER TABLE users CHANGE age age BIGINT NULL;",
     kUsers},
    {"change_column", "change-column-copies", true,
     "ALTER TABLE users CHANGE name name VARCHAR(50) NOT NULL;", kUsers},
    {"change_column", "change-column-copies", false,
     "ALTER TABLE users CHANGE name name VARCHAR(200) NOT NULL;", kUsers},
    // Over the 255 bytes that one byte of length tells.
    {"change_column", "change-column-copies", true,
     "ALTER TABLE pets CHANGE name name VARCHAR(64);", "CREATE TABLE pets (name VARCHAR(63));"},
    {"change_column", "change-column-copies", false,
     "ALTER TABLE pets CHANGE name name VARCHAR(63);", "CREATE TABLE pets (name VARCHAR(10));"},
    {"change_column", "change-column-copies", false,
     "CREATE TABLE work (a INT); ALTER TABLE work MODIFY a BIGINT;"},
    {"rename_column", "rename-column", true, "ALTER TABLE users RENAME COLUMN name TO called;",
     kUsers},
    {"rename_table", "rename-table", true, "RENAME TABLE users TO people;", kUsers},
    {"create_table force", "create-table-force", true,
     "DROP TABLE IF EXISTS users; CREATE TABLE users (id INT);"},
    {"add_column_auto_incrementing", "add-auto-increment", true,
     "ALTER TABLE users ADD COLUMN n BIGINT NOT NULL AUTO_INCREMENT, ADD UNIQUE (n);", kUsers},
    {"add_column_default", "default-expression-copies", false,
     "ALTER TABLE users ADD COLUMN n INT DEFAULT 3;", kUsers},
    {"add_column_default_callable", "default-expression-copies", true,
     "ALTER TABLE users ADD COLUMN n CHAR(36) DEFAULT (uuid());", kUsers},
    {"add_column_default_callable", "default-expression-copies", true,
     "ALTER TABLE users ADD COLUMN n INT DEFAULT (3);", kUsers},
    {"add_column_generated_stored", "stored-column-copies", true,
     "ALTER TABLE users ADD COLUMN n INT AS (age * 2) STORED;", kUsers},
    {"add_column_generated_stored", "stored-column-copies", false,
     "ALTER TABLE users ADD COLUMN n INT AS (age * 2);", kUsers},
    {"add_foreign_key", "foreign-key-copies", true,
     "ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (age) REFERENCES ages (id);", kUsers},
    {"add_foreign_key", "foreign-key-copies", false,
     "CREATE TABLE pets (owner INT, CONSTRAINT f FOREIGN KEY (owner) REFERENCES users (id));",
     kUsers},
    {"add_check_constraint", "add-check", true,
     "ALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);", kUsers},
    {"add_check_constraint", "add-check", false,
     "CREATE TABLE work (a INT, CONSTRAINT c CHECK (a > 0));"},
    {"execute", "dynamic-sql", true, "EXECUTE IMMEDIATE 'DROP TABLE users';"},
    {"backfill", "rows-without-where", true, "UPDATE users SET age = 3;", kUsers},
    {"backfill", "rows-without-where", false,
     "UPDATE users SET age = 3 WHERE id BETWEEN 1 AND 1000;", kUsers},
    {"copy_algorithm", "algorithm-copy", true,
     "CREATE INDEX by_age ON users (age) ALGORITHM = COPY;", kUsers},
    {"copy_algorithm", "algorithm-copy", true,
     "ALTER TABLE users ADD COLUMN n INT, ALGORITHM = COPY;", kUsers},
    {"copy_algorithm", "algorithm-copy", true, "DROP INDEX by_age ON users ALGORITHM = COPY;",
     kUsers},
    {"copy_algorithm", "algorithm-copy", false,
     "CREATE INDEX by_age ON users (age) ALGORITHM = INPLACE;", kUsers},
    {"copy_algorithm", "algorithm-copy", false,
     "CREATE TABLE work (a INT); CREATE INDEX by_a ON work (a) ALGORITHM = COPY;"},
    {"lock_option", "lock-option", true, "CREATE INDEX by_age ON users (age) LOCK = SHARED;",
     kUsers},
    {"lock_option", "lock-option", true, "ALTER TABLE users ADD COLUMN n INT, LOCK = EXCLUSIVE;",
     kUsers},
    {"lock_option", "lock-option", false, "CREATE INDEX by_age ON users (age) LOCK = NONE;",
     kUsers},
    {"add_index_columns", "index-columns", true,
     "CREATE INDEX wide ON users (id, name, age, mood);", kUsers},
    {"add_index_columns", "index-columns", false, "CREATE INDEX wide ON users (id, name, age);",
     kUsers},
    {"change_column_null", "modify-not-null", true, "ALTER TABLE users MODIFY age INT NOT NULL;",
     kUsers},
};

}  // namespace

TEST_CASE("the rules for MySQL agree with Atlas' analyzers and strong_migrations' checks") {
    for (const Case& each : kCases) {
        CAPTURE(each.theirs);
        CAPTURE(each.rule);
        CAPTURE(each.sql);
        const Rule* rule = find_rule(each.rule);
        REQUIRE(rule != nullptr);
        CHECK(rule->engines.has(Engine::mysql));
        Sample sample{.deploy = each.sql, .earlier = each.earlier};
        sample.version = each.version;
        const auto found = kedge::test::look(*rule, Engine::mysql, sample);
        CHECK(!found.empty() == each.speaks);
    }
}

TEST_CASE("an ENUM needs a second byte from its 256th value on, as Atlas' MY113 has it") {
    const Rule* rule = find_rule("enum-grows");
    REQUIRE(rule != nullptr);
    const auto values = [](int count) {
        std::string out = "'v0'";
        for (int i = 1; i < count; ++i) out += ",'v" + std::to_string(i) + "'";
        return out;
    };
    const std::string earlier = "CREATE TABLE t (e ENUM(" + values(255) + "));";
    const std::string grown = "ALTER TABLE t MODIFY e ENUM(" + values(256) + ");";
    const std::string same = "ALTER TABLE t MODIFY e ENUM(" + values(255) + ") NOT NULL;";
    CHECK_FALSE(
        kedge::test::look(*rule, Engine::mysql, {.deploy = grown, .earlier = earlier}).empty());
    CHECK(kedge::test::look(*rule, Engine::mysql, {.deploy = same, .earlier = earlier}).empty());
}
