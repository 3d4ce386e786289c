// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "migrate/script_observer.hpp"
#include "migrate/statement_trail.hpp"
#include "registry/journal.hpp"

namespace kedge::migrate {

/// Plays a script statement by statement, from the one behind the journal's position on. How a
/// statement and its mark come to be permanent together depends on the engine.
class JournalObserver : public ScriptObserver {
  public:
    JournalObserver(Session& session, const script::Script& script, registry::JournalEntry& entry)
        : ScriptObserver(session, script),
          entry_(entry),
          resume_at_(entry.position),
          resume_hash_(entry.prefix_hash),
          was_unsure_(entry.state == "unsure"),
          trail_(StatementTrail::parse(entry.sql)) {}

    bool starting(std::string_view, std::size_t) override { return true; }
    void finished(std::string_view sql, std::chrono::microseconds elapsed,
                  std::int64_t rows) override;

    void play_all();

  protected:
    /// Before a statement that has not run yet; false if it isn't to run.
    virtual bool before(std::string_view sql) = 0;
    /// After it, when it has done its work.
    virtual void after() = 0;
    virtual void run_marked(std::size_t begin, std::size_t end) { run_statement(begin, end); }
    /// It failed: what that left is added to the error.
    virtual void failed(std::string_view sql, Error& error) = 0;

    /// The statement that ran is permanent already.
    [[nodiscard]] bool is_permanent() const noexcept {
        return control_ == script::Control::outside || control_ == script::Control::session;
    }
    /// True for the statement at which an earlier run stopped.
    [[nodiscard]] bool is_first() const noexcept { return index_ == resume_at_ + 1; }
    [[noreturn]] void fail_unknown(const char* what) const;
    /// `was` is the statement as it ran, where that is known; `now` as it is.
    [[noreturn]] void refuse_edited(const StatementTrail::Entry* was = nullptr,
                                    std::string_view now = {}) const;
    /// Failure (outcome unknown) in a run that goes on, if the statement asks for a number that
    /// only the session knew.
    void refuse_lost_row(std::string_view sql) const;
    /// Says that an earlier run's statement turned out to be done.
    void tell_settled(const std::string& subject) const;
    void save(const char* state);
    /// The statement in turn is done.
    void advance(const char* state);

    registry::JournalEntry& entry_;
    std::size_t resume_at_;
    std::string resume_hash_;
    bool was_unsure_;        ///< an earlier run didn't know what became of its statement
    std::size_t index_ = 0;  ///< of the statement in turn, from 1
    std::string hash_;       ///< of the script up to it and with it
    std::string hash_before_;
    script::Control control_ = script::Control::none;

  private:
    void play_step() final;
    bool take_up(std::string_view sql);
    void note_idle();

    StatementTrail trail_;
};

}  // namespace kedge::migrate
