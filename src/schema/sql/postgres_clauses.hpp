// SPDX-License-Identifier: MIT
// What CREATE and ALTER of PostgreSQL say in the same words.
#pragma once

#include <string>

#include "schema/state.hpp"

namespace kedge::schema::sql {

/// ` AS integer INCREMENT BY 2`; `all`: also what is as usual.
[[nodiscard]] std::string pg_sequence_options(const Attributes& attributes, bool all);
[[nodiscard]] std::string pg_domain_constraint(const Part& constraint);
/// CREATE OR REPLACE of a function or procedure.
[[nodiscard]] std::string pg_create_routine(const Object& object);
/// ` OPTIONS (host 'h')`, or nothing.
[[nodiscard]] std::string pg_options_clause(const Attributes& attributes);
/// What a publication is of, behind FOR: `TABLE app.a, TABLES IN SCHEMA app`.
[[nodiscard]] std::string pg_published(const Object& object);
[[nodiscard]] std::string pg_publication_options(const Attributes& attributes);

}  // namespace kedge::schema::sql
