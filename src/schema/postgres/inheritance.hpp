// SPDX-License-Identifier: MIT
#pragma once

#include "schema/state.hpp"

namespace kedge::schema::postgres {

/// Columns, constraints, indexes and triggers that a table has because its parent has them are told
/// once, of the parent: a change there is one change, however many partitions there are. Where such
/// a part is otherwise than the parent's, that is what is left of it, as is a name that somebody
/// has chosen for it, and an order of columns that a partition has for itself. Which part is whose
/// is in the attributes `inherited` and `inherited as`, and these go.
void fold_inherited(State& state);

}  // namespace kedge::schema::postgres
