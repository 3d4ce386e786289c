// SPDX-License-Identifier: MIT
#pragma once

#include "migrate/engine.hpp"
#include "script/postgres/dialect.hpp"

namespace kedge::migrate {

/// PostgreSQL databases. The registry is a schema of the database, so that one transaction holds a
/// change and its record.
class PostgresEngine final : public Engine {
  public:
    [[nodiscard]] const script::Dialect& dialect() const override { return dialect_; }
    [[nodiscard]] std::unique_ptr<registry::Store> open(
        const project::Target& target, Access access,
        const Surroundings& surroundings) const override;
    void open_locked(const project::Target& target, Access access, const Surroundings& surroundings,
                     Opened& opened) const override;
    /// None is needed: what is left of a crash lies in the database, and nothing has to be settled.
    [[nodiscard]] std::unique_ptr<registry::DeployLock> try_lock(
        const project::Target&) const override {
        return nullptr;
    }
    [[nodiscard]] std::map<std::string, std::string> script_variables(
        const project::Target& target) const override;
    [[nodiscard]] std::string registry_name(const project::Target& target) const override;

  private:
    [[nodiscard]] std::unique_ptr<db::Connection> connect(const project::Target& target,
                                                          const Surroundings& surroundings) const;
    [[nodiscard]] std::unique_ptr<registry::DeployLock> lock(
        db::Connection& session, const project::Target& target,
        const Surroundings& surroundings) const;
    [[nodiscard]] std::unique_ptr<registry::Store> make_store(
        std::unique_ptr<db::Connection> connection, const project::Target& target,
        const Surroundings& surroundings) const;

    script::postgres::PostgresDialect dialect_;
};

}  // namespace kedge::migrate
