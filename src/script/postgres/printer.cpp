// SPDX-License-Identifier: MIT
#include "script/postgres/printer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "script/postgres/conditions.hpp"
#include "support/text.hpp"

namespace kedge::script::postgres {
namespace {

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string gap(width - std::min(width, display_width(text)), ' ');
    return right ? gap + text : text + gap;
}

std::string centered(const std::string& text, std::size_t width) {
    const std::size_t gap = width - std::min(width, display_width(text));
    return std::string(gap / 2, ' ') + text + std::string(gap - gap / 2, ' ');
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("+-.0123456789eE") == text.npos;
}

std::string rows_text(std::size_t rows) {
    return fmt::format("({} row{})\n", rows, rows == 1 ? "" : "s");
}

/// A line break within a cell is shown as psql shows it.
std::string on_one_line(std::string text) {
    return replace_all(text, "\n", "+");
}

}  // namespace

std::string PrintSettings::set(std::string_view name, const std::optional<std::string>& value) {
    const auto on = [&](bool& setting) -> std::string {
        if (!value) {
            setting = !setting;
        } else if (const auto wanted = psql_boolean(*value)) {
            setting = *wanted;
        } else {
            return fmt::format("\\pset {}: \"{}\" is neither on nor off", name, *value);
        }
        return {};
    };
    if (name == "format") {
        if (!value) return {};
        if (*value == "unaligned") {
            format = Format::unaligned;
        } else if (*value == "aligned" || *value == "wrapped") {
            format = Format::aligned;
        } else if (*value == "csv") {
            format = Format::csv;
        } else {
            return fmt::format("\\pset format {}: kedge shows results as plain text or CSV",
                               *value);
        }
        return {};
    }
    if (name == "x" || name == "expanded" || name == "vertical") {
        // By itself it is the width of a screen that decides, and a script has none.
        if (value == "auto") {
            expanded = false;
            return {};
        }
        return on(expanded);
    }
    if (name == "t" || name == "tuples_only") return on(tuples_only);
    if (name == "footer") return on(footer);
    if (name == "fieldsep") field_separator = value.value_or("|");
    if (name == "fieldsep_zero") field_separator = std::string(1, '\0');
    if (name == "recordsep") record_separator = value.value_or("\n");
    if (name == "recordsep_zero") record_separator = std::string(1, '\0');
    if (name == "csv_fieldsep") csv_separator = value.value_or(",");
    if (name == "null") null = value.value_or("");
    if (name == "title") title = value.value_or("");
    constexpr std::array<std::string_view, 20> kKnown = {"fieldsep",
                                                         "fieldsep_zero",
                                                         "recordsep",
                                                         "recordsep_zero",
                                                         "csv_fieldsep",
                                                         "null",
                                                         "title",
                                                         "border",
                                                         "columns",
                                                         "linestyle",
                                                         "numericlocale",
                                                         "pager",
                                                         "pager_min_lines",
                                                         "tableattr",
                                                         "C",
                                                         "unicode_border_linestyle",
                                                         "unicode_column_linestyle",
                                                         "unicode_header_linestyle",
                                                         "xheader_width",
                                                         ""};
    // Those without effect are about lines, borders and pagers.
    if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) return {};
    return fmt::format("\\pset: unknown option \"{}\"", name);
}

std::string Printer::text_of(const Cell& cell) const {
    return cell ? std::string(*cell) : settings_.null;
}

std::string Printer::csv_line(std::span<const std::string> values) const {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += settings_.csv_separator;
        const bool quote =
            values[i].find_first_of("\"\r\n" + settings_.csv_separator) != std::string::npos ||
            values[i] == "\\.";
        out += quote ? '"' + replace_all(values[i], "\"", "\"\"") + '"' : values[i];
    }
    return out + '\n';
}

void Printer::columns(const PrintSettings& settings, const std::vector<std::string>& names,
                      const Write& write) {
    settings_ = settings;
    names_ = names;
    rows_ = 0;
    open_ = true;
    kept_.clear();
    if (names_.empty() || settings_.tuples_only || settings_.expanded ||
        settings_.format == PrintSettings::Format::aligned) {
        return;
    }
    if (settings_.format == PrintSettings::Format::csv) {
        write(csv_line(names_));
        return;
    }
    if (!settings_.title.empty()) write(settings_.title + settings_.record_separator);
    write(join(names_, settings_.field_separator) + settings_.record_separator);
}

void Printer::row(std::span<const Cell> values, const Write& write) {
    ++rows_;
    if (names_.empty()) return;
    if (settings_.format == PrintSettings::Format::aligned) {
        std::vector<std::string>& kept = kept_.emplace_back();
        for (const Cell& value : values) kept.push_back(on_one_line(text_of(value)));
        return;
    }
    if (settings_.expanded) {
        expanded_row(values, write);
        return;
    }
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const Cell& value : values) texts.push_back(text_of(value));
    write(settings_.format == PrintSettings::Format::csv
              ? csv_line(texts)
              : join(texts, settings_.field_separator) + settings_.record_separator);
}

void Printer::expanded_row(std::span<const Cell> values, const Write& write) {
    std::string out;
    const bool csv = settings_.format == PrintSettings::Format::csv;
    if (rows_ > 1) out += csv ? "\n" : settings_.record_separator;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (csv) {
            const std::string pair[] = {names_[i], text_of(values[i])};
            out += csv_line(pair);
        } else {
            out += names_[i] + settings_.field_separator + text_of(values[i]) +
                   settings_.record_separator;
        }
    }
    write(out);
}

void Printer::end(const Write& write) {
    if (!std::exchange(open_, false)) return;
    if (settings_.format == PrintSettings::Format::aligned) {
        if (settings_.expanded) {
            aligned_expanded(write);
        } else {
            aligned(write);
        }
    } else if (settings_.format == PrintSettings::Format::unaligned && !settings_.tuples_only &&
               settings_.footer && !settings_.expanded) {
        write(rows_text(rows_));
    }
}

void Printer::aligned(const Write& write) {
    const std::size_t count = names_.size();
    std::vector<std::size_t> widths(count, 0);
    std::vector<bool> numbers(count, true);
    for (std::size_t i = 0; i < count; ++i) {
        if (!settings_.tuples_only) widths[i] = display_width(names_[i]);
        for (const auto& row : kept_) {
            widths[i] = std::max(widths[i], display_width(row[i]));
            if (!row[i].empty() && !is_number(row[i])) numbers[i] = false;
        }
    }
    const auto line_of = [&](const auto& cell) {
        std::string line;
        for (std::size_t i = 0; i < count; ++i) {
            line += (i == 0 ? " " : "| ") + cell(i) + (i + 1 == count ? "" : " ");
        }
        return line + "\n";
    };
    if (!settings_.tuples_only) {
        if (!settings_.title.empty()) write(settings_.title + "\n");
        std::string head = line_of([&](std::size_t i) { return centered(names_[i], widths[i]); });
        head.insert(head.size() - 1, " ");
        write(head);
        std::string rule;
        for (std::size_t i = 0; i < count; ++i) {
            rule += (i == 0 ? "" : "+") + std::string(widths[i] + 2, '-');
        }
        write(rule + "\n");
    }
    for (const auto& row : kept_) {
        write(line_of([&](std::size_t i) {
            const bool last = i + 1 == count;
            return last && !numbers[i] ? row[i] : padded(row[i], widths[i], numbers[i]);
        }));
    }
    if (!settings_.tuples_only && settings_.footer) write(rows_text(rows_));
    write("\n");
}

void Printer::aligned_expanded(const Write& write) {
    std::size_t width = 0;
    for (const std::string& name : names_) width = std::max(width, display_width(name));
    std::size_t widest = 0;
    for (const auto& row : kept_) {
        for (const std::string& cell : row) widest = std::max(widest, display_width(cell));
    }
    std::size_t number = 0;
    if (kept_.empty() && !settings_.tuples_only) write(rows_text(0));
    for (const auto& row : kept_) {
        if (settings_.tuples_only && number++ > 0) {
            write(std::string(width + 1, '-') + '+' + std::string(widest + 1, '-') + "\n");
        }
        if (!settings_.tuples_only) {
            std::string head = fmt::format("-[ RECORD {} ]", ++number);
            while (head.size() < width + 1) head += '-';
            head += head.size() == width + 1 ? "+" : "-";
            while (head.size() < width + 3 + widest) head += '-';
            write(head + "\n");
        }
        for (std::size_t i = 0; i < names_.size(); ++i) {
            write(padded(names_[i], width, false) + " | " + row[i] + "\n");
        }
    }
    write("\n");
}

}  // namespace kedge::script::postgres
