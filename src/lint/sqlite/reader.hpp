// SPDX-License-Identifier: MIT
#pragma once

#include "lint/reader.hpp"
#include "lint/sqlite/replay.hpp"

namespace kedge::lint::sqlite {

/// Scripts as the sqlite3 shell reads them, statements as their text says and as SQLite itself does
/// on a database in memory that has the schema and no rows. Deploy scripts build it up; the others
/// are read on it and leave it as it was.
class SqliteReader final : public Reader {
  public:
    [[nodiscard]] ScriptText read(const script::Script& script) override;
    [[nodiscard]] LiveTables live(db::Connection& connection) const override;
    void know(const LiveTables& live) override { replay_.know(live); }

  private:
    Replay replay_;
};

}  // namespace kedge::lint::sqlite
