// SPDX-License-Identifier: MIT
#include "report/drift_report.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "report/difference_text.hpp"
#include "report/json_text.hpp"

namespace kedge::report {
namespace {

using Outcome = migrate::DriftResult::Outcome;
using schema::Difference;

Json difference_json(const Difference& difference) {
    Json out = {{"verdict", schema::to_string(difference.verdict)},
                {"object", {{"kind", difference.object.kind}, {"name", difference.object.name}}}};
    if (!difference.part_kind.empty()) {
        out["part"] = {{"kind", difference.part_kind}, {"name", difference.part}};
    }
    if (!difference.attribute.empty()) out["attribute"] = difference.attribute;
    if (difference.expected) out["expected"] = *difference.expected;
    if (difference.actual) out["actual"] = *difference.actual;
    return out;
}

Json unread_json(const std::vector<schema::Unread>& unread) {
    Json out = Json::array();
    for (const schema::Unread& one : unread) {
        out.push_back({{"what", one.what}, {"why", one.why}});
    }
    return out;
}

std::string counted(std::size_t number, const char* one, const char* many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
}

}  // namespace

Json differences_json(const std::vector<Difference>& differences) {
    Json out = Json::array();
    for (const Difference& difference : differences) out.push_back(difference_json(difference));
    return out;
}

std::string drift_text(const migrate::DriftResult& result, const Style& style) {
    const Paint paint = result.outcome == Outcome::in_sync ? Paint::green : Paint::yellow;
    std::string out = fmt::format("{}: {}", result.target,
                                  painted(style, paint, migrate::to_string(result.outcome)));
    if (!result.against.empty()) {
        out += (result.outcome == Outcome::drifted ? " from " : " with ") + result.against;
    }
    out += '\n';
    out += difference_text(result.differences, style);
    for (const schema::Unread& one : result.unread) {
        out += fmt::format("not read   {}: {}\n", one.what, one.why);
    }
    std::map<std::string, std::size_t> ignored;
    for (const auto& one : result.ignored) ++ignored[one.reason];
    for (const auto& [reason, count] : ignored) {
        out += fmt::format("left out   {} ({})\n", counted(count, "difference", "differences"),
                           reason);
    }
    return out;
}

std::string drift_json(const migrate::DriftResult& result) {
    Json out = {{"target", result.target},
                {"outcome", migrate::to_string(result.outcome)},
                {"against", result.against},
                {"objects", result.objects},
                {"differences", differences_json(result.differences)}};
    Json ignored = Json::array();
    for (const auto& one : result.ignored) {
        Json json = difference_json(one.difference);
        json["reason"] = one.reason;
        ignored.push_back(std::move(json));
    }
    out["ignored"] = std::move(ignored);
    out["unread"] = unread_json(result.unread);
    return json_text(out);
}

CheckedThing drift_findings(const migrate::DriftResult& result) {
    CheckedThing out{result.target, {}};
    for (const Difference& difference : result.differences) {
        Finding& finding = out.findings.emplace_back();
        finding.rule = fmt::format("drift-{}", schema::to_string(difference.verdict));
        finding.subject = difference.subject();
        // In one line what there is a line for; values of several lines go below it.
        std::string text = difference_text({difference}, {});
        text.erase(0, text.find(finding.subject));
        const std::size_t line = text.find('\n');
        finding.message =
            fmt::format("{}: {}", schema::to_string(difference.verdict), text.substr(0, line));
        if (line != std::string::npos) finding.detail = text.substr(line + 1);
    }
    for (const schema::Unread& one : result.unread) {
        out.findings.push_back({Finding::Level::error,
                                "drift-unknown",
                                one.what,
                                fmt::format("not read: {}", one.why),
                                {},
                                {}});
    }
    return out;
}

std::string baseline_json(const std::string& target, const migrate::BaselineResult& result) {
    return json_text({{"target", target},
                      {"objects", result.objects},
                      {"first", result.was_first},
                      {"accepted", differences_json(result.accepted)},
                      {"unread", unread_json(result.unread)}});
}

}  // namespace kedge::report
