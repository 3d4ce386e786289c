// SPDX-License-Identifier: MIT
// Ids, to the bit. Every id and length here was given by Sqitch 1.3.1; those of the plans A, B and
// C are also in section 2.4 of the compatibility reference.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "plan/plan.hpp"
#include "support/sha1.hpp"

using kedge::Sha1;
using kedge::plan::Plan;

namespace {

const std::string kBy = " 2014-01-01T00:00:00Z A B <a@b.c>";

Plan parse(const std::string& text) {
    return Plan::parse(text, "sqitch.plan");
}

/// What the id is the digest of.
std::string object(std::string_view kind, const std::string& info) {
    return std::string(kind) + ' ' + std::to_string(info.size()) + '\0' + info;
}

void check_change(const Plan& plan, std::size_t index, std::size_t size, std::string_view id) {
    const std::string info = plan.change_info(index);
    CHECK(info.size() == size);
    CHECK(plan.changes()[index].id == id);
    CHECK(Sha1::of(object("change", info)) == id);
    CHECK(plan.find_id(id) == index);
}

void check_tag(const Plan& plan, std::size_t index, std::size_t size, std::string_view id) {
    const std::string info = plan.tag_info(index);
    CHECK(info.size() == size);
    CHECK(plan.tags()[index].id == id);
    CHECK(Sha1::of(object("tag", info)) == id);
}

/// The id of the only change of a plan.
std::string only_id(const std::string& header, const std::string& line) {
    return parse(header + "\n\n" + line + "\n").changes().at(0).id.str();
}

}  // namespace

TEST_SUITE_BEGIN("plan ids");

TEST_CASE("plan A: URI, notes, requires and conflicts, a rework") {
    const Plan plan = parse(
        "%syntax-version=1.0.0\n"
        "%project=flipr\n"
        "%uri=https://github.com/theory/flipr/\n"
        "\n"
        "# comment line\n"
        "users 2013-12-30T23:19:46Z Ada Lovelace <ada@example.com> # Creates table to track our "
        "users.\n"
        "flips [users !old_flips other:thing] 2013-12-30T23:49:00Z Ada Lovelace "
        "<ada@example.com> # Adds flips.\\nSecond line\\\\back é\n"
        "@v1.0 2014-01-01T00:00:00Z Grüße Müller <g@example.com> # Tag v1.0 — first\n"
        "users [users@v1.0] 2014-01-02T01:02:03Z Ada Lovelace <ada@example.com>\n");
    check_change(plan, 0, 163, "388ad12ebacec1a51b6920f4f61cf38b5050ce26");
    check_change(plan, 1, 268, "909930b0a406516fca234b6cff92c25743784ce5");
    check_change(plan, 2, 200, "b4f37583d62552495bd4b8cef7ef1c113f42f7e0");
    check_tag(plan, 0, 194, "f5170518e02ba63f75a12fb5bb02de366487306b");
    CHECK(plan.change_info(1) ==
          "project flipr\n"
          "uri https://github.com/theory/flipr/\n"
          "change flips\n"
          "parent 388ad12ebacec1a51b6920f4f61cf38b5050ce26\n"
          "planner Ada Lovelace <ada@example.com>\n"
          "date 2013-12-30T23:49:00Z\n"
          "requires\n"
          "  + users\n"
          "  + other:thing\n"
          "conflicts\n"
          "  - old_flips\n"
          "\n"
          "Adds flips.\n"
          "Second line\\back é");
    CHECK(plan.tag_info(0) ==
          "project flipr\n"
          "uri https://github.com/theory/flipr/\n"
          "tag @v1.0\n"
          "change 909930b0a406516fca234b6cff92c25743784ce5\n"
          "planner Grüße Müller <g@example.com>\n"
          "date 2014-01-01T00:00:00Z\n"
          "\n"
          "Tag v1.0 — first");
}

TEST_CASE("plan B: the least there can be") {
    const Plan plan = parse("%project=p\n\na" + kBy + "\n@t" + kBy + "\n");
    check_change(plan, 0, 64, "799f5000b6f19268136cc093b4cf10a2590a1654");
    check_tag(plan, 0, 110, "6a2a0e7b95f1bcfba8d51e27a0ba126c6e529607");
    CHECK(plan.change_info(0) ==
          "project p\nchange a\nplanner A B <a@b.c>\ndate 2014-01-01T00:00:00Z");
}

TEST_CASE("plan C: one thing after the other") {
    const Plan plan =
        parse("%project=p\n%uri=http://Example.com\n\na" + kBy + " # first\nb" + kBy + "\n@v1" +
              kBy + " # tag note\n@v1.1" + kBy + "\nc [a b@v1 !q:zz !q:yy]" + kBy +
              " # line1\\nline2\n@v2" + kBy + "\nd [c]" + kBy + "\n");
    const char* changes[] = {
        "df1a37c8ca1735141ca0388f582b91ac032b8171", "6cc850407ab88b7cb6d547e73ab7d93f89530a27",
        "addfd49c2b1e78f548b03dfb7962b91107a1b747", "f013d6183d93374c320fac4e5b2d494828d84e46"};
    for (std::size_t i = 0; i < 4; ++i) CHECK(plan.changes().at(i).id == changes[i]);
    const char* tags[] = {"17f138198a376b6ec1dc2bc8b25ba33884b5e235",
                          "4dea4fea47049690224f0c5507e50439e829d6e3",
                          "bdd81a86a9c821df80b601f2f2518ac8fcef37af"};
    for (std::size_t i = 0; i < 3; ++i) CHECK(plan.tags().at(i).id == tags[i]);
    CHECK(plan.change_info(2) ==
          "project p\n"
          "uri http://example.com/\n"
          "change c\n"
          "parent 6cc850407ab88b7cb6d547e73ab7d93f89530a27\n"
          "planner A B <a@b.c>\n"
          "date 2014-01-01T00:00:00Z\n"
          "requires\n"
          "  + a\n"
          "  + b@v1\n"
          "conflicts\n"
          "  - q:zz\n"
          "  - q:yy\n"
          "\n"
          "line1\nline2");
    CHECK(plan.uri() == "http://Example.com");  // the registry keeps it as written
}

TEST_CASE("single changes") {
    struct Row {
        std::string header;
        std::string line;
        std::size_t size;
        std::string id;
    };
    const std::string p = "%project=p";
    const std::string plain = "799f5000b6f19268136cc093b4cf10a2590a1654";
    const Row rows[] = {
        {p, "a" + kBy + " # 0", 64, plain},  // false in Perl
        {p, "a" + kBy + " # ", 64, plain},
        {p, "-a" + kBy, 64, plain},
        {p, " +  a  " + kBy + "  ", 64, plain},
        {"%syntax-version=9\n%foo=bar\n" + p, "a" + kBy, 64, plain},
        {p, "a 2014-01-01T00:00:00Z A  B\t  <e>", 63, "e038a7fc7bd40393229de24be9316dd8f05c7090"},
        {p, "a" + kBy + " # x\\n", 68, "ae09f885c832e2d539643f143c4700cbf0678353"},
        {p, "a [q:0123456789012345678901234567890123456789]" + kBy, 120,
         "001d91ccabf2748cc4e1e5267b2642c303ce50d2"},
        {"%project=日本", "a" + kBy + " # é\\\\n", 75, "c7f97ad1f51fd6c312abaa97d6ff8729ea96e1ab"},
        {p + "\n%uri=HTTPS://GitHub.com:443/foo%7ebar", "a" + kBy, 95,
         "4dd07ad62899a02b92f5dd6bf2916de1ac3eb175"},
        {p + "\n%uri=http://ex.com/é x", "a" + kBy, 93, "df458df0588eefceaf65bd88bfc0e0bc09508f09"},
        {p + "\n%uri=urn:FOO:bar", "a" + kBy, 80, "bfcfae9706e36a06d268a728f998a791b5c0db63"},
        {p + "\n%uri", "a" + kBy, 70, "38c28c4aca6753b8d90be6491f29cf80d5009e68"},
        {p + "\n%uri=http://x/#frag", "a" + kBy, 78, "0aad2a8f436a9ef40e6f761e4e15eb9425f5aaa7"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.header);
        CAPTURE(row.line);
        check_change(parse(row.header + "\n\n" + row.line + "\n"), 0, row.size, row.id);
    }
}

TEST_CASE("dependencies are hashed without the own project, requires before conflicts") {
    const Plan plan = parse("%project=p\n\ny" + kBy + "\nb [!y p:y q:x]" + kBy + "\n");
    check_change(plan, 1, 151, "72848a95a17a3562b1d2690903a053460bca3821");
    CHECK(parse("%project=p\n\ny" + kBy + "\nb [y q:x !p:y]" + kBy + "\n").changes()[1].id ==
          plan.changes()[1].id);
}

TEST_CASE("a tag's note 0 is left out, too") {
    const Plan with = parse("%project=p\n\na" + kBy + "\n@t" + kBy + " # 0\n");
    check_tag(with, 0, 110, "6a2a0e7b95f1bcfba8d51e27a0ba126c6e529607");
    CHECK(with.tags()[0].note == "0");
}

TEST_CASE("what an id depends on") {
    const std::string p = "%project=p";
    const std::string plain = only_id(p, "a" + kBy);
    // Everything that is hashed counts …
    CHECK(only_id("%project=q", "a" + kBy) != plain);
    CHECK(only_id(p + "\n%uri=http://x/", "a" + kBy) != plain);
    CHECK(only_id(p, "b" + kBy) != plain);
    CHECK(only_id(p, "a" + kBy + " # note") != plain);
    CHECK(only_id(p, "a [!b]" + kBy) != plain);
    CHECK(only_id(p, "a 2014-01-01T00:00:01Z A B <a@b.c>") != plain);
    CHECK(only_id(p, "a 2014-01-01T00:00:00Z A B  <a@b.c>") != plain);
    // … as does every earlier change, but no tag and no comment.
    const std::string b = "\nb" + kBy + "\n";
    const auto second = [&](const std::string& before) {
        return parse(p + "\n\n" + before + b).changes().at(1).id.str();
    };
    CHECK(second("a" + kBy) == second("# c\n\na" + kBy + "\n@v" + kBy + " # tag\n"));
    CHECK(second("a" + kBy) != second("a" + kBy + " # note"));
    CHECK(second("a" + kBy) != second("c" + kBy));
}

TEST_SUITE_END();
