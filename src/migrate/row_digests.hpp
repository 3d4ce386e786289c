// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "migrate/engine.hpp"
#include "schema/state.hpp"

namespace kedge::migrate {

/// What the rows of a table come to, in whatever order they are read.
struct RowDigest {
    std::int64_t rows = 0;
    std::array<std::uint32_t, 5> sum{};  ///< of the rows' own digests
    std::int64_t former = 0;             ///< rows that are history, where the server keeps such
    std::string unread;                  ///< why they couldn't be read; empty: they could
};

/// Of each table, by name.
using RowDigests = std::map<std::string, RowDigest>;

/// Reads all rows of all tables and materialized views of a state, a row at a time.
[[nodiscard]] RowDigests read_rows(db::Connection& connection, const Engine& engine,
                                   const schema::State& state);

/// A table that has other rows than it had.
struct RowChange {
    std::string table;
    std::int64_t before = 0;
    std::int64_t after = 0;  ///< may be as many, and not the same
    std::string unread;      ///< why nothing is known of them; empty: they are others
};
/// Tables that only one side has are told by their schema. History is lost where there is less of
/// it: more comes with every change of a row.
[[nodiscard]] std::vector<RowChange> compare_rows(const RowDigests& before,
                                                  const RowDigests& after);

}  // namespace kedge::migrate
