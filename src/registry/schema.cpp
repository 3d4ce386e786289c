// SPDX-License-Identifier: MIT
#include "registry/schema.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::registry {

std::string RegistrySql::replace_clause(const std::vector<std::string>& key,
                                        const std::vector<std::string>& columns) const {
    std::vector<std::string> parts;
    for (const std::string& column : columns) {
        parts.push_back(fmt::format("{0} = excluded.{0}", column));
    }
    return fmt::format("ON CONFLICT ({}) DO UPDATE SET {}", join(key, ", "), join(parts, ", "));
}

}  // namespace kedge::registry
