// SPDX-License-Identifier: MIT
#include "script/postgres/variables.hpp"

#include <algorithm>
#include <utility>

#include "script/postgres/own_variables.hpp"

namespace kedge::script::postgres {

Variables::Variables(const std::map<std::string, std::string>& given) {
    for (const auto& [name, value] : own_variables()) values_[name] = value;
    for (const auto& [name, value] : given) values_[name] = value;
}

std::optional<std::string> Variables::find(std::string_view name) {
    const bool by_prefix =
        std::any_of(unknown_prefixes_.begin(), unknown_prefixes_.end(),
                    [&](const std::string& prefix) { return name.starts_with(prefix); });
    if (unknown_.contains(name) || by_prefix) {
        met_unknown_ = true;
        return std::nullopt;
    }
    const auto hit = values_.find(name);
    return hit == values_.end() ? std::nullopt : std::optional(hit->second);
}

void Variables::set(const std::string& name, std::string value) {
    unknown_.erase(name);
    values_[name] = std::move(value);
}

void Variables::unset(const std::string& name) {
    unknown_.erase(name);
    if (auto value = after_unset(name)) {
        values_[name] = std::move(*value);
    } else {
        values_.erase(name);
    }
}

void Variables::make_unknown(const std::string& name) {
    unknown_.insert(name);
}

bool Variables::is_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || static_cast<unsigned char>(c) >= 0x80;
    });
}

bool Variables::is_of_last_statement(std::string_view name) noexcept {
    return name == "ROW_COUNT" || name == "SQLSTATE" || name == "ERROR" ||
           name == "LAST_ERROR_MESSAGE" || name == "LAST_ERROR_SQLSTATE";
}

}  // namespace kedge::script::postgres
