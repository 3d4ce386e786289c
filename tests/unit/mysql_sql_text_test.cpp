// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "db/mysql/server_error.hpp"
#include "db/mysql/sql_text.hpp"

using kedge::db::Value;
namespace mysql = kedge::db::mysql;

TEST_SUITE("mysql sql text") {
    TEST_CASE("literals mean the same in every session") {
        CHECK(mysql::literal(Value(nullptr)) == "NULL");
        CHECK(mysql::literal(Value(std::int64_t{-7})) == "-7");
        CHECK(mysql::literal(Value(std::string("plain text"))) == "'plain text'");
        CHECK(mysql::literal(Value(std::string())) == "''");
        CHECK(mysql::literal(Value(std::string("it's"))) == "_utf8mb4 X'69742773'");
        CHECK(mysql::literal(Value(std::string("a\\b"))) == "_utf8mb4 X'615C62'");
        CHECK(mysql::literal(Value(std::string("\xC3\xA9"))) == "_utf8mb4 X'C3A9'");
        CHECK(mysql::literal(Value(std::string("a\nb"))) == "_utf8mb4 X'610A62'");
    }

    TEST_CASE("values and names are put in, but not within texts") {
        const Value values[] = {std::string("x?"), std::int64_t{2}};
        CHECK(mysql::own_text("SELECT \"change\" FROM t WHERE a = ? AND b = '?\"' AND c = ?",
                              values) ==
              "SELECT `change` FROM t WHERE a = 'x?' AND b = '?\"' AND c = 2");
    }

    TEST_CASE("errors tell their place") {
        const char* message =
            "You have an error in your SQL syntax; check the manual that corresponds to your "
            "MariaDB server version for the right syntax to use near 'FROM y\n)' at line 4";
        CHECK(mysql::error_line(message) == 4);
        CHECK(mysql::error_near(message) == "FROM y\n)");
        CHECK_FALSE(mysql::error_line("Unknown column 'x' in 'field list'"));
        CHECK(mysql::error_near("no quote at line 3").empty());
    }

    TEST_CASE("errors by what can be done about them") {
        using kedge::ErrorKind;
        CHECK(mysql::error_of(1064, "42000", "x").kind == ErrorKind::refused);
        CHECK(mysql::error_of(1205, "HY000", "x").kind == ErrorKind::locked);
        CHECK(mysql::error_of(1213, "40001", "x").kind == ErrorKind::locked);
        CHECK(mysql::error_of(2013, "HY000", "x").kind == ErrorKind::connection);
        CHECK(mysql::error_of(1927, "70100", "x").kind == ErrorKind::connection);
        CHECK(mysql::error_of(1062, "23000", "x").code == "1062 (23000)");
    }
}
