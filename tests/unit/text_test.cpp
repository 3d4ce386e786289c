// SPDX-License-Identifier: MIT
#include "support/text.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace std::string_literals;
using kedge::CodePoint;
using kedge::decode_utf8;
using Texts = std::vector<std::string>;

TEST_SUITE_BEGIN("text");

TEST_CASE("one character of UTF-8") {
    struct Row {
        std::string bytes;
        char32_t value;
        std::size_t size;
    };
    const Row good[] = {
        {"a", U'a', 1},
        {"\0"s, 0, 1},
        {"\x7F", 0x7F, 1},
        {"\xC2\x80", 0x80, 2},
        {"é", 0xE9, 2},
        {"\xDF\xBF", 0x7FF, 2},
        {"\xE0\xA0\x80", 0x800, 3},
        {"日", 0x65E5, 3},
        {"\xED\x9F\xBF", 0xD7FF, 3},
        {"\xEE\x80\x80", 0xE000, 3},
        {"\xEF\xBB\xBF", 0xFEFF, 3},
        {"😀", 0x1F600, 4},
        {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
    };
    for (const Row& row : good) {
        CAPTURE(row.bytes);
        const CodePoint c = decode_utf8(row.bytes + "z", 0);
        CHECK(c.valid);
        CHECK(static_cast<std::uint32_t>(c.value) == static_cast<std::uint32_t>(row.value));
        CHECK(c.size == row.size);
        CHECK_FALSE(kedge::find_invalid_utf8(row.bytes));
    }
    const Texts bad = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xC3",
        "\xC3z",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xE6\x97",
        "\xE6\x97z",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF",
        "\xF0\x9F\x98",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xF8\x88\x80\x80",
        "\xFE",
        "\xFF",
    };
    for (const std::string& bytes : bad) {
        CAPTURE(bytes.size());
        const CodePoint c = decode_utf8(bytes, 0);
        CHECK_FALSE(c.valid);
        CHECK(c.size == 1);
        CHECK(c.value == 0xFFFD);
        CHECK(kedge::find_invalid_utf8("ab" + bytes + "z") == 2);
    }
    CHECK_FALSE(kedge::find_invalid_utf8(""));
}

TEST_CASE("characters are counted, stray bytes as one each") {
    CHECK(kedge::count_characters("") == 0);
    CHECK(kedge::count_characters("abc") == 3);
    CHECK(kedge::count_characters("é日😀") == 3);
    CHECK(kedge::count_characters("a\xE6\x97z") == 4);
    CHECK(kedge::count_characters("e\u0301") == 2);
}

TEST_CASE("cells of a terminal") {
    CHECK(kedge::display_width("") == 0);
    CHECK(kedge::display_width("abc") == 3);
    CHECK(kedge::display_width("Grüße") == 5);
    CHECK(kedge::display_width("日本") == 4);
    CHECK(kedge::display_width("e\u0301") == 1);
    CHECK(kedge::display_width("😀") == 2);
    CHECK(kedge::display_width("한국") == 4);
    CHECK(kedge::display_width("ｆ") == 2);
    CHECK(kedge::display_width("❤") == 1);
    CHECK(kedge::display_width("\xFF") == 1);
}

TEST_CASE("blanks are horizontal, as in Perl") {
    for (const char32_t c : {0x20, 0x09, 0xA0, 0x1680, 0x2000, 0x200A, 0x202F, 0x205F, 0x3000}) {
        CAPTURE(static_cast<std::uint32_t>(c));
        CHECK(kedge::is_blank(c));
    }
    // Line ends, and characters that only look blank: U+180E is a format character since Unicode
    // 6.3, U+200B was never a space.
    for (const char32_t c :
         {0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x180E, 0x200B, 0x2028, 0x2029, 0xFEFF, 0x61, 0x00}) {
        CAPTURE(static_cast<std::uint32_t>(c));
        CHECK_FALSE(kedge::is_blank(c));
    }
}

TEST_CASE("blanks at both ends, in bytes") {
    CHECK(kedge::leading_blanks("") == 0);
    CHECK(kedge::leading_blanks("a ") == 0);
    CHECK(kedge::leading_blanks(" \t\u00A0\u3000a") == 7);
    CHECK(kedge::leading_blanks("\n a") == 0);
    CHECK(kedge::trailing_blanks("") == 0);
    CHECK(kedge::trailing_blanks(" a") == 0);
    CHECK(kedge::trailing_blanks("a \t\u00A0\u3000") == 7);
    CHECK(kedge::trailing_blanks(" \u3000") == 4);
    CHECK(kedge::trailing_blanks("日") == 0);
    // A stray continuation byte is no blank, whatever stands before it.
    CHECK(kedge::trailing_blanks("a\xC2\xA0\xA0") == 0);
    CHECK(kedge::trailing_blanks("\xA0") == 0);
    CHECK(kedge::leading_blanks("\xA0") == 0);
}

TEST_CASE("trim takes ASCII white space only") {
    CHECK(kedge::trim("") == "");
    CHECK(kedge::trim(" \t\r\n\f\v") == "");
    CHECK(kedge::trim("\n a b\t") == "a b");
    CHECK(kedge::trim("a") == "a");
    CHECK(kedge::trim("\u00A0a") == "\u00A0a");
}

TEST_CASE("case, in ASCII only") {
    CHECK(kedge::to_lower_ascii("AbZ[É") == "abz[É");
    CHECK(kedge::equals_ignoring_case("", ""));
    CHECK(kedge::equals_ignoring_case("Go", "gO"));
    CHECK_FALSE(kedge::equals_ignoring_case("go", "go "));
    CHECK_FALSE(kedge::equals_ignoring_case("@", "`"));
    CHECK_FALSE(kedge::equals_ignoring_case("É", "é"));
}

TEST_CASE("join and split") {
    CHECK(kedge::join(Texts{}, ", ") == "");
    CHECK(kedge::join(Texts{"a"}, ", ") == "a");
    CHECK(kedge::join(Texts{"a", "", "b"}, ", ") == "a, , b");
    CHECK(kedge::split("", ',') == Texts{""});
    CHECK(kedge::split("a", ',') == Texts{"a"});
    CHECK(kedge::split(",a,,b,", ',') == Texts{"", "a", "", "b", ""});
}

TEST_CASE("replace_all") {
    CHECK(kedge::replace_all("", "a", "b") == "");
    CHECK(kedge::replace_all("aXbX", "X", "--") == "a--b--");
    CHECK(kedge::replace_all("aaa", "aa", "b") == "ba");
    CHECK(kedge::replace_all("aa", "a", "aa") == "aaaa");
    CHECK(kedge::replace_all("ab", "b", "") == "a");
    CHECK(kedge::replace_all("ab", "", "x") == "ab");
}

TEST_CASE("the nearest word") {
    const Texts words = {"deploy", "revert", "verify", "status"};
    CHECK(kedge::nearest("deply", words) == "deploy");
    CHECK(kedge::nearest("DEPLOY", words) == "deploy");
    CHECK(kedge::nearest("revret", words) == "revert");
    CHECK(kedge::nearest("stats", words) == "status");
    CHECK_FALSE(kedge::nearest("bundle", words));
    CHECK_FALSE(kedge::nearest("xyz", words));
    CHECK_FALSE(kedge::nearest("deploy", Texts{}));
    CHECK(kedge::nearest("b", Texts{"a", "B"}) == "B");
    CHECK_FALSE(kedge::nearest("c", Texts{"a", "b"}));
    CHECK(kedge::nearest("ab", Texts{"xy", "ac"}) == "ac");
    CHECK(kedge::did_you_mean("deply", words) == " (did you mean \"deploy\"?)");
    CHECK(kedge::did_you_mean("bundle", words) == "");
    CHECK(kedge::did_you_mean("", words) == "");
}

TEST_SUITE_END();
