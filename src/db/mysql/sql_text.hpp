// SPDX-License-Identifier: MIT
// kedge's own statements in MySQL's words, such that no setting that a script may have left in the
// session changes what they mean.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "db/connection.hpp"

namespace kedge::db::mysql {

/// A value as a literal. Text that is not plain ASCII goes as its bytes: neither the session's
/// character set nor its sql_mode then has a say.
[[nodiscard]] std::string literal(const Value& value);

/// The statement with the values in the place of its `?`, and its `"names"` in backticks. Texts,
/// and names that are in backticks already, stay as they are.
[[nodiscard]] std::string own_text(std::string_view sql, std::span<const Value> values);

}  // namespace kedge::db::mysql
