// SPDX-License-Identifier: MIT
// Expressions and queries as PostgreSQL prints them, brought to one form. What it prints is read by
// itself into another tree now and then, which prints otherwise: a dumped and restored schema, and
// one made from what drift --sql writes, would differ from the first. Found by trying, on 15 to 18.
#pragma once

#include <string>

namespace kedge::schema::postgres {

/// An expression, or whatever has such, in the form that it has once it was printed and read again:
/// casts of arrays stand at their elements, and a list of AND or OR has no list of the same within
/// it at its head.
[[nodiscard]] std::string settled(std::string text);

/// A view's query as from PostgreSQL 16 on: what reads one relation names its columns by
/// themselves.
[[nodiscard]] std::string with_bare_columns(std::string query);

}  // namespace kedge::schema::postgres
