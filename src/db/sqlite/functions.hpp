// SPDX-License-Identifier: MIT
#pragma once

struct sqlite3;

namespace kedge::db::sqlite {

/// Adds the functions that the sqlite3 shell has beyond the library's, as far as scripts and kedge
/// itself use them: `regexp(pattern, text)`, behind the REGEXP operator.
void register_functions(sqlite3* handle);

}  // namespace kedge::db::sqlite
