// SPDX-License-Identifier: MIT
#include "lint/settings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lint/rules/table.hpp"
#include "support/text.hpp"

namespace kedge::lint {
namespace {

[[noreturn]] void refuse(const project::ConfigSetting& setting, std::string message,
                         std::string hint) {
    Failure failure(ErrorKind::configuration, std::move(message), std::move(hint));
    failure.error().where = setting.where(setting.values.empty() ? 0 : setting.values.size() - 1);
    throw failure;
}

std::string last_text(const project::ConfigSetting& setting) {
    return setting.values.empty() ? std::string() : setting.values.back().text.value_or("");
}

const Rule& rule_of(const project::ConfigSetting& setting) {
    const Rule* rule = find_rule(setting.subsection);
    if (rule != nullptr) return *rule;
    std::vector<std::string> known;
    for (const Rule& each : all_rules()) known.emplace_back(each.id);
    refuse(setting,
           fmt::format("there is no lint rule \"{}\"{}", setting.subsection,
                       did_you_mean(setting.subsection, known)),
           "kedge lint --rules lists them");
}

void read_rule(const project::ConfigSetting& setting, Settings& out) {
    const Rule& rule = rule_of(setting);
    RuleSettings& settings = out.rules[std::string(rule.id)];
    const std::string name = to_lower_ascii(setting.name);
    if (name == "severity") {
        settings.severity = severity_by_word(last_text(setting));
        if (!settings.severity) {
            refuse(setting, fmt::format("\"{}\" is no severity", last_text(setting)),
                   "there are: error, warning, note, off");
        }
        return;
    }
    std::vector<std::string> known = {"severity"};
    for (const Parameter& parameter : rule.parameters) known.emplace_back(parameter.key);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
        refuse(setting,
               fmt::format("the lint rule {} has no parameter \"{}\"{}", rule.id, setting.name,
                           did_you_mean(name, known)),
               "it has: " + join(known, ", "));
    }
    for (const auto& value : setting.values) settings.parameters.set(name, value.text.value_or(""));
}

}  // namespace

Settings Settings::read(const project::Config& config) {
    Settings out;
    for (const project::ConfigSetting& setting : config.get_regex("^lint[.]")) {
        if (setting.has_subsection) {
            read_rule(setting, out);
            continue;
        }
        static const std::array<std::string, 3> known = {"server", "large_rows", "large_bytes"};
        const std::string name = to_lower_ascii(setting.name);
        if (name == "server") {
            const auto version = ServerVersion::parse(last_text(setting));
            if (!version) {
                refuse(setting, fmt::format("\"{}\" is no server's version", last_text(setting)),
                       "write it as in: 15.4, or mariadb 10.11");
            }
            out.version = *version;
        } else if (name == "large_rows") {
            out.large_rows = config.get_int(setting.key).value_or(out.large_rows);
        } else if (name == "large_bytes") {
            out.large_bytes = config.get_int(setting.key).value_or(out.large_bytes);
        } else {
            refuse(
                setting,
                fmt::format("unknown setting lint.{}{}", setting.name, did_you_mean(name, known)),
                "there are: " + join(known, ", "));
        }
    }
    return out;
}

Severity Settings::severity(const Rule& rule) const {
    const auto found = rules.find(rule.id);
    // Whoever sets anything of a rule wants it.
    if (found != rules.end()) return found->second.severity.value_or(rule.severity);
    return rule.is_on ? rule.severity : Severity::off;
}

const Parameters& Settings::parameters(const Rule& rule) const {
    static const Parameters none;
    const auto found = rules.find(rule.id);
    return found == rules.end() ? none : found->second.parameters;
}

}  // namespace kedge::lint
