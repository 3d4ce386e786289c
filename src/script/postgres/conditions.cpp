// SPDX-License-Identifier: MIT
#include "script/postgres/conditions.hpp"

#include <algorithm>
#include <string>

#include "support/text.hpp"

namespace kedge::script::postgres {

std::optional<bool> psql_boolean(std::string_view text) {
    const std::string word = to_lower_ascii(text);
    const auto starts = [&](std::string_view whole) {
        return !word.empty() && whole.substr(0, word.size()) == word;
    };
    if (starts("true") || starts("yes") || word == "on" || word == "1") return true;
    // A lone "o" could be either.
    if (starts("false") || starts("no") || word == "off" || word == "of" || word == "0") {
        return false;
    }
    return std::nullopt;
}

bool Conditions::active() const noexcept {
    return branches_.empty() || (branches_.back().reachable && branches_.back().running);
}

bool Conditions::wants_condition() const noexcept {
    return !branches_.empty() && branches_.back().reachable && !branches_.back().taken &&
           !branches_.back().in_else;
}

bool Conditions::certain() const noexcept {
    return std::none_of(branches_.begin(), branches_.end(),
                        [](const Branch& branch) { return branch.unknown; });
}

void Conditions::begin(std::optional<bool> condition, std::size_t line) {
    const bool reachable = active();
    branches_.push_back({line, reachable, condition.value_or(false), condition.value_or(true),
                         false, !condition && reachable});
}

Conditions::Problem Conditions::otherwise_if(std::optional<bool> condition) {
    if (branches_.empty()) return "\\elif without \\if";
    Branch& branch = branches_.back();
    if (branch.in_else) return "\\elif after \\else";
    branch.running = !branch.taken && condition.value_or(true);
    branch.taken = branch.taken || (branch.running && condition);
    if (!condition && branch.reachable) branch.unknown = true;
    return {};
}

Conditions::Problem Conditions::otherwise() {
    if (branches_.empty()) return "\\else without \\if";
    Branch& branch = branches_.back();
    if (branch.in_else) return "\\else after \\else";
    branch.in_else = true;
    branch.running = !branch.taken;
    branch.taken = true;
    return {};
}

Conditions::Problem Conditions::end() {
    if (branches_.empty()) return "\\endif without \\if";
    branches_.pop_back();
    return {};
}

std::optional<std::size_t> Conditions::open_since() const noexcept {
    return branches_.empty() ? std::nullopt : std::optional(branches_.back().line);
}

}  // namespace kedge::script::postgres
