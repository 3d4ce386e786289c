// SPDX-License-Identifier: MIT
#pragma once

#include "lint/reader.hpp"
#include "script/mysql/scanner.hpp"

namespace kedge::lint::mysql {

/// Scripts as the mysql client reads them, statements by a reading of our own. Nothing is run.
class MysqlReader final : public Reader {
  public:
    [[nodiscard]] ScriptText read(const script::Script& script) override;
    [[nodiscard]] LiveTables live(db::Connection& connection) const override;
    [[nodiscard]] AskTarget asker(db::Connection& connection) const override;
};

/// What a statement does. What stands in versioned comments counts, whichever server they are for.
void understand(Statement& statement, script::mysql::QuoteModes modes = {});

}  // namespace kedge::lint::mysql
