// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "migrate/session.hpp"
#include "script/script.hpp"

namespace kedge::migrate {

/// What all ways of running a script share: where the text comes from, and who is told. Failures
/// carry file, line, column and the line's text.
class ScriptObserver : public db::StatementObserver {
  public:
    ScriptObserver(Session& session, const script::Script& script);
    /// On another connection than the session's own, which must outlive it.
    ScriptObserver(Session& session, db::Connection& target, const script::Script& script);

    void play();

    void running(std::size_t offset) override { started_ = offset; }
    void columns(const std::vector<std::string>& names) override { player_->show_columns(names); }
    void row(std::span<const db::Cell> values) override { player_->show_row(values); }
    void notice(const db::ServerMessage& message) override;
    bool copy_in(std::string& chunk) override { return player_->copy_in(chunk); }
    void copy_out(std::string_view data) override { player_->copy_out(data); }

  protected:
    /// Runs the text of a step, all at once.
    virtual void play_step();
    void run_statement(std::size_t begin, std::size_t end);

    /// Where the script's statements run.
    [[nodiscard]] db::Connection& session() const noexcept {
        return elsewhere_ ? *elsewhere_ : target_;
    }
    virtual void connect();

    /// File, line and column of a byte of the text that runs.
    [[nodiscard]] Location location(std::size_t offset) const {
        return step_.location(base_ + offset);
    }
    /// Offset of the statement's first token, past blanks and comments that SQLite counts in.
    [[nodiscard]] std::size_t first_token(std::size_t offset) const;

    void tell_finished(std::int64_t rows) { player_->finished(rows); }
    void skip() { player_->skipped(); }
    void tell_done(std::string_view sql, std::chrono::microseconds elapsed);
    /// Failure (refused) if the server warned of the statement, and that is to be an error.
    void refuse_warning();

    Session& session_;
    db::Connection& target_;
    Operation operation_;
    script::Step step_;
    std::unique_ptr<db::Connection> elsewhere_;  ///< the session that the script asked for
    std::size_t base_ = 0;                       ///< where in the step the text that runs begins
    std::size_t started_ = 0;  ///< offset of the statement that runs, in that text

  private:
    void run_text(std::string_view text, std::span<const db::TextRange> statements);
    void place(db::StatementFailure& failure) const;
    /// For `COPY table, line 3: …`: that line of the data, where they stand in the script.
    [[nodiscard]] std::optional<Location> place_of_data(const std::string& context) const;

    std::unique_ptr<script::Player> player_;
    std::optional<Error> warning_;  ///< the first one, where warnings are errors
};

}  // namespace kedge::migrate
