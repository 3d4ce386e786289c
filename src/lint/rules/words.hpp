// SPDX-License-Identifier: MIT
// What checks of rules say in the same way.
#pragma once

#include <string>
#include <string_view>

#include "lint/rule.hpp"

namespace kedge::lint {

/// A name as SQL has it for this engine: quoted only where it must be.
[[nodiscard]] std::string sql_name(Engine engine, std::string_view name);
[[nodiscard]] std::string sql_name(Engine engine, const Name& name);
/// `table public.orders`
[[nodiscard]] std::string subject_of(ObjectKind kind, const Name& name);
/// `column orders.total`
[[nodiscard]] std::string column_subject(const Name& table, std::string_view column);
/// A hit at the scene's action, about a part of a table whose size matters.
[[nodiscard]] Hit table_hit(const Action& action, std::string subject, std::string message);

}  // namespace kedge::lint
