// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace kedge::script::mysql {

/// A LOCK TABLES statement that locks one more table for writing, given by its quoted name. What is
/// no LOCK TABLES statement stays as it is.
[[nodiscard]] std::string lock_tables_with(std::string_view statement, std::string_view table);

}  // namespace kedge::script::mysql
