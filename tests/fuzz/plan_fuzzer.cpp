// SPDX-License-Identifier: MIT
// Any bytes as a plan file. Reading may end in a Failure and in nothing else. A plan that reads
// must agree with itself, and what is added to it must not disturb what was there.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plan/edit.hpp"
#include "plan/plan.hpp"
#include "require.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

using kedge::Failure;
using kedge::plan::Change;
using kedge::plan::Edited;
using kedge::plan::NewChange;
using kedge::plan::Plan;
using kedge::plan::Signature;

namespace {

// Plans of many changes take long and teach no more than short ones.
constexpr std::size_t kMostChanges = 24;

const Signature& signature() {
    static const Signature by{"Ada Lovelace", "ada@example.com",
                              kedge::Timestamp(std::chrono::seconds(1388534400))};
    return by;
}

std::optional<Plan> parse(std::string text) {
    try {
        return Plan::parse(std::move(text), "fuzz.plan");
    } catch (const Failure& failure) {
        REQUIRE(failure.error().kind == kedge::ErrorKind::configuration);
        REQUIRE(!failure.error().message.empty());
        REQUIRE(failure.error().where.line > 0);
        return std::nullopt;
    }
}

void check_changes(const Plan& plan) {
    for (std::size_t i = 0; i < std::min(plan.changes().size(), kMostChanges); ++i) {
        const Change& change = plan.changes()[i];
        REQUIRE(plan.find_id(change.id.view()) == i);
        REQUIRE(plan.find(change.id.view()) == i);
        REQUIRE(plan.get(change.id.view()) == i);
        REQUIRE(!plan.change_info(i).empty());
        REQUIRE(plan.has_change(change.name));
        REQUIRE(plan.name_with_tags(i).starts_with(change.name));
        REQUIRE(plan.find(plan.tag_qualified_name(i)) == i);
        REQUIRE(plan.rework_tags(i).empty() != change.is_reworked());
        const bool alone = !change.is_reworked() && change.previous == kedge::plan::kNone;
        try {
            REQUIRE(plan.find(change.name) == i);
            REQUIRE(alone);
        } catch (const Failure& failure) {
            REQUIRE(failure.error().kind == kedge::ErrorKind::usage);
            REQUIRE(!alone);
        }
        const std::string id = change.id.str();
        REQUIRE(plan.find(id + "^") == (i > 0 ? std::optional(i - 1) : std::nullopt));
        REQUIRE(plan.find("@ROOT~" + std::to_string(i)) == i);
        REQUIRE(!plan.find("@HEAD~"));
    }
}

void check_tags(const Plan& plan) {
    for (std::size_t i = 0; i < std::min(plan.tags().size(), kMostChanges); ++i) {
        const kedge::plan::Tag& tag = plan.tags()[i];
        REQUIRE(plan.find_tag(tag.name) == i);
        REQUIRE(plan.find("@" + std::string(tag.name)) == tag.change);
        REQUIRE(plan.find(tag.id.view()) == tag.change);
        REQUIRE(!plan.tag_info(i).empty());
    }
}

/// The edited text reads, and every id that the plan had is still there, in the same order.
Plan check_edit(const Plan& before, const Edited& edit, std::size_t more_changes) {
    auto after = parse(edit.text);
    REQUIRE(after.has_value());
    REQUIRE(after->changes().size() == before.changes().size() + more_changes);
    for (std::size_t i = 0; i < before.changes().size(); ++i) {
        REQUIRE(after->changes()[i].id == before.changes()[i].id);
    }
    for (const kedge::plan::Tag& tag : before.tags()) {
        const auto same = after->find_tag(tag.name);
        REQUIRE(same && after->tags()[*same].id == tag.id);
    }
    return std::move(*after);
}

void check_additions(const Plan& plan, const std::string& note) {
    NewChange change;
    change.name = "kedge_fuzz";
    while (plan.has_change(change.name)) change.name += '_';
    change.note = kedge::find_invalid_utf8(note) ? "a note" : note;
    try {
        if (!plan.changes().empty()) change.required.emplace_back(plan.changes().front().name);
        const Plan grown = check_edit(plan, add_change(plan, change, signature()), 1);
        const Change& last = grown.changes().back();
        const bool ascii = std::all_of(change.note.begin(), change.note.end(),
                                       [](char c) { return static_cast<signed char>(c) >= 0; });
        if (ascii) REQUIRE(last.note == kedge::trim(change.note));
    } catch (const Failure& failure) {
        // A name that a list of dependencies can't hold.
        REQUIRE(failure.error().kind == kedge::ErrorKind::usage);
        REQUIRE(!change.required.empty() && change.required[0].find(']') != std::string::npos);
    }
    if (plan.changes().empty()) return;
    std::string tag = "kedge_tag";
    while (plan.find_tag(tag)) tag += '_';
    check_edit(plan, add_tag(plan, tag, std::nullopt, change.note, signature()), 0);
    const std::string first = plan.changes().front().id.str();
    check_edit(plan, add_tag(plan, tag, first, {}, signature()), 0);
    NewChange again;
    again.name = std::string(plan.changes().back().name);
    try {
        check_edit(plan, rework_change(plan, again, signature()), 1);
    } catch (const Failure& failure) {
        REQUIRE(failure.error().kind == kedge::ErrorKind::usage);
    }
    REQUIRE(slice(plan, 0, plan.changes().size() - 1) == plan.text());
    parse(slice(plan, 0, 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::optional<Plan> plan = parse(text);
    if (!plan) return 0;
    REQUIRE(plan->text() == text);
    check_changes(*plan);
    check_tags(*plan);
    check_additions(*plan, text.substr(size / 2));
    return 0;
}
