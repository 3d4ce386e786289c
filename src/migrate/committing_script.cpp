// SPDX-License-Identifier: MIT
#include "migrate/committing_script.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "migrate/journal_observer.hpp"
#include "migrate/statement_looks.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

bool inserts(std::string_view sql) {
    const std::string head = to_lower_ascii(trim(sql).substr(0, 7));
    return head.starts_with("insert") || head == "replace";
}

/// A statement that changes rows commits together with its mark. One that commits by itself is
/// marked before, together with how the things that it names look then: if nobody saw how it ended,
/// they are looked at again. Such a statement is atomic, so as before means that it did not run,
/// and otherwise that it did.
class CommittingJournal final : public JournalObserver {
  public:
    CommittingJournal(Session& session, const script::Script& script, registry::JournalEntry& entry,
                      std::optional<StatementLooks> ahead)
        : JournalObserver(session, script, entry),
          begun_(StatementLooks::parse(entry.looks)),
          ahead_(std::move(ahead)) {}

  private:
    bool before(std::string_view sql) override {
        if (is_first() && was_unsure_ && settle()) return false;
        if (!inside_ && !has_inserted_) refuse_lost_row(sql);
        has_inserted_ = has_inserted_ || inserts(sql);
        switch (control_) {
            case script::Control::begin:
                if (inside_) keep_what_came_before("running");
                inside_ = true;
                return begins_by_itself(sql);
            case script::Control::commit:
                inside_ = false;
                is_to_begin_ = false;
                // DDL has committed what the script began.
                if (!target_.in_transaction()) return pass();
                advance("running");
                break;
            case script::Control::rollback:
                inside_ = false;
                is_to_begin_ = false;
                break;
            case script::Control::none:
                if (!inside_ || is_to_begin_) begin();
                break;
            case script::Control::outside:
                is_to_begin_ = false;
                look_before(sql);
                keep_what_came_before("unsure");
                break;
            case script::Control::opaque:
                // The mark is inside the transaction: whoever sees it later knows that the
                // statement has committed something on its way.
                if (!inside_ || is_to_begin_) begin();
                entry_.looks = StatementLooks::take(target_, {}, hash_).to_text();
                keep_what_came_before("unsure");
                break;
            default:
                if (is_to_begin_ && control_ != script::Control::setting) begin();
                break;
        }
        return true;
    }

    void after() override {
        switch (control_) {
            case script::Control::begin:
            case script::Control::commit:
            case script::Control::rollback:
                return;
            case script::Control::none:
            case script::Control::opaque:
                if (inside_ && target_.in_transaction()) return;
                inside_ = false;
                advance("running");
                commit();
                return;
            case script::Control::outside:
                inside_ = false;
                if (looks_ && shows_for_certain_) {
                    // The next mark says it along; if none comes, the looks do.
                    entry_.certain = entry_.position = index_;
                    entry_.certain_hash = entry_.prefix_hash = hash_;
                    entry_.unmarked = 0;
                    return;
                }
                advance("running");
                target_.flush();
                return;
            default:
                // It runs again with whatever comes after it, and needs no mark of its own.
                if (!inside_) static_cast<void>(pass());
                return;
        }
    }

    void run_marked(std::size_t begin, std::size_t end) override {
        const std::string sql = step_.text.substr(begin, end - begin);
        const auto confines = session_.dialect().confines_session(sql);
        if (!confines) {
            run_statement(begin, end);
            return;
        }
        // The journal's table has to stay within reach.
        const std::string text =
            session_.dialect().with_table(sql, session_.registry().sql().journal_table());
        step_.text.replace(begin, end - begin, text);
        run_statement(begin, begin + text.size());
        confined_ = *confines;
    }

    /// A statement that needs no mark, since it runs again with whatever comes after it, or does
    /// nothing. False, for one that isn't sent.
    bool pass() {
        entry_.position = index_;
        entry_.prefix_hash = hash_;
        ++entry_.unmarked;
        return false;
    }

    /// The script's BEGIN goes with the statement that comes next, and not at all before one that
    /// would commit it at once; false, then. `SET autocommit` is a statement like others.
    bool begins_by_itself(std::string_view sql) {
        if (to_lower_ascii(trim(sql).substr(0, 3)) == "set") return true;
        const std::string characteristics = session_.dialect().characteristics(sql);
        is_to_begin_ = characteristics.empty() && !confined_;
        if (!is_to_begin_) target_.begin(characteristics);
        confined_ = false;
        return false;
    }

    /// Transactions of the usual kind would give up the tables that the session is confined to.
    void begin() {
        is_to_begin_ = false;
        if (confined_) {
            target_.enqueue("SET autocommit = 0");
        } else {
            target_.begin();
        }
    }
    void commit() {
        if (confined_) {
            target_.enqueue("COMMIT; SET autocommit = 1");
            target_.flush();
        } else {
            target_.commit();
        }
    }

    /// Marks the statements before this one as done: this one commits them.
    void keep_what_came_before(const char* state) {
        if (inside_) {
            entry_.position = index_ - 1;
            entry_.prefix_hash = hash_before_;
        }
        save(state);
    }

    void look_before(std::string_view sql) {
        const auto settlement = session_.dialect().settlement(sql);
        entry_.looks.clear();
        looks_.reset();
        shows_for_certain_ = false;
        if (!settlement) return;
        const bool shows = !settlement->is_unknowable;
        shows_for_certain_ = shows && !settlement->looks_may_miss && !settlement->looks.empty();
        const auto ahead = std::exchange(ahead_, std::nullopt);
        looks_ = ahead && ahead->statement() == hash_
                     ? *ahead
                     : StatementLooks::take(
                           target_, shows ? settlement->looks : std::vector<script::Look>(), hash_);
        entry_.looks = looks_->to_text();
    }

    /// Before the statement that an earlier run had begun: true if it had come to its end.
    bool settle() {
        if (!begun_) return false;  // such a one may simply run again
        const bool is_edited = begun_->statement() != hash_;
        const StatementLooks::Comparison found = begun_->compare(target_);
        if (found.changed.empty() && found.same.empty() && found.unreadable.empty()) {
            fail_unsettled("nothing shows whether it did its work");
        }
        if (!found.unreadable.empty()) {
            fail_unsettled(fmt::format("{} can't be looked at with this account's rights",
                                       join(found.unreadable, ", ")));
        }
        if (!found.changed.empty() && !found.same.empty()) {
            fail_unsettled(fmt::format("it has changed {}, and not {}", join(found.changed, ", "),
                                       join(found.same, ", ")));
        }
        if (found.changed.empty()) return false;
        if (is_edited) {
            Error error;
            error.kind = ErrorKind::edited_history;
            error.message = fmt::format(
                "the statement at which an earlier run was cut off had done its work ({}), and was "
                "edited since",
                join(found.changed, ", "));
            error.where = location(0);
            error.hint = "restore it; what comes after it may be edited";
            throw Failure(std::move(error));
        }
        tell_settled(join(found.changed, ", "));
        advance("running");
        target_.flush();
        return true;
    }

    [[noreturn]] void fail_unsettled(const std::string& found) const {
        Error error;
        error.kind = ErrorKind::outcome_unknown;
        error.message = "an earlier run was cut off while this statement ran: " + found;
        error.where = location(0);
        error.hint = fmt::format(
            "look what it did, bring that to an end or take it back by hand, and say so: kedge "
            "resolve {0} --as at:{1} if it is done, --as at:{2} if it is to run",
            entry_.change, index_, index_ - 1);
        throw Failure(std::move(error));
    }

    /// The mark of a statement that could commit was rolled back with it, unless it did.
    void look_for_mark() {
        target_.rollback();
        session_.store().journal().forget();
        for (const registry::JournalEntry& kept : session_.store().journal().entries()) {
            if (kept.change_id == entry_.change_id && kept.operation == entry_.operation &&
                kept.state == "unsure" && kept.position + 1 == index_ &&
                kept.looks == entry_.looks) {
                entry_.is_unknown = true;
            }
        }
    }

    /// A statement that failed and has all the same done a part: DROP TABLE of several, on servers
    /// where that isn't atomic.
    void failed(std::string_view, Error& error) override {
        if (control_ == script::Control::opaque && !target_.is_lost()) look_for_mark();
        if (control_ != script::Control::outside || target_.is_lost() || !looks_) return;
        target_.rollback();
        const StatementLooks::Comparison found = looks_->compare(target_);
        if (found.changed.empty()) return;
        entry_.has_leftovers = true;
        error.also.push_back(Error{});
        Error& more = error.also.back();
        more.kind = ErrorKind::refused;
        more.message = fmt::format(
            "the failed statement has done a part of its work: {} {} "
            "changed",
            join(found.changed, ", "), found.changed.size() == 1 ? "is" : "are");
        more.hint = "let the statement say only what is left to do, or take that part back by hand";
    }

    std::optional<StatementLooks> begun_;  ///< by an earlier run, at the statement it was cut off
    std::optional<StatementLooks> ahead_;  ///< taken before the script began
    std::optional<StatementLooks> looks_;  ///< before the statement in turn
    bool shows_for_certain_ = false;       ///< they tell whether it ran
    bool has_inserted_ = false;            ///< in this session
    bool inside_ = false;                  ///< in the script's own transaction
    bool is_to_begin_ = false;             ///< which the server hasn't been told of yet
    bool confined_ = false;                ///< to the tables that the script named
};

}  // namespace

void play_committing_script(Session& session, const script::Script& script,
                            registry::JournalEntry& entry, std::optional<StatementLooks> ahead) {
    CommittingJournal(session, script, entry, std::move(ahead)).play_all();
}

std::optional<FirstLook> first_look(Session& session, const script::Analysis& analysis) {
    if (analysis.opening.empty()) return std::nullopt;
    const auto settlement = session.dialect().settlement(analysis.opening.back());
    if (!settlement || settlement->is_unknowable || settlement->looks.size() != 1) {
        return std::nullopt;
    }
    std::string statement;
    for (const std::string& sql : analysis.opening) statement = digest_with(statement, sql);
    return FirstLook{settlement->looks.front(), std::move(statement)};
}

}  // namespace kedge::migrate
