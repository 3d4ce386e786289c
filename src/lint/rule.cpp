// SPDX-License-Identifier: MIT
#include "lint/rule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "support/text.hpp"

namespace kedge::lint {
namespace {

constexpr std::array kSeverities = {Severity::off, Severity::note, Severity::warning,
                                    Severity::error};

}  // namespace

const char* severity_word(Severity severity) noexcept {
    switch (severity) {
        case Severity::off:
            return "off";
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
    }
    return "";
}

std::optional<Severity> severity_by_word(std::string_view word) noexcept {
    for (const Severity severity : kSeverities) {
        if (equals_ignoring_case(word, severity_word(severity))) return severity;
    }
    return std::nullopt;
}

std::optional<ServerVersion> ServerVersion::parse(std::string_view text) {
    ServerVersion out;
    std::string_view rest = trim(text);
    const std::string lower = to_lower_ascii(rest);
    for (const std::string_view product : {"mariadb", "mysql", "postgresql", "sqlite"}) {
        if (!lower.starts_with(product)) continue;
        out.is_mariadb = product == "mariadb";
        rest = trim(rest.substr(product.size()));
    }
    for (int* part : {&out.major, &out.minor, &out.patch}) {
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), *part);
        if (error != std::errc()) break;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        if (!rest.starts_with('.')) break;
        rest.remove_prefix(1);
    }
    if (to_lower_ascii(text).find("mariadb") != std::string::npos) out.is_mariadb = true;
    if (!out.is_known()) return std::nullopt;
    return out;
}

bool ServerVersion::at_least(int wanted_major, int wanted_minor, int wanted_patch) const noexcept {
    return !is_known() ||
           std::tie(major, minor, patch) >= std::tie(wanted_major, wanted_minor, wanted_patch);
}

const TableSize* LiveTables::size(const Name& table) const noexcept {
    const auto found = std::find_if(sizes.begin(), sizes.end(),
                                    [&](const auto& entry) { return entry.first.may_be(table); });
    return found == sizes.end() ? nullptr : &found->second;
}

const std::string* LiveTables::owner(const Name& table) const noexcept {
    const auto found = std::find_if(owners.begin(), owners.end(),
                                    [&](const auto& entry) { return entry.first.may_be(table); });
    return found == owners.end() ? nullptr : &found->second;
}

std::optional<std::string> Parameters::get(std::string_view key) const {
    const auto found = values_.find(key);
    if (found == values_.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Parameters::all(std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::string Scene::parameter(std::string_view key) const {
    const auto values = list(key);
    return values.empty() ? std::string() : values.back();
}

std::int64_t Scene::number(std::string_view key) const {
    const std::string text = parameter(key);
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

std::vector<std::string> Scene::list(std::string_view key) const {
    std::vector<std::string> out = parameters->all(key);
    if (!out.empty()) return out;
    for (const Parameter& parameter : rule->parameters) {
        if (parameter.key == key && !parameter.preset.empty()) out.emplace_back(parameter.preset);
    }
    return out;
}

}  // namespace kedge::lint
