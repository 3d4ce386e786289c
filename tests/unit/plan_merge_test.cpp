// SPDX-License-Identifier: MIT
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "plan/merge.hpp"
#include "plan/plan.hpp"
#include "support/text.hpp"

using kedge::Error;
using kedge::join;
using kedge::replace_all;
using kedge::split;
using kedge::plan::merge_plans;
using kedge::plan::Merged;
using kedge::plan::Plan;

namespace {

const std::string kHeader = "%syntax-version=1.0.0\n%project=p\n\n";
const std::string kBy = " 2014-01-01T00:00:00Z A B <a@b.c>";

/// `a|b [a]|@v|# text||c // note` as a plan: each part a line, signed if it is a change or a tag.
std::string plan(const std::string& body) {
    std::string out = kHeader;
    if (body.empty()) return out;
    for (const std::string& part : split(body, '|')) {
        if (part.empty() || part.front() == '#') {
            out += part + "\n";
            continue;
        }
        const std::size_t note = part.find(" //");
        out += part.substr(0, note) + kBy;
        if (note != std::string::npos) out += " # " + part.substr(note + 4);
        out += "\n";
    }
    return out;
}

/// The body of a plan in that short form.
std::string body(const std::string& text) {
    REQUIRE(text.starts_with(kHeader));
    std::vector<std::string> parts = split(text.substr(kHeader.size()), '\n');
    REQUIRE(parts.back().empty());
    parts.pop_back();
    for (std::string& part : parts) part = replace_all(replace_all(part, kBy, ""), " # ", " // ");
    return join(parts, "|");
}

Merged merge(const std::string& base, const std::string& ours, const std::string& theirs) {
    return merge_plans({base, ours, theirs, "p.plan", 7});
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out = split(text, '\n');
    if (!out.empty() && out.back().empty()) out.pop_back();
    return out;
}

}  // namespace

TEST_CASE("plans that go together") {
    struct Case {
        const char* title;
        const char* base;
        const char* ours;
        const char* theirs;
        const char* merged;
    };
    static const std::vector<Case> cases = {
        {"nothing was done", "a|b", "a|b", "a|b", "a|b"},
        {"only we appended", "a", "a|x", "a", "a|x"},
        {"only they appended", "a", "a", "a|y", "a|y"},
        {"both appended", "a", "a|x", "a|y", "a|x|y"},
        {"to an empty plan", "", "x", "y", "x|y"},
        {"several", "a", "a|x|x2 [x]", "a|y|y2 [y a]", "a|x|x2 [x]|y|y2 [y a]"},
        {"the same change", "a", "a|x", "a|x", "a|x"},
        {"the same change and others", "a", "a|x|y", "a|x|z", "a|x|y|z"},
        {"the same at another place", "a", "a|x|y", "a|z|x", "a|x|y|z"},
        {"a tag stays with their change", "a", "a|x", "a|y|@v1", "a|x|y|@v1"},
        {"a tag stays with our change", "a", "a|x|@v1", "a|y", "a|x|@v1|y"},
        {"each its tags", "a", "a|x|@v1", "a|y|@v2", "a|x|@v1|y|@v2"},
        {"a tag on the last change, which isn't the last one here", "a", "a|x", "a|@v1", "a|@v1|x"},
        {"both tagged it", "a", "a|@v1", "a|@v2", "a|@v1|@v2"},
        {"the same tag on the same change", "a", "a|@v1|x", "a|@v1|y", "a|@v1|x|y"},
        {"a tag with a comment in between", "a", "a|x", "a|# first|@v1", "a|# first|@v1|x"},
        {"a rework of theirs", "a|@v1", "a|@v1|x [a]", "a|@v1|a [a@v1]", "a|@v1|x [a]|a [a@v1]"},
        {"a rework of ours", "a|@v1", "a|@v1|a [a@v1]", "a|@v1|x [a]", "a|@v1|a [a@v1]|x [a]"},
        {"each reworked another", "a|b|@v1", "a|b|@v1|a [a@v1]", "a|b|@v1|b [b@v1]",
         "a|b|@v1|a [a@v1]|b [b@v1]"},
        {"a rework with its tag", "a", "a|x", "a|@v1|a [a@v1]", "a|@v1|x|a [a@v1]"},
        {"both in the middle", "a|b", "a|x|b", "a|y|b", "a|x|y|b"},
        {"in different gaps", "a|b|c", "a|x|b|c", "a|b|y|c", "a|x|b|y|c"},
        {"at the front", "a", "x|a", "a|y", "x|a|y"},
        {"a note edited by us", "a|b", "a // why|b", "a|b|y", "a // why|b|y"},
        {"a note edited by them", "a|b", "a|b|x", "a // why|b", "a // why|b|x"},
        {"the same edit", "a", "a // why", "a // why", "a // why"},
        {"removed by us", "a|b", "a", "a|b|y", "a|y"},
        {"removed by them", "a|b", "a|b|x", "a", "a|x"},
        {"removed by both", "a|b|c", "a|c", "a|c", "a|c"},
        {"moved by us", "a|b|c", "b|a|c", "a|b|c|y", "b|a|c|y"},
        {"moved by them", "a|b|c", "a|b|c|x", "c|a|b", "c|a|b|x"},
        {"moved by us, edited by them", "a|b|c", "a|c|b", "a|b // why|c", "a|c|b // why"},
        {"moved by both alike", "a|b|c", "c|a|b", "c|a|b", "c|a|b"},
        {"a tag moved by us", "a|@v1|b", "a|b|@v1", "a|@v1|b|y", "a|b|@v1|y"},
        {"a tag removed by them", "a|@v1|b", "a|@v1|b|x", "a|b", "a|b|x"},
        {"an empty line before each", "a|@v1", "a|@v1||x", "a|@v1||y", "a|@v1||x||y"},
        {"an empty line that was there", "a|", "a||x", "a||y", "a||x|y"},
        {"comments with what they are about", "a", "a|# ours|x", "a|# theirs|y",
         "a|# ours|x|# theirs|y"},
        {"a comment at the end stays one", "a|# end", "a|x|# end", "a|y|# end", "a|x|y|# end"},
        {"what comes behind it, too", "a|# end", "a|# end|x", "a|# end|y", "a|# end|x|y"},
        {"the same comment and change", "a", "a|# both|x|y", "a|# both|x|z", "a|# both|x|y|z"},
        {"a comment of ours alone", "a|b", "a|# new|b", "a|b|y", "a|# new|b|y"},
        {"a comment edited by them", "# old|a", "# old|a|x", "# new|a", "# new|a|x"},
        {"a comment edited in two ways", "# old|a", "# one|a", "# two|a", "# one|# two|a"},
        {"a comment edited by us, and its change removed by them", "a|# old|b", "a|# new|b", "a",
         "a|# new"},
        {"a comment moves with its change", "a|# of b|b|c", "# of b|b|a|c", "a|# of b|b|c|y",
         "# of b|b|a|c|y"},
        {"a comment removed by us", "# old|a|b", "a|b", "# old|a|b|y", "a|b|y"},
        {"a change of another project", "a", "a|x [q:z !q:y]", "a|y [q:@t]",
         "a|x [q:z !q:y]|y [q:@t]"},
        {"names beyond ASCII", "größe", "größe|日本 [größe]", "größe|ñandú",
         "größe|日本 [größe]|ñandú"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.title);
        const Merged merged = merge(plan(one.base), plan(one.ours), plan(one.theirs));
        for (const Error& conflict : merged.conflicts) FAIL_CHECK(conflict.message);
        CHECK(body(merged.text) == one.merged);
    }
}

TEST_CASE("plans that don't go together") {
    struct Case {
        const char* title;
        const char* base;
        const char* ours;
        const char* theirs;
        const char* message;
        const char* ours_line;    ///< what is told of us, after its place; or nothing
        const char* theirs_line;  ///< ... of them
    };
    static const std::vector<Case> cases = {
        {"the same name", "a", "a|x", "a|x // other", "both sides planned a change \"x\"", "5: x",
         "5: x"},
        {"the same rework", "a|@v1", "a|@v1|a [a@v1]", "a|@v1|b|a [a@v1] // x",
         "both sides reworked \"a\"", "6: a [a@v1]", "7: a [a@v1]"},
        {"a rework behind tags of their own", "a", "a|@v1|a [a@v1]", "a|@v2|a [a@v2]",
         "both sides reworked \"a\"", "6: a [a@v1]", "6: a [a@v2]"},
        {"the same tag on different changes", "a", "a|x|@v1", "a|y|@v1",
         "both sides gave the tag \"@v1\", to different changes", "6: @v1", "6: @v1"},
        {"the same tag in other words", "a", "a|@v1", "a|@v1 // note",
         "both sides gave the tag \"@v1\"", "5: @v1", "5: @v1"},
        {"the same line in two ways", "a", "a // one", "a // two",
         "both sides edited the line of \"a\"", "4: a", "4: a"},
        {"a tag in two ways", "a|@v1", "a|@v1 // one", "a|@v1 // two",
         "both sides edited the tag \"@v1\"", "5: @v1", "5: @v1"},
        {"removed and edited", "a|b", "a", "a|b // why", "\"b\" was removed by ours, and edited by",
         nullptr, "5: b"},
        {"edited and removed", "a|b", "a|b // why", "a",
         "\"b\" was removed by theirs, and edited by ours", "5: b", nullptr},
        {"removed and tagged", "a|b", "a", "a|b|@v1", "\"b\" was removed by ours, and tagged by",
         nullptr, "6: @v1"},
        {"a tag removed and edited", "a|@v1", "a", "a|@v1 // why",
         "tag \"@v1\" was removed by ours, and edited by theirs", nullptr, "5: @v1"},
        {"removed and required", "a|b", "a", "a|b|y [b]",
         "change \"y\" requires the unknown change \"b\"", nullptr, "6: y [b]"},
        {"required and removed", "a|b", "a|b|x [b]", "a",
         "change \"x\" requires the unknown change \"b\"", "6: x [b]", nullptr},
        {"a tag removed and required", "a|@v1", "a", "a|@v1|y [@v1]",
         "change \"y\" requires the unknown tag \"@v1\"", nullptr, "6: y [@v1]"},
        {"a tag removed between two", "a|@v1", "a", "a|@v1|a", "change \"a\" is already on line 4",
         "4: a", "6: a"},
        {"moved below its user", "a|b|c", "b|c|a", "a|x [a]|b|c",
         "change \"x\" requires \"a\", which is planned", "6: a", "5: x [a]"},
        {"moved to two places", "a|b|c|d", "b|c|a|d", "b|c|d|a",
         "both sides moved \"a\", to different places", nullptr, "7: a"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.title);
        const Merged merged = merge(plan(one.base), plan(one.ours), plan(one.theirs));
        CAPTURE(merged.text);
        REQUIRE(merged.conflicts.size() == 1);
        const Error& conflict = merged.conflicts.front();
        CAPTURE(conflict.detail);
        CHECK(conflict.message.find(one.message) != std::string::npos);
        CHECK_FALSE(conflict.hint.empty());
        CHECK(merged.text.find("<<<<<<< ours\n") != std::string::npos);
        CHECK(merged.text.find(">>>>>>> theirs\n") != std::string::npos);
        const auto told = [&](const char* side, const char* line) {
            if (line == nullptr) return;
            const bool is_there =
                conflict.detail.find(fmt::format("{}: p.plan:{}", side, line)) !=
                    std::string::npos ||
                conflict.detail.find(fmt::format("both: p.plan:{}", line)) != std::string::npos;
            CHECK_MESSAGE(is_there, side);
        };
        told("ours", one.ours_line);
        told("theirs", one.theirs_line);
    }
}

TEST_CASE("what was removed is told with the line that it had") {
    for (const char* theirs : {"a|b|@v1|y [b]", "a|b|@v1|b [b@v1]"}) {
        const Merged merged = merge(plan("a|b|@v1"), plan("a"), plan(theirs));
        REQUIRE(merged.conflicts.size() == 1);
        CHECK(merged.conflicts.front().detail.find("removed: p.plan:5: b ") != std::string::npos);
    }
}

TEST_CASE("all conflicts are told, and what goes together is merged around them") {
    const Merged merged =
        merge(plan("a|b"), plan("a // one|b|x|y"), plan("a // two|b|x // other|z"));
    CHECK(merged.conflicts.size() == 2);
    const std::string by = kBy;
    CHECK(merged.text == kHeader + "<<<<<<< ours\na" + by + " # one\n=======\na" + by +
                             " # two\n>>>>>>> theirs\nb" + by + "\n<<<<<<< ours\nx" + by +
                             "\n=======\nx" + by + " # other\n>>>>>>> theirs\ny" + by + "\nz" + by +
                             "\n");
}

TEST_CASE("headers") {
    const auto with = [](const std::string& header) { return header + "\na" + kBy + "\n"; };
    const std::string plain = with("%project=p\n");
    const std::string with_uri = with("%project=p\n%uri=https://x/\n");
    SUBCASE("a pragma of one side") {
        CHECK(merge(plain, plain, with_uri).text == with_uri);
        CHECK(merge(plain, with_uri, plain).text == with_uri);
    }
    SUBCASE("set differently") {
        const Merged merged = merge(plain, with_uri, with("%project=p\n%uri=https://y/\n"));
        REQUIRE(merged.conflicts.size() == 1);
        CHECK(merged.conflicts.front().message == "both sides set %uri differently");
    }
    SUBCASE("each side made the plan") {
        const Merged merged = merge("", plain, "%project=p\n%uri=https://x/\n\nb" + kBy + "\n");
        CHECK(merged.conflicts.empty());
        CHECK(merged.text == "%project=p\n%uri=https://x/\n\na" + kBy + "\nb" + kBy + "\n");
    }
    SUBCASE("of different projects") {
        CHECK_FALSE(merge("", plain, with("%project=q\n")).conflicts.empty());
    }
}

TEST_CASE("bytes") {
    const std::string base = plan("a");
    const auto crlf = [](const std::string& text) { return replace_all(text, "\n", "\r\n"); };
    SUBCASE("lines end as in ours") {
        CHECK(merge(crlf(base), crlf(plan("a|x")), crlf(plan("a|y"))).text == crlf(plan("a|x|y")));
    }
    SUBCASE("what one side does to the ends holds") {
        CHECK(merge(crlf(base), crlf(plan("a|x")), plan("a|y")).text == plan("a|x|y"));
        CHECK(merge(base, crlf(plan("a|x")), plan("a|y")).text == crlf(plan("a|x|y")));
    }
    SUBCASE("no end of the last line") {
        const auto open = [](std::string text) {
            text.pop_back();
            return text;
        };
        CHECK(merge(open(base), open(plan("a|x")), open(plan("a|y"))).text == open(plan("a|x|y")));
        CHECK(merge(base, plan("a|x"), open(plan("a|y"))).text == plan("a|x|y"));
        CHECK(merge(open(base), open(plan("a|x")), open(base)).text == open(plan("a|x")));
    }
    SUBCASE("a byte order mark") {
        const std::string mark = "\xEF\xBB\xBF";
        CHECK(merge(mark + base, mark + plan("a|x"), mark + plan("a|y")).text ==
              mark + plan("a|x|y"));
    }
    SUBCASE("odd blanks, operators and notes") {
        const std::string line = "+ b  [a !c]   2014-01-01T00:00:00Z A  B\t <a@b.c>  #note  \n";
        CHECK(merge(base, base + line, plan("a|y")).text == base + line + "y" + kBy + "\n");
    }
}

TEST_CASE("a plan that is none is left to be decided") {
    const std::string broken = kHeader + "a" + kBy + "\nbroken line\n";
    const Merged merged = merge(plan("a"), broken, plan("a|y"));
    CHECK_FALSE(merged.conflicts.empty());
    CHECK(merged.text.find("broken line") != std::string::npos);
    CHECK(merged.text.find("y" + kBy) != std::string::npos);
}

TEST_CASE("ten thousand changes on each side") {
    std::string base = kHeader;
    for (int i = 0; i < 10000; ++i) base += fmt::format("b{}_c{}\n", i, kBy);
    std::string ours = base;
    std::string theirs = base;
    for (int i = 0; i < 10000; ++i) {
        ours += fmt::format("o{}_c{}\n", i, kBy);
        theirs += fmt::format("t{}_c{}\n", i, kBy);
    }
    const Merged merged = merge(base, ours, theirs);
    CHECK(merged.conflicts.empty());
    CHECK(merged.text == ours + theirs.substr(base.size()));
    CHECK(merged.ours == 10000);
    CHECK(merged.theirs == 10000);
}

namespace {

/// A branch: a plan in lines, edited at random.
class Branch {
  public:
    Branch(std::vector<std::string> lines, std::string prefix, std::mt19937& random)
        : lines_(std::move(lines)), prefix_(std::move(prefix)), random_(random) {}

    void edit() {
        const std::string name = fmt::format("{}{}_n", prefix_, ++count_);
        const std::size_t at = random_() % (lines_.size() + 1);
        switch (random_() % 10) {
            case 0:
                put(at, "# comment " + name);
                break;
            case 1:
                put(at, "");
                break;
            case 2:
                if (at > 0 && is_change(lines_[at - 1])) put(at, "@" + name + kBy);
                break;
            case 3:
                put(at, name + kBy);
                break;
            case 4:
                if (at < lines_.size()) lines_.erase(place(at));
                break;
            case 5:
                if (at < lines_.size() && is_change(lines_[at])) lines_[at] += " # by " + name;
                break;
            case 6:
                if (at + 1 < lines_.size()) std::swap(lines_[at], lines_[at + 1]);
                break;
            case 7:
                if (at > 0 && is_change(lines_[at - 1])) {
                    const std::string required = lines_[at - 1].substr(0, lines_[at - 1].find(' '));
                    put(lines_.size(), fmt::format("{} [{}]{}", name, required, kBy));
                }
                break;
            default:
                put(lines_.size(), name + kBy);
        }
    }

    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    [[nodiscard]] std::string text() const {
        std::string out = kHeader;
        for (const std::string& line : lines_) out += line + "\n";
        return out;
    }
    [[nodiscard]] bool is_plan() const {
        try {
            static_cast<void>(Plan::parse(text(), "p.plan"));
            return true;
        } catch (const kedge::Failure&) {
            return false;
        }
    }

  private:
    static bool is_change(const std::string& line) {
        return !line.empty() && line.front() != '#' && line.front() != '@';
    }
    std::vector<std::string>::iterator place(std::size_t at) {
        return lines_.begin() + static_cast<std::ptrdiff_t>(at);
    }
    void put(std::size_t at, const std::string& line) { lines_.insert(place(at), line); }

    std::vector<std::string> lines_;
    std::string prefix_;
    std::mt19937& random_;
    int count_ = 0;
};

}  // namespace

TEST_CASE("merging loses nothing and makes nothing up") {
    std::mt19937 random(20261127);  // NOLINT: the same each time
    int merged_well = 0;
    int conflicting = 0;
    for (int round = 0; round < 3000; ++round) {
        CAPTURE(round);
        Branch root({"a" + kBy, "b" + kBy, "c" + kBy}, "r", random);
        for (std::size_t i = random() % 6; i > 0; --i) root.edit();
        Branch ours(root.lines(), "o", random);
        Branch theirs(root.lines(), "t", random);
        for (std::size_t i = random() % 6; i > 0; --i) ours.edit();
        for (std::size_t i = random() % 6; i > 0; --i) theirs.edit();
        if (!root.is_plan() || !ours.is_plan() || !theirs.is_plan()) continue;
        CAPTURE(root.text());
        CAPTURE(ours.text());
        CAPTURE(theirs.text());
        const Merged merged = merge(root.text(), ours.text(), theirs.text());
        CAPTURE(merged.text);
        const auto lines = lines_of(merged.text);
        const std::set<std::string> found(lines.begin(), lines.end());
        const std::set<std::string> in_base(root.lines().begin(), root.lines().end());
        const std::set<std::string> in_ours(ours.lines().begin(), ours.lines().end());
        const std::set<std::string> in_theirs(theirs.lines().begin(), theirs.lines().end());
        for (const std::string& line : in_ours) {
            if (line.empty()) continue;
            const bool stays = in_base.count(line) == 0 || in_theirs.count(line) > 0;
            if (stays) CHECK_MESSAGE(found.count(line) == 1, line);
        }
        for (const std::string& line : in_theirs) {
            const bool stays = in_base.count(line) == 0 && !line.empty();
            if (stays) CHECK_MESSAGE(found.count(line) == 1, line);
        }
        if (!merged.conflicts.empty()) {
            ++conflicting;
            CHECK(merged.text.find("<<<<<<< ours") != std::string::npos);
            continue;
        }
        ++merged_well;
        static_cast<void>(Plan::parse(merged.text, "p.plan"));
        for (std::size_t i = 3; i < lines.size(); ++i) {
            const bool known = in_ours.count(lines[i]) > 0 || in_theirs.count(lines[i]) > 0;
            CHECK_MESSAGE(known, lines[i]);
            // Each change and tag is there once.
            if (!lines[i].empty() && lines[i].front() != '#')
                CHECK(std::count(lines.begin(), lines.end(), lines[i]) == 1);
        }
        CHECK(merge(root.text(), ours.text(), root.text()).text == ours.text());
        CHECK(merge(root.text(), root.text(), theirs.text()).text == theirs.text());
        CHECK(merge(root.text(), ours.text(), ours.text()).text == ours.text());
    }
    CHECK(merged_well > 300);
    CHECK(conflicting > 50);
}
