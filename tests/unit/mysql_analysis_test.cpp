// SPDX-License-Identifier: MIT
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "script/mysql/dialect.hpp"
#include "support/error.hpp"
#include "temp_folder.hpp"

using kedge::Failure;
using kedge::script::Analysis;
using kedge::script::Cell;
using kedge::script::Channel;
using kedge::script::Mode;
using kedge::script::Purpose;
using kedge::script::Script;
using kedge::script::Step;
using kedge::script::mysql::MysqlDialect;

namespace {

class Written {
  public:
    explicit Written(const std::string& text) { script_.path = folder_.write("s.sql", text); }
    Script& script() { return script_; }
    Analysis analyse() const { return MysqlDialect().analyse(script_); }

  private:
    kedge::test::TempFolder folder_;
    Script script_;
};

/// Why the script runs under the journal; `transaction` where it doesn't.
std::string mode_of(const std::string& text) {
    const Analysis analysis = Written(text).analyse();
    return analysis.mode == Mode::journal ? analysis.journal_reason : "transaction";
}

/// All that is complained of, one a line, with its line.
std::string complaints(const std::string& text) {
    try {
        static_cast<void>(Written(text).analyse());
        return "none";
    } catch (const Failure& failure) {
        std::string out =
            std::to_string(failure.error().where.line) + " " + failure.error().message;
        for (const auto& error : failure.error().also) {
            out += "\n" + std::to_string(error.where.line) + " " + error.message;
        }
        return out;
    }
}

}  // namespace

TEST_SUITE_BEGIN("mysql analysis");

TEST_CASE("what runs in one transaction") {
    CHECK(mode_of("INSERT INTO t VALUES (1); UPDATE t SET a = 2;") == "transaction");
    CHECK(mode_of("SET NAMES utf8mb4; BEGIN; INSERT INTO t VALUES (1); COMMIT;") == "transaction");
    CHECK(mode_of("SET autocommit = 0; INSERT INTO t VALUES (1); COMMIT;") == "transaction");
}

TEST_CASE("what runs under the journal") {
    CHECK(mode_of("SELECT 1;\n\nALTER TABLE t ADD a INT; DROP TABLE u;") ==
          "ALTER TABLE on line 3");
    CHECK(mode_of("CALL p();") == "CALL on line 1");
    CHECK(mode_of("CREATE TEMPORARY TABLE t (a INT);") == "CREATE TEMPORARY TABLE on line 1");
    CHECK(mode_of("LOCK TABLES t WRITE; UNLOCK TABLES;") == "LOCK TABLES on line 1");
    CHECK(mode_of("BEGIN; DELETE FROM t; COMMIT; BEGIN; DELETE FROM t; COMMIT;") ==
          "it has several transactions of its own");
    CHECK(mode_of("DELETE FROM t;\nBEGIN; DELETE FROM t; COMMIT;") ==
          "it makes changes outside its own transaction, the first on line 1");
    CHECK(mode_of("-- kedge: no-transaction\nSELECT 1;") == "-- kedge: no-transaction on line 1");
    CHECK(mode_of("DELIMITER //\nSELECT 1; DROP TABLE t//") == "DROP TABLE on line 2");
    Written resumed("SELECT 1;");
    resumed.script().resumes = true;
    CHECK(resumed.analyse().mode == Mode::journal);
}

TEST_CASE("what else is known") {
    const Analysis analysis = Written("START TRANSACTION READ ONLY; SELECT 1; ROLLBACK;").analyse();
    CHECK(analysis.has_own_transaction);
    CHECK(analysis.rolls_back);
    CHECK(analysis.characteristics == "READ ONLY");
    CHECK(analysis.statements == 3);
    CHECK(Written("CREATE TEMPORARY TABLE t (a INT);").analyse().lives_in_session ==
          "the temporary tables that it had made");
}

TEST_CASE("verify scripts") {
    Written written("SELECT 1;\nCREATE TABLE t (a INT);\nCALL p();");
    written.script().purpose = Purpose::verify;
    const Analysis analysis = written.analyse();
    CHECK(analysis.mode == Mode::transaction);
    REQUIRE(analysis.warnings.size() == 1);
    CHECK(analysis.warnings[0].ends_with(
        "s.sql:2: CREATE TABLE can't be taken back, so what it does stays"));
}

TEST_CASE("what is refused") {
    CHECK(complaints("tee x\nSELECT 1;\n\\s\nSELECT 2 \\z;\n") ==
          "1 kedge can't run the mysql client's command tee\n"
          "3 kedge can't run the mysql client's command status\n"
          "4 the mysql client knows no command \\z");
    CHECK(complaints("SELECT 1;\nSELECT 'a;\n") ==
          "2 the file ends within a string of the statement that begins here");
    CHECK(complaints("DELIMITER\n") ==
          "1 DELIMITER takes the characters that are to end a statement");
    CHECK(complaints("quit;\n") ==
          "1 with ; behind it the mysql client sends \"quit\" to the server");
    CHECK(complaints("XA START 'a';\n") == "1 kedge can't take part in an XA transaction");
    CHECK(complaints("DROP TABLE t; BEGIN; DELETE FROM t;") ==
          "1 the transaction that begins here is never committed");
    CHECK(complaints("CREATE TABLE t (a INT);\nSELECT 'row_count()';\nSELECT Row_Count ( );\n") ==
          "3 ROW_COUNT() and FOUND_ROWS() would tell of the journal's statements, which come "
          "between");
    CHECK(
        complaints("CREATE TABLE t (a INT); BEGIN; DELETE FROM t; SELECT FOUND_ROWS(); COMMIT;") ==
        "none");
    CHECK(complaints("DELETE FROM t; SELECT ROW_COUNT();") == "none");
    CHECK(complaints(std::string("SELECT 1\0;", 10)) == "1 the script has a NUL byte");
    CHECK(complaints("SELECT 1;\nsource /nowhere\n") ==
          "2 cannot read the script /nowhere: No such file or directory");
    CHECK(complaints("-- kedge: no-transactions\n") ==
          "1 unknown directive \"no-transactions\" (did you mean \"no-transaction\"?)");
    CHECK(complaints("charset sjis\n") == "1 kedge can't read scripts in sjis");
    CHECK(complaints("help\n\\! \nedit;\nconnect x\n").find("none") == std::string::npos);
}

TEST_CASE("a file that includes itself") {
    Written written("");
    std::ofstream(written.script().path) << "SELECT 1;\nsource " << written.script().path << "\n";
    CHECK_THROWS_AS(static_cast<void>(written.analyse()), Failure);
}

TEST_CASE("it is played as the client shows it") {
    Written written(
        "nowarning\nSELECT 1;\nsystem echo a\nSELECT 2\\G\nnotee\nwarnings\n\\! echo b; echo c\n");
    std::string shown;
    const auto player = MysqlDialect().play(written.script(),
                                            [&](Channel, std::string_view text) { shown += text; });
    Step step;
    REQUIRE(player->next(step));
    CHECK(step.text == "SELECT 1");
    CHECK(step.location(7).line == 2);
    CHECK(step.location(7).column == 8);
    player->show_message("not shown\n");
    player->show_columns({"a", "b", "c"});
    const std::vector<Cell> values = {"x\ty\\\n", std::nullopt, ""};
    player->show_row(values);
    player->finished(1);
    REQUIRE(player->next(step));
    CHECK(step.text == "SELECT 2");
    player->show_columns({"a", "b"});
    player->show_row(std::vector<Cell>{"x\ty", std::nullopt});
    REQUIRE(player->next(step));
    CHECK(step.text == "echo c");
    player->show_message("Warning (Code 1): shown\n");
    CHECK(!player->next(step));
    CHECK(shown ==
          "x\\ty\\\\\\n\tNULL\t\na\n"
          "*************************** 1. row ***************************\nx\ty\nNULL\n"
          "Outfile disabled.\nb\nc\nWarning (Code 1): shown\n");
}

TEST_SUITE_END();
