// SPDX-License-Identifier: MIT
#include "script/postgres/meta_line.hpp"

#include <utility>

#include <fmt/format.h>

#include "script/postgres/reference.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

int digit_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

/// A number of at most `most` digits at `at`, which moves behind it; nothing without a digit.
std::optional<char> coded_character(std::string_view text, std::size_t& at, int base,
                                    std::size_t most) {
    int value = 0;
    std::size_t count = 0;
    while (count < most && at < text.size() && digit_value(text[at]) < base) {
        value = value * base + digit_value(text[at]);
        ++at;
        ++count;
    }
    if (count == 0) return std::nullopt;
    return static_cast<char>(static_cast<unsigned char>(value & 0xFF));
}

/// One word for a POSIX shell, whatever is in it.
std::string shell_word(std::string_view value) {
    return '\'' + replace_all(value, "'", "'\"'\"'") + '\'';
}

}  // namespace

MetaLine::MetaLine(std::string_view line, std::size_t position, Scanner::Variables variables,
                   Shell shell)
    : line_(line), at_(position), variables_(std::move(variables)), shell_(std::move(shell)) {
    while (!at_end() && !is_space(line_[at_]) && line_[at_] != '\\') name_ += line_[at_++];
}

void MetaLine::skip_space() noexcept {
    while (!at_end() && is_space(line_[at_])) ++at_;
}

void MetaLine::fail_open(std::size_t opening, std::string_view what) const {
    Error error;
    error.kind = ErrorKind::script;
    error.message = fmt::format("the {} in the arguments of \\{} is not closed", what, name_);
    error.where.column = opening + 1;
    throw Failure(std::move(error));
}

std::optional<std::string> MetaLine::argument() {
    return read(true);
}

std::optional<std::string> MetaLine::sql_name() {
    return read(false);
}

std::optional<std::string> MetaLine::read(bool keep_double_quotes) {
    skip_space();
    if (at_end() || line_[at_] == '\\') return std::nullopt;
    std::string out;
    while (!at_end() && !is_space(line_[at_]) && line_[at_] != '\\') {
        switch (line_[at_]) {
            case '\'':
                single_quoted(out);
                break;
            case '"':
                double_quoted(out, keep_double_quotes);
                break;
            case '`':
                backquoted(out);
                break;
            case ':':
                reference(out, false);
                break;
            default:
                out += keep_double_quotes ? std::string(1, line_[at_])
                                          : to_lower_ascii(line_.substr(at_, 1));
                ++at_;
        }
    }
    return out;
}

void MetaLine::single_quoted(std::string& out) {
    const std::size_t opening = at_++;
    while (!at_end()) {
        const char c = line_[at_++];
        if (c == '\'') {
            if (at_end() || line_[at_] != '\'') return;
            out += line_[at_++];
        } else if (c != '\\' || at_end()) {
            out += c;
        } else if (const auto octal = coded_character(line_, at_, 8, 3)) {
            out += *octal;
        } else {
            constexpr std::string_view kNames = "ntbrf";
            constexpr std::string_view kMeanings = "\n\t\b\r\f";
            const char escaped = line_[at_++];
            const std::size_t known = kNames.find(escaped);
            if (known != kNames.npos) {
                out += kMeanings[known];
                continue;
            }
            const auto coded =
                escaped == 'x' ? coded_character(line_, at_, 16, 2) : std::optional<char>();
            out += coded.value_or(escaped);
        }
    }
    fail_open(opening, "string");
}

void MetaLine::double_quoted(std::string& out, bool keep_quotes) {
    const std::size_t opening = at_++;
    if (keep_quotes) out += '"';
    while (!at_end()) {
        const char c = line_[at_++];
        if (c != '"') {
            out += c;
            continue;
        }
        if (keep_quotes) {
            out += c;
            return;
        }
        if (at_end() || line_[at_] != '"') return;
        out += line_[at_++];
    }
    fail_open(opening, "double-quoted name");
}

void MetaLine::backquoted(std::string& out) {
    const std::size_t opening = at_++;
    std::string command;
    while (!at_end()) {
        if (line_[at_] == '`') {
            ++at_;
            if (shell_) out += shell_(command).value_or("");
            return;
        }
        if (line_[at_] == ':') {
            reference(command, true);
        } else {
            command += line_[at_++];
        }
    }
    fail_open(opening, "backquoted command");
}

void MetaLine::reference(std::string& out, bool for_shell) {
    using Kind = Reference::Kind;
    Reference found = reference_at(line_.substr(at_));
    if (for_shell && (found.kind == Kind::name || found.kind == Kind::test)) found = {};
    if (found.kind == Kind::none) {
        out += line_[at_++];
        return;
    }
    const auto value = variables_ ? variables_(found.variable) : std::nullopt;
    const std::string_view text = line_.substr(at_, found.length);
    at_ += found.length;
    if (found.kind == Kind::test) {
        out += value ? "TRUE" : "FALSE";
    } else if (!value) {
        out += text;
    } else if (found.kind == Kind::literal) {
        out += for_shell ? shell_word(*value) : quoted_literal(*value);
    } else {
        out += found.kind == Kind::name ? quoted_name(*value) : *value;
    }
}

std::optional<std::string> MetaLine::file_or_program() {
    skip_space();
    if (!at_end() && line_[at_] == '|') return whole_line();
    return read(true);
}

std::string MetaLine::whole_line() {
    return std::string(trim(line_.substr(std::exchange(at_, line_.size()))));
}

std::size_t MetaLine::finish(bool& ignored) {
    ignored = false;
    while (argument()) ignored = true;
    if (line_.substr(at_).starts_with("\\\\")) at_ += 2;
    return at_;
}

}  // namespace kedge::script::postgres
