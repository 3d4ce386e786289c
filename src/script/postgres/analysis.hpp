// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "script/postgres/reader.hpp"
#include "script/postgres/shell.hpp"
#include "script/postgres/statement_kind.hpp"
#include "script/script.hpp"

namespace kedge::script::postgres {

/// Looks one script over, statement by statement, in bounded memory. Nothing is run: what a query
/// or a program would give is unknown, and both branches of a condition on it are looked at.
class Analyser {
  public:
    explicit Analyser(const Script& script);
    Analysis run();

  private:
    void statement();
    void command();
    void copy();
    void directives();
    void skip_data();
    void track(StatementKind kind, const Tokens& head, std::string_view text);
    void begin(const Tokens& head, std::string_view text);
    void end(const Tokens& head, bool rolls_back);
    void outside_work(StatementKind kind, const Tokens& head);
    void watch_enums(const Tokens& head, std::string_view text);
    void lives_in_session(std::string what);
    void fail(std::string message, std::string hint = {});
    void warn(std::string message);
    void needs_journal(std::string reason);
    void decide();
    [[nodiscard]] Location here() const { return {reader_.path(), line_, 0}; }
    [[nodiscard]] bool is_verify() const noexcept { return script_.purpose == Purpose::verify; }

    const Script& script_;
    Analysis result_;
    std::vector<Error> errors_;
    Variables variables_;
    ScriptShell shell_;
    Reader reader_;
    std::size_t line_ = 1;  ///< of what is looked at
    bool open_ = false;     ///< inside the script's own transaction
    Location opened_at_;
    bool ended_by_rollback_ = false;  ///< the last of the script's transactions
    std::size_t transactions_ = 0;
    bool ends_something_ = false;           ///< its COMMIT ends settings, or temporary tables
    std::optional<Location> outside_work_;  ///< the first change outside the script's transaction
    std::vector<std::string> local_settings_;  ///< warnings that concern kedge's transaction alone
    std::vector<std::pair<std::string, std::size_t>> enum_values_;  ///< new ones, with their line
    std::string enum_reason_;
};

}  // namespace kedge::script::postgres
