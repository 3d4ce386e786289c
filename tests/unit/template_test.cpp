// SPDX-License-Identifier: MIT
#include "project/template.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/error.hpp"

using kedge::project::default_template;
using kedge::project::render_template;
using kedge::project::TemplateVariables;

namespace {

using List = std::vector<std::string>;

const TemplateVariables kVariables = {{"change", "users"},
                                      {"engine", "pg"},
                                      {"project", "shop"},
                                      {"requires", List{"a", "b@v1", "c d"}},
                                      {"conflicts", List{}},
                                      {"one", List{"only"}},
                                      {"x", "1"},
                                      {"zero", "0"},
                                      {"empty", ""},
                                      {"name", "Ann"}};

struct Pair {
    std::string text;
    std::string output;
};

// What the Template Toolkit 2.27 makes of it with the same variables.
const std::vector<Pair> kRendered = {
    {"a\n  [%- x -%]  \nb", "a1b"},
    {"a\n  [%+ x +%]  \nb", "a\n  1  \nb"},
    {"a \n [%~ x ~%] \n b", "a1b"},
    {"a \n [%= x =%] \n b", "a 1 b"},
    {"[%- x -%]", "1"},
    {"  [%- x -%]  ", "1  "},
    {"[%# foo x %]|", "|"},
    {"[% # foo\n x %]|", "1|"},
    {"[% x # foo %]|", "1|"},
    {"[%-# foo x -%]\n|", "|"},
    {"[% IF conflicts %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF conflicts.size %]T[% ELSE %]F[% END %]", "F"},
    {"[% IF zero %]T[% ELSIF x %]E[% ELSE %]F[% END %]", "E"},
    {"[% IF nope %]T[% ELSE %]F[% END %]", "F"},
    {"[% UNLESS zero %]T[% ELSE %]F[% END %]", "T"},
    {"[% requires.0 %] [% requires.5 %] [% requires.first %] [% requires.last %] [% requires.size "
     "%] [% requires.max %]",
     "a  a c d 3 2"},
    {"[% requires.join %] [% requires.join(', ') %] [% requires.join(\"-\") %]",
     "a b@v1 c d a, b@v1, c d a-b@v1-c d"},
    {"[% requires.reverse.join(',') %] [% requires.sort.first %]", "c d,b@v1,a a"},
    {"[% FOREACH i IN requires %][% loop.index %]/[% loop.count %]/[% loop.first %]/[% loop.last "
     "%]/[% loop.size %]/[% loop.max %]/[% loop.prev %]/[% loop.next %];[% END %]",
     "0/1/1/0/3/2//b@v1;1/2/0/0/3/2/a/c d;2/3/0/1/3/2/b@v1/;"},
    {"[% FOREACH i = requires %][% i %],[% END %]<[% i %]>[% loop.count %]", "a,b@v1,c d,<c d>"},
    {"[% FOREACH i IN name %][% i %],[% END %]", "Ann,"},
    {"[% FOREACH i IN nope %][% i %],[% END %]|", "|"},
    {"[% FOREACH i IN empty %]<[% i %]>[% END %]|", "|"},
    {"[% FOREACH i IN conflicts %]<[% i %]>[% END %]|", "|"},
    {"[% IF x || zero && zero %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF zero && zero || x %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF not x == zero %]T[% ELSE %]F[% END %]", "F"},
    {"[% IF not (x == zero) %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF !x || x %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF NOT zero AND x %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF not zero and x or zero %]T[% ELSE %]F[% END %]", "T"},
    {"[% zero || name %] [% x && name %] [% nope || 'dflt' %] [% !x %]|[% !zero %]",
     "Ann Ann dflt |1"},
    {"[% x == '1' %]|[% x == 1.0 %]|[% x != 1 %]|", "1|1||"},
    {"[% SET y = 'q' %][% y %]", "q"},
    {"[% y = \"q\n\\\"z\\\" \\\\ \\$x\" %][% y %]", "q\n\"z\" \\ $x"},
    {"[% y = 'q\n\\'z\\' \\\\ $x' %][% y %]", "q\n'z' \\ $x"},
    {"[% SET a = 1 b = 2 %][% a %][% b %]", "12"},
    {"[% x = x _ name %][% x %]", "1Ann"},
    {"[% DEFAULT x = 5 nope = 7 %][% x %][% nope %]", "17"},
    {"[% IF x; name; END %]", "Ann"},
    {"[% GET name %]", "Ann"},
    {"[% name | upper %] [% name | lower | ucfirst %]", "ANN Ann"},
    {"[% name IF x %][% name IF zero %]", "Ann"},
    {"[% 5 %] [% -5 %] [% 1.50 %] [% 007 %]", "5 -5 1.5 7"},
    {"[% FOO %]|", "|"},
    {"[% %]|", "|"},
    {"[%%]|", "|"},
    {"x %] y", "x %] y"},
    {"[% _x = 3; _x %]|", "|"},
    {"[% FOREACH i IN requires; FOREACH j IN one; loop.count; i; j; END; loop.count; END %]",
     "1aonly11b@v1only21c donly3"},
    {"[% requires.0.upper %]", "A"},
    {"[% IF name == 'Ann' %]T[% END %]", "T"},
    {"[% IF requires.size > 1 %]T[% END %]", "T"},
    {"[% x ? 'y' : 'n' %]", "y"},
    {"[% change%]|[%change %]|[%change%]", "users|users|users"},
    {"[% nope.a.b %]|", "|"},
    {"[% not not x %]|[% ! ! x %]", "1|1"},
    {"[% name == nope %]|[% nope == '' %]", "|1"},
    {"[% IF x == 1 && name == 'Ann' %]T[% ELSE %]F[% END %]", "T"},
    {"[% IF name != 'Bob' and zero or x %]T[% ELSE %]F[% END %]", "T"},
    {"[% name _ '-' _ x == 'Ann-1' %]", "1"},
    {"[% x == 1 _ '' %]", "1"},
    {"[% requires.unique.size %] [% name.trim %] [% name.lower %] [% name.ucfirst %] [% "
     "name.lcfirst %] [% name.join('x') %] [% name.last %]",
     "3 Ann ann Ann ann Ann Ann"},
    {"[% FOREACH i IN zero %]<[% i %]>[% END %]|", "|"},
    {"[% FOREACH i IN x %]<[% i %]>[% END %]|", "<1>|"},
    {"[% nope.defined %]|[% x.defined %]|[% nope.size %]|[% empty.size %]|[% nope.join %]|",
     "|1||1||"},
    {"[% name.max %]|[% name.sort.join %]|[% name.reverse.0 %]|[% requires.join(x) %]|[% "
     "requires.last.upper %]",
     "0|Ann|Ann|a1b@v11c d|C D"},
    {"[% x = nope %]<[% x %]>", "<>"},
    {"[% IF x %]\n[% name -%]\n[% END -%]\nz", "\nAnnz"},
    {"[% IF x; IF zero; 'a'; ELSE; 'b'; END; END %]", "b"},
    {"[% IF (x || y) && !zero %]T[% END %]", "T"},
    {"[% name | html %][% '<&\">' | html %]|[% '<&\">\\'' | html %]",
     "Ann&lt;&amp;&quot;&gt;|&lt;&amp;&quot;&gt;'"},
    {"[% name.upper() %]|[% requires.first() %]", "ANN|a"},
    {"[% loop.first %]|", "|"},
    {"[% \"a\\tb\" %]", "a\tb"},
    {"[% name . upper %]", "ANN"},
    {"[% FOREACH i IN requires.reverse %][% i %][% END %]", "c db@v1a"},
    {"[% FOREACH i IN requires %][% x = i %][% END %][% x %]", "c d"},
    {"[% IF x == 1 %]one[% ELSIF x == 2 %]two[% END %]", "one"},
    {"[% FOREACH i IN requires -%]\n-- requires: [% i %]\n[% END -%]\n[% FOREACH i IN conflicts "
     "-%]\n-- c: [% i %]\n[% END -%]\n\nBEGIN;",
     "-- requires: a\n-- requires: b@v1\n-- requires: c d\n\nBEGIN;"},
    {"[% x ? name : zero ? 'a' : 'b' %]|[% zero ? 'a' : 'b' _ 'c' %]", "Ann|bc"},
    {"[% x=2 %][% x %]", "2"},
    {"[% name IF x; name UNLESS x %]", "Ann"},
    {"[% y = 3 IF zero %][% y %]|", "|"},
    {"[% requires.first | upper | lower %]", "a"},
    {"[% name == 'Ann' ? 'y' : 'n' %]", "y"},
    {"[% ! requires.size %]|[% not conflicts.size %]", "|1"},
    {"[% GET requires.join('/') IF x %]", "a/b@v1/c d"},
    {"[% x\n%]\n|", "1\n|"},
    {"[% x = 'a' y = 'b' ; x _ y %]", "ab"},
    {"[% UNLESS zero %]A[% ELSIF x %]B[% END %]", "A"},
    {"[% IF x -%]  \n A [% END %]", " A "},
    {"[% FOR i = requires %][% i %][% END %]", "ab@v1c d"},
    {"[% name.length > 2 and x %]", "1"},
    {"[% x or name %]|[% zero or name and x %]|[% zero && x || name %]", "1|1|Ann"},
};

struct Refused {
    std::string text;
    std::size_t line;
    std::size_t column;
    std::string message;
};

const std::vector<Refused> kRefused = {
    {"a\n[% x", 2, 1, "the tag isn't closed"},
    {"[% IF x %]T", 1, 4, "the IF has no END"},
    {"a\n  [% UNLESS x %]T", 2, 6, "the UNLESS has no END"},
    {"[% FOREACH i IN requires %]T", 1, 4, "the FOREACH has no END"},
    {"[% IF x %][% IF x %][% END %]", 1, 4, "the IF has no END"},
    {"[% END %]", 1, 4, "END without an IF, UNLESS or FOREACH"},
    {"[% ELSE %]", 1, 4, "ELSE without an IF, UNLESS or FOREACH"},
    {"[% IF x %]a[% ELSE %]b[% ELSE %]c[% END %]", 1, 26, "expected END, found 'ELSE'"},
    {"[% IF x %]a[% ELSE %]b[% ELSIF x %]c[% END %]", 1, 26, "expected END, found 'ELSIF'"},
    {"\xc3\xa9\xc3\xa9 [% if x %]", 1, 7, "unknown directive if"},
    {"[% FOO x %]", 1, 4, "unknown directive FOO"},
    {"[% INCLUDE foo %]", 1, 4, "unknown directive INCLUDE"},
    {"[% FOR i IN requires; NEXT; END %]", 1, 23, "unknown directive NEXT"},
    {"[% ! _ %]", 1, 6, "expected a variable, a string or a number, found '_'"},
    {"[% PERL %]", 1, 4, "unknown directive PERL"},
    {"[% IF x a %]T[% END %]", 1, 9, "expected the end of the directive, found 'a'"},
    {"[% IF %]T[% END %]", 1, 7,
     "expected a variable, a string or a number, found the end of the tag"},
    {"[% SET %]", 1, 8, "expected the name of a variable, found the end of the tag"},
    {"[% SET x 1 %]", 1, 10, "expected '=', found '1'"},
    {"[% SET IF = 1 %]", 1, 8, "expected the name of a variable, found 'IF'"},
    {"[% FOREACH requires %][% END %]", 1, 21, "expected IN, found the end of the tag"},
    {"[% x && %]", 1, 9, "expected a variable, a string or a number, found the end of the tag"},
    {"[% x == 1 == 1 %]", 1, 11, "expected the end of the directive, found '=='"},
    {"[% (x %]", 1, 7, "expected ')', found the end of the tag"},
    {"[% requires.join(', ' %]", 1, 23, "expected ')', found the end of the tag"},
    {"[% requires. %]", 1, 14, "expected a name or a number behind '.', found the end of the tag"},
    {"[% requires.0 = 1 %]", 1, 15, "expected the end of the directive, found '='"},
    {"[% x, name %]", 1, 5, "expected the end of the directive, found ','"},
    {"[% name | %]", 1, 11, "expected the name of a filter, found the end of the tag"},
    {"[% name | shout %]", 1, 9, "unknown filter shout"},
    {"[% name.shout %]", 1, 9, "unknown method shout"},
    {"[% requires.shout %]", 1, 13, "unknown method shout"},
    {"[% requires %]", 1, 4, "a list stands where a text belongs"},
    {"[% 'a' _ requires %]", 1, 10, "a list stands where a text belongs"},
    {"[% requires == 'a' %]", 1, 4, "a list stands where a text belongs"},
    {"[% FOREACH i IN one; loop; END %]", 1, 22, "loop is no text"},
    {"[% FOREACH i IN one; loop.foo; END %]", 1, 27, "unknown member of loop: foo"},
    {"[% name > 1 %]", 1, 4, "expected a whole number, found 'Ann'"},
    {"[% \"a $name\" %]", 1, 7, "variables inside of a string aren't supported"},
    {"[% 'it %]", 1, 4, "the string isn't closed"},
    {"[% 'a%]' %]", 1, 4, "the string isn't closed"},
    {"[% 1 + 2 %]", 1, 6, "unexpected '+' in a tag"},
    {"[% x\n  $y %]", 2, 3, "unexpected '$' in a tag"},
    {"[% \xc3\xa9 %]", 1, 4, "unexpected character in a tag"},
    {"[% 1x %]", 1, 4, "a name can't begin with a digit"},
};

std::string repeat(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

std::string render(const std::string& text) {
    return render_template(text, kVariables, "t.tmpl");
}

}  // namespace

TEST_SUITE("template") {
    TEST_CASE("what the Toolkit renders is rendered the same") {
        for (const Pair& pair : kRendered) {
            CAPTURE(pair.text);
            CHECK(render(pair.text) == pair.output);
        }
    }

    TEST_CASE("what would be printed as it stands or left out is an error with its place") {
        for (const Refused& refused : kRefused) {
            CAPTURE(refused.text);
            try {
                const std::string output = render(refused.text);
                FAIL_CHECK("rendered as ", output);
            } catch (const kedge::Failure& failure) {
                const kedge::Error& error = failure.error();
                CHECK(error.kind == kedge::ErrorKind::configuration);
                CHECK(error.message == refused.message);
                CHECK(error.where.file == "t.tmpl");
                CHECK(error.where.line == refused.line);
                CHECK(error.where.column == refused.column);
            }
        }
    }

    TEST_CASE("an error shows its line") {
        try {
            (void)render("-- first\r\n-- [% FOO x %] second\r\n-- third\r\n");
            FAIL_CHECK("was rendered");
        } catch (const kedge::Failure& failure) {
            CHECK(failure.error().source_line == "-- [% FOO x %] second");
        }
    }

    TEST_CASE("texts with line ends of two bytes") {
        CHECK(render("a\r\n  [%- x -%]  \r\nb") == "a1b");
        CHECK(render("a\r\n[% IF x -%]\r\nb\r\n[% END -%]\r\n") == "a\r\nb\r\n");
    }

    TEST_CASE("the engine's own choices") {
        CHECK(render("[% y = 2 %][% y > x %][% requires.size >= 4 %]") == "1");
        CHECK(render("[% requires.1.0 %]|[% requires.99999999999999999999 %]|") == "||");
        CHECK(render("[% 'a\\tb' %][% \"a\\tb\\\\\\q\" %]") == "a\\tba\tb\\q");
        CHECK(render("").empty());
    }

    TEST_CASE("nesting and chains are bounded") {
        const std::string open = "[% IF x %]";
        const std::string close = "[% END %]";
        CHECK(render(repeat(open, 40) + "deep" + repeat(close, 40)) == "deep");
        for (const std::string& text :
             {repeat(open, 1000) + repeat(close, 1000), "[% " + repeat("(", 100000) + " %]",
              "[% " + repeat("not ", 100000) + "x %]", "[% " + repeat("x ? x : ", 100000) + "x %]",
              "[% x" + repeat(".first", 100000) + " %]",
              "[% x " + repeat("| upper", 100000) + " %]"}) {
            CHECK_THROWS_AS((void)render(text), kedge::Failure);
        }
        CHECK(render("[% x " + repeat("|| x ", 100000) + " %]") == "1");
        CHECK(render("[% x " + repeat("_ x ", 1000) + " %]") == std::string(1001, '1'));
    }

    TEST_CASE("the built-in templates have the lines of Sqitch's") {
        TemplateVariables variables = kVariables;
        variables["requires"] = List{"a", "shop:b"};
        variables["conflicts"] = List{"c"};
        CHECK(render_template(default_template("deploy"), variables, "") ==
              "-- Deploy shop:users to pg\n"
              "-- requires: a\n"
              "-- requires: shop:b\n"
              "-- conflicts: c\n"
              "\n"
              "BEGIN;\n"
              "\n"
              "-- Write here what this change does.\n"
              "\n"
              "COMMIT;\n");
        variables["requires"] = List{};
        variables["conflicts"] = List{};
        CHECK(render_template(default_template("deploy"), variables, "")
                  .rfind("-- Deploy shop:users to pg\n\nBEGIN;\n", 0) == 0);
        CHECK(render_template(default_template("revert"), variables, "") ==
              "-- Revert shop:users from pg\n\nBEGIN;\n\n"
              "-- Write here what takes this change back.\n\nCOMMIT;\n");
        CHECK(render_template(default_template("verify"), variables, "") ==
              "-- Verify shop:users on pg\n\nBEGIN;\n\n"
              "-- Write here a query that fails if this change is missing.\n\nROLLBACK;\n");
        CHECK(default_template("other").empty());
    }
}
