// SPDX-License-Identifier: MIT
#include "report/error_text.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::report {
namespace {

constexpr std::size_t kWidestLine = 160;  ///< what a screen shows

void append_block(std::string& out, std::string_view word, const std::string& text) {
    if (text.empty()) return;
    for (const std::string& line : split(text, '\n')) {
        out += fmt::format("  {}: {}\n", word, line);
    }
}

}  // namespace

std::string source_excerpt(const Location& where, const std::string& source_line,
                           const Style& style) {
    if (source_line.empty() || where.column == 0) return {};
    std::string line = replace_all(source_line, "\t", " ");
    std::size_t column = where.column;
    std::size_t offset = 0;
    for (std::size_t i = 1; i < column && offset < line.size(); ++i) {
        offset += decode_utf8(line, offset).size;
    }
    if (line.size() > kWidestLine) {
        const std::size_t from = offset > kWidestLine / 2 ? offset - kWidestLine / 2 : 0;
        std::size_t start = from;
        while (start > 0 && (static_cast<unsigned char>(line[start]) & 0xC0) == 0x80) --start;
        std::size_t end = std::min(line.size(), start + kWidestLine);
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) ++end;
        line = line.substr(start, end - start);
        offset -= start;
    }
    const std::string number = std::to_string(where.line);
    const std::string gap(display_width(std::string_view(line).substr(0, offset)), ' ');
    return fmt::format("  {} | {}\n  {} | {}{}\n", number, line, std::string(number.size(), ' '),
                       gap, painted(style, Paint::red, "^"));
}

std::string error_text(const Error& error, const Style& style) {
    std::string out = painted(style, Paint::red, "error: ");
    // A message about a file as a whole mostly names it already.
    const bool is_named = error.message.find(error.where.file) != std::string::npos;
    const std::string where =
        error.where.line > 0 || !is_named ? error.where.to_string() : std::string();
    if (!where.empty()) out += where + ": ";
    out += error.message;
    // An SQLSTATE is a thing to look up, as is MySQL's number with one; SQLite's numbers say
    // nothing to people.
    constexpr std::size_t kSqlstate = 5;
    if (error.code.size() == kSqlstate || error.code.ends_with(')'))
        out += fmt::format(" [{}]", error.code);
    out += "\n";
    out += source_excerpt(error.where, error.source_line, style);
    append_block(out, "detail", error.detail);
    append_block(out, "context", error.context);
    append_block(out, "state", error.state);
    append_block(out, "hint", error.hint);
    for (const Error& more : error.also) out += error_text(more, style);
    return out;
}

}  // namespace kedge::report
