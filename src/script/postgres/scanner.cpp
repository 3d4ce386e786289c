// SPDX-License-Identifier: MIT
#include "script/postgres/scanner.hpp"

#include <algorithm>

#include "script/postgres/reference.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
/// PostgreSQL takes every byte beyond ASCII for a letter.
bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_variable_character(char c) noexcept {
    return is_letter(c) || is_digit(c);
}
bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_word_character(char c) noexcept {
    return is_variable_character(c) || c == '$';
}

std::size_t count_while(std::string_view text, std::size_t at, bool (*good)(char) noexcept) {
    std::size_t end = at;
    while (end < text.size() && good(text[end])) ++end;
    return end - at;
}
/// Length of the word that begins at `at`; 0 if none does.
std::size_t word_length(std::string_view text, std::size_t at) {
    return at < text.size() && is_letter(text[at]) ? count_while(text, at, is_word_character) : 0;
}

/// Length of the number at the start of the text. Letters right behind it belong to it, though the
/// server refuses that: they begin neither a word nor a string nor a dollar quote.
std::size_t number_length(std::string_view text) {
    std::size_t end = count_while(text, 0, is_digit);
    // `1..2` has two numbers.
    if (text.substr(end).starts_with('.') && !text.substr(end).starts_with("..")) {
        ++end;
        end += count_while(text, end, is_digit);
    }
    if (end + 1 < text.size() && (text[end] == 'e' || text[end] == 'E') &&
        (text[end + 1] == '+' || text[end + 1] == '-')) {
        end += 2;
        const std::size_t digits = count_while(text, end, is_digit);
        return digits == 0 ? end : end + digits + word_length(text, end + digits);
    }
    return end + word_length(text, end);
}

/// Length of `$tag$` at the start of the text; 0 if there is none.
std::size_t dollar_tag_length(std::string_view text) {
    if (text.size() > 1 && is_digit(text[1])) return 0;
    const std::size_t name = count_while(text, 1, is_variable_character);
    return name + 1 < text.size() && text[name + 1] == '$' ? name + 2 : 0;
}

}  // namespace

Origin Statement::place_of(std::size_t offset) const {
    if (origins.empty()) return {};
    offset = std::min(offset, text.size());
    const auto after =
        std::upper_bound(origins.begin(), origins.end(), offset,
                         [](std::size_t o, const Origin& b) { return o < b.offset; });
    Origin place = *std::prev(after);
    if (!place.substituted) {
        place.column +=
            count_characters(std::string_view(text).substr(place.offset, offset - place.offset));
    }
    place.offset = offset;
    return place;
}

void Scanner::set_line(std::string_view line, std::size_t number) {
    inputs_.resize(1);
    inputs_.front() = {std::string(line), 0, {}};
    line_ = number;
    origin_changed_ = true;
}

void Scanner::set_position(std::size_t position) {
    inputs_.resize(1);
    const std::string_view line = inputs_.front().text;
    // The line end stays: a command must not join the words before it and those of the next line.
    inputs_.front().at = std::min(position, line.size() - (line.ends_with('\n') ? 1 : 0));
    origin_changed_ = true;
}

Statement Scanner::take() {
    origin_changed_ = true;
    mode_ = Mode::plain;
    depth_ = 0;
    begin_depth_ = 0;
    closed_.reset();
    reset_words();
    return std::exchange(statement_, {});
}

std::string_view Scanner::open_construct() const noexcept {
    switch (mode_) {
        case Mode::string:
        case Mode::escape_string:
            return "a string";
        case Mode::name:
            return "a quoted name";
        case Mode::dollar:
            return "a dollar-quoted string";
        case Mode::comment:
            return "a comment";
        case Mode::plain:
            break;
    }
    if (depth_ > 0) return "parentheses";
    if (begin_depth_ > 0) return "the body of a function";
    return {};
}

std::string_view Scanner::rest() const {
    return std::string_view(inputs_.back().text).substr(inputs_.back().at);
}

void Scanner::mark_origin() {
    if (!std::exchange(origin_changed_, false)) return;
    const std::size_t at = in_value() ? reference_ : inputs_.front().at;
    const std::string_view before = std::string_view(inputs_.front().text).substr(0, at);
    add_origin(statement_.origins,
               {statement_.text.size(), line_, count_characters(before) + 1, in_value()});
}

void Scanner::put(std::size_t count) {
    mark_origin();
    statement_.text += rest().substr(0, count);
    inputs_.back().at += count;
}

void Scanner::put_instead(std::string_view text, std::size_t used) {
    origin_changed_ = true;
    mark_origin();
    if (!in_value()) statement_.origins.back().substituted = true;
    statement_.text += text;
    inputs_.back().at += used;
    origin_changed_ = true;
}

Scanner::Stop Scanner::scan() {
    for (;;) {
        if (rest().empty()) {
            if (!in_value()) return Stop::line_end;
            inputs_.pop_back();
            origin_changed_ = true;
        } else if (mode_ != Mode::plain) {
            quoted();
        } else if (const auto stop = plain()) {
            return *stop;
        }
    }
}

void Scanner::open(Mode mode, std::size_t opening) {
    mode_ = mode;
    put(opening);
}

void Scanner::quoted() {
    const std::string_view text = rest();
    const auto close = [&](std::size_t end) {
        if (mode_ == Mode::string || mode_ == Mode::escape_string) {
            closed_ = mode_;
            line_end_since_ = false;
        }
        mode_ = Mode::plain;
        put(end);
    };
    if (mode_ == Mode::dollar) {
        const std::size_t end = text.find(dollar_tag_);
        return end == text.npos ? put(text.size()) : close(end + dollar_tag_.size());
    }
    if (mode_ == Mode::comment) {
        for (std::size_t at = 0; at + 1 < text.size(); ++at) {
            const std::string_view two = text.substr(at, 2);
            if (two == "/*") {
                ++comment_depth_;
                ++at;
            } else if (two == "*/") {
                if (--comment_depth_ == 0) return close(at + 2);
                ++at;
            }
        }
        return put(text.size());
    }
    const char quote = mode_ == Mode::name ? '"' : '\'';
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && mode_ == Mode::escape_string) {
            ++at;
        } else if (text[at] == quote) {
            if (at + 1 == text.size() || text[at + 1] != quote) return close(at + 1);
            ++at;
        }
    }
    put(text.size());
}

std::optional<Scanner::Stop> Scanner::plain() {
    const std::string_view text = rest();
    const char c = text.front();
    if (is_space(c)) {
        white_space();
        return std::nullopt;
    }
    if (text.starts_with("--")) {
        line_comment();
        return std::nullopt;
    }
    const bool begins_escape = text.starts_with("\\;") || text.starts_with("\\:");
    if (c == '\\' && !begins_escape && !in_value()) {
        ++inputs_.back().at;
        return Stop::backslash;
    }
    const std::optional<Mode> closed = std::exchange(closed_, std::nullopt);
    if (c == '\'') {
        const Mode fresh = standard_strings_ ? Mode::string : Mode::escape_string;
        open(closed && line_end_since_ ? *closed : fresh, 1);
    } else if (c == '"') {
        open(Mode::name, 1);
    } else if (text.starts_with("/*")) {
        comment_depth_ = 1;
        open(Mode::comment, 2);
    } else if (c == '$') {
        dollar();
    } else if (is_letter(c)) {
        word();
    } else if (c == ':') {
        colon();
    } else if (is_digit(c) || (c == '.' && text.size() > 1 && is_digit(text[1]))) {
        put(number_length(text));
    } else if (begins_escape) {
        if (text[1] == ';') {
            reset_words();
            statement_.compound = true;
        }
        ++inputs_.back().at;
        origin_changed_ = true;
        put(1);
    } else {
        if (c == '(') ++depth_;
        if (c == ')' && depth_ > 0) --depth_;
        put(1);
        if (c == ';' && depth_ == 0 && begin_depth_ == 0) {
            reset_words();
            return Stop::statement;
        }
    }
    return std::nullopt;
}

void Scanner::white_space() {
    const std::size_t count = count_while(rest(), 0, is_space);
    if (rest().substr(0, count).find_first_of("\r\n") != std::string_view::npos) {
        line_end_since_ = true;
    }
    if (statement_.empty()) {
        inputs_.back().at += count;
        origin_changed_ = true;
    } else {
        put(count);
    }
}

void Scanner::line_comment() {
    const std::size_t count = std::min(rest().find_first_of("\r\n"), rest().size());
    if (!in_value()) {
        const std::string_view before = std::string_view(inputs_.back().text).substr(0, position());
        comments_.push_back({std::string(rest().substr(2, count - 2)), line_, trim(before).empty(),
                             !statement_.empty()});
    }
    if (statement_.empty()) {
        inputs_.back().at += count;
        origin_changed_ = true;
    } else {
        put(count);
    }
}

void Scanner::word() {
    const std::string_view text = rest();
    const std::size_t length = word_length(text, 0);
    if (length == 1) {
        const char letter = to_lower_ascii(text.substr(0, 1)).front();
        const std::string_view after = text.substr(1);
        if (after.starts_with('\'') && letter == 'e') return open(Mode::escape_string, 2);
        if (after.starts_with('\'') && (letter == 'b' || letter == 'x')) {
            return open(Mode::string, 2);
        }
        if (after.starts_with("&'") && letter == 'u') return open(Mode::string, 3);
        if (after.starts_with("&\"") && letter == 'u') return open(Mode::name, 3);
    }
    note_word(text.substr(0, length));
    put(length);
}

void Scanner::dollar() {
    const std::string_view text = rest();
    const std::size_t length = dollar_tag_length(text);
    if (length == 0) {
        // A parameter takes letters to itself as a number does.
        const std::size_t end = 1 + count_while(text, 1, is_digit);
        return put(end == 1 ? 1 : end + word_length(text, end));
    }
    dollar_tag_ = std::string(text.substr(0, length));
    open(Mode::dollar, length);
}

void Scanner::colon() {
    const std::string_view text = rest();
    if (text.starts_with("::") || text.starts_with(":=")) return put(2);
    const Reference found = reference_at(text);
    if (found.kind == Reference::Kind::none) return put(1);
    const auto value = variables_ ? variables_(found.variable) : std::nullopt;
    switch (found.kind) {
        case Reference::Kind::test:
            return put_instead(value ? "TRUE" : "FALSE", found.length);
        case Reference::Kind::literal:
            return value ? put_instead(quoted_literal(*value), found.length) : put(found.length);
        case Reference::Kind::name:
            return value ? put_instead(quoted_name(*value), found.length) : put(found.length);
        default:
            break;
    }
    const bool recursive = std::any_of(inputs_.begin(), inputs_.end(), [&](const Input& input) {
        return input.variable == found.variable;
    });
    if (!value || recursive) return put(found.length);
    if (!in_value()) reference_ = inputs_.front().at;
    std::string variable(found.variable);
    inputs_.back().at += found.length;
    // The value is text of the script: it may hold quotes, semicolons, and other variables.
    inputs_.push_back({*value, 0, std::move(variable)});
    origin_changed_ = true;
}

void Scanner::note_word(std::string_view word) {
    const std::string lower = to_lower_ascii(word);
    if (words_ < initials_.size() && (lower == "create" || lower == "or" || lower == "replace" ||
                                      lower == "function" || lower == "procedure")) {
        initials_.at(words_) = lower.front();
    }
    ++words_;
    const auto is_routine = [&](std::size_t i) {
        return initials_.at(i) == 'f' || initials_.at(i) == 'p';
    };
    const bool makes_routine =
        initials_[0] == 'c' &&
        (is_routine(1) || (initials_[1] == 'o' && initials_[2] == 'r' && is_routine(3)));
    if (!makes_routine || depth_ > 0) return;
    if (lower == "begin" || (lower == "case" && begin_depth_ > 0)) {
        ++begin_depth_;
    } else if (lower == "end" && begin_depth_ > 0) {
        --begin_depth_;
    }
}

void Scanner::reset_words() noexcept {
    words_ = 0;
    initials_.fill('\0');
}

}  // namespace kedge::script::postgres
