// SPDX-License-Identifier: MIT
// What Sqitch 1.3.1 makes of the same text is the measure; where kedge means to differ (sections
// 1.1 and 1.5 of the compatibility reference), the test says so.
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "plan/names.hpp"
#include "plan/plan.hpp"
#include "support/error.hpp"
#include "temp_folder.hpp"

using namespace std::string_literals;
using kedge::Error;
using kedge::ErrorKind;
using kedge::Failure;
using kedge::plan::Change;
using kedge::plan::Dependency;
using kedge::plan::name_problem;
using kedge::plan::NameKind;
using kedge::plan::new_name_problem;
using kedge::plan::Plan;
using kedge::plan::Tag;
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

const std::string kHeader = "%syntax-version=1.0.0\n%project=p\n\n";  // the body begins on line 4
const std::string kBy = "2014-01-01T00:00:00Z A B <a@b.c>";

/// `{}` in a line stands for time stamp and planner.
std::string lines(const Texts& list) {
    std::string out;
    for (std::string line : list) {
        if (const std::size_t at = line.find("{}"); at != std::string::npos) {
            line.replace(at, 2, kBy);
        }
        out += line + "\n";
    }
    return out;
}

Plan parse(const std::string& text) {
    return Plan::parse(text, "t.plan");
}
Plan body(const Texts& list) {
    return parse(kHeader + lines(list));
}

/// All errors of a text, as `line:column: message`, and as they are.
struct Errors {
    Texts texts;
    std::vector<Error> all;
};

Errors errors_of(const std::string& text) {
    Errors out;
    try {
        parse(text);
    } catch (const Failure& failure) {
        out.all.push_back(failure.error());
        for (const Error& more : failure.error().also) out.all.push_back(more);
        out.all.front().also.clear();
    }
    for (const Error& error : out.all) {
        CHECK(error.kind == ErrorKind::configuration);
        CHECK(error.where.file == "t.plan");
        out.texts.push_back(
            fmt::format("{}:{}: {}", error.where.line, error.where.column, error.message));
    }
    return out;
}

Texts body_errors(const Texts& list) {
    return errors_of(kHeader + lines(list)).texts;
}

Texts names_of(const Plan& plan) {
    Texts out;
    for (const Change& change : plan.changes()) out.emplace_back(change.name);
    return out;
}

Texts texts_of(const std::vector<Dependency>& list) {
    Texts out;
    for (const Dependency& dep : list) out.emplace_back(dep.text);
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("plan parser");

TEST_CASE("a whole plan") {
    const Plan plan = parse(
        "%syntax-version=1.0.0\n"
        "%project=flipr\n"
        "%uri=https://github.com/theory/flipr/\n"
        "\n"
        "# comment line\n"
        "users 2013-12-30T23:19:46Z Ada Lovelace <ada@example.com> # Creates users.\n"
        "flips [users !old other:thing] 2013-12-30T23:49:00Z Ada Lovelace <ada@example.com>\n"
        "@v1.0 2014-01-01T00:00:00Z Grüße Müller <g@example.com> # Tag v1.0 — first\n"
        "users [users@v1.0] 2014-01-02T01:02:03Z Ada Lovelace <ada@example.com>\n");
    CHECK(plan.file() == "t.plan");
    CHECK(plan.project() == "flipr");
    CHECK(plan.uri() == "https://github.com/theory/flipr/");
    CHECK(plan.has_body_separator());
    REQUIRE(plan.changes().size() == 3);
    const Change& users = plan.changes()[0];
    CHECK(users.name == "users");
    CHECK(users.note == "Creates users.");
    CHECK(users.planner.name == "Ada Lovelace");
    CHECK(users.planner.email == "ada@example.com");
    CHECK(users.date == "2013-12-30T23:19:46Z");
    CHECK(users.planned_at == kedge::Timestamp(std::chrono::seconds(1388445586)));
    CHECK(users.line == 6);
    CHECK(users.required.empty());
    CHECK(users.tags.empty());
    CHECK(users.is_reworked());
    CHECK(users.next == 2);
    CHECK(users.previous == kedge::plan::kNone);
    const Change& flips = plan.changes()[1];
    CHECK(texts_of(flips.required) == Texts{"users", "other:thing"});
    CHECK(texts_of(flips.conflicts) == Texts{"old"});
    CHECK(flips.note.empty());
    CHECK(flips.tags == std::vector<std::size_t>{0});
    CHECK_FALSE(flips.is_reworked());
    REQUIRE(plan.tags().size() == 1);
    const Tag& tag = plan.tags()[0];
    CHECK(tag.name == "v1.0");
    CHECK(tag.note == "Tag v1.0 — first");
    CHECK(tag.planner.name == "Grüße Müller");
    CHECK(tag.date == "2014-01-01T00:00:00Z");
    CHECK(tag.change == 1);
    CHECK(tag.line == 8);
    CHECK(plan.changes()[2].previous == 0);
    CHECK_FALSE(plan.changes()[2].is_reworked());
}

TEST_CASE("headers that are accepted") {
    struct Row {
        std::string text;
        std::string project;
        std::string uri;
    };
    const Row rows[] = {
        {"%project=p\n", "p", ""},
        {"%project=p", "p", ""},
        {"%project=p\r\n", "p", ""},
        {"%syntax-version=0.9\n%project=p\n", "p", ""},
        {"%syntax-version=2.0.0\n%project=p\n", "p", ""},
        {"% syntax-version=1.0.0\n  %foo = bar    # lolz\n% project=p\n% uri=http://x/\n% strict\n",
         "p", "http://x/"},
        {"%project=a\n%project=b\n", "b", ""},
        {"%project =\tp \t# a note\n", "p", ""},
        {"\u00A0%\u3000project\u00A0=\u00A0p\n", "p", ""},
        {"# first\n   # indented\n%project=p\n# last\n", "p", ""},
        {"%project=日本\n%uri=http://ex.com/é x  \n", "日本", "http://ex.com/é x"},
        {"%project=p\n%uri=urn:a=b\n", "p", "urn:a=b"},
        {"%project=1\n%_odd_=1\n%a-b=1\n", "1", ""},
        {"%project=HEAD\n", "HEAD", ""},
        {"%project=a/b\n", "a/b", ""},
        {"%project=0123456789012345678901234567890123456789\n",
         "0123456789012345678901234567890123456789", ""},
        {"%project\n", "1", ""},  // a pragma without a value counts as 1
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const Errors errors = errors_of(row.text);
        CHECK(errors.texts == Texts{});
        if (!errors.texts.empty()) continue;
        const Plan plan = parse(row.text);
        CHECK(plan.project() == row.project);
        CHECK(plan.uri() == row.uri);
        CHECK(plan.changes().empty());
        CHECK_FALSE(plan.has_body_separator());
        CHECK(plan.text() == row.text);
    }
}

TEST_CASE("errors in the header") {
    struct Row {
        std::string text;
        Texts errors;
    };
    const std::string no_project = "1:1: the plan names no project";
    const Row rows[] = {
        {"", {no_project}},
        {"\n\n", {no_project}},
        {"# only a comment\n", {no_project}},
        {"%syntax-version=1.0.0\n\n" + lines({"a {}"}), {no_project}},
        {"%Project=p\n", {no_project}},
        {"%project=p\n" + lines({"a {}"}),
         {"2:1: expected a pragma (%name=value) or an empty line"}},
        {"%project=p\n" + lines({"  a {}", "b [a] {}"}),
         {"2:3: expected a pragma (%name=value) or an empty line"}},
        {"%project=p\n%\n", {"2:2: expected the name of a pragma after \"%\""}},
        {"%project=p\n  % =x\n", {"2:5: expected the name of a pragma after \"%\""}},
        {"%project=p\n%-a=1\n", {"2:2: expected the name of a pragma after \"%\""}},
        {"%project=p\n%a-=1\n", {"2:2: expected the name of a pragma after \"%\""}},
        {"%project=p\n%a b\n", {"2:4: expected \"=\" after the pragma \"a\""}},
        {"%project=p\n%uri=\n", {"2:6: expected a value for the pragma \"uri\""}},
        {"%project=p\n%uri =  # x\n", {"2:7: expected a value for the pragma \"uri\""}},
        {"%project= a b\n",
         {"1:11: \"a b\" is not a valid project name: it must not contain blanks"}},
        {"%project=é@x\n",
         {"1:10: \"é@x\" is not a valid project name: it must not contain \"@\""}},
        {"%project=p.\n",
         {"1:10: \"p.\" is not a valid project name: it must end in a letter, a digit or \"_\""}},
        {"\xEF\xBB\xBF%project=p\n", {"1:1: the plan begins with a byte order mark"}},
        {"%project=p\n# caf\xE9\n", {"2:6: byte 0xE9 is not UTF-8"}},
        {"%project=p\n\n%foo=bar\n",
         {"3:1: \"%foo=bar\" is not a valid change name: it must not begin with punctuation "
          "(\"%\")"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(errors_of(row.text).texts == row.errors);
    }
}

TEST_CASE("what ends the header") {
    // An empty line, one of blanks only, or a hash without text followed by a change.
    for (const std::string& gap : {""s, "  \t"s, "\u3000"s, "#"s, "# "s}) {
        CAPTURE(gap);
        const Plan plan = parse("%project=p\n" + gap + "\n" + lines({"a {}"}));
        CHECK(names_of(plan) == Texts{"a"});
        CHECK(plan.has_body_separator());
    }
    // A hash without text between pragmas ends nothing.
    CHECK(parse("#\n%project=p\n\n" + lines({"a {}"})).project() == "p");
    CHECK(errors_of("%project=p\n# text\n" + lines({"a {}"})).texts ==
          Texts{"3:1: expected a pragma (%name=value) or an empty line"});
}

TEST_CASE("lines of the body with odd blanks, operators and comments") {
    const Plan plan =
        body({"+hey {}", " +  dr_evil {}", "\u00A0this/rocks\u3000{}", "\t- old {} #x", " @bar  {}",
              "", "  \t", "   # a comment", "#", "# ", "last [\they   this/rocks ] {}  "});
    CHECK(names_of(plan) == Texts{"hey", "dr_evil", "this/rocks", "old", "last"});
    CHECK(plan.changes()[3].note == "x");
    CHECK(plan.changes()[3].line == 7);
    CHECK(plan.tags()[0].name == "bar");
    CHECK(plan.tags()[0].change == 3);
    CHECK(texts_of(plan.changes()[4].required) == Texts{"hey", "this/rocks"});
    CHECK(plan.changes()[4].line == 14);
}

TEST_CASE("the planner's name keeps its blanks but the last") {
    struct Row {
        std::string tail;
        std::string name;
        std::string email;
    };
    const Row rows[] = {
        {"A <b>", "A", "b"},           {"A B <b>", "A B", "b"},  {"A  B\t  <e>", "A  B\t ", "e"},
        {"A\t<e>", "A", "e"},          {"A\u3000<e>", "A", "e"}, {"A \u3000<e>", "A ", "e"},
        {"A <a b>", "A", "a b"},       {"A <a<b>", "A", "a<b"},  {"A > B <e>", "A > B", "e"},
        {"日本 <é@ü>", "日本", "é@ü"}, {"[x] <e>", "[x]", "e"},  {"  A <e>", "A", "e"},
        {"A < >", "A", " "},
    };
    for (const Row& row : rows) {
        CAPTURE(row.tail);
        const Plan plan = body({"a 2014-01-01T00:00:00Z " + row.tail});
        CHECK(plan.changes()[0].planner.name == row.name);
        CHECK(plan.changes()[0].planner.email == row.email);
    }
    // Sqitch needs no blank after the time stamp either.
    CHECK(body({"a 2014-01-01T00:00:00Z   <b>"}).changes()[0].planner.name == " ");
    CHECK(body({"a 2014-01-01T00:00:00ZA <b>"}).changes()[0].planner.name == "A");
}

TEST_CASE("notes are trimmed, then unescaped from left to right") {
    struct Row {
        std::string raw;
        std::string note;
    };
    const Row rows[] = {
        {"", ""},
        {" ", ""},
        {"x", "x"},
        {"  a  b \t", "a  b"},
        {" one\\ntwo", "one\ntwo"},
        {" a\\rb", "a\rb"},
        {" a\\\\nb", "a\\nb"},
        {" a\\\\\\nb", "a\\\nb"},
        {" with\\ttab", "with\\ttab"},
        {" ends in \\", "ends in \\"},
        {" ends in \\n", "ends in \n"},
        {" a # b ## c", "a # b ## c"},
        {" \u00A0 \t x\v\u0085", "x"},
        {"\u2028\u3000é — 日\f", "é — 日"},
        {" 0", "0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.raw);
        const Plan plan = body({"a {} #" + row.raw, "@t {}#" + row.raw});
        CHECK(plan.changes()[0].note == row.note);
        CHECK(plan.tags()[0].note == row.note);
    }
}

TEST_CASE("CRLF and LF give the same plan") {
    const std::string text =
        kHeader + lines({"a {} # note", "@v1 {}", "", "b [a !c] {}", "# end", "a [a@v1] {}"});
    std::string dos;
    for (const char c : text) dos += c == '\n' ? "\r\n"s : std::string(1, c);
    const Plan unix_plan = parse(text);
    const Plan dos_plan = parse(dos);
    REQUIRE(dos_plan.changes().size() == unix_plan.changes().size());
    for (std::size_t i = 0; i < dos_plan.changes().size(); ++i) {
        CHECK(dos_plan.changes()[i].id == unix_plan.changes()[i].id);
        CHECK(dos_plan.changes()[i].note == unix_plan.changes()[i].note);
    }
    CHECK(dos_plan.tags()[0].id == unix_plan.tags()[0].id);
    // Without a last line end, and with a mix of both.
    CHECK(parse(text.substr(0, text.size() - 1)).changes().size() == 3);
    CHECK(parse(dos.substr(0, dos.size() - 1)).changes().size() == 3);
    CHECK(parse(kHeader + "a " + kBy + "\r\nb " + kBy + "\n").changes().size() == 2);
}

TEST_CASE("names that a plan may hold") {
    const char* names[] = {
        "a",
        "1",
        "_",
        "1234",
        "foo_",
        "f.o.o",
        "f-o",
        "foo-6",
        "foo.6",
        "foo+6",
        "foo,6",
        "foo~6b",
        "foo~b",
        "foo^b",
        "foo=b",
        "foo!bar",
        "x$y",
        "日本",
        "é",
        "–foo",
        "a😀b",
        "foo٣",
        "Ⅷ",
        "a\u0301",
        "foo[x",
        "foo]x",
        "head",
        "HEADS",
        "foo–bar",
        "a\u180Eb",
        "foo‿",
        "root",
        "0123456789abcdef0123456789abcdef0123456",  // 39 digits
        "0123456789ABCDEF0123456789abcdef01234567",
    };
    for (const std::string name : names) {
        CAPTURE(name);
        for (const NameKind kind : {NameKind::change, NameKind::tag, NameKind::project}) {
            CHECK_FALSE(name_problem(kind, name));
        }
        const bool listable = name.find(']') == std::string::npos;
        const std::string list = listable ? "[" + name + "@" + name + "] " : "";
        const Plan plan = body({name + " {}", "@" + name + " {}", "z " + list + "{}"});
        CHECK(plan.changes()[0].name == name);
        CHECK(plan.tags()[0].name == name);
    }
    for (const std::string name : {"foo/bar", "foo//bar", "a/b/c", "foo/6x"}) {
        CAPTURE(name);
        CHECK_FALSE(name_problem(NameKind::change, name));
        CHECK(name_problem(NameKind::tag, name) == "a tag must not contain \"/\"");
        CHECK(body({name + " {}"}).changes()[0].name == name);
        CHECK(body_errors({"a {}", "@" + name + " {}"}) ==
              Texts{fmt::format("5:2: \"{}\" is not a valid tag name: a tag must not contain \"/\"",
                                name)});
    }
}

TEST_CASE("names that a plan may not hold") {
    const std::string ends = "it must end in a letter, a digit or \"_\"";
    const std::string offset = "it must not end in digits after one of \"~ / = % ^ [ ]\"";
    struct Row {
        std::string name;
        std::string problem;
    };
    const Row rows[] = {
        {"^foo", "it must not begin with punctuation (\"^\")"},
        {"%hi", "it must not begin with punctuation (\"%\")"},
        {"\\foo", "it must not begin with punctuation (\"\\\")"},
        {"!foo", "it must not begin with punctuation (\"!\")"},
        {"[foo", "it must not begin with punctuation (\"[\")"},
        {"foo^", ends},
        {"hi!", ends},
        {"foo/", ends},
        {"foo-", ends},
        {"foo]", ends},
        {"foo😀", ends},
        {"foo–", ends},
        {"😀", ends},
        {"foo½", ends},
        {"foo^6", offset},
        {"foo^666", offset},
        {"foo~6", offset},
        {"foo/6", offset},
        {"foo=6", offset},
        {"foo%6", offset},
        {"foo[6", offset},
        {"foo]6", offset},
        {"foo/6/7", offset},
        {"foo@bar", "it must not contain \"@\""},
        {"foo:bar", "it must not contain \":\""},
        {"foo\\bar", "it must not contain \"\\\""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        for (const NameKind kind : {NameKind::change, NameKind::tag, NameKind::project}) {
            CHECK(name_problem(kind, row.name) == row.problem);
            CHECK(new_name_problem(kind, row.name) == row.problem);
        }
        // In a line, what would be an operator or a tag's mark is not part of the name.
        CHECK(body_errors({row.name + " {}"}) ==
              Texts{fmt::format("4:1: \"{}\" is not a valid change name: {}", row.name,
                                row.problem)});
        CHECK(body_errors({"a {}", "@" + row.name + " {}"}) ==
              Texts{fmt::format("5:2: \"{}\" is not a valid tag name: {}", row.name, row.problem)});
        CHECK(body_errors({"a [p:" + row.name + "@x] {}"}).size() == 1);
    }
    for (const NameKind kind : {NameKind::change, NameKind::tag, NameKind::project}) {
        CHECK(name_problem(kind, "") == "it is empty");
        CHECK(name_problem(kind, "a b") == "it must not contain blanks");
        CHECK(name_problem(kind, "a\u00A0b") == "it must not contain blanks");
        CHECK(name_problem(kind, "a#b") == "it must not contain \"#\"");
    }
    CHECK(name_problem(NameKind::change, "+foo") == "it must not begin with punctuation (\"+\")");
    CHECK(name_problem(NameKind::change, "-foo") == "it must not begin with punctuation (\"-\")");
    CHECK(name_problem(NameKind::change, "@foo") == "it must not begin with punctuation (\"@\")");
}

TEST_CASE("reserved names, and those that look like ids") {
    const std::string id = "0123456789abcdef0123456789abcdef01234567";
    for (const std::string name : {"HEAD", "ROOT"}) {
        CAPTURE(name);
        CHECK(body_errors({name + " {}"}) ==
              Texts{fmt::format("4:1: \"{}\" is not a valid change name: it is reserved", name)});
        CHECK(body_errors({"a {}", "@" + name + " {}"}) ==
              Texts{fmt::format("5:2: \"{}\" is not a valid tag name: it is reserved", name)});
        CHECK_FALSE(name_problem(NameKind::project, name));
    }
    for (const std::string& name : {id, id + "x", id + "_abc"}) {
        CAPTURE(name);
        CHECK(body_errors({name + " {}"}).size() == 1);
        CHECK(name_problem(NameKind::change, name) == "it could be confused with a SHA-1 id");
        CHECK(name_problem(NameKind::tag, name) == "it could be confused with a SHA-1 id");
        CHECK_FALSE(name_problem(NameKind::project, name));
    }
}

TEST_CASE("kedge makes no names with brackets or control characters") {
    CHECK(new_name_problem(NameKind::change, "foo[x") == "it must not contain brackets");
    CHECK(new_name_problem(NameKind::change, "foo]x") == "it must not contain brackets");
    CHECK(new_name_problem(NameKind::tag, "a\nb") == "it must not contain control characters");
    CHECK(new_name_problem(NameKind::tag, "a\x7Fz") == "it must not contain control characters");
    CHECK(new_name_problem(NameKind::project, "a\xFFz") == "it is not UTF-8");
    CHECK_FALSE(new_name_problem(NameKind::change, "日本/a-b"));
}

TEST_CASE("errors of one line, with the column") {
    const std::string stamp = "expected a time stamp like 2026-11-20T16:47:10Z";
    struct Row {
        std::string line;
        std::string error;
    };
    const Row rows[] = {
        {"a", "4:2: expected a time stamp, and the planner's name and email"},
        {"a   # note", "4:2: expected a time stamp, and the planner's name and email"},
        {"日本 [a]", "4:7: expected a time stamp, and the planner's name and email"},
        {"a Ada <a@b.c>", "4:3: " + stamp},
        {"a 2014-01-01", "4:3: " + stamp},
        {"a 2014-01-01T00:00:00 A <b>", "4:3: " + stamp},
        {"a 2014-01-01T00:00:00.5Z A <b>", "4:3: " + stamp},
        {"a 2014-01-01T00:00:00+01:00 A <b>", "4:3: " + stamp},
        {"a 2014-13-01T00:00:00Z A <b>",
         "4:3: \"2014-13-01T00:00:00Z\" is no moment of the calendar"},
        {"é 2014-02-30T00:00:00Z A <b>",
         "4:3: \"2014-02-30T00:00:00Z\" is no moment of the calendar"},
        {"a 2014-01-01T00:00:00Z", "4:23: expected the planner's name and email"},
        {"a 2014-01-01T00:00:00Z  # x", "4:23: expected the planner's name and email"},
        {"a 2014-01-01T00:00:00Z Ada", "4:27: expected the planner's email in <>"},
        {"a 2014-01-01T00:00:00Z Ada <b", "4:28: expected the planner's email in <>"},
        {"a 2014-01-01T00:00:00Z Ada b>", "4:30: expected the planner's email in <>"},
        {"a 2014-01-01T00:00:00Z Ada <>", "4:28: expected the planner's email in <>"},
        {"a 2014-01-01T00:00:00Z <b>", "4:24: expected the planner's name, a blank, and <email>"},
        {"a 2014-01-01T00:00:00Z  <b>", "4:25: expected the planner's name, a blank, and <email>"},
        {"a 2014-01-01T00:00:00Z Ada<b>",
         "4:24: expected the planner's name, a blank, and <email>"},
        {"a {} x", "4:35: expected the end of the line, or \"#\" and a note"},
        {"+", "4:2: expected the name of a change"},
        {"- # x", "4:2: expected the name of a change"},
        {"@", "4:2: expected the name of a tag"},
        {"@ v {}", "4:2: expected the name of a tag"},
        {"[a] {}",
         "4:1: \"[a]\" is not a valid change name: it must not begin with punctuation (\"[\")"},
        {"a [] {}", "4:3: the list of dependencies is empty"},
        {"a [ \t ] {}", "4:3: the list of dependencies is empty"},
        {"a [b {}", "4:3: expected \"]\" at the end of the dependencies"},
        {"a[b] {}",
         "4:1: \"a[b]\" is not a valid change name: it must end in a letter, a digit or \"_\""},
        {"foo– {}",
         "4:1: \"foo–\" is not a valid change name: it must end in a letter, a digit or \"_\""},
        {"caf\xE9 {}", "4:4: byte 0xE9 is not UTF-8"},
        {"日a # \xED\xA0\x80", "4:6: byte 0xED is not UTF-8"},
        {"@v {}", "4:1: tag \"@v\" stands before the first change"},
        {"  @v {}", "4:3: tag \"@v\" stands before the first change"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const Errors errors = errors_of(kHeader + lines({row.line}));
        CHECK(errors.texts == Texts{row.error});
        CHECK(errors.all.at(0).source_line + "\n" == lines({row.line}));
    }
}

TEST_CASE("errors between lines") {
    struct Row {
        Texts body;
        Texts errors;
    };
    const Row rows[] = {
        {{"a {}", "b {}", "a {}"}, {"6:1: change \"a\" is already on line 4"}},
        {{"a {}", "-a {}"}, {"5:2: change \"a\" is already on line 4"}},
        {{"a {}", "@v {}", "a {}", "a {}"}, {"7:1: change \"a\" is already on line 6"}},
        {{"a {}", "@v {}", "@v {}"}, {"6:1: tag \"@v\" is already on line 5"}},
        {{"a {}", "@v {}", "b {}", " @v {}"}, {"7:2: tag \"@v\" is already on line 5"}},
        {{"a {}", "@v [a] {}"}, {"5:4: a tag has no dependencies"}},
        {{"@v {}", "@w {}", "a {}"},
         {"4:1: tag \"@v\" stands before the first change",
          "5:1: tag \"@w\" stands before the first change"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body.back());
        CHECK(body_errors(row.body) == row.errors);
    }
    // The same name again after a tag is a rework, also when the tag is another change's.
    CHECK(body({"a {}", "@v {}", "a {}"}).changes()[1].previous == 0);
    CHECK(body({"a {}", "b {}", "@v {}", "a {}", "@w {}", "a {}"}).changes()[3].previous == 2);
    // Names differ by case and by composition.
    CHECK(body({"a {}", "A {}", "\u00E9 {}", "e\u0301 {}"}).changes().size() == 4);
}

TEST_CASE("forms of dependencies") {
    const std::string id = "0123456789abcdef0123456789abcdef01234567";
    struct Row {
        std::string token;
        bool conflict;
        std::string project;
        std::string change;
        std::string tag;
        std::string id;
        std::string text;
    };
    const Row rows[] = {
        {"x", false, "", "x", "", "", "x"},
        {"!x", true, "", "x", "", "", "x"},
        {"x@v", false, "", "x", "v", "", "x@v"},
        {"@v", false, "", "", "v", "", "@v"},
        {"!@v", true, "", "", "v", "", "@v"},
        {"p:x", false, "", "x", "", "", "x"},
        {"p:@v", false, "", "", "v", "", "@v"},
        {"!p:x@v", true, "", "x", "v", "", "x@v"},
        {"q:x", false, "q", "x", "", "", "q:x"},
        {"q:@v", false, "q", "", "v", "", "q:@v"},
        {"!q:x@v", true, "q", "x", "v", "", "q:x@v"},
        {id, false, "", "", "", id, id},
        {"q:" + id, false, "q", "", "", id, "q:" + id},
        {"p:" + id, false, "", "", "", id, id},
        {"a/b@v", false, "", "a/b", "v", "", "a/b@v"},
        {"日本", false, "", "日本", "", "", "日本"},
        {"HEAD", false, "", "HEAD", "", "", "HEAD"},
        {"x@HEAD", false, "", "x", "HEAD", "", "x@HEAD"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.token);
        const auto [ok, dep] = kedge::plan::parse_dependency(row.token, "p");
        REQUIRE(ok);
        CHECK(dep.conflict == row.conflict);
        CHECK(dep.project == row.project);
        CHECK(dep.change == row.change);
        CHECK(dep.tag == row.tag);
        CHECK(dep.id == row.id);
        CHECK(dep.text == row.text);
    }
    const std::string bad[] = {
        "",      "!",   "!!x",  "@",    "x@", ":x", "p:",    "x@y@z", "q:r:x",   "x^",
        "HEAD^", "x~2", "x@v^", "q:!x", "x,", ",",  "a@x/y", "-x",    id + "@v", id + "x"};
    for (const std::string& token : bad) {
        CAPTURE(token);
        CHECK_FALSE(kedge::plan::parse_dependency(token, "p").ok);
        if (token.empty()) continue;
        CHECK(body_errors({"é [" + token + "] {}"}) ==
              Texts{fmt::format("4:4: \"{}\" is not a valid dependency", token)});
    }
}

TEST_CASE("a dependency given twice, after normalization") {
    CHECK(body_errors({"a {}", "b [a a] {}"}) == Texts{"5:6: dependency \"a\" is given twice"});
    CHECK(body_errors({"a {}", "b [a p:a] {}"}) == Texts{"5:6: dependency \"p:a\" is given twice"});
    CHECK(
        body_errors({"b [!x q:y !x q:y] {}"}) ==
        Texts{"4:11: dependency \"!x\" is given twice", "4:14: dependency \"q:y\" is given twice"});
    // These are two.
    CHECK(body_errors({"a {}", "@v {}", "b [a !a a@v q:a] {}"}) == Texts{});
}

TEST_CASE("the order of dependencies") {
    struct Row {
        Texts body;
        Texts errors;
    };
    const Row rows[] = {
        {{"a [b] {}", "b {}"},
         {"4:4: change \"a\" requires \"b\", which is planned 1 change later"}},
        {{"a [c b] {}", "b {}", "c {}"},
         {"4:4: change \"a\" requires \"c\", which is planned 2 changes later",
          "4:6: change \"a\" requires \"b\", which is planned 1 change later"}},
        {{"a [a] {}"}, {"4:4: change \"a\" requires itself"}},
        {{"a [b] {}", "b [a] {}"},
         {"4:4: change \"a\" requires \"b\", which is planned 1 change later"}},
        {{"a [c] {}", "b [a] {}", "c [b] {}"},
         {"4:4: change \"a\" requires \"c\", which is planned 2 changes later"}},
        {{"users {}", "a [user] {}"},
         {"5:4: change \"a\" requires the unknown change \"user\" (did you mean \"users\"?)"}},
        {{"a [xyzzy] {}"}, {"4:4: change \"a\" requires the unknown change \"xyzzy\""}},
        {{"a {}", "b [@v] {}"}, {"5:4: change \"b\" requires the unknown tag \"@v\""}},
        {{"a {}", "b [a@v] {}"}, {"5:4: change \"b\" requires the unknown tag \"@v\""}},
        {{"a {}", "b [a@HEAD] {}"}, {"5:4: change \"b\" requires the unknown tag \"@HEAD\""}},
        {{"a {}", "b [@ROOT] {}"}, {"5:4: change \"b\" requires the unknown tag \"@ROOT\""}},
        {{"a {}", "b [HEAD] {}"}, {"5:4: change \"b\" requires the unknown change \"HEAD\""}},
        {{"a {}", "b [@v] {}", "@v {}"},
         {"5:4: change \"b\" requires \"@v\", which is planned later"}},
        {{"a {}", "b [a@v] {}", "c {}", "@v {}"},
         {"5:4: change \"b\" requires \"@v\", which is planned later"}},
        {{"a {}", "@v {}", "b {}", "c [b@v] {}"},
         {"7:4: change \"c\" requires \"b@v\", but \"b\" is planned after that tag"}},
        {{"a {}", "b [  !a   p:z] {}"}, {"5:13: change \"b\" requires the unknown change \"z\""}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.body.front());
        CHECK(body_errors(row.body) == row.errors);
    }
    const Texts good[] = {
        {"a {}", "b [a] {}"},
        {"a {}", "@v {}", "b [@v a@v] {}"},
        {"a {}", "@v {}", "b {}", "c [a b] {}"},
        {"a {}", "@v {}", "a [a] {}"},
        {"a {}", "@v {}", "a [a@v] {}"},
        {"a {}", "b {}", "@v {}", "@w {}", "a [a@w] {}"},
        {"a [q:b q:c@v q:@w] {}"},
        {"a [0123456789abcdef0123456789abcdef01234567] {}"},
        {"a [!b !@v !a !a@v] {}"},  // conflicts aren't checked
    };
    for (const Texts& list : good) {
        CAPTURE(list.back());
        CHECK(body_errors(list) == Texts{});
    }
    const Errors errors = errors_of(kHeader + lines({"a [c] {}", "b {}", "c {}"}));
    CHECK(errors.all.at(0).hint == "move \"a\" below line 6");
    CHECK(errors.all.at(0).source_line == "a [c] " + kBy);
}

TEST_CASE("all errors at once, in the order of the lines") {
    CHECK(
        errors_of("%syntax-version=1.0.0\n%uri=\n%project=p.\n\n" +
                  lines({"^foo {}", "a [b] {}", "a {}", "b 2014 A <b>", "c {}", "@v/x {}", "c {}",
                         "d [nope] {}", "HEAD"}))
            .texts ==
        Texts{
            "2:6: expected a value for the pragma \"uri\"",
            "3:10: \"p.\" is not a valid project name: it must end in a letter, a digit or \"_\"",
            "5:1: \"^foo\" is not a valid change name: it must not begin with punctuation (\"^\")",
            "7:1: change \"a\" is already on line 6",
            "8:3: expected a time stamp like 2026-11-20T16:47:10Z",
            "10:2: \"v/x\" is not a valid tag name: a tag must not contain \"/\"",
            "12:4: change \"d\" requires the unknown change \"nope\"",
            "13:1: \"HEAD\" is not a valid change name: it is reserved",
        });
}

TEST_CASE("one fault gives one error") {
    // What a faulty line names counts as known, and a faulty tag as a tag.
    const Texts bodies[] = {
        {"a", "b [a] {}"},
        {"a 2014-13-01T00:00:00Z A <b>", "@v {}", "b [a@v @v] {}"},
        {"a^ {}", "@v {}", "b [@v] {}"},
        {"a {}", "@v A <b>", "b [a@v] {}", "a {}"},
        {"a {}", "@v {}", "@v {}", "a {}"},
        {"a {}", "@v [a] {}", "a [a@v] {}"},
        {"@v {}", "a {}", "b [@v a@v] {}"},
        {"+ a {} x", "b [a] {}"},
        {"a {} # caf\xE9", "b [a] {}"},
        {"a {}", "@v {} # caf\xE9", "a [@v] {}"},
        {"a# note", "b [a] {}"},
    };
    for (const Texts& list : bodies) {
        CAPTURE(list.front());
        const Texts errors = body_errors(list);
        CAPTURE(errors.size() > 1 ? errors[1] : "");
        CHECK(errors.size() == 1);
    }
}

TEST_CASE("names by their line in a large plan") {
    std::string text = kHeader;
    constexpr std::size_t kCount = 20000;
    for (std::size_t i = 0; i < kCount; ++i) {
        text += i == 0 ? fmt::format("c{} {}\n", i, kBy)
                       : fmt::format("c{} [c{}] {} # note {}\n", i, i - 1, kBy, i);
        if (i % 100 == 99) text += fmt::format("@t{} {}\n", i, kBy);
    }
    const Plan plan = parse(text);
    CHECK(plan.changes().size() == kCount);
    CHECK(plan.tags().size() == kCount / 100);
    CHECK(plan.find("c12345") == 12345);
    CHECK(plan.changes()[kCount - 1].line == 3 + kCount + kCount / 100 - 1);
}

TEST_CASE("load") {
    const TempFolder folder;
    const std::string path = folder.write("sqitch.plan", kHeader + lines({"a {}"}));
    const Plan plan = Plan::load(path);
    CHECK(plan.file() == path);
    CHECK(plan.changes().size() == 1);
    try {
        (void)Plan::load(folder / "nope.plan");
        FAIL("it loaded");
    } catch (const Failure& failure) {
        CHECK(failure.error().kind == ErrorKind::configuration);
        CHECK(failure.error().message ==
              fmt::format("plan file {} does not exist", folder / "nope.plan"));
    }
    CHECK_THROWS_AS((void)Plan::load(folder.path()), Failure);
}

TEST_CASE("a plan can be moved, and its views stay") {
    Plan first = body({"a {} # one\\ntwo", "@v {}"});
    const Plan second = std::move(first);
    CHECK(second.changes()[0].name == "a");
    CHECK(second.changes()[0].note == "one\ntwo");
    CHECK(second.find("@v") == 0);
    Plan third = body({"b {}"});
    third = body({"c {} # x\\\\y"});
    CHECK(third.find("c") == 0);
    CHECK(third.changes()[0].note == "x\\y");
}

TEST_SUITE_END();
