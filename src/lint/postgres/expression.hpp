// SPDX-License-Identifier: MIT
// What a parse tree's expressions, names and types say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/action.hpp"
#include "lint/postgres/parse_tree.hpp"

namespace kedge::lint::postgres {

/// The texts of a list of String nodes.
[[nodiscard]] std::vector<std::string> strings_of(const Json& list);
/// A name by its parts, the last of them first looked at.
[[nodiscard]] Name name_of(const std::vector<std::string>& parts);
/// Of a RangeVar's inside.
[[nodiscard]] Name relation_name(const Json& range_var);
/// Of a TypeName's inside, by the names of SQL: `integer` for int4. `serial` and its kin stay.
[[nodiscard]] DataType data_type(const Json& type_name);
[[nodiscard]] DefaultKind default_kind(const Json& expression);
/// The column c of `c IS NOT NULL`; empty for any other expression.
[[nodiscard]] std::string not_null_column(const Json& expression);
/// The names of the columns that an expression names.
[[nodiscard]] std::vector<std::string> columns_in(const Json& expression);
/// What rules ask for wherever it stands in the statement. `base` is added to each offset.
[[nodiscard]] std::vector<Mention> mentions_in(const Json& statement, std::size_t base);

}  // namespace kedge::lint::postgres
