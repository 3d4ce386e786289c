// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "migrate/engine.hpp"
#include "script/mysql/dialect.hpp"

namespace kedge::migrate {

class MysqlEngine final : public Engine {
  public:
    [[nodiscard]] const script::Dialect& dialect() const override { return dialect_; }
    [[nodiscard]] std::unique_ptr<registry::Store> open(
        const project::Target& target, Access access,
        const Surroundings& surroundings) const override;
    void open_locked(const project::Target& target, Access access, const Surroundings& surroundings,
                     Opened& opened) const override;
    /// The registry never needs to be told anything by another's process: nobody asks.
    [[nodiscard]] std::unique_ptr<registry::DeployLock> try_lock(
        const project::Target&) const override {
        return nullptr;
    }
    [[nodiscard]] std::string registry_name(const project::Target& target) const override;

  private:
    script::mysql::MysqlDialect dialect_;
};

}  // namespace kedge::migrate
