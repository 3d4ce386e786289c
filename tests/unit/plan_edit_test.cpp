// SPDX-License-Identifier: MIT
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "plan/edit.hpp"
#include "plan/plan.hpp"
#include "support/error.hpp"

using namespace std::string_literals;
using kedge::ErrorKind;
using kedge::Failure;
using kedge::plan::add_change;
using kedge::plan::add_tag;
using kedge::plan::Edited;
using kedge::plan::new_plan_text;
using kedge::plan::NewChange;
using kedge::plan::Plan;
using kedge::plan::rework_change;
using kedge::plan::Signature;
using kedge::plan::slice;

namespace {

using Texts = std::vector<std::string>;

const std::string kHeader = "%syntax-version=1.0.0\n%project=p\n\n";
const std::string kBy = " 2014-01-01T00:00:00Z A B <a@b.c>";         // in the plans
const std::string kNew = " 2026-11-20T16:47:10Z Ada L <ada@x.org>";  // in what is added

Signature ada() {
    return {"Ada L", "ada@x.org", kedge::Timestamp(std::chrono::seconds(1795193230))};
}

Plan parse(const std::string& text) {
    return Plan::parse(text, "t.plan");
}

std::string lines(const Texts& list) {
    std::string out;
    for (const std::string& line : list) out += line + kBy + "\n";
    return out;
}

std::string crlf(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? "\r\n"s : std::string(1, c);
    return out;
}

/// The edited text reads, and no id that was there has changed.
Plan check_kept(const Plan& before, const Edited& edit) {
    const Plan after = parse(edit.text);
    REQUIRE(after.changes().size() >= before.changes().size());
    for (std::size_t i = 0; i < before.changes().size(); ++i) {
        CHECK(after.changes()[i].id == before.changes()[i].id);
    }
    for (const kedge::plan::Tag& tag : before.tags()) {
        const auto same = after.find_tag(tag.name);
        REQUIRE(same);
        CHECK(after.tags()[*same].id == tag.id);
    }
    return parse(edit.text);
}

/// Kind and message of the Failure that `action` ends in.
std::string refusal(const std::function<void()>& action, ErrorKind kind = ErrorKind::usage) {
    try {
        action();
    } catch (const Failure& failure) {
        CHECK(failure.error().kind == kind);
        return failure.error().message;
    }
    return "no failure";
}

}  // namespace

TEST_SUITE_BEGIN("plan edit");

TEST_CASE("a new plan") {
    CHECK(new_plan_text("flipr", "") == "%syntax-version=1.0.0\n%project=flipr\n\n");
    CHECK(new_plan_text("flipr", "https://x/y") ==
          "%syntax-version=1.0.0\n%project=flipr\n%uri=https://x/y\n\n");
    const Plan plan = parse(new_plan_text("日本", "urn:x"));
    CHECK(plan.project() == "日本");
    CHECK(plan.uri() == "urn:x");
    CHECK(plan.has_body_separator());
    for (const std::string project : {"", "a b", "-a", "a-", "a@b", "a[b", "a\nb", "a\xFFz"}) {
        CHECK(refusal([&] { (void)new_plan_text(project, ""); }) != "no failure");
    }
    for (const std::string uri : {"http://x/#part", "http://x/\n%project=q", " ", "x\xFF"}) {
        CHECK(refusal([&] { (void)new_plan_text("p", uri); }) != "no failure");
    }
}

TEST_CASE("what add appends, and that it keeps the rest byte for byte") {
    struct Row {
        std::string before;
        std::string added;  ///< after `before`
    };
    const std::string z = "z" + kNew;
    const Row rows[] = {
        {kHeader, z + "\n"},
        {kHeader + lines({"a"}), z + "\n"},
        {kHeader + "a" + kBy, "\n" + z + "\n"},           // a last line without an end
        {kHeader + lines({"a", "@v"}), "\n" + z + "\n"},  // a gap after a tagged change
        {kHeader + lines({"a", "@v"}) + "\n", z + "\n"},
        {kHeader + lines({"a", "@v"}) + " \t\n", z + "\n"},
        {kHeader + lines({"a", "@v"}) + "# end\n", "\n" + z + "\n"},
        {kHeader + lines({"a", "@v", "b"}), z + "\n"},
        {kHeader + lines({"a"}) + "\n\n# end", "\n" + z + "\n"},
        {kHeader + lines({"a"}) + "#\n", z + "\n"},
        {"%project=p\n", "\n" + z + "\n"},
        {"%project=p", "\n\n" + z + "\n"},
        {"%project=p\n# comment\n", "\n" + z + "\n"},
        {"%project=p\n#\n", "\n" + z + "\n"},
        {"%project=p\n  ", "\n" + z + "\n"},
        {"%project=p\n#\n" + lines({"a"}), z + "\n"},
        {" % project = p # x\n\n\t+  a" + kBy + "   #   odd \\t \n", z + "\n"},
        {crlf(kHeader + lines({"a"})), z + "\r\n"},
        {crlf(kHeader + "a" + kBy), "\r\n" + z + "\r\n"},
        {crlf(kHeader + lines({"a", "@v"})), "\r\n" + z + "\r\n"},
        {"%project=p\r\n", "\r\n" + z + "\r\n"},
        {kHeader + crlf(lines({"a"})), z + "\n"},  // the first line decides
    };
    for (const Row& row : rows) {
        CAPTURE(row.before);
        const Plan plan = parse(row.before);
        NewChange change;
        change.name = "z";
        const Edited edit = add_change(plan, change, ada());
        CHECK(edit.text == row.before + row.added);
        CHECK(edit.added == "z");
        CHECK(check_kept(plan, edit).find("z") == plan.changes().size());
    }
}

TEST_CASE("add with dependencies and a note") {
    const Plan plan = parse(kHeader + lines({"a", "@v", "b"}));
    struct Row {
        NewChange change;
        std::string added;
        std::string tail;
    };
    const Row rows[] = {
        {{"z", {"a"}, {}, ""}, "z [a]", ""},
        {{"z", {"b", "a@v", "@v"}, {"b"}, ""}, "z [b a@v @v !b]", ""},
        {{"z", {"a", "p:a", "a", "q:x"}, {"q:x", "q:x"}, ""}, "z [a q:x !q:x]", ""},
        {{"z", {}, {"a"}, "note"}, "z [!a]", " # note"},
        {{"z", {"q:x@y", "q:@y"}, {}, ""}, "z [q:x@y q:@y]", ""},
        {{"z", {"p:a@v"}, {}, ""}, "z [a@v]", ""},
        {{"z", {}, {}, "  trimmed \n"}, "z", " # trimmed"},
        {{"z", {}, {}, "two\nlines\r\n\\n é # x"}, "z", " # two\\nlines\\r\\n\\\\n é # x"},
        {{"z", {}, {}, " \n\t"}, "z", ""},
        {{"z", {}, {}, "0"}, "z", " # 0"},
        {{"a/z-1_é", {}, {}, ""}, "a/z-1_é", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.added);
        const Edited edit = add_change(plan, row.change, ada());
        CHECK(edit.added == row.added);
        CHECK(edit.text == std::string(plan.text()) + row.added + kNew + row.tail + "\n");
        const Plan after = check_kept(plan, edit);
        const std::string& note = row.change.note;
        const std::size_t first = note.find_first_not_of(" \n\t");
        CHECK(after.changes().back().note ==
              (first == std::string::npos
                   ? ""s
                   : note.substr(first, note.find_last_not_of(" \n\t") - first + 1)));
    }
}

TEST_CASE("changes that add refuses") {
    const Plan plan = parse(kHeader + lines({"users", "@v", "foo]x", "foo[x"}));
    struct Row {
        NewChange change;
        std::string message;
    };
    const std::string id(40, 'a');
    const Row rows[] = {
        {{"users", {}, {}, ""}, "change \"users\" already exists in t.plan"},
        {{"", {}, {}, ""}, "\"\" is not a valid change name: it is empty"},
        {{"HEAD", {}, {}, ""}, "\"HEAD\" is not a valid change name: it is reserved"},
        {{"a b", {}, {}, ""}, "\"a b\" is not a valid change name: it must not contain blanks"},
        {{"a[b", {}, {}, ""}, "\"a[b\" is not a valid change name: it must not contain brackets"},
        {{"a\nb", {}, {}, ""},
         "\"a\nb\" is not a valid change name: it must not contain control characters"},
        {{"a@v", {}, {}, ""}, "\"a@v\" is not a valid change name: it must not contain \"@\""},
        {{"a^2", {}, {}, ""},
         "\"a^2\" is not a valid change name: it must not end in digits after one of \"~ / = % ^ [ "
         "]\""},
        {{id, {}, {}, ""},
         "\"" + id + "\" is not a valid change name: it could be confused with a SHA-1 id"},
        {{"z", {"user"}, {}, ""},
         "cannot add change \"z\": requires unknown change \"user\" (did you mean \"users\"?)"},
        {{"z", {"z"}, {}, ""}, "cannot add change \"z\": requires unknown change \"z\""},
        {{"z", {"@w"}, {}, ""}, "cannot add change \"z\": requires unknown tag \"@w\""},
        {{"z", {"users@w"}, {}, ""}, "cannot add change \"z\": requires unknown tag \"@w\""},
        {{"z", {"foo[x@v"}, {}, ""},
         "cannot add change \"z\": requires \"foo[x@v\", but \"foo[x\" is planned after that tag"},
        {{"z", {"users@HEAD"}, {}, ""}, "cannot add change \"z\": requires unknown tag \"@HEAD\""},
        {{"z", {"HEAD"}, {}, ""}, "cannot add change \"z\": requires unknown change \"HEAD\""},
        {{"z", {"users^"}, {}, ""}, "\"users^\" is not a valid dependency"},
        {{"z", {"!users"}, {}, ""}, "\"!users\" is not a valid dependency"},
        {{"z", {""}, {}, ""}, "\"\" is not a valid dependency"},
        {{"z", {"a b"}, {}, ""}, "\"a b\" is not a valid dependency"},
        {{"z", {"q:a\xFFz"}, {}, ""}, "\"q:a\xFFz\" is not a valid dependency"},
        {{"z", {"foo]x"}, {}, ""}, "\"foo]x\" can't stand in a list of dependencies"},
        {{"z", {}, {"q:a]b"}, ""}, "\"q:a]b\" can't stand in a list of dependencies"},
        {{"z", {"q:a\nb"}, {}, ""}, "\"q:a\nb\" can't stand in a list of dependencies"},
        {{"z", {}, {}, "caf\xE9"}, "the note is not UTF-8"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        CHECK(refusal([&] { (void)add_change(plan, row.change, ada()); }) == row.message);
    }
    // A bracket that a list can hold: Sqitch reads it, too.
    CHECK(check_kept(plan, add_change(plan, {"z", {"foo[x"}, {}, ""}, ada())).find("z") == 3);
}

TEST_CASE("planners that can't be written") {
    const Plan plan = parse(kHeader);
    for (const std::string name : {"", " ", "A <", "[A", "A # B", "A\nB", "A\rB", "A\xFF"}) {
        CAPTURE(name);
        Signature by = ada();
        by.name = name;
        CHECK(refusal(
                  [&] {
                      (void)add_change(plan, {"z", {}, {}, ""}, by);
                  },
                  ErrorKind::configuration) != "no failure");
    }
    for (const std::string email : {"", "\t", "a>", "a#b", "a\nb", "\xFF"}) {
        CAPTURE(email);
        Signature by = ada();
        by.email = email;
        CHECK(refusal(
                  [&] {
                      (void)add_change(plan, {"z", {}, {}, ""}, by);
                  },
                  ErrorKind::configuration) != "no failure");
    }
    for (const std::string name : {"日本", "A > B", "A  B ", "O'Neil, \"Al\" \\ 100%"}) {
        CAPTURE(name);
        Signature by = ada();
        by.name = name;
        const Plan after = parse(add_change(plan, {"z", {}, {}, ""}, by).text);
        CHECK(after.changes()[0].planner.name == name);
    }
}

TEST_CASE("a tag goes after its change and the tags that this has") {
    struct Row {
        std::string before;
        std::optional<std::string> change;
        std::string after;
    };
    const std::string t = "@t" + kNew + "\n";
    const auto all = [](const Texts& list) { return kHeader + lines(list); };
    const Row rows[] = {
        {all({"a"}), {}, all({"a"}) + t},
        {all({"a", "@v"}), {}, all({"a", "@v"}) + t},
        {all({"a"}) + "\n# end\n", {}, all({"a"}) + t + "\n# end\n"},
        {all({"a"}) + "\n# end", {}, all({"a"}) + t + "\n# end\n"},
        {kHeader + "a" + kBy, {}, all({"a"}) + t},
        {all({"a", "b"}), "a", all({"a"}) + t + lines({"b"})},
        {all({"a", "@v", "@w", "b"}), "a", all({"a", "@v", "@w"}) + t + lines({"b"})},
        {all({"a", "@v"}) + "# c\n\n" + lines({"b"}), "@v",
         all({"a", "@v"}) + t + "# c\n\n" + lines({"b"})},
        {all({"a", "b", "c"}), "@HEAD^", all({"a", "b"}) + t + lines({"c"})},
        {all({"a", "b"}), "ROOT", all({"a"}) + t + lines({"b"})},
        {all({"a", "@v", "a"}), "a@v", all({"a", "@v"}) + t + lines({"a"})},
        {crlf(all({"a", "b"})), "a", crlf(all({"a"})) + "@t" + kNew + "\r\n" + crlf(lines({"b"}))},
        {crlf(kHeader + "a" + kBy), {}, crlf(all({"a"})) + "@t" + kNew + "\r\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.before);
        const Plan plan = parse(row.before);
        const Edited edit = add_tag(plan, "t", row.change, "", ada());
        CHECK(edit.text == row.after);
        CHECK(edit.added == "@t");
        check_kept(plan, edit);
        CHECK(add_tag(plan, "@t", row.change, "", ada()).text == row.after);
    }
    const Plan plan = parse(all({"a"}));
    CHECK(add_tag(plan, "v1.0", {}, " x\ny ", ada()).text ==
          all({"a"}) + "@v1.0" + kNew + " # x\\ny\n");
}

TEST_CASE("tags that are refused") {
    const Plan plan = parse(kHeader + lines({"a", "@v", "b", "a"}));
    struct Row {
        std::string name;
        std::optional<std::string> change;
        std::string message;
    };
    const Row rows[] = {
        {"v", {}, "tag \"@v\" already exists"},
        {"@v", "b", "tag \"@v\" already exists"},
        {"", {}, "\"\" is not a valid tag name: it is empty"},
        {"@", {}, "\"\" is not a valid tag name: it is empty"},
        {"@@t", {}, "\"@t\" is not a valid tag name: it must not begin with punctuation (\"@\")"},
        {"a/b", {}, "\"a/b\" is not a valid tag name: a tag must not contain \"/\""},
        {"ROOT", {}, "\"ROOT\" is not a valid tag name: it is reserved"},
        {"t]x", {}, "\"t]x\" is not a valid tag name: it must not contain brackets"},
        {"t", "a", "change \"a\" is ambiguous"},
        {"t", "xyzzy", "unknown change: \"xyzzy\""},
        {"t", "@HEAD~", "unknown change: \"@HEAD~\""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        CHECK(refusal([&] { (void)add_tag(plan, row.name, row.change, "", ada()); }) ==
              row.message);
    }
    CHECK(refusal([&] { (void)add_tag(parse(kHeader), "t", {}, "", ada()); }) ==
          "cannot apply tag \"@t\" to a plan with no changes");
}

TEST_CASE("rework requires the change as of the first tag of the last tagged change") {
    struct Row {
        Texts before;
        NewChange change;
        std::string added;
    };
    const Row rows[] = {
        {{"a", "@v"}, {"a", {}, {}, ""}, "a [a@v]"},
        {{"a", "@v", "@w"}, {"a", {}, {}, ""}, "a [a@v]"},
        {{"a", "@v", "b", "@w", "@x", "c"}, {"a", {}, {}, ""}, "a [a@w]"},
        {{"a", "@v", "b"}, {"a", {"b", "a@v"}, {"q:x"}, ""}, "a [a@v b !q:x]"},
        {{"a", "@v", "a", "@w"}, {"a", {}, {}, ""}, "a [a@w]"},
        {{"foo[x", "@v"}, {"foo[x", {}, {}, ""}, "foo[x [foo[x@v]"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.added);
        const Plan plan = parse(kHeader + lines(row.before));
        const Edited edit = rework_change(plan, row.change, ada());
        CHECK(edit.added == row.added);
        // No empty line, unlike add.
        CHECK(edit.text == std::string(plan.text()) + row.added + kNew + "\n");
        const Plan after = check_kept(plan, edit);
        CHECK(after.changes().back().previous != kedge::plan::kNone);
    }
    const Plan dos = parse(crlf(kHeader + lines({"a", "@v"})));
    CHECK(rework_change(dos, {"a", {}, {}, "why"}, ada()).text ==
          std::string(dos.text()) + "a [a@v]" + kNew + " # why\r\n");
}

TEST_CASE("reworks that are refused") {
    struct Row {
        Texts before;
        NewChange change;
        std::string message;
    };
    const Row rows[] = {
        {{"users", "@v"},
         {"user", {}, {}, ""},
         "change \"user\" does not exist in t.plan (did you mean \"users\"?)"},
        {{}, {"a", {}, {}, ""}, "change \"a\" does not exist in t.plan"},
        {{"a"}, {"a", {}, {}, ""}, "cannot rework \"a\" without a tag after it"},
        {{"b", "@v", "a"}, {"a", {}, {}, ""}, "cannot rework \"a\" without a tag after it"},
        {{"a", "@v", "a"}, {"a", {}, {}, ""}, "cannot rework \"a\" without a tag after it"},
        {{"a", "@v"}, {"a@v", {}, {}, ""}, "change \"a@v\" does not exist in t.plan"},
        {{"a", "@v"},
         {"a", {"nope"}, {}, ""},
         "cannot rework change \"a\": requires unknown change \"nope\""},
        {{"foo]x", "@v"},
         {"foo]x", {}, {}, ""},
         "\"foo]x@v\" can't stand in a list of dependencies"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.message);
        const Plan plan = parse(kHeader + lines(row.before));
        CHECK(refusal([&] { (void)rework_change(plan, row.change, ada()); }) == row.message);
    }
}

TEST_CASE("a slice keeps header, comments, and what it was asked for") {
    const std::string text = "%project=p\n# head\n\n# one\na" + kBy + "\n@v" + kBy +
                             "\n\n# two\nb" + kBy + " # note\n@w" + kBy + "\nc" + kBy + "\n@x" +
                             kBy + "\n# end\n";
    const Plan plan = parse(text);
    CHECK(slice(plan, 0, 2) == text);
    CHECK(slice(plan, 0, 0) ==
          "%project=p\n# head\n\n# one\na" + kBy + "\n@v" + kBy + "\n\n# two\n# end\n");
    CHECK(slice(plan, 1, 1) ==
          "%project=p\n# head\n\n# one\n\n# two\nb" + kBy + " # note\n@w" + kBy + "\n# end\n");
    CHECK(slice(plan, 1, 2) == "%project=p\n# head\n\n# one\n\n# two\nb" + kBy + " # note\n@w" +
                                   kBy + "\nc" + kBy + "\n@x" + kBy + "\n# end\n");
    CHECK(slice(plan, 2, 2) ==
          "%project=p\n# head\n\n# one\n\n# two\nc" + kBy + "\n@x" + kBy + "\n# end\n");
    for (std::size_t from = 0; from < 3; ++from) {
        for (std::size_t to = from; to < 3; ++to) {
            const Plan part = parse(slice(plan, from, to));
            REQUIRE(part.changes().size() == to - from + 1);
            CHECK(part.changes()[0].name == plan.changes()[from].name);
            CHECK(part.tags().size() == to - from + 1);
        }
    }
    const std::string open = text.substr(0, text.size() - 1);  // no last line end
    CHECK(slice(parse(open), 0, 2) == open);
    CHECK(slice(parse(crlf(text)), 0, 0) == crlf(slice(plan, 0, 0)));
    CHECK(slice(parse("%project=p\n\na" + kBy + "\nb" + kBy), 0, 0) ==
          "%project=p\n\na" + kBy + "\n");
    CHECK(slice(parse("%project=p\n\na" + kBy + "\nb" + kBy), 1, 1) == "%project=p\n\nb" + kBy);
}

TEST_CASE("many edits, one after the other") {
    std::string text = new_plan_text("p", "http://x/");
    std::vector<std::string> ids;
    for (int i = 0; i < 30; ++i) {
        const Plan plan = parse(text);
        for (std::size_t k = 0; k < ids.size(); ++k) CHECK(plan.changes()[k].id == ids[k]);
        NewChange change{"c" + std::to_string(i % 10), {}, {}, "round " + std::to_string(i)};
        const bool again = plan.has_change(change.name);
        text = (again ? rework_change(plan, change, ada()) : add_change(plan, change, ada())).text;
        ids.push_back(parse(text).changes().back().id.str());
        if (i % 10 == 9) text = add_tag(parse(text), "t" + std::to_string(i), {}, "", ada()).text;
    }
    CHECK(parse(text).changes().size() == 30);
    CHECK(parse(text).rework_tags(0).size() == 1);
}

TEST_SUITE_END();
