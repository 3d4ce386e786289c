// SPDX-License-Identifier: MIT
#include "lint/mysql/cursor.hpp"

#include <algorithm>
#include <utility>

namespace kedge::lint::mysql {

std::size_t Cursor::offset() const noexcept {
    return done() ? text_.size() : tokens_.at(at_).offset;
}

std::size_t Cursor::end_of_last() const noexcept {
    return at_ == 0 ? 0 : tokens_.at(std::min(at_, tokens_.size()) - 1).end;
}

std::string Cursor::text(std::size_t begin, std::size_t end) const {
    end = std::min(end, text_.size());
    return begin < end ? std::string(text_.substr(begin, end - begin)) : std::string();
}

bool Cursor::take(std::initializer_list<std::string_view> words) {
    if (!starts(words)) return false;
    at_ += words.size();
    return true;
}

bool Cursor::take_any(std::initializer_list<std::string_view> words) {
    if (!here().is_any(words)) return false;
    ++at_;
    return true;
}

bool Cursor::is_name() const {
    return here().kind == Token::Kind::name || here().kind == Token::Kind::word;
}

std::string Cursor::take_raw() {
    std::string out = here().raw;
    if (!done()) ++at_;
    return out;
}

Name Cursor::take_name() {
    Name out{{}, take_raw()};
    while (here().is(".") && !done()) {
        step();
        out.schema = std::exchange(out.name, take_raw());
    }
    return out;
}

std::vector<std::string> Cursor::take_names() {
    std::vector<std::string> out;
    if (!here().is("(")) return out;
    const std::size_t depth = here().depth + 1;
    step();
    while (!done() && here().depth >= depth) {
        if (is_name()) out.push_back(take_name().name);
        skip_part(depth);
        if (!take({","})) break;
    }
    if (here().is(")")) step();
    return out;
}

void Cursor::skip_group() {
    if (!here().is("(")) return;
    const std::size_t depth = here().depth;
    step();
    while (!done() && here().depth > depth) step();
    if (here().is(")")) step();
}

std::string Cursor::take_group() {
    if (!here().is("(")) return {};
    const std::size_t begin = here().end;
    skip_group();
    const bool is_closed = tokens_.at(at_ - 1).is(")");
    return text(begin, is_closed ? tokens_.at(at_ - 1).offset : end_of_last());
}

void Cursor::skip_equals() {
    if (here().is("=")) step();
}

std::string Cursor::take_account() {
    std::string out = take_raw();
    if (here().is("(")) skip_group();
    if (!here().is("@")) return out;
    step();
    const std::size_t begin = offset();
    if (here().kind == Token::Kind::string || here().kind == Token::Kind::name) {
        return out + "@" + take_raw();
    }
    take_raw();
    while (here().is(".") && !done()) {
        step();
        take_raw();
    }
    return out + "@" + text(begin, end_of_last());
}

void Cursor::skip_part(std::size_t depth) {
    while (!done() && here().depth >= depth && !(here().depth == depth && here().is(","))) step();
}

}  // namespace kedge::lint::mysql
