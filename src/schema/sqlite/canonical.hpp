// SPDX-License-Identifier: MIT
// SQLite keeps the text of a statement as somebody typed it, and rewrites pieces of it when a table
// is altered. Here two texts come out the same if their tokens mean the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/sqlite/names.hpp"
#include "script/sqlite/tokens.hpp"

namespace kedge::schema::sqlite {

using Tokens = std::span<const script::sqlite::Token>;

/// What `"a"` is, a name or a string, SQLite decides by whether there is such a name; and where it
/// is a string, altering a table makes it `'a'`.
struct NameScope {
    const Columns* columns = nullptr;  ///< of an expression that speaks of one table alone
    const NameSet* names = nullptr;    ///< of a statement: those that it may mean
};

/// The names that the tokens mention or make, as far as they can be no strings.
void collect_names(Tokens tokens, NameSet& names);

/// An expression on one line, without parentheses round the whole.
[[nodiscard]] std::string expression(Tokens tokens, const NameScope& scope);
/// The tokens on one line.
[[nodiscard]] std::string line(Tokens tokens, const NameScope& scope);
/// Whole statements, in lines that are cut by the tokens and not as somebody typed them.
[[nodiscard]] std::string lines(Tokens tokens, const NameScope& scope);

/// The tokens as they stand with single spaces, for texts that aren't SQLite's own language.
[[nodiscard]] std::string as_typed(Tokens tokens);

/// `NUMERIC(10,2)`
[[nodiscard]] std::string type_text(Tokens tokens);

[[nodiscard]] Tokens without_parentheses(Tokens tokens);

}  // namespace kedge::schema::sqlite
