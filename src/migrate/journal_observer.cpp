// SPDX-License-Identifier: MIT
#include "migrate/journal_observer.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace kedge::migrate {

void JournalObserver::finished(std::string_view sql, std::chrono::microseconds elapsed,
                               std::int64_t rows) {
    tell_finished(rows);
    if (index_ > resume_at_) tell_done(sql, elapsed);
}

void JournalObserver::play_all() {
    play();
    // What is shorter than the part that ran was edited there.
    if (index_ < resume_at_) refuse_edited();
}

/// One statement at a time: one that ran already must not even be prepared, since what it makes is
/// there.
void JournalObserver::play_step() {
    const auto statements = step_.statements;
    for (const auto& [begin, end] : statements) {
        base_ = begin;
        started_ = 0;
        const std::string_view sql = std::string_view(step_.text).substr(begin, end - begin);
        if (!take_up(sql)) {
            skip();
            continue;
        }
        try {
            run_marked(begin, end);
        } catch (Failure& failure) {
            failed(sql, failure.error());
            throw;
        }
        if (index_ <= resume_at_) continue;
        // What can still be rolled back doesn't stay with a warning; what can't has its mark first.
        if (!is_permanent()) refuse_warning();
        after();
        refuse_warning();
    }
    base_ = 0;
}

bool JournalObserver::take_up(std::string_view sql) {
    ++index_;
    hash_before_ = hash_;
    hash_ = digest_with(hash_, sql);
    control_ = session_.dialect().control(sql);
    if (index_ <= resume_at_) {
        const StatementTrail::Entry* was = trail_.find(index_);
        if (was != nullptr && !resume_hash_.empty() && StatementTrail::differs(*was, hash_)) {
            refuse_edited(was, sql);
        }
        if (index_ == resume_at_ && !resume_hash_.empty() && hash_ != resume_hash_) refuse_edited();
        note_idle();
        // What only the session knew went with the session.
        if (control_ != script::Control::setting && control_ != script::Control::session) {
            return false;
        }
        refuse_lost_row(sql);
        return true;
    }
    note_idle();
    entry_.where = location(0).to_string();
    trail_.add(index_, hash_, sql);
    return before(sql);
}

void JournalObserver::note_idle() {
    if (control_ == script::Control::begin && entry_.idle + 1 == index_) entry_.idle = index_;
}

void JournalObserver::fail_unknown(const char* what) const {
    Error error;
    error.kind = ErrorKind::outcome_unknown;
    error.message = fmt::format("an earlier run was cut off while this statement {}", what);
    error.where = location(0);
    error.hint =
        "look how far it came, do by hand what is left of the script, and record the change "
        "with: kedge deploy --log-only";
    throw Failure(std::move(error));
}

void JournalObserver::refuse_lost_row(std::string_view sql) const {
    if (resume_at_ == 0 || !session_.dialect().asks_for_last_row(sql)) return;
    Error error;
    error.kind = ErrorKind::outcome_unknown;
    error.message =
        "this asks for the number of the row that was inserted last, and that went with the "
        "session "
        "that was cut off";
    error.where = location(0);
    error.hint = fmt::format(
        "{}do by hand what is left of the script, and say so: kedge resolve {} --as deployed "
        "--reason TEXT",
        index_ > resume_at_ ? "write the number in its place; or " : "", entry_.change);
    throw Failure(std::move(error));
}

void JournalObserver::refuse_edited(const StatementTrail::Entry* was, std::string_view now) const {
    Error error;
    error.kind = ErrorKind::edited_history;
    error.message =
        resume_at_ == 1
            ? "the first statement of the script ran already, and was edited since"
            : fmt::format(
                  "the first {} statements of the script ran already, and were edited since",
                  resume_at_);
    error.where = {step_.file, 0, 0};
    if (was != nullptr) {
        error.where = location(0);
        error.detail = fmt::format("statement {} ran as: {}\nit is now: {}", was->index, was->text,
                                   statement_beginning(now));
    }
    error.hint = "restore them; what comes after them may be edited";
    throw Failure(std::move(error));
}

void JournalObserver::tell_settled(const std::string& subject) const {
    session_.reporter().handle(Notice{
        fmt::format("{}: the statement had done its work: {}", location(0).to_string(), subject)});
}

void JournalObserver::save(const char* state) {
    entry_.state = state;
    entry_.sql = trail_.to_text();
    entry_.unmarked = 0;
    session_.store().journal().put(entry_);
}

void JournalObserver::advance(const char* state) {
    entry_.position = index_;
    entry_.prefix_hash = hash_;
    entry_.looks.clear();
    save(state);
}

}  // namespace kedge::migrate
