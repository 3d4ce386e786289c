// SPDX-License-Identifier: MIT
#include "script/mysql/scanner.hpp"

#include <algorithm>
#include <utility>

#include "support/text.hpp"

namespace kedge::script::mysql {

bool begins_with_delimiter_word(std::string_view text) noexcept {
    constexpr std::string_view kWord = "delimiter";
    return equals_ignoring_case(text.substr(0, kWord.size()), kWord);
}

void Scanner::set_line(std::string_view line, std::size_t number) {
    line_ = line;
    number_ = number;
    at_ = 0;
    in_versioned_ = false;
    needs_blank_ = false;
    run_ = statement_.text.size();
    line_ended_ = false;
    // Behind a line end that is in the text the places go on by themselves.
    if (!statement_.text.ends_with('\n')) origin_changed_ = true;
}

Statement Scanner::take() {
    const auto is_shown = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f'; };
    std::string& text = statement_.text;
    text.erase(std::find_if(text.rbegin(), text.rend(), is_shown).base(), text.end());
    auto& origins = statement_.origins;
    while (!origins.empty() && origins.back().offset >= text.size()) origins.pop_back();
    origin_changed_ = true;
    run_ = 0;
    return std::exchange(statement_, {});
}

void Scanner::skip_parameters() {
    const std::string_view until = in_versioned_ ? std::string_view("*/") : delimiter_;
    const std::size_t found = line_.find(until, at_);
    pass((found == line_.npos ? line_.size() : found + (in_versioned_ ? 0 : delimiter_.size())) -
         at_);
}

void Scanner::skip_line() noexcept {
    pass(line_.size() - at_);
    line_ended_ = true;
}

std::string_view Scanner::open_construct() const noexcept {
    if (in_comment_) return "a comment";
    if (in_hint_) return "an optimizer hint";
    if (quote_ == '\0') return {};
    const bool is_name = quote_ == '`' || (quote_ == '"' && modes_.ansi_quotes);
    return is_name ? "a quoted name" : "a string";
}

void Scanner::mark_origin() {
    if (!std::exchange(origin_changed_, false)) return;
    const std::string_view before = std::string_view(line_).substr(0, at_);
    add_origin(statement_.origins,
               {statement_.text.size(), number_, count_characters(before) + 1, false});
}

void Scanner::put(std::size_t count) {
    mark_origin();
    statement_.text += rest().substr(0, count);
    at_ += count;
}

void Scanner::pass(std::size_t count) noexcept {
    at_ += count;
    origin_changed_ = true;
}

bool Scanner::escapes() const noexcept {
    if (quote_ == '\0') return true;
    if (quote_ == '`' || (quote_ == '"' && modes_.ansi_quotes)) return false;
    return !modes_.no_backslash_escapes;
}

bool Scanner::begins_line_comment() const noexcept {
    const std::string_view text = rest();
    if (text.front() == '#') return true;
    if (!text.starts_with("--")) return false;
    // Where a statement would begin no blank is asked for.
    return text.size() == 2 || is_space(text[2]) || statement_.empty();
}

Scanner::Stop Scanner::scan() {
    while (at_ < line_.size()) {
        const char c = line_[at_];
        if (is_space(c) && statement_.empty()) {
            pass(1);
            continue;
        }
        if (in_hint_) {
            hint();
            continue;
        }
        const CodePoint character = decode_utf8(line_, at_);
        if (character.size > 1) {
            in_comment_ ? pass(character.size) : put(character.size);
            continue;
        }
        const std::string_view text = rest();
        if (!in_comment_ && c == '\\' && escapes()) {
            if (text.size() == 1) {
                // It is lost, as the client loses it; in a string it would say nothing.
                pass(1);
            } else if (quote_ != '\0' || text[1] == 'N') {
                put(2);
            } else {
                letter_ = text[1];
                run_ = statement_.text.size();
                pass(2);
                return Stop::command;
            }
        } else if (!in_comment_ && quote_ == '\0' && text.starts_with(delimiter_)) {
            pass(delimiter_.size());
            return Stop::statement;
        } else if (!in_comment_ && quote_ == '\0' && begins_line_comment()) {
            note_comment();
            run_ = statement_.text.size();
            pass(text.size());
        } else if (quote_ == '\0' && text.starts_with("/*") && !text.starts_with("/*!") &&
                   !text.starts_with("/*M!")) {
            begin_comment();
        } else if (in_comment_ && !in_versioned_ && text.starts_with("*/")) {
            in_comment_ = false;
            run_ = statement_.text.size();
            needs_blank_ = true;
            pass(2);
        } else {
            ordinary();
        }
    }
    end_line();
    return Stop::line_end;
}

void Scanner::note_comment() {
    if (!rest().starts_with("--")) return;
    const std::string_view before = std::string_view(line_).substr(0, at_);
    comments_.push_back(
        {std::string(rest().substr(2)), number_, trim(before).empty(), !statement_.empty()});
}

void Scanner::begin_comment() {
    if (!in_comment_ && rest().starts_with("/*+")) {
        in_hint_ = true;
        needs_blank_ = false;
        put(3);
        return;
    }
    in_comment_ = true;
    run_ = statement_.text.size();
    pass(2);
}

void Scanner::hint() {
    const std::size_t end = line_.find("*/", at_);
    in_hint_ = end == line_.npos;
    put((in_hint_ ? line_.size() : end + 2) - at_);
}

void Scanner::ordinary() {
    const std::string_view text = rest();
    const char c = text.front();
    if (quote_ == '\0') {
        // A comment within a versioned one is never closed by the first of their ends.
        if (text.starts_with("/*!")) {
            in_versioned_ = true;
        } else if (in_versioned_ && text.starts_with("*/")) {
            in_versioned_ = false;
        }
    }
    if (c == quote_) {
        quote_ = '\0';
    } else if (!in_comment_ && quote_ == '\0' && (c == '\'' || c == '"' || c == '`')) {
        quote_ = c;
    }
    if (in_comment_) return pass(1);
    if (std::exchange(needs_blank_, false) && !is_space(c)) {
        origin_changed_ = true;
        mark_origin();
        statement_.text += ' ';
        origin_changed_ = true;
    }
    put(1);
}

void Scanner::end_line() {
    if (std::exchange(line_ended_, true) || in_comment_ || statement_.empty()) return;
    const std::string_view run = std::string_view(statement_.text).substr(run_);
    // For the client the command goes on in the next line.
    if (begins_with_delimiter_word(run) && quote_ == '\0') return;
    mark_origin();
    statement_.text += '\n';
}

}  // namespace kedge::script::mysql
