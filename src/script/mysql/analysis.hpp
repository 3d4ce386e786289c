// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "script/mysql/reader.hpp"
#include "script/mysql/statement_kind.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// Looks one script over, statement by statement, in bounded memory. Nothing is run.
class Analyser {
  public:
    explicit Analyser(const Script& script);
    Analysis run();

  private:
    void statement();
    void directives();
    void begin(const Tokens& head);
    void end(const Tokens& head, bool rolls_back);
    void outside(const Tokens& head);
    void fail(std::string message, std::string hint = {});
    void warn(std::string message);
    void needs_journal(std::string reason);
    void decide();
    [[nodiscard]] Location here() const { return {reader_.path(), line_, 0}; }
    [[nodiscard]] bool is_verify() const noexcept { return script_.purpose == Purpose::verify; }

    const Script& script_;
    Analysis result_;
    std::vector<Error> errors_;
    Reader reader_;
    std::size_t line_ = 1;  ///< of what is looked at
    bool open_ = false;     ///< inside the script's own transaction
    Location opened_at_;
    bool autocommit_off_ = false;     ///< where it is, the transactions begin by themselves
    bool ended_by_rollback_ = false;  ///< the last of the script's transactions
    bool ended_by_itself_ = false;    ///< a statement has committed what the script began
    std::size_t transactions_ = 0;
    std::optional<Location> outside_work_;  ///< the first change outside the script's transaction
};

}  // namespace kedge::script::mysql
