// SPDX-License-Identifier: MIT
#pragma once

#include "script/script.hpp"

namespace kedge::script::postgres {

/// Scripts as psql 15 runs them by `psql --quiet --no-psqlrc --no-align --tuples-only --set
/// ON_ERROR_STOP=1 --file SCRIPT`, which is how Sqitch has them run.
class PostgresDialect final : public Dialect {
  public:
    [[nodiscard]] Analysis analyse(const Script& script) const override;
    [[nodiscard]] std::unique_ptr<Player> play(const Script& script, Output output) const override;
    [[nodiscard]] Control control(std::string_view statement) const override;
    [[nodiscard]] std::optional<Settlement> settlement(std::string_view statement) const override;
    [[nodiscard]] std::string characteristics(std::string_view statement) const override;
};

/// All variables that a script starts with: those given, and above them those of the session.
[[nodiscard]] std::map<std::string, std::string> starting_variables(const Script& script);

}  // namespace kedge::script::postgres
