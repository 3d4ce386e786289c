// SPDX-License-Identifier: MIT
// Every rule of the table speaks of its own examples, and of none of those that are close to them.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lint/lint.hpp"
#include "lint/rules/table.hpp"
#include "support/text.hpp"
#include "temp_folder.hpp"

namespace {

using namespace kedge::lint;

/// The settings for one rule, on, whatever it is by itself.
Settings settings_for(const Rule& rule, const Sample& sample) {
    Settings out;
    if (!sample.version.empty()) {
        const auto version = ServerVersion::parse(sample.version);
        REQUIRE(version);
        out.version = *version;
    }
    RuleSettings& own = out.rules[std::string(rule.id)];
    own.severity = rule.severity;
    for (const std::string& line : kedge::split(sample.parameters, '\n')) {
        const std::size_t equals = line.find('=');
        if (equals == line.npos) continue;
        const std::string key(kedge::trim(std::string_view(line).substr(0, equals)));
        const bool is_known =
            std::any_of(rule.parameters.begin(), rule.parameters.end(),
                        [&](const Parameter& parameter) { return parameter.key == key; });
        CHECK_MESSAGE(is_known, rule.id, " has no parameter ", key);
        own.parameters.set(key,
                           std::string(kedge::trim(std::string_view(line).substr(equals + 1))));
    }
    return out;
}

ChangeFiles write_change(const kedge::test::TempFolder& folder, const std::string& name,
                         std::string_view deploy, std::string_view revert,
                         std::string_view verify) {
    ChangeFiles out;
    out.name = name;
    const auto script = [&](const char* kind, kedge::script::Purpose purpose,
                            std::string_view text) {
        kedge::script::Script made;
        made.path = folder / (name + "_" + kind + ".sql");
        made.purpose = purpose;
        if (text != kNoScript) folder.write(name + "_" + kind + ".sql", text);
        return made;
    };
    out.deploy = script("deploy", kedge::script::Purpose::deploy, deploy);
    out.revert = script("revert", kedge::script::Purpose::revert, revert);
    out.verify = script("verify", kedge::script::Purpose::verify, verify);
    return out;
}

/// The findings of one rule in a sample.
std::vector<Finding> look(const Rule& rule, Engine engine, const Sample& sample) {
    const kedge::test::TempFolder folder;
    const Settings settings = settings_for(rule, sample);
    Linter linter(engine, settings, nullptr);
    if (!sample.earlier.empty())
        linter.pass(write_change(folder, "earlier", sample.earlier, "", ""));
    std::vector<Finding> out =
        linter.look(write_change(folder, "change", sample.deploy, sample.revert, sample.verify));
    std::erase_if(out, [&](const Finding& finding) { return finding.rule != &rule; });
    return out;
}

/// The engines that have a reader.
std::vector<Engine> engines() {
    std::vector<Engine> out;
    for (const Engine engine : {Engine::pg, Engine::mysql, Engine::sqlite}) {
        try {
            static_cast<void>(make_reader(engine));
            out.push_back(engine);
        } catch (const kedge::Failure&) {
            continue;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("each lint rule speaks of its examples and is silent about what is close to them") {
    for (const Engine engine : engines()) {
        for (const Rule& rule : all_rules()) {
            for (const Example& example : rule.examples) {
                if (example.engine != engine) continue;
                CAPTURE(rule.id);
                CAPTURE(engine_name(engine));
                CAPTURE(example.triggers.deploy);
                const auto found = look(rule, engine, example.triggers);
                CHECK_FALSE(found.empty());
                for (const Finding& finding : found) {
                    CHECK_FALSE(finding.subject.empty());
                    CHECK_FALSE(finding.message.empty());
                    CHECK_FALSE(finding.where.file.empty());
                }
                CAPTURE(example.near_miss.deploy);
                const auto near = look(rule, engine, example.near_miss);
                CHECK_MESSAGE(near.empty(), (near.empty() ? "" : near.front().message));
            }
        }
    }
}

TEST_CASE("each lint rule has what the manual says of it, and an example for each of its engines") {
    std::set<std::string_view> ids;
    for (const Rule& rule : all_rules()) {
        CAPTURE(rule.id);
        CHECK(ids.insert(rule.id).second);
        CHECK(std::all_of(rule.id.begin(), rule.id.end(),
                          [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }));
        const bool has_check = rule.check != nullptr;
        CHECK(has_check);
        CHECK(rule.severity != Severity::off);
        CHECK_FALSE(rule.title.empty());
        CHECK(rule.why.ends_with('.'));
        CHECK(rule.instead.ends_with('.'));
        CHECK(rule.link.starts_with("https://"));
        for (const Engine engine : {Engine::pg, Engine::mysql, Engine::sqlite}) {
            CAPTURE(engine_name(engine));
            const bool has_example =
                std::any_of(rule.examples.begin(), rule.examples.end(),
                            [&](const Example& example) { return example.engine == engine; });
            CHECK(has_example == rule.engines.has(engine));
        }
    }
}
