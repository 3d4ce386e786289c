// SPDX-License-Identifier: MIT
#include "project/config.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "support/files.hpp"
#include "support/regex.hpp"
#include "support/text.hpp"

namespace kedge::project {

namespace {

/// How deep Sqitch lets the file that includes another lie below a file of the cascade.
constexpr int kMaxDepth = 10;

constexpr std::string_view kIncludeKey = "include.path";

/// The file that a path leads to, by one name; for a file that isn't there the path itself.
std::string real_path(const std::string& path) {
    std::error_code error;
    const std::filesystem::path real = std::filesystem::canonical(path, error);
    return error ? path : real.string();
}

std::string included_path(const std::string& path, const std::string& from,
                          const std::string& home) {
    if (!path.empty() && path.front() == '~') return home + path.substr(1);
    if (!path.empty() && path.front() == '/') return path;
    return (std::filesystem::path(real_path(from)).parent_path() / path).string();
}

[[noreturn]] void reject(const ConfigSetting& setting, std::size_t index, std::string message,
                         std::string hint) {
    Error error;
    error.kind = ErrorKind::configuration;
    error.message = std::move(message);
    error.where = setting.where(index);
    error.hint = std::move(hint);
    throw Failure(std::move(error));
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the digits at the front away.
std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

/// Takes the unit at the back away; 1 if there is none.
std::int64_t take_unit(std::string_view& text) {
    if (text.empty()) return 1;
    const std::size_t power = std::string_view("kmg").find(text.back());
    if (power == std::string_view::npos) return 1;
    text.remove_suffix(1);
    return std::int64_t{1} << (10 * (power + 1));
}

std::vector<std::string> distinct(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    for (const std::string& name : names) {
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
    return out;
}

}  // namespace

Location ConfigSetting::where(std::size_t index) const {
    return {source.path, values.at(index).line, 0};
}

std::string ConfigSetting::to_string() const {
    if (values.size() == 1) return values[0].text ? key + '=' + *values[0].text : key;
    std::string out = key + "=[";
    for (std::size_t index = 0; index < values.size(); ++index) {
        if (index > 0) out += ", ";
        out += values[index].text.value_or(std::string());
    }
    return out + ']';
}

std::optional<bool> parse_config_bool(std::string_view text) {
    const std::string word = to_lower_ascii(text);
    if (word == "true" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "no" || word == "off") return false;
    const std::size_t zeros = std::min(word.find_first_not_of('0'), word.size());
    if (zeros == word.size()) return false;
    const std::size_t sign = word.front() == '-' ? 1 : 0;
    const std::size_t first = word.find_first_not_of('0', sign);
    if (first + 1 == word.size() && word.back() == '1') return true;
    return std::nullopt;
}

std::optional<std::int64_t> parse_config_int(std::string_view text) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    constexpr std::size_t kMaxFraction = 9;  // keeps fraction times unit below 2^60

    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::int64_t unit = take_unit(text);
    const std::string_view whole = take_digits(text);
    std::string_view fraction;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        fraction = take_digits(text);
    }
    if (!text.empty()) return std::nullopt;

    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
    if (!whole.empty() && error != std::errc()) return std::nullopt;
    std::int64_t part = 0;
    for (const char digit : fraction.substr(0, kMaxFraction)) part = part * 10 + (digit - '0');
    part *= unit;
    for (std::size_t n = std::min(fraction.size(), kMaxFraction); n > 0; --n) part /= 10;
    if (number > (kMax - part) / unit) return std::nullopt;
    number = number * unit + part;
    return negative ? -number : number;
}

Config Config::load(const std::vector<ConfigSource>& sources, const std::string& home) {
    Config config;
    std::vector<std::string> seen;
    for (const ConfigSource& source : sources) {
        // The same file at two levels would give each of its keys two values.
        const std::string path = real_path(source.path);
        if (std::find(seen.begin(), seen.end(), path) != seen.end()) continue;
        seen.push_back(path);
        config.read(source, home, 0);
    }
    return config;
}

void Config::read(const ConfigSource& source, const std::string& home, int depth) {
    std::optional<std::string> text = read_file_if_exists(source.path);
    if (!text) return;
    files_.push_back(source);
    const ConfigFile file = ConfigFile::parse(std::move(*text), source.path);
    for (const ConfigEntry& entry : file.entries()) {
        define(entry, source);
        if (entry.full_key() != kIncludeKey || !entry.value) continue;
        if (depth > kMaxDepth) {
            Error error;
            error.kind = ErrorKind::configuration;
            error.message = fmt::format("can't include \"{}\": more than {} files deep",
                                        *entry.value, kMaxDepth);
            error.where = {source.path, entry.line, 0};
            error.hint = "does a file include itself?";
            throw Failure(std::move(error));
        }
        read({included_path(*entry.value, source.path, home), source.level}, home, depth + 1);
    }
}

void Config::define(const ConfigEntry& entry, const ConfigSource& source) {
    const std::size_t count = settings_.size();
    const auto [place, is_new] = settings_.try_emplace(entry.full_key());
    ConfigSetting& setting = place->second;
    if (is_new) {
        setting.section = entry.section;
        setting.subsection = entry.subsection;
        setting.has_subsection = entry.has_subsection;
        setting.key = place->first;
        setting.position = count;
    }
    if (is_new || setting.source.path != source.path) {
        setting.values.clear();
        setting.source = source;
        setting.name = entry.original_key;
    }
    setting.values.push_back({entry.value, entry.line});
}

const ConfigSetting* Config::find(std::string_view key) const {
    const auto place = settings_.find(ConfigKey::parse(key).full_key());
    return place == settings_.end() ? nullptr : &place->second;
}

const ConfigSetting::Value& Config::only(const ConfigSetting& setting) {
    if (setting.values.size() > 1) {
        reject(setting, 1, fmt::format("more than one value for the key \"{}\"", setting.key),
               "leave one of them in the file");
    }
    return setting.values.front();
}

std::optional<std::string> Config::get(std::string_view key, std::string_view filter) const {
    const ConfigSetting* setting = find(key);
    if (setting == nullptr) return std::nullopt;
    const ValueFilter taken(filter);
    ConfigSetting narrowed = *setting;
    std::erase_if(narrowed.values, [&](const auto& value) { return !taken.matches(value.text); });
    return narrowed.values.empty() ? std::nullopt : only(narrowed).text;
}

std::optional<std::string> Config::property(std::string_view key) const {
    std::optional<std::string> value = get(key);
    return value && (value->empty() || *value == "0") ? std::nullopt : std::move(value);
}

std::optional<bool> Config::get_bool(std::string_view key) const {
    const ConfigSetting* setting = find(key);
    if (setting == nullptr) return std::nullopt;
    const std::optional<std::string>& text = only(*setting).text;
    if (!text) return true;
    const std::optional<bool> value = parse_config_bool(*text);
    if (!value) {
        reject(*setting, 0, fmt::format("\"{}\" is not a yes or a no: {}", *text, setting->key),
               "write true or false");
    }
    return value;
}

std::optional<std::int64_t> Config::get_int(std::string_view key) const {
    const ConfigSetting* setting = find(key);
    if (setting == nullptr) return std::nullopt;
    const std::optional<std::string>& text = only(*setting).text;
    const std::optional<std::int64_t> value =
        text ? parse_config_int(*text) : std::optional<std::int64_t>();
    if (!value) {
        reject(*setting, 0,
               fmt::format("\"{}\" is not a number: {}", text.value_or(""), setting->key),
               "write digits, and k, m or g after them for units of 1024");
    }
    return value;
}

std::vector<std::optional<std::string>> Config::get_all(std::string_view key,
                                                        std::string_view filter) const {
    std::vector<std::optional<std::string>> out;
    const ConfigSetting* setting = find(key);
    if (setting == nullptr) return out;
    const ValueFilter taken(filter);
    for (const ConfigSetting::Value& value : setting->values) {
        if (taken.matches(value.text)) out.push_back(value.text);
    }
    return out;
}

std::vector<ConfigSetting> Config::get_regex(std::string_view pattern,
                                             std::string_view filter) const {
    const Regex keys(pattern, true);
    const ValueFilter taken(filter);
    std::vector<ConfigSetting> out;
    for (const auto& [key, setting] : settings_) {
        if (!keys.search(key)) continue;
        ConfigSetting found = setting;
        std::erase_if(found.values, [&](const auto& value) { return !taken.matches(value.text); });
        if (!found.values.empty()) out.push_back(std::move(found));
    }
    return out;
}

std::vector<ConfigSetting> Config::list() const {
    std::vector<ConfigSetting> out;
    for (const ConfigSetting* setting : ordered(Order::sorted)) out.push_back(*setting);
    return out;
}

std::vector<std::string> Config::sections(Order order) const {
    std::vector<std::string> names;
    for (const ConfigSetting* setting : ordered(order)) names.push_back(setting->section);
    // The order of the keys is not that of the sections: `a-b.k` comes before `a.k`.
    if (order == Order::sorted) std::sort(names.begin(), names.end());
    return distinct(names);
}

std::vector<std::string> Config::subsections(std::string_view section, Order order) const {
    const std::string wanted = to_lower_ascii(section);
    std::vector<std::string> names;
    for (const ConfigSetting* setting : ordered(order)) {
        if (setting->has_subsection && setting->section == wanted) {
            names.push_back(setting->subsection);
        }
    }
    if (order == Order::sorted) std::sort(names.begin(), names.end());
    return distinct(names);
}

std::map<std::string, std::string> Config::variables(std::string_view section_name) const {
    const std::string prefix =
        ConfigKey::parse(std::string(section_name) + ".x").section_name() + '.';
    std::map<std::string, std::string> out;
    for (auto place = settings_.lower_bound(prefix); place != settings_.end(); ++place) {
        const auto& [key, setting] = *place;
        if (key.compare(0, prefix.size(), prefix) != 0) break;
        if (key.find('.', prefix.size()) != std::string::npos) continue;
        out[setting.name] = only(setting).text.value_or(std::string());
    }
    return out;
}

std::vector<const ConfigSetting*> Config::ordered(Order order) const {
    std::vector<const ConfigSetting*> out;
    for (const auto& [key, setting] : settings_) out.push_back(&setting);
    if (order == Order::file) {
        std::sort(out.begin(), out.end(), [](const ConfigSetting* a, const ConfigSetting* b) {
            return a->position < b->position;
        });
    }
    return out;
}

}  // namespace kedge::project
