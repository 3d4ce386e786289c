// SPDX-License-Identifier: MIT
#include "script/findings.hpp"

#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::script {

void Findings::fail(Location where, std::string message, std::string hint) {
    Error error;
    error.kind = ErrorKind::script;
    error.message = std::move(message);
    error.hint = std::move(hint);
    error.where = std::move(where);
    errors_.push_back(std::move(error));
}

void Findings::warn(const Location& where, std::string_view message) {
    result_.warnings.push_back(fmt::format("{}: {}", where.to_string(), message));
}

bool is_for_lint(std::string_view directive) {
    const std::string_view word = directive.substr(0, directive.find_first_of(" \t"));
    return equals_ignoring_case(word, "allow") || equals_ignoring_case(word, "allow-file");
}

void Findings::needs_journal(std::string reason) {
    if (result_.mode == Mode::journal) return;
    result_.mode = Mode::journal;
    result_.journal_reason = std::move(reason);
}

void Findings::lives_in_session(std::string what) {
    if (result_.lives_in_session.empty()) result_.lives_in_session = std::move(what);
}

void Findings::directive(const Directive& directive, const Location& where, bool complains) {
    static const std::array<std::string, 1> kKnown = {"no-transaction"};
    const std::string text = to_lower_ascii(directive.text);
    if (is_for_lint(text)) return;
    const bool is_known = text == kKnown.front();
    if (is_known && result_.statements == 0) {
        needs_journal(fmt::format("-- kedge: no-transaction on line {}", directive.line));
    } else if (!complains) {
        return;
    } else if (!is_known) {
        fail(where,
             fmt::format("unknown directive \"{}\"{}", directive.text, did_you_mean(text, kKnown)),
             "there are: -- kedge: no-transaction, -- kedge: allow RULE reason");
    } else {
        fail(where, "\"-- kedge: no-transaction\" must stand before the first statement");
    }
}

void Findings::expectations(const std::vector<Comment>& comments, const std::string& file,
                            std::string_view statement, bool complains) {
    if (!only_looks() || !complains || comments.empty()) return;
    const auto found =
        parse_expectations(comments, is_test(), [&](const ExpectationProblem& problem) {
            const Location where{file, problem.line, 0};
            // A verify script may be older than kedge.
            if (problem.may_be_remark && !is_test()) {
                warn(where, problem.message + ", and takes it for a remark");
            } else {
                fail(where, problem.message, problem.hint);
            }
        });
    if (found.empty()) return;
    const std::string word = refuses_expectations(statement);
    if (statement.empty()) {
        fail({file, found.front().line, 0}, "no statement follows that this expectation is about");
    } else if (!word.empty()) {
        fail({file, found.front().line, 0},
             fmt::format("an expectation stands before a query, not before {}", word));
    }
}

void Findings::decide_mode() {
    result_.has_own_transaction = transactions_ > 0;
    // Such a script leaves nothing behind, so whatever transactions it has become savepoints.
    if (only_looks()) {
        result_.mode = Mode::transaction;
        result_.journal_reason.clear();
    } else if (script_.resumes) {
        needs_journal("part of it ran already");
    } else if (transactions_ > 1) {
        needs_journal("it has several transactions of its own");
    } else if (transactions_ == 1 && outside_work_) {
        needs_journal(
            fmt::format("it makes changes outside its own transaction, the first on line {}",
                        outside_work_->line));
    }
}

void Findings::judge_open_transaction() {
    if (result_.mode == Mode::journal) {
        if (open_) {
            fail(opened_at_, "the transaction that begins here is never committed",
                 "end the script with COMMIT;");
        }
        return;
    }
    // A script that only looks is taken back anyway.
    if (open_ && !only_looks()) {
        warn(opened_at_,
             "the transaction that begins here is never committed, so all of the script is taken "
             "back; end it with COMMIT;");
    }
    result_.rolls_back = transactions_ == 1 && (ended_by_rollback_ || open_);
}

Analysis Findings::take() {
    if (!errors_.empty()) {
        Error first = std::move(errors_.front());
        first.also.assign(std::make_move_iterator(errors_.begin() + 1),
                          std::make_move_iterator(errors_.end()));
        throw Failure(std::move(first));
    }
    return std::move(result_);
}

}  // namespace kedge::script
