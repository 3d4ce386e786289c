// SPDX-License-Identifier: MIT
// Rows of a real database in a scratch one, so that changes of data are tried out on them.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "schema/reader.hpp"

namespace kedge::migrate {

// In the tables of `sink`, but for the registry's, which `scope` names, the rows are replaced by
// those of the tables of the same names in `source`; a table or a column that one of the two lacks
// stays as it is. No trigger fires, no foreign key is looked at, and sequences go on from where
// they are in `source`. All in one transaction, of rows of one moment. Failure if they don't fit,
// or if the account may not.

/// `source` is the path of the database's file.
void copy_sqlite_rows(const std::string& source, db::Connection& sink, const schema::Scope& scope);
void copy_postgres_rows(db::Connection& source, db::Connection& sink, const schema::Scope& scope);
void copy_mysql_rows(db::Connection& source, db::Connection& sink, const schema::Scope& scope);

/// Words of a query: the first column of what it gives.
[[nodiscard]] std::vector<std::string> words_of(db::Connection& connection, const std::string& sql,
                                                std::initializer_list<db::Value> values = {});

/// Those of `some` that are among `others`.
[[nodiscard]] std::vector<std::string> common(const std::vector<std::string>& some,
                                              const std::vector<std::string>& others);

}  // namespace kedge::migrate
