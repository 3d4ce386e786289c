// SPDX-License-Identifier: MIT
#include "migrate/journaled_script.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "migrate/committing_script.hpp"
#include "migrate/foreign_keys.hpp"
#include "migrate/journal_observer.hpp"

namespace kedge::migrate {
namespace {

/// Where statements and their marks can be in one transaction; those that can't are run between two
/// marks.
class TransactionalJournal final : public JournalObserver {
  public:
    TransactionalJournal(Session& session, const script::Script& script,
                         const script::Analysis& analysis, registry::JournalEntry& entry)
        : JournalObserver(session, script, entry),
          analysis_(analysis),
          was_begun_(!entry.state.empty()) {
        if (analysis_.check_foreign_keys) gaps_before_ = target_.foreign_key_gaps();
    }

  private:
    /// Runs a statement in the transaction of its mark, or, where it turns out not to be possible
    /// in one, between two marks.
    void run_marked(std::size_t begin, std::size_t end) override {
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

    bool before(std::string_view sql) override {
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
                if (is_first() && was_unsure_) settle(sql);
                // The statement and its mark commit together.
                if (!own) target_.begin();
                wrapped_ = !own;
                break;
            case script::Control::outside:
                if (is_first() && was_begun_ && settle(sql)) return false;
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
        tell_settled(settlement->subject);
        advance("running");
        target_.flush();
        return true;
    }

    [[nodiscard]] bool is_true(const std::string& query) {
        const auto rows = target_.query(query);
        return !rows.empty() && db::text_of(rows.front().front()) == "1";
    }

    /// Names what a failed statement left behind although it failed.
    void failed(std::string_view sql, Error& error) override {
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
                                    entry_.command(), db::text_of(row.front()));
        }
    }

    /// In another session no statement commits together with its mark.
    bool before_elsewhere() {
        if (is_first() && was_unsure_) fail_unknown("ran in another session");
        if (control_ == script::Control::begin) inside_ = true;
        if (control_ == script::Control::commit || control_ == script::Control::rollback)
            inside_ = false;
        if (!inside_) {
            save("unsure");
            target_.flush();
        }
        return true;
    }

    void after() override {
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

    const script::Analysis& analysis_;
    bool was_begun_;  ///< an earlier run stopped in this script
    std::vector<db::Connection::ForeignKeyGap> gaps_before_;
    bool inside_ = false;   ///< in the script's own transaction
    bool wrapped_ = false;  ///< in the one put round the statement that runs
};

}  // namespace

void play_under_journal(Session& session, const script::Script& script,
                        const script::Analysis& analysis, registry::JournalEntry& entry,
                        std::optional<StatementLooks> ahead) {
    if (session.store().target().abilities().transactional_ddl) {
        TransactionalJournal(session, script, analysis, entry).play_all();
    } else {
        play_committing_script(session, script, entry, std::move(ahead));
    }
}

bool needs_no_transaction(const Error& error) {
    return error.kind == ErrorKind::refused && (error.code == "25001" || error.code == "2D000");
}

}  // namespace kedge::migrate
