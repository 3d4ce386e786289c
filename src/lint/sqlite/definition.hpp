// SPDX-License-Identifier: MIT
// What the text of a CREATE TABLE, or of ADD COLUMN, says of columns and constraints.
// https://www.sqlite.org/syntax/column-def.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"
#include "schema/sqlite/cursor.hpp"

namespace kedge::lint::sqlite {

using schema::sqlite::Cursor;
using schema::sqlite::Tokens;

/// Places in a statement, by tokens that point into its text.
class Places {
  public:
    explicit Places(std::string_view statement) : statement_(statement) {}
    /// Of a token; 0 for one that is none of the statement's.
    [[nodiscard]] std::size_t of(const script::sqlite::Token& token) const noexcept;
    /// The text from the first token to the last.
    [[nodiscard]] static std::string text(Tokens tokens);

  private:
    std::string_view statement_;
};

/// A name, perhaps with its database: `main.orders`. What is in main has no schema.
[[nodiscard]] Name take_name(Cursor& cursor);

/// A definition of a column; the cursor stands at its name, and then at the comma or the end.
[[nodiscard]] Column take_column(Cursor& cursor, const Places& places);

/// What is in the parentheses of CREATE TABLE, and the options behind them, into the action.
void read_table(Cursor& cursor, const Places& places, Action& table);

/// The columns of an index or a key by name; empty text for an expression.
[[nodiscard]] std::vector<std::string> key_columns(Tokens list);

}  // namespace kedge::lint::sqlite
