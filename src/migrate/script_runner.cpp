// SPDX-License-Identifier: MIT
#include "migrate/script_runner.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "script/source.hpp"
#include "support/sha1.hpp"
#include "support/text.hpp"

namespace kedge::migrate {
namespace {

Operation operation_of(script::Purpose purpose) {
    switch (purpose) {
        case script::Purpose::deploy:
            return Operation::deploy;
        case script::Purpose::revert:
            return Operation::revert;
        case script::Purpose::verify:
            return Operation::verify;
    }
    return Operation::deploy;
}

/// The line of a script as it stands there; empty if it can't be read any more.
std::string source_line(const Location& where) {
    std::string line;
    try {
        script::LineReader lines(where.file);
        while (lines.next(line) && lines.line() < where.line) {
        }
        constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
        if (where.line == 1 && line.starts_with(kByteOrderMark))
            line.erase(0, kByteOrderMark.size());
        if (lines.line() != where.line) return {};
    } catch (const Failure&) {
        return {};
    }
    return std::string(trim(line.substr(0, line.find_last_not_of("\r\n") + 1)).empty()
                           ? std::string()
                           : line.substr(0, line.find_last_not_of("\r\n") + 1));
}

/// What all ways of running a script share: where the text comes from, and who is told.
class Observer : public db::StatementObserver {
  public:
    Observer(Session& session, const script::Script& script)
        : session_(session),
          target_(session.store().target()),
          operation_(operation_of(script.purpose)),
          player_(session.dialect().play(
              script, [this](script::Channel channel, std::string_view text) {
                  session_.reporter().handle(ScriptOutput{operation_, std::string(text),
                                                          channel == script::Channel::messages});
              })) {}

    void play() {
        while (player_->next(step_)) {
            base_ = 0;
            if (step_.connect) {
                connect();
            } else {
                play_step();
            }
        }
    }

    void running(std::size_t offset) override { started_ = offset; }
    void columns(const std::vector<std::string>& names) override { player_->show_columns(names); }
    void row(std::span<const db::Cell> values) override { player_->show_row(values); }
    void notice(const db::ServerMessage& message) override {
        const Location where = location(first_token(started_));
        player_->show_message(fmt::format("{}:{}: {}", where.file, where.line, message.to_text()));
    }
    bool copy_in(std::string& chunk) override { return player_->copy_in(chunk); }
    void copy_out(std::string_view data) override { player_->copy_out(data); }

  protected:
    /// Runs the text of a step, all at once.
    virtual void play_step() {
        if (!session_.reporter().wants_statements()) {
            run_text(step_.text, step_.statements);
            return;
        }
        // Whoever wants to know of each statement gets them one by one, with their time.
        for (const auto& [begin, end] : step_.statements) run_statement(begin, end);
    }

    void run_statement(std::size_t begin, std::size_t end) {
        base_ = begin;
        started_ = 0;
        const db::TextRange whole{0, end - begin};
        run_text(std::string_view(step_.text).substr(begin, end - begin), {&whole, 1});
        base_ = 0;
    }

    void run_text(std::string_view text, std::span<const db::TextRange> statements) {
        try {
            session().run(text, statements, *this);
        } catch (db::StatementFailure& failure) {
            place(failure);
            throw;
        }
    }

    /// Where the script's statements run.
    [[nodiscard]] db::Connection& session() const noexcept {
        return elsewhere_ ? *elsewhere_ : target_;
    }

    virtual void connect() {
        try {
            elsewhere_ = session().connect_as(step_.connect->parameters, step_.connect->keep);
        } catch (Failure& failure) {
            failure.error().where = location(0);
            throw;
        }
        player_->connected(elsewhere_->client_variables());
    }

    /// File, line and column of a byte of the text that runs.
    [[nodiscard]] Location location(std::size_t offset) const {
        return step_.location(base_ + offset);
    }

    /// Offset of the statement's first token, past blanks and comments that SQLite counts in.
    [[nodiscard]] std::size_t first_token(std::size_t offset) const {
        const std::string_view text = std::string_view(step_.text).substr(base_);
        while (offset < text.size()) {
            if (text.substr(offset, 2) == "--") {
                offset = std::min(text.find('\n', offset), text.size());
            } else if (text.substr(offset, 2) == "/*") {
                const std::size_t end = text.find("*/", offset + 2);
                offset = end == std::string_view::npos ? text.size() : end + 2;
            } else if (text[offset] == ' ' || text[offset] == '\t' || text[offset] == '\n' ||
                       text[offset] == '\r') {
                ++offset;
            } else {
                break;
            }
        }
        return offset;
    }

    void tell_finished(std::int64_t rows) { player_->finished(rows); }
    void skip() { player_->skipped(); }

    void tell_done(std::string_view sql, std::chrono::microseconds elapsed) {
        if (!session_.reporter().wants_statements()) return;
        session_.reporter().handle(
            StatementDone{std::string(trim(sql)), location(first_token(started_)), elapsed});
    }

    Session& session_;
    db::Connection& target_;
    Operation operation_;
    script::Step step_;
    std::unique_ptr<db::Connection> elsewhere_;  ///< the session that the script asked for
    std::size_t base_ = 0;                       ///< where in the step the text that runs begins
    std::size_t started_ = 0;  ///< offset of the statement that runs, in that text

  private:
    void place(db::StatementFailure& failure) const {
        const std::size_t offset =
            failure.offset() == started_ ? first_token(started_) : failure.offset();
        Error& error = failure.error();
        error.where = place_of_data(error.context).value_or(location(offset));
        error.source_line = source_line(error.where);
    }

    /// For `COPY table, line 3: …`: that line of the data, where they stand in the script.
    [[nodiscard]] std::optional<Location> place_of_data(const std::string& context) const {
        constexpr std::string_view kMark = ", line ";
        const std::size_t mark = context.find(kMark);
        if (!context.starts_with("COPY ") || mark == context.npos) return std::nullopt;
        const auto line = std::strtoul(context.c_str() + mark + kMark.size(), nullptr, 10);
        return line == 0 ? std::nullopt : player_->data_line(line);
    }

    std::unique_ptr<script::Player> player_;
};

class TransactionObserver final : public Observer {
  public:
    TransactionObserver(Session& session, const script::Script& script)
        : Observer(session, script), verify_(script.purpose == script::Purpose::verify) {}

    bool starting(std::string_view sql, std::size_t offset) override {
        static_cast<void>(offset);
        switch (session_.dialect().control(sql)) {
            case script::Control::begin:
                // The transactions of a verify script become savepoints, so that none of them ends
                // the transaction around.
                if (verify_ && !inside_) session().enqueue("SAVEPOINT kedge_script");
                inside_ = true;
                return false;
            case script::Control::commit:
                if (verify_ && inside_) session().enqueue("RELEASE kedge_script");
                inside_ = false;
                return false;
            case script::Control::rollback:
                if (verify_ && inside_) {
                    session().enqueue("ROLLBACK TO kedge_script; RELEASE kedge_script");
                }
                inside_ = false;
                return false;
            case script::Control::setting:
                return inside_;
            default:
                return true;
        }
    }

    void finished(std::string_view sql, std::chrono::microseconds elapsed,
                  std::int64_t rows) override {
        tell_finished(rows);
        if (!session().in_transaction()) {
            Error error;
            error.kind = ErrorKind::script;
            error.message = "the statement ended kedge's transaction";
            error.where = location(first_token(started_));
            error.hint = "if it has to, let the script say: -- kedge: no-transaction";
            throw Failure(std::move(error));
        }
        tell_done(sql, elapsed);
    }

  private:
    /// Whatever a verify script does in another session is rolled back with that session.
    void connect() override {
        Observer::connect();
        inside_ = false;
        session().begin();
    }

    bool verify_;
    bool inside_ = false;
};

class JournalObserver final : public Observer {
  public:
    JournalObserver(Session& session, const script::Script& script,
                    const script::Analysis& analysis, registry::JournalEntry& entry)
        : Observer(session, script),
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

bool needs_no_transaction(const Error& error) {
    return error.kind == ErrorKind::refused && (error.code == "25001" || error.code == "2D000");
}

void refuse_new_gaps(db::Connection& target,
                     const std::vector<db::Connection::ForeignKeyGap>& before) {
    std::vector<std::string> lines;
    for (const auto& gap : target.foreign_key_gaps()) {
        const auto known = std::find_if(before.begin(), before.end(), [&](const auto& b) {
            return b.table == gap.table && b.parent == gap.parent;
        });
        const std::int64_t more = gap.rows - (known == before.end() ? 0 : known->rows);
        if (more <= 0) continue;
        lines.push_back(fmt::format("{} row{} of \"{}\" without their row in \"{}\"", more,
                                    more == 1 ? "" : "s", gap.table, gap.parent));
    }
    if (lines.empty()) return;
    Error error;
    error.kind = ErrorKind::refused;
    error.message = "foreign keys would be broken: " + join(lines, "; ");
    error.hint =
        "the script ran with foreign keys off, and PRAGMA foreign_key_check found this "
        "before the commit";
    throw Failure(std::move(error));
}

namespace {

/// Which statement comes after the first `done` of a script; \gexec makes more than it has.
std::string next_statement(std::size_t done, std::size_t all) {
    return done < all ? fmt::format("at statement {} of {}", done + 1, all)
                      : fmt::format("after statement {}", done);
}

}  // namespace

void ScriptRunner::run_in_transaction(const script::Script& script,
                                      const script::Analysis& analysis) {
    db::Connection& target = session_.store().target();
    const bool take_back = analysis.rolls_back || script.purpose == script::Purpose::verify;
    // Where it fails, the transaction around goes with it.
    if (take_back) target.enqueue("SAVEPOINT kedge_whole");
    TransactionObserver(session_, script).play();
    target.end_script();
    if (take_back) target.enqueue("ROLLBACK TO kedge_whole; RELEASE kedge_whole");
}

void ScriptRunner::run_under_journal(const script::Script& script, const script::Analysis& analysis,
                                     registry::JournalEntry& entry) {
    db::Connection& target = session_.store().target();
    if (entry.position > 0 && !analysis.lives_in_session.empty()) {
        Error error;
        error.kind = ErrorKind::script;
        error.message = fmt::format("{} stopped after {} statements, and {} are gone", script.path,
                                    entry.position, analysis.lives_in_session);
        error.hint =
            "do by hand what is left of it, then record the change with: kedge deploy --log-only";
        error.state = fmt::format("the first {} statements are permanent", entry.position);
        throw Failure(std::move(error));
    }
    session_.store().journal().create();
    if (target.shares_sessions()) {
        session_.reporter().handle(Warning{fmt::format(
            "{} runs statement by statement, through a pool of connections: what it sets in the "
            "session may not last; if it has to, connect to the server itself",
            script.path)});
    }
    try {
        JournalObserver(session_, script, analysis, entry).play_all();
    } catch (Failure& failure) {
        if (target.is_lost()) {
            failure.error().state = fmt::format(
                "the connection was lost {}; the journal knows which are permanent, and kedge "
                "status tells",
                next_statement(entry.position, analysis.statements));
            failure.error().hint =
                fmt::format("run kedge {} again: it goes on where it stopped", entry.operation);
            throw;
        }
        target.rollback();
        registry::Journal& journal = session_.store().journal();
        journal.forget();
        // What counts is what was committed, not how far this process got.
        entry.position = 0;
        for (const registry::JournalEntry& kept : journal.entries()) {
            if (kept.change_id != entry.change_id || kept.operation != entry.operation) continue;
            entry.position = kept.position;
            entry.prefix_hash = kept.prefix_hash;
        }
        Error& error = failure.error();
        if (entry.position > 0 || entry.has_leftovers) {
            entry.state = "stopped";
            entry.error = error.message;
            journal.put(entry);
            error.state =
                fmt::format("stopped {}: the {} before it {} permanent, the rest was not run",
                            next_statement(entry.position, analysis.statements), entry.position,
                            entry.position == 1 ? "is" : "are");
            if (error.hint.empty()) {
                error.hint = fmt::format("mend the script and run kedge {} again: it goes on there",
                                         entry.operation);
            }
        } else {
            journal.create();
            journal.remove(entry);
            entry.where.clear();
            error.state = "nothing of it was kept";
        }
        throw;
    }
}

}  // namespace kedge::migrate
