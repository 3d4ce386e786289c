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

std::vector<std::string> own_names() {
    return {"kedge_journal", "kedge_resolutions", "kedge_states", "kedge_state_items",
            "kedge_objects"};
}

std::vector<std::string> registry_names(std::string_view prefix) {
    std::vector<std::string> out = own_names();
    for (const std::string_view name :
         {"releases", "projects", "changes", "tags", "dependencies", "events", "checkit"}) {
        out.push_back(std::string(prefix) + std::string(name));
    }
    return out;
}

}  // namespace kedge::registry
