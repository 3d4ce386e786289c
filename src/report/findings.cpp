// SPDX-License-Identifier: MIT
#include "report/findings.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "report/json_text.hpp"
#include "report/xml_text.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

using Level = Finding::Level;

const char* sarif_level(Level level) {
    switch (level) {
        case Level::note:
            return "note";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "none";
}

std::string github_text(std::string_view text, bool in_property) {
    std::string out = replace_all(text, "%", "%25");
    out = replace_all(out, "\r", "%0D");
    out = replace_all(out, "\n", "%0A");
    if (!in_property) return out;
    return replace_all(replace_all(out, ":", "%3A"), ",", "%2C");
}

std::string cell(std::string_view text) {
    std::string out = replace_all(text, "\\", "\\\\");
    out = replace_all(replace_all(out, "|", "\\|"), "<", "&lt;");
    return replace_all(out, "\n", "<br>");
}

std::string whole(const Finding& finding) {
    return finding.detail.empty() ? finding.message : finding.message + "\n" + finding.detail;
}

}  // namespace

std::string junit(const std::string& check, const std::vector<CheckedThing>& things, Timestamp when,
                  Level fails_from) {
    const std::string moment = iso_moment(when, 0);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    std::size_t id = 0;
    for (const CheckedThing& thing : things) {
        const double seconds = std::chrono::duration<double>(thing.elapsed).count();
        const auto failures = static_cast<std::size_t>(
            std::count_if(thing.findings.begin(), thing.findings.end(),
                          [&](const Finding& finding) { return finding.level >= fails_from; }));
        out += fmt::format(
            "  <testsuite name=\"{}\" package=\"kedge.{}\" id=\"{}\" "
            "timestamp=\"{}\" hostname=\"localhost\" tests=\"{}\" "
            "failures=\"{}\" errors=\"0\" time=\"{}\">\n    <properties/>\n",
            xml_text(thing.name), check, id++, moment, std::max<std::size_t>(failures, 1), failures,
            seconds);
        if (failures == 0) {
            out +=
                fmt::format("    <testcase name=\"{0}\" classname=\"kedge.{0}\" time=\"{1}\"/>\n",
                            check, seconds);
        }
        std::string said;
        for (const Finding& finding : thing.findings) {
            if (finding.level < fails_from) {
                said += fmt::format("{}: {}: {}\n", sarif_level(finding.level),
                                    finding.where.to_string(), finding.message);
                continue;
            }
            out += fmt::format(
                "    <testcase name=\"{}\" classname=\"kedge.{}\" time=\"0\">\n"
                "      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>\n",
                xml_text(finding.subject), check, xml_text(finding.message), xml_text(finding.rule),
                xml_text(finding.detail));
        }
        out += said.empty() ? std::string("    <system-out/>\n")
                            : fmt::format("    <system-out>{}</system-out>\n", xml_text(said));
        out += "    <system-err/>\n  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

std::string sarif(const std::string& version, const std::vector<CheckedThing>& things) {
    std::map<std::string, const Finding*> rules;
    Json results = Json::array();
    for (const CheckedThing& thing : things) {
        for (const Finding& finding : thing.findings) {
            rules.emplace(finding.rule, &finding);
            Json location;
            if (!finding.where.file.empty()) {
                Json& physical = location["physicalLocation"];
                physical["artifactLocation"] = {{"uri", finding.where.file}};
                if (finding.where.line > 0) {
                    physical["region"] = {{"startLine", finding.where.line}};
                    if (finding.where.column > 0) {
                        physical["region"]["startColumn"] = finding.where.column;
                    }
                }
            }
            location["logicalLocations"] = Json::array(
                {{{"name", finding.subject},
                  {"fullyQualifiedName", fmt::format("{}: {}", thing.name, finding.subject)}}});
            results.push_back({{"ruleId", finding.rule},
                               {"level", sarif_level(finding.level)},
                               {"message", {{"text", whole(finding)}}},
                               {"locations", Json::array({location})}});
        }
    }
    Json known = Json::array();
    for (const auto& [id, finding] : rules) {
        Json rule = {{"id", id}};
        if (!finding->title.empty()) rule["shortDescription"] = {{"text", finding->title}};
        if (!finding->link.empty()) rule["helpUri"] = finding->link;
        known.push_back(std::move(rule));
    }
    Json out;
    out["version"] = "2.1.0";
    out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    out["runs"] = Json::array(
        {{{"tool", {{"driver", {{"name", "kedge"}, {"version", version}, {"rules", known}}}}},
          {"results", results}}});
    return json_text(out);
}

std::string github(const std::vector<CheckedThing>& things) {
    std::string out;
    for (const CheckedThing& thing : things) {
        for (const Finding& finding : thing.findings) {
            std::vector<std::string> properties;
            if (!finding.where.file.empty()) {
                properties.push_back("file=" + github_text(finding.where.file, true));
                if (finding.where.line > 0) {
                    properties.push_back(fmt::format("line={}", finding.where.line));
                }
                if (finding.where.column > 0) {
                    properties.push_back(fmt::format("col={}", finding.where.column));
                }
            }
            const std::string& about = finding.title.empty() ? thing.name : finding.rule;
            properties.push_back("title=" +
                                 github_text(about == finding.subject
                                                 ? about
                                                 : fmt::format("{}: {}", about, finding.subject),
                                             true));
            const char* command = finding.level == Level::error     ? "error"
                                  : finding.level == Level::warning ? "warning"
                                                                    : "notice";
            out += fmt::format("::{} {}::{}\n", command, join(properties, ","),
                               github_text(whole(finding), false));
        }
    }
    return out;
}

std::string gitlab(const std::vector<CheckedThing>& things) {
    Json out = Json::array();
    std::map<std::string, std::size_t> alike;  // two of them must not have one fingerprint
    for (const CheckedThing& thing : things) {
        for (const Finding& finding : thing.findings) {
            const std::string place = finding.where.file.empty() ? thing.name : finding.where.file;
            std::string print = fmt::format("{}\n{}\n{}\n{}", thing.name, finding.rule,
                                            finding.subject, finding.message);
            if (const std::size_t before = alike[print]++) print += fmt::format("\n{}", before);
            out.push_back(
                {{"description", fmt::format("{}: {}", finding.subject, finding.message)},
                 {"check_name", finding.rule},
                 {"fingerprint", Sha1::of(print).str()},
                 {"severity", finding.level == Level::error     ? "major"
                              : finding.level == Level::warning ? "minor"
                                                                : "info"},
                 {"location",
                  {{"path", place},
                   {"lines", {{"begin", std::max<std::size_t>(finding.where.line, 1)}}}}}});
        }
    }
    return json_text(out);
}

std::string markdown(const std::string& title, const std::vector<CheckedThing>& things) {
    std::string out;
    for (const CheckedThing& thing : things) {
        out += fmt::format("## {}: {}\n\n", title, thing.name);
        if (thing.findings.empty()) {
            out += "Nothing was found.\n\n";
            continue;
        }
        out += "| | what | how |\n| --- | --- | --- |\n";
        for (const Finding& finding : thing.findings) {
            const std::string where =
                finding.where.file.empty() ? std::string() : finding.where.to_string() + ": ";
            out += fmt::format("| {} | {}{} | {} |\n", cell(finding.rule), cell(where),
                               cell(finding.subject), cell(whole(finding)));
        }
        out += '\n';
    }
    return out;
}

}  // namespace kedge::report
