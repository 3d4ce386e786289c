// SPDX-License-Identifier: MIT
#include "script/mysql/printer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kedge::script::mysql {
namespace {

/// What would break the line, or the columns, is escaped.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '\0':
                out += "\\0";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\\':
                out += "\\\\";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace

std::string Printer::row(std::span<const Cell> values) {
    ++rows_;
    std::string out;
    if (vertical_) {
        out = fmt::format("{0} {1}. row {0}\n", std::string(27, '*'), rows_);
        for (const Cell& value : values) {
            std::string text(value.value_or("NULL"));
            std::replace(text.begin(), text.end(), '\0', ' ');
            out += text + '\n';
        }
        return out;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += '\t';
        out += values[i] ? escaped(*values[i]) : "NULL";
    }
    return out + '\n';
}

}  // namespace kedge::script::mysql
