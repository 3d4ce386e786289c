// SPDX-License-Identifier: MIT
#include "report/difference_text.hpp"

#include <fmt/format.h>

#include "report/line_diff.hpp"

namespace kedge::report {
namespace {

using schema::Difference;
using schema::Verdict;

/// A value within a line, apart from the words around it.
std::string value_text(const std::optional<std::string>& value) {
    if (!value) return "none";
    return value->empty() ? "\"\"" : *value;
}

bool has_lines(const std::optional<std::string>& value) {
    return value && value->find('\n') != std::string::npos;
}

std::string changed_text(const Difference& difference, const Style& style) {
    if (!has_lines(difference.expected) && !has_lines(difference.actual)) {
        return fmt::format("{}: {} → {}\n", difference.attribute, value_text(difference.expected),
                           value_text(difference.actual));
    }
    std::string out = fmt::format("{}:\n", difference.attribute);
    for (const DiffLine& line :
         line_diff(difference.expected.value_or(""), difference.actual.value_or(""))) {
        const std::string text = fmt::format("    {} {}", line.sign, line.text);
        out += line.sign == '-'   ? painted(style, Paint::red, text)
               : line.sign == '+' ? painted(style, Paint::green, text)
                                  : text;
        out += '\n';
    }
    return out;
}

const char* word(Verdict verdict, Wording wording) {
    if (wording == Wording::history && verdict == Verdict::missing) return "dropped";
    if (wording == Wording::history && verdict == Verdict::unexpected) return "added";
    return schema::to_string(verdict);
}

Paint paint_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::missing:
            return Paint::red;
        case Verdict::unexpected:
            return Paint::green;
        default:
            return Paint::yellow;
    }
}

}  // namespace

std::string difference_text(const std::vector<Difference>& differences, const Style& style,
                            Wording wording) {
    std::string out;
    for (const Difference& difference : differences) {
        out += painted(style, paint_of(difference.verdict),
                       fmt::format("{:<10}", word(difference.verdict, wording)));
        out += ' ' + difference.subject();
        if (difference.verdict == Verdict::renamed) {
            out += fmt::format(" → {}\n", difference.actual.value_or(""));
        } else if (difference.verdict == Verdict::changed) {
            out += ": " + changed_text(difference, style);
        } else {
            out += '\n';
        }
    }
    return out;
}

}  // namespace kedge::report
