// SPDX-License-Identifier: MIT
#include "report/findings.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace kedge::report {
namespace {

using Json = nlohmann::json;

std::vector<CheckedThing> sample() {
    Finding at_line{Finding::Level::error, "rule-a",
                    "column t.<x>",        "it's \"wrong\" & so,\nbad: 100%",
                    "more\x01\nlines",     {"deploy/a.sql", 3, 7}};
    Finding nowhere{Finding::Level::warning, "rule-b", "table t", "changed | piped", {}, {}};
    return {{"prod", {at_line, nowhere}}, {"stage", {}}};
}

TEST_CASE("JUnit: a suite for each thing, and what is no XML is none") {
    const std::string text = junit("drift", sample(), Timestamp{});
    CHECK(text.find("<testsuite name=\"prod\" package=\"kedge.drift\" id=\"0\" "
                    "timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"2\" "
                    "failures=\"2\"") != std::string::npos);
    CHECK(text.find("<testcase name=\"column t.&lt;x&gt;\"") != std::string::npos);
    CHECK(text.find("message=\"it's &quot;wrong&quot; &amp; so,&#10;bad: 100%\"") !=
          std::string::npos);
    CHECK(text.find('\x01') == std::string::npos);
    CHECK(text.find("<testsuite name=\"stage\" package=\"kedge.drift\" id=\"1\"") !=
          std::string::npos);
    CHECK(text.find("<testcase name=\"drift\" classname=\"kedge.drift\" time=\"0\"/>") !=
          std::string::npos);
}

TEST_CASE("JUnit: what is below the level fails nothing, and is told all the same") {
    const std::string text = junit("lint", sample(), Timestamp{}, Finding::Level::error);
    CHECK(text.find("tests=\"1\" failures=\"1\"") != std::string::npos);
    CHECK(text.find("<system-out>warning: : changed | piped&#10;</system-out>") !=
          std::string::npos);
}

TEST_CASE("GitLab: two findings that are alike have two fingerprints") {
    auto things = sample();
    things.front().findings.push_back(things.front().findings.front());
    const Json json = Json::parse(gitlab(things));
    REQUIRE(json.size() == 3);
    CHECK(json[0]["fingerprint"] != json[2]["fingerprint"]);
    CHECK(json[0]["fingerprint"] == Json::parse(gitlab(sample()))[0]["fingerprint"]);
}

TEST_CASE("SARIF: results with their places") {
    const Json json = Json::parse(sarif("1.2", sample()));
    const Json& run = json["runs"][0];
    CHECK(json["version"] == "2.1.0");
    CHECK(run["tool"]["driver"]["version"] == "1.2");
    CHECK(run["tool"]["driver"]["rules"].size() == 2);
    REQUIRE(run["results"].size() == 2);
    const Json& place = run["results"][0]["locations"][0];
    CHECK(place["physicalLocation"]["artifactLocation"]["uri"] == "deploy/a.sql");
    CHECK(place["physicalLocation"]["region"]["startColumn"] == 7);
    CHECK(run["results"][1]["level"] == "warning");
    CHECK_FALSE(run["results"][1]["locations"][0].contains("physicalLocation"));
}

TEST_CASE("GitHub: a command a line, with its characters escaped") {
    CHECK(github(sample()) ==
          "::error file=deploy/a.sql,line=3,col=7,title=prod%3A column t.<x>::it's \"wrong\" & "
          "so,%0Abad: 100%25%0Amore\x01%0Alines\n"
          "::warning title=prod%3A table t::changed | piped\n");
}

TEST_CASE("GitLab: severities and fingerprints that stay") {
    const Json json = Json::parse(gitlab(sample()));
    REQUIRE(json.size() == 2);
    CHECK(json[0]["location"]["lines"]["begin"] == 3);
    CHECK(json[1]["location"]["path"] == "prod");
    CHECK(json[0]["fingerprint"] != json[1]["fingerprint"]);
    CHECK(gitlab(sample()) == gitlab(sample()));
}

TEST_CASE("Markdown: a table that bars and tags don't break") {
    const std::string text = markdown("Drift", sample());
    CHECK(text.find("## Drift: prod\n") != std::string::npos);
    CHECK(text.find("changed \\| piped") != std::string::npos);
    CHECK(text.find("t.&lt;x>") != std::string::npos);
    CHECK(text.find("## Drift: stage\n\nNothing was found.\n") != std::string::npos);
}

}  // namespace
}  // namespace kedge::report
