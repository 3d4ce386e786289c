// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "script/findings.hpp"
#include "script/script.hpp"
#include "script/sqlite/chunk_reader.hpp"
#include "script/sqlite/statement_kind.hpp"

namespace kedge::script::sqlite {

/// How deep `.read` may nest.
inline constexpr std::size_t kDeepestInclude = 25;

/// Looks one script over, statement by statement, in bounded memory.
class Analyser : private Findings {
  public:
    explicit Analyser(const Script& script) : Findings(script) {}
    Analysis run();

  private:
    void read_file(const std::string& path, std::size_t depth);
    void dot_command(const ChunkReader& chunk, std::size_t depth, bool& stop);
    void directive(const ChunkReader& chunk, const Directive& directive);
    void statement(const ChunkReader& chunk, const Found& found);
    void outside(StatementKind kind, const Found& found, std::string_view text, Location where);
    void inside(StatementKind kind, const Found& found, const Location& where);
    void decide();

    bool seen_work_ = false;
    bool foreign_keys_directive_ = false;
    bool too_deep_ = false;
    std::optional<Location> outside_savepoint_;  ///< the first SAVEPOINT outside BEGIN
    bool late_setting_ = false;      ///< a setting after work, which more work may follow
    std::vector<std::string> late_;  ///< settings and DETACH at the end
};

}  // namespace kedge::script::sqlite
