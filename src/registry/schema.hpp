// SPDX-License-Identifier: MIT
// The registry's tables, of Sqitch's registry version 1.1, per engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"

namespace kedge::registry {

inline constexpr std::string_view kRegistryVersion = "1.1";

/// What differs by engine in the SQL of a registry.
class RegistrySql {
  public:
    virtual ~RegistrySql() = default;
    /// A table of the registry as it is named in SQL.
    [[nodiscard]] virtual std::string table(std::string_view name) const = 0;
    /// True if the registry's tables are there; `parameters` of the query are none.
    [[nodiscard]] virtual std::string exists_query() const = 0;
    [[nodiscard]] virtual std::vector<std::string> create_statements() const = 0;
    /// The statements from version `from` ("0" or "1.0") to the next one, without its release row.
    [[nodiscard]] virtual std::vector<std::string> upgrade_statements(
        std::string_view from) const = 0;
    /// What has to be set round an upgrade, outside its transaction.
    [[nodiscard]] virtual std::string before_upgrade() const = 0;
    [[nodiscard]] virtual std::string after_upgrade() const = 0;
    /// A moment as a bound value.
    [[nodiscard]] virtual std::string time_value(Timestamp time) const = 0;
    [[nodiscard]] virtual std::string plan_time_value(Timestamp time) const = 0;
    /// What tells rows of one moment apart, in the order in which they were written.
    [[nodiscard]] virtual std::string insertion_order() const = 0;
    /// `column` matches the bound pattern, as a condition.
    [[nodiscard]] virtual std::string matches(std::string_view column) const = 0;
};

/// SQLite: Sqitch's tables in a file of their own (no prefix), or beside the application's tables
/// (prefix `kedge_`).
class SqliteRegistrySql final : public RegistrySql {
  public:
    explicit SqliteRegistrySql(std::string prefix) : prefix_(std::move(prefix)) {}
    [[nodiscard]] std::string table(std::string_view name) const override;
    [[nodiscard]] std::string exists_query() const override;
    [[nodiscard]] std::vector<std::string> create_statements() const override;
    [[nodiscard]] std::vector<std::string> upgrade_statements(std::string_view from) const override;
    [[nodiscard]] std::string before_upgrade() const override;
    [[nodiscard]] std::string after_upgrade() const override;
    [[nodiscard]] std::string time_value(Timestamp time) const override;
    [[nodiscard]] std::string plan_time_value(Timestamp time) const override;
    [[nodiscard]] std::string insertion_order() const override { return "rowid"; }
    [[nodiscard]] std::string matches(std::string_view column) const override;

  private:
    std::string prefix_;
};

}  // namespace kedge::registry
