// SPDX-License-Identifier: MIT
// Changes for lint to look at, from the texts of their scripts.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lint/lint.hpp"
#include "support/text.hpp"
#include "temp_folder.hpp"

namespace kedge::test {

using lint::ChangeFiles;
using lint::Finding;
using lint::Parameter;
using lint::Rule;
using lint::RuleSettings;
using lint::Sample;
using lint::Settings;

/// The settings for one rule, on, whatever it is by itself.
inline Settings settings_for(const Rule& rule, const Sample& sample) {
    Settings out;
    if (!sample.version.empty()) {
        const auto version = lint::ServerVersion::parse(sample.version);
        REQUIRE(version);
        out.version = *version;
    }
    RuleSettings& own = out.rules[std::string(rule.id)];
    own.severity = rule.severity;
    for (const std::string& line : split(sample.parameters, '\n')) {
        const std::size_t equals = line.find('=');
        if (equals == line.npos) continue;
        const std::string key(trim(std::string_view(line).substr(0, equals)));
        const bool is_known =
            std::any_of(rule.parameters.begin(), rule.parameters.end(),
                        [&](const Parameter& parameter) { return parameter.key == key; });
        CHECK_MESSAGE(is_known, rule.id, " has no parameter ", key);
        own.parameters.set(key, std::string(trim(std::string_view(line).substr(equals + 1))));
    }
    return out;
}

inline ChangeFiles write_change(const TempFolder& folder, const std::string& name,
                                std::string_view deploy, std::string_view revert,
                                std::string_view verify) {
    ChangeFiles out;
    out.name = name;
    const auto script = [&](const char* kind, script::Purpose purpose, std::string_view text) {
        script::Script made;
        made.path = folder / (name + "_" + kind + ".sql");
        made.purpose = purpose;
        if (text != lint::kNoScript) folder.write(name + "_" + kind + ".sql", text);
        return made;
    };
    out.deploy = script("deploy", script::Purpose::deploy, deploy);
    out.revert = script("revert", script::Purpose::revert, revert);
    out.verify = script("verify", script::Purpose::verify, verify);
    return out;
}

/// `orders 2000 alice`: a table, its rows and its owner, a line each.
inline lint::LiveTables live_tables(std::string_view text) {
    lint::LiveTables out;
    for (const std::string& line : split(text, '\n')) {
        const auto words = split(line, ' ');
        if (words.size() < 3) continue;
        const lint::Name name{{}, words[0]};
        out.sizes.push_back({name, {std::stoll(words[1]), 0}});
        out.owners.emplace_back(name, words[2]);
    }
    return out;
}

/// The findings of one rule in a sample.
inline std::vector<Finding> look(const Rule& rule, lint::Engine engine, const Sample& sample) {
    const TempFolder folder;
    const Settings settings = settings_for(rule, sample);
    const lint::LiveTables live = live_tables(sample.live);
    lint::AskTarget ask;
    if (!sample.refused.empty()) {
        ask = [&](const std::string&) {
            return std::optional(lint::DryRun{std::string(sample.refused), std::nullopt});
        };
    }
    lint::Linter linter(engine, settings, sample.live.empty() ? nullptr : &live, std::move(ask));
    if (!sample.earlier.empty())
        linter.pass(write_change(folder, "earlier", sample.earlier, "", ""), true);
    ChangeFiles change =
        write_change(folder, "change", sample.deploy, sample.revert, sample.verify);
    change.is_before = sample.is_before;
    std::vector<Finding> out = linter.look(change);
    std::erase_if(out, [&](const Finding& finding) { return finding.rule != &rule; });
    return out;
}

}  // namespace kedge::test
