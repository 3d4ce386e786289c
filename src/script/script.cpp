// SPDX-License-Identifier: MIT
#include "script/script.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace kedge::script {

void add_origin(std::vector<Origin>& origins, const Origin& origin) {
    if (!origins.empty() && origins.back().offset == origin.offset) {
        origins.back() = origin;
    } else {
        origins.push_back(origin);
    }
}

void expect(Step& step, std::size_t statement, const std::vector<Comment>& comments,
            Purpose purpose) {
    if (!only_looks(purpose) || comments.empty()) return;
    const bool is_test = purpose == Purpose::test;
    auto found = parse_expectations(comments, is_test, [&](const ExpectationProblem& problem) {
        if (problem.may_be_remark && !is_test) return;
        Error error;
        error.kind = ErrorKind::script;
        error.message = problem.message;
        error.hint = problem.hint;
        error.where = {step.file, problem.line, 0};
        throw Failure(std::move(error));
    });
    if (!found.empty()) step.expectations.emplace(statement, std::move(found));
}

Location Step::location(std::size_t offset) const {
    offset = std::min(offset, text.size());
    const auto after =
        std::upper_bound(origins.begin(), origins.end(), offset,
                         [](std::size_t o, const Origin& origin) { return o < origin.offset; });
    if (after == origins.begin()) return {file, 0, 0};
    const Origin& run = *std::prev(after);
    if (run.substituted) return {file, run.line, run.column};
    const std::string_view before = std::string_view(text).substr(run.offset, offset - run.offset);
    const std::size_t newline = before.rfind('\n');
    if (newline == before.npos) return {file, run.line, run.column + count_characters(before)};
    return {file,
            run.line + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
            count_characters(before.substr(newline + 1)) + 1};
}

}  // namespace kedge::script
