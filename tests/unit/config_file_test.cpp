// SPDX-License-Identifier: MIT
// The tables of what Sqitch reads and writes were run with `sqitch config` 1.3.1 (the empty text as
// a missing file), with the same bytes as result.
#include "project/config_file.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::Error;
using kedge::ErrorKind;
using kedge::Failure;
using kedge::project::ConfigEntry;
using kedge::project::ConfigFile;
using kedge::project::ConfigKey;

namespace {

ConfigFile parse(std::string_view text) {
    return ConfigFile::parse(std::string(text), "sqitch.conf");
}

/// `key=value` lines; a key alone for one without a value.
std::string listing(std::string_view text) {
    std::string out;
    for (const ConfigEntry& entry : parse(text).entries()) {
        out += entry.full_key();
        if (entry.value) out += '=' + *entry.value;
        out += '\n';
    }
    return out;
}

using Edit = std::function<void(ConfigFile&)>;

std::string edited(std::string_view text, const Edit& edit) {
    ConfigFile file = parse(text);
    edit(file);
    return file.text();
}

Error error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Failure& failure) {
        return failure.error();
    }
    FAIL("nothing was thrown");
    return {};
}

}  // namespace

TEST_SUITE("config_file") {
    TEST_CASE("values are read as Sqitch reads them") {
        struct Case {
            const char* written;
            const char* read;
        };
        const Case cases[] = {
            {"pg", "pg"},
            {"a  \t b", "a b"},
            {"db:pg:a;b#c", "db:pg:a;b#c"},
            {"v ;c", "v"},
            {"v # c", "v"},
            {"# c", ""},
            {"", ""},
            {"\"\"", ""},
            {"\"  a ; b\"", "  a ; b"},
            {"\"q\"uoted\" x\"", "quoted x"},
            {"\"v\"# c", "v"},
            {"a\\\\b\\\"c\\'d", "a\\b\"c'd"},
            {"a\\nb\\tc\\bd", "a\nb\tc\bd"},
            {"\\\\#c", "\\"},
            {"\"two\nlines\"", "two\nlines"},
            {"cont \\\n  more", "cont  more"},
            {"cont\\\r\nmore", "contmore"},
            {"\"con\\\nt\"", "cont"},
            {"it's 'so'", "it's 'so'"},
            {"é ü", "é ü"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.written);
            const auto entries = parse(std::string("[a]\nk = ") + c.written + "\n").entries();
            REQUIRE(entries.size() == 1);
            CHECK(entries[0].value == c.read);
        }
    }

    TEST_CASE("values are read better than by Sqitch") {
        // Sqitch keeps one blank at the end, and does not undo its own escapes between quotes.
        CHECK(listing("[a]\nk = x   \n") == "a.k=x\n");
        CHECK(listing("[a]\nk = \\\n  x\n") == "a.k=x\n");
        CHECK(listing("[a]\nk = \"q\\\"r;\"\n") == "a.k=q\"r;\n");
        CHECK(listing("[a]\nk = \"C:\\\\new;\"\n") == "a.k=C:\\new;\n");
        CHECK(listing("[a \"x\\\"]y\"]\nk = 1\n") == "a.x\"]y.k=1\n");
        CHECK(listing("[a \"0\"]\nk = 1\n") == "a.0.k=1\n");
    }

    TEST_CASE("names: sections and keys in lower case, subsections as they are") {
        CHECK(listing("[CORE]\nTop_Dir = x\n") == "core.top_dir=x\n");
        CHECK(listing("[Target \"Dev\"]\nURI = x\n") == "target.Dev.uri=x\n");
        CHECK(listing("[Engine.PG]\nk = x\n") == "engine.pg.k=x\n");
        CHECK(listing("[a.B \"C\"] k = x\n") == "a.b.C.k=x\n");
        CHECK(listing("[a \"\"]\nk = x\n") == "a.k=x\n");
        CHECK(listing("[a \"q\\\"b\\\\\"]\nk = x\n") == "a.q\"b\\.k=x\n");
        CHECK(listing("[a][b]k=x\n") == "b.k=x\n");
        CHECK(listing("[a] # c\n; c\n\n k\nl # c = d\nm;n=1\no p = q\n") ==
              "a.k\na.l\na.m\na.o p=q\n");
        const ConfigEntry entry = parse("\n[Target \"Dev\"]\n\n  URI = x").entries().at(0);
        CHECK(entry.original_key == "URI");
        CHECK(entry.subsection == "Dev");
        CHECK(entry.line == 4);
    }

    TEST_CASE("keys are taken apart at the first and the last dot") {
        struct Case {
            const char* text;
            const char* section;
            std::optional<std::string> subsection;
            const char* name;
        };
        const Case cases[] = {
            {"core.Engine", "core", {}, "Engine"},
            {"Target.dev.variables.x", "Target", "dev.variables", "x"},
            {"a.b.\"c.d\"", "a", "b", "c.d"},
            {"a.\"b.c\"", "a", {}, "b.c"},
            {"a.", "a", {}, ""},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const ConfigKey key = ConfigKey::parse(c.text);
            CHECK(key.section == c.section);
            CHECK(key.subsection == c.subsection);
            CHECK(key.name == c.name);
        }
        for (const char* bad : {"", "core", ".x", "..x"}) {
            CHECK(error_of([&] { ConfigKey::parse(bad); }).kind == ErrorKind::usage);
        }
    }

    TEST_CASE("a bad line is shown with its place and with what was expected") {
        struct Case {
            const char* text;
            std::size_t line;
            std::size_t column;
            const char* message;
        };
        const Case cases[] = {
            {"a = 1\n", 1, 1, "expected a section header before the first key"},
            {"[]\n", 1, 2, "expected the name of a section after \"[\""},
            {"\n[a b]\n", 2, 3, "expected \"]\" to end the section header"},
            {"[a", 1, 3, "expected \"]\" to end the section header"},
            {"[a \"b]\n", 1, 4, "expected a second \" to end the subsection"},
            {"[a \"b\\c\"]\n", 1, 6, "expected \\\\ or \\\" after the subsection's backslash"},
            {"[a]\r\n  = 3\r\n", 2, 3, "expected a key before \"=\""},
            {"[a]\nk = ü \\x\n", 2, 7, "expected one of \\\\ \\\" \\n \\t \\b after the backslash"},
            {"[a]\nk = \"x\\'\"\n", 2, 7,
             "expected one of \\\\ \\\" \\n \\t \\b after the backslash"},
            {"[a]\nk = \"x\nl = 1\n", 2, 5, "expected a second \" to end the quoted value"},
            {"\xEF\xBB\xBF[a]\n", 1, 1, "expected text, found a byte order mark"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const Error error = error_of([&] { parse(c.text); });
            CHECK(error.kind == ErrorKind::configuration);
            CHECK(error.message == c.message);
            CHECK(error.where.file == "sqitch.conf");
            CHECK(error.where.line == c.line);
            CHECK(error.where.column == c.column);
            CHECK(error.also.empty());
        }
    }

    TEST_CASE("all bad lines are told at once") {
        const Error error = error_of([] { parse("x = 1\n[a b]\nk = 1\n= 2\nl = \\q\nm = 1\n"); });
        REQUIRE(error.also.size() == 3);
        CHECK(error.where.line == 1);
        CHECK(error.also[0].where.line == 2);
        CHECK(error.also[1].where.line == 4);
        CHECK(error.also[2].where.line == 5);
        CHECK(error.also[2].source_line == "l = \\q");
    }

    TEST_CASE("edits write what Sqitch writes") {
        struct Case {
            const char* before;
            Edit edit;
            const char* after;
        };
        const Case cases[] = {
            {"", [](auto& f) { f.set("core.engine", "pg"); }, "[core]\n\tengine = pg\n"},
            {"[core]\n\tengine = pg\n", [](auto& f) { f.set("core.engine", "sqlite"); },
             "[core]\n\tengine = sqlite\n"},
            {"[CORE]\nEngine=pg\n# c\n[x]\n", [](auto& f) { f.set("core.engine", "x"); },
             "[CORE]\nengine = x\n# c\n[x]\n"},
            {"[core]\n  a = 1\n\n# c\n[x]\n", [](auto& f) { f.set("core.b", "2"); },
             "[core]\n  a = 1\n\tb = 2\n\n# c\n[x]\n"},
            {"[core]\n[x]\n", [](auto& f) { f.set("core.b", "2"); }, "[core]\n\tb = 2\n[x]\n"},
            {"[core]\na = 1\n[x]\ny\n[core]\nb = 1\n[z]\n", [](auto& f) { f.set("core.c", "2"); },
             "[core]\na = 1\n[x]\ny\n[core]\nb = 1\n\tc = 2\n[z]\n"},
            {"[a]\n", [](auto& f) { f.set("Target.Dev.URI", "db:pg:x"); },
             "[a]\n[Target \"Dev\"]\n\tURI = db:pg:x\n"},
            {"[a]\n", [](auto& f) { f.set("x.q\"b\\.k", "1"); },
             "[a]\n[x \"q\\\"b\\\\\"]\n\tk = 1\n"},
            {"[engine.pg]\n", [](auto& f) { f.set("engine.pg.client", "c"); },
             "[engine.pg]\n\tclient = c\n"},
            {"[core] engine = pg\n", [](auto& f) { f.set("core.engine", "x"); },
             "[core] engine = x\n"},
            {"[a]\r\nk = 1\r\n", [](auto& f) { f.set("a.l", "2"); }, "[a]\r\nk = 1\r\n\tl = 2\r\n"},
            {"[a]\nk = 1\nk = 2\n", [](auto& f) { f.add("a.k", "3"); },
             "[a]\nk = 1\nk = 2\n\tk = 3\n"},
            {"[a]\nk = 1\nl = 5\nk = 2\nm\n", [](auto& f) { f.replace_all("a.k", "3"); },
             "[a]\nl = 5\nk = 3\nm\n"},
            {"[a]\nk = one\nk = two\n", [](auto& f) { f.replace_all("a.k", "3", "ONE"); },
             "[a]\nk = 3\nk = two\n"},
            {"[a]\nk = one\nk = two\n", [](auto& f) { f.set("a.k", "3", "!one"); },
             "[a]\nk = one\nk = 3\n"},
            {"[a]\nk = one\n", [](auto& f) { f.set("a.k", "3", "!"); }, "[a]\nk = one\n\tk = 3\n"},
            {"[a]\n\tk = 1 \\\n more\n\tl = 2\n", [](auto& f) { f.unset("a.k"); },
             "[a]\n\tl = 2\n"},
            {"[a] k = 1\n", [](auto& f) { f.unset("a.k"); }, "[a]\n"},
            {"[a]\r\nk = 1\r\nl\r\nk = 2\r\n", [](auto& f) { f.unset_all("a.k"); }, "[a]\r\nl\r\n"},
            {"[a]\nk = one\nk = two\n", [](auto& f) { f.unset("a.k", "two"); }, "[a]\nk = one\n"},
            {"[a] # c\nk\n[A]\n", [](auto& f) { f.rename_section("a", "b.C d"); },
             "[b \"C d\"] # c\nk\n[b \"C d\"]\n"},
            {"[a]\nk\n\n# c\n\n[b]\nl\n[a]\nm\n", [](auto& f) { f.remove_section("b"); },
             "[a]\nk\n\n# c\n\n[a]\nm\n"},
            {"[b]\nl\n\n[a]\n\tm\n\t# n = 1\n", [](auto& f) { f.remove_section("a"); },
             "[b]\nl\n\n"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.before);
            CHECK(edited(c.before, c.edit) == c.after);
        }
    }

    TEST_CASE("edits keep more than Sqitch does") {
        struct Case {
            const char* before;
            Edit edit;
            const char* after;
        };
        const Case cases[] = {
            // the comment on the line
            {"[a]\nk = 1   # why\n", [](auto& f) { f.set("a.k", "2"); }, "[a]\nk = 2   # why\n"},
            {"[a]\nk = \"1\"# why\n", [](auto& f) { f.set("a.k", "2"); }, "[a]\nk = 2 # why\n"},
            {"[a]\nk # why\n", [](auto& f) { f.set("a.k", "2"); }, "[a]\nk = 2 # why\n"},
            // blanks after a value are not part of it
            {"[a]\nk = 1  \n", [](auto& f) { f.set("a.k", "2"); }, "[a]\nk = 2\n"},
            // line breaks elsewhere, and the end of the file
            {"[a]\r\nk = 1\n\n\n", [](auto& f) { f.set("a.k", "2"); }, "[a]\r\nk = 2\n\n\n"},
            {"[a]\nk = 1", [](auto& f) { f.set("a.k", "2"); }, "[a]\nk = 2"},
            {"[a]\nk = 1", [](auto& f) { f.set("a.l", "2"); }, "[a]\nk = 1\n\tl = 2\n"},
            {"[a]\rk = 1\r", [](auto& f) { f.set("b.l", "2"); }, "[a]\rk = 1\r[b]\r\tl = 2\r"},
            // a value that goes on must not take the new line in
            {"[a]\nk = 1 \\\n", [](auto& f) { f.set("b.l", "2"); },
             "[a]\nk = 1 \\\n\n[b]\n\tl = 2\n"},
            {"[a]\nk = 1 \\", [](auto& f) { f.set("b.l", "2"); },
             "[a]\nk = 1 \\\n\n[b]\n\tl = 2\n"},
            // two headers on one line
            {"[a] [b] k = 1\n", [](auto& f) { f.set("a.l", "2"); }, "[a] \n\tl = 2\n[b] k = 1\n"},
            // runs of blanks
            {"", [](auto& f) { f.set("a.k", "x  y"); }, "[a]\n\tk = \"x  y\"\n"},
            // what stands above the next section
            {"[a]\nk\n\t# l = 1\n\n# about b\n[b]\n", [](auto& f) { f.remove_section("a"); },
             "# about b\n[b]\n"},
            {"[a]\nk\n# l = 1\n\t# m = 1\n[b]\n", [](auto& f) { f.remove_section("a"); }, "[b]\n"},
            // other spellings of a subsection are other sections
            {"[a \"x\"]\n[a \"X\"]\n", [](auto& f) { f.rename_section("a.X", "b"); },
             "[a \"x\"]\n[b]\n"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.before);
            CHECK(edited(c.before, c.edit) == c.after);
        }
    }

    TEST_CASE("any value can be written and read back") {
        const char* const values[] = {"",     " a ",   "a;b",        "#",       "a\tb", "a\nb",
                                      "q\"q", "b\\sl", "C:\\new;\"", "x   y",   "\n",   "é",
                                      "\"\"", "\\",    "a = b",      "[x]\r\n", "'"};
        for (const char* value : values) {
            CAPTURE(value);
            ConfigFile file = parse("[a]\nk = old # c\nl\n");
            file.set("a.k", value);
            CHECK(parse(file.text()).entries().at(0).value == value);
            CHECK(parse(file.text()).entries().size() == 2);
        }
    }

    TEST_CASE("a refused edit leaves the text as it was") {
        struct Case {
            Edit edit;
            const char* message;
        };
        const Case cases[] = {
            {[](auto& f) { f.set("a.k", "x"); },
             "cannot overwrite multiple values with a single value: \"a.k\" has 2 in sqitch.conf"},
            {[](auto& f) { f.unset("a.k"); },
             "cannot unset key with multiple values: \"a.k\" has 2 in sqitch.conf"},
            {[](auto& f) { f.unset("a.z"); },
             "no occurrence of \"a.z\" found to unset in sqitch.conf"},
            {[](auto& f) { f.unset_all("a.k", "!"); },
             "no occurrence of \"a.k\" found to unset in sqitch.conf"},
            {[](auto& f) { f.rename_section("z", "y"); }, "no such section: \"z\" in sqitch.conf"},
            {[](auto& f) { f.remove_section("z"); }, "no such section: \"z\" in sqitch.conf"},
            {[](auto& f) { f.remove_section(""); }, "no section given"},
            {[](auto& f) { f.rename_section("a", "x y"); }, "invalid section name \"x y\""},
            {[](auto& f) { f.set("[x.k", "1"); }, "invalid section name \"[x\""},
            {[](auto& f) { f.set("x..k", "1"); }, "empty name of a subsection of \"x\""},
            {[](auto& f) { f.set("x.y\nz.k", "1"); }, "invalid name of a subsection of \"x\""},
            {[](auto& f) { f.set("a.", "1"); }, "invalid variable name \"\""},
            {[](auto& f) { f.set("a.x#y", "1"); }, "invalid variable name \"x#y\""},
            {[](auto& f) { f.set("a. x", "1"); }, "invalid variable name \" x\""},
            {[](auto& f) { f.set("k", "1"); }, "no section given in key: \"k\""},
        };
        const std::string text = "[a]\nk = 1\nk = 2\n";
        for (const Case& c : cases) {
            CAPTURE(c.message);
            ConfigFile file = parse(text);
            const Error error = error_of([&] { c.edit(file); });
            CHECK(error.kind == ErrorKind::usage);
            CHECK(error.message == c.message);
            CHECK(file.text() == text);
        }
    }

    TEST_CASE("edits follow one another") {
        ConfigFile file = parse("");
        file.set("core.engine", "pg");
        file.set("target.dev.uri", "db:pg:dev");
        file.set("core.engine", "sqlite");
        file.add("core.variables.x", "1");
        file.unset("core.engine");
        CHECK(file.text() ==
              "[core]\n[target \"dev\"]\n\turi = db:pg:dev\n[core \"variables\"]\n\tx = 1\n");
    }

    TEST_CASE("a missing file is an empty one") {
        CHECK(ConfigFile::load("/nonexistent/sqitch.conf").text().empty());
    }
}
