// SPDX-License-Identifier: MIT
#include "migrate/journaled_script.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "migrate/foreign_keys.hpp"
#include "migrate/script_observer.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

class JournalObserver final : public ScriptObserver {
  public:
    JournalObserver(Session& session, const script::Script& script,
                    const script::Analysis& analysis, registry::JournalEntry& entry)
        : ScriptObserver(session, script),
          analysis_(analysis),
          entry_(entry),
          resume_at_(entry.position),
          resume_hash_(entry.prefix_hash),
          was_begun_(!entry.state.empty()),
          was_unsure_(entry.state == "unsure") {
        if (analysis_.check_foreign_keys) gaps_before_ = target_.foreign_key_gaps();
    }

    bool starting(std::string_view, std::size_t) override { return true; }

    void finished(std::string_view sql, std::chrono::microseconds elapsed,
                  std::int64_t rows) override {
        tell_finished(rows);
        if (index_ > resume_at_) tell_done(sql, elapsed);
    }

    void play_all() {
        play();
        // What is shorter than the part that ran was edited there.
        if (index_ < resume_at_) refuse_edited();
    }

  private:
    /// One statement at a time: one that ran already must not even be prepared, since what it
    /// makes is there.
    void play_step() override {
        const auto statements = step_.statements;
        for (const auto& [begin, end] : statements) {
            base_ = begin;
            started_ = 0;
            const std::string_view sql = std::string_view(step_.text).substr(begin, end - begin);
            if (!before(sql)) {
                skip();
                continue;
            }
            try {
                run_marked(begin, end);
            } catch (Failure& failure) {
                tell_leftovers(sql, failure.error());
                throw;
            }
            if (index_ > resume_at_) after();
        }
        base_ = 0;
    }

    /// Runs a statement in the transaction of its mark, or, where it turns out not to be possible
    /// in one, between two marks.
    void run_marked(std::size_t begin, std::size_t end) {
        try {
            run_statement(begin, end);
        } catch (const Failure& failure) {
            if (!wrapped_ || !needs_no_transaction(failure.error())) throw;
            target_.rollback();
            wrapped_ = false;
            control_ = script::Control::outside;
            save("unsure");
            target_.flush();
            run_statement(begin, end);
        }
    }

    [[noreturn]] void fail_unknown(const char* what) const {
        Error error;
        error.kind = ErrorKind::outcome_unknown;
        error.message = fmt::format("an earlier run was cut off while this statement {}", what);
        error.where = location(0);
        error.hint =
            "look how far it came, do by hand what is left of the script, and record the change "
            "with: kedge deploy --log-only";
        throw Failure(std::move(error));
    }

    bool before(std::string_view sql) {
        ++index_;
        hash_ = Sha1::of(hash_ + std::string(trim(sql))).str();
        control_ = session_.dialect().control(sql);
        if (index_ <= resume_at_) {
            check_prefix();
            // What only the session knew went with the session.
            return control_ == script::Control::setting || control_ == script::Control::session;
        }
        entry_.where = location(0).to_string();
        if (elsewhere_) return before_elsewhere();
        const bool own = inside_;
        switch (control_) {
            case script::Control::begin:
                inside_ = true;
                break;
            case script::Control::commit:
                inside_ = false;
                if (analysis_.check_foreign_keys) refuse_new_gaps(target_, gaps_before_);
                advance("running");
                break;
            case script::Control::rollback:
                inside_ = false;
                break;
            case script::Control::none:
                // One that was begun outside all the same had to be.
                if (index_ == resume_at_ + 1 && was_unsure_) settle(sql);
                // The statement and its mark commit together.
                if (!own) target_.begin();
                wrapped_ = !own;
                break;
            case script::Control::outside:
                if (index_ == resume_at_ + 1 && was_begun_ && settle(sql)) return false;
                // Of a statement that can't be in one transaction with its mark, the mark says that
                // it was begun.
                save("unsure");
                target_.flush();
                break;
            default:
                save("running");
                target_.flush();
                break;
        }
        return true;
    }

    /// Before the statement at which an earlier run stopped: true if it had come to its end all the
    /// same. What a broken-off try left is taken away.
    bool settle(std::string_view sql) {
        const auto settlement = session_.dialect().settlement(sql);
        if (!settlement) return false;
        if (was_unsure_ && settlement->is_unknowable) fail_unknown("committed by itself");
        bool may_be_done = was_unsure_;
        if (!settlement->leftovers.empty()) {
            for (const db::Row& row : target_.query(settlement->leftovers)) {
                const std::string removal = db::text_of(row.front());
                session_.reporter().handle(Notice{fmt::format(
                    "{}: clearing up after the last try: {}", location(0).to_string(), removal)});
                target_.execute(removal);
                may_be_done = true;
            }
        }
        if (!may_be_done || settlement->is_done.empty() || !is_true(settlement->is_done)) {
            return false;
        }
        session_.reporter().handle(
            Notice{fmt::format("{}: the statement had done its work: {}", location(0).to_string(),
                               settlement->subject)});
        advance("running");
        target_.flush();
        return true;
    }

    [[nodiscard]] bool is_true(const std::string& query) {
        const auto rows = target_.query(query);
        return !rows.empty() && db::text_of(rows.front().front()) == "1";
    }

    /// Names what a failed statement left behind although it failed.
    void tell_leftovers(std::string_view sql, Error& error) {
        if (control_ != script::Control::outside || target_.is_lost()) return;
        const auto settlement = session_.dialect().settlement(sql);
        if (!settlement || settlement->leftovers.empty()) return;
        for (const db::Row& row : target_.query(settlement->leftovers)) {
            entry_.has_leftovers = true;
            error.also.push_back(Error{});
            Error& more = error.also.back();
            more.kind = ErrorKind::refused;
            more.message = fmt::format("the failed statement left something: {} is invalid",
                                       settlement->subject);
            more.hint = fmt::format("the next kedge {} takes it away by itself; by hand: {}",
                                    entry_.operation, db::text_of(row.front()));
        }
    }

    /// In another session no statement commits together with its mark.
    bool before_elsewhere() {
        if (index_ == resume_at_ + 1 && was_unsure_) fail_unknown("ran in another session");
        if (control_ == script::Control::begin) inside_ = true;
        if (control_ == script::Control::commit || control_ == script::Control::rollback)
            inside_ = false;
        if (!inside_) {
            save("unsure");
            target_.flush();
        }
        return true;
    }

    void after() {
        if (elsewhere_) {
            if (inside_) return;
            advance("running");
            target_.flush();
            return;
        }
        if (wrapped_) {
            wrapped_ = false;
            advance("running");
            target_.commit();
        } else if (!inside_ && control_ != script::Control::commit) {
            advance("running");
            target_.flush();
        }
    }

    void check_prefix() const {
        if (index_ == resume_at_ && hash_ != resume_hash_) refuse_edited();
    }

    [[noreturn]] void refuse_edited() const {
        Error error;
        error.kind = ErrorKind::edited_history;
        error.message =
            resume_at_ == 1
                ? "the first statement of the script ran already, and was edited since"
                : fmt::format(
                      "the first {} statements of the script ran already, and were edited since",
                      resume_at_);
        error.where = {step_.file, 0, 0};
        error.hint = "restore them; what comes after them may be edited";
        throw Failure(std::move(error));
    }

    void save(const char* state) {
        entry_.state = state;
        session_.store().journal().put(entry_);
    }

    void advance(const char* state) {
        entry_.position = index_;
        entry_.prefix_hash = hash_;
        save(state);
    }

    const script::Analysis& analysis_;
    registry::JournalEntry& entry_;
    std::size_t resume_at_;
    std::string resume_hash_;
    bool was_begun_;   ///< an earlier run stopped in this script
    bool was_unsure_;  ///< ... without knowing what became of its statement
    std::size_t index_ = 0;
    std::string hash_;
    std::vector<db::Connection::ForeignKeyGap> gaps_before_;
    script::Control control_ = script::Control::none;
    bool inside_ = false;   ///< in the script's own transaction
    bool wrapped_ = false;  ///< in the one put round the statement that runs
};

}  // namespace

void play_under_journal(Session& session, const script::Script& script,
                        const script::Analysis& analysis, registry::JournalEntry& entry) {
    JournalObserver(session, script, analysis, entry).play_all();
}

bool needs_no_transaction(const Error& error) {
    return error.kind == ErrorKind::refused && (error.code == "25001" || error.code == "2D000");
}

}  // namespace kedge::migrate
