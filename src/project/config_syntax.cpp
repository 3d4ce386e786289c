// SPDX-License-Identifier: MIT
#include "project/config_syntax.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "project/text_lines.hpp"
#include "support/byte_order_mark.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::project {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool is_space(char c) {
    return is_blank(c) || (c >= '\n' && c <= '\r');
}

bool is_comment_sign(char c) {
    return c == '#' || c == ';';
}

class Parser {
  public:
    Parser(std::string_view text, const std::string& file_name)
        : text_(text), file_name_(file_name), lines_(text) {}

    std::vector<ConfigItem> run();

  private:
    [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
    [[nodiscard]] char current() const { return at_end() ? '\0' : text_[position_]; }
    [[nodiscard]] bool at_line_end() const { return at_end() || lines_.break_at(position_) > 0; }

    ConfigItem start_item() const;
    bool read_header();
    bool read_subsection(std::string& name);
    bool read_definition();
    bool read_value(ConfigItem& item);
    bool read_quoted(std::string& value);
    bool read_escape(std::string& value, bool quoted);
    bool skip_continuation();
    void finish_definition(ConfigItem& item);
    bool reject(std::size_t position, std::string message, std::string hint = {});

    std::string_view text_;
    const std::string& file_name_;
    TextLines lines_;
    std::size_t position_ = 0;
    bool in_section_ = false;
    ConfigEntry section_;
    std::vector<ConfigItem> items_;
    std::vector<Error> errors_;
};

std::vector<ConfigItem> Parser::run() {
    if (text_.starts_with(kByteOrderMark)) {
        reject(0, "expected text, found a byte order mark",
               "save the file as UTF-8 without it; Sqitch can't read it either");
        position_ = kByteOrderMark.size();
    }
    while (true) {
        while (!at_end() && is_space(current())) ++position_;
        if (at_end()) break;
        if (is_comment_sign(current())) {
            position_ = lines_.end_of(position_);
        } else if (!(current() == '[' ? read_header() : read_definition())) {
            // The rest of the line means nothing; the next one may be well.
            position_ = lines_.end_of(position_);
        }
    }
    if (!errors_.empty()) {
        Error first = std::move(errors_.front());
        first.also.assign(std::make_move_iterator(errors_.begin() + 1),
                          std::make_move_iterator(errors_.end()));
        throw Failure(std::move(first));
    }
    return std::move(items_);
}

/// Notes the error and moves to its place. Returns false, for the caller to return.
bool Parser::reject(std::size_t position, std::string message, std::string hint) {
    position_ = position;
    Error error;
    error.kind = ErrorKind::configuration;
    error.message = std::move(message);
    error.where = lines_.locate(position);
    error.where.file = file_name_;
    const std::size_t begin = lines_.begin_of(position);
    error.source_line = text_.substr(begin, lines_.end_of(position) - begin);
    error.hint = std::move(hint);
    errors_.push_back(std::move(error));
    return false;
}

ConfigItem Parser::start_item() const {
    ConfigItem item;
    item.entry = section_;
    item.entry.line = lines_.locate(position_).line;
    item.begin = position_;
    return item;
}

bool Parser::read_header() {
    // After a header that can't be read, the keys below it are no mistakes of their own.
    in_section_ = true;
    const std::size_t begin = position_++;
    const std::size_t name_begin = position_;
    while (!at_end() && !is_space(current()) && current() != '[' && current() != ']' &&
           current() != '"') {
        ++position_;
    }
    const std::string_view name = text_.substr(name_begin, position_ - name_begin);
    if (name.empty()) return reject(position_, "expected the name of a section after \"[\"");
    const std::size_t name_end = position_;
    while (is_blank(current())) ++position_;

    std::string subsection;
    if (current() == '"') {
        if (!read_subsection(subsection)) return false;
    } else {
        position_ = name_end;
    }
    if (current() != ']') {
        return reject(position_, "expected \"]\" to end the section header",
                      "write [section] or [section \"subsection\"]");
    }
    ++position_;

    section_ = {};
    const std::size_t dot = name.find('.');
    section_.section = to_lower_ascii(name.substr(0, dot));
    if (dot != std::string_view::npos) section_.subsection = to_lower_ascii(name.substr(dot + 1));
    if (dot != std::string_view::npos && !subsection.empty()) section_.subsection += '.';
    section_.subsection += subsection;
    section_.has_subsection = dot != std::string_view::npos || !subsection.empty();

    const std::size_t end = std::exchange(position_, begin);
    ConfigItem item = start_item();
    position_ = item.end = item.comment_begin = end;
    item.is_header = true;
    items_.push_back(std::move(item));
    return true;
}

bool Parser::read_subsection(std::string& name) {
    const std::size_t quote = position_++;
    while (!at_line_end() && current() != '"') {
        if (current() == '\\') {
            const char next = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
            if (next != '\\' && next != '"') {
                return reject(position_, "expected \\\\ or \\\" after the subsection's backslash");
            }
            ++position_;
        }
        name += current();
        ++position_;
    }
    if (current() != '"') return reject(quote, "expected a second \" to end the subsection");
    ++position_;
    return true;
}

bool Parser::read_definition() {
    if (current() == '=') return reject(position_, "expected a key before \"=\"");
    if (!in_section_) {
        return reject(position_, "expected a section header before the first key",
                      "write a line such as [core] above it");
    }
    ConfigItem item = start_item();
    while (!at_line_end() && current() != '=' && !is_comment_sign(current())) ++position_;
    std::size_t key_end = position_;
    while (is_blank(text_[key_end - 1])) --key_end;
    item.entry.original_key = text_.substr(item.begin, key_end - item.begin);
    item.entry.key = to_lower_ascii(item.entry.original_key);

    if (current() == '=') {
        ++position_;
        if (!read_value(item)) return false;
    } else {
        item.comment_begin = key_end;
    }
    finish_definition(item);
    return true;
}

void Parser::finish_definition(ConfigItem& item) {
    const bool has_comment = !at_line_end();
    position_ = at_end() ? position_ : lines_.end_of(position_);
    item.end = position_;
    if (!has_comment) item.comment_begin = item.end;
    items_.push_back(std::move(item));
}

/// Stops before the line's break, or before a comment's sign.
bool Parser::read_value(ConfigItem& item) {
    std::string value;
    std::size_t blanks = 0;
    bool started = false;
    item.comment_begin = position_;
    while (!at_line_end() && !is_comment_sign(current())) {
        if (is_blank(current())) {
            // A run of blanks counts as one, and those on a line that goes on as another.
            ++blanks;
            while (is_blank(current())) ++position_;
            continue;
        }
        if (skip_continuation()) continue;
        if (started) value.append(blanks, ' ');
        blanks = 0;
        started = true;
        if (current() == '"') {
            if (!read_quoted(value)) return false;
        } else if (current() == '\\') {
            if (!read_escape(value, false)) return false;
        } else {
            // Within a word, # and ; are letters like others.
            while (!at_line_end() && !is_blank(current()) && current() != '\\' &&
                   current() != '"') {
                value += current();
                ++position_;
            }
        }
        item.comment_begin = position_;
    }
    item.entry.value = std::move(value);
    return true;
}

bool Parser::read_quoted(std::string& value) {
    const std::size_t quote = position_++;
    while (!at_end() && current() != '"') {
        if (const std::size_t length = lines_.break_at(position_); length > 0) {
            value += '\n';
            position_ += length;
        } else if (skip_continuation()) {
            continue;
        } else if (current() == '\\') {
            if (!read_escape(value, true)) return false;
        } else {
            value += current();
            ++position_;
        }
    }
    if (at_end()) return reject(quote, "expected a second \" to end the quoted value");
    ++position_;
    return true;
}

bool Parser::read_escape(std::string& value, bool quoted) {
    const char next = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
    switch (next) {
        case 'n':
            value += '\n';
            break;
        case 't':
            value += '\t';
            break;
        case 'b':
            value += '\b';
            break;
        case '\\':
        case '"':
            value += next;
            break;
        default:
            if (next != '\'' || quoted) {
                return reject(position_,
                              "expected one of \\\\ \\\" \\n \\t \\b after the backslash",
                              "a backslash itself is written \\\\");
            }
            value += next;
    }
    position_ += 2;
    return true;
}

/// A backslash at the end of a line, or of the text, goes on on the next.
bool Parser::skip_continuation() {
    if (current() != '\\') return false;
    const std::size_t after = position_ + 1;
    const std::size_t length = lines_.break_at(after);
    if (length == 0 && after < text_.size()) return false;
    position_ = after + length;
    return true;
}

}  // namespace

std::string ConfigEntry::section_name() const {
    return has_subsection ? section + '.' + subsection : section;
}

std::string ConfigEntry::full_key() const {
    return section_name() + '.' + key;
}

std::vector<ConfigItem> parse_config(std::string_view text, const std::string& file_name) {
    return Parser(text, file_name).run();
}

std::string format_header(const std::string& section,
                          const std::optional<std::string>& subsection) {
    const bool bad = section.empty() || std::any_of(section.begin(), section.end(), [](char c) {
                         return is_space(c) || c == '[' || c == ']' || c == '"';
                     });
    if (bad) {
        throw Failure(ErrorKind::usage, fmt::format("invalid section name \"{}\"", section),
                      "a section's name has no blanks, brackets or quotes");
    }
    if (!subsection) return '[' + section + ']';
    if (subsection->empty()) {
        // `[section ""]` is read as `[section]`.
        throw Failure(ErrorKind::usage,
                      fmt::format("empty name of a subsection of \"{}\"", section));
    }
    std::string quoted;
    for (const char c : *subsection) {
        if (c == '\n' || c == '\r') {
            throw Failure(ErrorKind::usage,
                          fmt::format("invalid name of a subsection of \"{}\"", section),
                          "a subsection's name has no line breaks");
        }
        if (c == '\\' || c == '"') quoted += '\\';
        quoted += c;
    }
    return fmt::format("[{} \"{}\"]", section, quoted);
}

std::string format_definition(const std::string& key, std::string_view value) {
    const bool bad = key.empty() || key.front() == '[' || is_space(key.front()) ||
                     is_blank(key.back()) || key.find_first_of("=#;\r\n") != std::string::npos;
    if (bad) {
        throw Failure(ErrorKind::usage, fmt::format("invalid variable name \"{}\"", key),
                      "a name has no \"=\", \"#\", \";\" or line break, does not begin with \"[\", "
                      "and has no blank at either end");
    }
    // Sqitch leaves a run of blanks without quotes, and then reads one blank in its place.
    const bool quote = value.find_first_of("#;\r") != std::string_view::npos ||
                       value.find("  ") != std::string_view::npos ||
                       (!value.empty() && (is_space(value.front()) || is_space(value.back())));
    std::string out = key + " = ";
    if (quote) out += '"';
    for (const char c : value) {
        switch (c) {
            case '\\':
                out += "\\\\";
                break;
            case '"':
                out += "\\\"";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\n':
                out += "\\n";
                break;
            default:
                out += c;
        }
    }
    if (quote) out += '"';
    return out;
}

}  // namespace kedge::project
