// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "script/findings.hpp"
#include "script/postgres/reader.hpp"
#include "script/postgres/shell.hpp"
#include "script/postgres/statement_kind.hpp"
#include "script/script.hpp"

namespace kedge::script::postgres {

/// Looks one script over, statement by statement, in bounded memory. Nothing is run: what a query
/// or a program would give is unknown, and both branches of a condition on it are looked at.
class Analyser : private Findings {
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
    void fail(std::string message, std::string hint = {});
    void decide();
    [[nodiscard]] Location here() const { return {reader_.path(), line_, 0}; }

    Variables variables_;
    ScriptShell shell_;
    Reader reader_;
    std::size_t line_ = 1;                     ///< of what is looked at
    bool ends_something_ = false;              ///< its COMMIT ends settings, or temporary tables
    std::vector<std::string> local_settings_;  ///< warnings that concern kedge's transaction alone
    std::vector<std::pair<std::string, std::size_t>> enum_values_;  ///< new ones, with their line
    std::string enum_reason_;
};

}  // namespace kedge::script::postgres
