// SPDX-License-Identifier: MIT
// Pieces that several CREATE statements have in common.
#pragma once

#include <string>
#include <vector>

#include "schema/sqlite/cursor.hpp"
#include "schema/state.hpp"

namespace kedge::schema::sqlite {

/// Adds a part at the end of its kind, without looking for another of its name.
Part& add_part(Object& object, std::string_view kind, std::string name);
/// The boolean attribute, which is there or not.
void set_yes(Attributes& attributes, std::string_view name);

/// From CREATE over the kind to behind the object's name.
void skip_head(Cursor& cursor);

/// What stands between commas.
[[nodiscard]] std::vector<Tokens> elements(Tokens list);
/// A list of names: `a, "b c"`. Those of columns as the table spells them.
[[nodiscard]] std::string name_list(Tokens list, const Columns* columns);

/// An element of an index or a key: `a`, `lower(b) collate NOCASE desc`. What goes without saying,
/// such as the column's own collation, is left out.
[[nodiscard]] std::string key_element(Tokens element, const Columns& columns);
[[nodiscard]] std::string key_list(Tokens list, const Columns& columns);

/// What isn't understood, behind what else isn't.
void add_more(Attributes& attributes, Tokens tokens);

}  // namespace kedge::schema::sqlite
