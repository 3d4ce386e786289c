// SPDX-License-Identifier: MIT
#pragma once

#include "db/postgres/postgres_connection.hpp"
#include "migrate/server_engine.hpp"
#include "script/postgres/dialect.hpp"

namespace kedge::migrate {

/// PostgreSQL databases. The registry is a schema of the database.
class PostgresEngine final : public ServerEngine {
  public:
    [[nodiscard]] const script::Dialect& dialect() const override { return dialect_; }
    [[nodiscard]] std::map<std::string, std::string> script_variables(
        const project::Target& target) const override;
    [[nodiscard]] std::unique_ptr<db::Connection> connect(
        const project::Target& target, const Surroundings& surroundings) const override;
    [[nodiscard]] const schema::Reader& state_reader() const override {
        return schema::postgres_reader();
    }
    [[nodiscard]] schema::Scope scope(const project::Target& target) const override;
    [[nodiscard]] RecordingLimits recording_limits() const override { return {5, 5'000}; }
    void copy_rows(const project::Target& from, const project::Target& scratch,
                   const Surroundings& surroundings) const override;
    [[nodiscard]] std::string registry_name(const project::Target& target) const override;
    [[nodiscard]] std::string making_of(db::Connection& database) const override;
    [[nodiscard]] std::vector<schema::IgnoreRule> rules_beside_plan() const override;

  private:
    [[nodiscard]] std::unique_ptr<registry::DeployLock> lock(
        db::Connection& session, const project::Target& target, const Surroundings& surroundings,
        const registry::WaitHandler& on_wait) const override;
    [[nodiscard]] std::unique_ptr<registry::RegistrySql> registry_sql(
        const project::Target& target) const override;
    [[nodiscard]] bool has_registry_in_database() const override { return true; }
    [[nodiscard]] std::string exact_session() const override;
    [[nodiscard]] std::string left_scratch_query() const override;
    void make_droppable(db::Connection& session) const override;
    void hold_scratch(db::Connection& session, const std::string& name) const override;
    [[nodiscard]] Timestamp now(db::Connection& session) const override;
    [[nodiscard]] static db::postgres::OpenOptions options_of(const project::Target& target,
                                                              const Surroundings& surroundings);

    script::postgres::PostgresDialect dialect_;
};

}  // namespace kedge::migrate
