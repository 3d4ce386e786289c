// SPDX-License-Identifier: MIT
#include "migrate/script_runner.hpp"

#include <algorithm>

#include <fmt/format.h>

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

/// What all ways of running a script share: where the text comes from, and who is told.
class Observer : public db::StatementObserver {
  public:
    Observer(Session& session, const script::Script& script)
        : session_(session),
          target_(session.store().target()),
          operation_(operation_of(script.purpose)),
          player_(session.dialect().play(script, [this](std::string_view text) {
              session_.reporter().handle(ScriptOutput{operation_, std::string(text)});
          })) {}

    void play() {
        while (player_->next(step_)) {
            base_ = 0;
            play_step();
        }
    }

    void columns(const std::vector<std::string>& names) override { player_->show_columns(names); }
    void row(const std::vector<std::string>& values) override { player_->show_row(values); }

  protected:
    /// Runs the text of a step, or of one of its statements.
    virtual void play_step() { run_text(step_.text); }

    void run_text(std::string_view text) {
        try {
            target_.run(text, *this);
        } catch (db::StatementFailure& failure) {
            place(failure);
            throw;
        }
    }

    /// File, line and column of a byte of the text that runs.
    [[nodiscard]] Location location(std::size_t offset) const {
        offset = std::min(base_ + offset, step_.text.size());
        const std::string_view before = std::string_view(step_.text).substr(0, offset);
        const std::size_t start = before.rfind('\n') + 1;
        return {
            step_.file,
            step_.line + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
            count_characters(before.substr(start)) + 1};
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

    void tell_done(std::string_view sql, std::chrono::microseconds elapsed) {
        if (!session_.reporter().wants_statements()) return;
        session_.reporter().handle(
            StatementDone{std::string(trim(sql)), location(first_token(started_)), elapsed});
    }

    Session& session_;
    db::Connection& target_;
    Operation operation_;
    script::Step step_;
    std::size_t base_ = 0;     ///< where in the step the text that runs begins
    std::size_t started_ = 0;  ///< offset of the statement that runs, in that text

  private:
    void place(db::StatementFailure& failure) const {
        const std::size_t offset =
            failure.offset() == started_ ? first_token(started_) : failure.offset();
        Error& error = failure.error();
        error.where = location(offset);
        const std::string_view text = step_.text;
        const std::size_t start = text.substr(0, base_ + offset).rfind('\n') + 1;
        std::string_view line = text.substr(start, text.find('\n', start) - start);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        error.source_line = std::string(line);
    }

    std::unique_ptr<script::Player> player_;
};

class TransactionObserver final : public Observer {
  public:
    TransactionObserver(Session& session, const script::Script& script)
        : Observer(session, script), verify_(script.purpose == script::Purpose::verify) {}

    bool starting(std::string_view sql, std::size_t offset) override {
        started_ = offset;
        switch (session_.dialect().control(sql)) {
            case script::Control::begin:
                inside_ = true;
                // The transactions of a verify script become savepoints, so that none of them ends
                // the transaction around.
                if (verify_) target_.execute("SAVEPOINT kedge_script");
                return false;
            case script::Control::commit:
                inside_ = false;
                if (verify_) target_.execute("RELEASE kedge_script");
                return false;
            case script::Control::rollback:
                inside_ = false;
                if (verify_) target_.execute("ROLLBACK TO kedge_script; RELEASE kedge_script");
                return false;
            case script::Control::setting:
                return inside_;
            default:
                return true;
        }
    }

    void finished(std::string_view sql, std::chrono::microseconds elapsed) override {
        if (!target_.in_transaction()) {
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
          resume_hash_(entry.prefix_hash) {
        if (analysis_.check_foreign_keys) gaps_before_ = target_.foreign_key_gaps();
    }

    bool starting(std::string_view, std::size_t offset) override {
        started_ = offset;
        return true;
    }

    void finished(std::string_view sql, std::chrono::microseconds elapsed) override {
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
        const std::string text = step_.text;
        for (const auto& [begin, end] : step_.statements) {
            base_ = begin;
            started_ = 0;
            const std::string_view sql = std::string_view(text).substr(begin, end - begin);
            if (!before(sql)) continue;
            run_text(sql);
            if (index_ > resume_at_) after();
        }
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
                // The statement and its mark commit together.
                if (!own) target_.begin();
                wrapped_ = !own;
                break;
            default:
                save("running");
                break;
        }
        return true;
    }

    void after() {
        if (wrapped_) {
            wrapped_ = false;
            advance("running");
            target_.commit();
        } else if (!inside_ && control_ != script::Control::commit) {
            advance("running");
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
    std::size_t index_ = 0;
    std::string hash_;
    std::vector<db::Connection::ForeignKeyGap> gaps_before_;
    script::Control control_ = script::Control::none;
    bool inside_ = false;   ///< in the script's own transaction
    bool wrapped_ = false;  ///< in the one put round the statement that runs
};

}  // namespace

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

void ScriptRunner::run_in_transaction(const script::Script& script,
                                      const script::Analysis& analysis) {
    db::Connection& target = session_.store().target();
    const bool take_back = analysis.rolls_back || script.purpose == script::Purpose::verify;
    if (take_back) target.execute("SAVEPOINT kedge_whole");
    try {
        TransactionObserver(session_, script).play();
    } catch (...) {
        if (take_back && target.in_transaction()) {
            target.execute("ROLLBACK TO kedge_whole; RELEASE kedge_whole");
        }
        throw;
    }
    if (take_back) target.execute("ROLLBACK TO kedge_whole; RELEASE kedge_whole");
}

void ScriptRunner::run_under_journal(const script::Script& script, const script::Analysis& analysis,
                                     registry::JournalEntry& entry) {
    db::Connection& target = session_.store().target();
    if (entry.position > 0 && analysis.makes_temporary) {
        Error error;
        error.kind = ErrorKind::script;
        error.message = fmt::format(
            "{} stopped after {} statements, and the temporary tables that it had made are gone",
            script.path, entry.position);
        error.hint =
            "do by hand what is left of it, then record the change with: kedge deploy --log-only";
        error.state = fmt::format("the first {} statements are permanent", entry.position);
        throw Failure(std::move(error));
    }
    session_.store().journal().create();
    try {
        JournalObserver(session_, script, analysis, entry).play_all();
    } catch (Failure& failure) {
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
        if (entry.position > 0) {
            entry.state = "stopped";
            entry.error = error.message;
            journal.put(entry);
            error.state = fmt::format(
                "stopped at statement {} of {}: the {} before it {} permanent, the rest was not "
                "run",
                entry.position + 1, analysis.statements, entry.position,
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
