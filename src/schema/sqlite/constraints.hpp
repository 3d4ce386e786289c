// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "schema/sqlite/canonical.hpp"
#include "schema/state.hpp"

namespace kedge::schema::sqlite {

/// A constraint as it stands, of a column or of the table: the two mean the same. What it says of
/// columns is read when all of them are known.
struct Constraint {
    enum class Kind { primary_key, unique, check, foreign_key };
    Kind kind = Kind::check;
    std::string name;         ///< empty for none
    std::string own_column;   ///< of which it stands; empty for the table's
    bool descending = false;  ///< `own_column`, in a key
    Tokens inside;            ///< its columns, or the expression
    Attributes attributes;    ///< those that need no columns
};

/// Makes parts of the constraints of a table.
void add_constraints(std::span<const Constraint> constraints, const Columns& columns,
                     Object& table);

}  // namespace kedge::schema::sqlite
