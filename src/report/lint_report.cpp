// SPDX-License-Identifier: MIT
#include "report/lint_report.hpp"

#include <fmt/format.h>

#include "report/error_text.hpp"
#include "report/json_text.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

using lint::Severity;

Paint paint_of(Severity severity) {
    return severity == Severity::error     ? Paint::red
           : severity == Severity::warning ? Paint::yellow
                                           : Paint::blue;
}

void add_lines(std::string& out, std::string_view word, std::string_view text) {
    if (text.empty()) return;
    const std::string indent(word.size() + 4, ' ');
    std::string label = fmt::format("  {}: ", word);
    for (const std::string& line : split(text, '\n')) {
        out += label + line + "\n";
        label = indent;
    }
}

std::string finding_text(const lint::Finding& finding, const Style& style) {
    std::string out = fmt::format("{} {}: {}: {}\n",
                                  painted(style, paint_of(finding.severity),
                                          std::string(lint::severity_word(finding.severity)) + ":"),
                                  finding.where.to_string(), finding.rule->id, finding.message);
    out += source_excerpt(finding.where, finding.source_line, style);
    add_lines(out, "what happens", finding.effect);
    add_lines(out, "size", finding.estimate);
    add_lines(out, "instead", finding.recipe.empty() ? finding.rule->instead : finding.recipe);
    return out;
}

/// `2 errors, 1 warning`
std::string counts(const lint::LintResult& result) {
    std::vector<std::string> out;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
        const std::size_t n = result.count(severity);
        if (n == 0) continue;
        out.push_back(fmt::format("{} {}{}", n, lint::severity_word(severity), n == 1 ? "" : "s"));
    }
    return out.empty() ? "nothing was found" : join(out, ", ");
}

std::size_t allowed(const lint::LintResult& result) {
    std::size_t out = 0;
    for (const auto& thing : result.things) out += thing.allowed.size();
    return out;
}

Json finding_json(const lint::Finding& finding) {
    Json out;
    out["rule"] = finding.rule->id;
    out["severity"] = lint::severity_word(finding.severity);
    out["change"] = finding.change;
    out["subject"] = finding.subject;
    out["message"] = finding.message;
    out["file"] = finding.where.file;
    out["line"] = finding.where.line;
    out["column"] = finding.where.column;
    out["effect"] = finding.effect;
    out["estimate"] = finding.estimate;
    out["why"] = finding.rule->why;
    out["instead"] = finding.rule->instead;
    out["recipe"] = finding.recipe;
    out["link"] = finding.rule->link;
    if (!finding.allowed.empty()) out["allowed"] = finding.allowed;
    return out;
}

Finding::Level level_of(Severity severity) {
    return severity == Severity::error     ? Finding::Level::error
           : severity == Severity::warning ? Finding::Level::warning
                                           : Finding::Level::note;
}

}  // namespace

std::string lint_text(const lint::LintResult& result, const Style& style) {
    std::string out;
    for (const auto& thing : result.things) {
        for (const auto& finding : thing.findings) out += finding_text(finding, style);
    }
    const std::size_t n = result.things.size();
    out += fmt::format("{} linted: {}",
                       n == 1 ? std::string("1 change") : fmt::format("{} changes", n),
                       counts(result));
    if (const std::size_t excepted = allowed(result)) out += fmt::format("; {} allowed", excepted);
    return out + "\n";
}

std::string lint_json(const lint::LintResult& result) {
    Json out;
    out["changes"] = Json::array();
    out["findings"] = Json::array();
    out["allowed"] = Json::array();
    for (const auto& thing : result.things) {
        out["changes"].push_back(thing.name);
        for (const auto& finding : thing.findings) out["findings"].push_back(finding_json(finding));
        for (const auto& finding : thing.allowed) out["allowed"].push_back(finding_json(finding));
    }
    out["errors"] = result.count(Severity::error);
    out["warnings"] = result.count(Severity::warning);
    out["notes"] = result.count(Severity::note);
    return json_text(out);
}

std::vector<CheckedThing> lint_findings(const lint::LintResult& result) {
    std::vector<CheckedThing> out;
    for (const auto& thing : result.things) {
        CheckedThing& made = out.emplace_back();
        made.name = thing.name;
        for (const auto& finding : thing.findings) {
            Finding& item = made.findings.emplace_back();
            item.level = level_of(finding.severity);
            item.rule = finding.rule->id;
            item.subject = finding.subject;
            item.message = finding.message;
            std::vector<std::string> lines;
            if (!finding.effect.empty()) lines.push_back("what happens: " + finding.effect);
            if (!finding.estimate.empty()) lines.push_back("size: " + finding.estimate);
            lines.push_back("instead: " + (finding.recipe.empty()
                                               ? std::string(finding.rule->instead)
                                               : "\n" + finding.recipe));
            item.detail = join(lines, "\n");
            item.where = finding.where;
            item.title = finding.rule->title;
            item.link = finding.rule->link;
        }
    }
    return out;
}

}  // namespace kedge::report
