// SPDX-License-Identifier: MIT
#pragma once

#include "script/script.hpp"

namespace kedge::script::sqlite {

/// Scripts as `sqlite3 -bail -batch -csv -noheader DATABASE '.read SCRIPT'` runs them.
class SqliteDialect final : public Dialect {
  public:
    [[nodiscard]] Analysis analyse(const Script& script) const override;
    [[nodiscard]] std::unique_ptr<Player> play(const Script& script, Output output) const override;
    [[nodiscard]] Control control(std::string_view statement) const override;
};

}  // namespace kedge::script::sqlite
