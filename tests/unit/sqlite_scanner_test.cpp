// SPDX-License-Identifier: MIT
#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "script/sqlite/chunk_reader.hpp"
#include "script/sqlite/dot_command.hpp"
#include "script/sqlite/scanner.hpp"
#include "script/sqlite/statement_kind.hpp"
#include "temp_folder.hpp"

using namespace std::string_literals;
using kedge::script::sqlite::ChunkReader;
using kedge::script::sqlite::DotCommand;
using kedge::script::sqlite::DotLine;
using kedge::script::sqlite::Found;
using kedge::script::sqlite::Head;
using kedge::script::sqlite::head_of;
using kedge::script::sqlite::kind_of;
using kedge::script::sqlite::parse_dot_line;
using kedge::script::sqlite::Scanner;
using kedge::script::sqlite::StatementKind;
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

/// The statements of a text that is fed line by line; a last one without semicolon has a `…`.
Texts statements(const std::string& text) {
    Texts out;
    Scanner scanner([&](const Found& found) {
        out.push_back(text.substr(found.begin, found.end - found.begin) +
                      (found.terminated ? "" : "…"));
    });
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        scanner.feed(std::string_view(text).substr(at, end - at));
        at = end;
    }
    scanner.finish();
    return out;
}

std::string head(std::string_view text) {
    const Head found = head_of(text);
    std::string out;
    for (std::size_t i = 0; i < found.count; ++i) out += (i > 0 ? " " : "") + found.tokens[i];
    return out;
}

/// The pieces of a script: `line|text`.
Texts chunks(const std::string& text) {
    const TempFolder folder;
    ChunkReader reader(folder.write("s.sql", text));
    Texts out;
    for (;;) {
        const ChunkReader::Kind kind = reader.next();
        if (kind == ChunkReader::Kind::end) return out;
        out.push_back(std::to_string(reader.line()) + "|" + reader.text());
    }
}

}  // namespace

TEST_SUITE_BEGIN("sqlite scanner");

TEST_CASE("where statements end") {
    struct Row {
        std::string text;
        Texts statements;
    };
    const std::string trigger =
        "CREATE TRIGGER t AFTER INSERT ON u BEGIN\n  SELECT 1;\n  SELECT CASE 1 WHEN 2 THEN 3 "
        "END;\n"
        "END;";
    const Row rows[] = {
        {"", {}},
        {" \t\r\n\f", {}},
        {";", {}},
        {" ; ;;\n;", {}},
        {"SELECT 1;", {"SELECT 1;"}},
        {"SELECT 1", {"SELECT 1…"}},
        {"  SELECT 1 ;  ", {"SELECT 1 ;"}},
        {"a;b;c", {"a;", "b;", "c…"}},
        {"a\n;\nb\n", {"a\n;", "b\n…"}},
        {"-- a;\nb;-- c;\n", {"b;"}},
        {"/* a; */ b; /* c;\nd; */", {"b;"}},
        {"a /* ; */ -- ;\n;", {"a /* ; */ -- ;\n;"}},
        {"/*/ a; */ b;", {"b;"}},
        {"/**/a;", {"a;"}},
        {"a; /* open", {"a;"}},
        {"a - - b; a / * b;", {"a - - b;", "a / * b;"}},
        {"SELECT ';';", {"SELECT ';';"}},
        {"SELECT 'it''s;';b;", {"SELECT 'it''s;';", "b;"}},
        {"SELECT 'a\n;\nb';c", {"SELECT 'a\n;\nb';", "c…"}},
        {"SELECT \";\", `;`, [;];", {"SELECT \";\", `;`, [;];"}},
        {"SELECT \"a\"\";\";", {"SELECT \"a\"\";\";"}},
        {"SELECT [a]];b", {"SELECT [a]];", "b…"}},
        {"SELECT '\\';b;", {"SELECT '\\';", "b;"}},
        {"SELECT '-- ', \"/*\";b;", {"SELECT '-- ', \"/*\";", "b;"}},
        {"SELECT 'open;\n--;", {"SELECT 'open;\n--;…"}},
        {"'a';\"b\";`c`;[d];", {"'a';", "\"b\";", "`c`;", "[d];"}},
        {trigger, {trigger}},
        {trigger + "b;", {trigger, "b;"}},
        {"CREATE TEMP TRIGGER t BEGIN a; END;b;", {"CREATE TEMP TRIGGER t BEGIN a; END;", "b;"}},
        {"create temporary trigger t begin a; end ; b;",
         {"create temporary trigger t begin a; end ;", "b;"}},
        {"CREATE /* ; */ TRIGGER t BEGIN a;;; END;b;",
         {"CREATE /* ; */ TRIGGER t BEGIN a;;; END;", "b;"}},
        {"CREATE TRIGGER t BEGIN a; -- c\nEND /* ; */ ;b;",
         {"CREATE TRIGGER t BEGIN a; -- c\nEND /* ; */ ;", "b;"}},
        {"CREATE TRIGGER t BEGIN a; \"END\"; END;b;",
         {"CREATE TRIGGER t BEGIN a; \"END\"; END;", "b;"}},
        {"CREATE TRIGGER t BEGIN a; END x; END;b;",
         {"CREATE TRIGGER t BEGIN a; END x; END;", "b;"}},
        {"CREATE TRIGGER t BEGIN a; ENDING; END;", {"CREATE TRIGGER t BEGIN a; ENDING; END;"}},
        {"CREATE TRIGGER t BEGIN a END;b;", {"CREATE TRIGGER t BEGIN a END;b;…"}},
        {"CREATE TRIGGER open BEGIN a;", {"CREATE TRIGGER open BEGIN a;…"}},
        {"EXPLAIN CREATE TRIGGER t BEGIN a; END;b;",
         {"EXPLAIN CREATE TRIGGER t BEGIN a; END;", "b;"}},
        {"EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN a; END;b;",
         {"EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN a; END;", "b;"}},
        {"EXPLAIN EXPLAIN CREATE TRIGGER t a;b;", {"EXPLAIN EXPLAIN CREATE TRIGGER t a;", "b;"}},
        {"CREATE TABLE trigger(a); b;", {"CREATE TABLE trigger(a);", "b;"}},
        {"CREATE UNIQUE TRIGGER t a; b;", {"CREATE UNIQUE TRIGGER t a;", "b;"}},
        {"DROP TRIGGER t; b;", {"DROP TRIGGER t;", "b;"}},
        {"CREATE TRIGGERS a; b;", {"CREATE TRIGGERS a;", "b;"}},
        {"\xEF\xBB\xBFSELECT 1;b", {"SELECT 1;", "b…"}},
        {"a\r\n;\r\nb;\r\n", {"a\r\n;", "b;"}},
        {"日本;\n'é';", {"日本;", "'é';"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(statements(row.text) == row.statements);
        const bool complete = !row.statements.empty() &&
                              row.text.find("/* open") == row.text.npos &&
                              row.statements.back().find("…") == std::string::npos;
        if (row.statements.empty() || row.text[0] == '\xEF') continue;
        CHECK((sqlite3_complete(row.text.c_str()) != 0) == complete);
    }
}

TEST_CASE("what the scanner says of itself between pieces") {
    std::size_t ended = 0;
    Scanner scanner([&](const Found&) { ++ended; });
    CHECK(scanner.idle());
    CHECK(scanner.semicolon_would_end());
    scanner.feed("SELECT 'a\n");
    CHECK_FALSE(scanner.idle());
    CHECK_FALSE(scanner.semicolon_would_end());
    scanner.feed("b'\n");
    CHECK(scanner.semicolon_would_end());
    scanner.feed("/* c\n");
    CHECK(scanner.in_comment());
    CHECK_FALSE(scanner.semicolon_would_end());
    scanner.feed("*/;\n");
    CHECK(scanner.idle());
    CHECK(ended == 1);
    scanner.feed("/* d\n");
    CHECK_FALSE(scanner.idle());
    scanner.feed("*/\n");
    CHECK(scanner.idle());
    scanner.feed("CREATE TRIGGER t BEGIN a;\n");
    CHECK_FALSE(scanner.semicolon_would_end());
    scanner.feed("END\n");
    CHECK(scanner.semicolon_would_end());
    CHECK_FALSE(scanner.idle());
    scanner.feed(";\n");
    CHECK(scanner.idle());
    CHECK(ended == 2);
    scanner.finish();
    CHECK(ended == 2);
}

TEST_CASE("offsets count from the restart") {
    std::vector<std::size_t> places;
    Scanner scanner([&](const Found& found) {
        places.push_back(found.begin);
        places.push_back(found.end);
    });
    scanner.feed("-- c\n");
    scanner.feed("ab;\n");
    scanner.restart();
    scanner.feed("'x\n");
    scanner.feed("y' z; w\n");
    scanner.finish();
    CHECK(places == std::vector<std::size_t>{5, 8, 0, 8, 9, 11});
}

TEST_CASE("comments are told with their offset") {
    Texts seen;
    Scanner scanner([](const Found&) {},
                    [&](std::string_view text, std::size_t offset) {
                        seen.push_back(std::to_string(offset) + std::string(text));
                    });
    scanner.feed("-- one\n");
    scanner.feed("a '-- no' /* -- no */ -- two\r\n");
    scanner.feed("--");
    CHECK(seen == Texts{"0-- one", "29-- two\r", "37--"});
}

TEST_CASE("the head of the first statement") {
    struct Row {
        std::string text;
        std::string head;
    };
    const Row rows[] = {
        {"", ""},
        {";", ""},
        {"-- c\n", ""},
        {"select 1", "SELECT 1"},
        {"  /* c */ Begin -- x\n immediate;", "BEGIN IMMEDIATE"},
        {"BEGIN; CREATE TABLE t(a);", "BEGIN"},
        {"COMMIT;\nSELECT 1;", "COMMIT"},
        {";; ROLLBACK TO s; x", "ROLLBACK TO S"},
        {"PRAGMA main.foreign_keys=OFF;", "PRAGMA MAIN . FOREIGN_KEYS = OFF"},
        {"PRAGMA x('Wal')", "PRAGMA X ( 'Wal' )"},
        {"a \"b c\" [d] `e` 1.5", "A \"b c\" [d] `e` 1 . 5"},
        {"a b c d e f g h i j", "A B C D E F G H"},
        {"a\nb\nc", "A B C"},
        {"'two\nlines' x", "'two\nlines' X"},
        {"a 'open", "A 'open"},
        {"é $x", "é $X"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(head(row.text) == row.head);
    }
    CHECK(head_of("a")[7].empty());
    // Tokens of any length are cut or left out.
    CHECK(head(std::string(100000, 'x')) == "_");
    CHECK(head("a '" + std::string(100000, 'x') + "'").size() < 1000);
}

TEST_CASE("kinds of statements") {
    using Kind = StatementKind;
    struct Row {
        std::string text;
        Kind kind;
    };
    const Row rows[] = {
        {"BEGIN", Kind::begin},
        {"begin immediate transaction;", Kind::begin},
        {"COMMIT;", Kind::commit},
        {"END TRANSACTION", Kind::commit},
        {"ROLLBACK", Kind::rollback},
        {"ROLLBACK TRANSACTION;", Kind::rollback},
        {"ROLLBACK TO s", Kind::work},
        {"ROLLBACK TRANSACTION TO SAVEPOINT s", Kind::work},
        {"SAVEPOINT s", Kind::work},
        {"RELEASE s", Kind::work},
        {"VACUUM", Kind::not_transactional},
        {"VACUUM INTO 'x'", Kind::not_transactional},
        {"ATTACH 'x' AS y", Kind::session},
        {"PRAGMA recursive_triggers = ON", Kind::session},
        {"PRAGMA main.Cache_Size(-2000)", Kind::session},
        {"PRAGMA user_version = 3", Kind::work},
        {"DETACH y", Kind::detach},
        {"SELECT 1", Kind::query},
        {"VALUES (1)", Kind::query},
        {"EXPLAIN COMMIT", Kind::query},
        {"WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", Kind::work},
        {"CREATE TABLE t(a)", Kind::work},
        {"ANALYZE", Kind::work},
        {"PRAGMA foreign_keys", Kind::query},
        {"PRAGMA foreign_keys = ON", Kind::setting},
        {"PRAGMA foreign_keys(0)", Kind::setting},
        {"PRAGMA main.synchronous = off", Kind::setting},
        {"PRAGMA encoding = 'UTF-16'", Kind::setting},
        {"PRAGMA journal_mode", Kind::query},
        {"PRAGMA journal_mode = WAL", Kind::not_transactional},
        {"PRAGMA main.journal_mode('wal')", Kind::not_transactional},
        {"PRAGMA wal_checkpoint", Kind::not_transactional},
        {"PRAGMA wal_checkpoint(TRUNCATE)", Kind::not_transactional},
        {"PRAGMA user_version = 3", Kind::work},
        {"PRAGMA user_version", Kind::query},
        {"PRAGMA foreign_key_check(t)", Kind::query},
        {"PRAGMA table_info(t)", Kind::query},
        {"PRAGMA table_xinfo('t')", Kind::query},
        {"PRAGMA index_list(t)", Kind::query},
        {"PRAGMA integrity_check", Kind::query},
        {"\"BEGIN\"", Kind::work},
        {"", Kind::work},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(kind_of(head_of(row.text)) == row.kind);
    }
}

TEST_CASE("pragmas about foreign keys, and what stays in the session") {
    struct Row {
        std::string text;
        bool sets;
        bool off;
        bool session;
    };
    const Row rows[] = {
        {"PRAGMA foreign_keys = OFF", true, true, true},
        {"pragma Foreign_Keys=off;", true, true, true},
        {"PRAGMA foreign_keys = 0", true, true, true},
        {"PRAGMA foreign_keys(no)", true, true, true},
        {"PRAGMA main.foreign_keys = 'false'", true, true, true},
        {"PRAGMA foreign_keys = ON", true, false, true},
        {"PRAGMA foreign_keys = 1", true, false, true},
        {"PRAGMA foreign_keys = \"true\"", true, false, true},
        {"PRAGMA foreign_keys=yes", true, false, true},
        {"PRAGMA foreign_keys", false, false, false},
        {"PRAGMA foreign_keys_x = 0", false, false, true},
        {"SELECT 'foreign_keys' = 0", false, false, false},
        {"ATTACH 'x' AS y", false, false, true},
        {"DETACH y", false, false, true},
        {"CREATE TEMP TABLE t(a)", false, false, true},
        {"create temporary view v as select 1", false, false, true},
        {"CREATE TABLE temp(a)", false, false, true},  // rather once too often
        {"CREATE TABLE t(a)", false, false, false},
        {"DROP TABLE temp", false, false, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Head found = head_of(row.text);
        CHECK(sets_foreign_keys(found) == row.sets);
        CHECK(turns_foreign_keys_off(found) == row.off);
        CHECK(touches_session(found) == row.session);
    }
}

TEST_CASE("dot-commands") {
    struct Row {
        std::string line;
        DotCommand command;
        Texts arguments;
    };
    const Row rows[] = {
        {".read a.sql", DotCommand::read, {"a.sql"}},
        {".rea 'a b.sql'", DotCommand::read, {"a b.sql"}},
        {".read \"a\\tb\\\\c\\\"d\"", DotCommand::read, {"a\tb\\c\"d"}},
        {".read 'a\\tb'", DotCommand::read, {"a\\tb"}},
        {".print", DotCommand::print, {}},
        {".pri a  'b  c'\t\"d\\n\" e'f", DotCommand::print, {"a", "b  c", "d\n", "e'f"}},
        {".print 'open", DotCommand::print, {"open"}},
        {".print \"\\", DotCommand::print, {"\\"}},
        {".print \"\\a\\b\\f\\v\\r\\x\"", DotCommand::print, {"\a\b\f\v\rx"}},
        {". print a", DotCommand::print, {"a"}},
        {".echo on", DotCommand::echo, {"on"}},
        {".headers off", DotCommand::headers, {"off"}},
        {".head on", DotCommand::headers, {"on"}},
        {".mode csv", DotCommand::mode, {"csv"}},
        {".separator |", DotCommand::separator, {"|"}},
        {".nullvalue NULL", DotCommand::nullvalue, {"NULL"}},
        {".quit", DotCommand::stop, {}},
        {".q", DotCommand::stop, {}},
        {".exit", DotCommand::stop, {}},
        {".exit 0", DotCommand::stop, {"0"}},
        {".bail on", DotCommand::display, {"on"}},
        {".timer off", DotCommand::display, {"off"}},
        {".timeout 5", DotCommand::display, {"5"}},
        {".tables", DotCommand::display, {}},
        {".output", DotCommand::display, {}},
        {".output stdout", DotCommand::display, {"stdout"}},
        {".once /dev/null", DotCommand::display, {"/dev/null"}},
        {".log off", DotCommand::display, {"off"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const DotLine line = parse_dot_line(row.line);
        CHECK(line.command == row.command);
        CHECK(Texts(line.arguments.begin(), line.arguments.end()) == row.arguments);
        CHECK(line.problem.empty());
    }
    const char* refused[] = {".",         ".  ",         ".shell ls", ".system ls",  ".import a b",
                             ".open x",   ".connection", ".load x",   ".cd /",       ".exit 1",
                             ".quit x",   ".read",       ".read a b", ".read '|ls'", ".read ''",
                             ".output x", ".once x",     ".log x",    ".re a",       ".readx a",
                             ".nope",     ".READ a",     ".ti",       ".e"};
    for (const std::string text : refused) {
        CAPTURE(text);
        const DotLine line = parse_dot_line(text);
        CHECK(line.command == DotCommand::refused);
        CHECK_FALSE(line.problem.empty());
    }
}

TEST_CASE("a script's pieces, cut as the sqlite3 shell cuts them") {
    struct Row {
        std::string text;
        Texts chunks;
    };
    const Row rows[] = {
        {"", {}},
        {"\n  \n-- c\n/* d\n e */\n;\n", {}},
        {"a;\nb;\n", {"1|a;\n", "2|b;\n"}},
        {"a; b;\n", {"1|a; b;\n"}},
        {"a; b\n;c;\nd", {"1|a; b\n;c;\n", "3|d"}},
        {"-- c\n\n a;\n", {"3| a;\n"}},
        {"a; -- c\n/* d */ b;", {"1|a; -- c\n", "2|/* d */ b;"}},
        {"a; /* c\n*/\nb;", {"1|a; /* c\n*/\n", "3|b;"}},
        {"/* c\n*/ a;\n", {"1|/* c\n*/ a;\n"}},
        {".print x\na;\n.print y", {"1|.print x\n", "2|a;\n", "3|.print y"}},
        {" .print x\n;", {"1| .print x\n;"}},
        {"a\n.print x\n;\n", {"1|a\n.print x\n;\n"}},
        {"'\n.print x\n';\n", {"1|'\n.print x\n';\n"}},
        {"/*\n.print x\n*/\n.print y\n", {"4|.print y\n"}},
        {"-- c\n.print x\n", {"2|.print x\n"}},
        {"# c ' ;\na;\n#d\n.print x\n", {"2|a;\n", "4|.print x\n"}},
        {"a\n# b\n;\n", {"1|a\n# b\n;\n"}},
        {" # c\n;", {"1| # c\n;"}},
        {"a\n/\nb\ngo\nc\n GO  \n", {"1|a\n;\n", "3|b\n;\n", "5|c\n;\n"}},
        {"a\n/", {"1|a\n;"}},
        {"a\n/ -- x ;\nb\ngo /* y */ /**/\n", {"1|a\n;\n", "3|b\n;\n"}},
        {"/\ngo\n/ -- x\na;\n", {"4|a;\n"}},
        {"a\n/ /* x\n*/;\n", {"1|a\n/ /* x\n*/;\n"}},
        {"a\ngone\n;\n", {"1|a\ngone\n;\n"}},
        {"a\ngo;\n", {"1|a\ngo;\n"}},
        {"'\n/\n';\n", {"1|'\n/\n';\n"}},
        {"/*\ngo\n*/ a;\n", {"1|/*\ngo\n*/ a;\n"}},
        {"CREATE TRIGGER t BEGIN a;\n/\nEND\n/\n", {"1|CREATE TRIGGER t BEGIN a;\n/\nEND\n/\n"}},
        {"CREATE TRIGGER t BEGIN a;\nEND\ngo\nb;",
         {"1|CREATE TRIGGER t BEGIN a;\nEND\n;\n", "4|b;"}},
        {"a;\r\n.print x\r\nb\r\n/\r\n", {"1|a;\n", "2|.print x\n", "3|b\n;\n"}},
        {"a;\n-- end\n/* open", {"1|a;\n"}},
        {"a; /* open\n.print x\n", {"1|a; /* open\n.print x\n"}},
        {"\xEF\xBB\xBF-- c\na;\n", {"2|a;\n"}},
        {"\xEF\xBB\xBF", {}},
        {"\xEF\xBB\xBF.print x\n", {"1|.print x\n"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(chunks(row.text) == row.chunks);
    }
}

TEST_CASE("lines longer than any buffer") {
    const std::string big = "INSERT INTO t VALUES ('" + std::string(200000, 'x') + "');";
    CHECK(chunks(big + "\n" + big) == Texts{"1|" + big + "\n", "2|" + big});
    std::string many;
    for (int i = 0; i < 20000; ++i) many += "SELECT " + std::to_string(i) + ";\n";
    CHECK(chunks(many).size() == 20000);
}

TEST_CASE("directives, and where they stand") {
    const TempFolder folder;
    ChunkReader reader(folder.write("s.sql",
                                    "-- kedge: one\n--kedge:  two \r\n-- Kedge: no\n"
                                    "/* kedge: no */\n-- a kedge: no\nSELECT '-- kedge: no'\n"
                                    "-- kedge: three\n; -- kedge: four\n-- kedge:\n.print x\n"
                                    "-- kedge: five"));
    const auto directives = [&] {
        Texts out;
        for (const auto& d : reader.directives()) out.push_back(std::to_string(d.line) + d.text);
        return out;
    };
    CHECK(reader.next() == ChunkReader::Kind::sql);
    CHECK(directives() == Texts{"1one", "2two", "7three", "8four"});
    CHECK(reader.line() == 6);
    CHECK(reader.line_of(0) == 6);
    CHECK(reader.line_of(reader.statements().at(0).end) == 8);
    CHECK(reader.line_of(10000) == 9);
    CHECK(reader.next() == ChunkReader::Kind::dot_command);
    CHECK(directives() == Texts{"9"});
    CHECK(reader.line() == 10);
    CHECK(reader.next() == ChunkReader::Kind::end);
    CHECK(directives() == Texts{"11five"});
    CHECK(reader.next() == ChunkReader::Kind::end);
}

TEST_SUITE_END();
