// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "script/findings.hpp"
#include "script/mysql/reader.hpp"
#include "script/mysql/statement_kind.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// Looks one script over, statement by statement, in bounded memory. Nothing is run.
class Analyser : private Findings {
  public:
    explicit Analyser(const Script& script);
    Analysis run();

  private:
    void statement();
    void directives();
    void note_opening(const Statement& statement, const Tokens& head, Control control);
    void asks_for_what_came_before(std::string_view text);
    void begin(const Tokens& head);
    void end(const Tokens& head, bool rolls_back);
    void outside(const Tokens& head);
    [[nodiscard]] Location here() const { return {reader_.path(), line_, 0}; }

    Reader reader_;
    std::size_t line_ = 1;            ///< of what is looked at
    bool autocommit_off_ = false;     ///< where it is, the transactions begin by themselves
    std::optional<Location> counts_;  ///< where a statement asks for the rows of the one before it
    bool asks_for_id_ = false;        ///< that the statement before gave a row
    bool begin_opens_ = false;        ///< the script, and what comes next isn't known yet
    bool ended_by_itself_ = false;    ///< a statement has committed what the script began
};

}  // namespace kedge::script::mysql
