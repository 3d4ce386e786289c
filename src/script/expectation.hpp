// SPDX-License-Identifier: MIT
// Expectations: comments before a query of a verify or test script that say what is to come of it.
// kedge-test(1) describes their form.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/comment.hpp"

namespace kedge::script {

/// What a query is to give, or a statement to be refused with.
struct Expectation {
    enum class Kind {
        rows,   ///< `count` of them
        value,  ///< one row with one value: `cell`
        error,  ///< `code`, or a message that holds `message`
        table,  ///< `rows`, and `columns` if they are named
    };
    /// A value as text; nothing for NULL.
    using Cell = std::optional<std::string>;

    Kind kind = Kind::rows;
    std::string words;     ///< as the comment has it, behind `expect:`
    std::size_t line = 0;  ///< of the comment
    std::size_t count = 0;
    Cell cell = std::nullopt;
    std::string code = {};
    std::string message = {};
    std::vector<std::string> columns = {};
    std::vector<std::vector<Cell>> rows = {};
    bool ordered = true;  ///< the rows have to come in this order
};

/// What is wrong with a comment that was to be an expectation.
struct ExpectationProblem {
    std::size_t line = 0;
    std::string message;
    std::string hint;
    bool may_be_remark = false;  ///< of somebody who didn't write it for kedge
};

/// The expectations in the comments before a statement, or at the end of a file. What is none is
/// passed over; what is a wrong one is told of, and left out. In a test, `-- expect 3 rows` without
/// its colon is a wrong one; elsewhere it is somebody's remark.
[[nodiscard]] std::vector<Expectation> parse_expectations(
    std::span<const Comment> comments, bool is_test,
    const std::function<void(const ExpectationProblem&)>& on_problem);

/// What a message calls a statement before which no expectation can stand, since it belongs to a
/// transaction: `BEGIN`; empty for any other.
[[nodiscard]] std::string refuses_expectations(std::string_view statement);

/// As the cell of a table, with quotes where it needs them.
[[nodiscard]] std::string expected_form(const Expectation::Cell& cell);
[[nodiscard]] std::string expected_form(std::span<const Expectation::Cell> row);

}  // namespace kedge::script
