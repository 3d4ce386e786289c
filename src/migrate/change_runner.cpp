// SPDX-License-Identifier: MIT
#include "migrate/change_runner.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "migrate/committing_script.hpp"
#include "migrate/foreign_keys.hpp"
#include "migrate/journaled_script.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

/// Applies a script's settings of the session, and makes the session as new at the end.
class SessionSettings {
  public:
    SessionSettings(db::Connection& target, const script::Analysis& analysis,
                    const script::Analysis* verify = nullptr)
        : target_(target),
          touched_(analysis.touches_session || (verify != nullptr && verify->touches_session)) {
        for (const std::string& setting : analysis.settings) target_.execute(setting);
    }
    ~SessionSettings() {
        if (!touched_) return;
        try {
            target_.reset_session();
        } catch (const Failure&) {
            // The next statement on the connection meets the same trouble and reports it.
        }
    }
    SessionSettings(const SessionSettings&) = delete;
    SessionSettings& operator=(const SessionSettings&) = delete;

  private:
    db::Connection& target_;
    bool touched_;
};

/// For what failed in a transaction: which script it was, if nothing better is known, and what is
/// certain of the database.
void say_nothing_happened(const db::Connection& target, Error& error, const std::string& path) {
    if (error.where.file.empty() && error.kind == ErrorKind::refused) {
        error.where.file = path;
    }
    if (!target.is_lost() || !error.state.empty()) return;
    error.state = "nothing of the change happened: with the connection its transaction is gone";
    error.hint = "when the server can be reached, run the command again";
}

}  // namespace

void ChangeRunner::check_still_current() {
    const bool undisturbed = session_.check_lock();
    if (!session_.store().registry_changed_by_others() && undisturbed) return;
    const auto& known = session_.deployed().changes();
    const auto now = session_.registry().deployed(std::string(session_.plan().project()));
    const bool same =
        std::equal(known.begin(), known.end(), now.changes().begin(), now.changes().end(),
                   [](const auto& a, const auto& b) { return a.id == b.id; });
    if (same) return;
    throw Failure(ErrorKind::locked, "another tool deployed or reverted changes meanwhile",
                  "run the command again: it goes on from what is deployed now");
}

void ChangeRunner::verify(const Step& step) {
    if (step.verify == nullptr) return;
    try {
        scripts_.run_in_transaction(*step.verify, *step.verify_analysis);
    } catch (Failure& failure) {
        // What has nothing to do with the script isn't its verdict.
        if (failure.error().kind != ErrorKind::refused &&
            failure.error().kind != ErrorKind::script) {
            throw;
        }
        throw VerifyFailure(failure.error());
    }
}

void ChangeRunner::verify_only(const Step& step) {
    db::Connection& target = session_.store().target();
    const SessionSettings settings(target, *step.verify_analysis);
    target.begin(step.verify_analysis->characteristics);
    try {
        verify(step);
    } catch (...) {
        target.rollback();
        throw;
    }
    target.rollback();
}

void ChangeRunner::run_inside(Step& step) {
    scripts_.run_in_transaction(step.script, step.analysis);
    // What the script put off to its end is its own fault, not its verify script's.
    if (step.verify != nullptr) session_.store().target().flush();
    verify(step);
    step.record();
}

void ChangeRunner::run(Step& step) {
    for (int attempt = 1;; ++attempt) {
        try {
            run_once(step);
            return;
        } catch (const VerifyFailure&) {
            throw;
        } catch (const Failure& failure) {
            const bool lost_a_lock =
                failure.error().kind == ErrorKind::locked && !failure.error().code.empty();
            if (!lost_a_lock || attempt > session_.surroundings().lock_retries) throw;
            wait_before_retry(failure.error(), attempt);
        }
    }
}

void ChangeRunner::wait_before_retry(const Error& error, int attempt) {
    // Twice as long each time, and never the same for two that collided.
    constexpr int kFirst = 250;
    constexpr int kLongest = 15000;
    const int longest = std::min(kLongest, kFirst << std::min(attempt, 8));
    static thread_local std::minstd_rand random{std::random_device{}()};
    const std::chrono::milliseconds pause(
        std::uniform_int_distribution<int>(longest / 2, longest)(random));
    session_.reporter().handle(Warning{fmt::format(
        "{}; rolled back, and trying again in {:.1f} s ({} of {})", error.message,
        static_cast<double>(pause.count()) / 1000, attempt, session_.surroundings().lock_retries)});
    const auto until = std::chrono::steady_clock::now() + pause;
    while (std::chrono::steady_clock::now() < until) {
        if (session_.surroundings().cancellation.requested()) {
            throw Failure(ErrorKind::interrupted, "interrupted while waiting to try again");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

void ChangeRunner::run_once(Step& step) {
    if (step.analysis.mode == script::Mode::transaction) {
        try {
            run_as_transaction(step);
            return;
        } catch (const VerifyFailure& failure) {
            // What the script made can be used only after its commit.
            constexpr std::string_view kUnsafeNewEnumValue = "55P04";
            if (failure.error().code != kUnsafeNewEnumValue) throw;
            run_as_journal_after(step, failure.error());
            return;
        } catch (const Failure& failure) {
            if (step.analysis.has_own_transaction || !needs_no_transaction(failure.error())) throw;
            run_as_journal_after(step, failure.error());
            return;
        }
    }
    run_as_journal(step);
}

void ChangeRunner::run_as_journal_after(Step& step, const Error& refusal) {
    step.analysis.mode = script::Mode::journal;
    step.analysis.journal_reason = refusal.message;
    session_.reporter().handle(
        Warning{fmt::format("{}: {}; it was rolled back, and now runs statement by statement",
                            refusal.where.to_string(), refusal.message)});
    run_as_journal(step);
}

void ChangeRunner::commit(const Step& step) {
    looked_ahead_.reset();
    // The session has to be as the next script finds it.
    const bool is_clean = !step.analysis.touches_session &&
                          (step.verify == nullptr || !step.verify_analysis->touches_session);
    const auto ahead =
        is_clean && step.next != nullptr ? first_look(session_, *step.next) : std::nullopt;
    if (!ahead) {
        session_.store().commit(step.entry);
        return;
    }
    db::Connection::Rider rider{ahead->look.query};
    if (session_.store().commit(step.entry, &rider)) {
        looked_ahead_ = StatementLooks::of_answer(rider, ahead->look, ahead->statement);
    }
}

void ChangeRunner::run_as_transaction(Step& step) {
    registry::Store& store = session_.store();
    // Outlives the roll-back below: settings are put back after the transaction.
    const SessionSettings settings(store.target(), step.analysis, step.verify_analysis);
    try {
        store.begin(step.analysis.characteristics);
        check_still_current();
        std::vector<db::Connection::ForeignKeyGap> gaps;
        if (step.analysis.check_foreign_keys) gaps = store.target().foreign_key_gaps();
        scripts_.run_in_transaction(step.script, step.analysis);
        if (step.analysis.check_foreign_keys) refuse_new_gaps(store.target(), gaps);
        if (step.verify != nullptr) store.target().flush();
        verify(step);
        step.record();
        commit(step);
    } catch (Failure& failure) {
        store.rollback();
        say_nothing_happened(store.target(), failure.error(), step.script.path);
        throw;
    } catch (...) {
        store.rollback();
        throw;
    }
    for (const std::string& statement : step.analysis.cleanup) {
        try {
            store.target().execute(statement);
        } catch (const Failure& failure) {
            session_.reporter().handle(
                Warning{fmt::format("{}: after the commit, \"{}\" failed: {}", step.script.path,
                                    trim(statement), failure.error().message)});
        }
    }
}

void ChangeRunner::run_as_journal(Step& step) {
    registry::Store& store = session_.store();
    {
        // They end with the script: its verify script begins in a session as new.
        const SessionSettings settings(store.target(), step.analysis);
        scripts_.run_under_journal(step.script, step.analysis, step.entry,
                                   std::exchange(looked_ahead_, std::nullopt));
    }
    const SessionSettings settings(store.target(), {}, step.verify_analysis);
    try {
        store.begin();
        check_still_current();
        verify(step);
        step.record();
        commit(step);
    } catch (VerifyFailure& failure) {
        store.rollback();
        undo_journaled(step, failure.error());
        throw;
    } catch (Failure& failure) {
        store.rollback();
        failure.error().state =
            "all statements of the script ran and are permanent, but they are not recorded yet; "
            "the next run records them without running them again";
        throw;
    }
}

void ChangeRunner::take_back(Step& step) {
    registry::Store& store = session_.store();
    registry::JournalEntry undo = step.entry;
    undo.operation = "undo";
    undo.state.clear();
    undo.error.clear();
    undo.looks.clear();
    undo.position = 0;
    undo.prefix_hash.clear();
    for (const registry::JournalEntry& entry : store.journal().entries()) {
        if (entry.operation == "undo" && entry.change_id == undo.change_id) undo = entry;
    }
    script::Script script = step.undo_script();
    script.resumes = undo.is_partial();
    const script::Analysis analysis = session_.dialect().analyse(script);
    const SessionSettings settings(store.target(), analysis);
    if (analysis.mode == script::Mode::transaction) {
        store.target().begin();
        scripts_.run_in_transaction(script, analysis);
    } else {
        store.journal().put(step.entry);
        scripts_.run_under_journal(script, analysis, undo);
        store.target().begin();
    }
    // The mark goes with what it stands for.
    store.journal().remove(undo);
    store.journal().remove(step.entry);
    store.target().commit();
    step.entry.position = 0;
    step.entry.prefix_hash.clear();
    step.entry.state.clear();
    step.entry.error.clear();
}

void ChangeRunner::undo_journaled(Step& step, Error& verdict) {
    registry::Store& store = session_.store();
    step.entry.state = "stopped";
    step.entry.error = "verify failed: " + verdict.message;
    step.entry.looks.clear();
    try {
        take_back(step);
    } catch (const Failure& failure) {
        store.rollback();
        store.journal().put(step.entry);
        verdict.also.push_back(failure.error());
        verdict.state = fmt::format(
            "all {} statements of the change are permanent, and its revert script could not take "
            "them back",
            step.entry.position);
        verdict.hint =
            "mend what the verify script found, or that script, and run kedge deploy "
            "again: it verifies and records without running them again";
    }
}

}  // namespace kedge::migrate
