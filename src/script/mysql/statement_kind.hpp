// SPDX-License-Identifier: MIT
// What a statement does to the transaction that it runs in: MySQL's manual 5.7, 8.4 and 9.x, 13.3.3
// "Statements That Cause an Implicit Commit", and MariaDB's "SQL statements That Cause an Implicit
// Commit".
#pragma once

#include <string>
#include <string_view>

#include "script/mysql/token.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// How many tokens the functions below need, at most.
inline constexpr std::size_t kHeadTokens = 200;

/// The tokens that tell a statement's kind.
[[nodiscard]] Tokens head_of(std::string_view statement, QuoteModes modes = {});

[[nodiscard]] Control control_of(const Tokens& head);
/// The same of a whole statement. Where a delimiter other than a semicolon lets the text hold
/// several of them, they are sent together, and may do anything.
[[nodiscard]] Control control_of(std::string_view statement, QuoteModes modes = {});

/// What messages call it: `ALTER TABLE`.
[[nodiscard]] std::string title_of(const Tokens& head);

/// CREATE TEMPORARY …, DROP TEMPORARY …
[[nodiscard]] bool is_temporary(const Tokens& head);
/// LOCK TABLES, UNLOCK TABLES and their kin.
[[nodiscard]] bool is_lock(const Tokens& head);
/// XA, but not XA RECOVER.
[[nodiscard]] bool is_distributed(const Tokens& head);

/// The characteristics of START TRANSACTION: `WITH CONSISTENT SNAPSHOT, READ ONLY`.
[[nodiscard]] std::string characteristics_of(std::string_view statement, const Tokens& head);

}  // namespace kedge::script::mysql
