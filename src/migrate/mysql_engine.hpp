// SPDX-License-Identifier: MIT
#pragma once

#include "db/mysql/mysql_connection.hpp"
#include "migrate/server_engine.hpp"
#include "script/mysql/dialect.hpp"

namespace kedge::migrate {

/// MySQL and MariaDB databases. The registry is a database beside, or tables within.
class MysqlEngine final : public ServerEngine {
  public:
    [[nodiscard]] const script::Dialect& dialect() const override { return dialect_; }
    [[nodiscard]] std::unique_ptr<db::Connection> connect(
        const project::Target& target, const Surroundings& surroundings) const override;
    [[nodiscard]] std::string making_of(db::Connection& database) const override;
    [[nodiscard]] const schema::Reader& state_reader() const override {
        return schema::mysql_reader();
    }
    [[nodiscard]] schema::Scope scope(const project::Target& target) const override;
    [[nodiscard]] std::string state_place(const project::Target& target) const override {
        return target.uri->dbname;
    }
    [[nodiscard]] std::string sql_name(const std::string& shown) const override;
    [[nodiscard]] std::string exact_value(const schema::Part& column) const override;
    [[nodiscard]] std::string exact_session() const override;
    void copy_rows(const project::Target& from, const project::Target& scratch,
                   const Surroundings& surroundings) const override;
    [[nodiscard]] std::string registry_name(const project::Target& target) const override;

  private:
    [[nodiscard]] std::unique_ptr<registry::DeployLock> lock(
        db::Connection& session, const project::Target& target, const Surroundings& surroundings,
        const registry::WaitHandler& on_wait) const override;
    [[nodiscard]] std::unique_ptr<registry::RegistrySql> registry_sql(
        const project::Target& target) const override;
    [[nodiscard]] std::string left_scratch_query() const override;
    void make_droppable(db::Connection& session) const override;
    void hold_scratch(db::Connection& session, const std::string& name) const override;
    [[nodiscard]] Timestamp now(db::Connection& session) const override;
    [[nodiscard]] static db::mysql::OpenOptions options_of(const project::Target& target,
                                                           const Surroundings& surroundings);

    script::mysql::MysqlDialect dialect_;
};

}  // namespace kedge::migrate
