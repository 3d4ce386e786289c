// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::project {

// The text of a configuration file: git-config's format in the wider form that Sqitch takes. Any
// name may be a key, a quoted value may run over several lines, and one line may hold a header and
// a key. What is read here keeps its place in the text, so that it can be edited there.

/// One key of a file.
struct ConfigEntry {
    std::string section;     ///< lower case
    std::string subsection;  ///< case kept for `[section "Sub"]`, lower for `[section.sub]`
    bool has_subsection = false;
    std::string key;                   ///< lower case
    std::string original_key;          ///< as written
    std::optional<std::string> value;  ///< nothing for a key alone on its line
    std::size_t line = 0;              ///< where the key stands, from 1

    /// `section` or `section.Sub`
    [[nodiscard]] std::string section_name() const;
    /// `section.key` or `section.Sub.key`
    [[nodiscard]] std::string full_key() const;
};

/// A section header, or a key with its value, and its place in the text.
struct ConfigItem {
    bool is_header = false;
    ConfigEntry entry;              ///< of a header: the section's names and the line alone
    std::size_t begin = 0;          ///< of the header or the key
    std::size_t end = 0;            ///< after the header, or before the break of the value's line
    std::size_t comment_begin = 0;  ///< where the blanks before a comment on the line begin, or end
};

/// Reads the whole text. Throws Failure(configuration) for the first line that can't be read, with
/// the others in `also`.
[[nodiscard]] std::vector<ConfigItem> parse_config(std::string_view text,
                                                   const std::string& file_name);

/// `[section]` or `[section "Sub"]`. Throws Failure(usage) for a name that no header can hold.
[[nodiscard]] std::string format_header(const std::string& section,
                                        const std::optional<std::string>& subsection);

/// `key = value`, quoted where needed. Throws Failure(usage) for a key that can't be read back.
[[nodiscard]] std::string format_definition(const std::string& key, std::string_view value);

}  // namespace kedge::project
