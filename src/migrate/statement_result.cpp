// SPDX-License-Identifier: MIT
#include "migrate/statement_result.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::migrate {
namespace {

using script::Expectation;
using Kind = Expectation::Kind;

/// Rows beyond those that were expected, for who looks why there are more.
constexpr std::size_t kMoreRows = 20;

std::string counted(std::int64_t rows) {
    return fmt::format("{} row{}", rows, rows == 1 ? "" : "s");
}

std::string told(const Error& error) {
    return error.code.empty() ? fmt::format("error: {}", error.message)
                              : fmt::format("error {}: {}", error.code, error.message);
}

std::string table_text(const std::vector<std::string>& columns,
                       const std::vector<std::vector<Expectation::Cell>>& rows) {
    std::vector<std::string> lines;
    if (!columns.empty()) lines.push_back(join(columns, " | "));
    for (const auto& row : rows) lines.push_back(script::expected_form(row));
    return join(lines, "\n");
}

std::string expected_text(const Expectation& expectation) {
    switch (expectation.kind) {
        case Kind::rows:
            return counted(static_cast<std::int64_t>(expectation.count));
        case Kind::value:
            return "value " + script::expected_form(expectation.cell);
        case Kind::error:
            return expectation.code.empty()
                       ? fmt::format("an error that says \"{}\"", expectation.message)
                       : "error " + expectation.code;
        case Kind::table:
            return table_text(expectation.columns, expectation.rows);
    }
    return {};
}

}  // namespace

StatementResult::StatementResult(std::span<const Expectation> expectations) : kept_(kMoreRows) {
    for (const Expectation& expectation : expectations) {
        kept_ = std::max(kept_, expectation.rows.size() + kMoreRows);
    }
}

void StatementResult::row(std::span<const db::Cell> values) {
    ++count_;
    if (rows_.size() == kept_) return;
    Row& row = rows_.emplace_back();
    for (const db::Cell& value : values) {
        row.push_back(value ? Expectation::Cell(*value) : std::nullopt);
    }
}

void StatementResult::finished(std::int64_t rows) {
    count_ = std::max(count_, rows);
}

void StatementResult::refused(Error error, std::vector<std::string> names) {
    error_ = std::move(error);
    code_names_ = std::move(names);
}

bool StatementResult::meets(const Expectation& expectation) const {
    if (expectation.kind == Kind::error) {
        if (!error_) return false;
        if (expectation.code.empty()) {
            return error_->message.find(expectation.message) != std::string::npos;
        }
        return std::find(code_names_.begin(), code_names_.end(), expectation.code) !=
               code_names_.end();
    }
    if (error_) return false;
    switch (expectation.kind) {
        case Kind::value:
            return count_ == 1 && rows_.size() == 1 && rows_.front().size() == 1 &&
                   rows_.front().front() == expectation.cell;
        case Kind::table:
            return meets_table(expectation);
        default:
            return count_ == static_cast<std::int64_t>(expectation.count);
    }
}

bool StatementResult::meets_table(const Expectation& expectation) const {
    if (count_ != static_cast<std::int64_t>(expectation.rows.size())) return false;
    if (!expectation.columns.empty() && expectation.columns != columns_) return false;
    if (expectation.ordered) return rows_ == expectation.rows;
    return std::is_permutation(rows_.begin(), rows_.end(), expectation.rows.begin(),
                               expectation.rows.end());
}

std::string StatementResult::shown_rows(bool with_names) const {
    if (rows_.empty()) return counted(count_);
    std::string out = table_text(with_names ? columns_ : std::vector<std::string>(), rows_);
    const auto shown = static_cast<std::int64_t>(rows_.size());
    if (shown < count_) out += fmt::format("\n... and {} more", counted(count_ - shown));
    return out;
}

std::string StatementResult::got(const Expectation& expectation) const {
    if (error_) return told(*error_);
    switch (expectation.kind) {
        case Kind::rows:
            return rows_.empty() ? counted(count_) : counted(count_) + ":\n" + shown_rows(false);
        case Kind::value:
            if (rows_.size() == 1 && count_ == 1 && rows_.front().size() == 1) {
                return "value " + script::expected_form(rows_.front().front());
            }
            return shown_rows(false);
        case Kind::error:
            return "no error";
        case Kind::table:
            return shown_rows(!expectation.columns.empty());
    }
    return {};
}

Check StatementResult::check(const Expectation& expectation) const {
    Check out;
    out.name =
        expectation.kind == Kind::table
            ? fmt::format("{}{}", counted(static_cast<std::int64_t>(expectation.rows.size())),
                          expectation.ordered ? " as listed" : " as listed, in any order")
            : expectation.words;
    if (meets(expectation)) return out;
    out.outcome = Check::Outcome::failed;
    out.expected = expected_text(expectation);
    out.got = got(expectation);
    return out;
}

}  // namespace kedge::migrate
