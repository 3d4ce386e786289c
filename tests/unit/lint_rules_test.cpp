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
#include "lint_samples.hpp"

namespace {

using namespace kedge::lint;
using kedge::test::look;

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
