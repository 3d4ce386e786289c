// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "db/connection.hpp"
#include "schema/state.hpp"

namespace kedge::schema {

/// What of a database is kedge's own registry, and so no part of the application's state.
struct Scope {
    /// A schema (PostgreSQL) or a database (MySQL) that is all the registry's.
    std::string registry;
    /// Names of tables and routines that stand beside the application's. Triggers, indexes and the
    /// like of such a table go with it.
    std::vector<std::string> own;
};

/// Reads the state of a database from its catalog, and writes nothing. What it gives depends on the
/// schema alone: not on who looks, nor on settings of the session, nor on what the server fills in
/// by itself. One file for each engine.
class Reader {
  public:
    virtual ~Reader() = default;

    /// All of one moment, in the transaction that is open or in one of its own. What can't be read
    /// is in `unread`; only a lost connection and the like throw Failure.
    [[nodiscard]] virtual Snapshot read(db::Connection& connection, const Scope& scope) const = 0;
};

[[nodiscard]] const Reader& sqlite_reader();
[[nodiscard]] const Reader& postgres_reader();
[[nodiscard]] const Reader& mysql_reader();

}  // namespace kedge::schema
