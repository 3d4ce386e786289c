// SPDX-License-Identifier: MIT
#include "project/config_file.hpp"

#include <utility>

#include <fmt/format.h>

#include "project/text_lines.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace kedge::project {

namespace {

[[noreturn]] void refuse(std::string message, std::string hint = {}) {
    throw Failure(ErrorKind::usage, std::move(message), std::move(hint));
}

/// `section` or `section.Sub`, as a user gives it, taken apart.
ConfigKey parse_section_name(std::string_view name) {
    if (name.empty()) refuse("no section given");
    return ConfigKey::parse(std::string(name) + ".x");
}

}  // namespace

ValueFilter::ValueFilter(std::string_view text) {
    if (text.empty()) return;
    negated_ = text.front() == '!';
    if (negated_) text.remove_prefix(1);
    matches_none_ = negated_ && text.empty();
    if (!matches_none_) pattern_.emplace(text, true);
}

bool ValueFilter::matches(const std::optional<std::string>& value) const {
    if (matches_none_) return false;
    if (!pattern_) return true;
    return (value && pattern_->search(*value)) != negated_;
}

ConfigFile::ConfigFile(std::string text, std::string file_name)
    : text_(std::move(text)),
      file_name_(std::move(file_name)),
      items_(parse_config(text_, file_name_)) {}

ConfigFile ConfigFile::parse(std::string text, std::string file_name) {
    return {std::move(text), std::move(file_name)};
}

ConfigFile ConfigFile::load(const std::string& path) {
    return {read_file_if_exists(path).value_or(std::string()), path};
}

std::vector<ConfigEntry> ConfigFile::entries() const {
    std::vector<ConfigEntry> out;
    for (const ConfigItem& item : items_) {
        if (!item.is_header) out.push_back(item.entry);
    }
    return out;
}

void ConfigFile::set(std::string_view key, std::string_view value, std::string_view filter) {
    const ConfigKey parts = ConfigKey::parse(key);
    const std::vector<std::size_t> found = find(parts, filter);
    if (found.size() > 1) {
        refuse(fmt::format("cannot overwrite multiple values with a single value: \"{}\" has {} "
                           "in {}",
                           key, found.size(), file_name_),
               "replace them all, or give a pattern for one of them");
    }
    put(parts, value, found);
}

void ConfigFile::add(std::string_view key, std::string_view value) {
    append(ConfigKey::parse(key), value);
}

void ConfigFile::replace_all(std::string_view key, std::string_view value,
                             std::string_view filter) {
    const ConfigKey parts = ConfigKey::parse(key);
    put(parts, value, find(parts, filter));
}

void ConfigFile::unset(std::string_view key, std::string_view filter) {
    const std::size_t count = find(ConfigKey::parse(key), filter).size();
    if (count > 1) {
        refuse(fmt::format("cannot unset key with multiple values: \"{}\" has {} in {}", key, count,
                           file_name_),
               "unset them all, or give a pattern for one of them");
    }
    unset_all(key, filter);
}

void ConfigFile::unset_all(std::string_view key, std::string_view filter) {
    const std::vector<std::size_t> found = find(ConfigKey::parse(key), filter);
    if (found.empty()) {
        refuse(fmt::format("no occurrence of \"{}\" found to unset in {}", key, file_name_));
    }
    std::string text = text_;
    // From the end on, so that the places of those before stay what they are.
    for (auto index = found.rbegin(); index != found.rend(); ++index) erase_line(text, *index);
    update(std::move(text));
}

void ConfigFile::rename_section(std::string_view old_name, std::string_view new_name) {
    const std::vector<std::size_t> headers = find_headers(old_name);
    const ConfigKey parts = parse_section_name(new_name);
    const std::string header = format_header(parts.section, parts.subsection);
    std::string text = text_;
    for (auto index = headers.rbegin(); index != headers.rend(); ++index) {
        const ConfigItem& item = items_[*index];
        text.replace(item.begin, item.end - item.begin, header);
    }
    update(std::move(text));
}

void ConfigFile::remove_section(std::string_view name) {
    const std::vector<std::size_t> headers = find_headers(name);
    std::string text = text_;
    for (auto index = headers.rbegin(); index != headers.rend(); ++index) {
        const std::size_t begin = items_[*index].begin;
        text.erase(begin, end_of_section(*index) - begin);
    }
    update(std::move(text));
}

void ConfigFile::save(const std::string& path) const {
    write_file_locked(path, text_);
}

std::vector<std::size_t> ConfigFile::find(const ConfigKey& key, std::string_view filter) const {
    const ValueFilter values(filter);
    const std::string section = key.section_name();
    const std::string name = to_lower_ascii(key.name);
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < items_.size(); ++index) {
        const ConfigItem& item = items_[index];
        if (!item.is_header && item.entry.key == name && item.entry.section_name() == section &&
            values.matches(item.entry.value)) {
            found.push_back(index);
        }
    }
    return found;
}

std::vector<std::size_t> ConfigFile::find_headers(std::string_view name) const {
    const std::string section = parse_section_name(name).section_name();
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < items_.size(); ++index) {
        if (items_[index].is_header && items_[index].entry.section_name() == section) {
            found.push_back(index);
        }
    }
    if (found.empty()) refuse(fmt::format("no such section: \"{}\" in {}", name, file_name_));
    return found;
}

void ConfigFile::put(const ConfigKey& key, std::string_view value,
                     const std::vector<std::size_t>& found) {
    if (found.empty()) {
        append(key, value);
        return;
    }
    std::string definition = format_definition(key.name, value);
    const ConfigItem& last = items_[found.back()];
    const std::string_view comment =
        std::string_view(text_).substr(last.comment_begin, last.end - last.comment_begin);
    // After an escape or a quote a comment needs no blank; after a word it does.
    if (!comment.empty() && (comment.front() == '#' || comment.front() == ';')) definition += ' ';
    std::string text = text_;
    text.replace(last.begin, last.comment_begin - last.begin, definition);
    for (auto index = found.rbegin() + 1; index != found.rend(); ++index) erase_line(text, *index);
    update(std::move(text));
}

void ConfigFile::append(const ConfigKey& key, std::string_view value) {
    const std::string line = '\t' + format_definition(key.name, value);
    const std::string header = format_header(key.section, key.subsection);
    const std::string section = key.section_name();
    std::size_t index = items_.size();
    while (index > 0 && items_[index - 1].entry.section_name() != section) --index;
    const TextLines lines(text_);
    if (index == 0) {
        const std::string line_break(lines.line_break());
        update(insert_line(text_.size(), header + line_break + line));
        return;
    }
    const std::size_t next_line = lines.next(items_[index - 1].end);
    // `[a] [b]` on one line: the key of the first goes between them.
    const bool shares_line = index < items_.size() && items_[index].begin < next_line;
    update(insert_line(shares_line ? items_[index].begin : next_line, line));
}

/// The text with a line more, which begins and ends with a break.
std::string ConfigFile::insert_line(std::size_t position, const std::string& line) const {
    const TextLines lines(text_);
    const std::string line_break(lines.line_break());
    std::string text = text_.substr(0, position);
    if (!text.empty() && lines.begin_of(position) != position) text += line_break;
    // A backslash that ends the file's last value would make this line a part of it.
    const bool is_open = position == text_.size() && !items_.empty() && !items_.back().is_header &&
                         items_.back().end == position &&
                         (text_.back() == '\\' || lines.is_complete());
    if (is_open) text += line_break;
    text += line + line_break;
    text.append(text_, position);
    return text;
}

/// Takes out the item's line, or what follows the section header on it.
void ConfigFile::erase_line(std::string& text, std::size_t index) const {
    const TextLines lines(text_);
    const ConfigItem& item = items_[index];
    std::size_t begin = lines.begin_of(item.begin);
    std::size_t end = lines.next(item.end);
    if (index > 0 && items_[index - 1].end > begin) {
        begin = items_[index - 1].end;
        end = item.end;
    }
    text.erase(begin, end - begin);
}

/// Where the text begins that belongs to what comes after this section.
std::size_t ConfigFile::end_of_section(std::size_t header) const {
    std::size_t last = header;
    while (last + 1 < items_.size() && !items_[last + 1].is_header) ++last;
    const std::size_t next = last + 1 < items_.size() ? items_[last + 1].begin : text_.size();
    const TextLines lines(text_);
    for (std::size_t line = lines.next(items_[last].end); line < next; line = lines.next(line)) {
        const bool is_comment = text_[line] == '#' || text_[line] == ';';
        if (!is_comment) continue;
        // An indented comment after this one makes it one of this section's.
        bool is_above_next = true;
        for (std::size_t below = line; below < next; below = lines.next(below)) {
            const bool is_blank = lines.end_of(below) == below;
            const bool is_header = lines.next(below) > next;
            is_above_next = is_above_next &&
                            (is_blank || is_header || text_[below] == '#' || text_[below] == ';');
        }
        if (is_above_next) return line;
    }
    return next;
}

void ConfigFile::update(std::string text) {
    std::vector<ConfigItem> items = parse_config(text, file_name_);
    text_ = std::move(text);
    items_ = std::move(items);
}

}  // namespace kedge::project
