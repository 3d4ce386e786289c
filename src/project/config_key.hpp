// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kedge::project {

/// `section[.sub].key` taken apart: the last dot separates the key, the first dot the section. A
/// key that has dots itself is quoted: `section.sub."a.b"`.
struct ConfigKey {
    std::string section;  ///< as spelled, and so the others
    std::optional<std::string> subsection;
    std::string name;

    /// Throws Failure(usage) if no section is given.
    static ConfigKey parse(std::string_view text);

    /// Section in lower case with its subsection, as ConfigEntry::section_name().
    [[nodiscard]] std::string section_name() const;
    /// As ConfigEntry::full_key().
    [[nodiscard]] std::string full_key() const;
};

}  // namespace kedge::project
