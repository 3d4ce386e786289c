// SPDX-License-Identifier: MIT
// What the CREATE statements say that SQLite keeps in sqlite_schema. They are SQLite's own word on
// a schema: its pragmas are made from them, tell less, and ask for each table by itself.
#pragma once

#include <string>
#include <string_view>

#include "schema/sqlite/canonical.hpp"
#include "schema/state.hpp"

namespace kedge::schema::sqlite {

/// Whether the tokens are CREATE VIRTUAL TABLE.
[[nodiscard]] bool is_virtual_table(Tokens tokens);

// Each reads one statement into what is there already, by its kind and name. Whatever SQLite
// accepts is read; what of it isn't understood is an attribute `more`, so that no change of it is
// missed.

void read_table(Tokens tokens, Object& table, Columns& columns);
void read_virtual_table(Tokens tokens, Object& table);
void read_view(Tokens tokens, const NameSet& names, Object& view);
/// `columns`: of the table.
void read_index(Tokens tokens, const Columns& columns, Part& index);
void read_trigger(Tokens tokens, const NameSet& names, Part& trigger);

}  // namespace kedge::schema::sqlite
