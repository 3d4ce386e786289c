// SPDX-License-Identifier: MIT
#include "lint/rules/types.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace kedge::lint {
namespace {

/// Bytes of whole numbers.
std::optional<int> integer_size(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, int>, 8> kSizes = {{
        {"tinyint", 1},
        {"smallint", 2},
        {"mediumint", 3},
        {"int", 4},
        {"integer", 4},
        {"bigint", 8},
        {"serial", 4},
        {"bigserial", 8},
    }};
    for (const auto& [known, size] : kSizes) {
        if (known == name) return size;
    }
    return std::nullopt;
}

constexpr long kUnlimited = std::numeric_limits<long>::max();

/// The most characters that text of the type can have.
std::optional<long> text_length(const DataType& type) {
    if (type.name == "text" || type.name == "longtext") return kUnlimited;
    if (type.name == "varchar") {
        return type.modifiers.empty() ? kUnlimited : type.modifiers.front();
    }
    if (type.name == "char") return type.modifiers.empty() ? 1 : type.modifiers.front();
    return std::nullopt;
}

struct Digits {
    long before = kUnlimited;
    long after = kUnlimited;
};

std::optional<Digits> digits(const DataType& type) {
    if (type.name != "numeric" && type.name != "decimal") return std::nullopt;
    if (type.modifiers.empty()) return Digits{};
    const long scale = type.modifiers.size() > 1 ? type.modifiers[1] : 0;
    return Digits{type.modifiers.front() - scale, scale};
}

}  // namespace

bool is_narrower(const DataType& from, const DataType& to) {
    if (from.is_array != to.is_array) return false;
    const auto old_size = integer_size(from.name);
    const auto new_size = integer_size(to.name);
    if (old_size && new_size) return *new_size < *old_size;
    const auto old_length = text_length(from);
    const auto new_length = text_length(to);
    if (old_length && new_length) return *new_length < *old_length;
    const auto old_digits = digits(from);
    const auto new_digits = digits(to);
    if (old_digits && new_digits) {
        return new_digits->before < old_digits->before || new_digits->after < old_digits->after;
    }
    return false;
}

bool is_binary_coercible(const DataType& from, const DataType& to) {
    if (from.is_array != to.is_array) return false;
    if (from.text == to.text) return true;
    const bool from_text = from.name == "varchar" || from.name == "text";
    const bool to_text = to.name == "varchar" || to.name == "text";
    if (from_text && to_text) return *text_length(to) >= *text_length(from);
    const auto old_digits = digits(from);
    const auto new_digits = digits(to);
    if (old_digits && new_digits) {
        const bool same_scale = new_digits->after == old_digits->after || to.modifiers.empty();
        return same_scale && new_digits->before >= old_digits->before;
    }
    const auto precision = [](const DataType& type) {
        constexpr long kMost = 6;
        return type.modifiers.empty() ? kMost : type.modifiers.front();
    };
    constexpr std::array<std::string_view, 5> kTimes = {"timestamp", "timestamptz", "time",
                                                        "timetz", "interval"};
    const bool is_time = std::find(kTimes.begin(), kTimes.end(), from.name) != kTimes.end();
    if (is_time && from.name == to.name) return precision(to) >= precision(from);
    if (from.name == "bit varying" && to.name == from.name) {
        return to.modifiers.empty() ||
               (!from.modifiers.empty() && to.modifiers.front() >= from.modifiers.front());
    }
    return from.name == "cidr" && to.name == "inet";
}

}  // namespace kedge::lint
