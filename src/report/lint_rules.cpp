// SPDX-License-Identifier: MIT
// The table of lint rules, for people, for programs and as a page of the manual.
#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "report/json_text.hpp"
#include "report/lint_report.hpp"
#include "support/text.hpp"

namespace kedge::report {
namespace {

constexpr lint::Engine kEngines[] = {lint::Engine::pg, lint::Engine::mysql, lint::Engine::sqlite};

const char* product(lint::Engine engine) {
    switch (engine) {
        case lint::Engine::pg:
            return "PostgreSQL";
        case lint::Engine::mysql:
            return "MySQL and MariaDB";
        case lint::Engine::sqlite:
            return "SQLite";
    }
    return "";
}

std::vector<std::string> engine_words(const lint::Rule& rule) {
    std::vector<std::string> out;
    for (const lint::Engine engine : kEngines) {
        if (rule.engines.has(engine)) out.emplace_back(lint::engine_name(engine));
    }
    return out;
}

/// A page is UTF-8, and some examples aren't.
std::string with_bytes_named(std::string_view text) {
    constexpr unsigned char kAscii = 0x80;
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < kAscii ? std::string(1, c) : fmt::format("<{:02X}>", byte);
    }
    return out;
}

/// Text for mdoc: backslashes, and what would be a macro or a request at the beginning of a line.
std::string roff(std::string_view text) {
    std::string out;
    for (const std::string& line : split(text, '\n')) {
        std::string escaped = replace_all(replace_all(line, "\\", "\\e"), "-", "\\-");
        if (find_invalid_utf8(line)) escaped = with_bytes_named(escaped);
        if (escaped.starts_with('.') || escaped.starts_with('\'')) escaped = "\\&" + escaped;
        out += (escaped.empty() ? std::string("\\&") : escaped) + "\n";
    }
    return out;
}

/// A new sentence begins on a new line.
std::string sentences(std::string_view text) {
    return roff(replace_all(text, ". ", ".\n"));
}

std::string sample(std::string_view word, const lint::Sample& sample) {
    std::string out = fmt::format("{}:\n.Bd -literal -offset indent\n", word);
    if (!sample.earlier.empty()) {
        out += roff("-- in an earlier change") + roff(sample.earlier) + "\\&\n";
    }
    if (!sample.version.empty()) out += roff(fmt::format("-- server {}", sample.version));
    const std::string parameters = replace_all(trim(sample.parameters), "\n", fmt::format("\n-- "));
    if (!parameters.empty()) out += roff("-- " + parameters);
    out += roff(sample.deploy.empty() ? "-- an empty script" : sample.deploy);
    for (const auto& [kind, text] :
         {std::pair("revert", sample.revert), std::pair("verify", sample.verify)}) {
        if (text.empty()) continue;
        out += text == lint::kNoScript
                   ? roff(fmt::format("-- there is no {} script", kind))
                   : "\\&\n" + roff(fmt::format("-- in the {} script", kind)) + roff(text);
    }
    return out + ".Ed\n";
}

std::string rule_manual(const lint::Rule& rule) {
    std::string out = fmt::format(
        ".Ss {}\n{}, {}{}.\n.Pp\n", rule.id, lint::severity_word(rule.severity),
        join(engine_words(rule), ", "), rule.is_on ? "" : ", off unless it is configured");
    std::string title(rule.title);
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    out += fmt::format("{}.\n", trim(roff(title)));
    out += sentences(rule.why);
    if (rule.by_size) out += "With a target, the size of the table decides how bad it is.\n";
    out += ".Pp\nInstead: " + sentences(rule.instead);
    if (!rule.parameters.empty()) {
        out += ".Bl -tag -width Ds\n";
        for (const lint::Parameter& parameter : rule.parameters) {
            out += fmt::format(".It Li {}\n{}", parameter.key, sentences(parameter.meaning));
            if (!parameter.preset.empty()) {
                out += fmt::format("By default\n.Ql {} .\n", trim(roff(parameter.preset)));
            }
        }
        out += ".El\n";
    }
    out += ".Pp\n";
    for (const lint::Example& example : rule.examples) {
        out += fmt::format("{}, ", product(example.engine)) + sample("found", example.triggers);
        out += sample("Not found", example.near_miss);
    }
    return out + fmt::format(".Lk {}\n", rule.link);
}

}  // namespace

std::string lint_rules_text(const lint::Settings& settings, const Style& style) {
    std::string out;
    for (const lint::RuleGroup& group : lint::rule_groups()) {
        std::string lines;
        for (const lint::Rule& rule : group.rules()) {
            lines += fmt::format("  {:<36} {:<8} {:<17} {}\n", rule.id,
                                 lint::severity_word(settings.severity(rule)),
                                 join(engine_words(rule), " "), rule.title);
        }
        if (!lines.empty()) out += painted(style, Paint::bold, group.title) + "\n" + lines;
    }
    return out;
}

std::string lint_rules_json(const lint::Settings& settings) {
    Json out = Json::array();
    for (const lint::Rule& rule : lint::all_rules()) {
        Json parameters = Json::array();
        for (const lint::Parameter& parameter : rule.parameters) {
            parameters.push_back({{"key", parameter.key},
                                  {"preset", parameter.preset},
                                  {"meaning", parameter.meaning}});
        }
        out.push_back({{"id", rule.id},
                       {"severity", lint::severity_word(settings.severity(rule))},
                       {"engines", engine_words(rule)},
                       {"title", rule.title},
                       {"why", rule.why},
                       {"instead", rule.instead},
                       {"link", rule.link},
                       {"parameters", parameters}});
    }
    return json_text(out);
}

std::string lint_rules_manual() {
    std::string out =
        ".\\\" SPDX-License-Identifier: MIT\n"
        ".\\\" Made by: kedge lint --rules --format man\n"
        ".Dd November 27, 2026\n.Dt KEDGE-LINT 7\n.Os\n.Sh NAME\n.Nm kedge-lint\n"
        ".Nd the rules of kedge lint\n.Sh DESCRIPTION\n"
        "Each rule of\n.Xr kedge-lint 1\n"
        "with its severity and engines, why it matters, what to do instead, and a script that it\n"
        "speaks of beside one that is close and well.\n";
    for (const lint::RuleGroup& group : lint::rule_groups()) {
        std::string rules;
        for (const lint::Rule& rule : group.rules()) rules += rule_manual(rule);
        if (rules.empty()) continue;
        out += fmt::format(".Sh {}\n{}", to_upper_ascii(group.title), rules);
    }
    return out + ".Sh SEE ALSO\n.Xr kedge-lint 1\n";
}

}  // namespace kedge::report
