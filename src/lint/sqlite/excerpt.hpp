// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "db/sqlite/schema_copy.hpp"

namespace kedge::lint::sqlite {

/// The part of a schema that a script can be about: what its text names, what reads that, and all
/// that one needs to use these. A script that doesn't last is played on it: taking a change of the
/// schema back makes SQLite read the whole schema again, and so do most kinds of ALTER TABLE.
/// Null where it can't be told from the text, since it runs other files or writes to the schema's
/// own table, and where nothing would be gained, since the script changes no schema.
[[nodiscard]] std::unique_ptr<db::sqlite::SchemaCopy> excerpt_for(
    const db::sqlite::SchemaCopy& schema, std::string_view script);

}  // namespace kedge::lint::sqlite
