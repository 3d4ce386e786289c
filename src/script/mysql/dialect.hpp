// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/mysql/token.hpp"
#include "script/script.hpp"

namespace kedge::script::mysql {

/// Scripts as `mysql --skip-pager --silent --skip-column-names --skip-line-numbers
/// --abort-source-on-error --execute "source SCRIPT"` runs them, which is how Sqitch has them run.
/// `client_variables` of a script may hold the `sql_mode` that the session begins with.
class MysqlDialect final : public Dialect {
  public:
    [[nodiscard]] Analysis analyse(const Script& script) const override;
    [[nodiscard]] std::unique_ptr<Player> play(const Script& script, Output output) const override;
    [[nodiscard]] Control control(std::string_view statement) const override;
    [[nodiscard]] std::optional<Settlement> settlement(std::string_view statement) const override;
    [[nodiscard]] std::string characteristics(std::string_view statement) const override;
    [[nodiscard]] bool asks_for_last_row(std::string_view statement) const override {
        return calls(statement, "LAST_INSERT_ID");
    }
    [[nodiscard]] std::optional<bool> confines_session(std::string_view statement) const override;
    [[nodiscard]] std::string with_table(std::string_view statement,
                                         const std::string& table) const override;
    [[nodiscard]] std::optional<Undo> undo(std::string_view statement) const override;
    [[nodiscard]] std::vector<std::string> statements(const Script& script) const override;
};

/// The sql_mode that a script's session begins with; empty where it isn't known.
[[nodiscard]] std::string starting_sql_mode(const Script& script);

}  // namespace kedge::script::mysql
