// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/config_key.hpp"
#include "project/config_syntax.hpp"
#include "support/regex.hpp"

namespace kedge::project {

/// Which values of a key are meant: those that match a pattern (any case), with `!` in front those
/// that don't, with `!` alone none, and without a pattern all. A key without a value matches no
/// pattern.
class ValueFilter {
  public:
    /// Throws Failure(usage) for a bad pattern.
    explicit ValueFilter(std::string_view text);
    [[nodiscard]] bool matches(const std::optional<std::string>& value) const;

  private:
    bool negated_ = false;
    bool matches_none_ = false;
    std::optional<Regex> pattern_;
};

/// One configuration file as text, and edits of it that leave every byte alone that they need not
/// touch: line breaks, comments, blank lines and the order stay. Edits write what Sqitch would
/// write. A bad key, name or filter, or a key or section that isn't there, throws Failure(usage)
/// and leaves the text as it was.
class ConfigFile {
  public:
    /// The name is for messages. Throws Failure(configuration) with the place of the first line
    /// that can't be read, and the others in `also`.
    static ConfigFile parse(std::string text, std::string file_name);

    /// A file that does not exist is an empty one. Throws as parse() and read_file() do.
    static ConfigFile load(const std::string& path);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::vector<ConfigEntry> entries() const;

    /// Gives the key one value: in place of the one that it has and the filter takes, else as a new
    /// line at the end of its section. Fails if there are several.
    void set(std::string_view key, std::string_view value, std::string_view filter = {});
    /// Gives the key one more value.
    void add(std::string_view key, std::string_view value);
    /// Puts one value in place of all that the filter takes, where the last of them stands.
    void replace_all(std::string_view key, std::string_view value, std::string_view filter = {});
    /// Removes the one value that the filter takes. Fails if there are several, or none.
    void unset(std::string_view key, std::string_view filter = {});
    /// Removes all values that the filter takes. Fails if there are none.
    void unset_all(std::string_view key, std::string_view filter = {});

    /// Names are `section` or `section.Sub`, and all headers of that name are meant.
    void rename_section(std::string_view old_name, std::string_view new_name);
    /// Comments that stand at a line's beginning right above the next section stay with that one.
    void remove_section(std::string_view name);

    /// Writes by way of `path.lock`, as Sqitch does; see write_file_locked().
    void save(const std::string& path) const;

  private:
    ConfigFile(std::string text, std::string file_name);

    [[nodiscard]] std::vector<std::size_t> find(const ConfigKey& key,
                                                std::string_view filter) const;
    [[nodiscard]] std::vector<std::size_t> find_headers(std::string_view name) const;
    void put(const ConfigKey& key, std::string_view value, const std::vector<std::size_t>& found);
    void append(const ConfigKey& key, std::string_view value);
    [[nodiscard]] std::string insert_line(std::size_t position, const std::string& line) const;
    void erase_line(std::string& text, std::size_t index) const;
    [[nodiscard]] std::size_t end_of_section(std::size_t header) const;
    void update(std::string text);

    std::string text_;
    std::string file_name_;
    std::vector<ConfigItem> items_;
};

}  // namespace kedge::project
