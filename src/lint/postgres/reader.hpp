// SPDX-License-Identifier: MIT
#pragma once

#include "lint/reader.hpp"

namespace kedge::lint::postgres {

/// Scripts as psql reads them, statements as PostgreSQL's own parser does. Nothing is run: what a
/// query or a program would give is unknown, and both branches of a condition on it are read.
class PostgresReader final : public Reader {
  public:
    [[nodiscard]] ScriptText read(const script::Script& script) override;
    [[nodiscard]] LiveTables live(db::Connection& connection) const override;
    [[nodiscard]] AskTarget asker(db::Connection& connection) const override;
};

/// The text, of the same length, with a name in the place of each variable that has no value:
/// `:schema` becomes `_schema`, `:'text'` a string. Strings may change; nothing of them is looked
/// at.
[[nodiscard]] std::string with_names_for_variables(std::string text);

/// What a text does, that is one statement or a few that are sent together.
void understand(Statement& statement);

}  // namespace kedge::lint::postgres
