// SPDX-License-Identifier: MIT
// Words of PostgreSQL's SQL for what states of it hold. Names in such states are qualified and
// quoted already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/state.hpp"

namespace kedge::schema::sql {

/// `TABLE`, `FUNCTION`: the kind as statements name it.
[[nodiscard]] std::string pg_kind(const ObjectKey& key);
/// Kind and name as ALTER, DROP and COMMENT ON take them: `OPERATOR CLASS app.a USING btree`.
[[nodiscard]] std::string pg_reference(const Object& object);

/// A text as a literal; a body between dollars.
[[nodiscard]] std::string pg_text(std::string_view text);
[[nodiscard]] std::string pg_body(std::string_view text);

/// `app` of `app.people`, with nothing for a name without one; and what stands behind it.
[[nodiscard]] std::string pg_schema(std::string_view name);
[[nodiscard]] std::string pg_last_name(std::string_view name);
/// `app.f` of `app.f(integer)`, and `integer`.
[[nodiscard]] std::string pg_routine_name(std::string_view signature);

/// `name=value, ...` with values that may hold commas.
struct PgOption {
    std::string name;
    std::string value;
};
[[nodiscard]] std::vector<PgOption> pg_options(std::string_view list);
/// For WITH and SET: `fillfactor = '70', ...`.
[[nodiscard]] std::string pg_option_list(std::string_view list, std::string_view prefix = {});
/// For OPTIONS: `host 'h', port '1'`.
[[nodiscard]] std::string pg_foreign_options(std::string_view list);
/// What makes the one list of OPTIONS the other: `ADD a '1', SET b '2', DROP c`.
[[nodiscard]] std::string pg_changed_foreign_options(std::string_view from, std::string_view to);

/// ` DEFERRABLE INITIALLY DEFERRED` of a constraint or trigger.
[[nodiscard]] std::string pg_deferral(const Attributes& attributes);

}  // namespace kedge::schema::sql
