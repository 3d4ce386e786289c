// SPDX-License-Identifier: MIT
#include "schema/sql/pieces.hpp"

#include <fmt/format.h>

namespace kedge::schema::sql {

std::string value(const Attributes& attributes, std::string_view name) {
    const std::string* found = find(attributes, name);
    return found != nullptr ? *found : std::string();
}

bool has(const Attributes& attributes, std::string_view name) {
    return find(attributes, name) != nullptr;
}

std::string clause(const Attributes& attributes, std::string_view name, std::string_view before,
                   std::string_view after) {
    const std::string* found = find(attributes, name);
    return found != nullptr ? fmt::format("{}{}{}", before, *found, after) : std::string();
}

bool differ_only_in(const Attributes& a, const Attributes& b, std::string_view attribute) {
    const auto without = [&](Attributes attributes) {
        std::erase_if(attributes, [&](const Attribute& one) { return one.name == attribute; });
        return attributes;
    };
    return a != b && without(a) == without(b);
}

std::string in_lines(const std::vector<SqlStatement>& statements) {
    std::string out;
    for (const SqlStatement& one : statements) {
        if (!one.loses.empty()) out += fmt::format("-- loses {}\n", one.loses);
        out += one.sql + ";\n";
    }
    return out;
}

}  // namespace kedge::schema::sql
