// SPDX-License-Identifier: MIT
#include "report/ci_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/json_text.hpp"
#include "support/clock.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

using Outcome = CiStep::Outcome;

const char* word(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "ok";
        case Outcome::failed:
            return "not ok";
        case Outcome::skipped:
            return "skipped";
    }
    return "";
}

Paint paint(Outcome outcome) {
    return outcome == Outcome::passed   ? Paint::green
           : outcome == Outcome::failed ? Paint::red
                                        : Paint::yellow;
}

}  // namespace

bool CiResult::has_passed() const {
    return std::none_of(steps.begin(), steps.end(),
                        [](const CiStep& step) { return step.outcome == Outcome::failed; });
}

std::vector<CheckedThing> CiResult::things() const {
    std::vector<CheckedThing> out;
    for (const CiStep& step : steps) {
        for (CheckedThing thing : step.things) {
            thing.name = step.name + ": " + thing.name;
            out.push_back(std::move(thing));
        }
    }
    return out;
}

std::string ci_text(const CiResult& result, const Style& style) {
    std::size_t widest = 0;
    for (const CiStep& step : result.steps) widest = std::max(widest, step.name.size());
    std::string out;
    for (const CiStep& step : result.steps) {
        if (step.outcome == Outcome::failed || step.is_shown) out += step.text;
    }
    if (!out.empty()) out += "\n";
    for (const CiStep& step : result.steps) {
        out += fmt::format("{} {:.<{}} {}", step.name, "", widest + 2 - step.name.size(),
                           painted(style, paint(step.outcome), word(step.outcome)));
        if (!step.summary.empty()) out += fmt::format(" ({})", step.summary);
        if (step.outcome != Outcome::skipped) {
            out += fmt::format(" {}", format_elapsed(step.elapsed));
        }
        out += "\n";
    }
    return out;
}

std::string ci_json(const CiResult& result) {
    Json out;
    out["target"] = result.target;
    out["outcome"] = result.has_passed() ? "passed" : "failed";
    out["steps"] = Json::array();
    for (const CiStep& step : result.steps) {
        Json one = {{"name", step.name},
                    {"outcome", step.outcome == Outcome::passed   ? "passed"
                                : step.outcome == Outcome::failed ? "failed"
                                                                  : "skipped"},
                    {"summary", step.summary},
                    {"elapsed_us", step.elapsed.count()}};
        if (!step.json.empty()) one["report"] = Json::parse(step.json);
        out["steps"].push_back(std::move(one));
    }
    return json_text(out);
}

std::string ci_markdown(const CiResult& result) {
    std::string out =
        fmt::format("# kedge ci: {}\n\n| check | outcome | | time |\n|---|---|---|--:|\n",
                    result.has_passed() ? "passed" : "failed");
    for (const CiStep& step : result.steps) {
        out += fmt::format("| {} | {} | {} | {} |\n", step.name, word(step.outcome),
                           replace_all(step.summary, "|", "\\|"), format_elapsed(step.elapsed));
    }
    std::vector<CheckedThing> found = result.things();
    std::erase_if(found, [](const CheckedThing& thing) { return thing.findings.empty(); });
    if (!found.empty()) out += "\n" + markdown("Findings", found);
    return out;
}

}  // namespace kedge::report
