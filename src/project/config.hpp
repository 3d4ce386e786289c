// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "project/config_file.hpp"
#include "support/error.hpp"

namespace kedge::project {

/// A file of the cascade.
struct ConfigSource {
    std::string path;
    std::string level;  ///< system, user or local
};

/// A key, and its values from the last file that has any.
struct ConfigSetting {
    struct Value {
        std::optional<std::string> text;  ///< nothing for a key alone on its line
        std::size_t line = 0;
    };

    std::string section;     ///< lower case
    std::string subsection;  ///< case kept
    bool has_subsection = false;
    std::string key;      ///< `section[.Sub].key`, as `sqitch config --list` shows it
    std::string name;     ///< the last part, as that file spells it first
    ConfigSource source;  ///< that file, and the level that it belongs to
    std::vector<Value> values;
    std::size_t position = 0;  ///< rank among all keys in the order of first appearance

    /// Where the value at this index stands.
    [[nodiscard]] Location where(std::size_t index) const;
    /// `key=value`, `key=[one, other]`, or `key` alone.
    [[nodiscard]] std::string to_string() const;
};

/// Sqitch's words for a yes or a no, in any case; nothing for other text.
[[nodiscard]] std::optional<bool> parse_config_bool(std::string_view text);

/// A number with an optional fraction and unit (k, m, g: powers of 1024), truncated to a whole one;
/// nothing for other text, or for what 64 bits don't hold.
[[nodiscard]] std::optional<std::int64_t> parse_config_int(std::string_view text);

/// The configuration of a project: the files of a cascade, key by key the last one's word. Keys are
/// given as ConfigKey::parse() takes them. A filter is a ValueFilter's text. Reading a key for one
/// value throws Failure(configuration) if its file gives several. Constant after loading, and then
/// safe to share between threads.
class Config {
  public:
    enum class Order { sorted, file };

    Config() = default;

    /// Reads the files in order, those that exist, and those that they include (`[include] path`,
    /// relative to the including file, `~` for `home`). Throws Failure(configuration).
    static Config load(const std::vector<ConfigSource>& sources, const std::string& home = {});

    /// The files that were read, in order, with the included ones.
    [[nodiscard]] const std::vector<ConfigSource>& files() const noexcept { return files_; }

    /// The key with all that is known of it, or null.
    [[nodiscard]] const ConfigSetting* find(std::string_view key) const;

    /// The value; nothing for a key that is missing or has no value.
    [[nodiscard]] std::optional<std::string> get(std::string_view key,
                                                 std::string_view filter = {}) const;
    /// As get(), but nothing for an empty value and for `0` too: Sqitch takes those for unset in
    /// the properties of targets and engines.
    [[nodiscard]] std::optional<std::string> property(std::string_view key) const;
    /// Yes for a key without a value. Throws Failure(configuration) if the value says neither.
    [[nodiscard]] std::optional<bool> get_bool(std::string_view key) const;
    /// Throws Failure(configuration) if the value is no such number.
    [[nodiscard]] std::optional<std::int64_t> get_int(std::string_view key) const;
    [[nodiscard]] std::vector<std::optional<std::string>> get_all(
        std::string_view key, std::string_view filter = {}) const;
    /// The settings whose key matches the pattern (any case), sorted by key, each with the values
    /// that the filter takes, and those alone that have any.
    [[nodiscard]] std::vector<ConfigSetting> get_regex(std::string_view pattern,
                                                       std::string_view filter = {}) const;
    /// All settings, sorted by key.
    [[nodiscard]] std::vector<ConfigSetting> list() const;

    /// The names of the sections that have keys.
    [[nodiscard]] std::vector<std::string> sections(Order order = Order::sorted) const;
    /// The subsections of this section that have keys: `dev`, `dev.variables` of `target`.
    [[nodiscard]] std::vector<std::string> subsections(std::string_view section,
                                                       Order order = Order::sorted) const;

    /// The keys of a section such as `core.variables`, with their names' case as written, and their
    /// values, empty for a key without one. As in Sqitch, names with a dot are left out.
    [[nodiscard]] std::map<std::string, std::string> variables(std::string_view section_name) const;

  private:
    void read(const ConfigSource& source, const std::string& home, int depth);
    void define(const ConfigEntry& entry, const ConfigSource& source);
    [[nodiscard]] static const ConfigSetting::Value& only(const ConfigSetting& setting);
    [[nodiscard]] std::vector<const ConfigSetting*> ordered(Order order) const;

    std::vector<ConfigSource> files_;
    std::map<std::string, ConfigSetting, std::less<>> settings_;
};

}  // namespace kedge::project
