// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/check.hpp"
#include "migrate/script_observer.hpp"
#include "migrate/statement_result.hpp"

namespace kedge::migrate {

/// A script that runs inside the transaction that is open: its own BEGIN and COMMIT are left out,
/// and in one that only looks they become savepoints. What such a script expects of its statements
/// is compared with what they give.
class TransactionScript : public ScriptObserver {
  public:
    TransactionScript(Session& session, const script::Script& script);
    /// On another connection than the session's own, which must outlive it.
    TransactionScript(Session& session, db::Connection& target, const script::Script& script);

    bool starting(std::string_view sql, std::size_t offset) override;
    void columns(const std::vector<std::string>& names) override;
    void row(std::span<const db::Cell> values) override;
    void finished(std::string_view sql, std::chrono::microseconds elapsed,
                  std::int64_t rows) override;

  protected:
    void play_step() override;
    /// An expectation was looked at. Failure (script) if it isn't met.
    virtual void judged(Check check);
    /// The statement that runs is one of which something is expected.
    [[nodiscard]] bool is_watched() const noexcept { return watched_ != nullptr; }

  private:
    /// Whether a statement is run, rather than obeyed.
    bool take(std::string_view sql);
    /// Whatever such a script does in another session is rolled back with that session.
    void connect() override;
    void run_watched(std::size_t begin, std::size_t end,
                     const std::vector<script::Expectation>& expectations);
    /// Goes back to where the refused statement began. Failure (script) if there is no way.
    void take_back(const Error& error);

    bool only_looks_;
    bool inside_ = false;    ///< the script's own transaction
    bool left_out_ = false;  ///< the statement in turn, since it is the transaction's
    std::unique_ptr<StatementResult> watched_;
};

}  // namespace kedge::migrate
