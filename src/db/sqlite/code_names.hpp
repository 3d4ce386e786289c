// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace kedge::db::sqlite {

/// The number of a result code, that of the primary code in it, and their names in SQLite's header:
/// `2067`, `SQLITE_CONSTRAINT_UNIQUE`, `19`, `SQLITE_CONSTRAINT`. https://sqlite.org/rescode.html
[[nodiscard]] std::vector<std::string> code_names(const std::string& code);

}  // namespace kedge::db::sqlite
