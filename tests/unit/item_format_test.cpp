// SPDX-License-Identifier: MIT
// The expected texts are what Sqitch 1.3.1 gives under LC_ALL=C and TZ=Europe/Berlin.
#include "report/item_format.hpp"

#include <cstdlib>
#include <ctime>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::ErrorKind;
using kedge::Failure;
using namespace kedge::report;

namespace {

Item sample() {
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    Item item;
    item.event = "deploy";
    item.id = "0123456789abcdef0123456789abcdef01234567";
    item.name = "pösts";
    item.project = "zoo";
    item.note = "First é ☃\n\nBody line\n  ünd zwei\n";
    item.requirements = {"users", "a@v1"};
    item.conflicts = {"old"};
    item.tags = {"@v1", "@v1.1"};
    item.committer_name = "Bob";
    item.committer_email = "bob@example.org";
    item.committed = Item::Time{std::chrono::seconds{1795200711}};
    item.planner_name = "Ada Lövelace";
    item.planner_email = "ada@example.com";
    item.planned = Item::Time{std::chrono::seconds{1782000000}};
    return item;
}

Item planned_sample() {
    Item item = sample();
    item.committer_name.clear();
    item.committer_email.clear();
    item.committed.reset();
    item.deploy_file = "deploy/pösts.sql";
    return item;
}

std::string formatted(std::string_view format, const Item& item, Colour colour = Colour::never,
                      int abbrev = 0) {
    return ItemFormat(format, DateFormat::parse("iso"), colour, abbrev).format(item);
}

std::string usage_error(std::string_view format, const Item& item = sample()) {
    try {
        return "accepted: " + formatted(format, item);
    } catch (const Failure& failure) {
        CHECK(failure.error().kind == ErrorKind::usage);
        return failure.error().message;
    }
}

struct Pair {
    const char* format;
    const char* expected;
};

}  // namespace

TEST_SUITE_BEGIN("item_format");

TEST_CASE("codes and their arguments") {
    const Pair rows[] = {
        {"%e %l %L", "deploy deploy Deploy"},
        {"%H", "0123456789abcdef0123456789abcdef01234567"},
        {"%h|%{5}h|%{0}h|%{-35}h|%{100}h",
         "0123456789abcdef0123456789abcdef01234567|01234|0123456789abcdef0123456789abcdef01234567|"
         "01234|0123456789abcdef0123456789abcdef01234567"},
        {"%n %o", "pösts zoo"},
        {"%c|%{n}c|%{name}c|%{e}c|%{email}c",
         "Bob <bob@example.org>|Bob|Bob|bob@example.org|bob@example.org"},
        {"%{d}c|%{date}c|%{d:}c",
         "2026-11-20 19:51:51 +0100|2026-11-20 19:51:51 +0100|2026-11-20 19:51:51 +0100"},
        {"%{date:raw}c|%{d:rfc}c|%{d:cldr:d. MMM y}c|%{date:strftime:%j}c",
         "2026-11-20T18:51:51Z|Fri, 20 Nov 2026 19:51:51 +0100|20. Nov 2026|324"},
        {"%p|%{name}p|%{email}p|%{date:long}p",
         "Ada Lövelace <ada@example.com>|Ada Lövelace|ada@example.com|June 21, 2026, "
         "2:00:00\u202fAM CEST"},
        {"%{other}c.", "."},
        {"%t|%{;}t|%{0}t", " @v1, @v1.1| @v1;@v1.1| @v1, @v1.1"},
        {"%T|%{ }T", " (@v1, @v1.1)| (@v1 @v1.1)"},
        {"%r|%{ + }r", " users, a@v1| users + a@v1"},
        {"%R", "Requires:  users, a@v1\n"},
        {"%x|%{,}x", " old| old"},
        {"%X", "Conflicts: old\n"},
        {"%{event}_|%{change}_|%{committer}_|%{by}_|%{conflicts}_|",
         "Event:    |Change:   |Committer:|By:       |Conflicts:|"},
        {"%s|%{> }s", "First é ☃|> First é ☃"},
        {"%b", "Body line\n  ünd zwei\n"},
        {"%{> }b", "> Body line\n>   ünd zwei\n"},
        {"%B", "First é ☃\n\nBody line\n  ünd zwei\n"},
        {"%{    }B", "    First é ☃\n    \n    Body line\n      ünd zwei\n"},
        {"%{change_id}a%{change}a%{requires}a%{tags}a",
         "change_id 0123456789abcdef0123456789abcdef01234567\nchange    pösts\nrequires  users, "
         "a@v1\ntags      @v1, @v1.1\n"},
        {"%{planned_at}a%{committer_name}a",
         "planned_at 2026-06-21T00:00:00Z\ncommitter_name Bob\n"},
        {"[%v]", "[\n]"},
        {"100%%, 5% more, %", "100%, 5% more, %"},
        {"%-8n|%8n|%08n|%-08n|", "pösts   |   pösts|000pösts|pösts   |"},
        {"%.2n|%8.2n|%.n|%.0n|%.00n|", "pö|      pö|pösts|pösts||"},
        {"%-22{name}p|%12{5}h|", "Ada Lövelace          |       01234|"},
        {"%{|}t%{}t", " @v1|@v1.1 @v1, @v1.1"},
        {"%{a} b}t", " @v1a} b@v1.1"},
        {"%%{x}n", "%{x}n"},
    };
    const Item item = sample();
    for (const Pair& row : rows) {
        CAPTURE(row.format);
        CHECK(formatted(row.format, item) == row.expected);
    }
}

TEST_CASE("named formats") {
    struct Row {
        const char* name;
        bool for_log;
        std::string expected;
    };
    const Row rows[] = {
        {"raw", true,
         "\033[32mdeploy 0123456789abcdef0123456789abcdef01234567\033[0m (@v1, @v1.1)\nname      "
         "pösts\nproject   zoo\nrequires  users, a@v1\nconflicts old\nplanner   Ada Lövelace "
         "<ada@example.com>\nplanned   2026-06-21T00:00:00Z\ncommitter Bob "
         "<bob@example.org>\ncommitted 2026-11-20T18:51:51Z\n\n    First é ☃\n    \n    Body "
         "line\n      ünd zwei\n\n"},
        {"full", true,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m (@v1, @v1.1)\nName:      "
         "pösts\nProject:   zoo\nRequires:  users, a@v1\nConflicts: old\nPlanner:   Ada Lövelace "
         "<ada@example.com>\nPlanned:   2026-06-21 02:00:00 +0200\nCommitter: Bob "
         "<bob@example.org>\nCommitted: 2026-11-20 19:51:51 +0100\n\n    First é ☃\n    \n    Body "
         "line\n      ünd zwei\n\n"},
        {"long", true,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m (@v1, @v1.1)\nName:      "
         "pösts\nProject:   zoo\nPlanner:   Ada Lövelace <ada@example.com>\nCommitter: Bob "
         "<bob@example.org>\n\n    First é ☃\n    \n    Body line\n      ünd zwei\n\n"},
        {"medium", true,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m\nName:      "
         "pösts\nCommitter: Bob <bob@example.org>\nDate:      2026-11-20 19:51:51 +0100\n\n    "
         "First é ☃\n    \n    Body line\n      ünd zwei\n\n"},
        {"short", true,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m\nName:      "
         "pösts\nCommitter: Bob <bob@example.org>\n\n    First é ☃\n"},
        {"oneline", true, "\033[32m012345 deploy\033[0m zoo:pösts First é ☃"},
        {"raw", false,
         "\033[32mdeploy 0123456789abcdef0123456789abcdef01234567\033[0m (@v1, @v1.1)\nname      "
         "pösts\nproject   zoo\nrequires  users, a@v1\nconflicts old\nplanner   Ada Lövelace "
         "<ada@example.com>\nplanned   2026-06-21T00:00:00Z\n\n    First é ☃\n    \n    Body "
         "line\n      ünd zwei\n\n"},
        {"full", false,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m (@v1, @v1.1)\nName:      "
         "pösts\nProject:   zoo\nRequires:  users, a@v1\nConflicts: old\nPlanner:   Ada Lövelace "
         "<ada@example.com>\nPlanned:   2026-06-21 02:00:00 +0200\n\n    First é ☃\n    \n    Body "
         "line\n      ünd zwei\n\n"},
        {"long", false,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m (@v1, @v1.1)\nName:      "
         "pösts\nProject:   zoo\nPlanner:   Ada Lövelace <ada@example.com>\n\n    First é ☃\n    "
         "\n    Body line\n      ünd zwei\n\n"},
        {"medium", false,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m\nName:      "
         "pösts\nPlanner:   Ada Lövelace <ada@example.com>\nDate:      2026-06-21 02:00:00 "
         "+0200\n\n    First é ☃\n    \n    Body line\n      ünd zwei\n\n"},
        {"short", false,
         "\033[32mDeploy 0123456789abcdef0123456789abcdef01234567\033[0m\nName:      "
         "pösts\nPlanner:   Ada Lövelace <ada@example.com>\n\n    First é ☃\n"},
        {"oneline", false, "\033[32m012345 deploy\033[0m pösts\033[36m @v1, @v1.1\033[0m"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CAPTURE(row.for_log);
        const int abbrev = std::string_view(row.name) == "oneline" ? 6 : 0;
        const std::string format = resolve_format(row.name, row.for_log);
        const Item item = row.for_log ? sample() : planned_sample();
        CHECK(formatted(format, item, Colour::always, abbrev) == row.expected);
    }
}

TEST_CASE("first line, rest and whole of a note") {
    struct Row {
        const char* note;
        const char* first;
        const char* rest;
        const char* indented_rest;
        const char* indented;
    };
    const Row rows[] = {
        {"", "", "", "", "- "},
        {"one", "one", "", "", "- one"},
        {"one\n", "one", "", "", "- one\n"},
        {"one\ntwo", "one", "two", "- two", "- one\n- two"},
        {"one\n\n\ntwo\n\nthree\n", "one", "two\n\nthree\n", "- two\n- \n- three\n",
         "- one\n- \n- \n- two\n- \n- three\n"},
        {"\nlead", "", "\nlead", "- \n- lead", "- \n- lead"},
        {"a\rb\rc", "a", "c", "- c", "- a\rb\rc"},
        {"x\r\ny", "x", "y", "- y", "- x\r\n- y"},
        {"a\u2028b", "a", "b", "- b", "- a\u2028b"},
        {"a\u0085\nb", "a", "b", "- b", "- a\u0085\n- b"},
        {"\r", "", "\r", "- \r", "- \r"},
        {"\rab", "", "\rab", "- \rab", "- \rab"},
        {"a\v\n\vb", "a", "b", "- b", "- a\v\n- \vb"},
    };
    Item item = sample();
    for (const Row& row : rows) {
        CAPTURE(row.note);
        item.note = row.note;
        CHECK(formatted("%s", item) == row.first);
        CHECK(formatted("%b", item) == row.rest);
        CHECK(formatted("%{- }b", item) == row.indented_rest);
        CHECK(formatted("%{- }B", item) == row.indented);
    }
}

TEST_CASE("colours") {
    const Pair rows[] = {
        {"%{:event}C", "\033[32m"},
        {"%{red}C", "\033[31m"},
        {"%{BOLD  red}C", "\033[1;31m"},
        {"%{reset}C", "\033[0m"},
        {"%{on_blue}C", "\033[44m"},
        {"%{bright_white}C", "\033[97m"},
        {"%{on_bright_black}C", "\033[100m"},
        {"%{grey23}C", "\033[38;5;255m"},
        {"%{ansi200}C", "\033[38;5;200m"},
        {"%{on_rgb501}C", "\033[48;5;197m"},
        {"%{r1g20b255}C", "\033[38;2;1;20;255m"},
        {"%{on_r0g0b0}C", "\033[48;2;0;0;0m"},
    };
    Item item = sample();
    for (const Pair& row : rows) {
        CAPTURE(row.format);
        CHECK(formatted(row.format, item, Colour::always) == row.expected);
        CHECK(formatted(row.format, item).empty());
    }
    item.event = "revert";
    CHECK(formatted("%{:event}C", item, Colour::always) == "\033[34m");
    item.event = "fail";
    CHECK(formatted("%{:event}C", item, Colour::always) == "\033[31m");
}

TEST_CASE("abbreviation") {
    const Item item = sample();
    CHECK(formatted("%h %{3}h", item, Colour::never, 6) == "012345 012");
    CHECK(formatted("%h", item, Colour::never, -30) == "0123456789");
    CHECK(formatted("[%h]", item, Colour::never, -50) == "[]");
}

TEST_CASE("empty lists leave nothing behind") {
    Item item = sample();
    item.tags.clear();
    item.requirements.clear();
    item.conflicts.clear();
    CHECK(formatted("[%t%T%r%R%x%X%{requires}a%{tags}a]", item) == "[]");
}

TEST_CASE("a merge event is an event like others") {
    Item item = sample();
    item.event = "merge";
    CHECK(formatted("%{:event}C%e %l %L", item, Colour::always) == "\033[31mmerge merge Merge");
}

TEST_CASE("what only a plan or only a log has") {
    const Item planned = planned_sample();
    CHECK(formatted("%F|%{deploy_file}a", planned) ==
          "deploy/pösts.sql|deploy_file deploy/pösts.sql\n");
    CHECK(formatted("%c|%{n}c", planned) == " <>|");
    CHECK(usage_error("%{date}c", planned) == "a planned change has no commit date");
    CHECK(usage_error("%{committed_at}a", planned) ==
          "committed_at is not a valid change attribute");
    CHECK(usage_error("%{deploy_file}a") == "deploy_file is not a valid change attribute");
    CHECK(formatted("[%F]", sample()) == "[]");
}

TEST_CASE("mistakes in a format string are usage errors") {
    const Pair rows[] = {
        {"%n %Z", "Unknown format code \"Z\""},
        {"%é", "Unknown format code \"é\""},
        {"%5% ", "Unknown format code \"%\""},
        {"%-", "Unknown format code \"-\""},
        {"%{n", "Unknown format code \"{\""},
        {"%{a\nb}t", "Unknown format code \"{\""},
        {"%5 n", "Unknown format code \"5\""},
        {"%_", "No label passed to the _ format"},
        {"%{nope}_", "Unknown label \"nope\" passed to the _ format"},
        {"%C", "No color passed to the C format"},
        {"%{red,blue}C", "red,blue is not a valid ANSI color"},
        {"%{grey24}C", "grey24 is not a valid ANSI color"},
        {"%{r256g0b0}C", "r256g0b0 is not a valid ANSI color"},
        {"%{on_on_red}C", "on_on_red is not a valid ANSI color"},
        {"%{rgb126}C", "rgb126 is not a valid ANSI color"},
        {"%{planner}a", "planner is not a valid change attribute"},
        {"%a", "No attribute passed to the a format"},
        {"%{date:nope}p", "Unknown date format \"nope\""},
        {"%99999999999999999999999n",
         "width 99999999999999999999999 is more than 100000 characters"},
    };
    for (const Pair& row : rows) {
        CAPTURE(row.format);
        CHECK(usage_error(row.format) == row.expected);
    }
}

TEST_CASE("resolving what --format was given") {
    CHECK(resolve_format("format:%h %n", true) == "%h %n");
    CHECK(resolve_format("", true) == *named_format("medium", true));
    CHECK_FALSE(named_format("nope", true).has_value());
    try {
        static_cast<void>(resolve_format("onelnie", false));
        FAIL("accepted");
    } catch (const Failure& failure) {
        CHECK(failure.error().kind == ErrorKind::usage);
        CHECK(failure.error().message ==
              "unknown plan format \"onelnie\" (did you mean \"oneline\"?)");
        CHECK(failure.error().hint.find("raw, full, long") != std::string::npos);
    }
    try {
        static_cast<void>(resolve_format("%h %n", true));
        FAIL("accepted");
    } catch (const Failure& failure) {
        CHECK(failure.error().message.ends_with("(did you mean \"format:%h %n\"?)"));
    }
}

TEST_SUITE_END();
