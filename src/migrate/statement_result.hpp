// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "migrate/check.hpp"
#include "script/expectation.hpp"

namespace kedge::migrate {

/// What came of a statement of which something was expected: rows, or an error. Keeps no more rows
/// than can be compared and shown.
class StatementResult {
  public:
    /// For what is expected of the statement.
    explicit StatementResult(std::span<const script::Expectation> expectations);

    void columns(const std::vector<std::string>& names) { columns_ = names; }
    void row(std::span<const db::Cell> values);
    /// `rows`: how many it gave or changed.
    void finished(std::int64_t rows);
    /// It was refused; `names` are those of the error's code.
    void refused(Error error, std::vector<std::string> names);
    [[nodiscard]] bool is_refused() const noexcept { return error_.has_value(); }

    /// Whether the expectation is met. `where` is left to the caller.
    [[nodiscard]] Check check(const script::Expectation& expectation) const;

  private:
    using Row = std::vector<script::Expectation::Cell>;

    [[nodiscard]] bool meets(const script::Expectation& expectation) const;
    [[nodiscard]] bool meets_table(const script::Expectation& expectation) const;
    [[nodiscard]] std::string got(const script::Expectation& expectation) const;
    [[nodiscard]] std::string shown_rows(bool with_names) const;

    std::size_t kept_;  ///< how many rows at the most
    std::vector<std::string> columns_;
    std::vector<Row> rows_;
    std::int64_t count_ = 0;
    std::optional<Error> error_;
    std::vector<std::string> code_names_;
};

}  // namespace kedge::migrate
