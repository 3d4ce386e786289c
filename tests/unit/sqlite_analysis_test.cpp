// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "script/sqlite/analysis.hpp"
#include "script/sqlite/dialect.hpp"
#include "support/error.hpp"
#include "temp_folder.hpp"

using kedge::Error;
using kedge::ErrorKind;
using kedge::Failure;
using kedge::script::Analysis;
using kedge::script::Control;
using kedge::script::Mode;
using kedge::script::Purpose;
using kedge::script::Script;
using kedge::script::Step;
using kedge::script::sqlite::SqliteDialect;
using kedge::test::TempFolder;

namespace {

/// Shown by doctest line by line.
struct Texts : std::vector<std::string> {
    using std::vector<std::string>::vector;
    friend std::ostream& operator<<(std::ostream& out, const Texts& texts) {
        for (const std::string& text : texts) out << "\n  " << text;
        return out;
    }
};

Analysis analyse_file(const std::string& path, Purpose purpose = Purpose::deploy) {
    return SqliteDialect().analyse(Script{path, purpose, {}});
}

Analysis analyse(const std::string& text, Purpose purpose = Purpose::deploy) {
    const TempFolder folder;
    return analyse_file(folder.write("s.sql", text), purpose);
}

/// All errors of a script, as `file:line: message`; the folder's path is left out.
Texts errors_in(const TempFolder& folder, const std::string& path,
                Purpose purpose = Purpose::deploy) {
    Texts out;
    const auto add = [&](const Error& error) {
        CHECK(error.kind == ErrorKind::script);
        std::string text =
            error.where.file + ":" + std::to_string(error.where.line) + ": " + error.message;
        for (std::size_t at = 0; (at = text.find(folder.path() + "/", at)) != text.npos;) {
            text.erase(at, folder.path().size() + 1);
        }
        out.push_back(text);
    };
    try {
        (void)analyse_file(path, purpose);
    } catch (const Failure& failure) {
        add(failure.error());
        for (const Error& more : failure.error().also) add(more);
    }
    return out;
}

Texts errors(const std::string& text, Purpose purpose = Purpose::deploy) {
    const TempFolder folder;
    return errors_in(folder, folder.write("s.sql", text), purpose);
}

Texts listed(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

/// What a player gives: steps as `file:line|text`, output as `>text`.
Texts played(const TempFolder& folder, const std::string& path) {
    Texts out;
    const auto player = SqliteDialect().play(Script{path, Purpose::deploy, {}},
                                             [&](kedge::script::Channel, std::string_view text) {
                                                 out.push_back(">" + std::string(text));
                                             });
    Step step;
    while (player->next(step)) {
        out.push_back(step.file.substr(folder.path().size() + 1) + ":" +
                      std::to_string(step.location(0).line) + "|" + step.text);
    }
    CHECK_FALSE(player->next(step));
    return out;
}

/// What is shown of one result after the script's dot-commands.
Texts shown(const std::string& commands, const std::vector<std::string>& columns,
            const std::vector<std::string>& row) {
    const TempFolder folder;
    Texts out;
    const auto player = SqliteDialect().play(
        Script{folder.write("s.sql", commands + "SELECT 1;\n"), Purpose::deploy, {}},
        [&](kedge::script::Channel, std::string_view text) { out.emplace_back(text); });
    Step step;
    while (player->next(step)) {
        player->show_columns(columns);
        const std::vector<kedge::script::Cell> cells(row.begin(), row.end());
        player->show_row(cells);
    }
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("sqlite analysis");

TEST_CASE("the shape of a script's transactions decides how it runs") {
    struct Row {
        std::string text;
        Mode mode;
        std::string reason;
        bool rolls_back;
        std::size_t statements;
    };
    const Mode whole = Mode::transaction;
    const Mode journal = Mode::journal;
    const Row rows[] = {
        {"", whole, "", false, 0},
        {"-- nothing\n\n/* at all */\n;\n", whole, "", false, 0},
        {"CREATE TABLE a(x);\nCREATE TABLE b(x);\n", whole, "", false, 2},
        {"CREATE TABLE a(x)", whole, "", false, 1},
        {"BEGIN;\nCREATE TABLE a(x);\nCOMMIT;\n", whole, "", false, 3},
        {"begin immediate transaction; CREATE TABLE a(x); end transaction;", whole, "", false, 3},
        {"BEGIN EXCLUSIVE;\nCREATE TABLE a(x);\nEND;\nSELECT 1;\n", whole, "", false, 4},
        {"SELECT 1;\nBEGIN;\nCREATE TABLE a(x);\nCOMMIT;\n", whole, "", false, 4},
        {"BEGIN;\nCREATE TABLE a(x);\nROLLBACK;\n", whole, "", true, 3},
        {"BEGIN;\nSAVEPOINT s;\nROLLBACK TO s;\nRELEASE s;\nCOMMIT;\n", whole, "", false, 5},
        {"SAVEPOINT s;\nROLLBACK TRANSACTION TO s;\nRELEASE s;\n", whole, "", false, 3},
        {"BEGIN;\nCOMMIT;\n", whole, "", false, 2},
        {"BEGIN;\nCREATE TABLE a(x);\nCOMMIT;\nBEGIN;\nCREATE TABLE b(x);\nCOMMIT;\n", journal,
         "it has several transactions of its own", false, 6},
        {"BEGIN;\nCOMMIT;\nBEGIN;\nROLLBACK;\n", journal, "it has several transactions of its own",
         false, 4},
        {"CREATE TABLE a(x);\nBEGIN;\nCREATE TABLE b(x);\nCOMMIT;\n", journal,
         "it makes changes outside its own transaction, the first on line 1", false, 4},
        {"BEGIN;\nCREATE TABLE b(x);\nCOMMIT;\n\nDROP TABLE b;\nDROP TABLE a;\n", journal,
         "it makes changes outside its own transaction, the first on line 5", false, 5},
        {"VACUUM;\n", journal, "VACUUM on line 1", false, 1},
        {"CREATE TABLE a(x);\n  VACUUM INTO 'x';\nVACUUM;\n", journal, "VACUUM on line 2", false,
         3},
        {"-- c\nPRAGMA journal_mode = WAL;\n", journal, "PRAGMA journal_mode on line 2", false, 1},
        {"PRAGMA main.Journal_Mode(wal);\n", journal, "PRAGMA journal_mode on line 1", false, 1},
        {"PRAGMA wal_checkpoint;\n", journal, "PRAGMA wal_checkpoint on line 1", false, 1},
        {"PRAGMA journal_mode;\n", whole, "", false, 1},
        {"EXPLAIN VACUUM;\nSELECT 'VACUUM;';\n-- VACUUM;\n", whole, "", false, 2},
        {"-- kedge: no-transaction\nCREATE TABLE a(x);\n", journal,
         "-- kedge: no-transaction on line 1", false, 1},
        {"CREATE TABLE a(x);\nATTACH 'x' AS x;\nCREATE TABLE x.b(y);\n", whole, "", false, 3},
        {"CREATE TABLE a(x);\nPRAGMA synchronous=0;\nCREATE TABLE b(y);\n", journal,
         "it changes a setting of the session half-way", false, 3},
        {"PRAGMA recursive_triggers=ON;\nBEGIN;\nCREATE TABLE a(x);\nCOMMIT;\n", whole, "", false,
         4},
        {"BEGIN;\nCREATE TABLE a(x);\nCOMMIT;\nPRAGMA foreign_keys=ON;\nBEGIN;\nCOMMIT;\n", journal,
         "it has several transactions of its own", false, 6},
        {"CREATE TABLE a(x);\nPRAGMA user_version = 3;\n", whole, "", false, 2},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Analysis found = analyse(row.text);
        CHECK(found.mode == row.mode);
        CHECK(found.journal_reason == row.reason);
        CHECK(found.rolls_back == row.rolls_back);
        CHECK(found.statements == row.statements);
        CHECK(listed(found.warnings) == Texts{});
        // A revert script is taken as a deploy script is.
        CHECK(analyse(row.text, Purpose::revert).mode == row.mode);
        // A verify script leaves nothing behind, whatever it does.
        const Analysis verify = analyse(row.text, Purpose::verify);
        CHECK(verify.mode == Mode::transaction);
    }
}

TEST_CASE("settings of the session are taken out of the transaction") {
    struct Row {
        std::string text;
        Texts settings;
        Texts cleanup;
        bool check_foreign_keys;
        bool touches_session;
    };
    const Row rows[] = {
        {"CREATE TABLE a(x);", {}, {}, false, false},
        {"PRAGMA foreign_keys = ON;\nCREATE TABLE a(x);",
         {"PRAGMA foreign_keys = ON;"},
         {},
         false,
         true},
        {"PRAGMA foreign_keys=off;\nBEGIN;\nDROP TABLE a;\nCOMMIT;\nPRAGMA foreign_keys=on;",
         {"PRAGMA foreign_keys=off;"},
         {"PRAGMA foreign_keys=on;"},
         true,
         true},
        {"PRAGMA foreign_keys = OFF;\nPRAGMA foreign_keys = ON;\nSELECT 1;",
         {"PRAGMA foreign_keys = OFF;", "PRAGMA foreign_keys = ON;"},
         {},
         false,
         true},
        {"ATTACH 'x.db' AS x; PRAGMA synchronous = OFF;\nCREATE TABLE x.a(y);\nDETACH x;",
         {"PRAGMA synchronous = OFF;"},
         {"DETACH x;"},
         false,
         true},
        {"SELECT 1;\nPRAGMA encoding = 'UTF-16'", {"PRAGMA encoding = 'UTF-16'"}, {}, false, true},
        {"CREATE TEMP TABLE a(x);", {}, {}, false, true},
        {"PRAGMA foreign_keys;\nPRAGMA table_info(a);", {}, {}, false, true},
        {"-- kedge: foreign_keys off\nDROP TABLE a;",
         {"PRAGMA foreign_keys = OFF"},
         {},
         true,
         true},
        {"-- kedge: Foreign_Keys: OFF\nATTACH 'x' AS x;",
         {"PRAGMA foreign_keys = OFF"},
         {},
         true,
         true},
        {"-- kedge: foreign_keys off\n-- kedge: foreign_keys off\nDROP TABLE a;",
         {"PRAGMA foreign_keys = OFF"},
         {},
         true,
         true},
        // Under the journal everything runs in its place, but for the directive.
        {"PRAGMA foreign_keys=off;\nVACUUM;\nPRAGMA foreign_keys=on;", {}, {}, true, true},
        {"-- kedge: foreign_keys off\nVACUUM;", {"PRAGMA foreign_keys = OFF"}, {}, true, true},
        {"-- kedge: no-transaction\n-- kedge: foreign_keys off\nATTACH 'x' AS x;",
         {"PRAGMA foreign_keys = OFF"},
         {},
         true,
         true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Analysis found = analyse(row.text);
        CHECK(listed(found.settings) == row.settings);
        CHECK(listed(found.cleanup) == row.cleanup);
        CHECK(found.check_foreign_keys == row.check_foreign_keys);
        CHECK(found.touches_session == row.touches_session);
    }
}

TEST_CASE("foreign keys inside a transaction are worth a warning") {
    const TempFolder folder;
    const std::string path =
        folder.write("s.sql", "BEGIN;\nPRAGMA foreign_keys = OFF;\nDROP TABLE a;\nCOMMIT;\n");
    const Analysis found = analyse_file(path);
    REQUIRE(found.warnings.size() == 1);
    CHECK(found.warnings[0].substr(0, path.size() + 3) == path + ":2:");
    CHECK(found.settings.empty());
    CHECK_FALSE(found.check_foreign_keys);
}

TEST_CASE("scripts that can't run") {
    struct Row {
        std::string text;
        Texts errors;
    };
    const std::string open = "s.sql:1: the transaction that begins here is never committed";
    const Row rows[] = {
        {"BEGIN;\nCREATE TABLE a(x);\n", {open}},
        {"BEGIN", {open}},
        {"BEGIN;\nCOMMIT;\n\nBEGIN;\n",
         {"s.sql:4: the transaction that begins here is never committed"}},
        {"COMMIT;\n", {"s.sql:1: COMMIT without BEGIN"}},
        {"CREATE TABLE a(x);\nend;\n", {"s.sql:2: END without BEGIN"}},
        {"\nROLLBACK;\n", {"s.sql:2: ROLLBACK without BEGIN"}},
        {"BEGIN;\nCOMMIT;\nCOMMIT;\n", {"s.sql:3: COMMIT without BEGIN"}},
        {"BEGIN;\nCREATE TABLE a(x); BEGIN;\nCOMMIT;\n",
         {"s.sql:2: BEGIN within the transaction that began on line 1"}},
        {"BEGIN;\nVACUUM;\nCOMMIT;\n", {"s.sql:2: VACUUM can't run inside a transaction"}},
        {"BEGIN;\nPRAGMA journal_mode=wal;\nCOMMIT;\n",
         {"s.sql:2: PRAGMA journal_mode can't run inside a transaction"}},
        {".shell ls\nSELECT 1;\n  -- c\n.import a b\n",
         {"s.sql:1: kedge can't run \".shell ls\"", "s.sql:4: kedge can't run \".import a b\""}},
        {"SELECT 1;\n.open x\r\n", {"s.sql:2: kedge can't run \".open x\""}},
        {".nope\n", {"s.sql:1: kedge can't run \".nope\""}},
        {".exit 3\n", {"s.sql:1: kedge can't run \".exit 3\""}},
        {".read '|ls'\n", {"s.sql:1: kedge can't run \".read '|ls'\""}},
        {"-- kedge: no-transactions\n",
         {"s.sql:1: unknown directive \"no-transactions\" (did you mean \"no-transaction\"?)"}},
        {"\n-- kedge: xyzzy\n", {"s.sql:2: unknown directive \"xyzzy\""}},
        {"-- kedge:\n", {"s.sql:1: unknown directive \"\""}},
        {"SELECT 1;\n\n-- kedge: no-transaction\n",
         {"s.sql:3: \"-- kedge: no-transaction\" must stand before the first statement"}},
        {"SELECT 1; -- kedge: no-transaction\n",
         {"s.sql:1: \"-- kedge: no-transaction\" must stand before the first statement"}},
        {"SELECT\n-- kedge: foreign_keys off\n1;\n",
         {"s.sql:2: \"-- kedge: foreign_keys off\" must stand before the first statement"}},
        {std::string("SELECT 1;\n\0;", 12), {"s.sql:2: the script has a NUL byte"}},
        {std::string("S\0E\0L\0;\0\n\0", 10), {"s.sql:1: the script has a NUL byte"}},
        {"COMMIT;\n.shell x\nBEGIN;\nVACUUM;\n",
         {"s.sql:1: COMMIT without BEGIN", "s.sql:2: kedge can't run \".shell x\"",
          "s.sql:4: VACUUM can't run inside a transaction",
          "s.sql:3: the transaction that begins here is never committed"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(errors(row.text) == row.errors);
    }
    CHECK(
        errors_in(TempFolder(), "/nowhere/s.sql") ==
        Texts{
            "/nowhere/s.sql:0: cannot read the script /nowhere/s.sql: No such file or directory"});
    const TempFolder folder;
    CHECK(errors_in(folder, folder.path()).size() == 1);
}

TEST_CASE("an error says what to do next") {
    const auto hint = [](const std::string& text) {
        try {
            (void)analyse(text);
        } catch (const Failure& failure) {
            return failure.error().hint;
        }
        return std::string("no failure");
    };
    CHECK(hint(".shell ls\n") == "kedge runs no programs from a script");
    CHECK(hint("BEGIN;\n") == "end the script with COMMIT;");
    CHECK(hint("BEGIN;BEGIN;COMMIT;\n") == "SQLite's transactions don't nest; use SAVEPOINT");
    CHECK(hint("-- kedge: x\n") ==
          "there are: -- kedge: no-transaction, -- kedge: foreign_keys off, -- kedge: allow RULE "
          "reason");
    CHECK(hint(std::string("\0;", 2)) == "is it UTF-16? save it as UTF-8");
}

TEST_CASE("a verify script may leave its transaction open, and run anything") {
    CHECK(errors("BEGIN;\nSELECT 1;\n", Purpose::verify) == Texts{});
    CHECK(errors("BEGIN;\nVACUUM;\nROLLBACK;\n", Purpose::verify) == Texts{});
    CHECK(errors("COMMIT;\n", Purpose::verify) == Texts{"s.sql:1: COMMIT without BEGIN"});
    CHECK(analyse("BEGIN;\nSELECT 1;\nROLLBACK;\n", Purpose::verify).rolls_back);
}

TEST_CASE("dot-commands that are obeyed or left aside don't count as statements") {
    const Analysis found = analyse(
        ".bail on\n.echo off\n.headers on\n.mode csv\n.separator ,\n.nullvalue X\n.timer off\n"
        ".print hi\n.output stdout\nSELECT 1;\n.quit\nthis is never read ' \n.shell ls\n");
    CHECK(found.statements == 1);
    CHECK(found.mode == Mode::transaction);
}

TEST_CASE("included files are part of the script") {
    const TempFolder folder;
    folder.write("inner.sql", "COMMIT;\n.shell x\n");
    const std::string two = folder.write("two.sql", "CREATE TABLE b(x);\n.quit\nnot read\n");
    const std::string one =
        folder.write("one.sql", "CREATE TABLE a(x);\n.read '" + two + "'\nCREATE TABLE c(x);\n");
    const std::string outer = folder.write("s.sql", "BEGIN;\n.read " + one + "\nCOMMIT;\n");
    const Analysis found = analyse_file(outer);
    CHECK(found.statements == 5);
    CHECK(found.mode == Mode::transaction);
    CHECK(played(folder, outer) == Texts{"s.sql:1|BEGIN;\n", "one.sql:1|CREATE TABLE a(x);\n",
                                         "two.sql:1|CREATE TABLE b(x);\n",
                                         "one.sql:3|CREATE TABLE c(x);\n", "s.sql:3|COMMIT;\n"});
    // Errors name the file that they are in.
    CHECK(errors_in(folder, folder.write("t.sql", "\n.read " + (folder / "inner.sql") + "\n")) ==
          Texts{"inner.sql:1: COMMIT without BEGIN", "inner.sql:2: kedge can't run \".shell x\""});
    // A transaction may begin in one file and end in another.
    const std::string begin = folder.write("begin.sql", "BEGIN;\n");
    CHECK(errors_in(folder, folder.write("u.sql", ".read " + begin + "\nSELECT 1;\nCOMMIT;\n")) ==
          Texts{});
    CHECK(errors_in(folder, folder.write("v.sql", ".read " + begin + "\nSELECT 1;\n")) ==
          Texts{"begin.sql:1: the transaction that begins here is never committed"});
    CHECK(errors_in(folder, folder.write("w.sql", ";\n.read " + (folder / "nope.sql") + "\n")) ==
          Texts{"w.sql:2: cannot read the script nope.sql: No such file or directory"});
    CHECK(errors_in(folder, folder.write("x.sql", ".read " + folder.path() + "\n")).size() == 1);
    // A directive counts in an included file too, as long as nothing ran before.
    const std::string directive = folder.write("d.sql", "-- kedge: no-transaction\n");
    CHECK(analyse_file(folder.write("y.sql", ".read " + directive + "\nSELECT 1;\n")).mode ==
          Mode::journal);
    CHECK(errors_in(folder, folder.write("z.sql", "SELECT 1;\n.read " + directive + "\n")) ==
          Texts{"d.sql:1: \"-- kedge: no-transaction\" must stand before the first statement"});
}

TEST_CASE("files that read themselves") {
    const TempFolder folder;
    const std::string self = folder / "self.sql";
    folder.write("self.sql", "SELECT 1;\n.read " + self + "\n");
    CHECK(errors_in(folder, self) == Texts{"self.sql:2: .read nests deeper than 25 files"});
    const std::string a = folder / "a.sql";
    const std::string b = folder.write("b.sql", ".read " + a + "\n.read " + a + "\n");
    folder.write("a.sql", ".read " + b + "\n.read " + b + "\n");
    // Twice at every level would be millions of files.
    CHECK(errors_in(folder, a).size() == 1);
    // 25 files below the first are allowed.
    std::string next = folder.write("deep25.sql", "SELECT 1;\n");
    for (int i = 24; i >= 0; --i) {
        next = folder.write("deep" + std::to_string(i) + ".sql", ".read " + next + "\n");
    }
    CHECK(analyse_file(next).statements == 1);
    CHECK(played(folder, next) == Texts{"deep25.sql:1|SELECT 1;\n"});
    CHECK(errors_in(folder, folder.write("top.sql", ".read " + next + "\n")).size() == 1);
}

TEST_CASE("triggers, quotes and comments don't mislead") {
    const Analysis found = analyse(
        "/* BEGIN; */ -- COMMIT;\n"
        "CREATE TABLE \"BEGIN;\" ([COMMIT;] TEXT DEFAULT 'VACUUM;', `ROLLBACK;` TEXT);\n"
        "CREATE TRIGGER t AFTER INSERT ON \"BEGIN;\" BEGIN\n"
        "  SELECT CASE WHEN 1 THEN 2 ELSE 3 END;\n"
        "  UPDATE x SET y = 'END;';\n"
        "END;\n"
        "INSERT INTO x VALUES ('it''s; BEGIN;');\n");
    CHECK(found.statements == 3);
    CHECK(found.mode == Mode::transaction);
}

TEST_CASE("line ends, byte order marks, terminator lines") {
    CHECK(analyse("BEGIN;\r\nCREATE TABLE a(x);\r\nCOMMIT;\r\n").statements == 3);
    CHECK(errors("\r\nCOMMIT;\r\n") == Texts{"s.sql:2: COMMIT without BEGIN"});
    CHECK(analyse("-- kedge: no-transaction\r\nSELECT 1;\r\n").mode == Mode::journal);
    CHECK(analyse("\xEF\xBB\xBF"
                  "BEGIN;\nSELECT 1;\nCOMMIT;\n")
              .statements == 3);
    CHECK(analyse("\xEF\xBB\xBF-- kedge: no-transaction\nSELECT 1;\n").mode == Mode::journal);
    CHECK(analyse("BEGIN\n/\nCREATE TABLE a(x)\nGO\nCOMMIT\ngo\n").statements == 3);
    CHECK(analyse("SELECT 1;\ngo\n/\nSELECT 2;\n").statements == 2);
}

TEST_CASE("playing a script") {
    const TempFolder folder;
    const std::string path =
        folder.write("s.sql",
                     "-- kedge: no-transaction\n.print \"a  b\" c\nSELECT 1; SELECT\n2;\n\n"
                     "# aside\n.echo on\nSELECT 3\n/\n.echo off\n.bail on\nSELECT 4");
    CHECK(played(folder, path) == Texts{">a  b c\n", "s.sql:3|SELECT 1; SELECT\n2;\n",
                                        ">SELECT 3\n;\n", "s.sql:8|SELECT 3\n;\n",
                                        "s.sql:12|SELECT 4"});
    CHECK(played(folder, folder.write("empty.sql", "")) == Texts{});
    CHECK_THROWS_AS((void)SqliteDialect().play(Script{folder / "nope.sql", Purpose::deploy, {}},
                                               [](kedge::script::Channel, std::string_view) {}),
                    Failure);
}

TEST_CASE("results are shown as the shell shows them to Sqitch, until the script says otherwise") {
    CHECK(shown("", {"x", "y"}, {"1", "a,b"}) == Texts{"1,\"a,b\"\n"});
    CHECK(shown(".headers on\n", {"x", "y"}, {"1", ""}) == Texts{"x,y\n", "1,\n"});
    CHECK(shown(".headers on\n.headers off\n", {"x"}, {"a \"b\"\nc"}) ==
          Texts{"\"a \"\"b\"\"\nc\"\n"});
    CHECK(shown(".separator ;\n", {"x", "y"}, {"1", "2"}) == Texts{"1;2\n"});
    CHECK(shown(".mode list\n", {"x", "y"}, {"1", "a,b"}) == Texts{"1|a,b\n"});
    CHECK(shown(".mode tabs\n", {"x", "y"}, {"1", "2"}) == Texts{"1\t2\n"});
    CHECK(shown(".mode list\n.mode csv\n", {"x", "y"}, {"1", "a,b"}) == Texts{"1,\"a,b\"\n"});
}

TEST_CASE("what a statement does to the transaction around it") {
    const SqliteDialect dialect;
    struct Row {
        std::string text;
        Control control;
    };
    const Row rows[] = {
        {"BEGIN", Control::begin},
        {" -- c\n/* d */ Begin Immediate;", Control::begin},
        {"COMMIT;", Control::commit},
        {"END", Control::commit},
        {"ROLLBACK;", Control::rollback},
        {"ROLLBACK TO s", Control::none},
        {"PRAGMA foreign_keys = ON", Control::setting},
        {"ATTACH 'x' AS x", Control::session},
        {"PRAGMA legacy_alter_table = ON", Control::session},
        {"DETACH x", Control::setting},
        {"VACUUM", Control::outside},
        {"PRAGMA journal_mode = delete", Control::outside},
        {"SELECT 1", Control::none},
        {"CREATE TABLE t(a)", Control::none},
        {"", Control::none},
        // The first statement counts, whatever follows on its line.
        {"BEGIN; CREATE TABLE t(a);", Control::begin},
        {"SELECT 1; COMMIT;", Control::none},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(dialect.control(row.text) == row.control);
    }
}

TEST_SUITE_END();
