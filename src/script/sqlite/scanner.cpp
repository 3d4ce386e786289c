// SPDX-License-Identifier: MIT
#include "script/sqlite/scanner.hpp"

#include <algorithm>
#include <utility>

#include "script/sqlite/characters.hpp"
#include "support/byte_order_mark.hpp"

namespace kedge::script::sqlite {
namespace {

constexpr std::size_t kLongestHeadToken = 200;

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

}  // namespace

bool Scanner::semicolon_would_end() const noexcept {
    return mode_ == Mode::plain && state_ != State::trigger && state_ != State::trigger_semicolon;
}

void Scanner::advance(std::string_view word) {
    switch (state_) {
        case State::start:
            state_ = word == "EXPLAIN"  ? State::explain
                     : word == "CREATE" ? State::create
                                        : State::normal;
            break;
        case State::normal:
            break;
        case State::explain:
            if (word == "CREATE") {
                state_ = State::create;
            } else if (word == "EXPLAIN" || word == "TEMP" || word == "TEMPORARY" ||
                       word == "TRIGGER" || word == "END") {
                state_ = State::normal;
            }
            break;
        case State::create:
            if (word == "TRIGGER") {
                state_ = State::trigger;
            } else if (word != "TEMP" && word != "TEMPORARY") {
                state_ = State::normal;
            }
            break;
        case State::trigger:
            break;
        case State::trigger_semicolon:
            state_ = word == "END" ? State::trigger_end : State::trigger;
            break;
        case State::trigger_end:
            state_ = State::trigger;
            break;
    }
}

void Scanner::token(std::string_view text, std::size_t offset) {
    if (!in_statement_) {
        in_statement_ = true;
        found_.begin = offset;
        found_.head.count = 0;
    }
    const bool wanted = found_.head.count < Head::kTokens;
    if (!wanted && state_ == State::normal) return;
    // Only words steer the state; a quoted "END" is a name.
    const bool word = is_in_word(text.front());
    if (word) {
        const std::string name = text.size() <= kLongestHeadToken ? upper(text) : std::string("_");
        advance(name);
        if (wanted) found_.head.tokens[found_.head.count++] = name;
        return;
    }
    advance({});
    if (wanted) {
        found_.head.tokens[found_.head.count++] = std::string(text.substr(0, kLongestHeadToken));
    }
}

void Scanner::semicolon(std::size_t offset) {
    if (state_ == State::trigger || state_ == State::trigger_semicolon) {
        state_ = State::trigger_semicolon;
        return;
    }
    state_ = State::start;
    if (!in_statement_) return;
    in_statement_ = false;
    found_.end = offset + 1;
    found_.terminated = true;
    if (on_statement_) on_statement_(found_);
}

std::size_t Scanner::skip_rest_of_quoted(std::string_view text, std::size_t at) {
    const char close = quote_ == '[' ? ']' : quote_;
    const std::size_t end = text.find(close, at);
    const std::size_t stop = end == std::string_view::npos ? text.size() : end + 1;
    if (partial_.size() < kLongestHeadToken) partial_ += text.substr(at, stop - at);
    if (end == std::string_view::npos) return stop;
    mode_ = Mode::plain;
    return stop;
}

void Scanner::feed(std::string_view text) {
    std::size_t at = 0;
    // A quoted token began in this piece, or before it, at byte `quoted_at` of all text.
    std::size_t quoted_at = found_.end;
    const auto finish_quoted = [&] {
        if (mode_ == Mode::quoted) return;
        token(partial_, quoted_at);
        partial_.clear();
    };
    while (at < text.size()) {
        if (mode_ == Mode::block_comment) {
            const std::size_t end = text.find("*/", at);
            if (end == std::string_view::npos) break;
            mode_ = Mode::plain;
            at = end + 2;
            continue;
        }
        if (mode_ == Mode::quoted) {
            at = skip_rest_of_quoted(text, at);
            finish_quoted();
            continue;
        }
        const char c = text[at];
        if (is_space(c)) {
            ++at;
        } else if (text.substr(at).starts_with(kByteOrderMark)) {
            at += kByteOrderMark.size();
        } else if (c == '-' && text.compare(at, 2, "--") == 0) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            if (on_comment_) on_comment_(text.substr(at, end - at), consumed_ + at);
            at = end;
        } else if (c == '/' && text.compare(at, 2, "/*") == 0) {
            mode_ = Mode::block_comment;
            at += 2;
        } else if (c == ';') {
            semicolon(consumed_ + at);
            ++at;
        } else if (c == '\'' || c == '"' || c == '`' || c == '[') {
            mode_ = Mode::quoted;
            quote_ = c;
            quoted_at = consumed_ + at;
            partial_.assign(1, c);
            if (!in_statement_) {
                in_statement_ = true;
                found_.begin = quoted_at;
                found_.head.count = 0;
            }
            at = skip_rest_of_quoted(text, at + 1);
            finish_quoted();
        } else if (is_in_word(c)) {
            std::size_t end = at + 1;
            while (end < text.size() && is_in_word(text[end])) ++end;
            token(text.substr(at, end - at), consumed_ + at);
            at = end;
        } else {
            token(text.substr(at, 1), consumed_ + at);
            ++at;
        }
    }
    consumed_ += text.size();
}

void Scanner::finish() {
    if (!in_statement_) return;
    if (mode_ == Mode::quoted) {
        mode_ = Mode::plain;
        token(partial_, found_.begin);
    }
    in_statement_ = false;
    found_.end = consumed_;
    found_.terminated = false;
    state_ = State::start;
    if (on_statement_) on_statement_(found_);
}

Head head_of(std::string_view text) {
    // A line may hold more statements than the first.
    bool done = false;
    Head first;
    Scanner scanner([&](const Found& found) {
        if (!std::exchange(done, true)) first = found.head;
    });
    // Line by line, so that a long statement isn't read to its end for its first words.
    for (std::size_t at = 0; at < text.size() && !done;) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        std::string_view line = text.substr(at, end - at);
        scanner.feed(line);
        at = end;
        if (!done && scanner.head().count == Head::kTokens) return scanner.head();
    }
    if (!done) scanner.finish();
    return first;
}

}  // namespace kedge::script::sqlite
