// SPDX-License-Identifier: MIT
// SQL out of two states: what brings a database from the one to the other. Nothing here is believed
// before it ran in a scratch database and what it left was read; see migrate/undo.hpp.
#pragma once

#include <string>
#include <vector>

#include "schema/state.hpp"

namespace kedge::schema {

/// A statement, without the semicolon at its end.
struct SqlStatement {
    std::string sql;
    std::string loses;   ///< in words, what of the data is gone after it; empty for nothing
    bool alone = false;  ///< it can't be in a transaction
};

/// What is left as it is, since no statement is known that would be sure to be right.
struct Unwritten {
    std::string subject;  ///< as Difference::subject() has it
    std::string reason;
};

struct SqlScript {
    std::vector<std::string> settings;  ///< of the session, before any transaction
    std::vector<SqlStatement> statements;
    std::vector<Unwritten> unwritten;
};

/// Writes SQL in the language of one engine. One file or folder for each engine.
class SqlWriter {
  public:
    virtual ~SqlWriter() = default;

    /// What brings a database that is as `from` to be as `to`, in an order that works. Identities
    /// are used if `same_database`: a thing that was only renamed then keeps its rows.
    [[nodiscard]] virtual SqlScript write(const State& from, const State& to,
                                          bool same_database) const = 0;
    /// Statements that fail unless what `to` has and `from` has not, or has otherwise, is there.
    [[nodiscard]] virtual SqlScript write_verify(const State& from, const State& to) const = 0;
    /// The statements as a script for the engine's own client and for kedge: in one transaction
    /// where the engine has that, with a comment before each that loses data.
    [[nodiscard]] virtual std::string text(const SqlScript& script) const = 0;
};

[[nodiscard]] const SqlWriter& sqlite_writer();
[[nodiscard]] const SqlWriter& postgres_writer();
[[nodiscard]] const SqlWriter& mysql_writer();

}  // namespace kedge::schema
