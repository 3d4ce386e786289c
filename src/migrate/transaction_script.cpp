// SPDX-License-Identifier: MIT
#include "migrate/transaction_script.hpp"

#include <utility>

#include <fmt/format.h>

namespace kedge::migrate {
namespace {

/// A word and a text, which stands below it if it has several lines.
std::string block(const char* word, const std::string& text) {
    return fmt::format("{}{}{}", word, text.find('\n') == std::string::npos ? ' ' : '\n', text);
}

}  // namespace

TransactionScript::TransactionScript(Session& session, const script::Script& script)
    : ScriptObserver(session, script), only_looks_(script::only_looks(script.purpose)) {}

TransactionScript::TransactionScript(Session& session, db::Connection& target,
                                     const script::Script& script)
    : ScriptObserver(session, target, script), only_looks_(script::only_looks(script.purpose)) {}

bool TransactionScript::starting(std::string_view sql, std::size_t offset) {
    static_cast<void>(offset);
    const bool runs = take(sql);
    left_out_ = !runs;
    return runs;
}

bool TransactionScript::take(std::string_view sql) {
    switch (session_.dialect().control(sql)) {
        case script::Control::begin:
            // The transactions of a script that only looks become savepoints, so that none of them
            // ends the transaction around.
            if (only_looks_ && !inside_) session().enqueue("SAVEPOINT kedge_script");
            inside_ = true;
            return false;
        case script::Control::commit:
            if (only_looks_ && inside_) session().enqueue("RELEASE SAVEPOINT kedge_script");
            inside_ = false;
            return false;
        case script::Control::rollback:
            if (only_looks_ && inside_) {
                session().enqueue("ROLLBACK TO kedge_script; RELEASE SAVEPOINT kedge_script");
            }
            inside_ = false;
            return false;
        case script::Control::setting:
            return inside_;
        default:
            return true;
    }
}

void TransactionScript::columns(const std::vector<std::string>& names) {
    if (watched_) watched_->columns(names);
    ScriptObserver::columns(names);
}

void TransactionScript::row(std::span<const db::Cell> values) {
    if (watched_) watched_->row(values);
    ScriptObserver::row(values);
}

void TransactionScript::finished(std::string_view sql, std::chrono::microseconds elapsed,
                                 std::int64_t rows) {
    if (watched_) watched_->finished(rows);
    tell_finished(rows);
    if (!session().in_transaction()) {
        Error error;
        error.kind = ErrorKind::script;
        error.message = "the statement ended kedge's transaction";
        error.where = location(first_token(started_));
        error.hint = only_looks_ ? "what it did before can't be rolled back any more: look what is "
                                   "left of it"
                                 : "if it has to, let the script say: -- kedge: no-transaction";
        throw Failure(std::move(error));
    }
    tell_done(sql, elapsed);
    refuse_warning();
}

void TransactionScript::play_step() {
    if (step_.expectations.empty()) {
        ScriptObserver::play_step();
        return;
    }
    // Each by itself, since the next may have to wait for what is made of its result.
    for (std::size_t i = 0; i < step_.statements.size(); ++i) {
        const auto [begin, end] = step_.statements[i];
        const auto found = step_.expectations.find(i);
        if (found == step_.expectations.end()) {
            run_statement(begin, end);
        } else {
            run_watched(begin, end, found->second);
        }
    }
}

void TransactionScript::run_watched(std::size_t begin, std::size_t end,
                                    const std::vector<script::Expectation>& expectations) {
    watched_ = std::make_unique<StatementResult>(expectations);
    left_out_ = false;
    session().enqueue("SAVEPOINT kedge_expected");
    try {
        run_statement(begin, end);
        session().enqueue("RELEASE SAVEPOINT kedge_expected");
    } catch (const db::StatementFailure& failure) {
        const Error& error = failure.error();
        const bool is_wanted = error.kind == ErrorKind::locked &&
                               expectations.front().kind == script::Expectation::Kind::error;
        if (error.kind != ErrorKind::refused && !is_wanted) throw;
        take_back(error);
        watched_->refused(error, session().names_of_code(error.code));
    }
    if (left_out_) {
        Error error;
        error.kind = ErrorKind::script;
        error.message =
            "an expectation stands before a query, not before what belongs to a "
            "transaction";
        error.where = {step_.file, expectations.front().line, 0};
        throw Failure(std::move(error));
    }
    const std::unique_ptr<StatementResult> result = std::move(watched_);
    for (const script::Expectation& expectation : expectations) {
        Check check = result->check(expectation);
        check.where = {step_.file, expectation.line, 0};
        judged(std::move(check));
    }
}

void TransactionScript::take_back(const Error& error) {
    bool is_back = session().in_transaction();
    if (is_back) {
        try {
            session().execute("ROLLBACK TO kedge_expected; RELEASE SAVEPOINT kedge_expected");
        } catch (const Failure&) {
            is_back = false;
        }
    }
    if (is_back) return;
    Error ended = error;
    ended.kind = ErrorKind::script;
    ended.message = fmt::format("the error took back the whole transaction: {}", error.message);
    ended.hint =
        "after it nothing of the script can run; let the statement stand in a file of its "
        "own, at its end";
    throw Failure(std::move(ended));
}

void TransactionScript::judged(Check check) {
    if (check.outcome != Check::Outcome::failed) return;
    Error error;
    error.kind = ErrorKind::script;
    error.message = fmt::format("the expectation \"{}\" is not met", check.name);
    error.where = std::move(check.where);
    error.detail = block("expected:", check.expected) + '\n' + block("got:", check.got);
    throw Failure(std::move(error));
}

void TransactionScript::connect() {
    ScriptObserver::connect();
    inside_ = false;
    session().begin();
}

}  // namespace kedge::migrate
